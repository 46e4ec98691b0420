"""Bylines whose parts only a style sheet shows apart: `<span>Nordlicht AG</span><span>Corporate</span>`."""

import pytest
from metadata_pages import PROSE

import harvester

pytestmark = pytest.mark.usefixtures("both_forms")


def cleaned(line: str, lang: str = "en") -> harvester.Article:
    site = "<header><a href=/>Courier</a><nav><a href=/news>News</a><a href=/sport>Sport</a></nav></header>"
    text = f"<article><h1>Board rebuilds the old pier</h1>{line}<p>{PROSE}</p></article>"
    page = f"<html lang={lang}><title>Board rebuilds the old pier - Courier</title><body>{site}{text}</body></html>"
    return harvester.clean(page, "https://courier.example/pier")


@pytest.mark.parametrize(
    ("line", "lang", "authors"),
    [
        ("<div class=author><span>Nordlicht AG</span><span>Corporate</span></div>", "de", ("Nordlicht AG",)),
        ("<p class=autor><span>Von Anna Maier</span><span>Redaktion Wirtschaft</span></p>", "de", ("Anna Maier",)),
        ("<p><span>Anna Maier</span><span>Editor</span><span>12 May 2024</span></p>", "en", ("Anna Maier",)),
        ("<p class=byline>By <a href=/a>Anna Maier</a><a href=/b>Ben Rowe</a></p>", "en", ("Anna Maier", "Ben Rowe")),
        ("<div class=byline><span>Anna Mac</span><span>Donald</span></div>", "en", ("Anna Mac",)),
        ("<div class=byline><span>Anna Mai</span><span>er</span></div>", "en", ("Anna Maier",)),
        ("<div class=byline>By <b>A</b><span>nna Maier</span></div>", "en", ("Anna Maier",)),
    ],
)
def test_a_name_ends_where_its_element_does(line: str, lang: str, authors: tuple[str, ...]) -> None:
    assert cleaned(line, lang).authors == authors


@pytest.mark.parametrize(
    ("line", "lang", "day"),
    [
        ("<div class=meta><span>Anna Maier</span><span>May 12, 2024</span></div>", "en", "2024-05-12"),
        ("<div><span>May 12, 2024</span><span>5 min read</span></div>", "en", "2024-05-12"),
        ("<div><span>12.05.2024</span><span>18:30 Uhr</span></div>", "de", "2024-05-12"),
    ],
)
def test_a_day_ends_where_its_element_does(line: str, lang: str, day: str) -> None:
    published = cleaned(line, lang).published_at
    assert (published and published.date().isoformat()) == day


@pytest.mark.parametrize(
    "parts", ["<a href=/a>微博</a><a href=/b>微信</a>", "<a href=/a>王小明</a><a href=/b>李大华</a>"]
)
def test_links_of_chinese_side_by_side_are_no_list(parts: str) -> None:
    assert cleaned(f"<p>{parts}</p>", "zh").authors == ()
