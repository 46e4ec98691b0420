"""One visit of a URL: as far as it has come, and as it ends. Values that go to worker processes and back."""

from dataclasses import dataclass, field

from harvester.crawl.host_profile import HostProfile
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import KnownUrl, NewUrl
from harvester.errors import HarvesterError, InternalError, Reason
from harvester.models import Article, Page, SiteMemory


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What it takes to read what a visit brought, beside that."""

    is_last: bool = True  # no further page of the article is asked for
    shape: str | None = None  # what was learned of the source's URLs
    facts: HostProfile = field(default_factory=lambda: HostProfile(0))  # of the URL's host
    memory: SiteMemory | None = None  # what many pages of the host have in common, where that is known


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a URL, as far as it has come."""

    url: KnownUrl
    source: CrawlSource
    conditional: bool = False  # the first request asks only for what changed
    pages: tuple[Page, ...] = ()  # that came: an article's, in order; else one
    first: Article | None = None  # what the first of several pages was cleaned to
    context: ReadingContext = field(default_factory=ReadingContext)  # where a worker process is to read it

    @property
    def page(self) -> Page | None:
        """The answer, the first page of an article; None: no answer with a body."""
        return self.pages[0] if self.pages else None

    def bare(self) -> "Visit":
        """Return the visit as one that brought nothing."""
        return Visit(self.url, self.source)


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """What an answer holds."""

    outcome: Reason
    evidence: str | None = None
    article: Article | None = None  # with `next_url`: what is on the first page
    new: tuple[NewUrl, ...] = ()
    next_url: str | None = None  # the next page of the same article
    refresh_url: str | None = None  # where a page without an article leads by itself, as written
    ttl_s: int | None = None  # what a feed asks for
    story: int | None = None  # the text's simhash
    keys: tuple[int, ...] = ()  # by which similar stories are found
    copy_of: str | None = None  # id of the article that this is a copy of
    stands_in: bool = False  # for that article, whose own address is not visited any more
    is_other: bool = False  # another text than the article that its URL had: what was a copy of that is none now
    forgets: bool = False  # which it is to forget, and become an article of its own at the next visit
    moved_to: str | None = None  # checked URL on another host to which a page redirects
    paywalled: bool = False
    signals: tuple[str, ...] = ()
    archivable: bool = True  # the page does not forbid it
    shape: str | None = None  # what was learned of the source's URLs, where that is more than before
    fault: InternalError | None = None  # of harvester itself, with its traceback


def failed_reading(error: HarvesterError, explanation: str | None = None) -> AnswerReading:
    """Return an error as what became of an answer."""
    fault = error if isinstance(error, InternalError) else None
    return AnswerReading(error.reason, explanation or error.explanation, fault=fault)
