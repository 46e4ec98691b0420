"""How far a value is trusted by the place that it was read from, for a field on which no vote is held.

Each such field has a table: a place, and the logarithm of the odds that what it says is right. The trust is the share
against "the page does not say", as in a vote. `python benchmarks/trust.py` measures it.
"""

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from harvester.metadata.evidence import FieldReading
from harvester.models import Evidence

_MAX_PARTS: Final = 3  # of an origin that name a kind of place: "meta:og:title"; a value may follow


class PlaceTrust(NamedTuple):
    """The table of a field."""

    weights: Mapping[str, float]  # place -> logarithm of the odds; "meta:og:title", or "meta" for all that begin so
    least: float = 0.5  # the trust below which a value is left out: it is more often wrong than right


def weighed(found: FieldReading[Any], places: PlaceTrust) -> FieldReading[Any]:
    """Return a reading with the trust of its places; without its value where that is too little.

    What a vote has weighed is as it was.
    """
    if not found.evidence or found.evidence[0].trust is not None:
        return found
    shown = [_with_trust(one, places) for one in found.evidence]
    is_trusted = shown[0].chosen or any(one.chosen for one in shown)
    return FieldReading(found.value if is_trusted else None, tuple(shown))


def _with_trust(one: Evidence, places: PlaceTrust) -> Evidence:
    weight = places.weights.get(one.origin)
    trust = trust_of(weight if weight is not None else weight_of(one.origin, places.weights))
    return Evidence(one.field, one.value, one.origin, one.chosen and trust >= places.least, trust)


@lru_cache(maxsize=1024)
def trust_of(weight: float) -> float:
    """Return the share of a weight against that of "the page does not say", which is 0.

    >>> trust_of(0.0), trust_of(2.2)
    (0.5, 0.9)
    """
    return round(1 / (1 + math.exp(-weight)), 3)


def weight_of(origin: str, weights: Mapping[str, float]) -> float:
    """Return the weight of a place; the least of the table where it has none.

    >>> table = {"meta": 1.0, "block": 0.5}
    >>> [weight_of(origin, table) for origin in ("meta:og:title", "block:12", "link")]
    [1.0, 0.5, 0.5]
    """
    place = place_in(origin, weights)
    return weights[place] if place is not None else min(weights.values())


def place_in(origin: str, weights: Mapping[str, float]) -> str | None:
    """Return the row of a table for a place: the longest part of its name, without the number of a block.

    >>> table = {"meta": 1.0, "meta:og:title": 2.0, "block": 0.5, "block:class": 0.7}
    >>> [place_in(origin, table) for origin in ("meta:og:title", "meta:title", "block:12", "block:12:class", "link")]
    ['meta:og:title', 'meta', 'block', 'block:class', None]
    """
    if origin in weights:
        return origin
    for name in _names_of(origin):
        if name in weights:
            return name
    return None


@lru_cache(maxsize=1024)  # pages share most of their origins
def _names_of(origin: str) -> tuple[str, ...]:
    parts = [part for part in origin.split(":", _MAX_PARTS)[:_MAX_PARTS] if not part.isdigit()]
    return tuple(":".join(parts[:end]) for end in range(len(parts), 0, -1))
