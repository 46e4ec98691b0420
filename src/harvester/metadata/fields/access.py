"""Whether the article can be read by everybody, by the page's own data for machines."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.json_ld import as_list
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Access

# https://schema.org/isAccessibleForFree, and Facebook's article:content_tier.
_SAID: Final[dict[str, Access]] = {
    "true": "free",
    "http://schema.org/true": "free",
    "https://schema.org/true": "free",
    "false": "paywalled",
    "http://schema.org/false": "paywalled",
    "https://schema.org/false": "paywalled",
}
_TIERS: Final[dict[str, Access]] = {
    "free": "free",
    "metered": "metered",
    "locked": "paywalled",
    "paid": "paywalled",
    "premium": "paywalled",
    "subscription": "paywalled",
}
# Read: all of 12 are what the page says of itself; whether a reader meets a wall was not tried.
TRUST: Final = PlaceTrust(
    {
        "meta": 2.4,
        "json-ld": 2.4,
    }
)
_METAS: Final = ("article:content_tier", "content_tier", "og:article:content_tier", "cxenseparse:access")


def read_access(lookups: ArticleLookups) -> FieldReading[Access] | None:
    """Return "free", "metered" or "paywalled"; None where the page has none of them.

    Of several words "metered" wins: a meter is the nearer description of a wall.
    """
    said = tuple(_said(lookups))
    if not said:
        return None
    value, origin = next(((value, origin) for value, origin in said if value == "metered"), said[0])
    return FieldReading(value, (evidence("access", value, origin),))


def _said(lookups: ArticleLookups) -> Iterator[tuple[Access, str]]:
    for name in _METAS:
        for text in lookups.metas.get(name, ()):
            if (tier := _TIERS.get(text.casefold())) is not None:
                yield tier, f"meta:{name}"
    for part in as_list(lookups.value("hasPart")):
        node = lookups.resolve(part)
        if node is not None and _access(node.get("isAccessibleForFree")) == "paywalled":
            yield "paywalled", "json-ld:hasPart"
    access = _access(lookups.value("isAccessibleForFree"))
    if access is not None:
        yield access, "json-ld:isAccessibleForFree"


def _access(value: object) -> Access | None:
    return _SAID.get(str(value).casefold()) if value is not None else None
