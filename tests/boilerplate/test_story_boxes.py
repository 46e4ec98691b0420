"""Cards of other stories: what stands in the box of a label and a headline that is a link."""

import pytest
from harbour_prose import BODY

from harvester import clean
from harvester.boilerplate.story_boxes import rest_of_story_boxes
from harvester.dom import read_document
from harvester.models import Removed
from harvester.outline import Outline

LABEL, HEADLINE = "<span>Related</span>", "<h5><a href=/rope>The rope that held the ferry in the storm</a></h5>"
PARAGRAPHS = "".join(
    f"<p>The {day} boat to the islands was full, and so was the quay.</p>" for day in ("first", "last")
)
SUMMARY = "How two brothers mended what the yard had given up, and what the board made of it"


def taken(card: str) -> list[str]:
    """Return the texts that go with the label, on a page whose blocks all are body."""
    document = read_document(f"<body>{BODY}{card}{BODY}</body>")
    texts = [block.text for block in document.blocks]
    label = Removed("related_posts", "wording:en:related_posts:1")
    found = rest_of_story_boxes(Outline(document), {texts.index("Related"): label}, range(len(texts)))
    assert {one.rule for one in found.values()} <= {f"box:{label.rule}"}
    return [texts[at] for at in sorted(found)]


@pytest.mark.parametrize(
    "card",
    [
        f"<div><a href=/rope><img src=/rope.jpg></a><div>{LABEL}{HEADLINE}<span>{SUMMARY}</span></div></div>",
        f"<aside>{LABEL}<div>{HEADLINE}</div><div><p>{SUMMARY}</p></div></aside>",
    ],
)
def test_what_a_card_says_of_another_story_goes_with_its_label(card: str) -> None:
    assert taken(card) == [SUMMARY]


@pytest.mark.parametrize(
    "card",
    [
        f"{LABEL}{HEADLINE}<p>{SUMMARY}</p>",  # in no box of its own
        f"<div>{LABEL}{HEADLINE}</div><p>{SUMMARY}</p>",
        f"<div><p>The lamp burns.</p>{LABEL}{HEADLINE}<p>{SUMMARY}</p></div>",
        f"<div>{LABEL}<p>The lamp burns.</p><p>{SUMMARY}</p></div>",  # no headline below the label
        f"<div><a href=/more>Related</a>{HEADLINE}<p>{SUMMARY}</p></div>",  # a button
        f"<div>{LABEL}{HEADLINE}{BODY}</div>",  # the text goes on in it
        f"<div>{LABEL}{HEADLINE}{PARAGRAPHS}</div>",
        f"<div>{LABEL}{HEADLINE}" + "<p>The lamp burns.</p>" * 7 + "</div>",
    ],
)
def test_what_is_in_no_short_box_of_the_label_stays(card: str) -> None:
    assert taken(card) == []


def test_news_in_a_few_lines_below_a_link_to_another_story_are_no_card() -> None:
    news = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May."
    record = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Two boats a day"}</script>'
    head = f"<head><title>Two boats a day</title>{record}</head>"
    box = f"<section><p>Related:</p>{HEADLINE}<p>{news}</p><p>Tickets are four crowns.</p></section>"
    page = f"<html lang=en>{head}<body><article><h1>Two boats a day</h1>{box}</article></body></html>"
    assert news in clean(page, url="https://courier.example/2024/05/boats").text
