"""What readers of single fields look up on a page, in four stages: its JSON-LD and <meta>, its index, its byline."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, islice
from typing import Final, TypeVar

from harvester.cached_values import cached_value
from harvester.metadata.evidence import FieldReading
from harvester.metadata.lookup.container_names import ContainerNames
from harvester.metadata.lookup.day_readings import ANY, Habits
from harvester.metadata.lookup.json_ld import (
    MAX_VALUES,
    Node,
    as_list,
    choose_article,
    clean_text,
    full_name,
    read_nodes,
    types_of,
)
from harvester.metadata.lookup.line_signs import block_signs
from harvester.metadata.lookup.page_index import ForeignPlaces, PageIndex, ancestors, index_page, key_of
from harvester.models import Block, Document, Meta, Page
from harvester.models.frozen import in_own_dict, set_dict
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Sieve, sieve
from harvester.text import CJK, collapse
from harvester.urls import join_own_base, join_quickly, link_without_base, loose_origin

MAX_RECORD_CHARS: Final = 4_000  # of a title: ten times what is shown, and caches hold it
MAX_PAGE_TITLES: Final = 50  # each record's headline is compared with all of them
_BEFORE_WORDS: Final = "([*—"
_PLAIN_URL: Final = re.compile(r"https?://[a-z0-9][a-z0-9.-]*\.[a-z]{2,}/[!-~]*$")  # nothing to resolve or to escape

_NO_PLACES: Final[frozenset[int]] = frozenset()

Stage = TypeVar("Stage", bound="PageLookups")


# One type a stage, so that nobody can ask for what is not known yet. Each holds all that the one before it holds, which
# a reader of an early stage takes as well: here a base class says so best, though values have none elsewhere. They have
# no slots, so that the next stage is made of all values at once.


@in_own_dict
@dataclass(frozen=True)
class PageLookups:
    """What the readers of single fields share, looked up once a page: its first stage, of the page alone."""

    document: Document
    page: Page
    address: str | None  # the page's URL, checked; None: not known or not on the web
    base: str | None  # what relative links are resolved against
    metas: Mapping[str, tuple[str, ...]]  # by lower-case name
    nodes: tuple[Node, ...]  # every typed JSON-LD object, in page order
    by_id: Mapping[str, Node]
    article: Node | None  # the JSON-LD record of this page's article
    page_index: PageIndex
    lexicon: Lexicon  # the words by which pages say who, when, where and what
    foreign: ForeignPlaces  # the elements that belong to cards, comments, side columns
    habits: Habits  # how the page writes its dates; `ANY` before the last stage

    @cached_value
    def breadcrumbs(self) -> tuple[Node, ...]:
        """The JSON-LD objects that are breadcrumbs."""
        return tuple([node for node in self.nodes if "BreadcrumbList" in types_of(node)])

    def mentions(self, phrases: Iterable[str]) -> bool:
        """Return whether a short line of the page holds one of `phrases`, of those that `_listener` knows."""
        return bool(self.said) and not self.said.isdisjoint(phrases)

    @cached_value
    def said(self) -> frozenset[str]:
        """The phrases that are on the short lines of the page, of those that `_listener` knows."""
        return _said(self.page_index.lines, self.page_index.encoded, self.lexicon)

    def meta(self, *names: str) -> tuple[str, str] | None:
        """Return the first of the metas `names` that has a content, with its name."""
        return next(((name, value) for name in names for value in self.metas.get(name, ()) if value), None)

    def article_texts(self, *keys: str) -> tuple[str, ...]:
        """Return the texts of the first of `keys` that the article's JSON-LD fills."""
        return next((found for key in keys if (found := tuple(self.texts(self.value(key))))), ())

    def value(self, key: str) -> object:
        """Return the value of the article's JSON-LD under `key`, or None."""
        return self.article.get(key) if self.article is not None else None

    def texts(self, value: object) -> Iterator[str]:
        """Return the texts of a JSON-LD value: a string, or the names of the objects it refers to."""
        if value is None:  # most of what is asked for
            return iter(())
        if isinstance(value, str):
            return filter(None, (clean_text(value),))
        texts: list[object] = []
        for item in as_list(value):
            node = self.resolve(item)
            texts += [item] if node is None else as_list(node.get("name") or node.get("@value") or full_name(node))
        return (clean for text in texts if isinstance(text, str) and (clean := clean_text(text)))

    def resolve(self, value: object) -> Node | None:
        """Return the object of `value`, its `@id` followed to the object that has more."""
        if not isinstance(value, dict):
            return None
        target = self.by_id.get(str(value.get("@id"))) if "@id" in value else None
        return {**target, **value} if target is not None else value


@in_own_dict
@dataclass(frozen=True)
class SiteLookups(PageLookups):
    """The second stage: the name of the site has been read."""

    site: FieldReading[str] | None
    names: frozenset[str]  # folded: the ways in which the site writes its own name


@in_own_dict
@dataclass(frozen=True)
class HeadlineLookups(SiteLookups):
    """The third stage: the title has been read, and where the page prints it."""

    title: str | None
    headline: int | None  # index of the block that prints the title
    own: frozenset[int]  # the containers around that block


@in_own_dict
@dataclass(frozen=True)
class ArticleLookups(HeadlineLookups):
    """The last stage, of which fields are read: with what is looked for around the headline."""

    starter: tuple[int, str] | None  # of a thread: the block that names the account, and the account
    byline: tuple[int, ...]  # indices of the blocks where date and authors may stand, likeliest first
    signs: Mapping[int, int]  # of each of these, what its lines may hold (lookup/line_signs.py)
    inner: Mapping[int, int]  # of those that say any, the bits of the classes of their inline elements


def with_site(of: PageLookups, site: FieldReading[str] | None, names: frozenset[str]) -> SiteLookups:
    """Return the second stage."""
    return _next_stage(SiteLookups, of, site=site, names=names)


def with_headline(of: SiteLookups, title: str | None, headline: int | None, habits: Habits) -> HeadlineLookups:
    """Return the third stage: what the headline stands in is no card, whatever it is called."""
    foreign, own = of.foreign, _NO_PLACES
    if headline is not None:
        own = frozenset(ancestors(of.document, of.document.blocks[headline].element))
        foreign = foreign.without(own)
    return _next_stage(HeadlineLookups, of, foreign=foreign, habits=habits, title=title, headline=headline, own=own)


def with_places(of: HeadlineLookups, starter: tuple[int, str] | None, byline: tuple[int, ...]) -> ArticleLookups:
    """Return the last stage."""
    blocks = of.document.blocks
    signs = block_signs(blocks, byline, of.habits.language, of.lexicon)
    told = dict(zip(byline, signs, strict=True))
    names = of.page_index.names
    inner = {at: said for at in byline if blocks[at].spans and (said := _said_inside(blocks[at], names))}
    return _next_stage(ArticleLookups, of, starter=starter, byline=byline, signs=told, inner=inner)


def _said_inside(block: Block, names: ContainerNames) -> int:
    """Return what the classes of a block's inline elements say, of all together."""
    said = 0
    for span in block.spans:
        if span.classes:
            said |= names.of(span.classes)
    return said


def _next_stage(stage: type[Stage], of: PageLookups, **more: object) -> Stage:
    """Return all that `of` holds, and more; without a call for each of two dozen values, as `__init__` has."""
    held = stage.__new__(stage)
    set_dict(held, {**of.__dict__, **more})
    return held


def _said(lines: str, encoded: bytes, lexicon: Lexicon) -> frozenset[str]:
    """Return the phrases that are on the lines, those of alphabets where their first word is a word of its own."""
    phrases, listen = _listener(lexicon)
    return frozenset(
        phrase
        for phrase in map(phrases.__getitem__, listen(encoded))
        if phrase in lines and (CJK.match(phrase) or _stands(phrase, lines))
    )


@lru_cache(maxsize=RULES_CACHED)
def _listener(lexicon: Lexicon) -> tuple[tuple[str, ...], Sieve]:
    """Return all phrases that readers ask for, and the finder of those that lines may hold, which are read once."""
    phrases = tuple(lexicon.editor_labels | lexicon.repost_labels | frozenset(lexicon.first_published))
    return phrases, sieve(phrases)


def _stands(phrase: str, lines: str) -> bool:
    """Return whether a phrase's first word is between blanks, or a bracket or mark before it and a colon behind it."""
    word, at = phrase.split(maxsplit=1)[0], lines.find(phrase)
    while at >= 0:
        start, end = at - 1 if at and lines[at - 1] in _BEFORE_WORDS else at, at + len(word)
        end += lines.startswith(":", end)
        if (start == 0 or lines[start - 1].isspace()) and (end == len(lines) or lines[end].isspace()):
            return True
        at = lines.find(phrase, at + 1)
    return False


def read_lookups(document: Document, page: Page, lexicon: Lexicon) -> PageLookups:
    """Return the first stage of the look-ups for `document`."""
    if document.title is not None and len(document.title) > MAX_RECORD_CHARS:
        document = replace(document, title=document.title[:MAX_RECORD_CHARS])
    address = _checked(page.address)
    nodes = tuple(read_nodes(document))
    metas = grouped(document.metas)
    page_index = index_page(document, lexicon)
    titles = _page_titles(document, metas, page_index.headings)
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 2}
    return PageLookups(
        document=document,
        page=page,
        address=address,
        base=_base(document, address),
        metas=metas,
        nodes=nodes,
        by_id=by_id,
        article=choose_article(nodes, address, frozenset(islice(titles, MAX_PAGE_TITLES))),
        page_index=page_index,
        lexicon=lexicon,
        foreign=ForeignPlaces(document.elements, page_index.names, lexicon),
        habits=ANY,
    )


def grouped(metas: Iterable[Meta]) -> dict[str, tuple[str, ...]]:
    """Return the contents of <meta>s by name: at most `MAX_VALUES` of each."""
    by_name: dict[str, tuple[str, ...]] = {}
    for name, content in metas:
        known = by_name.get(name)
        if known is None or len(known) < MAX_VALUES:
            said = _without_escapes(content) if "&" in content else content
            by_name[name] = (said,) if known is None else (*known, said)
    return by_name


def _without_escapes(content: str) -> str:
    """Return the text of a <meta> with an ampersand: content management systems escape twice now and then."""
    return collapse(html.unescape(content))


def _checked(url: str | None) -> str | None:
    return join_quickly("", url) if url else None


def _base(document: Document, address: str | None) -> str | None:
    if not document.base:
        return address
    return (join_own_base(address, document.base) if address else _checked(document.base)) or address


def absolute(lookups: PageLookups, href: str) -> str | None:
    """Return `href` as an absolute URL; as written when the page's URL is not known; None when it leads nowhere."""
    if _PLAIN_URL.match(href):
        return href.strip()
    if lookups.base is None:
        return link_without_base(href)
    return join_quickly(lookups.base, href) if href.strip() else None


def _page_titles(document: Document, metas: Mapping[str, tuple[str, ...]], headings: Iterable[int]) -> Iterator[str]:
    titles = (*metas.get("og:title", ()), *metas.get("twitter:title", ()), document.title or "")
    printed = (document.blocks[index].text for index in headings if document.blocks[index].level == 1)
    yield from filter(None, map(key_of, chain(titles, printed)))


def leads_home(lookups: PageLookups, href: str) -> bool:
    """Return whether a link leads to the first page of the site."""
    return bool(href) and href.rstrip("/") in {"", loose_origin(lookups.address)}
