"""A text and its marks as a tree: what every format with markup is written from."""

import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple

from harvester.models import Mark, MarkKind
from harvester.models.blocks import MAY_BE_EMPTY

# What a mark of ours never does, and a file of somebody else's may: parsers and our own recursion have an end.
MAX_DEPTH: Final = 16
_LINKS: Final = frozenset({MarkKind.LINK, MarkKind.FOOTNOTE})

_UNSEEN_IN_URLS: Final = re.compile(r"[\x00-\x20\x7f]+")  # browsers drop them: "java\nscript:" is a script
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_LINK_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
_PICTURE: Final = re.compile(
    r"data:image/(?:png|gif|jpe?g|webp|avif)[;,]", re.IGNORECASE
)  # no SVG: it may hold scripts


class Marked(NamedTuple):
    """A stretch of text with its marks."""

    mark: Mark
    pieces: "tuple[Piece, ...]"


Piece = str | Marked


class _Open(NamedTuple):
    mark: Mark | None  # None: the whole text
    end: int
    pieces: list[Piece]


def pieces_of(text: str, marks: Iterable[Mark]) -> tuple[Piece, ...]:
    """Return a text as a tree by its marks; those that cross others end with them, and links hold no links.

    Only links that lead to the web, to mail or to a telephone, or to a place on the page, are links here.
    """
    opened = [_Open(None, len(text), [])]
    at = 0
    for mark in sorted(filter(lambda mark: _is_sound(mark, text), marks), key=_order):
        while len(opened) > 1 and opened[-1].end <= mark.start:
            at = _close(opened, text, at)
        top = opened[-1]
        top.pieces.append(text[at : mark.start])
        at = mark.start
        if len(opened) > MAX_DEPTH or _is_inside(opened, mark):
            continue
        if mark.start == mark.end:
            top.pieces.append(Marked(mark, ()))
        else:
            opened.append(_Open(mark, min(mark.end, top.end), []))
    while len(opened) > 1:
        at = _close(opened, text, at)
    return _whole((*opened[0].pieces, text[at:]))


class MarkWriter(NamedTuple):
    """How one format writes a text with its marks."""

    text: Callable[[str], str]  # without marks
    formula: Callable[[str, str | None], str]  # its plain text and its TeX
    call: Callable[[Mark, str], str]  # of a note, with what is in it as written
    mark: Callable[[Mark, str], str]  # any other mark, as above


def written(pieces: Iterable[Piece], writer: MarkWriter) -> str:
    """Return a tree as a format writes it."""
    return "".join(writer.text(piece) if isinstance(piece, str) else _written(piece, writer) for piece in pieces)


def _written(piece: Marked, writer: MarkWriter) -> str:
    if piece.mark.kind is MarkKind.FORMULA:
        return writer.formula(plain_of(piece.pieces), piece.mark.value)
    write = writer.call if piece.mark.kind is MarkKind.FOOTNOTE else writer.mark
    return write(piece.mark, written(piece.pieces, writer))


def plain_of(pieces: Iterable[Piece]) -> str:
    """Return the text of a tree."""
    return "".join(piece if isinstance(piece, str) else plain_of(piece.pieces) for piece in pieces)


def is_safe_link(url: str | None) -> bool:
    """Return whether a link may be followed without running anything.

    >>> is_safe_link("https://a.example/"), is_safe_link("#top"), is_safe_link(" java\\nscript:alert(1)")
    (True, True, False)
    """
    if not url:
        return False
    scheme = _SCHEME.match(_UNSEEN_IN_URLS.sub("", url))
    return scheme is None or scheme[1].lower() in _LINK_SCHEMES


def is_safe_picture(url: str | None) -> bool:
    """Return whether a picture may be shown: from the web, or held in its URL and without scripts."""
    if not url:
        return False
    plain = _UNSEEN_IN_URLS.sub("", url)
    scheme = _SCHEME.match(plain)
    return scheme is None or scheme[1].lower() in ("http", "https") or _PICTURE.match(plain) is not None


def percent_encoded(match: re.Match[str]) -> str:
    """Return what a pattern found in a URL as its bytes, percent-encoded."""
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))


def _is_sound(mark: Mark, text: str) -> bool:
    if not 0 <= mark.start <= mark.end <= len(text):
        return False
    if mark.kind not in MAY_BE_EMPTY and not text[mark.start : mark.end].strip():
        return False  # of nothing, or of a blank
    return mark.kind is not MarkKind.LINK or is_safe_link(mark.url)


def _order(mark: Mark) -> tuple[int, bool, int]:
    """Sort by start; empty marks are before what begins at their place, so that no call of a note is in a link."""
    return mark.start, mark.start != mark.end, -mark.end


def _is_inside(opened: list[_Open], mark: Mark) -> bool:
    """Return whether a mark repeats one around it, or is a link in a link: calls of notes are such."""
    around = [one.mark for one in opened if one.mark is not None]
    if mark.kind in _LINKS and any(one.kind in _LINKS for one in around):
        return True
    if mark.kind is MarkKind.FOOTNOTE:  # not every format has markup in code
        return any(one.kind in (MarkKind.CODE, MarkKind.FORMULA) for one in around)
    return any(one.kind is mark.kind and one.value == mark.value for one in around)


def _close(opened: list[_Open], text: str, at: int) -> int:
    last = opened.pop()
    assert last.mark is not None  # noqa: S101 - the first one stays open
    pieces = _whole((*last.pieces, text[at : last.end]))
    opened[-1].pieces.append(Marked(last.mark, pieces))
    return last.end


def _whole(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces without empty texts, neighbouring texts as one: a mark that was left out tears none."""
    whole: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and whole and isinstance(whole[-1], str):
            whole[-1] += piece
        elif piece:
            whole.append(piece)
    return tuple(whole)
