"""The objects of a page's JSON-LD: their types, their texts, and which of them is the record of its article."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final

from harvester.metadata.lookup.page_index import key_of
from harvester.models import Document
from harvester.page_json import parse_json
from harvester.text import collapse
from harvester.urls import loose_host, loose_path

# Types of schema.org that are a news article's record.
NEWS_TYPES: Final = frozenset(
    {
        "NewsArticle",
        "AnalysisNewsArticle",
        "AskPublicNewsArticle",
        "BackgroundNewsArticle",
        "OpinionNewsArticle",
        "ReportageNewsArticle",
        "ReviewNewsArticle",
        "LiveBlogPosting",
        "Report",
    }
)
# Types that are any article's own record, and those that are next best on pages without one.
ARTICLE_TYPES: Final = NEWS_TYPES | {
    "Article",
    "BlogPosting",
    "SocialMediaPosting",
    "DiscussionForumPosting",
    "TechArticle",
    "ScholarlyArticle",
    "MedicalScholarlyArticle",
    "SatiricalArticle",
    "AdvertiserContentArticle",
    "Recipe",
    "HowTo",
    "Review",
}
PAGE_TYPES: Final = frozenset(
    {
        "WebPage",
        "ItemPage",
        "AboutPage",
        "FAQPage",
        "VideoObject",
        "Product",
        "CreativeWork",
        "PodcastEpisode",
        "Event",
        "JobPosting",
    }
)
MAX_NODES: Final = 5_000  # nodes of all items together
MAX_DEPTH: Final = 12
MAX_VALUES: Final = 500  # of one name or key that are looked at; hostile pages have thousands
_CONTAINERS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "hasPart", "subjectOf", "liveBlogUpdate", "review")
_CONTAINERS_SET: Final = frozenset(_CONTAINERS)  # of most objects one look says that they hold none
_RECORD_META: Final = "script:ld+json"  # what some frameworks make of a script that they do not know
_TAGS: Final = re.compile(r"<[^<>]{0,200}>")

Node = Mapping[str, object]


def read_nodes(document: Document) -> Iterator[Node]:
    """Yield the typed objects of a page's JSON-LD in their order, at most `MAX_NODES`.

    JSON-LD of real pages is often broken; what is easy to repair is repaired, the rest is skipped.
    """
    budget = MAX_NODES
    scripts = (script.text for script in document.scripts if script.is_linked_data)
    metas = (meta.content for meta in document.metas if meta.name == _RECORD_META)
    for text in chain(scripts, metas):
        for node in _walk(parse_json(text), 0):
            budget -= 1
            if budget < 0:
                return
            yield node


def _walk(value: object, depth: int) -> Iterator[Node]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        if "@type" in value or "@id" in value:
            yield value
        for key in () if _CONTAINERS_SET.isdisjoint(value) else _CONTAINERS:
            if key in value:
                yield from _walk(value[key], depth + 1)
        for key in ("author", "publisher"):
            if linked := value.get(key):
                yield from [node for node in as_list(linked) if isinstance(node, dict) and "@id" in node]


def types_of(node: Node) -> frozenset[str]:
    """Return the schema.org types of a JSON-LD object, without their prefix."""
    said = node.get("@type")
    if isinstance(said, str):
        return _types_of(said)
    return frozenset().union(*(_types_of(str(name)) for name in as_list(said)))


@lru_cache(maxsize=256)  # each reader asks about all objects, and pages share their types
def _types_of(name: str) -> frozenset[str]:
    return frozenset((name.rsplit("/", 1)[-1].rsplit(":", 1)[-1],))


def as_list(value: object) -> list[object]:
    """Return a JSON-LD value as a list of at most `MAX_VALUES`: one value means a list of one, nothing means none."""
    if value is None:
        return []
    return value[:MAX_VALUES] if isinstance(value, list) else [value]


def clean_text(text: str) -> str:
    """Return a text of JSON-LD or <meta> as a reader would see it: entities and tags gone, blanks collapsed."""
    if "&" in text:
        text = html.unescape(html.unescape(text))  # twice: some systems escape what is escaped already
    return collapse(_TAGS.sub(" ", text) if "<" in text else text).strip()


def choose_article(nodes: Iterable[Node], address: str | None, titles: frozenset[str]) -> Node | None:
    """Return the record of the page's own article: of the best type, and among equals the one that names the page."""
    best: tuple[int, Node] | None = None
    for node in nodes:
        score = _article_score(node, address, titles)
        if score > 0 and (best is None or score > best[0]):
            best = (score, node)
    return best[1] if best is not None else None


def _article_score(node: Node, address: str | None, titles: frozenset[str]) -> int:
    types = types_of(node)
    score = 4 if types & ARTICLE_TYPES else 1 if types & PAGE_TYPES else 0
    if not score:
        return 0
    headline = key_of(clean_text(str(node.get("headline") or node.get("name") or node.get("title") or "")))
    if headline and any(headline in title or title in headline for title in titles):
        score += 6
    if address is not None and any(same_page(url, address) for url in _own_urls(node)):
        score += 3
    return score + sum(key in node for key in ("datePublished", "author", "headline"))


def _own_urls(node: Node) -> Iterator[str]:
    for key in ("url", "mainEntityOfPage", "@id"):
        for value in as_list(node.get(key)):
            url = value.get("@id") or value.get("url") if isinstance(value, dict) else value
            if isinstance(url, str) and url:
                yield url


def full_name(node: Node) -> str | None:
    """Return the name of a person whose record gives only its parts."""
    parts = (node.get("givenName"), node.get("familyName"))
    return " ".join(part for part in parts if isinstance(part, str)) or None


def same_page(a: str, b: str) -> bool:
    """Return whether two URLs name one page, as far as their paths show."""
    return _path(a) == _path(b)


@lru_cache(maxsize=64)  # the page's own is compared with those of each record
def _path(url: str) -> str:
    return f"{loose_host(url).removeprefix('www.')}/{loose_path(url).lower()}"
