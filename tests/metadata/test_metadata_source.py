"""Promises of the field `source`: who published the text first, and not who is named for something else."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

from harvester.models import Source

TEXT = f"<p>{PROSE}</p>" * 6


def _named(source: Source | None) -> str | None:
    return source.name if source is not None else None


def test_the_source_is_named_rather_than_who_passed_it_on() -> None:
    lines = "<ul><li>Via: Dale Blog</li><li>Source: Coastal Institute</li></ul>"
    kinds = {"Via: Dale": "source_credit", "Source: Coastal": "source_credit"}
    assert _named(judged_metadata(f"<h1>Storm</h1>{TEXT}{lines}", kinds).source) == "Coastal Institute"


def test_who_passed_it_on_is_named_where_nobody_else_is() -> None:
    found = judged_metadata(f"<h1>Storm</h1>{TEXT}<p>Via: Dale Blog</p>", {"Via: Dale": "source_credit"})
    assert _named(found.source) == "Dale Blog"


@pytest.mark.parametrize(
    "line",
    [
        "The recordings emerged last year and were originally published by the outlet Dale Echo. Both denied it.",
        "Her poems were first published in the Dale Echo.",
        "This photo was originally published in the Dale Echo.",
    ],
)
@pytest.mark.parametrize("place", ["{0}{1}{0}", "{0}{1}"])
def test_a_sentence_on_what_the_text_is_about_names_no_source(line: str, place: str) -> None:
    assert metadata_of("<h1>Storm</h1>" + place.format(TEXT, f"<p>{line}</p>")).source is None


@pytest.mark.parametrize(
    "line",
    [
        "It first appeared in the Dale Echo.",
        "A version of this essay was originally published in the Dale Echo.",
        "Was first published in the Dale Echo.",
        "Editor’s note: This story has been republished from the Dale Echo.",
    ],
)
def test_a_sentence_on_the_text_names_its_source(line: str) -> None:
    assert _named(metadata_of(f"<h1>Storm</h1>{TEXT}<p>{line}</p>").source) == "Dale Echo"


def test_a_line_below_the_heading_of_other_stories_names_no_source_of_the_text() -> None:
    kinds = {"You may also like": "related_posts", "Dale Times": "source_credit"}
    teaser = '<h3>You may also like</h3><p>Source: <span class="provider">Dale Times</span></p>'
    assert judged_metadata(f"<h1>Storm</h1>{TEXT}{teaser}", kinds).source is None


def test_a_line_behind_a_box_of_other_stories_names_the_source_of_the_text() -> None:
    kinds = {"Read also": "related_posts", "Dale Times": "source_credit"}
    found = judged_metadata(f"<h1>Storm</h1>{TEXT}<h3>Read also</h3>{TEXT}<p>Source: Dale Times</p>", kinds)
    assert _named(found.source) == "Dale Times"


def test_a_headline_is_no_source() -> None:
    headline = "Source: Dale. Man in harbour plot admits ties"
    assert judged_metadata(f"<h1>{headline}</h1>{TEXT}", {headline: "source_credit"}).source is None


def test_a_source_below_a_quotation_is_the_quotations() -> None:
    body = f"<h1>Storm</h1>{TEXT}<blockquote>{PROSE}</blockquote><p>Source: Dale Fund</p><p>{PROSE}</p>"
    assert judged_metadata(body, {"Source: Dale": "source_credit"}).source is None


@pytest.mark.parametrize("line", ["Source: Bauer-Griffin Online", "Data Source: Dale Fund", "Source: WENN.com"])
def test_who_sells_pictures_or_data_is_no_source_of_the_text(line: str) -> None:
    linked = line.replace("Bauer", '<a href="https://pictures.example/">Bauer').replace("Online", "Online</a>")
    assert judged_metadata(f"<h1>Storm</h1>{TEXT}<p>{linked}</p>", {line[:11]: "source_credit"}).source is None


def test_the_name_of_a_paper_ends_at_its_mark() -> None:
    found = metadata_of(f"<h1>风暴</h1><p>2024年03月05日14:57 来源：《江城晚报》 手机看新闻</p>{TEXT}", lang="zh")
    assert _named(found.source) == "《江城晚报》"


@pytest.mark.parametrize(
    ("line", "name"),
    [("(來源：江城資訊，摘自：江城經濟網) 2012-01-17", "江城資訊"), ("Источник: DALE echo)net", "DALE echo)net")],
)
def test_the_name_of_a_source_ends_at_a_label_and_not_at_a_mark_within_it(line: str, name: str) -> None:
    found = judged_metadata(f"<h1>Storm</h1><p>{line}</p>{TEXT}", {line: "source_credit"})
    assert _named(found.source) == name


def test_the_agency_of_a_teaser_behind_the_text_is_no_source() -> None:
    kinds = {"Others are reading": "not_content", "Coastal News Agency": "not_content"}
    teaser = (
        '<h3>Others are reading</h3><ul><li><span class="provider">Coastal News Agency</span> · 2 days ago</li></ul>'
    )
    assert judged_metadata(f"<h1>Storm</h1><p>{PROSE}</p>{teaser}", kinds).source is None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Source: Press release from Dale Council"),
        ("en", "Source: the company"),
        ("en", "Source: solar panels"),
        ("en", "Source: Here"),
        ("en", "Source: @danek on X"),
        ("en", "Source: lib/events.js"),
        ("de", "Quelle: eigene Darstellung"),
        ("es", "Fuente: elaboración propia con datos del INE"),
        ("ru", "Источник: соцсети"),
        ("pl", "Źródło: materiały prasowe"),
        ("zh", "来源：网络综合"),
    ],
)
def test_words_that_name_nobody_are_no_source(lang: str, line: str) -> None:
    assert judged_metadata(f"<h1>Storm</h1>{TEXT}<p>{line}</p>", {line: "source_credit"}, lang=lang).source is None


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Source: Dale Times, 5 March 2015", "Dale Times"),
        ("Source: Dale Times; picture: Reuters", "Dale Times"),
        ("Source: Dale Times, via Dale Blog", "Dale Times"),
        ("Quelle: sid/dpa", "sid/dpa"),
        ("Source: dailymail.co.uk", "dailymail.co.uk"),
        ("Source: Public Domain Review", "Public Domain Review"),
        ("Source: The Internet Archive", "The Internet Archive"),
    ],
)
def test_a_source_is_named_without_the_day_the_picture_and_who_passed_it_on(line: str, name: str) -> None:
    assert _named(judged_metadata(f"<h1>Storm</h1>{TEXT}<p>{line}</p>", {line: "source_credit"}).source) == name


def test_the_page_itself_in_an_archive_is_no_source() -> None:
    own = "https://news.example.org/world/2024/storm"
    head = f'<meta name="syndication-source" content="{own}">'
    found = metadata_of(f"<h1>Storm</h1>{TEXT}", head, url=f"https://archive.example.com/web/20240305/{own}")
    assert found.source is None


@pytest.mark.parametrize(
    ("lines", "label"),
    [
        ("<h3>Visitors by year</h3><p>Source: Dale Times</p>", "Source:"),
        ("<h4>The pier in numbers</h4><ul><li>Length: 120 metres</li></ul><p>Source: Dale Times</p>", "Source:"),
        ("<aside><p>Length: 120 m.</p><p>Source: Dale Times</p></aside>", "Source:"),
        ("<blockquote><p>We have waited long enough.</p></blockquote><p>Via: Dale Times</p>", "Via:"),
        ("<p>Via: Roma 12</p>", "Via:"),
        ('<p>Source: <a href="/x">Read more</a></p>', "Source:"),
    ],
)
def test_the_source_of_a_box_a_quotation_or_nothing_is_not_that_of_the_text(lines: str, label: str) -> None:
    assert (
        judged_metadata(f"<h1>Storm</h1>{TEXT}{lines}", {label: "source_credit", "120 m": "not_content"}).source is None
    )


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "The post {0} appeared first on {1}."),
        ("de", "Der Beitrag {0} erschien zuerst auf {1}."),
        ("fr", "L’article {0} est apparu en premier sur {1}."),
        ("es", "La entrada {0} se publicó primero en {1}."),
        ("pt", "O artigo {0} apareceu primeiro em {1}."),
    ],
)
def test_the_last_line_of_an_imported_feed_names_the_source(lang: str, line: str) -> None:
    links = ('<a href="https://dale.example.com/storm">Storm</a>', '<a href="https://dale.example.com">Dale Times</a>')
    found = metadata_of(f"<h1>Storm</h1>{TEXT}<p>{line.format(*links)}</p>", lang=lang).source
    assert (_named(found), found.url if found else None) == ("Dale Times", "https://dale.example.com/")
