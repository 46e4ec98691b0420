"""A small page for each kind of fault that archives had to correct."""

import pytest
from metadata_pages import LEXICON, PROSE, judged_metadata, metadata_of

from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.day_readings import Habits
from harvester.metadata.lookup.person_names import clean_name, split_names

TITLE = "Storm hits the coast"


@pytest.mark.parametrize(
    "text",
    [
        *("发布", "最后更新", "原创", "更新", "公開", "募集", "und", "publisher", "cc-by 4.0", "Size", "New Results"),
        *("Politik", "Wirtschaft", "Rebloggt", "View all articles by this author", "London", "MOSCOW", "New York"),
        *("Reuters", "dpa", "Proxy Server", "NR] admin", "Uncategorized", "责任编辑", "来源", "Copy URL", "Read more"),
        *("最新消息", "deinen Hochzeitsbloggern"),
    ],
)
def test_words_that_are_no_person_are_nobody(text: str) -> None:
    assert clean_name(text, LEXICON) is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Andrea WongAndrea Wong", ("Andrea Wong",)),
        ("Jane DoeCEO", ("Jane Doe",)),
        ("Edward KeenanCity Columnist", ("Edward Keenan",)),
        ("Jane Doe Uncategorized", ("Jane Doe",)),
        ("Words by Jane Doe Photographs by Jan Roe", ("Jane Doe",)),
        ("Ben Applebaum-Bauch ⋅ Review Editor", ("Ben Applebaum-Bauch",)),
    ],
)
def test_what_markup_glued_to_a_name_is_cut_off(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text, LEXICON) == names


@pytest.mark.parametrize(
    ("line", "lang", "names"),
    [
        ("记者 张三", "zh", ("张三",)),
        ("文/张三", "zh", ("张三",)),
        ("通讯员 王小明", "zh", ("王小明",)),
        ("新闻记者 张三 李四", "zh", ("张三", "李四")),
        ("记者张三/文", "zh", ("张三",)),
        ("【聯合報╱記者王小明／即時報導】", "zh", ("王小明",)),
        ("Un texte de Marie Dupont", "fr", ("Marie Dupont",)),
        ("Autor: Jan Kowalski", "pl", ("Jan Kowalski",)),
        ("Γράφει ο Γιώργος Παπαδόπουλος", "el", ("Γιώργος Παπαδόπουλος",)),
        ("Του Γιώργου Παπαδόπουλου", "el", ("Γιώργου Παπαδόπουλου",)),
        ("מאת: דוד כהן", "he", ("דוד כהן",)),
        ("نویسنده: علی رضایی", "fa", ("علی رضایی",)),
        ("Автор: Олена Коваль", "uk", ("Олена Коваль",)),
        ("Kirjoittanut Matti Virtanen", "fi", ("Matti Virtanen",)),
        ("Írta: Kovács János", "hu", ("Kovács János",)),
        ("Yazan: Ahmet Yılmaz", "tr", ("Ahmet Yılmaz",)),
        ("Oleh: Budi Santoso", "id", ("Budi Santoso",)),
        ("Piše: Ivan Horvat", "hr", ("Ivan Horvat",)),
        ("লেখক: রহিম উদ্দিন", "bn", ("রহিম উদ্দিন",)),
        ("بقلم: أحمد علي", "ar", ("أحمد علي",)),
        ("Tác giả: Nguyễn Văn An", "vi", ("Nguyễn Văn An",)),
        ("ავტორი: გიორგი ბერიძე", "ka", ("გიორგი ბერიძე",)),
    ],
)
def test_a_byline_is_read_in_its_language(line: str, lang: str, names: tuple[str, ...]) -> None:
    assert metadata_of(f"<h1>{TITLE}</h1><p>{line}</p><p>{PROSE}</p>", lang=lang).authors == names


@pytest.mark.parametrize(
    ("text", "lang", "day"),
    [
        ("Ημερομηνία δημοσίευσης: 13 Ιανουαρίου 2012", "el", "2012-01-13"),
        ("Τρίτη, 20 Δεκεμβρίου, 2011", "el", "2011-12-20"),
        ("16/11/11-10:40", "fr", "2011-11-16"),
        ("3 sty 12 13:48", "pl", "2012-01-03"),
        ("Updated: January 11, 2008, 7:12 PM ET", "en", "2008-01-11"),
        ("07/01/2008 20:12:00", "fr", "2008-01-07"),
        ("02.01.2020", "de", "2020-01-02"),
        ("5. listopada 2023.", "hr", "2023-10-05"),
        ("5 listopada 2023", "pl", "2023-11-05"),
        ("12 martie 2021", "ro", "2021-03-12"),
        ("3 май 2022", "bg", "2022-05-03"),
        ("3 траўня 2022", "be", "2022-05-03"),
        ("3 жов 2022", "uk", "2022-10-03"),
        ("৩ মার্চ ২০২১", "bn", "2021-03-03"),
        ("3 მარტი 2021", "ka", "2021-03-03"),
        ("3 במרץ 2021", "he", "2021-03-03"),
        ("3 มีนาคม 2564", "th", "2021-03-03"),
        ("۱۲ فروردین ۱۴۰۰", "fa", "2021-04-01"),
        ("令和3年3月3日", "ja", "2021-03-03"),
        ("民國110年3月3日", "zh", "2021-03-03"),
    ],
)
def test_a_day_is_read_in_the_languages_form_and_calendar(text: str, lang: str, day: str) -> None:
    found = next(find_dates(text, LEXICON, Habits(day_first=True, language=lang, country=lang)), None)
    assert found is not None
    assert found.iso[:10] == day


@pytest.mark.parametrize(
    ("body", "head"),
    [
        (f"<h1>{TITLE}</h1>", f"<title>SITE > News > World -- {TITLE}</title>"),
        ("", f"<title>You are here: Home > World > {TITLE}</title>"),
        (f"<h2>Top Classifieds</h2><h1>{TITLE}</h1>", f"<title>{TITLE} (from The Example Times)</title>"),
        ("<h3>Save & Share this Article</h3><h3>Make a Donation</h3>", f"<title>{TITLE} - The Example</title>"),
    ],
)
def test_the_tail_of_a_title_and_the_heading_of_a_widget_are_no_headline(body: str, head: str) -> None:
    site = '<meta property="og:site_name" content="The Example">'
    assert metadata_of(f"{body}<p>{PROSE}</p>", head + site).title == TITLE


def test_the_blogs_name_is_not_the_posts() -> None:
    head = (
        '<title>The Blog of Jane: Storm hits the coast</title><meta property="og:site_name" content="The Blog of Jane">'
    )
    assert metadata_of(f"<h1>The Blog of Jane</h1><h2>{TITLE}</h2><p>{PROSE}</p>", head).title == TITLE


def test_a_headline_in_a_cell_is_found_where_the_title_names_the_site() -> None:
    body = f"<table><tr><td class='titular'>{TITLE}</td></tr></table><p>{PROSE}</p>"
    assert judged_metadata(body, {TITLE: "tool_bar"}).title == TITLE


@pytest.mark.parametrize("section", ["‹ Zurück", "2022", "Detail", "Archiv", "Alle News"])
def test_a_label_of_the_navigation_is_no_section(section: str) -> None:
    head = f'<meta property="article:section" content="{section}">'
    assert metadata_of(f"<h1>{TITLE}</h1><p>{PROSE}</p>", head).section is None


@pytest.mark.parametrize(
    "record",
    [
        '{"@type":"NewsArticle",/* a */"headline":"Storm hits",<!-- b -->"datePublished":"2024-03-01"}',
        '{"@type":"NewsArticle","headline":"Storm "hits" the coast","datePublished":"2024-03-01"}',
        "{&quot;@type&quot;:&quot;NewsArticle&quot;,&quot;datePublished&quot;:&quot;2024-03-01&quot;}",
        '{"@type":"NewsArticle","datePublished":"2024-03-01",}',
        '{"@type":"NewsArticle","datePublished":"2024-03-01","headline":"Sto',
    ],
)
def test_a_broken_record_gives_what_can_be_read(record: str) -> None:
    head = f'<script type="application/ld+json">{record}</script>'
    assert metadata_of(f"<h1>{TITLE}</h1><p>{PROSE}</p>", head).published == "2024-03-01"


def test_a_change_before_the_publication_is_none() -> None:
    body = f"<h1>{TITLE}</h1><p>Updated March 1, 2024</p><p>Published March 3, 2024</p><p>{PROSE}</p>"
    found = metadata_of(body)
    assert (found.published, found.modified) == ("2024-03-03", None)


def test_the_time_of_a_teaser_gives_way_to_the_articles_own() -> None:
    teaser = '<div class="teaser"><time datetime="2020-01-01">1 Jan 2020</time></div>'
    own = '<time class="article-time" datetime="2024-03-03">3 Mar 2024</time>'
    assert metadata_of(f"{teaser}<h1>{TITLE}</h1>{own}<p>{PROSE}</p>").published == "2024-03-03"


@pytest.mark.parametrize(
    "section", ["zurück zur Übersicht", "News-Archiv", "Detailseite", "Von Jan Roe", "5. März 2024"]
)
def test_the_way_back_an_archive_and_a_byline_are_no_section(section: str) -> None:
    body = f'<p class="kicker">{section}</p><h1>Die Fähre zur Insel</h1><p>{PROSE}</p>'
    head = f'<meta property="article:section" content="{section}">'
    assert metadata_of(body, head, lang="de").section is None


@pytest.mark.parametrize("line", ["Jane Doe, Staff Writer", "Photographs by John Roe", "Politics", "By Jane Doe"])
def test_a_byline_and_a_section_are_no_subtitle(line: str) -> None:
    body = f'<h1>Storm hits the coast</h1><h2 class="subtitle">{line}</h2><p>{PROSE}</p>'
    assert metadata_of(body).subtitle is None


@pytest.mark.parametrize(
    ("address", "canonical", "expected"),
    [
        ("https://example.org/world/storm", "https://example.org/home", None),
        ("https://example.org/world/storm", "https://example.org/startseite.html", None),
        ("https://example.org/world/storm", "https://example.org/anasayfa", None),
        ("https://example.org/?p=1234", "https://example.org/", None),
        ("https://example.org/index.php?id=77", "https://example.org/index.php", None),
        ("https://example.org/world/storm", "https://example.org/?p=1234", "https://example.org/?p=1234"),
        ("https://example.org/?utm_id=7", "https://example.org/", "https://example.org/"),
        ("https://example.org/world/home", "https://example.org/world/home", "https://example.org/world/home"),
    ],
)
def test_the_home_page_is_not_the_canonical_address_of_an_article(
    address: str, canonical: str, expected: str | None
) -> None:
    head = f'<link rel="canonical" href="{canonical}">'
    assert metadata_of(f"<h1>Storm hits the coast</h1><p>{PROSE}</p>", head, url=address).canonical_url == expected


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ('<a href="/old">The mayor resigns (5 March 2010)</a>', None),
        ('<a href="/world/storm">Posted by Jane Doe, 5 March 2010</a>', "2010-03-05"),
        ('<a href="/2010/03/05/">5 March 2010</a>', "2010-03-05"),
        ('<a href="/2010/03/05/">Posted by Jane Doe on 5 March 2010</a>', "2010-03-05"),
        ('<a href="/2010/03/05/">Published on Friday, 5 March 2010</a>', "2010-03-05"),
        ('<a href="/by/jane">Jane Doe</a>, 5 March 2010', "2010-03-05"),
    ],
)
def test_the_day_in_a_link_to_another_story_is_not_the_pages_own(line: str, published: str | None) -> None:
    address = "https://news.example.org/world/storm"
    body = f"<h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p><p>{line}</p>"
    assert metadata_of(body, url=address).published == published


@pytest.mark.parametrize(
    ("author", "site", "authors"),
    [("LBCI", "LBCI Lebanon", ()), ("Jane", "Jane Writes", ("Jane",)), ("Sade", "Example News", ("Sade",))],
)
def test_the_short_name_of_the_site_in_capitals_is_no_author(author: str, site: str, authors: tuple[str, ...]) -> None:
    head = f'<meta property="og:site_name" content="{site}"><meta name="author" content="{author}">'
    assert metadata_of(f"<h1>{TITLE}</h1><p>{PROSE}</p>", head).authors == authors
