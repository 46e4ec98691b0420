"""Lines that file a text under a section and tags, and elements that are called its section or its source."""

import pytest
from metadata_pages import PROSE, judged_metadata

TITLE = "<h1>Storm hits the coast of Dale</h1>"
STORY = f"<p>{PROSE}</p>" * 3
LINKS = ('<a href="/c/sport">Sport</a>', '<a href="/t/h">harbour</a>, <a href="/t/s">storm</a>')


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("en", "Filed under: {0} · Tagged with {1}"),
        ("en", "Filed Under {0} | Tags: {1}"),
        ("en", "Posted in {0}. Tagged {1}"),
        ("de", "Kategorie: {0} · Schlagwörter: {1}"),
        ("fr", "Catégorie : {0} | Étiquettes : {1}"),
        ("es", "Categoría: {0} / Etiquetas: {1}"),
    ],
)
def test_a_line_that_files_a_text_names_its_section_and_its_tags(lang: str, line: str) -> None:
    found = judged_metadata(f"{TITLE}{STORY}<p>{line.format(*LINKS)}</p>", {"harbour, storm": "tag_list"}, lang)
    assert (found.section, found.tags) == ("Sport", ("harbour", "storm"))


def test_a_link_behind_other_words_is_neither() -> None:
    line = f'Filed under {LINKS[0]} by <a href="/jane">Jane Doe</a>. Tags: {LINKS[1]}. See also <a href="/x">More</a>'
    found = judged_metadata(f"{TITLE}{STORY}<p>{line}</p>", {"harbour, storm": "tag_list"})
    assert (found.section, found.tags) == ("Sport", ("harbour", "storm"))


@pytest.mark.parametrize(
    ("lang", "label"), [("en", "Category"), ("de", "Kategorie"), ("fr", "Catégorie"), ("es", "Categoría")]
)
def test_the_line_of_a_byline_that_is_called_the_category_names_the_section(lang: str, label: str) -> None:
    line = f'<dl><dt>Details</dt><dd class="category-name">{label}: {LINKS[0]}</dd></dl>'
    found = judged_metadata(f"{TITLE}{line}{STORY}", {"Details": "byline_meta", "Sport": "byline_meta"}, lang)
    assert found.section == "Sport"


def test_a_link_without_a_label_in_such_a_line_names_none() -> None:
    line = f'<dl><dd class="category-name">Read by {LINKS[0]}</dd></dl>'
    assert judged_metadata(f"{TITLE}{line}{STORY}", {"Sport": "byline_meta"}).section is None


CHINESE = "<p>昨天晚上，港口发生大火，多艘船只被烧毁。消防部门表示，没有人员受伤。港口预计将关闭两天。</p>" * 4


@pytest.mark.parametrize(
    ("element", "name"),
    [
        ('<span class="source">新华网</span>', "新华网"),
        ('<a class="source" href="https://paper.example.net/1">人民日报</a>', "人民日报"),
        ('<span class="article-source">工人日報</span>', "工人日報"),
        ('<span class="source">AFP</span>', "AFP"),
        ('<span class="source">张三丰</span>', None),
        ('<span class="source">字体大小</span>', None),
        ('<span class="place">新华网</span>', None),
    ],
)
def test_an_element_called_the_source_names_it_where_it_holds_a_mediums_name(element: str, name: str | None) -> None:
    body = f'<h1>港口昨晚发生大火多艘船只被烧毁</h1><div class="info"><span>2024-03-05 10:30</span> {element}</div>'
    found = judged_metadata(body + CHINESE, {"2024": "byline_meta"}, "zh").source
    assert (found.name if found is not None else None) == name


def test_an_element_called_the_source_right_below_a_picture_is_the_pictures() -> None:
    picture = '<figure><img src="/fire.jpg" width="800" height="500"><p><span class="source">新华网</span></p></figure>'
    assert judged_metadata(f"<h1>港口昨晚发生大火多艘船只被烧毁</h1>{picture}{CHINESE}", {}, "zh").source is None
