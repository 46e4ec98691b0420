"""Readers' comments among what was removed: which blocks they are, and who wrote each when."""

import re
from collections.abc import Callable, Collection, Iterator
from typing import Final

from harvester.boilerplate.other_texts import STORY_CARDS, THREAD, are_cards
from harvester.metadata.lookup.date_text import find_dates
from harvester.models import Block, Document, Evidence, Removed, Span
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import signature
from harvester.text import is_cjk, is_dated

_BY_STRUCTURE: Final = Removed(THREAD, "place:dated items")
_MIN_DATED: Final = 0.7  # share of the items of a list that carry a date
MIN_PROSE: Final = 40  # characters of it in an item; a teaser's is a link
MIN_CJK_PROSE: Final = 15  # letters of Han or kana say as much
MAX_NAME: Final = 40  # characters
MAX_TOLD: Final = 1_000  # comments
_WORDS: Final = re.compile(r"[a-z]+")
_NUMBERED_NAME: Final = re.compile(r"[^\W\d]\w*\d+(?![\d.:/年-])")  # "serg1972"
_HEAD_BLOCKS: Final = 8  # of a comment, in which its author and date are looked for
_MOST_NAMED: Final = 0.7  # share of the comments of a list that print a line beside the date, where it is the name
_MAX_NAME_WORDS: Final = 4
_SENTENCE: Final = re.compile(r"[!?…。！？；;»”\"]$")
_INITIAL: Final = re.compile(r"\b[^\W\d_]\.$")  # its full stop is no mark around the name
_MAX_NAME_LINE: Final = 80  # characters of a line with a name and words around it
_NAME_EDGES: Final = " \t\n,:;|·•–—-()[]"

_Printed = tuple[int, str]  # the number of a block, and what is read of it
_Reader = Callable[[Document, Block, Lexicon], str | None]


def threads_by_structure(outline: Outline, chosen: Collection[int]) -> dict[int, Removed]:
    """Return the blocks of lists of dated items behind the text, none of them chosen: comments, or other stories."""
    last = max(chosen, default=-1)
    found: dict[int, Removed] = {}
    for items in outermost_threads(outline):
        extents = [outline.extents[item] for item in items]
        if extents[0][0] > last >= 0:
            label = STORY_CARDS if are_cards(outline, extents) else _BY_STRUCTURE
            for extent in extents:
                found |= dict.fromkeys(range(*extent), label)
    return found


def outermost_threads(outline: Outline) -> Iterator[tuple[int, ...]]:
    """Yield the lists of like items that read as comments or posts: dated, of sentences, with few links.

    Replies in a list of their own go with what they answer.
    """
    taken_until = 0
    for items in outline.item_lists:  # by the place of their first items, outer ones first
        if outline.extents[items[0]][0] >= taken_until and _is_thread(outline, items):
            taken_until = outline.extents[items[-1]][1]
            yield items


def _is_thread(outline: Outline, items: Collection[int]) -> bool:
    prose = sum(outline.element_prose[item] for item in items)
    links = sum(outline.element_links[item] for item in items)
    before, extents = outline.dated_before, outline.extents
    dated = sum(before[extents[item][1]] > before[extents[item][0]] for item in items)
    if dated < _MIN_DATED * len(items) or links >= prose:
        return False
    enough = MIN_PROSE if prose >= MIN_PROSE * len(items) or not _is_cjk(outline, items) else MIN_CJK_PROSE
    return prose >= enough * len(items)


def _is_cjk(outline: Outline, items: Collection[int]) -> bool:
    blocks = outline.document.blocks[slice(*outline.extents[next(iter(items))])]
    return is_cjk("".join(block.text for block in blocks))


def comment_evidence(document: Document, outline: Outline, lexicon: Lexicon) -> tuple[Evidence, ...]:
    """Return who wrote each comment of the judged page and when, as far as that is printed, in reading order.

    `outline` has the containers: that of the same page before it was judged will do.
    """
    lists = [items for items in outline.item_lists if _is_comment(document.blocks[outline.extents[items[0]][0]])]
    found = [one for items in lists for one in _of_list(document, outline, items, lexicon)]
    told = sorted(found, key=lambda one: one[0])[:MAX_TOLD]
    return tuple(evidence for _, of_item in told for evidence in of_item)


def _is_comment(block: Block) -> bool:
    return isinstance(block.verdict, Removed) and block.verdict.kind == THREAD


def _of_list(
    document: Document, outline: Outline, items: tuple[int, ...], lexicon: Lexicon
) -> Iterator[tuple[tuple[int, int], list[Evidence]]]:
    """Yield each comment of a list by its extent, with its author and date, each with the block it is printed in.

    Where no markup says what a name is, it is the short line beside the date, if most comments of the list have one and
    they are not by one person: a label ("Posted on") is the same in all.
    """
    extents = [outline.extents[item] for item in items[:MAX_TOLD]]
    heads = [range(first, min(end, first + _HEAD_BLOCKS)) for first, end in extents]
    dates = [_first(document, head, _date, lexicon) for head in heads]
    names = [_first(document, head, _author, lexicon) for head in heads]
    if not any(names):
        beside = [_beside_date(document, head, date, lexicon) for head, date in zip(heads, dates, strict=True)]
        said = [name[1] for name in beside if name is not None]
        names = beside if len(said) >= _MOST_NAMED * len(extents) and len(set(said)) > 1 else names
    for extent, name, date in zip(extents, names, dates, strict=True):
        both = (("comment_author", name), ("comment_date", date))
        yield extent, [Evidence(field, one[1], f"block:{one[0]}") for field, one in both if one is not None]


def _first(document: Document, head: range, read: _Reader, lexicon: Lexicon) -> _Printed | None:
    """Return what is read of the first block of `head` that says it, with the number of the block."""
    found = ((number, read(document, document.blocks[number], lexicon)) for number in head)
    return next(((number, text) for number, text in found if text), None)


def _beside_date(document: Document, head: range, date: _Printed | None, lexicon: Lexicon) -> _Printed | None:
    """Return the name beside a date: the rest of its line, or else the line right above it or below it."""
    if date is None:
        return None
    block = document.blocks[date[0]]
    printed = next((span.text for span in block.spans if span.tag == "time" and span.text), "")
    if not printed and (day := next(find_dates(block.text, lexicon), None)):
        printed = block.text[day.start : day.end]
    before, _, behind = block.text.partition(printed or block.text)
    near = [(at, document.blocks[at].text) for at in (date[0] - 1, date[0] + 1) if at in head]
    lines = [(date[0], before), (date[0], behind), *near]
    return next(((at, name) for at, text in lines if (name := as_name(text, lexicon))), None)


def as_name(line: str, lexicon: Lexicon) -> str | None:
    """Return a short line that may be a name, without the words around it: "by Ann", "Ann says:", "Ann at"."""
    words = line.strip(_NAME_EDGES).split() if len(line) <= _MAX_NAME_LINE else []
    labels, verbs = lexicon.words("people.by"), lexicon.words("people.says") | lexicon.words("dates.at")
    for count in (2, 1):
        words = words[count:] if " ".join(words[:count]).casefold() in labels else words
        words = words[:-count] if " ".join(words[-count:]) in verbs else words
    name = " ".join(words).strip(_NAME_EDGES)
    name = name if _INITIAL.search(name) else name.rstrip(".")
    is_short = 0 < len(name) <= MAX_NAME and len(words) <= _MAX_NAME_WORDS and any(map(str.isalpha, name))
    return name if is_short and not _SENTENCE.search(name) and not _is_day(name) else None


def _author(document: Document, block: Block, lexicon: Lexicon) -> str | None:
    """Return the name that a block prints: in an element marked as a name, or as a short line without a date."""
    for span in block.spans:
        if names_commenter(span, lexicon) and len(span.text) <= MAX_NAME:
            return span.text
    own = document.elements[block.element] if block.element >= 0 else None
    if own and not lexicon.class_words["commenter"].isdisjoint(signature(own).split()) and len(block.text) <= MAX_NAME:
        return block.text if not is_dated(block.text) else None
    return None


def names_commenter(span: Span, lexicon: Lexicon) -> bool:
    """Return whether an inline element holds, by its markup, the name of who wrote a comment."""
    words = _WORDS.findall(f"{span.classes} {span.itemprop}".lower())
    return span.tag == "cite" or not lexicon.class_words["commenter"].isdisjoint(words)


def _date(_: Document, block: Block, __: Lexicon) -> str | None:
    """Return the date that a block prints: that of a time element, or all of a line that is one."""
    for span in block.spans:
        if span.tag == "time":
            return span.datetime or span.text
    dated = next((span.text for span in block.spans if _is_day(span.text)), None)
    return dated or (block.text if _is_day(block.text) else None)


def _is_day(text: str) -> bool:
    """Return whether a line has a date that is no part of a word: "serg1972" is a name."""
    return is_dated(text) and is_dated(_NUMBERED_NAME.sub("", text))
