"""Writes down what a walk over the markup meets: containers into elements, text between block borders into blocks."""

import re
from typing import Final

from harvester.dom.attributes import make_span
from harvester.dom.block_roles import ROOT, SHAPING, Shape, path_below, shape_inside
from harvester.dom.bounds import (
    MAX_BLOCKS,
    MAX_ELEMENTS,
    MAX_RAW_SPAN,
    MAX_SPANS,
    TOO_MANY_BLOCKS,
    TOO_MANY_ELEMENTS,
    TooManyBlocksError,
)
from harvester.dom.flat_markup import Opening, unescaped
from harvester.dom.text_runs import BREAK, BodyParts, TextRun, on_one_line, settle_pieces
from harvester.models import Block, Element, Role, Trace
from harvester.text import unwrap_cjk

# Chinese and older European pages mark a new paragraph by an indent after a single <br>.
_INDENT = re.compile("[\\r\\n\\t ]*(?:\u3000{2}|\u2003{2}|\u00a0{4}|(?:\u00a0 ){2}|\u3000\u00a0)")
CELL_BORDER: Final = " | "  # between the cells in the text of a row
_MAX_SPAN_CHARS: Final = 400  # longer inline runs are prose, not a name, a date or a label


class BlockWriter:
    """What is written of one body, and where the walk is while it is written; mutable, as the walk is."""

    def __init__(self, found: BodyParts, is_bounded: bool, has_marks: bool) -> None:
        self.found = found
        self.place = 0  # of the text or start tag that is read
        self.container = -1  # innermost element that has an index
        self.run = TextRun()
        self.links: list[str] = []  # addresses of the open ones
        self.linked: dict[str, list[tuple[int, int]]] = {}  # address -> blocks, each with its characters
        self.strong = 0  # open elements in bold letters
        self.listings = 0
        self.kept_lines = 0  # open elements in which a line feed is a line break
        self.cells: list[str] | None = None  # of the open row of a data table
        self.paths: list[str] = []  # of each element
        self.ruled: set[int] = set()  # elements that rules of the site fit, and all in them
        self._is_bounded = is_bounded  # raise TooManyBlocksError above the bounds
        self._has_marks = has_marks
        self._shapes: list[Shape] = []
        self._begun_items: set[int] = set()

    def add_element(self, opening: Opening, place: int) -> int:
        """Return the index of a new element, which is the container from now on."""
        index = len(self.found.elements)
        if self._is_bounded and index >= MAX_ELEMENTS:
            raise TooManyBlocksError(TOO_MANY_ELEMENTS)
        parent = self.container
        self.found.elements.append(Element(parent, *opening.traits))
        self.found.markup.places.append(place)
        if self._has_marks:
            self._note_rules(opening, parent, index)
        if parent < 0:
            self._shapes.append(ROOT)
            self.paths.append("")
        else:
            outer = self._shapes[parent]
            self._shapes.append(shape_inside(outer, opening.tag, index) if opening.tag in SHAPING else outer)
            self.paths.append(path_below(self.paths[parent], opening.tag))
        self.container = index
        return index

    def _note_rules(self, opening: Opening, parent: int, index: int) -> None:
        if opening.rules:
            self.found.rules[index] = opening.rules
        if opening.rules or parent in self.ruled:
            self.ruled.add(index)

    def shape(self) -> Shape:
        """Return what being inside the container means for a block."""
        return self._shapes[self.container] if self.container >= 0 else ROOT

    def container_tag(self) -> str:
        """Return the tag of the container; "" where there is none."""
        return self.found.elements[self.container].tag if self.container >= 0 else ""

    def add_text(self, text: str) -> None:
        """Add text to the run."""
        run = self.run
        if "&" in text:
            text = unescaped(text)
        if self.kept_lines and "\n" in text and not self.listings:
            self._add_lines(text)
            return
        if not self.listings:
            text = unwrap_cjk(text)
            if run.has_text and not run.line_has_text and _INDENT.match(text):
                self._flush()
                run = self.run
        run.pieces.append(text)
        run.spots.append(self.place)
        run.has_text = run.line_has_text = True
        seen = len(text.strip())
        run.chars += seen
        if self.links:
            run.link_chars += seen
            target = self.links[-1]
            run.link_targets[target] = run.link_targets.get(target, 0) + seen
        if self.strong:
            run.strong_chars += seen

    def _add_lines(self, text: str) -> None:
        """Add text whose line feeds are line breaks."""
        kept, self.kept_lines = self.kept_lines, 0
        for number, line in enumerate(text.split("\n")):
            if number:
                self.break_line()
            if line and not line.isspace():
                self.add_text(line)
        self.kept_lines = kept

    def break_line(self) -> None:
        """Begin another line; a paragraph where the line is empty."""
        run = self.run
        if self.cells is not None:
            run.pieces.append(" ")
        elif run.has_text and not run.line_has_text and self.shape().role is not Role.CODE:
            self._flush()  # a second <br>: a new paragraph
        elif run.has_text:
            run.pieces.append(BREAK)
            run.line_has_text = False

    def begin_line(self) -> None:
        """Begin another line of a listing."""
        run = self.run
        if run.pieces and run.has_text and not run.pieces[-1].endswith(("\n", BREAK)):
            run.pieces.append("\n")

    def add_span(self, opening: Opening, start: int, chars: int) -> None:
        """Keep the text of an inline element, which began with piece `start`, when `chars` were seen of the run."""
        run = self.run
        is_long = run.chars - chars > MAX_RAW_SPAN or len(run.pieces) - start > MAX_RAW_SPAN
        if is_long or len(run.spans) >= MAX_SPANS:
            return
        text = on_one_line(run.pieces[start:])
        if len(text) <= _MAX_SPAN_CHARS:
            run.spans.append(make_span(opening.tag, opening.attributes, text))

    def close_cell(self) -> None:
        """Make a cell of what the run holds, in a row of a data table."""
        if self.cells is not None:
            self.cells.append(on_one_line(self.run.pieces))
            self.run.pieces.clear()

    def close_row(self) -> None:
        """Make a block of the row."""
        stray = on_one_line(self.run.pieces)
        cells = [*(self.cells or []), *([stray] if stray else [])]
        self.cells = None
        self._emit(CELL_BORDER.join(cells) if any(cells) else "", Role.TABLE, None)

    def end_run(self) -> None:
        """Begin another run of text: a block border was reached."""
        run = self.run
        if run.has_text:
            self._flush()
        else:
            run.pieces.clear()
            run.number += 1

    def _flush(self) -> None:
        """Make a block of the run of text."""
        shape = self.shape()
        role, level = shape.role, shape.level
        if role is Role.LIST_ITEM:
            # Only the first run of an item carries its mark; the others are paragraphs of it.
            if shape.item in self._begun_items:
                role, level = Role.PARAGRAPH, None
            self._begun_items.add(shape.item)
        self._emit(settle_pieces(self.run.pieces, role), role, level)

    def _emit(self, text: str, role: Role, level: int | None) -> None:
        run = self.run
        self.run = TextRun(run.number + 1)
        if text.strip():
            links = min(run.link_chars, len(text))
            strong = min(run.strong_chars, len(text))
            spans = tuple(run.spans)
            path = self.paths[self.container] if self.container >= 0 else ""
            for target, chars in run.link_targets.items():
                self.linked.setdefault(target, []).append((len(self.found.blocks), chars))
            trace = Trace(self.found.markup, run.spots, self.container)
            self.add_block(Block(role, text, level, links, None, path, self.container, spans, strong, None, trace))

    def add_block(self, block: Block) -> None:
        """Add a block; raise TooManyBlocksError where the page has too many."""
        if self._is_bounded and len(self.found.blocks) >= MAX_BLOCKS:
            raise TooManyBlocksError(TOO_MANY_BLOCKS)
        self.found.blocks.append(block)
