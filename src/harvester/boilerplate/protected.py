"""Parts of an article that a rule knows and that stay, whatever the classifier thinks of their few words.

Correction notes, footnotes, key points, datelines: a classifier learns that short and odd lines are none of the text.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from harvester.boilerplate.numbered_notes import numbered_notes
from harvester.boilerplate.value_boxes import value_boxes
from harvester.hard_wraps import is_first_letter
from harvester.models import Block, Removed, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.load import Rules

_COLUMN_SHARE: Final = 0.7  # of the chosen text; the deepest container with so much is the main column
_MAX_SHARE: Final = 0.2  # of the chosen text: what holds more is the text itself, or the apparatus of an encyclopedia
_MAX_LINK_SHARE: Final = 0.5
_MIN_PLACE_CHARS: Final = 40  # of a part told by its markup: less is a label
_BEHIND: Final = 3  # blocks behind the text, among which a note on it is: a credit may stand before it
_PROTECTED_LINES: Final = frozenset({KindName.CORRECTION_NOTE})  # the other kinds' wordings are heads, not texts
_DASHES: Final = ("—", "–", "―", " --", " -")
_MAX_DATELINE_CHARS: Final = 60
_ASKING: Final = frozenset({"prompt", "social"})  # groups of kinds


def protected_blocks(
    outline: Outline, rules: Rules, chosen: Collection[int], placed: Mapping[int, Removed]
) -> frozenset[int]:
    """Return the blocks in the main column that a rule keeps, though they are not among the `chosen` ones."""
    if all(outline.document.blocks[at].element < 0 for at in chosen):  # there is no column
        return frozenset()
    kept = {*_by_place(outline, rules, chosen), *_by_wording(outline, rules, chosen)}
    notes = numbered_notes(outline, chosen, placed)  # also those that are chosen: no wording takes one out
    return frozenset(kept - placed.keys() - set(chosen)) | notes | _openings(outline, chosen, placed)


def _by_place(outline: Outline, rules: Rules, chosen: Collection[int]) -> Iterator[int]:
    """Yield the blocks of the parts in the main column that their markup names, or that list values in a box.

    The column is the deepest container that holds most of the chosen text.
    """
    kept = [at for at, hits in outline.places(rules).items() if rules.kinds[hits[0].kind].disposition == "keep"]
    kept += value_boxes(outline, rules)
    found = outline.innermost_with(chosen, _COLUMN_SHARE) if kept else None
    if found is None:
        return
    column, chars = found
    blocks, (first, end) = outline.document.blocks, outline.extents[column]
    most = _MAX_SHARE * chars
    for index in kept:
        start, stop = outline.extents[index]
        if index <= column or not first <= start < stop <= end or outline.element_chars[index] > most:
            continue
        if _is_part(outline, index) and not _asks(outline, rules, index):
            yield from (at for at in range(start, stop) if blocks[at].role is not Role.CONTROL)
            yield from _head_of(outline, rules, start)


def _asks(outline: Outline, rules: Rules, element: int) -> bool:
    """Return whether a part holds a line that wants something of the reader: a newsletter in a box made for facts."""
    blocks = outline.document.blocks[slice(*outline.extents[element])]
    hits = (hit for block in blocks for hit in rules.lines(block.text, outline.languages)[:1] if not hit.weak)
    return any(rules.kinds[hit.kind].group in _ASKING for hit in hits)


def _is_part(outline: Outline, element: int) -> bool:
    chars, links = outline.element_chars[element], outline.element_links[element]
    return chars >= _MIN_PLACE_CHARS and links <= _MAX_LINK_SHARE * chars


def _head_of(outline: Outline, rules: Rules, start: int) -> Iterator[int]:
    """Yield the heading right before a part that names the part: "Notes"."""
    before = outline.document.blocks[start - 1] if start else None
    if before is not None and before.role is Role.HEADING and before.verdict is None:
        kinds = (rules.kinds[hit.kind] for hit in rules.lines(before.text, outline.languages))
        if any(kind.disposition == "keep" for kind in kinds):
            yield start - 1


def _by_wording(outline: Outline, rules: Rules, chosen: Collection[int]) -> Iterator[int]:
    blocks, languages = outline.document.blocks, outline.languages
    most = max(rules.kinds[kind].max_chars for kind in _PROTECTED_LINES)
    near = range(min(chosen), min(max(chosen) + 1 + _BEHIND, len(blocks)))
    short = [at for at in near if 0 < outline.prose_chars[at] <= most]
    hits_of_all = rules.lines_of_all([blocks[at].text for at in short], languages)
    for index, hits in zip(short, hits_of_all, strict=True):
        if hits and hits[0].kind in _PROTECTED_LINES and not hits[0].weak:
            yield index


def _openings(outline: Outline, chosen: Collection[int], placed: Mapping[int, Removed]) -> frozenset[int]:
    """Return what is in a box right before a paragraph of the text: places and agencies with a dash, a large letter."""
    blocks = outline.document.blocks
    before = (at for at in chosen if at and at - 1 not in chosen and outline.prose_chars[at])
    return frozenset(
        at - 1
        for at in before
        if _is_dateline(blocks, at - 1, placed)
        or (at - 1 not in placed and is_first_letter(blocks[at - 1], blocks[at]))
    )


def _is_dateline(blocks: tuple[Block, ...], index: int, placed: Mapping[int, Removed]) -> bool:
    block, label = blocks[index], placed.get(index)
    if len(block.text) > _MAX_DATELINE_CHARS or not block.text.endswith(_DASHES) or block.link_chars:
        return False
    if not block.text[0].isupper():
        return False
    return block.role is Role.PARAGRAPH and (label is None or label.kind == KindName.BYLINE_META)
