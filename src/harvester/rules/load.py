"""The packaged tables, read into one `Rules`: the one place where rules are loaded."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from harvester.errors import Reason, RulesError
from harvester.rules.kinds import KINDS_TABLE, BoilerplateKind, Hit, read_kinds
from harvester.rules.lexicon import FIELDS, TABLE, Lexicon, read_language, read_lexicon
from harvester.rules.markup_rules import index_places, match_places
from harvester.rules.prepared import WORDINGS, Prepared, prepared_tables
from harvester.rules.regex_sets import LanguageLines, PageLines, compile_patterns, joined
from harvester.rules.text_patterns import (
    ALWAYS,
    KnownLines,
    LineIndex,
    number_patterns,
    read_wordings,
    tables_of_scripts,
)

LANGUAGES: Final = "languages"
_WORDED: Final = f"\n[{WORDINGS}.".encode()  # in a language's file of words that holds its wordings, too
# A page has some hundred different signatures, a site some thousand.
_PLACES_CACHED: Final = 16_384
_JOINED_CACHED: Final = 1_024  # sets of languages that stand on one page


@dataclass(frozen=True, slots=True, eq=False)
class Rules:
    """All rules, ready to be asked; one object serves all pages of a worker process."""

    digest: str  # 12 hex digits over all tables: tells which articles a change made stale
    kinds: Mapping[str, BoilerplateKind]  # in the order of boilerplate.toml
    _match_place: Callable[[str], tuple[Hit, ...]]
    compiled_places: object | None  # `native/markup_rules.c`: the phrases of all places; None: interpreted
    _match_lines: Callable[[Sequence[str], frozenset[str]], list[tuple[Hit, ...]]]
    _lexicon: Callable[[], Lexicon]

    @property
    def lexicon(self) -> Lexicon:
        """The words by which pages name who, when, where and what; read at its first use. Raises `RulesError`."""
        return self._lexicon()

    def places(self, signature: str) -> tuple[Hit, ...]:
        """Return the hits of an element's signature: one a kind, that of the longest phrase first.

        A hit gives the meaning of the words, not that the element may go: tokens like "share" and "comment open"
        also sit on wrappers of whole articles, so the caller keeps every container that holds the body.
        """
        return self._match_place(signature)

    def places_of_all(self, signatures: Iterable[str]) -> tuple[tuple[Hit, ...], ...]:
        """Return the hits of each signature, as `places` does: a page has hundreds, of which hardly any has one."""
        return tuple(map(self._match_place, signatures))

    def lines(self, line: str, languages: frozenset[str]) -> tuple[Hit, ...]:
        """Return the hits of one line of text: strong ones first.

        Tried are English, the page's `languages` (BCP 47) and the tables of the scripts that the line holds.
        A line longer than a kind's `max_chars` is not matched by it.
        Raises `RulesError` when a language's table, read at its first use, is wrong.
        """
        return self._match_lines((line,), languages)[0]

    def lines_of_all(self, lines: Sequence[str], languages: frozenset[str]) -> list[tuple[Hit, ...]]:
        """Return the hits of each line, as `lines` does: asked for together, a page's cost half."""
        return self._match_lines(lines, languages)


@cache
def load_rules() -> Rules:
    """Return the packaged rules, read once a process.

    Raises `RulesError` that names table, key and pattern.
    """
    return read_rules(files("harvester.rules"))


def read_rules(folder: Traversable) -> Rules:
    """Return the rules of `folder`: boilerplate.toml, languages/*.toml, metadata.toml and fields/*.toml.

    A language's wordings are in a file of their own, or as [wordings.KIND] in that of its words.

    Raises `RulesError` that names table and key.
    """
    tables = _read_tables(folder)
    kinds = read_kinds(_parse(KINDS_TABLE, tables[KINDS_TABLE]))
    lexicon = cache(partial(_read_lexicon, tables, kinds))
    places = index_places(kinds.values())
    compiled = places.compiled()
    longest = max((kind.max_chars for kind in kinds.values()), default=0)
    return Rules(
        digest=_digest(tables),
        kinds=kinds,
        _match_place=lru_cache(maxsize=_PLACES_CACHED)(partial(match_places, places, compiled)),
        compiled_places=compiled,
        _match_lines=KnownLines(_index_lines(tables, kinds, lexicon), longest).hits,
        _lexicon=lexicon,
    )


def _read_tables(folder: Traversable) -> dict[str, bytes]:
    """Return every table's bytes by its name, "languages/en.toml"."""
    top = {item.name: item.read_bytes() for item in folder.iterdir() if item.name.endswith(".toml")}
    if KINDS_TABLE not in top:
        raise RulesError(str(folder), Reason.BAD_RULES, f"holds no {KINDS_TABLE}")
    return top | _read_room(folder, LANGUAGES) | _read_room(folder, FIELDS)


def _read_room(folder: Traversable, room: str) -> dict[str, bytes]:
    found = folder / room
    items = sorted(found.iterdir(), key=lambda item: item.name) if found.is_dir() else ()
    return {f"{room}/{item.name}": item.read_bytes() for item in items if item.name.endswith(".toml")}


def _index_lines(
    tables: Mapping[str, bytes], kinds: Mapping[str, BoilerplateKind], lexicon: Callable[[], Lexicon]
) -> LineIndex:
    named = {
        tag: f"{FIELDS}/{tag}.toml" for tag in _languages(tables, FIELDS) if _WORDED in tables[f"{FIELDS}/{tag}.toml"]
    }
    named |= {tag: f"{LANGUAGES}/{tag}.toml" for tag in _languages(tables, LANGUAGES)}
    names = frozenset(named)

    @cache
    def compiled(language: str) -> LanguageLines:
        name = named[language]
        made = _prepared(name, tables[name])
        wordings = read_wordings(name, made.table if name.startswith(LANGUAGES) else made.table[WORDINGS], kinds)
        return compile_patterns(name, number_patterns(language, wordings, kinds), language == ALWAYS, made.patterns)

    @cache
    def by_script() -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
        known = lexicon().languages.values() if TABLE in tables else ()  # lines alone need no words
        ranked = sorted((one for one in known if one.tag in names), key=lambda one: (not one.is_default, one.tag))
        scripts = {one.script for one in ranked}
        return tables_of_scripts({of: tuple(one.tag for one in ranked if one.script == of) for of in scripts})

    @lru_cache(maxsize=_JOINED_CACHED)
    def lines_of(those: tuple[str, ...]) -> PageLines:
        return joined(tuple(compiled(name) for name in those if name in names))

    return LineIndex(lines_of, by_script)


def _read_lexicon(tables: Mapping[str, bytes], kinds: Mapping[str, BoilerplateKind]) -> Lexicon:
    if TABLE not in tables:
        raise RulesError(TABLE, Reason.BAD_RULES, "is missing: without it no metadata are read")
    parsed = ((tag, f"{FIELDS}/{tag}.toml") for tag in _languages(tables, FIELDS))
    languages = (read_language(tag, _parse(name, tables[name])) for tag, name in parsed)
    foreign = frozenset(kind.name for kind in kinds.values() if kind.foreign)
    return read_lexicon(_parse(TABLE, tables[TABLE]), languages, foreign)


def _languages(tables: Mapping[str, bytes], room: str) -> tuple[str, ...]:
    """Return the languages that have a table in `room`, in their order."""
    names = (name for name in tables if name.startswith(f"{room}/"))
    return tuple(name.removeprefix(f"{room}/").removesuffix(".toml") for name in names)


def _parse(name: str, table: bytes) -> dict[str, Any]:
    return _prepared(name, table).table


def _prepared(name: str, table: bytes) -> Prepared:
    """Return a table as it was prepared when the package was built, else parsed now."""
    if (made := prepared_tables().find(table)) is not None:
        return made
    try:
        return Prepared(tomllib.loads(table.decode("utf-8")), {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(name, Reason.BAD_RULES, f"is no TOML: {error}") from error


def _digest(tables: Mapping[str, bytes]) -> str:
    """Return 12 hex digits over names and bytes; line ends count as one, whatever the checkout made of them."""
    total = hashlib.sha256()
    for name in sorted(tables):
        table = tables[name].replace(b"\r\n", b"\n")
        total.update(f"{name}\0{len(table)}\0".encode())
        total.update(table)
    return total.hexdigest()[:12]
