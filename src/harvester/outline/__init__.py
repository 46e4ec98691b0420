"""What is counted of a page's blocks and containers: shared by the rules and the content step."""

from harvester.outline.block_numbers import is_prose, prose_up_to
from harvester.outline.outline import Outline, is_inside_article

__all__ = ["Outline", "is_inside_article", "is_prose", "prose_up_to"]
