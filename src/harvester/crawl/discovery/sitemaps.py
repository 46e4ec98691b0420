"""What a sitemap offers (sitemaps.org 0.9): URL sets, indexes, news sitemaps, plain text; packed or not.

Pure: bytes in, links out, never an exception. `within` decides what of a site's sitemaps is followed.
"""

import re
from dataclasses import dataclass
from typing import Final

from harvester.crawl.discovery.feeds import read_feed
from harvester.crawl.discovery.found_link import FoundLink, ReadDate, clean_title, is_on_site, no_date, read_time
from harvester.crawl.discovery.xml import (
    Element,
    ItemSplit,
    UnreadableError,
    cut_items,
    items,
    local_name,
    text_of,
    unpacked,
    xml_text,
)
from harvester.decode import decode
from harvester.errors import InputError
from harvester.web_links import web_link

MAX_SITEMAP_URLS: Final = 50_000  # in one file, as sitemaps.org has it
MAX_SITEMAP_FILES: Final = 1_000  # of a source in one run; the others are read in later ones
MAX_SITEMAP_BYTES: Final = 50 * 1024 * 1024  # unpacked, as sitemaps.org has it
_ROOT: Final = re.compile(r"<(?:\w+:)?(urlset|sitemapindex)\b", re.IGNORECASE)
_ROOT_WINDOW: Final = 20_000
_MARKUP: Final = re.compile(r"\s*<")
_MIN_PLAIN_SHARE: Final = 0.5  # of the lines; a text with fewer URLs is no sitemap but an error page


@dataclass(frozen=True, slots=True)
class Nested:
    """A sitemap that an index names."""

    url: str  # absolute, checked
    modified: str | None = None  # ISO 8601


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What is in one file."""

    links: tuple[FoundLink, ...] = ()  # in its order, each URL once
    nested: tuple[Nested, ...] = ()
    problems: tuple[str, ...] = ()  # what was wrong, in words; none for a good file


def read_sitemap(body: bytes, content_type: str | None, base_url: str, read_date: ReadDate = no_date) -> Sitemap:
    """Return what is in a sitemap; entries without a usable address are left out.

    `base_url` is where it was fetched from, `read_date` what reads a date that is in none of the forms for lists. At
    most 50,000 entries of 50 MiB are read. Neither links nor nested ones, and a problem: this is no sitemap.
    """
    try:
        content = unpacked(body)[:MAX_SITEMAP_BYTES]
        text = decode(content, content_type, "the sitemap").lstrip("\ufeff")
        if not _MARKUP.match(text):
            return _read_lines(text, base_url)
        text = xml_text(content, content_type)
    except InputError as error:
        return Sitemap(problems=(f"no sitemap: {error.explanation}",))
    except UnreadableError as error:
        return Sitemap(problems=(f"no sitemap: {error}",))
    root = _ROOT.search(text, 0, _ROOT_WINDOW)
    if root is None:
        feed = read_feed(content, content_type, base_url, read_date)
        return Sitemap(feed.links) if feed.links else Sitemap(problems=("no sitemap: other markup",))
    cut = cut_items(text, "sitemap" if root[1].lower() == "sitemapindex" else "url", MAX_SITEMAP_URLS)
    return (_read_index if root[1].lower() == "sitemapindex" else _read_urls)(cut, base_url, read_date)


def _read_lines(text: str, base_url: str) -> Sitemap:
    """Return the sitemap of a text with one URL a line."""
    lines = [line.strip() for line in text.splitlines()[: MAX_SITEMAP_URLS + 1] if line.strip()]
    urls = dict.fromkeys(
        url for line in lines if line.startswith(("http://", "https://")) and (url := web_link(base_url, line))
    )
    if len(urls) < _MIN_PLAIN_SHARE * len(set(lines)):
        return Sitemap(problems=("no sitemap: neither XML nor a list of URLs",))
    return Sitemap(tuple(FoundLink(url, "sitemap") for url in urls))


def _read_index(cut: ItemSplit, base_url: str, read_date: ReadDate) -> Sitemap:
    nested: dict[str, Nested] = {}
    for item in items(cut, "loc"):
        fields = _fields(item)
        if url := web_link(base_url, fields.get("loc", "")):
            nested.setdefault(url, Nested(url, read_time(fields.get("lastmod"), read_date)))
    return Sitemap(nested=tuple(nested.values()), problems=_losses(cut, len(nested)))


def _read_urls(cut: ItemSplit, base_url: str, read_date: ReadDate) -> Sitemap:
    links: dict[str, FoundLink] = {}
    for item in items(cut, "loc"):
        found = _url_entry(item, base_url, read_date)
        if found is not None:
            links.setdefault(found.url, found)
    return Sitemap(tuple(links.values()), problems=_losses(cut, len(links)))


def _losses(cut: ItemSplit, read: int) -> tuple[str, ...]:
    lost = cut.count - read
    problems = (f"{lost:,} of {cut.count:,} entries are empty, doubled or no web address",) if lost else ()
    return (*problems, f"more than {MAX_SITEMAP_URLS:,} entries: the rest was not read") if cut.has_more else problems


def _fields(element: Element) -> dict[str, str]:
    """Return the texts of the children; the first of each name."""
    fields: dict[str, str] = {}
    for child in element:
        fields.setdefault(local_name(child), text_of(child) if not len(child) else "")
    return fields


def _url_entry(item: Element, base_url: str, read_date: ReadDate) -> FoundLink | None:
    fields = _fields(item)
    url = web_link(base_url, fields.get("loc", ""))
    if url is None:
        return None
    modified = read_time(fields.get("lastmod"), read_date)
    news = next((child for child in item if local_name(child) == "news"), None)
    if news is None:
        return FoundLink(url, "sitemap", modified=modified)
    values = _fields(news)
    published = read_time(values.get("publication_date"), read_date)
    return FoundLink(url, "news_sitemap", published, clean_title(values.get("title")), modified)


# ── which ones are read ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SitemapBudget:
    """How much of a sitemap is followed."""

    depth: int = 3  # of indexes in indexes; sitemaps.org knows one level
    urls: int = MAX_SITEMAP_URLS


def within(sitemap: Sitemap, home: str, depth: int, budget: SitemapBudget) -> Sitemap:
    """Return what of a sitemap is to be followed: on the site of `home`, within the budget, the latest files first.

    `depth` is that of the sitemap: 0 when robots.txt, a person or a guess named it. Which URLs were seen before is the
    caller's knowledge. What is left out is in `problems`.
    """
    links = tuple(link for link in sitemap.links if is_on_site(link.url, home))
    nested = sorted(
        (one for one in sitemap.nested if is_on_site(one.url, home)), key=lambda one: one.modified or "", reverse=True
    )
    is_too_deep = depth >= budget.depth
    left_out = (
        (len(sitemap.links) - len(links), "links to other sites"),
        (len(links) - budget.urls, "links beyond the limit"),
        (len(sitemap.nested) - len(nested), "sitemaps of other sites"),
        (len(nested) if is_too_deep else 0, f"sitemaps nested deeper than {budget.depth}"),
    )
    problems = (f"{count:,} {what} left out" for count, what in left_out if count > 0)
    return Sitemap(links[: budget.urls], () if is_too_deep else tuple(nested), (*sitemap.problems, *problems))
