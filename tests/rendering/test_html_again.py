"""Cleaning the HTML of an article gives the article again: title, text, blocks and marks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Article, Page
from html_trip import differences
from long_examples import SOME

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
PAGES = sorted(page for folder in ("html", "cases", "rich") for page in (FIXTURES / folder).glob("*.html"))
URL = "https://harbour-courier.example/news/pier.html"


def article_of(body: bytes) -> Article | None:
    try:
        return clean_page(Page(url=URL, body=body))[0]
    except HarvesterError:
        return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_article_of_a_fixture_comes_back(page):
    if article := article_of(page.read_bytes()):
        assert list(differences(article)) == []


PROSE = (
    "The ferry to the {} islands will run twice a day from Monday, the harbour board said after its long meeting.",
    "Nobody on the quay had expected the {} lamp to burn again, least of all the brothers who had mended it in winter.",
    "Der Rat der Stadt hat am Dienstag beschlossen, die {} Brücke über den Fluß noch in diesem Jahr zu erneuern.",
    "A smaller boat, the Petrel, can take {} passengers but no vehicles, and it will sail when the sea is calm.",
    "The islanders have seen this before: in the {} winter of 1987 the harbour was frozen for nine whole weeks.",
    "About four hundred people use the {} crossing on an ordinary weekday, most of them on their way to work.",
    "Shopkeepers on the larger island have begun to fill their {} cellars with flour, salt and oil for the lamps.",
)
PHRASES = (
    "<a href=/plans title='The plans'>northern</a>",
    "<a href='https://b.example/x?a=1&amp;b=2' rel=nofollow><em>outer</em></a>",
    "<strong>old and <em>very</em> grey</strong>",
    "<code>x = 1</code>",
    "CO<sub>2</sub>",
    "m<sup>2</sup>",
    "<del>green</del> <ins>blue</ins>",
    "<mark>bright</mark>",
    "<abbr title='World Health Organization'>WHO</abbr>",
    "<ruby>漢字<rt>かんじ</rt></ruby>",
    "<span lang=fr>belle époque</span>",
    "<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></semantics></math>",
    "first<br>and second",
)
EXTRAS = (
    "<h2>What was <em>decided</em></h2>",
    "<h3>Later on</h3>",
    "<ul><li>Steel from the north<ul><li>and from the <b>south</b></li></ul></li><li>Timber of the best sort</li></ul>",
    "<ol start=4><li>Bring flour to the harbour.</li><li value=9>Bring salt to the harbour.</li></ol>",
    "<blockquote cite='https://a.example/'><p>It will stand for a hundred years.</p></blockquote>",
    "<blockquote><p>It stands there.</p><p><cite>Ada Holm of the harbour</cite></p></blockquote>",
    "<figure><blockquote><p>It never stood, if you ask me.</p></blockquote><figcaption>Cai Dahl</figcaption></figure>",
    "<pre><code class=language-python>if a &lt; b:\n    wait()\n\n\tgo()</code></pre>",
    "<table><caption>What it cost</caption><tr><th>Part<th colspan=2>Cost</tr><tr><td rowspan=2>Steel<td>3<td>4</tr>"
    "<tr><td><a href=/5>5</a><td></tr></table>",
    "<figure><img src=/pier.jpg alt='A pier' width=800 height=600><figcaption>The pier at noon, in the sun of May."
    "</figcaption></figure>",
    "<iframe src='https://www.youtube.com/embed/abcdefghijk' title='A film'></iframe>",
    "<blockquote class=twitter-tweet><p>Look!</p><a href='https://twitter.com/bo/status/123'>1 March</a></blockquote>",
    "<dl><dt>Ferry</dt><dd>A boat that crosses the water.</dd></dl>",
    "<hr>",
)


@st.composite
def rich_pages(draw: st.DrawFn) -> str:
    """Draw a page with an article that holds much that is no plain text, and notes below it."""
    prose, phrases = draw(st.permutations(PROSE)), draw(st.permutations(PHRASES))
    extras = draw(st.lists(st.sampled_from(EXTRAS), max_size=4, unique=True))
    parts = [f"<p>{sentence.format(phrase)}</p>" for sentence, phrase in zip(prose, phrases, strict=False)]
    for number, extra in enumerate(extras):
        parts.insert(2 * number + 1, extra)
    if draw(st.booleans()):
        parts[0] = parts[0].replace("</p>", " It was late.<sup id=r1><a href=#f1>1</a></sup></p>")
        parts.append("<ol><li id=f1>Minutes of the harbour board, session of March, page 12.</li></ol>")
    article = f"<article><h1>The pier of the town</h1>{''.join(parts)}</article>"
    return f"<html lang=en><body><nav><a href=/>Home</a></nav><main>{article}</main></body></html>"


@SOME
@given(rich_pages())
def test_an_article_comes_back(page):
    article = article_of(page.encode())
    assert article is not None
    assert list(differences(article)) == []
