"""Page to article: the whole pipeline, one module a stretch of it; pure.

`entry_points.py` the functions that others call; `bytes_to_blocks.py`; `page_pipeline.py` the steps that give each
block its verdict, with `line_labels.py` and `block_verdicts.py`; `article_builder.py` the article; `judged_page.py` and
`resources.py` the values between them.
"""

from harvester.cleaning.article_builder import LOW_CONFIDENCE, measures, render_text, settle
from harvester.cleaning.bytes_to_blocks import read_page
from harvester.cleaning.entry_points import (
    clean_dump,
    clean_page,
    explain_dump,
    explain_page,
    fingerprint_page,
    learn_pages,
)
from harvester.cleaning.resources import Resources, present_rules

__all__ = [
    "LOW_CONFIDENCE",
    "Resources",
    "clean_dump",
    "clean_page",
    "explain_dump",
    "explain_page",
    "fingerprint_page",
    "learn_pages",
    "measures",
    "present_rules",
    "read_page",
    "render_text",
    "settle",
]
