"""What other sites show in a page: posts, videos, sounds, maps, documents."""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import itemgetter
from typing import Final, NamedTuple

from harvester.dom import EMBED, FALLBACK, SOURCE, TITLE, Attributes, end_of_element, unescaped
from harvester.models import Document, Element, Embed, EmbedKind, Markup, Role, TextBlock
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import sieve
from harvester.structure.link_targets import resource_url
from harvester.structure.markup_tokens import attributes_at, attributes_of
from harvester.structure.placements import BlockPlaces, PlacedBlock, is_text
from harvester.structure.providers import BOXES, KIND_OF_HOST, WATCHED
from harvester.text import collapse
from harvester.urls import host_of

_BOX_CLASSES: Final = sieve(tuple(BOXES))
MAX_EMBEDS: Final = 200  # a live blog has some hundred
MAX_TEXT_CHARS: Final = 5_000  # of what an embed shows without scripts: a post has some hundred
_MAP_PATH: Final = re.compile(r"^https?://(?:www\.)?google\.[a-z.]+/maps[/?]")
_PLUGIN: Final = re.compile(r"/plugins/(?:like|share|follow|page|comments|customer_chat)|/widgets/follow|/intent/")
_NOT_SHOWN: Final = re.compile(
    r"(?<![a-z])(?:doubleclick|googlesyndication|googletagmanager|adservice|adsystem|taboola|outbrain|recaptcha|hcaptcha"
    r"|consent|criteo|pubmatic|safeframe|ads?|banner|newsletter|subscribe|signup|disqus|comments?|login|chat|widget)(?![a-z])",
    re.IGNORECASE,
)
# Tags, and what a figure says of itself.
_FILES: Final[dict[str, EmbedKind]] = {
    "video": "video",
    "audio": "audio",
    "post": "post",
    "map": "map",
    "document": "document",
}
_ADDRESS: Final = re.compile(r"\S*://\S*")
_MAX_NOTICE_CHARS: Final = 250  # for browsers that play nothing
_DOCUMENT: Final = re.compile(r"\.pdf(?:[?#]|$)", re.IGNORECASE)
_TAG: Final = itemgetter(Element._fields.index("tag"))  # by its name it takes three times as long
_CLASSES: Final = itemgetter(Element._fields.index("classes"))
_BOX_ELEMENTS: Final = frozenset({"amp-youtube", "amp-twitter", "amp-vimeo", "lite-youtube", "amp-instagram"})
_BOX_ADDRESSES: Final = ("data-instgrm-permalink", "cite", "data-href", "data-embed-url", "data-text-post-permalink")
_POST: Final = re.compile(r"/(?:status|statuses|post|posts|p|reel|video|videos|comments|r)/|/@[\w.]+/\d+")


class _Box(NamedTuple):
    host: str
    url: str | None


class _Page(NamedTuple):
    base: str | None  # that addresses are relative to; None: unknown
    places: BlockPlaces
    lexicon: Lexicon


def embeds_of(document: Document, base: str | None, page: BlockPlaces, lexicon: Lexicon) -> Iterator[PlacedBlock]:
    """Yield the embeds of the article at their places."""
    if document.markup is None:
        return
    boxes = list(_boxes(document, base, page))
    yield from (placed for _, _, placed in boxes[:MAX_EMBEDS])
    held = [(start, end) for start, end, _ in boxes]
    for place in document.markup.standins:
        attributes = attributes_of(document.markup.tokens[place])
        if EMBED in attributes and not any(start < place < end for start, end in held[:MAX_EMBEDS]):
            yield from _player(attributes, place, _Page(base, page, lexicon))


def _player(attributes: Attributes, place: int, around: _Page) -> Iterator[PlacedBlock]:
    """Yield what a frame or player shows, where it is in the article."""
    url = resource_url(around.base, attributes.get(SOURCE) or "")
    order = around.places.order(place)
    before, behind = around.places.neighbours(order)
    if url is None or not (before or behind):
        return
    kind = _kind(attributes[EMBED], url)
    if kind is None or (kind == "other" and not (before and behind)):
        return
    watched = _watched(url)
    text = _shown(attributes.get(FALLBACK) or "", around.lexicon)
    embed = Embed(kind, provider_of(watched), watched, attributes.get(TITLE) or None, text)
    yield PlacedBlock(order, TextBlock(Role.EMBED, "", embed=embed))


def _shown(fallback: str, lexicon: Lexicon) -> str | None:
    """Return what is in a player, where it says more than its address, or that it cannot be played."""
    if not fallback or _ADDRESS.fullmatch(fallback) or speaks_of_browser(fallback, lexicon):
        return None
    return fallback[:MAX_TEXT_CHARS]


def speaks_of_browser(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is short and names a browser or what it lacks, in whatever language."""
    return len(text) <= _MAX_NOTICE_CHARS and _browsers(lexicon).search(text) is not None


@lru_cache(maxsize=RULES_CACHED)
def _browsers(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the names of browsers and techniques; languages decline them, or write without blanks."""
    return re.compile(rf"html ?5|javascript|{either(lexicon.words('pages.browsers'))}", re.IGNORECASE)


def _kind(tag: str, url: str) -> EmbedKind | None:
    """Return what is shown; None where that is a like button, an advertisement or a form."""
    if _PLUGIN.search(url):
        return None
    if _MAP_PATH.match(url):
        return "map"
    host = host_of(url).removeprefix("www.")
    parts = host.split(".")
    known = next((kind for n in range(len(parts) - 1) if (kind := KIND_OF_HOST.get(".".join(parts[n:])))), None)
    if known is not None:
        return known
    if tag in _FILES:
        return _FILES[tag]
    if _DOCUMENT.search(url):
        return "document"
    return None if _NOT_SHOWN.search(url) or tag == "script" else "other"


def may_be_page(url: str) -> bool:
    """Return whether a frame at a checked URL may show a text: it is no player, post, advertisement or counter."""
    return _kind("iframe", url) == "other"


def provider_of(url: str) -> str:
    """Return the host of a checked URL, without "www."."""
    return host_of(url).removeprefix("www.")


def _watched(url: str) -> str:
    """Return the address of what a player plays, where the player's own address holds it."""
    for pattern, page in WATCHED:
        if found := pattern.match(url):
            return page.format(found[1])
    return url


def _boxes(document: Document, base: str | None, page: BlockPlaces) -> Iterator[tuple[int, int, PlacedBlock]]:
    """Yield the posts that a script would draw, each with its stretch of the markup."""
    markup = document.markup
    assert markup is not None  # noqa: S101 - the caller has looked
    until = 0
    for index in _maybe_boxes(markup):
        element = markup.elements[index]
        if markup.places[index] < until:
            continue
        box = _box(markup, index, base)
        if box is None:
            continue
        start = markup.places[index]
        until = end_of_element(markup.tokens, start + 1, element.tag)
        placed = _placed_box(document, box, (start, until), page)
        if placed is not None:
            yield start, until, placed


def _maybe_boxes(markup: Markup) -> list[int]:
    """Return the elements that may be such a post: most pages have none."""
    classes = set(map(_CLASSES, markup.elements))  # far fewer than elements
    may_be = _BOX_CLASSES("\n".join(classes).encode("utf-8", "replace"))
    known = {said for said in classes if not BOXES.keys().isdisjoint(said.split())} if may_be else set()
    if not known and _BOX_ELEMENTS.isdisjoint(map(_TAG, markup.elements)):
        return []
    return [
        index
        for index, element in enumerate(markup.elements)
        if element.classes in known or element.tag in _BOX_ELEMENTS
    ]


def _box(markup: Markup, index: int, base: str | None) -> _Box | None:
    element = markup.elements[index]
    if element.tag.startswith(("amp-", "lite-")):
        attributes = attributes_at(markup, index)
        return _amp(element.tag, attributes)
    host = next((BOXES[word] for word in element.classes.split() if word in BOXES), None)
    if host is None:
        return None
    attributes = attributes_at(markup, index)
    url = next((url for name in _BOX_ADDRESSES if (url := resource_url(base, attributes.get(name) or ""))), None)
    return _Box(host, url or _last_post(markup, index, base))


def _amp(tag: str, attributes: Attributes) -> _Box | None:
    video, post = attributes.get("data-videoid") or attributes.get("videoid"), attributes.get("data-tweetid")
    if video and re.fullmatch(r"[\w-]{6,20}", video):
        page = "https://vimeo.com/{}" if "vimeo" in tag else "https://www.youtube.com/watch?v={}"
        return _Box("vimeo.com" if "vimeo" in tag else "youtube.com", page.format(video))
    if post and post.isdigit():
        return _Box("twitter.com", f"https://twitter.com/i/status/{post}")
    code = attributes.get("data-shortcode")
    if code and re.fullmatch(r"[\w-]{5,20}", code):
        return _Box("instagram.com", f"https://www.instagram.com/p/{code}/")
    return None


def _last_post(markup: Markup, index: int, base: str | None) -> str | None:
    """Return the last link to a post in a container: posts quote others, and end in their own date."""
    start = markup.places[index]
    end = end_of_element(markup.tokens, start + 1, markup.elements[index].tag)
    hrefs = [
        attributes_of(token).get("href") or ""
        for token in markup.tokens[start + 2 : end : 2]
        if token.startswith("<a ")
    ]
    posts = [href for href in hrefs if _POST.search(href)] or hrefs
    return resource_url(base, posts[-1]) if posts else None


def _placed_box(document: Document, box: _Box, stretch: tuple[int, int], page: BlockPlaces) -> PlacedBlock | None:
    inside = page.within(*stretch)
    order = page.order(stretch[0])
    behind = inside.stop if inside else order.block + (order.side > 0)
    before = page.neighbours(order)[0]
    is_in_text = any(is_text(document.blocks[number]) for number in inside)
    if not is_in_text and not (before or page.neighbours(order._replace(block=behind, side=-1))[1]):
        return None
    tokens = document.markup.tokens if document.markup else []
    text = collapse(unescaped("".join(tokens[stretch[0] + 1 : stretch[1] : 2])))[:MAX_TEXT_CHARS]
    url = box.url
    provider = provider_of(url) if url else box.host
    kind = KIND_OF_HOST.get(box.host, "post")
    embed = Embed(kind, provider, url, None, text or None if not is_in_text else None)
    return PlacedBlock(order, TextBlock(Role.EMBED, "", embed=embed))
