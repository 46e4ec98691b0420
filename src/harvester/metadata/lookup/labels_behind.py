"""The labels that stand behind a day rather than before it: "2024年3月5日 更新", "March 5, 2024 (updated)"."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from harvester.metadata.lookup.clock_text import read_clock
from harvester.rules.alternation import longest_first
from harvester.rules.lexicon import RULES_CACHED, Lexicon

MAX_LABEL_CHARS: Final = 40
FIRST_FOREIGN: Final = "\u0370"  # the first letter that is not Latin
# What may stand between a day and its label: marks, and the day of the week in brackets.
_BETWEEN: Final = re.compile(r"(?:[(（][^\W\d_]{1,3}[.)）]|[\s,，.。()（）\[\]【】]|[|｜•·/／–—-])*")
_PART: Final = re.compile(r"[|｜•·/／–—(（\[【-]")
# What ends a label: the line, or a mark; before a colon it is the label of what follows.
_END: Final = re.compile(r"\s*(?:$|[\n)）\]】|｜•·/／,，;；.。–—-]|\s{2}|\u3000)")
_GAP: Final = re.compile(r"[\s,，.|｜•·/／–—()（）-]*")


class Labelled(NamedTuple):
    """A label behind a day, folded, and where it ends; empty where there is none."""

    label: str = ""
    end: int = 0


def labels_behind(text: str, days: Sequence[tuple[int, int]], lexicon: Lexicon) -> list[Labelled]:
    """Return the label behind each of the days of a line, which are given by start and end, from left to right.

    A label between two days is of the first where the second has one behind it as well, else of the second.
    """
    found = [Labelled()] * len(days)
    for at in range(len(days) - 1, -1, -1):
        label = _label_at(text, days[at][1], lexicon)
        if not label.label:
            continue
        later = days[at + 1] if at + 1 < len(days) else None
        leads = later is not None and _GAP.fullmatch(text, label.end, max(label.end, later[0])) is not None
        if found[at + 1].label if leads else _END.match(text, label.end) or _is_foreign_end(text, label):
            found[at] = label
    return found


def _label_at(text: str, start: int, lexicon: Lexicon) -> Labelled:
    """Return the label with which a text goes on at `start`."""
    end = _behind_word(text, _behind_marks(text, start, lexicon), lexicon)
    folded = text[end : end + MAX_LABEL_CHARS].casefold()
    alike = _by_first_letter(lexicon).get(folded[:1], ())
    alike = alike if folded.startswith(alike) else ()  # one call for all: behind most days is none
    label = next((one for one in alike if folded.startswith(one) and not folded[len(one) : len(one) + 1].isalpha()), "")
    is_part = _PART.search(text, start, end) is not None
    return Labelled() if is_part and label in lexicon.words("dates.nouns") else Labelled(label, end + len(label))


def _behind_marks(text: str, start: int, lexicon: Lexicon) -> int:
    """Return where words begin behind a day: behind marks, its weekday, and a time of day behind that."""
    marks = _BETWEEN.match(text, start)
    end = marks.end() if marks is not None else start
    clock = read_clock(text, end, lexicon) if text[end : end + 1].isdigit() else None
    marks = _BETWEEN.match(text, clock.end) if clock is not None else None
    return marks.end() if marks is not None else end


def _behind_word(text: str, start: int, lexicon: Lexicon) -> int:
    """Return where a label may begin behind a small word: "10:30 Uhr aktualisiert", "tarihinde güncellendi"."""
    word = text[start : start + MAX_LABEL_CHARS].split(maxsplit=1)
    return start + len(word[0]) + 1 if len(word) > 1 and word[0].casefold() in lexicon.words("dates.at") else start


def _is_foreign_end(text: str, label: Labelled) -> bool:
    """Return whether a label in letters without capitals ends at a blank, where no mark need follow."""
    return label.label[-1] >= FIRST_FOREIGN and text[label.end : label.end + 1].isspace()


@lru_cache(maxsize=RULES_CACHED)
def _by_first_letter(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return the labels of publication and of changes, the longest first, by their first letter."""
    found: dict[str, list[str]] = {}
    for label in longest_first(lexicon.published_labels | lexicon.modified_labels):
        found.setdefault(label[0], []).append(label)
    return {letter: tuple(alike) for letter, alike in found.items()}
