"""Labels blocks as boilerplate: by place (markup around them) and by wording. Labels, never deletes.

Places come first, before the content is chosen. Wordings come after, because inside the body a wording needs a
second evidence, and behind the body the tail begins.
"""

from harvester.boilerplate.comments import comment_evidence, threads_by_structure
from harvester.boilerplate.keeping import protected_blocks
from harvester.boilerplate.lines import split_lines
from harvester.boilerplate.places import cut_of, label_places
from harvester.boilerplate.repeats import repeated_blocks
from harvester.boilerplate.wordings import label_wordings

__all__ = [
    "comment_evidence",
    "cut_of",
    "label_places",
    "label_wordings",
    "protected_blocks",
    "repeated_blocks",
    "split_lines",
    "threads_by_structure",
]
