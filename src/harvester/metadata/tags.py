"""The article's own keywords; not the site's tag cloud."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from harvester.metadata.places import is_foreign, removed_as
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.site import host_names, read_site
from harvester.metadata.structured import Clues, clean_text
from harvester.metadata.wordlists import load_words
from harvester.models import Block
from harvester.text import fold

MAX_TAG_CHARS: Final = 60
MAX_TAGS: Final = 40  # more is a cloud, or a list of words for search engines
_TAG_METAS: Final = (
    "article:tag",
    "og:article:tag",
    "og:video:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "cxenseparse:tags",
    "dc.subject",
)
_SPLIT: Final = re.compile(r"\s*[,;|、，；\n]\s*")


def read_tags(clues: Clues) -> Reading[tuple[str, ...]] | None:
    """Return the keywords of the article, once each, in the order of the page: records, else the printed list."""
    site = read_site(clues)
    names = host_names(clues.address) | {fold(site.value) if site is not None else "", fold(clues.title or "")}
    for origin, texts in _sources(clues):
        tags = tuple(_tidy(texts, names))
        if 0 < len(tags) <= MAX_TAGS:
            return Reading(tags, (evidence("tags", ", ".join(tags), origin),))
    return None


def _sources(clues: Clues) -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in _TAG_METAS:
        yield f"meta:{name}", _parts(clues.metas.get(name, ()))
    yield "json-ld:keywords", _parts(clues.texts(clues.value("keywords")))
    listed = [(index, block) for index, block in enumerate(clues.document.blocks) if removed_as(block, "tag_list")]
    yield "blocks:tag_list", tuple(text for _, block in listed for text in _printed(block))
    linked = (
        span.text for block in clues.document.blocks for span in block.spans if _is_tag_link(clues, block, span.rel)
    )
    yield "markup:rel=tag", tuple(linked)
    yield "meta:keywords", _parts(clues.metas.get("keywords", ()))


def _parts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for value in values for part in _SPLIT.split(clean_text(value)))


def _printed(block: Block) -> tuple[str, ...]:
    """Return the links of a printed list, or its words when they are no links."""
    links = tuple(span.text for span in block.spans if span.tag == "a" and span.text)
    return links or tuple(_SPLIT.split(_label().sub("", block.text)))


def _is_tag_link(clues: Clues, block: Block, rel: str) -> bool:
    return "tag" in rel.lower().split() and "category" not in rel.lower() and not is_foreign(clues, block)


def _tidy(texts: Iterable[str], names: frozenset[str] | set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        tag = _label().sub("", text).strip(" \t#＃·•,;.:：\"'“”")
        key = fold(tag)
        if key and key not in seen and key not in names and len(tag) <= MAX_TAG_CHARS and "://" not in tag:
            seen.add(key)
            yield tag


@cache
def _label() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in sorted(load_words().tag_labels, key=len, reverse=True))
    return re.compile(rf"^\s*(?:{words})\s*(?:[:：]|$)\s*", re.IGNORECASE)
