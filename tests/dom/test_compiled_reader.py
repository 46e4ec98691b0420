"""What is read by the compiled reader and by the interpreted one is the same, whatever the markup."""

import random
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from harvester import native
from harvester.boilerplate import cut_of, cuts_by
from harvester.dom import TooManyBlocksError
from harvester.dom.compiled_reader import SOUGHT, read_body, tags_met, vocabulary
from harvester.dom.flat_markup import Opening, body_html, read_opening, split_markup
from harvester.dom.placeholders import leave_standins
from harvester.dom.text_runs import BodyParts
from harvester.dom.walk import BodyReader
from harvester.models import Element
from harvester.rules.load import load_rules

pytestmark = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures/html").glob("*.html"))
SENTENCES = "The ferry left at seven and came back at noon. It had forty crates of apples on its lower deck. " * 2
# Each is read by a part of the reader that others are not.
PIECES = (
    *("<div>", "</div>", "<p>", "</p>", "<p hidden>", "<p popover>", "<p style='a:b;DISPLAY : none'>", "<h2>", "</h2>"),
    "</span>",
    *("<a href='#x'>", "<a href=/y class=nav>", "</a>", "<b>", "</b>", "<time datetime=2024>", "<span class=x id=y>"),
    *("<ul>", "<ol><li>", "</ol>", "<pre>", "</pre>", "<div class=line>", "<i class='LINENO'>1</i>", "<textarea>x"),
    *("<table>", "</table>", "<tr>", "</tr>", "<td>", "<th>", "</td>", "<td class=blob-num>12</td>", "<caption>"),
    *(
        "<table role=grid>",
        "<nav>",
        '<nav\tid="n">',
        "</nav>",
        "<footer>",
        "<aside class=sidebar>",
        "<main>",
        "<blockquote>",
    ),
    *(
        "<br>",
        "<br>\u3000\u3000",
        "<br>&nbsp; &nbsp; ",
        "&nbsp;",
        "&amp;lt;",
        "\n",
        "\u200b",
        "e\u0301",
        "\u212b",
        "\0",
    ),
    *("<img src=a.jpg>", "<img alt='\U0001f600'>", "<img data-src=b.png width=10px style='height: 20.5px'>", "<img>"),
    *("<img srcset='a 1x, b 2x' alt=' c\u00a0d '>", "<noscript><img src=c.jpg></noscript>", "<amp-img src=d width=x>"),
    *(
        "<my-word>",
        "</my-word>",
        "<x-y class=share>",
        "<p\tid=x>",
        "<button>",
        "</button>",
        "<select><option>",
        "<figcaption>",
    ),
    *("<i class='sr-only a'>", "<i role=tooltip>", "<b class=dropcap>", "<a class=mw-editsection>e</a>", "<hr>"),
    *("<p style='white-space:pre-line'>", "<p class='whitespace-pre-wrap'>", "<p class='\u00fcnten \u212a'>"),
    *("<!-- c -->", "<!--", "<", '"', "=", "<xmp>", "漢字\n漢字", "words ", " and ", SENTENCES, "é", "\x1c"),
    *("<h2 class=cookie id=x role=banner>", "<div class=cookieBanner>", "<div class='not cookie' role=banner id=y>"),
    *("<ul class=shareBar data-testid=socialLinks>", "<section id=a-onetrust-x>", "<more-stories>", "</more-stories>"),
    *(f"<div class='{'a' * 990} sharebar'>", "<wbr data-harvester-tex=x>", "<wbr data-harvester->"),
    f"<div class=collapse hidden>{SENTENCES}</div>",
    "<li itemprop=a data-testid=b data-ad=c aria-label=d lang=e role=f title=g rel=h content=i>",
)
pieces = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def body_of(html: str) -> str:
    tree = LexborHTMLParser(html)
    leave_standins(tree)
    return body_html(tree)


def facts(found: BodyParts) -> Mapping[str, Any]:
    return {
        "blocks": [block[:-1] for block in found.blocks],
        "traces": [block.trace and block.trace[1:] for block in found.blocks],
        "types": [type(block.role) for block in found.blocks],
        "elements": found.elements,
        "images": found.images,
        "rules": found.rules,
        "tokens": list(found.markup.tokens),
        "places": found.markup.places,
        "standins": found.markup.standins,
    }


def cut(element: Element) -> Any:
    return cut_of(element, load_rules())


def assert_alike(markup: str, *, marked: Mapping[str, Opening] | None = None) -> None:
    for by, reveal_hidden in ((cut, False), (cuts_by(load_rules()), False), (None, True)):
        interpreted = BodyReader(split_markup(markup), by, reveal_hidden, True, marked).read()
        assert facts(read_body(markup, by, reveal_hidden, True, marked)) == facts(interpreted)


@pytest.mark.parametrize("page", FIXTURES, ids=lambda page: page.stem)
def test_a_page_is_read_alike(page: Path) -> None:
    assert_alike(body_of(page.read_bytes().decode(errors="replace")))


@given(pieces)
def test_any_page_is_read_alike(html: str) -> None:
    assert_alike(body_of(html))


@given(pieces)
def test_markup_that_no_parser_writes_is_read_alike(markup: str) -> None:
    assert_alike(f"<body>{markup}")


def test_a_page_with_faults_is_read_alike() -> None:
    chance = random.Random(7)
    for page in FIXTURES:
        markup = body_of(page.read_bytes().decode(errors="replace"))[:40_000]
        for _ in range(3):
            at, until = sorted(chance.randrange(len(markup) + 1) for _ in range(2))
            assert_alike(markup[:at] + chance.choice(PIECES) + markup[min(until, at + 300) :])


@given(pieces, st.randoms(use_true_random=False))
def test_containers_that_rules_of_the_site_fit_are_read_alike(html: str, chance: random.Random) -> None:
    markup = body_of(html)
    tags = sorted(token for token in set(split_markup(markup)[1::2]) if token[1] not in "/!")
    chosen = chance.sample(tags, min(2, len(tags)))
    assert_alike(markup, marked={tag: read_opening(tag)._replace(is_border=True, rules=("site:x",)) for tag in chosen})


def test_tags_that_are_not_closed_are_text() -> None:
    for unclosed in ('<a b="', "<!--", "<a ", "</a =", "<a/"):
        assert_alike(f"<body>{unclosed * 50}<p>x")


def test_what_utf_8_cannot_write_is_read_interpreted() -> None:
    found = read_body("<body><p>a \ud800 b</p></body>")
    assert [block.text for block in found.blocks] == ["a \ud800 b"]


def test_an_error_on_the_way_comes_out() -> None:
    def fail(element: Element) -> None:
        raise LookupError(element.tag)

    with pytest.raises(LookupError, match="body"):
        read_body("<body><p>a</p></body>", fail)


@pytest.mark.parametrize(
    ("markup", "says"),
    [
        ("<body>" + "<p>a</p>" * 20_001 + "</body>", "20,000 blocks of text"),
        ("<body>" + "<p></p>" * 60_001 + "</body>", "60,000 elements"),
        ("<body>" + "a" * 10_000_001 + "</body>", "10,000,000 characters of text"),
    ],
)
def test_a_page_without_end_is_refused(markup: str, says: str) -> None:
    with pytest.raises(TooManyBlocksError, match=says):
        read_body(markup, is_bounded=True)
    assert len(read_body(markup).markup.tokens) > 0


def _asked(texts: list[str]) -> set[str]:
    """Return those of `texts` that the compiled reader does not put on one line by itself."""
    asked: set[str] = set()

    def collapse(text: str) -> str:
        asked.add(text)
        return text

    reader = native.CORE.Reader(SimpleNamespace(**{**vars(vocabulary()), "collapse": collapse}))  # type: ignore[union-attr]
    reader.read("<body>" + "".join(f"<p>{text}</p>" for text in texts), None, False, False, None)
    return asked


def test_characters_that_may_be_composed_are_asked_of_python() -> None:
    every = [chr(code) for code in range(0x80, 0x110000) if not 0xD800 <= code < 0xE000]
    composing = {
        parts[-1]
        for parts in (unicodedata.normalize("NFD", char) for char in every)
        if len(parts) > 1 and unicodedata.normalize("NFC", parts) != parts
    }
    changing = {char for char in every if unicodedata.normalize("NFC", char) != char or unicodedata.combining(char)}
    unsure = {char for char in composing | changing if not char.isspace()}
    assert _asked(sorted(unsure)) == unsure
    assert not _asked(["naïve café – “words” … 漢字かな 한글 слово λόγος 🚀"])


@pytest.mark.usefixtures("both_forms")
def test_every_tag_that_is_there_is_among_those_met() -> None:
    html = "<HTML><Script src=x></script><iframe/><svg\n><!-- <math> --> <video"
    assert tags_met(html.encode()) >= {"script", "iframe", "svg", "math"}
    assert set(SOUGHT) >= tags_met(b"<p>")


def test_a_line_of_a_listing_in_a_cell_behind_another_cell():
    assert_alike(body_of("<table><tr><td>a</td><td><div class=line>b</div></td></tr></table>"))
    assert_alike(body_of("<table <!--><td><td><plaintext>--><tr><td><plaintext>"))


def test_tokens_are_told_as_of_a_list() -> None:
    markup = "<p>Über <b>uns</b></p> <!--x-->"
    tokens, listed = read_body(markup).markup.tokens, split_markup(markup)
    assert list(tokens) == [*tokens] == [tokens[at] for at in range(len(tokens))] == listed
    assert [tokens[at] for at in range(-len(tokens), 0)] == listed
    for part in (slice(None), slice(1, None, 2), slice(-3, -1), slice(5, 1, -2), slice(3, 99), slice(4, 2)):
        assert list(tokens[part]) == listed[part]
    for at in (len(listed), -len(listed) - 1):
        with pytest.raises(IndexError):
            tokens[at]
    assert "".join(tokens) == markup
    assert list(read_body("").markup.tokens) == split_markup("")
