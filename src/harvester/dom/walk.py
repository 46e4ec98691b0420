"""One walk over the tree: visible text into blocks, containers into elements.

The reader below is the one mutable thing; it lives for one call of `read_body`.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from selectolax.lexbor import LexborNode

from harvester.dom import tags
from harvester.dom.attributes import Attributes, is_dialog, is_hidden, make_element, make_image, make_span
from harvester.dom.tables import is_data_table
from harvester.models import Block, Element, ImageTag, Role, Span
from harvester.text import clean_code_line, collapse

# Chinese and older European pages mark a new paragraph by an indent after a single <br>.
_INDENT = re.compile("[\\r\\n\\t ]*(?:\u3000{2}|\u2003{2}|\u00a0{4}|(?:\u00a0 ){2}|\u3000\u00a0)")
_SPAN_ATTRIBUTES: Final = frozenset({"class", "itemprop", "rel", "id", "datetime"})
# Sectioning elements begin anew: a paragraph of an <article> inside an <li> is no list item.
_FRESH: Final = frozenset({"article", "section", "aside", "main", "td", "th", "header", "footer", "nav", "form"})
_SHAPING: Final = _FRESH.union(
    tags.HEADINGS, tags.ITEMS, tags.QUOTES, tags.CAPTIONS, tags.CONTROLS, tags.PREFORMATTED, tags.LISTS
)
_MAX_PATH_TAGS: Final = 40  # pages nest 10 to 30 deep; hostile ones thousands, and paths would fill the memory
_MAX_TABLES_DEEP: Final = 8  # layout tables nest; a data table is inside few
_MAX_SPAN_CHARS: Final = 400  # longer inline runs are prose, not a name, a date or a label


class _Leave:
    """Stands in the list of things to do for the end of an element."""


_LEAVE: Final = _Leave()


@dataclass(slots=True)
class _Open:
    """One element on the way down."""

    tag: str
    attributes: Attributes
    element: int  # index of its Element; -1 while it is inline and holds no block
    run: int  # number of the run in which it opened
    start: int  # length of that run then; -1: its text is not wanted as a span


@dataclass(frozen=True, slots=True)
class _Shape:
    """What being inside an element means for a block."""

    role: Role
    level: int | None
    item: int  # the innermost list item's element; -1: none
    lists: int  # how many lists deep


_ROOT: Final = _Shape(Role.PARAGRAPH, None, -1, 0)


@dataclass(slots=True)
class _Run:
    """The text between two block borders, as it comes in; None stands for a <br>."""

    number: int = 0
    pieces: list[str | None] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    link_chars: int = 0
    strong_chars: int = 0
    has_text: bool = False
    line_has_text: bool = False


@dataclass(slots=True)
class Reading:
    """What a walk found."""

    blocks: list[Block] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    images: list[ImageTag] = field(default_factory=list)


class BodyReader:
    """Reads one body; `read` is called once."""

    def __init__(self, reveal_hidden: bool = False) -> None:
        self.found = Reading()
        self._reveal_hidden = reveal_hidden
        self._stack: list[_Open] = []
        self._shapes: list[_Shape] = []
        self._container = -1  # innermost element that has an index
        self._bare_inlines = 0  # open inline elements without an index
        self._run = _Run()
        self._links = 0
        self._strong = 0
        self._tables = 0  # open ones
        self._begun_items: set[int] = set()
        self._cells: list[str] | None = None  # of the open row of a data table
        self._data_tables: set[int] = set()  # elements
        self._paths: dict[int, str] = {}  # of elements that hold blocks

    def read(self, body: LexborNode) -> Reading:
        """Return blocks, elements and images below `body`, in reading order."""
        waiting: list[LexborNode | _Leave] = [body]
        while waiting:
            node = waiting.pop()
            if isinstance(node, _Leave):
                self._leave()
            elif node.is_text_node:
                self._add_text(node.text_content or "")
            elif node.is_element_node and self._enter(node):
                waiting.append(_LEAVE)
                # Twice as fast as reversing node.iter(): half of the walk is making node objects.
                child = node.last_child
                while child is not None:
                    waiting.append(child)
                    child = child.prev
        self._flush()
        return self.found

    def _enter(self, node: LexborNode) -> bool:
        """Open `node`; return whether its children are to be read."""
        tag = node.tag or ""
        if tag == "br":
            self._break_line()
            return False
        if tag in tags.UNSEEN and not (tag == "noscript" and self._reveal_hidden):
            return False
        attributes = node.attributes
        if tag in tags.IMAGES:
            self._add_image(attributes)
            return False
        if is_hidden(tag, attributes) and not (self._reveal_hidden and not is_dialog(tag, attributes)):
            return False
        if self._is_border(tag):
            self._open_block(tag, attributes, node)
        else:
            self._open_inline(tag, attributes)
        self._links += tag == "a" and "href" in attributes
        self._strong += tag in tags.STRONG
        return True

    def _is_border(self, tag: str) -> bool:
        # A <button> in the middle of a sentence is a glossary word or a footnote mark.
        if tag == "button":
            return not self._run.has_text
        return tags.is_block(tag)

    def _open_block(self, tag: str, attributes: Attributes, node: LexborNode) -> None:
        if self._cells is None or tag == "tr":
            self._flush()
        else:
            self._run.pieces.append(" ")
        if self._bare_inlines:
            self._index_inlines()
        index = self._add_element(tag, attributes)
        self._stack.append(_Open(tag, attributes, index, self._run.number, -1))
        if tag == "table":
            self._open_table(node, index)
        elif tag == "tr" and self._in_data_table(index):
            self._cells = []

    def _open_inline(self, tag: str, attributes: Attributes) -> None:
        wanted = tag in {"a", "time"} or not attributes.keys().isdisjoint(_SPAN_ATTRIBUTES)
        start = len(self._run.pieces) if wanted else -1
        self._stack.append(_Open(tag, attributes, -1, self._run.number, start))
        self._bare_inlines += 1

    def _index_inlines(self) -> None:
        """Give inline elements that turn out to hold blocks (cards inside <a>) their place in the tree."""
        # Blocks have an index from the start, so the bare ones are those opened last.
        for opened in self._stack[-self._bare_inlines :]:
            if opened.element < 0:
                opened.element = self._add_element(opened.tag, opened.attributes)
        self._bare_inlines = 0

    def _add_element(self, tag: str, attributes: Attributes) -> int:
        index = len(self.found.elements)
        parent = self._container
        self.found.elements.append(make_element(parent, tag, attributes))
        self._shapes.append(shape_inside(self._shapes[parent] if parent >= 0 else _ROOT, tag, index))
        self._container = index
        return index

    def _open_table(self, node: LexborNode, index: int) -> None:
        self._tables += 1
        # A look into each of thousands of nested tables would be quadratic.
        if self._tables <= _MAX_TABLES_DEEP and is_data_table(node):
            self._data_tables.add(index)

    def _in_data_table(self, index: int) -> bool:
        elements = self.found.elements
        while index >= 0 and elements[index].tag != "table":
            index = elements[index].parent
        return index in self._data_tables

    def _leave(self) -> None:
        opened = self._stack.pop()
        self._links -= opened.tag == "a" and "href" in opened.attributes
        self._strong -= opened.tag in tags.STRONG
        self._tables -= opened.tag == "table"
        if opened.start >= 0 and opened.run == self._run.number:
            self._add_span(opened)
        if opened.element < 0:
            self._bare_inlines -= 1
            return
        if self._cells is None:
            self._flush()
        elif opened.tag in {"td", "th"}:
            self._close_cell()
        elif opened.tag == "tr":
            self._close_row()
        else:
            self._run.pieces.append(" ")
        self._container = self.found.elements[opened.element].parent

    def _add_text(self, text: str) -> None:
        run = self._run
        if text.isspace() or not text:
            run.pieces.append(text)
            return
        if run.has_text and not run.line_has_text and _INDENT.match(text):
            self._flush()
            run = self._run
        run.pieces.append(text)
        run.has_text = run.line_has_text = True
        if self._links:
            run.link_chars += len(text.strip())
        if self._strong:
            run.strong_chars += len(text.strip())

    def _break_line(self) -> None:
        run = self._run
        if self._cells is not None:
            run.pieces.append(" ")
        elif run.has_text and not run.line_has_text and self._shape().role is not Role.CODE:
            self._flush()  # a second <br>: a new paragraph
        elif run.has_text:
            run.pieces.append(None)
            run.line_has_text = False

    def _add_span(self, opened: _Open) -> None:
        text = collapse("".join(piece or " " for piece in self._run.pieces[opened.start :]))
        if len(text) <= _MAX_SPAN_CHARS:
            self._run.spans.append(make_span(opened.tag, opened.attributes, text))

    def _add_image(self, attributes: Attributes) -> None:
        if image := make_image(attributes, self._container, len(self.found.blocks)):
            self.found.images.append(image)

    def _close_cell(self) -> None:
        if self._cells is not None:
            self._cells.append(collapse("".join(piece or " " for piece in self._run.pieces)))
            self._run.pieces.clear()

    def _close_row(self) -> None:
        stray = collapse("".join(piece or " " for piece in self._run.pieces))
        cells = [*(self._cells or []), *([stray] if stray else [])]
        self._cells = None
        self._emit(" | ".join(cells) if any(cells) else "", Role.TABLE, None)

    def _flush(self) -> None:
        """End the run of text: a block border was reached."""
        if not self._run.has_text:
            self._run.pieces.clear()
            self._run.number += 1
            return
        shape = self._shape()
        role, level = shape.role, shape.level
        if role is Role.LIST_ITEM:
            # Only the first run of an item carries its mark; the others are paragraphs of it.
            if shape.item in self._begun_items:
                role, level = Role.PARAGRAPH, None
            self._begun_items.add(shape.item)
        self._emit(settle_pieces(self._run.pieces, role), role, level)

    def _emit(self, text: str, role: Role, level: int | None) -> None:
        run = self._run
        self._run = _Run(run.number + 1)
        if text.strip():
            links = min(run.link_chars, len(text))
            strong = min(run.strong_chars, len(text))
            spans = tuple(run.spans)
            path = self._path(self._container)
            self.found.blocks.append(Block(role, text, level, links, None, path, self._container, spans, strong))

    def _path(self, element: int) -> str:
        """Return the tags from below <body> down to `element`, the innermost ones where there are many."""
        if element not in self._paths:
            chain: list[str] = []
            at = element
            while at > 0 and len(chain) < _MAX_PATH_TAGS:
                chain.append(self.found.elements[at].tag)
                at = self.found.elements[at].parent
            self._paths[element] = " > ".join([*(["…"] if at > 0 else []), *reversed(chain)])
        return self._paths[element]

    def _shape(self) -> _Shape:
        return self._shapes[self._container] if self._container >= 0 else _ROOT


def settle_pieces(pieces: list[str | None], role: Role) -> str:
    """Return the text of a run: lines at each <br>; code keeps its own lines and blanks."""
    if role is Role.CODE:
        lines = "".join("\n" if piece is None else piece for piece in pieces).replace("\r\n", "\n").split("\n")
        return "\n".join(clean_code_line(line) for line in lines).strip("\n")
    if None not in pieces:
        return collapse("".join(piece for piece in pieces if piece))
    lines = collapse_lines(pieces)
    return "\n".join(line for line in lines if line)


def collapse_lines(pieces: list[str | None]) -> list[str]:
    """Return the lines between the breaks, each collapsed."""
    lines: list[list[str]] = [[]]
    for piece in pieces:
        if piece is None:
            lines.append([])
        else:
            lines[-1].append(piece)
    return [collapse("".join(line)) for line in lines]


def shape_inside(outer: _Shape, tag: str, index: int) -> _Shape:
    """Return what being inside `tag` means, given what its container meant."""
    if tag not in _SHAPING:
        return outer
    role, level, item, lists = outer.role, outer.level, outer.item, outer.lists
    if tag in tags.HEADINGS:
        role, level = Role.HEADING, tags.HEADINGS[tag]
    elif tag in tags.ITEMS:
        role, level, item = Role.LIST_ITEM, max(lists, 1), index
    elif tag in tags.QUOTES:
        role, level = Role.QUOTE, None
    elif tag in tags.CAPTIONS:
        role, level = Role.CAPTION, None
    elif tag in tags.CONTROLS:
        role, level = Role.CONTROL, None
    elif tag in tags.PREFORMATTED:
        role, level = Role.CODE, None
    elif tag in _FRESH:
        role, level, item = Role.PARAGRAPH, None, -1
    return _Shape(role, level, item, lists + (tag in tags.LISTS))
