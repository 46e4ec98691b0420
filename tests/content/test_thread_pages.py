"""A page whose comments stand right below its headline is a thread, whatever else it looks like."""

import pytest

from harvester.boilerplate import label_places
from harvester.content.thread_pages import is_thread_alone
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

SAID = "The ferry was late three times this week, and nobody at the quay could say why it was so."
POST = f"<li class=comment><p>{SAID}</p></li>"
THREAD = f"<ol class=comments>{POST * 6}</ol>"
ARTICLE = "<p>The harbour board has bought a second ferry, which is to sail from May on, it said on Monday.</p>"
STARTED = "<p>Discussion in the room of the northern islands, started by Jane on the last Monday of May.</p>"
OTHERS = ARTICLE * 4  # prose beside the thread, without which no rule takes comments for any


def is_alone(page: str, head: str = "<h1>Why is the ferry late?</h1>") -> bool:
    """Return whether a page is a thread and nothing else."""
    document = read_document(f"<title>Why is the ferry late?</title><body>{head}{page}<div>{OTHERS}</div></body>")
    outline = Outline(document)
    return is_thread_alone(outline, label_places(outline, load_rules()))


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (THREAD, True),
        (STARTED + THREAD, True),
        (ARTICLE * 2 + THREAD, False),
        (f"<ol class=comments>{POST * 3}</ol>", False),
        (THREAD.replace("comment", "story"), False),
    ],
    ids=["right below the headline", "below one sentence", "below an article", "less than half of it", "no comments"],
)
def test_comments_without_a_text_above_them_are_the_page(page: str, expected: bool) -> None:
    assert is_alone(page) is expected


def test_comments_behind_a_text_that_stands_before_the_headline_are_about_it() -> None:
    assert is_alone(THREAD, f"{ARTICLE}<h1>Why is the ferry late?</h1>")
    assert not is_alone(THREAD, f"{ARTICLE * 3}<h1>Why is the ferry late?</h1>")


def test_a_link_to_the_comments_below_a_headline_is_not_where_they_begin() -> None:
    link = "<p class=comments-link><a href='#comments'>6 replies</a></p>"
    assert not is_alone(f"{link}{ARTICLE * 4}{THREAD}")
    assert is_alone(f"{link}{THREAD}")


def test_an_article_between_two_threads_is_what_they_are_about() -> None:
    assert not is_alone(f"<ol class=comments>{POST}</ol>{ARTICLE * 4}{THREAD}")


def test_comments_before_the_headline_are_none_of_a_thread() -> None:
    assert not is_alone("", f"{THREAD}<h1>Why is the ferry late?</h1>")
