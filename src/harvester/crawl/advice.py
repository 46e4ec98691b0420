"""What a person reads of each source: how it is, what shows it, what to do; the words are in failures.toml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvester.crawl.failure_table import Advice, advice_table, of_outcome
from harvester.crawl.health import Condition, SourceFacts, Usual, judge
from harvester.crawl.schedule import HOUR_S

_RANK: Final = {condition: rank for rank, condition in enumerate(Condition)}


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source as `harvester status` shows it; times are seconds since 1970."""

    name: str
    condition: Condition
    needs_person: bool
    last_good: int | None  # visit
    last_article: int | None  # new one
    articles: Mapping[int, int]  # in the last 1, 7 and 30 days
    usual: Usual
    next_due: int | None  # visit of one of its lists
    waiting: int  # URLs that are due
    failing_since: int | None
    reason: str | None  # outcome of what fails
    says: str  # what is wrong, in words
    evidence: str | None
    url: str | None  # where it was met last
    advice: str


def line_of(facts: SourceFacts, now: int) -> SourceLine:
    """Return what a person reads of a source."""
    verdict = judge(facts, now)
    words = _said(verdict.condition, verdict.outcome)
    is_well = verdict.condition is Condition.FINE
    lasts_s = now - verdict.since if verdict.since is not None else 0
    return SourceLine(
        name=facts.name,
        condition=verdict.condition,
        needs_person=not is_well and verdict.condition is not Condition.NEW and lasts_s >= words.patience_h * HOUR_S,
        last_good=facts.good_at,
        last_article=facts.article_at,
        articles=facts.articles,
        usual=facts.usual,
        next_due=facts.due_at,
        waiting=facts.waiting,
        failing_since=verdict.since,
        reason=verdict.outcome,
        says=words.says,
        evidence=verdict.evidence,
        url=verdict.url,
        advice=words.advice,
    )


def _said(condition: Condition, outcome: str | None) -> Advice:
    return advice_table()["condition"][condition] if outcome is None else of_outcome(outcome)


def worst_first(facts: Sequence[SourceFacts], now: int) -> tuple[SourceLine, ...]:
    """Return a line for each source: those that need a person first, by how bad it is, then by how long it lasts."""
    lines = [line_of(one, now) for one in facts]
    return tuple(sorted(lines, key=lambda line: _order(line, now)))


def _order(line: SourceLine, now: int) -> tuple[bool, int, int, str]:
    since = now if line.failing_since is None else line.failing_since
    return not line.needs_person, _RANK[line.condition], since, line.name
