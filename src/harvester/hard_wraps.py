"""Repairs the layout of kept text: hard wraps, paragraphs torn apart in mid-sentence, line breaks worth keeping."""

from collections.abc import Sequence
from typing import Final

from harvester.models import Block, Role
from harvester.text import ends_sentence, is_cjk, is_salutation, join_lines

# A wrapped line of Latin text is 38 to 130 characters long; CJK lines hold half as many (docs/article-format.md).
_WRAP_CHARS: Final = (38, 130)
_WRAP_CJK_CHARS: Final = (16, 60)
_MIN_LINES: Final = 3
_SPREAD: Final = 0.35  # lines of a wrap are about as long as each other
_OPEN_ENDS: Final = 0.4  # share of line ends in mid-sentence from which the lines are one text
_MARKED_ENDS: Final = 0.5  # of line ends: verse breaks at its commas, a wrap at one in seven
_SMALL_STARTS: Final = 0.25  # of lines in scripts with capitals: names and entries of a list all begin with one
_ENUMERATION: Final = tuple("•·▪◦–—-*①②③④⑤⑥⑦⑧⑨")
_DASHES: Final = ("—", "–", "―")  # a place and an agency end so, and the story goes on
_MAX_DATELINE_CHARS: Final = 60
_TORN_ENDS: Final = (",", "，", "、")  # a paragraph that ends so goes on in the next
_OPEN: Final = frozenset({*_DASHES, *_TORN_ENDS})
_WORDS_OF_ONE: Final = frozenset("AEIOUYÀÈÉÓАВИКОСУЯ")  # before small letters they may be a word or the first of one
_PARAGRAPH: Final = Role.PARAGRAPH  # by a name of its own: Python looks the members of an enum up slowly


def settle_lines(text: str) -> str:
    r"""Return `text` with hard-wrapped lines joined; lines of poems, addresses and lists are kept.

    >>> settle_lines("Roses are red,\nViolets are blue")
    'Roses are red,\nViolets are blue'
    """
    lines = text.split("\n")
    return join_lines(lines) if len(lines) > 1 and is_hard_wrapped(lines) else text


def is_hard_wrapped(lines: Sequence[str]) -> bool:
    """Return whether the lines were broken at a fixed width, not where the writer wanted."""
    if len(lines) < _MIN_LINES:
        return _runs_on(lines)
    low, high = _WRAP_CJK_CHARS if is_cjk("".join(lines)) else _WRAP_CHARS
    lengths = [len(line) for line in lines[:-1]]
    middle = sum(lengths) / len(lengths)
    if not low <= middle <= high or any(line.startswith(_ENUMERATION) for line in lines):
        return False
    if _breaks_at_marks(lines) or _begins_with_capitals(lines):
        return False
    even = sum(abs(length - middle) <= _SPREAD * middle for length in lengths) >= 0.8 * len(lengths)
    return even and sum(map(_goes_on, lines, lines[1:])) >= _OPEN_ENDS * (len(lines) - 1)


def _breaks_at_marks(lines: Sequence[str]) -> bool:
    return sum(not line[-1].isalnum() for line in lines[:-1]) > _MARKED_ENDS * (len(lines) - 1)


def _begins_with_capitals(lines: Sequence[str]) -> bool:
    starts = [line[0] for line in lines[1:] if line[0].isupper() or line[0].islower()]
    if len(starts) < 3 or len(starts) * 2 < len(lines):
        return False  # two lines begin with German nouns by chance, three seldom
    return sum(map(str.islower, starts)) < _SMALL_STARTS * len(starts)


def _runs_on(lines: Sequence[str]) -> bool:
    """Return whether two lines are one sentence: the first is long and open, the second goes on in lower case."""
    if is_cjk(lines[0]) and not (ends_sentence(lines[1]) and len(lines[1]) <= len(lines[0])):
        return False  # a slogan and another one
    low = _WRAP_CJK_CHARS[0] if is_cjk(lines[0]) else _WRAP_CHARS[0]
    return len(lines[0]) >= low and _goes_on(lines[0], lines[1]) and (lines[1][0].islower() or is_cjk(lines[1][0]))


def _goes_on(line: str, following: str) -> bool:
    """Return whether a sentence runs over the end of `line`."""
    if ends_sentence(line):
        return False
    first = following[:1]
    return first.islower() or first.isdigit() or not first.isupper() or line[-1:].isalnum() or line.endswith(",")


def is_first_letter(before: Block, after: Block) -> bool:
    """Return whether a box holds nothing but the first letter of the paragraph behind it, set large."""
    if len(before.text) > 2 or before.role is not _PARAGRAPH or after.role is not _PARAGRAPH:
        return False
    letter = before.text[-1]
    is_letter = letter.isupper() and letter not in _WORDS_OF_ONE and not before.text[:-1].isalnum()
    return is_letter and after.text[0].islower() and (_stand_together(before, after) or _share_a_box(before, after))


def joined_text(parts: Sequence[Block]) -> str:
    """Return the text of a paragraph that was split: a blank between its lines, none behind a letter set large."""
    texts = [part.text for part in parts]
    if len(parts) > 1 and is_first_letter(parts[0], parts[1]):
        texts[:2] = [texts[0] + texts[1]]
    return texts[0] if len(texts) == 1 else join_lines(texts)


def join_torn_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with paragraphs joined that were split in mid-sentence."""
    return [parts[0] if len(parts) == 1 else _joined(parts) for parts in torn_paragraphs(blocks)]


def torn_paragraphs(blocks: Sequence[Block], salutations: tuple[str, ...] = ()) -> list[list[Block]]:
    """Return the parts of each paragraph that was split in mid-sentence, and every other block alone.

    Two neighbours in one container are joined when the first ends in a comma, or without any mark but in mid-line,
    and the second begins in lower case (Latin, Cyrillic, Greek scripts; CJK after a comma only). The first line of a
    letter, which begins with one of `salutations`, is a paragraph of its own, though a German letter goes on so.
    """
    torn: list[list[Block]] = []
    for block in blocks:
        if torn and _is_torn(torn[-1], block) and not is_salutation(torn[-1][-1].text, salutations):
            torn[-1].append(block)
        else:
            torn.append([block])
    return torn


def _joined(parts: Sequence[Block]) -> Block:
    return parts[0]._replace(
        text=joined_text(parts),
        link_chars=sum(part.link_chars for part in parts),
        spans=tuple(span for part in parts for span in part.spans),
    )


def _is_torn(parts: Sequence[Block], after: Block) -> bool:
    """Return whether a paragraph, of which `parts` are known, goes on in `after`."""
    before = parts[-1]
    if not before.text[-1].isalnum() and before.text[-1] not in _OPEN:  # as nearly all paragraphs end
        return False
    if before.role is not _PARAGRAPH or after.role is not _PARAGRAPH:
        return False
    if not _stand_together(before, after) or "\n" in before.text or "\n" in after.text:
        return is_first_letter(before, after) and len(parts) == 1
    if before.text.endswith(_DASHES) and len(before.text) <= _MAX_DATELINE_CHARS and not before.text[:-1].endswith("-"):
        return after.text[0].isalnum()
    if before.text.endswith(_TORN_ENDS):
        return after.text[0].islower() or is_cjk(after.text[0])
    is_begun = before.text[-1].isalnum() and after.text[0].islower()
    return is_begun and (_is_long(parts[: _WRAP_CHARS[0]]) or (is_first_letter(before, after) and len(parts) == 1))


def _is_long(parts: Sequence[Block]) -> bool:
    """Return whether the parts of a paragraph are a line together; none of them is empty."""
    texts = [part.text for part in parts]
    return max(map(len, texts)) >= _WRAP_CHARS[0] or len(join_lines(texts)) >= _WRAP_CHARS[0]


def _stand_together(before: Block, after: Block) -> bool:
    """Return whether both are of one container: a table in a paragraph ends it, and the rest is loose behind it."""
    if before.path == after.path:
        return True
    return after.path.rpartition(" > ")[0] == before.path or before.path.rpartition(" > ")[0] == after.path


def _share_a_box(one: Block, other: Block) -> bool:
    """Return whether two boxes stand in the same one, whatever their tags are."""
    return one.path.rpartition(" > ")[0] == other.path.rpartition(" > ")[0]
