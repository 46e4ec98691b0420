"""The values that travel between the steps: immutable, typed, each comment gives unit and form.

`page.py` has a page as it came, `document.py` as a reader sees it, `article.py` what is written, `blocks.py` what its
text is made of; ledgers and sites are here.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from harvester.models.article import (
    ARTICLE_NOTES,
    ARTICLE_SCHEMA,
    Access,
    Alternate,
    Archive,
    Article,
    ArticleKind,
    Cleaning,
    Comment,
    Edition,
    Evidence,
    Image,
    ImageTag,
    Metadata,
    PageRecord,
    PageType,
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
from harvester.models.document import (
    ARTICLE_META,
    Block,
    Document,
    Element,
    FieldText,
    HeadLink,
    Kept,
    Markup,
    Meta,
    NamedBySite,
    Part,
    Removed,
    Script,
    Span,
    Trace,
    Verdict,
    all_judged,
    all_untraced,
    text_numbers,
)
from harvester.models.frozen import at_once
from harvester.models.page import Hop, Outcome, Page
from harvester.page_type_names import PAGE_TYPES, USUAL_TYPES, PageTypeName

__all__ = [
    "ARTICLE_META",
    "ARTICLE_NOTES",
    "ARTICLE_SCHEMA",
    "PAGE_ROLES",
    "PAGE_TYPES",
    "USUAL_TYPES",
    "Access",
    "Alternate",
    "Archive",
    "Article",
    "ArticleKind",
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
    "Trace",
    "Verdict",
    "Video",
    "all_judged",
    "all_untraced",
    "article_fields",
    "text_numbers",
]

# ── a ledger ──────────────────────────────────────────────────────────────────────────────────


@at_once
@dataclass(frozen=True, slots=True)
class Ledger:
    """Every visible block of a page with its verdict, and the evidence of each field."""

    blocks: tuple[Block, ...]
    evidence: tuple[Evidence, ...]
    elements: tuple[Element, ...] = ()  # the containers that `Block.element` counts


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A page read: its article, and what became of all that is on it."""

    article: Article
    ledger: Ledger

    def __repr__(self) -> str:
        """Return what fits on a line: the article, and how many of the page's blocks are in it."""
        kept = sum(isinstance(block.verdict, Kept) for block in self.ledger.blocks)
        return f"<Reading of {self.article!r}: {kept:,} of {len(self.ledger.blocks):,} blocks>"

    def _repr_html_(self) -> str:
        return self.article._repr_html_()


# ── a site ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """Which texts are on several pages of one site."""

    host: str
    pages: int  # learned from; twins count once
    seen: Mapping[str, int]  # digest of a line's text, 16 hex digits -> pages that it is on, at least two
    version: int
    digest: str  # 12 hex digits of all the others: tells which memory an article was cleaned with
