"""Where on a page a block is: in the article, or in a card, a comment, a side column."""

from collections.abc import Sequence
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.page_index import ancestors
from harvester.metadata.lookup.structured_data import HeadlineLookups
from harvester.models import Block, Kept, Part, Removed, Role
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon

# What a rule found to be the article's own metadata is that, wherever it stands.
METADATA_KINDS: Final = frozenset(
    {
        KindName.BYLINE_META,
        KindName.SOURCE_CREDIT,
        KindName.EDITOR_CREDIT,
        KindName.TAG_LIST,
        KindName.SECTION_LABEL,
        KindName.REPOST_NOTICE,
        KindName.PHOTO_CREDIT,
        KindName.CAPTION,
    }
)
BLOCKS_BEFORE: Final = 8  # bylines above a headline
BLOCKS_AFTER: Final = 25  # standfirst, share bar and picture may stand before a byline
BLOCKS_BESIDE: Final = 5
BLOCKS_BELOW: Final = 3  # right below a headline stands who and when
BLOCKS_WITHOUT_HEADLINE: Final = 80
FOOT_LEVELS: Final = 4  # containers between a line and the foot it stands in
MAX_RULED: Final = 200  # bylines by rule, near the headline and far from it: lists have one an entry
LONG_PARAGRAPHS: Final = 3  # of the text; who and when stands before them, or under the last
MAX_LINE_CHARS: Final = 250  # a longer block is prose
# By names of their own, as they are asked for hundreds of times a page: Python looks the members of an enum up slowly.
_TEXT: Final = Part.TEXT
_BYLINE: Final = KindName.BYLINE_META
_CODE: Final = Role.CODE
_HEADING: Final = Role.HEADING
_PARAGRAPH: Final = Role.PARAGRAPH
_BY_WORDS: Final = "wording:"
_BY_PLACE: Final = "place:"
_FOOTER: Final = KindName.SITE_FOOTER
_FOREIGN_ANYWHERE: Final = frozenset(
    {
        KindName.RELATED_POSTS,
        KindName.INLINE_RELATED,
        KindName.COMMENT_THREAD,
        KindName.COMMENT_FORM,
        KindName.SPONSORED_CHUMBOX,
    }
)
_QUOTED_BELOW: Final = called.QUOTED | called.REVIEWED  # of blocks below the text


def is_foreign(lookups: HeadlineLookups, block: Block) -> bool:
    """Return whether a block belongs to a card, a comment, a side column or the footer rather than to the article."""
    verdict = block.verdict
    if type(verdict) is Kept:
        return False
    if type(verdict) is Removed:
        if verdict.kind in METADATA_KINDS:
            return False
        if verdict.kind in lookups.lexicon.foreign_kinds:
            return verdict.kind != _FOOTER or not _is_in_own_foot(lookups, block)
    return block.element in lookups.foreign


def _is_in_own_foot(lookups: HeadlineLookups, block: Block) -> bool:
    """Return whether a block is in the foot of an entry: "entry-footer" may hold tags, author and date."""
    names, own = lookups.page_index.names, called.FOOT | called.ARTICLE
    places = ancestors(lookups.document, block.element, FOOT_LEVELS)
    is_foot = any(names.own(place) & own == own for place in places)
    return is_foot and block.element not in lookups.foreign


def is_of_foreign_kind(block: Block, lexicon: Lexicon) -> bool:
    """Return whether a rule removed the block as something that holds none of the article's metadata."""
    return isinstance(block.verdict, Removed) and block.verdict.kind in lexicon.foreign_kinds


def removed_as(block: Block, *kinds: KindName) -> bool:
    """Return whether a rule removed the block as one of `kinds`."""
    verdict = block.verdict
    return type(verdict) is Removed and verdict.kind in kinds


def is_text(block: Block) -> bool:
    """Return whether the block was kept as running text."""
    verdict = block.verdict
    return type(verdict) is Kept and verdict.part is _TEXT


def byline_indices(lookups: HeadlineLookups) -> list[int]:
    """Return the blocks where a byline may be: those that a rule found, then those near the headline.

    What is beside the headline comes last when its container is named like a card's: sites name things oddly.
    """
    blocks, around = lookups.document.blocks, lookups.page_index.names.around
    return [
        index
        for index in _byline_indices(lookups)
        if not around(blocks[index].element) & _QUOTED_BELOW or not is_quoted(lookups, index)  # of most lines one look
    ]


def _byline_indices(lookups: HeadlineLookups) -> list[int]:
    blocks = lookups.document.blocks
    others = start_of_others(lookups)
    border = min((at for at in (_start_of_next(lookups), others) if at is not None), default=None)
    headline = lookups.headline if lookups.headline is not None else 0
    ruled = [at for at in lookups.page_index.removed_as(KindName.BYLINE_META) if border is None or at <= border]
    ruled = ruled[:MAX_RULED]
    reach = BLOCKS_AFTER if lookups.headline is not None else BLOCKS_WITHOUT_HEADLINE
    last = min(len(blocks) if others is None else others, headline + reach + 1)
    after = range(headline, _end_of_head(blocks, headline, last))
    before = range(headline - 1, max(-1, headline - 1 - BLOCKS_BEFORE), -1)
    near, foreign = _parted(lookups, (*after, *before))
    found = [index for index in ruled if abs(index - headline) <= BLOCKS_AFTER]
    found += near
    if lookups.headline is not None:
        beside = (index for index in foreign if abs(index - headline) <= BLOCKS_BESIDE)
        found += [index for index in beside if not _is_beside_of_others(lookups, headline, index)]
    found += [index for index in ruled if abs(index - headline) > BLOCKS_AFTER]
    return found


def _parted(lookups: HeadlineLookups, indices: tuple[int, ...]) -> tuple[list[int], list[int]]:
    """Return which of some blocks may be lines of the article's metadata, and which are lines of something else."""
    blocks = lookups.document.blocks
    own: list[int] = []
    foreign: list[int] = []
    for index in indices:
        if not is_body(blocks[index]):
            (foreign if is_foreign(lookups, blocks[index]) else own).append(index)
    return own, foreign


def _is_beside_of_others(lookups: HeadlineLookups, headline: int, index: int) -> bool:
    """Return whether a foreign block beside the headline is another's; "3 hours ago" right below it is no comment."""
    block = lookups.document.blocks[index]
    if 0 < index - headline <= BLOCKS_BELOW and removed_as(block, KindName.COMMENT_THREAD):
        return is_named_foreign(lookups, block)
    return is_of_others(lookups, block)


def _end_of_head(blocks: Sequence[Block], start: int, end: int) -> int:
    """Return `end`, or the block where the text is well under way: behind some of its long paragraphs."""
    long = 0
    for index, block in enumerate(blocks[start:end], start):
        if len(block.text) > MAX_LINE_CHARS and is_text(block):
            long += 1
            if long == LONG_PARAGRAPHS:
                return index
    return end


def _start_of_next(lookups: HeadlineLookups) -> int | None:
    """Return the headline behind the last block of the article: what follows it is a second article's."""
    if not lookups.page_index.kept:
        return None
    last, blocks = lookups.page_index.kept[-1], lookups.document.blocks
    return next((at for at in lookups.page_index.headings if at > last and blocks[at].level == 1), None)


def start_of_others(lookups: HeadlineLookups) -> int | None:
    """Return the line behind the article under which other stories or readers' comments stand: "2 Comments".

    It is a heading, or one by its words alone ("Similar topics") with no foot of the article below it: no place that is
    named after who and when.
    """
    if not lookups.page_index.kept:
        return None
    blocks, last = lookups.document.blocks, lookups.page_index.kept[-1]
    found = lookups.page_index.removed_as(KindName.COMMENT_THREAD, KindName.RELATED_POSTS)
    behind = [at for at in found if at > last]
    if not behind:
        return None
    lines = lookups.page_index.removed_as(_BYLINE)
    foot = next((at for at in reversed(lines) if _is_removed(blocks[at], _BYLINE, _BY_PLACE)), -1)
    return next((at for at in behind if blocks[at].role is _HEADING or (at > foot and _heads_others(blocks[at]))), None)


def _heads_others(block: Block) -> bool:
    """Return whether a line without a link was removed for its words as the heading of other stories."""
    is_line = block.role is _PARAGRAPH and not block.link_chars
    return is_line and _is_removed(block, KindName.RELATED_POSTS, _BY_WORDS)


def _is_removed(block: Block, kind: KindName, rule: str) -> bool:
    verdict = block.verdict
    return type(verdict) is Removed and verdict.kind == kind and verdict.rule.startswith(rule)


def is_quoted(lookups: HeadlineLookups, index: int) -> bool:
    """Return whether a block is in a customer's praise or a quotation: a container named so, without the headline.

    Above the end of the text, a place that is named after a review is the article's own, a critic's.
    """
    place = _quoting_place(lookups, index)
    return place is not None and place not in lookups.own


def _quoting_place(lookups: HeadlineLookups, index: int) -> int | None:
    """Return the nearest container around a block that is named after a quotation."""
    kept = lookups.page_index.kept
    bits = _QUOTED_BELOW if kept and index > kept[-1] else called.QUOTED
    return lookups.page_index.names.nearest(lookups.document.blocks[index].element, bits)


def is_of_others(lookups: HeadlineLookups, block: Block) -> bool:
    """Return whether a block is foreign however near the headline it is: a comment, a related card."""
    verdict = block.verdict
    return (type(verdict) is Removed and verdict.kind in _FOREIGN_ANYWHERE) or is_named_foreign(lookups, block)


def is_named_foreign(lookups: HeadlineLookups, block: Block) -> bool:
    """Return whether a container that a block is in is named after what is foreign wherever it stands."""
    return bool(lookups.page_index.names.around(block.element) & called.FOREIGN_ANYWHERE)


def is_body(block: Block) -> bool:
    """Return whether a block is too long or too much article text to be a line of metadata."""
    verdict = block.verdict
    if type(verdict) is Kept:
        return verdict.part is _TEXT and len(block.text) > MAX_LINE_CHARS
    if type(verdict) is Removed and verdict.kind == _BYLINE:
        return True  # yielded before
    return len(block.text) > MAX_LINE_CHARS or block.role is _CODE
