"""The rows of the classifiers, compiled, are to the bit those that numpy gives."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from generated_pages import pages
from harvester import native
from harvester.boilerplate import label_places
from harvester.content.features.block_rows import feature_rows
from harvester.content.page_type_numbers import page_values
from harvester.content.second_stage import revision_rows
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, Document, PageType
from harvester.outline import Outline
from harvester.rules.load import load_rules

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

FIXTURES = Path(__file__).parents[2] / "fixtures"
EXAMPLES = sorted(FIXTURES.rglob("*.html"))[::12]


def rows_of(document: Document) -> tuple[tuple[str, ...], bytes, tuple[str, ...], bytes, str]:
    """Return names and bytes of the rows of both looks, and the values that tell the type of a page."""
    rules, outline = load_rules(), Outline(document)
    placed = label_places(outline, rules)
    at = np.flatnonzero(outline.block_numbers.cut == 0)
    first = feature_rows(outline, placed, rules, at[1:])
    thought = np.random.default_rng(len(at)).random(len(at))
    kind = PageType("listing", 0.6, dict.fromkeys(PAGE_TYPES, 0.1), 0.1)
    second = revision_rows(outline, at, thought, kind)
    values = page_values(outline, placed)
    return first.names, _bits(first.values), second.names, _bits(second.values), repr(values)


def _bits(rows: NDArray[np.float32]) -> bytes:
    """Return the rows as bytes; "there is none" has many forms, which are one."""
    return np.where(np.isnan(rows), np.float32(np.nan), rows).tobytes()


def assert_equal(html: str) -> None:
    document = read_document(html)
    compiled = rows_of(document)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        assert rows_of(document) == compiled


@settings(max_examples=40)
@given(pages())
def test_rows_of_any_page_are_equal(page: str) -> None:
    assert_equal(page)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_rows_of_saved_pages_are_equal(path: Path) -> None:
    assert_equal(path.read_text(encoding="utf-8", errors="replace"))


REPEATING = """<html><head><title>Ferry to the island comes back</title>
<meta name="description" content="{0}"><meta name="og:description" content="">
<script type="application/ld+json">{{"@type": "NewsArticle", "articleBody": "{0} {1} {2}"}}</script></head>
<body class="the-content"><article itemprop="articleBody"><h1>Ferry to the island comes back</h1>
<div class="post-body rich text">
<p>{0}</p><p>{1}</p><p>{1}</p><p>{2}</p><p>{3}</p><p>&nbsp;!</p><p class="share {4}">{2}</p></div></article>
<div class="field-name-body newsletter-signup">Sign up to the letter of the week</div></body></html>"""
TEXTS = [
    "The ferry comes back on Monday, and the island waits for it as it has for years.",
    "Über die Fähre wird seit Jahren gestritten; im März fährt sie wieder, sagt der Rat. " * 4,
    "轮渡将于周一恢复，岛上的居民已经等了很多年，他们说这是一个好消息。" * 9,
    "e\u0301" * 80,
    "Résumé ＦＵＬＬ width ﬁne ... " * 12,
]


@pytest.mark.parametrize("turn", range(len(TEXTS)))
@pytest.mark.parametrize("name", ["box", "größe", "\udc00"])
def test_what_the_head_repeats_is_found_alike(turn: int, name: str) -> None:
    texts = [*TEXTS[turn:], *TEXTS[:turn]]
    document = read_document(REPEATING.format(*texts[:4], "box"))
    named = tuple(element._replace(classes=element.classes.replace("box", name)) for element in document.elements)
    compiled = rows_of(replace(document, elements=named))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        assert rows_of(replace(document, elements=named)) == compiled


@pytest.mark.parametrize("at", [-1, 2, 2**40])
def test_rows_of_blocks_that_are_not_there_are_refused(at: int) -> None:
    assert native.CORE is not None
    document = read_document("<h1>One</h1><p>Two words</p>")
    names = feature_rows(Outline(document), (), load_rules()).names
    rows = np.zeros((len(names), 2), dtype=np.float32)
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_feature_rows(np.zeros((139, 2)), np.array([0, at]), rows)


def test_numbers_that_do_not_fit_each_other_are_refused() -> None:
    assert native.CORE is not None
    outline = Outline(read_document("<h1>One</h1><p>Two words</p>"))
    blocks, containers = outline.block_matrix, outline.container_matrix
    numbers, floats = np.full(2, 99, dtype=np.int64), np.zeros(2)
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_columns(
            *(blocks, containers, numbers, np.zeros(3, dtype=np.int64), np.zeros((2, 8))),
            *(np.zeros((139, 2)), -1, 0, 2, 0),
        )
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_feature_rows(np.zeros((139, 2)), np.arange(2), np.zeros((3, 2), dtype=np.float32))
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_second_stage(
            *(blocks, containers, numbers, np.zeros(2, dtype=np.int64), floats, floats, floats),
            *(np.zeros((46, 2)), 0.0, 0.0, 0.0, 0),
        )
    with pytest.raises(ValueError, match="fit"):
        native.CORE.sum_page(
            *((), (), (), (), "time", blocks, containers, np.zeros(65_536, dtype=np.uint32)),
            *(np.zeros((2, 31), dtype=np.int64), np.zeros((4, 21), dtype=np.int64), 0),
        )
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_told((), (), (), ("", None, None), (), b"", str, blocks, 0, np.zeros((139, 2)))
    index = native.CORE.index_marks(("nav_menu",), b"\0", 1, (), (), "articleBody", ())
    with pytest.raises(ValueError, match="fit"):
        native.CORE.write_distances(index, (), (), {}, 20, containers, blocks, np.zeros((4, 2)))
    with pytest.raises(ValueError, match="fit"):
        native.CORE.index_marks(("nav_menu",), b"\1", 1, (), (), "articleBody", ())
    with pytest.raises(ValueError, match="group of each kind"):
        native.CORE.index_marks((), b"\0", 1, (), (), "articleBody", ())


@pytest.mark.parametrize(
    "places",
    [{1: ()}, {-1: ()}, {0: [()]}, {0: ((),)}, {0: (("sidebar",),)}, {0: ((b"nav_menu",),)}, {"0": ()}],
    ids=repr,
)
def test_hits_that_are_none_of_the_pages_elements_are_refused(places):
    index = native.CORE.index_marks(("nav_menu",), b"\0", 1, (), (), "articleBody", ())
    element = (-1, "div", *[""] * 8)
    containers, blocks = np.full((9, 2), -1), np.zeros((21, 1), dtype=np.int64)
    with pytest.raises((ValueError, TypeError, IndexError)):
        native.CORE.write_distances(index, (element,), ("",), places, 20, containers, blocks, np.zeros((4, 1)))
