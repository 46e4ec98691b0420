"""A text with its marks as TEI P5 phrases."""

import html
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

from harvester.models import Mark, MarkKind
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.marked_text import MarkWriter, percent_encoded, pieces_of, written

LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # BCP 47, as XML Schema has it
_AUTHORITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*")
_NOT_IN_HOST: Final = re.compile(r"[\s\x00-\x20\x7f<>\"{}|\\^`]|%(?![0-9A-Fa-f]{2})")
_NOT_IN_URL: Final = re.compile(r"[\s\x00-\x20\x7f<>\"{}|\\^`\[\]]|%(?![0-9A-Fa-f]{2})")
# All but the characters of XML 1.0, 2.2. A set of what it has takes Python three milliseconds to compile.
_NOT_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def inline_tei(text: str, marks: Iterable[Mark], notes: FootnoteNumbers) -> str:
    """Return a text with its marks as mixed content; a line feed is an `<lb/>`."""
    return written(pieces_of(text, marks), MarkWriter(escape, formula, partial(_call, notes), _marked))


def plain(text: str) -> str:
    """Return text as XML can hold it, with no markup in it."""
    return html.escape(_NOT_XML.sub("\ufffd", text), quote=False)


def escape(text: str) -> str:
    """Return text as it is in an element, its line feeds as `<lb/>`."""
    return plain(text).replace("\n", "<lb/>\n")


def attribute(name: str, value: str | int | None) -> str:
    """Return an attribute with a blank before it; "" where there is no value."""
    return f' {name}="{html.escape(_NOT_XML.sub(chr(0xFFFD), str(value)))}"' if value not in (None, "") else ""


def language(tag: str | None) -> str:
    """Return an `xml:lang` attribute; "" where the tag is none."""
    return attribute("xml:lang", tag) if tag and LANGUAGE_TAG.fullmatch(tag) else ""


def address(url: str) -> str:
    """Return a URL as TEI's pointers take it (RFC 3986), what may not are in one percent-encoded."""
    host = match[0] if (match := _AUTHORITY.match(url)) else ""
    path, mark, fragment = url[len(host) :].partition("#")
    rest = f"{path}{mark}{fragment.replace('#', '%23')}"
    return _NOT_IN_HOST.sub(percent_encoded, host) + _NOT_IN_URL.sub(percent_encoded, rest)


def formula(text: str, tex: str | None) -> str:
    """Return a formula: its TeX where there is some, else the text that the page shows."""
    return f'<formula notation="TeX">{plain(tex)}</formula>' if tex else f"<formula>{plain(text)}</formula>"


def _marked(mark: Mark, inner: str) -> str:
    return _WRITERS[mark.kind](mark, inner)


def _link(mark: Mark, inner: str) -> str:
    return f"<ref{attribute('target', address(mark.url or ''))}>{inner}</ref>"


def _abbreviation(mark: Mark, inner: str) -> str:
    return f"<choice><abbr>{inner}</abbr><expan>{plain(mark.value or '')}</expan></choice>"


def _high(rend: str) -> Callable[[Mark, str], str]:
    return lambda _, inner: f'<hi rend="{rend}">{inner}</hi>'


_WRITERS: Final[dict[MarkKind, Callable[[Mark, str], str]]] = {
    MarkKind.LINK: _link,
    MarkKind.STRONG: _high("bold"),
    MarkKind.EMPHASIS: _high("italic"),
    MarkKind.SUB: _high("subscript"),
    MarkKind.SUP: _high("superscript"),
    MarkKind.HIGHLIGHT: _high("highlight"),
    MarkKind.CODE: lambda _, inner: f'<hi rend="code">{inner}</hi>',
    MarkKind.DELETED: lambda _, inner: f"<del>{inner}</del>",
    MarkKind.INSERTED: lambda _, inner: f"<add>{inner}</add>",
    MarkKind.RUBY: lambda mark, inner: f"<ruby><rb>{inner}</rb><rt>{plain(mark.value or '')}</rt></ruby>",
    MarkKind.ABBR: _abbreviation,
    MarkKind.LANG: lambda mark, inner: f"<foreign{language(mark.value)}>{inner}</foreign>",
}


def _call(notes: FootnoteNumbers, mark: Mark, inner: str) -> str:
    """Return the call of a note, which the note points back to."""
    note = notes.get(mark.value)
    if note is None:
        return inner
    return (
        f'<ref type="noteAnchor" xml:id="{notes.call_id(note)}" target="#{note.id}">{inner or escape(note.mark)}</ref>'
    )
