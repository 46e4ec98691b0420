"""Many RE2 patterns asked at once, in time linear in the line."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from harvester.errors import Reason, RulesError
from harvester.rules.kinds import Hit

# Most kinds ask for at most this many characters; the patterns of the others run alone on longer lines.
SHORT_LINE_CHARS: Final = 160
# Of states that RE2 keeps for one set; when full it starts anew. There are four sets a language, so that a process that
# meets pages in all languages holds much of them: benchmarks/plateau.py measures what more room brings.
_SET_MEMORY_BYTES: Final = 2 << 20
_OFTEN_MEMORY_BYTES: Final = 6 << 20  # of the language that every line is asked in
_DOUBLINGS: Final = 4  # of a set that has no room for its patterns alone
_TOKEN: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]")


class Pattern(NamedTuple):
    """One pattern and what it means."""

    regex: str  # RE2 syntax
    hit: Hit
    max_chars: int  # of a line


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Alternatives that RE2 matches in one pass."""

    max_chars: int  # of a line that any of them may hit
    patterns: tuple[int, ...]  # by the alternative's number: the pattern it belongs to
    # Numbers of the alternatives that a line (UTF-8) holds; RE2 says None for none.
    match: Callable[[bytes], list[int] | None]


@dataclass(frozen=True, slots=True)
class LanguageLines:
    """The compiled patterns of one language."""

    patterns: tuple[Pattern, ...]
    sets: tuple[PatternSet, ...]

    def find(self, line: str) -> list[Hit]:
        """Return the hits of a folded line in the table's order, those of kinds for shorter lines left out."""
        length, encoded = len(line), line.encode()
        found: set[int] = set()
        for alternatives in self.sets:
            if length <= alternatives.max_chars and (numbers := alternatives.match(encoded)):
                found.update(alternatives.patterns[number] for number in numbers)
        fitting = (self.patterns[number] for number in sorted(found))
        return [pattern.hit for pattern in fitting if length <= pattern.max_chars]


def compile_patterns(table: str, patterns: Iterable[Pattern], is_often: bool = False) -> LanguageLines:
    """Return the patterns of `table` (its file name), ready to be asked.

    `is_often`: every line of every page will be asked.
    Patterns that must begin the line stand in sets of their own: such a set gives up after a few characters,
    and RE2 needs not remember them while it searches the rest (measured: 20 instead of 53 microseconds a line).
    Raises `RulesError` that names the table, the rule and the pattern.
    """
    numbered = tuple(patterns)
    groups: dict[tuple[bool, bool], list[tuple[int, str]]] = {}
    for number, pattern in enumerate(numbered):
        for alternative in split_alternatives(pattern.regex):
            group = alternative.startswith("^"), pattern.max_chars <= SHORT_LINE_CHARS
            groups.setdefault(group, []).append((number, alternative))
    memory_bytes = _OFTEN_MEMORY_BYTES if is_often else _SET_MEMORY_BYTES
    compiler = _Compiler(table, numbered, memory_bytes)
    sets = (compiler.compile(group, anchored=anchored) for (anchored, _), group in groups.items())
    return LanguageLines(numbered, tuple(sets))


def split_alternatives(regex: str) -> list[str]:
    """Return what stands between the top-level bars of `regex`.

    >>> split_alternatives("^a(b|c)|d[|]")
    ['^a(b|c)', 'd[|]']
    """
    parts, start, depth = [], 0, 0
    for token in _TOKEN.finditer(regex):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == "|" and depth == 0:
            parts.append(regex[start : token.start()])
            start = token.end()
    return [*parts, regex[start:]]


@dataclass(frozen=True, slots=True)
class _Compiler:
    """Compiles the sets of one table."""

    table: str
    patterns: tuple[Pattern, ...]
    memory_bytes: int  # of one set

    def compile(self, group: list[tuple[int, str]], *, anchored: bool) -> PatternSet:
        """Return the set of a group of alternatives, each with the number of its pattern."""
        return PatternSet(
            max_chars=max(self.patterns[number].max_chars for number, _ in group),
            patterns=tuple(number for number, _ in group),
            match=self._matcher(group, anchored=anchored),
        )

    def _matcher(self, group: list[tuple[int, str]], *, anchored: bool) -> Callable[[bytes], list[int] | None]:
        import re2  # noqa: PLC0415  # here, so that `harvester --help` does not load it

        for doubling in range(_DOUBLINGS + 1):
            options = _options(re2, self.memory_bytes << doubling)
            alternatives = re2.Set.MatchSet(options) if anchored else re2.Set.SearchSet(options)
            for number, regex in group:
                try:
                    alternatives.Add(regex)
                except re2.error as error:
                    raise _bad(self.table, self.patterns[number], re2, options) from error
            try:
                alternatives.Compile()
            except re2.error:  # it does not say why; memory is all that can lack here
                continue
            return cast("Callable[[bytes], list[int] | None]", alternatives.Match)
        raise RulesError(self.table, Reason.BAD_RULES, "has too many patterns for one set")


def _options(re2: Any, memory_bytes: int) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory_bytes
    return options


def _bad(table: str, pattern: Pattern, re2: Any, options: Any) -> RulesError:
    """Return the error with RE2's reason, which it tells only outside a set."""
    try:
        re2.compile(pattern.regex, options)
    except re2.error as error:
        reason = str(error)
    else:
        reason = "too large"
    return RulesError(f"{table} {pattern.hit.rule}", Reason.BAD_RULES, f"pattern {pattern.regex!r} is no RE2: {reason}")
