"""Sources in pages laid out by tables, in lines without a colon, in sentences of many languages."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

from harvester.models import Source

TEXT = f"<p>{PROSE}</p>" * 6


def _named(source: Source | None) -> str | None:
    return source.name if source is not None else None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "5 March 2024 | Source: Dale Echo | Views: 215"),
        ("ru", "05.03.2024 10:12 | Источник: Dale Echo | Просмотров: 120"),
        ("nl", '5 maart 2024 - Bron: <a href="https://echo.example">Dale Echo</a>'),
        ("zh", "2024年03月05日10:12 来源：Dale Echo"),
    ],
)
def test_a_label_in_a_page_that_a_table_lays_out_names_its_source(lang: str, line: str) -> None:
    body = f"<table><tr><td>&nbsp;</td><td><h1>Storm</h1><p>{line}</p>{TEXT}</td></tr></table>"
    assert _named(metadata_of(body, lang=lang).source) == "Dale Echo"


def test_a_label_in_a_table_of_the_text_is_the_tables() -> None:
    table = "<table><tr><td>2023</td><td>1200</td></tr><tr><td>Source: Dale Echo</td></tr></table>"
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>{table}{TEXT}").source is None


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("de", "(dpa)", "dpa"),
        ("en", "(Reuters)", "Reuters"),
        ("vi", '(Theo <a href="https://echo.example">Dale Echo</a>)', "Dale Echo"),
        ("vi", "Theo TTXVN", "TTXVN"),
        ("es", 'Tomado de <a href="https://jornada.example">La Jornada</a>', "La Jornada"),
        ("ru", "По материалам ТАСС", "ТАСС"),
        ("en", "Theo TTXVN", None),
        ("es", "Con información de Juana Pérez", None),
        ("ru", "По материалам дела", None),
        ("vi", "Theo TTXVN, cảng sẽ đóng cửa hai ngày vì bão", None),
        ("en", "(Smith)", None),
    ],
)
@pytest.mark.parametrize("place", ["{0}{1}", "{0}{1}<p>Tags</p>"])
def test_all_of_a_line_at_the_end_may_be_a_source(place: str, lang: str, line: str, name: str | None) -> None:
    body = "<h1>Storm</h1>" + place.format(TEXT, f"<p>{line}</p>")
    assert _named(judged_metadata(body, {"Tags": "tag_list"}, lang).source) == name


def test_such_a_line_counts_right_behind_the_text_too() -> None:
    assert _named(judged_metadata(f"<h1>Storm</h1>{TEXT}<p>(dpa)</p>", {"(dpa)": "not_content"}, "de").source) == "dpa"


def test_a_name_whose_last_word_is_a_link_is_whole() -> None:
    line = '<p>Source: Dale <a href="https://echo.example">Echo</a></p>'
    assert _named(metadata_of(f"<h1>Storm</h1>{line}{TEXT}").source) == "Dale Echo"


@pytest.mark.parametrize("line", ["<p>(dpa)</p>", "<p>Theo TTXVN</p>"])
def test_such_a_line_within_the_text_is_none(line: str) -> None:
    assert judged_metadata(f"<h1>Storm</h1>{TEXT}{line}{TEXT}", {}, "vi").source is None


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("nl", "Dit artikel verscheen eerder op Dale Echo."),
        ("pl", "Artykuł ukazał się pierwotnie na portalu Dale Echo."),
        ("pt", "Publicado originalmente no Dale Echo."),
        ("sv", "Artikeln publicerades först i Dale Echo."),
        ("de", "Dieser Text erschien ursprünglich in Dale Echo."),
        ("cs", "Článek původně vyšel v Dale Echo."),
    ],
)
def test_a_sentence_says_in_its_language_where_the_text_was_first(lang: str, line: str) -> None:
    assert _named(metadata_of(f"<h1>Storm</h1>{TEXT}<p>{line}</p>", lang=lang).source) == "Dale Echo"


def test_a_name_in_small_letters_is_its_links() -> None:
    line = '<p>Dieser Artikel erschien zuerst in der <a href="https://taz.example">taz</a>.</p>'
    found = metadata_of(f"<h1>Sturm</h1>{TEXT}{line}", lang="de").source
    assert (_named(found), found and found.url) == ("taz", "https://taz.example/")


@pytest.mark.parametrize(
    "line",
    [
        'Quelle: F.A.Z.<a href="https://rights.example/">Artikelrechte erwerben</a>',
        "źródło: F.A.Z., fot. Jan Kowalski",
        "źródło: F.A.Z., oprac. jk",
    ],
)
def test_a_button_or_a_photographer_behind_a_name_is_no_part_of_it(line: str) -> None:
    assert (_named(metadata_of(f"<h1>Sturm</h1>{TEXT}<p>{line}</p>", lang="pl").source) or "").rstrip(".") == "F.A.Z"


def test_a_label_below_the_lines_of_a_box_names_the_source_of_its_figures() -> None:
    box = "<p>Year founded: 2001</p><p>Number of offices: 10</p><p>Source: Dale research</p>"
    assert judged_metadata(f"<h1>Storm</h1>{TEXT}{box}", {"Source: Dale": "source_credit"}).source is None


def test_an_empty_label_names_not_the_link_of_the_next() -> None:
    line = '<p>2024-03-05 09:46 来源: 作者: <a href="/mobile">手机版</a></p>'
    assert metadata_of(f"<h1>Storm</h1>{line}{TEXT}", lang="zh").source is None
