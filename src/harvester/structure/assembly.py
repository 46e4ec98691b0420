"""The blocks of an article, put together from the blocks of its page and from what is between them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple

from harvester.dom import FORMULA, TEX
from harvester.models import Block, Document, Element, Mark, MarkKind, Markup, Picture, Role, TextBlock
from harvester.rules.lexicon import Lexicon
from harvester.structure.back_links import without_back_links
from harvester.structure.code_blocks import code_of
from harvester.structure.embeds import embeds_of
from harvester.structure.figures import captions_left, figures_of
from harvester.structure.footnotes import Footnotes, notes_of
from harvester.structure.inlines import Inline, InlineReader
from harvester.structure.lists import ListReader
from harvester.structure.markup_tokens import attributes_of
from harvester.structure.page_marks import WRAPPERS, Known, page_marks
from harvester.structure.placements import BlockPlaces, Order, PlacedBlock
from harvester.structure.quotes import QuoteReader
from harvester.structure.settled import Settled
from harvester.structure.tables import captions_of, read_table, table_of
from harvester.structure.text_marks import Surrounding, VisibleMark, marks_over, visible_marks

MAX_SEPARATORS: Final = 500  # between parts of a text; a novel has some
_TAG: Final = itemgetter(Element._fields.index("tag"))  # by its name it takes three times as long
_ORDER: Final = itemgetter(PlacedBlock._fields.index("order"))
MAX_WRAPPERS: Final = 10  # around one block
# By names of their own: Python looks the members of an enum up slowly.
_TABLE: Final = Role.TABLE
_SEPARATOR: Final = Role.SEPARATOR


class Setting(NamedTuple):
    """What an article is put together from, beside its text."""

    document: Document  # judged
    base: str | None  # that addresses are relative to; None: unknown
    pictures: Sequence[Picture]
    lexicon: Lexicon


def assemble(settled: Sequence[Settled], setting: Setting) -> tuple[TextBlock, ...]:
    """Return the blocks of an article: those of its text in their order, and between them what has none."""
    page = BlockPlaces(setting.document)
    notes = notes_of(setting.document, page)
    reader = _Reader(setting, notes)
    placed = [*reader.texts(settled), *reader.asides()]
    placed += _between(setting, page)
    placed.sort(key=_ORDER)
    blocks = [one.block for one in placed]
    return tuple(_without_idle(blocks) if _SEPARATOR in [block.role for block in blocks] else blocks)


def _between(setting: Setting, page: BlockPlaces) -> Iterator[PlacedBlock]:
    """Yield figures, embeds, separators, and formulas without text."""
    document = setting.document
    yield from figures_of(document, setting.pictures, setting.base, page)
    embeds = list(embeds_of(document, setting.base, page, setting.lexicon))
    yield from embeds
    yield from captions_left(document, setting.pictures, page, setting.lexicon)
    if document.markup is not None:
        yield from _separators(document, page)
        yield from _formulas(document, page)


def _separators(document: Document, page: BlockPlaces) -> Iterator[PlacedBlock]:
    markup = document.markup
    assert markup is not None  # noqa: S101 - the caller has looked
    if "hr" not in map(_TAG, markup.elements):
        return
    places = [place for element, place in zip(markup.elements, markup.places, strict=True) if element.tag == "hr"]
    for place in places[:MAX_SEPARATORS]:
        order = page.order(place)
        if all(page.neighbours(order)) and page.first < order.block <= page.last:
            yield PlacedBlock(order, TextBlock(Role.SEPARATOR, ""))


def _formulas(document: Document, page: BlockPlaces) -> Iterator[PlacedBlock]:
    """Yield the formulas that are between blocks and show no text."""
    markup = document.markup
    assert markup is not None  # noqa: S101 - the caller has looked
    for place in markup.standins:
        attributes = attributes_of(markup.tokens[place])
        if FORMULA in attributes and TEX in attributes and not page.is_in_block(place):
            order = page.order(place)
            if any(page.neighbours(order)):
                yield PlacedBlock(order, TextBlock(Role.FORMULA, "", tex=attributes[TEX]))


def _without_idle(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """Yield the blocks without separators that part nothing: at the ends, and behind each other."""
    before: Role | None = None
    last = max((number for number, block in enumerate(blocks) if block.role is not Role.SEPARATOR), default=-1)
    for number, block in enumerate(blocks):
        if block.role is Role.SEPARATOR and (before in (None, Role.SEPARATOR) or number > last):
            continue
        before = block.role
        yield block


# ── the blocks of the text ────────────────────────────────────────────────────────────────────


class _Reader:
    """Reads the structure of the blocks of one article's text from the markup."""

    def __init__(self, setting: Setting, notes: Footnotes) -> None:
        self._setting = setting
        self._notes = notes
        self._inlines = InlineReader()
        self._lists = ListReader()
        self._quotes = QuoteReader(setting.base)
        self._wrappers = _Wrappers()
        self._captions: dict[tuple[int, int], str] | None = None

    def texts(self, settled: Sequence[Settled]) -> Iterator[PlacedBlock]:
        """Yield the blocks of the text, the rows of a table as one."""
        known: Sequence[Known] = (None,) * len(settled)
        if not self._notes.keys:
            known = page_marks(settled, self._setting.base)
        for key, run in groupby(zip(settled, known, strict=True), key=_table_key):
            if key is None:
                for one, own in run:
                    read = own if isinstance(own, TextBlock) else self._text(one, own)
                    yield PlacedBlock(Order(one.first, 0, 0), read)
            else:
                rows = [one for one, _ in run]
                yield PlacedBlock(Order(rows[0].first, 0, 0), self._table(rows))

    def asides(self) -> Iterator[PlacedBlock]:
        """Yield the footnotes that the text calls and does not hold."""
        blocks = self._setting.document.blocks
        for number in sorted(self._notes.blocks):
            block = blocks[number]
            for settled in [] if block.is_text else without_back_links([Settled(block.text, [block], number)]):
                read = self._text(settled)
                yield PlacedBlock(Order(number, 0, 0), replace(read, role=Role.FOOTNOTE, in_text=False))

    def _around(self, block: Block) -> Surrounding:
        return Surrounding(self._setting.base, block.lang, self._notes.keys)

    def _table(self, rows: Sequence[Settled]) -> TextBlock:
        blocks = [row.parts[0]._replace(text=row.text) for row in rows]
        if self._captions is None:
            self._captions = captions_of(self._setting.document.blocks)
        table = read_table(blocks, self._captions, self._around(blocks[0]))
        return TextBlock(Role.TABLE, "\n".join(row.text for row in rows), None, blocks[0].lang, table=table)

    def _text(self, settled: Settled, known: tuple[Mark, ...] | None = None) -> TextBlock:
        """Return a block of the text; `known` are its marks, None: they are read."""
        block = settled.parts[0]
        role = block.role
        fields: dict[str, Any] = {}
        if role is Role.LIST_ITEM:
            fields = self._lists.read(block)
        elif role is Role.QUOTE:
            fields = {"cite": self._quotes.read(block)}
        elif role is Role.CODE:
            return TextBlock(role, settled.text, block.level, block.lang, code=code_of(block))
        marks = self._marks(settled) if known is None else known
        role = fields.pop("role", role)
        if (note := self._notes.blocks.get(settled.first)) is not None:
            fields, role = {"footnote": note}, Role.FOOTNOTE
        elif marks and role is Role.PARAGRAPH and (formula := _whole_formula(settled.text, marks)) is not None:
            return TextBlock(Role.FORMULA, settled.text, block.level, block.lang, tex=formula.value)
        return TextBlock(role, settled.text, block.level, block.lang, marks, **fields)

    def _marks(self, settled: Settled) -> tuple[Mark, ...]:
        found = self._visible_marks(settled)
        marks = marks_over(settled.text, found) if found else ()
        if settled.parts[0].role is not Role.HEADING:
            return marks
        # All of it is strong by itself, also where its parts say so one by one.
        return tuple(mark for mark in marks if not _is_strong_whole(mark, settled.text))

    def _visible_marks(self, settled: Settled) -> list[VisibleMark]:
        """Return the marks of the text's stretches, counted in its visible characters."""
        found: list[VisibleMark] = []
        offset = 0
        for part in settled.parts:
            if part.trace is None:
                return []
            length = -1
            if inlines := self._inlines.read(part):
                length = len("".join(part.text.split()))
                here = visible_marks(inlines, part.trace.markup.tokens, self._around(part))
                found += (
                    [one._replace(start=one.start + offset, end=one.end + offset) for one in here] if offset else here
                )
            if (wrapped := self._wrapped(part)) and settled.text:
                length = len("".join(part.text.split())) if length < 0 else length
                found += [one._replace(start=offset, end=offset + length) for one in wrapped]
            if len(settled.parts) > 1:
                offset += len("".join(part.text.split())) if length < 0 else length
        if part.role is Role.HEADING:  # all of it is strong by itself
            found = [one for one in found if one.kind is not MarkKind.STRONG or one.end - one.start < length]
        return found

    def _wrapped(self, block: Block) -> list[VisibleMark]:
        """Return the marks of inline elements that hold whole blocks: cards in a link, strong paragraphs."""
        trace = block.trace
        if trace is None or not (found := self._wrappers.around(trace.markup, trace.element)):
            return []
        elements = trace.markup.elements
        if not block.link_chars:  # a link that was never closed, and holds all that follows
            found = tuple(at for at in found if elements[at].tag != "a")
        inlines = [Inline(elements[at].tag, trace.markup.places[at], 0, 1, 0) for at in found]
        return visible_marks(inlines, trace.markup.tokens, self._around(block)) if inlines else []


class _Wrappers:
    """Finds the inline elements around containers; those of a container are those of its own, and itself."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], tuple[int, ...]] = {}

    def around(self, markup: Markup, element: int) -> tuple[int, ...]:
        """Return the inline elements that hold all of a container, outer ones first, at most `MAX_WRAPPERS`."""
        way: list[int] = []
        number = id(markup)
        while element >= 0 and (number, element) not in self._known:
            way.append(element)
            element = markup.elements[element].parent
        found = self._known.get((number, element), ())
        for at in reversed(way):
            if markup.elements[at].tag in WRAPPERS and len(found) < MAX_WRAPPERS:
                found = (*found, at)
            self._known[number, at] = found
        return found


def _is_strong_whole(mark: Mark, text: str) -> bool:
    return mark.kind is MarkKind.STRONG and (mark.start, mark.end) == (0, len(text))


def _table_key(marked: tuple[Settled, object]) -> object:
    block = marked[0].parts[0]
    if block.role is not _TABLE:
        return None
    return table_of(block) or ("table", 0)


def _whole_formula(text: str, marks: Sequence[Mark]) -> Mark | None:
    """Return the formula that a paragraph is, None where it is more or something else."""
    formulas = [mark for mark in marks if mark.kind is MarkKind.FORMULA]
    if len(formulas) != 1 or formulas[0].value is None:
        return None
    return formulas[0] if (formulas[0].start, formulas[0].end) == (0, len(text)) else None
