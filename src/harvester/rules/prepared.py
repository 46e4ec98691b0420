"""What building the package makes of the tables, so that no process has to parse them and to read their patterns.

A cache, and nothing else: a table is looked up by the digest of its bytes, and the whole counts as long as the code
that made it is the same. Where there is none, as in a checkout that was not built, all is made from TOML.

The file has a line a table, "DIGEST JSON", behind a first one, "DIGEST {DIGEST: [OFFSET, BYTES]}": the digest of the
code, and where the line of each table is, counted from the second line on.
"""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from harvester.rules.kinds import is_strings
from harvester.rules.literals import Alternatives, alternatives_of

FILE: Final = "prepared.jsonl"
WORDINGS: Final = "wordings"  # the section with what boilerplate says, for a language that is one file
_ROOM: Final = Path(__file__).parent
_MAKERS: Final = ("literals.py", "prepared.py")
_PATTERNS: Final = ("lines", "weak_lines")


@dataclass(frozen=True, slots=True)
class Prepared:
    """One table."""

    table: dict[str, Any]  # parsed
    patterns: Mapping[str, Alternatives]  # each pattern of its wordings, as `alternatives_of` gives it


@dataclass(frozen=True, slots=True)
class PreparedTables:
    """All tables in a file, each read when it is asked for; a process asks for each once."""

    file: Path
    start: int  # of the second line
    at: Mapping[str, tuple[int, int]]  # digest of a table -> offset, bytes

    def find(self, table: bytes) -> Prepared | None:
        """Return what was made of a table; None where nothing was."""
        name = _digest(table)
        if name not in self.at:
            return None
        offset, length = self.at[name]
        try:
            with self.file.open("rb") as opened:
                opened.seek(self.start + offset)
                found, _, made = opened.read(length).partition(b" ")
        except OSError:
            return None
        # Another one, where the package is built again under a running process.
        return _from_json(json.loads(made)) if found == name.encode() and len(found) + len(made) + 1 == length else None


@cache
def prepared_tables() -> PreparedTables:
    """Return what was made of the packaged tables when the package was built; nothing where it was not."""
    return read_prepared(_ROOM / FILE)


def read_prepared(file: Path) -> PreparedTables:
    """Return what a file of prepared tables holds; nothing where there is none, or other code made it."""
    try:
        with file.open("rb") as opened:
            head = opened.readline()
    except OSError:
        head = b""
    made_by, _, at = head.partition(b" ")
    is_ours = made_by == _makers().encode() and at.endswith(b"\n")
    return PreparedTables(file, len(head), json.loads(at) if is_ours else {})


def prepare(tables: Iterable[bytes]) -> bytes:
    """Return the content of the file for these tables, which are TOML. Raises ValueError for what is none."""
    lines = [f"{_digest(table)} {json.dumps(_to_json(table), ensure_ascii=False)}".encode() for table in tables]
    at: dict[str, tuple[int, int]] = {}
    offset = 0
    for line in lines:
        at[line[: line.index(b" ")].decode()] = offset, len(line)
        offset += len(line) + 1
    head = f"{_makers()} {json.dumps(at)}".encode()
    return b"\n".join([head, *lines, b""])


def write_prepared(to: str) -> None:
    """Write the file for all packaged tables; called by setup.py. Whoever reads it meanwhile has the old one whole."""
    part = Path(f"{to}.part")
    part.write_bytes(prepare(file.read_bytes() for file in sorted(_ROOM.rglob("*.toml"))))
    part.replace(to)


def _to_json(table: bytes) -> list[Any]:
    parsed = tomllib.loads(table.decode("utf-8"))
    read = {pattern: alternatives_of(pattern) for pattern in _patterns_of(parsed)}
    return [parsed, {pattern: [(one, _to_texts(groups)) for one, groups in made] for pattern, made in read.items()}]


def _from_json(made: list[Any]) -> Prepared:
    table, patterns = made
    read = {pattern: tuple([(one, _to_groups(texts)) for one, texts in parts]) for pattern, parts in patterns.items()}
    return Prepared(table, read)


def _to_texts(groups: tuple[tuple[bytes, ...], ...] | None) -> list[list[str]] | None:
    """Return literals as JSON can hold them: a character a byte, as some end within a letter."""
    return None if groups is None else [[literal.decode("latin-1") for literal in group] for group in groups]


def _to_groups(texts: list[list[str]] | None) -> tuple[tuple[bytes, ...], ...] | None:
    return None if texts is None else tuple([tuple([text.encode("latin-1") for text in group]) for group in texts])


def _patterns_of(parsed: Mapping[str, Any]) -> Iterator[str]:
    """Yield the patterns of a language's wordings; of a table of another form, none."""
    for row in parsed.get(WORDINGS, parsed).values():
        lists = (row.get(key) for key in _PATTERNS) if isinstance(row, dict) else ()
        yield from (pattern for found in lists if is_strings(found) for pattern in found)


def _digest(table: bytes) -> str:
    return sha256(table).hexdigest()[:32]


@cache
def _makers() -> str:
    """Return the digest of the code that makes the file."""
    return _digest(b"\0".join((_ROOM / name).read_bytes() for name in _MAKERS))
