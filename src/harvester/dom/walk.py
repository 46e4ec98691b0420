"""One walk over a page's markup: visible text into blocks, containers into elements.

The reader below is the one mutable thing; it lives for one call of `read`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from harvester.dom import tags
from harvester.dom.attributes import Attributes, is_dialog, make_image, make_span
from harvester.dom.bounds import (
    MAX_BLOCKS,
    MAX_CHARS,
    MAX_ELEMENTS,
    MAX_IMAGES,
    MAX_RAW_SPAN,
    MAX_SPANS,
    TooManyBlocksError,
)
from harvester.dom.markup import Opening, end_of_element, read_opening, unescaped
from harvester.dom.pruning import Cut, Survey, Tokens, survey_element
from harvester.dom.tables import is_data_table
from harvester.models import Block, Element, ImageTag, Role, Span
from harvester.text import clean_code_line, collapse

# Chinese and older European pages mark a new paragraph by an indent after a single <br>.
_INDENT = re.compile("[\\r\\n\\t ]*(?:\u3000{2}|\u2003{2}|\u00a0{4}|(?:\u00a0 ){2}|\u3000\u00a0)")
# Sectioning elements begin anew: a paragraph of an <article> inside an <li> is no list item.
_FRESH: Final = frozenset({"article", "section", "aside", "main", "td", "th", "header", "footer", "nav", "form"})
_SHAPING: Final = _FRESH.union(
    tags.HEADINGS, tags.ITEMS, tags.QUOTES, tags.CAPTIONS, tags.CONTROLS, tags.PREFORMATTED, tags.LISTS
)
_MAX_PATH_CHARS: Final = 240  # pages nest 10 to 30 deep; hostile ones thousands, and paths would fill the memory
_MAX_TABLES_DEEP: Final = 8  # layout tables nest; a data table is inside few
_MAX_SPAN_CHARS: Final = 400  # longer inline runs are prose, not a name, a date or a label
_MAX_CUT_SHARE: Final = 0.15  # of the page's characters: sentences of more may be the article
_MAX_SURVEYS_IN_VAIN: Final = 64  # of containers that are not cut: a hostile page nests thousands

# Stands for a <br> in a run of text: no parser lets one through.
_BREAK: Final = "\0"

# What may be cut out whole; None: nothing about the element says boilerplate.
CutOf = Callable[[Element], Cut | None]
# Of a start tag: what it says, what it may be cut out as, and whether the element is not entered.
_Meaning = tuple[Opening, Cut | None, bool]


@dataclass(slots=True)
class _Open:
    """One element on the way down."""

    says: Opening
    element: int  # index of its Element; -1 while it is inline and holds no block
    run: int  # number of the run in which it opened
    start: int  # length of that run then, in pieces; -1: its text is not wanted as a span
    chars: int = 0  # and in characters that are seen


class _Shape(NamedTuple):
    """What being inside an element means for a block."""

    role: Role
    level: int | None
    item: int  # the innermost list item's element; -1: none
    lists: int  # how many lists deep


_ROOT: Final = _Shape(Role.PARAGRAPH, None, -1, 0)


@dataclass(slots=True)
class _Run:
    """The text between two block borders, as it comes in."""

    number: int = 0
    pieces: list[str] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    chars: int = 0  # without the blanks around each piece
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
    rules: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of the page's site, by the element they fit


class BodyReader:
    """Reads one body; `read` is called once.

    `marked` are the start tags that rules of the page's site fit: nothing is cut out around or inside them.
    """

    def __init__(
        self,
        markup: list[str],
        cut_of: CutOf | None = None,
        reveal_hidden: bool = False,
        is_bounded: bool = False,
        marked: Mapping[str, Opening] | None = None,
    ) -> None:
        if is_bounded and sum(map(len, markup[::2])) > MAX_CHARS:
            raise TooManyBlocksError(f"{MAX_CHARS:,} characters of text")
        self.found = Reading()
        self._is_bounded = is_bounded  # raise TooManyBlocksError above the bounds
        self._markup = markup
        self._cut_of = cut_of
        self._reveal_hidden = reveal_hidden
        self._known: dict[str, _Meaning] = {}  # by start tag
        for token, opening in marked.items() if marked else ():
            self._known[token] = opening, None, self._is_apart(opening)
        self._most_prose = int(_MAX_CUT_SHARE * sum(map(len, map(str.strip, markup[::2])))) if cut_of else 0
        self._tokens = Tokens()
        self._has_marks = bool(marked)
        self._ruled: set[int] = set()  # elements that rules of the site fit, and all in them
        if marked:
            self._tokens.bar(marked)
        self._surveys_in_vain = 0
        self._stack: list[_Open] = []
        self._shapes: list[_Shape] = []
        self._container = -1  # innermost element that has an index
        self._bare_inlines = 0  # open inline elements without an index
        self._run = _Run()
        self._links = 0
        self._strong = 0
        self._tables: list[bool] = []  # open ones: whether each is read by rows
        self._articles = 0  # open elements that hold articles
        self._begun_items: set[int] = set()
        self._cells: list[str] | None = None  # of the open row of a data table
        self._paths: list[str] = []  # of each element

    def read(self) -> Reading:
        """Return blocks, elements and images of the markup, in reading order."""
        markup, stack = self._markup, self._stack
        place, last = 0, len(markup) - 1
        while place <= last:
            if text := markup[place]:
                if text.isspace():  # most are the line breaks and indents between tags
                    self._run.pieces.append(text)
                else:
                    self._add_text(text)
            if place == last:
                break
            token = markup[place + 1]
            place += 2
            if token[1] == "/":
                if stack and stack[-1].says.tag == token[2:-1]:
                    self._leave()
            elif token[1] != "!":
                place = self._enter(token, place)
        self._end_run()
        return self.found

    def _enter(self, token: str, place: int) -> int:
        """Open the element of a start tag; return the place in the markup to go on from."""
        opening, cut, is_apart = self._known.get(token) or self._learn(token)
        if is_apart:
            return self._pass_by(opening, place)
        # A <button> in the middle of a sentence is a glossary word or a footnote mark.
        if opening.is_border or (opening.tag == "button" and not self._run.has_text):
            if cut is not None and (survey := self._survey(opening, cut, place)) is not None:
                return survey.end
            self._open_block(opening, place)
        else:
            self._open_inline(opening)
        if opening.is_void:
            self._leave()
        return place

    def _pass_by(self, opening: Opening, place: int) -> int:
        """Take note of an element that is not entered; return the place to go on from."""
        if opening.tag == "br":
            self._break_line()
            return place
        if opening.tag in tags.IMAGES:
            self._add_image(opening.attributes)
        return place if opening.is_void else end_of_element(self._markup, place, opening.tag)

    def _learn(self, token: str) -> _Meaning:
        """Read a start tag that was not met before on this page."""
        opening = read_opening(token)
        may_be_cut = opening.is_border and not opening.is_void
        cut = self._cut_of(Element(-1, *opening.traits)) if self._cut_of and may_be_cut else None
        meaning = opening, cut, self._is_apart(opening)
        self._known[token] = meaning
        return meaning

    def _is_apart(self, opening: Opening) -> bool:
        """Return whether an element is not entered: it shows no text."""
        tag = opening.tag
        is_shown = not opening.is_hidden or (self._reveal_hidden and not is_dialog(tag, opening.attributes))
        return tag == "br" or tag in tags.IMAGES or not is_shown

    def _survey(self, opening: Opening, cut: Cut, place: int) -> Survey | None:
        """Cut the element out and return what stood in it; None: it is to be read."""
        if self._cells is not None or self._surveys_in_vain > _MAX_SURVEYS_IN_VAIN or self._container in self._ruled:
            return None
        # The foot of a card in an article is no site's footer.
        most_prose = self._most_prose if cut.with_prose and not self._articles else 0
        survey = survey_element(self._markup, self._tokens, place, opening.tag)
        if survey is None or survey.prose_chars() > most_prose:
            self._surveys_in_vain += 1
            return None
        self._end_run()
        if survey.lines:
            self._emit_cut(opening, cut, survey)
        return survey

    def _emit_cut(self, opening: Opening, cut: Cut, survey: Survey) -> None:
        if self._bare_inlines:
            self._index_inlines()
        outer = self._container
        index = self._add_element(opening)
        role, text, path = Role.PARAGRAPH, "\n".join(survey.lines), self._paths[index]
        self._add_block(Block(role, text, None, survey.link_chars, None, path, index, (), 0, cut.label))
        self._container = outer

    def _open_block(self, opening: Opening, place: int) -> None:
        tag = opening.tag
        if self._cells is None or tag == "tr":
            if self._run.pieces:
                self._end_run()
        else:
            self._run.pieces.append(" ")
        if self._bare_inlines:
            self._index_inlines()
        index = self._add_element(opening)
        self._stack.append(_Open(opening, index, self._run.number, -1))
        self._articles += tag in tags.ARTICLES
        if tag == "table":
            self._open_table(opening, place)
        elif tag == "tr" and self._tables and self._tables[-1]:
            self._cells = []

    def _open_inline(self, opening: Opening) -> None:
        start = len(self._run.pieces) if opening.is_telling else -1
        self._stack.append(_Open(opening, -1, self._run.number, start, self._run.chars))
        self._bare_inlines += 1
        self._links += opening.is_link
        self._strong += opening.is_strong

    def _index_inlines(self) -> None:
        """Give inline elements that turn out to hold blocks (cards inside <a>) their place in the tree."""
        # Blocks have an index from the start, so the bare ones are those opened last.
        for opened in self._stack[-self._bare_inlines :]:
            if opened.element < 0:
                opened.element = self._add_element(opened.says)
        self._bare_inlines = 0

    def _add_element(self, opening: Opening) -> int:
        index = len(self.found.elements)
        if self._is_bounded and index >= MAX_ELEMENTS:
            raise TooManyBlocksError(f"{MAX_ELEMENTS:,} elements")
        parent = self._container
        self.found.elements.append(Element(parent, *opening.traits))
        if self._has_marks:
            self._note_rules(opening, parent, index)
        if parent < 0:
            self._shapes.append(_ROOT)
            self._paths.append("")
        else:
            outer = self._shapes[parent]
            self._shapes.append(shape_inside(outer, opening.tag, index) if opening.tag in _SHAPING else outer)
            self._paths.append(path_below(self._paths[parent], opening.tag))
        self._container = index
        return index

    def _note_rules(self, opening: Opening, parent: int, index: int) -> None:
        if opening.rules:
            self.found.rules[index] = opening.rules
        if opening.rules or parent in self._ruled:
            self._ruled.add(index)

    def _open_table(self, opening: Opening, place: int) -> None:
        # A look into each of thousands of nested tables would be quadratic.
        is_near = len(self._tables) < _MAX_TABLES_DEEP
        content = self._markup[place : end_of_element(self._markup, place, "table")] if is_near else []
        self._tables.append(is_near and is_data_table(opening.attributes.get("role", ""), content))

    def _leave(self) -> None:
        opened = self._stack.pop()
        says = opened.says
        if not says.is_border:
            self._links -= says.is_link
            self._strong -= says.is_strong
            if opened.start >= 0 and opened.run == self._run.number:
                self._add_span(opened)
            if opened.element < 0:
                self._bare_inlines -= 1
                return
        self._leave_block(says.tag)
        self._container = self.found.elements[opened.element].parent

    def _leave_block(self, tag: str) -> None:
        if tag == "table" and self._tables:
            self._tables.pop()
        self._articles -= tag in tags.ARTICLES
        if self._cells is None:
            if self._run.pieces:
                self._end_run()
        elif tag in {"td", "th"}:
            self._close_cell()
        elif tag == "tr":
            self._close_row()
        else:
            self._run.pieces.append(" ")

    def _add_text(self, text: str) -> None:
        run = self._run
        if "&" in text:
            text = unescaped(text)
        if run.has_text and not run.line_has_text and _INDENT.match(text):
            self._flush()
            run = self._run
        run.pieces.append(text)
        run.has_text = run.line_has_text = True
        seen = len(text.strip())
        run.chars += seen
        if self._links:
            run.link_chars += seen
        if self._strong:
            run.strong_chars += seen

    def _break_line(self) -> None:
        run = self._run
        if self._cells is not None:
            run.pieces.append(" ")
        elif run.has_text and not run.line_has_text and self._shape().role is not Role.CODE:
            self._flush()  # a second <br>: a new paragraph
        elif run.has_text:
            run.pieces.append(_BREAK)
            run.line_has_text = False

    def _add_span(self, opened: _Open) -> None:
        run = self._run
        is_long = run.chars - opened.chars > MAX_RAW_SPAN or len(run.pieces) - opened.start > MAX_RAW_SPAN
        if is_long or len(run.spans) >= MAX_SPANS:
            return
        text = _on_one_line(run.pieces[opened.start :])
        if len(text) <= _MAX_SPAN_CHARS:
            run.spans.append(make_span(opened.says.tag, opened.says.attributes, text))

    def _add_image(self, attributes: Attributes) -> None:
        if len(self.found.images) >= MAX_IMAGES:
            return
        if image := make_image(attributes, self._container, len(self.found.blocks)):
            self.found.images.append(image)

    def _close_cell(self) -> None:
        if self._cells is not None:
            self._cells.append(_on_one_line(self._run.pieces))
            self._run.pieces.clear()

    def _close_row(self) -> None:
        stray = _on_one_line(self._run.pieces)
        cells = [*(self._cells or []), *([stray] if stray else [])]
        self._cells = None
        self._emit(" | ".join(cells) if any(cells) else "", Role.TABLE, None)

    def _end_run(self) -> None:
        """Begin another run of text: a block border was reached."""
        run = self._run
        if run.has_text:
            self._flush()
        else:
            run.pieces.clear()
            run.number += 1

    def _flush(self) -> None:
        """Make a block of the run of text."""
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
            path = self._paths[self._container] if self._container >= 0 else ""
            self._add_block(Block(role, text, level, links, None, path, self._container, spans, strong))

    def _add_block(self, block: Block) -> None:
        if self._is_bounded and len(self.found.blocks) >= MAX_BLOCKS:
            raise TooManyBlocksError(f"{MAX_BLOCKS:,} blocks of text")
        self.found.blocks.append(block)

    def _shape(self) -> _Shape:
        return self._shapes[self._container] if self._container >= 0 else _ROOT


def settle_pieces(pieces: list[str], role: Role) -> str:
    """Return the text of a run: lines at each <br>; code keeps its own lines and blanks."""
    text = "".join(pieces)
    if role is Role.CODE:
        lines = text.replace(_BREAK, "\n").replace("\r\n", "\n").split("\n")
        return "\n".join(clean_code_line(line) for line in lines).strip("\n")
    if _BREAK not in text:
        return collapse(text)
    return "\n".join(filter(None, map(collapse, text.split(_BREAK))))


def _on_one_line(pieces: list[str]) -> str:
    return collapse("".join(pieces).replace(_BREAK, " "))


def path_below(above: str, tag: str) -> str:
    """Return the tags down to an element of `tag`; of many only the innermost ones."""
    if len(above) > _MAX_PATH_CHARS and above.count(" > ") > 1:
        above = f"… > {above.split(' > ', 2)[2]}"
    return f"{above} > {tag}" if above else tag


def shape_inside(outer: _Shape, tag: str, index: int) -> _Shape:
    """Return what being inside `tag` means, given what its container meant."""
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
