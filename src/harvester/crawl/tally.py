"""What a run did, in figures, and how it ends for whoever started it."""

from collections import Counter
from dataclasses import dataclass, field

from harvester.crawl.advice import SourceLine
from harvester.crawl.schedule import UrlKind, is_failure
from harvester.crawl.state.report import Report
from harvester.crawl.state.rows import Done


@dataclass(slots=True)
class SourceTally:
    """The sums of one source."""

    articles: int = 0
    versions: int = 0
    found: int = 0
    bytes: int = 0
    failed: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)

    def add(self, done: Done, *, failed: bool) -> None:
        """Take in one visit."""
        if done.path is not None:
            self.articles += done.version == 1
            self.versions += done.version != 1
        self.found += done.found
        self.bytes += done.bytes
        self.failed += failed
        self.outcomes[done.outcome] += 1


@dataclass(slots=True)
class Tally:
    """The sums of a run; grows with each visit."""

    visits: int = 0
    pages: int = 0  # visits of what may be an article
    articles: int = 0  # written for the first time
    versions: int = 0  # later ones
    found: int = 0  # URLs not known before
    bytes: int = 0  # of bodies, decoded
    outcomes: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)  # those of the outcomes that are failures
    sources: dict[str, SourceTally] = field(default_factory=dict)  # by name

    def add(self, done: Done) -> None:
        """Take in one visit."""
        self.visits += 1
        self.pages += done.kind is UrlKind.PAGE
        if done.path is not None:
            self.articles += done.version == 1
            self.versions += done.version != 1
        self.found += done.found
        self.bytes += done.bytes
        self.outcomes[done.outcome] += 1
        failed = is_failure(done.kind, done.outcome)
        if failed:
            self.failures[done.outcome] += 1
        self.sources.setdefault(done.source, SourceTally()).add(done, failed=failed)

    @property
    def failed_sources(self) -> dict[str, int]:
        """How many visits failed, by the source's name."""
        return {name: one.failed for name, one in self.sources.items() if one.failed}


@dataclass(frozen=True, slots=True)
class CrawlSummary:
    """A run that is over."""

    tally: Tally
    ending: str  # "done", "limit" or "stopped"
    seconds: float
    report: Report  # the state, as the run left it
    mended: int = 0  # URLs whose times lay in the future
    sources: tuple[SourceLine, ...] = ()  # how they are now, those that need a person first
