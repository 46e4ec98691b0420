"""Wordings: the lines that give boilerplate away, per language, matched by RE2 in one pass."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import filterfalse, repeat
from typing import Any, Final

from harvester.errors import Reason, RulesError
from harvester.rules.kinds import BoilerplateKind, Hit, is_strings
from harvester.rules.regex_sets import PageLines, Pattern
from harvester.text import compatible

ALWAYS: Final = "en"  # pages in every language carry English boilerplate
LINES_KEYS: Final = frozenset({"lines", "weak_lines", "drop", "keep"})
# Scripts (ISO 15924) whose languages' tables are asked for a line that holds one of their letters.
_SCRIPTS: Final = (
    ("Hani", re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")),
    ("Kana", re.compile("[\u3041-\u3096\u30a1-\u30fa]")),  # not the middle dot: Chinese names have it
    ("Hang", re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")),
    ("Grek", re.compile("[\u0370-\u03ff]")),
    ("Cyrl", re.compile("[\u0400-\u052f]")),
    ("Armn", re.compile("[\u0531-\u058f]")),
    ("Hebr", re.compile("[\u05d0-\u05ea]")),
    ("Arab", re.compile("[\u0600-\u06ff\u0750-\u077f]")),
    ("Deva", re.compile("[\u0900-\u0963\u0966-\u097f]")),  # not the danda: Bengali and others end sentences with it
    ("Beng", re.compile("[\u0980-\u09ff]")),
    ("Guru", re.compile("[\u0a00-\u0a7f]")),
    ("Gujr", re.compile("[\u0a80-\u0aff]")),
    ("Taml", re.compile("[\u0b80-\u0bff]")),
    ("Telu", re.compile("[\u0c00-\u0c7f]")),
    ("Knda", re.compile("[\u0c80-\u0cff]")),
    ("Mlym", re.compile("[\u0d00-\u0d7f]")),
    ("Sinh", re.compile("[\u0d80-\u0dff]")),
    ("Thai", re.compile("[\u0e01-\u0e5b]")),
    ("Laoo", re.compile("[\u0e80-\u0eff]")),
    ("Mymr", re.compile("[\u1000-\u109f]")),
    ("Geor", re.compile("[\u10a0-\u10ff]")),
    ("Ethi", re.compile("[\u1200-\u139f]")),
    ("Khmr", re.compile("[\u1780-\u17ff]")),
)
# Most lines with letters beyond ASCII hold none of these, and nothing beyond Latin letters and marks of print: one look
# spares two dozen. Said by what it is not, as Python asks for one range after the other.
_MAY_BE_OF_SCRIPT: Final = re.compile("[^\x00-\u036f\u1e00-\u2fff]")
_TRADITIONAL: Final = frozenset({"hant", "tw", "hk", "mo"})
_SIMPLIFIED: Final = frozenset({"hans", "cn", "sg"})
_SAME_TABLE: Final = {"nb": "no", "nn": "no", "in": "id"}
_LINES_KNOWN: Final = 16_384  # a page's lines are asked for twice, a site's menus on every page; about 5 MB
_NO_HITS: Final[tuple[Hit, ...]] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """The patterns of one language for one kind."""

    kind: str
    lines: tuple[str, ...]  # RE2 patterns
    weak_lines: tuple[str, ...]  # RE2 patterns that need a second evidence
    drop: tuple[str, ...]  # lines that a pattern hits
    keep: tuple[str, ...]  # lines that none hits


@dataclass(frozen=True, slots=True)
class LineIndex:
    """All languages; each is compiled when a line asks for it first."""

    lines_of: Callable[[tuple[str, ...]], PageLines]  # of the tables of these names, as far as there are such
    by_script: Callable[[], Sequence[tuple[re.Pattern[str], tuple[str, ...]]]]  # what `tables_of_scripts` returns

    def match_all(self, lines: Sequence[str], languages: frozenset[str]) -> list[tuple[Hit, ...]]:
        """Return the hits of each line: strong ones first, then English first."""
        found = [_NO_HITS] * len(lines)
        texts = [fold(line) for line in lines]
        own = _tables_for(languages)
        asked: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)  # tables -> lines
        for at, text in enumerate(texts):
            asked[own if text.isascii() else self._with_tables_of_scripts(own, text)].append(at)
        for names, those in asked.items():
            for at, hits in zip(those, self.lines_of(names).find_all([texts[at] for at in those]), strict=True):
                if hits:
                    found[at] = tuple(sorted(hits, key=_is_weak))
        return found

    def _with_tables_of_scripts(self, own: tuple[str, ...], text: str) -> tuple[str, ...]:
        if not _MAY_BE_OF_SCRIPT.search(text):
            return own
        others = [name for letters, names in self.by_script() if letters.search(text) for name in names]
        return tuple(dict.fromkeys((*own, *others)))


class KnownLines:
    """The hits of lines, those that were asked for lately without looking again."""

    def __init__(self, index: LineIndex, longest: int) -> None:
        self._index = index
        self._longest = longest  # characters of a line that may have any
        self._known: dict[frozenset[str], dict[str, tuple[Hit, ...]]] = {}  # by the languages of their pages
        self._count = 0  # of those lines, or about so many where several threads ask

    def hits(self, lines: Sequence[str], languages: frozenset[str]) -> list[tuple[Hit, ...]]:
        """Return the hits of each line, all new ones looked at together."""
        if self._count >= _LINES_KNOWN:
            self._known, self._count = {}, 0
        known = self._known.setdefault(languages, {})
        unknown = dict.fromkeys(filterfalse(known.__contains__, lines))
        new = [line for line in unknown if len(line) <= self._longest]
        if new:
            known.update(zip(new, self._index.match_all(new, languages), strict=True))
            self._count += len(new)
        return list(map(known.get, lines, repeat(_NO_HITS)))


def tables_of_scripts(tables: Mapping[str, tuple[str, ...]]) -> tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]:
    """Return the letters of each script (ISO 15924) that has tables of its languages, and these, likeliest first."""
    return tuple((letters, tables[script]) for script, letters in _SCRIPTS if script in tables)


def _is_weak(hit: Hit) -> bool:
    return hit.weak


def fold(line: str) -> str:
    """Return `line` as patterns see it: NFKC, typographic apostrophes straight, no blanks around."""
    if line.isascii():
        return line.strip()
    # RE2 reads UTF-8, which has no lone surrogates; broken pages have.
    text = compatible(line.encode("utf-8", "replace").decode()).strip()
    # Three replacements: a translation table costs ten times as much.
    return text.replace("\u2019", "'").replace("\u2018", "'").replace("\u02bc", "'")


def read_wordings(subject: str, table: Mapping[str, Any], kinds: Mapping[str, BoilerplateKind]) -> tuple[Wording, ...]:
    """Return the wordings of a parsed language table, in the order of `kinds`.

    Raises `RulesError` that names `subject` (the file), the kind and the key.
    """
    if odd := sorted(table.keys() - kinds.keys()):
        raise RulesError(subject, Reason.BAD_RULES, f"no kinds of boilerplate.toml: {', '.join(odd)}")
    return tuple(_read_wording(f"{subject} [{kind}]", kind, table[kind]) for kind in kinds if kind in table)


def number_patterns(
    language: str, wordings: Collection[Wording], kinds: Mapping[str, BoilerplateKind]
) -> Iterator[Pattern]:
    """Yield each pattern with its hit; people count from 1, weak ones as w1."""
    for wording in wordings:
        prefix, max_chars = f"wording:{language}:{wording.kind}:", kinds[wording.kind].max_chars
        for number, regex in enumerate(wording.lines, 1):
            yield Pattern(regex, Hit(wording.kind, f"{prefix}{number}", weak=False), max_chars)
        for number, regex in enumerate(wording.weak_lines, 1):
            yield Pattern(regex, Hit(wording.kind, f"{prefix}w{number}", weak=True), max_chars)


def _read_wording(subject: str, kind: str, row: object) -> Wording:
    if not isinstance(row, dict):
        raise RulesError(subject, Reason.BAD_RULES, "is no table")
    if odd := sorted(row.keys() - LINES_KEYS):
        raise RulesError(subject, Reason.BAD_RULES, f"unknown keys: {', '.join(odd)}")
    lists = {key: row.get(key, []) for key in LINES_KEYS}
    for key, value in lists.items():
        if not is_strings(value):
            raise RulesError(f"{subject} {key}", Reason.BAD_RULES, f"wants a list of texts, has {value!r}")
    return Wording(kind, **{key: tuple(value) for key, value in lists.items()})


@lru_cache(maxsize=1_024)
def _tables_for(languages: frozenset[str]) -> tuple[str, ...]:
    """Return English and the tables for the page's languages, in an order that does not change."""
    return (ALWAYS, *sorted({table for language in languages for table in _tables_of(language)}))


def _tables_of(language: str) -> tuple[str, ...]:
    """Return the tables for one BCP 47 tag, "zh-TW" and "nb_NO" included."""
    primary, *rest = language.lower().replace("_", "-").split("-")
    if primary != "zh":
        return (_SAME_TABLE.get(primary, primary),)
    if _TRADITIONAL.intersection(rest):
        return ("zh-Hant",)
    return ("zh-Hans",) if _SIMPLIFIED.intersection(rest) else ("zh-Hans", "zh-Hant")
