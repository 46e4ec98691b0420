"""What stands at the edges of a field and is none of it: site names, counts, archive months, credits of pictures."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

TITLE = "Storm closes the harbour for two days"
STORY = f"<p>{PROSE}</p>" * 3
SITE = '<meta property="og:site_name" content="Harbour Post">'
PICTURE = '<p><img src="/img/a.jpg" width="800" height="500"></p>'


@pytest.mark.parametrize(
    "said",
    [
        f"{TITLE}, Harbour Post",
        f"{TITLE}: Harbour Post",
        f"{TITLE} @ Harbour Post",
        f"{TITLE} / Harbour Post",
        f"{TITLE} ~ Harbour Post",
        f"{TITLE} :: Harbour Post",
        TITLE.replace("days", "days &amp;amp; nights"),
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(said: str) -> None:
    wanted = TITLE.replace("days", "days & nights") if "nights" in said else TITLE
    assert metadata_of(STORY, f"<title>{said}</title>{SITE}").title == wanted


def test_the_name_of_the_site_goes_from_the_front_of_articles_alone() -> None:
    head = f"<title>Harbour Post: {TITLE}</title>{SITE}"
    assert metadata_of(STORY, head).title == f"Harbour Post: {TITLE}"
    assert metadata_of(STORY, f'{head}<meta property="og:type" content="article">').title == TITLE


def test_a_headline_keeps_what_a_comma_joins() -> None:
    title = "Wind, water and the long night, says Harbour Board"
    assert metadata_of(f"<h1>{title}</h1>{STORY}", f"<title>{title}</title>{SITE}").title == title


@pytest.mark.parametrize("tail", ['<a href="#c">12 Comments</a>', '<a href="?print=1">Print</a>'])
def test_a_link_behind_the_headline_is_no_part_of_it(tail: str) -> None:
    head = f"<title>{TITLE} | Harbour Post</title>{SITE}"
    assert metadata_of(f"<h1>{TITLE} {tail}</h1>{STORY}", head).title == TITLE


def test_a_link_that_ends_the_headline_stays_where_the_records_have_it() -> None:
    head = f"<title>{TITLE} | Harbour Post</title>{SITE}"
    body = f'<h1>Storm closes the harbour <a href="/x">for two days</a></h1>{STORY}'
    assert metadata_of(body, head).title == TITLE


@pytest.mark.parametrize(
    ("heading", "lang"), [("Nach oben", "de"), ("Partager cet article", "fr"), ("Texto original", "es"), ("原文", "zh")]
)
def test_headings_of_widgets_are_no_titles(heading: str, lang: str) -> None:
    found = metadata_of(f"<h1>{heading}</h1>{STORY}", f"<title>{TITLE} | Harbour Post</title>{SITE}", lang=lang)
    assert found.title == TITLE


@pytest.mark.parametrize("name", ["ueberschrift", "manchete", "rubrik", "zagolovok", "baslik", "judul"])
def test_the_cell_of_a_table_is_called_the_headline_in_many_languages(name: str) -> None:
    body = f'<table><tr><td class="{name}">{TITLE}</td></tr><tr><td>{STORY}</td></tr></table>'
    assert judged_metadata(body, {}).title == TITLE


@pytest.mark.parametrize("section", ["March 2024", "2022", "Skip to content", "‹ Zurück", "Share"])
def test_months_and_controls_are_no_sections_and_no_tags(section: str) -> None:
    head = f'<meta property="article:section" content="{section}">'
    tags = f'<ul><li><a rel="tag" href="/a">Harbours</a></li><li><a rel="tag" href="/b">{section}</a></li></ul>'
    found = metadata_of(f"<h1>{TITLE}</h1>{STORY}{tags}", head)
    assert (found.section, found.tags) == (None, ("Harbours",))


@pytest.mark.parametrize("line", ["Source: World Bank", "Source: Reuters", "Source: Bloomberg. Chart: Jane Doe"])
@pytest.mark.parametrize(
    "above", [PICTURE, "<table><tr><th>Year</th><th>Ships</th></tr><tr><td>2020</td><td>12</td></tr></table>"]
)
def test_a_source_right_below_a_picture_or_a_table_is_theirs(line: str, above: str) -> None:
    assert metadata_of(f"<h1>{TITLE}</h1>{above}<p>{line}</p>{STORY}").source is None


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ('<p><img src="/i.png" width="16" height="16"></p>', "Source: Reuters"),
        (PICTURE, "Originally published in Reuters"),
        ("", "Source: Reuters"),
    ],
)
def test_a_source_below_an_icon_and_a_notice_below_a_picture_are_the_texts(above: str, line: str) -> None:
    found = metadata_of(f"<h1>{TITLE}</h1>{above}<p>{line}</p>{STORY}").source
    assert found is not None
    assert found.name == "Reuters"
