"""Who wrote the article, and who edited it: people, not agencies, desks or the site."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from harvester.metadata.datetext import find_dates
from harvester.metadata.names import (
    cut_rest,
    editors_of,
    has_editor,
    is_site,
    labelled_names,
    looks_like_login,
    looks_like_person,
    split_names,
)
from harvester.metadata.places import is_foreign, is_of_others, removed_as
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.structured import Clues, as_list, types_of
from harvester.metadata.survey import class_tokens, key_of, tokens
from harvester.metadata.wordlists import load_words
from harvester.models import Block, Role, Span

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
MAX_BARE_CHARS: Final = 70  # a line of nothing but a name and a date
BARE_REACH: Final = 4  # blocks from the headline to such a line
_AUTHOR_LINK: Final = re.compile(
    r"/(?:authors?|by|people|profiles?|contributors?|staff|newsteam|reporters?|autor(?:es|en)?|auteurs?|redakteure?|writers?"
    r"|journalists?|columnists?|verfasser|autori)/[^/]+|[?&]author=",
    re.IGNORECASE,
)
_TWITTER_LABEL: Final = frozenset(
    {"written by", "by", "author", "verfasst von", "geschrieben von", "escrito por", "écrit par", "作者", "scritto da"}
)
_MARK: Final = re.compile(r"\s*[|•·●｜,–—]\s*|\s-\s|\n")
_READING_TIME: Final = re.compile(r"\d+\s*[-–]?\s*(?:min(?:ute)?s?|minuten)\b.*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Byline:
    """The names that one place gives."""

    names: tuple[str, ...]
    origin: str


def read_authors(clues: Clues) -> Reading[tuple[str, ...]] | None:
    """Return the people who wrote the article, in the order of the page.

    An account's name in the records ("andrew.keaveney") waits for a name that is printed.
    """
    sites = _sites(clues)
    account: Byline | None = None
    for byline in _bylines(clues):
        names = tuple(name for name in _unique(byline.names) if not is_site(name, sites))
        recorded = not byline.origin.startswith("block:")
        if names and not (recorded and any(map(looks_like_login, names))):
            return _reading(Byline(_completed(account, names), byline.origin))
        if names and account is None:
            account = Byline(names, byline.origin)
    found = account or _namesake(clues)
    return _reading(found) if found is not None else None


def _reading(byline: Byline) -> Reading[tuple[str, ...]]:
    names = byline.names[:MAX_AUTHORS]
    return Reading(names, (evidence("authors", "; ".join(names), byline.origin),))


def _completed(account: Byline | None, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return `names`, or the account's where they are too many or of no person."""
    return names if account is None or all(map(looks_like_person, names)) else account.names


def read_editors(clues: Clues) -> Reading[tuple[str, ...]] | None:
    """Return the people named as editors: "责任编辑：张三", "Editing by Jane Doe"."""
    judged = clues.survey.removed_as("editor_credit")
    names = _unique(tuple(name for text in clues.texts(clues.value("editor")) for name in split_names(text)))
    if names:
        return Reading(names, (evidence("editors", "; ".join(names), "json-ld:editor"),))
    labelled = clues.mentions(load_words().editor_labels)
    for index in (*judged, *(_editor_lines(clues) if labelled else ())):
        block = clues.document.blocks[index]
        names = _unique(tuple(name for line in _lines(block) for name in editors_of(line)))
        if names:
            return Reading(names, (evidence("editors", "; ".join(names), f"block:{index}"),))
    return None


def _editor_lines(clues: Clues) -> Iterator[int]:
    """Yield the short lines that bear an editor's label: in the byline, and from the end of the text on."""
    blocks = clues.document.blocks
    end = clues.survey.kept[-1] if clues.survey.kept else (clues.headline or 0)
    for index in (*clues.byline, *range(end, len(blocks))):
        block = blocks[index]
        if len(block.text) <= MAX_BYLINE_CHARS and has_editor(block.text) and not is_foreign(clues, block):
            yield index


def _sites(clues: Clues) -> frozenset[str]:
    owner = clues.resolve(clues.value("publisher"))
    personal = owner is not None and "Person" in types_of(owner)  # a blog that is named after its writer
    publisher = () if personal else (key_of(name) for name in clues.texts(clues.value("publisher")))
    return clues.names | frozenset(publisher)


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names once each, as first written."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(key_of(name), name)
    return tuple(unique.values())


def _bylines(clues: Clues) -> Iterator[Byline]:
    """Yield what each place says of the authors, most trusted first."""
    yield from _recorded(clues)
    yield from _marked(clues)
    yield from _meta_names(clues)
    yield from _written(clues)
    yield from _bare(clues)
    yield from _anywhere(clues)


# ── records ──────────────────────────────────────────────────────────────────────────────────


def _recorded(clues: Clues) -> Iterator[Byline]:
    for key in ("author", "creator"):
        names: list[str] = []
        for item in as_list(clues.value(key)):
            node = clues.resolve(item)
            if node is not None and any(kind.endswith("Organization") for kind in types_of(node)):
                continue
            for text in clues.texts(item):
                names += split_names(text, clues.document.lang)
        yield Byline(tuple(names), f"json-ld:{key}")


def _meta_names(clues: Clues) -> Iterator[Byline]:
    for name in AUTHOR_METAS:
        values = clues.metas.get(name, ())
        if name == "twitter:data1" and not _TWITTER_LABEL & {
            value.casefold() for value in clues.metas.get("twitter:label1", ())
        }:
            continue
        people = (split_names(value, clues.document.lang) for value in values if "://" not in value)
        yield Byline(tuple(found for names in people for found in names), f"meta:{name}")


def _namesake(clues: Clues) -> Byline | None:
    """Return the author whom the site is named after, where a record calls that person the author."""
    for byline in (*_recorded(clues), *_meta_names(clues)):
        names = tuple(name for name in _unique(byline.names) if looks_like_person(name))
        if len(names) == 1:
            return Byline(names, byline.origin)
    return None


# ── near the headline ────────────────────────────────────────────────────────────────────────


def _byline_blocks(clues: Clues) -> tuple[int, ...]:
    return tuple(index for index in clues.byline if len(clues.document.blocks[index].text) <= MAX_BYLINE_CHARS)


def _marked(clues: Clues) -> Iterator[Byline]:
    """Yield the names that the markup near the headline calls authors: itemprop, rel, link to a profile, class."""
    blocks, lang = clues.document.blocks, clues.document.lang
    indices = _byline_blocks(clues)
    for index in indices:
        texts = (span.text for span in blocks[index].spans if _is_author(span))
        names = tuple(name for text in texts for name in split_names(text, lang))
        if names:
            yield Byline(names, f"block:{index}:markup")
    for index in indices:
        spans = blocks[index].spans
        inside = bool(spans) and _is_byline(class_tokens(clues.document, blocks[index].element, 2))
        named = (split_names(cut_rest(span.text), lang) for span in spans if inside or _is_byline(tokens(span.classes)))
        names = tuple(name for found in named for name in found if looks_like_person(name))
        if names:
            yield Byline(names, f"block:{index}:class")


def _is_author(span: Span) -> bool:
    marks = f"{span.rel} {span.itemprop}".lower().split()
    return "author" in marks or bool(span.href and _AUTHOR_LINK.search(span.href))


def _is_byline(words: frozenset[str]) -> bool:
    known = load_words().class_words
    return not words.isdisjoint(known["byline"]) and words.isdisjoint(known["not_byline"])


def _lines(block: Block) -> Iterator[str]:
    """Yield the lines of a block, and the inline elements that are parts of one: each may bear a label."""
    yield from (span.text for span in block.spans if span.tag != "a" and span.text != block.text)
    yield from block.text.split("\n")


def _written(clues: Clues) -> Iterator[Byline]:
    """Yield the names of lines that say "By ...", then those of containers named like a byline."""
    blocks, lang = clues.document.blocks, clues.document.lang
    indices = _byline_blocks(clues)
    for index in indices:
        if not (blocks[index].role is Role.HEADING and index == clues.headline):
            yield from _labelled(blocks[index], index, lang)
    for index in indices:
        block = blocks[index]
        if _is_byline(class_tokens(clues.document, block.element, 2)):
            names = tuple(name for name in split_names(cut_rest(block.text), lang) if looks_like_person(name))
            if names:
                yield Byline(names, f"block:{index}:class")


def _labelled(block: Block, index: int, lang: str | None) -> Iterator[Byline]:
    for line in _lines(block):
        names = labelled_names(line, lang) if len(line) <= MAX_BYLINE_CHARS else ()
        if names and all(map(looks_like_person, names)):
            yield Byline(names, f"block:{index}")


def _bare(clues: Clues) -> Iterator[Byline]:
    """Yield the name of a line beside the headline that is nothing but a name, a date and a reading time."""
    if clues.headline is None:
        return
    for index in clues.byline:
        block = clues.document.blocks[index]
        if 0 < abs(index - clues.headline) <= BARE_REACH and len(block.text) <= MAX_BARE_CHARS:
            names = _without_date(block.text)
            if len(names) == 1 and block.role is not Role.HEADING:
                yield Byline(names, f"block:{index}:bare")


def _without_date(text: str) -> tuple[str, ...]:
    """Return the people of a line that also holds a date: "Kristian Larsen July 13, 2025 — 7 minutes read"."""
    dates = tuple(find_dates(text))
    if not dates:
        return ()
    rest = _READING_TIME.sub("", text[: dates[0].start] + " | " + text[dates[-1].end :])
    parts = [part.strip(" \t,.:()") for part in _MARK.split(rest)]
    return tuple(part for part in parts if part and looks_like_person(part) and split_names(part) == (part,))


# ── elsewhere ────────────────────────────────────────────────────────────────────────────────


def _anywhere(clues: Clues) -> Iterator[Byline]:
    """Yield the one name that the markup of the whole page, or a labelled line under the text, gives an author."""
    blocks, lang = clues.document.blocks, clues.document.lang
    marked = ((index, span) for index, span in clues.survey.marked if "author" in span.rel.lower().split())
    yield from _only(
        (index, split_names(span.text, lang)) for index, span in marked if not _is_of_others(clues, blocks[index])
    )
    carded = (
        (index, split_names(span.text, lang))
        for index, block in enumerate(blocks)
        for span in block.spans
        if "vcard" in span.classes and "author" in tokens(span.classes) and not _is_of_others(clues, block)
    )
    yield from _only(carded)
    start = clues.survey.kept[-1] + 1 if clues.survey.kept else (clues.headline or 0)
    for index in range(max(0, start - BARE_REACH), len(blocks)):
        if (
            index >= start
            and index != clues.headline
            and blocks[index].role is Role.HEADING
            and blocks[index].level == 1
        ):
            return  # a second article begins
        if len(blocks[index].text) <= MAX_BARE_CHARS and not is_foreign(clues, blocks[index]):
            yield from _labelled(blocks[index], index, lang)


def _is_of_others(clues: Clues, block: Block) -> bool:
    return removed_as(block, "sidebar", "prev_next", "nav_menu") or is_of_others(clues.document, block)


def _only(found: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Byline]:
    """Yield the names when all places give the same: several writers are those of a list of articles."""
    places = [(index, names) for index, names in found if names]
    if places and len({tuple(map(key_of, names)) for _, names in places}) == 1:
        yield Byline(places[0][1], f"block:{places[0][0]}:markup")
