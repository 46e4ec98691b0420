"""What a page says about its article, each field with the evidence it was read from."""

from collections.abc import Iterable
from dataclasses import replace

from harvester.metadata.evidence import Reading, value_of
from harvester.metadata.fields.access import read_access
from harvester.metadata.fields.authors import read_authors
from harvester.metadata.fields.by_site_rules import site_authors, site_headline, site_published
from harvester.metadata.fields.canonical import read_alternates, read_amp, read_canonical
from harvester.metadata.fields.dates import read_dates, recorded_days
from harvester.metadata.fields.editors import read_editors
from harvester.metadata.fields.images import marked_credit, part_credit, read_images, read_pictures
from harvester.metadata.fields.kind import Context, read_kind
from harvester.metadata.fields.languages import block_language, read_languages, read_order
from harvester.metadata.fields.licence import read_licence
from harvester.metadata.fields.section import read_section, read_section_path
from harvester.metadata.fields.site import names_of, read_site
from harvester.metadata.fields.source import read_source
from harvester.metadata.fields.subtitle import read_description, read_subtitle
from harvester.metadata.fields.tags import read_tags
from harvester.metadata.fields.title import Headline, choose_title
from harvester.metadata.fields.videos import read_videos
from harvester.metadata.lookup.date_order import read_habits
from harvester.metadata.lookup.date_text import Habits
from harvester.metadata.lookup.page_index import ForeignPlaces
from harvester.metadata.lookup.regions import byline_indices
from harvester.metadata.lookup.structured_data import Clues, read_clues
from harvester.models import Document, Evidence, Metadata, Page
from harvester.rules.lexicon import Lexicon

__all__ = ["block_language", "marked_credit", "part_credit", "read_metadata"]


def read_metadata(document: Document, page: Page, lexicon: Lexicon) -> Metadata:
    """Return what `document` says about its article; None or () where it does not say. Never raises."""
    clues = _with_site(read_clues(document, page, lexicon))
    headline = site_headline(clues) or choose_title(clues)
    clues = _placed(clues, headline)
    found = _with_surroundings(_with_makers(_of_text(clues, headline), clues), clues)
    kind = read_kind(clues, Context(found.published, found.authors, found.section, found.site))
    return replace(found, kind=kind.value, evidence=_evidence((kind,)) + found.evidence)


def _of_text(clues: Clues, headline: Headline | None) -> Metadata:
    """Return what is said of the text itself."""
    title, description = headline.reading if headline is not None else None, read_description(clues)
    subtitle = read_subtitle(clues, value_of(description))
    languages, pictures = read_languages(clues.document, clues.lexicon), read_pictures(clues)
    images = read_images(clues, pictures)
    order = read_order(clues.document, value_of(languages) or (), clues.lexicon)
    return Metadata(
        title=value_of(title),
        subtitle=value_of(subtitle),
        description=value_of(description),
        languages=value_of(languages) or (),
        reading_order=value_of(order) or (),
        images=value_of(images) or (),
        pictures=pictures,
        videos=read_videos(clues),
        evidence=_evidence((title, subtitle, description, languages, order, images)),
    )


def _with_makers(found: Metadata, clues: Clues) -> Metadata:
    """Return `found` with who made the text, when, and on what terms."""
    (authors, agencies), editors = read_authors(clues), read_editors(clues)
    published, modified = read_dates(clues)
    authors, published = site_authors(clues) or authors, site_published(clues) or published
    source, licence, access = read_source(clues), read_licence(clues), read_access(clues)
    return replace(
        found,
        authors=value_of(authors) or (),
        editors=value_of(editors) or (),
        agencies=value_of(agencies) or (),
        published=value_of(published),
        modified=value_of(modified),
        source=value_of(source),
        licence=value_of(licence),
        access=value_of(access),
        evidence=found.evidence + _evidence((authors, agencies, editors, published, modified, source, licence, access)),
    )


def _with_surroundings(found: Metadata, clues: Clues) -> Metadata:
    """Return `found` with the text's place on the site."""
    section, tags, canonical = read_section(clues), read_tags(clues), read_canonical(clues)
    path = read_section_path(clues, value_of(section))
    amp, alternates = read_amp(clues), read_alternates(clues)
    return replace(
        found,
        section=value_of(section),
        tags=value_of(tags) or (),
        site=value_of(clues.site),
        canonical_url=value_of(canonical),
        section_path=value_of(path) or (),
        amp_url=value_of(amp),
        alternates=value_of(alternates) or (),
        evidence=found.evidence + _evidence((section, path, tags, clues.site, canonical, amp, alternates)),
    )


def _with_site(clues: Clues) -> Clues:
    site = read_site(clues)
    return replace(clues, site=site, names=names_of(clues, site))


def _placed(clues: Clues, headline: Headline | None) -> Clues:
    """Return the clues with the title and the places that depend on where it is printed."""
    block = headline.block if headline is not None else None
    title = headline.text if headline is not None else None
    foreign = clues.foreign if block is None else ForeignPlaces(clues.document, clues.lexicon, block)
    clues = replace(clues, title=title, headline=block, foreign=foreign, habits=_habits(clues))
    return replace(clues, byline=tuple(byline_indices(clues)))


def _habits(clues: Clues) -> Habits:
    days = (
        *clues.texts(clues.value("datePublished")),
        *clues.texts(clues.value("dateModified")),
        *recorded_days(clues),
    )
    return read_habits(clues.document, clues.address, clues.survey.lines, days)


def _evidence(readings: Iterable[Reading[object] | None]) -> tuple[Evidence, ...]:
    return tuple(evidence for reading in readings if reading is not None for evidence in reading.evidence)
