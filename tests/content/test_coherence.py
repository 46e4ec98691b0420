"""A choice as a whole: one column, no paragraph torn out at a threshold, a thread whole or not at all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import native
from harvester.content.candidates import Candidates, Chosen
from harvester.content.classifier import level_threads
from harvester.content.coherence import (
    STEPS,
    Step,
    open_steps,
    settled,
    with_inner_lines,
    with_key_points,
    with_siblings,
    within_column,
    without_link_runs,
)
from harvester.content.features.neighbourhood_features import alike_blocks
from harvester.content.features.repetition_features import repetition_columns
from harvester.content.main_column import main_column, trunk_columns
from harvester.content.whole_lists import with_whole_lists
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType, PageTypeName
from harvester.outline import Outline

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the board said. "
PAGE = (
    f"<main><div id=text>{''.join(f'<p>{SENTENCE * 2}</p>' for _ in range(8))}</div></main>"
    f"<section><div><p>{SENTENCE}</p><p>{SENTENCE}</p></div></section>"
)


def outline_of(body: str) -> Outline:
    return Outline(read_document(f"<body>{body}</body>"))


def candidates(outline: Outline, probabilities: list[float]) -> Candidates:
    lengths = np.array([len(block.text) for block in outline.document.blocks], dtype=np.float64)
    return Candidates(np.arange(len(lengths)), lengths, np.array(probabilities))


def assert_is_open_where_it_changes(step: Step, outline: Outline, page: Candidates, chosen: Chosen) -> None:
    """Assert that a step which changes a choice is among those that may."""
    if (step(outline, page, chosen) != chosen).any():
        assert open_steps(outline, page, chosen) >> STEPS.index(step) & 1


def test_what_stands_outside_the_main_column_goes_unless_it_is_likely() -> None:
    outline = outline_of(PAGE)
    page = candidates(outline, [0.9] * 8 + [0.5, 0.95])
    assert within_column(outline, page, np.ones(10, dtype=np.bool_)).tolist() == [True] * 8 + [False, True]


def test_a_sentence_outside_of_the_column_stays_where_lines_that_stay_are_around_it() -> None:
    outline = outline_of(PAGE)
    for chances, stays in (([0.55, 0.95], False), ([0.65, 0.95], True), ([0.95, 0.65], False)):
        page = candidates(outline, [0.9] * 8 + chances)
        left = within_column(outline, page, np.ones(10, dtype=np.bool_))
        assert left[8 + chances.index(min(chances))] == stays


def header(inner: str, around: str = "") -> Outline:
    """Return a page with lines before its column: in the container around it, and outside of that one."""
    text = "".join(f"<p>{SENTENCE * 2}</p>" for _ in range(8))
    return outline_of(f"{around}<article><header>{inner}</header><div>{text}</div></article><p>{SENTENCE}</p>")


def test_a_standfirst_before_the_main_column_stays_though_the_classifier_doubts_it() -> None:
    for chance, stays in ((0.55, True), (0.45, False)):
        page = candidates(outline := header(f"<p>{SENTENCE}</p>"), [chance] + [0.9] * 8 + [0.55])
        assert within_column(outline, page, np.ones(10, dtype=np.bool_)).tolist() == [stays] + [True] * 8 + [False]


def test_a_line_before_the_container_of_the_main_column_is_no_standfirst() -> None:
    page = candidates(outline := header(f"<p>{SENTENCE}</p>", f"<div>{SENTENCE}</div>"), [0.55] * 2 + [0.9] * 8 + [0.1])
    assert within_column(outline, page, np.ones(11, dtype=np.bool_)).tolist() == [False] + [True] * 9 + [False]


def test_a_list_before_the_main_column_is_no_standfirst() -> None:
    for inner in (f"<p>{SENTENCE}</p>" * 5, f"<ul>{f'<li>{SENTENCE}</li>' * 2}</ul>"):
        outline = header(inner)
        many = len(outline.document.blocks) - 9
        page = candidates(outline, [0.55] * many + [0.9] * 8 + [0.1])
        assert not within_column(outline, page, np.ones(many + 9, dtype=np.bool_))[:many].any()


def test_what_is_as_likely_as_an_unsure_column_stays() -> None:
    outline = outline_of(PAGE)
    page = candidates(outline, [0.45] * 8 + [0.5, 0.25])
    assert within_column(outline, page, np.ones(10, dtype=np.bool_)).tolist() == [True] * 9 + [False]


def test_a_page_without_one_column_keeps_its_choice() -> None:
    outline = outline_of(f"<p>{SENTENCE}</p>" * 3)
    page = candidates(outline, [0.9, 0.3, 0.4])
    assert within_column(outline, page, np.ones(3, dtype=np.bool_)).all()


def test_a_paragraph_stays_with_its_siblings() -> None:
    outline = outline_of(PAGE)
    page = candidates(outline, [0.9, 0.9, 0.19, 0.9, 0.9, 0.9, 0.02, 0.9, 0.1, 0.1])
    chosen = page.probabilities >= 0.2
    assert with_siblings(outline, page, chosen).tolist() == [True] * 6 + [False, True, False, False]


def test_a_sibling_that_leads_elsewhere_needs_more_of_a_chance() -> None:
    plea = (
        "<p>Ask for <a href=/letter>our weekly letter on the islands</a> and read more of the harbour, every week.</p>"
    )
    outline = outline_of(f"<main><div>{f'<p>{SENTENCE * 2}</p>' * 4}{plea}{f'<p>{SENTENCE * 2}</p>' * 4}</div></main>")
    for chance, stays in ((0.1, False), (0.25, True)):
        page = candidates(outline, [0.9] * 4 + [chance] + [0.9] * 4)
        assert bool(with_siblings(outline, page, page.probabilities >= 0.3)[4]) is stays


def test_paragraphs_whose_classes_are_numbered_are_siblings() -> None:
    outline = outline_of(
        "<main>" + "".join(f"<p class='text text-{n}'>{SENTENCE * 2}</p>" for n in range(5)) + "</main>"
    )
    page = candidates(outline, [0.9, 0.9, 0.9, 0.9, 0.1])
    assert with_siblings(outline, page, page.probabilities >= 0.2).tolist() == [True] * 5


def test_a_sibling_of_another_class_needs_more_of_a_chance() -> None:
    texts, end = f"<p>{SENTENCE * 2}</p>" * 5, f"<p class=endmark>{SENTENCE * 2}</p>"
    for page, chances, stays in (
        (texts + end, [0.9] * 5 + [0.18], True),
        (texts + end, [0.9] * 5 + [0.1], False),
        (end + texts, [0.18] + [0.9] * 5, False),
        (f"{texts}<p class=note>{SENTENCE}</p>", [0.9] * 5 + [0.18], False),
    ):
        outline = outline_of(f"<main>{page}</main>")
        kin = candidates(outline, chances)
        assert bool(with_siblings(outline, kin, kin.probabilities >= 0.2).all()) is stays


def test_siblings_that_are_mostly_out_stay_out() -> None:
    outline = outline_of(PAGE)
    page = candidates(outline, [0.9, 0.19, 0.19, 0.19, 0.19, 0.19, 0.19, 0.19, 0.1, 0.1])
    chosen = page.probabilities >= 0.2
    assert with_siblings(outline, page, chosen).tolist() == chosen.tolist()


def test_a_quote_between_chosen_paragraphs_is_chosen() -> None:
    body = "".join(f"<p>{SENTENCE}</p><blockquote>{words}</blockquote>" for words in ("Four of five pay.", SENTENCE))
    outline = outline_of(f"{body}<p>{SENTENCE}</p><blockquote>At the end</blockquote>")
    page = candidates(outline, [0.9, 0.3, 0.9, 0.05, 0.9, 0.3])
    chosen = page.probabilities >= 0.4
    assert with_inner_lines(outline, page, chosen).tolist() == [True, True, True, False, True, False]


def test_a_heading_between_chosen_blocks_stays_though_the_classifier_doubts_it() -> None:
    body = f"<p>{SENTENCE}</p><h2><a href=/x>One</a></h2><p>{SENTENCE}</p><h2>Two</h2><p>{SENTENCE}</p><h2>Three</h2>"
    outline = outline_of(body)
    page = candidates(outline, [0.9, 0.3, 0.9, 0.1, 0.9, 0.4])
    chosen = np.array([True, False, True, False, True, False])
    assert with_inner_lines(outline, page, chosen).tolist() == [True, True, True, False, True, False]


def test_a_heading_belongs_to_the_text_below_it_whatever_stands_above() -> None:
    teaser, linked = "<p><a href=/x>Read more: the strike</a></p>", "<h2><a href=/y>The sale of the harbour</a></h2>"
    for heading, below, stays in (
        ("<h2>The pier</h2>", f"<p>{SENTENCE}</p>", True),
        ("<h2>The pier</h2>", f"<h2>Further news</h2><p>{SENTENCE}</p>", False),
        (linked, f"<p>{SENTENCE}</p>", False),
    ):
        outline = outline_of(f"<p>{SENTENCE}</p>{teaser}{heading}{below}")
        page = candidates(outline, [0.9, 0.05, 0.25] + [0.9] * (len(outline.document.blocks) - 3))
        assert bool(with_inner_lines(outline, page, page.probabilities >= 0.4)[2]) is stays


def test_a_heading_above_the_first_chosen_block_is_not_taken_for_the_texts() -> None:
    outline = outline_of(f"<h2>The harbour gazette</h2><p>{SENTENCE}</p>")
    page = candidates(outline, [0.3, 0.9])
    assert with_inner_lines(outline, page, page.probabilities >= 0.4).tolist() == [False, True]


def test_a_paragraph_between_chosen_ones_of_its_container_stays_though_the_classifier_doubts_it() -> None:
    body = f"<p>{SENTENCE}</p><p>{SENTENCE}</p><p>{SENTENCE}</p><p>Menu</p><p>{SENTENCE}</p>"
    outline = outline_of(f"{body}<div><p>{SENTENCE}</p></div><section><p>{SENTENCE}</p></section>")
    page = candidates(outline, [0.9, 0.25, 0.9, 0.05, 0.9, 0.25, 0.9])
    chosen = page.probabilities >= 0.4
    assert with_inner_lines(outline, page, chosen).tolist() == [True, True, True, False, True, False, True]


def test_a_caption_does_not_part_a_heading_from_its_text() -> None:
    picture = "<figure><img src=/a.png><figcaption>The pier</figcaption></figure>"
    outline = outline_of(f"<p>{SENTENCE}</p><h2>One</h2>{picture}<p>{SENTENCE}</p>")
    page = candidates(outline, [0.9, 0.3, 0.3, 0.9])
    chosen = np.array([True, False, False, True])
    assert with_inner_lines(outline, page, chosen).tolist() == [True, True, False, True]


def test_a_line_made_as_both_of_its_neighbours_stays_though_it_is_no_sentence() -> None:
    plain, noted = f"<p>{SENTENCE}</p>", f"<p class=note>{SENTENCE}</p>"
    short, note = "<p>The second day</p>", "<p class=note>The second day</p>"
    lines = ((plain, short, plain, True), (plain, note, plain, False), (noted, note, plain, False))
    for before, line, behind, stays in (*lines, (plain, note, noted, False)):
        outline = outline_of(f"{before}{line}{behind}")
        page = candidates(outline, [0.9, 0.15, 0.9])
        assert with_inner_lines(outline, page, page.probabilities >= 0.4).tolist() == [True, stays, True]


def linked_lines(before: str, chance: float) -> list[bool]:
    """Return which of two links stay behind a text, with a line before them."""
    links = "<ul><li><a href=/one>The sale of the harbour</a></li><li><a href=/two>The strike</a></li></ul>"
    outline = outline_of(f"{f'<p>{SENTENCE * 2}</p>' * 3}<p>{before}</p>{links}")
    page = candidates(outline, [0.95] * 4 + [chance, chance])
    return without_link_runs(outline, page, np.ones(6, dtype=np.bool_)).tolist()[4:]


def test_a_run_of_links_below_a_text_goes_where_it_is_less_likely_by_far() -> None:
    assert linked_lines(SENTENCE, 0.7) == [False, False]
    assert linked_lines(SENTENCE, 0.82) == [True, True]


def test_a_list_of_links_that_the_text_announces_with_a_colon_is_its_own() -> None:
    assert linked_lines("The board has read three papers on the ferry:", 0.6) == [True, True]
    assert linked_lines("The board has read three papers on the ferry:", 0.4) == [False, False]


def test_headings_that_link_to_themselves_are_no_run_of_links() -> None:
    for href, stays in (("#one", True), ("/one", False)):
        headings = f"<h2><a href={href}>One</a></h2><h3><a href={href}>The first day</a></h3>"
        outline = outline_of(f"{headings}{f'<p>{SENTENCE * 2}</p>' * 3}")
        page = candidates(outline, [0.7, 0.7] + [0.95] * 3)
        assert without_link_runs(outline, page, np.ones(5, dtype=np.bool_)).tolist() == [stays] * 2 + [True] * 3


def key_points(chance: float, item: str = SENTENCE, count: int = 2, between: int = 0) -> list[bool]:
    """Return which key points below a headline are in, with their heading before them and lines behind them."""
    box = f"<header><h1>Two boats</h1><div><h2>Key points</h2><ul>{f'<li>{item}</li>' * count}</ul></div></header>"
    outline = outline_of(f"{box}{'<p>Photo</p>' * between}<div>{f'<p>{SENTENCE * 2}</p>' * 3}</div>")
    chances = [0.1, 0.1, *[chance] * (count - 1), chance + 0.3, *[0.1] * between, 0.9, 0.9, 0.9]
    page = candidates(outline, chances)
    chosen = page.probabilities >= 0.6
    assert_is_open_where_it_changes(with_key_points, outline, page, chosen)
    return with_key_points(outline, page, chosen).tolist()[1 : 2 + count]


def test_key_points_between_headline_and_text_are_in_as_a_whole() -> None:
    assert key_points(0.32) == [True] * 3
    assert key_points(0.1, "Ferries for northern islands sail daily") == [False] * 3
    assert key_points(0.4, count=10) == [True] * 11
    assert key_points(0.4, count=11)[:2] == [False] * 2  # a list of what is on the page
    assert key_points(0.32, between=8) == [True] * 3
    assert key_points(0.32, between=9)[:2] == [False] * 2


@pytest.mark.parametrize(("item", "chance", "are_in"), [(SENTENCE, 0.2, True), (SENTENCE, 0.1, False)])
def test_sentences_between_headline_and_text_need_less_of_a_chance(item: str, chance: float, are_in: bool) -> None:
    items = f"<li>{item}</li>" * 3
    outline = outline_of(f"<h1>Ferries</h1><ul>{items}</ul><main>{f'<p>{SENTENCE * 2}</p>' * 4}</main>")
    page = candidates(outline, [0.1] + [chance] * 3 + [0.9] * 4)
    assert with_key_points(outline, page, page.probabilities >= 0.6).tolist()[1:4] == [are_in] * 3


def test_a_list_of_labels_or_links_above_the_text_is_no_list_of_key_points() -> None:
    assert key_points(0.32, "Photos") == [False, False, True]
    assert key_points(0.32, f"<a href=/one>{SENTENCE}</a>") == [False, False, True]


def test_a_list_of_which_some_items_are_chosen_is_chosen_where_it_is_likely_as_a_whole() -> None:
    rows = "".join(f"<li><a href=/{n}>{name}</a></li>" for n, name in enumerate(("Tents", "Poles", "Boots", "Maps")))
    outline = outline_of(f"<p>{SENTENCE * 2}</p><ul>{rows}</ul><ul><li>One</li><li>Two</li></ul>")
    for chance, stays in ((0.35, True), (0.2, False)):
        page = candidates(outline, [0.9, 0.85, chance, 0.45, 0.05, 0.85, 0.45])
        whole = with_whole_lists(outline, page, page.probabilities >= 0.8).tolist()
        assert whole == [True, True, stays, stays, False, True, False]


def test_nothing_chosen_stays_nothing() -> None:
    outline = outline_of(PAGE)
    assert not settled(outline, candidates(outline, [0.1] * 10), np.zeros(10, dtype=np.bool_)).any()


def test_a_line_between_two_paragraphs_made_alike_heads_the_second_one_whatever_its_class() -> None:
    plain, picture = f"<p class=indent>{SENTENCE}</p>", "<img src=/a.jpg width=400 height=300>"
    lines = (
        (plain, "<p class=center>The second day</p>", plain, True),
        (plain, "<span class=cross-head>The second day</span>", plain, True),
        (plain, f"{picture}<p class=center>The second day</p>", plain, False),  # a caption
        (plain, "<p class=center>大会现场</p>", plain, False),
        (plain, "<p class=center>– – –</p>", plain, False),
        (plain, "<p class=center>Last seen on May 16th, 2023</p>", plain, False),
        (plain, "<p class=center>More information:</p>", plain, False),
        (plain, "<p class=center>@harbour_news</p>", plain, False),
        (plain, "<div><p class=center>The second day</p></div>", plain, False),
        (f"<p>{SENTENCE}</p>", "<p class=center>The second day</p>", plain, False),
        ("<p class=indent>12.5</p>", "<p class=center>The second day</p>", "<p class=indent>13.7</p>", False),
    )
    for before, line, behind, stays in lines:
        outline = outline_of(f"<div>{before}{line}{behind}</div>")
        page = candidates(outline, [0.9, 0.2, 0.9])
        assert with_inner_lines(outline, page, page.probabilities >= 0.4).tolist() == [True, stays, True]


def test_the_main_column_is_the_innermost_container_with_most_of_the_weight() -> None:
    outline = outline_of(PAGE)
    column = main_column(outline, np.arange(10), np.array([1.0] * 8 + [0.5, 0.5]))
    assert column is not None
    assert outline.document.elements[column].id == "text"
    assert main_column(outline, np.arange(10), np.zeros(10)) is None


def test_blocks_outside_of_the_column_are_seen_as_such() -> None:
    columns = trunk_columns(outline_of(PAGE), np.arange(10), np.array([1.0] * 8 + [0.1, 0.1]))
    assert columns["trunk70_in"].tolist() == [1.0] * 8 + [0.0] * 2
    assert (columns["trunk70_levels"][8:] > columns["trunk70_levels"][:1]).all()
    assert (columns["trunk70_beyond"][8:] > 0).all()


def thread(dates: list[str]) -> str:
    return "".join(
        f"<li class='c{n}'><b>Ann</b><div>{date}</div><p>{SENTENCE}</p></li>" for n, date in enumerate(dates)
    )


def test_a_thread_that_is_hardly_content_is_none_whatever_one_of_its_posts_reads_like() -> None:
    outline = outline_of(f"<ul>{thread(['4 May 2024', '5 May 2024', '6 May 2024'])}</ul>")
    prose = [bool(chars) for chars in outline.prose_chars]
    first = next(at for at, is_prose in enumerate(prose) if is_prose)
    page = candidates(outline, [0.9 if at == first else 0.1 for at in range(len(prose))])
    levelled = level_threads(outline, page, page_type("article")).probabilities[np.array(prose)]
    assert np.ptp(levelled) == 0
    assert levelled.max() < 0.5


@pytest.mark.parametrize(("likely", "stays"), [("article", False), ("product", True)])
def test_dates_of_a_thread_that_is_none_go_with_it(likely: PageTypeName, stays: bool) -> None:
    outline = outline_of(f"<ul>{thread(['4 May 2024', '5 May 2024', '6 May 2024'])}</ul>")
    lines = np.array(["2024" in block.text for block in outline.document.blocks])
    page = candidates(outline, np.where(np.array(outline.prose_chars) == 0, 0.9, 0.1).tolist())
    levelled = level_threads(outline, page, page_type(likely)).probabilities
    assert (levelled[lines] > 0.5).all() == stays
    assert (levelled[lines] < 0.5).all() != stays
    assert (levelled[[block.text == "Ann" for block in outline.document.blocks]] > 0.5).all()


def page_type(likely: PageTypeName) -> PageType:
    return PageType(likely, 0.9, {**dict.fromkeys(PAGE_TYPES, 0.0), likely: 0.9}, 0.1)


def test_items_with_dates_are_a_list_whatever_their_numbers() -> None:
    outline = outline_of(f"<p>{SENTENCE}</p><ul>{thread(['4.5.2024', '12:40', '2024-05-06'])}</ul>")
    columns = repetition_columns(outline, alike_blocks(outline))
    assert columns["items"][0] == 0
    assert (columns["items"][1:] == np.log1p(3)).all()
    assert (columns["items_dated"][1:] == 1).all()
    assert columns["dated"].sum() == 3


PIECES = (
    *(f"<p>{SENTENCE}</p>", f"<p>{SENTENCE * 2}</p>", "<p>A line</p>", f"<p><a href=/a>{SENTENCE}</a></p>"),
    *(f"<figcaption>{SENTENCE}</figcaption>", f"<blockquote>{SENTENCE}</blockquote>"),
    *("<h2>A heading</h2>", "<pre>let a = 1</pre>", f"<ul><li>{SENTENCE}</li><li>{SENTENCE}</li></ul>"),
    *("<table><tr><td>One<td>2<tr><td>Two<td>3<tr><td>Four<td>5</table>", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
    *(f"</div><div class=box><p>{SENTENCE}</p><a href=/b>More</a></div><div>", "<h1>The headline of all</h1>"),
)
CHANCES = (0.0, 0.04, 0.05, 0.1, 0.2, 0.3, 0.45, 0.5, 0.69, 0.7, 0.74, 0.75, 0.8, 0.95)


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@settings(deadline=None, max_examples=60)
@given(st.data(), st.lists(st.sampled_from(PIECES), min_size=1, max_size=12))
def test_no_step_that_may_change_a_choice_is_passed_over(data: st.DataObject, pieces: list[str]) -> None:
    outline = outline_of(f"<title>The headline of all</title><main><div>{''.join(pieces)}</div></main>")
    count = len(outline.document.blocks)
    page = candidates(outline, [data.draw(st.sampled_from(CHANCES)) for _ in range(count)])
    least = data.draw(st.sampled_from(CHANCES))
    for is_article in (False, True):
        chosen = page.probabilities >= least
        for step in STEPS:
            assert_is_open_where_it_changes(step, outline, page, chosen)
        compiled = settled(outline, page, chosen, is_article).tolist()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(native, "CORE", None)
            assert settled(outline, page, chosen, is_article).tolist() == compiled


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
def test_candidates_that_do_not_fit_the_blocks_are_refused() -> None:
    assert native.CORE is not None
    outline = outline_of(PAGE)
    page, chosen = candidates(outline, [0.5] * 10), np.ones(10, dtype=np.bool_)
    for at, lengths, those in ((page.at + 1, page.lengths, chosen), (page.at, page.lengths[1:], chosen)):
        with pytest.raises(ValueError, match="fit"):
            native.CORE.open_steps(outline.block_matrix, at, lengths, page.probabilities, those)
