"""Tables that are broken or that somebody changes are an error or nothing: no memory is freed twice or read again."""

import os
import subprocess
import sys

import pytest

MEANING = (1, 0, "a hit", False)
PHRASES = {f"phrase{number}": (MEANING,) for number in range(18)}
# Each is wrong where the arrays before it have just been moved to make room.
WRONG = [
    {**PHRASES, "last": None},
    {**PHRASES, "\udc00": (MEANING,)},
    {"first": (*[MEANING] * 17, "none")},
    {"first": (*[MEANING] * 17, (1, 0))},
]
REFUSED = f"""
from harvester.native import CORE
for table in {WRONG!a}:
    try:
        CORE.Places(table, {{}}, ())
    except ValueError:
        print("refused")
"""
CHANGED = """
from harvester.native import CORE
exact = {"cookie " + "bar" * len("a"): ((2, 0, "a hit", False),)}
prefixes = {"pop" * len("a") + "up": ((1, 1, "another", False),)}
places = CORE.Places(exact, prefixes, ["cookie" + " " * len("a")])
exact.clear()
prefixes.clear()
print(*places.match("the cookie bar"), *places.match("popups"))
"""


def said_by(program: str) -> str:
    """Return what a program prints where memory that is freed is overwritten, and must not be freed again."""
    told = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONMALLOC": "debug"},
        capture_output=True,
        text=True,
        errors="backslashreplace",
        check=False,
    )
    assert told.returncode == 0, told.stderr
    return told.stdout


@pytest.mark.usefixtures("compiled")
def test_phrases_that_are_not_whole_are_refused():
    assert said_by(REFUSED).split() == ["refused"] * len(WRONG)


@pytest.mark.usefixtures("compiled")
def test_phrases_stay_as_they_were_given():
    assert said_by(CHANGED) == "a hit another\n"


def test_words_of_a_language_that_is_not_there_are_refused_and_let_go(compiled):
    word = b"".join((b"wo", b"rd"))
    count = sys.getrefcount(word)
    with pytest.raises(ValueError, match="a language that is not there"):
        compiled.index_languages(((word, ((1, 1.0),)),), ("en",), b"\0", bytes(4 * (0x250 + 0x60)))
    assert sys.getrefcount(word) == count
