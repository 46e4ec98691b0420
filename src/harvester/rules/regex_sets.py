"""Many RE2 patterns asked at once, in time linear in the line.

Compiled, a line is first asked for the literals that the patterns require (rules/literals.py): one of twelve lines may
fit any, and that one is asked for alone. Interpreted, all patterns are one set for RE2, which has to build much of its
automaton for every line that it meets first. Both find the same.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType, ModuleType
from typing import Any, Final, NamedTuple, Protocol, cast

from harvester import native
from harvester.errors import Reason, RulesError
from harvester.rules.kinds import Hit
from harvester.rules.line_programs import program_of
from harvester.rules.literals import Alternatives, Groups, alternatives_of, split_alternatives
from harvester.text import casefold

# Most kinds ask for at most this many characters; the patterns of the others run alone on longer lines.
SHORT_LINE_CHARS: Final = 160
# Of states that RE2 keeps for one set; when full it starts anew. There are four sets a language, so that a process that
# meets pages in all languages holds much of them: benchmarks/plateau.py measures what more room brings.
_SET_MEMORY_BYTES: Final = 2 << 20
_OFTEN_MEMORY_BYTES: Final = 6 << 20  # of the language that every line is asked in
_NONE_READ: Final[Mapping[str, Alternatives]] = MappingProxyType({})
_DOUBLINGS: Final = 4  # of a set that has no room for its patterns alone


class Pattern(NamedTuple):
    """One pattern and what it means."""

    regex: str  # RE2 syntax
    hit: Hit
    max_chars: int  # of a line


Match = Callable[[bytes], list[int] | None]  # numbers of the alternatives that a line (UTF-8) holds; None for none


class LanguageLines(Protocol):
    """The patterns of one language."""

    def find(self, line: str) -> list[Hit]:
        """Return the hits of a folded line in the table's order, those of kinds for shorter lines left out."""


class PageLines(Protocol):
    """The patterns of all languages of a page."""

    def find_all(self, lines: Sequence[str]) -> list[list[Hit]]:
        """Return the hits of each folded line in the order of the languages."""


@dataclass(frozen=True, slots=True)
class PatternSet:
    """Alternatives that RE2 matches in one pass."""

    max_chars: int  # of a line that any of them may hit
    patterns: tuple[int, ...]  # by the alternative's number: the pattern it belongs to
    match: Match


@dataclass(frozen=True, slots=True)
class LinesBySets:
    """The patterns of one language in a few sets."""

    patterns: tuple[Pattern, ...]
    sets: tuple[PatternSet, ...]

    def find(self, line: str) -> list[Hit]:
        """Return the hits of a folded line, as `LanguageLines` describes."""
        length, encoded = len(line), line.encode()
        found: set[int] = set()
        for alternatives in self.sets:
            if length <= alternatives.max_chars and (numbers := alternatives.match(encoded)):
                found.update(alternatives.patterns[number] for number in numbers)
        fitting = (self.patterns[number] for number in sorted(found))
        return [pattern.hit for pattern in fitting if length <= pattern.max_chars]


@dataclass(frozen=True, slots=True)
class LinesByLiterals:
    """The alternatives of one language behind the literals that they require; each is compiled when it is a candidate.

    Few ever are: two hundred of three thousand on sixty pages in twelve languages. Most lines are in Latin letters, and
    most patterns of a form that `program_of` knows: RE2 is asked for the others.
    """

    core: ModuleType
    alternatives: tuple[tuple[Pattern, int, str], ...]  # pattern, its number, regex
    unfiltered: tuple[int, ...]  # alternatives that require no literal
    index: object  # of the literals, as compiled code has it
    candidates: Callable[[str], list[int]]  # of a line, case folded but for ASCII: the others that may hit it
    compiled: Callable[[int, str], Match]  # of a pattern's number and the regex
    matches: dict[int, Match]  # those compiled so far
    programs: dict[int, object | None]  # and those that need no RE2, or None

    def find(self, line: str) -> list[Hit]:
        """Return the hits of a folded line, as `LanguageLines` describes."""
        return self.hits(line, self.candidates(line if line.isascii() else casefold(line)))

    def hits(self, line: str, may_hit: Sequence[int]) -> list[Hit]:
        """Return the hits of a folded line, of which the candidates are known."""
        if not may_hit and not self.unfiltered:
            return []
        length = len(line)
        found: dict[int, Hit] = {}
        for at in (*self.unfiltered, *may_hit):
            pattern, number, _ = self.alternatives[at]
            if length <= pattern.max_chars and number not in found and self._fits(at, line):
                found[number] = pattern.hit
        return [found[number] for number in sorted(found)]

    def _fits(self, at: int, line: str) -> bool:
        _, number, regex = self.alternatives[at]
        if at not in self.programs:
            self.programs[at] = program_of(self.core, regex)
        program = self.programs[at]
        fits: bool | None = self.core.fits_line(program, line) if program is not None else None
        if fits is None:
            match = self.matches.get(at) or self.matches.setdefault(at, self.compiled(number, regex))
            fits = bool(match(line.encode()))
        return fits


@dataclass(frozen=True, slots=True)
class LinesOfLanguages:
    """The patterns of several languages, asked one after the other."""

    tables: tuple[LanguageLines, ...]

    def find_all(self, lines: Sequence[str]) -> list[list[Hit]]:
        """Return the hits of each folded line, as `PageLines` describes."""
        return [[hit for table in self.tables for hit in table.find(line)] for line in lines]


@dataclass(frozen=True, slots=True)
class LinesOfIndexes:
    """The same where all of them stand behind literals, which are looked for together."""

    tables: tuple[LinesByLiterals, ...]
    candidates: Callable[[tuple[str, ...]], list[list[list[int]] | None]]  # of lines, as of one; None: none has any
    nothing: list[list[int]] | None  # candidates of a line that has none; None: nothing more need be asked

    def find_all(self, lines: Sequence[str]) -> list[list[Hit]]:
        """Return the hits of each folded line, as `PageLines` describes."""
        found = self.candidates(tuple([line if line.isascii() else casefold(line) for line in lines]))
        return [
            self._hits(line, may_hit) if (may_hit := own or self.nothing) is not None else []
            for line, own in zip(lines, found, strict=True)
        ]

    def _hits(self, line: str, may_hit: list[list[int]]) -> list[Hit]:
        found: list[Hit] = []
        for table, own in zip(self.tables, may_hit, strict=True):
            if own or table.unfiltered:
                found += table.hits(line, own)
        return found


def joined(tables: tuple[LanguageLines, ...]) -> PageLines:
    """Return what finds the hits of several languages."""
    by_literals = tuple(table for table in tables if isinstance(table, LinesByLiterals))
    if native.CORE is None or len(by_literals) < len(tables):
        return LinesOfLanguages(tables)
    indexes = tuple(table.index for table in by_literals)
    must_be_asked = any(table.unfiltered for table in by_literals)
    candidates = partial(native.CORE.candidates_of_all, indexes)
    return LinesOfIndexes(by_literals, candidates, [[]] * len(tables) if must_be_asked else None)


def compile_patterns(
    table: str, patterns: Iterable[Pattern], is_often: bool = False, read: Mapping[str, Alternatives] = _NONE_READ
) -> LanguageLines:
    """Return the patterns of `table` (its file name), ready to be asked.

    `is_often`: every line of every page will be asked. `read`: what `alternatives_of` gives of patterns, as far as that
    was kept.
    Raises `RulesError` that names the table, the rule and the pattern; where literals are asked for first, a pattern of
    usual form that RE2 finds too large is reported when a line may fit it.
    """
    numbered = tuple(patterns)
    compiler = _Compiler(table, numbered, _OFTEN_MEMORY_BYTES if is_often else _SET_MEMORY_BYTES)
    return _by_sets(compiler) if native.CORE is None else _by_literals(compiler, read, native.CORE)


def _by_sets(compiler: "_Compiler") -> LinesBySets:
    """Return the patterns in sets.

    Patterns that must begin the line are in sets of their own: such a set gives up after a few characters,
    and RE2 needs not remember them while it searches the rest (measured: 20 instead of 53 microseconds a line).
    """
    groups: dict[tuple[bool, bool], list[tuple[int, str]]] = {}
    for number, pattern in enumerate(compiler.patterns):
        for alternative in split_alternatives(pattern.regex):
            group = alternative.startswith("^"), pattern.max_chars <= SHORT_LINE_CHARS
            groups.setdefault(group, []).append((number, alternative))
    sets = (compiler.compile(group, anchored=anchored) for (anchored, _), group in groups.items())
    return LinesBySets(compiler.patterns, tuple(sets))


def _by_literals(compiler: "_Compiler", read: Mapping[str, Alternatives], core: ModuleType) -> LinesByLiterals:
    alternatives: list[tuple[Pattern, int, str]] = []
    required: list[Groups] = []
    matches: dict[int, Match] = {}
    for number, pattern in enumerate(compiler.patterns):
        for regex, groups in read.get(pattern.regex) or alternatives_of(pattern.regex):
            if groups is None:  # it may be wrong, and people want to hear of it now
                matches[len(alternatives)] = compiler.match_one(number, regex)
            alternatives.append((pattern, number, regex))
            required.append(groups or ())
    index = core.index_literals(tuple(required))
    return LinesByLiterals(
        core,
        tuple(alternatives),
        tuple(at for at, groups in enumerate(required) if not groups),
        index,
        partial(core.candidates, index),
        compiler.match_one,
        matches,
        {},
    )


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

    def match_one(self, number: int, regex: str) -> Match:
        """Return the set of one alternative of a pattern."""
        return self._matcher([(number, regex)], anchored=regex.startswith("^"))

    def _matcher(self, group: list[tuple[int, str]], *, anchored: bool) -> Match:
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
            return cast("Match", alternatives.Match)
        raise RulesError(self.table, Reason.BAD_RULES, "has too many patterns for one set")


def _options(re2: Any, memory_bytes: int) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.never_capture = True
    options.log_errors = False
    options.max_mem = memory_bytes
    return options


def _bad(table: str, pattern: Pattern, re2: Any, options: Any) -> RulesError:
    """Return the error with RE2's reason, which it gives only outside a set."""
    try:
        re2.compile(pattern.regex, options)
    except re2.error as error:
        reason = str(error)
    else:
        reason = "too large"
    return RulesError(f"{table} {pattern.hit.rule}", Reason.BAD_RULES, f"pattern {pattern.regex!r} is no RE2: {reason}")
