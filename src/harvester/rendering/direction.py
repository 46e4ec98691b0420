"""In which direction a language is written."""

from typing import Final, Literal

# Unicode CLDR, characterOrder: the languages whose usual script runs from right to left, and the scripts that do.
_LANGUAGES: Final = frozenset("ar arc ckb dv fa he iw ks lrc mzn nqo ps sd syr ug ur yi".split())
_SCRIPTS: Final = frozenset("adlm arab hebr mand nkoo rohg samr syrc thaa".split())

Direction = Literal["ltr", "rtl"]


def direction(tag: str | None) -> Direction:
    """Return the direction of a language by its BCP 47 tag: its script, where it has one.

    >>> direction("ar"), direction("az-Arab"), direction("ks-Deva"), direction(None)
    ('rtl', 'rtl', 'ltr', 'ltr')
    """
    first, *rest = (tag or "").lower().split("-")
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    is_right_to_left = script in _SCRIPTS if script else first in _LANGUAGES
    return "rtl" if is_right_to_left else "ltr"
