"""What readers wrote below an article, of the blocks that were removed as their thread.

Read after all is decided, and only where it is asked for. A comment is a container that calls itself one and holds a
text with a name or a date; where a page leaves any doubt, it has none.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harvester.boilerplate.comment_lists import names_commenter
from harvester.boilerplate.other_texts import THREAD
from harvester.dom import read_uncut
from harvester.metadata.fields.comments import MAX_COMMENT_CHARS, MAX_COMMENTS, MAX_DEPTH
from harvester.metadata.lookup.date_text import Found, find_dates, parse_date
from harvester.metadata.lookup.day_readings import Habits
from harvester.models import Block, Comment, Document, Element, Removed, Span, Verdict
from harvester.rules.kind_names import KindName
from harvester.rules.load import Rules
from harvester.rules.markup_rules import signature
from harvester.text import ends_sentence, is_dated

_KINDS: Final = frozenset({THREAD, KindName.COMMENT_FORM})  # many themes put the form and the thread into one box
_MAX_NAME: Final = 60  # characters
_MAX_HEAD: Final = 160  # characters of a line with name and date
_MAX_REST: Final = 24  # characters of such a line beside them: "says:", "on", "at"
_MAX_PRINTED: Final = 40  # characters of a date that cannot be read: "2 years ago"
_MAX_TOOL: Final = 60  # characters of a line of buttons
_MAX_DATED: Final = 2  # places in one comment that have a date: when it was written, and changed
_MAX_CONTAINERS: Final = 3 * MAX_COMMENTS  # that are looked at; many comments have two, one in the other
_NOBODY: Final = -2
_MAX_ID: Final = 80  # characters
_NUMBERED: Final = re.compile(r"(?:[a-z]+[-_])*([a-z]+)[-_]?\d+")  # comment-123, li-comment-123
_NAME_EDGES: Final = " \t\n.,:;|·•–—-"
_NO_CONTAINERS: Final = frozenset("a body form h1 h2 h3 h4 h5 h6 html main".split())
_TEXTS: Final = frozenset({"text", "commentText", "articleBody", "reviewBody"})  # of schema.org
_UNSURE_ORDER: Final = Habits(day_first=None)


@dataclass(frozen=True, slots=True)
class _Page:
    """A page read again with nothing cut out, and what its blocks were removed as."""

    document: Document
    rules: Rules
    verdicts: tuple[Verdict | None, ...]  # of each block

    def words(self, name: str) -> frozenset[str]:
        """Return the words of class and id attributes that mean `name`."""
        return self.rules.lexicon.class_words[name]


@dataclass(frozen=True, slots=True)
class _Head:
    """What is read of a comment from one line."""

    author: str | None
    date: str | None
    rest: int  # characters that are neither
    lines_above: int  # of text

    @property
    def is_head(self) -> bool:
        """Whether the line holds nothing else."""
        return (self.author or self.date) is not None and self.rest <= _MAX_REST


@dataclass(frozen=True, slots=True)
class _Line:
    """A line in a comment that is neither its head nor a button."""

    text: str
    is_body: bool  # it is in what calls itself the text
    is_behind: bool  # it is behind a name or a date


def printed_comments(judged: Document, rules: Rules) -> tuple[Comment, ...]:
    """Return the comments of a page whose blocks have their verdicts, in reading order.

    At most `MAX_COMMENTS`; none longer than `MAX_COMMENT_CHARS`, and none below `MAX_DEPTH` replies.
    """
    if judged.markup is None or not any(map(_is_thread, (block.verdict for block in judged.blocks))):
        return ()
    document = read_uncut(judged)
    page = _Page(document, rules, tuple(_verdicts(judged, document.blocks)))
    outer = _outer_comments(page)
    return tuple(_nested(page, _settled(page, outer), outer))[:MAX_COMMENTS]


def _is_thread(verdict: Verdict | None) -> bool:
    return isinstance(verdict, Removed) and verdict.kind in _KINDS


def _verdicts(judged: Document, blocks: Iterable[Block]) -> Iterator[Verdict | None]:
    """Yield what became of the text that each block begins with, by its place in the markup."""
    known = sorted(((place, at) for at, block in enumerate(judged.blocks) if (place := _place(judged, block)) >= 0))
    places = [place for place, _ in known]
    for block in blocks:
        at = bisect_right(places, block.trace.spots[0]) - 1 if block.trace and block.trace.spots else -1
        yield judged.blocks[known[at][1]].verdict if at >= 0 else None


def _place(judged: Document, block: Block) -> int:
    """Return where in the page's markup a block begins; -1: it was not read from there."""
    if judged.markup is None:
        return -1
    if block.trace is not None:
        return block.trace.spots[0] if block.trace.markup is judged.markup and block.trace.spots else -1
    places = judged.markup.places  # of what was cut out whole
    return places[block.element] if 0 <= block.element < len(places) else -1


# ── containers ───────────────────────────────────────────────────────────────────────────────


def _outer_comments(page: _Page) -> tuple[tuple[int, int], ...]:
    """Return for each element the innermost container of a comment that it is or is in, and how deep that is.

    -1: in none; `_NOBODY`: below or behind so many that its text is nobody's.
    """
    names = page.words("comment")
    found: list[tuple[int, int]] = []
    terms: dict[int, int] = {}  # list -> its last <dt>: the head of the comment whose text is the <dd> behind it
    count = 0
    for index, element in enumerate(page.document.elements):
        around, depth = found[element.parent] if element.parent >= 0 else (-1, 0)
        if around != _NOBODY and _is_named_comment(element, names):
            if element.tag == "dd" and element.parent in terms:
                found.append(found[terms.pop(element.parent)])
                continue
            if element.tag == "dt":
                terms[element.parent] = index
            count += 1
            is_within = depth < 2 * MAX_DEPTH and count <= _MAX_CONTAINERS
            around, depth = (index, depth + 1) if is_within else (_NOBODY, depth)
        found.append((around, depth))
    return tuple(found)


def _is_named_comment(element: Element, names: frozenset[str]) -> bool:
    """Return whether an element calls itself one comment: itemprop=comment, class="comment", id="comment-123"."""
    if element.tag in _NO_CONTAINERS:
        return False
    if "comment" in element.itemprop.split():
        return True
    classes = element.classes.lower().split()
    if not names.isdisjoint(classes):
        return True
    numbered = (_NUMBERED.fullmatch(name) for name in (element.id.lower(), *classes) if 0 < len(name) <= _MAX_ID)
    return any(match[1] in names for match in numbered if match)


def _settled(page: _Page, outer: Sequence[tuple[int, int]]) -> dict[int, Comment]:
    """Return the comments by their containers: inner ones first, which may be no more than the text of outer ones."""
    own: dict[int, list[int]] = {}
    for number, block in enumerate(page.document.blocks):
        if block.element >= 0 and (around := outer[block.element][0]) >= 0:
            own.setdefault(around, []).append(number)
    elements = page.document.elements
    found: dict[int, Comment] = {}
    for index in sorted((at for at, (around, _) in enumerate(outer) if at == around), reverse=True):
        numbers = sorted(own.get(index, ()))
        if (comment := _comment(page, index, numbers)) is not None:
            found[index] = comment
            continue
        parent = elements[index].parent
        around = outer[parent][0] if parent >= 0 else -1
        if around >= 0 and not _is_alike(elements[around], elements[index]):
            own.setdefault(around, []).extend(numbers)
    return found


def _is_alike(one: Element, other: Element) -> bool:
    """Return whether two containers are those of a comment and of its reply, not of a comment and of its text."""
    return one.tag == other.tag and one.classes.split()[:1] == other.classes.split()[:1]


def _nested(page: _Page, found: Mapping[int, Comment], outer: Sequence[tuple[int, int]]) -> Iterator[Comment]:
    """Yield the comments in reading order, each as deep as it is in others."""
    elements = page.document.elements
    depths: dict[int, int] = {}  # of each container: how many comments are around it
    wrappers: set[int] = set()  # hold a comment in a container of its own, and the replies to it beside that
    for index, (itself, _) in enumerate(outer):
        if itself != index:
            continue
        parent = elements[index].parent
        around = outer[parent][0] if parent >= 0 else -1
        is_alike = around >= 0 and _is_alike(elements[around], elements[index])
        is_reply = around in found or (around in wrappers and is_alike)
        depths[index] = depths.get(around, 0) + is_reply
        if index in found:
            if around >= 0 and not is_alike:
                wrappers.add(around)
            if depths[index] <= MAX_DEPTH:
                yield replace(found[index], depth=depths[index])


# ── one comment ──────────────────────────────────────────────────────────────────────────────


def _comment(page: _Page, container: int, numbers: Sequence[int]) -> Comment | None:
    """Return the comment that blocks of one container make; None: they are none, or hold more than one."""
    verdicts = [page.verdicts[number] for number in numbers]
    if not any(map(_is_thread, verdicts)) or not all(isinstance(verdict, Removed) for verdict in verdicts):
        return None
    lines, heads = _parts(page, container, numbers)
    if _are_many(heads):
        return None
    author = next((head.author for head in heads if head.author), None)
    date = next((head.date for head in heads if head.date), None)
    has_body = any(line.is_body for line in lines)
    if not has_body and any(line.is_behind for line in lines):  # a name or a role is above the date
        above = [line.text for line in lines if not line.is_behind]
        if all(len(text) <= _MAX_NAME and not ends_sentence(text) for text in above):
            author = author or (_name(page, above[0]) if len(above) == 1 else None)
            lines = [line for line in lines if line.is_behind]
    text = "\n".join(line.text for line in lines if line.is_body or not has_body).strip()
    is_one = bool(text) and len(text) <= MAX_COMMENT_CHARS and (author or date) is not None
    return Comment(text, author, date) if is_one else None


def _parts(page: _Page, container: int, numbers: Sequence[int]) -> tuple[list[_Line], list[_Head]]:
    """Return the lines of text in a container, and those that hold a name or a date and nothing else."""
    lines: list[_Line] = []
    heads: list[_Head] = []
    for number in numbers:
        block = page.document.blocks[number]
        around = list(_words_around(page, block.element, container))
        head, is_body = _head(page, block, around, len(lines)), _is_body(page, block.element, container)
        if head.is_head:
            heads.append(head)
        elif not _is_tool(page, block, () if is_body else around):
            lines.append(_Line(block.text, is_body, bool(heads)))
    return lines, heads


def _are_many(heads: Sequence[_Head]) -> bool:
    """Return whether heads are of several comments: another name behind text, or a third date (an edit has one)."""
    named = [head.lines_above for head in heads if head.author]
    dated = {head.lines_above for head in heads if head.date}
    return (len(named) > 1 and named[-1] > named[0]) or len(dated) > _MAX_DATED


def _words_around(page: _Page, element: int, container: int) -> Iterator[frozenset[str]]:
    """Yield the words of the elements around a block inside its comment, innermost first."""
    while element > container:
        yield frozenset(signature(page.document.elements[element]).split())
        element = page.document.elements[element].parent


def _is_body(page: _Page, element: int, container: int) -> bool:
    """Return whether a block is in what calls itself the text of the comment: comment-content, itemprop=text."""
    names, bodies = page.words("comment"), page.words("comment_body")
    while element > container:
        itself = page.document.elements[element]
        words = frozenset(signature(itself).split())
        if itself.itemprop in _TEXTS or not (names.isdisjoint(words) or bodies.isdisjoint(words)):
            return True
        element = itself.parent
    return False


def _is_tool(page: _Page, block: Block, around: Iterable[frozenset[str]]) -> bool:
    """Return whether a block is a line of buttons: Reply, Like, a count of votes."""
    if len(block.text) > _MAX_TOOL:
        return False
    tools = page.words("comment_tool") | page.words("commenter")  # and what is said of who wrote it
    is_link = block.link_chars >= len(block.text.strip()) - 2
    if is_link or block.path.endswith("button") or not any(map(str.isalpha, block.text)):
        return True
    if any(not tools.isdisjoint(words) for words in around):
        return True
    hits = page.rules.lines(block.text, page.document.languages)
    return any(page.rules.kinds[hit.kind].disposition == "drop" and not hit.weak for hit in hits)


def _head(page: _Page, block: Block, around: Sequence[frozenset[str]], above: int) -> _Head:
    """Return who wrote the comment and when, as far as a short line names them."""
    if len(block.text) > _MAX_HEAD:
        return _Head(None, None, len(block.text), above)
    spot, date = _date(page, block, around)
    author = next((span.text for span in block.spans if _is_name(page, span)), None)
    rest = len(block.text.replace("\n", " ").strip(_NAME_EDGES)) - len(spot)
    if author is None and any(not page.words("commenter").isdisjoint(words) for words in around[:2]):
        author = block.text.replace(spot, " ") if spot else block.text
    name = _name(page, author) if author else None
    return _Head(name, date, rest - len(author or ""), above)


def _is_name(page: _Page, span: Span) -> bool:
    return names_commenter(span, page.rules.lexicon) and not is_dated(span.text)


def _name(page: _Page, text: str) -> str | None:
    """Return a name without the words around it: "Ann says:", "by Ann"."""
    words = text.strip(_NAME_EDGES).split()
    lexicon = page.rules.lexicon
    if len(words) > 1 and words[0].lower() in lexicon.words("people.by"):
        del words[0]
    for length in (3, 2, 1):
        if len(words) > length and " ".join(words[-length:]).lower() in lexicon.words("people.says"):
            del words[-length:]
    name = " ".join(words).strip(_NAME_EDGES)
    is_initial = len(name) == 1 and name.isascii()  # it stands for a picture
    is_name = 0 < len(name) <= _MAX_NAME and any(map(str.isalnum, name)) and not is_dated(name) and not is_initial
    return name if is_name else None


def _date(page: _Page, block: Block, around: Sequence[frozenset[str]]) -> tuple[str, str | None]:
    """Return the words of a line that are its date, and the date: ISO 8601 where it can be read, else as printed."""
    for span in block.spans:
        if span.tag == "time" or (span.datetime and "date" in span.itemprop.lower()):
            printed = span.text.strip()
            if date := _read_date(page, span.datetime) or _read_date(page, printed):
                return printed, date
    if is_dated(block.text) and (found := next(_dates(page, block.text), None)) is not None:
        return block.text[found.start : found.end], found.iso
    is_place = any(not page.words("date").isdisjoint(words) for words in around[:2])
    if is_place and len(block.text) <= _MAX_PRINTED and any(map(str.isdigit, block.text)):
        return block.text, block.text
    return "", None


def _read_date(page: _Page, text: str) -> str | None:
    return parse_date(text, page.rules.lexicon, _UNSURE_ORDER) if text else None


def _dates(page: _Page, text: str) -> Iterator[Found]:
    return find_dates(text, page.rules.lexicon, _UNSURE_ORDER)
