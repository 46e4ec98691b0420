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
    found = label_places(Outline(document), load_rules())
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


@pytest.mark.parametrize("post", ["hentry", "post"])  # WordPress, Ghost
@pytest.mark.parametrize("term", ["category-newsletter", "tag-editors-pick", "post_tag-video-player", "author-admin"])
def test_what_a_post_is_filed_under_is_not_what_it_is(term: str, post: str) -> None:
    entry = f"<section class='entry {post} {term}'><p>{SENTENCE * 2}</p></section>"
    page = f"<h1>Two boats a day for the islands</h1><article>{BODY}</article>"
    assert not labels(page + entry)
    assert labels(page + entry.replace(f" {post} ", " "))
    assert labels(page + entry.replace("entry ", "related-post ", 1))


def test_a_post_that_is_called_a_box_about_its_author_is_one() -> None:
    page = f"<h1>Two boats a day for the islands</h1><article>{BODY}</article>"
    assert labels(f"{page}<section class='post author'><p>{SENTENCE * 2}</p></section>")


@pytest.mark.parametrize(
    "looks",
    ["[&_.sidebar]:mt-4", "top-[var(--nav-height)]", "sidebar-open:pl-2", "[html.sidebar-filled_&]:p-2"],
)
def test_how_an_element_looks_is_not_what_it_is(looks: str) -> None:
    box = f"<section class='{looks} flex'><p>{SENTENCE * 2}</p></section>"
    page = f"<h1>Two boats a day for the islands</h1><article>{BODY}</article>"
    assert not labels(page + box)
    assert labels(page + box.replace("flex", "sidebar"))
    assert labels(page + box.replace("flex", "lg:sidebar"))


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


def test_a_few_sentences_below_a_headline_that_leads_elsewhere_are_another_article() -> None:
    short = f"<article><h2><a href=/b>A bridge</a></h2><p>{SENTENCE * 2}</p></article>"
    assert {label.rule for label in labels(f"<article>{BODY}</article>{short}").values()} == {"place:second article"}
    assert not labels(f"<article>{BODY}</article>{short.replace('<a href=/b>', '').replace('</a>', '')}")
    assert not labels(f"<article>{BODY}</article>{short.replace('article>', 'section>')}")


HEAD = "<h1>Two boats a day for the islands</h1><p>4 March 2024</p>"
HEAD_OF_OTHER = "<h1>A bridge in another town</h1><p>5 March 2024</p>"


def test_siblings_of_like_markup_with_headline_and_date_are_further_articles_without_any_name() -> None:
    text = f"<p>{SENTENCE * 5}</p>"
    found = labels(f"<div class=b7>{HEAD}{text}</div><div class=b7 id=x>{HEAD_OF_OTHER}{OTHER}</div>")
    assert {label.rule for label in found.values()} == {"place:second article"}
    assert len(found) == 3


@pytest.mark.parametrize(
    "other",
    [
        f"<div class=b7><h1>A bridge in another town</h1>{OTHER}</div>",
        f"<div class=b7><h2>A bridge in another town</h2><p>5 March 2024</p>{OTHER}</div>",
        f"<div class=c8>{HEAD_OF_OTHER}{OTHER}</div>",
        f"<div class=b7>{HEAD_OF_OTHER}<p>{SENTENCE}</p></div>",
    ],
    ids=["no date", "a lower headline", "another class", "a teaser"],
)
def test_siblings_that_differ_or_show_no_date_are_sections(other: str) -> None:
    assert not labels(f"<div class=b7>{HEAD}<p>{SENTENCE * 5}</p></div>{other}")


def test_a_lower_headline_will_do_in_what_is_like_the_article_and_dated() -> None:
    own = f"<div class=story id=a1>{BODY}<p>{SENTENCE * 3}</p></div>"
    dated = f"<div class=story id=a2><h3>A bridge in another town</h3><p>5 March 2024</p>{OTHER}</div>"
    assert {label.rule for label in labels(own + dated).values()} == {"place:second article"}
    assert not labels(own + dated.replace("<p>5 March 2024</p>", ""))


def below(other: str = "class=story-title", date: str = "<span>7 May 2024</span>", text: str = SENTENCE * 6) -> str:
    """Return an article of two lines, and behind it in other containers what begins with a heading `other`."""
    first = f"<div class=normal><h1 class=story-title>Two boats a day for the islands</h1><p>{SENTENCE * 2}</p></div>"
    second = f"<h1 {other}>A bridge in another town</h1><div>{date}</div><p>{text}</p>"
    return f"{first}<div class=next><div>{second}</div></div>"


def test_what_begins_with_a_headline_made_as_the_first_is_another_article_in_any_container() -> None:
    assert kinds(below()) == {"related_posts"}
    assert labels(below())[f"{SENTENCE * 6}".strip()].rule == "place:second article"


@pytest.mark.parametrize(
    "page",
    [
        below(other="class=section"),
        below(other=""),
        below(date="<span>by Ann</span>"),
        below(text=SENTENCE * 2),
    ],
)
def test_a_heading_of_another_make_or_without_date_or_text_begins_no_other_article(page: str) -> None:
    assert not kinds(page) & {"related_posts"}


LIFE = "Ada was born by the harbour and has written about boats since she was nine, for papers of four towns. "


def test_a_life_of_the_author_longer_than_the_news_is_no_part_of_it() -> None:
    body = f"<h1>Two boats a day for the islands</h1><p>{SENTENCE * 2}</p><p>{SENTENCE} It rained.</p><p>{SENTENCE}</p>"
    found = labels(f"<article>{body}<div class=news-author-bio><h3>About</h3><p>{LIFE * 3}</p></div></article>")
    assert found[f"{LIFE * 3}".strip()].kind == "author_bio"


def test_where_hardly_anything_else_is_said_a_life_of_the_author_is_what_the_page_is_about() -> None:
    page = f"<h1>Two boats a day for the islands</h1><p>{SENTENCE}</p><div class=author-bio><p>{LIFE * 6}</p></div>"
    assert not kinds(page)


def test_a_menu_with_teasers_longer_than_the_news_is_a_menu_where_it_does_not_hold_the_headline() -> None:
    teasers = "".join(f"<li><p>{SENTENCE * 2}{n}</p></li>" for n in range(4))
    teasers += "".join(
        f"<li><a href=/{n}>Bridge number {n} was opened on Sunday in the evening, and it rained</a>" for n in range(14)
    )
    menu = f"<div id=navigation><ul>{teasers}</ul></div>"
    assert set(labels(f"{menu}<div>{BODY}</div>").values()) == {Removed("nav_menu", "place:navigation")}
    assert not labels(f"<div id=navigation>{BODY}<ul>{teasers}</ul></div>")


WINDOW = f"<h1>Your choice of cookies</h1><p>We keep what you look at for a year. {SENTENCE}</p><p>{SENTENCE * 4}</p>"
CARDS = "".join(f"<div class=card><b>Oak table {n}</b><span>{n} euros</span></div>" for n in range(60))


def test_a_consent_window_is_one_though_it_holds_the_sentences_and_first_heading_of_a_list_of_cards() -> None:
    found = labels(f"<div id=onetrust-pc-sdk>{WINDOW}</div><main>{CARDS}</main>")
    assert len(found) == 3
    assert {label.kind for label in found.values()} == {"cookie_consent"}


def test_a_page_named_after_its_consent_is_no_window() -> None:
    assert not labels(f"<div class=cookie-notice>{BODY}</div><main>{CARDS[:200]}</main>")
    assert not labels(f"<div class=cookie-notice><div itemprop=articleBody>{BODY}</div></div><main>{CARDS * 4}</main>")
