"""An article on several pages: which page comes next; `harvester.multipage` puts them together.

A link to the "next" page leads on many sites to the next article. So only an address that differs from the page's own
by a page number is taken, and only the number that follows.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape
from itertools import islice
from typing import Final

from harvester.anchors import MAX_ANCHORS, anchors_of, base_of
from harvester.dom import read_document, refuse_hostile, trim_attributes
from harvester.models import Document
from harvester.native import CORE
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.urls import target_of
from harvester.web_links import web_link

MAX_PAGES: Final = 30  # of one article

# Where sites put the number; `n` is the number, what is around it is the address of the first page.
_FIELD: Final = re.compile(
    r"(?P<head>.*[?&](?:page|pagina|pg|seite|p|paged|part|pageno|currentpage)=)(?P<n>\d{1,3})(?P<tail>(?:&.*)?)",
    re.IGNORECASE,
)
_SEGMENT: Final = re.compile(
    r"(?P<head>[^?]*/(?:page/|seite[-/]|p)?)(?P<n>\d{1,2})(?P<tail>/?(?:\.s?html?)?(?:\?.*)?)", re.IGNORECASE
)
_SUFFIX: Final = re.compile(
    r"(?P<head>[^?]*[^/?][-_,](?:p|page|seite)?)(?P<n>\d{1,2})(?P<tail>(?:\.[a-z]{2,5})?(?:\?.*)?)", re.IGNORECASE
)
_FORMS: Final = (_FIELD, _SEGMENT, _SUFFIX)
# Before which a number counts pages and nothing else; "part-1" may be an article of its own.
_MARKED: Final = re.compile(r"(?:[?&][a-z]+=|/page/|/seite[-/])$", re.IGNORECASE)
_BEFORE_NUMBER: Final = re.compile(r"(?:[?&][a-z]+=|/page/|/seite[-/]|/p|[-_,](?:p|page|seite)?|/)$", re.IGNORECASE)

# hReF is written by nobody.
_HREF: Final = re.compile(rb"(?<=[hH])(?:ref|REF)[ \t\n\f\r]*+=[ \t\n\f\r]*+[\"']?([^\"' \t\n\f\r>]*+)")
_BASE: Final = re.compile(rb"<base\s[^<>]*?href\s*+=\s*+[\"']?([^\"'\s>]++)", re.IGNORECASE)
_FILE: Final = re.compile(r"\.(?:css|js|json|png|jpe?g|gif|webp|svg|ico|woff2?|xml|pdf)(?:\?.*)?$", re.IGNORECASE)
_MAX_NUMBERED: Final = 300  # addresses with the number in them that are looked at
_ARROWS: Final = frozenset("»›→>▶")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """An address with a page number in it."""

    head: str  # before the number
    number: int
    tail: str  # behind it


def next_page(html: str | bytes, url: str, lexicon: Lexicon, number: int = 1) -> str | None:
    """Return the URL of the page that follows in the same article, None when there is none.

    `html` is the page's text, or that as UTF-8; `url` is the page's own, checked; `lexicon` holds the words of links
    that lead on; `number` is which of the pages it is, from 1. Raises ParserLimit when the page would hang a parser.
    """
    possible = _following(html if isinstance(html, bytes) else html.encode(errors="ignore"), url, number)
    if not possible:
        return None  # nineteen pages in twenty: they are not parsed for it
    html = trim_attributes(html.decode() if isinstance(html, bytes) else html)
    refuse_hostile(html, url)
    return next((link for link in _candidates(read_document(html), url, lexicon) if link in possible), None)


def _following(html: bytes, url: str, number: int) -> frozenset[str]:
    """Return the addresses in the markup that the next page may have, wherever they are."""
    # Where a number can count pages: behind a mark or a word, with nothing but an ending or more fields behind it.
    wanted = rf"(?:^|[=/_,;pe-])(?:{number + 1}|(?<=_){number})(?:/?(?:\.[a-z]{{2,5}})?(?:[?#&].*)?)$"
    pattern = re.compile(wanted.encode(), re.IGNORECASE)
    hrefs = [href.decode() for href in _numbered_hrefs(html, number) if pattern.search(href)]
    if not hrefs:
        return frozenset()
    base = _base(html, url)
    links = (web_link(base, unescape(href)) for href in islice(hrefs, _MAX_NUMBERED) if not _FILE.search(href))
    return frozenset(link for link in links if link is not None and follows(url, link, number))


def _numbered_hrefs(html: bytes, number: int) -> Iterable[bytes]:
    """Return the addresses in the markup that hold the number of the next page, each once; compiled, fewer others."""
    following, from_0 = b"%d" % (number + 1), b"_%d" % number
    if CORE is not None:
        found: Iterable[bytes] = CORE.numbered_hrefs(html, following, from_0)
        return found
    # Each address is taken as a whole, so that nothing is read twice.
    return (href for href in dict.fromkeys(_HREF.findall(html)) if following in href or from_0 in href)


def _base(html: bytes, url: str) -> str:
    """Return what the page's links are relative to."""
    said = _BASE.search(html)
    return (web_link(url, unescape(said[1].decode())) if said else None) or url


def follows(url: str, link: str, number: int = 1) -> bool:
    """Return whether `link` is the page behind `url`, page `number` of an article; by the addresses (checked) alone.

    >>> follows("https://a.example/x/", "https://a.example/x/2/"), follows("https://a.example/x-2", "https://a.example/x-3")
    (True, False)
    """
    if target_of(url) == "/":
        return False
    for other in _numbered(link):
        if number == 1 and _is_second(other, url):
            return True
        same = (own for own in _numbered(url) if (own.head, own.tail) == (other.head, other.tail))
        # A first page with a number says so by a word: "page=1".
        if any(own.number + 1 == other.number and (number > 1 or _says_first(own)) for own in same):
            return True
    return False


def _says_first(own: _Numbered) -> bool:
    return own.number == 1 and bool(_MARKED.search(own.head))


def _numbered(url: str) -> Iterator[_Numbered]:
    for form in _FORMS:
        if match := form.fullmatch(url):
            yield _Numbered(match["head"], int(match["n"]), match["tail"])


def _is_second(other: _Numbered, url: str) -> bool:
    """Return whether an address with a number is that of a second page, and the first page's without it is `url`.

    The pages of Chinese portals count from 0: the first has no number, the second has "_1".
    """
    counts_from_0 = other.number == 1 and other.head.endswith("_")
    if other.number != 2 and not counts_from_0:
        return False
    bare, tail = _BEFORE_NUMBER.sub("", other.head), other.tail
    if tail.startswith("&"):
        tail = f"?{tail[1:]}" if "?" not in bare else tail
    return _plain(bare + tail) == _plain(url)


def _plain(url: str) -> str:
    return re.sub(r"(?:/index\.s?html?)?/*$", "", url)


def _candidates(document: Document, url: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the links that may lead on, those that are marked as such first."""
    base = base_of(document, url)
    for link in document.links:
        if "next" in link.rel.split() and (target := web_link(base, link.href)):
            yield target
    anchors = list(islice(anchors_of(document, url, lexicon), MAX_ANCHORS))
    yield from (anchor.url for anchor in anchors if says_next(anchor.text, lexicon))
    yield from (anchor.url for anchor in anchors if anchor.text.strip().isdigit())


def says_next(text: str, lexicon: Lexicon) -> bool:
    """Return whether a link's text means that it leads to the next page: a word for it, or an arrow alone."""
    words = text.strip().strip("".join(_ARROWS) + " .…[]()").casefold()
    return bool(_next_words(lexicon).fullmatch(words)) or (bool(text.strip()) and set(text.strip()) <= _ARROWS)


@lru_cache(maxsize=RULES_CACHED)
def _next_words(lexicon: Lexicon) -> re.Pattern[str]:
    words, numbered = either(lexicon.words("pages.next")), either(lexicon.words("pages.numbered"))
    return re.compile(rf"{words}|(?:{numbered}) \d+", re.IGNORECASE)
