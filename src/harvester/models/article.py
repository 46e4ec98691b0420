"""An article as it is written, and what its fields are made of; `blocks.py` has what its text is made of."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any, Final, Literal, NamedTuple

from harvester.models.blocks import TextBlock
from harvester.models.frozen import at_once, by_fields, frozen
from harvester.page_type_names import PageTypeName

ARTICLE_SCHEMA: Final = "harvester/article/2"
ArticleKind = Literal["news", "initiative", "other"]
Quality = Literal["good", "low"]
Access = Literal["free", "metered", "paywalled"]
Precision = Literal["day", "minute", "second"]
_SHORT_CHARS: Final = 60  # of a title where an article is named on one line


@at_once
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


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class Image:
    """One picture of the article."""

    url: str  # absolute where the page's URL is known
    caption: str | None = None
    credit: str | None = None
    alt: str | None = None  # what the markup says for those who cannot see it


@by_fields
@dataclass(frozen=True, slots=True)
class Video:
    """One video of the article: shown in the text, or described by the page's records."""

    url: str  # absolute: of the video's own page where it is told, else of the player or file
    provider: str  # its host without "www."
    title: str | None = None
    thumbnail_url: str | None = None  # absolute
    duration_s: int | None = None  # seconds


class ImageTag(NamedTuple):
    """One <img>, <amp-img> or <picture> source."""

    url: str  # as written, the best of src, data-src, srcset
    alt: str
    width: int | None  # CSS pixels, where the markup says
    height: int | None
    element: int  # innermost container
    block: int  # index of the block that follows
    place: int = -1  # of its tag in the markup; -1: unknown


class Picture(NamedTuple):
    """A picture of the article where it is on the page."""

    tag: ImageTag
    image: Image
    told: tuple[int, ...]  # the blocks that its caption and credit were read from
    name: str  # what the addresses of one picture in several sizes share


@dataclass(frozen=True, slots=True)
class Source:
    """Who published the text first, when this page is a repost."""

    name: str | None
    url: str | None
    notice: str | None  # the line that says so, as printed
    title: str | None = None  # the headline it bore there


@by_fields
@dataclass(frozen=True, slots=True)
class Alternate:
    """The same article in another language."""

    lang: str  # BCP 47, or "x-default"
    url: str


@at_once
@dataclass(frozen=True, slots=True)
class Evidence:
    """A value that was read for a field, chosen or not, and where."""

    field: str  # "published"
    value: str
    origin: str  # "json-ld:datePublished", "meta:og:title", "block:12", ...
    chosen: bool = True
    # 0 to 1: its share in the vote, else how often its place was right (docs/metadata.md); None: what comments hold
    trust: float | None = None


@at_once
@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page holds about the article; None or () = it has no value for the field."""

    kind: ArticleKind = "other"
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
    pictures: tuple[Picture, ...] = ()  # those of the images that are on the page, in its order
    videos: tuple[Video, ...] = ()  # of the page's records
    source: Source | None = None
    licence: str | None = None
    access: Access | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """What one reader wrote below the article."""

    text: str  # paragraphs apart by a line feed
    author: str | None = None
    date: str | None = None  # ISO 8601 where it can be read, else as printed
    depth: int = 0  # 0 for a comment on the article, 1 for a reply to it, ...


@dataclass(frozen=True, slots=True)
class Archive:
    """Where the page's bytes are kept."""

    file: str
    offset: int | None = None  # bytes
    digest: str | None = None  # of the body, as the archive's record names it: "sha1:..."


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class PageRecord:
    """The bytes an article was made from."""

    sha256: str  # hex, of the body
    bytes: int
    archive: Archive | None = None


@by_fields
@at_once
@dataclass(frozen=True, slots=True)
class Cleaning:
    """How the article was made."""

    method: str  # "classifier", "classifier+trafilatura" where a second opinion was asked, "site-rules", "dump"
    confidence: float  # 0 to 1: the word F1 that such pages reached in cross-validation
    quality: Quality  # "low" below a confidence of 0.75: look at the text before it is used
    version: str  # of harvester
    rules: str  # digests of the rule tables and of the classifier, and of the site's own rules: "0f3a…-237f…+5c1e…"
    kept_chars: int
    removed: Mapping[str, int]  # kind -> characters; a dict that does not change
    memory: str | None = None  # digest of the site memory; None: cleaned without

    def __post_init__(self) -> None:
        """Hold what was removed so that it does not change."""
        object.__setattr__(self, "removed", frozen(self.removed))


@dataclass(frozen=True, slots=True)
class Edition:
    """What a crawl knows of an article beside its page."""

    version: int  # from 1; an edit of title or text raises it
    previous: str | None  # file of the version before, relative to the article's own
    first_seen: str  # ISO 8601, UTC
    signals: tuple[str, ...] = ()  # opt-outs and licences of the site's and page's headers, as found
    paywalled: bool = False  # the page says that this is a part of the text


@by_fields
@at_once
@dataclass(frozen=True, slots=True, repr=False)
class Article:
    """What is written: one page's article, normalised."""

    # Nothing of it changes, what it holds included. Its forms come from the front door, which knows the rooms above.

    schema: str  # "harvester/article/2"
    id: str  # 16 hex digits, of the URL, or of the page's bytes when it has none
    url: str | None
    canonical_url: str | None
    amp_url: str | None
    alternates: tuple[Alternate, ...]
    site: str | None
    kind: ArticleKind
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
    text: str  # of the blocks that are `in_text`; paragraphs apart by a blank line
    blocks: tuple[TextBlock, ...]
    fetched_at: str | None  # ISO 8601, UTC
    page: PageRecord
    cleaning: Cleaning
    edition: Edition | None = None  # None: cleaned from a saved page, not crawled
    page_type: PageTypeName | None = None  # None: a text dump, or made before there were types
    published_at: datetime | None = None  # `published` in UTC, aware; a day is its first moment
    published_precision: Precision | None = None  # how much of it the page says; None: there is no `published_at`
    published_zone_known: bool | None = None  # False: `published_at` takes the page's clock for UTC
    word_count: int | None = None  # of `text`: words, Han and kana letters one each; None: of version 1
    text_sha256: str | None = None  # hex, of `text` in UTF-8; None: of version 1
    simhash: str | None = None  # 16 hex digits, 64 bits, of `text`; near texts differ in few; None: of version 1
    videos: tuple[Video, ...] = ()
    comments: tuple[Comment, ...] = ()  # only where they are asked for

    def __repr__(self) -> str:
        """Return title, site, date and characters: what fits on a line."""
        said = (_short(self.title), _short(self.site), self.published, f"{len(self.text):,} characters")
        return f"<Article {', '.join(filter(None, said))}>"

    def to_json(self) -> str:
        """Return the article as JSON, as `harvester clean` writes it."""
        return _rendered(self, "json")

    def to_dict(self) -> dict[str, Any]:
        """Return the article as the dicts, lists and plain values that its JSON is made of."""
        plain: dict[str, Any] = json.loads(self.to_json())
        return plain

    def to_markdown(self) -> str:
        """Return the article as Markdown."""
        return _rendered(self, "markdown")

    def to_html(self) -> str:
        """Return the article as one HTML page that needs nothing else."""
        return _rendered(self, "html")

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, fields, text, and what was removed."""
        return _rendered(self, "notebook")


# What the value of each field is, as the schema and docs/article-format.md say it.
ARTICLE_NOTES: Final[Mapping[str, str]] = {
    "schema": "Name and version of this format; a change that breaks readers raises the number.",
    "id": "16 hex digits, made from the URL (of a crawl: the one it was first found at), "
    "or from the page's bytes when it has no URL.",
    "url": "The page's address, after redirects; null for a saved file that does not say.",
    "canonical_url": "The address the page itself calls canonical, absolute, on the same site only.",
    "amp_url": "The address of the page's AMP version, absolute.",
    "alternates": "The same article in other languages, as the page links to it.",
    "site": "Name of the site as it calls itself.",
    "kind": "news, initiative (declaration, proposal, joint statement), or other.",
    "title": "The headline as printed, without the site's name.",
    "subtitle": "The standfirst printed below the headline.",
    "authors": "The people who wrote the text, as printed, in order; no agencies, no editors.",
    "editors": "The people named as editors of the text.",
    "agencies": "The organisations that the byline names: news agencies, desks, the site itself.",
    "published": "When it was first published: ISO 8601, a day or a time; an offset where the page has one.",
    "modified": "When it was last changed, in the same form.",
    "languages": "Languages of the text as BCP 47 tags, the most used first.",
    "reading_order": "The languages in the order in which their texts begin; empty when there is one language.",
    "section": "The section of the site that the article stands in.",
    "section_path": "The way from the site's top to the section, as a breadcrumb or a record tells it.",
    "tags": "Keywords the page gives the article, without duplicates.",
    "description": "The page's own summary, from its metadata.",
    "images": "Pictures of the article, the lead picture first; no logos, no portraits of authors.",
    "source": "Who published the text first, when this page is a repost.",
    "licence": "The licence or reprint notice that the page gives for the text.",
    "access": "free, metered or paywalled, where the page says so.",
    "text": "Its blocks in order, paragraphs apart by a blank line; no headline, no standfirst, no captions.",
    "blocks": "The same text as blocks, with what stands between them: pictures, embeds, separators.",
    "fetched_at": "When the page was fetched: ISO 8601, UTC.",
    "page": "The bytes that the article was made from.",
    "cleaning": "How the article was made from the page.",
    "edition": "What a crawl knows of it beside the page; null when it was cleaned from a saved page.",
    "page_type": "article, listing, product, forum, documentation, service or other; null for a text dump.",
    "published_at": "`published` as a moment in UTC; a day is its first moment.",
    "published_precision": "How exact it is: day, minute or second.",
    "published_zone_known": "Whether the page says the time zone; false: its clock was taken for UTC.",
    "word_count": "Words of `text`; Han and kana letters count one each.",
    "text_sha256": "SHA-256 of `text` in UTF-8, 64 hex digits.",
    "simhash": "SimHash of `text`, 64 bits as 16 hex digits: near texts differ in few bits.",
    "videos": "Videos of the article: shown in its text, or described by the page's records.",
    "comments": "What readers wrote below it; empty unless `--comments` asks for them.",
}


def article_fields(metadata: Metadata) -> dict[str, Any]:
    """Return what an article has of its metadata: the fields of the same name."""
    return dict(zip(_OF_METADATA, _VALUES(metadata), strict=True))


_OF_METADATA: Final = tuple(field.name for field in fields(Metadata) if field.name in ARTICLE_NOTES)
_VALUES: Final = attrgetter(*_OF_METADATA)


def _short(text: str | None) -> str | None:
    return repr(text if len(text) <= _SHORT_CHARS else f"{text[: _SHORT_CHARS - 1]}…") if text else None


def _rendered(article: Article, form: str) -> str:
    from harvester import render  # noqa: PLC0415 - the front door is open once all rooms below it are there

    return render(article, form)
