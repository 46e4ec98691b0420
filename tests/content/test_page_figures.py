"""What is read of a page for its type, and what is alike on it, is the same compiled and interpreted."""

from collections.abc import Callable
from typing import TypeVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generated_pages import pages
from harvester import native
from harvester.content.page_sums import page_sums
from harvester.content.page_type_words import KnownWords
from harvester.dom import read_document
from harvester.models import Block, Document, Element, ImageTag, Role, Span
from harvester.outline import Outline

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

Value = TypeVar("Value")
# Letters that only Python knows, pictures, letters that are more in small ones, marks of money, half a surrogate pair.
PIECES = ["a", "ab", "É", "İ", "ß", "ж", "東", "é", "5", "٣", "²", "_", "-", " ", "\u00a0", "\U0001f600", "\U0001d400"]
MONEY = [
    "$",
    "€",
    "£",
    "₽",
    "EUR",
    "USD",
    "9",
    "19",
    "2024",
    "20",
    " ",
    "\t",
    "a",
    "_",
    "?",
    "？",
    "\U0001d7ce",
    "\udc00",
]
CLASSES = ["", "card", "card 2", "card-17 even", "card-18", " lead", "post9 ", "é1", "\u00a0x", "x\udc00"]
KNOWN = KnownWords(
    {
        "class": {"card": 0, "lead": 1},
        "button": {"ab": 2, "é": 3},
        "label": {"a": 4, "東": 5, "ß": 6},
        "text": {"a": 7, "ab": 8, "ж": 9, "²": 10},
        "parts": {"1": 11},
    }
)


def in_both_forms(read: Callable[[], Value]) -> tuple[Value, Value]:
    compiled = read()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        return compiled, read()


def block(text: str, role: Role = Role.PARAGRAPH, element: int = -1, spans: tuple[Span, ...] = ()) -> Block:
    return Block(role, text, None, 0, None, "p", element, spans)


def document_of(blocks: list[Block], elements: tuple[Element, ...] = ()) -> Document:
    images = (ImageTag("a.jpg", "", None, None, -1, 0), ImageTag("b.jpg", "", None, None, -1, len(blocks)))
    return Document(tuple(blocks), elements, None, None, None, (), (), (), images)


def words_row(document: Document) -> list[float]:
    row = np.zeros(12, dtype=np.float32)
    KNOWN.write(row, document, Outline(document), "https://quay.example/story")
    return row.tolist()


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(st.sampled_from("".join(PIECES)), min_size=1), st.booleans()), max_size=6))
def test_words_of_labels_buttons_and_sentences(texts: list[tuple[str, bool]]) -> None:
    sentence = block(" ".join(text for text, _ in texts) + " and the harbour was as it had been before the storm came.")
    labels = [block(text, Role.CONTROL if is_button else Role.PARAGRAPH) for text, is_button in texts]
    one, other = in_both_forms(lambda: words_row(document_of([*labels, sentence])))
    assert one == other


def test_words_are_found_where_they_are_said() -> None:
    element = Element(-1, "div", "", "card lead-in", "", "", "", "", "", "")
    below = element._replace(parent=0)
    prose = "A ferry ab, " * 20 + "the end."
    document = document_of(
        [block("Ab", Role.CONTROL, 1), block("A", element=1), block(prose, element=1)], (element, below)
    )
    row = words_row(document)
    assert row[:7] == [1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0]
    assert row[7:9] == [pytest.approx(100 * 20 / 62), pytest.approx(100 * 20 / 62)]
    assert row[11] == 1.0


@settings(deadline=None)
@given(st.lists(st.lists(st.sampled_from(MONEY), min_size=1, max_size=12).map("".join), min_size=1, max_size=5))
def test_sums_of_money_years_times_and_questions(texts: list[str]) -> None:
    spans = (Span("time", "", "", "", "", "", "", ""),)
    document = document_of([block(text, spans=spans if "9" in text else ()) for text in texts])
    one, other = in_both_forms(lambda: page_sums(Outline(document), ()))
    assert one.blocks.tolist() == other.blocks.tolist()


ELEMENTS = st.lists(
    st.tuples(st.integers(-1, 9), st.sampled_from(["div", "p", "li"]), st.sampled_from(CLASSES)),
    min_size=1,
    max_size=10,
)


@settings(deadline=None)
@given(ELEMENTS)
def test_groups_of_containers_and_items(rows: list[tuple[int, str, str]]) -> None:
    elements = tuple(
        Element(min(parent, at - 1), tag, "", classes, "", "", "", "", "", "")
        for at, (parent, tag, classes) in enumerate(rows)
    )
    blocks = [block("A ferry", element=at) for at in range(len(elements)) for _ in range(2)]
    document = document_of(blocks, elements)
    one, other = in_both_forms(lambda: (Outline(document).item_lists, page_sums(Outline(document), ()).groups.tolist()))
    assert one == other


@settings(deadline=None, max_examples=30)
@given(pages())
def test_words_of_any_page(page: str) -> None:
    document = read_document(page)
    one, other = in_both_forms(lambda: words_row(document))
    assert one == other


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("index_words", ((b"a",),)),
        ("index_words", ((((b"a", -1),),),)),
        ("group_blocks", ((), False, np.zeros((3, 1), np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))),
        ("group_containers", ((), np.zeros((9, 2), np.int64), np.zeros(2, np.int64))),
        ("item_lists", ([], np.zeros((9, 1), np.int64))),
        ("worth_most", (np.zeros((21, 1), np.int64), np.zeros((9, 1), np.int64), np.ones(2, np.bool_), 0)),
        ("write_shares", (np.zeros((1, 2), np.int64), np.full(1, 2), np.zeros(1, np.int64), np.zeros((1, 1)))),
        (
            "read_given",
            ((), (), "time", np.zeros((21, 1), np.int64), np.zeros(1, np.uint32), np.zeros((5, 1), np.int64)),
        ),
        (
            "sum_votes",
            (np.zeros(1, np.int64), np.zeros((1, 3), np.float32), np.zeros(3), np.zeros(1, np.float32), np.zeros(3)),
        ),
    ],
)
def test_what_does_not_fit_each_other_is_refused(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        getattr(native.CORE, name)(*arguments)
