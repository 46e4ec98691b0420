"""Organisations, access, other addresses, paths, reading order, relative days."""

from datetime import UTC, datetime

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.relative_days import relative_day
from harvester.models import Alternate, Page

ZH = "风暴星期一抵达沿海，港口官员说港口已经关闭了两天，渔船都留在了港内，等待天气好转之后再出海作业。" * 3
FETCHED = datetime(2024, 3, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "authors", "agencies"),
    [
        ("By Jane Doe, Associated Press", ("Jane Doe",), ("Associated Press",)),
        ("By Podium Staff", (), ("Podium Staff",)),
        ("Von Jan Roe und dpa", ("Jan Roe",), ("dpa",)),
        ("By Jane Doe. Reviewed by Max Checker", ("Jane Doe",), ()),
        ("By Dan Pantelo", ("Dan Pantelo",), ()),
    ],
)
def test_organisations_of_a_byline_stand_apart_from_people(
    line: str, authors: tuple[str, ...], agencies: tuple[str, ...]
) -> None:
    found = metadata_of(f'<h1>Storm hits coast</h1><p class="byline">{line}</p><p>{PROSE}</p>')
    assert (found.authors, found.agencies) == (authors, agencies)


def test_the_site_as_its_own_author_is_an_organisation() -> None:
    head = json_ld(
        headline="Storm", author={"@type": "Person", "name": "Example News"}, publisher={"name": "Example News"}
    )
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head)
    assert (found.authors, found.agencies) == ((), ("Example News",))


@pytest.mark.parametrize(
    ("head", "access"),
    [
        (json_ld(headline="Storm", isAccessibleForFree=True), "free"),
        (json_ld(headline="Storm", isAccessibleForFree="False"), "paywalled"),
        (json_ld(headline="Storm", hasPart={"@type": "WebPageElement", "isAccessibleForFree": False}), "paywalled"),
        ('<meta property="article:content_tier" content="metered">', "metered"),
        ('<meta property="article:content_tier" content="locked">', "paywalled"),
        ("", None),
    ],
)
def test_access_is_what_the_page_tells_machines(head: str, access: str | None) -> None:
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head).access == access


def test_a_meter_is_the_nearer_word_for_a_wall() -> None:
    head = json_ld(headline="Storm", isAccessibleForFree=False)
    head += '<meta name="article:content_tier" content="metered">'
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head).access == "metered"


def test_amp_and_other_languages_are_absolute() -> None:
    head = (
        '<link rel="amphtml" href="/amp/storm"><link rel="alternate" hreflang="de" href="/de/sturm">'
        '<link rel="alternate" hreflang="x-default" href="/storm">'
        '<link rel="alternate" type="application/rss+xml" href="/rss">'
    )
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head)
    assert found.amp_url == "https://news.example.org/amp/storm"
    assert found.alternates == (
        Alternate("de", "https://news.example.org/de/sturm"),
        Alternate("x-default", "https://news.example.org/storm"),
    )


def test_the_section_path_leads_from_the_top_to_the_section() -> None:
    steps = [("Home", "/"), ("World", "/world"), ("Europe", "/world/europe"), ("Storm", ADDRESS)]
    items = [{"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(steps, 1)]
    head = json_ld(**{"@type": "BreadcrumbList"}, itemListElement=items)
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head)
    assert (found.section, found.section_path) == ("Europe", ("World", "Europe"))


def test_the_languages_of_a_bilingual_text_are_told_in_reading_order() -> None:
    body = f"<h1>倡议</h1><p>{ZH}</p><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>"
    found = judged_metadata(body, {}, lang="zh")
    assert set(found.reading_order) == {"zh-Hans", "en"}
    assert found.reading_order[0] == "zh-Hans"


def test_a_text_in_one_language_has_no_reading_order() -> None:
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>").reading_order == ()


def test_what_a_text_is_based_on_is_its_source_with_its_headline() -> None:
    base = {
        "@type": "NewsArticle",
        "url": "https://first.example/a",
        "headline": "Gale shuts port",
        "publisher": {"name": "First"},
    }
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", json_ld(headline="Storm", isBasedOn=base))
    assert found.source is not None
    assert (found.source.name, found.source.url, found.source.title) == (
        "First",
        "https://first.example/a",
        "Gale shuts port",
    )


def test_an_image_keeps_its_alternative_text() -> None:
    body = f'<h1>Storm</h1><img src="/harbour.jpg" alt="Boats in the harbour" width="800"><p>{PROSE}</p>'
    assert [image.alt for image in metadata_of(body).images] == ["Boats in the harbour"]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("3 hours ago", "2024-03-05"),
        ("Published 2 days ago", "2024-03-03"),
        ("vor 3 Stunden", "2024-03-05"),
        ("hace 2 semanas", "2024-02-20"),
        ("il y a 5 jours", "2024-02-29"),
        ("3天前", "2024-03-02"),
        ("2日前", "2024-03-03"),
        ("5일 전", "2024-02-29"),
        ("2 дня назад", "2024-03-03"),
        ("昨天", "2024-03-04"),
        ("gestern", "2024-03-04"),
        ("yesterday's storm", None),
        ("3 hours of rain", None),
    ],
)
def test_a_relative_day_counts_back_from_the_fetch(text: str, day: str | None) -> None:
    assert relative_day(text, FETCHED, LEXICON) == day


def test_a_relative_day_is_nothing_where_the_fetch_is_not_known() -> None:
    document = document_of(f"<h1>Storm</h1><p>3 hours ago</p><p>{PROSE}</p>")
    address = "https://news.example.org/storm"
    assert read_metadata(document, Page(address, b"", fetched_at=FETCHED), LEXICON).published == "2024-03-05"
    assert read_metadata(document, Page(address, b""), LEXICON).published is None


def test_the_day_a_member_joined_is_no_day_of_publication() -> None:
    body = f"<h1>Storm</h1><p>Joined: 1 May 2015</p><p>{PROSE}</p>"
    assert metadata_of(body, url="https://forum.example.org/storm").published is None


@pytest.mark.parametrize("count", [1, 2])
def test_a_day_before_the_web_needs_a_second_evidence(count: int) -> None:
    head = json_ld(headline="Storm", datePublished="1969-07-20") + (
        '<meta property="article:published_time" content="1969-07-20">' if count == 2 else ""
    )
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head, url="https://news.example.org/storm")
    assert found.published == ("1969-07-20" if count == 2 else None)


@pytest.mark.parametrize(
    "line",
    [
        "Democrats now think he will get a hand from an unlikely source: the Federal Reserve.",
        'Internet Archive, <a href="https://a.example/x">The reef originally published on Salon.example</a>, archived',
        'This story was originally published in our May 2023 issue as "Moth to a Flame." '
        '<a href="https://a.example/pay">Click here to subscribe</a>',
    ],
)
def test_a_sentence_with_the_words_of_a_notice_names_no_source(line: str) -> None:
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p><p>{PROSE}</p><p>{line}</p>").source is None


def test_a_source_of_initials_keeps_its_last_dot() -> None:
    found = metadata_of(f"<h1>Storm</h1><p>Quelle: F.A.S.</p><p>{PROSE}</p>", lang="de").source
    assert found is not None
    assert found.name == "F.A.S."


def test_a_desk_of_the_site_is_no_source() -> None:
    line = '<p class="byline">By <span class="agency">Global Desk</span></p>'
    assert metadata_of(f"<h1>Storm</h1>{line}<p>{PROSE}</p>").source is None


def test_a_credit_below_the_caption_of_a_picture_is_no_source_of_the_text() -> None:
    picture = '<div><img src="/ana.jpg" width="600" height="400"></div><p>Dale harbour</p><p>Source: Dale Fund</p>'
    body = f"<h1>Storm</h1><p>{PROSE}</p><p>{PROSE}</p><p>{PROSE}</p>{{}}<p>{PROSE}</p>"
    assert judged_metadata(body.format(picture), {"Source: Dale": "source_credit"}).source is None


def test_a_source_below_a_picture_and_a_date_is_that_of_the_text() -> None:
    head = '<div><img src="/ana.jpg" width="600" height="400"></div><p>March 5, 2024</p><p>Source: Dale Fund</p>'
    found = judged_metadata(f"<h1>Storm</h1>{head}<p>{PROSE}</p>", {"Source: Dale": "source_credit"}).source
    assert found is not None
    assert found.name == "Dale Fund"
