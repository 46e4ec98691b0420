"""HTML in, blocks in reading order out: the only user of selectolax."""

from harvester.dom.attributes import Attributes, is_hidden, side
from harvester.dom.block_writer import CELL_BORDER
from harvester.dom.bounds import MAX_BLOCKS, TooManyBlocksError
from harvester.dom.compiled_reader import MarkTerms, inlines_in, marks_in
from harvester.dom.flat_markup import Opening, end_of_element, read_attributes, read_opening, unescaped
from harvester.dom.frame_tags import FrameTag, frame_tags
from harvester.dom.heading_parts import with_parted_headings
from harvester.dom.html_tags import VOID, is_block
from harvester.dom.inline_seams import Seam, seams_of
from harvester.dom.parsing import read_document, read_head, read_uncut, read_visible_text
from harvester.dom.parted_texts import parted_texts
from harvester.dom.placeholders import EMBED, FALLBACK, FORMULA, READING, SOURCE, TEX, TITLE
from harvester.dom.prescan import refuse_hostile, trim_attributes
from harvester.dom.pruning import Cut, NamedCuts
from harvester.dom.site_selectors import Selector, Wanted, of_markup, selector_fault
from harvester.dom.value_lists import is_label, lists_values

__all__ = [
    "CELL_BORDER",
    "EMBED",
    "FALLBACK",
    "FORMULA",
    "MAX_BLOCKS",
    "READING",
    "SOURCE",
    "TEX",
    "TITLE",
    "VOID",
    "Attributes",
    "Cut",
    "FrameTag",
    "MarkTerms",
    "NamedCuts",
    "Opening",
    "Seam",
    "Selector",
    "TooManyBlocksError",
    "Wanted",
    "end_of_element",
    "frame_tags",
    "inlines_in",
    "is_block",
    "is_hidden",
    "is_label",
    "lists_values",
    "marks_in",
    "of_markup",
    "parted_texts",
    "read_attributes",
    "read_document",
    "read_head",
    "read_opening",
    "read_uncut",
    "read_visible_text",
    "refuse_hostile",
    "seams_of",
    "selector_fault",
    "side",
    "trim_attributes",
    "unescaped",
    "with_parted_headings",
]
