"""What the classifier thinks becomes a choice: thresholds, overruled places, second opinions."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.content.candidates import Candidates
from harvester.content.classifier import (
    ARTICLE,
    OTHERS,
    Told,
    bounds_of,
    choose,
    confidence,
    decide,
    is_one_text,
    select,
    standing_of,
    with_second_opinion,
)
from harvester.content.overruled_places import overrule
from harvester.content.trees import load_model
from harvester.dom import read_document
from harvester.models import PAGE_TYPES, PageType, PageTypeName, Removed, Role
from harvester.outline import Outline
from harvester.rules.load import load_rules
from harvester.second_opinion import trafilatura_blocks

COMMENTS = Removed("comment_thread", "place:comments")
SHARE = Removed("share_bar", "place:share")
pages = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 2_000)), min_size=1, max_size=40)


def candidates(*blocks: tuple[float, int]) -> Candidates:
    probabilities, lengths = (np.array(column, dtype=np.float64) for column in zip(*blocks, strict=True))
    return Candidates(np.arange(len(blocks)), lengths, probabilities)


def test_a_clear_page_is_cut_where_it_is_clear() -> None:
    page = candidates((0.99, 400), (0.98, 300), (0.03, 80), (0.3, 20))
    assert select(page, ARTICLE).tolist() == [True, True, False, False]


def test_a_page_full_of_doubt_has_a_lower_threshold() -> None:
    page = candidates((0.43, 300), (0.41, 300), (0.39, 300), (0.02, 300))
    assert select(page, ARTICLE).tolist() == [True, True, True, False]


@given(pages)
def test_a_block_is_never_chosen_before_one_that_is_likelier(blocks: list[tuple[float, int]]) -> None:
    page = candidates(*blocks)
    chosen = select(page, ARTICLE)
    if chosen.any() and not chosen.all():
        assert page.probabilities[chosen].min() > page.probabilities[~chosen].max()


@given(pages)
def test_what_is_all_but_sure_is_chosen_and_what_is_unlikely_is_not(blocks: list[tuple[float, int]]) -> None:
    page = candidates(*blocks)
    chosen = select(page, ARTICLE)
    assert chosen[page.probabilities >= 0.5].all()
    assert not chosen[page.probabilities < 0.35].any()


@given(pages)
def test_confidence_lies_between_0_and_1(blocks: list[tuple[float, int]]) -> None:
    page = candidates(*blocks)
    assert 0 <= confidence(page, select(page, ARTICLE)) <= 1


def test_a_container_stays_where_the_classifier_is_sure_of_the_whole() -> None:
    page = candidates((0.9, 500), (0.8, 400), (0.2, 30), (0.9, 100))
    assert overrule([COMMENTS, COMMENTS, COMMENTS, None], page, 0.6).tolist() == [True] * 4


def test_comments_take_more_than_other_containers() -> None:
    related = Removed("related_posts", "place:related")
    page = candidates((0.7, 500), (0.7, 500), (0.9, 100))
    assert overrule([COMMENTS, related, None], page, 0.5).tolist() == [False, True, True]


def test_a_part_that_calls_itself_an_article_takes_less_than_other_containers() -> None:
    steps = Removed("related_posts", "place:further article")
    for chance, stays in ((0.2, False), (0.35, True)):
        assert overrule([steps, None], candidates((chance, 900), (0.9, 400)), 0.5).tolist() == [stays, True]


def test_neighbours_of_another_container_do_not_help() -> None:
    other = Removed("comment_thread", "place:comments")
    page = candidates((0.9, 500), (0.1, 400), (0.9, 100))
    assert overrule([COMMENTS, other, None], page, 0.6).tolist() == [True, False, True]


def test_a_short_line_is_not_overruled_however_likely() -> None:
    assert overrule([SHARE, None], candidates((0.99, 60), (0.9, 900)), 0.6).tolist() == [False, True]


def test_consent_windows_and_second_articles_are_never_overruled() -> None:
    page = candidates((0.99, 900), (0.99, 900))
    for kind, rule in (("cookie_consent", "place:consent"), ("related_posts", "place:second article")):
        assert overrule([Removed(kind, rule), None], page, 0.6).tolist() == [False, True]


def test_one_likely_line_does_not_save_its_container() -> None:
    page = candidates((0.95, 60), (0.1, 400), (0.9, 100))
    assert overrule([SHARE, SHARE, None], page, 0.6).tolist() == [False, False, True]


def test_three_containers_of_one_rule_stay_or_go_together() -> None:
    def cards(*chances: float) -> list[bool]:
        labels = [Removed("related_posts", "place:most popular") for _ in chances]
        return overrule(labels, candidates(*[(chance, 500) for chance in chances]), 0.5).tolist()

    assert cards(0.7, 0.2, 0.3) == [False] * 3
    assert cards(0.7, 0.45, 0.6) == [True] * 3
    assert cards(0.7, 0.2) == [True, False]


def test_short_containers_of_one_rule_are_judged_together() -> None:
    def captions(chance: float) -> list[bool]:
        labels = [Removed("caption", "place:caption") for _ in range(4)]
        return overrule([*labels, SHARE, None], candidates(*[(chance, 90)] * 4, (0.9, 20), (0.9, 400)), 0.5).tolist()

    assert captions(0.85) == [True] * 4 + [False, True]
    assert captions(0.7) == [False] * 5 + [True]


def test_a_second_opinion_that_found_nothing_changes_little() -> None:
    page = candidates((0.9, 400), (0.1, 100))
    assert with_second_opinion(page, np.array([False, False]), ARTICLE).tolist() == [True, False]


def test_a_second_opinion_that_lacks_much_of_a_long_choice_takes_nothing_out() -> None:
    page = candidates((0.95, 6000), (0.6, 2000), (0.6, 2000), (0.6, 2000), (0.6, 2000))
    assert with_second_opinion(page, np.array([True, False, False, False, False]), ARTICLE).all()


def test_a_second_opinion_decides_where_ours_is_in_doubt() -> None:
    page = candidates((0.55, 400), (0.45, 400))
    assert with_second_opinion(page, np.array([False, True]), ARTICLE).tolist()[1]


SENTENCE = "The harbour was repaired in spring, and the ferry runs again on all days of the week. "
CALLED_ARTICLE = f"""<html><head><meta property="og:type" content="article"></head><body><ul>
    <li><a href="/">Home</a></li></ul><script>var a = "<p>";</script>
    <article><h1>The harbour</h1>{f"<p>{SENTENCE * 3}</p>" * 4}</article></body>"""


@pytest.mark.parametrize(
    ("name", "method"),
    [("article", "classifier+trafilatura"), ("product", "classifier+trafilatura"), ("listing", "classifier")],
)
def test_a_list_that_calls_itself_an_article_gets_no_second_opinion(name: PageTypeName, method: str) -> None:
    always = replace(load_model(), unsure=2.0)
    told = Told({}, PageType(name, 0.9, dict.fromkeys(PAGE_TYPES, 0.01) | {name: 0.9}, 0.1))
    assert choose(Outline(read_document(CALLED_ARTICLE)), told, load_rules(), always).method == method


def test_a_second_opinion_takes_a_table_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<tr><td>Quay {number}</td><td>{number} boats</td></tr>" for number in range(4))
    document = read_document(CALLED_ARTICLE.replace("</article>", f"<table>{rows}</table></article>"))
    tables = [at for at, block in enumerate(document.blocks) if block.role is Role.TABLE]
    prose = {at for at, block in enumerate(document.blocks) if SENTENCE[:20] in block.text}
    always = replace(load_model(), unsure=2.0)
    told = Told({}, PageType("article", 0.9, dict.fromkeys(PAGE_TYPES, 0.01) | {"article": 0.9}, 0.1))

    def rows_with(count: int) -> int:
        theirs = frozenset(prose.union(tables[:count]))
        monkeypatch.setattr("harvester.content.classifier.trafilatura_blocks", lambda _: theirs)
        return len(choose(Outline(document), told, load_rules(), always).blocks.intersection(tables))

    assert (rows_with(0), rows_with(1), rows_with(3), rows_with(4)) == (0, 0, 4, 4)


def told_to_be(chance: float, *labels: Removed) -> Told:
    others = (1 - chance) / (len(PAGE_TYPES) - 1)
    chances = dict.fromkeys(PAGE_TYPES, others) | {"article": chance}
    return Told(dict(enumerate(labels)), PageType("forum", 1 - chance, chances, 0.1))


POSTS = Outline(read_document("<main><h1>Which boat?</h1></main><div><div><p>One</p></div></div><ul><li>Two</li></ul>"))


@pytest.mark.parametrize(("chance", "chosen"), [(0.5, {0}), (0.2, {0, 1, 2})])
def test_where_a_page_is_hardly_an_article_the_classifier_is_asked_of_posts_and_of_all_columns(
    chance: float, chosen: set[int]
) -> None:
    thought = Candidates(np.arange(3), np.array([900.0, 60.0, 60.0]), np.array([0.9, 0.6, 0.6]))
    told = replace(told_to_be(chance), placed={1: COMMENTS})
    choice = decide(POSTS, thought, told, load_model())
    assert choice.blocks == chosen
    assert choice.overruled == chosen & {1}


@pytest.mark.parametrize(("chars", "chosen"), [(200.0, {0}), (199.0, {0, 1})])
def test_what_is_set_apart_goes_unless_hardly_anything_else_is_there(chars: float, chosen: set[int]) -> None:
    thought = Candidates(np.arange(3), np.array([chars, 600.0, 600.0]), np.array([0.9, 0.9, 0.1]))
    window = Removed("not_content", "form:window")
    assert decide(POSTS, thought, replace(told_to_be(0.05), apart={1: window}), load_model()).blocks == chosen


def test_what_is_hardly_an_article_is_chosen_at_lower_probabilities() -> None:
    page = candidates((0.42, 900), (0.38, 900), (0.3, 900))
    assert select(page, bounds_of(told_to_be(0.9).page_type)).tolist() == [True, True, False]
    assert select(page, bounds_of(told_to_be(0.4).page_type)).tolist() == [True, True, True]
    assert bounds_of(told_to_be(0.4).page_type) == OTHERS
    assert bounds_of(told_to_be(0.05).page_type) == OTHERS


def test_of_a_product_little_that_is_doubtful_is_chosen() -> None:
    page = candidates((0.45, 900), (0.23, 900), (0.23, 900), (0.23, 900))
    for chance, chosen in ((0.4, [True] * 4), (0.05, [True, False, False, False])):
        page_type = replace(told_to_be(chance).page_type, name="product")
        assert select(page, bounds_of(page_type)).tolist() == chosen


def test_a_second_article_goes_from_every_page() -> None:
    firm = Removed("related_posts", "place:second article")
    page = candidates((0.99, 900), (0.99, 900))
    for chance in (0.1, 0.9):
        page_type = told_to_be(chance).page_type
        assert standing_of([firm, None], page, page_type, 0.5).tolist() == [False, True]


def test_a_second_opinion_is_of_the_markup_that_the_blocks_were_read_from() -> None:
    document = read_document(CALLED_ARTICLE)
    taken = {document.blocks[at].text for at in trafilatura_blocks(document)}
    assert SENTENCE.strip() in " ".join(taken)
    assert "Home" not in taken
    assert trafilatura_blocks(replace(document, markup=None)) == frozenset()


@pytest.mark.parametrize(("found", "modes"), [("x" * 300, [True]), ("x" * 20, [True, False])])
def test_a_second_opinion_compares_with_others_only_where_it_found_hardly_anything(
    monkeypatch: pytest.MonkeyPatch, found: str, modes: list[bool]
) -> None:
    asked: list[bool] = []

    def extract(html: str, *, fast: bool = False, **_: object) -> str:
        asked.append(fast)
        return found

    monkeypatch.setattr("trafilatura.extract", extract)
    trafilatura_blocks(read_document(CALLED_ARTICLE))
    assert asked == modes


@pytest.mark.parametrize(("chars", "chosen"), [(60.0, {0, 1, 2}), (400.0, {0})])
def test_where_hardly_anything_would_be_left_what_was_nearly_chosen_is_the_article(
    chars: float, chosen: set[int]
) -> None:
    thought = Candidates(np.arange(3), np.array([chars, 500.0, 600.0]), np.array([0.9, 0.34, 0.34]))
    page_type = PageType("article", 0.9, {**dict.fromkeys(PAGE_TYPES, 0.0), "article": 0.9}, 0.1)
    lines = Outline(read_document("<p>One</p><p>Two</p><p>Three</p>"))
    assert decide(lines, thought, Told({}, page_type), load_model()).blocks == chosen


def test_a_caption_that_is_longer_than_the_news_below_it_is_not_the_text() -> None:
    page = "<figure><img src=/a.png><figcaption>The officers</figcaption></figure><p>Sixteen officers have joined.</p>"
    thought = Candidates(np.arange(2), np.array([700.0, 360.0]), np.array([0.9, 0.3]))
    page_type = PageType("article", 0.9, {**dict.fromkeys(PAGE_TYPES, 0.0), "article": 0.9}, 0.1)
    assert decide(Outline(read_document(page)), thought, Told({}, page_type), load_model()).blocks == {1}


@pytest.mark.parametrize(
    ("name", "article", "is_one", "is_one_if_scattered"),
    [
        *((name, 0.05, False, False) for name in ("listing", "forum", "documentation")),
        *((name, 0.05, True, True) for name in ("product", "service", "other")),
        *(("listing", 0.1, True, False), ("listing", 0.3, True, True), ("forum", 0.9, True, True)),
    ],
)
def test_lists_threads_and_manuals_that_are_no_articles_hold_many_texts(
    name: PageTypeName, article: float, is_one: bool, is_one_if_scattered: bool
) -> None:
    page_type = PageType(name, 1 - article, {**dict.fromkeys(PAGE_TYPES, 0.0), "article": article}, 0.1)
    sentence = "<p>The ferry to the northern islands will run twice a day from Monday, the board said.</p>"
    for page, expected in ((sentence * 3, is_one), (f"<div>{sentence}</div>" * 3, is_one_if_scattered)):
        assert is_one_text(Outline(read_document(page)), page_type) is expected
