"""The marks of a text's stretches: links, emphasis, readings, languages."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from harvester.dom import FORMULA, READING, TEX, Attributes
from harvester.dom.html_tags import IMAGES
from harvester.models import Mark, MarkKind
from harvester.models.blocks import MAY_BE_EMPTY
from harvester.structure.formulas import is_formula
from harvester.structure.inlines import Inline
from harvester.structure.link_targets import link_target
from harvester.structure.markup_tokens import attributes_of
from harvester.structure.visible_offsets import Places
from harvester.text import collapse

MAX_MARKS: Final = 2_000  # of one block; in the corpora some hundred, in a list of links that is one paragraph
MAX_VALUE_CHARS: Final = 2_000  # TeX of a long formula; a title or a reading has some ten
_MAX_RELS: Final = 10
_BOLD: Final = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_ITALIC: Final = re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.IGNORECASE)
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
DRAWN: Final = re.compile(r"(?<![\w-])(?:MathJax|MathJax_\w+|mjx-chtml|MJXc-display)(?![\w-])")
KIND_OF: Final = {
    "b": MarkKind.STRONG,
    "strong": MarkKind.STRONG,
    "i": MarkKind.EMPHASIS,
    "em": MarkKind.EMPHASIS,
    "cite": MarkKind.EMPHASIS,
    "dfn": MarkKind.EMPHASIS,
    "var": MarkKind.EMPHASIS,
    "code": MarkKind.CODE,
    "kbd": MarkKind.CODE,
    "samp": MarkKind.CODE,
    "tt": MarkKind.CODE,
    "sub": MarkKind.SUB,
    "sup": MarkKind.SUP,
    "del": MarkKind.DELETED,
    "s": MarkKind.DELETED,
    "strike": MarkKind.DELETED,
    "ins": MarkKind.INSERTED,
    "mark": MarkKind.HIGHLIGHT,
}


class Surrounding(NamedTuple):
    """What the marks of a block depend on."""

    base: str | None  # that links are relative to; None: unknown
    lang: str | None  # of the block
    notes: dict[str, str]  # id of a footnote's element -> its key


class VisibleMark(NamedTuple):
    """A mark over visible characters."""

    kind: MarkKind
    start: int
    end: int
    depth: int
    url: str | None = None
    title: str | None = None
    rel: tuple[str, ...] = ()
    value: str | None = None

    def is_as(self, other: "VisibleMark") -> bool:
        """Return whether the other has the same meaning, of whatever stretch."""
        return self.kind is other.kind and self[4:] == other[4:]  # what it says, behind the stretch


def visible_marks(inlines: Sequence[Inline], tokens: Sequence[str], around: Surrounding) -> list[VisibleMark]:
    """Return the marks of the inline elements of a block, counted in its visible characters."""
    found: list[VisibleMark] = []
    reading_from = 0
    drawn: Inline | None = None  # a formula as glyphs, behind which a script has its TeX
    for one in inlines:
        attributes = attributes_of(tokens[one.place])
        if one.tag == "ruby":
            reading_from = one.start
        elif READING in attributes:
            if one.start > reading_from:
                value = _short(attributes[READING])
                found.append(VisibleMark(MarkKind.RUBY, reading_from, one.start, one.depth, value=value))
            reading_from = one.start
        elif TEX in attributes and one.tag == "wbr" and drawn is not None and drawn.end == one.start:
            found = [before for before in found if before.kind is not MarkKind.FORMULA or before.start < drawn.start]
            found += marks_of_tag(one._replace(start=drawn.start), attributes, around)
            drawn = None
        else:
            if DRAWN.search(attributes.get("class") or "") and one.start < one.end:
                drawn = one if drawn is None or drawn.end <= one.start else drawn
            found += marks_of_tag(one, attributes, around)
    return [one for one in found if one.start < one.end or one.kind in MAY_BE_EMPTY]


def marks_of_tag(one: Inline, attributes: Attributes, around: Surrounding) -> Iterable[VisibleMark]:
    """Yield the marks of an element that its start tag alone makes."""
    kind = KIND_OF.get(one.tag)
    if kind is not None:
        yield VisibleMark(kind, one.start, one.end, one.depth)
    elif one.tag == "a" and "href" in attributes:
        yield from _link(one, attributes, around)
    elif one.tag in ("abbr", "acronym") and (title := _short(attributes.get("title") or "")):
        yield VisibleMark(MarkKind.ABBR, one.start, one.end, one.depth, value=title)
    elif one.tag in IMAGES and is_formula(attributes):
        yield VisibleMark(MarkKind.FORMULA, one.start, one.end, one.depth, value=_short(attributes["alt"], exact=True))
    elif TEX in attributes or one.tag == "math" or FORMULA in attributes:
        yield VisibleMark(
            MarkKind.FORMULA, one.start, one.end, one.depth, value=_short(attributes.get(TEX) or "", exact=True)
        )
    if attributes:
        yield from _of_attributes(one, attributes, around)


def _of_attributes(one: Inline, attributes: Attributes, around: Surrounding) -> Iterable[VisibleMark]:
    if one.tag == "span" and "style" in attributes:
        if _BOLD.search(attributes["style"]):
            yield VisibleMark(MarkKind.STRONG, one.start, one.end, one.depth)
        if _ITALIC.search(attributes["style"]):
            yield VisibleMark(MarkKind.EMPHASIS, one.start, one.end, one.depth)
    lang = attributes.get("lang") or ""
    if lang and _LANGUAGE.fullmatch(lang) and not _is_of(lang, around.lang):
        yield VisibleMark(MarkKind.LANG, one.start, one.end, one.depth, value=lang)


def _is_of(lang: str, of_block: str | None) -> bool:
    """Return whether a language is the block's, as far as both are known."""
    return of_block is not None and lang.lower().split("-")[0] == of_block.lower().split("-")[0]


def _link(one: Inline, attributes: Attributes, around: Surrounding) -> Iterable[VisibleMark]:
    href = attributes["href"]
    if href.startswith("#") and (key := around.notes.get(href[1:])) is not None:
        yield VisibleMark(MarkKind.FOOTNOTE, one.start, one.end, one.depth, value=key)
        return
    if (said := link_says(attributes, around.base)) is not None:
        yield VisibleMark(MarkKind.LINK, one.start, one.end, one.depth, *said)


def link_says(attributes: Attributes, base: str | None) -> tuple[str, str | None, tuple[str, ...]] | None:
    """Return url, title and rel of a link, which has an address; None where that leads nowhere."""
    url = link_target(base, attributes["href"])
    if url is None:
        return None
    rel = attributes.get("rel")
    rels = tuple(dict.fromkeys(rel.lower().split()))[:_MAX_RELS] if rel else ()
    return url, _short(attributes.get("title") or ""), rels


def _short(text: str, exact: bool = False) -> str | None:
    """Return a value on one line; None for none, and for one that is too long to be a value of its kind."""
    settled = text.strip() if exact else collapse(text)
    return settled if 0 < len(settled) <= MAX_VALUE_CHARS else None


# ── over a text ───────────────────────────────────────────────────────────────────────────────


def marks_over(text: str, found: Sequence[VisibleMark]) -> tuple[Mark, ...]:
    """Return the marks over a text whose visible characters are those that `found` counts."""
    if not found:
        return ()
    places = Places(text)
    marks = [_mark(one, places) for one in _settled(found)[:MAX_MARKS]]
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


def _mark(mark: VisibleMark, places: Places) -> Mark:
    start, end = places.start_of(mark.start), places.end_of(mark.end)
    if mark.start >= mark.end:
        start = end = places.end_of(mark.start) if mark.kind is MarkKind.FOOTNOTE else start
    return Mark(mark.kind, start, end, mark.url, mark.title, mark.rel, mark.value)


def _settled(found: Sequence[VisibleMark]) -> list[VisibleMark]:
    """Return the marks without those inside one of the same meaning, and equal neighbours as one."""
    if len(found) == 1:
        return list(found)
    kept: list[VisibleMark] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.depth)):
        same = next((at for at in range(len(kept) - 1, max(len(kept) - 9, -1), -1) if kept[at].is_as(one)), None)
        if same is None or one.start > kept[same].end or one.start == one.end:
            kept.append(one)
        elif one.end > kept[same].end:
            joined = kept[same]._replace(end=one.end)
            if one.kind in _NEVER_JOINED or any(_cross(joined, other) for other in kept[max(same - 16, 0) :]):
                kept.append(one)
            else:
                kept[same] = joined
    return kept


_NEVER_JOINED: Final = frozenset({MarkKind.RUBY, MarkKind.ABBR, MarkKind.FORMULA, MarkKind.FOOTNOTE})


def _cross(one: VisibleMark, other: VisibleMark) -> bool:
    return one.start < other.start < one.end < other.end or other.start < one.start < other.end < one.end
