"""The work on one unit: its pages are read and cleaned one by one, each is noted, and then the files are written."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final, TypeVar

from harvester import __version__
from harvester.archive.page_entries import Entry, Passed
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import HarvesterError, InputError, InternalError, ParserLimit, Reason, StoreError
from harvester.models import ARTICLE_SCHEMA, Article, SiteMemory
from harvester.reclean.incremental import EarlierArticles, Old, open_earlier
from harvester.reclean.job import Clean, Output, Selection
from harvester.reclean.output_names import entry_stem
from harvester.reclean.shard_log import ArticleHead, LogRow, Partial, article_of, article_row, head_of
from harvester.reclean.site_learning import host_of_saved
from harvester.reclean.unit_results import ListedPage, UnitResult
from harvester.reclean.units import PageFile, Unit, far_page, unit_items
from harvester.rendering.format_names import FILE_ENDINGS
from harvester.rules.site_rules import Sites, with_comments, with_site
from harvester.storable import storable_text
from harvester.store.articles import article_line, ledger_json
from harvester.store.articles import article_of as read_line
from harvester.store.datasets.dataset_files import (
    DatasetFile,
    FailedPage,
    failure_of,
    write_article,
    write_part,
    write_whole,
)
from harvester.store.datasets.layout import LEDGER_ENDING, Layout, ledger_name, shard_of
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.remote_file import AnyPath, located
from harvester.store.datasets.storage import Storage
from harvester.store.fault_log import FaultLog
from harvester.workers.process_pool import BeginPage, DrainedError
from harvester.workers.worker_limits import Overrun, time_limit

Value = TypeVar("Value")

ENDINGS: Final[dict[str, str]] = {"json": ".json"} | {
    str(form): end for form, end in FILE_ENDINGS.items()
}  # with a file a page
_NOT_THE_PAGE: Final = frozenset({Reason.CLEAN_TIMEOUT, Reason.PARSER_LIMIT})  # a busy machine may be to blame
_WRITERS: Final = 8  # files are waited for side by side: a disk, or a server, takes eight waits in the time of one


@dataclass(frozen=True, slots=True)
class CleanTask:
    """Cleans one unit."""

    unit: Unit
    clean: Clean
    output: Output
    selection: Selection
    limit_s: float
    partial: Path  # where each page is noted; what is in it already is not done again
    log: Path  # of tracebacks
    memories: Mapping[str, SiteMemory] = field(default_factory=dict)  # of the hosts in it
    sites: Sites = field(default_factory=Sites)  # rules of the hosts in it
    earlier: AnyPath | None = None  # folder of the articles that may be taken over
    fingerprints: tuple[str, ...] = ()  # the `cleaning.rules` of articles that are up to date
    listing: bool = False  # give back a line for each page
    lost: Mapping[int, HarvesterError] = field(default_factory=dict)  # pages that killed a worker
    rest: HarvesterError | None = None  # why what is not done cannot be read: it fails as a whole

    def run(self, begin_page: BeginPage) -> UnitResult:
        """Write what the unit gives; raises StoreError."""
        place = open_storage(self.output.to)
        with Partial(self.partial) as noted, open_earlier(self.earlier) as earlier:
            faults = FaultLog(self.log)
            if self.rest is not None:
                _give_up(self.unit, noted, faults.keep(self.rest))
            else:
                self._go_through(noted, _Cleaner(self, place, earlier, faults), begin_page)
            return _Writer(self, place, faults).written(noted, partial(begin_page, name=self.output.to))

    def _go_through(self, noted: Partial, cleaner: "_Cleaner", begin_page: BeginPage) -> None:
        items = unit_items(self.unit, noted.count, noted.place)
        for at in count(noted.count):
            if self.unit.container is not None:
                begin_page(at, self.unit.name)  # it may hang while it is read
            try:
                item = next(items, None)
            except StoreError:
                raise  # a bucket that is away ends the run, to be gone on with, and costs no page
            except Exception as error:  # noqa: BLE001 - the boundary: a fault of a reader ends its unit, no run
                _give_up(self.unit, noted, cleaner.faults.note(self.unit.name, error))
                return
            if item is None:
                return
            begin_page(at, item.name)
            noted.append(cleaner.row(at, item))

    def without(self, at: int, error: HarvesterError) -> "CleanTask":
        """Return the task with a page that has failed."""
        return replace(self, lost={**self.lost, at: error})


@dataclass(frozen=True, slots=True)
class _Cleaner:
    """Turns the items of a unit into rows."""

    task: CleanTask
    place: Storage
    earlier: EarlierArticles | None
    faults: FaultLog

    def row(self, at: int, item: PageFile | Entry) -> LogRow:
        """Return what becomes of an item."""
        lost = self.task.lost.get(at)
        stem = item.stem if isinstance(item, PageFile) else None
        place = 0 if isinstance(item, PageFile) else item.place
        if lost is not None:
            return LogRow(place, stem, failure=failure_of(_named(lost, item.name)))
        url: str | None = None
        try:
            page = far_page(item)
            with time_limit(self.task.limit_s):
                found = page or (read_saved(item.source) if isinstance(item, PageFile) else item.found)
                if isinstance(found, HarvesterError):
                    raise found
                if isinstance(found, Passed):
                    return LogRow(place, stem, passed=found.why)
                url = found.page.address
                if isinstance(item, Entry) and self.task.unit.container:
                    stem = entry_stem(item, found, self.task.unit.container)
                moment = _moment_of(item, found) if self.task.selection.since else None
                return self._row_of(place, stem or "page", found, moment)
        except StoreError:
            raise  # no room for a ledger: no page is to blame
        except (Exception, Overrun) as error:  # noqa: BLE001 - the boundary: one page's fault is its own outcome
            return LogRow(place, stem, failure=failure_of(self._failed(item.name, error), url))

    def _failed(self, name: str, error: Exception | Overrun) -> HarvesterError:
        """Return what became of a page instead of an article."""
        match error:
            case HarvesterError():
                return self.faults.keep(_named(error, name))
            case Overrun():
                return ParserLimit(name, Reason.CLEAN_TIMEOUT, f"took longer than {self.task.limit_s:g} s; skipped")
            case RecursionError() | MemoryError():
                words = f"needs too much memory ({type(error).__name__}); skipped"
                return ParserLimit(name, Reason.PARSER_LIMIT, words)
            case _:
                return self.faults.note(name, error)

    def _row_of(self, place: int, stem: str, saved: SavedPage, moment: datetime | None) -> LogRow:
        task = self.task
        host = host_of_saved(saved) if task.memories or task.selection.sites or task.sites.by_host else None
        memory, site = task.memories.get(host or ""), task.sites.of_host(host)
        fingerprints = tuple(with_site(rules, site) for rules in task.fingerprints)
        if task.output.comments and saved.dump is None:  # a dump has none
            fingerprints = tuple(map(with_comments, fingerprints))
        why = _not_wanted(host, moment, task.selection)
        old = self.earlier.find(saved.page, saved.archive) if self.earlier else None
        if old is not None and old.page_type is not None and old.page_type not in task.selection.page_types:
            old = None
        is_kept = why or task.selection.update == "changed" or (old and _is_fresh(old, fingerprints, memory))
        if old is not None and is_kept and (why or not task.output.ledger or self._has_ledger(stem)):
            return article_row(place, stem, _with_edition(old.line, saved), reused=True)
        if why is not None:
            return LogRow(place, stem, passed=why)
        article, ledger = task.clean(saved, memory=memory, site=site)
        # A ledger that is there is of the article that goes now; without an update, the files of both are replaced.
        if task.output.ledger or (task.selection.update and self._has_ledger(stem)):
            write_whole(self.place, _ledger_name(stem, task.output), ledger_json(ledger), articles=0)
        return article_row(place, stem, article_line(_with_origin(article, saved)))

    def _has_ledger(self, stem: str) -> bool:
        try:
            self.place.open(_ledger_name(stem, self.task.output)).close()
        except InputError:
            return False
        return True


def _give_up(unit: Unit, noted: Partial, error: HarvesterError) -> None:
    """Let all that is not done of a unit fail."""
    if unit.container is None:
        for file in unit.files[noted.count :]:
            noted.append(LogRow(0, file.stem, failure=failure_of(_named(error, file.name))))
        return
    place = unit.start if noted.place is None else noted.place + 1
    words = f"from {place:,} on, up to the next unit: {error.explanation}"
    lost = InputError(unit.container.name, Reason.UNREADABLE, words)
    noted.append(LogRow(place, None, failure=failure_of(lost)))


def _is_fresh(old: Old, fingerprints: tuple[str, ...], memory: SiteMemory | None) -> bool:
    """Return whether cleaning the page again would give the same."""
    is_ours = old.schema == ARTICLE_SCHEMA and old.version == __version__ and old.rules in fingerprints
    return is_ours and old.memory == (memory.digest if memory else None)


def _moment_of(item: PageFile | Entry, saved: SavedPage) -> datetime | None:
    """Return when a page was fetched; where that is not recorded, when its file was written."""
    if saved.page.fetched_at is not None or isinstance(item, Entry):
        return saved.page.fetched_at
    return datetime.fromtimestamp(located(item.path).stat().st_mtime, UTC)


def _not_wanted(host: str | None, moment: datetime | None, selection: Selection) -> str | None:
    """Return why a page is not to be cleaned, None where it is."""
    if selection.sites and not any(_is_of(host or "", site) for site in selection.sites):
        return "other_site"
    if selection.since is not None and moment is not None and moment < selection.since:
        return "older"
    return None


def _is_of(host: str, site: str) -> bool:
    return host == site or host.endswith(f".{site}")


def _named(error: HarvesterError, name: str) -> HarvesterError:
    """Return the error with the file or place as its subject, which a person can find."""
    if isinstance(error, InternalError):
        return InternalError(name, error.reason, error.explanation, error.trace)
    return type(error)(name, error.reason, error.explanation)


def _with_origin(article: Article, saved: SavedPage) -> Article:
    """Return the article with what is known of it beside its page."""
    if saved.archive is None and saved.edition is None:
        return article
    return replace(article, page=replace(article.page, archive=saved.archive), edition=saved.edition)


def _with_edition(line: bytes, saved: SavedPage) -> bytes:
    """Return an article that is taken over, with what the crawl knows of it now."""
    if saved.edition is None:
        return line
    return article_line(replace(read_line(line), edition=saved.edition))


# ── what is written ───────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes what a unit gives."""

    task: CleanTask
    place: Storage
    faults: FaultLog

    def written(self, noted: Partial, alive: Callable[[int], None]) -> UnitResult:
        """Write the files of a unit whose pages are all done, and remove what earlier runs left; return what to report.

        `alive` is called all along with the number of the page behind the last one: a slow disk is no page that hangs.
        """
        output = self.task.output
        failed: dict[int, FailedPage] = {}  # number of a row -> why it could not be written
        if output.form in ENDINGS:
            with ThreadPoolExecutor(_WRITERS) as threads:
                written = list(_telling(threads.map(self._row, noted.rows()), alive, noted.count))
            files = tuple(part for part in written if isinstance(part, DatasetFile))
            failed = {at: found for at, found in enumerate(written) if isinstance(found, FailedPage)}
        else:
            layout = Layout(output.form, output.packing)  # type: ignore[arg-type]
            rows = _telling(noted.rows(), alive, noted.count)
            lines = (bytes(row.article) + b"\n" for row in rows if bytes(row.article))
            part = write_part(self.place, self.task.unit.number, lines, layout)
            files = (part,) if part else ()
        rows = (
            LogRow(row.place, row.stem, failure=failed[at]) if at in failed else row
            for at, row in enumerate(noted.rows())
        )
        names = [file.name for file in self.task.unit.files] if self.task.listing else None
        result = _result(rows, files, names)
        return replace(result, inputs=len(result.failures)) if self.task.unit.failure is not None else result

    def _row(self, row: LogRow) -> DatasetFile | FailedPage | None:
        """Write the file of one page; return why it could not be. Raises StoreError."""
        try:
            return _write_row(row, self.place, self.task.output, keeps_ledger=self.task.selection.update is not None)
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 - the boundary: one page's fault is its own outcome
            name = row.stem or self.task.unit.name
            return failure_of(self.faults.note(name, error))


def _telling(items: Iterable[Value], alive: Callable[[int], None], at: int) -> Iterator[Value]:
    for item in items:
        with suppress(DrainedError):  # what is all done is written to the end
            alive(at)
        yield item


def _write_row(row: LogRow, place: Storage, output: Output, *, keeps_ledger: bool) -> DatasetFile | None:
    """Write the file of one page, or remove that of an earlier run where it has no article any more.

    `keeps_ledger`: one that is there is of this article, though none was asked for.
    """
    if row.stem is None or row.passed is not None or (row.failure and row.failure.reason in _NOT_THE_PAGE):
        return None  # what was not to be cleaned, or could not this time, stays as it is
    if not bytes(row.article) or not (output.ledger or keeps_ledger):
        place.remove(_ledger_name(row.stem, output))
        if output.form != "json":  # of a set they were moved when the run began; texts may have one of earlier versions
            place.remove(_folder(row.stem, output) + row.stem + LEDGER_ENDING)
    if not bytes(row.article):
        place.remove(_article_name(row.stem, output))
        return None
    if output.form == "json":
        layout = Layout("json", sharded=bool(output.sharded))
        return write_article(place, row.stem, bytes(row.article) + b"\n", layout)
    from harvester.rendering.formats import rendered  # noqa: PLC0415 - most runs write JSON

    text = rendered(article_of(row), output.form, output.style)  # type: ignore[arg-type]
    return write_whole(place, _article_name(row.stem, output), text, articles=1)


def _article_name(stem: str, output: Output) -> str:
    return _folder(stem, output) + stem + ENDINGS.get(output.form, "")


def _ledger_name(stem: str, output: Output) -> str:
    return ledger_name(stem, sharded=bool(output.sharded))


def _folder(stem: str, output: Output) -> str:
    return shard_of(stem) if output.sharded else ""


def _result(rows: Iterator[LogRow], files: tuple[DatasetFile, ...], names: Sequence[str] | None) -> UnitResult:
    """Return what the rows come to; `names` are those of the pages where these are to be listed, else None."""
    articles = reused = kept_chars = 0
    removed: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    failures: list[FailedPage] = []
    listed: list[ListedPage] = []
    for at, row in enumerate(rows):
        if row.failure is not None:
            failures.append(row.failure)
            listed.append(ListedPage(failure=row.failure))
        elif row.passed is not None:
            passed[row.passed] += 1
        else:
            article = head_of(row)
            articles, reused = articles + 1, reused + row.reused
            kept_chars += article.cleaning.kept_chars
            removed.update(article.cleaning.removed)
            if names is not None:
                listed.append(_listed(article, names[at]))
    return UnitResult(
        articles,
        reused,
        kept_chars,
        dict(sorted(removed.items())),
        tuple(failures),
        dict(sorted(passed.items())),
        files,
        tuple(listed) if names is not None else (),
    )


def _listed(article: ArticleHead, name: str) -> ListedPage:
    return ListedPage(
        name=storable_text(name),  # names on a disk are bytes of any kind
        title=article.title,
        published=article.published,
        languages=article.languages,
        kept_chars=article.cleaning.kept_chars,
        removed=dict(article.cleaning.removed),
    )
