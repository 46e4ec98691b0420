"""Years that are given in two calendars, by one sign, or by the calendar of the host's country."""

from datetime import UTC, datetime

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Page

TITLE = "<h1>Storm hits the coast</h1>"
STORY = f"<p>{PROSE}</p>" * 3


@pytest.mark.parametrize(
    ("lang", "line", "published"),
    [
        ("ja", "2021年（令和3年）5月10日", "2021-05-10"),
        ("ja", "令和3年（2021年）5月10日", "2021-05-10"),
        ("ja", "2021(令和3)年5月10日", "2021-05-10"),
        ("ja", "令和3(2021)年5月10日 月曜日", "2021-05-10"),
        ("ja", "公開日：2021年【令和3年】5月10日 10:30", "2021-05-10T10:30"),
        ("ja", "2019年（令和元年）5月10日", "2019-05-10"),
        ("ja", "1995年（平成7年） 5月 10日", "1995-05-10"),
        ("zh-TW", "2024年（民國113年）3月5日", "2024-03-05"),
        ("zh-TW", "民國113年（2024年）3月5日", "2024-03-05"),
        ("ja", "令6.3.5", "2024-03-05"),
        ("ja", "㋿6年3月5日", "2024-03-05"),
        ("ja", "㍻20.3.5", "2008-03-05"),
        ("zh", "平6.3.5", None),
    ],
)
def test_a_year_that_is_given_twice_or_by_a_sign_is_read(lang: str, line: str, published: str | None) -> None:
    assert metadata_of(f"{TITLE}<p>{line}</p>{STORY}", lang=lang).published == published


@pytest.mark.parametrize(
    ("host", "line", "published"),
    [
        ("www.example.go.th", "5 Mar 67", "2024-03-05"),
        ("www.example.go.th", "5 March 2567", "2024-03-05"),
        ("www.example.go.th", "5 Mar 24", "2024-03-05"),
        ("www.example.go.th", "5 Mar 98", "1998-03-05"),
        ("news.example.ir", "1402/12/15", "2024-03-05"),
        ("news.example.com", "1402/12/15", None),
    ],
)
def test_the_hosts_country_tells_the_calendar_of_a_page_in_english(host: str, line: str, published: str | None) -> None:
    assert metadata_of(f"{TITLE}<p>{line}</p>{STORY}", url=f"https://{host}/storm").published == published


@pytest.mark.parametrize(
    ("lang", "line", "published"),
    [
        ("en", "2d ago", "2024-03-05"),
        ("en", "45m ago", "2024-03-07"),
        ("en", "an hour ago", "2024-03-07"),
        ("en", "a week ago", "2024-02-29"),
        ("de", "vor einer Stunde", "2024-03-07"),
        ("fr", "il y a une heure", "2024-03-07"),
        ("es", "hace una semana", "2024-02-29"),
        ("it", "un'ora fa", "2024-03-07"),
        ("pl", "3 godz. temu", "2024-03-07"),
        ("ru", "3 ч. назад", "2024-03-07"),
        ("en", "Updated 3h ago", None),
        ("en", "banana hour ago", None),
        ("en", "ahour ago", None),
    ],
)
@pytest.mark.parametrize("known", ["fetched", "date", "last-modified"])
def test_short_and_worded_counts_are_counted_back_from_when_the_page_was_made(
    known: str, lang: str, line: str, published: str | None
) -> None:
    document = document_of(f"{TITLE}<p>{line}</p>{STORY}", lang=lang)
    page = Page(ADDRESS, b"", fetched_at=datetime(2024, 3, 7, 9, tzinfo=UTC))
    if known != "fetched":
        page = Page(ADDRESS, b"", headers=((known, "Thu, 07 Mar 2024 09:00:00 GMT"),))
    assert read_metadata(document, page, LEXICON).published == published


def test_a_change_that_is_counted_back_is_one() -> None:
    page = Page(ADDRESS, b"", fetched_at=datetime(2024, 3, 7, 9, tzinfo=UTC))
    found = read_metadata(document_of(f"{TITLE}<p>Updated 2 days ago</p>{STORY}"), page, LEXICON)
    assert (found.published, found.modified) == (None, "2024-03-05")


NEVER_SET = ("Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT")


@pytest.mark.parametrize("header", ["yesterday", "Thu, 99 Mar 2024 09:00:00 GMT", "", *NEVER_SET])
def test_a_header_that_names_no_time_leaves_what_is_counted_back_unread(header: str) -> None:
    page = Page(ADDRESS, b"", headers=(("last-modified", header),))
    assert read_metadata(document_of(f"{TITLE}<p>2 days ago</p>{STORY}"), page, LEXICON).published is None
