"""Markdown that a CommonMark reader shows as the article has it, whatever is in it."""

from dataclasses import replace

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from whole_articles import HOSTILE, TEXTS, a_mark, an_article, articles, bare, blocks, settled

from harvester.models import Cell, Code, Figure, Footnote, Mark, MarkKind, Role, Table, TextBlock
from harvester.rendering.markdown import render_markdown
from harvester.storable import storable_text
from markdown_trip import differences

STRONG, EMPHASIS, LINK = MarkKind.STRONG, MarkKind.EMPHASIS, MarkKind.LINK


def paragraph(text: str, *marks: Mark) -> TextBlock:
    return TextBlock(Role.PARAGRAPH, text, marks=marks)


def test_an_article_is_markdown_that_a_person_would_write():
    text = render_markdown(an_article(), with_fields=False)
    assert text.startswith(
        "# A new pier\n\n*After ten years*\n\n"
        "Ada Holm, Bo Lund · 2024-05-01 · Harbour Courier · <https://harbour-courier.example/pier>\n\n"
        "## What the pier cost\n\n"
        "The pier, *as the **board** has it*, opened on Monday[^1] with 3 m<sup>²</sup> of CO<sub>2</sub> paint; "
        'see [the plans](<https://harbour-courier.example/pier?a=1&b=(2)> "The \\"plans\\"").\n\n'
        "3. Steel\n   - from the north\n4. Timber\n\n"
        "> It stands.\n>\n> And it stays.\n>\n> — [Ada Holm](https://ada.example/)\n\n"
        "```python\nif a < b:\n\twait()\n```\n\n"
        "*What it cost*\n\n| Part | Cost |  |\n| --- | --- | --- |\n"
    )
    assert "![A pier](https://harbour-courier.example/pier.jpg)\\\n*The pier at noon* Photo: Bo Lund\n" in text
    assert "> Look!\n>\n> — [social.example](https://social.example/1)\n" in text
    assert "```math\nE = mc^2\n```" in text
    assert "\n- Pier\n  - A way into the sea.\n\n***\n" in text
    assert text.endswith("港口开放了。\n\n[^1]: By the old calendar.\n")


def test_the_whole_article_comes_back():
    assert list(differences(an_article())) == []


@given(articles())
def test_any_article_comes_back(article):
    assert list(differences(article)) == []


@given(blocks())
def test_any_block_comes_back(block):
    assert list(differences(bare(block))) == []


@example("Title #", Role.HEADING)
@example("1.\n2)", Role.PARAGRAPH)
@given(HOSTILE.map(settled), st.sampled_from([Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE, Role.HEADING, Role.CAPTION]))
def test_text_never_turns_into_markup(text, role):
    assert list(differences(bare(TextBlock(role, text)))) == []


@given(HOSTILE, st.sampled_from(("", "python", "a`b")))
def test_code_stays_code_whatever_it_holds(text, language):
    markdown = render_markdown(bare(TextBlock(Role.CODE, text, code=Code(language)), paragraph("after")))
    assert markdown.endswith("after\n")
    assert text in markdown


@pytest.mark.parametrize(
    ("block", "markdown"),
    [
        (paragraph("bold!", Mark(STRONG, 0, 5)), "**bold!**"),
        (paragraph("both", Mark(STRONG, 0, 4), Mark(EMPHASIS, 0, 4)), "***both***"),
        (paragraph("un“real”ly", Mark(EMPHASIS, 2, 8)), "un<em>“real”</em>ly"),
        (paragraph("unreally", Mark(EMPHASIS, 2, 6)), "un*real*ly"),
        (paragraph("a bold b", Mark(STRONG, 1, 7)), "a **bold** b"),
        (paragraph("ab", Mark(STRONG, 0, 1), Mark(EMPHASIS, 1, 2)), "<strong>a</strong>*b*"),
        (paragraph("gone", Mark(MarkKind.DELETED, 0, 4)), "~~gone~~"),
        (paragraph("a`b", Mark(MarkKind.CODE, 0, 3)), "``a`b``"),
        (paragraph("`b", Mark(MarkKind.CODE, 0, 2)), "`` `b ``"),
        (paragraph("$b", Mark(MarkKind.CODE, 1, 2)), "$<code>b</code>"),
        (paragraph("ab", Mark(MarkKind.CODE, 0, 1), Mark(MarkKind.CODE, 1, 2)), "`a`<code>b</code>"),
        (paragraph("x", Mark(MarkKind.FORMULA, 0, 1, value="x^2")), "$`x^2`$"),
        (
            paragraph("漢字", Mark(MarkKind.RUBY, 0, 2, value="かんじ")),
            "<ruby>漢字<rp>(</rp><rt>かんじ</rt><rp>)</rp></ruby>",
        ),
        (paragraph("WHO", Mark(MarkKind.ABBR, 0, 3, value='"W"')), '<abbr title="&quot;W&quot;">WHO</abbr>'),
        (paragraph("http://a.example", Mark(LINK, 0, 16, "http://a.example")), "<http://a.example>"),
        (paragraph("no", Mark(LINK, 0, 2, "javascript:alert(1)")), "no"),
        (paragraph("see!", Mark(LINK, 0, 3, "/x y")), "[see](/x%20y)!"),
        (paragraph("!see", Mark(LINK, 1, 4, "http://a.example")), "\\![see](http://a.example)"),
        (TextBlock(Role.FIGURE, "", figure=Figure(None, caption="Left over")), "*Left over*"),
        (
            TextBlock(Role.TABLE, "", table=Table(((Cell("a|b"),), (Cell("\\|"),)))),
            "| a\\|b |\n| --- |\n| \\\\\\| |",
        ),
        (TextBlock(Role.HEADING, "Deep\nend", 1), "## Deep end"),
    ],
)
def test_each_thing_has_its_markdown(block, markdown):
    assert render_markdown(bare(block), with_fields=False) == markdown + "\n"


def test_a_list_that_skips_a_level_stays_a_list():
    items = tuple(TextBlock(Role.LIST_ITEM, f"item {level}", level) for level in (2, 5, 5, 3, 1))
    lines = render_markdown(bare(*items), with_fields=False).splitlines()
    assert lines == ["- item 2", "  - item 5", "  - item 5", "  - item 3", "- item 1"]


def test_a_note_that_nothing_calls_is_still_read():
    note = TextBlock(Role.FOOTNOTE, "Nobody calls it.", footnote=Footnote("k", "*"))
    assert render_markdown(bare(note), with_fields=False) == "\\* Nobody calls it.\n"


def fields_of(markdown: str) -> dict[str, object]:
    _, fields, _ = markdown.split("---\n", 2)
    return yaml.safe_load(fields)


def test_the_fields_stand_above_the_text_as_yaml():
    fields = fields_of(render_markdown(an_article()))
    assert fields["title"] == "A new pier"
    assert fields["authors"] == ["Ada Holm", "Bo Lund"]
    assert str(fields["date"]) == "2024-05-01"
    assert "modified" not in fields


@given(TEXTS, st.sampled_from(("2024-13-01", "2024-05-01T10:00:00+02:00", "yes", "12:30", "null", "2024-05-01")))
def test_fields_are_yaml_whatever_they_hold(text, published):
    article = an_article(title=text, tags=(text, "- a: b"), published=published, site=published)
    fields = fields_of(render_markdown(article))
    assert fields["title"] == storable_text(text)
    assert fields["tags"][1] == "- a: b"
    assert fields["site"] == published


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "</p><img src=x onerror=alert(1)>", "<!-- x", "<?x"])
def test_fields_are_no_markup_to_a_reader_that_knows_no_fields(said):
    markdown = render_markdown(an_article(title=said, tags=(said,)))
    assert "<script" not in MarkdownIt("commonmark").render(markdown)
    assert "<" not in markdown.split("---\n")[1]
    assert fields_of(markdown)["title"] == said
    assert fields_of(render_markdown(an_article(title="3 < 4")))["title"] == "3 < 4"


def test_the_fields_can_be_left_out():
    article = replace(an_article(), title=None)
    assert not render_markdown(article, with_fields=False).startswith("---")


def test_a_word_beside_a_mark_is_no_part_of_it():
    text = "a *star* and __lines__"
    block = paragraph(text, a_mark(STRONG, text, "*star*"))
    assert list(differences(bare(block))) == []


def test_a_raised_call_of_a_note_is_raised_once():
    call = paragraph("Opened1 late", Mark(MarkKind.SUP, 6, 7), Mark(MarkKind.FOOTNOTE, 6, 7, value="a"))
    note = TextBlock(Role.FOOTNOTE, "By the old calendar.", footnote=Footnote("a", "1"))
    markdown = render_markdown(bare(call, note), with_fields=False)
    assert markdown == "Opened[^1] late\n\n[^1]: By the old calendar.\n"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("where is it", "where $`x`$ is it"),
        ("where -axis is", "where $`x`$-axis is"),
        ("where ", "where $`x`$"),
        ("each 2n", "each 2$`x`$n"),
    ],
)
def test_a_word_behind_a_formula_that_the_page_draws_stands_apart_from_it(text, markdown):
    block = paragraph(text, Mark(MarkKind.FORMULA, 6, 6, value="x"))
    assert render_markdown(bare(block), with_fields=False) == markdown + "\n"


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("[Seoul=Newsis]The pier, [t]hey said [sic].", "[Seoul=Newsis]The pier, [t]hey said [sic]."),
        ("x86_64 and __init__ and _so_", "x86_64 and \\_\\_init\\_\\_ and \\_so\\_"),
        ("[x] done", "\\[x\\] done"),
        ("[pier](/a) [pier][a] [pier]: /a", "\\[pier\\](/a) \\[pier\\]\\[a\\] \\[pier\\]: /a"),
        ("[[pier]] ![pier] [^1] [@holm]", "\\[\\[pier\\]\\] !\\[pier\\] \\[^1\\] \\[@holm\\]"),
    ],
)
def test_what_cannot_be_markup_stands_as_it_is(text, markdown):
    article = bare(paragraph(text))
    assert render_markdown(article, with_fields=False) == markdown + "\n"
    assert list(differences(article)) == []


def test_brackets_before_a_link_are_escaped():
    article = bare(paragraph("[pier] here", Mark(LINK, 6, 11, "https://a.example/")))
    assert list(differences(article)) == []
    beside = bare(paragraph("[pier]here", Mark(LINK, 6, 10, "https://a.example/")))
    assert render_markdown(beside, with_fields=False).startswith("\\[pier\\][here](")
    assert list(differences(beside)) == []


def test_the_number_of_a_heading_is_no_list():
    article = bare(TextBlock(Role.HEADING, "1. The pier #", 2), TextBlock(Role.HEADING, "- and more", 2))
    assert render_markdown(article, with_fields=False) == "## 1. The pier \\#\n\n## - and more\n"
    assert list(differences(article)) == []


@pytest.mark.parametrize("url", ["#)[x](javascript:alert(1))", "x)<script>", "javascript:alert(1)"])
def test_an_address_that_is_none_is_text_in_the_byline(url):
    markdown = render_markdown(an_article(canonical_url=url), with_fields=False)
    reader = MarkdownIt("commonmark")
    reader.validateLink = lambda _: True
    shown = reader.render(markdown.split("\n\n")[2])
    assert "<script" not in shown
    assert 'href="javascript' not in shown


def test_a_list_in_a_list_may_begin_with_any_number():
    items = (
        TextBlock(Role.LIST_ITEM, "Steel", 1),
        TextBlock(Role.LIST_ITEM, "from the north", 2, ordered=True, number=4),
        TextBlock(Role.LIST_ITEM, "from the south", 2, ordered=True, number=5),
    )
    article = bare(*items)
    wanted = "- Steel\n\n  4. from the north\n  5. from the south\n"
    assert render_markdown(article, with_fields=False) == wanted
    assert list(differences(article)) == []


def test_a_strong_nul_behind_a_word_is_strong():
    block = paragraph("11\x00", Mark(STRONG, 2, 3))
    assert list(differences(bare(block))) == []
