"""Boxes in the text that are named for what they want: windows over the page, offers, excerpts of other posts.

Names alone are too weak before the content is chosen: whole pages are called so. They are asked about what was chosen,
and only where it is little of it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from harvester.models import Block, Removed, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import has_phrase

_ALL_LINKS: Final = 0.85
_MAX_LABEL: Final = 80  # characters of a link or a button


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name takes out; measured on pages of sites that it was not read from: no true text with windows."""

    words: str  # of `class_words`
    label: Removed
    max_chars: int  # of the chosen text in one box
    max_share: float  # of all chosen text
    least_doubt: float = 0.0  # mean over the box
    leads: bool = False  # a link or a button stands in it


_NAMES: Final = (
    _Name("window", Removed(KindName.NOT_CONTENT, "form:window"), 3_000, 0.5),
    _Name("offer", Removed(KindName.NOT_CONTENT, "form:offer"), 700, 0.3, 0.15, leads=True),
)
Box = tuple[int, _Name] | None
_OUTSIDE: Final = -1  # the parent of the outermost elements
_EXCERPTS: Final = _Name("", Removed(KindName.RELATED_POSTS, "form:post excerpt"), 3_000, 0.5)


def named_boxes(
    outline: Outline, lexicon: Lexicon, chosen: Collection[int], doubts: Mapping[int, float]
) -> dict[int, Removed]:
    """Return the chosen blocks in the outermost boxes with such a name; `doubts`: how unsure the classifier is."""
    if not any(outline.may_be_named(words) for words in _words_of_names(lexicon)):
        return {}
    blocks = outline.document.blocks
    boxes = _boxes_around(outline, lexicon, {blocks[at].element for at in chosen})
    if not boxes:
        return {}
    held: defaultdict[tuple[int, _Name], list[int]] = defaultdict(list)
    for at in sorted(chosen):
        if (box := boxes.get(blocks[at].element)) is not None:
            held[box].append(at)
    total = sum(len(blocks[at].text) for at in chosen)
    found: dict[int, Removed] = {}
    for (element, name), inside in held.items():
        chars = sum(len(blocks[at].text) for at in inside)
        doubt = sum(doubts.get(at, 0.0) * len(blocks[at].text) for at in inside) / chars
        is_small = chars <= min(name.max_chars, name.max_share * total)
        if is_small and doubt >= name.least_doubt and (not name.leads or _leads(outline, element)):
            found |= dict.fromkeys(inside, name.label)
    return found


def _boxes_around(outline: Outline, lexicon: Lexicon, held: Collection[int]) -> dict[int, tuple[int, _Name]]:
    """Return, for those of the elements that are in a named box, the outermost one; none is around the headline."""
    parents, signatures = outline.parents, outline.signatures
    names: dict[str, _Name | None] = {}
    around: dict[int, Box] = {_OUTSIDE: None}
    for element in sorted(_up_from(held, parents)):  # what is around an element comes before it
        box, words = around[parents[element]], signatures[element]
        if box is None and words and element not in outline.around_headline:
            name = names[words] if words in names else names.setdefault(words, _name_of(words, lexicon))
            box = (element, name) if name is not None else None
        around[element] = box
    return {element: box for element, box in around.items() if box is not None}


def _up_from(held: Collection[int], parents: Sequence[int]) -> set[int]:
    """Return the elements and those around them, each looked at once, however deep pages nest."""
    found: set[int] = set()
    for own in held:
        while own >= 0 and own not in found:
            found.add(own)
            own = parents[own]  # noqa: PLW2901  # goes up
    return found


def _words_of_names(lexicon: Lexicon) -> Iterator[frozenset[str]]:
    """Yield the words by which such boxes are known, and the names of excerpts."""
    yield from (lexicon.class_words[name.words] for name in _NAMES)
    yield lexicon.box_names["excerpt"]


def _name_of(words: str, lexicon: Lexicon) -> _Name | None:
    names = (name for name in _NAMES if not lexicon.class_words[name.words].isdisjoint(words.split()))
    return next(names, _EXCERPTS if has_phrase(words, lexicon.box_names["excerpt"]) else None)


def _leads(outline: Outline, element: int) -> bool:
    """Return whether a link or a button stands in an element, chosen or not."""
    return any(map(_is_label, outline.document.blocks[slice(*outline.extents[element])]))


def _is_label(block: Block) -> bool:
    if len(block.text) > _MAX_LABEL:
        return False
    return block.role is Role.CONTROL or block.link_chars >= _ALL_LINKS * len(block.text)
