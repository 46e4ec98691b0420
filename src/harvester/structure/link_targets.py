"""Addresses in an article: absolute, of kinds that are safe to follow, by the one parser of `urls`."""

import re
from functools import lru_cache
from typing import Final

from harvester.urls import is_plain_url, join_link, join_quickly

_CONTACT: Final = re.compile(r"(?:mailto|tel):[^\s<>\"\x00-\x20\x7f]{1,500}", re.IGNORECASE)
_FRAGMENT: Final = re.compile(r"#[^\s<>\"\x00-\x20\x7f]{1,300}")


@lru_cache(maxsize=1_024)
def link_target(base: str | None, href: str) -> str | None:
    """Return where a link leads: an absolute address of the web, mailto:, tel:, or "#..." on the page itself.

    None where its target cannot be known: scripts, data, other schemes, relative ones without a base.
    """
    stripped = href.strip()
    if stripped.startswith("http") and is_plain_url(stripped):
        return stripped  # as most
    if stripped.startswith("#"):
        return stripped if _FRAGMENT.fullmatch(stripped) else None
    if _CONTACT.fullmatch(stripped):
        return stripped
    return join_link(base, stripped) if stripped else None


@lru_cache(maxsize=1_024)
def resource_url(base: str | None, href: str) -> str | None:
    """Return the absolute address of a picture, player or file; None where there is none on the web."""
    stripped = href.strip()
    return join_quickly(base or "", stripped) if stripped and (base or "://" in stripped[:10]) else None
