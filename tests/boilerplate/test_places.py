"""Boilerplate by place: what goes, and above all what never goes."""

import pytest
from harbour_prose import BODY, SENTENCES

from harvester.boilerplate import cut_of, label_places
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

OTHER_PROSE = "<p>Another town has a bridge, too, and nobody there has ever thought of painting it in two colours.</p>"


def placed(body: str) -> dict[str, str]:
    """Return text -> kind of the blocks that a place takes out."""
    document = read_document(f"<body>{body}</body>")
    labels = label_places(Outline(document), load_rules())
    return {document.blocks[at].text: label.kind for at, label in labels.items()}


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ("<nav><a href=/>Home</a></nav>", "nav_menu"),
        ("<footer><p>Imprint</p></footer>", "site_footer"),
        ("<aside><p>Facts</p></aside>", "sidebar"),
        ("<div class='cookie-banner'><p>We use them</p></div>", "cookie_consent"),
        ("<div class='related-posts'><p>A story</p></div>", "related_posts"),
        ("<div class='comment-list'><p>First!</p></div>", "comment_thread"),
    ],
)
def test_a_place_of_boilerplate_takes_out_all_in_it(html, kind):
    found = placed(f"<article><h1>Pier</h1>{BODY}</article>{html}")
    assert len(found) == 1
    assert set(found.values()) == {kind}


def places_read(body: str) -> dict[str, str]:
    """Return text -> kind of the blocks that a place takes out of a page that is read as cleaning reads it."""
    rules = load_rules()
    document = read_document(f"<body>{body}</body>", cut_of=lambda element: cut_of(element, rules))
    labels = label_places(Outline(document), rules)
    return {document.blocks[at].text: label.kind for at, label in labels.items()}


@pytest.mark.parametrize(
    "contents",
    [
        "<div class='toc'><ul><li><a href='#a'>What it costs</a></li><li><a href='#b'>The boats</a></li></ul></div>",
        "<div id='toc'><p>Contents</p><ul><li>What it costs</li><li>The boats</li></ul></div>",
        "<ul class='jump-to'><li>1 <a href='#costs'>What it costs</a></li><li>2 <a href='#b'>The boats</a></li></ul>",
    ],
)
def test_a_list_of_contents_leads_to_parts_of_the_page(contents):
    parts = f"<h2>What it costs</h2>{BODY}<h2>The boats</h2><p>Two.</p>"
    found = places_read(f"<article><h1>Pier</h1>{contents}{parts}</article>")
    assert found
    assert set(found.values()) == {"toc"}


@pytest.mark.parametrize(
    "part",
    [
        "<h2 class='wp-block-heading toc'>What it costs</h2>",
        "<div id='toc_5-7'>What it costs</div>",
        "<ul class='tocList'><li>Length: 12 metres</li><li>Boats: two</li></ul>",
        f"<div class='no-toc-section'><h3>The boats</h3>{OTHER_PROSE}</div>",
    ],
)
def test_what_is_called_contents_and_leads_nowhere_stays(part):
    assert places_read(f"<article><h1>Pier</h1>{BODY}{part}{OTHER_PROSE}</article>") == {}


def test_a_caption_is_no_part_of_the_text_with_a_heading_of_its_own():
    box = f"<div class='figcaption'><h3>How a lamp is mended</h3>{OTHER_PROSE * 3}</div>"
    assert placed(f"<article><h1>Pier</h1>{BODY * 3}{box}</article>") == {}
    line = "<div class='figcaption'><p>The lamp was mended by two brothers in one winter.</p></div>"
    assert set(placed(f"<article><h1>Pier</h1>{BODY * 3}{line}</article>").values()) == {"caption"}


@pytest.mark.parametrize(
    "attributes", ["class='share comments related-posts'", "class=cookie-banner", "id=sidebar", "role=navigation"]
)
@pytest.mark.parametrize("tag", ["div", "section", "aside", "footer", "nav"])
def test_a_container_that_holds_the_body_is_never_cut(tag, attributes):
    assert placed(f"<{tag} {attributes}><h1>Pier</h1>{BODY}</{tag}><p>Menu</p>") == {}


def test_a_container_with_article_body_is_never_cut():
    short = "<div class='related-posts' itemprop=articleBody><p>A short piece of news.</p></div>"
    assert placed(f"{BODY}{short}") == {}


def test_a_container_with_the_longest_paragraph_is_never_cut():
    long = f"<div class='related-posts'><p>{SENTENCES[0]} {SENTENCES[1]}</p></div>"
    assert placed(f"{BODY}{BODY}{BODY}{BODY}{long}") == {}


def test_a_container_with_the_headline_is_never_cut():
    assert placed(f"<aside><h1>Pier</h1></aside>{BODY}") == {}


def test_the_outermost_place_names_the_kind():
    html = (
        f"<article><h1>Pier</h1>{BODY}</article><footer><div class='share-buttons'><p>Tell a friend</p></div></footer>"
    )
    assert placed(html) == {"Tell a friend": "site_footer"}


@pytest.mark.parametrize("name", ["shareholder-meeting", "commentary", "advertiser-history", "renavigation"])
def test_a_word_that_only_holds_a_telling_word_tells_nothing(name):
    assert placed(f"<article><h1>Pier</h1>{BODY}<div class='{name}'>{OTHER_PROSE}</div></article>") == {}


def test_a_page_without_prose_is_judged_as_well():
    assert placed("<nav><a href=/>Home</a></nav><p>x</p>") == {"Home": "nav_menu"}
