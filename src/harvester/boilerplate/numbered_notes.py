"""Notes and references behind the text that only their numbers tell: "[1] Minutes, p. 4", called by the text in order.

Pages pasted from a word processor have no markup for them, and a classifier takes short odd lines for none of the text.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from harvester.models import PAGE_ROLES, Block, Removed, Role
from harvester.outline import Outline

_MIN_NOTES: Final = 2  # one alone may be any number
_CALLED: Final = 0.7  # of the notes, in order: a few calls are hidden in what was not chosen
_FURTHER: Final = 2  # paragraphs without a number, at most, between two notes: they belong to the first
_MAX_SHARE: Final = 0.2  # of the chosen text, of a list
_MAX_ROWS: Final = 40  # on a page; each is compared with all calls of the text
_MAX_LEVELS: Final = 5  # from a block up to its item
_MAX_RANGE: Final = 20  # notes called at once, as "[3-5]"
_ROLES: Final = frozenset({Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE})
_ROLE_NUMBERS: Final = frozenset(map(PAGE_ROLES.index, _ROLES))
_ITEM: Final = PAGE_ROLES.index(Role.LIST_ITEM)
_RAISED: Final = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"  # digits
_CIRCLED: Final = "\u2460-\u2473"  # 1 to 20
_ONES: Final = "1\uff11\u0661\u06f1\u0967\u09e7\u0e51"  # also as Arabic, Indian and Thai scripts have it
_BEGINS_FIRST: Final = frozenset({*_ONES, *"[(［（【〔※*＊", "\u00b9", "\u2460"})
_OPEN, _CLOSE = r"[\[［【〔]", r"[\]］】〕]"
_NUMBER: Final = re.compile(
    rf"(?:{_OPEN}(?P<square>\d{{1,3}}){_CLOSE}|[(（](?P<round>\d{{1,3}})[)）]"
    rf"|[※*＊](?P<starred>\d{{1,3}})|(?P<plain>\d{{1,3}})(?=[.．)）:：、\s]|[^\W\d_])"
    rf"|(?P<raised>[{_RAISED}]{{1,3}})|(?P<circle>[{_CIRCLED}]))\s*[.．)）:：、]?\s*\S"
)
# On a line of its own, above the note.
_SIGN: Final = re.compile(
    rf"(?:{_OPEN}(?P<square>\d{{1,3}}){_CLOSE}|(?P<plain>\d{{1,3}})[.．]?|(?P<raised>[{_RAISED}]{{1,3}}))"
)
_MIN_NOTE: Final = 10  # characters of a note below its number: in a table of parts "×" or a word is
_IN_SQUARES: Final = re.compile(rf"{_OPEN}(\d[\d\s,;–-]{{0,30}}){_CLOSE}")
_IN_ROUNDS: Final = re.compile(r"[(（](\d{1,3})[)）]")
_IN_STARS: Final = re.compile(r"[※*＊](\d{1,3})")
# A small raised number is glued to the word or mark before it, and nothing else but a mark is glued to it.
_MARKS: Final = ".,;:!?…\"'”’»)。，、；：！？」』）।॥،؛؟۔"
_GLUED: Final = re.compile(rf"\d{{1,3}}(?:,\d{{1,3}})*(?=[\s\]—–{re.escape(_MARKS)}-]|$)")
_BEFORE_GLUED: Final = frozenset(f"{_MARKS}]%")
_RAISED_CALL: Final = re.compile(rf"[{_RAISED}]+")
_CIRCLED_CALL: Final = re.compile(f"[{_CIRCLED}]")
_NO_ASCII_CALL: Final = re.compile(f"[{_RAISED}{_CIRCLED}]")
_FORMS: Final = frozenset({"round", "starred", "circle"})  # of numbers by which a text numbers other things as well
_SPAN: Final = re.compile(r"(\d{1,3})\s*[–-]\s*(\d{1,3})")


@dataclass(frozen=True, slots=True)
class _Notes:
    """Numbered lines in a row, from 1 on."""

    blocks: Sequence[int]  # ascending
    count: int  # of the numbers
    form: str = ""  # of its numbers, where it is one of `_FORMS`
    is_list: bool = False  # whose numbers the browser counts: any list has them


def numbered_notes(outline: Outline, chosen: Collection[int], placed: Mapping[int, Removed]) -> frozenset[int]:
    """Return the blocks of the notes whose numbers the `chosen` text before them calls in order, with their heading."""
    blocks = outline.document.blocks
    found: set[int] = set()
    rows = list(islice(_rows(outline, min(chosen, default=len(blocks)) + 1, placed), _MAX_ROWS))
    if all(at in chosen for notes in rows for at in notes.blocks):
        return frozenset()
    digits = outline.block_numbers.digits.tolist()
    told = ((at, blocks[at].text) for at in sorted(chosen))
    lines = [(at, text) for at, text in told if digits[at] or (not text.isascii() and _NO_ASCII_CALL.search(text))]
    calls = {form: _calls_of(lines, form) for form in {notes.form for notes in rows}}
    answered = -1  # the last of the lines found: a list behind them has to be called anew, as any list has numbers
    for notes in rows:
        first = notes.blocks[0]
        called = [number for at, number in calls[notes.form] if at < first and (at > answered or not notes.is_list)]
        if _is_short(outline, chosen, notes) and _are_called(called, notes):
            found.update(notes.blocks, _heading(blocks, first, placed))
            answered = answered if notes.is_list else notes.blocks[-1]
    return frozenset(found)


def _rows(outline: Outline, first: int, placed: Mapping[int, Removed]) -> Iterator[_Notes]:
    """Yield the rows of numbered lines, one behind the other."""
    blocks, behind = outline.document.blocks, first
    for at in _begins(outline, first):
        if at < behind or at in placed or blocks[at].verdict is not None:
            continue
        notes = _lines_from(blocks, at, placed) if blocks[at].text[0] in _BEGINS_FIRST else None
        if notes is None and blocks[at].role is Role.LIST_ITEM:
            notes = _list_from(outline, at, placed)
        if notes is not None and notes.count >= _MIN_NOTES:
            behind = notes.blocks[-1] + 1
            yield notes


def _begins(outline: Outline, first: int) -> list[int]:
    """Return the blocks from `first` on with which a row may begin, ascending: few are looked at closely."""
    are_items = outline.block_numbers.role == _ITEM
    lists = (are_items[first:] & ~are_items[first - 1 : -1]).nonzero()[0].tolist()
    lines = [at for at, block in enumerate(outline.document.blocks[first:]) if block.text[0] in _BEGINS_FIRST]
    roles = outline.block_numbers.role[first:]
    return sorted({first + at for at in (*lists, *(at for at in lines if int(roles[at]) in _ROLE_NUMBERS))})


def _lines_from(blocks: Sequence[Block], start: int, placed: Mapping[int, Removed]) -> _Notes | None:
    """Return the row of lines that begin with 1, 2, 3, ... and what belongs to them."""
    row: list[int] = []
    count = 0
    for at in range(start, len(blocks)):
        last = row[-1] if row else start - 1
        is_note = at not in placed and blocks[at].role in _ROLES and blocks[at].verdict is None
        if not is_note or at - last > _FURTHER + 1:
            break
        is_sign = _is_sign(blocks, at, count + 1) and at + 1 not in placed
        numbers = 1 if is_sign else _numbers(blocks[at].text, count + 1)
        if numbers:
            row.extend(range(last + 1, at + 1 + is_sign))
            count += numbers
        elif at == start:
            return None
    found = _NUMBER.match(blocks[start].text)
    form = found.lastgroup if found is not None else None
    return _Notes(row, count, form if form in _FORMS else "")


def _is_sign(blocks: Sequence[Block], at: int, expected: int) -> bool:
    """Return whether a block is nothing but the number that is `expected`, and the next one is its note."""
    found = _SIGN.fullmatch(blocks[at].text)
    if found is None or at + 1 >= len(blocks) or _value(found[found.lastgroup or 0]) != expected:
        return False
    note = blocks[at + 1]
    return note.role in _ROLES and note.verdict is None and len(note.text) >= _MIN_NOTE


def _numbers(text: str, expected: int) -> int:
    """Return how many notes a block holds, a line each, from the one that is `expected` on."""
    if _number(text) is None:
        return 0
    told = [number for line in text.split("\n") if (number := _number(line)) is not None]
    return sum(1 for place, number in enumerate(told) if number == expected + place)


def _list_from(outline: Outline, at: int, placed: Mapping[int, Removed]) -> _Notes | None:
    """Return the numbered list that begins with a block."""
    item = _item_around(outline, at)
    own = outline.document.elements[item].parent if item >= 0 else -1
    if own < 0 or outline.document.elements[own].tag != "ol" or outline.extents[own][0] != at:
        return None
    row = [index for index in range(*outline.extents[own]) if index not in placed]
    items = {_item_around(outline, index) for index in row}
    count = sum(1 for item in items if outline.document.elements[item].parent == own)
    return _Notes(row, count, is_list=True)


def _item_around(outline: Outline, at: int) -> int:
    """Return the innermost item of a list that a block is in; -1: none."""
    near = islice(outline.upwards(outline.document.blocks[at].element), _MAX_LEVELS)
    return next((element for element in near if outline.document.elements[element].tag == "li"), -1)


def _number(line: str) -> int | None:
    """Return the number that a line begins with."""
    found = _NUMBER.match(line)
    return _value(found[found.lastgroup]) if found is not None and found.lastgroup is not None else None


def _value(digits: str) -> int:
    """Return the number of digits, also of raised ones or one that is circled."""
    number = 0
    for digit in digits:
        number = number * 10 + int(unicodedata.numeric(digit))
    return number


def _is_short(outline: Outline, chosen: Collection[int], notes: _Notes) -> bool:
    """Return whether a list is no apparatus of an encyclopedia; numbered lines always are."""
    blocks = outline.document.blocks
    chars = sum(len(blocks[at].text) for at in notes.blocks) if notes.is_list else 0
    return not chars or chars <= _MAX_SHARE * sum(len(blocks[at].text) for at in chosen)


def _are_called(calls: Sequence[int], notes: _Notes) -> bool:
    """Return whether most of the numbers of the notes are called by the text, one after the other."""
    tops: list[int] = []  # of the longest rising row of calls
    for number in (call for call in calls if 0 < call <= notes.count):
        place = bisect_left(tops, number)
        tops[place : place + 1] = [number]
    return len(tops) >= max(_MIN_NOTES, (1.0 if notes.is_list else _CALLED) * notes.count)


def _calls_of(lines: Sequence[tuple[int, str]], form: str) -> list[tuple[int, int]]:
    """Return each number that the lines call, behind the block that does."""
    return [(at, number) for at, line in lines for number in _calls(line, form)]


def _calls(line: str, form: str) -> Iterator[int]:
    """Yield the numbers that a line calls, in order."""
    found = [(match.start(), _listed(match[1])) for match in _IN_SQUARES.finditer(line)]
    found += [(match.start(), _listed(match[0])) for match in _GLUED.finditer(line) if _is_glued(line, match.start())]
    found += [(match.start(), [_value(match[0])]) for match in _RAISED_CALL.finditer(line)]
    if form == "round":
        found += [(match.start(), [_value(match[1])]) for match in _IN_ROUNDS.finditer(line)]
    elif form == "starred":
        found += [(match.start(), [_value(match[1])]) for match in _IN_STARS.finditer(line)]
    elif form == "circle":
        found += [(match.start(), [_value(match[0])]) for match in _CIRCLED_CALL.finditer(line)]
    for _, numbers in sorted(found):
        yield from numbers


def _is_glued(line: str, at: int) -> bool:
    """Return whether a number follows a letter, a sign of a vowel or tone on it, or a mark."""
    if at == 0:
        return False
    return line[at - 1].isalpha() or line[at - 1] in _BEFORE_GLUED or unicodedata.category(line[at - 1])[0] == "M"


def _listed(said: str) -> list[int]:
    """Return the numbers of "3", "3, 4" or "3-5"."""
    spread = _SPAN.sub(lambda match: _spread(int(match[1]), int(match[2])), said)
    return [int(number) for number in re.findall(r"\d{1,3}", spread)]


def _spread(first: int, last: int) -> str:
    return ",".join(str(number) for number in range(first, min(last, first + _MAX_RANGE) + 1))


def _heading(blocks: Sequence[Block], first: int, placed: Mapping[int, Removed]) -> tuple[int, ...]:
    """Return the heading right before the notes."""
    before = first - 1
    is_own = blocks[before].role is Role.HEADING and not blocks[before].link_chars and blocks[before].verdict is None
    return (before,) if is_own and before not in placed else ()
