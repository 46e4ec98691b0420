"""Bylines that several blocks make together: a label above a name, names side by side, a name beside a day."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.bylines import (
    BARE_REACH,
    MAX_ALONE_CHARS,
    MAX_BARE_CHARS,
    MAX_BYLINE_CHARS,
    RULED_REACH,
    Byline,
    before_glue,
    parted_text,
)
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.line_signs import BY, OPAQUE
from harvester.metadata.lookup.name_labels import is_byline_label, names_reviewers
from harvester.metadata.lookup.named_sections import names_section
from harvester.metadata.lookup.person_names import split_names
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.regions import is_foreign
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Role
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.text import CJK

MAX_ROW_GAP: Final = 2  # blocks: "By" stands between the names of some rows
MAX_ROW: Final = 20
_ALONE_ROLES: Final = frozenset({Role.PARAGRAPH})
_PLACED_ROLES: Final = _ALONE_ROLES | {Role.LIST_ITEM}  # a place says more than a name alone
_MAY_BE_LABEL: Final = BY | OPAQUE
_NAME_EDGES: Final = " \t\n,.;:·•@-–—"


def read_placed_bylines(lookups: ArticleLookups, near: Iterable[Byline]) -> Iterator[Byline]:
    """Yield the bylines that no single block makes; `near` are those that single blocks near the headline make."""
    yield from _under_labels(lookups)
    yield from _beside_dates(lookups)
    yield from _rows(lookups, near)
    if lookups.starter is not None:
        index, account = lookups.starter
        yield Byline((account,), (), f"block:{index}:thread", "thread")


def _under_labels(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the name of a line that is under a label of its own: "Written by" above "Jane Doe"."""
    blocks, lang = lookups.document.blocks, lookups.habits.language
    for index, signs in lookups.signs.items():
        if not signs & _MAY_BE_LABEL or index + 1 >= len(blocks):
            continue
        if not is_byline_label(blocks[index].text, lookups.lexicon, lang):
            continue
        names = _only_names(blocks[index + 1].text, lookups)
        if names:
            yield Byline(names, (), f"block:{index + 1}", "labelled")


def _beside_dates(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the name of a line under the headline that is nothing else and has a day above or below it."""
    if lookups.headline is None:
        return
    blocks, start = lookups.document.blocks, lookups.headline + 1
    for index in range(start, min(start + BARE_REACH, len(blocks))):
        block = blocks[index]
        line = before_glue(block) if len(block.text) <= MAX_BYLINE_CHARS else block.text
        text = _without_place(line, lookups.lexicon)
        roles = _PLACED_ROLES if text != line else _ALONE_ROLES
        if len(text) > MAX_ALONE_CHARS or block.role not in roles or is_foreign(lookups, block):
            continue
        beside = (blocks[at] for at in (index - 2, index - 1, index + 1, index + 2) if start <= at < len(blocks))
        if CJK.search(block.text):  # a section is as short as a name
            continue
        names = _only_names(text, lookups)
        if names and any(_is_day(one, lookups) for one in beside) and not names_section(lookups, text):
            yield Byline(names, (), f"block:{index}:beside", "beside a day")


def _without_place(text: str, lexicon: Lexicon) -> str:
    """Return the name of a line with the place where somebody wrote: "Jane Doe at Villa Park"; else the whole line."""
    may_be = len(text) <= MAX_BARE_CHARS and not _before_places(lexicon).isdisjoint(text.split())
    found = _placed(lexicon).fullmatch(text) if may_be else None
    is_place = found is not None and all(word[0].isupper() for word in found["place"].split())
    return found["name"] if found is not None and is_place else text


@lru_cache(maxsize=RULES_CACHED)
def _before_places(lexicon: Lexicon) -> frozenset[str]:
    """Return the first words of what stands between a name and a place."""
    return frozenset(word.split()[0] for word in lexicon.words("people.before_places"))


@lru_cache(maxsize=RULES_CACHED)
def _placed(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<name>[^\W\d_].{{3,}}?)\s(?:{either(lexicon.words('people.before_places'))})\s(?P<place>\w[^.!?]+)"
    )


def _only_names(text: str, lookups: ArticleLookups) -> tuple[str, ...]:
    """Return the people of a line that names nothing else."""
    first = text.split(",", maxsplit=1)[0].strip(_NAME_EDGES)
    if len(text) > MAX_BARE_CHARS or not looks_like_person(first, lookups.lexicon):
        return ()
    if names_reviewers(text, lookups.lexicon, lookups.habits.language):  # "Fot. Jane Doe"
        return ()
    names = split_names(text, lookups.lexicon, lookups.habits.language)
    return names if all(looks_like_person(name, lookups.lexicon) for name in names) else ()


def _is_day(block: Block, lookups: ArticleLookups) -> bool:
    """Return whether a line holds a day and hardly more."""
    if len(block.text) > MAX_BARE_CHARS:
        return False
    text = parted_text(block)
    found = next(find_dates(text, lookups.lexicon, lookups.habits), None)
    return found is not None and len(block.text) - (found.end - found.start) <= MAX_BARE_CHARS // 2


# ── names side by side ───────────────────────────────────────────────────────────────────────


def _rows(lookups: ArticleLookups, near: Iterable[Byline]) -> Iterator[Byline]:
    """Yield the people of blocks that follow each other in places of one kind, each of which names somebody."""
    named = _named_blocks(lookups, near)
    row: list[int] = []
    for index in sorted(named):
        if row and not (_goes_on(lookups, row[-1], index) and _kind(lookups, index) == _kind(lookups, row[-1])):
            yield from _row(named, row)
            row = []
        row.append(index)
    yield from _row(named, row)


def _goes_on(lookups: ArticleLookups, last: int, index: int) -> bool:
    """Return whether a row may go on: no line between calls who follows a translator, an editor, a photographer."""
    between = (block.text.casefold() for block in lookups.document.blocks[last + 1 : index])
    return index - last <= MAX_ROW_GAP and lookups.lexicon.reviewed_prefixes.isdisjoint(between)


def _row(named: dict[int, Byline], row: list[int]) -> Iterator[Byline]:
    people = tuple(dict.fromkeys(name for index in row for name in named[index].people))
    if len(row) > 1 and 1 < len(people) <= MAX_ROW:
        yield Byline(people, (), f"block:{row[0]}:row", "side by side")


def _named_blocks(lookups: ArticleLookups, near: Iterable[Byline]) -> dict[int, Byline]:
    """Return the first byline of each block beside the headline that holds people's names and nothing else."""
    found: dict[int, Byline] = {}
    headline = lookups.headline if lookups.headline is not None else 0
    for one in near:
        parts = one.origin.split(":")
        if parts[0] == "block" and one.people and all(looks_like_person(name, lookups.lexicon) for name in one.people):
            index = int(parts[1])
            if abs(index - headline) <= RULED_REACH:
                found.setdefault(index, one)
    return found


def _kind(lookups: ArticleLookups, index: int) -> tuple[str, str]:
    """Return what distinguishes the places of a row from others: the tag, and the first of their classes."""
    elements, at = lookups.document.elements, lookups.document.blocks[index].element
    return (elements[at].tag, elements[at].classes.split(" ", 1)[0]) if 0 <= at < len(elements) else ("", "")
