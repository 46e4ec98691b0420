"""What a page calls itself in its head and its records: an article, or a thread."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final

from harvester.models import ARTICLE_META, Document
from harvester.page_json import type_names

_ARTICLE_TYPE: Final = re.compile(r"(?:News|Blog|Reportage|Opinion)?(?:Article|Posting)")
# Search engines ask forums for one, sites of questions and answers for the other. Of the 55 pages of the corpora with a
# record like that 54 are threads by their label, and the last one is on a forum.
_THREAD_TYPES: Final = frozenset({"DiscussionForumPosting", "QAPage"})
# All 42 pages of the corpora with such an element are threads; 31 of them have no other record.
_MARKED_TYPE: Final = re.compile(r"\sitemtype=[\"']?https?://schema\.org/(\w+)")
_MARKED: Final = "schema.org/"
# What software for threads calls the page of one, or each of its posts, in the words of class and id: phpBB,
# vBulletin, MyBB, Reddit as it was, Hacker News, Lemmy, issues on GitHub. Of the 13 pages of the corpora with one of
# these names 12 are threads by their label, and so is the last one, in a corpus of articles. Not "comment area",
# "js discussion", "postbody": newspapers have them.
_THREAD_NAMES: Final = (
    "section viewtopic",
    "postbit",
    "postbitlegacy",
    "post body scaleimages",
    "sitetable nestedlisting",
    "athing comtr",
    "details comment node",
    "gh header title",
)


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


def names_thread(signatures: Iterable[str]) -> bool:
    """Return whether an element is named as only the software of threads names the page of one, or its posts.

    `signatures` are the words that elements say of themselves, as rules read them.
    """
    said = f" {' | '.join(signatures)} "
    return any(f" {name} " in said for name in _THREAD_NAMES)


def _record_types(document: Document) -> Iterator[str]:
    data = (script.text for script in document.scripts if script.is_linked_data)
    return chain.from_iterable(map(type_names, data))
