"""One visit of a URL: as far as it has come, and as it ends. Values that go to worker processes and back."""

from dataclasses import dataclass, field

from harvester.crawl.host_profile import HostFacts
from harvester.crawl.sources import Source
from harvester.crawl.state.rows import KnownUrl
from harvester.models import Article, Page, SiteMemory


@dataclass(frozen=True, slots=True)
class Context:
    """What it takes to read what a visit brought, beside that."""

    is_last: bool = True  # no further page of the article is asked for
    shape: str | None = None  # what was learned of the source's URLs
    facts: HostFacts = field(default_factory=lambda: HostFacts(0))  # of the URL's host
    memory: SiteMemory | None = None  # what many pages of the host have in common, where that is known


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit of a URL, as far as it has come."""

    url: KnownUrl
    source: Source
    conditional: bool = False  # the first request asks only for what changed
    pages: tuple[Page, ...] = ()  # that came: an article's, in order; else one
    first: Article | None = None  # what the first of several pages was cleaned to
    context: Context = field(default_factory=Context)  # where a worker process is to read it

    @property
    def page(self) -> Page | None:
        """The answer, the first page of an article; None: no answer with a body."""
        return self.pages[0] if self.pages else None

    def bare(self) -> "Visit":
        """Return the visit as one that brought nothing."""
        return Visit(self.url, self.source)
