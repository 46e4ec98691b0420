"""Features of a block's place on the page, and of the page: both show what kind of text belongs to it."""

from collections import Counter
from collections.abc import Collection
from itertools import islice
from math import nan
from types import ModuleType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.features.matrix import Column, Columns, column, signed_log
from harvester.models import PAGE_ROLES, Document, Role
from harvester.outline import Outline
from harvester.outline.containers import inherited
from harvester.text import FOLD_TABLE, fold

_DESCRIPTIONS: Final = frozenset({"description", "og:description", "twitter:description"})
_DATA_TYPES: Final = (
    "Article",
    "NewsArticle",
    "BlogPosting",
    "Product",
    "DiscussionForumPosting",
    "QAPage",
    "ItemList",
)
_TYPE_FLAGS: Final = tuple((f"type_{name}", f'"{name}"') for name in _DATA_TYPES)
_MAX_DATA_CHARS: Final = 200_000  # of JSON-LD; some shops list their whole stock in it
_MAX_DESCRIPTIONS: Final = 10  # each block is looked for in each of them
_HEADING: Final = PAGE_ROLES.index(Role.HEADING)
_BETWEEN: Final = " "  # folded texts: none holds it
_MAX_HEAD_CHARS: Final = 10_000  # of the title and of a description
_PREFIX_CHARS: Final = 60  # enough of a paragraph to know it again
_MIN_IN_BODY: Final = 30  # of these; fewer stand in any text


def page_columns(outline: Outline, prose: Column) -> Columns:
    """Return where each block is on the page, what of it the head repeats, and what kind the page calls itself."""
    document = outline.document
    count = len(document.blocks)
    index = np.arange(count, dtype=np.float64)
    total = max(float(prose.sum()), 1.0)
    before = np.cumsum(prose) - prose
    links = int(outline.block_numbers.linked.sum())
    chars = max(int(outline.block_numbers.chars.sum()), 1)
    longest = int(np.argmax(prose)) if count else 0
    columns = {
        "position": index / max(count, 1),
        "prose_before": before / total,
        "prose_share": prose / total,
        "from_longest": signed_log(index - longest),
        "twins": column(twins_of(document)),
        "page_blocks": np.full(count, np.log1p(count)),
        "page_prose": np.full(count, np.log1p(total)),
        "page_links": np.full(count, links / chars),
    }
    columns.update(_headline_columns(outline, index, before))
    data = linked_data(document)
    columns.update({name: column(values) for name, values in matches(document, data).items()})
    columns.update({name: np.full(count, value) for name, value in flags_of(document, data).items()})
    return columns


def twins_of(document: Document) -> list[int]:
    """Return for each block how many others have the same text."""
    texts = [block.text for block in document.blocks]
    twins = Counter(texts)
    return [twins[text] - 1 for text in texts]


def _headline_columns(outline: Outline, index: Column, before: Column) -> Columns:
    """Return where each block is from the headline; a second headline of its kind begins another article."""
    blocks = outline.document.blocks
    headline = outline.headline
    if headline is None:
        none = np.full(len(blocks), np.nan)
        return dict.fromkeys(("from_headline", "prose_since_headline", "rivals", "shared_depth", "shared_size"), none)
    seen, containers = outline.block_numbers, outline.container_numbers
    rival = (seen.role == PAGE_ROLES.index(Role.HEADING)) & (seen.level == (blocks[headline].level or 0))
    rival[: headline + 1] = False
    chain = outline.ancestors(blocks[headline].element)
    of_element = np.full(len(containers.parent), -1)
    of_element[chain] = np.arange(len(chain))  # how many containers up from the headline the shared one stands
    shared = inherited(containers.parent, of_element)[seen.element]
    sizes = np.append((containers.end - containers.first)[chain], len(blocks))
    return {
        "from_headline": signed_log(index - headline),
        "prose_since_headline": np.log1p(np.maximum(before - before[headline], 0)),
        "rivals": np.cumsum(rival).astype(np.float64),
        "shared_depth": np.where(shared >= 0, shared, len(chain)).astype(np.float64),
        "shared_size": sizes[shared] / max(len(blocks), 1),
    }


def matches(document: Document, data: str) -> dict[str, list[float]]:
    """Return for each block whether the head repeats its text; NaN where the head has no text.

    `data` is what `linked_data` returns.
    """
    folded = [fold(block.text[: 4 * _PREFIX_CHARS])[:_PREFIX_CHARS] for block in document.blocks]
    title, descriptions, body = told_texts(document, data)
    return {
        "in_title": [bool(text) and text in title for text in folded],
        "in_description": [descriptions is not None and text in descriptions for text in folded],
        "in_data_body": [(len(text) > _MIN_IN_BODY and text in body) if body else nan for text in folded],
    }


def told_texts(document: Document, data: str) -> tuple[str, str | None, str | None]:
    """Return what the page says elsewhere, folded: its title, its descriptions, the body that its data holds."""
    metas = islice((meta for meta in document.metas if meta.name in _DESCRIPTIONS), _MAX_DESCRIPTIONS)
    described = [fold(meta.content[:_MAX_HEAD_CHARS]) for meta in metas]
    title = fold((document.title or "")[:_MAX_HEAD_CHARS])
    body = fold(data) if "articleBody" in data else ""
    return title, _BETWEEN.join(described) if described else None, body or None


def flags_of(document: Document, data: str) -> dict[str, float]:
    """Return what kind the page calls itself, the same for all of its blocks; `data` is what `linked_data` returns."""
    articles = [element.tag for element in document.elements].count("article")
    h1s = sum(block.is_h1 for block in document.blocks)
    return {**said_flags(document, data), "articles": float(articles), "h1s": float(h1s)}


def said_flags(document: Document, data: str) -> dict[str, float]:
    """Return those of the flags that its head tells."""
    og_type = next((meta.content for meta in document.metas if meta.name == "og:type"), "")
    flags = {name: float(said in data) for name, said in _TYPE_FLAGS}
    return {**flags, "og_article": float(og_type == "article"), "og_product": float("product" in og_type)}


def linked_data(document: Document) -> str:
    """Return the page's structured data as one text, up to a limit."""
    return " ".join(script.text for script in document.scripts if script.is_linked_data)[:_MAX_DATA_CHARS]


def write_told(core: ModuleType, outline: Outline, placed: Collection[int], columns: NDArray[np.float64]) -> None:
    """Write what is placed, `twins_of`, `matches` and `flags_of` to their columns, with native/page_features.c.

    Raises UnicodeEncodeError for half a surrogate pair.
    """
    document = outline.document
    data = linked_data(document)
    said, flags = told_texts(document, data), tuple(said_flags(document, data).values())
    page = document.blocks, document.elements, placed, said, flags
    core.write_told(*page, FOLD_TABLE, fold, outline.block_matrix, _HEADING, columns)
