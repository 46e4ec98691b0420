"""The four promises of the core, over made-up pages and fixtures: ledger, determinism, idempotence, totality."""

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import harvester
from generated_pages import pages, plain_articles
from harvester.decode import decode
from harvester.errors import HarvesterError, InputError, NoArticle, ParserLimit
from harvester.models import Article, Block, Kept, Part, Reading, Role, TextBlock
from harvester.rendering.html_page import render_html
from harvester.store.articles import article_json, ledger_json
from long_examples import SOME
from seen_text import letters, seen

FIXTURE_PAGES = sorted((Path(__file__).parent.parent / "fixtures" / "html").glob("*.html"))
MAX_PAGE_S = 5.0  # of processor time, for pages below 100 kB; the usual is a hundredth of it
SOUP = (
    b"<p> </p> <table> <tr> <a_href=' <!-- --> <script> \xe4\xb8\xad \x1b$B &#x110000; &#0; <![CDATA[ ]]> <svg> <math>"
    b" <select> <title> <frameset> <plaintext> <template> </body> <base_href=//[> text <meta_charset=utf-16> <ruby>"
).split()
HASHES = """
import hashlib, sys
from pathlib import Path
from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from harvester.store.articles import article_json, ledger_json
for name in sys.argv[1:]:
    try:
        article, ledger = clean_page(Page(None, Path(name).read_bytes()))
        print(hashlib.sha256(article_json(article) + ledger_json(ledger)).hexdigest(), name)
    except HarvesterError as error:
        print(error)
"""


def pytest_generate_tests(metafunc):
    """Give every test that asks for a `fixture_page` each of them."""
    if "fixture_page" in metafunc.fixturenames:
        metafunc.parametrize("fixture_page", FIXTURE_PAGES, ids=[path.stem for path in FIXTURE_PAGES])


# Each is read by several tests: once is enough.
@cache
def explained(path: Path) -> tuple[Block, ...]:
    return harvester.explain(path.read_bytes()).blocks


@cache
def reading_of(path: Path) -> Reading | HarvesterError:
    try:
        return harvester.read(path.read_bytes())
    except HarvesterError as error:
        return error


def article_of_fixture(path: Path) -> Article | None:
    reading = reading_of(path)
    return reading.article if isinstance(reading, Reading) else None


def article_of(html: str | bytes) -> Article | None:
    try:
        return harvester.clean(html)
    except NoArticle:
        return None


def joined(article: Article) -> str:
    """Return the text that the article's blocks make by the documented joins."""
    text = ""
    blocks = [block for block in article.blocks if block.text and block.in_text]
    for before, block in zip((None, *blocks), blocks, strict=False):
        if before is not None:
            tight = (is_item(before) and is_item(block)) or before.role is block.role is Role.TABLE
            text += "\n" if tight else "\n\n"
        text += f"- {block.text}" if is_item(block) else block.text
    return text


def is_item(block: TextBlock) -> bool:
    return block.level is not None and block.role is not Role.HEADING


# ── ledger ────────────────────────────────────────────────────────────────────────────────────


def assert_ledger_is_complete(html: str, blocks: Sequence[Block]) -> None:
    # What a script's data adds to a page without prose stands behind its visible blocks, under this path.
    ledger = letters("".join(block.text for block in blocks if not block.path.startswith("script")))
    shown = seen(html)
    # A page with hardly any prose may show its article by a script: then hidden text is read, too.
    assert ledger == shown or (len(shown) < 2_000 and ledger == seen(html, reveal_hidden=True))


@given(pages())
def test_the_ledger_holds_every_visible_character_once_in_order_and_the_text_is_exactly_what_it_keeps(html):
    blocks = harvester.explain(html).blocks
    assert_ledger_is_complete(html, blocks)
    if article := article_of(html):  # nine in ten have one
        assert_text_is_what_the_ledger_keeps(article, blocks)


def test_the_ledger_of_a_fixture_holds_every_visible_character_once_in_order(fixture_page):
    html = decode(fixture_page.read_bytes(), None, fixture_page.name)
    assert_ledger_is_complete(html, explained(fixture_page))


@pytest.mark.parametrize("hiding", ["hidden", 'style="display:none"'])
def test_the_ledger_check_sees_a_loss(hiding):
    html = f"<p>one</p><p {hiding}>two</p><p>three</p>"
    for other in (html.replace("one", "on"), "<p>three</p><p>one</p>"):
        blocks = harvester.explain(other).blocks
        with pytest.raises(AssertionError):
            assert_ledger_is_complete(html, blocks)


def test_the_text_of_a_fixture_is_exactly_what_its_ledger_keeps(fixture_page):
    if article := article_of_fixture(fixture_page):
        assert_text_is_what_the_ledger_keeps(article, explained(fixture_page))


def assert_text_is_what_the_ledger_keeps(article: Article, blocks: Sequence[Block]) -> None:
    kept = [block.text for block in blocks if block.verdict == Kept(Part.TEXT)]
    assert letters("".join(kept)) == letters("".join(block.text for block in article.blocks if block.in_text))
    assert article.text == joined(article)
    assert article.cleaning.kept_chars == len(article.text)


def test_removed_characters_are_counted_by_kind(fixture_page):
    if article := article_of_fixture(fixture_page):
        removed = [block for block in explained(fixture_page) if not isinstance(block.verdict, Kept)]
        assert sum(article.cleaning.removed.values()) == sum(len(block.text) for block in removed)
        assert list(article.cleaning.removed) == sorted(article.cleaning.removed)


# ── determinism ───────────────────────────────────────────────────────────────────────────────


def test_the_same_bytes_give_the_same_json_in_any_process():
    """In this one, whose seed of hashes and earlier pages are of any kind, and in another one, the other way round."""
    environment = {**os.environ, "PYTHONHASHSEED": "4711"}
    command = [sys.executable, "-c", HASHES, *map(str, FIXTURE_PAGES[::-1])]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert sorted(done.stdout.splitlines()) == sorted(map(digest_of, FIXTURE_PAGES))


def digest_of(path: Path) -> str:
    reading = reading_of(path)
    if isinstance(reading, HarvesterError):
        return str(reading)
    return f"{sha256(article_json(reading.article) + ledger_json(reading.ledger)).hexdigest()} {path}"


# ── idempotence ───────────────────────────────────────────────────────────────────────────────

# That of fixtures, with all that is in their blocks: tests/rendering/test_html_again.py.


@SOME
@given(plain_articles())
def test_an_article_cleans_to_itself(html):
    article = harvester.clean(html)
    assert harvester.clean(render_html(article)).text == article.text


# ── totality ──────────────────────────────────────────────────────────────────────────────────


def assert_article_or_reason(body: bytes) -> None:
    start = time.process_time()
    # Any other error fails the test, RulesError too: it would mean that the package is broken.
    with contextlib.suppress(InputError, NoArticle, ParserLimit):
        article = harvester.clean(body)
        assert article.text
        assert article_json(article).endswith(b"}\n")
    assert time.process_time() - start < MAX_PAGE_S


@given(st.binary(max_size=2_000))
@example(b"")
@example(b"\xff\xfe")
@example(b"<")
@example(b"<p>\xf0\x9f")
@example(b"<!--" * 200)
def test_any_bytes_give_an_article_or_a_reason(body):
    assert_article_or_reason(body)


@given(st.lists(st.sampled_from(SOUP), max_size=60).map(lambda pieces: b"".join(pieces).replace(b"_", b" ")))
def test_any_soup_of_tags_gives_an_article_or_a_reason(body):
    assert_article_or_reason(body)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw a fixture with a cut, with bytes flipped, or doubled."""
    body = draw(st.sampled_from(FIXTURE_PAGES)).read_bytes()
    at = draw(st.integers(0, len(body)))
    match draw(st.sampled_from(("cut", "flipped", "doubled", "hole"))):
        case "cut":
            return body[:at]
        case "flipped":
            flipped = bytearray(body)
            for place in draw(st.lists(st.integers(0, len(body) - 1), max_size=50)):
                flipped[place] ^= draw(st.integers(1, 255))
            return bytes(flipped)
        case "hole":
            return body[:at] + body[at + draw(st.integers(1, 3_000)) :]
        case _:
            return body[:at] + body + body[at:]


@given(damaged())
def test_any_damaged_page_gives_an_article_or_a_reason(body):
    assert_article_or_reason(body)
