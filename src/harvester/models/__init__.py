"""The values that travel between the steps: immutable, typed, each comment says unit and form.

Pages, documents, ledgers and sites are here; `article.py` has what is written, `blocks.py` what its text is made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from harvester.errors import HarvesterError, Reason
from harvester.models.article import (
    ARTICLE_NOTES,
    ARTICLE_SCHEMA,
    PAGE_TYPES,
    USUAL_TYPES,
    Access,
    Alternate,
    Archive,
    Article,
    Cleaning,
    Comment,
    Edition,
    Evidence,
    Image,
    ImageTag,
    Kind,
    Metadata,
    PageRecord,
    PageType,
    PageTypeName,
    Picture,
    Precision,
    Quality,
    Source,
    Video,
    article_fields,
)
from harvester.models.blocks import (
    PAGE_ROLES,
    Cell,
    Cite,
    Code,
    Embed,
    EmbedKind,
    Figure,
    Footnote,
    Mark,
    MarkKind,
    Role,
    Table,
    TextBlock,
)

__all__ = [
    "ARTICLE_NOTES",
    "ARTICLE_SCHEMA",
    "PAGE_ROLES",
    "PAGE_TYPES",
    "USUAL_TYPES",
    "Access",
    "Alternate",
    "Archive",
    "Article",
    "Block",
    "Cell",
    "Cite",
    "Cleaning",
    "Code",
    "Comment",
    "Document",
    "Edition",
    "Element",
    "Embed",
    "EmbedKind",
    "Evidence",
    "FieldText",
    "Figure",
    "Footnote",
    "HeadLink",
    "Hop",
    "Image",
    "ImageTag",
    "Kept",
    "Kind",
    "Ledger",
    "Mark",
    "MarkKind",
    "Markup",
    "Meta",
    "Metadata",
    "NamedBySite",
    "Outcome",
    "Page",
    "PageRecord",
    "PageType",
    "PageTypeName",
    "Part",
    "Picture",
    "Precision",
    "Quality",
    "Reading",
    "Removed",
    "Role",
    "Script",
    "SiteMemory",
    "Source",
    "Span",
    "Table",
    "TextBlock",
    "Verdict",
    "Video",
    "article_fields",
]

# ── a page, as it came ────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a redirect chain."""

    url: str
    status: int


@dataclass(frozen=True, slots=True)
class Page:
    """All that is needed to clean a page again."""

    url: str | None  # as asked for; None: a saved file that does not say
    body: bytes  # decompressed, not decoded
    final_url: str | None = None  # after redirects; None: as `url`
    status: int | None = None  # HTTP status; None: not fetched
    headers: tuple[tuple[str, str], ...] = ()  # lower-case names, in order received
    fetched_at: datetime | None = None  # aware, UTC
    chain: tuple[Hop, ...] = ()  # the redirects on the way
    truncated: bool = False  # the body was cut at the size limit
    notes: tuple[str, ...] = ()  # what was odd, in words: "says gzip, is not"

    @property
    def address(self) -> str | None:
        """The URL that relative links are resolved against."""
        return self.final_url or self.url

    def header(self, name: str) -> str | None:
        """Return the first header `name` (lower case), or None."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one URL or file: failure is data."""

    subject: str  # the URL or file; the id of an article that has neither, where none is written
    page: Page | None  # None: it did not come, or is not kept here
    result: Article | HarvesterError | None  # None: fetched, not cleaned; or nothing new of a crawl
    file: str | None = None  # where its article stands in the output
    word: str | None = None  # what a crawl calls it: one of `crawl.outcomes.OUTCOMES`

    @property
    def article(self) -> Article | None:
        """The article, where there is one."""
        return self.result if isinstance(self.result, Article) else None

    @property
    def error(self) -> HarvesterError | None:
        """What went wrong, where something did."""
        return self.result if isinstance(self.result, HarvesterError) else None

    @property
    def reason(self) -> str:
        """One word: why there is no article, or "ok"."""
        return self.word or (self.error.reason if self.error else Reason.OK)


# ── a page, as a reader sees it ───────────────────────────────────────────────────────────────


class Part(StrEnum):
    """Where in the article a kept block goes."""

    TITLE = "title"
    SUBTITLE = "subtitle"
    TEXT = "text"
    CAPTION = "caption"


@dataclass(frozen=True, slots=True)
class Kept:
    """The block stands in the article."""

    part: Part
    rule: str | None = field(default=None, compare=False)  # of its site, which kept it; None: the classifier did


@dataclass(frozen=True, slots=True)
class Removed:
    """The block does not stand in the article."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Markup:
    """The markup that blocks were read from."""

    tokens: list[str]  # text at even places, tags and comments at odd ones
    elements: list[Element]
    places: list[int]  # of the start tag of each element
    standins: list[int]  # places of what stands for a reading, TeX or an embed


class Trace(NamedTuple):
    """Where a block stands in its markup."""

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
        return self.role is Role.HEADING and self.level == 1

    def judged(self, verdict: Verdict | None) -> "Block":
        """Return the block with a verdict."""
        return self._with(self.lang, verdict)

    def in_language(self, lang: str | None) -> "Block":
        """Return the block with its language."""
        return self._with(lang, self.verdict)

    def untraced(self) -> "Block":
        """Return the block without its markup, which is large."""
        return Block(*self[:-1]) if self.trace else self

    def _with(self, lang: str | None, verdict: Verdict | None) -> "Block":
        # Half as long as _replace takes, and done for every block of a page.
        return Block(
            self.role,
            self.text,
            self.level,
            self.link_chars,
            lang,
            self.path,
            self.element,
            self.spans,
            self.strong_chars,
            verdict,
            self.trace,
        )


class Meta(NamedTuple):
    """One <meta>: `name` is its name, property, itemprop or http-equiv, lower case."""

    name: str
    content: str


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
        """Whether it is JSON-LD: what the page says of itself, which `metadata.lookup.json_ld` parses."""
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

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its blocks, BCP 47."""
        return frozenset(block.lang for block in self.blocks if block.lang)


# ── a ledger ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every visible block of a page with its verdict, and the evidence of each field."""

    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    elements: tuple[Element, ...] = ()  # the containers that `Block.element` counts


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A page read: its article, and what became of all that stands on it."""

    article: Article
    ledger: Ledger

    def __repr__(self) -> str:
        """Return what fits on a line: the article, and how many of the page's blocks stand in it."""
        kept = sum(isinstance(block.verdict, Kept) for block in self.ledger.blocks)
        return f"<Reading of {self.article!r}: {kept:,} of {len(self.ledger.blocks):,} blocks>"

    def _repr_html_(self) -> str:
        return self.article._repr_html_()


# ── a site ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Which texts stand on several pages of one site."""

    host: str
    pages: int  # learned from; twins count once
    seen: Mapping[str, int]  # digest of a line's text, 16 hex digits -> pages that it stands on, at least two
    version: int
    digest: str  # 12 hex digits of all the others: tells which memory an article was cleaned with
