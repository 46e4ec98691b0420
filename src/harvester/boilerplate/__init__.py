"""Labels blocks as boilerplate: by place (markup around them) and by wording. Labels, never deletes.

Places come first, before the content is chosen. Wordings come after, because inside the body a wording needs a
second evidence, and behind the body the tail begins.
"""

from harvester.boilerplate.boxes_of_others import boxes_of_others
from harvester.boilerplate.closing_days import closing_days
from harvester.boilerplate.comment_lists import comment_evidence, threads_by_structure
from harvester.boilerplate.label_by_markup import cut_of, cuts_by, label_places
from harvester.boilerplate.label_by_site_rules import label_site, refuse_listed
from harvester.boilerplate.label_by_text import label_wordings
from harvester.boilerplate.like_links import links_alike
from harvester.boilerplate.line_splitting import split_lines
from harvester.boilerplate.list_labels import labels_of_lists
from harvester.boilerplate.named_boxes import named_boxes
from harvester.boilerplate.picture_captions import picture_captions, picture_labels
from harvester.boilerplate.protected import protected_blocks
from harvester.boilerplate.quote_captions import quote_captions
from harvester.boilerplate.repeats import repeated_blocks
from harvester.boilerplate.signatories import signatories
from harvester.boilerplate.threads_by_heads import unnamed_comments, unnamed_threads

__all__ = [
    "boxes_of_others",
    "closing_days",
    "comment_evidence",
    "cut_of",
    "cuts_by",
    "label_places",
    "label_site",
    "label_wordings",
    "labels_of_lists",
    "links_alike",
    "named_boxes",
    "picture_captions",
    "picture_labels",
    "protected_blocks",
    "quote_captions",
    "refuse_listed",
    "repeated_blocks",
    "signatories",
    "split_lines",
    "threads_by_structure",
    "unnamed_comments",
    "unnamed_threads",
]
