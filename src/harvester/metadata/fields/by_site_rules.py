"""Title, authors and date of publication where a rule of the page's site gives their place: no vote is held."""

from collections.abc import Iterator
from itertools import groupby
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence, reading
from harvester.metadata.fields.title import Headline
from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.headings import named
from harvester.metadata.lookup.page_index import key_of, one_line
from harvester.metadata.lookup.person_names import split_names, unique_names
from harvester.metadata.lookup.structured_data import ArticleLookups, SiteLookups
from harvester.metadata.lookup.title_text import strip_site
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import FieldText

# Who wrote the rule has looked at the site: only a page of another form is read wrong.
RULE_TRUST: Final = PlaceTrust({"site": 3.9})


def site_headline(lookups: SiteLookups) -> Headline | None:
    """Return the headline that a rule of the site finds, without the site's name; None where none does."""
    for found in _texts(lookups, "title"):
        title = named(strip_site(found.text, lookups.names, lookups.lexicon), found.rule)
        if title.key:
            blocks = enumerate(lookups.document.blocks)
            block = next((at for at, one in blocks if key_of(one_line(one)) == title.key), None)
            return Headline(title.text, block, reading("title", title.text, found.rule))
    return None


def site_authors(lookups: ArticleLookups) -> FieldReading[tuple[str, ...]] | None:
    """Return the people that the first rule of the site which names any finds."""
    for rule, found in groupby(_texts(lookups, "authors"), key=lambda one: one.rule):
        names = unique_names(
            name for one in found for name in split_names(one.text, lookups.lexicon, lookups.document.lang)
        )
        if names:
            return FieldReading(names, (evidence("authors", "; ".join(names), rule),))
    return None


def site_published(lookups: ArticleLookups) -> FieldReading[str] | None:
    """Return the first date that a rule of the site finds, as ISO 8601."""
    for found in _texts(lookups, "published"):
        if iso := parse_date(found.text, lookups.lexicon, lookups.habits):
            return reading("published", iso, found.rule)
    return None


def _texts(lookups: SiteLookups, field: str) -> Iterator[FieldText]:
    texts = lookups.document.named.texts if lookups.document.named else ()
    return (found for found in texts if found.field == field)
