"""The page of a URL in saved pages of any form and size: by an index where there is one, else by reading all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from harvester.archive.cdx import Indexed, indexed_in, indexed_in_wacz, indexes_beside
from harvester.archive.discovery import each_input
from harvester.archive.formats import read_entries
from harvester.archive.formats.record_files import RECORD_FORMS, files_of, page_at, record_files, records_of, saved_of
from harvester.archive.formats.record_stream import Record
from harvester.archive.formats.warc import RecordFile
from harvester.archive.inputs import PAGE_FORMS, Form, Input
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import FetchError, HarvesterError, InputError, Reason
from harvester.store.datasets.remote_file import AnyPath
from harvester.url_names import display_url
from harvester.urls import check_url

_KINDS = frozenset({"response", "resource"})
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class UrlSearch:
    """A search for one URL, and the best page that was found so far."""

    url: str
    at: datetime | None = None  # what came later is not looked at; aware
    found: SavedPage | None = None
    wanted: frozenset[str] = field(init=False)  # the ways in which the URL is written

    def __post_init__(self) -> None:
        bare = self.url.partition("#")[0]
        self.wanted = frozenset({self.url, bare, _normal(bare)})

    def is_of(self, address: str | None) -> bool:
        """Return whether an address is the one that is looked for."""
        return address is not None and (address in self.wanted or _normal(address.partition("#")[0]) in self.wanted)

    def offer(self, saved: SavedPage) -> None:
        """Take a page if it is of the URL and better: answered well, or later."""
        page = saved.page
        is_early = self.at is None or (page.fetched_at or _EVER) <= self.at
        if is_early and (self.is_of(page.url) or self.is_of(page.final_url)) and _rank(saved) >= _rank(self.found):
            self.found = saved


def page_by_url(search: UrlSearch, places: Iterable[str]) -> SavedPage:
    """Return the latest page of a URL in files and folders of saved pages; one that was answered well goes before.

    One page is held in memory at a time, and the best one. Raises InputError "no_pages" where there is none,
    "unreadable"; NoSuchInputError for a place that does not exist.
    """
    names = tuple(places)
    for item in each_input(names):
        if isinstance(item, InputError):
            raise item
        for path, form in files_of(item):
            _search_container(search, path, form)
    if search.found is None:
        before = f" before {search.at.isoformat()}" if search.at else ""
        raise InputError(
            display_url(search.url), Reason.NO_PAGES, f"no page of this address{before} is in {', '.join(names)}"
        )
    return search.found


def _search_container(search: UrlSearch, path: AnyPath, form: Form | None) -> None:
    if form in RECORD_FORMS:
        if not _search_indexed(search, path, form):
            _search_records(search, path, form)
        return
    for saved in _pages(path, form):
        search.offer(saved)


def _pages(path: AnyPath, form: Form | None) -> Iterator[SavedPage]:
    if form is not None and form not in PAGE_FORMS and form != "crawl":
        yield from (entry.found for entry in read_entries(path, form) if isinstance(entry.found, SavedPage))
        return
    try:
        yield read_saved(Input(str(path), path, form))
    except HarvesterError:  # not a page that can be read, so not the one that is looked for
        return


def _search_indexed(search: UrlSearch, path: AnyPath, form: Form) -> bool:
    """Look at the places that an archive's indexes give; return whether the URL is there."""
    inside = UrlSearch(search.url, search.at)
    places = frozenset(_indexed(search, path, form))
    for source in record_files(path, form) if places else ():
        name = PurePosixPath(source.archive.rpartition("!")[2]).name
        for place in sorted(place.offset for place in places if place.file == name):
            _offer_at(inside, source, place)
    if inside.found is not None:
        search.offer(inside.found)
    return inside.found is not None


def _indexed(search: UrlSearch, path: AnyPath, form: Form) -> Iterator[Indexed]:
    if form == "wacz":
        with path.open("rb") as file:
            yield from indexed_in_wacz(file, file.seek(0, 2), search.wanted)
    elif isinstance(path, Path):
        for index in indexes_beside(path):
            yield from (found for found in indexed_in(index, search.wanted) if found.file == path.name)


def _offer_at(search: UrlSearch, source: RecordFile, offset: int) -> None:
    try:
        search.offer(page_at(source, offset))
    except HarvesterError:  # an index of another state of the file
        return


def _search_records(search: UrlSearch, path: AnyPath, form: Form) -> None:
    for source in record_files(path, form):
        for record in records_of(source):
            if isinstance(record, Record) and record.kind in _KINDS and search.is_of(_target(record)):
                search.offer(saved_of(source, record))


def _target(record: Record) -> str:
    return (record.header("warc-target-uri") or "").strip("<>")


def _rank(saved: SavedPage | None) -> tuple[bool, bool, datetime]:
    if saved is None:
        return False, False, _EVER
    status = saved.page.status
    return True, status is None or 200 <= status < 300, saved.page.fetched_at or _EVER


def _normal(address: str) -> str:
    try:
        return check_url(address)
    except FetchError:
        return address
