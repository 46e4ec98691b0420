"""The REST interface of WordPress: a site's latest posts, with dates, where it has no good feed.

Fields as in developer.wordpress.org/rest-api/reference/posts. Pure.
"""

import json
import re
from typing import Any, Final

from harvester.crawl.discovery.found_link import FoundLink, clean_title, read_time
from harvester.crawl.discovery.xml import plain_text
from harvester.models import Document
from harvester.web_links import web_link

PER_PAGE: Final = 100  # the most that WordPress gives
MAX_POSTS_BYTES: Final = 10 * 1024 * 1024
_FIELDS: Final = "link,date_gmt,modified_gmt,title"
_POSTS: Final = f"wp/v2/posts?per_page={PER_PAGE}&_fields={_FIELDS}"
_API: Final = "https://api.w.org/"  # the rel of the link that names a site's interface


def looks_like_wordpress(html: str) -> bool:
    """Return whether a page is made by WordPress, whatever it names: its files are in folders of fixed names."""
    return "/wp-content/" in html


def rest_url(home: str) -> str | None:
    """Return where a WordPress site at `home` (checked) lists its posts, unless it names another place."""
    return web_link(home, f"/wp-json/{_POSTS}")


def named_rest_url(head: Document, url: str) -> str | None:
    """Return where the posts are listed by the page's own word (<link rel="https://api.w.org/">); None: no word."""
    root = next((link.href for link in head.links if _API in link.rel.split()), None)
    base = web_link(url, root) if root else None
    if base is None:
        return None
    return web_link(base, f"{base}{_POSTS.replace('?', '&', 1) if 'rest_route=' in base else _POSTS}")


def read_posts(body: bytes, base_url: str) -> tuple[FoundLink, ...]:
    """Return the posts in a list that the interface gave, in its order, each once; () when it is no such list."""
    if len(body) > MAX_POSTS_BYTES:
        return ()
    try:
        posts = json.loads(body)
    except (ValueError, RecursionError):
        return ()
    listed = posts if isinstance(posts, list) else []
    found = (_post(post, base_url) for post in listed[:PER_PAGE] if isinstance(post, dict))
    return tuple({link.url: link for link in found if link is not None}.values())


def _post(post: dict[str, Any], base_url: str) -> FoundLink | None:
    link = post.get("link")
    url = web_link(base_url, link) if isinstance(link, str) else None
    if url is None:
        return None
    title = post.get("title")
    rendered = title.get("rendered") if isinstance(title, dict) else title
    return FoundLink(
        url,
        "wp_json",
        _utc(post.get("date_gmt")),
        clean_title(plain_text(rendered)) if isinstance(rendered, str) else None,
        _utc(post.get("modified_gmt")),
    )


def _utc(text: Any) -> str | None:
    """Return a time of the interface, which leaves out that it is UTC."""
    if not isinstance(text, str):
        return None
    return read_time(f"{text}+00:00" if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text) else text)
