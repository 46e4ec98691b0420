"""Tells documents that are no pages: feeds, sitemaps and JSON that a server sends, or a file is called, as HTML."""

import json
import re
from typing import Final

from harvester.errors import NoArticle, Reason
from harvester.models import Page

_HEAD_BYTES: Final = 1_024  # a comment of who made the feed may stand above its root
_ROOT: Final = re.compile(
    rb"[\xef\xbb\xbf\xff\xfe\s]*(?:(?:<\?[^>]*>|<!--.*?-->|<!DOCTYPE[^>]*>)\s*)*+"
    rb"<(?:\w{1,20}:)?(?:(rss|feed|RDF)|urlset|sitemapindex)[\s>]",
    re.DOTALL,
)
_FEED: Final = "this is a feed, not a page; pass the pages that it names"
_SITEMAP: Final = "this is a sitemap, not a page; pass the pages that it names"
_JSON: Final = "this is JSON, not a page; pass the page itself, or records that hold pages as JSON lines (.jsonl)"


def refuse_other_document(page: Page) -> None:
    """Raise NoArticle "not_article" where the body is a feed, a sitemap or JSON: a parser of HTML finds text in it."""
    if (words := _what(page.body)) is not None:
        raise NoArticle(page.address or "the page", Reason.NOT_ARTICLE, words)


def _what(body: bytes) -> str | None:
    head = body[:_HEAD_BYTES].replace(b"\x00", b"")  # UTF-16
    if (root := _ROOT.match(head)) is not None:
        return _SITEMAP if root[1] is None else _FEED
    return _JSON if head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")[:1] in (b"{", b"[") and _is_json(body) else None


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True
