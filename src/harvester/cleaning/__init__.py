"""Page to article: the whole pipeline, one module a stretch of it; pure.

`pages.py` the doors; `reading.py` bytes to blocks; `judging.py` the steps that give each block its verdict, with
`labels.py` and `parts.py`; `writing.py` the article; `judged.py` and `resources.py` the values between them.
"""

from harvester.cleaning.pages import clean_dump, clean_page, explain_dump, explain_page, learn_pages, trace_page
from harvester.cleaning.reading import read_page
from harvester.cleaning.resources import Resources, present_rules
from harvester.cleaning.writing import LOW_CONFIDENCE, measures, render_text, settle

__all__ = [
    "LOW_CONFIDENCE",
    "Resources",
    "clean_dump",
    "clean_page",
    "explain_dump",
    "explain_page",
    "learn_pages",
    "measures",
    "present_rules",
    "read_page",
    "render_text",
    "settle",
    "trace_page",
]
