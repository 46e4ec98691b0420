"""Whole menus and footers become one block; nothing is cut out that could be content or gives a field."""

import pytest

from harvester.cleaning import read_page
from harvester.models import Removed
from harvester.rules.load import load_rules

pytestmark = pytest.mark.usefixtures("both_forms")

PROSE = "<p>The ferry left at seven and came back at noon with forty crates of apples on its lower deck.</p>"
ARTICLE = f"<article><h1>A harvest by ferry</h1>{PROSE * 12}</article>"
MENU = "<nav><ul><li><a href=/a>News</a></li><li class=sub><a href=/b>Sports</a> <b>live</b></li></ul></nav>"


def cut(html: str) -> dict[str, str]:
    """Return the text of each block that was cut out when the page was read, with its kind."""
    blocks = read_page(html, load_rules()).blocks
    return {block.text: block.verdict.kind for block in blocks if isinstance(block.verdict, Removed)}


def test_a_menu_is_one_block_with_a_line_for_each_run_of_text() -> None:
    assert cut(MENU + ARTICLE) == {"News\nSports\nlive": "nav_menu"}


def test_the_links_of_what_is_cut_out_are_counted() -> None:
    block = read_page(MENU + ARTICLE, load_rules()).blocks[0]
    assert block.link_chars == len("NewsSports")


def test_hidden_text_inside_is_left_out() -> None:
    hidden = "<div style='display: none'>Menu<nav>deep</nav></div><p hidden>x</p>"
    html = f"<nav><a href=/>Home</a>{hidden}<a href=/n>News</a></nav>"
    assert cut(html + ARTICLE) == {"Home\nNews": "nav_menu"}


@pytest.mark.parametrize(
    "comment", ["<!-- <div style='display:none'> -->", "<!-- menu hidden -->", "<!--[if IE]><p hidden>-->"]
)
def test_a_comment_hides_nothing(comment: str) -> None:
    assert cut(f"<nav><a href=/>Home</a>{comment}<a href=/n>News</a></nav>{ARTICLE}") == {"Home\nNews": "nav_menu"}


@pytest.mark.parametrize(
    "inside",
    [
        "<h1>A harvest by ferry</h1>",
        "<article><h2>Apples</h2></article>",
        "<time datetime=2024-05-01>May 1</time>",
        "<ol class=breadcrumb><li>News</li></ol>",
        "<p aria-label=Brotkrumen><a href=/n>News</a></p>",
        "<span class=byline>By Ada Byron</span>",
        "<a rel=author href=/ada>Ada Byron</a>",
        "<a rel=tag href=/apples>apples</a>",
        "<div itemprop=articleBody>News</div>",
    ],
)
def test_what_a_field_is_read_from_is_not_cut_out(inside: str) -> None:
    assert cut(f"<nav><a href=/>Home</a>{inside}</nav>{ARTICLE}") == {}


def test_sentences_are_only_cut_out_with_what_never_holds_an_article() -> None:
    html = f"{ARTICLE}<div class=related-posts>{PROSE}</div><footer>{PROSE}</footer>"
    assert list(cut(html).values()) == ["site_footer"]


def test_a_footer_with_much_of_the_page_is_read_as_any_other_element() -> None:
    assert cut(f"<p>Home</p><footer>{PROSE * 6}</footer>") == {}


def test_a_cell_of_a_data_table_is_not_cut_out() -> None:
    table = "<table><tr><th>Port</th><th>Crates</th></tr><tr><td><nav>Ay</nav></td><td>40</td></tr></table>"
    assert cut(table + ARTICLE) == {}
    assert "Ay | 40" in [block.text for block in read_page(table + ARTICLE, load_rules()).blocks]


def test_text_before_and_after_does_not_run_on() -> None:
    html = f"<div>One {MENU} two</div>{ARTICLE}"
    assert [block.text for block in read_page(html, load_rules()).blocks][:3] == ["One", "News\nSports\nlive", "two"]


@pytest.mark.parametrize(
    "looks", ["[html.sidebar-filled_&]:bg-white", "top-[var(--sidebar-height)]", "sidebar-open:p-2 md:flex"]
)
def test_how_an_element_looks_does_not_cut_it_out(looks: str) -> None:
    kept = f"<div class='{looks}'>npm run chapter</div>"
    assert list(cut(f"<div class='sidebar'>Latest news</div>{kept}<div class='sidebar {looks}'>Popular</div>")) == [
        "Latest news",
        "Popular",
    ]


@pytest.mark.parametrize(
    "facts",
    [
        "<h3>The harbour</h3><p><b>Built:</b> 1911</p><p><b>Length:</b> 340 metres</p>",
        "<ul><li>Built: 1911</li><li>Length: 340 metres</li></ul>",
        "<dl><dt>Built</dt><dd>1911</dd><dt>Length</dt><dd>340 metres</dd></dl>",
        "<table><tr><th>Built</th><td>1911</td></tr><tr><th class=a>Length</th><td>340 m</td></tr></table>",
        f"<p>建成：1911年</p><p>{'L' * 40}: 340 metres</p>",
        "<ul class=ingredients><li>2 apples</li></ul>",
    ],
)
def test_terms_with_their_values_are_not_cut_out_with_a_side_column(facts: str) -> None:
    assert cut(f"<aside>{facts}</aside><div role=complementary>{facts}</div>{ARTICLE}") == {}


@pytest.mark.parametrize(
    "lines",
    [
        "<p>Read also:</p><p>Two ferries collide</p>",
        "<p>at 8:00</p><p>at 9:00</p><p>: one</p><p>：two</p>",
        f"<p>{'L' * 41}: one</p><p>{'L' * 41}：two</p>",
        "<p>Video: <a href=/a>Two ferries collide</a></p><p>Audio: <a href=/b>The lamp of the quay</a></p>",
        "<p>One: two</p><p>Three: four</p>" + "<p>apples</p>" * 7,
        "<dl><dt>Built</dt><dd>1911</dd></dl><dl hidden><dt>Length</dt><dt>Depth</dt></dl>",
    ],
)
def test_other_lines_of_a_side_column_are_cut_out(lines: str) -> None:
    assert list(cut(f"<aside>{lines}</aside>{ARTICLE}").values()) == ["sidebar"]


def test_a_side_column_that_is_named_after_its_ingredients_is_not_cut_out() -> None:
    assert cut(f"<aside class=recipe__ingredients><p>2 apples</p></aside>{ARTICLE}") == {}
