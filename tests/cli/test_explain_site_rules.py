"""`harvester explain`: the containers of each block, and the rule that would change its verdict."""

from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from harvester.cli import commands

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
PIER = FIXTURES / "rules" / "pier.html"
PAGES = [
    PIER,
    *(FIXTURES / "html" / f"{name}.html" for name in ("french--lire-aussi", "comments--longer-than-article")),
]


def harvester(*arguments):
    return CliRunner().invoke(commands, list(map(str, arguments)))


def rows_of(page, *options):
    """Return number, verdict and text of each block."""
    lines = harvester("explain", page, *options).stdout.splitlines()
    heads = [at for at, line in enumerate(lines) if line[:4].strip().isdigit() and line[4:6] == "  "]
    return [(int(lines[at][:4]), lines[at].split()[1], lines[at + 1].strip()) for at in heads]


def test_a_block_stands_in_its_containers_with_class_or_id():
    shown = harvester("explain", PIER).stdout
    assert "  in main.page > aside.sidebar > div.figures\n      Cost: 2.1 million." in shown


@cache
def suggestion(page, number):
    """Return what is to be written into the file, and what it is said to change beside the block; None: no rule."""
    result = harvester("explain", page, "--suggest", number)
    if result.exit_code == 1:
        assert (result.stdout, "No rule was found" in result.stderr) == ("", True)
        return None
    assert "With this rule in" in result.stderr, result.output
    return result.stdout, result.stderr.partition("With this rule in ")[2].partition(":\n\n")[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_is_suggested_for_a_block_does_what_it_says_and_passes_its_own_check(page, tmp_path):
    before = rows_of(page)
    by_verdict = {verdict: [row for row in before if row[1] == verdict] for verdict in ("kept", "removed")}
    for number, verdict, _ in (*by_verdict["kept"][-2:], *by_verdict["removed"][-3:]):
        found = suggestion(page, number)
        if found is None:
            continue
        toml, promise = found
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / promise.split()[0]).write_text(toml, encoding="utf-8")
        checked = harvester("rules", "check", folder)
        assert checked.exit_code == 0, checked.output
        after = rows_of(page, "--rules", folder)
        if len(after) > len(before):  # a menu that was one block
            shown_after = {text: verdict for _, verdict, text in after}
            lines = before[number - 1][2].split("\\n")
            assert {shown_after[line] for line in lines} == {"kept"}
            continue
        assert [row[2] for row in after] == [row[2] for row in before]
        changed = {new[0] for old, new in zip(before, after, strict=True) if old[1] != new[1]}
        also = {int(word) for word in promise.partition("so ")[2].replace(",", " ").split() if word.isdigit()}
        assert changed == {number} | also, (number, verdict, toml)


def test_a_rule_is_found_for_most_blocks():
    rows = rows_of(PIER)
    found = [suggestion(PIER, number) for number, _, _ in rows]
    assert found.count(None) <= 1


def test_what_is_suggested_can_be_appended_to_a_file_as_it_is_printed(tmp_path):
    file = tmp_path / "harbour-echo.example.toml"
    rules = [suggestion(PIER, number)[0] for number in (8, 12)]
    file.write_text("".join(rules), encoding="utf-8")
    checked = harvester("rules", "check", tmp_path)
    assert checked.exit_code == 0, checked.output
    verdicts = {number: verdict for number, verdict, _ in rows_of(PIER, "--rules", tmp_path)}
    assert (verdicts[8], verdicts[12]) == ("removed", "kept")


@pytest.mark.parametrize("number", ["0", "99", "-1"])
def test_a_block_that_is_not_there_is_wrong_usage(number):
    result = harvester("explain", PIER, "--suggest", number)
    assert result.exit_code == 2
    assert "the page has 15" in result.output


def test_what_a_page_says_cannot_steer_the_terminal_or_break_the_rule(tmp_path):
    text = "Buy 'now' \"here\" \\ &lt;b&gt; \x1b[2J\u202e and never again, dear readers of this harbour and all others."
    prose = f"<p>{'The ferry left the pier at seven, as the board had promised the islanders. ' * 4}</p>"
    (tmp_path / "a.html").write_text(
        f'<html><link rel=canonical href="https://www.echo.example/a"><article>{prose}'
        f"""<p class='ad"x it&#39;s md:w-1'>{text}</p></article></html>""",
        encoding="utf-8",
    )
    number = next(row[0] for row in rows_of(tmp_path / "a.html") if row[2].startswith("Buy"))
    result = harvester("explain", tmp_path / "a.html", "--suggest", number)
    assert not {"\x1b", "\u202e"} & set(result.output)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "echo.example.toml").write_text(result.stdout, encoding="utf-8")
    assert harvester("rules", "check", tmp_path / "rules").exit_code == 0


def test_a_file_that_is_no_page_is_called_what_it_is(tmp_path):
    (tmp_path / "feed.html").write_text("<rss version='2.0'><channel><title>Pier</title></channel></rss>")
    (tmp_path / "note.txt").write_text("[1]")
    assert "`clean` refuses the page: this is a feed, not a page" in harvester("explain", tmp_path / "feed.html").stdout
    assert "refuses" not in harvester("explain", tmp_path / "note.txt").stdout
