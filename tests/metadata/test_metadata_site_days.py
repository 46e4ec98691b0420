"""The days that the site prints in its head and its foot, and labels that stand behind a day."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

TITLE = "<h1>Storm hits the coast</h1>"
STORY = f"<p>{PROSE}</p>" * 2
CLOCKS = [
    ("en", "Thursday, March 7, 2024"),
    ("de", "Donnerstag, 7. März 2024"),
    ("ru", "Четверг, 7 марта 2024"),
    ("ja", "2024年3月7日（木）"),
    ("ar", "الخميس 7 مارس 2024"),
    ("ko", "2024년 3월 7일 목요일"),
]
MENU = '<ul><li><a href="/news">News pages</a></li><li><a href="/sport">Sport pages</a></li></ul>'
MENUS = {"News pages": "nav_menu", "Sport pages": "nav_menu"}
HEADS = [
    '<div class="bar">{clock}</div>' + MENU,
    '<header><a href="/">Example</a><span>{clock}</span></header>',
    '<table><tr><td><a href="https://news.example.org/">Example</a></td><td>{clock}</td></tr></table>',
    f"<div>{MENU}<p>{{clock}}</p></div>",
    '<p><a href="/">Home</a> | {clock}</p>',
]
FEET = [
    "<footer><p>{clock}</p></footer>",
    '<div id="footer"><p>{clock}</p></div>',
    "<div><p>{clock}</p><p>© 2024 Example Ltd</p></div>",
]


@pytest.mark.parametrize(
    ("lang", "state"),
    [
        ("en", "Stats: 3,313,045 members, 8,365,576 topics. Date: Thursday, 05 March 2026 at 01:16 PM"),
        ("de", "Statistik: 3.313 Mitglieder, 8.365 Themen. Datum: Donnerstag, 5. März 2026"),
    ],
)
def test_a_days_label_behind_the_sites_figures_does_not_make_it_the_articles(lang: str, state: str) -> None:
    body = f'<div><a href="/">Example</a><p>{state}</p></div><div>{TITLE}{STORY}</div>'
    assert judged_metadata(body, MENUS, lang).published is None


@pytest.mark.parametrize(("lang", "clock"), CLOCKS)
@pytest.mark.parametrize("head", HEADS)
def test_a_clock_above_the_sites_menu_or_beside_its_logo_is_no_day_of_publication(
    head: str, lang: str, clock: str
) -> None:
    body = f"{head.format(clock=clock)}<div>{TITLE}{STORY}</div>"
    assert judged_metadata(body, MENUS, lang).published is None


LOGO = '<a href="/"><img src="/img/site_logo.gif"></a>'
TABLES = [
    f"<table><tr><td>{LOGO}</td><td>{{clock}}</td></tr></table>",
    f"<table><tr><td>{{clock}}</td></tr><tr><td>{LOGO}</td></tr></table>",
    '<table><tr><td><img src="/img/top.gif" alt="Harbour Post"></td><td>{clock}</td></tr></table>',
]


@pytest.mark.parametrize(("lang", "clock"), CLOCKS)
@pytest.mark.parametrize("head", TABLES)
@pytest.mark.parametrize(
    "page", ["{head}<div>{story}</div>", "<table><tr><td>{head}</td></tr><tr><td>{story}</td></tr></table>"]
)
def test_a_clock_in_a_cell_beside_the_picture_of_the_sites_name_is_no_day_of_publication(
    page: str, head: str, lang: str, clock: str
) -> None:
    body = page.format(head=head.format(clock=clock), story=f"{TITLE}{STORY}")
    meta = '<meta property="og:site_name" content="Harbour Post">'
    assert metadata_of(body, meta, lang).published is None


@pytest.mark.parametrize(
    "body",
    [
        f'<table><tr><td><img src="/img/pier.gif" alt="Pier"></td><td>March 5, 2024</td></tr></table>{TITLE}{STORY}',
        f"<table><tr><td>{LOGO}</td><td>Published: March 5, 2024</td></tr></table><div>{TITLE}{STORY}</div>",
        f"<table><tr><td>{LOGO}</td></tr><tr><td>March 5, 2024{TITLE}{STORY}</td></tr></table>",
    ],
)
def test_a_day_beside_another_picture_or_with_a_label_stays_the_pages(body: str) -> None:
    assert metadata_of(body).published == "2024-03-05"


@pytest.mark.parametrize(("lang", "clock"), CLOCKS)
@pytest.mark.parametrize("foot", FEET)
def test_a_day_in_the_footer_of_a_short_page_is_no_day_of_publication(foot: str, lang: str, clock: str) -> None:
    verdicts = {clock: "not_content", "©": "copyright_notice"}
    assert judged_metadata(f"<div>{TITLE}{STORY}</div>{foot.format(clock=clock)}", verdicts, lang).published is None


@pytest.mark.parametrize(
    "body",
    [
        f"{MENU}<div><p>March 5, 2024</p>{TITLE}{STORY}</div>",
        f"{MENU}<p>March 5, 2024</p>{TITLE}{STORY}",
        f"{MENU}<article><header><p>March 5, 2024</p>{TITLE}</header>{STORY}</article>",
        f'<header><a href="/">Example</a></header><div><p>March 5, 2024</p>{TITLE}</div>{STORY}',
        f'<p><a href="/">Home</a> | By Jane Doe Roe | March 5, 2024</p><div>{TITLE}{STORY}</div>',
        f'<div><p class="breadcrumb"><a href="/">Home</a></p><p>March 5, 2024</p></div><div>{TITLE}{STORY}</div>',
        f'<p><a href="/">Home</a> | By <a href="/jane">Jane Doe</a> | March 5, 2024</p><div>{TITLE}{STORY}</div>',
        f'<h2><a href="/"><img src="logo.png"></a>March 5, 2024</h2><div>{TITLE}{STORY}</div>',
        f"<div><p>March 5, 2024</p><ul><li>1</li><li>2</li></ul></div><div>{TITLE}{STORY}</div>",
        f"<div>{TITLE}{STORY}</div><div><p>Published: March 5, 2024</p><p>© 2024 Example Ltd</p></div>",
        f'<div>{TITLE}{STORY}</div><div class="article-footer"><p>March 5, 2024</p></div>',
        f"<article>{TITLE}{STORY}<footer><p>March 5, 2024</p></footer></article>",
        f'<article>{TITLE}{STORY}<footer class="entry-footer"><p>March 5, 2024</p></footer></article>',
        f"{MENU}<div>March 7, 2024</div>{MENU}<div>{TITLE}<p>March 5, 2024</p>{STORY}</div>",
    ],
)
def test_a_day_over_the_headline_or_at_the_end_of_the_article_stays_its_own(body: str) -> None:
    assert (
        judged_metadata(body, MENUS | {"March 5": "byline_meta", "1": "nav_menu", "©": "copyright_notice"}).published
        == "2024-03-05"
    )


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("ja", "2024年3月5日 更新"),
        ("ja", "2024年3月5日 10時30分更新"),
        ("ja", "2024年3月5日（火）10:30 更新"),
        ("ja", "2024.03.05 UPDATE"),
        ("zh", "2024-03-05 10:30:00 修改"),
        ("zh", "2024年3月5日更新 来源：新华社"),
        ("ko", "2024.03.05 10:30 수정됨"),
        ("ko", "2024-03-05 10:30 업데이트"),
        ("en", "March 5, 2024 (updated)"),
        ("en", "5 March 2024 | Updated"),
        ("en", "March 5, 2024 - last updated"),
        ("de", "05.03.2024, 10:30 Uhr aktualisiert"),
        ("fr", "5 mars 2024 (mis à jour)"),
        ("es", "5 de marzo de 2024 (actualizado)"),
        ("tr", "5 Mart 2024 tarihinde güncellendi"),
        ("ru", "5 марта 2024 (обновлено)"),
        ("ar", "5 مارس 2024 (تم التحديث)"),
    ],
)
def test_a_label_of_a_change_behind_a_day_makes_it_none_of_publication(lang: str, line: str) -> None:
    found = metadata_of(f"{TITLE}<p>{line}</p>{STORY}", lang=lang)
    assert (found.published, (found.modified or "")[:10]) == (None, "2024-03-05")


@pytest.mark.parametrize(
    ("lang", "day", "rest"),
    [
        ("ja", "2024年3月5日", "更新"),
        ("ja", "2024年3月5日（火）10:30", " 更新"),
        ("ko", "2024.03.05", "</time> <span>수정</span><time>"),
        ("en", "March 5, 2024", " (updated)"),
        ("de", "5. März 2024", " &middot; aktualisiert"),
        ("fr", "5 mars 2024", "<br>mis à jour"),
    ],
)
def test_so_does_a_label_behind_an_element_that_is_marked_as_a_time(lang: str, day: str, rest: str) -> None:
    body = f'{TITLE}<p><time datetime="2024-03-05">{day}</time>{rest}</p>{STORY}'
    found = metadata_of(body, lang=lang)
    assert (found.published, (found.modified or "")[:10]) == (None, "2024-03-05")


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("ja", "2024年3月1日 公開 2024年3月5日 更新"),
        ("ja", "2024/03/01 (2024/03/05更新)"),
        ("ja", "2024年3月1日掲載　2024年3月5日更新"),
        ("ko", "2024-03-01 10:00 입력 2024-03-05 10:30 수정"),
        ("ko", "입력 2024.03.01 10:00 수정 2024.03.05 10:30"),
        ("zh", "发布：2024-03-01 更新：2024-03-05"),
        ("en", "Mar 1, 2024, published; Mar 5, 2024, updated"),
        ("en", "March 1, 2024 (updated March 5, 2024)"),
        ("en", "March 1, 2024 Updated March 5, 2024"),
        ("de", "01.03.2024 veröffentlicht, 05.03.2024 aktualisiert"),
    ],
)
def test_a_label_between_two_days_is_of_the_one_that_the_line_gives_it_to(lang: str, line: str) -> None:
    found = metadata_of(f"{TITLE}<p>{line}</p>{STORY}", lang=lang)
    assert ((found.published or "")[:10], (found.modified or "")[:10]) == ("2024-03-01", "2024-03-05")


@pytest.mark.parametrize(
    "line",
    [
        "March 5, 2024 | Updates",
        "March 5, 2024, updated at 10:30",
        "March 5, 2024 - Updated guidance for ships",
        "March 5, 2024 | News, Update",
        "#1 · March 5, 2024 (Edited)",
        "5 March 2024 updates from the harbour",
    ],
)
def test_a_section_or_words_that_go_on_behind_a_day_are_no_label_of_it(line: str) -> None:
    assert metadata_of(f"{TITLE}<p>{line}</p>{STORY}").published == "2024-03-05"
