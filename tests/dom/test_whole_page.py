"""A page read at once, from what the parser writes down of it, says what its tree says."""

import pytest

from harvester import native
from harvester.dom import parsing, read_document
from harvester.models import Document
from told_document import told

pytestmark = pytest.mark.skipif(native.CORE is None, reason="only the compiled reader reads a page at once")

STORY = "<p>The ferry left at seven and came back at noon.</p>"
LONG = "harvest(); " * 20


def whole(html: str) -> Document | None:
    """Return the page as it is read at once; None where its tree is asked."""
    return parsing._read_whole_document(html.encode(), parsing.tags_met(html.encode()), None, is_bounded=True)


def by_tree(html: str, monkeypatch: pytest.MonkeyPatch) -> Document:
    """Return the page as it is read by its tree."""
    with monkeypatch.context() as patch:
        patch.setattr(parsing, "_read_whole_document", lambda *_: None)
        return read_document(html)


READ_AT_ONCE = {
    "a head": "<html xml:lang=en><title> A &amp; B </title><base href=/a/>"
    "<meta name=' Author ' property=og:x content='Ann  M'>"
    "<meta itemprop=d value=5><meta name=empty>"
    "<meta name=both content=1 value=2><link rel='Canonical NEXT' href=/x hreflang=de><link rel=a>",
    "data": f"<script type=application/LD+json>{{'a': '{LONG}'}}</script>"
    f"<script id=__NEXT_DATA__>{LONG}</script>{STORY}",
    "scripts": f"<script>{LONG}</script><style>{LONG}</style>{STORY}"
    f"<script type=text/javascript><!-- {LONG} --></script>x",
    "a drawing": f"a<svg viewBox='0 0 1 1'><g fill='{LONG}'><path d='M1'/></g></svg>b{STORY}",
    "a drawing with a title": f"<head><title>T</title></head><svg><title>Icon {LONG}</title></svg>{STORY}",
    "a frame": f"{STORY}<iframe src=' /v?a=1&amp;b=2 ' title='A  \"film\"'>x</iframe>"
    "<iframe src=about:blank></iframe>b",
    "players": "<video poster=a><source src=/v.mp4>text <b>more</b></video><audio><a href=/a.mp3>hear</a></audio>"
    f"{STORY}<object data=/o><embed src=/e></object><embed src=/f><video></video>",
    "notes in a player": f"<video src=/v><meta itemprop=duration content=5><track src=t></video>{STORY}",
    "pictures": "<picture><source srcset='/l.jpg 9w, /m.jpg 3w'><img src='data:x' alt=A></picture>"
    f"<picture><source srcset=/b><img src=/c></picture>{STORY}<picture></picture>",
    "templates": f"<template><meta name=a content=b><script>{LONG}</script><b>x</b></template>{STORY}",
    "what is never read": f"a<input><map><area>b</map>c<canvas><canvas>d</canvas></canvas>{STORY}"
    "<noscript><img src=/i></noscript>",
    "comments": f"a<!-- <script>{LONG}</script> -->b<!-->c{STORY}",
    "broken markup": f'<p a="b" =c d\'e"f <b <i>x{STORY}<script>{LONG}</script></body></html><p>late',
    "what is no script": f"<!x <script>{LONG}</script>{STORY}",
    "a value with tags and a script": f"<a title='<b><script>{LONG}</script>'>x</a>{STORY}",
}
READ_BY_TREE = {
    "a style in a list": f"<svg><desc><select><style>{LONG}</style></select></desc></svg><math></math>{STORY}",
    "markup in a drawing's style": f"<svg><style>a<image>c</image>{LONG}</style></svg>{STORY}",
    "a title in a drawing alone": f"<svg><title>Icon</title></svg>{STORY}",
    "a title in a template of a drawing": f"<svg><template><title>Icon</title></template></svg>{STORY}",
    "a script in a comment in a script": f"<script><!-- <script> {LONG} </script> --></script>{STORY}",
    "what looks like a stand-in": f"<wbr data-harvester-embed=x>{STORY}",
    "frames": "<frameset><frame src=/a></frameset>",
    "readings": f"<ruby>a<rt>b</rt></ruby>{STORY}",
    "markup in a player": f"<video><source src=/v><script>{LONG}</script></video>{STORY}",
    "nested pictures": f"<picture><source srcset=/a><picture><img></picture></picture>{STORY}",
    "an empty later address": f"<picture><source srcset=/a><img data-src=''></picture>{STORY}",
    "a gist": f"<script src=https://gist.github.com/a.js></script>{STORY}",
}


@pytest.mark.parametrize("html", READ_AT_ONCE.values(), ids=READ_AT_ONCE)
def test_a_page_read_at_once_is_as_its_tree_says(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read = whole(html)
    assert read is not None
    assert told(read) == told(by_tree(html, monkeypatch))


@pytest.mark.parametrize("html", READ_BY_TREE.values(), ids=READ_BY_TREE)
def test_what_markup_does_not_say_surely_is_asked_of_the_tree(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert whole(html) is None
    assert told(read_document(html)) == told(by_tree(html, monkeypatch))
