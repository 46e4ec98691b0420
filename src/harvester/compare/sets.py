"""Two sets compared: all articles are indexed, matched and counted; only what is shown is read again."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import Final

from harvester.compare.compared_article import CONTENT, changed_fields, marks_of
from harvester.compare.comparison import (
    COMPARISON_SCHEMA,
    Bin,
    Comparison,
    GroupSums,
    KindSums,
    SetSummary,
    UnpairedArticle,
)
from harvester.compare.examples import field_rows, make_example, place_of
from harvester.compare.matching import Index, IndexedArticle, Match, Side
from harvester.errors import InputError
from harvester.storable import storable_text
from harvester.store.articles import plain_of
from harvester.store.datasets.dataset_files import FailedPage, read_failures
from harvester.store.datasets.dataset_reader import Stored, opened, read_file, read_set
from harvester.store.datasets.storage import Storage

Chosen = list[tuple[int | None, int | None]]

_CONTENT: Final = frozenset(CONTENT)
_PAIRED: Final = ("drops", "gains", "others")
_NOT_SHOWN: Final = frozenset({"text", "page.sha256", "cleaning.removed", "cleaning.rules", "cleaning.memory"})
MAX_EXAMPLES: Final = 200
_SITES: Final = 40
_FIELD_EXAMPLES: Final = 3
_MADE_WITH: Final = 5
_MANY: Final = 1_000  # different names that are counted; the others together
_REST: Final = "(others)"
_SHARES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_SIZES: Final = (1, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000)  # characters
_STEPS: Final = (  # new length as a share of the old one, below which a change is called so
    (0.0, "all of it went"),
    (0.5, "half and more went"),
    (0.9, "a tenth to a half went"),
    (1.0, "less than a tenth went"),
    (1.1, "less than a tenth came"),
    (1.5, "a tenth to a half came"),
)
_MORE: Final = "half and more came"
_EQUAL: Final = "as long as before"
DELTAS: Final = (*(name for _, name in _STEPS[:4]), _EQUAL, *(name for _, name in _STEPS[4:]), _MORE)


@dataclass(slots=True)
class _Sums:
    """What is counted on the way through the pairs."""

    what: Counter[str] = field(default_factory=Counter)
    text_changed: int = 0
    old_chars: int = 0
    new_chars: int = 0
    moved: Counter[str] = field(default_factory=Counter)
    deltas: Counter[str] = field(default_factory=Counter)
    fields: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    shown: dict[str, list[tuple[IndexedArticle, IndexedArticle]]] = field(default_factory=lambda: defaultdict(list))
    removed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def compare_sets(
    old: Storage | str | Path,
    new: Storage | str | Path,
    examples: int = 10,
    report: Callable[[Side, int], None] = lambda _side, _articles: None,
) -> Comparison:
    """Return what changed from one set to another, with at most so many `examples` of each sort.

    Articles are matched by id, then by URL, then by the digest of their page. `report` gets how many were read.
    Memory does not grow with the sets; the temporary folder takes about 1 kB an article. The same sets give the same
    comparison. Raises StoreError where the temporary folder has no room.
    """
    with Index() as index:
        sides = (_Reading(index, Side.OLD, old, report), _Reading(index, Side.NEW, new, report))
        index.match()
        sums = _count_all(index)
        chosen = {which: index.show(which, min(examples, MAX_EXAMPLES)) for which in (*_PAIRED, "vanished", "appeared")}
        _keep_lines(index, sides, _pairs_to_read(chosen, sums))
        return _comparison(index, sides, sums, chosen)


# ── reading ───────────────────────────────────────────────────────────────────────────────────


class _Reading:
    """One set, read into the index."""

    def __init__(
        self, index: Index, side: Side, source: Storage | str | Path, report: Callable[[Side, int], None]
    ) -> None:
        self.place, self.only = opened(source)
        self.articles = self.damaged = 0
        self.first_fault = ""
        self.made_with: Counter[str] = Counter()
        self.sizes: Counter[int] = Counter()
        for line, place in self._lines(source):
            try:
                marks = marks_of(plain_of(line))
            except ValueError as error:
                self._blame(f"{place[0]}:{place[1]}: {error}")
                continue
            index.add(side, self.articles, place, marks)
            self.articles += 1
            _count(self.made_with, marks.made_with)
            self.sizes[bisect_right(_SIZES, marks.chars)] += 1
            report(side, self.articles)

    def _lines(self, source: Storage | str | Path) -> Iterator[tuple[bytes, tuple[str, int]]]:
        for entry in read_set(source):
            if isinstance(entry, InputError):
                self._blame(str(entry))
            else:
                yield entry.line, (entry.file, entry.row)

    def _blame(self, fault: str) -> None:
        self.damaged += 1
        self.first_fault = self.first_fault or storable_text(fault)

    def failures(self) -> Iterator[FailedPage]:
        """Yield the pages of its run that gave no article."""
        return read_failures(self.place) if self.only is None else iter(())

    def summary(self) -> SetSummary:
        """Return its sums and how it was made."""
        address = self.place.address if self.only is None else f"{self.place.address}/{self.only}"
        reasons: Counter[str] = Counter()
        for failure in self.failures():
            _count(reasons, failure.reason)
        return SetSummary(
            address,
            self.articles,
            self.damaged,
            self.first_fault,
            made_with=dict(sorted(self.made_with.items(), key=_by_count)[:_MADE_WITH]),
            failures=dict(sorted(reasons.items(), key=_by_count)),
        )


def _count(counter: Counter[str], name: str, number: int = 1) -> None:
    """Count under a name, or, when there are very many, under one for the rest: a foreign set may hold anything."""
    counter[name if name in counter or len(counter) < _MANY else _REST] += number


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


# ── counting ──────────────────────────────────────────────────────────────────────────────────


def _count_all(index: Index) -> _Sums:
    sums = _Sums()
    for before, after in index.pairs():
        index.add_found(_paired(before, after, sums))
    for side, what in ((Side.OLD, "vanished"), (Side.NEW, "appeared")):
        for entry in index.unmatched(side):
            sums.what[what] += 1
            old, new = (entry.n, None) if side is Side.OLD else (None, entry.n)
            index.add_found(Match(old, new, what, entry.kind, entry.site, 0, is_text=False, dice=b""))
    return sums


def _paired(before: IndexedArticle, after: IndexedArticle, sums: _Sums) -> Match:
    changes = tuple(changed_fields(before.digests, after.digests))
    names = {name for name, _, _ in changes}
    what = "changed" if names & _CONTENT else "same"
    sums.what[what] += 1
    sums.old_chars += before.chars
    sums.new_chars += after.chars
    sums.deltas[_step(before.chars, after.chars)] += 1
    if "text" in names:
        sums.text_changed += 1
    if before.kind != after.kind:
        sums.moved[f"{before.kind} to {after.kind}"] += 1
    for name, had_value, has_value in changes:
        _count_field(sums, name, (had_value, has_value), (before, after))
    for kind in before.removed.keys() | after.removed.keys():
        _count_removed(sums, kind, before.removed.get(kind, 0), after.removed.get(kind, 0))
    dice = blake2b(f"{after.site} {after.url} {after.title}".encode("utf-8", "replace"), digest_size=8).digest()
    return Match(
        before.n, after.n, what, after.kind, after.site, after.chars - before.chars, is_text="text" in names, dice=dice
    )


def _count_field(
    sums: _Sums, name: str, have_value: tuple[bool, bool], pair: tuple[IndexedArticle, IndexedArticle]
) -> None:
    sums.fields[name]["changed"] += 1
    sums.fields[name]["gained"] += not have_value[0]
    sums.fields[name]["lost"] += not have_value[1]
    shown = sums.shown[name]
    # Of one site each: what one page of a site does, its others do as well.
    if (
        len(shown) < _FIELD_EXAMPLES
        and name not in _NOT_SHOWN
        and all(pair[1].site != after.site for _, after in shown)
    ):
        shown.append(pair)


def _count_removed(sums: _Sums, kind: str, old: int, new: int) -> None:
    counter = sums.removed[kind if kind in sums.removed or len(sums.removed) < _MANY else _REST]
    counter["old"] += old
    counter["new"] += new
    counter["articles"] += old != new


def _step(old: int, new: int) -> str:
    if old == new:
        return _EQUAL
    if new == 0 or old == 0:
        return _STEPS[0][1] if new == 0 else _MORE
    return next((name for share, name in _STEPS[1:] if new / old < share), _MORE)


# ── what is shown ─────────────────────────────────────────────────────────────────────────────


def _pairs_to_read(chosen: Mapping[str, Chosen], sums: _Sums) -> Iterator[tuple[int, int]]:
    for which in _PAIRED:
        yield from _paired_numbers(chosen[which])
    yield from ((before.n, after.n) for shown in sums.shown.values() for before, after in shown)


def _paired_numbers(chosen: Chosen) -> Iterator[tuple[int, int]]:
    yield from ((old, new) for old, new in chosen if old is not None and new is not None)


def _keep_lines(index: Index, sides: tuple[_Reading, _Reading], pairs: Iterable[tuple[int, int]]) -> None:
    """Read the articles that are shown once more, and keep them in the index."""
    wanted: dict[Side, dict[str, dict[int, int]]] = {side: defaultdict(dict) for side in Side}
    for numbers in pairs:
        for side in Side:
            entry = index.entry(side, numbers[side])
            wanted[side][entry.file][entry.row] = entry.n
    for side in Side:
        for name, rows in sorted(wanted[side].items()):
            for stored in _rows_of(sides[side].place, name, max(rows)):
                if stored.row in rows:
                    index.keep_line(side, rows[stored.row], stored.line)


def _rows_of(place: Storage, name: str, last: int) -> Iterator[Stored]:
    for entry in read_file(place, name):
        if isinstance(entry, Stored):
            yield entry
            if entry.row >= last:
                return


def _comparison(
    index: Index, sides: tuple[_Reading, _Reading], sums: _Sums, chosen: Mapping[str, Chosen]
) -> Comparison:
    old, new = sides
    shown = {
        which: tuple(make_example(index, *numbers) for numbers in _paired_numbers(chosen[which])) for which in _PAIRED
    }
    appeared = (number for _, number in chosen["appeared"] if number is not None)
    return Comparison(
        schema=COMPARISON_SCHEMA,
        old=old.summary(),
        new=new.summary(),
        matched=index.matched_by(),
        same=sums.what["same"],
        changed=sums.what["changed"],
        text_changed=sums.text_changed,
        appeared=sums.what["appeared"],
        vanished=sums.what["vanished"],
        kinds=_rows(index.kinds()),
        moved=dict(sorted(sums.moved.items())),
        sites=_rows(index.sites(_SITES)),
        site_count=index.site_count(),
        fields=field_rows(index, sums.fields, sums.shown),
        old_chars=sums.old_chars,
        new_chars=sums.new_chars,
        lengths=_lengths(index, sides),
        sizes=_sizes(sides),
        deltas={name: sums.deltas[name] for name in DELTAS},
        removed=_removed(sums),
        drops=shown["drops"],
        gains=shown["gains"],
        others=shown["others"],
        vanished_articles=_vanished(index, new, [old for old, _ in chosen["vanished"] if old is not None]),
        appeared_articles=tuple(_named(index.entry(Side.NEW, number), "") for number in appeared),
    )


def _rows(counts: Iterable[tuple[str, str, int]]) -> tuple[GroupSums, ...]:
    """Return a row for each name, those with the most changes first."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, what, count in counts:
        found[name][what] = count
    rows = (GroupSums(name, c["same"], c["changed"], c["appeared"], c["vanished"]) for name, c in found.items())
    return tuple(sorted(rows, key=lambda row: (-(row.changed + row.appeared + row.vanished), -row.same, row.name)))


def _lengths(index: Index, sides: tuple[_Reading, _Reading]) -> tuple[Bin, ...]:
    def at(side: Side, share: float) -> int:
        articles = sides[side].articles
        return index.length_at(side, share, articles) if articles else 0

    return tuple(Bin(f"{share:.0%}", at(Side.OLD, share), at(Side.NEW, share)) for share in _SHARES)


def _sizes(sides: tuple[_Reading, _Reading]) -> tuple[Bin, ...]:
    names = ("no text", *(f"{low:,} to {high - 1:,}" for low, high in pairwise(_SIZES)), f"{_SIZES[-1]:,} and more")
    return tuple(Bin(name, sides[0].sizes[place], sides[1].sizes[place]) for place, name in enumerate(names))


def _removed(sums: _Sums) -> tuple[KindSums, ...]:
    kinds = (KindSums(name, c["old"], c["new"], c["articles"]) for name, c in sums.removed.items())
    return tuple(sorted(kinds, key=lambda kind: (-abs(kind.new - kind.old), -kind.articles, kind.name)))


def _vanished(index: Index, new: _Reading, numbers: Iterable[int]) -> tuple[UnpairedArticle, ...]:
    entries = [index.entry(Side.OLD, number) for number in numbers]
    urls = {entry.url for entry in entries if entry.url}
    reasons = {failure.url: failure.reason for failure in new.failures() if failure.url in urls} if urls else {}
    return tuple(_named(entry, reasons.get(entry.url, "")) for entry in entries)


def _named(entry: IndexedArticle, reason: str) -> UnpairedArticle:
    return UnpairedArticle(entry.title, entry.url, place_of(entry), entry.chars, reason)
