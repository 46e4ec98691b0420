"""From a name to its page: a saved page, an article, a URL, or a record in a file of many, as messages name it."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final

from harvester.archive.by_url import UrlSearch, page_by_url
from harvester.archive.discovery import NoSuchInputError, each_input, find_inputs
from harvester.archive.formats import container_form, named_form, read_entries
from harvester.archive.formats.crawl_output import read_article_page
from harvester.archive.formats.detection import find_crawl
from harvester.archive.formats.record_files import RECORD_FORMS, page_at, record_files, records_of
from harvester.archive.formats.warc_reader import pointed_page
from harvester.archive.inputs import PAGE_FORMS, STDIN, Form, Input
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import HarvesterError, InputError, Reason
from harvester.models import Archive, Article
from harvester.store.article_pointers import VERSIONS_FOLDER
from harvester.store.articles import load_article
from harvester.store.datasets.remote_file import AnyPath, RemoteFile, is_remote, located

_SCHEMES: Final = ("http://", "https://")
_NAMED: Final = 5  # pages that are named where one has to be chosen


@dataclass(frozen=True, slots=True)
class PageRequest:
    """What page is asked for."""

    name: (
        str  # a page's file, an article's, a URL, or a record: FILE:OFFSET, FILE!MEMBER, FILE!MEMBER:OFFSET, FILE:LINE
    )
    places: tuple[str, ...] = ()  # files and folders where a URL or the page of an article is looked for
    at: datetime | None = None  # of a URL, the latest page up to then; aware
    address: str | None = None  # checked; in place of what the file says, or does not say


def find_page(wanted: PageRequest) -> SavedPage:
    """Return the page that is asked for, at the address that is given with it; raises as `_found` does."""
    saved = _found(wanted)
    if wanted.address is None:
        return saved
    return replace(saved, page=replace(saved.page, url=wanted.address, final_url=None))


def _found(wanted: PageRequest) -> SavedPage:
    """Return the page that is asked for, read with no more than one page in memory.

    Raises InputError ("no_pages", "unreadable", ...), ParserLimit; NoSuchInputError where the name or a place is
    for nothing, a URL has no places, another name has a time, or a file holds several pages and none is named.
    """
    if wanted.at is not None and not wanted.name.startswith(_SCHEMES):
        raise NoSuchInputError(f"{wanted.name!r} is one page; --at chooses among those of a URL.")
    if wanted.name.startswith(_SCHEMES):
        if not wanted.places:
            raise NoSuchInputError(
                f"{wanted.name} is looked for in saved pages: name a file or folder by --from. "
                "To fetch it and print its article: `harvester read`."
            )
        return page_by_url(UrlSearch(wanted.name, wanted.at), wanted.places)
    path = Path(wanted.name)
    if wanted.name == STDIN or path.exists():
        return _in_file(wanted, path)
    if (record := _split(wanted.name)) is not None:
        return _page_of_record(*record)
    if is_remote(wanted.name):
        return _in_file(wanted, path)
    raise NoSuchInputError(f"{wanted.name!r} does not exist.")


def _in_file(wanted: PageRequest, path: Path) -> SavedPage:
    if wanted.name != STDIN and path.suffix == ".json" and path.is_file():
        return page_of_article(path, wanted.places)
    found = find_inputs([wanted.name])
    if isinstance(found[0], InputError) and found[0].reason == Reason.UNREADABLE:
        raise found[0]
    if len(found) != 1 or not isinstance(found[0], Input):
        raise NoSuchInputError(f"{wanted.name!r} is not one page; name a file, a URL or a record.")
    form, place = found[0].form, found[0].path
    if place is None or form is None or form in PAGE_FORMS:
        return read_saved(found[0])
    return _only_page(place, form)


def _only_page(path: AnyPath, form: Form) -> SavedPage:
    """Return the page in a file that holds one."""
    losses: list[HarvesterError] = []
    entries = list(islice(_pages(path, form, losses), _NAMED))
    if not entries:
        raise losses[0] if losses else InputError(str(path), Reason.NO_PAGES, "holds no page")
    if len(entries) > 1:
        names = ", ".join(f"{entry.name} ({_address(entry) or 'no URL'})" for entry in entries)
        ways = "Name one by its record, or by its URL and --from"
        words = f"{str(path)!r} holds more than one page. {ways}: {names}"
        raise NoSuchInputError(words)
    return _saved(entries[0])


def _pages(path: AnyPath, form: Form, losses: list[HarvesterError] | None = None) -> Iterator[Entry]:
    """Yield the pages in a file; the first loss that is met is added to `losses`."""
    for entry in read_entries(path, form):
        if isinstance(entry.found, SavedPage):
            yield entry
        elif isinstance(entry.found, HarvesterError) and losses is not None and not losses:
            losses.append(entry.found)


def _address(entry: Entry) -> str | None:
    return entry.found.page.address if isinstance(entry.found, SavedPage) else None


# ── records ──────────────────────────────────────────────────────────────────────────────────


def _split(name: str) -> tuple[AnyPath, str] | None:
    """Return the file in the name of a record, and what is behind it; None where no such file exists."""
    for at, char in reversed([*enumerate(name)]):
        if char in "!:" and _is_there(name[:at]):
            return located(name[:at]), name[at:]
    return None


def _is_there(name: str) -> bool:
    if not is_remote(name):
        return Path(name).exists()
    return named_form(name) is not None and RemoteFile(name).is_file()


def _page_of_record(path: AnyPath, record: str) -> SavedPage:
    form = container_form(path) if isinstance(path, Path) else named_form(path.name)
    if form is None:
        raise NoSuchInputError(f"{str(path)!r} is one page and has no records.")
    if form in RECORD_FORMS:
        member, _, offset = record.rpartition(":")
        if not offset.isdecimal():
            raise NoSuchInputError(f"{record!r} is no place in {path}: it ends in :OFFSET, in bytes.")
        return _at(path, form, f"{path}{member}", int(offset))
    name = f"{path}{record}"
    start = int(record[1:]) if form == "jsonl" and record[1:].isdecimal() else 0
    found = next((entry for entry in read_entries(path, form, start) if entry.name == name), None)
    if found is None:
        raise InputError(name, Reason.NO_PAGES, f"there is no such page in {path}")
    return _saved(found)


def _at(path: AnyPath, form: Form, name: str, offset: int) -> SavedPage:
    for source in record_files(path, form):
        if source.name == name:
            return page_at(source, offset)
    raise InputError(name, Reason.NO_PAGES, f"{path} holds no archive of this name")


def _saved(entry: Entry) -> SavedPage:
    if isinstance(entry.found, HarvesterError):
        raise entry.found
    if isinstance(entry.found, SavedPage):
        return entry.found
    raise InputError(entry.name, Reason.NO_PAGES, f"is no page ({entry.found.why})")


# ── articles ─────────────────────────────────────────────────────────────────────────────────


def page_of_article(file: Path, places: Sequence[str] = ()) -> SavedPage:
    """Return the page, or pages, that an article was made from.

    It is looked for in `places`, else in the folders of a crawl that the article is in, and in its own. Raises
    InputError "no_pages", "unreadable".
    """
    article = load_article(file)
    folders = tuple(Path(place) for place in places if Path(place).is_dir()) if places else _archives_around(file)
    place = article.page.archive
    if place is not None and any((folder / place.file).is_file() for folder in folders):
        found = read_article_page(file, folders)
        if isinstance(found, HarvesterError):
            raise found
        return found
    where = tuple(places) or (str(file.parent), *map(str, folders))
    saved = _same_bytes(article, where, file) if place is None else _pointed(place, where)
    if saved is None:
        missing = "its page" if place is None else f"{place.file}, which holds its page,"
        words = f"{missing} is not in {', '.join(where)}; name its place by --from (`harvester export` prints articles)"
        raise InputError(str(file), Reason.NO_PAGES, words)
    return replace(saved, edition=article.edition)


def _archives_around(file: Path) -> tuple[Path, ...]:
    """Return the folders of raw pages of the crawl that an article is in; () for an article of no crawl."""
    folder = file.absolute().parent
    try:
        crawl = find_crawl((folder.parent if folder.name == VERSIONS_FOLDER else folder).parent)
    except OSError:
        return ()
    return crawl.archives if crawl else ()


def _pointed(place: Archive, where: Sequence[str]) -> SavedPage | None:
    """Return the page at an article's pointer, in the first file of that name; None where there is none."""
    name, _, member = place.file.partition("!")
    path = next((path for one in where for path in _files_named(Path(name).name, one)), None)
    if path is None:
        return None
    form = named_form(path.name) or (container_form(path) if isinstance(path, Path) else None) or "warc"
    for source in record_files(path, form):
        if form != "wacz" or source.archive == f"{path.name}!{member}":
            page = pointed_page(records_of(source, place.offset or 0), place, f"{source.name}:{place.offset}")
            return SavedPage(page, archive=place)
    raise InputError(f"{path}!{member}", Reason.UNREADABLE, "there is no such archive in it")


def _files_named(name: str, where: str) -> Iterator[AnyPath]:
    """Yield the files called so: the place itself, in it, or deeper in it."""
    if is_remote(where):
        found = (item.path for item in each_input([where]) if isinstance(item, Input))
        yield from (path for path in found if path is not None and path.name == name)
        return
    place = Path(where)
    if place.is_file():
        yield from (place,) if place.name == name else ()
        return
    if (place / name).is_file():
        yield place / name
    yield from (folder / name for folder in _folders(place) if (folder / name).is_file())


def _folders(place: Path) -> Iterator[Path]:
    return (Path(folder) for folder, _, files in os.walk(place) if files)


def _same_bytes(article: Article, where: Sequence[str], file: Path) -> SavedPage | None:
    """Return the page that has the digest of an article's; a file that is called as the article is looked at first."""
    for is_called_so in (True, False):
        items = (item for item in each_input(where) if isinstance(item, Input) and item.path is not None)
        for item in (item for item in items if (item.stem == file.stem) is is_called_so):
            for saved in _saved_in(item):
                if sha256(saved.page.body).hexdigest() == article.page.sha256:
                    return saved
    return None


def _saved_in(item: Input) -> Iterator[SavedPage]:
    if item.path is not None and item.form is not None and item.form not in PAGE_FORMS:
        yield from map(_saved, _pages(item.path, item.form))
        return
    try:
        yield read_saved(item)
    except HarvesterError:  # not the page of an article
        return
