"""What a person wants of one run."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be visited although it is not due."""

    now: bool = False  # lists, and pages that failed
    source: str | None = None  # name of the only source that the run is for; None: all
