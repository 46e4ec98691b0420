"""The day below a declaration, an appeal or a letter: with who signs it, or with the place where it was signed."""

from collections.abc import Collection
from typing import Final

from harvester.metadata.lookup.date_text import Found, find_dates
from harvester.models import Block, Role
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon
from harvester.rules.load import Rules
from harvester.text import ends_sentence, is_cjk

_MAX_CHARS: Final = 60
_MAX_SIGNER: Final = 60  # characters of the line above that names who signs
_MAX_CJK_PLACE: Final = 8  # characters
_MAX_PLACE_WORDS: Final = 3
_MIN_TEXT: Final = 3  # blocks that were chosen: news in brief is dated below, too


def closing_days(outline: Outline, rules: Rules, chosen: Collection[int], placed: Collection[int]) -> frozenset[int]:
    """Return the last line of the text where it is the day on which a text was signed.

    It is the last of its container, right behind a chosen paragraph beside it, and is a day, its month as a word or a
    sign, and nothing else but a place: "Geneva, 12 May 2021". Without a place, the line above names who signs: it is
    short, and no sentence.
    """
    blocks, last = outline.document.blocks, max(chosen, default=-1)
    found = (at for at in (last, last + 1) if 0 < at < len(blocks) and at - 1 in chosen and at not in placed)
    is_long = len(chosen) >= _MIN_TEXT
    return frozenset(at for at in found if is_long and _closes(blocks, at, outline, rules))


def _closes(blocks: tuple[Block, ...], at: int, outline: Outline, rules: Rules) -> bool:
    block, above = blocks[at], blocks[at - 1]
    if len(block.text) > _MAX_CHARS or block.link_chars or block.role is not Role.PARAGRAPH:
        return False
    boxes = [outline.box_of(number) for number in range(at - 1, min(at + 2, len(blocks)))]
    if boxes[0] != boxes[1] or boxes[1] in boxes[2:]:
        return False
    day = next(find_dates(block.text, rules.lexicon), None)
    if day is None or "T" in day.iso or not _is_written_out(block.text[day.start : day.end]):
        return False
    if _is_place(block.text, day, rules.lexicon):
        return True
    is_bare = not any(map(str.isalnum, block.text[: day.start] + block.text[day.end :]))
    is_signer = above.role is Role.PARAGRAPH and len(above.text) <= _MAX_SIGNER and not ends_sentence(above.text)
    return is_bare and is_signer and not rules.lines(above.text, outline.languages)


def _is_written_out(day: str) -> bool:
    return any(map(str.isalpha, day))


def _is_place(text: str, day: Found, lexicon: Lexicon) -> bool:
    """Return whether beside the day there is a place: capitals and a comma before it, or a few Chinese characters."""
    before, behind = text[: day.start].strip(), text[day.end :].strip(" .,")
    rest = f"{before} {behind}".strip()
    if is_cjk(rest):
        is_label = any(rest.endswith(label) for label in lexicon.published_labels | lexicon.modified_labels)
        return len(rest) <= _MAX_CJK_PLACE and rest.isalnum() and not is_label
    place, comma, _ = before.partition(",")
    words = place.split()
    is_named = 0 < len(words) <= _MAX_PLACE_WORDS and all(word[0].isupper() and word.isalpha() for word in words)
    is_weekday = place.casefold() in lexicon.words("dates.weekdays")
    return comma != "" and not behind and is_named and not is_weekday
