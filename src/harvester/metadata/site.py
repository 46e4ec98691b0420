"""The name of the site."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.metadata.reading import Reading, reading
from harvester.metadata.structured import Clues
from harvester.text import fold

MAX_SITE_CHARS: Final = 60  # longer is a slogan
TITLE_SEPARATOR: Final = re.compile(
    r"\s*[|»‹›«•·_｜丨]\s*|\s+[-–—:]+\s+|\s*(?:--|::|——)\s*|(?<=[\u3041-\ud7ff])[-–—_](?=\S)"
)


def read_site(clues: Clues) -> Reading[str] | None:
    """Return the site's name: og:site_name, the publisher of the JSON-LD, application-name, the end of <title>."""
    for value, origin in _named(clues):
        if 0 < len(value) <= MAX_SITE_CHARS and "://" not in value:
            return reading("site", value.removeprefix("@"), origin)
    return None


def _named(clues: Clues) -> Iterator[tuple[str, str]]:
    yield from ((name, "meta:og:site_name") for name in clues.metas.get("og:site_name", ()))
    yield from ((name, "json-ld:publisher") for name in clues.texts(clues.value("publisher")))
    for node in clues.nodes:
        if node.get("@type") == "WebSite":
            yield from ((name, "json-ld:WebSite") for name in clues.texts(node.get("name")))
    for name in ("application-name", "apple-mobile-web-app-title", "cre", "dc.publisher", "copyright-holder"):
        yield from ((value, f"meta:{name}") for value in clues.metas.get(name, ()))
    yield from ((value, "title") for value in _title_ends(clues))


def _title_ends(clues: Clues) -> Iterator[str]:
    """Yield the last part of <title> when it names the host: "Storm hits coast | The Example" on example.org."""
    parts = TITLE_SEPARATOR.split(clues.document.title or "")
    names = host_names(clues.address)
    if len(parts) > 1 and any(fold(part) and fold(part).removeprefix("the") in names for part in (parts[-1],)):
        yield parts[-1]


def host_names(address: str | None) -> frozenset[str]:
    """Return the ways a host writes its own name: "www.bbc.co.uk" -> bbc, bbccouk, wwwbbccouk."""
    if address is None:
        return frozenset()
    host = address.split("://", 1)[-1].split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].lower()
    labels = [label for label in host.split(".") if label != "www"]
    domain = max(labels[:-1] or labels, key=len, default="")
    return frozenset(filter(None, (fold(domain), fold("".join(labels)), fold(host))))
