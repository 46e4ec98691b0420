"""One walk over a page's markup: visible text into blocks, containers into elements.

The reader below is the one mutable thing; it lives for one call of `read`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from harvester.dom import html_tags
from harvester.dom.attributes import Attributes, is_dialog, is_never_shown, make_image
from harvester.dom.block_writer import BlockWriter
from harvester.dom.bounds import (
    MAX_CHARS,
    MAX_IMAGES,
    TOO_MANY_CHARS,
    TooManyBlocksError,
)
from harvester.dom.data_tables import is_data_table
from harvester.dom.flat_markup import Opening, end_of_element, read_opening
from harvester.dom.hidden_panels import says_much
from harvester.dom.inline import emoji_of, is_anchor, is_code_line, is_line_number, is_panel
from harvester.dom.placeholders import STANDIN
from harvester.dom.pruning import Cut, CutCandidate, Tokens, survey_element, survey_whole
from harvester.dom.runaway_links import release_links
from harvester.dom.text_runs import BodyParts
from harvester.models import Block, Element, Markup, Removed, Role
from harvester.rules.kind_names import KindName

_MAX_TABLES_DEEP: Final = 8  # layout tables nest; a data table is inside few
_MAX_CUT_SHARE: Final = 0.15  # of the page's characters: sentences of more may be the article
_MAX_PHRASE_TAGS: Final = 20  # inside a custom element that stands for some words
_MAX_PANELS_DEEP: Final = 8  # a look into each of thousands of nested panels would be quadratic
_MAX_SURVEYS_IN_VAIN: Final = 64  # of containers that are not cut: a hostile page nests thousands

ANCHOR: Final = Cut(Removed(KindName.TOOL_BAR, "form:anchor"), with_prose=False)  # of a heading

# What may be cut out whole; None: the element is not known as boilerplate.
CutOf = Callable[[Element], Cut | None]
# Of a start tag: the tag as it was read, what it may be cut out as, and whether the element is not entered.
_Meaning = tuple[Opening, Cut | None, bool]


@dataclass(slots=True)
class _Open:
    """One element on the way down."""

    opening: Opening
    element: int  # index of its Element; -1 while it is inline and holds no block
    run: int  # number of the run in which it opened
    start: int  # length of that run then, in pieces; -1: its text is not wanted as a span
    place: int  # of its start tag in the markup
    chars: int = 0  # and in characters that are seen
    is_line: bool = False  # a box in a listing


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
            raise TooManyBlocksError(TOO_MANY_CHARS)
        standins = [at for at in range(1, len(markup), 2) if markup[at].startswith(STANDIN)]
        traced = Markup(markup, [], [], standins)
        self.found = BodyParts(traced, traced.elements)
        self._out = BlockWriter(self.found, is_bounded, bool(marked))
        self._markup = markup
        self._cut_of = cut_of
        self._reveal_hidden = reveal_hidden
        self._known: dict[str, _Meaning] = {}  # by start tag
        for token, opening in marked.items() if marked else ():
            self._known[token] = opening, None, self._is_apart(opening)
        self._most_prose = int(_MAX_CUT_SHARE * sum(map(len, map(str.strip, markup[::2])))) if cut_of else 0
        self._tokens = Tokens()
        if marked:
            self._tokens.bar(marked)
        self._surveys_in_vain = 0
        self._cells_in_vain = 0
        self._panel_ends: list[int] = []  # of the panels looked into that the place is in, outer ones first
        self._stack: list[_Open] = []
        self._bare_inlines = 0  # open inline elements without an index
        self._lacks_image = False  # the last image was a place for one
        self._tools: list[tuple[Removed, CutCandidate]] = []  # controls in lines
        self._tables: list[bool] = []  # open ones: whether each is read by rows
        self._articles = 0  # open elements that hold articles

    def read(self) -> BodyParts:
        """Return blocks, elements and images of the markup, in reading order."""
        markup, stack = self._markup, self._stack
        place, last = 0, len(markup) - 1
        while place <= last:
            if text := markup[place]:
                if text.isspace():  # most are the line breaks and indents between tags
                    self._out.run.pieces.append(text)
                else:
                    self._out.place = place
                    self._out.add_text(text)
            if place == last:
                break
            token = markup[place + 1]
            place += 2
            if token[1] == "/":
                if stack and stack[-1].opening.tag == token[2:-1]:
                    self._leave()
            elif token[1] != "!":
                place = self._enter(token, place)
        self._out.end_run()
        self._emit_tools()
        release_links(self.found.blocks, self._out.linked)
        return self.found

    def _enter(self, token: str, place: int) -> int:
        """Open the element of a start tag; return the place in the markup to go on from."""
        self._out.place = place - 1
        opening, cut, is_apart = self._known.get(token) or self._learn(token)
        if is_apart and not self._opens(opening, place):
            return self._pass_by(opening, place)
        if self._out.listings and opening.tag not in html_tags.PREFORMATTED:
            return self._enter_listing(opening, place)
        if not opening.is_border and (end := self._end_of_aside(opening, cut, place)):
            return end
        if opening.tag == "td" and (after := self._end_of_numbers(opening, place)):
            return after
        if "-" in opening.tag and not opening.rules and self._is_phrase(opening.tag, place, sure=cut is None):
            opening, cut = opening._replace(is_border=False), None
        # A <button> in the middle of a sentence is a glossary word or a footnote mark.
        if opening.is_border or (opening.tag == "button" and not self._out.run.has_text):
            if cut is not None and (survey := self._survey(opening, cut, place)) is not None:
                return survey.end
            self._open_block(opening, place)
        else:
            self._open_inline(opening)
        if opening.is_void:
            self._leave()
        return place

    def _end_of_numbers(self, opening: Opening, place: int) -> int:
        """Return where a cell ends that holds the numbers of the lines of a listing beside it; 0 for others."""
        if self._cells_in_vain > _MAX_SURVEYS_IN_VAIN or not is_line_number(opening.attributes):
            return 0
        end = end_of_element(self._markup, place, opening.tag)
        if not any(map(str.isalpha, "".join(self._markup[place:end:2]))):
            return end
        self._cells_in_vain += 1
        return 0

    def _pass_by(self, opening: Opening, place: int) -> int:
        """Take note of an element that is not entered; return the place to go on from."""
        if opening.tag == "br":
            self._out.break_line()
            return place
        if opening.tag == "noscript" and self._lacks_image:
            self._add_late_image(place)
        if opening.tag in html_tags.IMAGES:
            self._add_image(opening.attributes)
        return place if opening.is_void else end_of_element(self._markup, place, opening.tag)

    def _enter_listing(self, opening: Opening, place: int) -> int:
        """Open an element inside a listing: a box is a line of it, not a block."""
        if is_line_number(opening.attributes):
            return place if opening.is_void else end_of_element(self._markup, place, opening.tag)
        is_box = opening.is_border and opening.tag not in html_tags.CELLS
        if is_box or is_code_line(opening.attributes):
            self._out.begin_line()
        if not opening.is_void:
            self._open_inline(opening._replace(is_border=False))
            self._stack[-1].is_line = is_box
        return place

    def _end_of_aside(self, opening: Opening, cut: Cut | None, place: int) -> int:
        """Return the place behind an inline element that is no part of its sentence; 0: it is one."""
        if (
            opening.is_clipped
            and not opening.is_void
            and (self._out.links or self._out.container_tag() in html_tags.RUNNING)
        ):
            return end_of_element(self._markup, place, opening.tag)
        # Links inside links are hostile, and to look into each of thousands would be quadratic.
        is_in_heading = self._out.shape().role is Role.HEADING and not self._out.links
        if cut is None and is_in_heading and is_anchor(opening.tag, opening.attributes):
            cut = ANCHOR
        if cut is not None and self._out.cells is None:
            survey = survey_element(self._markup, self._tokens, place, opening.tag)
            # An anchor around the words of a heading is the heading.
            if survey is not None and (cut is not ANCHOR or not any(map(str.isalnum, "".join(survey.lines)))):
                self._tools.append((cut.label, survey))
                return survey.end
        return 0

    def _is_phrase(self, tag: str, place: int, sure: bool) -> bool:
        """Return whether a custom element is a few words of the sentence around it, and no widget.

        Not `sure`: its name is one of boilerplate, so the sentence has to go on behind it.
        """
        if not self._out.run.line_has_text and self._out.container_tag() not in html_tags.PHRASE_HOLDERS:
            return False
        for at in range(place + 1, min(place + 2 * _MAX_PHRASE_TAGS, len(self._markup)), 2):
            token = self._markup[at]
            if token == f"</{tag}>":
                return sure or self._markup[at + 1].lstrip()[:1].islower()
            if token[1] not in "/!" and (inner := self._known.get(token) or self._learn(token))[0].is_border:
                return "-" in inner[0].tag
        return False

    def _opens(self, opening: Opening, place: int) -> bool:
        """Return whether a hidden element is a panel of text, for a reader to open."""
        is_box = opening.is_hidden and opening.is_border and not opening.is_void and opening.tag != "dialog"
        if not is_box or not self._cut_of or not is_panel(opening.attributes):
            return False
        while self._panel_ends and self._panel_ends[-1] <= place:
            self._panel_ends.pop()
        if len(self._panel_ends) == _MAX_PANELS_DEEP:
            return False
        panel = survey_whole(self._markup, self._tokens, place, opening.tag)
        self._panel_ends.append(panel.end)
        return says_much(panel)

    def _learn(self, token: str) -> _Meaning:
        """Read a start tag that was not met before on this page."""
        opening = read_opening(token)
        may_be_cut = (opening.is_border or opening.is_tool) and not opening.is_void
        cut = self._cut_of(Element(-1, *opening.traits)) if self._cut_of and may_be_cut else None
        meaning = opening, cut, self._is_apart(opening)
        self._known[token] = meaning
        return meaning

    def _is_apart(self, opening: Opening) -> bool:
        """Return whether an element is not entered: it shows no text."""
        tag = opening.tag
        is_shown = not opening.is_hidden or (self._reveal_hidden and not is_dialog(tag, opening.attributes))
        return tag == "br" or tag in html_tags.IMAGES or not is_shown

    def _survey(self, opening: Opening, cut: Cut, place: int) -> CutCandidate | None:
        """Cut the element out and return what was in it; None: it is to be read."""
        if (
            self._out.cells is not None
            or self._surveys_in_vain > _MAX_SURVEYS_IN_VAIN
            or self._out.container in self._out.ruled
        ):
            return None
        # The foot of a card in an article is no site's footer.
        most_prose = self._most_prose if cut.with_prose and not self._articles else 0
        survey = survey_element(self._markup, self._tokens, place, opening.tag)
        if survey is None or not survey.may_go(cut, most_prose):
            self._surveys_in_vain += 1
            return None
        self._out.end_run()
        if survey.lines:
            self._emit_cut(opening, cut, survey)
        return survey

    def _emit_cut(self, opening: Opening, cut: Cut, survey: CutCandidate) -> None:
        if self._bare_inlines:
            self._index_inlines()
        out = self._out
        outer = out.container
        index = out.add_element(opening, out.place)
        role, text, path = Role.PARAGRAPH, "\n".join(survey.lines), out.paths[index]
        out.add_block(Block(role, text, None, survey.link_chars, None, path, index, (), 0, cut.label))
        out.container = outer

    def _open_block(self, opening: Opening, place: int) -> None:
        tag = opening.tag
        if self._out.cells is None or tag == "tr":
            if self._out.run.pieces:
                self._out.end_run()
        else:
            self._out.run.pieces.append(" ")
        if self._bare_inlines:
            self._index_inlines()
        index = self._out.add_element(opening, self._out.place)
        self._stack.append(_Open(opening, index, self._out.run.number, -1, self._out.place))
        self._out.kept_lines += opening.keeps_lines
        self._out.listings += tag in html_tags.PREFORMATTED
        self._articles += tag in html_tags.ARTICLES
        if tag == "table":
            self._open_table(opening, place)
        elif tag == "tr" and self._tables and self._tables[-1]:
            self._out.cells = []

    def _open_inline(self, opening: Opening) -> None:
        start = len(self._out.run.pieces) if opening.is_telling else -1
        self._stack.append(_Open(opening, -1, self._out.run.number, start, self._out.place, self._out.run.chars))
        self._bare_inlines += 1
        self._out.kept_lines += opening.keeps_lines
        if opening.is_link:
            self._out.links.append(opening.attributes["href"])
        self._out.strong += opening.is_strong

    def _index_inlines(self) -> None:
        """Give inline elements that turn out to hold blocks (cards inside <a>) their place in the tree."""
        # Blocks have an index from the start, so the bare ones are those opened last.
        for opened in self._stack[-self._bare_inlines :]:
            if opened.element < 0:
                opened.element = self._out.add_element(opened.opening, opened.place)
        self._bare_inlines = 0

    def _open_table(self, opening: Opening, place: int) -> None:
        # A look into each of thousands of nested tables would be quadratic.
        is_near = len(self._tables) < _MAX_TABLES_DEEP
        content = self._markup[place : end_of_element(self._markup, place, "table")] if is_near else []
        self._tables.append(is_near and is_data_table(opening.attributes.get("role", ""), content))

    def _leave(self) -> None:
        opened = self._stack.pop()
        opening = opened.opening
        self._out.kept_lines -= opening.keeps_lines
        if not opening.is_border:
            if opening.is_link:
                self._out.links.pop()
            if opened.is_line:
                self._out.begin_line()
            self._out.strong -= opening.is_strong
            if opened.start >= 0 and opened.run == self._out.run.number:
                self._out.add_span(opening, opened.start, opened.chars)
            if opened.element < 0:
                self._bare_inlines -= 1
                return
        self._leave_block(opening.tag)
        self._out.container = self.found.elements[opened.element].parent

    def _leave_block(self, tag: str) -> None:
        if tag == "table" and self._tables:
            self._tables.pop()
        self._out.listings -= tag in html_tags.PREFORMATTED
        self._articles -= tag in html_tags.ARTICLES
        if self._out.cells is None:
            if self._out.run.pieces:
                self._out.end_run()
        elif tag in {"td", "th"}:
            self._out.close_cell()
        elif tag == "tr":
            self._out.close_row()
        else:
            self._out.run.pieces.append(" ")

    def _add_image(self, attributes: Attributes) -> None:
        if sign := emoji_of(attributes):
            self._out.add_text(sign)
            return
        if len(self.found.images) >= MAX_IMAGES or is_never_shown(attributes):
            return
        image = make_image(attributes, self._out.container, len(self.found.blocks), self._out.place)
        self._lacks_image = image is None
        if image is not None:
            self.found.images.append(image)

    def _add_late_image(self, place: int) -> None:
        """Read the image inside a <noscript> for the one that a script puts in its place."""
        for token in self._markup[place + 1 : end_of_element(self._markup, place, "noscript") : 2]:
            if token.startswith("<img") and self._lacks_image:
                self._add_image(read_opening(token).attributes)

    def _emit_tools(self) -> None:
        """Make one block of all controls of a kind that were in lines: they are seen, and no part of a sentence.

        At the end of the page, where they part no heading from its text.
        """
        surveys: dict[Removed, list[CutCandidate]] = {}
        for label, survey in self._tools:
            surveys.setdefault(label, []).append(survey)
        path, element = (self._out.paths[0], 0) if self._out.paths else ("", -1)  # markup of a line, without a box
        for label, found in surveys.items():
            if text := "\n".join(line for survey in found for line in survey.lines):
                links = sum(survey.link_chars for survey in found)
                self._out.add_block(Block(Role.PARAGRAPH, text, None, links, None, path, element, (), 0, label))
