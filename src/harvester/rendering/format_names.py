"""What the formats for readers are called, and what of them can be chosen: without what writes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

Readable = Literal["text", "markdown", "html", "tei"]
READABLE: Final[tuple[Readable, ...]] = get_args(Readable)
FILE_ENDINGS: Final[Mapping[Readable, str]] = {"text": ".txt", "markdown": ".md", "html": ".html", "tei": ".xml"}


@dataclass(frozen=True, slots=True)
class Style:
    """What a reader may choose about a format."""

    front_matter: bool = True  # of Markdown: the fields above the text, as YAML


DEFAULT_STYLE: Final = Style()
