"""The type of a page: told by what it is made of and says of itself, the same as LightGBM would, within limits."""

from pathlib import Path

import numpy as np
import pytest

import harvester
from harvester.content.page_type import load_page_types, read_page_types
from harvester.content.page_type_words import page_words
from harvester.dom import read_document
from harvester.errors import NoArticle, RulesError
from harvester.models import PAGE_TYPES
from harvester.outline import Outline

ROWS = Path(__file__).with_name("page_type_rows.npz")
SENTENCE = (
    "The harbour board met on Tuesday and decided, after a long debate, to repair the pier before the winter storms."
)


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>Harbour</title>{head}</head><body>{body}</body></html>"


STORY = page(
    f"<nav>{''.join(f'<a href=/{n}>Section {n}</a>' for n in range(12))}</nav>"
    f"<main><article><h1>Board repairs the pier</h1>{f'<p>{SENTENCE} {SENTENCE}</p>' * 9}</article></main>",
    '<meta property="og:type" content="article">'
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Board repairs the pier"}</script>',
)
CARDS = "".join(
    f"<div class=card><a href=/story-{n}><img src=/{n}.jpg></a><h3><a href=/story-{n}>Ferry number {n} is back</a></h3>"
    f"<p class=excerpt>The ferry was mended in the dock, the board said on day {n}.</p><time>3 May 2024</time></div>"
    for n in range(24)
)
SECTION = page(
    f"<nav>{''.join(f'<a href=/{n}>Section {n}</a>' for n in range(12))}</nav>"
    f"<main class='archive category'><h1>Category: Ferries</h1>{CARDS}"
    "<div class=pagination><a href=/page/2>2</a></div></main>",
    '<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
)


def test_the_inference_is_that_of_the_library_that_trained_it():
    with np.load(ROWS) as kept:
        found = load_page_types().probabilities(kept["rows"])
        assert np.abs(found - kept["probabilities"]).max() < 1e-5


def test_an_article_says_its_type_and_the_ledger_how_sure_that_is():
    url = "https://harbour.example/2024/05/board-repairs-the-pier"
    assert harvester.clean(STORY, url).page_type == "article"
    told = [one for one in harvester.explain(STORY, url).evidence if one.field == "page_type"]
    assert told[0].value == "article"
    assert told[0].chosen
    assert told[0].trust is not None
    assert told[0].trust > 0.5


def test_a_section_of_a_site_is_an_index_page():
    with pytest.raises(NoArticle) as caught:
        harvester.clean(SECTION, "https://harbour.example/category/ferries/")
    assert caught.value.reason == "index_page"


def test_a_section_comes_out_when_it_is_asked_for_and_is_never_news():
    article = harvester.clean(SECTION, "https://harbour.example/category/ferries/", page_types="all")
    assert article.page_type == "listing"
    assert article.kind != "news"


def test_a_listing_that_calls_itself_news_is_not_news():
    said = SECTION.replace("</head>", '<meta name="news_keywords" content="ferries"></head>')
    article = harvester.clean(said, page_types="all")
    kinds = [one for one in harvester.explain(said).evidence if one.field == "kind"]
    assert (article.page_type, article.kind) == ("listing", "other")
    assert [(one.value, one.chosen) for one in kinds] == [("news", False), ("other", True)]


def test_only_the_types_asked_for_come_out():
    with pytest.raises(NoArticle, match="not_article"):
        harvester.clean(STORY, page_types=["product", "forum"])


def test_a_type_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match=r"blog.*article, listing"):
        harvester.clean(STORY, page_types=["blog"])


@pytest.mark.parametrize("body", ["", "<p>", "<div></div>", "<p>A word", "<img src=a.png>"])
def test_a_page_of_nearly_nothing_has_a_type(body):
    told = [one for one in harvester.explain(page(body)).evidence if one.field == "page_type" and one.chosen]
    assert told[0].value in PAGE_TYPES


def test_a_file_that_is_no_model_is_an_error(tmp_path):
    (tmp_path / "model.npz").write_bytes(b"PK")
    with pytest.raises(RulesError, match="no model of page types"):
        read_page_types(tmp_path / "model.npz")


OWN = '<meta property="og:url" content="https://quay.example/2012/04/pier">'
NAMED = "Quay: Board repairs the old pier of the harbour"
NAME = "Board repairs the old pier of the harbour"


@pytest.mark.parametrize(
    ("head", "address", "parts"),
    [
        (OWN, "https://quay.example/", {"3"}),
        (OWN, "https://quay.example/?p=2", {"0"}),
        (OWN, "https://quay.example/story", {"1"}),
        (f"<title>{NAMED}</title>", "https://quay.example", set()),
        (f"<title>{NAMED}</title>", "https://quay.example/a/b", {"2"}),
        (f"<title>{NAME}</title>", "https://quay.example", set()),
        (f"<title>{NAME}</title>", "https://www.harbour.example", {"0"}),
        ("<title>The Quay</title>", "https://quay.example", {"0"}),
        (f'<title>{NAMED}</title><link rel="canonical" href="https://quay.example/">', "https://quay.example", {"0"}),
    ],
)
def test_a_host_alone_is_no_address_of_a_page_that_has_another_one_or_a_story_in_its_title(head, address, parts):
    document = read_document(f"<html><head>{head}</head><body><h1>{NAME}, 4 May</h1><p>{SENTENCE}</p></body></html>")
    assert set(page_words(Outline(document), address).get("parts", ())) == parts
