"""The articles of a set as values, one at a time."""

from collections.abc import Iterator

from harvester.errors import InputError, Reason
from harvester.models import Article
from harvester.store.articles import article_of
from harvester.store.datasets.dataset_reader import Stored, read_set


def load_articles(place: str) -> Iterator[Article]:
    """Return the articles of a set, or of one file; raises InputError at the first that is damaged.

    Raises BadAddressError at once for an address that names no place.
    """
    return _loaded(read_set(place))


def _loaded(entries: Iterator[Stored | InputError]) -> Iterator[Article]:
    for entry in entries:
        if isinstance(entry, InputError):
            raise entry
        try:
            yield article_of(entry.line)
        except ValueError as error:
            name = f"{entry.file}:{entry.row}"
            raise InputError(name, Reason.UNREADABLE, f"is no article: {error}") from error
