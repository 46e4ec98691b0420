"""What a page is made of, in numbers: for the classifier of page types.

Sums, shares, and what the groups of like containers hold: teasers, products, posts of a thread and sections of a manual
all come in dozens, and differ in what each one is made of. Most are shares of the page, so that pages of any size,
language and script look alike; NaN means "there is none".
"""

from collections.abc import Collection
from functools import cache
from math import log1p, nan
from typing import Final

from harvester.content.page_sums import LENGTHS, PICKED, TRAITS, PageSums, Sums, page_sums
from harvester.models import Document, Role
from harvester.outline import Outline

Values = dict[str, float]

_SUMMED_ROLES: Final = (Role.LIST_ITEM, Role.TABLE, Role.CODE, Role.QUOTE)  # of which the characters are summed up
_NEXT: Final = 6  # blocks behind the headline that are looked at
_CONTACTS: Final = ("tel:", "mailto:")


def page_values(document: Document, outline: Outline, placed: Collection[int]) -> Values:
    """Return the sums and shares of a page; `placed` are the blocks that rules took out by their place."""
    if not document.blocks:
        return {}
    sums = page_sums(outline, placed)
    values = _head_values(document) | _sums("all", sums.all) | _sums("main", sums.main)
    values |= _headline_values(document, outline)
    values |= _group_values(sums)
    values |= _link_values(document)
    prose = sums.all["prose"]
    values["placed_prose"] = (prose - sums.main["prose"]) / max(prose, 1)
    return values


@cache
def _names_of_sums(prefix: str) -> tuple[str, ...]:
    shares = (f"{name}_share" for name in TRAITS[len(LENGTHS) :])
    others = ("blocks", "prose_chars", "link_chars", "longest", "each_prose", "linked_of_headings")
    roles = (f"{role}_chars" for role in _SUMMED_ROLES)
    return tuple(f"{prefix}_{name}" for name in (*TRAITS, *shares, *others, *roles, "first_price"))


def _sums(prefix: str, sums: Sums) -> Values:
    totals = [sums[name] for name in TRAITS]
    count, chars = max(sums["blocks"], 1), max(sums["chars"], 1)
    values = (
        *map(log1p, totals),
        *(total / count for total in totals[len(LENGTHS) :]),
        log1p(count),
        sums["prose"] / chars,
        sums["links"] / chars,
        sums["longest"] / max(sums["prose"], 1),
        log1p(sums["prose"] / max(sums["paragraphs"], 1)),
        sums["linked_headings"] / max(sums["role_heading"], 1),
        *(sums[f"{role}_chars"] / chars for role in _SUMMED_ROLES),
        sums["first_price"] / count if sums["prices"] else nan,
    )
    return dict(zip(_names_of_sums(prefix), values, strict=True))


def _headline_values(document: Document, outline: Outline) -> Values:
    """Return where the headline is, and how much follows before the next heading of its level."""
    blocks, headline, prose = document.blocks, outline.headline, outline.prose_chars
    values = {"h1s": float(sum(block.is_h1 for block in blocks))}
    if headline is None:
        return values
    level = blocks[headline].level
    rivals = (
        at for at in range(headline + 1, len(blocks)) if blocks[at].role is Role.HEADING and blocks[at].level == level
    )
    end = next(rivals, len(blocks))
    total = max(outline.total_prose, 1)
    return values | {
        "headline_level": float(level or 0),
        "headline_place": headline / len(blocks),
        "headline_before": sum(prose[:headline]) / total,
        "headline_after": sum(prose[headline:end]) / total,
        "headline_next": float(sum(chars > 0 for chars in prose[headline + 1 : headline + _NEXT])),
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


def _group_values(sums: PageSums) -> Values:
    """Return what the groups of most prose, of most characters, of most members and of most linked headings hold."""
    values: Values = {}
    for by, group in zip(PICKED, sums.groups, strict=False):
        values |= _group(f"alike_{by}", group, sums.all)
    return values


@cache
def _names_of_group(prefix: str) -> tuple[str, ...]:
    each = (f"{name}_each" for name in TRAITS)
    return tuple(
        f"{prefix}_{name}" for name in (*each, "size", "prose_share", "chars_share", "link_chars", "prose_chars")
    )


def _group(prefix: str, sums: Sums, totals: Sums) -> Values:
    size, chars = max(sums["size"], 1), max(sums["chars"], 1)
    values = (
        *(log1p(sums[name] / size) for name in TRAITS),
        log1p(size),
        sums["prose"] / max(totals["prose"], 1),
        sums["chars"] / max(totals["chars"], 1),
        sums["links"] / chars,
        sums["prose"] / chars,
    )
    return dict(zip(_names_of_group(prefix), values, strict=True))
