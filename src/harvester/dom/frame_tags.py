"""The frames in which a page shows other pages."""

import re
from typing import Final, Literal

from selectolax.lexbor import LexborHTMLParser

from harvester.dom.attributes import Attributes

FrameTag = Literal["frame", "iframe"]
_MAX_FRAMES: Final = 100


def frame_tags(markup: str | bytes, *tags: FrameTag) -> list[tuple[str, Attributes]]:
    """Return tag and attributes of each element of these tags, in their order, as a browser reads them."""
    page = markup if isinstance(markup, bytes) else markup.encode(errors="ignore")  # as `read_document` does
    # Most pages that are asked about have none, and need not be parsed.
    if re.search(rf"<(?:{'|'.join(tags)})[\s/]".encode(), page, re.IGNORECASE) is None:
        return []
    found = LexborHTMLParser(page).css(", ".join(tags))[:_MAX_FRAMES]
    return [(node.tag or "", {name: value or "" for name, value in node.attributes.items()}) for node in found]
