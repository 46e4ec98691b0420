"""Plain-text dumps: section, headline, bullets and paragraphs from nothing but lines."""

import pytest

from harvester.cleaning import clean_dump
from harvester.errors import InputError, NoArticle
from harvester.models import Page, Role
from harvester.plain_text_dumps import read_dump

PARAGRAPHS = (
    "The council decided on Tuesday that the old bridge over the river will be restored before the end of this year,"
    " and the people on both banks, who have waited eleven years for it, were glad.",
    "Nobody on the quay had expected it, least of all the two brothers who had mended the lamp in winter, with a rope,"
    " a bucket and the patience that everybody on the islands is known for.",
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said, and the night boat"
    " that the islanders had asked for in spring stays as well.",
)


def rows(text: str) -> list[tuple[Role, int | None, str]]:
    return [(block.role, block.level, block.text) for block in read_dump(text).blocks]


def test_blank_lines_part_paragraphs_and_single_ones_stay():
    assert rows("One long sentence that ends.\n\nline one\nline two\n\n\u3000\n\nLast.\n")[1:] == [
        (Role.PARAGRAPH, None, "line one\nline two"),
        (Role.PARAGRAPH, None, "Last."),
    ]


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_any_line_end_will_do(ends):
    assert [text for _, _, text in rows(f"Title{ends}{ends}a{ends}b{ends}{ends}c")] == ["Title", "a\nb", "c"]


def test_the_first_short_line_is_the_headline():
    assert rows(f"A bridge is restored\n\n{PARAGRAPHS[0]}")[0] == (Role.HEADING, 1, "A bridge is restored")


def test_a_label_above_the_headline_is_the_section():
    assert rows(f"World\n\nA bridge is restored\n\n{PARAGRAPHS[0]}")[:2] == [
        (Role.HEADING, 6, "World"),
        (Role.HEADING, 1, "A bridge is restored"),
    ]


def test_a_dump_that_begins_with_prose_has_no_headline():
    assert {role for role, _, _ in rows(f"{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2]}\n\n{PARAGRAPHS[1]}")} == {
        Role.PARAGRAPH
    }


@pytest.mark.parametrize("mark", ["•", "·", "▪", "*", "-", "–", "●", "･"])
def test_a_mark_at_the_start_of_a_line_makes_an_item(mark):
    found = rows(f"Title\n\nWe ask for:\n{mark} a lamp\n{mark}  a rope\n\n{PARAGRAPHS[0]}")
    assert found[1:4] == [
        (Role.PARAGRAPH, None, "We ask for:"),
        (Role.LIST_ITEM, 1, "a lamp"),
        (Role.LIST_ITEM, 1, "a rope"),
    ]


def test_a_dash_within_a_line_is_no_bullet():
    assert rows("Title\n\n–5 degrees, said Holm\n-based and co-owned")[1] == (
        Role.PARAGRAPH,
        None,
        "–5 degrees, said Holm\n-based and co-owned",
    )


def test_an_indent_begins_a_paragraph():
    assert [text for _, _, text in rows("标题\n\n\u3000\u3000第一段。\n\u3000\u3000第二段。\n仍是第二段。")] == [
        "标题",
        "第一段。",
        "第二段。\n仍是第二段。",
    ]


def article_of(text: str):
    return clean_dump(text, Page(None, text.encode()))[0]


def test_the_article_is_headline_section_and_text():
    article = article_of("World\n\nA bridge is restored\n\n" + "\n\n".join(PARAGRAPHS))
    assert (article.title, article.section) == ("A bridge is restored", "World")
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.cleaning.method == "dump"


def test_a_tail_of_site_furniture_is_cut():
    tail = "Related Posts\n\nAnother story of the day\n\nLeave a Comment\n\nThis site uses cookies."
    article = article_of("A bridge is restored\n\n" + "\n\n".join(PARAGRAPHS) + "\n\n" + tail)
    assert article.text == "\n\n".join(PARAGRAPHS)


@pytest.mark.parametrize("text", ["", " \n\u3000\n"])
def test_an_empty_dump_says_so(text):
    with pytest.raises(InputError) as caught:
        article_of(text)
    assert caught.value.reason == "empty_input"


def test_a_dump_without_an_article_says_so():
    with pytest.raises(NoArticle):
        article_of("Home\n\nNews\n\nContact")
