"""Where a page says its day: data for scripts, feet of entries, labels with a name between, days beside UTC stamps."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.date_text import find_dates
from harvester.models import Page

TITLE = "Storm closes the old harbour"
LONG = f"<p>{PROSE}</p>" * 30
BODY = f"<article><h1>{TITLE}</h1><p>{PROSE}</p><p>{PROSE}</p></article>"


def published_with_data(data: str, body: str = BODY) -> str | None:
    """Return the day of a page whose bytes hold `data` for its scripts."""
    page = f"<html lang='en'><head>{data}</head><body>{body}</body></html>"
    return read_metadata(document_of(body, data), Page(ADDRESS, page.encode()), LEXICON).published


@pytest.mark.parametrize(
    ("data", "iso"),
    [
        ('<script>var layer = {"first-publication":"2019-07-30 09:35","last-updated":"2019-08-02"}</script>',
         "2019-07-30T09:35"),
        ("<div data-page='{&quot;publishedFirst&quot;:&quot;28.04.2023 19:20&quot;}'></div>", "2023-04-28T19:20"),
        (r'<script>push([1,"{\"datePublished\":\"2023-04-07T14:11:18.000+00:00\"}"])</script>',
         "2023-04-07T14:11:18+00:00"),
        ("<script>dataLayer.push({publishDate: '2021-03-04'})</script>", "2021-03-04"),
        ('<script>{"createdAt":"2021-03-04"}</script>', None),
        ('<script>{"a":{"publishedAt":"2021-03-04"},"b":{"publishedAt":"2021-03-05"}}</script>', None),
        (f'<script>[{{"title":"{TITLE}","publishedAt":"2021-03-04"}},{{"title":"Other","publishedAt":"2021-03-05"}}]'
         "</script>", "2021-03-04"),
        ("<script>unpublished_at = '2021-03-04'</script>", None),
    ],
)  # fmt: skip
def test_a_silent_pages_data_for_scripts_name_its_day(data: str, iso: str | None) -> None:
    assert published_with_data(data) == iso


def test_a_day_of_data_that_is_later_than_the_last_change_is_none() -> None:
    body = BODY.replace("</h1>", "</h1><div>Last updated: 13 July 2020</div>")
    found = published_with_data('<script>{"publishDate":"2020-11-04"}</script>', body)
    assert found is None


def test_a_record_in_a_meta_element_is_read() -> None:
    record = "{&quot;@type&quot;:&quot;Article&quot;,&quot;datePublished&quot;:&quot;2025-11-17&quot;}"
    head = f'<meta name="script:ld+json" content="{record}">'
    assert metadata_of(BODY, head).published == "2025-11-17"


@pytest.mark.parametrize("name", ["pub_date", "issue_date", "article:published_date", "dc.created"])
def test_more_names_of_metas_that_mean_publication(name: str) -> None:
    assert metadata_of(BODY, f'<meta name="{name}" content="2009-09-18">').published == "2009-09-18"


def test_a_meta_may_hold_its_text_as_value() -> None:
    assert metadata_of(BODY, '<meta name="article:published_time" value="2015-08-03">').published == "2015-08-03"


@pytest.mark.parametrize("foot", ["entry-footer", "post-footer", "article-template-footer-main"])
def test_the_foot_of_an_entry_is_the_articles(foot: str) -> None:
    body = (
        f"<article><h1>{TITLE}</h1>{LONG}"
        f'<div class="{foot}"><p>Posted by <a rel="author" href="/seth">Seth Godin</a> on July 06, 2012</p></div>'
        "</article>"
    )
    found = judged_metadata(body, {})
    assert (found.published, found.authors) == ("2012-07-06", ("Seth Godin",))


def test_the_foot_of_a_card_is_not() -> None:
    body = f'{BODY}{LONG}<div class="teaser-post-footer"><time datetime="2012-07-06">6 July 2012</time></div>'
    assert metadata_of(body).published is None


@pytest.mark.parametrize(
    ("line", "published", "modified"),
    [
        ("Uploaded: Friday, 11 March 2011", "2011-03-11", None),
        ("Updated: Friday, 11 March 2011", None, "2011-03-11"),
        ("3/3/09 at 3:03 PM", "2009-03-03T15:03", None),
        ("24/12/12", "2012-12-24", None),
        ("The score was 24/12/12 of 90", None, None),
        ("December 5, 2016 Issue", None, None),
        ('<abbr class="datetime" title="2009-03-12T10:42:00-06:00">1 hour 10 minutes ago</abbr>',
         "2009-03-12T10:42:00-06:00", None),
    ],
)  # fmt: skip
def test_a_line_under_the_headline(line: str, published: str | None, modified: str | None) -> None:
    found = metadata_of(BODY.replace("</h1>", f"</h1><div>{line}</div>"))
    assert (found.published, found.modified) == (published, modified)


def test_a_label_counts_more_than_a_class() -> None:
    line = '<div class="last-updated">Published: <time datetime="2019-07-30T09:35">30 July 2019</time></div>'
    found = metadata_of(BODY.replace("</h1>", f"</h1>{line}"))
    assert (found.published, found.modified) == ("2019-07-30T09:35", None)


@pytest.mark.parametrize(("line", "iso"), [("3 Γενάρη 2012", "2012-01-03"), ("30 Δεκέμβρη 2011", "2011-12-30")])
def test_greek_months_as_they_are_spoken(line: str, iso: str) -> None:
    assert metadata_of(BODY.replace("</h1>", f"</h1><div>{line}</div>"), lang="el").published == iso


# ── two days that are one ────────────────────────────────────────────────────────────────────


def test_a_stamp_in_utc_gives_way_to_the_day_that_the_page_shows() -> None:
    head = json_ld(headline=TITLE, datePublished="2025-12-19T02:41:41Z")
    shown = BODY.replace("</h1>", "</h1><div>December 18, 2025</div>")
    assert metadata_of(shown, head).published == "2025-12-18"
    by_address = metadata_of(BODY, head, url="https://example.com/2025/12/18/storm-closes-harbour")
    assert by_address.published == "2025-12-18"


def test_a_stamp_in_utc_stays_where_no_clock_can_show_the_other_day() -> None:
    head = json_ld(headline=TITLE, datePublished="2025-12-19T17:41:41Z")
    shown = BODY.replace("</h1>", "</h1><div>December 18, 2025</div>")
    assert metadata_of(shown, head).published == "2025-12-19T17:41:41+00:00"


def test_a_records_own_clock_says_the_offset() -> None:
    head = json_ld(headline=TITLE, datePublished="2023-11-09T03:28:35Z")
    head += '<meta name="sailthru.date" content="2023-11-08 22:28:35">'
    assert metadata_of(BODY, head).published == "2023-11-08T22:28:35-05:00"


def test_a_shown_day_speaks_for_the_record_of_that_day() -> None:
    head = json_ld(headline=TITLE, datePublished="2023-12-22T20:31:25Z")
    head += '<meta name="datepublished" content="2023-12-23T17:43:09Z">'
    shown = BODY.replace("</h1>", "</h1><div>December 22, 2023</div>")
    assert metadata_of(shown, head).published == "2023-12-22T20:31:25+00:00"


# ── day and month ────────────────────────────────────────────────────────────────────────────


def test_a_marked_day_elsewhere_tells_how_days_are_written() -> None:
    body = BODY.replace("</h1>", '</h1><div><time datetime="02-12-2025">02-12-2025</time></div>')
    assert metadata_of(body).published is None
    listed = f'{body}{LONG}<div class="related"><time datetime="2025-12-02">December 02, 2025</time></div>'
    assert metadata_of(listed).published == "2025-12-02"


def test_a_day_after_the_fetch_is_read_the_other_way() -> None:
    document = document_of(BODY.replace("</h1>", "</h1><div>11/05/2025</div>"))
    page = replace(Page(ADDRESS, b""), fetched_at=datetime(2025, 7, 1, tzinfo=UTC))
    assert read_metadata(document, page, LEXICON).published == "2025-05-11"
    assert read_metadata(document, replace(page, fetched_at=None), LEXICON).published is None


def test_the_day_at_the_start_of_the_text() -> None:
    body = f"<article><h1>{TITLE}</h1><p>27.1.2022 - {PROSE}</p><p>{PROSE}</p></article>"
    assert judged_metadata(body, {}).published == "2022-01-27"
    within = f"<article><h1>{TITLE}</h1><p>On 27.1.2022 - {PROSE}</p><p>{PROSE}</p></article>"
    assert judged_metadata(within, {}).published is None


# ── addresses ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path", ["/2016/jul/13/storm", "/news/13-07-2016/storm", "/2016/07/13/storm", "/20160713-storm"]
)
def test_a_day_in_the_address(path: str) -> None:
    assert metadata_of(BODY, url=f"https://example.com{path}").published == "2016-07-13"


def test_a_saved_page_knows_its_address_from_its_records() -> None:
    head = '<link rel="canonical" href="https://example.com/2016/07/13/storm">'
    assert metadata_of(BODY, head, url=None).published == "2016-07-13"
    assert metadata_of(BODY, head, url="https://other.example.net/storm").published is None


# ── sentences and lines of several ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lang", "sentence", "iso"),
    [
        ("de", "Dieser Artikel wurde am 14. Dezember 2015 um 14:48 von Heiner geschrieben und unter dem Stichwort Werk"
         " abgelegt. Kommentare sind geschlossen.", "2015-12-14T14:48"),
        ("en", "This entry was posted on Tuesday, March 3rd, 2009 at 3:03 pm and is filed under Ports. You can follow"
         " any responses to this entry through the RSS 2.0 feed.", "2009-03-03T15:03"),
        ("fr", "Cet article a été publié le 3 mars 2009 à 15:03 et est classé dans Ports. Vous pouvez en suivre les"
         " commentaires par le flux RSS 2.0.", "2009-03-03T15:03"),
        ("en", "This entry was written by a friend who on March 3rd, 2009 was at sea and could say no more.", None),
    ],
)  # fmt: skip
def test_the_sentence_in_which_a_theme_says_who_and_when(lang: str, sentence: str, iso: str | None) -> None:
    body = f"<article><h1>{TITLE}</h1>{LONG}</article><div>{'<p>more</p>' * 12}</div><div class='foot'>{sentence}</div>"
    document = document_of(body, lang=lang)
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).published == iso


@pytest.mark.parametrize(
    ("lines", "iso"),
    [
        ("Last updated: 31.10.2023 - 14:49:39<br>Published on: 01.10.2023<br>Readers: 61<br>© the author and the"
         " Example, all of whose texts may be printed elsewhere on request", "2023-10-01"),
        ("Last updated: 31.10.2023<br>Readers: 61<br>Harbour opened: 01.10.1999<br>© the author and the Example, all of"
         " whose texts may be printed elsewhere on request", None),
    ],
)  # fmt: skip
def test_a_labelled_line_of_a_block_of_several(lines: str, iso: str | None) -> None:
    body = f"<article><h1>{TITLE}</h1>{LONG}</article><div>{'<p>more</p>' * 12}</div><p class='foot'>{lines}</p>"
    assert metadata_of(body).published == iso


def test_a_day_within_a_sentence_of_the_text_is_no_date_line() -> None:
    sentence = "<p>From 1 October 2022 a lower tax is due for gas.</p>"
    body = f"<article><h1>{TITLE}</h1>{sentence}<p>{PROSE}</p><p>{PROSE}</p></article>"
    assert judged_metadata(body, {}).published is None
    dated = body.replace("<p>From", f"<p>(21 November 2022) {PROSE}</p><p>From")
    assert judged_metadata(dated, {}).published == "2022-11-21"
    alone = body.replace(sentence, "<p>Harbour town, 1 October 2022</p>")
    assert judged_metadata(alone, {}).published == "2022-10-01"


def test_a_short_year_before_a_bracket() -> None:
    body = f"<article><h1>{TITLE}</h1><em>( Pescasseroli, 14 Gennaio 20 )</em><p>{PROSE}</p><p>{PROSE}</p></article>"
    assert metadata_of(body, lang="it").published == "2020-01-14"
    assert metadata_of(body.replace("20 )", "20)"), lang="it").published == "2020-01-14"


def test_a_footer_that_names_the_days_of_publication_and_change_is_the_pages_own() -> None:
    owner = "© the author and the Example, all of whose texts may be printed elsewhere on request by letter or mail"
    body = (
        f"<article><h1>{TITLE}</h1>{LONG}</article><p>Last updated: 31.10.2023<br>Published: 01.10.2023<br>{owner}</p>"
    )
    assert judged_metadata(body, {"updated": "site_footer"}).published == "2023-10-01"
    alone = body.replace("Last updated: 31.10.2023<br>", "")
    assert judged_metadata(alone, {"Published": "site_footer"}).published is None


# ── names that mean publication ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "iso"),
    [
        ("published_at", "2021-03-04"),
        ("PublishedDate", "2021-03-04"),
        ("og:publish_date", "2021-03-04"),
        ("iso-8601-publish-date", "2021-03-04"),
        ("site3dPubDate", "2021-03-04"),
        ("story:published_time", "2021-03-04"),
        ("lastPublishedDate", None),
        ("publisher-update-date", None),
        ("unpublish_date", None),
        ("publication_title", None),
    ],
)
def test_a_meta_whose_name_means_publication(name: str, iso: str | None) -> None:
    assert metadata_of(BODY, f'<meta name="{name}" content="2021-03-04">').published == iso


def test_a_day_in_words_that_is_the_title_of_a_relative_one() -> None:
    shown = f'<p><time title="Monday, 3 March 2014, 10:05">3 years ago</time></p><p>{PROSE}</p>'
    assert metadata_of(f"<h1>{TITLE}</h1>{shown}").published == "2014-03-03T10:05"
    link = '<p><time title="Open 3 March 2014 in the archive of the whole site">Archive</time></p>'
    assert metadata_of(f"<h1>{TITLE}</h1>{link}<p>{PROSE}</p>").published is None


@pytest.mark.parametrize(("lang", "line"), [("de", "Antworten bis 23.06.2006"), ("en", "Answers until 23 June 2006")])
def test_the_day_until_which_something_lasts_is_none_of_publication(lang: str, line: str) -> None:
    assert metadata_of(f"<h1>{TITLE}</h1><p>{line}</p><p>{PROSE}</p>", lang=lang).published is None


# ── faults found on reading the code again ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("line", "iso"), [("12.03.98", "1998-03-12"), ("12 March '98", "1998-03-12"), ("12.03.21", "2021-03-12")]
)
def test_a_short_year_is_of_the_nearer_century(line: str, iso: str) -> None:
    assert metadata_of(f"<h1>{TITLE}</h1><p>{line}</p><p>{PROSE}</p>").published == iso


def test_dates_are_looked_for_in_the_start_of_a_line_only() -> None:
    line = "3 May 2020, " * 5000
    assert 0 < len(tuple(find_dates(line, LEXICON))) < 500
    body = f"<h1>{TITLE}</h1><p>{'<time>3 May 2020</time>, ' * 5000}</p><p>{PROSE}</p>"
    assert judged_metadata(body, {"May": "byline_meta"}).published == "2020-05-03"
