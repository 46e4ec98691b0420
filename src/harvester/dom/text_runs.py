"""The text between two block borders as it comes in, and what becomes of it."""

from dataclasses import dataclass, field
from typing import Final

from harvester.models import Block, Element, ImageTag, Markup, Role, Span
from harvester.text import clean_code_line, collapse

# Stands for a <br> in a run of text: no parser lets one through.
BREAK: Final = "\0"


@dataclass(slots=True)
class TextRun:
    """The text between two block borders, as it comes in."""

    number: int = 0
    pieces: list[str] = field(default_factory=list)
    spots: list[int] = field(default_factory=list)  # places in the markup of the pieces that are seen
    spans: list[Span] = field(default_factory=list)
    chars: int = 0  # without the blanks around each piece
    link_chars: int = 0
    link_targets: dict[str, int] = field(default_factory=dict)  # address -> characters
    strong_chars: int = 0
    has_text: bool = False
    line_has_text: bool = False


@dataclass(slots=True)
class BodyParts:
    """What a walk found."""

    markup: Markup
    elements: list[Element]  # those of the markup
    blocks: list[Block] = field(default_factory=list)
    images: list[ImageTag] = field(default_factory=list)
    rules: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of the page's site, by the element they fit


def settle_pieces(pieces: list[str], role: Role) -> str:
    """Return the text of a run: lines at each <br>; code keeps its own lines and blanks."""
    text = "".join(pieces)
    if role is Role.CODE:
        lines = text.replace(BREAK, "\n").replace("\r\n", "\n").split("\n")
        return "\n".join(clean_code_line(line) for line in lines).strip("\n")
    if BREAK not in text:
        return collapse(text)
    return "\n".join(filter(None, map(collapse, text.split(BREAK))))


def on_one_line(pieces: list[str]) -> str:
    """Return the pieces of a run without its line breaks."""
    return collapse("".join(pieces).replace(BREAK, " "))
