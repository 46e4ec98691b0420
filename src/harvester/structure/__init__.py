"""What the author wrote beside the words of a text: marks, lists, tables by cells, listings, pictures, embeds, notes.

Read from the markup of the blocks that were kept, after all is decided: the text itself is made without it.
"""

from harvester.structure.assembly import Setting, assemble
from harvester.structure.back_links import without_back_links
from harvester.structure.comment_threads import printed_comments
from harvester.structure.embeds import may_be_page
from harvester.structure.link_targets import resource_url
from harvester.structure.markup_tokens import attributes_at
from harvester.structure.settled import Settled

__all__ = [
    "Setting",
    "Settled",
    "assemble",
    "attributes_at",
    "may_be_page",
    "printed_comments",
    "resource_url",
    "without_back_links",
]
