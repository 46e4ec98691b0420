"""Promises on forms of titles, names, days and records that are rare but plain."""

from urllib.parse import quote

import pytest
from metadata_pages import LEXICON, PROSE, judged_metadata, metadata_of

from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.tidy_names import clean_name
from harvester.page_json import parse_json

TITLE = "Storm hits the coast of Dale"
STORY = f"<p>{PROSE}</p>" * 3
RECORD = '{"@type":"NewsArticle","headline":"Storm","author":{"name":"Jane Doe"},"datePublished":"2015-03-05"}'


@pytest.mark.parametrize(
    "tail", [" > News > World --", " > News > World", " > World | ", " | News, Weather, Sports, Breaking News"]
)
def test_a_path_behind_the_headline_is_cut(tail: str) -> None:
    assert metadata_of(STORY, f"<title>{TITLE}{tail}</title>").title == TITLE


@pytest.mark.parametrize("count", ["(3) ", "(99+) "])
def test_the_number_of_a_readers_messages_is_no_part_of_the_title(count: str) -> None:
    assert metadata_of(f"<h2>{TITLE}</h2>{STORY}", f"<title>{count}{TITLE}</title>").title == TITLE


def test_a_number_in_brackets_that_the_page_repeats_is_the_titles() -> None:
    title = "(500) Days of Summer in Dale"
    assert metadata_of(f"<h1>{title}</h1>{STORY}", f"<title>{title}</title>").title == title


@pytest.mark.parametrize(
    "text",
    ["Schlagwörter Monster", "Wedding ChecklistsJust EngagedWedding Planning", "Nachrichtenagentur"],
)
def test_lists_menus_and_kinds_of_bodies_are_nobody(text: str) -> None:
    assert clean_name(text, LEXICON) is None


def test_an_account_behind_via_is_named_without_it() -> None:
    assert clean_name("via scvalex", LEXICON) == "scvalex"


@pytest.mark.parametrize("role", ["Staff Writer", "Senior Editor", "Editor-in-Chief", "Chief Correspondent", "Member"])
def test_a_role_of_any_number_of_words_that_markup_glues_to_a_name_is_cut(role: str) -> None:
    assert clean_name(f"Jane Doe{role}", LEXICON) == "Jane Doe"


@pytest.mark.parametrize("name", ["Ewan MacDonald", "LaToya DeShawn McAllister", "Tema Stauffer"])
def test_names_with_capitals_inside_and_short_first_names_are_names(name: str) -> None:
    assert clean_name(name, LEXICON) == name


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Mon Nov 30 10:15:09 2015", "2015-11-30T10:15:09"),
        ("Posted: Sat Nov  7 10:15:09 UTC 2015 by jane", "2015-11-07T10:15:09+00:00"),
        ("二〇一五年十一月三十日", "2015-11-30"),
        ("中華民國一百一十二年三月五日", "2023-03-05"),
        ("民國一百零三年十二月三十一日", "2014-12-31"),
        ("民国九十八年五月六日", "2009-05-06"),
        ("民國一一二年三月五日", "2023-03-05"),
        ("二零一五年三月五日", "2015-03-05"),
        ("二○一五年十月二十一日", "2015-10-21"),
        ("一九九九年十二月十日", "1999-12-10"),
    ],
)
def test_moments_as_c_writes_them_and_days_in_han_numerals_are_read(text: str, iso: str) -> None:
    assert [found.iso for found in find_dates(text, LEXICON)] == [iso]


@pytest.mark.parametrize("text", ["二〇一五年十三月三十日", "二〇一五年二月三十日"])
def test_numerals_that_are_no_day_are_none(text: str) -> None:
    assert not list(find_dates(text, LEXICON))


@pytest.mark.parametrize("boxes", [("30", "Nov", "2015"), ("Nov", "30", "2015"), ("30", "November 2015")])
def test_a_day_in_boxes_of_their_own_is_read(boxes: tuple[str, ...]) -> None:
    box = "".join(f"<div>{part}</div>" for part in boxes)
    assert (
        metadata_of(f"<h1>{TITLE}</h1><div>{box}</div>{STORY}", url="https://a.example/storm").published == "2015-11-30"
    )


def test_numbers_beside_a_headline_are_no_day() -> None:
    body = f"<h1>{TITLE}</h1><div><div>30</div><div>Likes</div><div>2015</div></div>{STORY}"
    assert metadata_of(body, url="https://a.example/storm").published is None


@pytest.mark.parametrize(
    "script",
    [
        quote(RECORD),
        quote(f"[{RECORD}]"),
        RECORD.replace('"headline"', "“headline”").replace(
            '"datePublished":"2015-03-05"', "“datePublished”:“2015-03-05”"
        ),
    ],
)
def test_records_that_are_percent_encoded_or_have_some_curly_quotes_are_read(script: str) -> None:
    found = parse_json(script)
    record = found[0] if isinstance(found, list) else found
    assert isinstance(record, dict)
    assert (record["headline"], record["datePublished"]) == ("Storm", "2015-03-05")


def test_curly_quotes_inside_a_text_stay() -> None:
    assert parse_json('{"headline": "The “new” storm", }') == {"headline": "The “new” storm"}


def test_the_source_of_a_chart_is_none_of_the_text() -> None:
    line = "Source: Statista (chart)"
    assert judged_metadata(f"<h1>{TITLE}</h1>{STORY}<p>{line}</p>", {line: "source_credit"}).source is None


@pytest.mark.parametrize(
    "aside",
    [
        '<aside><h2>Related</h2><div><h3><a href="/n/2">The ferry sails again</a></h3>'
        '<time datetime="2020-02-03">3 February 2020</time></div></aside>',
        '<div id="sidebar"><h2>Recent posts</h2><ul><li><a href="/n/2">The ferry sails again</a> '
        '<span class="post-date">February 3, 2020</span></li></ul></div>',
    ],
)
def test_the_day_of_a_story_in_a_side_column_is_not_the_pages(aside: str) -> None:
    page = f"<main><article><h1>{TITLE}</h1>{STORY}</article></main>{aside}"
    sides = dict.fromkeys(("Related", "Recent", "ferry", "February"), "sidebar")
    assert judged_metadata(page, sides).published is None
