"""HTML in, blocks in reading order out: the only user of selectolax."""

from harvester.dom.document import read_document
from harvester.dom.prescan import refuse_hostile
from harvester.dom.pruning import Cut

__all__ = ["Cut", "read_document", "refuse_hostile"]
