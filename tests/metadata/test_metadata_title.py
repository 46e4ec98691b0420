"""The headline."""

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, judged, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.fields.title import DOUBT, strip_site
from harvester.models import Page


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Storm hits coast | The Example", "Storm hits coast"),
        ("Storm hits coast - Weather - The Example", "Storm hits coast - Weather"),
        ("Example: Storm hits coast", "Example: Storm hits coast"),
        ("The Example | Storm hits coast", "Storm hits coast"),
        ("Storm hits coast | Example News", "Storm hits coast"),
        ("台风登陆-新华网", "台风登陆"),
        ("Storm-proof houses", "Storm-proof houses"),
        ("The Example", "The Example"),
    ],
)
def test_the_sites_name_is_cut_off_a_title_and_nothing_else_is(title: str, expected: str) -> None:
    assert strip_site(title, frozenset({"example", "theexample"}), LEXICON) == expected


def test_the_printed_headline_wins_over_the_records_that_repeat_it() -> None:
    head = (
        '<title>Storm hits coast as ships wait | Example</title><meta property="og:title" content="Storm hits coast">'
    )
    found = metadata_of(f"<h1>Storm hits the coast as ships wait</h1><p>{PROSE}</p>", head)
    assert found.title == "Storm hits the coast as ships wait"


def test_an_h1_that_is_the_logo_is_no_headline() -> None:
    head = '<title>Storm hits coast | Example News</title><meta property="og:site_name" content="Example News">'
    found = metadata_of(f"<h1>Example News</h1><h2>Storm hits coast</h2><p>{PROSE}</p>", head)
    assert found.title == "Storm hits coast"


def test_the_headline_of_a_related_card_is_not_taken() -> None:
    head = '<meta property="og:title" content="Storm hits coast">'
    body = f'<div class="related"><h1>Calm returns to hills</h1></div><h1>Storm hits coast</h1><p>{PROSE}</p>'
    assert metadata_of(body, head).title == "Storm hits coast"


def test_a_kicker_inside_the_h1_is_left_out_when_a_record_says_so() -> None:
    head = '<meta property="og:title" content="Harbour closed for two days">'
    found = metadata_of(f"<h1><span>Storm</span> <span>Harbour closed for two days</span></h1><p>{PROSE}</p>", head)
    assert found.title == "Harbour closed for two days"


def test_a_page_without_headings_takes_the_title_that_most_records_support() -> None:
    head = '<title>Storm hits coast - Example</title><meta property="og:title" content="Storm hits coast">'
    assert metadata_of(f"<p>{PROSE}</p>", head).title == "Storm hits coast"


def test_cuts_of_one_title_doubt_its_end_alone() -> None:
    head = "<title>Harbour closed for two days :: Ships wait outside</title>"
    others = "".join(f"<h2>{name}</h2>" for name in ("Search the pages", "Map of the site", "Letters to us"))
    found = metadata_of(f"{others}<p>{PROSE}</p><h2>Weather of the week</h2><p>{PROSE}</p>", head)
    assert found.title == "Harbour closed for two days :: Ships wait outside"
    shown = next(one for one in found.evidence if one.field == "title")
    assert shown.chosen
    assert (shown.trust or 0) >= DOUBT.least


def test_a_page_that_says_nothing_has_no_title() -> None:
    assert metadata_of(f"<p>{PROSE}</p>").title is None


def test_a_description_with_a_dateline_stays_where_it_is_text() -> None:
    told = "The ships will wait outside the closed port until the wind has fallen, its harbour master said."
    head = f'<meta name="description" content="{told}">'
    document = judged(document_of(f"<h1>Storm</h1><div><p>Berlin. {told}</p></div><div><p>{PROSE}</p></div>", head), {})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).subtitle is None


def test_a_first_heading_that_begins_a_record_is_the_headline() -> None:
    head = "<title>Skin care and repair | School of Medicine, Continuing Education and Professional Courses</title>"
    assert metadata_of(f"<h1>Skin care and repair</h1><p>{PROSE}</p>", head).title == "Skin care and repair"


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("BBC NEWS | Technology | Robots learn to sail small boats", "http://news.bbc.co.uk/2/hi/technology/33.stm"),
        ("EXPRESS > News > World -- Robots learn to sail small boats", "http://www.example.org/1234"),
        ("National : Robots learn to sail small boats", "http://www.example.org/12/stories/2010.htm"),
        ("Harbour : Robots learn to sail small boats", "http://www.example.org/12/stories/2010.htm"),
        ("Robots learn to sail small boats (from Bolton Times)", "http://www.example.org/news/1"),
        ("Robots learn to sail small boats (fra Bergens Avisen)", "http://www.example.org/news/1"),
        ("Technology News: Robots learn to sail small boats", "http://www.example.org/news/1"),
    ],
)
def test_the_site_and_the_section_before_a_headline_that_only_the_title_gives_are_left_out(
    title: str, url: str
) -> None:
    body = f'<ul><li><a href="/harbour">Harbour</a></li><li><a href="/arts">Arts</a></li></ul><p>{PROSE}</p>'
    assert metadata_of(body, f"<title>{title}</title>", url=url).title == "Robots learn to sail small boats"


@pytest.mark.parametrize(
    "title",
    [
        "Harbour : the new play",  # too short to tell a headline from a section
        "Bikes > cars in all of the cities",
        "Robots learn to sail (from scratch in a week)",
        "Bad News: Robots learn to sail small boats",
        "Greece: Robots learn to sail small boats",
    ],
)
def test_what_only_looks_like_a_section_stays_in_the_title(title: str) -> None:
    body = f'<ul><li><a href="/harbour">Harbour</a></li><li><a href="/arts">Arts</a></li></ul><p>{PROSE}</p>'
    assert metadata_of(body, f"<title>{title}</title>".replace(" > ", " &gt; ")).title == title


def test_a_short_headline_that_a_list_links_is_no_section() -> None:
    body = f'<ul><li><a href="/a">Beat the flu</a></li><li><a href="/b">Arts</a></li></ul><p>{PROSE}</p>'
    head = "<title>Beat the flu! | Healthy.example - living well without any illness</title>"
    assert metadata_of(body, head).title != "living well without any illness"


def test_the_start_of_a_headline_that_a_record_repeats_is_no_kicker() -> None:
    head = json_ld(headline="Software Price Guide and Hourly Rate Comparison")
    head += '<meta property="og:title" content="2025 Software Price Guide and Hourly Rate">'
    body = f"<h1>2025 Software Price Guide and Hourly Rate Comparison</h1><p>{PROSE}</p>"
    assert metadata_of(body, head).title == "2025 Software Price Guide and Hourly Rate Comparison"


def test_a_record_of_the_sites_name_that_holds_the_headline_names_no_site() -> None:
    title = "This is your brain on sad movies; plus films to cry to"
    head = f'<title>{title}</title><meta name="application-name" content="{title}">'
    url = "https://www.example.com/health/this-is-your-brain-on-sad-movies-plus-films-to-cry-to/ar-1"
    found = metadata_of(f"<h1>{title}</h1><p>{PROSE}</p><p>{PROSE}</p>", head, url=url)
    assert (found.title, found.site) == (title, None)


def test_a_heading_that_leads_home_is_not_the_one_above_the_text() -> None:
    head = "<title>The finest film of the world : Harbour archive | Since 2005</title>"
    body = (
        '<h1><a href="https://news.example.org/" title="Home">Harbour archive</a></h1>'
        f"<h3>The finest film of the world</h3><p>{PROSE}</p><p>{PROSE}</p>"
    )
    assert metadata_of(body, head, url="https://news.example.org/?p=2895").title == "The finest film of the world"


def test_the_heading_that_markup_calls_the_headline() -> None:
    shop = "Harbour Templates, cash desks and designs for auctions"
    head = f'<title>{shop}</title><meta property="og:title" content="{shop}">'
    body = f"<article><h1{{}}>New rules for sellers</h1><p>{PROSE}</p><p>{PROSE}</p></article>"
    assert (
        metadata_of(body.format(' itemprop="headline"'), head, url="https://example.com/7").title
        == "New rules for sellers"
    )


NAV = '<nav><a href="/n">National</a> <a href="/w">World</a> <a href="/s">Sport</a></nav>'
COAST = "Storm hits the northern coast"


@pytest.mark.parametrize(
    ("printed", "before", "head", "url"),
    [
        (f"National : {COAST}", NAV, "", ADDRESS),
        (f"National | {COAST}", NAV, f'<meta property="og:title" content="National | {COAST}">', ADDRESS),
        (f"Harbours : {COAST}", "", "", "https://a.example/harbours/2024/storm.html"),
        (f"Regional | {COAST}", "", '<meta property="article:section" content="Regional">', ADDRESS),
        (f"BBC NEWS | Technology | {COAST}", "", "", "http://news.bbc.co.uk/2/hi/tech/123.stm"),
        (f"Technology News: {COAST}", "", "", ADDRESS),
        (f"{COAST} (from Bolton Times)", "", "", ADDRESS),
        (f"{COAST} - Example News", "", '<meta property="og:site_name" content="Example News">', ADDRESS),
    ],
)
def test_a_site_or_section_that_the_h1_carries_is_left_out(printed: str, before: str, head: str, url: str) -> None:
    assert metadata_of(f"{before}<h1>{printed}</h1><p>{PROSE}</p>", head, url=url).title == COAST


def test_a_section_before_a_chinese_headline_is_left_out() -> None:
    menu = '<nav><a href="/n">国内</a> <a href="/w">国际</a> <a href="/s">体育</a></nav>'
    assert (
        metadata_of(f"{menu}<h1>国内 | 台风登陆东部沿海地区数万人转移</h1><p>{PROSE}</p>", lang="zh").title
        == "台风登陆东部沿海地区数万人转移"
    )


@pytest.mark.parametrize(
    ("printed", "lang", "url"),
    [
        ("Prince -- Woman warns the estate to step aside", "en", "https://a.example/prince/2024/x.html"),
        ("Europe : les ventes de voitures neuves ont progressé", "fr", "https://a.example/europe/2024/x.html"),
        ("Ukraine: What we know about the storm", "en", "https://a.example/ukraine/2024/x.html"),
        ("Storm hits the coast: «Nobody was warned»", "en", ADDRESS),
    ],
)
def test_what_a_dash_a_colon_or_the_language_joins_to_the_headline_stays(printed: str, lang: str, url: str) -> None:
    assert metadata_of(f"<h1>{printed}</h1><p>{PROSE}</p>", lang=lang, url=url).title == printed


def test_a_title_is_not_cut_before_what_heads_the_page_though_the_menu_has_it() -> None:
    body = '<nav><a href="/f">Flexbox</a> <a href="/g">Grid</a></nav><h1>Flexbox</h1>'
    head = "<title>Flexbox - Learn web development | MDN</title>"
    assert metadata_of(f"{body}<p>{PROSE}</p>", head).title == "Flexbox"


def test_a_heading_that_ends_the_title_while_another_begins_it_is_the_book() -> None:
    body = f"<h1>Janes Garden</h1><h2>{COAST}</h2><p>{PROSE}</p>"
    assert metadata_of(body, f"<title>{COAST} | Janes Garden</title>").title == COAST


@pytest.mark.parametrize(
    "heading", ["<h1>Janes corner of the web</h1>", '<h1><span class="logo__text">Janes corner</span></h1>']
)
def test_a_first_heading_that_no_record_names_yields_to_the_one_that_is_the_whole_title(heading: str) -> None:
    body = f"{heading}<h2>{COAST}</h2><p>{PROSE}</p>"
    assert metadata_of(body, f"<title>{COAST}</title>").title == COAST


def test_a_kicker_in_an_element_of_its_own_goes_where_a_record_leaves_it_out() -> None:
    heading = f'<h1><span class="top">Weather</span> <span class="c">:</span> <span class="h">{COAST}</span></h1>'
    kept = metadata_of(f"{heading}<p>{PROSE}</p>").title
    cut = metadata_of(f"{heading}<p>{PROSE}</p>", f'<meta property="og:title" content="{COAST}">').title
    assert (kept, cut) == (f"Weather : {COAST}", COAST)


BLOG = "Notes from the shore"
DIARY = "http://jane.example.net/diary/20190211.html"


@pytest.mark.parametrize(
    "body",
    [
        f'<h1>{BLOG}</h1><h2><a href="20190211.html">11 February 2019</a></h2><h3>{COAST}</h3>',
        f'<div id="header"><h1>{BLOG}</h1></div><h2>{COAST}</h2>',
        f'<h1>{BLOG}</h1><h2><a href="{DIARY}#p1">{COAST}</a></h2>',
    ],
)
@pytest.mark.parametrize("joined", [" - ", ": "])
def test_an_h1_that_heads_the_title_before_the_headline_is_the_blogs_name(body: str, joined: str) -> None:
    head = f"<title>{BLOG}{joined}{COAST}</title>"
    assert metadata_of(f"{body}<p>{PROSE}</p>", head, url=DIARY).title == COAST


@pytest.mark.parametrize(
    ("body", "title"),
    [
        (f'<h1 id="pagecategory">Events</h1><h2>{COAST}</h2>', "Harbour Society"),
        (f'<p><a href="/news/">News and views</a></p><h1>News and views</h1><h2>{COAST}</h2>', "Harbour Society"),
        (f"<h1>Press releases</h1><h2>{COAST}</h2>", f"{COAST} | Press releases | Harbour Society"),
    ],
)
def test_an_h1_that_the_page_is_filed_under_is_its_section(body: str, title: str) -> None:
    found = metadata_of(f"{body}<p>{PROSE}</p>", f"<title>{title}</title>", url="https://news.example.org/news/2019/9")
    assert found.title == COAST


def test_a_headline_with_a_long_second_heading_is_no_name_of_a_section() -> None:
    head = "<title>Flexbox - A complete guide to the layout of boxes</title>"
    body = f"<h1>Flexbox</h1><h2>A complete guide to the layout of boxes</h2><p>{PROSE}</p>"
    assert metadata_of(body, head, url="https://news.example.org/?p=9").title == "Flexbox"


@pytest.mark.parametrize(
    "card",
    [
        '<div class="tile"><h1>Whale strands in the bay</h1></div>' * 2,
        '<h1><a href="/news/2018/whale">Whale strands in the bay</a></h1>',
    ],
)
def test_an_h1_printed_twice_or_linked_elsewhere_is_the_card_of_another_story(card: str) -> None:
    assert metadata_of(f"{card}<div><h1>{COAST}</h1><p>{PROSE}</p></div>", "<title>Ships wait</title>").title == COAST


def test_a_headline_printed_twice_stays_the_headline() -> None:
    body = f'<h1 class="mobile">{COAST}</h1><h1 class="desktop">{COAST}</h1><p>{PROSE}</p>'
    assert metadata_of(body, "<title>Ships wait</title>").title == COAST


def test_the_first_line_of_an_h1_that_a_record_has_alone_is_the_headline() -> None:
    head = f'<meta property="og:title" content="{COAST}">'
    assert metadata_of(f"<h1>{COAST}<br>02.02.2022 • Press</h1><p>{PROSE}</p>", head).title == COAST


def test_a_label_before_the_headline_goes_where_a_record_leaves_it_out() -> None:
    heading = f'<h1 class="title"><span class="descriptor">Title:</span>{COAST}</h1>'
    head = f'<meta property="og:title" content="{COAST}">'
    assert metadata_of(f"{heading}<p>{PROSE}</p>", head).title == COAST


@pytest.mark.parametrize("title", ["The Harbour Post", "Harbour Post - News", "Untitled Document"])
def test_a_line_alone_above_the_text_is_the_headline_where_nothing_else_is(title: str) -> None:
    body = f'<center><font size="+3">{COAST}</font></center><p>{PROSE}</p><p>{PROSE}</p>'
    document = judged(document_of(body, f"<title>{title}</title>"), {})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).title == COAST


def test_a_line_above_the_text_is_not_asked_where_the_title_is_a_headline() -> None:
    document = judged(document_of(f"<p>We are all at home now</p><p>{PROSE}</p>", f"<title>{COAST}</title>"), {})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).title == COAST


CALLED = "Storm hits the coast of Dale"


@pytest.mark.parametrize(
    ("line", "head", "title"),
    [
        (f'<h1>Harbour Post: <span class="headline">{CALLED}</span></h1>', "", CALLED),
        (f'<p>Harbour Post: <span class="headline">{CALLED}</span></p>', "", CALLED),
        (f'<p>Küstenblatt: <span class="ueberschrift">{CALLED}</span></p>', "", CALLED),
        (
            '<h1>Review: <span class="title">A storm over the coast</span></h1>',
            "<title>Review: A storm over the coast - Harbour Post</title>",
            "Review: A storm over the coast",
        ),
        (
            '<h1>Dale: <span class="place">Storm hits the whole coast</span></h1>',
            "",
            "Dale: Storm hits the whole coast",
        ),
    ],
)
def test_a_part_of_a_line_that_is_called_the_headline_is_the_title(line: str, head: str, title: str) -> None:
    document = judged(document_of(f"{line}<p>{PROSE}</p><p>{PROSE}</p>", head), {})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).title == title


def test_the_h1_of_a_forum_is_no_headline_above_a_subject_that_holds_a_dash() -> None:
    body = f"<h1>Railway Board</h1><h2><a href=/t/1>Track plan - is it too tight?</a></h2><p>{PROSE}</p>"
    found = metadata_of(body, "<title>Track plan - is it too tight? - Railway Board</title>")
    assert found.title == "Track plan - is it too tight?"
