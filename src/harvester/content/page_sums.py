"""What is summed up of a page, of its blocks outside of boilerplate, and of its groups of like containers.

Whole numbers, compiled (native/page_sums.c) or with numpy; `page_type_numbers.py` makes shares and logarithms of them.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from functools import lru_cache
from itertools import accumulate, compress
from operator import attrgetter
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.models import PAGE_ROLES, Block, Role
from harvester.outline import Outline
from harvester.outline.block_numbers import character_table

Numbers = NDArray[np.int64]

# A sum of money as shops print it: the sign of a currency, or its code, beside a figure.
_PRICE: Final = re.compile(r"[$€£¥₹₽₩]\s?\d|\d\s?(?:[€£₽₩₹¥]|(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK)\b)")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_LABEL_CHARS: Final = 60  # of a line that holds a price or a date and little else
_MIN_ALIKE: Final = 3  # containers of like markup, from which they are a group
_GAP: Final = "\n\n"  # between two texts: no pattern leads across
_NO_DIGITS: Final = str.maketrans("", "", "0123456789")
_TIME: Final = "time"  # tag of spans that give one
_CONTACTS: Final = ("tel:", "mailto:")
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_TAG: Final = attrgetter("tag")
_CLASSES: Final = attrgetter("classes")

LENGTHS: Final = ("chars", "links", "prose")  # in characters; of the others a share of the blocks says something, too
_GIVEN: Final = ("images", "prices", "years", "times", "questions")  # what more than counts of a block tell
TRAITS: Final = (
    *LENGTHS,
    *("paragraphs", "linked", "linked_headings", *_GIVEN, "short"),
    *(f"role_{role}" for role in PAGE_ROLES),
)
ONE: Final = "one"  # stands below what is no share
COUNT: Final = "count"  # blocks or members, at least one
SUMS: Final = (
    *(*TRAITS, "blocks", "longest", "first_price"),
    *(f"{role}_chars" for role in PAGE_ROLES),
    *(COUNT, ONE),
)
GROUP_SUMS: Final = (*TRAITS, "size", COUNT, "page_prose", "page_chars", ONE)
PICKED: Final = ("prose", "chars", "size", "linked_headings")  # groups that have most of these


class Links(NamedTuple):
    """Where the links of a page lead."""

    all: int
    here: int  # to a place on the page
    contact: int  # to a telephone or a mailbox


class PageSums(NamedTuple):
    """The sums of each trait, and what else is known of them: whole numbers, and what they are shares of."""

    blocks: Numbers  # 2 x SUMS: of all blocks, and of those that no rule took out by their place
    groups: Numbers  # PICKED x GROUP_SUMS: the group with most of each; of size 0 where there is no group
    links: Links


def page_sums(outline: Outline, placed: Collection[int]) -> PageSums:
    """Return the sums of a page; `placed` are the blocks that rules took out by their place."""
    sums = np.zeros((2, len(SUMS)), dtype=np.int64)
    picked = np.zeros((len(PICKED), len(GROUP_SUMS)), dtype=np.int64)
    if native.CORE is not None:
        document = outline.document
        links = native.CORE.sum_page(
            *(document.blocks, document.images, document.elements, tuple(placed), _TIME),
            *(outline.block_matrix, outline.container_matrix, character_table(), sums, picked, _HEADING),
        )
        if links is not None:
            return PageSums(sums, picked, Links(*links))
    main = np.ones(len(outline.document.blocks), dtype=np.bool_)
    main[list(placed)] = False
    traits = _traits(outline, _given(outline))
    sums[:] = _sums(traits), _sums(traits[:, main])
    picked[:, : len(TRAITS) + 1] = _picked(outline, _groups(outline), traits)
    picked[:, GROUP_SUMS.index(COUNT)] = np.maximum(picked[:, GROUP_SUMS.index("size")], 1)
    picked[:, GROUP_SUMS.index("page_prose") :] = *sums[0, [SUMS.index("prose"), SUMS.index("chars")]], 1
    return PageSums(sums, picked, _links(outline.document.blocks))


# ── interpreted ───────────────────────────────────────────────────────────────────────────────


def _links(blocks: Sequence[Block]) -> Links:
    links = [span.href for block in blocks for span in block.spans if span.href]
    here = sum(href.startswith("#") for href in links)
    return Links(len(links), here, sum(href.startswith(_CONTACTS) for href in links))


def _given(outline: Outline) -> Numbers:
    """Return _GIVEN x blocks: what is read from the text of each block, its spans and the images."""
    blocks, numbers = outline.document.blocks, outline.block_numbers
    short = numbers.chars <= _MAX_LABEL_CHARS
    with_figure = short & ((numbers.digits > 0) | (numbers.cut > 0))  # of what was cut out, no digits are counted
    asked = with_figure.nonzero()[0].tolist()
    images, prices, years, times = ([0] * (len(blocks) + 1) for _ in range(4))  # an image may stand behind the last
    for image in outline.document.images:
        images[image.block] += 1
    for row, pattern in ((prices, _PRICE), (years, _YEAR)):
        for at in _found(pattern, blocks, asked):
            row[at] = 1
    for at, block in enumerate(blocks):
        if block.spans and any(span.tag == _TIME for span in block.spans):
            times[at] = 1
    questions = [block.text[-1] in "?？" for block in blocks]
    rows = [*(row[:-1] for row in (images, prices, years, times)), questions]
    return np.array(rows, dtype=np.int64).reshape(len(_GIVEN), len(blocks))


def _found(pattern: re.Pattern[str], blocks: tuple[Block, ...], asked: Sequence[int]) -> list[int]:
    """Return which of the blocks asked for hold the pattern; all are searched as one text, in a fifth of the time."""
    texts = [blocks[index].text for index in asked]
    ends = list(accumulate(len(text) + len(_GAP) for text in texts))
    return [asked[bisect_right(ends, match.start())] for match in pattern.finditer(_GAP.join(texts))]


def _groups(outline: Outline) -> Numbers:
    """Return the number of the group of each element, -1 where it holds nothing: like tags, like parents.

    One place more is for blocks without element.
    """
    elements, containers = outline.document.elements, outline.container_numbers
    names = [*map(_name_of, map(_TAG, elements), map(_CLASSES, elements))]
    names.append("")  # around the outermost, whose parent is -1
    kinds = zip(map(names.__getitem__, outline.parents), names, strict=False)
    numbers: dict[tuple[str, str], int] = {}
    found = np.full(len(names), -1, dtype=np.int64)
    holds = (containers.end > containers.first).nonzero()[0]
    is_held = (containers.end > containers.first)[:-1].tolist()
    found[holds] = [numbers.setdefault(kind, len(numbers)) for kind in compress(kinds, is_held)]
    return found


@lru_cache(maxsize=16_384)
def _name_of(tag: str, classes: str) -> str:
    """Return tag and first class without figures: "div post-17 even" and "div post-18 odd" are of one kind."""
    return f"{tag} {classes.split(' ', 1)[0].translate(_NO_DIGITS)}"


def _traits(outline: Outline, given: Numbers) -> Numbers:
    """Return TRAITS x blocks."""
    numbers = outline.block_numbers
    linked = numbers.linked * 2 > numbers.chars
    return np.array(
        [
            *(numbers.chars, numbers.linked, numbers.prose, numbers.prose > 0),
            *(linked, linked & (numbers.role == _HEADING), *given, numbers.chars <= _MAX_LABEL_CHARS),
            *(numbers.role == number for number in range(len(PAGE_ROLES))),
        ],
        dtype=np.int64,
    )


def _sums(traits: Numbers) -> list[int]:
    """Return what is in SUMS of a selection of blocks."""
    count = traits.shape[1]
    prices = traits[TRAITS.index("prices")]
    chars_of_roles = (traits[-len(PAGE_ROLES) :] * traits[0]).sum(axis=1)
    longest = int(traits[TRAITS.index("prose")].max(initial=0))
    first_price = int(prices.argmax()) if prices.any() else 0
    return [*traits.sum(axis=1).tolist(), count, longest, first_price, *chars_of_roles.tolist(), max(count, 1), 1]


def _picked(outline: Outline, groups: Numbers, traits: Numbers) -> Numbers:
    """Return PICKED x the sums of each, and its size; all 0 where there is no group."""
    containers = outline.container_numbers
    members = groups >= 0
    sizes = np.bincount(groups[members], minlength=1)
    running = np.concatenate((np.zeros((len(traits), 1), dtype=np.int64), np.cumsum(traits, axis=1)), axis=1)
    inside = running[:, containers.end[members]] - running[:, containers.first[members]]
    sums = np.zeros((len(sizes), len(TRAITS)), dtype=np.int64)
    np.add.at(sums, groups[members], inside.T)
    of_groups = np.column_stack((sums, sizes))
    of_groups[sizes < _MIN_ALIKE] = 0
    return of_groups[[int(np.argmax(of_groups[:, GROUP_SUMS.index(by)])) for by in PICKED]]
