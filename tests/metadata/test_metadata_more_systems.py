"""Promises on forms of sections, tags, authors and titles that content systems of today write."""

import json

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Page

TITLE = "Storm hits the coast of Dale"
STORY = f"<h1>{TITLE}</h1>" + f"<p>{PROSE}</p>" * 3
FIRST_PERSON = f"<h1>{TITLE}</h1>" + f"<p>I was at the harbour when the storm came. {PROSE}</p>" * 3


def _section(body: str, verdicts: dict[str, str]) -> str | None:
    return judged_metadata(body, verdicts).section


def test_a_topic_above_the_headline_is_the_section() -> None:
    assert _section(f'<div class="tag"><a href="/t/9">Climate</a></div>{STORY}', {"Climate": "tag_list"}) == "Climate"


def test_of_several_topics_above_the_headline_the_first_is_the_section() -> None:
    body = f"<ul><li>Climate</li></ul><ul><li>Energy</li></ul>{STORY}"
    assert _section(body, {"Climate": "tag_list", "Energy": "tag_list"}) == "Climate"


def test_a_strip_of_topics_above_the_headline_is_no_section() -> None:
    names = ("Oscars", "Elections", "Grammys", "Super Bowl")
    items = "".join(f'<li><a href="/t/{name}">{name}</a></li>' for name in names)
    assert _section(f"<ul>{items}</ul>{STORY}", dict.fromkeys(names, "tag_list")) is None


@pytest.mark.parametrize(("href", "section"), [("/world", "World"), ("/shop", None), ("https://b.example/world", None)])
def test_a_link_above_the_headline_is_the_section_where_the_page_is_below_it(href: str, section: str | None) -> None:
    assert _section(f'<p><a href="{href}">World</a></p>{STORY}', {"World": "not_content"}) == section


def test_a_label_below_the_text_gives_way_to_the_breadcrumb() -> None:
    body = f'<div class="breadcrumb"><a href="/">Home</a> &gt; <a href="/s">Society</a></div>{STORY}<p>Workshops</p>'
    verdicts = {"Society": "breadcrumb", "Workshops": "section_label"}
    assert _section(body, verdicts) == "Society"


@pytest.mark.parametrize("text", ["All posts", "Edit on GitHub", "v1.9.0", "On the eve of the season;"])
def test_what_leads_about_or_on_is_no_section(text: str) -> None:
    assert _section(f'<p class="kicker">{text}</p>{STORY}', {text: "section_label"}) is None


def test_a_count_of_notes_is_no_tag() -> None:
    links = '<a href="/n">1,284 notes</a> <a href="/t/reading">#reading</a>'
    page = judged_metadata(f'{STORY}<div class="tags">{links}</div>', {"1,284": "tag_list"})
    assert page.tags == ("reading",)


def test_a_category_that_calls_itself_a_tag_is_none_beside_tags() -> None:
    category = '<div class="taxonomy-category"><a rel="tag" href="/c/local">Local</a></div>'
    tags = '<div class="post-tags"><a rel="tag" href="/t/bridge">bridge</a></div>'
    assert metadata_of(category + STORY + tags).tags == ("bridge",)
    assert metadata_of(category + STORY).tags == ("Local",)


@pytest.mark.parametrize("name", ["content_author", "dable:author", "story-byline", "branch:deeplink:authorName"])
def test_metas_of_other_systems_name_the_author(name: str) -> None:
    assert metadata_of(STORY, f'<meta name="{name}" content="Dewi Lestari">').authors == ("Dewi Lestari",)


@pytest.mark.parametrize(
    ("name", "value"), [("smartbanner:author", "Jane Doe"), ("author-url", "Jane Doe"), ("content_author", "Web Desk")]
)
def test_metas_that_name_no_writer_are_left_alone(name: str, value: str) -> None:
    assert metadata_of(STORY, f'<meta name="{name}" content="{value}">').authors == ()


def test_names_that_are_glued_to_a_label_are_cut_there() -> None:
    others = '<a href="/2">Text</a> <a href="/3">Jonas Ek</a><a href="/4">Foto</a>'
    byline = f'<div class="byline"><a href="/1">Lisa Bergström</a>{others}</div><p>30 May 2024 08.05</p>'
    page = judged_metadata(f"<h1>{TITLE}</h1>{byline}<p>{PROSE}</p>", {"Bergström": "byline_meta"})
    assert page.authors == ("Lisa Bergström",)


def test_an_address_of_mail_beside_a_name_and_a_day_is_no_part_of_the_name() -> None:
    line = '<b>Jonas Brandt</b> <a href="mailto:list%40a.example">jonas at brandt.example</a><br>'
    page = f"<h1>{TITLE}</h1><div>{line}<i>Tue Mar 12 10:22:41 CET 2019</i></div><p>{PROSE}</p>"
    assert metadata_of(page).authors == ("Jonas Brandt",)


def test_the_account_behind_points_began_the_thread() -> None:
    first = '<p>212 points by <a href="user?id=papertrail">papertrail</a> 4 months ago</p>'
    answers = "".join(
        f'<p><a href="user?id={name}">{name}</a> 3 months ago</p><p>{PROSE}</p>' for name in ("ink", "moss")
    )
    assert metadata_of(f"<h1>{TITLE}</h1>{first}<p>{PROSE}</p>{answers}").authors == ("papertrail",)


def _blog(body: str) -> tuple[str, ...]:
    record = {
        "@type": "BlogPosting",
        "headline": TITLE,
        "author": {"@type": "Person", "name": "Wren Abernathy"},
        "publisher": {"@type": "Organization", "name": "Wren Abernathy"},
    }
    site = '<meta property="og:site_name" content="Wren Abernathy">'
    head = f'{site}<script type="application/ld+json">{json.dumps(record)}</script>'
    return read_metadata(judged(document_of(body, head), {}), Page(ADDRESS, b""), LEXICON).authors


def test_a_blog_that_is_named_after_its_writer_has_an_author_where_one_person_speaks() -> None:
    assert _blog(FIRST_PERSON) == ("Wren Abernathy",)
    assert _blog(STORY) == ()


def test_what_others_say_is_not_the_writer_speaking() -> None:
    assert _blog(FIRST_PERSON.replace("I was", "“I was").replace("came.", "came.”")) == ()


def test_a_community_before_a_threads_title_is_cut() -> None:
    head = f'<meta property="og:title" content="r/weather - {TITLE}"><title>{TITLE} : weather</title>'
    assert metadata_of(f"<div>{TITLE}</div><p>{PROSE}</p>", head).title == TITLE


def test_a_job_is_called_what_its_record_calls_it() -> None:
    record = json.dumps({"@type": "JobPosting", "title": "Boatbuilder", "datePosted": "2024-05-06"})
    page = metadata_of(
        f"<h2>Boatbuilder</h2><p>{PROSE}</p>",
        f'<title>Tidewater</title><script type="application/ld+json">{record}</script>',
        url=ADDRESS,
    )
    assert page.title == "Boatbuilder"


def test_a_sentence_left_out_above_the_text_that_is_called_a_lead_is_the_standfirst() -> None:
    lead = "The harbour of Dale was closed on the first day, and nobody knows for how long."
    body = f'<h1>{TITLE}</h1><p>Jane Doe</p><p class="lead">{lead}</p><div><p>{PROSE}</p></div>'
    assert judged_metadata(body, {lead: "not_content"}).subtitle == lead
