"""The packaged tables, read into one `Rules`."""

import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from harvester.errors import RulesError
from harvester.rules.kinds import KINDS_TABLE, Hit, Kind, read_kinds
from harvester.rules.markup_rules import index_places
from harvester.rules.regex_sets import LanguageLines, compile_patterns
from harvester.rules.text_patterns import ALWAYS, LineIndex, number_patterns, read_wordings

LANGUAGES: Final = "languages"
# A page has some hundred different signatures, a site some thousand.
_PLACES_CACHED: Final = 16_384
_LINES_CACHED: Final = 16_384  # a page's lines are asked for twice, a site's menus on every page; about 5 MB


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """All rules, ready to be asked; one object serves all pages of a worker process."""

    digest: str  # 12 hex digits over all tables: tells which articles a change made stale
    kinds: Mapping[str, Kind]  # in the order of boilerplate.toml
    _match_place: Callable[[str], tuple[Hit, ...]]
    _match_line: Callable[[str, frozenset[str]], tuple[Hit, ...]]
    _longest_line: int  # characters: no kind's wordings are tried on more

    def places(self, signature: str) -> tuple[Hit, ...]:
        """Return the hits of an element's signature: one a kind, that of the longest phrase first.

        A hit says what the words mean, not that the element may go: tokens like "share" and "comment open"
        also sit on wrappers of whole articles, so the caller keeps every container that holds the body.
        """
        return self._match_place(signature)

    def lines(self, line: str, languages: frozenset[str]) -> tuple[Hit, ...]:
        """Return the hits of one line of text: strong ones first.

        Tried are English, the page's `languages` (BCP 47) and the tables of the scripts that the line holds.
        A line longer than a kind's `max_chars` is not matched by it.
        Raises `RulesError` when a language's table, read at its first use, is wrong.
        """
        return self._match_line(line, languages) if len(line) <= self._longest_line else ()


@cache
def load_rules() -> Rules:
    """Return the packaged rules, read once a process.

    Raises `RulesError` that names table, key and pattern.
    """
    return read_rules(files("harvester.rules"))


def read_rules(folder: Traversable) -> Rules:
    """Return the rules of `folder`: boilerplate.toml and languages/*.toml.

    Raises `RulesError` that names table and key.
    """
    tables = _read_tables(folder)
    kinds = read_kinds(_parse(KINDS_TABLE, tables[KINDS_TABLE]))
    return Rules(
        digest=_digest(tables),
        kinds=kinds,
        _match_place=lru_cache(maxsize=_PLACES_CACHED)(index_places(kinds.values()).match),
        _match_line=lru_cache(maxsize=_LINES_CACHED)(_index_lines(tables, kinds).match),
        _longest_line=max((kind.max_chars for kind in kinds.values()), default=0),
    )


def _read_tables(folder: Traversable) -> dict[str, bytes]:
    """Return every table's bytes by its name, "languages/en.toml"."""
    top = {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(".toml")}
    if KINDS_TABLE not in top:
        raise RulesError(str(folder), "bad_rules", f"holds no {KINDS_TABLE}")
    languages = (item for item in (folder / LANGUAGES).iterdir() if item.name.endswith(".toml"))
    return top | {f"{LANGUAGES}/{item.name}": item.read_bytes() for item in languages}


def _index_lines(tables: Mapping[str, bytes], kinds: Mapping[str, Kind]) -> LineIndex:
    names = (name.removeprefix(f"{LANGUAGES}/").removesuffix(".toml") for name in tables if "/" in name)

    @cache
    def compiled(language: str) -> LanguageLines:
        name = f"{LANGUAGES}/{language}.toml"
        wordings = read_wordings(name, _parse(name, tables[name]), kinds)
        return compile_patterns(name, number_patterns(language, wordings, kinds), is_often=language == ALWAYS)

    return LineIndex(frozenset(names), compiled)


def _parse(name: str, table: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(table.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(name, "bad_rules", f"is no TOML: {error}") from error


def _digest(tables: Mapping[str, bytes]) -> str:
    """Return 12 hex digits over names and bytes; line ends count as one, whatever the checkout made of them."""
    total = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name].replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(table)}\0".encode())
        total.update(table)
    return total.hexdigest()[:12]
