"""A comparison as one HTML page that needs nothing else: no script, no picture, no request; page text is escaped."""

from collections.abc import Iterable, Iterator
from html import escape
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

_STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --old: #d1242f33; --new: #1a7f3733; --bar: #4a7dbd55; --dim: #777; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .3rem; }
h3 { font-size: 1.05rem; margin: 0; display: inline; }
.lead { font-size: 1.1rem; margin: .2rem 0; }
.note, .places { color: var(--dim); margin: .1rem 0 .6rem; font-size: .9rem; }
nav { margin: 1rem 0; } nav a { margin-right: 1rem; white-space: nowrap; }
table { border-collapse: collapse; }
table.sums td, table.sums th { padding: .2rem .8rem; border-bottom: 1px solid var(--line); }
table.sums th { text-align: left; font-weight: 600; }
.sums td { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.sums td:first-child, .values td { text-align: left; } .sums th:not(:first-child) { text-align: right; }
.bar { position: relative; min-width: 9rem; }
.bar i { position: absolute; right: 0; top: 15%; bottom: 15%; background: var(--bar); border-radius: 2px; }
.bar b { position: relative; font-weight: inherit; }
.wide { overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .8rem 0; padding: .6rem .9rem; }
summary { cursor: pointer; } summary .figures { color: var(--dim); margin-left: .5rem; }
.pair { width: 100%; table-layout: fixed; margin-top: .5rem; }
.pair td, .pair th { width: 50%; vertical-align: top; padding: .35rem .6rem; border-top: 1px solid var(--line); }
.pair td { overflow-wrap: anywhere; unicode-bidi: isolate; } .pair th { text-align: left; color: var(--dim); }
.pair td + td { border-left: 1px solid var(--line); }
.pair .same { color: var(--dim); font-style: italic; text-align: center; padding: .1rem; font-size: .9rem; }
del { background: var(--old); text-decoration: line-through; text-decoration-color: #d1242f99; }
.whole del { text-decoration: none; }
ins { background: var(--new); text-decoration: none; }
li { margin: .3rem 0; }
"""
# Nothing on the page may load or run anything, whatever gets into it.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"


def as_html(comparison: Comparison) -> Iterator[str]:
    """Yield the lines of a report."""
    yield "<!DOCTYPE html>"
    yield '<html lang="en"><head><meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>What changed</title><style>{_STYLE}</style></head><body>"
    yield "<h1>What changed</h1>"
    yield from (f'<p class="lead">{_plain(sentence)}</p>' for sentence in headline(comparison))
    yield from _contents(comparison)
    for table in tables(comparison):
        yield from _table(table)
    for title, note, shown in sections(comparison):
        yield from _heading(title, note)
        for number, example in enumerate(shown, start=1):
            yield from _example(number, example)
    yield from _values(comparison.fields)
    yield from _named("Vanished", comparison.vanished, comparison.vanished_articles)
    yield from _named("Appeared", comparison.appeared, comparison.appeared_articles)
    yield "</body></html>"


def _contents(comparison: Comparison) -> Iterator[str]:
    titles = [title for title, _, _ in sections(comparison)]
    titles += ["Fields, then and now"] * any(field.examples for field in comparison.fields)
    titles += ["Vanished"] * bool(comparison.vanished_articles) + ["Appeared"] * bool(comparison.appeared_articles)
    yield "<nav>" + "".join(f'<a href="#{_anchor(title)}">{title}</a>' for title in titles) + "</nav>"


def _heading(title: str, note: str) -> Iterator[str]:
    yield f'<h2 id="{_anchor(title)}">{_plain(title)}</h2>'
    if note:
        yield f'<p class="note">{_plain(note)}</p>'


def _anchor(title: str) -> str:
    return "".join(character if character.isalnum() else "-" for character in title.lower())


def _table(table: SumTable) -> Iterator[str]:
    yield from _heading(table.title, table.note)
    yield '<div class="wide"><table class="sums"><tr>'
    yield "".join(f"<th>{_plain(column)}</th>" for column in table.columns) + "</tr>"
    most = max(table.sizes, default=0)
    for number, row in enumerate(table.rows):
        share = table.sizes[number] / most if most and table.sizes else 0
        yield (
            "<tr>" + "".join(_cell(cell, share, is_bar=place == table.bar) for place, cell in enumerate(row)) + "</tr>"
        )
    yield "</table></div>"


def _cell(text: str, share: float, *, is_bar: bool) -> str:
    if not is_bar:
        return f"<td>{_plain(text)}</td>"
    return f'<td class="bar"><i style="width:{share:.1%}"></i><b>{_plain(text)}</b></td>'


def _example(number: int, example: Example) -> Iterator[str]:
    yield f"<details open><summary><h3>{number}. {_plain(example.title or '(no title)')}</h3>"
    yield f'<span class="figures">{_plain(heading_of(example))}</span></summary>'
    removed = f"Removed: {removed_of(example)}" if example.removed else "Removed: as before"
    yield f'<p class="places">{_plain(removed)}<br>'
    yield f"{_link(example.url)} · {_plain(places_of(example))}</p>"
    yield '<table class="pair"><tr><th>old</th><th>new</th></tr>'
    yield from map(_edit, example.edits)
    if example.left_out:
        yield f'<tr><td colspan="2" class="same">{example.left_out:,} more</td></tr>'
    yield "</table></details>"


def _edit(edit: BlockEdit) -> str:
    if edit.unchanged:
        words_ = "1 block unchanged" if edit.unchanged == 1 else f"{edit.unchanged:,} blocks unchanged"
        return f'<tr><td colspan="2" class="same">{words_}</td></tr>'
    runs = words(edit)
    old = "".join(_plain(run.before) if run.kept else _tagged("del", run.before) for run in runs)
    new = "".join(_plain(run.after) if run.kept else _tagged("ins", run.after) for run in runs)
    whole = ' class="whole"' if edit.before is None or edit.after is None else ""
    return f'<tr{whole}><td dir="auto">{old}</td><td dir="auto">{new}</td></tr>'


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{_plain(text)}</{tag}>" if text else ""


def _values(fields: Iterable[Field]) -> Iterator[str]:
    rows = [(field.name, value) for field in fields for value in field.examples]
    if not rows:
        return
    yield from _heading("Fields, then and now", "")
    yield '<div class="wide"><table class="sums values"><tr><th>field</th><th>old</th><th>new</th><th>article</th></tr>'
    for name, value in rows:
        cells = (_plain(name), _tagged("del", value.old) or "-", _tagged("ins", value.new) or "-")
        article = _link(value.url, value.title)
        yield "<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in (*cells, article)) + "</tr>"
    yield "</table></div>"


def _named(title: str, count: int, shown: tuple[UnpairedArticle, ...]) -> Iterator[str]:
    if not shown:
        return
    yield from _heading(title, "" if count == len(shown) else f"The first {len(shown):,} of {count:,}.")
    yield "<ul>"
    for article in shown:
        place = article.place + (f"; {article.reason}" if article.reason else "")
        yield f"<li>{_link(article.url, article.title)}: {article.chars:,} characters; {_plain(place)}</li>"
    yield "</ul>"


def _link(url: str, text: str = "") -> str:
    shown = _plain(text or url or "(no title)")
    if not url.startswith(("http://", "https://")) or visible(url) != url:
        return shown
    return f'<a href="{escape(url)}" rel="noreferrer nofollow">{shown}</a>'


def _plain(text: str) -> str:
    return escape(visible(text))
