"""What each container of a page holds, summed up from its blocks: shared by the rules and the content step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from typing import Final

from harvester.dom.tags import ARTICLES
from harvester.models import Block, Document, Element, Role
from harvester.rules.markup_rules import signature
from harvester.text import fold, is_dated, reads_as_prose

_PROSE_ROLES: Final = frozenset({Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM, Role.CODE, Role.CAPTION})
_HEADLINES: Final = frozenset({"og:title", "twitter:title"})
_MAX_LEVELS: Final = 400  # around an element that are looked at; real pages nest 10 to 60 deep
_MIN_ITEM_BLOCKS: Final = 2
_MIN_ITEMS: Final = 3  # of the same markup, from which they are a list
_MIN_TITLE_CHARS: Final = 9  # of a folded title; shorter ones ("News") stand in many headings
# Each heading is looked for in each title: more of them, and longer ones, are no titles.
_MAX_TITLES: Final = 20
_MAX_TITLE_CHARS: Final = 4_000


def is_prose(block: Block) -> bool:
    """Return whether the block reads as sentences, by length, closing mark and links; never where it is cut out."""
    return block.role in _PROSE_ROLES and block.verdict is None and reads_as_prose(block.text, block.link_chars)


@dataclass(frozen=True)
class Outline:
    """A document with its prose and its containers' extents; all tuples are indexed by block or by element."""

    document: Document

    @cached_property
    def prose_chars(self) -> tuple[int, ...]:
        """Characters of each block that reads as prose, else 0."""
        return tuple(len(block.text) if is_prose(block) else 0 for block in self.document.blocks)

    @cached_property
    def total_prose(self) -> int:
        """Prose characters of the page."""
        return sum(self.prose_chars)

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """The element around each element; -1: none."""
        return tuple(element.parent for element in self.document.elements)

    @cached_property
    def signatures(self) -> tuple[str, ...]:
        """What each element says about itself, as `rules.signature` reads it: half of the steps ask for it."""
        return tuple(map(signature, self.document.elements))

    @cached_property
    def extents(self) -> tuple[tuple[int, int], ...]:
        """(first block, one after the last block) of each element; equal where it holds none."""
        parents = self.parents
        firsts = [len(self.document.blocks)] * len(parents)
        ends = [0] * len(parents)
        for index, block in enumerate(self.document.blocks):
            at = block.element
            if at >= 0:
                if not ends[at]:
                    firsts[at] = index
                ends[at] = index + 1
        # Parents come before their children, so one pass backwards sums up.
        for at in range(len(parents) - 1, 0, -1):
            parent, end = parents[at], ends[at]
            if parent >= 0 and end:
                firsts[parent] = min(firsts[parent], firsts[at])
                ends[parent] = max(ends[parent], end)
        return tuple((first, end) if end else (0, 0) for first, end in zip(firsts, ends, strict=True))

    @cached_property
    def depths(self) -> tuple[int, ...]:
        """How many elements stand around each element."""
        depths: list[int] = []
        for parent in self.parents:
            depths.append(depths[parent] + 1 if parent >= 0 else 0)
        return tuple(depths)

    @cached_property
    def larger(self) -> tuple[int, ...]:
        """The nearest element around each element that holds more blocks; -1: none."""
        extents = self.extents
        larger: list[int] = []
        for index, parent in enumerate(self.parents):
            is_same = parent >= 0 and extents[parent] == extents[index]
            larger.append(larger[parent] if is_same else parent)
        return tuple(larger)

    @cached_property
    def element_prose(self) -> tuple[int, ...]:
        """Prose characters in each element."""
        return self.summed(self.prose_chars)

    @cached_property
    def element_chars(self) -> tuple[int, ...]:
        """Characters in each element."""
        return self.summed(tuple(len(block.text) for block in self.document.blocks))

    @cached_property
    def element_code(self) -> tuple[int, ...]:
        """Characters of code in each element."""
        return self.summed(tuple(len(block.text) * (block.role is Role.CODE) for block in self.document.blocks))

    @cached_property
    def element_links(self) -> tuple[int, ...]:
        """Characters inside links in each element."""
        return self.summed(tuple(block.link_chars for block in self.document.blocks))

    @cached_property
    def item_lists(self) -> tuple[tuple[int, ...], ...]:
        """The lists of like items: elements of one parent and markup that hold two blocks or more each.

        Comments and teasers are such items; paragraphs repeat, too, but as single blocks.
        """
        groups: dict[tuple[int, str, str], list[int]] = {}
        for index, (element, (first, end)) in enumerate(zip(self.document.elements, self.extents, strict=True)):
            if end - first >= _MIN_ITEM_BLOCKS:
                groups.setdefault((element.parent, element.tag, _first_name(element.classes)), []).append(index)
        return tuple(tuple(group) for group in groups.values() if len(group) >= _MIN_ITEMS)

    @cached_property
    def dated_before(self) -> tuple[int, ...]:
        """Short lines with a date before each block, and before the end."""
        return tuple(accumulate((is_dated(block.text) for block in self.document.blocks), initial=0))

    @cached_property
    def headline(self) -> int | None:
        """The heading that the page's title repeats, the first h1 where none does; None: no such heading."""
        metas = (meta.content for meta in self.document.metas if meta.name in _HEADLINES)
        said = (*islice(metas, _MAX_TITLES), self.document.title or "")
        titles = [title for text in said if len(title := fold(text[:_MAX_TITLE_CHARS])) >= _MIN_TITLE_CHARS]
        first_h1 = None
        for at, block in enumerate(self.document.blocks):
            if block.role is not Role.HEADING:
                continue
            text = fold(block.text)
            if len(text) >= _MIN_TITLE_CHARS and any(text in title or title in text for title in titles):
                return at
            if first_h1 is None and block.level == 1:
                first_h1 = at
        return first_h1

    @cached_property
    def in_article(self) -> tuple[bool, ...]:
        """Whether each element stands in one that holds an article, as far as tags tell."""
        inside: list[bool] = []
        for element in self.document.elements:
            above = element.parent
            inside.append(above >= 0 and (inside[above] or self.document.elements[above].tag in ARTICLES))
        return tuple(inside)

    def summed(self, values: tuple[int, ...]) -> tuple[int, ...]:
        """Return the sums of a value of each block over the blocks in each element."""
        parents = self.parents
        sums = [0] * (len(parents) + 1)  # the last one takes what stands in no element: -1 leads to it
        for block, value in zip(self.document.blocks, values, strict=True):
            if value:
                sums[block.element] += value
        for at in range(len(parents) - 1, 0, -1):
            sums[parents[at]] += sums[at]
        return tuple(sums[:-1])

    def ancestors(self, element: int) -> list[int]:
        """Return `element` and the elements around it, innermost first."""
        chain = []
        while element >= 0:
            chain.append(element)
            element = self.document.elements[element].parent
        return chain


def stands_in_article(elements: Sequence[Element], index: int) -> bool:
    """Return for one element what `Outline.in_article` says of all."""
    above = elements[index].parent
    for _ in range(_MAX_LEVELS):
        if not 0 <= above < len(elements):
            return False
        if elements[above].tag in ARTICLES:
            return True
        above = elements[above].parent if elements[above].parent < above else -1  # parents stand before their children
    return False


def _first_name(classes: str) -> str:
    """Return the first class name without figures: items are numbered, odd and even."""
    return next(iter(classes.split()), "").rstrip("0123456789")
