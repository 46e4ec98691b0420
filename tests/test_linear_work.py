"""No step of cleaning does more than four times the work on four times the page; pages without end are refused."""

import contextlib
from collections.abc import Callable

import pytest

from counted_calls import calls_in
from harvester import HarvesterError, clean
from harvester.dom.bounds import MAX_BLOCKS, MAX_CHARS, MAX_ELEMENTS
from harvester.dom.prescan import MAX_DENSE_TAGS, MAX_OPENINGS, MAX_TAGS

STORY = "<h1>The ferry sails again</h1>" + (
    "<p>The ferry went out at dawn with forty people aboard, and the harbour watched it leave in silence.</p>" * 12
)
FEW = 80
GROWTH = 4
# Calls grow a little faster than pages where something is sorted; a square would be sixteen.
MOST = 4.6

Shape = Callable[[int], str]


def of(inside: str, head: str = "") -> str:
    return f"<html lang=en><head><title>The ferry sails again</title>{head}</head><article>{STORY}{inside}</article>"


def many(form: str, before: str = "", after: str = "") -> Shape:
    """Return pages of `form`, its # a number, as often as asked for."""
    return lambda count: of(before + "".join(form.replace("#", str(n)) for n in range(count)) + after)


def many_in_head(form: str) -> Shape:
    return lambda count: of("", "".join(form.replace("#", str(n)) for n in range(count)))


def record(form: str, before: str, after: str) -> Shape:
    def page(count: int) -> str:
        items = ",".join(form.replace("#", str(n)) for n in range(count))
        return of("", f'<script type="application/ld+json">{before}{items}{after}</script>')

    return page


SHAPES: dict[str, Shape] = {
    "bylines": many("<p class=byline>By Jane Doe#</p>"),
    "bylines under the text": many("<p>By Jane Doe</p><p>#</p>"),
    "options": many("<option>#", "<select>", "</select>"),
    "tags in meta": many_in_head('<meta property="article:tag" content="tag #">'),
    "authors in meta": many_in_head('<meta name="author" content="Jane Doe#">'),
    "titles in meta": many_in_head('<meta property="og:title" content="Ferry #">'),
    "links of a list": many("<li><a href=/a/#>entry #</a>", "<ul>", "</ul>"),
    "paragraphs": many("<p>The ferry went out at dawn for the #th time, and nobody saw it leave or come."),
    "torn paragraphs": many("<p>the ferry went out at dawn for the #th time and nobody in the harbour saw,"),
    "links": many("<a href=/#>word #</a> "),
    "cells of a row": many("<td>cell #", "<table><tr>", "</tr><tr><td>a<td>b</table>"),
    "figures": many("<figure><img src=/i/#.jpg width=800><figcaption>Ship #</figcaption></figure>"),
    "credits of a caption": many("Photos: Max Roe# | ", "<figure><img src=/a.jpg><figcaption>", "</figure>"),
    "times": many("<time datetime=2026-01-15T10:00>#</time><br>"),
    "dates": many("<p>Published # January 2020"),
    "headlines": many("<h1>The ferry sails again #</h1>"),
    "headings": many("<h2>Ferry #</h2><p>It sails"),
    "breadcrumbs": many("<a href=/#>Harbour #</a>", '<nav class="breadcrumb">', "</nav>"),
    "tag links": many("<a rel=tag href=/tag/#>tag #</a>", "<div class=tags>", "</div>"),
    "records": record('{"@type":"NewsArticle","headline":"The ferry #","author":{"name":"Jane"}}', "[", "]"),
    "records in single quotation marks": record("{'@type':'NewsArticle','headline':'The ferry's #'}", "[", "]"),
    "records escaped twice": record("{&amp;quot;headline&amp;quot;:&amp;quot;The ferry #&amp;quot;}", "[", "]"),
    "authors of a record": record('{"@type":"Person","name":"Jane Doe#"}', '{"@type":"NewsArticle","author":[', "]}"),
    "steps of a path": record(
        '{"@type":"ListItem","name":"Harbour #"}', '{"@type":"BreadcrumbList","itemListElement":[', "]}"
    ),
    "images": many('<img src="/i/#.jpg" alt="Ship #" width=800 height=600>'),
    "alternates": many_in_head('<link rel=alternate hreflang=en href="/en/#">'),
    "nested elements": lambda count: of("<div class=story>" * count + "<p>The ferry went out." * count),
    "nested footers": lambda count: of("<footer>" * count + "<p>The ferry went out." * count),
    "closed panels": many("<div class=collapse aria-labelledby=q# hidden><p>The ferry went out at dawn.</div>"),
    "nested closed panels": lambda count: of("<div class=collapse hidden><p>The ferry went out at dawn." * count),
    "streamed parts": many("<div id=af# style=display:none><p>The ferry went out at dawn.<!--F#--></div>"),
    "nested inline elements": lambda count: of("<span class=a>x" * count),
    "open inline elements": lambda count: of("<b><i class=x>" * count + "<p>word" * count),
    "tables": many("<table><tr><td>a #<td>b<tr><td>c<td>d</table>"),
    "lines of code": many("let a# = #;\n", "<pre>", "</pre>"),
    "known lines": many("Read more<br>line # of the poem<br>", "<p>", "</p>"),
    "indents": many("\u3000\u3000一个字#<br>", "<div>", "</div>"),
    "footers": many("<footer><p>Copyright # Example<time>x</time></footer>"),
    "articles": many("<article><h2>Ferry #</h2><p>It sails</p></article>"),
    "comments": many("<div class=comment><p># May 2020</p><p>I saw the ferry go out.</p></div>"),
    "spans": many("<span class=author>Jane Doe</span>, ", "<p>", "</p>"),
    "notices": many("<p>This article was first published in the Harbour Post, number #.</p>"),
}


def work(html: str) -> int:
    """Return how many functions are called while a page is cleaned, of Python and of C."""
    return calls_in(lambda: cleaned(html))


def cleaned(html: str) -> None:
    with contextlib.suppress(HarvesterError):
        clean(html.encode(), url="https://harbour.example/2026/ferry")


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_four_times_the_page_is_four_times_the_work(shape: Shape) -> None:
    # A step that is only taken on larger pages costs more once; what grows with the square costs more each time.
    assert any(is_linear(shape, few) for few in (FEW, GROWTH * FEW))


def is_linear(shape: Shape, few: int) -> bool:
    """Return whether a page of `GROWTH` times `few` parts takes so many times the work."""
    for count in (0, few, GROWTH * few):
        cleaned(shape(count))  # caches are filled: they are of no use to a page that is met first, and do no harm
    least = work(shape(0))
    less, more = work(shape(few)) - least, work(shape(GROWTH * few)) - least
    return more <= MOST * max(less, few)


def refusal(html: str) -> str:
    with pytest.raises(HarvesterError) as caught:
        clean(html.encode(), url="https://harbour.example/list")
    assert caught.value.reason == "parser_limit"
    assert caught.value.subject == "https://harbour.example/list"
    return caught.value.explanation


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<option>x" * (MAX_DENSE_TAGS + 1), "tags"),
        (f"<p title='{'x' * 100}'>" * (MAX_TAGS + 1), "tags"),
        ("<" * (MAX_OPENINGS + 1), "tags"),
        ("<p>The ferry sails." * (MAX_BLOCKS + 1), "20,000 blocks"),
        (f"<p title='{'x' * 100}'></p>" * (MAX_ELEMENTS + 9), "60,000 elements"),
        ("<p>" + "The ferry sails. " * (MAX_CHARS // 16), "characters"),
        ("<p>" + "Read more<br>the poem<br>" * (MAX_BLOCKS // 2 + 9), "20,000 blocks"),
    ],
    ids=["dense tags", "tags", "no tags", "blocks", "elements", "characters", "lines"],
)
def test_a_page_without_end_is_refused_with_a_reason(html: str, words: str) -> None:
    assert words in refusal(html)


def test_a_book_of_five_thousand_paragraphs_is_not_refused() -> None:
    book = "".join(f"<p>Day {n}: the ferry went out at dawn, and {n} people saw it.</p>" for n in range(5_000))
    assert clean(f"<h1>The ferry</h1>{book}".encode()).text
