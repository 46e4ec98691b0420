"""Which articles of a set are meant: what was changed since some moment, what is of a site, a type, a language."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from harvester.errors import FetchError, InputError, Reason
from harvester.store.changes.change_reading import Since
from harvester.store.changes.latest_changes import Latest
from harvester.store.datasets.dataset_reader import Stored, opened, read_file, read_set
from harvester.store.datasets.layout import form_of
from harvester.store.datasets.storage import Storage
from harvester.urls import host_of


@dataclass(frozen=True, slots=True)
class ArticleFilter:
    """All that an article must be; () and None: whatever it is."""

    since: Since | None = None  # changed after this number, or at this time or later, as the list of changes says
    source: str | None = None  # the list says that it is of this source
    sites: tuple[str, ...] = ()  # hosts without "www."; their subdomains, too
    page_types: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()  # lower case; "en" means "en-GB", too
    min_confidence: float | None = None  # 0 to 1

    @property
    def is_choosy(self) -> bool:
        """Whether some articles may be left out."""
        return self != ALL

    @property
    def reads_changes(self) -> bool:
        """Whether the list of changes is asked."""
        return self.since is not None or self.source is not None


ALL: Final = ArticleFilter()


@dataclass(frozen=True, slots=True)
class _Made:
    """What is looked at of `Article.cleaning`."""

    confidence: float


@dataclass(frozen=True, slots=True)
class _Brief:
    """What is looked at of an article."""

    id: str
    url: str | None
    languages: tuple[str, ...]
    cleaning: _Made
    page_type: str | None = None
    canonical_url: str | None = None


_DECODER: Final = msgspec.json.Decoder(_Brief)


def read_chosen(source: Storage | str | Path, choice: ArticleFilter) -> Iterator[Stored | InputError]:
    """Yield the articles of a set that are meant, and what is damaged, as `read_set` does.

    Of what was changed only the files that changed are opened. Raises InputError "no_pages" where there is no list of
    changes and it is asked for.
    """
    if not choice.reads_changes:
        yield from (entry for entry in read_set(source) if _is_meant(entry, choice))
        return
    place, only = opened(source)
    if only is not None:
        raise InputError(only, Reason.NO_PAGES, "is one file: only a folder or place has a list of changes")
    with Latest(place, 0 if choice.since is None else choice.since, choice.source) as latest:
        for file in latest.files():
            if form_of(file) is not None:  # a version that was replaced since
                yield from (one for one in _of_file(place, file, latest) if _is_meant(one, choice))


def _of_file(place: Storage, file: str, latest: Latest) -> Iterator[Stored | InputError]:
    for entry in read_file(place, file):
        if isinstance(entry, InputError):
            if entry.reason != Reason.NO_PAGES:  # gone since
                yield entry
        elif (brief := _brief(entry)) is None or latest.names(file, brief.id):
            yield entry


def _is_meant(entry: Stored | InputError, choice: ArticleFilter) -> bool:
    """Return whether an article is meant; what cannot be read is for whoever reads it."""
    if isinstance(entry, InputError) or (brief := _brief(entry)) is None:
        return True
    return (
        _is_of_site(brief.url or brief.canonical_url, choice.sites)
        and (not choice.page_types or brief.page_type in choice.page_types)
        and (not choice.languages or any(_speaks(brief, language) for language in choice.languages))
        and (choice.min_confidence is None or brief.cleaning.confidence >= choice.min_confidence)
    )


def _brief(entry: Stored) -> _Brief | None:
    try:
        return _DECODER.decode(entry.line)
    except msgspec.DecodeError:
        return None


def _is_of_site(url: str | None, sites: tuple[str, ...]) -> bool:
    if not sites:
        return True
    try:
        host = host_of(url or "").removeprefix("www.")
    except FetchError:  # no web address
        return False
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _speaks(brief: _Brief, language: str) -> bool:
    return any(tag.lower() == language or tag.lower().startswith(f"{language}-") for tag in brief.languages)
