"""The standfirst."""

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged, metadata_of

from harvester.metadata import read_metadata
from harvester.models import Page

COAST = "Storm hits the northern coast"


def test_the_standfirst_is_read_by_its_class() -> None:
    body = f'<h1>Storm hits coast</h1><p class="article__standfirst">Ships wait outside the port.</p><p>{PROSE}</p>'
    assert metadata_of(body).subtitle == "Ships wait outside the port."


def test_a_description_that_is_printed_apart_is_the_standfirst() -> None:
    head = '<meta name="description" content="Ships wait outside the closed port.">'
    body = (
        f"<header><h1>Storm</h1><div><p>Ships wait outside the closed port.</p></div></header><div><p>{PROSE}</p></div>"
    )
    assert metadata_of(body, head).subtitle == "Ships wait outside the closed port."


@pytest.mark.parametrize("dateline", ["", "Berlin. "])
@pytest.mark.parametrize("kind", ["byline_meta", "site_footer", "not_content"])
def test_a_description_below_the_headline_is_the_standfirst_whatever_took_it_out(dateline: str, kind: str) -> None:
    told = "The ships will wait outside the closed port until the wind has fallen, its harbour master said."
    head = f'<meta name="description" content="{told}">'
    body = f"<h1>Storm</h1><div><p>{dateline}{told}</p></div><div><p>{PROSE}</p></div>"
    document = judged(document_of(body, head), {told: kind})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).subtitle == f"{dateline}{told}"


def test_a_description_that_is_not_printed_is_no_standfirst() -> None:
    head = '<meta name="description" content="Ships wait outside the closed port.">'
    found = metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head)
    assert found.subtitle is None
    assert found.description == "Ships wait outside the closed port."


@pytest.mark.parametrize(
    "line",
    [
        '<h2 class="entry-sub-title">Ships wait outside the port.</h2>',
        '<p class="article__desc">Ships wait outside the port.</p>',
        '<strong class="media_end_summary">Ships wait outside the port.</strong>',
    ],
)
def test_words_of_a_class_call_a_line_the_standfirst(line: str) -> None:
    assert metadata_of(f"<h1>Storm</h1>{line}<div><p>{PROSE}</p></div>").subtitle == "Ships wait outside the port."


def test_the_first_paragraph_of_a_container_with_a_summary_class_is_no_standfirst() -> None:
    body = f'<div class="text-with-summary field-body"><p>Adopted at the conference.</p><p>{PROSE}</p></div>'
    assert metadata_of(f"<h1>Storm</h1>{body}").subtitle is None


@pytest.mark.parametrize(
    ("line", "is_standfirst"),
    [
        ("Ada is a writer from York. She likes ships.", False),
        ("Ada Novak on why the ships wait outside the port.", True),  # as the whole name begins one
        ("Ada Lovelace and her ships are on show in the port.", True),
        ("Adam is waiting for his ships outside the port.", True),
    ],
)
def test_a_line_about_the_author_by_first_name_is_no_standfirst(line: str, is_standfirst: bool) -> None:
    head = '<meta name="author" content="Ada Novak">'
    body = f'<h1>Storm hits coast</h1><p class="article__standfirst">{line}</p><div><p>{PROSE}</p></div>'
    assert metadata_of(body, head).subtitle == (line if is_standfirst else None)


def test_the_slogan_of_a_blog_is_no_standfirst() -> None:
    body = f'<h2 id="blog-description">Walking lines without rails</h2><h1>Storm</h1><p>{PROSE}</p>'
    assert metadata_of(body).subtitle is None


@pytest.mark.parametrize("printed", [f"World {COAST}", "Spionagedrehscheibe Schweiz :"])
def test_the_headline_again_or_a_kicker_is_no_subtitle(printed: str) -> None:
    body = f'<h1>{COAST}</h1><h2 class="subtitle">{printed}</h2><div><p>{PROSE}</p></div>'
    assert metadata_of(body).subtitle is None


def test_a_standfirst_may_begin_with_a_word_that_is_an_authors_first_name() -> None:
    line = "Per la prima volta il traghetto parte due volte al giorno"
    printed = f"<h1>Storm hits coast</h1><h2 class=standfirst>{line}</h2>"
    author = '<meta name="author" content="Per Holm">'
    assert metadata_of(f"{printed}<p>{PROSE}</p>", author).subtitle == line


def test_what_a_window_is_called_is_no_standfirst() -> None:
    told = "The inside track on harbour politics."
    window = f'<div class="follow-modal-title not-signed-in"><p class="category-desc">{told}</p></div>'
    assert metadata_of(f"<h1>Storm hits coast</h1>{window}<div><p>{PROSE}</p></div>").subtitle is None


def test_a_row_of_names_below_the_headline_is_no_standfirst() -> None:
    body = f"<h1>Storm hits coast</h1><h5>Anna Bell, Tom Reed</h5><p>13 January 2012</p><div><p>{PROSE}</p></div>"
    document = judged(document_of(body), {"Anna Bell, Tom Reed": "not_content", "13 January 2012": "byline_meta"})
    assert read_metadata(document, Page(ADDRESS, b""), LEXICON).subtitle is None
