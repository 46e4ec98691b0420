"""The articles of a set as values, one at a time."""

from collections.abc import Iterator

from harvester.errors import InputError, Reason
from harvester.models import Article
from harvester.store.articles import article_of
from harvester.store.datasets.dataset_reader import read_set


def load_articles(place: str) -> Iterator[Article]:
    """Yield the articles of a set, or of one file; raises InputError at the first that is damaged."""
    for entry in read_set(place):
        if isinstance(entry, InputError):
            raise entry
        try:
            yield article_of(entry.line)
        except ValueError as error:
            name = f"{entry.file}:{entry.row}"
            raise InputError(name, Reason.UNREADABLE, f"is no article: {error}") from error
