"""Labels of the navigation are neither sections nor tags, in any language of the lists."""

import pytest
from metadata_pages import LEXICON, PROSE, metadata_of

from harvester.metadata.lookup.named_sections import leads_about

STORY = f"<h1>Storm hits the coast of Dale</h1><p>{PROSE}</p><p>{PROSE}</p>"
LABELS = [
    "Menü", "Page 2", "Page 2 of 5", "Search", "Zur Startseite", "Home", "Back", "2. Seite", "Seite 2 von 4", "Menú",
    "Página 2", "Retour à l'accueil", "Page 3 sur 7", "На главную", "Страница 2 из 9", "Головне меню", "2ページ目",
    "検索",
    "第2页", "共 5 页", "返回首页", "第 3 頁", "Till startsidan", "Ana sayfaya dön", "القائمة الرئيسية", "صفحة 2",
    "홈으로", "2페이지", "Strona 2 z 3", "मुखपृष्ठ", "पृष्ठ 2", "Αναζήτηση", "תפריט", "Tìm kiếm", "เมนู",
    "Halaman 2 dari 3",
    "« Back to news", "Zurück zur Übersicht", "Вернуться к новостям", "Pesquisar", "Zoeken", "Haku", "Keresés",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_label_of_the_navigation_is_no_section_and_no_tag(label: str) -> None:
    head = f'<meta property="article:section" content="{label}"><meta property="article:tag" content="{label}">'
    found = metadata_of(STORY, head)
    assert (found.section, found.tags) == (None, ())


@pytest.mark.parametrize(
    "section", ["Politics", "Search engines", "Pages of history", "Web 2.0", "Страна", "Formel 1", "Back pain", "Menus"]
)
def test_a_section_that_only_resembles_a_label_stays(section: str) -> None:
    assert metadata_of(STORY, f'<meta property="article:section" content="{section}">').section == section


@pytest.mark.parametrize("tag", sorted(LEXICON.languages.keys() - {"bo", "ti"}))
def test_each_language_has_words_for_a_search_or_a_menu_and_the_way_home(tag: str) -> None:
    words = LEXICON.languages[tag].lists["site.no_section"]
    assert len(words) >= 4
    assert all(leads_about(word, LEXICON) for word in words)
