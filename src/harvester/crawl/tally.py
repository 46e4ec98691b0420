"""What a run did, in figures, and how it ends for whoever started it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from harvester.crawl.recorder import Done
from harvester.crawl.schedule import Kind

# What came as it should, or is an answer about the URL that no later visit will change for the better.
NO_FAILURES: Final = frozenset(
    {
        "ok",
        "not_modified",
        "unchanged",
        "duplicate",
        "gone",
        "soft_404",
        "not_article",
        "not_html",
        "redirected_off_site",
        "robots_denied",
    }
)


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

    def add(self, done: Done) -> None:
        """Take in one visit."""
        self.visits += 1
        self.pages += done.kind is Kind.PAGE
        if done.path is not None:
            self.articles += done.version == 1
            self.versions += done.version != 1
        self.found += done.found
        self.bytes += done.bytes
        self.outcomes[done.outcome] += 1

    @property
    def failures(self) -> Mapping[str, int]:
        """The visits that brought nothing although they might have, by outcome."""
        return {outcome: count for outcome, count in self.outcomes.items() if outcome not in NO_FAILURES}


@dataclass(frozen=True, slots=True)
class Summary:
    """A run that is over."""

    tally: Tally
    ending: str  # "done", "limit" or "stopped"
    seconds: float
