"""CSV: each article a row that every reader takes, and no spreadsheet runs."""

import csv
import io
import re

import pyarrow.csv
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from whole_articles import HOSTILE, an_article

from harvester.rendering.article_streams import stream
from harvester.rendering.csv_rows import COLUMNS, csv_header, csv_row

FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")


def read(*articles) -> list[dict[str, str]]:
    body = b"".join((csv_header(), *map(csv_row, articles))).decode()
    return list(csv.DictReader(io.StringIO(body, newline="")))


def unquoted(cell: str) -> str:
    """Return what a cell held, as the documents say how to tell."""
    return cell[1:] if re.match(r"'+[=+\-@\t\r\n＝＋－＠]", cell) else cell


def test_a_row_has_the_fields_and_the_text():
    (row,) = read(an_article(text="One.\n\nTwo, “three”."))
    assert list(row) == list(COLUMNS)
    assert row["title"] == "A new pier"
    assert row["authors"] == "Ada Holm\nBo Lund"
    assert row["text"] == "One.\n\nTwo, “three”."
    assert row["canonical_url"] == ""
    assert row["confidence"] == "0.9"


@given(HOSTILE, st.lists(HOSTILE, max_size=3))
@example("=1+1", ["+1", "-x"])
@example("'=1", [])
@example("＝1", [])
def test_no_cell_begins_a_formula_and_all_come_back(text, tags):
    (row,) = read(an_article(title=text, text=text, tags=tuple(tags)))
    assert not any(FORMULA.match(cell) for cell in row.values())
    stored = text.replace("\x00", "\ufffd").replace("\ud800", "?")
    assert unquoted(row["title"]) == stored


@pytest.mark.parametrize("text", ["-5 degrees", "+1 555 0100", "@harbour", '=HYPERLINK("http://a.example")'])
def test_what_looks_like_a_formula_is_marked_as_text(text):
    (row,) = read(an_article(title=text))
    assert row["title"] == f"'{text}"


def test_other_readers_see_the_same_rows():
    body = b"".join(stream([an_article(text="a\n\n\"b\", 'c'"), an_article(title="=x")], "csv"))
    options = pyarrow.csv.ParseOptions(newlines_in_values=True)
    table = pyarrow.csv.read_csv(io.BytesIO(body), parse_options=options)
    assert table.column_names == list(COLUMNS)
    assert table["text"].to_pylist()[0] == "a\n\n\"b\", 'c'"
    assert table["title"].to_pylist() == ["A new pier", "'=x"]
