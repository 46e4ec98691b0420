"""The guide to the rules of one site is tried: each command in it, with what it prints."""

import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

import harvester
from harvester.cli import commands

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8").partition("\n## Rules of one site\n")[2]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = FENCE.findall(GUIDE)
RULES = next(text for form, text in BLOCKS if form == "toml")
CONFIG = next(text for form, text in BLOCKS if form == "" and text.startswith("title:"))


def commands_of(block):
    """Return each command of a console with the lines that it prints."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def fits(shown, expected):
    """Return whether lines are those expected, in which "..." stands for any number of lines."""
    pattern = "".join("(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in shown)) is not None


@pytest.fixture
def desk(tmp_path, monkeypatch):
    for page in (ROOT / "fixtures" / "rules").glob("*.html"):
        shutil.copy(page, tmp_path)
    (tmp_path / "my-rules").mkdir()
    (tmp_path / "my-rules" / "harbour-echo.example.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "beacon.example.txt").write_text(CONFIG, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_each_command_of_the_guide_prints_what_the_guide_says(desk):
    tried = [one for form, text in BLOCKS if form == "console" for one in commands_of(text)]
    assert len(tried) == 10
    for line, expected in tried:
        result = CliRunner().invoke(commands, line.removeprefix("harvester ").split())
        assert result.exit_code == ("clean" in line), result.output  # of the two pages one is refused
        assert fits(result.output.splitlines(), expected), f"{line}\n{result.output}"


def test_the_mistake_of_the_guide_is_told_in_its_words(desk):
    words = next(text for form, text in BLOCKS if form == "" and text.startswith("Error:"))
    (desk / "my-rules" / "harbour-echo.example.toml").write_text(RULES.replace('"p.plug"', '"p["'), encoding="utf-8")
    result = CliRunner().invoke(commands, ["explain", "pier.html", "--rules", "my-rules"])
    assert result.exit_code == 2
    assert words in result.output


def test_the_python_of_the_guide_gives_the_article_of_the_command(desk):
    code = next(text for form, text in BLOCKS if form == "python")
    names = {"html": Path("pier.html").read_text(encoding="utf-8")}
    exec(code, names)
    assert names["article"].title == "The old pier opens again after eleven years"
    assert names["article"].text.endswith("Cost: 2.1 million.")
    by_folder = harvester.clean(names["html"], "https://www.harbour-echo.example/2024/pier", rules="my-rules")
    assert by_folder == names["article"]
