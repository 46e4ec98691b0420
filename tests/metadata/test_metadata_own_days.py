"""Whose day a date is, and which: other stories', the page's own of today, behind labels that markup has glued."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Kept, Metadata, Page, Part, Removed
from harvester.rules.load import load_rules

TITLE = "<h1>Storm hits the coast</h1>"
STORY = f"<p>{PROSE}</p>" * 3
FETCHED = datetime(2024, 3, 5, 12, tzinfo=UTC)


def fetched(body: str, verdicts: dict[str, str] | None = None, lang: str = "en") -> Metadata:
    document = judged(document_of(body, lang=lang), verdicts or {})
    return read_metadata(document, Page(ADDRESS, b"", fetched_at=FETCHED), LEXICON)


def test_two_labelled_days_in_elements_that_touch_are_each_behind_its_own_label() -> None:
    line = "<span>Updated: <b>March 05, 2024 10:20 IST</b></span><span>Published On <b>Mar 04, 2024 09:00 am</b></span>"
    found = metadata_of(f"{TITLE}<p>{line}</p>{STORY}")
    assert (found.published or "")[:10] == "2024-03-04"
    assert (found.modified or "")[:10] == "2024-03-05"


def test_the_day_of_the_only_other_story_under_a_heading_is_not_the_articles() -> None:
    other = '<h2>Related</h2><a href="/x"><h3>Fires in the south</h3><span class="date">2 February 2020</span></a>'
    verdicts = {"Related": "related_posts", "Fires": "not_content", "2 February": "byline_meta"}
    assert fetched(f"<article>{TITLE}{STORY}</article><section>{other}</section>", verdicts).published is None


@pytest.mark.parametrize(
    ("shown", "published"), [("Tuesday, March 5, 2024", None), ("Friday, March 1, 2024", "2024-03-01")]
)
def test_the_day_of_the_fetch_above_the_article_is_the_sites_clock(shown: str, published: str | None) -> None:
    assert fetched(f'<div id="date">{shown}</div><main>{TITLE}{STORY}</main>').published == published


def test_the_day_of_the_fetch_beside_the_headline_is_the_articles() -> None:
    body = f"<div>Harbour Post</div><main>{TITLE}<p>Tuesday, March 5, 2024</p>{STORY}</main>"
    assert fetched(body).published == "2024-03-05"


@pytest.mark.parametrize("shown", ["3 hours ago", "Published 3 hours ago"])
def test_hours_ago_right_below_the_headline_are_no_comments(shown: str) -> None:
    assert fetched(f"{TITLE}<p>{shown}</p>{STORY}", {"hours ago": "comment_thread"}).published == "2024-03-05"


@pytest.mark.parametrize(
    ("shown", "published"),
    [("Tue, 03/05/2024 - 10:20", "2024-03-05"), ("Friday 03/05/2024", "2024-05-03"), ("Mon 03/05/2024", None)],
)
def test_the_day_of_the_week_tells_the_day_from_the_month(shown: str, published: str | None) -> None:
    found = metadata_of(f"{TITLE}<p>Submitted by jane on {shown}</p>{STORY}").published
    assert (found and found[:10]) == published


@pytest.mark.parametrize(
    ("line", "lang"),
    [
        ("Bewerbungsschluss: 5. März 2024", "de"),
        ("Date limite : 5 mars 2024", "fr"),
        ("Fecha límite: 5 de marzo de 2024", "es"),
        ("Срок подачи: 5 марта 2024", "ru"),
        ("截止日期：2024年3月5日", "zh"),
        ("応募締切：2024年3月5日", "ja"),
        ("Version of 3 March 2024", "en"),
        ("Mitzeichnungsfrist: 5. März 2024", "de"),
        ("Date de fin de collecte : 5 mars 2024", "fr"),
        ("Einddatum: 5 maart 2024", "nl"),
        ("Data zakończenia: 5 marca 2024", "pl"),
        ("Дата окончания голосования: 5 марта 2024", "ru"),
        ("آخر موعد: 5 مارس 2024", "ar"),
    ],
)
def test_the_last_day_to_apply_is_no_day_of_publication(line: str, lang: str) -> None:
    assert metadata_of(f"{TITLE}<p>{line}</p>{STORY}", lang=lang).published is None


@pytest.mark.parametrize(
    ("began", "ends", "lang"),
    [
        ("Дата размещения инициативы: 5 марта 2024", "Дата окончания голосования: 5 марта 2025", "ru"),
        ("Petition gestartet: 05.03.2024", "Sammlung endet: 05.09.2024", "de"),
    ],
)
def test_a_petition_is_of_the_day_it_began(began: str, ends: str, lang: str) -> None:
    box = f"<div class=voting><div class=date>{ends}</div><div class=date>{began}</div></div>"
    assert metadata_of(f"{TITLE}{STORY}{box}", lang=lang).published == "2024-03-05"


@pytest.mark.parametrize("shown", ["14 Tháng Ba, 2023", "14 tháng ba năm 2023", "Tháng Ba 14, 2023"])
def test_months_are_named_in_vietnamese(shown: str) -> None:
    text = "Cơn bão đổ bộ vào bờ biển hôm thứ Hai và cảng đã đóng cửa trong hai ngày, các quan chức cho biết. " * 3
    assert metadata_of(f"{TITLE}<p>{shown}</p><p>{text}</p>", lang="vi").published == "2023-03-14"


def test_the_eleventh_and_twelfth_month_in_vietnamese_are_not_the_tenth() -> None:
    text = "Cơn bão đổ bộ vào bờ biển hôm thứ Hai và cảng đã đóng cửa trong hai ngày, các quan chức cho biết. " * 3
    days = [
        metadata_of(f"{TITLE}<p>{one}</p><p>{text}</p>", lang="vi").published
        for one in ("14 Tháng Mười Một, 2023", "14 Tháng Mười, 2023")
    ]
    assert days == ["2023-11-14", "2023-10-14"]


@pytest.mark.parametrize(("rule", "published"), [("wording:el:related_posts:1", None), ("place:related", "2012-02-07")])
def test_the_day_below_a_line_whose_words_promise_other_stories_is_theirs(rule: str, published: str | None) -> None:
    text = "Η καταιγίδα έφτασε στην ακτή τη Δευτέρα και το λιμάνι έμεινε κλειστό για δύο μέρες, είπαν οι αρχές. " * 3
    listed = "<div>ΠΑΡΟΜΟΙΑ ΘΕΜΑΤΑ</div><div>2012-02-07 00:00</div>"
    document = document_of(f"<h1>Καταιγίδα στην ακτή</h1><p>{text}</p>{listed}", lang="el")
    title, story, label, day = document.blocks
    kept = tuple(block.judged(Kept(Part.TEXT)) for block in (title, story))
    gone = (label.judged(Removed("related_posts", rule)), day.judged(Removed("byline_meta", "test")))
    assert read_metadata(replace(document, blocks=kept + gone), Page(ADDRESS, b""), LEXICON).published == published


def test_the_day_of_the_articles_own_foot_below_such_a_line_is_its_own() -> None:
    listed = "<p>On the subject</p><div>2012-02-07 00:00</div><div>5 March 2012</div>"
    document = document_of(f"<h1>Storm hits the coast</h1><p>{PROSE}</p>{listed}")
    verdicts = (
        *(Kept(Part.TEXT),) * 2,
        Removed("related_posts", "wording:en:related_posts:1"),
        Removed("not_content", "test"),
        Removed("byline_meta", "place:article author"),
    )
    blocks = tuple(block.judged(verdict) for block, verdict in zip(document.blocks, verdicts, strict=True))
    assert read_metadata(replace(document, blocks=blocks), Page(ADDRESS, b""), LEXICON).published is not None


def test_greek_papers_head_other_stories_by_similar_topics() -> None:
    rules = load_rules()
    (hits,) = rules.lines_of_all(["ΠΑΡΟΜΟΙΑ ΘΕΜΑΤΑ"], frozenset({"el"}))
    assert [hit.kind for hit in hits] == ["related_posts"]
