"""Title, authors and date of publication where a rule of the page's site gives their place: no vote is held."""

from collections.abc import Iterator
from itertools import groupby

from harvester.metadata.evidence import FieldReading, evidence, reading
from harvester.metadata.fields.title import Headline
from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.headings import named
from harvester.metadata.lookup.page_index import key_of, one_line
from harvester.metadata.lookup.person_names import split_names, unique_names
from harvester.metadata.lookup.structured_data import Clues
from harvester.metadata.lookup.title_text import strip_site
from harvester.models import FieldText


def site_headline(clues: Clues) -> Headline | None:
    """Return the headline that a rule of the site finds, without the site's name; None where none does."""
    for found in _texts(clues, "title"):
        title = named(strip_site(found.text, clues.names, clues.lexicon), found.rule)
        if title.key:
            blocks = enumerate(clues.document.blocks)
            block = next((at for at, one in blocks if key_of(one_line(one)) == title.key), None)
            return Headline(title.text, block, reading("title", title.text, found.rule))
    return None


def site_authors(clues: Clues) -> FieldReading[tuple[str, ...]] | None:
    """Return the people that the first rule of the site which names any finds."""
    for rule, found in groupby(_texts(clues, "authors"), key=lambda one: one.rule):
        names = unique_names(
            name for one in found for name in split_names(one.text, clues.lexicon, clues.document.lang)
        )
        if names:
            return FieldReading(names, (evidence("authors", "; ".join(names), rule),))
    return None


def site_published(clues: Clues) -> FieldReading[str] | None:
    """Return the first date that a rule of the site finds, as ISO 8601."""
    for found in _texts(clues, "published"):
        if iso := parse_date(found.text, clues.lexicon, clues.habits):
            return reading("published", iso, found.rule)
    return None


def _texts(clues: Clues, field: str) -> Iterator[FieldText]:
    texts = clues.document.named.texts if clues.document.named else ()
    return (found for found in texts if found.field == field)
