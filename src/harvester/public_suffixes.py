"""The public suffix list: under which names anybody may register one (publicsuffix.org/list), private part included.

The list is that of the package `tld`, whose file is read here: importing the package and building its tree takes a
process a tenth of a second, and one lookup needs neither.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_FILE: Final = ("res", "effective_tld_names.dat.txt")
# A line without its end; or of the comment above a name in other letters, that name as the DNS has it.
_RULE: Final = re.compile(r"^(?:// (?=xn--))?(?!//)(\S+)", re.MULTILINE)


def suffix_labels(host: str) -> int:
    """Return how many labels at the end of `host`, lower case, are a public suffix; 0 where none is on the list.

    >>> suffix_labels("news.bbc.co.uk"), suffix_labels("co.uk"), suffix_labels("a.nowhere")
    (2, 2, 0)
    """
    rules = _rules()
    longest = 0
    behind = ""
    for count, label in enumerate(reversed(host.rstrip(".").split(".")), 1):
        name = f"{label}.{behind}" if behind else label
        if f"!{name}" in rules:
            return count - 1
        if name in rules or f"*.{behind}" in rules:
            longest = count
        behind = name
    return longest


@cache
def _rules() -> frozenset[str]:
    """Return the rules of the list: a name, "*." before one, or "!" before an exception."""
    package = find_spec("tld")
    if package is None or not package.submodule_search_locations:
        raise ImportError("the package tld, which harvester needs, is not installed")
    text = Path(package.submodule_search_locations[0], *_FILE).read_text("utf-8")
    return frozenset(_RULE.findall(text))
