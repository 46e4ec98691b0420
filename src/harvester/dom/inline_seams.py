"""Where an inline element ends and another one begins at once: a style sheet may show them apart, the text does not."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from harvester.dom.flat_markup import unescaped
from harvester.models import Block, Markup, Role
from harvester.text import CJK

_CODE: Final = Role.CODE  # by a name of its own: Python looks the members of an enum up slowly
_MAX_SEAMS: Final = 200  # of a block
# Tokens from one text to the next, where an element ends and another begins between them.
_NEAREST: Final = 4
_FARTHEST: Final = 40
_MAX_WORD: Final = 60  # characters on either side, by which a seam is found again in the text
_END: Final = 2 * _MAX_WORD  # characters of a text in which its last word is looked for: hostile ones have a million
_LOOKED_BACK: Final = 12  # tokens before a block's first text, for listings within a sentence around it
_LAST_WORD: Final = re.compile(rf"\w{{1,{_MAX_WORD}}}[.!?)]?\Z")
_FIRST_WORD: Final = re.compile(rf"\w{{1,{_MAX_WORD}}}")
_TAG_NAME: Final = re.compile(r"</?([^\s/>]+)")
_LISTING: Final = re.compile(r"<(/?)(?:code|samp|tt|kbd)[\s>]")
# They set off letters and words of a sentence, and are no line of their own.
IN_WORDS: Final = frozenset(
    "abbr b bdi big cite code em font i ins kbd mark q rt ruby s samp strong sub sup tt u var wbr".split()
)
_LAST_PART: Final = re.compile(rf"(?:[^\W\d_]{{1,{_MAX_WORD}}}|\d{{1,{_MAX_WORD}}})[.!?)]?\Z")  # letters, or figures
_SMALL_BEFORE: Final = re.compile(r"[^\W\d_A-Z],? ")
_BEFORE: Final = 3  # characters that it has at most
_SMALL_BEHIND: Final = re.compile(r"[,;]? [^\W\d_A-Z]|[.!?]\Z")
_MIN_LETTERS: Final = 3  # "Mc" is part of a name


class Seam(NamedTuple):
    """A place in a block's text, without a blank."""

    at: int
    parts_links: bool  # a link ends there, and another one begins
    parts_words: bool  # each of the two elements is one word: of a name, or of code, where prose is around


def seams_of(block: Block) -> Iterator[Seam]:
    """Yield where one inline element of a block ends and another begins, without a blank in the markup between them.

    None before a small letter, which may go on with a word; none by elements that set off letters of a word, and none
    in listings: highlighters cut words at will.
    """
    trace = block.trace
    if trace is None or len(trace.spots) < 2 or block.role is _CODE:  # as of most blocks
        return
    text, found = block.text, 0
    for before, behind, seam in _glued(trace.markup, trace.spots[: _MAX_SEAMS + 1]):
        at = text.find(before + behind, found)
        if at >= 0:
            found = at + len(before)
            yield seam._replace(at=found)


def _glued(markup: Markup, spots: list[int]) -> Iterator[tuple[str, str, Seam]]:
    """Yield the words that two elements make together: what is of the one, of the other, and a seam without a place."""
    for last, first in pairwise(spots):
        # Most texts have one tag between them. Images that stand for a character have odd places.
        if not _NEAREST <= first - last <= _FARTHEST or last % 2 or first % 2:
            continue
        behind = markup.tokens[first]
        if not behind[0].isalnum() or behind[0].islower() or (text := markup.tokens[last])[-1].isspace():
            continue
        between = markup.tokens[last + 1 : first]
        if any(between[1::2]):
            continue
        tags = [tag for tag in between[::2] if tag[1] != "!"]
        if not _is_seam(tags) or _is_in_listing(markup.tokens, spots[0], last):
            continue
        before, word = _LAST_WORD.search(unescaped(text[-_END:])), _FIRST_WORD.match(unescaped(behind[:_END]))
        if before and word:
            yield before[0], word[0], Seam(0, _are_links(tags), text.isalpha() and behind.isalnum())


def _is_seam(tags: Sequence[str]) -> bool:
    """Return whether an element ends and another begins between two texts, none of which sets off letters of a word."""
    ends = sum(tag[1] == "/" for tag in tags)
    if not 0 < ends < len(tags) or any('href="#' in tag for tag in tags):  # the call of a note
        return False
    return IN_WORDS.isdisjoint(found[1] for tag in tags if (found := _TAG_NAME.match(tag)))


def _is_in_listing(tokens: Sequence[str], first: int, last: int) -> bool:
    """Return whether a text is inside a listing within a sentence, of a run that begins with the text `first`."""
    tags = tokens[max(1, first - _LOOKED_BACK) | 1 : last : 2]
    return sum(-1 if found[1] else 1 for tag in tags if (found := _LISTING.match(tag))) > 0


def _are_links(tags: Sequence[str]) -> bool:
    return "</a>" in tags and any(tag.startswith("<a ") for tag in tags)


def words_across(text: str, at: int) -> tuple[str, str] | None:
    """Return the words or figures that two elements glue together at a place, where it is sure that they are two.

    The second begins with a capital, or is a figure behind a word.

    >>> words_across("HarboursTwo ferries", 8), words_across("Width30 cm", 5), words_across("AGCorporate", 2)
    (('Harbours', 'Two'), ('Width', '30'), ('AG', 'Corporate'))
    >>> [words_across(word, 3) for word in ("YOUTUBE", "Har", "Harbours", "McDonald", "H2O")]
    [None, None, None, None, None]
    """
    word = _FIRST_WORD.match(text, at)  # at most places none begins that may be a second one
    if word is None or not (word[0][0].isdigit() or (word[0][0].isupper() and word[0][1:2].isalpha())):
        return None
    found = _LAST_PART.search(text, max(0, at - _END), at)
    if found is None or CJK.search(found[0]) or CJK.match(word[0]):
        return None
    before, behind = found[0], word[0]
    if behind[0].isdigit():
        is_sure = len(before) >= _MIN_LETTERS and before.isalpha()
    elif not before.isalpha():  # a figure, or the end of a sentence
        is_sentence = len(before) > _MIN_LETTERS and text[found.start() - 1 : found.start()].isspace()
        is_sure = before.isdigit() or (is_sentence and behind[1].islower())
    elif before.isupper():
        is_sure = len(before) > 1 and behind[1].islower()
    else:
        is_sure = len(before) >= _MIN_LETTERS
    return (before, behind) if is_sure else None


def is_in_prose(text: str, words: tuple[str, str], at: int) -> bool:
    """Return whether two words glued together at a place stand in a sentence, a small letter on either side.

    >>> is_in_prose("a FaceTime call", ("Face", "Time"), 6), is_in_prose("The PolicyTerms", ("Policy", "Terms"), 10)
    (True, False)
    """
    if words[1][0].isdigit() and words[0][1:].islower():  # "Boeing 747", but HNO3 and CaCO3
        return False
    start, end = at - len(words[0]), at + len(words[1])
    before = _SMALL_BEFORE.search(text, max(0, start - _BEFORE), start)
    return before is not None and before.end() == start and _SMALL_BEHIND.match(text, end) is not None


def parted(
    blocks: Sequence[Block], seams: Iterable[tuple[int, int, str]], is_name: Callable[[str, Block], bool]
) -> dict[int, Block]:
    """Return those of some blocks that get a blank at their seams.

    A seam is the number of its block, its place in the text, in their order, and the word that is made of two there;
    what `is_name` says to be one word stays whole.
    """
    edges: dict[int, list[int]] = {}
    for at, edge, word in seams:
        if not is_name(word, blocks[at]):
            edges.setdefault(at, []).append(edge)
    return {at: _with_blanks(blocks[at], those) for at, those in edges.items()}


def _with_blanks(block: Block, edges: Iterable[int]) -> Block:
    text = block.text
    return block._replace(text=" ".join(text[start:end] for start, end in pairwise((0, *edges, len(text)))))
