"""What each container of a page holds, summed up from its blocks: shared by the rules and the content step."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import Final

import numpy as np

from harvester.cached_values import cached_value
from harvester.dom.html_tags import ARTICLES
from harvester.models import PAGE_ROLES, Document, Element, Role
from harvester.models.frozen import in_own_dict
from harvester.outline.block_numbers import BlockNumbers, Numbers, block_matrix
from harvester.outline.containers import ContainerNumbers, container_matrix, summed
from harvester.rules.kinds import Hit
from harvester.rules.lexicon import RULES_CACHED
from harvester.rules.load import Rules
from harvester.rules.markup_rules import has_phrase, signatures
from harvester.rules.phrases import Sieve, sieve
from harvester.text import MAX_DATE_LINE, fold, is_dated

_BODY: Final = "articleBody"  # schema.org: the actual body of the article
# By their names they take three times as long.
_TAG: Final = itemgetter(Element._fields.index("tag"))
_ITEMPROP: Final = itemgetter(Element._fields.index("itemprop"))
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_LINES: Final = tuple(map(PAGE_ROLES.index, (Role.PARAGRAPH, Role.TABLE)))  # no items: those of a trail of links
_HEADLINES: Final = frozenset({"og:title", "twitter:title"})
_MAX_LEVELS: Final = 400  # around an element that are looked at; real pages nest 10 to 60 deep
_MIN_ITEM_BLOCKS: Final = 2
_MIN_ITEMS: Final = 3  # of the same markup, from which they are a list
_MIN_TITLE_CHARS: Final = 9  # of a folded title; shorter ones ("News") stand in many headings
# Each heading is looked for in each title: more of them, and longer ones, are no titles.
_MAX_TITLES: Final = 20
_MAX_TITLE_CHARS: Final = 4_000
_MAX_LOOKED_FOR: Final = 1_000  # headings or lines: a headline is among the first
_MIN_LINE_CHARS, _MAX_LINE_CHARS = 20, 200  # of a line that is a headline without being a heading


@in_own_dict
@dataclass(frozen=True)
class Outline:
    """A document with its prose and its containers' extents; all tuples are indexed by block or by element."""

    document: Document

    @cached_value
    def block_matrix(self) -> Numbers:
        """The rows of `block_numbers` in one array, as compiled code takes them."""
        return block_matrix(self.document.blocks)

    @cached_value
    def container_matrix(self) -> Numbers:
        """The rows of `container_numbers` in one array."""
        return container_matrix(self.document.elements, self.block_matrix)

    @cached_value
    def block_numbers(self) -> BlockNumbers:
        """What is counted of each block."""
        return BlockNumbers(*self.block_matrix)

    @cached_value
    def container_numbers(self) -> ContainerNumbers:
        """What is counted of each element, with one place more, for blocks without element."""
        return ContainerNumbers(*self.container_matrix)

    @cached_value
    def prose_chars(self) -> tuple[int, ...]:
        """Characters of each block that reads as prose, else 0."""
        return tuple(self.block_numbers.prose.tolist())

    @cached_value
    def total_prose(self) -> int:
        """Prose characters of the page."""
        return sum(self.prose_chars)

    @cached_value
    def parents(self) -> tuple[int, ...]:
        """The element around each element; -1: none."""
        return tuple(self.container_numbers.parent[:-1].tolist())

    @cached_value
    def tags(self) -> frozenset[str]:
        """The tags of the elements: where one is on no page like this, nobody looks for its elements."""
        return frozenset(map(_TAG, self.document.elements))

    @cached_value
    def signatures(self) -> tuple[str, ...]:
        """The signature of each element, as `rules.signature` reads it: half of the steps ask for it."""
        return signatures(self.document.elements)

    def places(self, rules: Rules) -> Mapping[int, tuple[Hit, ...]]:
        """Return what the elements' names mean by the rules, of those that mean anything: one of ten, in page order."""
        found = self._places.get(rules)
        if found is None:
            words = dict.fromkeys(self.signatures)  # the items of a list are called the same
            hits = dict(zip(words, rules.places_of_all(words), strict=True))
            of_all = enumerate(map(hits.__getitem__, self.signatures)) if any(hits.values()) else ()
            found = self._places[rules] = {at: own for at, own in of_all if own}
        return found

    @cached_value
    def _places(self) -> dict[Rules, Mapping[int, tuple[Hit, ...]]]:
        return {}

    @cached_value
    def languages(self) -> frozenset[str]:
        """The languages of its blocks, BCP 47."""
        return self.document.languages

    @cached_value
    def extents(self) -> tuple[tuple[int, int], ...]:
        """(first block, one after the last block) of each element; equal where it holds none."""
        numbers = self.container_numbers
        return tuple(zip(numbers.first[:-1].tolist(), numbers.end[:-1].tolist(), strict=True))

    @cached_value
    def bodies(self) -> tuple[int, ...]:
        """The elements that are marked as the article's body."""
        said = list(map(_ITEMPROP, self.document.elements))
        return tuple(at for at, names in enumerate(said) if _BODY in names) if any(said) else ()

    @cached_value
    def depths(self) -> tuple[int, ...]:
        """How many elements are around each element."""
        return tuple(self.container_numbers.depth[:-1].tolist())

    @cached_value
    def element_prose(self) -> tuple[int, ...]:
        """Prose characters in each element."""
        return tuple(self.container_numbers.prose[:-1].tolist())

    @cached_value
    def element_chars(self) -> tuple[int, ...]:
        """Characters in each element."""
        return tuple(self.container_numbers.chars[:-1].tolist())

    @cached_value
    def element_code(self) -> tuple[int, ...]:
        """Characters of code in each element."""
        return tuple(self.container_numbers.code[:-1].tolist())

    @cached_value
    def element_links(self) -> tuple[int, ...]:
        """Characters inside links in each element."""
        return tuple(self.container_numbers.linked[:-1].tolist())

    @cached_value
    def item_lists(self) -> tuple[tuple[int, ...], ...]:
        """The lists of like items: elements of one parent and markup that hold two blocks or more each.

        Comments and teasers are such items; paragraphs repeat, too, but as single blocks.
        """
        elements, numbers = self.document.elements, self.container_numbers
        wide = (numbers.end - numbers.first >= _MIN_ITEM_BLOCKS).nonzero()[0]
        if len(wide) < _MIN_ITEMS:
            return ()
        parents = numbers.parent[wide] + 1
        groups: dict[tuple[int, str, str], list[int]] = {}
        for index in wide[np.bincount(parents)[parents] >= _MIN_ITEMS].tolist():  # most containers have no siblings
            element = elements[index]
            groups.setdefault((element.parent, element.tag, _first_name(element.classes)), []).append(index)
        return tuple(tuple(group) for group in groups.values() if len(group) >= _MIN_ITEMS)

    @cached_value
    def dated_before(self) -> tuple[int, ...]:
        """Short lines with a date before each block, and before the end."""
        return tuple(self.dated_numbers.tolist())

    @cached_value
    def dated_numbers(self) -> Numbers:
        """The same as an array."""
        blocks, numbers = self.document.blocks, self.block_numbers
        before = np.zeros(len(blocks) + 1, dtype=np.int64)
        has_digits = (numbers.digits > 0) | (numbers.cut > 0)  # of what was cut out, no digits are counted
        may_be = has_digits & (numbers.chars <= MAX_DATE_LINE)
        for at in may_be.nonzero()[0].tolist():
            before[at + 1] = is_dated(blocks[at].text)
        return before.cumsum()

    @cached_value
    def headings(self) -> tuple[int, ...]:
        """The blocks that are headings."""
        return tuple((self.block_numbers.role == _HEADING).nonzero()[0].tolist())

    @cached_value
    def headline(self) -> int | None:
        """The heading that the page's title repeats, else the first h1; without one, a line that the title repeats.

        None: there is no such block.
        """
        titles = self._titles
        for at in self.headings[:_MAX_LOOKED_FOR] if titles else ():
            text = fold(self.document.blocks[at].text)
            if len(text) >= _MIN_TITLE_CHARS and any(text in title or title in text for title in titles):
                return at
        return self.first_h1 if self.first_h1 is not None or not titles else self._titled_line

    @property
    def _titles(self) -> list[str]:
        """What the page says it is titled, folded."""
        metas = (meta.content for meta in self.document.metas if meta.name in _HEADLINES)
        said = (*islice(metas, _MAX_TITLES), self.document.title or "")
        return [title for text in said if len(title := fold(text[:_MAX_TITLE_CHARS])) >= _MIN_TITLE_CHARS]

    @property
    def _titled_line(self) -> int | None:
        """The first line without a link that stands in a title: layouts of tables have headlines without tags."""
        seen, titles = self.block_numbers, self._titles
        may_be = np.isin(seen.role, _LINES) & (seen.linked == 0) & (seen.cut == 0)
        may_be &= (seen.chars >= _MIN_LINE_CHARS) & (seen.chars <= _MAX_LINE_CHARS)
        lines: list[int] = may_be.nonzero()[0][:_MAX_LOOKED_FOR].tolist()
        for at in lines:
            text = fold(self.document.blocks[at].text)
            if len(text) >= _MIN_LINE_CHARS and any(text in title for title in titles):
                return at
        return None

    @cached_value
    def first_h1(self) -> int | None:
        """The first heading of the first level; None: there is none."""
        return next((at for at in self.headings if self.document.blocks[at].level == 1), None)

    @cached_value
    def heading_texts(self) -> frozenset[str]:
        """The texts of the page's headings, folded."""
        return frozenset([fold(self.document.blocks[at].text) for at in self.headings])

    def summed(self, values: Sequence[int]) -> tuple[int, ...]:
        """Return the sums of a value of each block over the blocks in each element."""
        sums = summed(self.container_numbers.parent, self.block_numbers.element, values)
        return tuple(sums[:-1].astype("int64").tolist())

    def with_prose(self, above: float, own: Sequence[int] | None = None) -> list[int]:
        """Return the elements with more prose than `above`, ascending; `own` is that of each block, None: all of it."""
        numbers = self.container_numbers
        inside = numbers.prose if own is None else summed(numbers.parent, self.block_numbers.element, own)
        found: list[int] = (inside[:-1] > above).nonzero()[0].tolist()
        return found

    def innermost_with(self, blocks: Collection[int], share: float) -> tuple[int, int] | None:
        """Return the innermost element with so much of the characters of `blocks`, and how many it has; None for none.

        It is the share of what the element with most of them has: some blocks may be in none.
        """
        seen, containers = self.block_numbers, self.container_numbers
        lengths, at = np.zeros(len(seen.chars)), np.fromiter(blocks, np.intp, len(blocks))
        lengths[at] = seen.chars[at]
        chars = summed(containers.parent, seen.element, lengths)[:-1]
        around = np.flatnonzero((chars > 0) & (chars >= share * chars.max(initial=0)))
        if not len(around):
            return None
        found = int(around[containers.depth[around].argmax()])
        return found, int(chars[found])

    @cached_value
    def above_headline(self) -> tuple[int, ...]:
        """The elements that the headline is in, innermost first; none where no block is one."""
        return () if self.headline is None else tuple(self.upwards(self.document.blocks[self.headline].element))

    @cached_value
    def around_headline(self) -> frozenset[int]:
        """The same as a set."""
        return frozenset(self.above_headline)

    @cached_value
    def _all_signatures(self) -> bytes:
        """The signatures of all elements, each once: where a word begins in none of them, no element has it."""
        return " ".join(dict.fromkeys(self.signatures)).encode("utf-8", "replace")

    def may_be_named(self, words: frozenset[str]) -> bool:
        """Return whether one of `words` may be in the signature of an element: one look for all of them together."""
        return bool(_sieve_of(words)(self._all_signatures))

    def named_signatures(self, words: frozenset[str]) -> frozenset[str]:
        """Return those of the signatures that hold one of `words`."""
        if not self.may_be_named(words):  # as on most pages
            return frozenset()
        return frozenset(said for said in set(self.signatures) if not words.isdisjoint(said.split()))

    def has_named(self, phrases: frozenset[str]) -> bool:
        """Return whether one of `phrases` is in the signature of an element."""
        return self.may_be_named(phrases) and any(has_phrase(said, phrases) for said in set(self.signatures))

    def named_elements(self, words: frozenset[str], most_chars: float) -> Iterator[int]:
        """Yield the outermost elements with one of `words` in their signatures, of at most `most_chars` characters.

        A phrase of several words is one, too. None that the headline is in: it is called after the whole page.
        """
        if not self.may_be_named(words):  # as on most pages
            return
        taken_until, chars, extents = 0, self.element_chars, self.extents
        for index, said in enumerate(self.signatures):
            if not said or index in self.around_headline or chars[index] > most_chars or not has_phrase(said, words):
                continue
            if extents[index][1] > taken_until:
                taken_until = extents[index][1]
                yield index

    def ancestors(self, element: int) -> list[int]:
        """Return `element` and the elements around it, innermost first."""
        return list(self.upwards(element))

    def box_of(self, block: int) -> int:
        """Return the container that the element of a block stands in; -1 for none."""
        own = self.document.blocks[block].element
        return self.parents[own] if own >= 0 else -1

    def upwards(self, element: int) -> Iterator[int]:
        """Yield what `ancestors` returns; for loops over elements, which must not go all the way up for each."""
        while element >= 0:
            yield element
            element = self.document.elements[element].parent


@lru_cache(maxsize=16 * RULES_CACHED)
def _sieve_of(words: frozenset[str]) -> Sieve:
    """Return what looks for words or phrases where a word of a text begins: a dozen lists are asked for."""
    return sieve(tuple(words))


def is_inside_article(elements: Sequence[Element], index: int) -> bool:
    """Return whether an element is inside one that holds an article, as far as tags show."""
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
