"""The fields of an article that are read of its page: a row each, its name and its reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from harvester.cached_values import cached_value
from harvester.metadata.evidence import FieldReading, value_of
from harvester.metadata.fields import (
    access,
    authors,
    canonical,
    description,
    editors,
    images,
    kind,
    languages,
    licence,
    section,
    site,
    source,
    subtitle,
    tags,
    videos,
)
from harvester.metadata.fields.access import read_access
from harvester.metadata.fields.authors import read_authors
from harvester.metadata.fields.by_site_rules import RULE_TRUST, site_authors, site_published
from harvester.metadata.fields.canonical import read_alternates, read_amp, read_canonical
from harvester.metadata.fields.dates import read_dates
from harvester.metadata.fields.description import read_description
from harvester.metadata.fields.editors import read_editors, without_editors
from harvester.metadata.fields.images import read_images, read_pictures, without_portraits
from harvester.metadata.fields.kind import Context, read_kind
from harvester.metadata.fields.languages import read_languages, read_order
from harvester.metadata.fields.licence import read_licence
from harvester.metadata.fields.section import read_printed_path, read_section, read_section_path
from harvester.metadata.fields.source import read_source
from harvester.metadata.fields.subtitle import read_subtitle
from harvester.metadata.fields.tags import read_tags
from harvester.metadata.fields.title import Headline
from harvester.metadata.fields.videos import read_videos
from harvester.metadata.lookup.parted_lines import with_parted_lines
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust, weighed
from harvester.models import Document, Metadata, Picture
from harvester.models.frozen import in_own_dict


@in_own_dict
@dataclass(frozen=True)
class PageFields:
    """What is asked of one page: each field is read once, when it or another field asks for it."""

    lookups: ArticleLookups
    headline: Headline | None
    page_type: str | None = None

    def reading(self, name: str) -> FieldReading[Any] | None:
        """Return what was read for a field; None where the page lacks it."""
        known = self._read
        if name in known:
            return known[name]
        reader, places = _READERS[name]
        found = reader(self)
        known[name] = told = weighed(found, places) if found is not None else None
        return told

    def value(self, name: str) -> Any:
        """Return the value of a field, as `Metadata` holds it."""
        found = value_of(self.reading(name))
        return getattr(_SILENT, name) if found is None else found

    @cached_value
    def _read(self) -> dict[str, FieldReading[Any] | None]:
        return {}

    @property
    def text(self) -> tuple[Document, tuple[int, ...]]:
        """The page, and the indices of the article's blocks."""
        return self.lookups.document, self.lookups.page_index.kept

    @cached_value
    def apart(self) -> ArticleLookups:
        """The page with the parts of its byline apart: for what stands there."""
        return with_parted_lines(self.lookups)

    @cached_value
    def people(self) -> tuple[FieldReading[tuple[str, ...]] | None, FieldReading[tuple[str, ...]] | None]:
        """The people and the organisations of the byline."""
        return read_authors(self.apart)

    @cached_value
    def dates(self) -> tuple[FieldReading[str | None] | None, FieldReading[str | None] | None]:
        """When it was published and changed."""
        return read_dates(self.apart)

    @cached_value
    def printed_path(self) -> tuple[tuple[str, str], ...]:
        """The steps of the printed breadcrumb, the innermost first, each with its origin."""
        return read_printed_path(self.lookups)

    @cached_value
    def pictures(self) -> tuple[Picture, ...]:
        """The pictures that are on the page, but those of who wrote it."""
        return without_portraits(read_pictures(self.lookups), self.value("authors"), self.lookups.lexicon)


_SILENT: Final = Metadata()
Reader = Callable[[PageFields], FieldReading[Any] | None]


def _kind(page: PageFields) -> FieldReading[Any]:
    published, people, section_name, site_name = map(page.value, ("published", "authors", "section", "site"))
    return read_kind(page.lookups, Context(published, people, section_name, site_name, page.page_type))


def _authors(page: PageFields) -> FieldReading[tuple[str, ...]] | None:
    found = page.people[0]
    return without_editors(found, page.value("editors")) if found is not None and found.value else found


# In the order in which a ledger tells them: a field, its reader, and how far it is trusted by the place that it was
# read from, where no vote says so. A field of `Metadata` has the value of its row, and the article's field of the same
# name has it from there; what was read for it, where, and its trust go into the evidence, which `explain` shows.
FIELDS: Final[tuple[tuple[str, Reader, PlaceTrust], ...]] = (
    ("kind", _kind, kind.TRUST),
    ("title", lambda page: page.headline.reading if page.headline is not None else None, RULE_TRUST),
    (
        "subtitle",
        lambda page: read_subtitle(page.lookups, page.value("description"), page.value("authors")),
        subtitle.TRUST,
    ),
    ("description", lambda page: read_description(page.lookups), description.TRUST),
    (
        "languages",
        lambda page: read_languages(*page.text, page.lookups.page_index.prose, page.lookups.lexicon),
        languages.TRUST,
    ),
    (
        "reading_order",
        lambda page: read_order(*page.text, page.value("languages"), page.lookups.lexicon),
        languages.ORDER_TRUST,
    ),
    ("images", lambda page: read_images(page.lookups, page.pictures), images.TRUST),
    ("authors", lambda page: site_authors(page.lookups) or _authors(page), authors.TRUST),
    ("agencies", lambda page: page.people[1], authors.BODIES_TRUST),
    ("editors", lambda page: read_editors(page.apart), editors.TRUST),
    ("published", lambda page: site_published(page.lookups) or page.dates[0], RULE_TRUST),
    ("modified", lambda page: page.dates[1], RULE_TRUST),
    ("source", lambda page: read_source(page.apart), source.TRUST),
    ("licence", lambda page: read_licence(page.lookups), licence.TRUST),
    ("access", lambda page: read_access(page.lookups), access.TRUST),
    ("section", lambda page: read_section(page.lookups, page.printed_path), section.TRUST),
    (
        "section_path",
        lambda page: read_section_path(page.lookups, page.printed_path, value_of(page.reading("section"))),
        section.PATH_TRUST,
    ),
    ("tags", lambda page: read_tags(page.lookups), tags.TRUST),
    ("site", lambda page: page.lookups.site, site.TRUST),
    ("canonical_url", lambda page: read_canonical(page.lookups), canonical.TRUST),
    ("amp_url", lambda page: read_amp(page.lookups), canonical.AMP_TRUST),
    ("alternates", lambda page: read_alternates(page.lookups), canonical.ALTERNATES_TRUST),
    ("pictures", lambda page: FieldReading(page.pictures, ()), images.TRUST),
    ("videos", lambda page: read_videos(page.lookups), videos.TRUST),
)
_READERS: Final = {name: (reader, places) for name, reader, places in FIELDS}


def read_fields(page: PageFields) -> Metadata:
    """Return all fields of a page, with their evidence."""
    found = [(name, reading) for name, _, _ in FIELDS if (reading := page.reading(name)) is not None]
    evidence = tuple(one for _, reading in found for one in reading.evidence)
    values = {name: reading.value for name, reading in found if reading.value is not None}
    return Metadata(**values, evidence=evidence)
