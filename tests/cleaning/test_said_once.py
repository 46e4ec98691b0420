"""What a field says of an article, its text does not say again: headline and standfirst."""

import pytest

from harvester import clean

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
PARAGRAPHS = "".join(f"<p>{SENTENCE * 2}It was the day {day}.</p>" for day in range(6))
LEAD = "Two boats a day will bring the islanders to work and back, for the first time in thirty years."


def cleaned(body: str):
    page = f"<html lang=en><head><title>Two boats for the islands</title></head><body><article>{body}</article></body>"
    return clean(page, url="https://courier.example/boats")


def test_a_headline_below_a_line_of_the_text_is_no_second_one() -> None:
    article = cleaned(f"<p>{SENTENCE}</p><h1>Two boats for the islands</h1>{PARAGRAPHS}")
    assert article.title == "Two boats for the islands"
    assert article.title not in article.text


@pytest.mark.parametrize("tag", ["h3", "p"])
def test_a_paragraph_or_heading_of_the_text_is_no_subtitle(tag: str) -> None:
    line = f"<div><{tag} class=subtitle>{LEAD}</{tag}></div>"
    article = cleaned(f"<h1>Two boats for the islands</h1><p>{SENTENCE}</p>{line}{PARAGRAPHS}")
    assert (article.subtitle, article.text.count(LEAD)) == (None, 1)


def test_a_subtitle_above_the_text_is_a_field_alone() -> None:
    article = cleaned(f"<h1>Two boats for the islands</h1><p class=subtitle>{LEAD}</p><div>{PARAGRAPHS}</div>")
    assert (article.subtitle, article.text.count(LEAD)) == (LEAD, 0)
