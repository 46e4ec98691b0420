"""Bounds of the rules that read metadata: what is just within one, and what is just beyond."""

from datetime import UTC, datetime

import pytest
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, judged_metadata, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.picture_lines import is_set_apart, stands_behind
from harvester.metadata.lookup.title_text import cut_by_address
from harvester.models import Page

TITLE = "Storm hits the coast of the islands"
HEADLINE = f"<h1>{TITLE}</h1>"
TEXT = f"<p>{PROSE}</p>" * 2
SLUG = key_of(TITLE)


@pytest.mark.parametrize(("end", "is_cut"), [("", False), ("a", False), ("ay", True), ("ale News", True)])
def test_a_part_is_cut_off_a_title_where_the_rest_is_notably_more_like_the_address(end: str, is_cut: bool) -> None:
    text = f"{TITLE} | D{end}"
    assert cut_by_address(text, SLUG) == (TITLE if is_cut else text)


@pytest.mark.parametrize(("names", "is_cut"), [(7, True), (8, False)])
def test_a_title_of_more_than_eight_parts_is_not_compared_with_its_address(names: int, is_cut: bool) -> None:
    text = TITLE + "".join(f" | Dale {name}" for name in "ABCDEFGH"[:names])
    assert cut_by_address(text, SLUG) == (TITLE if is_cut else text)


@pytest.mark.parametrize(("breaks", "is_behind"), [(6, True), (7, False)])
def test_a_line_with_much_markup_before_it_is_not_the_pictures(breaks: int, is_behind: bool) -> None:
    document = document_of(f"<p><img src=/p/pier.jpg>{'<br>' * breaks}The pier at noon</p>")
    assert stands_behind(document.images[0], document.blocks[0]) is is_behind


@pytest.mark.parametrize(("chars", "is_caption"), [(300, True), (301, False)])
def test_a_long_line_set_apart_behind_a_picture_is_a_paragraph(chars: int, is_caption: bool) -> None:
    document = document_of(f"<p><img src=/p/pier.jpg><em>{('The pier at noon ' * 20)[: chars - 1]}.</em></p>")
    assert is_set_apart(document.images[0], document.blocks[0]) is is_caption


@pytest.mark.parametrize(("levels", "authors"), [(3, ()), (4, ("Bob Lund",))])
def test_the_card_of_another_story_is_at_most_four_containers_around_a_name(
    levels: int, authors: tuple[str, ...]
) -> None:
    name = f"{'<div>' * (levels - 1)}<p class=author>By Bob Lund</p>{'</div>' * (levels - 1)}"
    card = f'<div><h3><a href="/x/pier">Pier reopens after two years of works</a></h3>{name}</div>'
    assert metadata_of(f"<article>{HEADLINE}{TEXT}</article>{card}").authors == authors


@pytest.mark.parametrize(("chars", "published"), [(80, None), (81, "2024-03-07")])
def test_a_long_line_in_the_head_of_a_site_is_no_clock(chars: int, published: str | None) -> None:
    clock = "Thursday, March 7, 2024".ljust(chars - 1, "-") + "."
    page = document_of(f"<header><p class=date>{clock}</p></header><article>{HEADLINE}{TEXT}</article>")
    assert (
        read_metadata(page, Page(ADDRESS, b"", fetched_at=datetime(2024, 3, 7, tzinfo=UTC)), LEXICON).published
        == published
    )


@pytest.mark.parametrize(("figures", "subtitle"), [(8, True), (12, False)])
def test_a_sentence_of_which_a_tenth_is_figures_is_no_standfirst(figures: int, subtitle: bool) -> None:
    line = f"The storm of {'1' * figures} waves reached the coast of the island, and its harbour was closed to boats."
    found = judged_metadata(f"<header>{HEADLINE}<div>{line}</div></header>{TEXT}", {line: "not_content"}).subtitle
    assert found == (line if subtitle else None)


@pytest.mark.parametrize(("chars", "source"), [(60, None), (61, "Reuters")])
def test_a_label_below_a_long_line_that_holds_a_picture_is_the_articles(chars: int, source: str | None) -> None:
    caption = ("The pier at noon " * 5)[: chars - 1] + "x"
    body = f"{HEADLINE}{TEXT * 2}<p><img src=/p/pier.jpg>{caption}</p><p>Source: Reuters</p>"
    found = judged_metadata(body, {}).source
    assert (found and found.name) == source
