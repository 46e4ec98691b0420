"""More places of dates, other calendars, and days that are of something else than the article."""

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.day_readings import Habits
from harvester.models import Page

TITLE = "Storm closes the old harbour"
TEXT = f"<p>{PROSE}</p>" * 3


def page(line: str = "", after: str = "") -> str:
    return f"<article><h1>{TITLE}</h1>{line}{TEXT}{after}</article>"


@pytest.mark.parametrize(
    ("text", "language", "day"),
    [
        ("R6.3.5", "ja", "2024-03-05"),
        ("Ｒ６．３．５", "ja", "2024-03-05"),
        ("令和6.3.5", "ja", "2024-03-05"),
        ("H30/4/1", "ja", "2018-04-01"),
        ("R6年3月5日", "ja", "2024-03-05"),
        ("R6.3.5", "en", None),  # a version
        ("۹۹/۱۲/۱۵", "fa", "2021-03-05"),
        ("۰۲/۱۲/۱۵ - ۱۰:۲۰", "fa", "2024-03-05T10:20"),
        ("۱۵ اسفند ۰۲", "fa", "2024-03-05"),
        ("02/12/15", "en", None),
        ("5 มี.ค. 67", "en", "2024-03-05"),
        ("5 มี.ค. 67", None, "2024-03-05"),
        ("05/03/67", "th", "2024-03-05"),
        ("05/03/24", "th", "2024-03-05"),
    ],
)
def test_years_of_other_calendars_may_be_short(text: str, language: str | None, day: str | None) -> None:
    habits = Habits(day_first=None if language == "en" else True, language=language)
    assert parse_date(text, LEXICON, habits) == day


@pytest.mark.parametrize(
    "line",
    [
        '<p>Posted <abbr title="2012-03-05T10:11:12Z">3 years ago</abbr></p>',
        '<p>Posted <abbr data-utime="1330942272">long ago</abbr></p>',
        '<p>Posted <span data-timestamp="1330942272">…</span></p>',
        '<p>Posted <time data-time="1330942272000">long ago</time></p>',
        '<p>Posted <span content="2012-03-05T10:11:12Z" class="when">some years ago</span></p>',
    ],
)
def test_a_moment_for_scripts_is_the_day_of_the_words_it_stands_behind(line: str) -> None:
    assert metadata_of(page(line)).published == "2012-03-05T10:11:12+00:00"


@pytest.mark.parametrize(
    "line",
    [
        '<p>Ends in <span class="countdown" data-date="2012-03-05T10:11:12Z">…</span></p>',
        '<p>The port <ins datetime="2012-03-05T10:11:12Z">of the town</ins> was closed</p>',
    ],
)
def test_the_end_of_an_offer_and_an_edit_are_no_days_of_publication(line: str) -> None:
    assert metadata_of(page(line)).published is None


@pytest.mark.parametrize(
    "after",
    [
        "<p>Older edition, 5 March 2010</p>",
        "<p><a href='/old'>Older edition</a>, 5 March 2010</p>",
        "<p>Ältere Ausgabe, 5. März 2010</p>",
        "<p>Read more: 5 March 2010</p>",
        "<p><a href='/pier'>Old pier burns down</a> 5 March 2010</p>",
        "<p>5 March 2010: <a href='/pier'>Old pier burns down</a></p>",
    ],
)
def test_a_day_of_another_story_or_edition_is_none(after: str) -> None:
    assert judged_metadata(page(after=after), {"2010": "not_content"}).published is None


@pytest.mark.parametrize(
    "name", ["uploadDate", "post_date", "created_at", "dateposted", "gentime", "release-date", "timestamp"]
)
def test_names_of_metas_that_mean_when_a_page_was_made(name: str) -> None:
    assert metadata_of(page(), f'<meta name="{name}" content="2019-05-03">').published == "2019-05-03"


@pytest.mark.parametrize("name", ["event-date", "start_date", "user_created_at", "last-post-time", "expirydate"])
def test_metas_of_events_people_and_changes_mean_no_publication(name: str) -> None:
    assert metadata_of(page(), f'<meta name="{name}" content="2019-05-03">').published is None


@pytest.mark.parametrize("path", ["2016/5/3/slug", "blog/2016/05/3", "2016/5/03/"])
def test_an_address_may_have_year_month_and_day_as_parts(path: str) -> None:
    assert metadata_of(page(), url=f"https://news.example.org/{path}").published == "2016-05-03"


def test_a_day_in_the_attribute_of_a_block_is_found() -> None:
    body = page('<dl><dt>First</dt><dd itemprop="datePublished" content="2019-04-26">April 2019</dd></dl>')
    found = read_metadata(document_of(body), Page(ADDRESS, body.encode()), LEXICON)
    assert found.published == "2019-04-26"


def listed(classes: str) -> str:
    days = (
        f"<div class='{classes}'>{day} June 2012</div><div>Another story number {day}</div>" for day in range(1, 13)
    )
    return f"<aside>{''.join(days)}</aside>"


def test_the_days_of_a_list_do_not_outvote_the_one_beside_the_headline() -> None:
    own = '<div class="hero-date">5 March 2012</div>'
    found = judged_metadata(page(own, listed("card-date")), {"2012": "byline_meta"})
    assert found.published == "2012-03-05"


def test_a_page_that_is_nothing_but_a_list_has_no_day() -> None:
    own = '<div class="card-date">5 March 2012</div>'
    found = judged_metadata(page(own, listed("card-date")), {"2012": "byline_meta"})
    assert found.published is None


def thread(first: str, joined: str) -> str:
    posts = (
        f"<div class=post><p><a href='/user-{n}.html'>account{n}</a></p><p>Joined: {joined}</p><p>{day}</p>"
        f"<p>{PROSE}</p></div>"
        for n, day in enumerate((first, "Wed Mar 7, 2012 9:30 am", "Thu Mar 8, 2012 9:30 am"))
    )
    return f"<h1>{TITLE}</h1>{''.join(posts)}"


def test_a_thread_without_time_elements_has_the_day_of_its_first_post() -> None:
    found = metadata_of(thread("Mon Mar 5, 2012 9:28 am", "Mon Jul 24, 2006 9:28 am"))
    assert found.published == "2012-03-05T09:28"


@pytest.mark.parametrize(
    "opening",
    [
        "LONDON, March 5, 2012 (Reuters) - ",
        "LONDON 5 March 2012 – ",
        "Springfield, Ill., March 5, 2012 /PRNewswire/ ",
        "5 March 2012 - ",
    ],
)
def test_a_text_may_open_with_town_and_day(opening: str) -> None:
    found = judged_metadata(f"<article><h1>{TITLE}</h1><p>{opening}{PROSE}</p>{TEXT}</article>", {})
    assert found.published == "2012-03-05"


@pytest.mark.parametrize("opening", ["On March 5, 2012 - ", "The storm of 5 March 2012 - ", "Until 5 March 2012 - "])
def test_a_sentence_that_begins_with_a_day_is_no_dateline(opening: str) -> None:
    found = judged_metadata(f"<article><h1>{TITLE}</h1><p>{opening}{PROSE}</p>{TEXT}</article>", {})
    assert found.published is None


@pytest.mark.parametrize(
    "title", [f"{TITLE} - March 5, 2012", f"5 March 2012 | {TITLE}", f"Herald » 2012-03-05 » {TITLE}"]
)
def test_a_title_may_have_the_day_as_a_part_of_its_own(title: str) -> None:
    assert metadata_of(page(), f"<title>{title}</title>").published == "2012-03-05"


def test_a_day_within_a_title_is_what_the_text_is_about() -> None:
    assert metadata_of(page(), f"<title>{TITLE} after 5 March 2012</title>").published is None


@pytest.mark.parametrize(
    "after", ["<p>Page last updated: 5 March 2012</p>", "<p>Last modified: 2012-03-05. © 2013</p>"]
)
def test_the_foot_of_a_page_may_say_when_it_was_changed(after: str) -> None:
    found = judged_metadata(page(after=after), {"2012": "site_footer"})
    assert (found.published, found.modified) == (None, "2012-03-05")


def test_the_day_of_today_is_no_day_of_publication() -> None:
    assert metadata_of(f"<div class=today>Friday, 9 March 2012</div>{page()}").published is None


def test_the_month_of_the_lead_picture_tells_how_a_day_is_written() -> None:
    picture = '<meta property="og:image" content="https://news.example.org/uploads/2012/03/pic.jpg">'
    assert metadata_of(page("<p>03/04/2012</p>"), picture).published == "2012-03-04"
    assert metadata_of(page("<p>04/03/2012</p>"), picture).published == "2012-03-04"
    assert metadata_of(page("<p>04/03/2012</p>")).published is None


@pytest.mark.parametrize(("text", "language"), [("5 III 2012", "pl"), ("5.III.2012", "ro"), ("2012. III. 5.", "hu")])
def test_months_may_be_roman_numbers(text: str, language: str) -> None:
    assert parse_date(text, LEXICON, Habits(language=language)) == "2012-03-05"


def test_a_time_zone_before_a_day_is_no_label() -> None:
    assert metadata_of(page("<p>Published 8:00 PM EST, Tue December 20, 2011</p>")).published == "2011-12-20"


@pytest.mark.parametrize(
    ("record", "line", "day"),
    [
        ("2016-11-28T00:00:00.000Z", "November 27, 2016", "2016-11-27"),
        ("2016-11-28T00:00:00+00:00", "November 28, 2016", "2016-11-28"),
        ("2016-11-28", "November 27, 2016", "2016-11-28"),  # a day and no moment
        ("2016-11-28T00:00:00.000Z", "November 29, 2016", "2016-11-28"),
        ("2016-11-28T00:00:00.000Z", "", "2016-11-28"),
    ],
)
def test_midnight_in_utc_is_the_evening_before_where_the_page_prints_that(record: str, line: str, day: str) -> None:
    head = f'<meta property="article:published_time" content="{record}">'
    assert metadata_of(page(f"<p>{line}</p>" if line else ""), head).published == day
