"""A crawl as an iterator: what `harvester crawl` does, one outcome a visit, for programs."""

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.engine_parts import Settings
from harvester.crawl.page_outcome import OUTCOMES
from harvester.crawl.schedule import is_failure
from harvester.crawl.sources_file import Crawl, read_sources, with_sites
from harvester.crawl.state.rows import Done
from harvester.crawl.tally import CrawlSummary
from harvester.errors import REASONS, FetchError, HarvesterError, InputError, InternalError, NoArticle, error_for
from harvester.models import Article, Outcome
from harvester.rules.site_files import load_sites
from harvester.rules.site_rules import Sites
from harvester.store.articles import load_article

_KINDS: Final = (FetchError, NoArticle, InternalError, InputError)
_ENDINGS: Final = OUTCOMES - REASONS


@dataclass(frozen=True, slots=True)
class CrawlOptions:
    """What a program asks for beside its sources."""

    state: str | None = None  # address of the database; None: that of the sources file
    jobs: int = 1  # processes that read pages
    max_pages: int | None = None
    max_time_s: float | None = None
    sites: Sites | None = None  # rules of single sites; None: those of the sources file


def crawl_file(path: str, wanted: CrawlOptions) -> Iterator[Outcome]:
    """Crawl the sources of a file; see `crawl_each`. Raises InputError for a wrong one, RulesError, at once."""
    plan = read_sources(Path(path))
    plan = with_sites(plan, load_sites(plan.rules) if wanted.sites is None else wanted.sites)
    settings = Settings(readings=4 * wanted.jobs, max_pages=wanted.max_pages, max_time_s=wanted.max_time_s)
    return crawl_each(plan, Options(state=wanted.state, jobs=wanted.jobs, settings=settings))


def crawl_each(plan: Crawl, options: Options) -> Iterator[Outcome]:
    """Visit what is due and yield what became of each visit, once it is written down.

    The crawl goes on in a thread, however slowly the outcomes are taken: only a line is kept of each. Closing the
    iterator ends it as Ctrl-C does, once the next visit is done. Raises what `run_crawl` does, at the first `next`.
    """
    with _Visits(plan, options) as visits:
        while not isinstance(heard := visits.heard.get(), CrawlSummary):
            if isinstance(heard, BaseException):
                raise heard
            yield outcome_of(heard, plan.output)


class _Visits:
    """A crawl in a thread, and what it reports."""

    def __init__(self, plan: Crawl, options: Options) -> None:
        self._plan = plan
        self._options = options
        self._is_over = threading.Event()
        # Without a bound: the loop that has all connections must not wait for a caller.
        self.heard: queue.SimpleQueue[Done | CrawlSummary | BaseException] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="harvester-crawl", daemon=True)

    def __enter__(self) -> "_Visits":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Let the crawl end, and wait for that."""
        self._is_over.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self.heard.put(run_crawl(self._plan, self._options, Hearers(self._hear)))
        except BaseException as error:  # noqa: BLE001 - it is raised where the caller hears it
            self.heard.put(error)

    def _hear(self, done: Done) -> None:
        if self._is_over.is_set():
            raise BrokenPipeError("nobody takes the outcomes any more")
        self.heard.put(done)


def outcome_of(done: Done, output: Path) -> Outcome:
    """Return a visit as an outcome: with its article where there is a new one, or version; else with its error."""
    result: Article | HarvesterError | None = None
    if done.path is not None:
        try:
            result = load_article(done.path)
        except InputError as error:  # somebody removed it meanwhile
            result = error
    elif is_failure(done.kind, done.outcome) and done.outcome not in _ENDINGS:
        result = error_for(done.url, done.outcome, done.evidence or "failed", _KINDS)
    file = None if done.path is None else done.path.relative_to(output).as_posix()
    return Outcome(done.url, None, result, file, done.outcome)
