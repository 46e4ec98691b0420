"""A page that is nothing but an article, and says where its text is, is not chosen from; all others are."""

import pytest

from harvester.content import whole_body
from harvester.dom import read_document
from harvester.outline import Outline

BODY = '<div itemprop="articleBody"><p>One.</p><p>Two.</p></div>'


def found(inner: str, around: str = "{}") -> list[str] | None:
    document = read_document(f"<html><body>{around.format(f'<main><article>{inner}</article></main>')}</body></html>")
    body = whole_body(Outline(document))
    return None if body is None else [document.blocks[at].text for at in sorted(body)]


@pytest.mark.parametrize(
    "inner",
    [BODY, f"<h1>Title</h1>{BODY}", f"<header><h1>Title</h1><p>Standfirst</p><p>By Ada</p></header>{BODY}"],
)
def test_an_article_alone_is_its_body(inner):
    assert found(inner) == ["One.", "Two."]


def test_what_the_page_sets_aside_is_no_part_of_it():
    aside = "<aside><ol><li>A note.</li></ol></aside>"
    assert found(f"<h1>Title</h1>{BODY.removesuffix('</div>')}{aside}</div>") == ["One.", "Two."]


@pytest.mark.parametrize(
    ("inner", "around"),
    [
        (BODY, "<nav><a href=/>Home</a></nav>{}"),
        (BODY, "{}<footer>Copyright</footer>"),
        (f"{BODY}<p>Read also</p>", "{}"),
        (f"<p>Menu</p>{BODY}", "{}"),
        (f"<h1>Title</h1><p>1</p><p>2</p><p>3</p><p>4</p>{BODY}", "{}"),
        (f"{BODY}{BODY}", "{}"),
        ("<div><p>One.</p></div>", "{}"),
    ],
)
def test_a_page_with_anything_else_on_it_is_chosen_from(inner, around):
    assert found(inner, around) is None


def test_a_body_outside_an_article_says_too_little():
    document = read_document(f"<html><body>{BODY}</body></html>")
    assert whole_body(Outline(document)) is None
