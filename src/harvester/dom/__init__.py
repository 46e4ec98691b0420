"""HTML in, blocks in reading order out: the only user of selectolax."""

from harvester.dom.document import read_document, read_head, read_visible_text
from harvester.dom.prescan import refuse_hostile, trim_attributes
from harvester.dom.pruning import Cut

__all__ = ["Cut", "read_document", "read_head", "read_visible_text", "refuse_hostile", "trim_attributes"]
