"""URLs in the order of a web archive's index: the host from its end, then port, path and query, in lower case."""

import re
from typing import Final
from urllib.parse import urlsplit

from harvester.urls import DEFAULT_PORTS

_WWW: Final = re.compile(r"^www\d*\.")


def surts(url: str) -> tuple[str, ...]:
    """Return the keys that a URL is looked up by: warcio.js keeps a slash at the end of a path, pywb does not.

    >>> surts("https://example.org/news/?a=1"), surts("https://example.org/")
    (('org,example)/news/?a=1', 'org,example)/news?a=1'), ('org,example)/',))
    """
    key = surt(url)
    path, mark, query = key.partition("?")
    is_folder = path.endswith("/") and not path.endswith(")/")
    return (key, f"{path[:-1]}{mark}{query}") if is_folder and ")/" in path else (key,)


def surt(url: str) -> str:
    """Return the key of a URL (Sort-friendly URI Reordering Transform), with sorted fields and without "www".

    What is no web address is its own key.

    >>> surt("https://www.Example.org:443/News/?b=2&a=1#top"), surt("urn:text:a")
    ('org,example)/news/?a=1&b=2', 'urn:text:a')
    """
    try:
        parts = urlsplit(url.lower())
        host, port = parts.hostname, parts.port
    except ValueError:
        return url
    if parts.scheme not in DEFAULT_PORTS or not host:
        return url
    reversed_host = ",".join(reversed(_WWW.sub("", host).split(".")))
    place = f":{port}" if port not in (None, DEFAULT_PORTS[parts.scheme]) else ""
    query = f"?{'&'.join(sorted(parts.query.split('&')))}" if parts.query else ""
    return f"{reversed_host}{place}){parts.path or '/'}{query}"
