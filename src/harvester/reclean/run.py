"""Clean all that is named, in bulk: plan, look, learn and clean, sum up. No page stops it, no kill loses any.

What is done of a phase is noted in the journal as it is done. The same job started again goes on from there.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from harvester.archive.discovery import NoSuchInputError, each_input
from harvester.archive.inputs import Input, is_pipe
from harvester.archive.pipes import Patience
from harvester.archive.saved_page import SavedPage, spool_pipe
from harvester.errors import HarvesterError, InputError, Reason
from harvester.models import USUAL_TYPES, Article, Ledger, SiteMemory
from harvester.reclean.incremental import build_earlier
from harvester.reclean.job import Clean, CleanJob, WrongUsageError
from harvester.reclean.job_checks import check_apart, check_job
from harvester.reclean.journal import Journal
from harvester.reclean.output_set import check_written, finish_set, open_set, remember_set
from harvester.reclean.pipeline import learn_and_clean
from harvester.reclean.planning import InputSurvey, RankTask, Split, SurveyTask, UnitSize
from harvester.reclean.run_state import Run, RunProgress, or_raise
from harvester.reclean.unit_cleaner import ENDINGS
from harvester.reclean.unit_results import UnitResult
from harvester.reclean.units import UNIT_PAGES
from harvester.reclean.work_folder import (
    EARLIER,
    LOCK,
    PARTIALS,
    PIPES,
    claim,
    drop_other,
    identity_of,
    make_empty,
    remove,
    remove_empty,
    sign,
)
from harvester.rules.site_rules import SiteRules, with_comments
from harvester.store.atomic_files import make_folder, remove_torn
from harvester.store.changes.change_reading import has_changes
from harvester.store.datasets.dataset_reader import read_set
from harvester.store.datasets.layout import JOURNAL, LEDGERS, SETS, WORK_NAME
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.storage import LocalStorage
from harvester.store.lock import hold_lock, owner_name
from harvester.workers.process_pool import BeginPage, DrainedError, Workers

Value = TypeVar("Value")

# With a file a page nobody sees what a unit is: smaller ones share the work out better.
_SINGLE_PAGES: Final = 20
_UNKNOWN: Final = InputSurvey((Split(0, None, 1, 0),))


@dataclass(frozen=True, slots=True)
class CleanSummary:
    """What a whole run did; an earlier part of it, that was killed or stopped, counts."""

    total: UnitResult  # without its single failures, files and listings
    reasons: dict[str, int]  # of failures
    is_whole: bool  # False: stopped before its end


@dataclass(frozen=True, slots=True)
class AboutTask:
    """Asks the cleaner what it makes articles with; the parsers load in a worker."""

    def run(self, begin_page: BeginPage) -> tuple[str, str]:
        """Return the `cleaning.rules` of articles that are made now: of pages, and of dumps."""
        from harvester.cleaning import present_rules  # noqa: PLC0415

        return present_rules()

    def without(self, at: int, error: HarvesterError) -> "AboutTask":
        """Return the task itself: there is no page in it."""
        return self


def clean_saved(
    saved: SavedPage,
    memory: SiteMemory | None = None,
    page_types: Collection[str] = USUAL_TYPES,
    site: SiteRules | None = None,
    comments: bool = False,
) -> tuple[Article, Ledger]:
    """Return the article and ledger of a saved page; raises HarvesterError where it holds none that is asked for.

    `memory` and the rules `site` are of the page's site; a plain-text dump has none, because its page is not known.
    `comments`: the article holds those of readers, too; a dump has none.
    Further pages of the same article are put behind it; the ledger is that of the first.
    """
    from harvester.cleaning import clean_dump, clean_page  # noqa: PLC0415 - the parsers load with the first page
    from harvester.multipage import clean_pages  # noqa: PLC0415 - as above

    if saved.dump is not None:
        return clean_dump(saved.dump, saved.page)
    article, ledger = clean_page(saved.page, memory=memory, page_types=page_types, site=site, comments=comments)
    if not saved.more:
        return article, ledger
    return clean_pages((saved.page, *saved.more), memory, page_types, article, site, comments), ledger


def explain_saved(saved: SavedPage, site: SiteRules | None = None) -> Ledger:
    """Return every visible block of a saved page with its verdict, also of a page without an article."""
    from harvester.cleaning import explain_dump, explain_page  # noqa: PLC0415 - as above

    return explain_page(saved.page, site=site) if saved.dump is None else explain_dump(saved.dump, saved.page)


def run_job(job: CleanJob, clean: Clean, progress: RunProgress, pool: Workers) -> CleanSummary:
    """Do what `job` asks for, in the processes of `pool`; `pool.drain` ends it early, to be gone on with later.

    A job that was stopped or killed goes on where it was. Raises WrongUsageError and NoSuchInputError before any page
    is read, LockedError when another run writes there, DamagedInputError where the job is strict, StoreError.
    """
    check_job(job)
    place = open_storage(job.output.to)
    place.probe()
    work = (job.work or (place.root if isinstance(place, LocalStorage) else Path())) / WORK_NAME
    claim(work)
    is_new = isinstance(place, LocalStorage) and not place.root.exists()
    with hold_lock(work / LOCK, owner_name()):
        fingerprints = _fingerprints(pool)
        if fingerprints is None:
            return CleanSummary(UnitResult(), {}, is_whole=False)
        identity = identity_of(job, fingerprints)
        if words := drop_other(work, None if job.restart else identity):
            progress.note(words)
        try:
            with Journal(work / JOURNAL) as journal:
                sign(journal, identity)
                summary = _go_on(Run(job, clean, work, place, journal, pool, progress, fingerprints))
        except (NoSuchInputError, WrongUsageError):
            remove(work)
            if is_new:
                remove_empty(work.parent)
            raise
        if summary.is_whole:
            remove(work)
    return summary


def _go_on(run: Run) -> CleanSummary:
    """Do what is not done yet."""
    is_whole = all(phase(run) for phase in (_plan, _look, learn_and_clean, _check))
    summary = _summed(run.journal.results(), is_whole=is_whole)
    if is_whole:
        if isinstance(run.place, LocalStorage):
            for folder in (run.place.root, run.place.root / LEDGERS):
                remove_torn(folder)
        rules = with_comments(run.fingerprints[0]) if run.job.output.comments else run.fingerprints[0]
        finish_set(run.place, run.job.output, run.journal, rules)
        is_whole = _hand_on(run)
    return replace(summary, is_whole=is_whole)


def _hand_on(run: Run) -> bool:
    """Write down what became of articles, where somebody reads that; return whether it came to its end."""
    if run.job.output.form not in SETS or not (run.job.changes or has_changes(run.place)):
        return True
    from harvester.reclean.change_report import hand_on  # noqa: PLC0415 - few sets tell what changed

    run.progress.begins("hand on", None)
    try:
        for _ in _until_drained(run.pool, hand_on(run.place, run.work)):
            pass
    except DrainedError:
        return False
    return True


def _fingerprints(pool: Workers) -> tuple[str, str] | None:
    """Return what articles are made with now; None where the run is to end before that is known."""
    for _, found in pool.each([(None, AboutTask())]):
        if isinstance(found, HarvesterError):
            raise found
        return found
    return None


# ── phases: each returns whether it came to its end ───────────────────────────────────────────


def _plan(run: Run) -> bool:
    """Write down what there is to do, once: what comes later is for another run."""
    try:
        if not run.journal.fact("planned"):
            _write_plan(run)
    except DrainedError:
        return False
    open_set(run.place, run.job.output)
    return True


def _write_plan(run: Run) -> None:
    journal, job = run.journal, run.job
    run.progress.begins("plan", None)
    folder = run.place.root if isinstance(run.place, LocalStorage) else None
    pages = _SINGLE_PAGES if job.output.form in ENDINGS else UNIT_PAGES
    patience = Patience(job.effort.limit_s, partial(_check_drained, run.pool))
    found = _files(_until_drained(run.pool, each_input(job.paths, skip=folder)), run.work / PIPES, patience)
    journal.plan(found, UnitSize(job.part_bytes, pages))
    if journal.is_empty():
        raise NoSuchInputError("There is no page among the arguments.")
    check_apart(journal, job.output, folder)
    make_folder(run.work / PARTIALS)
    if job.selection.update:
        make_empty(run.work / EARLIER)
        build_earlier(_until_drained(run.pool, read_set(run.place)), run.work / EARLIER)
    remember_set(run.place, job.output, journal)
    journal.note("planned")


def _look(run: Run) -> bool:
    journal, job = run.journal, run.job
    if journal.fact("surveyed"):
        return True
    run.progress.begins("look", None)
    cut = UnitSize(job.part_bytes, UNIT_PAGES)
    asks_whose = job.site_memory or bool(job.sites.by_host)
    tasks = ((number, SurveyTask(what, cut, asks_whose, job.effort.limit_s)) for number, what in journal.unsurveyed())
    for number, survey in run.pool.each(tasks, lambda number, page: run.progress.page(number, page, 0)):
        found = or_raise(survey)
        # What cannot be looked at is one unit: its cleaning reports why.
        journal.add_survey(number, _UNKNOWN if isinstance(found, HarvesterError) else found)
    if next(journal.unsurveyed(), None) is not None:
        return False
    if job.site_memory and not _rank(run):
        return False
    journal.number_units()
    journal.note("surveyed")
    return True


def _rank(run: Run) -> bool:
    """Go through the pages of large sites that are not yet; return whether all are."""
    limit_s = run.job.effort.limit_s
    tasks = (((item, wanted), RankTask(files, wanted, limit_s)) for item, files, wanted in run.journal.unranked())
    for (item, wanted), ranks in run.pool.each(tasks):
        found = or_raise(ranks)
        run.journal.sites.add_ranks(item, wanted, {} if isinstance(found, HarvesterError) else found)
    return next(run.journal.unranked(), None) is None


def _check(run: Run) -> bool:
    run.progress.begins("check", None)
    try:
        for _ in _until_drained(run.pool, check_written(run.place, run.journal)):
            pass
    except DrainedError:
        return False
    return True


def _until_drained(pool: Workers, items: Iterable[Value]) -> Iterator[Value]:
    """Yield the items; raises DrainedError when the run is to end."""
    for item in items:
        _check_drained(pool)
        yield item


def _check_drained(pool: Workers) -> None:
    if pool.is_draining:
        raise DrainedError


def _files(found: Iterable[Input | InputError], folder: Path, patience: Patience) -> Iterator[Input | InputError]:
    """Yield inputs that any process may read, and again: what comes through a pipe is written to a file first."""
    for number, one in enumerate(found):
        if isinstance(one, InputError) or (one.path is not None and not is_pipe(one.path)):
            yield one
        elif one.place:  # a link to one in a folder: nobody named it
            yield InputError(one.name, Reason.UNREADABLE, "is a pipe; name it, if it is meant")
        else:
            yield _spooled(one, folder / str(number), patience)


def _spooled(pipe: Input, folder: Path, patience: Patience) -> Input | InputError:
    try:
        return spool_pipe(pipe, folder, patience)
    except InputError as error:
        return error


def _summed(results: Iterable[UnitResult], *, is_whole: bool) -> CleanSummary:
    reasons: Counter[str] = Counter()
    removed: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    articles = reused = kept_chars = inputs = 0
    for result in results:
        inputs += result.inputs
        reasons.update(failure.reason for failure in result.failures)
        removed.update(result.removed)
        passed.update(result.passed)
        articles, reused = articles + result.articles, reused + result.reused
        kept_chars += result.kept_chars
    total = UnitResult(articles, reused, kept_chars, dict(removed), passed=dict(passed), inputs=inputs)
    return CleanSummary(total, dict(reasons), is_whole)
