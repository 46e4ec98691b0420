"""HTML in, blocks in reading order out: the only user of selectolax."""

from harvester.dom.bounds import MAX_BLOCKS, TooManyBlocksError
from harvester.dom.document import read_document, read_head, read_visible_text
from harvester.dom.prescan import refuse_hostile, trim_attributes
from harvester.dom.pruning import Cut

__all__ = [
    "MAX_BLOCKS",
    "Cut",
    "TooManyBlocksError",
    "read_document",
    "read_head",
    "read_visible_text",
    "refuse_hostile",
    "trim_attributes",
]
