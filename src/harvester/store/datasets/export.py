"""One set turned into another: any format to any other, any place to any other, with constant memory."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Final

import msgspec

from harvester.errors import HarvesterError, InputError, Reason, StoreError
from harvester.rendering.format_names import DEFAULT_STYLE, Readable, Style
from harvester.rendering.formats import FORMATS, rendered
from harvester.storable import storable_text
from harvester.store.articles import article_line, article_of, json_of
from harvester.store.changes.change_following import check_since
from harvester.store.changes.change_reading import has_changes
from harvester.store.datasets.article_filter import ALL, ArticleFilter, read_chosen
from harvester.store.datasets.dataset_files import (
    DatasetFile,
    FailedPage,
    failure_of,
    read_failures,
    remove_other_rows,
    write_failures,
    write_part,
    write_whole,
)
from harvester.store.datasets.dataset_reader import Stored, check_articles, opened
from harvester.store.datasets.layout import MANIFEST, PART_ARTICLES, SETS, Layout, article_name, shard_of
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.name_set import Names
from harvester.store.datasets.old_names import rename_old
from harvester.store.datasets.open_storage import BadAddressError
from harvester.store.datasets.spools import Spool, spooled
from harvester.store.datasets.storage import LocalStorage, Storage
from harvester.store.fault_log import LOG_NAME, FaultLog, default_log
from harvester.store.format_versions import first_version
from harvester.typed_json import json_reader

_ID: Final = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Target:
    """What a set is turned into."""

    place: Storage
    layout: Layout | Readable
    part_articles: int = PART_ARTICLES  # at most, of one file; formats with one file an article pass over it
    style: Style = DEFAULT_STYLE  # of formats for readers
    schema: int | None = None  # 1: articles of the second version become such of the first; None: as they are
    spread: bool = False  # files of formats for readers are in 256 folders; `Layout.sharded` says it of json

    @property
    def log(self) -> Path:
        """Where tracebacks go: beside what is written, or in the folder of this user's state."""
        return self.place.root / LOG_NAME if isinstance(self.place, LocalStorage) else default_log()


@dataclass(frozen=True, slots=True)
class Totals:
    """What an export did."""

    articles: int
    failures: int  # damaged articles, and those that the source's own run reported
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class _Marks:
    """What of an article goes into the manifest."""

    version: str
    rules: str


@dataclass(frozen=True, slots=True)
class _Known:
    """All of an article that is looked at."""

    id: str
    cleaning: _Marks


def export_set(
    source: Storage | str | Path,
    target: Target,
    report: Callable[[DatasetFile | HarvesterError], None],
    choice: ArticleFilter = ALL,
) -> Totals:
    """Turn a set into another; `report` is called with each file that was written and each damaged article.

    `choice` are the articles that are meant; where not all are, the failures of the source's own run are not, either.

    Damaged articles are left out and are among the failures of the new set. Its manifest is written last; what an
    earlier set left in its place is removed then. Formats for readers and CSV are no sets and have no manifest.
    Raises BadAddressError where the target lies in the source, StoreError where it cannot be written, InputError where
    the source holds no set, or the choice needs a list of changes and there is none, or one that ends before the number
    that it begins behind.
    """
    place, only = opened(source)
    _check_changes(place, choice)
    if only is None:
        _check_apart(place, target.place)
        check_articles(place)  # before what stands in the target goes
    with ExitStack() as stack:
        export = _Export(
            target,
            report,
            stack.enter_context(Names()),
            Spool(stack.enter_context(spooled()), DatasetFile),
            Spool(stack.enter_context(spooled()), FailedPage),
        )
        old = Spool(stack.enter_context(spooled()), DatasetFile)
        _withdraw(target, old)
        entries = export.sound(read_chosen(source, choice), place.address)
        for part in export.parts(entries) if isinstance(target.layout, Layout) else export.rendered(entries):
            export.add(part)
        if export.writes_set:
            export.finish(read_failures(place) if only is None and choice == ALL else iter(()))
        export.remove_others(old)
        return export.totals


def _check_changes(place: Storage, choice: ArticleFilter) -> None:
    if choice.reads_changes and not has_changes(place):
        raise InputError(place.address, Reason.NO_PAGES, "has no list of changes, which --since and --source read")
    if choice.since is not None:
        check_since(place, choice.since)


class _Export:
    """An export under way."""

    def __init__(
        self,
        target: Target,
        report: Callable[[DatasetFile | HarvesterError], None],
        names: Names,
        parts: Spool[DatasetFile],
        damaged: Spool[FailedPage],
    ) -> None:
        self._target = target
        self._report = report
        self._names = names
        self._parts = parts
        self._damaged = damaged
        self._faults = FaultLog(target.log)
        self._marks: set[_Marks] = set()
        self.totals = Totals(0, 0, 0, 0)

    @property
    def writes_set(self) -> bool:
        """Whether what is written can be read again, and has a manifest."""
        return isinstance(self._target.layout, Layout) and self._target.layout.form in SETS

    def sound(self, entries: Iterable[Stored | InputError], address: str) -> Iterator[tuple[Stored, _Known]]:
        """Yield the articles that can be written, each with what is known of it; report the others."""
        for entry in entries:
            if isinstance(entry, InputError):
                self._leave_out(entry.subject, entry)
                continue
            try:
                entry = self._in_version(entry)  # noqa: PLW2901 - the same article
                known = self._known(entry, address)
            except StoreError:
                raise
            except Exception as error:  # noqa: BLE001 - the boundary: one article's fault is its own
                self._leave_out(f"{address}/{entry.file}:{entry.row}", error)
                continue
            yield entry, known

    def _leave_out(self, subject: str, error: Exception) -> None:
        """Report an article that cannot be written, and keep it for the failures of the new set."""
        found = self._faults.note(subject, error)
        self._damaged.add(failure_of(found))
        self._report(found)

    def parts(self, entries: Iterator[tuple[Stored, _Known]]) -> Iterator[DatasetFile]:
        """Yield the files of a set as they are written."""
        layout, place = self._target.layout, self._target.place
        assert isinstance(layout, Layout)  # noqa: S101 - the caller has looked
        if layout.form == "json":
            for entry, known in entries:
                name = self._new_name(article_name(_stem(entry, known), layout), ".json")
                yield write_whole(place, name, json_of(entry.line), articles=1)
            return
        for number, first in enumerate(entries):
            lines = (entry.line for entry, _ in chain((first,), islice(entries, self._target.part_articles - 1)))
            part = write_part(place, number, lines, layout)
            if part is not None:
                yield part

    def rendered(self, entries: Iterator[tuple[Stored, _Known]]) -> Iterator[DatasetFile]:
        """Yield the files of an export for readers as they are written."""
        layout = self._target.layout
        assert not isinstance(layout, Layout)  # noqa: S101 - the caller has looked
        ending = FORMATS[layout].ending
        for entry, known in entries:
            try:
                text = rendered(article_of(entry.line), layout, self._target.style)
            except Exception as error:  # noqa: BLE001 - the boundary: one article's fault is its own
                self._leave_out(f"{entry.file}:{entry.row}", error)
                continue
            stem = _stem(entry, known)
            folder = shard_of(stem) if self._target.spread else ""
            name = self._new_name(f"{folder}{stem}{ending}", ending)
            yield write_whole(self._target.place, name, text, articles=1)

    def add(self, part: DatasetFile) -> None:
        """Count a file that was written."""
        self._parts.add(part)
        totals = self.totals
        self.totals = Totals(
            totals.articles + part.articles, totals.failures, totals.files + 1, totals.bytes + part.bytes
        )
        self._names.add(part.file)
        self._report(part)

    def finish(self, reported: Iterator[FailedPage]) -> None:
        """Write failures and manifest."""
        place, layout = self._target.place, self._target.layout
        assert isinstance(layout, Layout)  # noqa: S101 - the caller has looked
        part, count = write_failures(place, chain(reported, self._damaged))
        totals = self.totals
        self.totals = Totals(totals.articles, count, totals.files, totals.bytes)
        mark = next(iter(self._marks)) if len(self._marks) == 1 else None
        about = About(layout, mark.version if mark else None, mark.rules if mark else None, count)
        write_manifest(place, about, chain(self._parts, (part,) if part else ()))
        self._names.add(part.file if part else "")

    def remove_others(self, old: Iterable[DatasetFile]) -> None:
        """Remove the files of an earlier set in the same place."""
        for part in old:
            if part.file not in self._names:
                self._target.place.remove(part.file)
        if isinstance(self._target.layout, Layout) and self._target.layout.form == "csv":
            remove_other_rows(self._target.place, self._names.__contains__)

    def _known(self, entry: Stored, address: str) -> _Known:
        """Return what is known of an article; raises InputError where it cannot be written in the target's format."""
        try:
            known = json_reader(_Known).decode(entry.line)
            layout = self._target.layout
            if not isinstance(layout, Layout) or layout.form == "csv":
                article_of(entry.line)
            elif layout.form == "parquet":
                from harvester.store.datasets.parquet import check_row  # noqa: PLC0415 - an extra

                check_row(entry.line)
        except (ValueError, msgspec.DecodeError) as error:
            raise InputError(
                f"{address}/{entry.file}:{entry.row}", Reason.UNREADABLE, f"is no article: {error}"
            ) from error
        if len(self._marks) < 2:
            self._marks.add(known.cleaning)
        return known

    def _in_version(self, entry: Stored) -> Stored:
        """Return the article in the version that is asked for; raises ValueError where it is none."""
        if self._target.schema != 1:
            return entry
        return replace(entry, line=article_line(first_version(article_of(entry.line))))

    def _new_name(self, name: str, ending: str) -> str:
        """Return the name, or with a number behind it where it is taken."""
        stem = name.removesuffix(ending)
        number = 1
        while name in self._names:
            number += 1
            name = f"{stem}~{number}{ending}"
        return name


def _stem(entry: Stored, known: _Known) -> str:
    """Return what the file of an article is called: as it was, or by its id."""
    if entry.file.endswith(".json"):
        name = storable_text(entry.file.removesuffix(".json"))
        folder, _, last = name.rpartition("/")
        return last if shard_of(last) == f"{folder}/" else name
    if _ID.fullmatch(known.id):
        return known.id
    return "article"  # of another maker, whose ids may be anything


def _withdraw(target: Target, old: Spool[DatasetFile]) -> None:
    """Remember the files of an earlier set in the target's place, and remove its manifest: it is true no longer."""
    if not isinstance(target.layout, Layout) or target.layout.form not in SETS:
        return
    try:
        manifest = read_manifest(target.place)
        for part in manifest[1] if manifest else ():
            old.add(part)
    except InputError as error:
        if error.reason != Reason.UNREADABLE:
            raise
    rename_old(target.place)
    target.place.remove(MANIFEST)


def _check_apart(source: Storage, target: Storage) -> None:
    """Refuse a target in its source: it would be read while it is written."""
    if isinstance(source, LocalStorage) and isinstance(target, LocalStorage):
        inside = target.root.resolve().is_relative_to(source.root.resolve())
    else:
        inside = f"{target.address}/".startswith(f"{source.address}/")
    if inside:
        raise BadAddressError(f"{target.address!r} lies in {source.address!r}, which is read; choose another place.")
