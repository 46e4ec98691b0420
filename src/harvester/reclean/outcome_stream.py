"""A run in bulk as an iterator: what `harvester clean` does, one outcome a page, for programs."""

import contextlib
import os
import queue
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from tempfile import TemporaryDirectory
from typing import Final, cast

from harvester.archive.discovery import NoSuchInputError
from harvester.archive.inputs import STDIN
from harvester.call_checks import checked_path, kind_of
from harvester.errors import InputError, InternalError, NoArticle, ParserLimit, Reason, UsageError, error_for
from harvester.models import USUAL_TYPES, Outcome
from harvester.reclean.job import CleanJob, Format, Output, Selection
from harvester.reclean.journal import Sizes
from harvester.reclean.run import CleanSummary, clean_saved, run_job
from harvester.reclean.unit_results import UnitResult
from harvester.rules.site_rules import Sites
from harvester.store.articles import article_of
from harvester.store.datasets.dataset_files import FailedPage
from harvester.store.datasets.dataset_reader import read_file
from harvester.store.datasets.layout import SETS
from harvester.store.datasets.open_storage import open_storage
from harvester.store.fault_log import default_log
from harvester.workers.process_pool import Effort, Pool, processors

_AHEAD: Final = 4  # units that wait to be taken: a slow taker slows the run down, and fills no memory
_LOOK_S: Final = 0.1
_KINDS: Final = (NoArticle, InputError, ParserLimit, InternalError)

_Heard = UnitResult | CleanSummary | BaseException


@dataclass(frozen=True, slots=True)
class OutcomeRequest:
    """What a program asks for beside its inputs."""

    to: str | None = None  # folder or address; None: the articles are kept nowhere
    form: str | None = None  # "json", "jsonl" or "parquet"; None: "json"
    jobs: int | None = None  # processes; None: one a processor
    stale: bool = False  # bring the set up to date
    site_memory: bool = True
    page_types: frozenset[str] = USUAL_TYPES
    sites: Sites = field(default_factory=Sites)
    comments: bool = False


def clean_paths(inputs: object, wanted: OutcomeRequest) -> Iterator[Outcome]:
    """Clean saved pages as `harvester clean` does, and yield what became of each; see `clean_each`.

    Raises TypeError and UsageError for a wrong call at once, and at the first `next` what `clean_each` does.
    """
    paths = paths_of(inputs)
    if wanted.form is not None and wanted.form not in SETS:
        raise UsageError(f"{wanted.form!r} is no format of a set; known are {', '.join(SETS)}")
    if wanted.to is None and (wanted.form is not None or wanted.stale):
        raise UsageError("form and stale are about the set that `to` names: name one")
    return _clean_kept(paths, wanted) if wanted.to is not None else _clean_passing(paths, wanted)


def _clean_passing(paths: tuple[str, ...], wanted: OutcomeRequest) -> Iterator[Outcome]:
    """Clean into a folder that is gone when the iterator ends; no other user can look into it."""
    with TemporaryDirectory(prefix="harvester-") as folder:
        job = _job(paths, replace(wanted, to=f"{folder}/articles", form="jsonl"))
        for outcome in clean_each(replace(job, log=default_log())):
            article = outcome.article  # named by its own fields: the file that holds it will be gone
            subject = (article.url or article.canonical_url or article.id) if article else outcome.subject
            yield replace(outcome, subject=subject, file=None)


def _clean_kept(paths: tuple[str, ...], wanted: OutcomeRequest) -> Iterator[Outcome]:
    yield from clean_each(_job(paths, wanted))


def _job(paths: tuple[str, ...], wanted: OutcomeRequest) -> CleanJob:
    return CleanJob(
        paths,
        Output(str(wanted.to), cast("Format", wanted.form or "json"), comments=wanted.comments),
        Selection(update="stale" if wanted.stale else None, page_types=tuple(sorted(wanted.page_types))),
        Effort(wanted.jobs or processors()),
        site_memory=wanted.site_memory,
        sites=wanted.sites,
    )


def clean_each(job: CleanJob) -> Iterator[Outcome]:
    """Do the job and yield what became of each page, unit by unit, in the order of the inputs.

    The articles of a unit come first, then its failures; `outcome.file` is where an article is in the set. The run
    goes on in processes of its own, a few units ahead of the caller. Closing the iterator stops it between two pages;
    the same job goes on from there, and reports what it does itself. Raises what `run_job` does, at the first `next`.
    """
    if not job.paths:
        raise NoSuchInputError("There is no page among the arguments.")
    with _Bulk(job) as run:
        yield from run.outcomes()


class _Bulk:
    """A run in a thread, and what it reports."""

    def __init__(self, job: CleanJob) -> None:
        self._job = job
        self._pool = Pool(job.effort)
        self._heard: queue.Queue[_Heard] = queue.Queue(_AHEAD)
        self._thread = threading.Thread(target=self._run, name="harvester-clean", daemon=True)

    def __enter__(self) -> "_Bulk":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the run between two pages, and wait for that."""
        self._pool.drain()
        while self._thread.is_alive():
            with contextlib.suppress(queue.Empty):
                self._heard.get(timeout=_LOOK_S)

    def outcomes(self) -> Iterator[Outcome]:
        """Yield what became of each page; raises what ended the run."""
        place = open_storage(self._job.output.to)
        while not isinstance(heard := self._heard.get(), CleanSummary):
            if isinstance(heard, BaseException):
                raise heard
            for part in heard.files if heard.articles else ():
                for entry in read_file(place, part.file):
                    if isinstance(entry, InputError):
                        raise entry
                    article = article_of(entry.line)
                    yield Outcome(article.url or part.file, None, article, part.file)
            yield from map(_failed, heard.failures)

    def _run(self) -> None:
        job = self._job
        clean = partial(clean_saved, page_types=job.selection.page_types, comments=job.output.comments)
        try:
            with self._pool:
                self._heard.put(run_job(self._job, clean, self, self._pool))
        except BaseException as error:  # noqa: BLE001 - it is raised where the caller hears it
            self._heard.put(error)

    # ── what the run reports: see `RunProgress` ───────────────────────────────────────────────────────

    def begins(self, phase: str, sizes: Sizes | None) -> None:
        """Pass over it: a phase is no outcome."""

    def page(self, unit: int, at: int, size: int) -> None:
        """Pass over it: a page that is begun has no outcome."""

    def ends(self, unit: int, size: int, result: UnitResult) -> None:
        """Hand on what became of a unit; wait while the caller is behind."""
        self._heard.put(result)

    def note(self, words: str) -> None:
        """Pass over it: a program has no use for advice."""


def _failed(failure: FailedPage) -> Outcome:
    error = error_for(failure.subject, Reason(failure.reason), failure.explanation, _KINDS)
    return Outcome(failure.subject, None, error)


def paths_of(inputs: object) -> tuple[str, ...]:
    """Return the paths that a caller names: one, or several. Raises TypeError and UsageError for what is no path."""
    several = [inputs] if isinstance(inputs, (str, os.PathLike, bytes, bytearray)) else inputs
    if not isinstance(several, Iterable):
        raise TypeError(f"{kind_of(inputs)} names no saved pages: pass paths, globs or folders")
    paths = []
    for one in several:
        if not isinstance(one, (str, os.PathLike)):
            raise TypeError(f"{kind_of(one)} is no path of a saved page: pass a page to harvester.clean")
        paths.append(checked_path(os.fsdecode(one), "paths, globs or folders"))
    if STDIN in paths:
        raise UsageError(f"{STDIN!r} is standard input, which a program reads itself: pass that to harvester.clean")
    return tuple(paths)
