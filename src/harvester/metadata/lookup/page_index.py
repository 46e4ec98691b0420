"""What several readers look up on a page, found in one pass over its blocks and one over its elements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Final

from harvester import native
from harvester.cached_values import cached_value
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.container_names import ContainerNames, container_names
from harvester.models import Block, Document, Element, Kept, Part, Removed, Role, Span
from harvester.models.frozen import in_own_dict
from harvester.outline import is_inside_article
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import name_words
from harvester.text import FOLD_TABLE, fold, has_digit, lower_lines, may_hold_cjk

MAX_NOTICE_CHARS: Final = 420  # a longer block is text, not a notice about it
# Kinds that hold no other metadata, but the line that says where the text stood first.
NOTICE_KINDS: Final = frozenset({KindName.COPYRIGHT_NOTICE, KindName.SITE_FOOTER})
MIN_PROSE_LETTERS: Final = 60  # shorter blocks are labels, not prose
MAX_NUMBERED_CHARS: Final = 600  # of a block with a day: a line, or a foot of some lines
MAX_LEVELS: Final = 400  # containers around one that are looked at; real pages nest 10 to 60 deep
MAX_MENU_CHARS: Final = 30  # of an entry of a menu
MAX_KEY_CHARS: Final = 600  # of a text that is compared; titles, names and standfirsts are shorter
# Kinds whose links say nothing of this article, and are most of a page's.
_LINKS_TO_OTHERS: Final = frozenset(
    {KindName.NAV_MENU, KindName.MOST_READ_TICKER, KindName.COOKIE_CONSENT, KindName.SPONSORED_CHUMBOX}
)
_NO_WORDS: Final[frozenset[str]] = frozenset()


# Of the blocks of a language that are long enough: the letters of all, how many they are, the letters of the longest.
Prose = tuple[float, int, float]


@in_own_dict
@dataclass(frozen=True)
class PageIndex:
    """Where everything on the page is; all numbers are indices into Document.blocks or Document.elements."""

    document: Document
    removed: Mapping[str, tuple[int, ...]]  # blocks that a rule removed, by kind
    kept: tuple[int, ...]  # blocks of the article
    headings: tuple[int, ...]  # blocks that are headings, or were kept as the title
    marked: tuple[tuple[int, Span], ...]  # inline elements with a rel or itemprop, or a link to a licence, by block
    lines: str  # the blocks of at most MAX_NOTICE_CHARS, lower case: to look whether a phrase is there at all
    encoded: bytes  # the same in UTF-8
    letters: Mapping[str, int]  # characters of the blocks without links, by language
    names: ContainerNames  # what the names of the containers say
    subtitles: tuple[int, ...]  # blocks of the article that were kept as its standfirst
    prose: Mapping[str, Prose] | None  # of the article, by language; None where it is not told at a glance

    def removed_as(self, *kinds: KindName) -> tuple[int, ...]:
        """Return the blocks that a rule removed as one of `kinds`, in reading order."""
        if len(kinds) == 1:
            return self.removed.get(kinds[0], ())
        return tuple(sorted([index for kind in kinds for index in self.removed.get(kind, ())]))

    @cached_value
    def marked_rels(self) -> str:
        """The `rel` of all marked inline elements, small, in one text: to look whether any says a word."""
        return " ".join(map(_rel, map(_span, self.marked))).lower()

    @cached_value
    def tops(self) -> tuple[int, ...]:
        """The headings of the first level, by their tag."""
        blocks = self.document.blocks
        return tuple([index for index in self.headings if blocks[index].is_h1])

    @cached_value
    def numbered(self) -> Sequence[int]:
        """The blocks of at most `MAX_NUMBERED_CHARS` with a digit, and those that may have a Han numeral."""
        texts = enumerate(block.text for block in self.document.blocks)
        return [at for at, said in texts if len(said) <= MAX_NUMBERED_CHARS and (not said.isascii() or has_digit(said))]

    @cached_value
    def menu(self) -> frozenset[str]:
        """The short links of lines that are links for the most part, folded: entries of menus, and sections."""
        lines = (block for block in self.document.blocks if block.link_chars * 2 > len(block.text))
        links = {span.text for block in lines for span in block.spans if span.tag == "a"}
        return frozenset(key_of(text) for text in links if 0 < len(text) <= MAX_MENU_CHARS)


_span: Final = itemgetter(1)  # of a block's index and the inline element
_rel: Final = attrgetter("rel")


# As `PageIndex` has them, in lists: removed, kept, headings, marked; then all its lines, its letters by language, the
# standfirsts, and the prose by language.
Surveyed = tuple[
    dict[str, list[int]],
    list[int],
    list[int],
    list[tuple[int, Span]],
    list[str],
    dict[str, int],
    list[int],
    dict[str, Prose] | None,
]


def index_page(document: Document, lexicon: Lexicon) -> PageIndex:
    """Return the look-ups for `document`."""
    silent = lexicon.foreign_kinds - NOTICE_KINDS
    if native.CORE is None:
        found = survey_blocks(document.blocks, silent)
    else:
        terms = Removed, Kept, Part.TITLE, Part.SUBTITLE, Part.CAPTION, Role.HEADING, silent, _LINKS_TO_OTHERS
        found = native.CORE.survey(document.blocks, *terms, MAX_NOTICE_CHARS, MIN_PROSE_LETTERS)
    removed, kept, headings, marked, lines, letters, subtitles, prose = found
    by_kind = {kind: tuple(indices) for kind, indices in removed.items()}
    names = container_names(document.elements, lexicon)
    at = by_kind, tuple(kept), tuple(headings), tuple(marked)
    return PageIndex(document, *at, *lower_lines(lines), letters, names, tuple(subtitles), prose)


def survey_blocks(blocks: Sequence[Block], silent: frozenset[str]) -> Surveyed:
    """Return where all is, as `native/page_index.c` does; lines of the kinds `silent` are no lines of the page."""
    removed: dict[str, list[int]] = {}
    kept: list[int] = []
    headings: list[int] = []
    marked: list[tuple[int, Span]] = []
    lines: list[str] = []
    letters: dict[str, int] = {}
    subtitles: list[int] = []
    for index, block in enumerate(blocks):
        verdict, text = block.verdict, block.text
        is_title = removed_links = False
        speaks = True
        if type(verdict) is Removed:
            removed.setdefault(verdict.kind, []).append(index)
            removed_links, speaks = verdict.kind in _LINKS_TO_OTHERS, verdict.kind not in silent
        elif type(verdict) is Kept:
            kept.append(index)
            is_title = verdict.part is Part.TITLE
            subtitles += [index] if verdict.part is Part.SUBTITLE else []
        if speaks and len(text) <= MAX_NOTICE_CHARS:
            lines.append(text)
        if is_title or block.role is Role.HEADING:
            headings.append(index)
        if block.lang and not block.link_chars:
            letters[block.lang] = letters.get(block.lang, 0) + len(text)
        if not removed_links:
            marked += [(index, span) for span in block.spans if _is_marked(span)]
    return removed, kept, headings, marked, lines, letters, subtitles, _prose(blocks)


def _prose(blocks: Iterable[Block]) -> dict[str, Prose] | None:
    """Return the article's prose by language; None where letters count for several, or a language is not told."""
    found: dict[str, Prose] = {}
    for block in blocks:
        if type(block.verdict) is not Kept or block.verdict.part is Part.CAPTION:
            continue
        size, lang = len(block.text), block.lang
        if may_hold_cjk(block.text) or (size >= MIN_PROSE_LETTERS and not lang):
            return None
        if lang and size >= MIN_PROSE_LETTERS:
            letters, count, longest = found.get(lang, (0, 0, 0))
            found[lang] = letters + size, count + 1, max(longest, size)
    return found


def _is_marked(span: Span) -> bool:
    return bool(span.rel or span.itemprop) or "creativecommons.org/" in span.href


# ── places ───────────────────────────────────────────────────────────────────────────────────


def ancestors(document: Document, element: int, levels: int = MAX_LEVELS, first: int = 0) -> list[int]:
    """Return the indices of the containers of `element`, itself first, outwards: `levels` at most, from `first` on."""
    elements = document.elements
    path: list[int] = []
    while len(path) < levels and first <= element < len(elements):
        path.append(element)
        parent = elements[element].parent
        element = parent if parent < element else -1  # else the tree is broken; parents stand before their children
    return path


def lines_among(blocks: Sequence[Block], start: int, longest: int, edges: str, words: frozenset[str]) -> Sequence[int]:
    """Return the blocks from `start` on, of at most `longest` characters, that may be one of `words`.

    Those of ASCII are one, in small letters and without `edges` (blanks and marks) at their ends; of all others nothing
    is told.
    """
    short = (at for at in range(start, len(blocks)) if len(blocks[at].text) <= longest)
    return [at for at in short if not (text := blocks[at].text).isascii() or text.strip(edges).lower() in words]


def place_words(place: Element) -> frozenset[str]:
    """Return the class, id and itemprop words of one container."""
    _, _, name, classes, itemprop, _, _, _, _, _ = place
    if not (name or itemprop):
        return name_words(classes) if classes else _NO_WORDS
    return _words_of(classes, name, itemprop)


@lru_cache(maxsize=4096)
def _words_of(*names: str) -> frozenset[str]:
    return frozenset().union(*(name_words(name) for name in names if name))


class ForeignPlaces:
    """The containers that belong to something else than the article: cards, comments, side columns, and all in them.

    Asked element by element, each answer kept: a page has some thousand containers, and few are asked about. What holds
    the headline is the article's, whatever its class.
    """

    __slots__ = ("_elements", "_known", "_lexicon", "_names")

    def __init__(
        self, elements: Sequence[Element], names: ContainerNames, lexicon: Lexicon, own: Iterable[int] = ()
    ) -> None:
        self._elements, self._names, self._lexicon = elements, names, lexicon
        self._known = dict.fromkeys(own, False)

    def without(self, own: Iterable[int]) -> "ForeignPlaces":
        """Return the same for a page of whose article the containers `own` are: what is not foreign stays so."""
        not_foreign = (index for index, is_foreign in self._known.items() if not is_foreign)
        return ForeignPlaces(self._elements, self._names, self._lexicon, chain(own, not_foreign))

    def __contains__(self, element: object) -> bool:
        """Return whether the container at this index is foreign; an index outside the page is not."""
        if not isinstance(element, int) or not self._names.around(element) & _MAY_BE_FOREIGN:
            return False
        known, names, is_foreign = self._known, self._names, False
        asked: list[int] = []
        place = names.nearest(element, _TELLING)
        while place is not None:
            if place in known:
                is_foreign = known[place]
                break
            asked.append(place)
            said = names.own(place)
            is_foreign = not said & called.TOP and self._says_so(place, said & _MAY_BE_FOREIGN)
            if is_foreign or said & called.TOP:
                break
            parent = self._elements[place].parent
            place = names.nearest(parent, _TELLING) if parent < place else None  # else the tree is broken
        known.update(dict.fromkeys(asked, is_foreign))  # those between say nothing of their own
        return is_foreign

    def _says_so(self, index: int, said: int) -> bool:
        """Return whether a container is foreign, of which its names and its tag have `said` that it may be."""
        if said & called.FOOTER:
            return not is_inside_article(self._elements, index)  # many themes print tags, author and date there
        if said & called.SIDE:
            return True
        place = self._elements[index]
        return bool(said & called.FOREIGN) and (
            _is_foreign_name(place.classes, self._lexicon) or _is_foreign_name(place.id, self._lexicon)
        )


_MAY_BE_FOREIGN: Final = called.FOREIGN | called.SIDE | called.FOOTER
_TELLING: Final = _MAY_BE_FOREIGN | called.TOP


@lru_cache(maxsize=4096)  # a crawl meets the same class attributes on every page of a site
def _is_foreign_name(names: str, lexicon: Lexicon) -> bool:
    known = lexicon.class_words
    words = name_words(names)
    foreign = words & known["foreign"]
    if foreign and foreign <= known["foot"]:  # "entry-footer": themes print tags, author and date there
        return words.isdisjoint(known["article"])
    return bool(foreign)


# ── texts ────────────────────────────────────────────────────────────────────────────────────


_key: Final = lru_cache(maxsize=4096)(fold)


def interpreted_key(text: str) -> str:
    """Return `text` folded for comparison, at most `MAX_KEY_CHARS` of it; the same text is folded once."""
    return _key(text[:MAX_KEY_CHARS])


# Asked a hundred times a page: compiled, letters that the table knows are folded without a function of Python.
key_of: Final[Callable[[str], str]] = (
    partial(native.CORE.fold, FOLD_TABLE, _key, MAX_KEY_CHARS) if native.CORE is not None else interpreted_key
)


def bare_key(name: str, lexicon: Lexicon) -> str:
    """Return the key of a name without a small article before it: "The Example", "Der Beobachter"."""
    first, blank, rest = name.strip().partition(" ")
    return key_of(rest if blank and first.casefold() in lexicon.words("source.articles") else name)


def one_line(block: Block) -> str:
    """Return the block's text on one line."""
    return block.text.replace("\n", " ")
