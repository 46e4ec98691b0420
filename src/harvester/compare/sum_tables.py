"""The sums of a comparison as tables, for Markdown and HTML alike."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from harvester.compare.comparison import Comparison, Example, Field, GroupSums, SetSummary
from harvester.crawl.article_edits import BlockEdit, WordEdit, word_edits

# What steers a terminal, reorders a line, or no HTML file may hold: shown as escapes, as everywhere in this program.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]"
)
_FIELDS_SHOWN: Final = 40
_KINDS_SHOWN: Final = 25


@dataclass(frozen=True, slots=True)
class SumTable:
    """A table; the first column is text, the others are numbers with words around them."""

    title: str
    note: str  # one sentence; ""
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    bar: int | None = None  # column whose numbers are worth a bar
    sizes: tuple[int, ...] = ()  # of the bars, a row each


def visible(text: str) -> str:
    r"""Return text with what cannot be seen as escapes.

    >>> visible("a\u202eb\x00")
    'a\\u202eb\\x00'
    """
    return _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def headline(comparison: Comparison) -> tuple[str, ...]:
    """Return the summary in three sentences."""
    same, changed = comparison.same, comparison.changed
    text = f", {comparison.text_changed:,} of them in their text" if changed else ""
    change = comparison.new_chars - comparison.old_chars
    share = f" ({change / comparison.old_chars:+.2%})" if comparison.old_chars else ""
    articles = "1 article" if same + changed == 1 else f"{same + changed:,} articles"
    return (
        f"{articles} in both sets: {same:,} the same, {changed:,} changed{text}.",
        f"{comparison.vanished:,} vanished and {comparison.appeared:,} appeared.",
        f"Text of the articles in both: {comparison.old_chars:,} characters before, {comparison.new_chars:,} now, "
        f"{change:+,}{share}.",
    )


def tables(comparison: Comparison) -> Iterator[SumTable]:
    """Yield the tables in the order in which they are read; none that is empty."""
    found = (
        _sets(comparison),
        _deltas(comparison),
        _removed(comparison),
        _fields(comparison),
        _rows("By kind", _moved(comparison.moved), comparison.kinds),
        _rows("By site", _site_note(comparison), comparison.sites),
        _lengths(comparison),
        _sizes(comparison),
    )
    yield from (table for table in found if table.rows)


def sections(comparison: Comparison) -> tuple[tuple[str, str, tuple[Example, ...]], ...]:
    """Return title, note and examples of each sort."""
    found = (
        ("Worst drops", "Articles that lost the most text.", comparison.drops),
        ("Largest gains", "Articles that gained the most text.", comparison.gains),
        ("Other changes of text", "As good as chosen by lot.", comparison.others),
    )
    return tuple(section for section in found if section[2])


def words(edit: BlockEdit) -> tuple[WordEdit, ...]:
    """Return an edited block as runs of words; blanks between two changes belong to them, which reads better."""
    if edit.before is None or edit.after is None:
        return (WordEdit(edit.before or "", edit.after or ""),)
    merged: list[WordEdit] = []
    runs = tuple(word_edits(edit.before, edit.after))
    for number, run in enumerate(runs):
        is_gap = run.kept and not run.before.strip() and 0 < number < len(runs) - 1
        if merged and not merged[-1].kept and (is_gap or not run.kept):
            merged[-1] = WordEdit(merged[-1].before + run.before, merged[-1].after + run.after)
        else:
            merged.append(run)
    return tuple(merged)


def heading_of(example: Example) -> str:
    """Return the figures of an example on one line."""
    change = example.new_chars - example.old_chars
    share = f", {change / example.old_chars:+.1%}" if example.old_chars else ""
    return f"{example.old_chars:,} to {example.new_chars:,} characters ({change:+,}{share})"


def places_of(example: Example) -> str:
    """Return where an article is in the two sets."""
    if example.old_place == example.new_place:
        return example.new_place
    return f"{example.old_place}, now {example.new_place}"


def removed_of(example: Example) -> str:
    """Return what is removed more or less than before, "" where nothing is."""
    return ", ".join(f"{kind} {change:+,}" for kind, change in example.removed.items())


# ── tables ────────────────────────────────────────────────────────────────────────────────────


def _sets(comparison: Comparison) -> SumTable:
    def row(name: str, shown: Callable[[SetSummary], str]) -> tuple[str, str, str]:
        return name, shown(comparison.old), shown(comparison.new)

    matched = ", ".join(
        f"{comparison.matched[how]:,} by {how}" for how in ("id", "url", "page") if how in comparison.matched
    )
    rows = [
        row("place", lambda side: side.address),
        row("articles", lambda side: f"{side.articles:,}"),
        row("made with", lambda side: "; ".join(_counted(side.made_with, side.articles)) or "-"),
        row("damaged, not compared", lambda side: f"{side.damaged:,}"),
        row("pages that gave no article", lambda side: ", ".join(_counted(side.failures, 0)) or "none is known"),
    ]
    return SumTable("The two sets", f"Matched: {matched or 'none'}.", ("", "old", "new"), tuple(rows))


def _counted(counts: Mapping[str, int], of: int) -> Iterator[str]:
    """Yield names with their counts; the count is left out where it is that of all."""
    yield from (name if count == of else f"{name} ({count:,})" for name, count in counts.items())


def _deltas(comparison: Comparison) -> SumTable:
    both = max(comparison.same + comparison.changed, 1)
    rows = tuple((name, f"{count:,}", f"{count / both:.1%}") for name, count in comparison.deltas.items())
    sizes = tuple(comparison.deltas.values())
    return SumTable("How the length of texts changed", "", ("", "articles", "share"), rows, 1, sizes)


def _removed(comparison: Comparison) -> SumTable:
    changed = tuple(kind for kind in comparison.removed if kind.articles)[:_KINDS_SHOWN]
    rows = tuple(
        (kind.name, f"{kind.old:,}", f"{kind.new:,}", f"{kind.new - kind.old:+,}", f"{kind.articles:,}")
        for kind in changed
    )
    left_out = sum(1 for kind in comparison.removed if kind.articles) - len(changed)
    more = f" {left_out:,} kinds that changed less are left out." if left_out else ""
    note = f"Characters removed by kind of boilerplate, in the articles of both sets.{more}"
    sizes = tuple(abs(kind.new - kind.old) for kind in changed)
    return SumTable("What is removed", note, ("kind", "before", "now", "change", "articles"), rows, 3, sizes)


def _fields(comparison: Comparison) -> SumTable:
    shown = comparison.fields[:_FIELDS_SHOWN]
    note = "How an article was made (cleaning, page) does not make it a changed one."
    columns = ("field", "articles changed", "said only now", "said only before")
    return SumTable("Fields", note, columns, tuple(map(_field_row, shown)), 1, tuple(field.changed for field in shown))


def _field_row(field: Field) -> tuple[str, ...]:
    return field.name, f"{field.changed:,}", f"{field.gained:,}", f"{field.lost:,}"


def _rows(title: str, note: str, rows: Iterable[GroupSums]) -> SumTable:
    shown = tuple(rows)
    cells = tuple(
        (row.name or "(no address)", *(f"{count:,}" for count in (row.same, row.changed, row.appeared, row.vanished)))
        for row in shown
    )
    return SumTable(
        title, note, ("", "same", "changed", "appeared", "vanished"), cells, 2, tuple(row.changed for row in shown)
    )


def _moved(moved: Mapping[str, int]) -> str:
    words = ", ".join(f"{count:,} from {name}" for name, count in moved.items())
    return f"Articles of another kind now: {words}." if words else "No article is of another kind now."


def _site_note(comparison: Comparison) -> str:
    count, shown = comparison.site_count, len(comparison.sites)
    return f"The {shown:,} sites where most changed, of {count:,}." if shown < count else ""


def _lengths(comparison: Comparison) -> SumTable:
    rows = tuple((f"{size.name} are shorter than", f"{size.old:,}", f"{size.new:,}") for size in comparison.lengths)
    return SumTable("Lengths of texts, in characters", "All articles of each set.", ("", "old", "new"), rows)


def _sizes(comparison: Comparison) -> SumTable:
    rows = tuple((size.name, f"{size.old:,}", f"{size.new:,}") for size in comparison.sizes)
    sizes = tuple(size.new for size in comparison.sizes)
    return SumTable(
        "Articles by length, in characters", "All articles of each set.", ("", "old", "new"), rows, 2, sizes
    )
