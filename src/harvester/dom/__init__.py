"""HTML in, blocks in reading order out: the only user of selectolax."""

from harvester.dom.bounds import MAX_BLOCKS, TooManyBlocksError
from harvester.dom.document import read_document, read_head, read_visible_text
from harvester.dom.prescan import refuse_hostile, trim_attributes
from harvester.dom.pruning import Cut
from harvester.dom.selecting import Selector, Wanted, of_markup, selector_fault

__all__ = [
    "MAX_BLOCKS",
    "Cut",
    "Selector",
    "TooManyBlocksError",
    "Wanted",
    "of_markup",
    "read_document",
    "read_head",
    "read_visible_text",
    "refuse_hostile",
    "selector_fault",
    "trim_attributes",
]
