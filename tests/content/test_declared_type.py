"""What a page calls itself in its head and its records is heard before what it looks like."""

import pytest

import harvester
from harvester.content import says_things_again
from harvester.content.declared_type import marks_thread, says_article, says_thread
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType, PageTypeName

RECORD = '<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "{}"}}</script>'
QUESTION = "".join(
    f"<p>The ferry was late {number} times this winter, and nobody at the quay could say why the boat had not left"
    " the harbour before the ice came in from the north.</p>"
    for number in range(8)
)
PAGE = "<html><head><title>Why is the ferry late?</title>{}</head><body><article><h1>Why is the ferry late?</h1>{}"


@pytest.mark.parametrize("name", ["QAPage", "DiscussionForumPosting"])
def test_a_page_whose_record_calls_it_a_thread_is_one(name: str) -> None:
    def type_of(head: str) -> str | None:
        page = PAGE.format(head, QUESTION)
        return harvester.clean(page, "https://example.org/ferry", page_types=PAGE_TYPES).page_type

    assert type_of("") == "article"
    assert type_of(RECORD.format(name)) == "forum"


def test_an_article_below_which_readers_discuss_is_no_thread() -> None:
    both = RECORD.format("NewsArticle") + RECORD.format("DiscussionForumPosting")
    document = read_document(PAGE.format(both, QUESTION))
    assert says_article(document)
    assert not says_thread(document)
    assert not says_thread(read_document(PAGE.format(RECORD.format("WebPage"), QUESTION)))


MARKED = "<div itemscope itemtype='{}://schema.org/{}'>" + QUESTION
REPLIES = "".join(
    f"<table class=post><tr><td><a href=/user/{number}>Jane{number}</a><br>Posts: {number}</td><td>#{number}"
    f"<p>Re: Why is the ferry late? It was late on my way home, too, {number} times.</p></td></tr></table>"
    for number in range(1, 12)
)


@pytest.mark.parametrize("name", ["QAPage", "DiscussionForumPosting"])
def test_a_page_with_an_element_that_is_marked_as_a_thread_is_one(name: str) -> None:
    def type_of(body: str) -> str | None:
        page = PAGE.format("", body + REPLIES)
        return harvester.clean(page, "https://forum.example.org/topic/12-ferry", page_types=PAGE_TYPES).page_type

    assert type_of(MARKED.format("https", "Person")) == "article"
    assert type_of(MARKED.format("https", name)) == "forum"
    assert type_of(MARKED.format("http", name)) == "forum"


def test_an_article_with_an_element_that_is_marked_as_a_thread_is_none() -> None:
    marked = MARKED.format("https", "DiscussionForumPosting")
    assert marks_thread(read_document(PAGE.format("", marked)))
    assert not marks_thread(read_document(PAGE.format(RECORD.format("NewsArticle"), marked)))
    assert not marks_thread(read_document(PAGE.format("", MARKED.format("https", "BlogPosting") + marked)))


@pytest.mark.parametrize(
    ("name", "article", "expected"),
    [("documentation", 0.1, True), ("documentation", 0.4, False), ("forum", 0.1, False), ("article", 0.9, False)],
)
def test_only_a_manual_says_things_twice_on_purpose(name: PageTypeName, article: float, expected: bool) -> None:
    page_type = PageType(name, 0.6, {**dict.fromkeys(PAGE_TYPES, 0.0), "article": article}, 0.1)
    assert says_things_again(page_type) is expected


@pytest.mark.parametrize(
    "post", ["class=postbit", "class='athing comtr'", "class='details comment-node'", "class='sitetable nestedlisting'"]
)
def test_a_page_whose_elements_have_the_names_of_a_forums_software_is_a_thread(post: str) -> None:
    def type_of(attributes: str, head: str = "") -> str | None:
        page = PAGE.format(head, f"<div {attributes}>{QUESTION}</div>{REPLIES}")
        return harvester.clean(page, "https://forum.example.org/topic/12-ferry", page_types=PAGE_TYPES).page_type

    assert type_of("class=story") == "article"
    assert type_of(post) == "forum"
    if "comment" not in post:  # where comments are all there is, the page is a thread whatever its record says
        assert type_of(post, RECORD.format("NewsArticle")) == "article"
