"""A page made of pieces that parsers trip over says the same compiled and interpreted.

Three readings of each page: at once; by its tree; and interpreted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest

from harvester import native
from harvester.dom import parsing
from harvester.models import Document
from told_document import told

pytestmark = pytest.mark.usefixtures("compiled")

PAGES = 1_000
LONG = "x" * 70
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
    return parsing._read_whole_document(page, parsing.tags_met(page), None, is_bounded=False)


def by_tree(page: bytes) -> Document:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parsing, "_read_whole_document", lambda *_: None)
        return parsing.read_document(page)


def test_a_page_says_the_same_by_all_readings():
    at_once_read = 0
    for soup in soups():
        page = soup.encode()
        read = at_once(page)
        with interpreted():
            wanted = told(parsing.read_document(page))
        assert told(by_tree(page)) == wanted, soup
        assert read is None or told(read) == wanted, soup
        at_once_read += read is not None
    assert at_once_read > PAGES // 20  # or nothing is compared
