"""The values that travel between the steps: immutable, typed, each comment says unit and form."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final, Literal, NamedTuple, get_args

from harvester.errors import HarvesterError

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

    subject: str  # the URL or file
    page: Page | None
    result: "Article | HarvesterError | None"  # None: fetched, not cleaned


# ── a page, as a reader sees it ───────────────────────────────────────────────────────────────


class Role(StrEnum):
    """What a block is in the page's structure."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    QUOTE = "quote"
    CODE = "code"
    TABLE = "table"  # one row; cells joined by " | "
    CAPTION = "caption"
    CONTROL = "control"  # button, label, option, text field


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


class ImageTag(NamedTuple):
    """One <img>, <amp-img> or <picture> source."""

    url: str  # as written, the best of src, data-src, srcset
    alt: str
    width: int | None  # CSS pixels, where the markup says
    height: int | None
    element: int  # innermost container
    block: int  # index of the block that follows


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

    @property
    def languages(self) -> frozenset[str]:
        """The languages of its blocks, BCP 47."""
        return frozenset(block.lang for block in self.blocks if block.lang)


# ── an article, as it is written ──────────────────────────────────────────────────────────────

Kind = Literal["news", "initiative", "other"]
PageTypeName = Literal["article", "listing", "product", "forum", "documentation", "service", "other"]
PAGE_TYPES: Final[tuple[PageTypeName, ...]] = get_args(PageTypeName)
# What comes out where nothing else is asked for: a listing leads to articles, and is none.
USUAL_TYPES: Final[frozenset[str]] = frozenset(PAGE_TYPES) - {"listing"}
Quality = Literal["good", "low"]
Access = Literal["free", "metered", "paywalled"]


@dataclass(frozen=True, slots=True)
class PageType:
    """What kind of page a page is thought to be."""

    name: PageTypeName
    probability: float  # 0 to 1, of the name; of the likeliest type where it is "other"
    probabilities: Mapping[PageTypeName, float]  # of all types that were learned; they sum up to 1
    floor: float  # a type, or several together, that has less than this is out of the question

    def may_be(self, wanted: Collection[str]) -> bool:
        """Return whether the page may be one of the types wanted."""
        if self.name in wanted:
            return True
        return sum(chance for name, chance in self.probabilities.items() if name in wanted) >= self.floor


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the article."""

    url: str  # absolute where the page's URL is known
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None  # what the markup says for those who cannot see it


@dataclass(frozen=True, slots=True)
class Source:
    """Who published the text first, when this page is a repost."""

    name: str | None
    url: str | None
    notice: str | None  # the line that says so, as printed
    title: str | None = None  # the headline it bore there


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same article in another language."""

    lang: str  # BCP 47, or "x-default"
    url: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that was read for a field, chosen or not, and where."""

    field: str  # "published"
    value: str
    origin: str  # "json-ld:datePublished", "meta:og:title", "block:12", ...
    chosen: bool = True
    trust: float | None = None  # 0 to 1: its share in the vote; None: the field is not voted on


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says about the article; None or () = it does not say."""

    kind: Kind = "other"
    title: str | None = None
    subtitle: str | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()  # organisations that the byline names
    published: str | None = None  # ISO 8601: a date, or date and time, with offset where the page gives one
    modified: str | None = None
    languages: tuple[str, ...] = ()  # BCP 47, most used first
    reading_order: tuple[str, ...] = ()  # the languages in the order in which their texts begin; (): one language
    section: str | None = None
    section_path: tuple[str, ...] = ()  # from the site's top to the section
    tags: tuple[str, ...] = ()
    description: str | None = None
    site: str | None = None
    canonical_url: str | None = None
    amp_url: str | None = None
    alternates: tuple[Alternate, ...] = ()
    images: tuple[Image, ...] = ()
    source: Source | None = None
    licence: str | None = None
    access: Access | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TextBlock:
    """One block of the article's text."""

    role: Role
    text: str
    level: int | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the page's bytes are kept."""

    file: str
    offset: int | None = None  # bytes
    digest: str | None = None  # of the body, as the archive's record names it: "sha1:..."


@dataclass(frozen=True, slots=True)
class PageRecord:
    """The bytes an article was made from."""

    sha256: str  # hex, of the body
    bytes: int
    archive: Archive | None = None


@dataclass(frozen=True, slots=True)
class Cleaning:
    """How the article was made."""

    method: str  # "classifier", "classifier+trafilatura" where a second opinion was asked, "site-rules", "dump"
    confidence: float  # 0 to 1: the word F1 that such pages reached in cross-validation
    quality: Quality  # "low" below a confidence of 0.75: look at the text before it is used
    version: str  # of harvester
    rules: str  # digests of the rule tables and of the classifier, and of the site's own rules: "0f3a…-237f…+5c1e…"
    kept_chars: int
    removed: dict[str, int]  # kind -> characters
    memory: str | None = None  # digest of the site memory; None: cleaned without


@dataclass(frozen=True, slots=True)
class Edition:
    """What a crawl knows of an article beside its page."""

    version: int  # from 1; an edit of title or text raises it
    previous: str | None  # file of the version before, relative to the article's own
    first_seen: str  # ISO 8601, UTC
    signals: tuple[str, ...] = ()  # opt-outs and licences of the site's and page's headers, as found
    paywalled: bool = False  # the page says that this is a part of the text


@dataclass(frozen=True, slots=True)
class Article:
    """What is written: one page's article, normalised."""

    schema: str  # "harvester/article/1"
    id: str  # 16 hex digits, of the URL, or of the page's bytes when it has none
    url: str | None
    canonical_url: str | None
    amp_url: str | None
    alternates: tuple[Alternate, ...]
    site: str | None
    kind: Kind
    title: str | None
    subtitle: str | None
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    agencies: tuple[str, ...]
    published: str | None
    modified: str | None
    languages: tuple[str, ...]
    reading_order: tuple[str, ...]
    section: str | None
    section_path: tuple[str, ...]
    tags: tuple[str, ...]
    description: str | None
    images: tuple[Image, ...]
    source: Source | None
    licence: str | None
    access: Access | None
    text: str  # paragraphs apart by a blank line
    blocks: tuple[TextBlock, ...]
    fetched_at: str | None  # ISO 8601, UTC
    page: PageRecord
    cleaning: Cleaning
    edition: Edition | None = None  # None: cleaned from a saved page, not crawled
    page_type: PageTypeName | None = None  # None: a text dump, or made before there were types


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every visible block of a page with its verdict, and the evidence of each field."""

    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    elements: tuple[Element, ...] = ()  # the containers that `Block.element` counts


# ── a site ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Which texts stand on several pages of one site."""

    host: str
    pages: int  # learned from; twins count once
    seen: Mapping[str, int]  # digest of a line's text, 16 hex digits -> pages that it stands on, at least two
    version: int
    digest: str  # 12 hex digits of all the others: tells which memory an article was cleaned with
