"""A page without an article says why, and an article is never taken for one of those pages."""

from dataclasses import replace

import pytest

from harvester.dom import read_document
from harvester.errors import NoArticle
from harvester.models import Document, Kept, Part
from harvester.refusal import refuse_without_article

PROSE = (
    "The ferry to the northern islands will run twice a day from Monday, the harbour board said after its meeting, and"
    " nobody on the quay had expected it, least of all the brothers who had mended the lamp in winter."
)
WALL = (
    "<h1>Welcome! How would you like to continue?</h1><p>To finance our journalism we and our partners use cookies,"
    " device identifiers and similar techniques to store and/or access information on a device.</p>"
    "<ul><li>Personalised advertising and content, measurement of advertising, audience research</li><li>Precise"
    " geolocation data: your location can be found within 500 metres.</li></ul><p>Some vendors process your data on the"
    " basis of legitimate interest, which you can object to at any time below.</p><button>Accept and continue</button>"
)


def kept(body: str, title: str = "Pier") -> Document:
    """Return a page on which every block was chosen for the article: the worst that the content step can do."""
    document = read_document(f"<html><head><title>{title}</title></head><body>{body}</body></html>")
    blocks = tuple(block.judged(Kept(Part.TEXT)) for block in document.blocks)
    return replace(document, blocks=blocks)


def reason_of(document: Document) -> str:
    with pytest.raises(NoArticle) as caught:
        refuse_without_article("page", document)
    return caught.value.reason


def teasers(count: int, headline: str = "Oldest crane of the harbour turns {}", prose: str = PROSE) -> str:
    return "".join(f"<h2><a href=/{n}>{headline.format(n)}</a></h2><p>{prose}</p>" for n in range(count))


def test_an_index_page_is_not_an_article():
    assert reason_of(kept(f"<h1>Harbour</h1><p>All news from the harbour.</p>{teasers(8)}")) == "not_article"


def test_an_index_page_in_chinese_is_not_an_article():
    body = teasers(8, "市议会决定今年内重修老桥{}号", "市议会周二决定，今年内重修河上的老桥。" * 3)
    assert reason_of(kept(body)) == "not_article"


def test_links_alone_are_not_an_article():
    body = "".join(f"<li><a href=/{n}>Headline number {n} of the day</a></li>" for n in range(40))
    assert reason_of(kept(f"<ul>{body}</ul>")) == "not_article"


def test_headings_alone_are_not_an_article():
    assert reason_of(kept("<h2>A story of the day</h2>" * 100)) == "not_article"


def test_a_consent_wall_is_named():
    assert reason_of(kept(WALL)) == "consent_wall"


def test_a_page_that_waits_for_its_scripts_is_named():
    assert reason_of(kept("<div id=root>Loading</div>")) == "needs_js"


@pytest.mark.parametrize("title", ["Just a moment...", "Attention Required! | Cloudflare"])
def test_a_bot_check_is_named(title):
    assert reason_of(kept("<h1>www.harbour.example</h1><p>Please wait.</p>", title)) == "blocked"


@pytest.mark.parametrize(
    "body",
    [
        f"<p>{PROSE}</p>",
        f"<p>{'市议会周二决定，今年内重修河上的老桥；两岸居民等这一天已经等了十一年。' * 2}</p>",
        teasers(3) + f"<p>{PROSE}</p>",
        teasers(8, "{}. Oldest crane of the harbour"),
        teasers(8, "Ostergate {}"),
        teasers(8, prose=f"{PROSE} {PROSE}"),
        f"<p>{PROSE}</p><p>{PROSE}</p>{teasers(8)}",
        f"{teasers(5, prose=PROSE[:90])}<p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>",
        f"<p>{PROSE} “We and our partners use cookies”, said the wall.</p>" * 3,
    ],
    ids=[
        "short",
        "Chinese",
        "related",
        "numbered",
        "named",
        "long items",
        "introduced",
        "body behind teasers",
        "on cookies",
    ],
)
def test_an_article_is_never_refused(body):
    refuse_without_article("page", kept(body))


def test_the_explanation_says_what_to_do():
    with pytest.raises(NoArticle, match=r"^page: .*save it again after consent \[consent_wall\]$"):
        refuse_without_article("page", kept(WALL))


BRIEF = "The ferry to the northern islands will not sail today, the harbour board said."


def test_news_in_brief_is_an_article_where_the_page_says_so():
    document = read_document(f"<meta property=og:type content=article><h1>No ferry today</h1><p>{BRIEF}</p>")
    title, text = document.blocks
    blocks = (title.judged(Kept(Part.TITLE)), text.judged(Kept(Part.TEXT)))
    refuse_without_article("page", replace(document, blocks=blocks))
    assert reason_of(replace(document, blocks=blocks, metas=())) == "needs_js"  # as far as anybody can tell
