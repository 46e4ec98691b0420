"""A page that shows others in frames says which ones to fetch."""

import pytest

from harvester.cleaning import clean_page
from harvester.cleaning.frames import with_frames
from harvester.dom import read_document
from harvester.errors import NoArticle, Reason
from harvester.models import Page

URL = "https://pier.example/a/index.html"
MENU = "<ul><li><a href=/1>Ferries of the harbour</a></ul>"


def said_of(body: str, url: str | None = URL, scripts: str = "") -> str:
    html = f"<html><head><title>A new pier</title>{scripts}</head>{body}</html>"
    with pytest.raises(NoArticle) as caught:
        clean_page(Page(url, body=html.encode()))
    return caught.value.explanation


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (
            "<frameset cols='20%,*'><frame src=menu.html><frame src='text.html' name=main></frameset>",
            ["https://pier.example/a/menu.html", "https://pier.example/a/text.html"],
        ),
        (
            f'<body>{MENU}<iframe src="/text?a=1&amp;b=2" width=100%></iframe></body>',
            ["https://pier.example/text?a=1&b=2"],
        ),
        (f'<body>{MENU}<iframe src=/text width="²" height="1e3"></iframe></body>', ["https://pier.example/text"]),
    ],
)
def test_the_frames_are_named(body, named):
    assert said_of(body).endswith(": " + ", ".join(named))
    assert said_of(body, scripts="<script>run()</script>").endswith(", ".join(named))


@pytest.mark.parametrize("piece", ["<!--x", "<iframe src=/a ", "<!-- --", "<frame a='"])
def test_markup_that_is_never_closed_is_gone_through_once(piece):
    # A million bytes: looked through again from each piece, they take longer than any test may.
    page = Page(URL, body=(piece * (1_000_000 // len(piece))).encode())
    error = NoArticle("a", Reason.NOT_ARTICLE, "there is no text")
    assert with_frames(error, read_document("<p>Menu"), page).explanation.startswith("there is no text")


def test_a_frame_behind_a_comment_that_is_never_closed_is_not_named():
    assert "frames" not in said_of(f"<body>{MENU}<!-- <iframe src=/text></iframe></body>")


def test_a_page_without_an_address_names_them_as_it_does():
    assert said_of("<frameset><frame src=a/text.html></frameset>", url=None).endswith(": a/text.html")


@pytest.mark.parametrize(
    "frame",
    [
        "<iframe src=https://www.youtube.com/embed/abcdefghijk></iframe>",
        "<iframe src=https://www.googletagmanager.com/ns.html?id=GTM-1 height=0 width=0></iframe>",
        "<iframe src=/chat style='display:none'></iframe>",
        "<iframe src=/chat hidden></iframe>",
        "<iframe src=/chat style='width: 1px; height: 1px'></iframe>",
        "<script>show('<iframe src=/text></iframe>')</script>",
        "<iframe src='about:blank'></iframe>",
        "<!-- <iframe src=/text></iframe> -->",
    ],
)
def test_what_holds_no_text_is_not_named(frame):
    assert "frames" not in said_of(f"<body>{MENU}{frame}</body>")
