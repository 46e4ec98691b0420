"""A page that is written down without the parser is what the parser writes, to the byte; others are left to it.

Soups of tags, many of a few kinds, so that they meet: what one of them does to another is all that can go wrong.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from selectolax.lexbor import LexborHTMLParser

from harvester.dom import compiled_reader, parsing
from harvester.dom.compiled_reader import written
from told_document import told

pytestmark = pytest.mark.usefixtures("compiled")

SOUPS = 12_000
FIXTURES = Path(__file__).parents[2] / "fixtures" / "html"
_TAGS = (
    "html head body p li ul ol dd dt dl form button pre h1 h2 div span a b i em strong font object applet marquee "
    "table tbody thead tfoot tr td th caption colgroup col img br input hr param source base link meta textarea select "
    "option optgroup noscript svg path g title desc use style lineargradient template section article x-foo dialog "
    "address nobr math rt listing fieldset area embed track frameset image xmp plaintext ruby foreignObject image"
).split()
_RAW = ("script", "style", "title", "textarea", "iframe", "noembed", "noframes")
_SAID = (
    *("", "", "", ' class="a b"', " id=x", " class=a/", " type=hidden", ' viewbox="0 0"', ' xlink:href="#a&amp;b"'),
    *(
        ' a="&copy=1&copy;&notit;"',
        " a='\"<>\xa0'",
        " disabled",
        ' class="a" class="b"',
        " =x",
        "/",
        ' a="\r\n"',
        " a = b",
    ),
)
_HELD = (
    "",
    "x",
    "\n",
    "a<b",
    "&amp;",
    "<p>",
    "<!-- </b>",
    "<!--<script>",
    "<!-- a --> <script>",
    "<!-->\n<!-- <script >",
)
_TEXTS = (
    *(
        "x",
        " ",
        "\n",
        "\r\n",
        "\t ",
        "<",
        "< ",
        ">",
        "\xa0",
        "\u65e5\u672c",
        '"',
        "&",
        "& ",
        "&;",
        "&#;",
        "&#xg",
        "&#65",
    ),
    *(
        "&amp;",
        "&copy",
        "&copy;",
        "&notin;",
        "&notit;",
        "&ampx",
        "&bogus;",
        "&nbsp;",
        "&#146;",
        "&#x41;",
        "&#0;",
        "&#10;",
        "&Tab;",
        "&lt;b&gt;",
    ),
    *(
        "<!-- c -->",
        "<!---->",
        "<!-- a-b -- c -->",
        "<!-- --!>",
        "<!DOCTYPE html>",
        "</>",
        "</ p>",
        "<![CDATA[x]]>",
        "<?xml a?>",
        "<![if !IE]>",
        "</@a>",
        "</br>",
    ),
)
_BEGINNINGS = (
    *("", "<!doctype html>", "<!doctype html><html><head></head><body>", "<head>", "<body>"),
    '<!doctype html><html lang=a><head><title>t</title></head><body class="z">',
)
_ENDS = ("", "", "</body></html>", "</body>\n</html>\n", "</body> <!-- x -->", "</body>x", "</html><p>y", "<!-- x -->")


UNSOUND_ENDS = ("", '" x', '" "a', '" "a" b', '" "http://www.ibm.com/data/dtd/v11/IBMXHTML1-transitional.dtd"')


def soups() -> Iterator[str]:
    random = Random(20261130)
    for _ in range(SOUPS):
        kinds = random.sample(_TAGS, random.randint(2, 9))
        pieces = [piece(random, kinds) for _ in range(random.randint(2, 24))]
        yield "".join([random.choice(_BEGINNINGS), *pieces, random.choice(_ENDS)])


def piece(random: Random, kinds: list[str]) -> str:
    chance = random.random()
    if chance < 0.05:
        name = random.choice(_RAW)
        return f"<{name}{random.choice(_SAID)}>{random.choice(_HELD)}</{name}>"
    if chance < 0.45:
        return f"<{random.choice(kinds)}{random.choice(_SAID)}>"
    return f"</{random.choice(kinds)}{random.choice(('', ' ', '/'))}>" if chance < 0.75 else random.choice(_TEXTS)


def by_parser(page: bytes) -> str:
    root = LexborHTMLParser(page).root
    return (root.html or "") if root is not None else ""


def up_to_its_end(markup: str) -> str:
    """Return the markup without what stands behind the body, which nobody reads."""
    return markup.rpartition("</body>")[0]


def differing(pages: Iterator[bytes]) -> tuple[int, list[bytes]]:
    """Return how many pages were written without the parser, and those of them that it writes otherwise."""
    found = [(page, markup) for page in pages if (markup := written(page)) is not None]
    return len(found), [page for page, it in found if up_to_its_end(it.decode()) != up_to_its_end(by_parser(page))]


def test_soups_of_tags_are_written_as_the_parser_writes_them():
    count, different = differing(page.encode() for page in soups())
    assert count > SOUPS / 5
    assert different == []


def test_pages_are_written_as_the_parser_writes_them_and_few_are_left_to_it():
    pages = [file.read_bytes() for file in sorted(FIXTURES.glob("*.html"))]
    plain = [page for page in pages if page.decode("utf-8", "ignore").encode() == page]
    count, different = differing(iter(plain))
    assert count > 0.8 * len(plain)
    assert different == []


@pytest.mark.parametrize("beginning", ["<pre>", "<listing a=b>", "<textarea>"])
@pytest.mark.parametrize("reference", ["&#10;", "&#x0a", "&#010x", "&NewLine;", "&#13;"])
def test_an_end_of_line_that_a_reference_writes_is_left_to_the_parser(beginning, reference):
    """The first of a text is passed over, however it is written."""
    page = f"<p>x</p>{beginning}{reference}one\n</textarea>".encode()
    assert written(page) is None


@pytest.mark.parametrize("twice", ["viewBox=1 viewbox=2", "attributename attributeName", "xmlns=1 xmlns=1"])
def test_drawings_that_say_something_twice_are_left_to_the_parser(twice):
    """It writes some of that twice, and most once, in whatever letters it comes."""
    assert written(f"<p>x</p><svg {twice}></svg>".encode()) is None
    assert written(f"<p>x</p><svg><g {twice}></g></svg>".encode()) is None


@pytest.mark.parametrize(
    "page",
    [
        "<p>a</p></body></html><!-- made in .2 s -->",  # the last thing of many pages
        "<p>a</br>b<b>c</br></b>",
        "<p>a<?xml version='1.0'?><svg><path></path></svg><![if !IE]>b<![endif]></@c></>d",
        "<table><form action=/a><tr><td><input name=q></td></tr></form></div></span></table><form></form>",
        "<form><table><form><tr><td></form><form>a</form></table></form>",
        "<select><option>a<optgroup label=b><option>c</optgroup><optgroup><option>d</select>e",
        "<svg><g><path></svg><p>a</p>",
        "<script>var a = '<!-- b -->', c = '<script>';</script><p>a</p>",
        "<p><nobr>a</nobr> <nobr>b</nobr><image src=a>c</image>",
        "<p>a</p><!doctype html><html><table><!doctype a><tr><td>b</table>",
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"><p>a<table><tr><td>b</table>',
        """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
           "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd" ><p>a<table><tr><td>b</table>""",
        "<head></head>&copy; <p>a</body>&nbsp;b<!-- in the body -->",
        "<head><html><!doctype b><title>t</title></head><html><p>a</p></html><html><!-- in none -->",
    ],
)
def test_what_many_pages_do_is_written_as_the_parser_writes_it(page):
    markup = written(page.encode())
    assert markup is not None
    assert up_to_its_end(markup.decode()) == up_to_its_end(by_parser(page.encode()))


@pytest.mark.parametrize(
    "page",
    [
        "<p>a</p><?php b?>",  # an instruction, where it ends in "?"
        "<script><!-- <script> </script> --></script>a",
        "<script><!-- --> <!-- <script> </script> --></script>a",
        "<nobr>a<nobr>b",
        "<svg><![CDATA[<p>]]></svg>",
        "<p>a</p><html lang=en>",
        "<pre></>\na</pre>",
        # Behind an end tag that ends nothing no doctype counts, and without one tables end no paragraph.
        "</p><!doctype html><p>a<table><tr><td>b</table>",
        "<!doctype html><body>a</body>&#10;<!-- in no body --><p>b",
        "<!doctype html><body>a</body></html>&Tab;<!-- in no body --><p>b",
        *(f'<!doctype html public "-//W3C//DTD XHTML 1.0 Strict//EN{end}><p>a<table></table>' for end in UNSOUND_ENDS),
    ],
)
def test_what_looks_like_it_and_is_something_else_is_left_to_the_parser(page):
    assert written(page.encode()) is None


def test_an_end_of_line_behind_the_first_is_kept():
    page = b"<p>x</p><pre>\r\n&#10;one&NewLine;<b>&#10;two</b></pre><textarea>\n\r\none</textarea>"
    assert written(page) == by_parser(page).encode()


@pytest.mark.parametrize(
    "page",
    [
        "<table>text<tr><td>cell</table>",  # goes before the table
        "<b>a<p>b</b>c",  # the paragraph goes into a copy
        "<a href=/1>one<div><a href=/2>two</a></div>",
        "<p>\0</p>",
        "<p>a</p><frameset><frame></frameset>",
        "<svg><foreignObject><p>a</p></foreignObject></svg>",
        "<p>" + "<div>" * 1_001,
        "<p " + " ".join(f"a{number}" for number in range(201)) + ">",
        "<p title='never ends",
        "<script>never ends",
        "<!-- never ends",
        "",
    ],
)
def test_what_goes_elsewhere_or_has_no_end_is_left_to_the_parser(page):
    assert written(page.encode()) is None


def test_a_body_that_is_told_late_keeps_what_its_tag_says():
    page = b"<head><noscript><img src=/i></noscript><title>T</title></head><body class=late><p>a</p></body>"
    assert written(page) == by_parser(page).encode()


def test_formatting_that_another_end_closed_is_opened_again():
    page = b"<body><div><b>a</div>c<p>d<!-- behind --></p></body>"
    assert written(page) == by_parser(page).encode()


def test_a_page_says_the_same_with_the_parser_and_without_it(monkeypatch):
    page = "<title>T</title><body><main><h1>H</h1><p>One &amp; two.<p>Three <i>four</i></main></body><!-- end -->"
    without = told(parsing.read_document(page))
    monkeypatch.setattr(parsing, "written", lambda _html: None)
    assert told(parsing.read_document(page)) == without


def test_interpreted_the_parser_is_asked(monkeypatch):
    monkeypatch.setattr(compiled_reader.native, "CORE", None)
    assert written(b"<p>a") is None
