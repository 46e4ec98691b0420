"""A comparison as Markdown: tables, and examples side by side; page text cannot turn into markup."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from harvester.compare.comparison import Comparison, Example, Field, UnpairedArticle
from harvester.compare.sum_tables import (
    SumTable,
    heading_of,
    headline,
    places_of,
    removed_of,
    sections,
    tables,
    visible,
    words,
)
from harvester.crawl.article_edits import BlockEdit

# Inside a word "_" is no mark, and kinds of boilerplate are full of them.
_MARKS: Final = re.compile(r"([\\`*\[\]<>|~#$]|(?<!\w)_|_(?!\w)|&(?=[#\w]+;))")
_MAX_PAD: Final = 60  # characters: a column that is wider is not filled up


def as_markdown(comparison: Comparison, *, examples: bool = True) -> Iterator[str]:
    """Yield the lines of a report; without `examples` it is as long as a screen or two."""
    yield "# What changed"
    yield ""
    yield from headline(comparison)
    for table in tables(comparison):
        yield from _table(table)
    for title, note, shown in sections(comparison):
        yield from _section(title, note)
        for number, example in enumerate(shown, start=1):
            yield from _example(number, example) if examples else [_one_line(example)]
    if examples:
        yield from _values(comparison.fields)
    yield from _named("Vanished", comparison.vanished, comparison.vanished_articles)
    yield from _named("Appeared", comparison.appeared, comparison.appeared_articles)


def _section(title: str, note: str) -> Iterator[str]:
    yield from ("", f"## {title}", "")
    if note:
        yield from (_plain(note), "")


def _table(table: SumTable) -> Iterator[str]:
    yield from _section(table.title, table.note)
    yield from _grid(table.columns, ([_plain(cell) for cell in row] for row in table.rows))


def _grid(columns: tuple[str, ...], rows: Iterable[list[str]]) -> Iterator[str]:
    """Yield a table whose columns are below each other also where nobody renders it."""
    cells = [list(columns), *rows]
    widths = [min(max(map(len, column)), _MAX_PAD) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        first, *others = row
        padded = (cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True))
        yield f"| {' | '.join((first.ljust(widths[0]), *padded))} |"
        if number == 0:
            rule = ("-" * max(width - 1, 1) + ":" for width in widths[1:])
            yield f"| {' | '.join(('-' * max(widths[0], 1), *rule))} |"


def _example(number: int, example: Example) -> Iterator[str]:
    yield f"### {number}. {_plain(example.title or '(no title)')}"
    yield ""
    yield f"{heading_of(example)}  "
    if example.removed:
        yield f"Removed: {_plain(removed_of(example))}  "
    yield f"{_plain(example.url or '(no address)')} · {_plain(places_of(example))}"
    yield ""
    yield "| old | new |"
    yield "| --- | --- |"
    yield from map(_edit, example.edits)
    if example.left_out:
        yield f"| *{example.left_out:,} more* | |"
    yield ""


def _edit(edit: BlockEdit) -> str:
    if edit.unchanged:
        return f"| *{edit.unchanged:,} {'block' if edit.unchanged == 1 else 'blocks'} unchanged* | |"
    runs = words(edit)
    old = "".join(_plain(run.before) if run.kept else _tagged("del", run.before) for run in runs)
    new = "".join(_plain(run.after) if run.kept else _tagged("ins", run.after) for run in runs)
    return f"| {old} | {new} |"


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{_plain(text)}</{tag}>" if text else ""


def _one_line(example: Example) -> str:
    removed = f"; removed: {removed_of(example)}" if example.removed else ""
    title = _plain(example.title or "(no title)")
    return f"- {title}: {heading_of(example)}{_plain(removed)}; {_plain(places_of(example))}"


def _values(fields: Iterable[Field]) -> Iterator[str]:
    rows = [
        [_plain(text) for text in (field.name, value.old or "-", value.new or "-", value.title or value.url)]
        for field in fields
        for value in field.examples
    ]
    if rows:
        yield from _section("Fields, then and now", "")
        yield "| field | old | new | article |"
        yield "| --- | --- | --- | --- |"
        yield from (f"| {' | '.join(row)} |" for row in rows)


def _named(title: str, count: int, shown: tuple[UnpairedArticle, ...]) -> Iterator[str]:
    if not shown:
        return
    left_out = "" if count == len(shown) else f"The first {len(shown):,} of {count:,}."
    yield from _section(title, left_out)
    for article in shown:
        reason = f"; {article.reason}" if article.reason else ""
        name = article.title or article.url or "(no title)"
        yield f"- {_plain(f'{name}: {article.chars:,} characters; {article.place}{reason}')}"


def _plain(text: str) -> str:
    """Return text on one line that Markdown shows as it is."""
    return _MARKS.sub(r"\\\1", visible(" ".join(text.split("\n"))))
