"""Faults of a fresh reading: public bodies, the days of the week, labels of archives, widgets above the headline."""

import pytest
from metadata_pages import LEXICON, PROSE, document_of, json_ld, judged, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.person_names import cut_rest
from harvester.metadata.lookup.tidy_names import clean_name
from harvester.models import Page

TITLE = "Storm hits the coast of Dale"
HEAD = f"<h1>{TITLE}</h1>"
STORY = f"<p>{PROSE}</p>" * 3


@pytest.mark.parametrize(
    "body",
    [
        "Ayuntamiento de Villanueva", "Diputación de Cuenca", "Ajuntament de Girona", "Mairie de Kerlouan",
        "Préfecture du Finistère", "Comune di Siena", "Câmara Municipal de Faro", "Prefeitura de Santos",
        "Gemeente Zwolle", "Gemeinde Seedorf", "Landkreis Nordhafen", "Stadtverwaltung Linz", "Urząd Miasta Gdynia",
        "Gmina Lubin", "Primăria Sibiu", "Općina Brela", "Община Видин", "Администрация Томска", "Δήμος Χανίων",
        "Kadıköy Belediyesi", "Malmö Kommun", "Aarhus Kommune", "Turun Kaupunki", "Szegedi Önkormányzat",
    ],
)  # fmt: skip
def test_a_public_body_is_no_person(body: str) -> None:
    assert clean_name(body, LEXICON) is None


@pytest.mark.parametrize(
    "name", ["Hélder Câmara", "Anna Gmünd", "Luca Comuni", "Petra Stadtler", "Plácido Domingo", "Kunta Kinte"]
)
def test_a_name_that_is_like_a_body_or_a_day_stays(name: str) -> None:
    assert clean_name(name, LEXICON) == name


@pytest.mark.parametrize("day", ["Thứ Năm", "Chủ Nhật", "Terça-feira", "Πέμπτη", "Πέμπτη,"])
def test_the_day_of_the_week_is_no_person(day: str) -> None:
    assert clean_name(day, LEXICON) is None


def test_the_day_of_the_week_between_a_clock_and_a_day_names_nobody() -> None:
    line = "<p>Cập nhật lúc 10:12, Thứ Năm, 04/03/2021</p>"
    found = metadata_of(HEAD + line + STORY, lang="vi")
    assert (found.authors, (found.modified or "")[:10]) == ((), "2021-03-04")


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("fr", "Voir tous les articles de Yann Le Goff", "Yann Le Goff"),
        ("de", "Alle Beiträge von Tilman Brandt anzeigen", "Tilman Brandt"),
        ("es", "Ver todas las entradas de Pilar Ochoa", "Pilar Ochoa"),
        ("it", "Visualizza tutti gli articoli di Fabio Conti", "Fabio Conti"),
        ("pt", "Ver todos os posts de Rui Pinto", "Rui Pinto"),
        ("pl", "Zobacz wszystkie wpisy, których autorem jest Jan Maj", "Jan Maj"),
        ("nl", "Bekijk alle berichten van Wim Kok", "Wim Kok"),
        ("ru", "Посмотреть все записи автора Олег Дымов", "Олег Дымов"),
        ("sv", "Visa alla inlägg av Anna Berg", "Anna Berg"),
        ("en", "View all posts by Jane Doe", "Jane Doe"),
    ],
)
def test_the_link_to_all_that_somebody_wrote_names_who_that_is(lang: str, line: str, name: str) -> None:
    link = f'<div class="author vcard"><a href="/author/t">{line}</a></div>'
    assert metadata_of(HEAD + link + STORY, lang=lang).authors == (name,)


@pytest.mark.parametrize(
    ("lang", "line", "published", "modified"),
    [
        ("es", "Publicado: Mar, 14 Mayo 2019, 10:12. Actualizado: Miércoles, 15 Mayo 2019", "2019-05-14", "2019-05-15"),
        ("ro", "Publicat: Joi, 14 Mai 2019, ora 10:12. Actualizat: Miercuri, 15 Mai 2019", "2019-05-14", "2019-05-15"),
        ("en", "First published on Tue 14 May 2019 10.12 BST. Last modified on Wed 15 May 2019 08.00 BST",
         "2019-05-14", "2019-05-15"),
        ("ru", "10:12 04.03.2021 (обновлено: 11:40 05.03.2021)", "2021-03-04", "2021-03-05"),
        ("th", "เผยแพร่ 4 มี.ค. 2564 อัปเดตล่าสุด 5 มี.ค. 2564", "2021-03-04", "2021-03-05"),
    ],
)  # fmt: skip
def test_the_label_of_a_change_is_read_over_its_weekday_and_clock(
    lang: str, line: str, published: str, modified: str
) -> None:
    found = metadata_of(f"{HEAD}<p>{line}</p>{STORY}", lang=lang)
    assert ((found.published or "")[:10], (found.modified or "")[:10]) == (published, modified)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("责任编辑发布时间：2022-05-08", "责任编辑"),
        ("王小明发布日期：2022-05-08", "王小明"),
        ("王小明文章来源：江海日报", "王小明"),
        ("王小明信息来源：县交通运输局", "王小明"),
        ("王小明来源：江海日报", "王小明"),
    ],
)
def test_all_of_a_label_of_two_words_goes_with_what_follows_a_name(text: str, left: str) -> None:
    assert cut_rest(text, LEXICON).strip() == left


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("ja", "文・写真　佐藤健一", "佐藤健一"),
        ("ja", "取材・文　佐藤健一", "佐藤健一"),
        ("nl", "Tekst en foto's: Joost van den Berg", "Joost van den Berg"),
        ("de", "Text und Fotos: Jana Roth", "Jana Roth"),
        ("fr", "Texte et photos : Anne Roux", "Anne Roux"),
        ("zh", "（记者 黄佳琪 摄影报道）", "黄佳琪"),
    ],
)
def test_who_wrote_and_took_the_pictures_is_named_without_the_label(lang: str, line: str, name: str) -> None:
    assert metadata_of(f"{HEAD}<p class=byline>{line}</p>{STORY}", lang=lang).authors == (name,)


@pytest.mark.parametrize("widget", ["Faire un don", "Únete a nosotros", "Sostienici", "Get our weekly letter"])
def test_an_h1_that_nothing_names_gives_way_to_the_heading_that_begins_the_title(widget: str) -> None:
    body = f'<div class="box"><h1>{widget}</h1></div><h2>{TITLE}</h2>{STORY}'
    found = metadata_of(body, f"<title>{TITLE} - Harbour Society</title>", url="https://example.org/n")
    assert found.title == TITLE


def test_an_h1_stays_the_headline_above_a_lesser_heading_that_begins_the_title_as_its_section() -> None:
    body = f"<h1>{TITLE}</h1><h2>Weather</h2>{STORY}"
    found = metadata_of(body, "<title>Weather - Harbour Society</title>", url="https://example.org/n")
    assert found.title == TITLE


@pytest.mark.parametrize("by", ["by Carol King", "By: Carol King"])
def test_the_writer_behind_the_linked_title_of_another_story_is_not_asked_for(by: str) -> None:
    card = (
        f'<aside><ul><li><a href="/z1">Mayor opens new market hall</a> <span>12 June 2023</span> {by}</li></ul></aside>'
    )
    assert metadata_of(HEAD + STORY + card).authors == ()


def test_writers_of_one_list_beside_the_headline_are_all_authors() -> None:
    rows = "".join(f'<li><a href="/author/{one[:3]}/">{one}</a></li>' for one in ("Jane Doe", "Max Roe"))
    byline = f'<section class="byline"><ul class="author-list">{rows}</ul></section>'
    assert metadata_of(HEAD + byline + STORY).authors == ("Jane Doe", "Max Roe")


@pytest.mark.parametrize(
    "line", ["By Jane Doe in Bristol and Omar Siddiq", "By Jane Doe in New York and Omar Siddiq in Paris"]
)
def test_a_place_between_two_names_hides_neither(line: str) -> None:
    assert metadata_of(f"{HEAD}<p class=byline>{line}</p>{STORY}").authors == ("Jane Doe", "Omar Siddiq")


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("he", "רונית אבני פורסם ב-4 במרץ 2021", "רונית אבני"),
        ("id", "Penulis: Dewi Lestari | Editor: Bambang S", "Dewi Lestari"),
    ],
)
def test_a_label_of_the_day_is_no_part_of_the_name_before_it(lang: str, line: str, name: str) -> None:
    assert metadata_of(f"{HEAD}<p>{line}</p>{STORY}", lang=lang).authors == (name,)


def test_the_day_behind_an_editor_is_of_the_article() -> None:
    line = "<div>Penulis: Dewi Lestari | Editor: Bambang S - Jumat, 5 Maret 2021 | 14:30 WIB</div>"
    assert (metadata_of(HEAD + line + STORY, lang="id").published or "")[:10] == "2021-03-05"


def test_a_person_whom_a_record_calls_an_author_stays_one() -> None:
    head = json_ld(headline=TITLE, author={"@type": "Person", "name": "Jane Doe"})
    assert metadata_of(HEAD + STORY, head).authors == ("Jane Doe",)


@pytest.mark.parametrize(
    "desk", ["Redazione Cronaca", "Agencia UNO", "Concejalía de Cultura", "Starostwo Powiatowe", "Amt für Umwelt"]
)
def test_a_desk_or_an_office_that_begins_its_name_is_no_person(desk: str) -> None:
    assert clean_name(desk, LEXICON) is None


def test_a_credit_between_the_headline_and_the_day_is_no_writer_s() -> None:
    lines = "<p>Fot. Adam Lis</p><p>Anna Wójcik, 10 czerwca 2019</p>"
    assert metadata_of(HEAD + lines + STORY, lang="pl").authors == ("Anna Wójcik",)


def test_an_h1_of_a_widget_may_be_longer_than_the_headline() -> None:
    body = f"<h1>Newsletter abonnieren</h1><h2>Der Luchs kehrt zurück</h2>{STORY}"
    found = metadata_of(body, "<title>Der Luchs kehrt zurück | Naturpark</title>", "de", "https://example.org/n")
    assert found.title == "Der Luchs kehrt zurück"


def test_a_line_above_the_text_that_ends_the_title_is_the_headline_on_a_page_without_headings() -> None:
    head = "<title>Nature Park | News | Lynx comes back to the valley</title>"
    page = judged(document_of(f"<div>Lynx comes back to the valley</div>{STORY}", head), {})
    found = read_metadata(page, Page("https://example.org/n", b""), LEXICON)
    assert found.title == "Lynx comes back to the valley"


@pytest.mark.parametrize("line", ["Terug naar overzicht", "Zurück zur Übersicht", "Back to the news list"])
def test_the_way_back_is_no_standfirst(line: str) -> None:
    assert metadata_of(f'{HEAD}<p class="subtitle">{line}</p>{STORY}').subtitle is None


def test_a_page_that_says_where_it_appeared_first_names_it_in_the_order_of_french() -> None:
    line = "<p>Article paru initialement dans La Gazette du Val</p>"
    source = metadata_of(HEAD + STORY + line, lang="fr").source
    assert source is not None
    assert source.name == "La Gazette du Val"


def test_an_h1_that_holds_the_lesser_heading_is_no_widget_s() -> None:
    body = f"<h1>Thread: {TITLE}</h1><h2>{TITLE}</h2>{STORY}"
    found = metadata_of(body, f"<title>{TITLE} - Forum</title>", url="https://example.org/t")
    (printed,) = (one for one in found.evidence if one.field == "title" and one.chosen)
    assert "block:0" in printed.origin
