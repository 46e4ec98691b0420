"""Who wrote the article, and who edited it: people, not agencies, desks or the site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harvester.metadata.names import (
    clean_name,
    cut_rest,
    editors_of,
    is_site,
    labelled_names,
    looks_like_person,
    split_names,
)
from harvester.metadata.places import class_tokens, is_foreign, removed_as, tokens
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.site import host_names, read_site
from harvester.metadata.structured import Clues, as_list, types_of
from harvester.metadata.wordlists import load_words
from harvester.models import Span
from harvester.text import fold

AUTHOR_METAS: Final = (
    "author",
    "parsely-author",
    "sailthru.author",
    "article:author_name",
    "byl",
    "cxenseparse:author",
    "dc.creator",
    "dcterms.creator",
    "dc.creator.name",
    "citation_author",
    "article:author",
    "og:article:author",
    "rnews:author",
    "mediator_author",
    "article.author",
    "twitter:data1",
)
MAX_AUTHORS: Final = 20
MAX_BYLINE_CHARS: Final = 160
_AUTHOR_LINK: Final = re.compile(
    r"/(?:authors?|by|people|profiles?|contributors?|staff|reporters?|autor(?:es)?|auteurs?|redakteure?|writers?|journalists?)/[^/]+",
    re.IGNORECASE,
)
_TWITTER_LABEL: Final = frozenset(
    {"written by", "by", "author", "verfasst von", "geschrieben von", "escrito por", "écrit par", "作者", "scritto da"}
)


@dataclass(frozen=True, slots=True)
class Byline:
    """The names that one place gives."""

    names: tuple[str, ...]
    origin: str


def read_authors(clues: Clues) -> Reading[tuple[str, ...]] | None:
    """Return the people who wrote the article, in the order of the page."""
    sites = _sites(clues)
    for byline in _bylines(clues):
        names = tuple(name for name in _unique(byline.names) if not is_site(name, sites))
        if names:
            found = names[:MAX_AUTHORS]
            return Reading(found, (evidence("authors", "; ".join(found), byline.origin),))
    return None


def read_editors(clues: Clues) -> Reading[tuple[str, ...]] | None:
    """Return the people named as editors: "责任编辑：张三", "Editing by Jane Doe"."""
    blocks = clues.document.blocks
    judged = [index for index, block in enumerate(blocks) if removed_as(block, "editor_credit")]
    labelled = any(label in clues.lines for label in load_words().editor_labels)
    for index in judged or (range(len(blocks)) if labelled else ()):
        block = blocks[index]
        if len(block.text) <= MAX_BYLINE_CHARS and (judged or not is_foreign(clues, block)):
            names = _unique(tuple(editors_of(block.text)))
            if names:
                return Reading(names, (evidence("editors", "; ".join(names), f"block:{index}"),))
    names = _unique(tuple(name for text in clues.texts(clues.value("editor")) for name in split_names(text)))
    return Reading(names, (evidence("editors", "; ".join(names), "json-ld:editor"),)) if names else None


def _sites(clues: Clues) -> frozenset[str]:
    site = read_site(clues)
    owner = clues.resolve(clues.value("publisher"))
    personal = owner is not None and "Person" in types_of(owner)  # a blog that is named after its writer
    publisher = () if personal else (fold(name) for name in clues.texts(clues.value("publisher")))
    return host_names(clues.address) | frozenset(publisher) | frozenset({fold(site.value)} if site is not None else ())


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names once each; a first name or an initial form that another name contains is the same person."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(fold(name), name)
    return tuple(unique.values())


def _bylines(clues: Clues) -> Iterator[Byline]:
    """Yield what each place says of the authors, most trusted first."""
    yield from _recorded(clues)
    yield from _marked(clues)
    yield from _meta_names(clues)
    yield from _written(clues)


def _recorded(clues: Clues) -> Iterator[Byline]:
    for key in ("author", "creator"):
        names: list[str] = []
        for item in as_list(clues.value(key)):
            node = clues.resolve(item)
            if node is not None and "Organization" in types_of(node):
                continue
            for text in clues.texts(item):
                names += split_names(text)
        yield Byline(tuple(names), f"json-ld:{key}")


def _meta_names(clues: Clues) -> Iterator[Byline]:
    for name in AUTHOR_METAS:
        values = clues.metas.get(name, ())
        if name == "twitter:data1" and not _TWITTER_LABEL & {
            value.casefold() for value in clues.metas.get("twitter:label1", ())
        }:
            continue
        yield Byline(
            tuple(found for value in values if "://" not in value for found in split_names(value)), f"meta:{name}"
        )


def _marked(clues: Clues) -> Iterator[Byline]:
    """Yield the names that the markup near the headline calls authors: itemprop, rel, link to a profile, class."""
    blocks = clues.document.blocks
    indices = [index for index in clues.byline if len(blocks[index].text) <= MAX_BYLINE_CHARS]
    for index in indices:
        names = tuple(name for span in blocks[index].spans if _is_author(span) for name in split_names(span.text))
        if names:
            yield Byline(names, f"block:{index}:markup")
    for index in indices:
        spans = blocks[index].spans
        inside = bool(spans) and _is_byline(class_tokens(clues.document, blocks[index].element, 2))
        named = (split_names(span.text) for span in spans if inside or _is_byline(tokens(span.classes)))
        names = tuple(name for found in named for name in found if looks_like_person(name))
        if names:
            yield Byline(names, f"block:{index}:class")


def _is_author(span: Span) -> bool:
    marks = f"{span.rel} {span.itemprop}".lower().split()
    return "author" in marks or bool(span.href and _AUTHOR_LINK.search(span.href))


def _is_byline(words: frozenset[str]) -> bool:
    known = load_words().class_words
    return bool(words & known["byline"]) and not words & known["not_byline"]


def _written(clues: Clues) -> Iterator[Byline]:
    """Yield the names of lines that say "By ...", then those of containers named like a byline."""
    indices = tuple(clues.byline)
    for index in indices:
        for line in clues.document.blocks[index].text.split("\n"):
            names = labelled_names(line) if len(line) <= MAX_BYLINE_CHARS else ()
            if names and all(map(looks_like_person, names)):
                yield Byline(names, f"block:{index}")
    for index in indices:
        block = clues.document.blocks[index]
        name = clean_name(cut_rest(block.text)) if len(block.text) <= MAX_BYLINE_CHARS else None
        if name is not None and looks_like_person(name) and _is_byline(class_tokens(clues.document, block.element, 2)):
            yield Byline((name,), f"block:{index}:class")
