r"""What a line must hold for a pattern to fit it: a cheap question that most lines answer with no.

A pattern is read as far as its form is plain. The result is a conjunction: of each group, a line that fits holds at
least one literal (FilteredRE2 of RE2 does the same). Literals are case folded, "\x02" is the beginning of the
line, "\x03" for its end, and "0" for any digit; native/regex_sets.c reads lines in the same way.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

START: Final = "\x02"
END: Final = "\x03"
DIGIT: Final = "0"
MAX_GROUPS: Final = 3  # of a pattern; more of them tell hardly more
_MAX_BYTES: Final = 10  # of a literal: what follows tells hardly more, and takes memory
_MAX_CHOICES: Final = 40  # of literals that one stretch of a pattern is written out as
_MAX_CLASS: Final = 8  # characters in brackets that are written out
_MAX_TIMES: Final = 4  # that what must be repeated is written out
_MAX_REPEATED: Final = 400  # times: RE2 may find more of them too large
_MAX_DEPTH: Final = 40  # of brackets
_BORDER_WORTH: Final = 3  # characters that a literal is longer by, as it were, for standing at a border of the line
_MIN_FURTHER: Final = 1.9  # worth of a second and third group: less is in every line

_TOKEN: Final = re.compile(
    r"\\p\{\w+\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?(?:-?i)?:|[()|^$.]|[*+?]\??|\{\d+(?:,\d*)?\}\??"
    r"|[^\\\[\]()|^$.*+?{}]+(?![*+?{])|.",
    re.DOTALL,
)
_BAR: Final = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|[()|]")
_CLASS_PIECE: Final = re.compile(r"\\.|.", re.DOTALL)
_RANGE: Final = re.compile(r"([^\\])-([^\\])")
_BORDERS: Final = {"^": START, "$": END}
_NOTHING_WIDE: Final = frozenset({r"\b", r"\B"})
_DIGITS: Final = frozenset({r"\d", "[0-9]"})
_BRACKETS: Final = frozenset({"(", "(?:", "(?i:", "(?-i:"})  # all literals are case folded
_ANY_OF_MANY: Final = frozenset({r"\s", r"\S", r"\w", r"\W", r"\D", ".", r"\p{L}", r"\p{Lu}", r"\p{Ll}", r"\p{N}"})

Group = tuple[str, ...]
Groups = tuple[tuple[bytes, ...], ...]
Alternatives = tuple[tuple[str, Groups | None], ...]  # each with its literals; None: it is of a form not read here


class UnreadablePatternError(ValueError):
    """The pattern is of a form that is not read here; it may be wrong."""


class _Part(NamedTuple):
    """What a part of a pattern asks of a line."""

    choices: Group | None  # all texts that it can fit; None: too many
    groups: tuple[Group, ...]  # where `choices` is None: of each, one literal is in what it fits


_ANY: Final = _Part(None, ())


def alternatives_of(pattern: str) -> Alternatives:
    r"""Return the alternatives of a pattern, each with the literals that it requires.

    >>> alternatives_of(r"^cookies$|\b\d")
    (('^cookies$', ((b'\x02cookies\x03',),)), ('\\b\\d', ((b'0',),)))
    """
    return tuple((alternative, _literals_or_none(alternative)) for alternative in split_alternatives(pattern))


def _literals_or_none(pattern: str) -> Groups | None:
    try:
        return required_literals(pattern)
    except UnreadablePatternError:
        return None


def split_alternatives(regex: str) -> list[str]:
    """Return what is between the top-level bars of `regex`.

    >>> split_alternatives("^a(b|c)|d[|]")
    ['^a(b|c)', 'd[|]']
    """
    parts, start, depth = [], 0, 0
    for token in _BAR.finditer(regex):
        depth += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] == "|" and depth == 0:
            parts.append(regex[start : token.start()])
            start = token.end()
    return [*parts, regex[start:]]


def required_literals(pattern: str) -> Groups:
    r"""Return the groups of literals of which a line that `pattern` fits holds one each, MAX_GROUPS at most.

    Raises UnreadableError where the pattern is of a form that is not read here.

    >>> required_literals(r"^(our )?cookies?$")
    ((b'\x02cookie\x03', b'\x02cookies\x03', b'\x02our cooki'),)
    >>> required_literals(r"\bby (using|closing)\b.{0,9}\d+ pages")
    ((b'by closing', b'by using'), (b'0 pages',))
    """
    reader = _Reader(_TOKEN.findall(pattern))
    part = reader.either()
    if reader.at < len(reader.tokens):
        raise UnreadablePatternError(pattern)
    groups = sorted(((_worth(group), group) for group in _groups_of(part)), key=itemgetter(0), reverse=True)
    further = (group for worth, group in groups[1:MAX_GROUPS] if worth >= _MIN_FURTHER)
    return tuple(map(_encoded, (*(group for _, group in groups[:1]), *further)))


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from its tokens."""

    tokens: list[str]
    at: int = 0
    depth: int = 0

    def either(self) -> _Part:
        """Read alternatives up to the bracket that closes them, or to the end."""
        parts = [self._sequence()]
        while self.at < len(self.tokens) and self.tokens[self.at] == "|":
            self.at += 1
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else _one_of(parts)

    def _sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.at < len(self.tokens) and (token := self.tokens[self.at]) not in ("|", ")"):
            self.at += 1
            part = self._bracket() if token in _BRACKETS else _part_of(token)
            if self.at < len(self.tokens) and self.tokens[self.at][0] in "*+?{":
                parts += _repeated(part, self.tokens[self.at])
                self.at += 1
            else:
                parts.append(part)
        return _one_after_the_other(parts)

    def _bracket(self) -> _Part:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnreadablePatternError
        part = self.either()
        if self.at >= len(self.tokens):
            raise UnreadablePatternError
        self.at += 1
        self.depth -= 1
        return part


@lru_cache(maxsize=1_024)  # patterns are made of the same words
def _part_of(token: str) -> _Part:
    """Return what a token by itself asks for."""
    if token in _ANY_OF_MANY:
        return _ANY
    if token in _DIGITS:
        return _Part((DIGIT,), ())
    if token in _NOTHING_WIDE:
        return _Part(("",), ())
    first = token[0]
    if first == "\\" and len(token) > 1 and not token[1].isalnum():
        return _Part((token[1],), ())
    if first == "[" and len(token) > 1:
        return _class(token[1:-1])
    if first in "\\[]{}*+?":
        raise UnreadablePatternError(token)
    return _Part((_BORDERS.get(token) or token.casefold(),), ())


def _class(inside: str) -> _Part:
    """Return what the characters between square brackets ask for."""
    if "[:" in inside or any(first > last for first, last in _RANGE.findall(inside)):
        raise UnreadablePatternError(inside)
    pieces = [DIGIT if piece == r"\d" else piece for piece in _CLASS_PIECE.findall(inside)]
    if len(pieces) > _MAX_CLASS or pieces[0] == "^" or "-" in pieces[1:-1]:
        return _ANY
    if any(len(piece) > 1 and piece[1].isalnum() for piece in pieces):
        return _ANY
    return _Part(tuple(dict.fromkeys(piece[-1].casefold() for piece in pieces)), ())


def _repeated(part: _Part, times: str) -> list[_Part]:
    """Return what a part asks for that is `times` ("?", "{2,}") after another: it begins, and ends, as often."""
    if times[0] == "*":
        return [_ANY]
    if times[0] == "?":
        return [_Part((*part.choices, ""), ()) if part.choices is not None else _ANY]
    least, most = (1, None) if times[0] == "+" else _counts(times)
    written = [part] * min(least, _MAX_TIMES)
    return written if most == least <= _MAX_TIMES else [*written, _ANY, *written]


def _counts(times: str) -> tuple[int, int | None]:
    """Return how often something is at least, and at most (None: any number of times); `times` is "{2,}"."""
    least, comma, most = times.rstrip("?").strip("{}").partition(",")
    numbers = int(least), int(most or least) if most or not comma else None
    if max(numbers[0], numbers[1] or 0) > _MAX_REPEATED:
        raise UnreadablePatternError(times)
    return numbers


def _one_of(parts: list[_Part]) -> _Part:
    """Return what alternatives ask for together."""
    choices = [part.choices for part in parts if part.choices is not None]
    if len(choices) == len(parts) and sum(map(len, choices)) <= 4 * _MAX_CHOICES:
        return _Part(tuple(dict.fromkeys(text for part in choices for text in part)), ())
    asked = [max(groups, key=_shortest, default=None) for groups in map(_groups_of, parts)]
    known = [group for group in asked if group is not None]
    return _Part(None, (tuple(text for group in known for text in group),)) if len(known) == len(parts) else _ANY


def _one_after_the_other(parts: list[_Part]) -> _Part:
    """Return what a sequence asks for: neighbours are written out together as long as there are few choices."""
    stretches: list[Group | None] = [("",)]
    groups: list[Group] = []
    for choices, inner in parts:
        before = stretches[-1]
        if choices is None or before is None:
            groups += inner
            stretches.append(choices)
        elif len(before) == len(choices) == 1:
            stretches[-1] = (before[0] + choices[0],)
        elif len(before) * len(choices) <= _MAX_CHOICES:
            stretches[-1] = tuple(dict.fromkeys([text + end for text in before for end in choices]))
        else:
            stretches.append(choices)
    if len(stretches) == 1:
        return _Part(stretches[0], ())
    return _Part(None, (*groups, *(group for group in stretches if group is not None and _is_selective(group))))


def _groups_of(part: _Part) -> tuple[Group, ...]:
    if part.choices is None:
        return part.groups
    return (part.choices,) if _is_selective(part.choices) else ()


def _is_selective(group: Group) -> bool:
    """Return whether a line can lack all of the texts: each holds more than a border of the line."""
    return all(text.strip(START + END) for text in group)


def _worth(group: Group) -> float:
    """Return how selective a group is: long literals are in few lines, few of them at its beginning or end."""
    if group[0][0] == START or group[0][-1] == END:
        return _shortest(group) + _BORDER_WORTH - len(group) / 50
    return _shortest(group) - len(group) / 50


def _shortest(group: Group) -> int:
    """Return the characters of the shortest literal."""
    return min(map(len, group))


def _encoded(group: Group) -> tuple[bytes, ...]:
    """Return the literals as they are looked for, without those that begin with another one."""
    kept: list[bytes] = []
    for text in sorted({text.encode()[:_MAX_BYTES] for text in group}):
        if not kept or not text.startswith(kept[-1]):
            kept.append(text)
    return tuple(kept)
