"""An article on several pages becomes one, and the next article is never taken for its next page."""

from dataclasses import replace
from pathlib import Path

import pytest

from harvester.cleaning import clean_page
from harvester.models import Page, Role, TextBlock
from harvester.multipage import join_pages
from harvester.pagination import follows, next_page
from harvester.rules.load import load_rules

SITE = "https://a.example"
LEXICON = load_rules().lexicon


@pytest.mark.parametrize(
    ("url", "link", "number"),
    [
        ("/x/", "/x/2/", 1),
        ("/x/2/", "/x/3/", 2),
        ("/x", "/x/page/2/", 1),
        ("/x", "/x?page=2", 1),
        ("/x?id=7", "/x?id=7&page=2", 1),
        ("/x?a=1", "/x?page=2&a=1", 1),
        ("/x?page=1", "/x?page=2", 1),
        ("/x?page=2", "/x?page=3", 2),
        ("/x.html?p=1", "/x.html?p=2", 1),
        ("/c_123.htm", "/c_123_2.htm", 1),
        ("/c_123_2.htm", "/c_123_3.htm", 2),
        ("/t20240530_55.html", "/t20240530_55_1.html", 1),
        ("/t20240530_55_1.html", "/t20240530_55_2.html", 2),
        ("/story.html", "/story-2.html", 1),
        ("/x/index.html", "/x/index_2.html", 1),
        ("/x", "/x/seite-2", 1),
        ("/x,2", "/x,3", 2),
    ],
)
def test_the_next_page_has_the_address_with_the_number_that_follows(url, link, number):
    assert follows(SITE + url, SITE + link, number)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("/x/", "/y/2/"),
        ("/x/", "/x/3/"),
        ("/x/", "/x/"),
        ("/", "/page/2/"),
        ("/2024/03/21/a/", "/2024/03/22/a/"),
        ("/2024/03/21/", "/2024/03/22/"),
        ("/news/100", "/news/101"),
        ("/x/3", "/x/4"),
        ("/c_123.htm", "/c_124.htm"),
        ("/?p=17", "/?p=18"),
        ("/x?p=17", "/x?p=18"),
        ("/article-7", "/article-8"),
        ("/part-1", "/part-2"),
    ],
)
def test_another_article_is_no_next_page(url, link):
    assert not follows(SITE + url, SITE + link)


def page_with(links, head=""):
    return f"<html><head>{head}</head><body><article><p>Text.</p>{links}</article></body></html>"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (page_with("<div class='page-links'>Pages: 1 <a href='/x/2/'>2</a> <a href='/x/3/'>3</a></div>"), "/x/2/"),
        (page_with("<a href='/x/2/'>Next page »</a>"), "/x/2/"),
        (page_with("<a href='/x/2/'>下一页</a>"), "/x/2/"),
        (page_with("<A HREF=/x/2/>Next page</A>"), "/x/2/"),
        (page_with("<a Href = '2/'>Next page</a>"), "/x/2/"),
        (page_with("<a href='/x/2/?from=1&amp;to=9#text'>Next page</a>"), None),
        (page_with("", "<link rel='next' href='/x/2/'>"), "/x/2/"),
        (page_with("", "<link rel='next' href='/the-next-article/'>"), None),
        (page_with("<a href='/y/2/'>Next page</a>"), None),
        (page_with("<a href='/x/2/'>See the reader's letter of two years ago</a>"), None),
        (page_with(""), None),
    ],
)
def test_a_page_names_its_next_one(html, found):
    assert next_page(html, f"{SITE}/x/", LEXICON) == (SITE + found if found else None)


def test_links_are_relative_to_the_base_of_the_page():
    html = page_with("<a href='2/'>Next page</a>", "<base href='https://a.example/x/'>")
    assert next_page(html, f"{SITE}/x/", LEXICON) == f"{SITE}/x/2/"


def test_a_page_without_any_such_address_is_not_parsed(monkeypatch):
    monkeypatch.delattr("harvester.pagination.read_document")
    assert next_page(page_with("<a href='/x/12/'>2</a><img src='/x/2/'>"), f"{SITE}/x/", LEXICON) is None


# ── pages put together ───────────────────────────────────────────────────────────────────────

PARAGRAPH = "The {} ferry to the northern islands will run twice a day from Monday, the harbour board said on Friday."


def article(words, number):
    body = "".join(f"<p>{PARAGRAPH.format(word)} {PARAGRAPH.format(word + ' small')}</p>" for word in words)
    standfirst = "<p class='standfirst'>All of the ferries, and why there are so many of them this year.</p>"
    html = f"<html lang=en><head><title>Ferries</title></head><body><article><h1>Ferries</h1>{standfirst}{body}"
    return clean_page(Page(f"{SITE}/x/{number}", html.encode(), status=200))[0]


def test_pages_become_one_article_with_what_they_repeat_once():
    first, second = article(["first", "second"], 1), article(["third", "fourth"], 2)
    joined = join_pages((first, second))
    assert [word for word in ("first", "second", "third", "fourth") if f"The {word} ferry" in joined.text] == [
        "first",
        "second",
        "third",
        "fourth",
    ]
    assert joined.text.count("All of the ferries") == first.text.count("All of the ferries")
    assert (joined.id, joined.url, joined.title) == (first.id, first.url, first.title)
    assert joined.cleaning.kept_chars == len(joined.text)
    assert joined.blocks[: len(first.blocks)] == first.blocks


def test_a_short_line_may_be_said_on_two_pages():
    first = article(["first"], 1)
    answer = TextBlock(Role.PARAGRAPH, "“No.”")
    said = replace(first, blocks=(*first.blocks, answer))
    assert [block.text for block in join_pages((said, said)).blocks].count("“No.”") == 2


def test_one_page_stays_as_it_is():
    only = article(["first"], 1)
    assert join_pages((only,)) == only


def test_the_fixture_of_a_portal_with_pages_names_its_second():
    path = Path(__file__).parents[1] / "fixtures" / "html" / "chinese-portal--paginated-and-qr.html"
    html = path.read_text(encoding="utf-8")
    page = f"{SITE}/n1/2022/0714/c14657-3247751.html"
    assert next_page(html, page, LEXICON) == page.replace(".html", "-2.html")
    assert next_page(html, page.replace("7751", "7752"), LEXICON) is None
