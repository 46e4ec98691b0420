"""What is read of a page for its type, and what is alike on it, is the same compiled and interpreted."""

from collections.abc import Callable
from functools import partial
from math import isnan
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from generated_pages import pages
from harvester import native
from harvester.content.page_sums import GROUP_SUMS, PICKED, SUMS, page_sums
from harvester.content.page_type_numbers import value_names, value_row
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
    KNOWN.write(row, Outline(document), "https://quay.example/story")
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


def test_links_are_counted_by_where_they_lead() -> None:
    spans = tuple(
        Span("a", "", href, "", "", "", "", "") for href in ("/a", "#b", "tel:1", "mailto:a@b", "", "https://ä")
    )
    document = document_of([block("A ferry", spans=spans), block("Ä ferry", spans=spans[:2])])
    for sums in in_both_forms(lambda: page_sums(Outline(document), ())):
        assert sums.links == (7, 2, 2)


@pytest.mark.parametrize("spoilt", [{"text": "\ud800 a"}, {"spans": (Span("a", "", "\ud800", "", "", "", "", ""),)}])
def test_half_a_character_is_summed_up_interpreted(spoilt: dict[str, Any]) -> None:
    document = document_of([block("A ferry, 4 EUR"), block("Another")._replace(**spoilt)])
    one, other = in_both_forms(lambda: page_sums(Outline(document), (1,)))
    assert one.blocks.tolist() == other.blocks.tolist()
    assert one.links == other.links


ELEMENTS = st.lists(
    st.tuples(st.integers(-1, 9), st.sampled_from(["div", "p", "li"]), st.sampled_from(CLASSES)),
    min_size=1,
    max_size=10,
)


@settings(deadline=None)
@given(ELEMENTS)
def test_groups_of_containers(rows: list[tuple[int, str, str]]) -> None:
    elements = tuple(
        Element(min(parent, at - 1), tag, "", classes, "", "", "", "", "", "")
        for at, (parent, tag, classes) in enumerate(rows)
    )
    blocks = [block("A ferry", element=at) for at in range(len(elements)) for _ in range(2)]
    document = document_of(blocks, elements)
    one, other = in_both_forms(lambda: page_sums(Outline(document), ()).groups)
    assert one.tolist() == other.tolist()


@settings(deadline=None, max_examples=30)
@given(pages())
def test_numbers_of_any_page(page: str) -> None:
    document = read_document(page)
    assume(document.blocks)
    one, other = in_both_forms(lambda: value_row(Outline(document), ()))
    assert one.tobytes() == other.tobytes()


def test_the_five_blocks_behind_the_headline_are_looked_at_for_sentences() -> None:
    prose, line = (
        "<p>The ferry to the northern islands sails twice a day from Monday, the board said.</p>",
        "<p>Boats</p>",
    )
    for behind, count in ((prose + line * 6, 1), (line * 4 + prose, 1), (line * 5 + prose, 0), (prose * 7, 5)):
        document = read_document(f"<title>Two boats a day</title><body>{prose}<h1>Two boats a day</h1>{behind}")
        row = value_row(Outline(document), ())
        assert dict(zip(value_names(), row.tolist(), strict=True))["headline_next"] == count


def test_there_is_no_group_where_no_three_containers_are_alike() -> None:
    like, other = Element(-1, "p", "", "", "", "", "", "", "", ""), Element(-1, "div", "", "", "", "", "", "", "", "")
    for elements, are_groups in (((like, like, other), False), ((like, like, like), True)):
        document = document_of([block("A", element=at) for at in range(3)], elements)
        for row in in_both_forms(partial(value_row, Outline(document), ())):
            values = dict(zip(value_names(), row.tolist(), strict=True))
            assert isnan(values["alike_prose_size"]) is not are_groups


@settings(deadline=None, max_examples=30)
@given(pages())
def test_words_of_any_page(page: str) -> None:
    document = read_document(page)
    one, other = in_both_forms(lambda: words_row(document))
    assert one == other


def page_arrays(characters: int = 65_536) -> tuple[object, ...]:
    """Return the numbers of a page without blocks, and room for its sums."""
    numbers, containers = np.zeros((21, 0), np.int64), np.full((9, 1), -1) * (np.arange(9) == 0)[:, np.newaxis]
    sums = np.zeros((2, len(SUMS)), np.int64), np.zeros((len(PICKED), len(GROUP_SUMS)), np.int64)
    return numbers, containers, np.zeros(characters, np.uint32), *sums, 0


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("index_words", ((b"a",),)),
        ("index_words", ((((b"a", -1),),),)),
        ("group_blocks", ((), False, np.zeros((3, 1), np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64))),
        ("write_shares", (*[np.zeros((2, 31), np.int64), np.full(1, 99), np.zeros(1, np.int64)] * 2, np.zeros(9))),
        ("sum_page", ((), (), (), (0,), "time", *page_arrays())),
        ("sum_page", ((), (), (), (), "time", *page_arrays(characters=1))),
        (
            "sum_votes",
            (np.zeros(1, np.int64), np.zeros((1, 3), np.float32), np.zeros(3), np.zeros(1, np.float32), np.zeros(3)),
        ),
    ],
)
def test_what_does_not_fit_each_other_is_refused(name: str, arguments: tuple[object, ...]) -> None:
    with pytest.raises((TypeError, ValueError)):
        getattr(native.CORE, name)(*arguments)
