"""What a page calls itself in its head and its records: an article, or a thread."""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from harvester.models import ARTICLE_META, Document
from harvester.outline import Outline
from harvester.page_json import type_names
from harvester.rules.lexicon import Lexicon

_ARTICLE_TYPE: Final = re.compile(r"(?:News|Blog|Reportage|Opinion)?(?:Article|Posting)")
# Search engines ask forums for one, sites of questions and answers for the other. Of the 55 pages of the corpora with a
# record like that 54 are threads by their label, and the last one is on a forum.
_THREAD_TYPES: Final = frozenset({"DiscussionForumPosting", "QAPage"})
# All 42 pages of the corpora with such an element are threads; 31 of them have no other record.
_MARKED_TYPE: Final = re.compile(r"\sitemtype=[\"']?https?://schema\.org/(\w+)")
_MARKED: Final = "schema.org/"


def says_article(document: Document) -> bool:
    """Return whether the page calls itself an article: on other kinds of page trafilatura is right less often."""
    if ARTICLE_META in document.metas:
        return True
    return any(map(_ARTICLE_TYPE.fullmatch, _record_types(document)))


def says_thread(document: Document) -> bool:
    """Return whether a record of the page calls it a thread, and none an article, below which readers may discuss."""
    types = set(_record_types(document))
    return not _THREAD_TYPES.isdisjoint(types) and not any(map(_ARTICLE_TYPE.fullmatch, types))


def marks_thread(document: Document) -> bool:
    """Return whether an element of the page is marked as a thread (microdata), and nothing calls it an article.

    It looks at every tag: to be asked of pages that may be one.
    """
    tokens = document.markup.tokens if document.markup is not None else []
    marked = chain.from_iterable(_MARKED_TYPE.findall(tag) for tag in tokens[1::2] if _MARKED in tag)
    types = {*marked, *_record_types(document)}
    return not _THREAD_TYPES.isdisjoint(types) and not any(map(_ARTICLE_TYPE.fullmatch, types))


def names_thread(outline: Outline, lexicon: Lexicon) -> bool:
    """Return whether an element is named as only the software of threads names the page of one, or its posts."""
    return outline.has_named(lexicon.box_names["thread"])


def _record_types(document: Document) -> Iterator[str]:
    data = (script.text for script in document.scripts if script.is_linked_data)
    return chain.from_iterable(map(type_names, data))
