"""A value together with where it was read."""

from typing import Generic, NamedTuple, TypeVar

from harvester.models import Evidence

T_co = TypeVar("T_co", covariant=True)

EVIDENCE_CHARS = 200  # enough to find the place again; a whole description would double the ledger


class FieldReading(NamedTuple, Generic[T_co]):
    """What a reader found, and its origin."""

    value: T_co
    evidence: tuple[Evidence, ...]


def value_of(found: FieldReading[T_co] | None) -> T_co | None:
    """Return the value of a reading, or None when nothing was found."""
    return found.value if found is not None else None


def evidence(field: str, value: str, origin: str) -> Evidence:
    """Return the evidence of `field`, its value cut to `EVIDENCE_CHARS`."""
    return Evidence(field, value[:EVIDENCE_CHARS], origin)


def reading(field: str, value: str, origin: str) -> FieldReading[str]:
    """Return a text read at one place."""
    return FieldReading(value, (evidence(field, value, origin),))
