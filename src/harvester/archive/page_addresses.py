"""The addresses that a page calls its own, read without parsing it."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

from harvester.errors import FetchError
from harvester.urls import check_url, host_of

# <link rel=canonical> and <meta property=og:url> are in the head.
_HEAD_BYTES: Final = 256 * 1024
_HEAD_TAG: Final = re.compile(rb"<(?:link|meta)\s[^<>]{1,4096}>", re.IGNORECASE)
_SAYS_OWN: Final = re.compile(rb"""\s(?:rel|property|name)\s*=\s*["']?(?:canonical|og:url)["'\s/>]""", re.IGNORECASE)
_ADDRESS: Final = re.compile(rb"""\s(?:href|content)\s*=\s*["']?(https?://[^\s"'<>]{1,2048})""", re.IGNORECASE)


def own_addresses(body: bytes) -> Iterator[str]:
    """Yield the addresses in canonical links and og:url, not checked."""
    for found in _HEAD_TAG.finditer(body, 0, _HEAD_BYTES):  # whoever takes the first only pays for no more
        tag = found[0]
        if _SAYS_OWN.search(tag) and (match := _ADDRESS.search(tag)):
            yield unescape(match[1].decode("ascii", "replace"))


def is_disowned(body: bytes, url: str) -> bool:
    """Return whether a page calls addresses its own, all of them on other hosts than `url` (checked)."""
    hosts = {host for address in own_addresses(body) if (host := _host(address)) is not None}
    return bool(hosts) and _host(url) not in hosts


def _host(address: str) -> str | None:
    try:
        return host_of(check_url(address)).removeprefix("www.")
    except FetchError:
        return None
