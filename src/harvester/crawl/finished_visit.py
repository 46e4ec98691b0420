"""A visit that is over, and what the state is to keep of it; pure."""

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from harvester.crawl.article_files import WrittenArticle
from harvester.crawl.reposts import article_simhash, copy_mark
from harvester.crawl.requests import validator_of
from harvester.crawl.robots import NOTE_START
from harvester.crawl.schedule import UrlKind
from harvester.crawl.state.rows import (
    Figures,
    KnownUrl,
    Remembered,
    article_id,
    article_number,
    digest_in,
    digest_of,
    hash_of,
)
from harvester.crawl.visit import AnswerReading, Visit, failed_reading
from harvester.errors import FetchError, HarvesterError, InternalError, Reason
from harvester.models import Article, Page
from harvester.urls import check_url
from harvester.web_links import plain_url

ADOPTED: Final = ("x-harvester-adopted", "from a file that a person saved")  # a header: the archive says so


@dataclass(frozen=True, slots=True)
class FinishedVisit:
    """A visit that is over, and not written down yet."""

    visit: Visit
    reading: AnswerReading

    @property
    def url(self) -> KnownUrl:
        """What was visited."""
        return self.visit.url

    @property
    def page(self) -> Page | None:
        """The first page that came; None: no answer with a body."""
        return self.visit.page

    @property
    def is_archived(self) -> bool:
        """Whether its pages are to be kept in the archive; of one that came unchanged, that it did."""
        if self.url.kind is not UrlKind.PAGE or self.page is None or not self.visit.source.archive:
            return False
        match self.reading.outcome:
            case Reason.UNCHANGED:
                return self.url.memory.version is not None
            case Reason.DUPLICATE | Reason.REPLACED:
                return False  # its article is kept once, and its page with it; or it is not that of its address
            case _:
                return self.reading.article is not None and self.reading.archivable


def fault_of(visit: Visit, error: Exception) -> FinishedVisit:
    """Return what nobody foresaw as what became of a URL."""
    fault = error if isinstance(error, HarvesterError) else InternalError.of(visit.url.url, error)
    return FinishedVisit(visit.bare(), failed_reading(fault))


def figures_of(finished: FinishedVisit) -> Figures | None:
    """Return what the text of a visit is like; None: it brought none."""
    article = finished.reading.article
    return None if article is None else _figures(article, finished.reading.story)


def figures_in(article: Article) -> Figures:
    """Return what `figures_of` returned of the visit that brought an article."""
    return _figures(article, article_simhash(article))


def _figures(article: Article, story: int | None) -> Figures:
    if story is None:  # many pages may have the same few words below titles of their own
        story = digest_of(f"{article.title}\n{article.text}".encode("utf-8", "replace"))
    return Figures(len(article.text), article.cleaning.confidence, story)


def text_of(finished: FinishedVisit) -> int | None:
    """Return the digest of the text that came by a URL with a query; None of another URL, or where none came."""
    article = finished.reading.article
    if article is None or finished.url.kind is not UrlKind.PAGE or "?" not in finished.url.url:
        return None
    return digest_of(f"{article.title}\n{article.text}".encode("utf-8", "replace"))


def addresses_of(finished: FinishedVisit) -> tuple[str, ...]:
    """Return the addresses of the article of a visit beside its URL: those after redirects, and its canonical one."""
    article, page = finished.reading.article, finished.page
    if article is None or page is None or finished.reading.outcome == Reason.REPLACED:
        return ()
    named = [plain_url(url) for url in (*(hop.url for hop in page.chain), page.address) if url is not None]
    if article.canonical_url is not None:
        with contextlib.suppress(FetchError):  # a page may write anything
            named.append(plain_url(check_url(article.canonical_url)))
    return tuple(dict.fromkeys(url for url in named if url != finished.url.url))


def iso_time(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC.

    >>> iso_time(1_800_000_000.7)
    '2027-01-15T08:00:00Z'
    """
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def oddity_of(finished: FinishedVisit) -> str | None:
    """Return what was odd about an answer that came; of the host's robots.txt, with its lists, not with each page."""
    notes = finished.page.notes if finished.page is not None else ()
    reported = (note for note in notes if finished.url.kind is not UrlKind.PAGE or not note.startswith(NOTE_START))
    return next(reported, None)


def article_of(known: KnownUrl) -> str:
    """Return the id of the article that a URL leads to."""
    return article_id(hash_of(known.url) if known.memory.article is None else known.memory.article)


def elsewhere(url: KnownUrl, article: Article) -> int | None:
    """Return the hash that names an article; None where it is the URL's own."""
    number = article_number(article.id)
    return None if number == hash_of(url.url) else number


def memory_of(finished: FinishedVisit, stored: WrittenArticle | None) -> Remembered:
    """Return what the next visit must know; what this one did not bring stays as it was."""
    before, page, reading = finished.url.memory, finished.page, finished.reading
    if reading.forgets:
        return Remembered()
    article = article_number(reading.copy_of) if reading.copy_of else before.article
    if stored is not None and reading.article is not None:
        article = elsewhere(finished.url, reading.article)
    return Remembered(
        validator=before.validator if page is None else validator_of(page),
        digest=before.digest if page is None else _digest_of_page(page, reading.article),
        story=_story_after(finished),
        article=article,
        version=before.version if stored is None else stored.version,
    )


def _story_after(finished: FinishedVisit) -> int | None:
    """Return the simhash of the text that a URL has, of a copy with its title: an edit of it alone is to be seen."""
    reading, before = finished.reading, finished.url.memory.story
    if reading.article is None or reading.story is None or reading.outcome == Reason.REPLACED:
        return before
    return copy_mark(reading.article, reading.story) if reading.outcome == Reason.DUPLICATE else reading.story


def _digest_of_page(page: Page, article: Article | None) -> int:
    """Return the digest of a page's body; its article has it, where one was made of it."""
    return digest_of(page.body) if article is None else digest_in(article.page.sha256)


def may_be_copy(finished: FinishedVisit) -> bool:
    """Return whether a visit brings a story of a URL that had none before."""
    return finished.reading.article is not None and finished.url.memory.version is None


def is_stored(finished: FinishedVisit) -> bool:
    """Return whether the article of a visit goes to disk."""
    return finished.reading.article is not None and finished.reading.outcome == Reason.OK


def as_duplicate(finished: FinishedVisit, found: tuple[str, str], *, stands_in: bool) -> FinishedVisit:
    """Return the visit of a story that is kept once already, and its page with it."""
    name, evidence = found
    reading = replace(finished.reading, outcome=Reason.DUPLICATE, evidence=evidence, copy_of=name, stands_in=stands_in)
    return replace(finished, reading=reading)


def as_replaced(finished: FinishedVisit, evidence: str) -> FinishedVisit:
    """Return the visit of an address at which another text stands than its article: that stays as it is."""
    return replace(finished, reading=replace(finished.reading, outcome=Reason.REPLACED, evidence=evidence))


def as_unchanged(finished: FinishedVisit, evidence: str) -> FinishedVisit:
    """Return the visit of a known article of which less is shown than is known: the article and its page stay."""
    reading = AnswerReading(Reason.UNCHANGED, evidence, shape=finished.reading.shape)
    return replace(finished, reading=reading)


def as_another(finished: FinishedVisit) -> FinishedVisit:
    """Return the visit of a known article in whose place another text is to be, for itself and for its copies.

    Where the article is that of another address, to which this one led, the URL forgets it.
    """
    reading, url = finished.reading, finished.url
    if reading.article is None or reading.article.id == article_of(url):
        return replace(finished, reading=replace(reading, is_other=True))
    evidence = f"has a text of its own now, no longer that of article {article_of(url)}"
    return as_replaced(replace(finished, reading=replace(reading, is_other=True, forgets=True)), evidence)
