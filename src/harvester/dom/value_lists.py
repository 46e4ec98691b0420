"""Lists of terms with their values, as boxes of facts have them: "Built: 1911"."""

from collections.abc import Collection
from typing import Final

_TERMS: Final = ("<dt>", "<dt ", "<th>", "<th ")
_INGREDIENTS: Final = ("ngredient", "utaten")  # the first letter may be a capital
_MIN_LABELS: Final = 2
_LINES_A_LABEL: Final = 4  # a title, a value of some lines
_MAX_LABEL: Final = 40  # characters before the colon
_MAX_LINKS: Final = 0.25  # of the characters: cards of other stories are links, and some have a kicker with a colon


def is_term(token: str) -> bool:
    """Return whether a tag or comment begins a term by its name."""
    return token.startswith(_TERMS)


def names_ingredients(token: str) -> bool:
    """Return whether a tag, of no link, has the name of a list of ingredients in it.

    >>> names_ingredients('<ul class="ingredients">'), names_ingredients('<a href="/ingredients">')
    (True, False)
    """
    return any(name in token for name in _INGREDIENTS) and not token.startswith(("<a ", "<!"))


def lists_values(lines: Collection[str], terms: int, link_chars: int) -> bool:
    """Return whether most of some lines are labels and what they are labels of; `terms` are those known by their tag.

    >>> lists_values(["The quay", "Built:", "1911", "Length: 340 m"], 0, 0)
    True
    >>> lists_values(["Read also:", "Two ferries collide"], 0, 0), lists_values([], 2, 0)
    (False, False)
    """
    labels = terms + sum(map(is_label, lines))
    if not lines or labels < _MIN_LABELS or labels * _LINES_A_LABEL < len(lines):
        return False
    return link_chars <= _MAX_LINKS * (sum(map(len, lines)) + len(lines) - 1)


def is_label(line: str) -> bool:
    """Return whether a line begins with a label: some words and a colon, which ends the line or has a blank behind it.

    >>> is_label("Length: 340 m"), is_label("Length:"), is_label("at 8:00"), is_label("\u5730\u70b9\uff1a\u6e2f")
    (True, True, False, True)
    """
    head = line[: _MAX_LABEL + 2]
    colon = head.find(":")
    if 0 < colon <= _MAX_LABEL and head[colon + 1 : colon + 2] in ("", " "):
        return True
    return 0 < head.find("\uff1a") <= _MAX_LABEL
