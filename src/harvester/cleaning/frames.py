"""Pages that show others in frames and say hardly anything themselves: which ones to fetch instead."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.cleaning.bytes_to_blocks import safe_html
from harvester.dom import Attributes, FrameTag, frame_tags, is_hidden, side
from harvester.errors import NoArticle, Reason
from harvester.models import Document, Page
from harvester.structure import may_be_page, resource_url
from harvester.url_names import display_url

_WITHOUT_TEXT: Final = frozenset({Reason.NOT_ARTICLE, Reason.NEEDS_JS, Reason.INDEX_PAGE})
_SCHEME: Final = re.compile(r"[a-z]+:", re.IGNORECASE)
_MIN_SIDE: Final = 100  # pixels; smaller ones hold buttons and counters
_MAX_TEXT_CHARS: Final = 400  # of a page that has an <iframe> for its text
_MAX_NAMED: Final = 3


def with_frames(error: NoArticle, document: Document, page: Page) -> NoArticle:
    """Return the refusal of a page; where its text is likely in its frames, with their addresses."""
    if error.reason not in _WITHOUT_TEXT:
        return error
    says_little = sum(len(block.text) for block in document.blocks) <= _MAX_TEXT_CHARS
    frames = list(dict.fromkeys(_frames(page, says_little=says_little)))[:_MAX_NAMED]
    if not frames:
        return error
    named = ", ".join(map(display_url, frames))
    words = f"{error.explanation}; the page shows others in frames, which may hold the text: {named}"
    return NoArticle(error.subject, error.reason, words)


def _frames(page: Page, *, says_little: bool) -> Iterator[str]:
    """Yield the addresses of the frames, absolute where the page's own is known.

    `says_little`: those in the midst of a page count, too.
    """
    tags: tuple[FrameTag, ...] = ("frame", "iframe") if says_little else ("frame",)
    for tag, attributes in frame_tags(safe_html(page).markup, *tags):
        if not _is_out_of_sight(tag, attributes):
            address = (attributes.get("src") or "").strip()
            url = resource_url(page.address, address)
            if url is not None and may_be_page(url):
                yield url
            elif url is None and page.address is None and address and not _SCHEME.match(address):
                yield address


def _is_out_of_sight(tag: str, attributes: Attributes) -> bool:
    sides = (side("width", attributes), side("height", attributes))
    return is_hidden(tag, attributes) or any(pixels is not None and pixels < _MIN_SIDE for pixels in sides)
