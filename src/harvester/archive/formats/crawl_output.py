"""The output of `harvester crawl`: its articles, made again from the raw pages in its archive."""

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from harvester.archive.formats.container_spans import EntryRange, lost
from harvester.archive.formats.detection import ARTICLE_FILE, find_crawl
from harvester.archive.formats.warc_reader import Loss, Record, archived_page, page_of, read_records
from harvester.archive.page_entries import Entry
from harvester.archive.saved_page import SavedPage
from harvester.decode import decode
from harvester.errors import HarvesterError, InputError, Reason
from harvester.models import Archive, Page
from harvester.store.articles import load_article

_NUMBER: Final = re.compile(r"-[0-9]{14}-[0-9]+\.warc\.gz$")  # what follows the prefix of a writer in a file's name
_NO_ARCHIVE: Final = "its raw page was not kept: the crawl had no archive, or the page asked not to be archived"


def read_crawl(folder: Path, span: EntryRange) -> Iterator[Entry]:
    """Yield the page of each present article, their places their numbers by host and id, from 1. Raises OSError."""
    crawl = find_crawl(folder)
    if crawl is None:
        if 0 in span:
            yield lost(str(folder), 0, "holds no articles of a crawl", Reason.NO_PAGES)
        return
    for number, article in enumerate(_articles(crawl.articles), 1):
        if span.is_past(number):
            return
        if number not in span:
            continue
        if isinstance(article, InputError):
            yield Entry(article.subject, number, article)
        else:
            yield Entry(str(article), number, read_article_page(article, crawl.archives))


def _articles(folder: Path) -> Iterator[Path | InputError]:
    hosts = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    for host in hosts:
        try:
            yield from sorted(path for path in host.iterdir() if ARTICLE_FILE.fullmatch(path.name))
        except OSError as error:
            words = f"cannot be read: {error.strerror}; check its permissions"
            yield InputError(str(host), Reason.UNREADABLE, words)


def read_article_page(path: Path, archives: tuple[Path, ...]) -> SavedPage | HarvesterError:
    """Return the page of a crawled article with those that follow it, or why there is none."""
    try:
        article = load_article(path)
        place = article.page.archive
        if place is None:
            raise InputError(str(path), Reason.NO_PAGES, _NO_ARCHIVE)
        folder = _folder_of(place, archives, path)
        page = archived_page(folder, place)
        return SavedPage(page, None, tuple(_further(folder, place, page)), place, article.edition)
    except HarvesterError as error:
        where = "" if error.subject == str(path) else f" ({error.subject})"
        return type(error)(str(path), error.reason, error.explanation + where)


def _folder_of(place: Archive, archives: tuple[Path, ...], path: Path) -> Path:
    name = Path(place.file).name
    folder = next((archive for archive in archives if (archive / name).is_file()), None)
    if folder is None:
        explanation = f"its raw page is in {name}, which is neither in the folder of the articles nor beside it"
        raise InputError(str(path), Reason.NO_PAGES, explanation)
    return folder


def _further(folder: Path, place: Archive, first: Page) -> Iterator[Page]:
    """Yield the further pages of an article: the crawl writes them right behind the first one.

    A page follows where the crawl found its link, so the page of another article is never taken.
    """
    from harvester.pagination import MAX_PAGES  # noqa: PLC0415 - lxml and more, for one article in 20

    pages = _pages_behind(folder, place)
    page = first
    for number in range(1, MAX_PAGES):
        wanted = _next_url(page, number)
        following = None if wanted is None else next(pages, None)
        if following is None or following.address != wanted:
            return
        yield following
        page = following


def _next_url(page: Page, number: int) -> str | None:
    from harvester.pagination import next_page  # noqa: PLC0415 - as above
    from harvester.rules.load import load_rules  # noqa: PLC0415 - as above

    address = page.address or ""
    try:
        html = decode(page.body, page.header("content-type"), address)
        return next_page(html, address, load_rules().lexicon, number)
    except HarvesterError:  # no text, or built to hang a parser: cleaning will say so
        return None


def _pages_behind(folder: Path, place: Archive) -> Iterator[Page]:
    """Yield the pages archived behind a place, in its file and in those that the same writer began after it."""
    records = read_records(folder / Path(place.file).name, place.offset or 0)
    next(records, None)  # the first page itself
    for record in chain(records, _records_of_later(folder, Path(place.file).name)):
        if not isinstance(record, Record):
            return
        if record.kind == "response" and (page := page_of(record)) is not None:
            yield page


def _records_of_later(folder: Path, name: str) -> Iterator[Record | Loss]:
    prefix = _NUMBER.sub("", name)
    later = sorted(path for path in folder.iterdir() if path.name > name and _NUMBER.sub("", path.name) == prefix)
    for path in later:
        yield from read_records(path)
