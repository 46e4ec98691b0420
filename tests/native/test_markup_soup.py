"""A page made of pieces that parsers trip over says the same compiled and interpreted, emptied and as it came.

Four readings of each page: at once and without what its scripts, styles and drawings hold; at once with all of that; by
its tree; and interpreted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from harvester import native
from harvester.dom import compiled_reader, parsing
from harvester.dom.compiled_reader import LeanPage
from harvester.models import Document
from told_document import told

pytestmark = pytest.mark.usefixtures("compiled")

PAGES = 1_000
LONG = "x" * 70  # worth leaving out
_TAGS = (
    "script style svg title template iframe noscript textarea noembed noframes xmp plaintext math table td select "
    "option p div a b object video picture head body html frameset foreignObject desc g path text ruby rt SCRIPT SVG"
).split()
PIECES = (
    *(f"<{tag}>" for tag in _TAGS),
    *(f"</{tag}>" for tag in _TAGS),
    *(f"<{tag}>{LONG}</{tag}>" for tag in ("script", "style", "StYLe", "textarea", "title", "iframe", "noembed")),
    *(
        f"<script{said}>{LONG}</script{end}>"
        for said, end in (("", " "), ("", "/"), ("", " a='>'"), ("", "x></script"))
    ),
    *(
        f"<script {said}>{LONG}</script>"
        for said in ("type=a/LD+json", "type='js&#111;n'", "type=js\0on", "id=__NEXT_DATA__", "type=a type=json")
    ),
    *(f"<script>{held}</script>" for held in (f"<!--{LONG}", f"<!--<script>{LONG}</script>-->", f"{LONG}--></script>")),
    *(f"<style {said}>{LONG}</style>" for said in ("media='a>b'", "title=<script>", "/")),
    *(f"<style>{held}</style>" for held in (f"<!--{LONG}", f"<script></style>{LONG}", f"{LONG}</style >-->")),
    *(
        f"<svg{said}>{held}</svg>"
        for said in ("", " viewBox='0 0'")
        for held in (
            *(
                f"<g><path d='{LONG}'/></g>",
                f"<style>{LONG}</style>",
                f"<script>{LONG}</script>",
                f"<title>{LONG}</title>",
            ),
            *(f"<foreignObject><p>{LONG}</foreignObject>", f"<desc><p>{LONG}</desc>", f"<![CDATA[{LONG}<p>]]>"),
            *(
                f"<text>{LONG}</text><tspan>",
                f"<template><title>{LONG}</title></template>",
                f"<a><style>{LONG}</style></a>",
            ),
        )
    ),
    *(
        "<svg/>",
        "<svgfoo>",
        "</svgfoo>",
        "<svg ",
        "<script",
        "</script ",
        "<style ",
        "</",
        "<",
        ">",
        '"',
        "'",
        "=",
        "/",
    ),
    *(
        "<!--",
        "-->",
        "--!>",
        "<!-->",
        "<!--->",
        "<!--<script>",
        "<![CDATA[",
        "]]>",
        "<!",
        "<?",
        "\0",
        "&",
        "&lt;",
        "&#0;",
    ),
    *(f"<!-- <script>{LONG}</script> -->", f"<div title='<script>{LONG}</script>'>", f'<a "<svg>{LONG}</svg>">'),
    *(
        f"<div title=<style>{LONG}</style>>",
        f"<noscript><style>{LONG}</style></noscript>",
        "<div title='",
        '<p title="',
    ),
    *(
        f"<select><style>{LONG}</style></select>",
        f"<table><style>{LONG}</style><td>",
        f"<template><style>{LONG}</style>",
    ),
    *(
        "<template shadowrootmode=open>",
        "<template-x shadowrootmode=open>",
        "<b<template shadowrootmode=open>",
        "<wbr>",
    ),
    *(
        "<html lang=de>",
        "<base href=/b>",
        "<meta name=author content=A>",
        "<link rel=canonical href=/c>",
        "<img src=/i>",
    ),
    *(
        "<video src=/v><source src=/s>",
        "<iframe src=/f>",
        "<picture><source srcset=/s><img>",
        "<p hidden>",
        "word ",
        LONG,
    ),
)


def soups() -> Iterator[str]:
    random = Random(20261130)
    for _ in range(PAGES):
        page = "".join(random.choices(PIECES, k=random.choice((2, 3, 4, 6, 9, 14, 25))))
        cut = random.randrange(len(page)) if random.random() < 0.25 else len(page)
        yield page[:cut] + page[cut + random.choice((1, 2, 5, 30)) :]


@contextmanager
def interpreted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "CORE", None)
        patch.setattr(parsing, "CORE", None)
        yield


def at_once(page: bytes) -> Document | None:
    return parsing._read_whole_document(page, None, is_bounded=False)


def at_once_with_all(page: bytes) -> Document | None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "lean", lambda html: LeanPage(html, 0))
        return at_once(page)


def by_tree(page: bytes) -> Document:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_read_whole_document", lambda *_: None)
        return parsing.read_document(page)


def test_a_page_says_the_same_by_all_readings():
    emptied = 0
    for soup in soups():
        page = soup.encode()
        read, with_all = at_once(page), at_once_with_all(page)
        with interpreted():
            wanted = told(parsing.read_document(page))
        assert told(by_tree(page)) == wanted, soup
        assert read is None or told(read) == wanted, soup
        assert with_all is None or told(with_all) == wanted, soup
        emptied += read is not None and compiled_reader.lean(page).emptied > 0
    assert emptied > PAGES // 20  # or nothing is compared


def test_what_stands_for_scripts_is_no_part_of_what_a_page_says():
    mark = compiled_reader._MARK.decode()
    found = [at_once(soup.encode()) for soup in soups()]
    said = [repr(told(read)) for read in found if read is not None]
    assert len(said) > PAGES // 20  # or nothing is looked at
    assert [words for words in said if mark in words] == []


def test_a_page_that_holds_the_mark_itself_is_read_as_it_is():
    mark = compiled_reader._MARK.decode()
    page = f"<script>{LONG}</script><script>{mark}</script><p>Some {mark} of a story.</p>".encode()
    assert at_once(page) is None
    with interpreted():
        wanted = told(parsing.read_document(page))
    assert told(parsing.read_document(page)) == wanted
