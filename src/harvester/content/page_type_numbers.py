"""What a page is made of, in numbers: for the classifier of page types.

Sums, shares, and what the groups of like containers hold: teasers, products, posts of a thread and sections of a manual
all come in dozens, and differ in what each one is made of. Most are shares of the page, so that pages of any size,
language and script look alike; NaN means "there is none".
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from math import log1p, nan
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.content.features.matrix import Column
from harvester.content.page_sums import (
    COUNT,
    GROUP_SUMS,
    LENGTHS,
    ONE,
    PICKED,
    SUMS,
    TRAITS,
    Links,
    PageSums,
    page_sums,
)
from harvester.models import Document, Role
from harvester.outline import Outline

Values = dict[str, float]

_SUMMED_ROLES: Final = (Role.LIST_ITEM, Role.TABLE, Role.CODE, Role.QUOTE)  # of which the characters are summed up
_NEXT: Final = 6  # blocks behind the headline that are looked at
_NO_HEADLINE: Final = dict.fromkeys(
    ("headline_level", "headline_place", "headline_before", "headline_after", "headline_next"), nan
)
_PROSE: Final = SUMS.index("prose")
_PRICES: Final = SUMS.index("prices")
_GROUP_SIZE: Final = PICKED.index("size"), GROUP_SUMS.index("size")
_NO_LINKS: Final = Links(0, 0, 0)
_SELECTIONS: Final = ("all", "main")

_Asked = tuple[str, str, str]  # a value, and the sums that it is a share of and that it is a share of


def page_values(outline: Outline, placed: Collection[int]) -> Values:
    """Return the sums and shares of a page; `placed` are the blocks that rules took out by their place.

    Nothing of a page without blocks; NaN is what there is none of.
    """
    if not outline.document.blocks:
        return {}
    return dict(zip(value_names(), value_row(outline, placed).tolist(), strict=True))


@cache
def value_names() -> tuple[str, ...]:
    """Return the names of the values in `value_row`."""
    nothing = Document((), (), None, None, None, (), (), (), ())
    others = (
        *_head_values(nothing),
        *_headline_values(Outline(nothing)),
        *_link_values(_NO_LINKS),
        "placed_prose",
    )
    sums = (f"{prefix}_{name}" for prefix in _SELECTIONS for name in _block_shares().names)
    groups = (f"alike_{by}_{name}" for by in PICKED for name in _group_shares().names)
    return (*sums, *groups, *others)


def value_row(outline: Outline, placed: Collection[int]) -> Column:
    """Return the values of a page in the order of `value_names`."""
    sums = page_sums(outline, placed)
    all_prose, main_prose = sums.blocks[:, _PROSE].tolist()
    others = [
        *_head_values(outline.document).values(),
        *_headline_values(outline).values(),
        *_link_values(sums.links).values(),
        (all_prose - main_prose) / max(all_prose, 1),
    ]
    values = np.empty(len(value_names()))
    shares = values[: -len(others)]
    _write_shares(sums, shares)
    # Where there is no group, nothing of one has any.
    logarithms = _logarithms() if sums.groups[_GROUP_SIZE] else _logarithms()[: _of_blocks()]
    shares[logarithms] = np.fromiter(map(log1p, shares[logarithms].tolist()), np.float64, len(logarithms))
    values[-len(others) :] = others
    return values


# ── shares of sums ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Shares:
    """Values that are each a sum as a share of another one, or a logarithm of that, as places in rows of sums."""

    names: tuple[str, ...]
    parts: NDArray[np.int64]
    wholes: NDArray[np.int64]
    logarithms: int  # so many of them come first

    def of(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return rows x values, given rows of sums: the shares, of which no logarithms are taken yet."""
        return np.asarray(rows[:, self.parts] / np.maximum(rows[:, self.wholes], 1))


def _shares(known: Sequence[str], logarithms: Sequence[_Asked], shares: Sequence[_Asked]) -> _Shares:
    """Return the values (name, part, whole) as places among the sums that are known."""
    names, parts, wholes = zip(*logarithms, *shares, strict=True)
    of_parts, of_wholes = (np.array(list(map(known.index, those)), dtype=np.int64) for those in (parts, wholes))
    return _Shares(names, of_parts, of_wholes, len(logarithms))


@cache
def _block_shares() -> _Shares:
    """Return what is made of the sums of a selection of blocks."""
    return _shares(
        SUMS,
        [*((name, name, ONE) for name in TRAITS), ("blocks", COUNT, ONE), ("each_prose", "prose", "paragraphs")],
        [
            *((f"{name}_share", name, COUNT) for name in TRAITS[len(LENGTHS) :]),
            ("prose_chars", "prose", "chars"),
            ("link_chars", "links", "chars"),
            ("longest", "longest", "prose"),
            ("linked_of_headings", "linked_headings", "role_heading"),
            *((f"{role}_chars", f"{role}_chars", "chars") for role in _SUMMED_ROLES),
            ("first_price", "first_price", COUNT),
        ],
    )


@cache
def _group_shares() -> _Shares:
    """Return what is made of the sums of a group."""
    return _shares(
        GROUP_SUMS,
        [*((f"{name}_each", name, COUNT) for name in TRAITS), ("size", COUNT, ONE)],
        [
            ("prose_share", "prose", "page_prose"),
            ("chars_share", "chars", "page_chars"),
            ("link_chars", "links", "chars"),
            ("prose_chars", "prose", "chars"),
        ],
    )


def _write_shares(sums: PageSums, values: Column) -> None:
    """Write the shares of both selections of blocks, and of all groups; NaN is what there is none of."""
    blocks, groups = _block_shares(), _group_shares()
    if native.CORE is not None:
        by_blocks, by_groups = (blocks.parts, blocks.wholes), (groups.parts, groups.wholes)
        native.CORE.write_shares(sums.blocks, *by_blocks, sums.groups, *by_groups, values)
        return
    of_blocks = blocks.of(sums.blocks)
    of_blocks[sums.blocks[:, _PRICES] == 0, -1] = nan  # there is no first price
    of_groups = groups.of(sums.groups)
    if not sums.groups[_GROUP_SIZE]:
        of_groups[:] = nan
    values[:] = np.concatenate((of_blocks.ravel(), of_groups.ravel()))


@cache
def _logarithms() -> NDArray[np.intp]:
    """Return the places among all shares of those that logarithms are taken of."""
    all_shares = (*[_block_shares()] * len(_SELECTIONS), *[_group_shares()] * len(PICKED))
    are_logarithms = [at < shares.logarithms for shares in all_shares for at in range(len(shares.names))]
    return np.flatnonzero(are_logarithms)


@cache
def _of_blocks() -> int:
    """Return how many of those are of blocks, which come first."""
    return len(_SELECTIONS) * _block_shares().logarithms


# ── what else is counted ──────────────────────────────────────────────────────────────────────


def _headline_values(outline: Outline) -> Values:
    """Return where the headline is, and how much follows before the next heading of its level."""
    blocks, headline, prose = outline.document.blocks, outline.headline, outline.prose_chars
    levels = {at: blocks[at].level for at in outline.headings}
    values = {"h1s": float(list(levels.values()).count(1)), **_NO_HEADLINE}
    if headline is None:
        return values
    level = blocks[headline].level
    end = next((at for at, other in levels.items() if at > headline and other == level), len(blocks))
    total = max(outline.total_prose, 1)
    return values | {
        "headline_level": float(level or 0),
        "headline_place": headline / len(blocks),
        "headline_before": sum(prose[:headline]) / total,
        "headline_after": sum(prose[headline:end]) / total,
        "headline_next": float(sum([chars > 0 for chars in prose[headline + 1 : headline + _NEXT]])),
    }


def _link_values(links: Links) -> Values:
    """Return how many links there are, and how many lead to a place on the page, to a telephone or to a mailbox."""
    return {
        "hrefs": log1p(links.all),
        "hrefs_here": links.here / max(links.all, 1),
        "hrefs_contact": log1p(links.contact),
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
