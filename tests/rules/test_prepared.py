"""What is made of the tables at build time is what would be made of them now, and counts for nothing else."""

import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from harvester.rules import prepared
from harvester.rules.literals import alternatives_of
from harvester.rules.load import LANGUAGES, read_rules
from harvester.rules.prepared import WORDINGS, PreparedTables, prepare, prepared_tables, read_prepared, write_prepared

ROOM = Path(str(files("harvester.rules")))
TABLES = {path.relative_to(ROOM).as_posix(): path.read_bytes() for path in sorted(ROOM.rglob("*.toml"))}
SMALL = b'[share_bar]\nlines = ["^share(d|s)?$|^tw[ei]+t$", "(?P<odd>x)"]\ndrop = ["share"]\n'


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> PreparedTables:
    """Return all packaged tables as setup.py prepares them."""
    file = tmp_path_factory.mktemp("prepared") / "prepared.jsonl"
    write_prepared(str(file))
    return read_prepared(file)


def of_small(folder: Path, content: bytes) -> PreparedTables:
    (folder / "small.jsonl").write_bytes(content)
    return read_prepared(folder / "small.jsonl")


def test_a_prepared_table_is_what_its_toml_says(written: PreparedTables) -> None:
    for name, table in TABLES.items():
        made = written.find(table)
        assert made is not None, name
        assert made.table == tomllib.loads(table.decode()), name
        assert all(parts == alternatives_of(pattern) for pattern, parts in made.patterns.items()), name
        if name.startswith(LANGUAGES) or WORDINGS in made.table:
            kinds = made.table.get(WORDINGS, made.table).values()
            wanted = {pattern for kind in kinds for key in ("lines", "weak_lines") for pattern in kind.get(key, ())}
            assert made.patterns.keys() == wanted, name


def test_what_was_built_here_is_what_is_made_now(written: PreparedTables) -> None:
    built = prepared_tables()
    found = [(built.find(table), written.find(table)) for table in TABLES.values()]
    assert all(one in (None, other) for one, other in found)  # a table may have been changed since


def test_a_pattern_that_is_not_read_is_kept_as_such(tmp_path: Path) -> None:
    made = of_small(tmp_path, prepare([SMALL])).find(SMALL)
    assert made is not None
    assert made.patterns["(?P<odd>x)"] == (("(?P<odd>x)", None),)


def test_nothing_is_found_for_a_table_of_other_bytes(written: PreparedTables) -> None:
    assert written.find(TABLES["languages/en.toml"] + b"\n") is None


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"0123 {}\n", b"\xff \xff\n"])
def test_a_file_that_is_none_holds_nothing(tmp_path: Path, content: bytes) -> None:
    assert of_small(tmp_path, content).find(SMALL) is None


def test_a_file_that_is_missing_holds_nothing(tmp_path: Path) -> None:
    assert read_prepared(tmp_path / "none").find(SMALL) is None


def test_a_file_of_other_code_holds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = prepare([SMALL])
    monkeypatch.setattr(prepared, "_makers", lambda: "of another version")
    assert of_small(tmp_path, content).find(SMALL) is None


@pytest.mark.parametrize("until", [-1, -5, -100])
def test_a_file_that_was_cut_off_holds_nothing(tmp_path: Path, until: int) -> None:
    content = prepare([SMALL]).removesuffix(b"\n")
    assert of_small(tmp_path, content).find(SMALL) is not None
    assert of_small(tmp_path, content[:until]).find(SMALL) is None


def test_a_file_that_is_written_again_under_a_running_process_gives_no_other_table(tmp_path: Path) -> None:
    others = [SMALL + b"# %d\n" % number for number in range(3)]
    before = of_small(tmp_path, prepare([*others, SMALL]))
    of_small(tmp_path, prepare([SMALL, *reversed(others)]))
    assert before.find(SMALL) is None


def test_rules_are_the_same_prepared_and_parsed(monkeypatch: pytest.MonkeyPatch, written: PreparedTables) -> None:
    lines = ("Read more: all of it", "Teilen", "Читайте также", "分享到微信", "Foto: dpa", "nothing of the kind")
    found = []
    for tables in (written, read_prepared(ROOM / "none")):
        monkeypatch.setattr("harvester.rules.load.prepared_tables", lambda tables=tables: tables)
        rules = read_rules(files("harvester.rules"))
        lexicon = rules.lexicon
        words = {name: getattr(lexicon, name) for name in lexicon.__dataclass_fields__}
        found.append((rules.digest, rules.kinds, [rules.lines(line, frozenset({"de"})) for line in lines], words))
    assert found[0] == found[1]
    assert any(found[0][2])
