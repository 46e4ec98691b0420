"""Links of a page: the feeds it names, and those that lead to articles, by URL shape, wording and position."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from harvester.anchors import MAX_ANCHORS, Anchor, anchors_of, base_of
from harvester.crawl.discovery.found_link import FoundLink, Origin, clean_title, is_on_site
from harvester.crawl.discovery.url_patterns import SiteUrlPattern, has_date, is_slug
from harvester.dom import read_document, read_head, refuse_hostile
from harvester.rules.lexicon import Lexicon
from harvester.text import is_cjk, units
from harvester.urls import target_of
from harvester.web_links import plain_url, web_link

MAX_LINKS: Final = 500  # of one page; section pages hold 20 to 200

_FEED_TYPES: Final = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json", "text/xml"}
)
_COMMENTS: Final = re.compile(r"(?:^|[/=])comments?(?:$|[/.?&])", re.IGNORECASE)  # feeds of comments, not of articles

# Files that are no pages.
_FILES: Final = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|ico|css|js|json|xml|rss|atom|pdf|docx?|xlsx?|pptx?|zip|gz|rar|exe|apk|mp[34]|m4[av]|avi|mov"
    r"|webm|ogg|wav|ics|vcf|woff2?|ttf)$",
    re.IGNORECASE,
)
_ID_FIELD: Final = re.compile(r"(?:^|&)(?:p|\w*id)=\d+(?:&|$)", re.IGNORECASE)  # ?p=2895, ?newsID=111
# What speaks for a link, in points; an article's has ACCEPTED or more. Weighed by hand on home and section pages.
ACCEPTED: Final = 2.0
_MIN_WORDS: Final = 4  # of a headline
_SECTION_DEPTH: Final = 2  # segments of the path of a section
_MIN_LETTERS: Final = 9  # of one in Chinese or Japanese


@dataclass(frozen=True, slots=True)
class KnownPaths:
    """What is known of the paths of a site, and of all."""

    learned: SiteUrlPattern
    lexicon: Lexicon


def page_feeds(html: str, url: str) -> tuple[FoundLink, ...]:
    """Return the feeds that a page names in its head (<link rel="alternate">), each once; those of comments left out.

    Raises ParserLimit when the page would hang a parser.
    """
    refuse_hostile(html, url)
    head = read_head(html)
    base = base_of(head, url)
    named = (link for link in head.links if "alternate" in link.rel.split() and link.type.lower() in _FEED_TYPES)
    feeds = dict.fromkeys(
        found for link in named if (found := web_link(base, link.href)) and not _COMMENTS.search(target_of(found))
    )
    return tuple(FoundLink(feed, "alternate") for feed in feeds)


def article_links(html: str, url: str, known: KnownPaths, origin: Origin = "section") -> tuple[FoundLink, ...]:
    """Return the links of a home or section page that lead to articles of its site, in reading order, each once.

    `url` is the page's own, checked. Raises ParserLimit when the page would hang a parser.
    """
    refuse_hostile(html, url)
    document = read_document(html)
    best: dict[str, Anchor] = {}
    for anchor in islice(anchors_of(document, url, known.lexicon), MAX_ANCHORS):
        if is_on_site(anchor.url, url) and anchor.url != plain_url(url):
            best[anchor.url] = _better(best.get(anchor.url), anchor)
    accepted = [anchor for anchor in best.values() if points(anchor, known) >= ACCEPTED]
    return tuple(FoundLink(anchor.url, origin, title=clean_title(anchor.text)) for anchor in accepted[:MAX_LINKS])


def menu_links(html: str, url: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the links of a page's menus that may lead to sections of its site, in reading order, each once.

    `url` is the page's own, checked. Raises ParserLimit when the page would hang a parser.
    """
    refuse_hostile(html, url)
    anchors = islice(anchors_of(read_document(html), url, lexicon), MAX_ANCHORS)
    menu = (anchor.url for anchor in anchors if anchor.place.in_menu and not anchor.place.in_foot)
    own = plain_url(url)
    leading = (link for link in menu if is_on_site(link, url) and link != own)
    return tuple(dict.fromkeys(link for link in leading if _may_be_section(link, lexicon)))


def _may_be_section(url: str, lexicon: Lexicon) -> bool:
    path, _, query = target_of(url).partition("?")
    segments = [segment.lower() for segment in path.split("/") if segment]
    if query or not 1 <= len(segments) <= _SECTION_DEPTH or _FILES.search(path):
        return False
    return not _leads_to_no_article(segments, lexicon) and not any(
        is_slug(segment) or has_date(f"/{segment}/") for segment in segments
    )


def points(anchor: Anchor, known: KnownPaths) -> float:
    """Return how much speaks for a link to lead to an article; ACCEPTED or more: it is taken for one."""
    return (
        _points_of_address(target_of(anchor.url), known.lexicon)
        + _points_of_wording(anchor)
        + _points_of_place(anchor)
        + 1.2 * known.learned.log_odds(anchor.url)
    )


def _leads_to_no_article(segments: list[str], lexicon: Lexicon) -> bool:
    """Return whether a path is of a list below which no article is, or ends in what names a page of the site."""
    return not lexicon.list_paths.isdisjoint(segments) or segments[-1].partition(".")[0] in lexicon.page_paths


def _points_of_address(target: str, lexicon: Lexicon) -> float:
    path, _, query = target.partition("?")
    if _FILES.search(path):
        return -10.0
    segments = [segment.lower() for segment in path.split("/") if segment]
    numbered = bool(_ID_FIELD.search(query))
    if not segments:
        return 1.0 if numbered else -10.0
    last, has_slug = segments[-1], any(is_slug(segment) for segment in segments[-2:])
    found = 2.0 * has_date(path) + 1.5 * has_slug - 3.0 * _leads_to_no_article(segments, lexicon)
    if numbered or re.search(r"\d{4,}", last):
        found += 1.0  # a number of the database
    elif not has_slug:
        # One segment: a section, or a page about the site. Two words below a section: a short slug.
        found += -1.5 if len(segments) == 1 else 0.5 * ("-" in last or "_" in last)
    return found


def _points_of_wording(anchor: Anchor) -> float:
    length, wanted = units(anchor.text), _MIN_LETTERS if is_cjk(anchor.text) else _MIN_WORDS
    if length >= wanted:
        return 1.0 + 0.5 * anchor.is_heading + 0.5 * (length >= 2 * wanted)
    return 0.5 if anchor.is_heading else -0.5 if length * 2 >= wanted else -1.0


def _points_of_place(anchor: Anchor) -> float:
    place = anchor.place
    # A menu may show articles; what is only in a foot is about the site, or the tags and author of a card.
    return -2.0 * place.in_menu - 4.0 * place.in_foot - 0.5 * place.in_side


def _better(before: Anchor | None, anchor: Anchor) -> Anchor:
    """Return of two links to one page the one that speaks more for it: headline over picture, text over menu."""
    if before is None:
        return anchor
    rank = [(_points_of_place(each), each.is_heading, len(each.text)) for each in (before, anchor)]
    return anchor if rank[1] > rank[0] else before
