"""A page as a reader sees it: blocks in containers, each with its verdict, and what the head holds."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from operator import itemgetter
from typing import Final, NamedTuple

from harvester import native
from harvester.models.article import ImageTag
from harvester.models.blocks import Role
from harvester.models.frozen import at_once

_new_tuple: Final = tuple.__new__


class Part(StrEnum):
    """Where in the article a kept block goes."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    TEXT = "text"
    CAPTION = "caption"


# Asked for all blocks: Python looks the members of an enum up slowly.
_TEXT: Final = Part.TEXT
_HEADING: Final = Role.HEADING


@at_once
@dataclass(frozen=True, slots=True)
class Kept:
    """The block is in the article."""

    part: Part
    rule: str | None = field(default=None, compare=False)  # of its site, which kept it; None: the classifier did


@at_once
@dataclass(frozen=True, slots=True)
class Removed:
    """The block is not in the article."""

    kind: str  # a kind of rules/boilerplate.toml, or "not_content"
    rule: str  # "place:share buttons", "wording:en:3", "content:trafilatura", ...


Verdict = Kept | Removed


class Element(NamedTuple):
    """One container on the way from <body> to a block, without its text.

    A named tuple, not a dataclass: some thousand are made a page, and a frozen dataclass costs six times as much.
    """

    parent: int  # index into Document.elements; -1: none
    tag: str  # lower case
    id: str
    classes: str  # the class attribute as written
    itemprop: str
    role: str
    label: str  # aria-label
    hints: str  # data-testid, data-component and telling data-* attributes
    lang: str
    href: str

    @property
    def attributes(self) -> tuple[str, str, str, str, str, str]:
        """Its own attributes: id, classes, itemprop, role, label and hints; one slice, as pages have thousands."""
        return self[2:8]


class Span(NamedTuple):
    """One inline element that carries an attribute worth reading, with its text."""

    tag: str  # "a", "time", "span", ...
    text: str
    href: str  # as written
    rel: str
    classes: str
    itemprop: str
    datetime: str  # datetime or content attribute
    hints: str  # id, title and telling data-* attributes


@at_once
@dataclass(frozen=True, slots=True, eq=False)
class Markup:
    """The markup that blocks were read from."""

    tokens: Sequence[str]  # text at even places, tags and comments at odd ones
    elements: list[Element]
    places: list[int]  # of the start tag of each element
    standins: list[int]  # places of what stands for a reading, TeX or an embed


class Trace(NamedTuple):
    """Where a block is in its markup."""

    markup: Markup
    spots: list[int]  # places of its pieces of text, in order; an odd one is an image that stands for a character
    element: int  # index into `markup.elements` of the innermost container; -1: none


class Block(NamedTuple):
    """A run of visible text between two block borders.

    A named tuple, not a dataclass, as Element: each is made anew with its language, and with its verdict.
    """

    role: Role
    text: str  # NFC, single blanks, never empty; "\n" stands for a <br> or a line of code
    level: int | None  # 1-6 for a heading; nesting depth from 1 for a list item
    link_chars: int  # characters inside links, of len(text)
    lang: str | None  # BCP 47, by script and words, or the page's lang attribute
    path: str  # tags from body down: "article > div > p"
    element: int  # index into Document.elements of the innermost container
    spans: tuple[Span, ...] = ()  # inline elements in reading order
    strong_chars: int = 0  # characters inside <b>, <strong>
    verdict: Verdict | None = None  # None: not judged yet
    trace: Trace | None = None  # None: it was not read from markup, or that is done with

    @property
    def is_h1(self) -> bool:
        """Whether it is a heading of the first level; list items have levels, too."""
        return self.level == 1 and self.role is _HEADING

    @property
    def is_text(self) -> bool:
        """Whether it is kept as a part of the article's text."""
        verdict = self.verdict
        return type(verdict) is Kept and verdict.part is _TEXT

    # Taken apart and put together: a third of the time that _replace takes, and done for every block of a page.

    def judged(self, verdict: Verdict | None) -> "Block":
        """Return the block with a verdict."""
        role, text, level, links, lang, path, element, spans, strong, _, trace = self
        return _new_tuple(Block, (role, text, level, links, lang, path, element, spans, strong, verdict, trace))

    def in_language(self, lang: str | None) -> "Block":
        """Return the block with its language."""
        role, text, level, links, _, path, element, spans, strong, verdict, trace = self
        return _new_tuple(Block, (role, text, level, links, lang, path, element, spans, strong, verdict, trace))


def text_numbers(blocks: Iterable[Block]) -> list[int]:
    """Return the numbers of the blocks that are text, as `Block.is_text` says; to ask them one by one takes longer."""
    if native.CORE is not None:
        numbers: list[int] = native.CORE.numbers_with(tuple(blocks), _VERDICT, Kept, "part", _TEXT)
        return numbers
    return [at for at, block in enumerate(blocks) if type(verdict := block.verdict) is Kept and verdict.part is _TEXT]


def all_judged(blocks: tuple[Block, ...], verdicts: list[Verdict | None]) -> tuple[Block, ...]:
    """Return the blocks, each with its verdict."""
    if native.CORE is not None:
        judged: tuple[Block, ...] = native.CORE.with_field(blocks, _VERDICT, verdicts)
        return judged
    return tuple(block.judged(verdict) for block, verdict in zip(blocks, verdicts, strict=True))


def all_untraced(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Return the blocks without their markup, which is large."""
    if native.CORE is not None:
        untraced: tuple[Block, ...] = native.CORE.with_field(blocks, _TRACE, None)
        return untraced
    return tuple(block._replace(trace=None) for block in blocks)


_LANG: Final = itemgetter(Block._fields.index("lang"))  # by its name it takes three times as long
_VERDICT: Final = Block._fields.index("verdict")
_TRACE: Final = Block._fields.index("trace")


class Meta(NamedTuple):
    """One <meta>: `name` is its name, property, itemprop or http-equiv, lower case."""

    name: str
    content: str


ARTICLE_META: Final = Meta("og:type", "article")  # by which a page calls itself one


class HeadLink(NamedTuple):
    """One <link>."""

    rel: str  # lower case
    href: str
    hreflang: str
    type: str


class Script(NamedTuple):
    """The text of a <script> that holds data, not code."""

    type: str  # "application/ld+json", "application/json", ...
    id: str
    text: str

    @property
    def is_linked_data(self) -> bool:
        """Whether it is JSON-LD: structured data of the page, which `page_json` parses."""
        return "ld+json" in self.type


class FieldText(NamedTuple):
    """What a selector of a field found."""

    field: str  # "title", "authors", "published"
    rule: str  # "site:courier.example:title:1"
    text: str  # on one line, never empty


@dataclass(frozen=True, slots=True)
class NamedBySite:
    """What the rules of its site name on a page."""

    containers: Mapping[int, tuple[str, ...]]  # index into Document.elements -> the rules that fit it
    texts: tuple[FieldText, ...]  # in the order of the rules, then of the page


@at_once
@dataclass(frozen=True, slots=True)
class Document:
    """A parsed page: its blocks in reading order and all that metadata is read from."""

    blocks: tuple[Block, ...]
    elements: tuple[Element, ...]
    title: str | None  # of <title>
    lang: str | None  # of <html>
    base: str | None  # of <base href>
    metas: tuple[Meta, ...]
    links: tuple[HeadLink, ...]
    scripts: tuple[Script, ...]
    images: tuple[ImageTag, ...]
    named: NamedBySite | None = None  # None: its site has no rules
    markup: Markup | None = field(default=None, compare=False, repr=False)  # None: it was not read from markup

    def with_blocks(self, blocks: tuple[Block, ...]) -> "Document":
        """Return the page with other blocks; `dataclasses.replace` asks for each field by its name, in a loop."""
        rest = self.scripts, self.images, self.named, self.markup
        return Document(blocks, self.elements, self.title, self.lang, self.base, self.metas, self.links, *rest)

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its blocks, BCP 47."""
        return frozenset([lang for lang in set(map(_LANG, self.blocks)) if lang])

    def own_addresses(self, names: Collection[str]) -> Iterator[str]:
        """Yield the addresses that the page gives itself, unchecked: canonical ones, then those of metas `names`."""
        yield from (link.href for link in self.links if "canonical" in link.rel.split())
        yield from (meta.content for meta in self.metas if meta.name in names)
