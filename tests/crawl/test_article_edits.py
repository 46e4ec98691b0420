"""An edit of an article is a new version, and what was edited can be read (case 28)."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harvester.cleaning import clean_page
from harvester.cli import commands
from harvester.crawl.article_edits import is_new_version, readable_diff
from harvester.models import Edition, Page, Role, TextBlock
from harvester.store.articles import article_json

PARAGRAPHS = (
    "A grey seal lay on the slipway of the inner harbour for three hours on Thursday, and nobody dared to wake it.",
    "The ferry to the islands left late, the bread van turned back, and the school class drew the animal in chalk.",
    "At noon it yawned, looked at the harbour master as if he were the one in the way, and slid into the water.",
)
BANNER = "<div class='cookie-banner'><p>We use cookies. <button>Accept</button></p></div>"
MENU = "<nav><ul><li><a href='/a/'>Harbour</a></li><li><a href='/b/'>World</a></li></ul></nav>"


def article(paragraphs=PARAGRAPHS, title="Seal blocks slipway", around=""):
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html lang=en><head><title>{title}</title></head><body>{around}<article><h1>{title}</h1>{body}</article>"
    return clean_page(Page("https://courier.example/seal/", html.encode(), status=200))[0]


ARTICLE = article()


def test_an_edit_of_text_or_title_is_a_new_version():
    for edited in (
        article((*PARAGRAPHS, "The port has no rule for seals, and does not intend to write one, said the master.")),
        article((PARAGRAPHS[0].replace("three", "four"), *PARAGRAPHS[1:])),
        article(PARAGRAPHS[:2]),
        article(PARAGRAPHS[::-1]),
        article(title="Seal sleeps on slipway"),
        article(title="Seal blocks 2 slipways"),
    ):
        assert is_new_version(ARTICLE, edited)


@pytest.mark.parametrize(
    "same",
    [
        article(around=BANNER),
        article(around=MENU),
        article(around=BANNER + MENU.replace("World", "The whole wide world")),
        article(tuple(text.replace(" ", "\n  ") for text in PARAGRAPHS)),
        article(title="  Seal blocks   slipway "),
    ],
    ids=["banner", "menu", "both", "white space", "white space in the title"],
)
def test_a_change_around_the_article_is_no_version(same):
    assert same.page.sha256 != ARTICLE.page.sha256
    assert not is_new_version(ARTICLE, same)


def with_line(text, role=Role.PARAGRAPH, page="x"):
    blocks = (*ARTICLE.blocks, TextBlock(role, text))
    return replace(ARTICLE, blocks=blocks, page=replace(ARTICLE.page, sha256=page))


def test_a_counter_that_cleaning_left_in_is_no_edit():
    assert not is_new_version(with_line("1,234 views", page="a"), with_line("98 views", page="b"))
    assert is_new_version(with_line("12 dead", Role.HEADING, "a"), with_line("13 dead", Role.HEADING, "b"))
    assert is_new_version(
        with_line("In all 12 people were hurt, the police said on Friday.", page="a"),
        with_line("In all 13 people were hurt, the police said on Friday.", page="b"),
    )


def test_the_same_page_cleaned_by_other_rules_is_no_edit():
    assert not is_new_version(ARTICLE, replace(ARTICLE, blocks=ARTICLE.blocks[:1], text=ARTICLE.blocks[0].text))


@given(st.lists(st.text(max_size=30), min_size=1, max_size=4))
def test_an_article_is_never_an_edit_of_itself(texts):
    blocks = tuple(TextBlock(Role.PARAGRAPH, text) for text in texts)
    one = replace(ARTICLE, blocks=blocks)
    other = replace(one, page=replace(one.page, sha256="other"))
    assert not is_new_version(one, other)
    assert readable_diff(one, other) == ""


# ── what was edited ──────────────────────────────────────────────────────────────────────────


def test_the_diff_can_be_read():
    edited = article(
        (PARAGRAPHS[0].replace("three hours", "four hours"), PARAGRAPHS[1], "The port has no rule for sleeping seals."),
        title="Seal blocks slipway again",
    )
    assert readable_diff(ARTICLE, edited).splitlines() == [
        "title: Seal blocks slipway{+ again+}",
        "",
        f"~ {PARAGRAPHS[0].replace('three', '[-three-]{+four+}')}",
        "  ... 1 block unchanged",
        f"- {PARAGRAPHS[2]}",
        "+ The port has no rule for sleeping seals.",
    ]


def test_chinese_is_compared_by_characters():
    old = replace(ARTICLE, blocks=(TextBlock(Role.PARAGRAPH, "渡口老人四十年义务摆渡，村民为他修桥。"),))
    new = replace(ARTICLE, blocks=(TextBlock(Role.PARAGRAPH, "渡口老人五十年义务摆渡，村民为他修桥。"),))
    assert readable_diff(old, new) == "~ 渡口老人[-四-]{+五+}十年义务摆渡，村民为他修桥。\n"


@given(
    st.lists(st.sampled_from(PARAGRAPHS + ("A.", "B c.")), max_size=8),
    st.lists(st.sampled_from(PARAGRAPHS), max_size=8),
)
def test_every_block_of_both_texts_is_accounted_for(old, new):
    first, second = (
        replace(ARTICLE, blocks=tuple(TextBlock(Role.PARAGRAPH, text) for text in texts)) for texts in (old, new)
    )
    lines = readable_diff(first, second).splitlines()
    kept = sum(int(line.split()[1]) for line in lines if line.startswith("  ... "))
    edited = sum(line.startswith("~ ") for line in lines)
    if old != new:
        assert kept + edited + sum(line.startswith("- ") for line in lines) == len(old)
        assert kept + edited + sum(line.startswith("+ ") for line in lines) == len(new)


# ── the command ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def stored(tmp_path):
    """Return the file of an article of three versions."""
    path = tmp_path / "courier.example" / f"{ARTICLE.id}.json"
    (path.parent / "versions").mkdir(parents=True)
    titles = ("Seal blocks slipway", "Seal sleeps on slipway", "Seal \x1b[31mgone")
    for number, title in enumerate(titles, start=1):
        previous = f"versions/{ARTICLE.id}.{number - 1}.json" if number > 1 else None
        edition = Edition(number, previous, "2024-05-30T06:00:00Z")
        file = path if number == 3 else path.parent / "versions" / f"{ARTICLE.id}.{number}.json"
        file.write_bytes(article_json(replace(ARTICLE, title=title, edition=edition)))
    return path


def diff(*arguments):
    return CliRunner().invoke(commands, ["diff", *map(str, arguments)])


def test_diff_shows_the_latest_edit_and_lets_no_terminal_code_through(stored):
    result = diff(stored)
    assert result.exit_code == 0
    assert "title: Seal [-sleeps on slipway-]" in result.output
    assert "\x1b[31m" not in result.output
    assert result.output.splitlines()[0].startswith("--- version 2, ")


def test_diff_shows_an_earlier_edit(stored):
    assert "[-blocks-]" in diff(stored, "--version", 2).output


def test_diff_of_what_was_never_edited_says_so(stored, tmp_path):
    only = tmp_path / "one.json"
    only.write_bytes(article_json(ARTICLE))
    assert diff(only).exit_code == 1
    assert "one version only" in diff(only).stderr
    assert (diff(stored, "--version", 9).exit_code, diff(stored, "--version", 1).exit_code) == (1, 2)


def test_diff_of_a_version_that_is_lost_names_the_file(stored):
    (stored.parent / "versions" / f"{ARTICLE.id}.2.json").unlink()
    result = diff(stored)
    assert result.exit_code == 1
    assert f"{ARTICLE.id}.2.json" in result.stderr
