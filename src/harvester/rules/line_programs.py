"""Patterns of lines as native/line_program.c runs them: made in a twentieth of the time that RE2 takes for one.

RE2 is what says whether a line fits. Of patterns of usual form, and of lines in Latin letters, compiled code says the
same: a process compiles a pattern when a line may fit it first, and that was a fourth of what wordings cost a page.
"""

import unicodedata
from array import array
from functools import cache
from types import ModuleType
from typing import Final

_CODES: Final = (*range(0x250), *range(0x2000, 0x2060))  # the rows of native/latin.h
_CAPITAL, _SMALL = "Lu", "Ll"


def program_of(core: ModuleType, regex: str) -> object | None:
    """Return what `fits_line` wants, case left aside as RE2 does; None for a pattern that only RE2 knows."""
    program: object | None = core.line_program(regex, letters())
    return program


@cache
def letters() -> bytes:
    """Return what compiled code is to know of letters, as `struct letters` of native/line_program.h."""
    rows = {code: row for row, code in enumerate(_CODES)}
    folded = array("H", [rows.get(_folded(code), row) for row, code in enumerate(_CODES)])
    return folded.tobytes() + bytes(map(_kinds, _CODES))


def _folded(code: int) -> int:
    """Return the character that stands for all cases of one; itself where that would be several."""
    folded = chr(code).casefold()
    return ord(folded) if len(folded) == 1 else code


def _kinds(code: int) -> int:
    """Return the bits of what Unicode calls a character: a letter, a capital, a small one, a number."""
    kind = unicodedata.category(chr(code))
    return (kind[0] == "L") | (kind == _CAPITAL) << 1 | (kind == _SMALL) << 2 | (kind[0] == "N") << 3
