"""Reads the attributes of an element into the values of the model."""

import re
from typing import Final, Literal

from harvester.models import ImageTag, Span
from harvester.text import collapse

Attributes = dict[str, str]
Traits = tuple[str, str, str, str, str, str, str, str, str]  # of an Element: all but its parent

# Attributes whose mere presence names a widget (vendors' DOM table, docs/rules.md).
HINT_NAMES: Final = frozenset(
    {
        "data-testid",
        "data-component",
        "data-widget",
        "data-module",
        "data-cmd",
        "data-spotim-module",
        "data-nosnippet",
        "data-ad-slot",
        "data-ad",
        "data-type",
        "data-name",
        "data-block",
        "itemtype",
    }
)
# When, as scripts read it that show "3 hours ago".
MOMENTS: Final = (
    "data-datetime",
    "data-date",
    "data-timestamp",
    "data-time",
    "data-utime",
    "data-published",
    "data-pubdate",
)
_HIDING_STYLE = re.compile(r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Parts of a page that Marko streams and a script shows at once: <div id="af1" style="display:none">.
_STREAMED: Final = re.compile(r"af[a-z]*[0-9]+")
# What opens only when it is called. Other values are texts that a framework shows beside a button.
_POPOVERS: Final = frozenset({"", "auto", "manual", "hint"})
_DIALOG = re.compile(r"(?<![a-z])(?:dialog|modal|popup|lightbox|overlay|cookie|consent)(?![a-z])")
_SIZES: Final = ("data-srcset", "data-lazy-srcset", "srcset")
_SRCSETS: Final = frozenset(_SIZES)
# What a script puts in the place of `src`, which holds a small or empty picture until then.
_LATER_ADDRESSES: Final = (
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-actualsrc",
    "data-image",
    "data-srcset",
    "data-lazy-srcset",
)
ADDRESSES: Final = (*_LATER_ADDRESSES, "src", "srcset")
_STYLED_SIDES: Final = {
    name: re.compile(rf"(?:^|;)\s*{name}\s*:\s*(\d{{1,5}})(?:\.\d+)?px", re.IGNORECASE) for name in ("width", "height")
}
# One of a srcset: its address, and how wide or how dense it is. Addresses may hold commas, but do not end with one.
_SIZE: Final = re.compile(r"([^\s,]\S*(?<!,))(?:,|\s+(?:(\d+(?:\.\d+)?)[wx])?[^,]*(?:,|\Z)|\Z)", re.ASCII)
_DIGITS = re.compile(r"\s*(\d{1,5})(?:px)?\s*$")


def is_hidden(tag: str, attributes: Attributes) -> bool:
    """Return whether the element's own attributes keep it from being rendered."""
    if tag == "noscript" or (tag == "dialog" and "open" not in attributes):
        return True
    # <html> and <body> are hidden by scripts until fonts or experiments have loaded, never for good.
    if not attributes or tag in {"html", "body"}:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        # React streams parts of a page into <div hidden id="S:1"> and shows them by a script at once.
        return not (attributes.get("id") or "").startswith("S:")
    if "popover" in attributes and (attributes["popover"] or "") in _POPOVERS:
        return True
    style = attributes.get("style")
    return bool(style and _HIDING_STYLE.search(style)) and not _STREAMED.fullmatch(attributes.get("id") or "")


def is_dialog(tag: str, attributes: Attributes) -> bool:
    """Return whether the element is a window over the page; hidden, it holds terms, consent or a form, no article."""
    says = f"{attributes.get('role') or ''} {attributes.get('class') or ''} {attributes.get('id') or ''}".lower()
    is_window = tag == "dialog" or not attributes.keys().isdisjoint(("aria-modal", "popover"))
    return is_window or bool(_DIALOG.search(says))


def read_traits(tag: str, attributes: Attributes) -> Traits:
    """Return the fields of an Element of `tag` behind its parent."""
    if not attributes:
        return (tag, "", "", "", "", "", "", "", "")
    get = attributes.get
    if len(attributes) == 1 and "class" in attributes:  # the commonest case by far
        return (tag, "", attributes["class"], "", "", "", "", "", "")
    return (
        tag,
        get("id") or "",
        get("class") or "",
        get("itemprop") or "",
        get("role") or "",
        get("aria-label") or "",
        _hints(attributes),
        get("lang") or "",
        get("href") or "",
    )


def make_span(tag: str, attributes: Attributes, text: str) -> Span:
    """Return the Span of an inline element with its text."""
    get = attributes.get
    datetime = get("datetime") or get("content") or next(filter(None, map(get, MOMENTS)), "")
    hints = " ".join(filter(None, (get("id"), get("title"), _hints(attributes))))
    return Span(
        tag, text, get("href") or "", get("rel") or "", get("class") or "", get("itemprop") or "", datetime, hints
    )


def is_never_shown(attributes: Attributes) -> bool:
    """Return whether a picture is hidden and waits for no script that shows it: it counts visits."""
    return is_hidden("img", attributes) and attributes.keys().isdisjoint(_LATER_ADDRESSES)


def make_image(attributes: Attributes, element: int, block: int, place: int) -> ImageTag | None:
    """Return the image, by the best of its sources, or None when it names none but a placeholder."""
    url = image_address(attributes)
    if url is None:
        return None
    alt = collapse(attributes.get("alt") or "")
    return ImageTag(url, alt, side("width", attributes), side("height", attributes), element, block, place)


def _hints(attributes: Attributes) -> str:
    if HINT_NAMES.isdisjoint(attributes):
        return ""
    found = attributes.keys() & HINT_NAMES
    return " ".join(f"{name} {attributes[name] or ''}" for name in sorted(found))


def image_address(attributes: Attributes) -> str | None:
    """Return the address that a script would load, else the one that is there; of its sizes the largest."""
    for name in ADDRESSES:
        said = (attributes.get(name) or "").strip()
        if not said or said.startswith("data:"):
            continue
        return _largest(said) if name in _SRCSETS else _of_its_sizes(said, attributes)
    return None


def _of_its_sizes(address: str, attributes: Attributes) -> str:
    """Return the largest size of a picture whose sizes name the address as one of them, else the address."""
    for name in _SIZES:
        sizes = attributes.get(name) or ""
        if address in sizes and any(one[0] == address for one in _SIZE.findall(sizes)):
            return _largest(sizes)
    return address


def _largest(sizes: str) -> str:
    """Return the address of the largest of several sizes, of equal ones the last: "/s.jpg 300w, /l.jpg 900w"."""
    found = _SIZE.findall(sizes)
    address: str = max(reversed(found), key=lambda one: float(one[1] or 0))[0] if found else sizes
    return address


def side(name: Literal["width", "height"], attributes: Attributes) -> int | None:
    """Return a side of a picture in CSS pixels, by its attribute, else by its style; None where neither has it."""
    match = _DIGITS.match(attributes.get(name) or "")
    if match is None and (style := attributes.get("style")):
        match = _STYLED_SIDES[name].search(style)
    return int(match[1]) if match else None
