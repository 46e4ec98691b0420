"""What other people wrote: threads of comments of any length, and further articles with any markup."""

import pytest

from harvester.boilerplate import label_places
from harvester.dom import read_document
from harvester.models import Removed
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said in May. "
BODY = f"<h1>Two boats a day for the islands</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 3}</p>"
OTHER = (
    f"<p>A bridge in another town was opened on Sunday, and the band played on it until it rained. {SENTENCE * 4}</p>"
)


def labels(body: str) -> dict[str, Removed]:
    document = read_document(f"<title>Two boats a day for the islands</title><body>{body}</body>")
    found = label_places(document, Outline(document), load_rules())
    return {document.blocks[at].text: label for at, label in found.items()}


def kinds(body: str) -> set[str]:
    return {label.kind for label in labels(body).values()}


def comments(count: int) -> str:
    return "".join(f"<li><p>Ann wrote on day {n}: {SENTENCE}</p></li>" for n in range(count))


@pytest.mark.parametrize("count", [1, 5, 200])
@pytest.mark.parametrize("place", ["ol class='commentlist'", "div id='comments'", "dl class='comment_list'"])
def test_a_thread_is_labelled_however_long_it_is(place: str, count: int) -> None:
    tag = place.split(maxsplit=1)[0]
    found = labels(f"<article>{BODY}</article><{place}>{comments(count)}</{tag}>")
    assert len(found) == count
    assert {label.kind for label in found.values()} == {"comment_thread"}


def test_a_page_that_is_all_comments_keeps_them() -> None:
    assert not labels(f"<h1>Two boats a day for the islands</h1><ol class='commentlist'>{comments(9)}</ol>")


def test_a_post_filed_under_comments_is_no_thread() -> None:
    text = "".join(f"<p>{SENTENCE * 2} {number}</p>" for number in range(8))
    post = f"<section class='post-7 post type-post hentry tag-ferries web-comentarios'>{text}</section>"
    below = "".join(f"<p>{SENTENCE * 2} below {number}</p>" for number in range(3))
    assert not labels(f"<h2>Two boats a day for the islands</h2>{post}{below}")


def test_a_wrapper_that_says_comments_and_holds_the_headline_is_no_thread() -> None:
    assert not labels(f"<div class='has-sidebar comments'>{BODY}</div><div><p>{SENTENCE * 4}</p></div>")


@pytest.mark.parametrize(
    "further",
    [
        f"<article class='post-48 post'><h1>A bridge in another town</h1>{OTHER}</article>",
        f"<article class='post-48 post'><h2>A bridge in another town</h2>{OTHER}</article>",
        f"<section><div class='story'><h2><a href=/b>A bridge in another town</a></h2>{OTHER}</div></section>",
        f"<div class='next'><div><article><p>News</p><h2>A bridge in another town</h2>{OTHER}</article></div></div>",
    ],
)
def test_a_further_article_behind_the_first_is_another_text(further: str) -> None:
    found = labels(f"<main><article class='post-47 post'>{BODY}</article></main>{further}")
    assert {label.kind for label in found.values()} == {"related_posts"}
    assert any("A bridge in another town was opened" in text for text in found)


def test_sections_of_the_article_are_no_further_articles() -> None:
    section = f"<section class='story-part'><h2>Part two</h2>{OTHER}</section>"
    assert not kinds(f"<article class='post'>{BODY}{section}{section}</article>")


def test_parts_of_an_article_that_call_themselves_one_each_are_no_further_articles() -> None:
    first = f"<div class='news-article'>{BODY}</div>"
    part = f"<div class='news-article'><h2>With boots and a hat</h2>{OTHER}</div>"
    assert not kinds(f"<article class='news-post'>{first}{part}{part}</article>")


def test_a_teaser_behind_the_article_is_no_further_article() -> None:
    teaser = "<article class='post'><h2><a href=/b>A bridge</a></h2><p>It was opened on Sunday.</p></article>"
    assert "related_posts" not in kinds(f"<article class='post'>{BODY}</article>{teaser}")
