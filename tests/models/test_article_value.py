"""An article is a value: it does not change, is compared, hashed and pickled, and knows its forms."""

import pickle
from collections.abc import Mapping
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

import harvester
from harvester import UsageError
from harvester.store.articles import article_json

FIXTURE = Path(__file__).parents[2] / "fixtures" / "html" / "repost--originally-published-notice.html"
HTML = FIXTURE.read_bytes()


@pytest.fixture(scope="module")
def article():
    return harvester.clean(HTML, url="https://valley-digest.example/swifts")


def text_in(html):
    """Return what a browser shows of a piece of HTML."""
    shown = []
    parser = HTMLParser()
    parser.handle_data = shown.append
    parser.feed(html)
    return "".join(shown)


def test_an_article_is_named_on_one_line(article):
    assert repr(article) == (
        "<Article 'The town that counts its swifts', 'Valley Digest', 2024-03-21T08:00:00+00:00, "
        f"{len(article.text):,} characters>"
    )
    odd = repr(replace(article, title="a\n\x1b[31m" + "b" * 500, site=None, published=None))
    assert odd.isprintable()
    assert len(odd) < 120


def test_an_article_is_a_key_and_equal_to_its_like(article):
    again = harvester.clean(HTML, url="https://valley-digest.example/swifts")
    assert {article: 1}[again] == 1
    assert pickle.loads(pickle.dumps(article)) == article
    assert hash(article) != hash(replace(article, title="Another"))


def parts_of(value):
    """Yield a value and all that it holds."""
    yield value
    inner = ()
    if is_dataclass(value):
        inner = (getattr(value, field.name) for field in fields(value))
    elif isinstance(value, Mapping):
        inner = [*value.keys(), *value.values()]
    elif isinstance(value, (tuple, frozenset)):
        inner = value
    for one in inner:
        yield from parts_of(one)


def test_nothing_in_an_article_changes(article):
    for value in parts_of(article):
        assert not isinstance(value, (list, set, bytearray)), value
        if is_dataclass(value):
            with pytest.raises(FrozenInstanceError):
                setattr(value, fields(value)[0].name, None)
    with pytest.raises(TypeError):
        article.cleaning.removed["menu"] = 1


def test_an_article_has_all_forms_as_methods(article):
    assert article.to_json().encode() == article_json(article)
    assert article.to_dict()["title"] == article.title
    assert article.to_markdown() == harvester.render(article)
    assert article.to_html().startswith("<!DOCTYPE html>")
    with pytest.raises(UsageError, match="no form of an article; known are json"):
        harvester.render(article, "docx")


def test_a_notebook_shows_fields_text_and_what_was_removed_and_no_markup_of_the_page(article):
    shown = article._repr_html_()
    assert all(
        part in text_in(shown) for part in (article.title, "Lena Orosz", "Removed: ", *article.text.split("\n\n"))
    )
    evil = '<script>alert("1")</script>'
    hostile = replace(
        article, title=evil, site=evil, text=evil, url="javascript:alert(1)", canonical_url=None, tags=(evil,)
    )
    shown = hostile._repr_html_()
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert text_in(shown).count(evil) == 4
    assert "more characters" in replace(article, text="a" * 30_000)._repr_html_()
