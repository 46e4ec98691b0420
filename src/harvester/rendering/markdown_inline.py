"""A text with its marks as the inlines of GitHub Flavored Markdown: page text cannot turn into markup.

`*` and `**` open and close by what is beside them (CommonMark 0.31, 6.2); where that would fail, as in the middle
of a word before a quotation mark, the HTML element is written, which CommonMark lets through.
"""

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from harvester.models import Mark, MarkKind
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.marked_text import Marked, Piece, percent_encoded, pieces_of, plain_of

# What is markup anywhere in a line, and at its beginning. "_" between two letters or digits never is.
_INLINE_MARKS: Final = re.compile(r"([\\`*\[\]<>|~]|(?<![^\W_])_|_(?![^\W_])|&(?=[#\w]+;))")
# Brackets that are read as they stand: "[sic]", "[t]he". They would be a link before "(" and "[", the address of one
# before ":", attributes of Pandoc before "{"; a box to be ticked is one character before a blank.
_BRACKETED: Final = re.compile(r"(?<![!\[\]^\\])\[(?:([^\W_][^\[\]\n]+)\](?![(\[:{])|([^\W_])\](?=[^\W_]))")
_MARGINS: Final = re.compile(r"^[ \t]+", re.MULTILINE)
_LINE_MARKS: Final = re.compile(
    r"^([ \t]*)(#{1,6}(?=\s|$)|[-+](?=\s|$)|=+\s*$|-+\s*$|\d{1,9}(?=[.)](?:\s|$)))", re.MULTILINE
)
_DELIMITERS: Final = {MarkKind.STRONG: "**", MarkKind.EMPHASIS: "*", MarkKind.DELETED: "~~"}
_STARS: Final = frozenset({MarkKind.STRONG, MarkKind.EMPHASIS})
_TAGS: Final = {
    MarkKind.STRONG: "strong",
    MarkKind.EMPHASIS: "em",
    MarkKind.DELETED: "del",
    MarkKind.SUB: "sub",
    MarkKind.SUP: "sup",
    MarkKind.INSERTED: "ins",
    MarkKind.HIGHLIGHT: "mark",
}
_BARE_URL: Final = re.compile(r"[A-Za-z0-9\-._~:/?#@!$&'+,;=%]+")
_AUTOLINK: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{1,31}:[^\s<>\\]*")
BREAK: Final = "\\\n"


def inline_markdown(text: str, marks: Iterable[Mark] = (), notes: FootnoteNumbers | None = None) -> str:
    """Return a text with its marks, its line feeds as hard breaks; no line begins a heading, list or rule."""
    return _shielded(_joined(pieces_of(text, marks), notes or FootnoteNumbers(()), ("", ""), is_bare=True))


def one_line(text: str, marks: Iterable[Mark] = (), notes: FootnoteNumbers | None = None) -> str:
    """Return a text for a place of one line, in other markup or not: a cell, the byline, the name of a link."""
    return _shielded(_joined(pieces_of(text.replace("\n", " "), marks), notes or FootnoteNumbers(()), ("", "")))


def heading_line(text: str, marks: Iterable[Mark] = (), notes: FootnoteNumbers | None = None) -> str:
    """Return a text for behind the "#" of a heading, where nothing begins a list, and where "#" at the end is lost."""
    pieces = pieces_of(text.replace("\n", " "), marks)
    return re.sub(r"#$", r"\\#", _joined(pieces, notes or FootnoteNumbers(()), ("", ""), is_bare=True))


def link_target(url: str) -> str:
    """Return a URL as the target of a link or picture, whatever is in it."""
    safe = re.sub(r"[\s<>\\\x00-\x1f\x7f]", percent_encoded, url)
    safe = re.sub(r"&(?=[#\w]+;)", "&amp;", safe)
    return safe if _BARE_URL.fullmatch(safe) else f"<{safe}>"


def quoted(title: str | None) -> str:
    """Return the title of a link with a blank before it; "" where there is none."""
    return f' "{_escaped(" ".join(title.split())).replace(chr(34), chr(92) + chr(34))}"' if title else ""


def code_span(text: str) -> str:
    """Return text as a code span, each line its own: a span holds no line breaks."""
    return BREAK.join(map(_code_line, text.split("\n")))


def _code_line(line: str) -> str:
    if not line.strip():
        return line
    fence = "`" * (max(map(len, re.findall("`+", line)), default=0) + 1)
    # One blank on both sides is taken off where there is one.
    pad = " " if line[0] in " `" or line[-1] in " `" else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def _shielded(lines: str) -> str:
    """Return lines none of which begins a block: no blanks, which would make code, and what begins others escaped."""
    return _LINE_MARKS.sub(_shield, _MARGINS.sub("", lines))


def _shield(match: re.Match[str]) -> str:
    """Escape what would begin a block; a number is escaped behind its digits."""
    margin, mark = match.groups()
    return f"{margin}{mark}\\" if mark.isdigit() else f"{margin}\\{mark}"


def _escaped(text: str) -> str:
    return _INLINE_MARKS.sub(r"\\\1", text)


def _escaped_bare(text: str, after: str) -> str:
    """Return text that is in no other markup, escaped; what cannot be a link keeps its brackets.

    >>> print(_escaped_bare("[Seoul=Newsis] it [t]he [x] [a](b) [c]", ""), _escaped_bare("[c]", "["))
    [Seoul=Newsis] it [t]he \\[x\\] \\[a\\](b) \\[c\\] \\[c\\]
    """
    parts: list[str] = []
    start = 0
    for match in _BRACKETED.finditer(text + after):
        if match.end() <= len(text):
            parts += (_escaped(text[start : match.start()]), "[", _escaped(match[1] or match[2]), "]")
            start = match.end()
    return "".join((*parts, _escaped(text[start:])))


def _joined(pieces: Sequence[Piece], notes: FootnoteNumbers, around: tuple[str, str], *, is_bare: bool = False) -> str:
    """Return the pieces one after another; `around` are the characters before and behind them, "" at an end.

    `is_bare`: they stand in no other markup.
    """
    written: list[str] = []
    before = around[0]
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        after = _first_of(following) if following is not None else around[1]
        if isinstance(piece, str):
            line = (_escaped_bare(piece, after) if is_bare else _escaped(piece)).replace("\n", BREAK)
            if written and written[-1].startswith("[^") and line.startswith((":", "(")):
                line = "\\" + line  # "[^1]:" begins a note, "[^1](" a link
            if (
                _is_drawn(pieces[number - 1 : number])
                and line[:1].isalnum()
                and not "".join(written[-2:-1])[-1:].strip()
            ):
                line = f" {line}"  # the page has a blank on both sides of a picture, and the text has one of them
            if line.endswith(("!", "^")) and isinstance(following, Marked):
                line = f"{line[:-1]}\\{line[-1]}"  # "![" begins a picture, "^[" a note
        else:
            line = _marked(piece, notes, (before, after))
        written.append(line)
        before = line[-1:] or before
    return "".join(written)


def _is_drawn(pieces: Sequence[Piece]) -> bool:
    """Return whether a piece is a formula that the page draws as a picture: it has no text."""
    return any(isinstance(one, Marked) and one.mark.kind is MarkKind.FORMULA and not one.pieces for one in pieces)


def _first_of(piece: Piece) -> str:
    """Return the character that a piece begins with, as far as delimiters are concerned."""
    if isinstance(piece, str):
        return piece[:1]
    return "*" if piece.mark.kind in _DELIMITERS else "["


def _marked(piece: Marked, notes: FootnoteNumbers, around: tuple[str, str]) -> str:
    mark = piece.mark
    if mark.kind is MarkKind.SUP and _is_call(piece, notes):
        return _joined(piece.pieces, notes, around)  # readers raise calls themselves
    if mark.kind in _TAGS:
        return _stressed(piece, notes, around)
    if mark.kind is MarkKind.CODE and around[0] in ("`", "$"):  # two spans side by side, or a formula
        return f"<code>{_escaped(plain_of(piece.pieces)).replace(chr(10), BREAK)}</code>"
    if mark.kind is MarkKind.FOOTNOTE:
        note = notes.get(mark.value)
        return f"[^{note.number}]" if note else _joined(piece.pieces, notes, around)
    return _WRITERS[mark.kind](piece, notes)


def _is_call(piece: Marked, notes: FootnoteNumbers) -> bool:
    """Return whether a stretch is the calls of notes and nothing else."""
    marks = [one.mark for one in piece.pieces if isinstance(one, Marked)]
    is_all = len(marks) == len(piece.pieces)
    return is_all and all(mark.kind is MarkKind.FOOTNOTE and notes.get(mark.value) is not None for mark in marks)


def _ruby(piece: Marked, notes: FootnoteNumbers) -> str:
    inner = _joined(piece.pieces, notes, (">", "<"))
    reading = _escaped(" ".join((piece.mark.value or "").split()))
    return f"<ruby>{inner}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"


def _element(tag: str, name: str) -> Callable[[Marked, FootnoteNumbers], str]:
    def write(piece: Marked, notes: FootnoteNumbers) -> str:
        value = html.escape(" ".join((piece.mark.value or "").split()))
        return f'<{tag} {name}="{value}">{_joined(piece.pieces, notes, (">", "<"))}</{tag}>'

    return write


def _link(piece: Marked, notes: FootnoteNumbers) -> str:
    mark, url = piece.mark, piece.mark.url or ""
    if plain_of(piece.pieces) == url and mark.title is None and _AUTOLINK.fullmatch(url):
        return f"<{url}>"
    inner = _joined(piece.pieces, notes, ("[", "]"))
    return f"[{inner}]({link_target(url)}{quoted(mark.title)})"


def _formula(piece: Marked, _: FootnoteNumbers) -> str:
    """Return a formula as GitHub writes it inside a line, where other readers show code."""
    tex = " ".join((piece.mark.value or "").split())
    return f"${_code_line(tex)}$" if tex else _escaped(plain_of(piece.pieces))


_WRITERS: Final[dict[MarkKind, Callable[[Marked, FootnoteNumbers], str]]] = {
    MarkKind.LINK: _link,
    MarkKind.CODE: lambda piece, _: code_span(plain_of(piece.pieces)),
    MarkKind.FORMULA: _formula,
    MarkKind.RUBY: _ruby,
    MarkKind.ABBR: _element("abbr", "title"),
    MarkKind.LANG: _element("span", "lang"),
}


def _stressed(piece: Marked, notes: FootnoteNumbers, around: tuple[str, str]) -> str:
    """Return a stretch between delimiters, or in the HTML element where those would not be read as such."""
    kind = piece.mark.kind
    mark, tag = _DELIMITERS.get(kind), _TAGS[kind]
    lead, inner, trail = _without_edges(piece.pieces)
    if both := _both(piece, inner, notes, around):
        return both
    if not inner:
        return _escaped(lead + trail).replace("\n", BREAK)
    before, after = (around[0] if not lead else " "), (around[1] if not trail else " ")
    edges = ("*", "*") if mark else (">", "<")
    body = _joined(inner, notes, edges)
    if mark is None or not _flanks(mark, body, (before, after)):
        body = _joined(inner, notes, (">", "<"))
        body = f"<{tag}>{body}</{tag}>"
    else:
        body = f"{mark}{body}{mark}"
    return lead.replace("\n", BREAK) + body + trail.replace("\n", BREAK)


def _both(piece: Marked, inner: tuple[Piece, ...], notes: FootnoteNumbers, around: tuple[str, str]) -> str | None:
    """Return a stretch that is strong and emphasised as `***text***`; None where it is not, or may not be."""
    only = inner[0] if len(inner) == 1 else None
    if not isinstance(only, Marked) or {piece.mark.kind, only.mark.kind} != _STARS or piece.pieces != inner:
        return None
    body = _joined(only.pieces, notes, ("*", "*"))
    return f"***{body}***" if _flanks("*", body, around) and "*" not in (body[0], body[-1]) else None


def _without_edges(pieces: tuple[Piece, ...]) -> tuple[str, tuple[Piece, ...], str]:
    """Return the white space at both ends of a stretch, and what is between: no delimiter is beside a blank."""
    lead = trail = ""
    rest = list(pieces)
    if rest and isinstance(rest[0], str):
        stripped = rest[0].lstrip()
        lead, rest[0] = rest[0][: len(rest[0]) - len(stripped)], stripped
    if rest and isinstance(rest[-1], str):
        stripped = rest[-1].rstrip()
        trail, rest[-1] = rest[-1][len(stripped) :], stripped
    return lead, tuple(piece for piece in rest if piece), trail


def _flanks(mark: str, body: str, around: tuple[str, str]) -> bool:
    """Return whether delimiters around `body` open and close there, and are not taken for longer ones."""
    before, after = around
    character = mark[0]
    if body.isspace() or not body or body[0].isspace() or body[-1].isspace():
        return False
    if character in around:
        # Inside another stretch of stars that begins or ends here; beside one that ended, they would run together.
        return False
    if mark == "~~" and ("~" in (before, after, body[0], body[-1])):
        return False
    return _opens(before, body[0]) and _opens(after, body[-1])


def _opens(outside: str, inside: str) -> bool:
    """Return whether a delimiter between two characters opens on the side of `inside` (left-flanking, mirrored)."""
    if not _is_mark(inside):
        return True
    return not outside or outside.isspace() or unicodedata.category(outside).startswith("P")


def _is_mark(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS" or character == "\x00"  # read as U+FFFD, a symbol
