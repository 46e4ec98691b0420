"""Which blocks of a page are its article, and what kind of page it is."""

from harvester.content.classifier import Choice, Told, choose, is_likely_article
from harvester.content.page_type import read_page_type
from harvester.content.whole_body import whole_body

__all__ = ["Choice", "Told", "choose", "is_likely_article", "read_page_type", "whole_body"]
