"""What a page is made of, in numbers: for the classifier of page types.

Sums, shares, and what the groups of like containers hold: teasers, products, posts of a thread and sections of a manual
all come in dozens, and differ in what each one is made of. Most are shares of the page, so that pages of any size,
language and script look alike; NaN stands for "there is none".
"""

import re
from collections.abc import Collection
from functools import cache, lru_cache
from itertools import compress
from math import log1p, nan
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from harvester.models import PAGE_ROLES, Block, Document, Role
from harvester.outline import Outline

Values = dict[str, float]
Numbers = NDArray[np.float64]

# A sum of money as shops print it: the sign of a currency, or its code, beside a figure.
_PRICE: Final = re.compile(r"[$€£¥₹₽₩]\s?\d|\d\s?(?:[€£₽₩₹¥]|(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK)\b)")
_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MAX_LABEL_CHARS: Final = 60  # of a line that holds a price or a date and little else
_MIN_ALIKE: Final = 3  # containers of like markup, from which they are a group
_ROLES: Final = PAGE_ROLES
_TAG: Final = attrgetter("tag")
_CLASSES: Final = attrgetter("classes")
_LENGTHS: Final = ("chars", "links", "prose")  # in characters; of the others a share of the blocks says something, too
_TRAITS: Final = (
    *_LENGTHS,
    *("paragraphs", "linked", "linked_headings", "images", "prices", "years", "times", "questions", "short"),
    *(f"role_{role}" for role in _ROLES),
)
_SUMMED_ROLES: Final = (Role.LIST_ITEM, Role.TABLE, Role.CODE, Role.QUOTE)  # of which the characters are summed up
# Rows of the traits.
_CHARS: Final = _TRAITS.index("chars")
_PROSE: Final = _TRAITS.index("prose")
_PRICES: Final = _TRAITS.index("prices")
_SUMMED: Final = [_TRAITS.index(f"role_{role}") for role in _SUMMED_ROLES]
_GAP: Final = "\n\n"  # between two texts: no pattern leads across
_NEXT: Final = 6  # blocks behind the headline that are looked at
_CONTACTS: Final = ("tel:", "mailto:")
_NO_DIGITS: Final = str.maketrans("", "", "0123456789")


def page_values(document: Document, outline: Outline, placed: Collection[int]) -> Values:
    """Return the sums and shares of a page; `placed` are the blocks that rules took out by their place."""
    blocks = document.blocks
    if not blocks:
        return {}
    traits = _traits(document, outline)
    inside = np.ones(len(blocks), dtype=np.bool_)
    inside[list(placed)] = False
    prose = traits[_PROSE]
    values = _head_values(document) | _sums("all", traits) | _sums("main", traits[:, inside])
    values |= _headline_values(document, outline, prose)
    values |= _group_values(outline, traits)
    values |= _link_values(document)
    values["placed_prose"] = float(prose[~inside].sum() / max(prose.sum(), 1))
    return values


def _traits(document: Document, outline: Outline) -> Numbers:
    """Return for each of _TRAITS, and each block, what is summed up later on: whole numbers all."""
    blocks = document.blocks
    numbers = outline.block_numbers
    chars, links, prose, roles = numbers.chars, numbers.linked, numbers.prose, numbers.role
    images = np.bincount(
        np.array([image.block for image in document.images], dtype=np.int64), minlength=len(blocks) + 1
    )
    linked = links * 2 > chars
    short = chars <= _MAX_LABEL_CHARS
    with_figure = short & ((numbers.digits > 0) | (numbers.cut > 0))  # of what was cut out, no digits are counted
    traits: dict[str, NDArray[Any]] = {
        "chars": chars,
        "links": links,
        "prose": prose,
        "paragraphs": prose > 0,
        "linked": linked,
        "linked_headings": linked & (roles == _ROLES.index(Role.HEADING)),
        "images": images[: len(blocks)],
        "prices": _found(_PRICE, blocks, with_figure),
        "years": _found(_YEAR, blocks, with_figure),
        "times": _with_time(blocks),
        "questions": np.array([block.text[-1] in "?？" for block in blocks], dtype=np.bool_),
        "short": short,
    }
    traits |= {f"role_{role}": roles == number for number, role in enumerate(_ROLES)}
    return np.array([traits[name] for name in _TRAITS], dtype=np.float64)


def _found(pattern: re.Pattern[str], blocks: tuple[Block, ...], asked: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which of the blocks asked for hold the pattern; all are searched as one text, in a fifth of the time."""
    at = np.flatnonzero(asked)
    texts = [blocks[index].text for index in at.tolist()]
    ends = np.cumsum([len(text) + len(_GAP) for text in texts])
    places = [match.start() for match in pattern.finditer(_GAP.join(texts))]
    found = np.zeros(len(blocks), dtype=np.bool_)
    found[at[np.searchsorted(ends, places, side="right")]] = True
    return found


def _with_time(blocks: tuple[Block, ...]) -> NDArray[np.bool_]:
    found = np.zeros(len(blocks), dtype=np.bool_)
    found[[at for at, block in enumerate(blocks) for span in block.spans if span.tag == "time"]] = True
    return found


@cache
def _names_of_sums(prefix: str) -> tuple[str, ...]:
    shares = (f"{name}_share" for name in _TRAITS[len(_LENGTHS) :])
    others = ("blocks", "prose_chars", "link_chars", "longest", "each_prose", "linked_of_headings")
    roles = (f"{role}_chars" for role in _SUMMED_ROLES)
    return tuple(f"{prefix}_{name}" for name in (*_TRAITS, *shares, *others, *roles, "first_price"))


def _sums(prefix: str, traits: Numbers) -> Values:
    totals = traits.sum(axis=1).tolist()
    sums = dict(zip(_TRAITS, totals, strict=True))
    count, chars = max(traits.shape[1], 1), max(sums["chars"], 1)
    priced = traits[_PRICES].argmax() if sums["prices"] else nan
    values = (
        *map(log1p, totals),
        *(total / count for total in totals[len(_LENGTHS) :]),
        log1p(count),
        sums["prose"] / chars,
        sums["links"] / chars,
        float(traits[_PROSE].max(initial=0)) / max(sums["prose"], 1),
        log1p(sums["prose"] / max(sums["paragraphs"], 1)),
        sums["linked_headings"] / max(sums["role_heading"], 1),
        *(in_role / chars for in_role in (traits[_SUMMED] * traits[_CHARS]).sum(axis=1).tolist()),
        float(priced) / count,
    )
    return dict(zip(_names_of_sums(prefix), values, strict=True))


def _headline_values(document: Document, outline: Outline, prose: Numbers) -> Values:
    """Return where the headline stands, and how much follows before the next heading of its level."""
    blocks, headline = document.blocks, outline.headline
    values = {"h1s": float(sum(block.is_h1 for block in blocks))}
    if headline is None:
        return values
    level = blocks[headline].level
    rivals = (
        at for at in range(headline + 1, len(blocks)) if blocks[at].role is Role.HEADING and blocks[at].level == level
    )
    end = next(rivals, len(blocks))
    total = max(float(prose.sum()), 1.0)
    return values | {
        "headline_level": float(level or 0),
        "headline_place": headline / len(blocks),
        "headline_before": float(prose[:headline].sum()) / total,
        "headline_after": float(prose[headline:end].sum()) / total,
        "headline_next": float((prose[headline + 1 : headline + _NEXT] > 0).sum()),
    }


def _link_values(document: Document) -> Values:
    """Return how many links there are, and how many lead to a place on the page, to a telephone or to a mailbox."""
    links = [span.href for block in document.blocks for span in block.spans if span.href]
    return {
        "hrefs": log1p(len(links)),
        "hrefs_here": sum(href.startswith("#") for href in links) / max(len(links), 1),
        "hrefs_contact": log1p(sum(href.startswith(_CONTACTS) for href in links)),
    }


def _head_values(document: Document) -> Values:
    metas = {meta.name: meta.content for meta in document.metas}
    return {
        "description": log1p(len(metas.get("description") or metas.get("og:description") or "")),
        "title": log1p(len(document.title or "")),
        "metas": log1p(len(document.metas)),
        "scripts": log1p(sum(len(script.text) for script in document.scripts)),
        "page_images": log1p(len(document.images)),
    }


# ── containers of like markup ─────────────────────────────────────────────────────────────────


def _group_values(outline: Outline, traits: Numbers) -> Values:
    """Return what the groups of most prose, of most characters, of most members and of most prices are made of."""
    numbers = outline.container_numbers
    firsts, ends = numbers.first[:-1], numbers.end[:-1]
    group_of = _groups(outline, ends > firsts)
    sizes = np.bincount(group_of[group_of >= 0])
    if sizes.max(initial=0) < _MIN_ALIKE:
        return {}
    members = group_of >= 0
    first, end = firsts[members], ends[members]
    running = np.concatenate((np.zeros((len(traits), 1)), np.cumsum(traits, axis=1)), axis=1)
    order = np.argsort(group_of[members], kind="stable")
    inside = (running[:, end] - running[:, first])[:, order]
    starts = np.searchsorted(group_of[members][order], np.arange(len(sizes)))
    # Some groups hold nothing: their number was taken, and no element of it has blocks.
    of_groups = np.where(
        sizes >= _MIN_ALIKE, np.add.reduceat(inside, np.minimum(starts, inside.shape[1] - 1), axis=1), 0
    )
    sums = np.vstack((of_groups, np.where(sizes >= _MIN_ALIKE, sizes, 0)))
    names = (*_TRAITS, "size")
    totals = {"chars": max(float(traits[_CHARS].sum()), 1.0), "prose": max(float(traits[_PROSE].sum()), 1.0)}
    values: Values = {}
    for by in ("prose", "chars", "size", "linked_headings"):
        at = int(np.argmax(sums[names.index(by)]))
        values |= _group(f"alike_{by}", dict(zip(names, sums[:, at].tolist(), strict=True)), totals)
    return values


@cache
def _names_of_group(prefix: str) -> tuple[str, ...]:
    each = (f"{name}_each" for name in _TRAITS)
    return tuple(
        f"{prefix}_{name}" for name in (*each, "size", "prose_share", "chars_share", "link_chars", "prose_chars")
    )


def _group(prefix: str, sums: dict[str, float], totals: dict[str, float]) -> Values:
    size, chars = max(sums["size"], 1), max(sums["chars"], 1)
    values = (
        *(log1p(sums[name] / size) for name in _TRAITS),
        log1p(size),
        sums["prose"] / totals["prose"],
        sums["chars"] / totals["chars"],
        sums["links"] / chars,
        sums["prose"] / chars,
    )
    return dict(zip(_names_of_group(prefix), values, strict=True))


def _groups(outline: Outline, holds: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the number of the group of each element, -1 where it holds nothing: like tags, like parents."""
    elements = outline.document.elements
    names = [*map(_name_of, map(_TAG, elements), map(_CLASSES, elements))]
    names.append("")  # around the outermost, whose parent is -1
    kinds = zip(map(names.__getitem__, outline.parents), names, strict=False)
    numbers: dict[tuple[str, str], int] = {}
    found = np.full(len(elements), -1, dtype=np.int64)
    found[holds] = [numbers.setdefault(kind, len(numbers)) for kind in compress(kinds, holds.tolist())]
    return found


@lru_cache(maxsize=16_384)
def _name_of(tag: str, classes: str) -> str:
    """Return tag and first class without figures: "div post-17 even" and "div post-18 odd" are of one kind."""
    return f"{tag} {classes.split(' ', 1)[0].translate(_NO_DIGITS)}"
