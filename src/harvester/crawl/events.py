"""A visit that is over: as it comes, as it is reported, and what the state is to keep of it. Pure."""

import contextlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from harvester.crawl.answer_reading import Reading
from harvester.crawl.article_files import Stored
from harvester.crawl.requests import validator_of
from harvester.crawl.robots import NOTE_START
from harvester.crawl.schedule import Kind
from harvester.crawl.state.rows import Figures, KnownUrl, Remembered, article_id, article_number, digest_of, hash_of
from harvester.errors import FetchError, Reason
from harvester.links import plain_url
from harvester.models import Article, Page
from harvester.urls import check_url


@dataclass(frozen=True, slots=True)
class Event:
    """A visit that is over."""

    url: KnownUrl
    reading: Reading
    page: Page | None = None  # None: no answer with a body
    conditional: bool = False
    archived: bool = False  # the page is to be kept in the archive
    parts: tuple[Page, ...] = ()  # further pages of the same article


@dataclass(frozen=True, slots=True)
class Done:
    """A visit that is written down; what the user sees of it."""

    url: str
    kind: Kind
    outcome: Reason
    evidence: str | None
    path: Path | None = None  # of the article that is new, or has a new version
    version: int | None = None
    found: int = 0  # URLs not known before
    bytes: int = 0  # of the body
    title: str | None = None
    source: str = ""  # its name
    run: int = 0  # number of the run in the state
    at: str = ""  # ISO 8601, UTC: when it was written down


def figures_of(event: Event) -> Figures | None:
    """Return what the text of an event is like; None: it brought none."""
    article = event.reading.article
    if article is None:
        return None
    story = event.reading.story
    text = digest_of(article.text.encode("utf-8", "replace")) if story is None else story
    return Figures(len(article.text), article.cleaning.confidence, text)


def addresses_of(event: Event) -> tuple[str, ...]:
    """Return the addresses of an event's article beside its URL: those after redirects, and its canonical one."""
    article, page = event.reading.article, event.page
    if article is None or page is None:
        return ()
    named = [*(hop.url for hop in page.chain), page.address]
    if article.canonical_url is not None:
        with contextlib.suppress(FetchError):  # a page may write anything
            named.append(plain_url(check_url(article.canonical_url)))
    return tuple(dict.fromkeys(url for url in named if url is not None and url != event.url.url))


def iso_time(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC.

    >>> iso_time(1_800_000_000.7)
    '2027-01-15T08:00:00Z'
    """
    return datetime.fromtimestamp(int(seconds), UTC).isoformat().replace("+00:00", "Z")


def oddity_of(event: Event) -> str | None:
    """Return what was odd about an answer that came; of the host's robots.txt, with its lists, not with each page."""
    notes = event.page.notes if event.page is not None else ()
    reported = (note for note in notes if event.url.kind is not Kind.PAGE or not note.startswith(NOTE_START))
    return next(reported, None)


def article_of(known: KnownUrl) -> str:
    """Return the id of the article that a URL leads to."""
    return article_id(hash_of(known.url) if known.memory.article is None else known.memory.article)


def elsewhere(url: KnownUrl, article: Article) -> int | None:
    """Return the hash that names an article; None where it is the URL's own."""
    number = article_number(article.id)
    return None if number == hash_of(url.url) else number


def memory_of(event: Event, stored: Stored | None) -> Remembered:
    """Return what the next visit must know; what this one did not bring stays as it was."""
    before, page, reading = event.url.memory, event.page, event.reading
    article = article_number(reading.copy_of) if reading.copy_of else before.article
    if stored is not None and reading.article is not None:
        article = elsewhere(event.url, reading.article)
    return Remembered(
        validator=before.validator if page is None else validator_of(page),
        digest=before.digest if page is None else digest_of(page.body),
        story=before.story if reading.story is None else reading.story,
        article=article,
        version=before.version if stored is None else stored.version,
    )


def may_be_copy(event: Event) -> bool:
    """Return whether an event brings a story of a URL that had none before."""
    return event.reading.article is not None and event.url.memory.version is None


def is_stored(event: Event) -> bool:
    """Return whether the article of an event goes to disk."""
    return event.reading.article is not None and event.reading.outcome == Reason.OK


def as_duplicate(event: Event, found: tuple[str, str]) -> Event:
    """Return the visit of a story that is kept once already, and its page with it."""
    name, evidence = found
    reading = replace(event.reading, outcome=Reason.DUPLICATE, evidence=evidence, copy_of=name)
    return replace(event, reading=reading, archived=False)
