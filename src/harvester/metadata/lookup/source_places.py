"""The places in which a line with a label names the source of something else than the text."""

from bisect import bisect_left
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Removed, Role
from harvester.rules.kind_names import KindName

LINES_AT_START: Final = 2  # blocks of the text at its start beside which its source may stand
LINES_AT_END: Final = 2  # the same at its end
MAX_RELATED: Final = 50  # lines of other stories among which their heading is looked for
MAX_CREDIT_CHARS: Final = 120
FACTS: Final = 2  # lines of a box above its source
MAX_FACT_CHARS: Final = 40


def is_of_others(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line is a headline, or stands in a list of other stories, right below its heading."""
    block = lookups.document.blocks[index]
    if index == lookups.headline or (block.role is Role.HEADING and block.level == 1):
        return True
    above = heading_of_others(lookups, index)
    text = lookups.page_index.kept
    return above is not None and bisect_left(text, above) == bisect_left(text, index)


def heading_of_others(lookups: ArticleLookups, index: int) -> int | None:
    """Return the last heading of other stories between the headline and a line."""
    found = lookups.page_index.removed.get(KindName.RELATED_POSTS, ())  # asked for each line: no copy
    at = bisect_left(found, index) - 1
    nearest = range(at, max(-1, at - MAX_RELATED), -1)
    headings = (found[one] for one in nearest if lookups.document.blocks[found[one]].role is Role.HEADING)
    above = next(headings, -1)
    return above if above > (lookups.headline or 0) else None


def is_inside(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line is one of the text's, neither beside its start nor its end."""
    text = lookups.page_index.kept
    at = bisect_left(text, index)
    return LINES_AT_START <= at < len(text) - LINES_AT_END and text[at] == index


def is_of_box(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a short line below the start of the text is aside, below a lesser heading or a list that goes.

    There it names where the figures of a box or a chart are from; so it does below its lines, "Founded: 2001".
    """
    blocks, text = lookups.document.blocks, lookups.page_index.kept
    if not text or index <= text[:LINES_AT_START][-1] or index in lookups.page_index.headings:
        return False
    if lookups.page_index.names.around(blocks[index].element) & called.SIDE:
        return True
    above, own = blocks[index - 1], blocks[index]
    is_heading = above.role is Role.HEADING and (above.level or 0) > 1
    is_list = above.role is Role.LIST_ITEM and own.role is not Role.LIST_ITEM
    is_behind_list = is_list and isinstance(above.verdict, Removed)  # behind a list of the text: a recipe's
    is_behind_facts = index > 1 and all(map(_is_fact, blocks[index - FACTS : index]))
    return (is_heading or is_behind_list or is_behind_facts) and len(own.text) <= MAX_CREDIT_CHARS


def _is_fact(block: Block) -> bool:
    """Return whether a line is one of a box: a short label and its value."""
    label, colon, value = block.text.partition(":")
    return bool(colon and value.strip()) and len(label) <= MAX_FACT_CHARS and len(value) <= MAX_FACT_CHARS
