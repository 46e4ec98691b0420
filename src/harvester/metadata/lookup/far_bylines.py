"""Bylines far from the headline, which are asked when nobody is surely named near it."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from operator import attrgetter
from typing import Final

from harvester.metadata.lookup.byline_labels import labelled_names
from harvester.metadata.lookup.bylines import (
    BARE_REACH,
    MAX_ALONE_CHARS,
    MAX_BARE_CHARS,
    MAX_BYLINE_CHARS,
    Byline,
    before_glue,
    labelled_lines,
)
from harvester.metadata.lookup.line_signs import MAY_NAME, block_signs
from harvester.metadata.lookup.page_index import ancestors, key_of
from harvester.metadata.lookup.person_names import split_names
from harvester.metadata.lookup.person_test import is_agency, is_cjk_name, looks_like_person, may_begin_with_person
from harvester.metadata.lookup.regions import is_foreign, is_of_others, is_quoted, removed_as, start_of_others
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Document, Role, Span
from harvester.rules.kind_names import KindName
from harvester.rules.markup_rules import name_words

_LAST_BRACKETS: Final = re.compile(
    r"(?:[.!?…。！？]|\A)\s*[(（【\[](?P<name>[^()（）【】\[\]]{3,40})[)）】\]]\s*[+*•■。]{0,3}\s*\Z"
)
# "МОСКВА, 5 мар — РИА Новости, Иван Дымов. "
_DATELINE: Final = re.compile(
    r"[^\W\d][^.,!?]{2,30},\s(?:\d{1,2}\s[^\W\d]+|[^\W\d]+\s\d{1,2})\.?\s[-–—]\s"
    r"(?P<agency>[^\W\d][^.,!?]{2,30}),\s(?P<names>[^.!?]{5,60})\."
)
_HAN_NAME: Final = re.compile(r"[\u4e00-\u9fff\u3005]{3,5}")  # with the mark that repeats a letter
_SENTENCE_END: Final = re.compile(r"[\w)»”\"'][.!?…]+[»”\"')]*\s*$")
_itemprop: Final = attrgetter("itemprop")
_spans: Final = attrgetter("spans")
_classes: Final = attrgetter("classes")
DATELINE_REACH: Final = 3  # blocks of the text from its start
MIN_SIGNED: Final = 4  # blocks of a text that is long enough to be signed
_PLACES: Final = (KindName.BYLINE_META, KindName.AUTHOR_BIO)
AUTHOR_LEVELS: Final = 3  # containers between a name and the place that is called the author


def read_far_bylines(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the writers of weaker places: to be asked when nobody is named elsewhere."""
    yield from _alone(lookups)
    yield from _anywhere(lookups)


def _alone(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the name of a line beside the headline that is nothing else, where it is printed again under the text."""
    if lookups.headline is None:
        return
    blocks = lookups.document.blocks
    for index in range(lookups.headline + 1, min(lookups.headline + 1 + BARE_REACH, len(blocks))):
        text = blocks[index].text
        fits = (
            len(text) <= MAX_ALONE_CHARS
            and blocks[index].role is Role.PARAGRAPH
            and looks_like_person(text, lookups.lexicon)
        )
        if fits and split_names(text, lookups.lexicon) == (text,) and _said_again(lookups, index):
            yield Byline((text,), (), f"block:{index}:alone", "alone")
            return


def _said_again(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line is printed again under the text, as about its writer."""
    blocks, name = lookups.document.blocks, lookups.document.blocks[index].text
    last = lookups.page_index.kept[-1] if lookups.page_index.kept else len(blocks)
    again = (block for block in blocks[max(index + 1, last - BARE_REACH) :] if block.text.startswith(name))
    return any(
        removed_as(block, KindName.AUTHOR_BIO) or (len(block.text) <= MAX_BARE_CHARS and not block.link_chars)
        for block in again
    )


def _anywhere(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the one name that the markup of the whole page, or a labelled line under the text, gives an author."""
    blocks, lang = lookups.document.blocks, lookups.habits.language
    marked = lookups.page_index.marked if "author" in lookups.page_index.marked_rels else ()
    marked = tuple([(index, span) for index, span in marked if "author" in span.rel.lower().split()])
    yield from _only(
        (index, split_names(span.text, lookups.lexicon, lang))
        for index, span in marked
        if not _is_of_others(lookups, index)
    )
    has_cards = "vcard" in " ".join(map(_classes, chain.from_iterable(map(_spans, blocks))))  # as on few pages
    cards = _cards(blocks) if has_cards else ()
    yield from _only(
        (index, split_names(span.text, lookups.lexicon, lang))
        for index, span in cards
        if "author" in name_words(span.classes) and not _is_of_others(lookups, index)
    )
    yield from _only(
        (index, split_names(before_glue(blocks[index]), lookups.lexicon, lang))
        for index in _in_author_places(lookups.document)
        if not _is_of_others(lookups, index)
    )
    yield from _in_dateline(lookups)
    yield from _in_last_brackets(lookups)
    yield from _signed(lookups)
    short = tuple(_short_behind(lookups))
    signs = block_signs(blocks, short, lang, lookups.lexicon)
    for index in (at for at, told in zip(short, signs, strict=True) if told & MAY_NAME):
        if not is_foreign(lookups, blocks[index]) and not is_quoted(lookups, index):
            for found in labelled_lines(blocks[index], index, lang, placed=False, lexicon=lookups.lexicon):
                yield Byline(found.people, found.bodies, found.origin, "elsewhere")


def _cards(blocks: Iterable[Block]) -> Iterator[tuple[int, Span]]:
    """Yield the inline elements with the class of a card of contact, each with its block."""
    yield from ((at, span) for at, block in enumerate(blocks) for span in block.spans if "vcard" in span.classes)


def _short_behind(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the short blocks at the end of the text and behind it, up to where a second article begins."""
    blocks = lookups.document.blocks
    start = lookups.page_index.kept[-1] + 1 if lookups.page_index.kept else (lookups.headline or 0)
    end = start_of_others(lookups)
    for index in range(max(0, start - BARE_REACH), len(blocks) if end is None else end):
        block = blocks[index]
        if block.is_h1 and index >= start and index != lookups.headline:
            return
        is_place = removed_as(block, *_PLACES)
        if len(block.text) <= (MAX_BYLINE_CHARS if is_place else MAX_BARE_CHARS):
            yield index


def _in_author_places(document: Document) -> Iterator[int]:
    """Yield the short blocks in containers whose microdata call them the author."""
    elements = document.elements
    if "author" not in " ".join(map(_itemprop, elements)):  # as on most pages
        return
    places = {at for at, one in enumerate(elements) if one.itemprop and "author" in one.itemprop.split()}
    for index, block in enumerate(document.blocks) if places else ():
        around = ancestors(document, block.element, AUTHOR_LEVELS)
        if len(block.text) <= MAX_ALONE_CHARS and not places.isdisjoint(around):
            yield index


def _in_last_brackets(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the person in brackets behind the last sentence of the text: "The harbour stays open. (Jane Doe)"."""
    kept = lookups.page_index.kept
    found = _LAST_BRACKETS.search(lookups.document.blocks[kept[-1]].text[-MAX_BARE_CHARS:]) if kept else None
    names = _bracketed(lookups, found["name"]) if found is not None else ()
    if names and all(looks_like_person(name, lookups.lexicon) for name in names):
        yield Byline(names, (), f"block:{kept[-1]}", "only")


def _bracketed(lookups: ArticleLookups, text: str) -> tuple[str, ...]:
    """Return whom brackets name and nothing else, or behind a label."""
    lang, lexicon = lookups.habits.language, lookups.lexicon
    if not is_cjk_name(text):
        names = split_names(text, lexicon, lang)
        return names if names == (text,) else ()
    own = lexicon.languages.get(lang or "")
    name = _without_role(text, own.lists.get("people.role_endings", ())) if own is not None else text
    if own is not None and _HAN_NAME.fullmatch(name) and _may_be_bracketed(name, own.lists):
        return split_names(name, lexicon, lang)
    return labelled_names(text, lexicon, lang)


def _without_role(text: str, roles: Iterable[str]) -> str:
    return text.removesuffix(next((role for role in roles if text.endswith(role)), ""))


def _may_be_bracketed(name: str, lists: Mapping[str, tuple[str, ...]]) -> bool:
    """Return whether no table of the language says that letters are no name.

    Brackets hold words for the end, a series or a place that are as long; a language without the tables names nobody.
    """
    signs = lists.get("people.not_bracketed", ())
    is_said = any(sign in name for sign in signs) or name.endswith(lists.get("people.not_bracketed_ends", ()))
    return bool(signs) and not is_said


def _in_dateline(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the people behind the agency in the dateline of the text."""
    kept, lexicon = lookups.page_index.kept, lookups.lexicon
    prose = (at for at in kept[:DATELINE_REACH] if lookups.document.blocks[at].role is Role.PARAGRAPH)
    for index in prose:
        found = _DATELINE.match(lookups.document.blocks[index].text)
        if found is not None and is_agency(found["agency"], lexicon):
            names = split_names(found["names"], lexicon, lookups.habits.language)
            if names and all(looks_like_person(name, lexicon) for name in names):
                yield Byline(names, (), f"block:{index}", "only")
            return


def _signed(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the person whose name is all of the last line of the text, below its last sentence."""
    kept, blocks = lookups.page_index.kept, lookups.document.blocks
    if len(kept) < MIN_SIGNED or kept[-1] != kept[-2] + 1:
        return
    block, above = blocks[kept[-1]], blocks[kept[-2]]
    if any(one.role is not Role.PARAGRAPH for one in (block, above)) or not _SENTENCE_END.search(above.text):
        return
    text = block.text.rstrip(" .")
    if len(text) > MAX_ALONE_CHARS or block.link_chars or is_cjk_name(text) or not may_begin_with_person(text):
        return
    names = split_names(text, lookups.lexicon, lookups.habits.language)
    if names == (text,) and looks_like_person(text, lookups.lexicon):
        yield Byline(names, (), f"block:{kept[-1]}", "only")


def _is_of_others(lookups: ArticleLookups, index: int) -> bool:
    block = lookups.document.blocks[index]
    if removed_as(block, KindName.SIDEBAR, KindName.PREV_NEXT, KindName.NAV_MENU) or is_quoted(lookups, index):
        return True
    return is_of_others(lookups, block)


def _only(found: Iterable[tuple[int, tuple[str, ...]]]) -> Iterator[Byline]:
    """Yield the names when all places give the same: several writers are those of a list of articles."""
    named = ((index, names) for index, names in found if names)
    first = next(named, None)
    if first is None:
        return
    keys = tuple(map(key_of, first[1]))
    if all(tuple(map(key_of, names)) == keys for _, names in named):
        yield Byline(first[1], (), f"block:{first[0]}:markup", "only")
