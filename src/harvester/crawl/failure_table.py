"""The ways that a visit may fail, a row of `failures.toml` each: what it counts, and the words for a person."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

# Failures are counted in halves: what is more about the moment than about the URL counts half (Media Cloud).
PARKED_AT: Final = 2 * 30
HARD: Final = 2
Weight = Literal["soft", "hard", "eight_times", "three_times", "final"]
_HALVES: Final[Mapping[Weight, int]] = {
    "soft": 1,
    "hard": HARD,
    # Over eight days, as long as any article is visited: old ones that a site leads to its login are asked no longer.
    "eight_times": -(-PARKED_AT // 8),
    # An article that was there may come back after a mishap of the site's; a third 404 in a row is an answer.
    "three_times": PARKED_AT // 3,
    "final": PARKED_AT,  # asking again brings the same: an answer about the URL, not about the moment
}


class Advice(NamedTuple):
    """The words for an outcome or a condition."""

    says: str
    advice: str
    patience_h: float
    weight: Weight = "hard"  # of an outcome
    no_article: bool = False  # the page is no article to have: nobody needs to look into it

    @property
    def halves(self) -> int:
        """How many halves of a failure it counts."""
        return _HALVES[self.weight]


UNKNOWN: Final = Advice("", "look into it with harvester status --source", 0)  # a word of another version


@cache
def advice_table() -> Mapping[str, Mapping[str, Advice]]:
    """Return the words for each outcome and condition: the tables "outcome" and "condition"."""
    text = Path(__file__).with_name("failures.toml").read_text(encoding="utf-8")
    return {table: {key: Advice(**row) for key, row in rows.items()} for table, rows in tomllib.loads(text).items()}


@cache
def final_outcomes() -> frozenset[str]:
    """Return the outcomes after which a URL is given up at once: asking again brings the same."""
    return frozenset(outcome for outcome, row in advice_table()["outcome"].items() if row.weight == "final")


def of_outcome(outcome: str) -> Advice:
    """Return the row of an outcome."""
    return advice_table()["outcome"].get(outcome) or UNKNOWN._replace(says=outcome)
