"""Formulas that are drawn: images whose alternative text is TeX."""

import re
from typing import Final

from harvester.dom import Attributes

_MATH_CLASS: Final = re.compile(
    r"(?<![a-z])(?:mwe-math|tex|latex|math|wp-latex|ql-img|mathjax)(?![a-z])", re.IGNORECASE
)
_MATH_SOURCE: Final = re.compile(r"latex\.codecogs\.com|/math/render/|s0\.wp\.com/latex\.php|/cgi-bin/mathtex")


def is_formula(attributes: Attributes) -> bool:
    """Return whether an image is the drawing of a formula: its alternative text is TeX."""
    alt = (attributes.get("alt") or "").strip()
    return bool(alt) and bool(
        _MATH_CLASS.search(attributes.get("class") or "") or _MATH_SOURCE.search(attributes.get("src") or "")
    )
