"""Words of menus in tags, site and path; credits and sources of pictures; what is no news."""

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Page

BODY = f"<h1>Storm hits coast</h1><p>{PROSE}</p>"


@pytest.mark.parametrize("said", ["News", "Nachrichten", "Noticias", "新闻", "Alle News"])
def test_a_tag_that_only_says_news_is_none(said: str) -> None:
    head = f'<meta property="article:tag" content="{said}"><meta property="article:tag" content="Storm">'
    assert metadata_of(BODY, head).tags == ("Storm",)


@pytest.mark.parametrize("said", ["Home", "Blog", "Startseite"])
def test_a_word_of_menus_is_no_site(said: str) -> None:
    menu = '<a href="/">Home</a><nav class="breadcrumb"><a href="/">Home</a> <a href="/w">World</a></nav>'
    assert metadata_of(menu + BODY, f'<meta property="og:site_name" content="{said}">').site is None


def test_a_small_article_before_the_sites_name_is_known_in_other_languages() -> None:
    title = "<title>Sturm trifft die Küste | Der Beobachter</title>"
    found = metadata_of("<h1>Sturm trifft die Küste</h1>" + BODY, title, "de", "https://www.beobachter.example/1")
    assert found.site == "Der Beobachter"


def test_a_menu_in_one_line_is_no_path() -> None:
    body = '<div class="breadcrumb">Home About Contact Privacy</div>' + BODY
    assert judged_metadata(body, {"Home About": "breadcrumb"}).section_path == ()


@pytest.mark.parametrize(
    ("printed", "credit"),
    [
        ("<figcaption>Jane Doe / Reuters</figcaption>", "Jane Doe / Reuters"),
        ("<figcaption>AFP/Jane Doe</figcaption>", "AFP/Jane Doe"),
        ("<figcaption>The pier / Jane Doe</figcaption>", None),
    ],
)
def test_a_name_and_an_agency_under_a_picture_are_its_credit(printed: str, credit: str | None) -> None:
    body = f'{BODY}<figure><img src="/p.jpg" width="800" height="500">{printed}</figure><p>{PROSE}</p>'
    assert metadata_of(body).images[0].credit == credit


@pytest.mark.parametrize(
    ("line", "kind", "credit"),
    [("Quelle: Jan Roe / Fotolia.com", "source_credit", "Jan Roe / Fotolia.com"), ("© AFP", "copyright_notice", "AFP")],
)
def test_a_source_or_an_owner_right_under_a_picture_is_its_credit(line: str, kind: str, credit: str) -> None:
    body = f'{BODY}<p><img src="/p.jpg" width="800" height="500"></p><p>{line}</p><p>{PROSE}</p>'
    found = judged_metadata(body, {line: kind})
    assert [image.credit for image in found.images] == [credit]
    assert found.source is None


@pytest.mark.parametrize("name", ["data-srcset", "srcset"])
def test_the_sources_of_a_picture_stand_for_an_image_that_holds_a_place(name: str) -> None:
    picture = f'<picture><source {name}="/s.jpg 400w, /l.jpg 1200w"><img src="data:image/gif;base64,R0lGOD"></picture>'
    assert [image.url for image in metadata_of(BODY + picture + f"<p>{PROSE}</p>").images] == [
        "https://news.example.org/l.jpg"
    ]


@pytest.mark.parametrize(("page_type", "kind"), [("article", "news"), ("forum", "other"), (None, "news")])
def test_a_name_and_a_day_make_news_of_no_thread_or_shop(page_type: str | None, kind: str) -> None:
    body = f'<h1>A storm</h1><p class="byline">By Jane Doe</p><time>5 March 2024</time><p>{PROSE}</p>'
    found = read_metadata(document_of(body), Page(ADDRESS, b""), LEXICON, page_type)
    assert found.kind == kind
