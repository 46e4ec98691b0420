"""A text with its marks as HTML: phrasing elements only, and nothing that runs or loads."""

import html
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from harvester.models import Mark, MarkKind
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.marked_text import MarkWriter, pieces_of, written

CITE: Final = "cite"  # value of an emphasis that is the name of a source, and its element
_TAGS: Final = {
    MarkKind.STRONG: "strong",
    MarkKind.EMPHASIS: "em",
    MarkKind.CODE: "code",
    MarkKind.SUB: "sub",
    MarkKind.SUP: "sup",
    MarkKind.DELETED: "del",
    MarkKind.INSERTED: "ins",
    MarkKind.HIGHLIGHT: "mark",
}
_LANG: Final = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")


def inline_html(text: str, marks: Iterable[Mark], notes: FootnoteNumbers) -> str:
    """Return a text with its marks as phrasing content; a line feed is a `<br>`."""
    return written(pieces_of(text, marks), MarkWriter(escape, formula, partial(_call, notes), _marked))


def escape(text: str) -> str:
    """Return text as it is in an element, its line feeds as `<br>`."""
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def attribute(name: str, value: str | int | None) -> str:
    """Return an attribute with a blank before it; "" where there is no value."""
    return f' {name}="{html.escape(str(value))}"' if value not in (None, "") else ""


def language(tag: str | None) -> str:
    """Return a `lang` attribute; "" where the tag is none."""
    return attribute("lang", tag) if tag and _LANG.fullmatch(tag) else ""


def formula(text: str, tex: str | None, *, is_block: bool = False) -> str:
    """Return a formula as MathML that carries its TeX; what a reader sees is the text that the page shows.

    Where the page shows a picture, there is none: the style draws the TeX, which is no text of the article.
    """
    if not tex:
        return escape(text)
    display = ' display="block"' if is_block else ""
    source = f'<annotation encoding="application/x-tex">{html.escape(tex, quote=False)}</annotation>'
    if text:
        return f"<math{display}><semantics><mtext>{html.escape(text, quote=False)}</mtext>{source}</semantics></math>"
    math = f"<math{display}><semantics><mrow></mrow>{source}</semantics></math>"
    return f'<span class="tex"{attribute("title", tex)}>{math}</span>'


def _marked(mark: Mark, inner: str) -> str:
    if (write := _WRITERS.get(mark.kind)) is not None:
        return write(mark, inner)
    tag = CITE if mark.kind is MarkKind.EMPHASIS and mark.value == CITE else _TAGS[mark.kind]
    return f"<{tag}>{inner}</{tag}>"


def _link(mark: Mark, inner: str) -> str:
    rest = attribute("title", mark.title) + attribute("rel", " ".join(mark.rel))
    return f"<a{attribute('href', mark.url)}{rest}>{inner}</a>"


def _ruby(mark: Mark, inner: str) -> str:
    return f"<ruby>{inner}<rp>(</rp><rt>{html.escape(mark.value or '')}</rt><rp>)</rp></ruby>"


_WRITERS: Final[dict[MarkKind, Callable[[Mark, str], str]]] = {
    MarkKind.LINK: _link,
    MarkKind.RUBY: _ruby,
    MarkKind.ABBR: lambda mark, inner: f"<abbr{attribute('title', mark.value)}>{inner}</abbr>",
    MarkKind.LANG: lambda mark, inner: f"<span{language(mark.value)}>{inner}</span>",
}


def _call(notes: FootnoteNumbers, mark: Mark, inner: str) -> str:
    """Return the call of a note, linked to it and marked so that the note leads back.

    A call that is no part of the text has its sign drawn by the style.
    """
    note = notes.get(mark.value)
    if note is None:
        return inner
    name = "" if inner else attribute("aria-label", note.mark)
    return f'<a href="#{note.id}"{attribute("id", notes.call_id(note))} role="doc-noteref"{name}>{inner}</a>'
