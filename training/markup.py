"""HTML of what is planted: elements, and class names in the manners of real themes."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from random import Random
from typing import Any

from voices import Voice, table

PARTS = ("box", "item", "body", "author", "meta")
Naming = Callable[[str], str]  # part -> class names; "": none


def element(tag: str, content: str, classes: str = "", **attributes: str) -> str:
    """Return an element; its content is HTML already."""
    named = ({"class": classes} if classes else {}) | attributes
    said = "".join(f' {name}="{escape(value)}"' for name, value in named.items())
    return f"<{tag}{said}>{content}</{tag}>"


def paragraphs(texts: Sequence[str]) -> str:
    """Return each text as a paragraph."""
    return "".join(element("p", escape(text)) for text in texts)


def link(text: str, number: int) -> str:
    """Return a link; its text is HTML already."""
    return element("a", text, href=f"/{number}/")


def naming(voice: Voice, kind: str, telling: float = 0.5) -> Naming:
    """Return how the parts of a group are called: by what they are on a share `telling` of the groups.

    On the others they have no names, hashes, or words that every theme uses.
    """
    rng, classes = voice.rng, table()["classes"]
    if voice.chance(telling):
        return _drawn(rng, classes[kind])
    manner = rng.choice(["none", "hash", "plain"])
    if manner == "none":
        return lambda part: ""
    if manner == "plain":
        return _drawn(rng, classes["plain"])
    hashes = {part: f"{rng.choice(['c', 'css-', 'x', 'sc-', 'el'])}{rng.randrange(16**5):x}" for part in PARTS}
    return lambda part: hashes[part]


def _drawn(rng: Random, classes: Mapping[str, Any]) -> Naming:
    drawn = {part: str(rng.choice(classes[part])) for part in PARTS}
    return lambda part: drawn[part]
