"""What a feed offers: RSS 0.9x, 1.0 (RDF) and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x.

Pure: bytes in, links out, never an exception. A broken feed gives the entries that can be read, and what
was wrong.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from harvester.crawl.discovery.found_link import FoundLink, ReadDate, clean_title, no_date, read_time
from harvester.crawl.discovery.xml import (
    Element,
    ItemSplit,
    UnreadableError,
    cut_items,
    items,
    local_name,
    own_base,
    parse,
    plain_text,
    prefix_of,
    text_of,
    xml_text,
)
from harvester.web_links import web_link

MAX_ITEMS: Final = 2_000  # feeds list 10 to 100; more is an archive, which the sitemap gives better
MAX_FEED_BYTES: Final = 10 * 1024 * 1024
MAX_TTL_S: Final = 7 * 24 * 3_600.0  # a feed that asks for less than a visit a week is asked weekly

_ITEMS: Final = "item|entry"
_ROOT: Final = re.compile(r"<(?:\w+:)?(rss|feed|RDF|channel)\b", re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ROOT_WINDOW: Final = 20_000
_WEB: Final = re.compile(r"https?://", re.IGNORECASE)  # an identifier may as well be "tag:..." or "4711"
_JSON_FEED: Final = re.compile(r"jsonfeed\.org/version/", re.IGNORECASE)

# Extensions whose <title>, <link> and the like speak of a picture or an episode, not of the entry.
_FOREIGN_PREFIXES: Final = frozenset({"media", "itunes", "podcast", "googleplay", "georss", "gd", "yt", "thr", "slash"})

# In order of trust: what the feed's own format calls publication first.
_PUBLISHED: Final = ("pubdate", "published", "issued", "date", "created")
_MODIFIED: Final = ("updated", "modified")

_PERIODS_S: Final = {
    "hourly": 3_600.0,
    "daily": 86_400.0,
    "weekly": 604_800.0,
    "monthly": 2_592_000.0,
    "yearly": 31_536_000.0,
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What is in one feed."""

    links: tuple[FoundLink, ...] = ()  # in its order, each URL once
    next_url: str | None = None  # its next page (RFC 5005, or next_url of JSON Feed)
    ttl_s: float | None = None  # how long it asks to be left alone
    problems: tuple[str, ...] = ()  # what was wrong, in words; none for a good feed
    home: str | None = None  # the page it belongs to
    base: str | None = None  # what its links are relative to, where it names one


def read_feed(body: bytes, content_type: str | None, base_url: str, read_date: ReadDate = no_date) -> Feed:
    """Return what is in a feed; entries without a usable link are left out.

    `base_url` is where it was fetched from, `read_date` what reads a date that is in none of the forms for feeds. At
    most 2,000 entries of 10 MiB are read. No links and a problem: this is no feed.
    """
    try:
        text = xml_text(body[:MAX_FEED_BYTES], content_type) if not _may_be_json(body) else ""
    except UnreadableError as error:
        return Feed(problems=(f"no feed: {error}",))
    if not text:
        return _read_json(body[:MAX_FEED_BYTES], base_url, read_date)
    if not _ROOT.search(text, 0, _ROOT_WINDOW):
        what = "an HTML page" if _HTML.search(text, 0, _ROOT_WINDOW) else "other markup"
        return Feed(problems=(f"no feed: {what}",))
    feed = _read_xml(text, base_url, read_date)
    if len(body) > MAX_FEED_BYTES:
        return replace(feed, problems=("longer than 10 MiB: cut there", *feed.problems))
    return feed


def _may_be_json(body: bytes) -> bool:
    return body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")


# ── RSS, Atom, RDF ────────────────────────────────────────────────────────────────────────────


def _read_xml(text: str, base_url: str, read_date: ReadDate) -> Feed:
    cut = cut_items(text, _ITEMS, MAX_ITEMS)
    head = _read_head(cut, base_url)
    base = head.base or head.home or base_url
    links = list(_once(_entry(item, base, read_date) for item in items(cut)))
    return Feed(
        links=tuple(links),
        next_url=head.next_url,
        ttl_s=head.ttl_s,
        problems=_losses(cut.count, len(links), cut.has_more),
        home=head.home,
    )


def _losses(count: int, read: int, has_more: bool) -> tuple[str, ...]:
    """Return what the reader of a report wants to know of entries that gave no link."""
    lost = (f"{count - read:,} of {count:,} entries have no link of their own",) if read < count else ()
    return (*lost, f"more than {MAX_ITEMS:,} entries: the rest was not read") if has_more else lost


def _once(found: Iterable[FoundLink | None]) -> Iterator[FoundLink]:
    seen: set[str] = set()
    for link in found:
        if link is not None and link.url not in seen:
            seen.add(link.url)
            yield link


def _read_head(cut: ItemSplit, base_url: str) -> Feed:
    """Return what a feed has of itself, before its entries or behind them."""
    roots = [root for part in (cut.head, cut.tail) if "<" in part and (root := parse(_from_root(part))) is not None]
    own = [child for root in roots for child in _own_children(root)]
    rels = {_rel(child): child.get("href") or "" for child in own if local_name(child) == "link" and child.get("href")}
    plain = next((text_of(child) for child in own if local_name(child) == "link" and not child.get("href")), "")
    home = web_link(base_url, rels.get("alternate") or plain or _xml_base(roots) or "")
    base = _base_of(roots[0], base_url) if roots else base_url
    return Feed(
        next_url=web_link(base_url, rels.get("next", "")),
        base=base if base != base_url else None,
        ttl_s=_ttl_s({local_name(child): text_of(child) for child in own}),
        home=home,
    )


def _from_root(part: str) -> str:
    root = _ROOT.search(part)
    return part[root.start() :] if root else f"<rss>{part}</rss>"


def _own_children(root: Element) -> Iterator[Element]:
    """Yield the children of the feed's root and of its channel."""
    for child in root:
        yield child
        if local_name(child) == "channel":
            yield from child


def _base_of(root: Element, base_url: str) -> str:
    """Return what the links of a feed are relative to: by its root, and by its channel inside it."""
    base = own_base(root, base_url)
    channel = next((child for child in root if local_name(child) == "channel"), None)
    return base if channel is None else own_base(channel, base)


def _xml_base(roots: list[Element]) -> str | None:
    base = roots[0].get("{http://www.w3.org/XML/1998/namespace}base") if roots else None
    return str(base) if base else None


def _ttl_s(values: dict[str, str]) -> float | None:
    """Return the seconds between two updates: <ttl> in minutes, else the syndication module's period and frequency."""
    if (minutes := _number(values.get("ttl"))) is not None:
        return min(minutes * 60, MAX_TTL_S) or None
    period_s = _PERIODS_S.get(values.get("updateperiod", "").lower())
    return min(period_s / (_number(values.get("updatefrequency")) or 1.0), MAX_TTL_S) if period_s else None


def _number(text: str | None) -> float | None:
    return float(text) if text and re.fullmatch(r"\d{1,9}", text) else None


def _entry(item: Element, base_url: str, read_date: ReadDate) -> FoundLink | None:
    """Return the link of one entry, None when it has none."""
    fields: dict[str, str] = {}
    for child in item:
        if (name := local_name(child)) and name != "link" and prefix_of(child) not in _FOREIGN_PREFIXES:
            fields.setdefault(name, text_of(child))
    url = _entry_url(item, fields, own_base(item, base_url))
    if url is None:
        return None
    title = clean_title(plain_text(fields.get("title", "")))
    published, modified = (_first_time(fields, names, read_date) for names in (_PUBLISHED, _MODIFIED))
    return FoundLink(url, "feed", published, title, modified)


def _first_time(fields: dict[str, str], names: tuple[str, ...], read_date: ReadDate) -> str | None:
    return next((time for name in names if (time := read_time(fields.get(name), read_date))), None)


def _entry_url(item: Element, fields: dict[str, str], base_url: str) -> str | None:
    """Return the entry's page, by the first that is a web address; in order of trust."""
    guid = fields.get("guid", "") if _is_permalink(item) else ""
    identifiers = (text for text in (guid, fields.get("id", "")) if _WEB.match(text))
    candidates = (fields.get("origlink"), *_links(item), *identifiers, _rdf_about(item))
    return next((url for text in candidates if text and (url := web_link(base_url, text))), None)


def _links(item: Element) -> Iterator[str]:
    """Yield the entry's own links: those of Atom by their rel and type, and the text of RSS."""
    links = [child for child in item if local_name(child) == "link" and prefix_of(child) not in _FOREIGN_PREFIXES]
    atom = [link for link in links if link.get("href") and _rel(link) == "alternate"]
    yield from (text_of(link) for link in links if not link.get("href"))
    yield from (str(link.get("href")) for link in sorted(atom, key=_is_no_html))


def _rel(link: Element) -> str:
    return str(link.get("rel") or "alternate").lower()  # RFC 4287, 4.2.7.2


def _is_no_html(link: Element) -> bool:
    return "html" not in str(link.get("type") or "html")


def _is_permalink(item: Element) -> bool:
    guid = next((child for child in item if local_name(child) == "guid"), None)
    return guid is None or str(guid.get("isPermaLink") or "true").lower() != "false"


def _rdf_about(item: Element) -> str | None:
    return next((str(value) for name, value in item.attrib.items() if str(name).endswith("about")), None)


# ── JSON Feed ─────────────────────────────────────────────────────────────────────────────────


def _read_json(body: bytes, base_url: str, read_date: ReadDate) -> Feed:
    """Return what is in a JSON Feed (jsonfeed.org/version/1.1)."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError):
        return Feed(problems=("no feed: JSON that cannot be read",))
    if not isinstance(feed, dict) or not _JSON_FEED.search(str(feed.get("version"))):
        return Feed(problems=("no feed: JSON of another kind",))
    entries = feed.get("items")
    listed = [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
    links = tuple(_once(_json_entry(entry, base_url, read_date) for entry in listed[:MAX_ITEMS]))
    return Feed(
        links=links,
        next_url=web_link(base_url, _string(feed, "next_url")),
        problems=_losses(min(len(listed), MAX_ITEMS), len(links), len(listed) > MAX_ITEMS),
        home=web_link(base_url, _string(feed, "home_page_url")),
    )


def _json_entry(entry: dict[str, Any], base_url: str, read_date: ReadDate) -> FoundLink | None:
    identifiers = (text for key in ("id", "external_url") if _WEB.match(text := _string(entry, key)))
    candidates = (_string(entry, "url"), *identifiers)
    url = next((url for text in candidates if text and (url := web_link(base_url, text))), None)
    if url is None:
        return None
    published, modified = (read_time(_string(entry, key), read_date) for key in ("date_published", "date_modified"))
    return FoundLink(url, "json_feed", published, clean_title(_string(entry, "title")), modified)


def _string(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
