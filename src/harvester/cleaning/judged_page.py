"""The values between the steps: what the first steps find of a page, and a page whose blocks all have a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from harvester.boilerplate import comment_evidence, unnamed_comments
from harvester.boilerplate.label_by_site_rules import SiteLabels
from harvester.content import Choice
from harvester.models import Document, Evidence, Ledger, Metadata, PageType, Removed, SiteMemory, all_untraced
from harvester.models.frozen import FrozenDict, at_once
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon
from harvester.rules.site_rules import SiteRules

_TYPE_ORIGIN: Final = "classifier:page types"
_NO_LABELS: Final = SiteLabels()
_MIN_TYPE_CHANCE: Final = 0.05  # of a type that is told beside the likeliest


@at_once
@dataclass(frozen=True, slots=True)
class Opinions:
    """What the steps find of a page's blocks, before wordings are read in their light."""

    choice: Choice
    placed: Mapping[int, Removed]
    known: Mapping[int, int]  # blocks of the choice that are the site's -> pages that have them
    protected: frozenset[int] = frozenset()  # blocks of the choice that a rule keeps, of all sites or of this one
    threads: Mapping[int, Removed] = FrozenDict()  # blocks that are comments by their structure
    page_type: PageType | None = None  # None: a text dump
    site: SiteLabels = _NO_LABELS  # the others are corrected by it already
    quoted: frozenset[int] = frozenset()  # captions of the choice that say whom a quote is from: they are of the text


@at_once
@dataclass(frozen=True, slots=True)
class Judged:
    """A page whose blocks all have a verdict."""

    document: Document
    metadata: Metadata
    choice: Choice
    digest: str  # of all that it was judged by, but for the rules of its site
    lexicon: Lexicon
    page_type: PageType | None = None
    memory: SiteMemory | None = None
    site: SiteRules | None = None
    outline: Outline | None = None  # of the page before it was judged: the same containers; None: a text dump

    @property
    def ledger(self) -> Ledger:
        """What became of every block, and where each field was read."""
        outline = self.outline or Outline(self.document)
        comments = comment_evidence(self.document, outline, self.lexicon)
        comments += tuple(unnamed_comments(self.document, outline, self.lexicon, comments))
        evidence = (*self.metadata.evidence, *comments, *_type_evidence(self.page_type))
        blocks = all_untraced(self.document.blocks)
        return Ledger(blocks, evidence, self.document.elements)


def _type_evidence(page_type: PageType | None) -> tuple[Evidence, ...]:
    """Return the types that a page may be, the likeliest first, each with its probability."""
    if page_type is None:
        return ()
    likeliest = sorted(page_type.probabilities.items(), key=itemgetter(1), reverse=True)
    found = tuple(
        Evidence("page_type", name, _TYPE_ORIGIN, name == page_type.name, chance)
        for name, chance in likeliest
        if chance >= _MIN_TYPE_CHANCE or name == page_type.name
    )
    return found if page_type.name != "other" else (Evidence("page_type", "other", _TYPE_ORIGIN), *found)
