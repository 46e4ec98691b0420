"""A page as it came, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from harvester.errors import HarvesterError, Reason
from harvester.models.article import Article
from harvester.models.frozen import at_once


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a redirect chain."""

    url: str
    status: int


@at_once
@dataclass(frozen=True, slots=True)
class Page:
    """All that is needed to clean a page again."""

    url: str | None  # as asked for; None: a saved file that does not say
    body: bytes  # decompressed, not decoded
    final_url: str | None = None  # after redirects; None: as `url`
    status: int | None = None  # HTTP status; None: not fetched
    headers: tuple[tuple[str, str], ...] = ()  # lower-case names, in order received
    fetched_at: datetime | None = None  # aware, UTC
    chain: tuple[Hop, ...] = ()  # the redirects on the way
    truncated: bool = False  # the body was cut at the size limit
    notes: tuple[str, ...] = ()  # what was odd, in words: "says gzip, is not"

    @property
    def address(self) -> str | None:
        """The URL that relative links are resolved against."""
        return self.final_url or self.url

    def header(self, name: str) -> str | None:
        """Return the first header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one URL or file: failure is data."""

    subject: str  # the URL or file; the id of an article that has neither, where none is written
    page: Page | None  # None: it did not come, or is not kept here
    result: Article | HarvesterError | None  # None: fetched, not cleaned; or nothing new of a crawl
    file: str | None = None  # where its article is in the output
    word: str | None = None  # what a crawl calls it: one of `crawl.outcomes.OUTCOMES`

    @property
    def article(self) -> Article | None:
        """The article, where there is one."""
        return self.result if isinstance(self.result, Article) else None

    @property
    def error(self) -> HarvesterError | None:
        """What went wrong, where something did."""
        return self.result if isinstance(self.result, HarvesterError) else None

    @property
    def reason(self) -> str:
        """One word: why there is no article, or "ok"."""
        return self.word or (self.error.reason if self.error else Reason.OK)
