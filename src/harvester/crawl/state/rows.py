"""What goes into the state and comes out of it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harvester.crawl.failure_table import PARKED_AT
from harvester.crawl.schedule import Plan, UrlKind, VisitHistory
from harvester.errors import Reason
from harvester.url_names import address_key
from harvester.urls import host_of

NOT_THERE: Final = frozenset(
    {Reason.GONE, Reason.SOFT_404}
)  # that often in a row that the URL is given up: the article is gone
# What a known article ends as when its address begins to lead to another host: there it is visited by itself.
LED_AWAY: Final = frozenset({Reason.DUPLICATE, Reason.REDIRECTED_OFF_SITE})


def is_lost(outcome: str | None, failures: int) -> bool:
    """Return whether a URL was given up because what it led to is not there; failures are counted in halves."""
    return outcome in NOT_THERE and failures >= PARKED_AT


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the last visit of a URL left behind."""

    validator: str | None = None  # ETag, or else Last-Modified, as sent
    digest: int | None = None  # 64 bits of the body's SHA-256
    story: int | None = None  # the text's simhash; of a copy `copy_mark`
    article: int | None = None  # hash that names the article, where it is not this URL's own
    version: int | None = None  # of the article; None: there is none


@dataclass(frozen=True, slots=True)
class KnownUrl:
    """A URL whose turn it is."""

    id: int
    url: str  # checked
    host_id: int
    source_id: int
    kind: UrlKind
    depth: int  # of a sitemap below the first
    seen_at: int  # seconds since 1970
    visited_at: int | None
    history: VisitHistory
    memory: Remembered
    outcome: str | None = None  # of the last visit; None: never visited
    hops: int = 0  # redirects from host to host that led here
    is_paused: bool = False  # it would be visited again, if its source were not taken out

    @property
    def is_lost(self) -> bool:
        """Whether it was given up because what it led to is not there."""
        return is_lost(self.outcome, self.history.failures)

    @property
    def is_left(self) -> bool:
        """Whether it had an article, and is visited no more to look for edits of it: it leads to another host now."""
        return self.memory.version is not None and (self.is_paused or self.outcome in LED_AWAY)


@dataclass(frozen=True, slots=True)
class NewUrl:
    """A URL that discovery or the sources file names."""

    url: str  # checked
    source_id: int
    kind: UrlKind = UrlKind.PAGE
    depth: int = 0
    modified_at: int | None = None  # seconds since 1970: a visit before that is out of date
    hops: int = 0  # redirects from host to host that led here
    is_archive: bool = False  # a sitemap names it, which may name all that there ever was: lists and news come first


def unvisited(new: NewUrl) -> KnownUrl:
    """Return a URL as a state knows one that was never visited."""
    return KnownUrl(
        0, new.url, 0, new.source_id, new.kind, new.depth, 0, None, VisitHistory(), Remembered(), hops=new.hops
    )


@dataclass(frozen=True, slots=True)
class Added:
    """What became of URLs that were named."""

    found: int = 0  # not known before
    sitemaps: int = 0  # among these
    left: int = 0  # sitemaps that are still not known, because there was no room for them
    left_out: tuple[str, ...] = ()  # by which field that says nothing, for each link to a page that is known


@dataclass(frozen=True, slots=True)
class Figures:
    """What a text is like, for whoever compares it with others of its source."""

    chars: int
    confidence: float  # 0 to 1
    text: int  # its simhash; of a text too short for one a digest, with its title


@dataclass(frozen=True, slots=True)
class LastText:
    """One of the last texts of a source."""

    url: int  # number of the URL that gave it
    text: int  # as in its `Figures`
    is_replaced: bool = False  # it stood in place of the article of that URL


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """A version of an article as it is on disk."""

    id: str  # of the article
    version: int
    file: str  # relative to the output folder
    sha256: str | None  # hex, of the file; None: it is not there any more
    page: str | None  # hex SHA-256 of the page it was made from


@dataclass(frozen=True, slots=True)
class Done:
    """What the user sees of a visit that is written down."""

    url: str
    kind: UrlKind
    outcome: Reason
    evidence: str | None = None
    path: Path | None = None  # of the article that is new, or has a new version
    version: int | None = None
    found: int = 0  # URLs not known before
    bytes: int = 0  # of the body
    title: str | None = None
    source: str = ""  # its name
    run: int = 0  # number of the run in the state
    at: str = ""  # ISO 8601, UTC: when it was written down


@dataclass(frozen=True, slots=True)
class Visited:
    """A visit that is written down: what the user sees of it, and what the state keeps beside that."""

    url: KnownUrl  # as it was before
    done: Done
    plan: Plan
    memory: Remembered
    stored: tuple[StoredVersion, ...] = ()  # the present one last, before it those that the run did not know of
    is_new: bool = False  # it brought an article, or another version of one
    figures: Figures | None = None  # of the text that it brought
    addresses: tuple[str, ...] = ()  # checked URLs by which the article may be looked for, beside the URL itself
    moved_to: str | None = None  # checked URL, known already, where the page is now
    is_other: bool = False  # another text than the article that the URL had: copies of that one are visited
    text: int | None = None  # digest of what came by a URL with a query

    @property
    def outcome(self) -> Reason:
        """What became of the URL."""
        return self.done.outcome


@dataclass(frozen=True, slots=True)
class Story:
    """An article that is about to be written for the first time."""

    url: KnownUrl
    article: int | None  # hash that names it, where it is not the URL's own
    bands: tuple[int, ...]  # for look-ups of similar ones


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A robots.txt as it came."""

    origin: str
    fetched_at: int  # seconds since 1970
    status: int | None  # None: no answer
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class HostSchedule:
    """When a host may be asked again."""

    host_id: int
    blocked_until: float  # seconds since 1970
    pause_s: float
    rested_s: float | None = None  # the pause from when the host is given back; None: the same
    lease_no: int | None = None  # of the lease under which the host was asked; None: whichever its owner has


@dataclass(frozen=True, slots=True)
class LeasedHost:
    """A host that is ours for a while, with what is due there."""

    id: int
    name: str
    blocked_until: float  # seconds since 1970
    pause_s: float | None  # None: never asked
    urls: tuple[KnownUrl, ...] = ()
    robots: tuple[RobotsFile, ...] = ()
    facts: str | None = None  # JSON
    lease_no: int | None = None


@dataclass(frozen=True, slots=True)
class Runner:
    """Who runs, and with what."""

    owner: str  # of the leases; of one run only
    machine: str = ""  # "": unknown
    sources: int | None = None  # digest of the sources


@dataclass(frozen=True, slots=True)
class Intent:
    """Articles that a run is about to write, on hosts that it believes to hold."""

    owner: str
    clocks: tuple[HostSchedule, ...]
    touched: tuple[int, ...]  # ids of URLs
    stories: tuple[Story, ...] = ()  # those of them that are new


@dataclass(frozen=True, slots=True)
class Share:
    """What there is to do for all machines at this moment."""

    machines: int  # at work, this one among them
    hosts: int  # that have something due and may be asked
    free_at: float | None = None  # when the first of those that others hold is free, seconds since 1970

    @property
    def hosts_each(self) -> int:
        """How many hosts each machine may hold."""
        return max(-(-self.hosts // max(self.machines, 1)), 1)


@dataclass(frozen=True, slots=True)
class Lease:
    """Who takes hosts, and for how long."""

    owner: str
    seconds: float
    pauses: Mapping[int, float]  # source id -> seconds between two requests that it asks for
    # Host that sources name themselves -> the longest of their pauses.
    named: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeaseLimits:
    """What is taken of a host at a time."""

    limit: int  # URLs
    spent: frozenset[int] = frozenset()  # sources that have had their share of this run
    barren: frozenset[int] = frozenset()  # hosts where this run may visit nothing of what is due


def hash_of(url: str) -> int:
    """Return 64 bits of the URL's SHA-256, signed, the same for all its spellings.

    The first clash is expected beyond four thousand million URLs.
    """
    return digest_of(address_key(url).encode())


def digest_of(body: bytes) -> int:
    """Return 64 bits of a body's SHA-256, signed."""
    return digest_in(hashlib.sha256(body).hexdigest())


def digest_in(sha256: str) -> int:
    """Return what `digest_of` returns of the body with this SHA-256 (hex)."""
    return int.from_bytes(bytes.fromhex(sha256[:16]), "big", signed=True)


def article_id(number: int) -> str:
    """Return the id of the article at the URL with this hash: 16 hex digits.

    >>> article_id(hash_of("https://a.example/"))
    'befde498a45b6c82'
    """
    return f"{number & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def article_number(article: str) -> int:
    """Return the hash in an article's id."""
    return int.from_bytes(bytes.fromhex(article), "big", signed=True)


def target_from(url: str) -> str:
    """Return a checked URL as it is stored: without "https://HOST" where that goes without saying."""
    head = f"https://{host_of(url)}/"
    return url[len(head) - 1 :] if url.startswith(head) else url


def url_from(host: str, target: str) -> str:
    """Return the URL that `target_from` shortened."""
    return f"https://{host}{target}" if target.startswith("/") else target
