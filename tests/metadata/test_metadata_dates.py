"""Dates: as precise as the page, never more."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.date_text import find_dates, parse_date
from harvester.metadata.lookup.day_readings import Habits
from harvester.models import Page


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2023-12-22T10:15:30Z", "2023-12-22T10:15:30+00:00"),
        ("2023-12-22T10:15:30.123+0530", "2023-12-22T10:15:30+05:30"),
        ("2023-12-22 10:15", "2023-12-22T10:15"),
        ("2023-12-22T00:00:00Z", "2023-12-22"),
        ("2023-12-22", "2023-12-22"),
        ("20231222", "2023-12-22"),
        ("1703240130", "2023-12-22T10:15:30+00:00"),
        ("1703240130000", "2023-12-22T10:15:30+00:00"),
        ("Fri, 22 Dec 2023 10:15:30 GMT", "2023-12-22T10:15:30+00:00"),
        ("December 22nd, 2023 at 5:06 p.m. EST", "2023-12-22T17:06-05:00"),
        ("Dec. 22, 2023", "2023-12-22"),
        ("2023年12月22日 下午5:06", "2023-12-22T17:06"),
        ("令和5年12月22日", "2023-12-22"),
        ("2023년 12월 22일 오전 9:05", "2023-12-22T09:05"),
        ("2024.03.05. 오전 8:12", "2024-03-05T08:12"),
        ("22 de diciembre de 2023", "2023-12-22"),
        ("1er décembre 2023 à 10h15", "2023-12-01T10:15"),
        ("22. Dezember 2023, 10:15 Uhr", "2023-12-22T10:15"),
        ("22 de dezembro de 2023 às 10h15", "2023-12-22T10:15"),
        ("22 декабря 2023, 10:15 МСК", "2023-12-22T10:15+03:00"),
        ("٢٢ ديسمبر ٢٠٢٣", "2023-12-22"),
        ("22 दिसंबर 2023", "2023-12-22"),
        ("22 dicembre 2023", "2023-12-22"),
        ("22 december 2023", "2023-12-22"),
        ("22 grudnia 2023", "2023-12-22"),
        ("22 Aralık 2023", "2023-12-22"),
        ("Mon Aug 03 12:45:00 EDT 2015", "2015-08-03T12:45:00-04:00"),
        ("Tue Jul 30 09:35:00 2019", "2019-07-30T09:35:00"),
        ("20190730T093500+0200", "2019-07-30"),
        ("Jul-30-2019", "2019-07-30"),
        ("30-Jul-19", "2019-07-30"),
        ("30/Jul/2019", "2019-07-30"),
        ("July, 30 2019", "2019-07-30"),
        ("2023. gada 22. decembris", "2023-12-22"),
        ("2023. gada 5. martā, 10:30", "2023-03-05T10:30"),
        ("22 tháng 12", None),
        ("31 February 2023", None),
        ("99:99", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_written(text: str, iso: str | None) -> None:
    assert parse_date(text, LEXICON) == iso


@given(
    day=st.tuples(st.integers(1898, 2101), st.integers(0, 13), st.integers(0, 32)),
    clock=st.sampled_from(["", "T00:00", "T00:00:00", "T23:59:59.123", "T24:00", "T12:60", "T07:05:61", "T10:15"]),
    zone=st.sampled_from(["", "Z", "+00:00", "-08:00", "+14:30", "+15:00", "+05:75", "+0530"]),
)
def test_a_date_of_a_record_is_read_as_a_printed_one(day: tuple[int, int, int], clock: str, zone: str) -> None:
    text = "{:04}-{:02}-{:02}".format(*day) + (clock + zone if clock else "")
    printed = next(find_dates(text, LEXICON), None)
    assert parse_date(text, LEXICON) == (printed.iso if printed is not None else None)


@pytest.mark.parametrize(("day_first", "iso"), [(False, ["2024-03-04"]), (True, ["2024-04-03"]), (None, [])])
def test_an_ambiguous_date_is_settled_by_the_page_or_is_none(day_first: bool | None, iso: list[str]) -> None:
    assert [found.iso for found in find_dates("03/04/2024", LEXICON, Habits(day_first))] == iso


def test_the_country_is_the_languages_or_the_hosts() -> None:
    body = f"<h1>Storm</h1><div>03/04/2024</div><p>{PROSE}</p>"
    assert metadata_of(body, lang="en-US").published == "2024-03-04"
    assert metadata_of(body, lang="en-GB").published == "2024-04-03"
    assert metadata_of(body, url="https://news.example.co.uk/a").published == "2024-04-03"


def test_the_articles_record_wins() -> None:
    head = json_ld(headline="Storm", datePublished="2024-03-05T08:00:00+01:00", dateModified="2024-03-06")
    found = metadata_of(f"<h1>Storm</h1><div>7 March 2024</div><p>{PROSE}</p>", head)
    assert (found.published, found.modified) == ("2024-03-05T08:00:00+01:00", "2024-03-06")


def test_a_moment_in_utc_is_given_in_the_zone_that_the_page_prints() -> None:
    head = json_ld(headline="Storm", datePublished="2023-12-24T01:06:51Z")
    found = metadata_of(f"<h1>Storm</h1><div>Dec 23, 2023 5:06pm</div><p>{PROSE}</p>", head)
    assert found.published == "2023-12-23T17:06:51-08:00"


def test_labels_tell_published_from_updated() -> None:
    found = metadata_of(f"<h1>Storm</h1><div>Published 5 March 2024 | Updated: 6 March 2024</div><p>{PROSE}</p>")
    assert (found.published, found.modified) == ("2024-03-05", "2024-03-06")


def test_only_an_updated_date_is_no_date_of_publication() -> None:
    found = metadata_of(f"<h1>Storm</h1><div>Aktualisiert am 6.3.2024</div><p>{PROSE}</p>", lang="de")
    assert (found.published, found.modified) == (None, "2024-03-06")


@pytest.mark.parametrize(
    "body",
    [
        '<div class="related"><time datetime="2020-01-01">1 January 2020</time></div>',
        '<div id="comments"><time datetime="2020-01-01">1 January 2020</time></div>',
        "<p>© Example, 1 January 2020</p>",
        "<p>The harbour had been closed for the last time in a great storm on 1 January 2020, officials said.</p>",
    ],
)
def test_a_date_of_something_else_is_not_taken(body: str) -> None:
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>" + "<p>x</p>" * 6 + body).published is None


def test_a_date_in_the_url_is_taken_when_nothing_else_says() -> None:
    assert (
        metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", url="https://example.org/2024/03/05/storm").published
        == "2024-03-05"
    )


def test_no_date_is_later_than_two_days_after_the_fetch() -> None:
    document = document_of(f"<h1>Storm</h1><p>{PROSE}</p>", json_ld(headline="Storm", datePublished="2024-03-09"))
    page = Page(ADDRESS, b"", fetched_at=datetime(2024, 3, 5, tzinfo=UTC))
    assert read_metadata(document, page, LEXICON).published is None
    assert (
        read_metadata(document, replace(page, fetched_at=datetime(2024, 3, 7, tzinfo=UTC)), LEXICON).published
        == "2024-03-09"
    )


def test_a_day_is_never_given_a_midnight() -> None:
    assert metadata_of(f"<h1>Storm</h1><time>5 March 2024</time><p>{PROSE}</p>").published == "2024-03-05"


def test_a_line_that_is_nothing_but_a_date_is_taken_from_afar_when_all_such_lines_agree() -> None:
    far = f"<h1>Storm</h1><p>{PROSE}</p>" + "<p>x</p>" * 30
    line = '<div class="post-date">5 March 2024</div>'
    assert metadata_of(far + line).published == "2024-03-05"
    assert metadata_of(far + line + '<div class="post-date">6 March 2024</div>').published is None


def test_a_day_of_the_records_takes_the_time_that_is_printed_with_it() -> None:
    found = metadata_of(
        f"<h1>Storm</h1><div>5 March 2024 08:12</div><p>{PROSE}</p>", '<meta name="date" content="2024-03-05">'
    )
    assert found.published == "2024-03-05T08:12"


def test_noon_sharp_in_markup_is_no_time_of_day() -> None:
    time = '<time datetime="2024-03-05T12:00:00Z">5 March 2024</time>'
    found = metadata_of(f"<h1>Storm</h1>{time}<p>{PROSE}</p>", '<meta name="date" content="2024-03-05">')
    assert found.published == "2024-03-05"


def test_the_day_of_a_thread_is_that_of_its_first_post() -> None:
    joined = "<dl><dt>Reputation</dt><dd>Feb 8, 2017</dd></dl>"
    post = (
        '<div><h4><a class="username" href="/members/{0}.1/">{0}</a></h4>' + joined + "<div><time>{1}</time></div>"
        "<p>{2}</p></div>"
    )
    posts = post.format("sean_g", "Jun 14, 2025", PROSE) + post.format("Packard", "Jun 15, 2025", PROSE)
    body = f"<h1>Which saw to begin with?</h1>{posts}{post.format('waho6o9', 'Jun 16, 2025', PROSE)}"
    assert metadata_of(body).published == "2025-06-14"


def test_a_day_of_the_page_above_the_headline_gives_way_to_the_articles_own() -> None:
    body = (
        f"<p>Friday, December 19, 2025</p>{'<p>Glossary</p>' * 4}<h1>Storm</h1><p>December 12, 2025</p><p>{PROSE}</p>"
    )
    assert metadata_of(body).published == "2025-12-12"


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Сегодня, 15:50", "2024-03-05"),
        ("Вчера в 09:10", "2024-03-04"),
        ("15:50, сегодня", "2024-03-05"),
        ("Published: today, 3:50 pm", "2024-03-05"),
        ("Yesterday at 15:50", "2024-03-04"),
        ("Heute, 15:50 Uhr", "2024-03-05"),
        ("今天 15:50", "2024-03-05"),
        ("Hoje às 10h15", "2024-03-05"),
        ("Today, the port opened at 15:50", None),
        ("Yesterday 3:2", None),
    ],
)
def test_a_day_that_is_counted_back_may_have_a_clock(line: str, day: str | None) -> None:
    document = document_of(f"<h1>Storm hits the coast</h1><p>{line}</p><p>{PROSE}</p>")
    fetched = datetime(2024, 3, 5, 16, 0, tzinfo=UTC)
    assert read_metadata(document, Page(ADDRESS, b"", fetched_at=fetched), LEXICON).published == day
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).published is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Mar. 3, '21", "2021-03-03"),
        ("March 3rd ’21", "2021-03-03"),
        ("Ημερομηνία δημοσίευσης: 13 Ιανουαρίου 2012", "2012-01-13"),
        ("Τρίτη, 20 Δεκεμβρίου, 2011", "2011-12-20"),
        ("16/11/11-10:40", "2011-11-16T10:40"),
        ("3 sty 12 13:48", "2012-01-03T13:48"),
        ("Updated: January 11, 2008, 7:12 PM ET", "2008-01-11T19:12"),
        ("07/01/2008 20:12:00", "2008-01-07T20:12:00"),
        ("March 3 '21st century", None),
        ("May 12 '00s hits", None),
    ],
)
def test_the_forms_of_older_pages_are_read(text: str, iso: str | None) -> None:
    assert parse_date(text, LEXICON) == iso
