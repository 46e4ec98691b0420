"""Inline elements that are no part of the sentence around them, and boxes that are: recognised by their attributes.

The names are those that style sheets and themes have in common; none of them is a word of a language.
"""

import re
from typing import Final

from harvester.dom.attributes import Attributes, is_dialog

# Clipped to nothing by a style sheet, for screen readers: Bootstrap, WordPress, Foundation, Drupal, HTML5 Boilerplate.
CLIPPED: Final = frozenset(
    "sr-only screen-reader-text screen-reader-only visually-hidden visuallyhidden show-for-sr a11y-hidden "
    "assistive-text element-invisible offscreen-text".split()
)
# Shown only while a pointer rests on the word.
HOVERED: Final = frozenset(
    "tooltiptext tooltip-text tooltip-content tooltip-inner popover-content popover-body hovercard hover-card "
    "hovercard-content glossary-popup popup-content".split()
)
# Links and buttons that a wiki or a documentation system sets into its headings and lines.
TOOLS: Final = frozenset("mw-editsection copy-btn copy-button btn-clipboard".split())
DROP_CAPS: Final = frozenset("dropcap drop-cap drop_cap dropcaps drop-caps initial-letter lettrine".split())
NUMBERS: Final = frozenset(
    "lineno linenos linenumber linenumbers line-number line-numbers gutter hljs-ln-numbers blob-num".split()
)
LINES: Final = frozenset("line code-line token-line view-line codeline hljs-ln-line".split())
# What a reader opens: the rest of a text, the answer to a question, the other tabs, what subscribers read.
_PANEL: Final = re.compile(
    r"(?<![a-z])(?:collaps(?:e|ed|ible)|accordion|(?:tab|toggle)-{0,2}(?:panel|pane|content)|read-?more|show-?more"
    r"|more-?(?:text|content)|expand(?:able|er)?|expansion|faq|answer|full-?text|continue-?reading"
    r"|rest-of-(?:article|text|story)|(?:subscribers?|members?)-?only|paywall-(?:full-)?content"
    r"|(?:premium|paid)-(?:content|text)|(?:hidden|extra|remaining)-?(?:content|text)|full-?(?:article|story|content)"
    r"|(?:content|text|story|article|body)-{1,2}(?:more|rest|full|hidden)|truncated|(?<!-)more(?!-))(?![a-z])",
    re.IGNORECASE,
)
# Its letters are others until a script puts them right.
_SCRAMBLED: Final = re.compile("encrypt|scrambl", re.IGNORECASE)
# Attributes that name a part of a page; where classes are generated, those of a design system alone do.
_PANEL_NAMES: Final = (
    *("role", "class", "id", "data-component", "data-module", "data-name", "data-testid", "data-type", "data-widget"),
    "data-theme-key",
)
_LINE_KEEPING = re.compile(r"white-space\s*:\s*(?:pre-wrap|pre-line|break-spaces)", re.IGNORECASE)
# Shown as a part of the line around them; items and cells are parted by what a style sheet puts between them.
_RUNS_ON: Final = re.compile(r"(?:^|[;\s])display\s*:\s*inline(?![\w-])", re.IGNORECASE)
_RUN_ON_TAGS: Final = frozenset({"div", "p"})
LINE_KEEPING_CLASSES: Final = frozenset({"whitespace-pre-wrap", "whitespace-pre-line"})


_OUT_OF_LINE: Final = CLIPPED | HOVERED | TOOLS | DROP_CAPS | LINE_KEEPING_CLASSES


def _has_class(attributes: Attributes, words: frozenset[str]) -> bool:
    classes = attributes.get("class")
    return classes is not None and not words.isdisjoint(classes.lower().split())


def is_out_of_line(attributes: Attributes) -> bool:
    """Return whether any of the questions below may be answered with yes: for most elements none is."""
    if not attributes:
        return False
    return "style" in attributes or attributes.get("role") == "tooltip" or _has_class(attributes, _OUT_OF_LINE)


def is_clipped(attributes: Attributes) -> bool:
    """Return whether an inline element is there for screen readers, or while a pointer rests on it."""
    return attributes.get("role") == "tooltip" or _has_class(attributes, CLIPPED | HOVERED)


def is_tool(attributes: Attributes) -> bool:
    """Return whether an inline element is a control in a line: an "[edit]" link, a copy button."""
    return _has_class(attributes, TOOLS)


def is_anchor(tag: str, attributes: Attributes) -> bool:
    """Return whether an inline element leads to a place on its own page, as the "¶" behind a heading does."""
    return tag == "a" and (attributes.get("href") or "").startswith("#")


def is_drop_cap(attributes: Attributes) -> bool:
    """Return whether a box holds the first letter of a paragraph, set large."""
    return _has_class(attributes, DROP_CAPS)


def runs_on(tag: str, attributes: Attributes) -> bool:
    """Return whether a box is shown as a part of the line that it stands in (CSS Display, "inline")."""
    return tag in _RUN_ON_TAGS and bool(_RUNS_ON.search(attributes.get("style") or ""))


def is_line_number(attributes: Attributes) -> bool:
    """Return whether an element inside a listing holds the numbers of its lines."""
    return _has_class(attributes, NUMBERS)


def is_code_line(attributes: Attributes) -> bool:
    """Return whether an inline element inside a listing is one line of it."""
    return _has_class(attributes, LINES)


def keeps_lines(attributes: Attributes) -> bool:
    """Return whether line feeds in the text of an element are line breaks (CSS Text, white-space)."""
    return bool(_LINE_KEEPING.search(attributes.get("style") or "")) or _has_class(attributes, LINE_KEEPING_CLASSES)


def is_panel(attributes: Attributes) -> bool:
    """Return whether a hidden element is marked as a panel which a reader opens."""
    says = " ".join(filter(None, map(attributes.get, _PANEL_NAMES)))
    is_named = "aria-labelledby" in attributes or _PANEL.search(says.replace("_", "-")) is not None
    return is_named and not is_dialog("", attributes) and not _SCRAMBLED.search(says)


def emoji_of(attributes: Attributes) -> str:
    """Return the character that an image of it replaces; "" for any other image."""
    alt = (attributes.get("alt") or "").strip()
    is_sign = 0 < len(alt) <= 8 and not any(map(str.isalnum, alt)) and all(ord(mark) >= 0x200D for mark in alt)
    return alt if is_sign else ""
