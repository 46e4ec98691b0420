"""An article as text, Markdown or HTML, for readers and for other tools."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from harvester.models import Article, Role, TextBlock

CELL_BORDER: Final = " | "  # how a table row's cells are joined in its block
INLINE_MARKS: Final = re.compile(r"([\\`*_\[\]<>|~]|&(?=[#\w]+;))")  # what Markdown reads as markup anywhere in a line
LINE_MARKS: Final = re.compile(r"^(\s*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|=+\s*$|-+\s*$|\d{1,9}(?=[.)](?:\s|$)))")
TOP_HEADING: Final = 2  # the title is the one heading of level 1
GROUPED: Final = frozenset({Role.LIST_ITEM, Role.QUOTE, Role.TABLE})  # one list, quotation or table a run of blocks


def render_text(article: Article) -> str:
    """Return title, subtitle and text as plain paragraphs, a blank line between them, a final newline."""
    parts = (article.title, article.subtitle, article.text)
    return "\n\n".join(part for part in parts if part) + "\n"


def render_markdown(article: Article) -> str:
    """Return the article as CommonMark with tables; page text cannot turn into markup."""
    head = [f"# {_inline(article.title)}"] if article.title else []
    head += [f"*{_inline(article.subtitle)}*"] if article.subtitle else []
    head += [line] if (line := _byline(article)) else []
    body = ("\n".join(_markdown_run(role, blocks)) for role, blocks in _runs(article.blocks))
    return "\n\n".join((*head, *body)) + "\n"


def render_html(article: Article) -> str:
    """Return the article as a small semantic HTML page: metadata in the head, the text in <article>."""
    language = _attribute("lang", article.languages[0] if article.languages else None)
    head = ["<!DOCTYPE html>", f"<html{language}>", "<head>", '<meta charset="utf-8">', *_head(article), "</head>"]
    title = [f"<h1>{_escape(article.title)}</h1>"] if article.title else []
    subtitle = [f'<p class="subtitle">{_escape(article.subtitle)}</p>'] if article.subtitle else []
    body = (line for role, blocks in _runs(article.blocks) for line in _html_run(role, blocks))
    lines = (*head, "<body>", "<main>", "<article>", *title, *subtitle, *body, "</article>", "</main>", "</body>")
    return "\n".join((*lines, "</html>")) + "\n"


# ── runs of blocks ────────────────────────────────────────────────────────────────────────────


def _runs(blocks: Sequence[TextBlock]) -> Iterator[tuple[Role, tuple[TextBlock, ...]]]:
    """Yield neighbours that make one list, quotation or table together, every other block alone."""
    for role, same in groupby(blocks, key=lambda block: block.role):
        if role in GROUPED:
            yield role, tuple(same)
        else:
            yield from ((role, (block,)) for block in same)


def _depths(items: Iterable[TextBlock]) -> list[int]:
    """Return the depth of each list item from 0, where no item is more than one deeper than the one before."""
    open_levels: list[int] = []
    depths = []
    for item in items:
        level = item.level or 1
        while open_levels and open_levels[-1] >= level:
            open_levels.pop()
        depths.append(len(open_levels))
        open_levels.append(level)
    return depths


def _rows(blocks: Sequence[TextBlock]) -> list[list[str]]:
    """Return the cells of each row, all rows of one length."""
    rows = [block.text.split(CELL_BORDER) for block in blocks]
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


# ── Markdown ──────────────────────────────────────────────────────────────────────────────────


def _byline(article: Article) -> str:
    """Return authors, date, site and link on one line, or "" where the page says none of them."""
    said = [", ".join(article.authors), article.published or "", article.site or ""]
    link = f"<{_link(url)}>" if (url := article.canonical_url or article.url) else ""
    return " · ".join(part for part in (*map(_inline, said), link) if part)


def _link(url: str) -> str:
    return re.sub(r"[\s<>\\]", lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), url)


def _markdown_run(role: Role, blocks: Sequence[TextBlock]) -> Iterator[str]:
    match role:
        case Role.LIST_ITEM:
            yield from _markdown_list(blocks)
        case Role.QUOTE:
            yield "\n>\n".join(_indent(_lines(block.text), "> ", "> ") for block in blocks)
        case Role.TABLE:
            yield from _markdown_table(blocks)
        case _:
            yield _markdown_block(blocks[0])


def _markdown_block(block: TextBlock) -> str:
    match block.role:
        case Role.HEADING:
            level = max(TOP_HEADING, block.level or TOP_HEADING)
            return f"{'#' * level} {_inline(block.text)}"
        case Role.CODE:
            longest = max(map(len, re.findall("`+", block.text)), default=0)
            fence = "`" * max(3, longest + 1)
            return f"{fence}\n{block.text}\n{fence}"
        case Role.CAPTION:
            return f"*{_inline(block.text)}*"
        case _:
            return _lines(block.text)


def _markdown_list(items: Sequence[TextBlock]) -> Iterator[str]:
    for item, depth in zip(items, _depths(items), strict=True):
        margin = "  " * depth
        yield _indent(_lines(item.text), f"{margin}- ", f"{margin}  ")


def _markdown_table(blocks: Sequence[TextBlock]) -> Iterator[str]:
    header, *rows = _rows(blocks)
    for row in (header, None, *rows):
        cells = ["---"] * len(header) if row is None else map(_inline, row)
        yield f"| {' | '.join(cells)} |"


def _indent(text: str, first: str, others: str) -> str:
    return first + text.replace("\n", "\n" + others)


def _lines(text: str) -> str:
    """Return text with its line breaks as hard breaks and no line that begins a heading, list or rule."""
    return "\\\n".join(LINE_MARKS.sub(_shield, INLINE_MARKS.sub(r"\\\1", line)) for line in text.split("\n"))


def _shield(match: re.Match[str]) -> str:
    """Escape what would begin a block; a number is escaped behind its digits."""
    margin, mark = match.groups()
    return f"{margin}{mark}\\" if mark.isdigit() else f"{margin}\\{mark}"


def _inline(text: str) -> str:
    """Return text for a place of one line: a heading, a cell, the byline."""
    # a heading may end in marks that are not shown: "## Title ##"
    return re.sub(r"#$", r"\\#", INLINE_MARKS.sub(r"\\\1", " ".join(text.split())))


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────


def _head(article: Article) -> Iterator[str]:
    """Yield <title>, the canonical link and one <meta> for each value."""
    if article.title:
        yield f"<title>{_escape(article.title)}</title>"
    if url := article.canonical_url or article.url:
        yield f'<link rel="canonical"{_attribute("href", url)}>'
    named = [("author", name) for name in article.authors] + [("description", article.description)]
    graph = [("og:site_name", article.site), ("og:title", article.title)]
    graph += [("article:published_time", article.published), ("article:modified_time", article.modified)]
    graph += [("article:section", article.section), *(("article:tag", tag) for tag in article.tags)]
    yield from (f'<meta name="{name}"{_attribute("content", value)}>' for name, value in named if value)
    yield from (f'<meta property="{name}"{_attribute("content", value)}>' for name, value in graph if value)


def _html_run(role: Role, blocks: Sequence[TextBlock]) -> Iterator[str]:
    match role:
        case Role.LIST_ITEM:
            yield from _html_list(blocks)
        case Role.QUOTE:
            yield "<blockquote>"
            yield from (_element("p", block) for block in blocks)
            yield "</blockquote>"
        case Role.TABLE:
            yield "<table>"
            yield from map(_html_row, blocks)
            yield "</table>"
        case _:
            yield _html_block(blocks[0])


def _html_block(block: TextBlock) -> str:
    match block.role:
        case Role.HEADING:
            return _element(f"h{max(TOP_HEADING, block.level or TOP_HEADING)}", block)
        case Role.CODE:
            return f"<pre{_attribute('lang', block.lang)}><code>{html.escape(block.text)}</code></pre>"
        case _:
            return _element("p", block)


def _html_row(block: TextBlock) -> str:
    cells = (f"<td>{_escape(cell)}</td>" for cell in block.text.split(CELL_BORDER))
    return f"<tr{_attribute('lang', block.lang)}>{''.join(cells)}</tr>"


def _html_list(items: Sequence[TextBlock]) -> Iterator[str]:
    """Yield nested <ul> lists; an item stays open until the next one is not deeper."""
    depth = -1
    for item, next_depth in zip(items, _depths(items), strict=True):
        yield "</li></ul>" * (depth - next_depth) + ("</li>" if next_depth <= depth else "<ul>")
        yield _element("li", item).removesuffix("</li>")
        depth = next_depth
    yield "</li></ul>" * (depth + 1)


def _element(tag: str, block: TextBlock) -> str:
    return f"<{tag}{_attribute('lang', block.lang)}>{_escape(block.text)}</{tag}>"


def _attribute(name: str, value: str | None) -> str:
    return f' {name}="{html.escape(value)}"' if value else ""


def _escape(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>")
