"""The description that a page gives search engines and social networks."""

from typing import Final

from harvester.metadata.evidence import FieldReading, reading
from harvester.metadata.lookup.json_ld import clean_text
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust

# How often half of its words are words of the true text.
TRUST: Final = PlaceTrust(
    {
        "meta:og": 2.7,
        "meta": 1.8,
        "json-ld": 1.8,
    }
)


def read_description(lookups: ArticleLookups) -> FieldReading[str] | None:
    """Return the description that the page gives search engines and social networks."""
    found = lookups.meta(
        "og:description", "description", "twitter:description", "dc.description", "dcterms.description"
    )
    if found is not None:
        return reading("description", clean_text(found[1]), f"meta:{found[0]}") if clean_text(found[1]) else None
    texts = lookups.article_texts("description")
    return reading("description", texts[0], "json-ld:description") if texts else None
