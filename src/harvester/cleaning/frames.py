"""Pages that show others in frames and say hardly anything themselves: which ones to fetch instead."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import islice
from typing import Final

from harvester.errors import NoArticle, Reason
from harvester.models import Document, Page
from harvester.structure import may_be_page, resource_url
from harvester.url_names import display_url

_WITHOUT_TEXT: Final = frozenset({Reason.NOT_ARTICLE, Reason.NEEDS_JS, Reason.INDEX_PAGE})
_COMMENT: Final = re.compile(rb"<!--(?:.*?-->|.*+)", re.DOTALL)  # one that is never closed is all that follows
_FRAME: Final = re.compile(rb"<(i?frame)(\s[^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(r"""\s([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[a-z]+:", re.IGNORECASE)
_HIDING: Final = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_MIN_SIDE: Final = 100  # pixels; smaller ones hold buttons and counters
_MAX_TEXT_CHARS: Final = 400  # of a page that has an <iframe> for its text
_MAX_LOOKED_AT: Final = 100
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
    for one in islice(_FRAME.finditer(_COMMENT.sub(b"", page.body)), _MAX_LOOKED_AT):
        tag, written = one.groups()
        found = _ATTRIBUTE.findall(written.decode("utf-8", "replace"))
        attributes = {name.lower(): unescape("".join(values)).strip() for name, *values in found}
        if (tag.lower() == b"frame" or says_little) and not _is_hidden(attributes):
            address = attributes.get("src") or ""
            url = resource_url(page.address, address)
            if url is not None and may_be_page(url):
                yield url
            elif url is None and page.address is None and address and not _SCHEME.match(address):
                yield address


def _is_hidden(attributes: Mapping[str, str]) -> bool:
    is_small = any(
        side.isdecimal() and int(side) < _MIN_SIDE for side in map(attributes.get, ("width", "height")) if side
    )
    return is_small or bool(_HIDING.search(attributes.get("style") or ""))
