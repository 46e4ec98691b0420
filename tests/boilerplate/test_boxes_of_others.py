"""Windows and reviews, which are sentences among prices, are none of what a list or a shop is about."""

import pytest

from harvester.boilerplate import boxes_of_others
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType, PageTypeName
from harvester.outline import Outline
from harvester.rules.load import load_rules

SENTENCE = "The table came within a week, and the two of us carried it up the stairs on a rainy day. "
CARDS = "".join(f"<div class=card><b>Oak table {n}</b><span>{n} euros</span></div>" for n in range(40))


def taken(body: str, name: PageTypeName = "product") -> dict[str, str]:
    """Return what is taken from a page, each line with the kind that it is taken for."""
    document = read_document(f"<title>Oak tables</title><body><h1>Oak tables</h1>{body}</body>")
    chances = dict.fromkeys(PAGE_TYPES, 0.01) | {name: 0.9}
    found = boxes_of_others(Outline(document), load_rules().lexicon, PageType(name, 0.9, chances, 0.1))
    return {document.blocks[at].text: label.kind for at, label in found.items()}


@pytest.mark.parametrize(
    "window", ["class=cart-modal", "role=dialog", "id=sizePopup", "class='fancybox-content'", "class=lightbox"]
)
@pytest.mark.parametrize("name", ["product", "listing", "service"])
def test_a_window_is_none_of_what_the_page_is_about(window: str, name: PageTypeName) -> None:
    found = taken(f"<main>{CARDS}</main><div {window}><p>{SENTENCE}</p></div>", name)
    assert found == {SENTENCE.strip(): "not_content"}


def test_reviews_are_other_peoples_where_the_page_is_a_product() -> None:
    body = f"<main>{CARDS}<section id=customer-reviews><p>{SENTENCE}</p></section></main>"
    assert taken(body) == {SENTENCE.strip(): "comment_thread"}
    assert taken(body, "listing") == {}


@pytest.mark.parametrize("name", ["id=editorialReviews_feature_div", "class='critic-reviews'", "class='reviews press'"])
def test_what_critics_say_tells_of_the_product(name: str) -> None:
    assert taken(f"<main>{CARDS}<section {name}><p>{SENTENCE}</p></section></main>") == {}


@pytest.mark.parametrize("opening", ["“", '"', "„", "«", "「"])
def test_reviews_that_are_quoted_are_no_buyers_own(opening: str) -> None:
    quoted = f"<p>{opening}{SENTENCE}</p>"
    body = f"<main>{CARDS}<section class=reviews><h2>Reviews</h2>{{}}</section></main>"
    assert taken(body.format(quoted + "<p>9/10 – Harbour Post</p>")) == {}
    assert len(taken(body.format(f"{quoted}<p>{SENTENCE * 2}</p>"))) == 3


@pytest.mark.parametrize("box", ["class=message-signature", "class=post_sig", "class=memberSignature", "class=onebox"])
def test_what_is_set_below_posts_is_none_of_a_thread(box: str) -> None:
    posts = f"<article><p>{SENTENCE * 2}</p><div {box}><p>Oak and ash since 1998.</p></div></article>" * 2
    assert taken(posts, "forum") == {"Oak and ash since 1998.": "not_content"}
    assert taken(posts, "service") == {}


@pytest.mark.parametrize("box", ["class=postprofile", "class='author_information'", "class='cAuthorPane_info'"])
def test_the_box_on_who_wrote_a_post_is_none_of_a_thread(box: str) -> None:
    posts = f"<article><dl {box}><dt>Jane<dd>Posts: 312<dd>Joined: 2011</dl><p>{SENTENCE * 2}</p></article>" * 2
    assert set(taken(posts, "forum")) == {"Jane", "Posts: 312", "Joined: 2011"}
    assert taken(posts, "service") == {}


def test_signatures_are_taken_beside_windows_that_are_most_of_the_page() -> None:
    box = f"<div class=modal><p>{SENTENCE * 2}</p></div>"
    found = taken(f"<p>A table of oak.</p><p class=signature>Oak and ash.</p>{box * 2}", "forum")
    assert found == {"Oak and ash.": "not_content"}


def test_a_window_with_the_headline_is_the_page() -> None:
    document = read_document(
        f"<title>Oak tables</title><div role=dialog><h1>Oak tables</h1><p>{SENTENCE}</p></div>{CARDS}"
    )
    page_type = PageType("product", 0.9, dict.fromkeys(PAGE_TYPES, 0.01) | {"product": 0.9}, 0.1)
    assert boxes_of_others(Outline(document), load_rules().lexicon, page_type) == {}


def test_boxes_that_are_most_of_the_page_are_the_page() -> None:
    box = f"<div class=modal><p>{SENTENCE * 3}</p></div>"
    assert taken(f"<p>A table of oak.</p>{box}") == {}
    assert taken(f"<p>A table of oak.</p>{box * 2}") == {}
    assert len(taken(f"<main>{CARDS}</main>{box * 2}")) == 1
