"""Which blocks of a page are its article, and what kind of page it is."""

from harvester.content.classifier import (
    Choice,
    Told,
    choose,
    is_hardly_article,
    is_likely_article,
    is_no_article,
    is_one_text,
    says_things_again,
)
from harvester.content.declared_type import says_article
from harvester.content.page_type import read_page_type
from harvester.content.recorded_rows import recorded_rows
from harvester.content.recorded_steps import recorded_steps
from harvester.content.whole_body import whole_body

__all__ = [
    "Choice",
    "Told",
    "choose",
    "is_hardly_article",
    "is_likely_article",
    "is_no_article",
    "is_one_text",
    "read_page_type",
    "recorded_rows",
    "recorded_steps",
    "says_article",
    "says_things_again",
    "whole_body",
]
