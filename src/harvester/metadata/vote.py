"""One vote over the candidates for a field.

A candidate brings *signs*: where it was read, and what speaks for or against it. Each sign has a weight in the field's
table; candidates of the same value are one, with the signs of all. The highest sum wins. The weights are logarithms of
odds, so the share of a candidate in the vote (its softmax) is how far it can be trusted, and agreement raises it.
"""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from typing import Final, Generic, NamedTuple, TypeVar

from harvester.metadata.evidence import EVIDENCE_CHARS
from harvester.models import Evidence

T = TypeVar("T")
MAX_ORIGINS: Final = 100  # of one candidate
MAX_SHOWN: Final = 12  # candidates of a field in the evidence; hostile pages have thousands


class Candidate(NamedTuple, Generic[T]):
    """One value that a field may have.

    A named tuple, as all values here of which a page has dozens: a frozen dataclass takes four times as long to make.
    """

    value: T
    key: str  # equal for candidates that say the same
    text: str  # the value as it is shown
    origin: str  # "json-ld:headline", "block:12", ...
    signs: Mapping[str, float]  # name -> how strongly, 0 to 1


class Doubt(NamedTuple):
    """The weight against every candidate of a field."""

    nothing: float  # the weight of "the page does not say", as of a candidate
    least: float  # the trust below which the best is left out


NONE: Final = Doubt(-math.inf, 0.0)


class Vote(NamedTuple, Generic[T]):
    """A vote that was held."""

    best: Candidate[T]
    is_trusted: bool  # else it is left out
    evidence: tuple[Evidence, ...]  # the best first


def merge(candidates: Iterable[Candidate[T]]) -> tuple[Candidate[T], ...]:
    """Return one candidate for each key, with the value of the first and the signs of all."""
    alike: dict[str, list[Candidate[T]]] = {}
    for one in candidates:
        alike.setdefault(one.key, []).append(one)
    return tuple([same[0] if len(same) == 1 else _merged(same) for same in alike.values()])


def _merged(same: list[Candidate[T]]) -> Candidate[T]:
    value, key, text, _, _ = same[0]
    return Candidate(value, key, text, _joined(list(map(_origin, same))), strongest(list(map(_signs, same))))


_origin: Final = attrgetter("origin")
_signs: Final = attrgetter("signs")


def _joined(origins: list[str]) -> str:
    """Return at most `MAX_ORIGINS` of the places, each once; one that holds several as a whole."""
    once = dict.fromkeys(origins)
    joined = ", ".join(once)
    if len(once) <= MAX_ORIGINS and joined.count(",") == len(once) - 1:  # as nearly all
        return joined
    told: list[str] = []
    known: set[str] = set()
    for origin in origins:
        if origin not in known and len(told) < MAX_ORIGINS:
            told.append(origin)
            known.update(origin.split(", "))
    return ", ".join(told)


def strongest(all_signs: list[Mapping[str, float]]) -> dict[str, float]:
    """Return the signs of all, each as strong as it is at most, and no weaker than 0."""
    signs: dict[str, float] = {}
    for own in all_signs:
        for name, strength in own.items():
            known = signs.get(name)
            if known is None or strength > known:
                signs[name] = strength if strength > 0.0 else 0.0
    return signs


def hold_vote(
    field: str, candidates: tuple[Candidate[T], ...], weights: Mapping[str, float], doubt: Doubt = NONE
) -> Vote[T] | None:
    """Return the candidate whose signs weigh most, the first of equals, and the share of each; None without any."""
    if not candidates:
        return None
    if len(candidates) == 1:
        return _unopposed(field, candidates[0], weights, doubt)
    sums = [_sum(one.signs, weights) for one in candidates]
    order = sorted(range(len(candidates)), key=lambda index: -sums[index])
    best = sums[order[0]]
    whole = sum([math.exp(one - best) for one in (*sums, doubt.nothing)])
    is_trusted = 1 / whole >= doubt.least
    shown: list[Evidence] = []
    for index in order[:MAX_SHOWN]:
        _, _, text, origin, _ = candidates[index]
        trust = round(math.exp(sums[index] - best) / whole, 3)
        shown.append(Evidence(field, text[:EVIDENCE_CHARS], origin, is_trusted and index == order[0], trust))
    return Vote(candidates[order[0]], is_trusted, tuple(shown))


def _unopposed(field: str, one: Candidate[T], weights: Mapping[str, float], doubt: Doubt) -> Vote[T]:
    """Return the vote on one candidate, as most votes are: only the doubt is against it."""
    share = 1 / (1.0 + math.exp(doubt.nothing - _sum(one.signs, weights)))
    is_trusted = share >= doubt.least
    shown = Evidence(field, one.text[:EVIDENCE_CHARS], one.origin, is_trusted, round(share, 3))
    return Vote(one, is_trusted, (shown,))


def trusted_with(vote: Vote[T], doubt: Doubt, says_so: Callable[[Evidence], bool]) -> tuple[Evidence, ...]:
    """Return the evidence of a vote with the best as far trusted as it and all others that say so, too, together."""
    best, *others = vote.evidence
    trust = sum(one.trust or 0.0 for one in (best, *filter(says_so, others)))
    return (replace(best, chosen=True, trust=round(trust, 3)), *others) if trust >= doubt.least else vote.evidence


def _sum(signs: Mapping[str, float], weights: Mapping[str, float]) -> float:
    total = 0.0
    for name, strength in signs.items():  # in a loop of its own: most candidates have three signs
        total += weights[name] * strength
    return total


def first_of(
    field: str, candidates: Iterable[Candidate[T]], weights: Mapping[str, float], doubt: Doubt
) -> Vote[T] | None:
    """Return the first candidate, as of a field whose places are asked in a fixed order, and how far it is trusted.

    Other places with the same value raise the trust; those with another come later in the order.
    """
    merged = merge(candidates)
    return hold_vote(field, merged[:1], weights, doubt)
