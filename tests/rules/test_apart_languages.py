"""What tells a language from others fits what those say: a table that does not is refused by name."""

import shutil
from importlib.resources import files
from pathlib import Path

import pytest

from harvester.errors import RulesError
from harvester.rules.load import read_rules

ALIKE = 'alike = ["hr", "sr"]'


@pytest.mark.parametrize(
    ("tag", "before", "after", "named"),
    [
        ("bs", ALIKE, 'alike = ["hr", "sr", "xx"]', "'apart.alike' names 'xx', which is no other language"),
        ("bs", ALIKE, 'alike = ["hr", "sr", "bs"]', "'apart.alike' names 'bs', which is no other language"),
        ("bs", ALIKE, 'alike = ["hr"]', "'apart.alike' names 'hr', whose own must name the same"),
        ("bs", ALIKE, 'alike = ["hr", "sr", "sl"]', "'apart.alike' names 'hr', whose own must name the same"),
        ("bs", "words = [", "other = [", "'apart.alike' is of no use without 'apart.words'"),
        ("af", 'from = ["nl"]', 'from = ["xx"]', "'apart.from' names 'xx', which is no other language"),
        ("af", "own = [", "mine = [", "'apart.from' is of no use without 'apart.own'"),
        ("af", "others = [", "theirs = [", "'apart.from' is of no use without 'apart.others'"),
    ],
)
def test_languages_that_do_not_fit_each_other_are_refused_by_name(
    tag: str, before: str, after: str, named: str, tmp_path: Path
) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(str(files("harvester.rules")), folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    table = folder / "fields" / f"{tag}.toml"
    text = table.read_text(encoding="utf-8")
    assert before in text
    table.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(RulesError, match=named) as raised:
        read_rules(folder).lexicon  # noqa: B018 - which is read when it is first asked for
    assert f"fields/{tag}.toml" in str(raised.value)
