"""A run in bulk under way: what its phases share, who watches it, and what ends it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from harvester.errors import HarvesterError, Reason, RulesError, StoreError
from harvester.reclean.job import Clean, CleanJob
from harvester.reclean.journal import Journal, Sizes
from harvester.reclean.unit_results import UnitResult
from harvester.store.datasets.storage import LocalStorage, Storage
from harvester.store.fault_log import LOG_NAME
from harvester.workers.process_pool import Workers

Value = TypeVar("Value")


class RunProgress(Protocol):
    """Follows how a run goes."""

    def begins(self, phase: str, sizes: Sizes | None) -> None:
        """Report that a phase begins: "plan", "look", "learn", "clean", "check" or "hand on"."""

    def page(self, unit: int, at: int, size: int) -> None:
        """Report that page number `at` of a unit is begun, about `size` stored bytes in; twice is no fault."""

    def ends(self, unit: int, size: int, result: UnitResult) -> None:
        """Report what became of a unit of `size` stored bytes, in the order of the inputs."""

    def note(self, words: str) -> None:
        """Report something that a person should know."""


class DamagedInputError(Exception):
    """An input is damaged, and the run was to end there."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run under way."""

    job: CleanJob
    clean: Clean
    work: Path
    place: Storage
    journal: Journal
    pool: Workers
    progress: RunProgress
    fingerprints: tuple[str, str]

    @property
    def log(self) -> Path:
        """Where tracebacks go: beside the articles, or where what is under way is."""
        if self.job.log is not None:
            return self.job.log
        return (self.place.root if isinstance(self.place, LocalStorage) else self.work.parent) / LOG_NAME


def or_raise(found: Value | HarvesterError) -> Value | HarvesterError:
    """Return what became of a task; raises what ends the run: no room to write, rules that cannot be used."""
    if isinstance(found, StoreError | RulesError):
        raise found
    return found


def check_whole(run: Run, result: UnitResult) -> None:
    """Raise DamagedInputError where the job is strict and an input was damaged."""
    damaged = next((one for one in result.failures if one.reason == Reason.UNREADABLE), None)
    if run.job.strict and damaged is not None:
        raise DamagedInputError(f"{damaged.subject}: {damaged.explanation}")
