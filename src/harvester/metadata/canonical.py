"""The address that the page itself calls its own."""

from collections.abc import Iterator

from harvester.errors import FetchError
from harvester.metadata.reading import Reading, reading
from harvester.metadata.structured import Clues, absolute
from harvester.urls import check_url, same_site


def read_canonical(clues: Clues) -> Reading[str] | None:
    """Return the canonical URL, absolute, when it is of the same site as the page.

    A page whose own URL is not known has none to contradict: there an absolute one is taken.
    """
    for href, origin in _candidates(clues):
        url = _own(clues, href)
        if url is not None:
            return reading("canonical_url", url, origin)
    return None


def _candidates(clues: Clues) -> Iterator[tuple[str, str]]:
    yield from ((link.href, "link:canonical") for link in clues.document.links if "canonical" in link.rel.split())
    yield from ((value, "meta:og:url") for value in clues.metas.get("og:url", ()))
    url = clues.value("url")
    if isinstance(url, str):
        yield url, "json-ld:url"


def _own(clues: Clues, href: str) -> str | None:
    if not href.strip():
        return None
    if clues.address is None:
        return _absolute(href)
    url = absolute(clues, href)
    if url is None:
        return None
    return url if _origin(url) == _origin(clues.address) or _is_same_site(url, clues.address) else None


def _origin(url: str) -> list[str]:
    return url.split("/", 3)[:3]


def _is_same_site(url: str, address: str) -> bool:
    checked = _absolute(url)
    return checked is not None and same_site(checked, address)


def _absolute(href: str) -> str | None:
    try:
        return check_url(href)
    except FetchError:
        return None
