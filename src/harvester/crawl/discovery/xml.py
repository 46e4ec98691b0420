"""XML of strangers, read item by item: the only user of lxml.

Feeds and sitemaps are written by string templates as often as by XML writers: bare ampersands, HTML entities, warnings
of a PHP server before the declaration, a wrong charset, an end that never came. And some are built to hurt: entities in
entities, files of the server as entities, nesting without end. So the text is cut at the starts of its items, and each
item is parsed alone: a broken one costs itself, and no DOCTYPE and no reference but the five of XML reaches the parser.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from html.entities import html5
from itertools import pairwise
from typing import Final, TypeAlias

from lxml import etree

from harvester.decode import decode
from harvester.errors import InputError
from harvester.fetching.content_codings import BodyBuilder, DecodingError
from harvester.web_links import web_link

Element: TypeAlias = etree._Element

MAX_XML_BYTES: Final = 50 * 1024 * 1024  # sitemaps.org: 50 MiB, uncompressed
MAX_ITEM_CHARS: Final = 1024 * 1024  # a feed may hold a whole article in an item, not a book
_CHUNK_BYTES: Final = 64 * 1024
_GZIP_MAGIC: Final = b"\x1f\x8b"

# A CDATA section that is never closed takes the rest, so that the pass stays linear.
_CDATA = r"<!\[CDATA\[(?:.*?\]\]>|.*+)|<!--(?:.*?-->|.*+)"
_VERBATIM: Final = re.compile(f"({_CDATA})", re.DOTALL)
_BARE: Final = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_NAMED: Final = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_REFERENCE: Final = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,6})|(\d{1,7}));")
# XML 1.0, 2.2: neither as they are nor as references.
_FORBIDDEN: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF))
_MARKUP: Final = re.compile(r"<[A-Za-z?!]")


class UnreadableError(Exception):
    """There is no XML here; the text is what there is."""


@dataclass(frozen=True, slots=True)
class ItemSplit:
    """A text, cut at its items."""

    head: str  # all before the first item
    tail: str  # all after the last one
    text: str
    starts: tuple[int, ...]  # of the items in `text`, and the end of the last one
    has_more: bool = False  # than the limit

    @property
    def count(self) -> int:
        """The number of items."""
        return max(len(self.starts) - 1, 0)


def xml_text(body: bytes, content_type: str | None) -> str:
    """Return `body` unpacked and decoded.

    Raises UnreadableError when it is empty, binary, packed too far or no markup.
    """
    try:
        text = decode(unpacked(body), content_type, "the list").lstrip("\ufeff")  # some write two marks
    except InputError as error:
        raise UnreadableError(error.explanation) from error
    if not _MARKUP.search(text):
        raise UnreadableError("there is no markup in it")
    return text


def unpacked(body: bytes) -> bytes:
    """Return a gzip body unpacked, at most 50 MiB of it, any other as it is. Raises UnreadableError for a bomb."""
    if not body.startswith(_GZIP_MAGIC):
        return body
    builder = BodyBuilder(None, MAX_XML_BYTES)
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            if not builder.feed(body[start : start + _CHUNK_BYTES]):
                break
        return builder.finish().content
    except DecodingError as error:
        raise UnreadableError(f"packed, and {error.explanation}") from error


def cut_items(text: str, names: str, limit: int) -> ItemSplit:
    """Return `text` cut at its first `limit` elements of `names` ("item|entry"), with any prefix.

    Items do not nest in feeds and sitemaps; what looks like one inside CDATA or a comment is none.
    """
    item = re.compile(rf"{_CDATA}|<(?P<prefix>[A-Za-z]\w*:)?(?P<name>(?i:{names}))(?=[\s>/])", re.DOTALL)
    starts: list[int] = []
    last = ""
    for match in item.finditer(text):
        if match["name"]:
            starts.append(match.start())
            last = f"</{match['prefix'] or ''}{match['name']}"
            if len(starts) > limit:
                break
    if not starts:
        return ItemSplit(text, "", text, ())
    if len(starts) > limit:
        return ItemSplit(text[: starts[0]], "", text, tuple(starts), has_more=True)
    close = text.rfind(last)
    end = close if close > starts[-1] else len(text)
    return ItemSplit(text[: starts[0]], text[end:], text, (*starts, end))


def items(cut: ItemSplit, needs: str | None = None) -> Iterator[Element]:
    """Yield the items of a text, parsed; those that cannot be are passed over.

    `needs` is an element that an item must hold whole: of a text that breaks off, the last item may have half of it.
    """
    whole = re.compile(rf"</(?:\w+:)?{needs}\s*>", re.IGNORECASE) if needs else None
    for start, end in pairwise(cut.starts):
        if whole is not None and end == len(cut.text) and not whole.search(cut.text, start):
            continue
        element = parse(cut.text[start : min(end, start + MAX_ITEM_CHARS)])
        if element is not None:
            yield element


def parse(fragment: str) -> Element | None:
    """Return the first element of a fragment of XML, repaired as far as can be; None when there is none."""
    try:
        element: Element | None = etree.fromstring(_plain(fragment).encode("utf-8", "replace"), _parser())
    except (etree.XMLSyntaxError, ValueError):
        return None
    return element


def _parser() -> "etree.XMLParser[Element]":
    # No DTD, no network, no entities, libxml2's own limits: set in the parser too, though none of it reaches it.
    return etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        encoding="utf-8",
        collect_ids=False,
        remove_comments=True,  # lxml counts them among the children of an element, and has no text for them
        remove_pis=True,
    )


def _plain(fragment: str) -> str:
    """Return a fragment with each reference that XML does not know as characters."""
    legal = fragment if fragment.isprintable() else fragment.translate(_FORBIDDEN)
    if "&" not in legal:
        return legal
    parts = _VERBATIM.split(legal)
    parts[::2] = map(_known_references, parts[::2])  # every second one is a CDATA section or a comment
    return "".join(parts)


def _known_references(text: str) -> str:
    # Three passes, the commonest fault by a plain string: a function for each of five million ampersands takes 6 s.
    return _REFERENCE.sub(_legal_reference, _NAMED.sub(_named_character, _BARE.sub("&amp;", text)))


def _named_character(match: re.Match[str]) -> str:
    characters = html5.get(match[1])
    return escape(characters) if characters else f"&amp;{match[1]}"


def _legal_reference(match: re.Match[str]) -> str:
    code = int(match[1], 16) if match[1] else int(match[2])
    is_legal = code < 0x110000 and code not in _FORBIDDEN and not 0xD800 <= code < 0xE000
    return match[0] if is_legal else ""


# ── elements ──────────────────────────────────────────────────────────────────────────────────


def local_name(element: Element) -> str:
    """Return the name of an element without its namespace, declared or not, lower case; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def prefix_of(element: Element) -> str:
    """Return the namespace prefix as it is written, lower case; "" for none."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return (element.prefix or tag.rpartition("}")[2].partition(":")[0] if ":" in tag or element.prefix else "").lower()


def own_base(element: Element, base_url: str) -> str:
    """Return what the links in an element are relative to: its xml:base, or what is around it."""
    own = element.get("{http://www.w3.org/XML/1998/namespace}base")
    return (web_link(base_url, str(own)) if own else None) or base_url


def text_of(element: Element) -> str:
    """Return all text inside an element."""
    return "".join(element.itertext()).strip()


def plain_text(markup: str) -> str:
    """Return a title that may hold HTML as text."""
    return unescape(re.sub(r"<[^<>]*+>", " ", markup)) if "<" in markup or "&" in markup else markup
