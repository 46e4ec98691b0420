"""What a page says about its article, each field with the evidence it was read from."""

from collections.abc import Iterable
from dataclasses import replace

from harvester.metadata.authors import read_authors, read_editors
from harvester.metadata.canonical import read_canonical
from harvester.metadata.dates import read_modified, read_published
from harvester.metadata.images import read_images
from harvester.metadata.kind import read_kind
from harvester.metadata.languages import block_language, read_languages
from harvester.metadata.licence import read_licence
from harvester.metadata.places import byline_indices, foreign_places, named_foreign
from harvester.metadata.reading import Reading, value_of
from harvester.metadata.section import read_section
from harvester.metadata.site import read_site
from harvester.metadata.source import read_source
from harvester.metadata.structured import Clues, read_clues
from harvester.metadata.subtitle import read_description, read_subtitle
from harvester.metadata.tags import read_tags
from harvester.metadata.title import Candidate, as_reading, choose_title
from harvester.models import Document, Evidence, Metadata, Page

__all__ = ["block_language", "read_metadata"]


def read_metadata(document: Document, page: Page) -> Metadata:
    """Return what `document` says about its article; None or () where it does not say.

    The last resort of `published` hands the page's bytes to htmldate. Never raises, whatever the document.
    """
    named = named_foreign(document)
    clues = replace(read_clues(document, page), foreign=foreign_places(document, named, None))
    headline = choose_title(clues)
    clues = _placed(clues, headline, named)
    return _with_surroundings(_with_makers(_of_text(clues, headline), clues), clues)


def _of_text(clues: Clues, headline: Candidate | None) -> Metadata:
    """Return what is said of the text itself."""
    kind, title, subtitle = read_kind(clues), as_reading(headline), read_subtitle(clues)
    description, languages, images = read_description(clues), read_languages(clues.document), read_images(clues)
    return Metadata(
        kind=kind.value,
        title=value_of(title),
        subtitle=value_of(subtitle),
        description=value_of(description),
        languages=value_of(languages) or (),
        images=value_of(images) or (),
        evidence=_evidence((kind, title, subtitle, description, languages, images)),
    )


def _with_makers(found: Metadata, clues: Clues) -> Metadata:
    """Return `found` with who made the text, when, and on what terms."""
    authors, editors = read_authors(clues), read_editors(clues)
    published, modified = read_published(clues), read_modified(clues)
    source, licence = read_source(clues), read_licence(clues)
    return replace(
        found,
        authors=value_of(authors) or (),
        editors=value_of(editors) or (),
        published=value_of(published),
        modified=value_of(modified),
        source=value_of(source),
        licence=value_of(licence),
        evidence=found.evidence + _evidence((authors, editors, published, modified, source, licence)),
    )


def _with_surroundings(found: Metadata, clues: Clues) -> Metadata:
    """Return `found` with the text's place on the site."""
    section, tags, site, canonical = read_section(clues), read_tags(clues), read_site(clues), read_canonical(clues)
    return replace(
        found,
        section=value_of(section),
        tags=value_of(tags) or (),
        site=value_of(site),
        canonical_url=value_of(canonical),
        evidence=found.evidence + _evidence((section, tags, site, canonical)),
    )


def _placed(clues: Clues, headline: Candidate | None, named: frozenset[int]) -> Clues:
    """Return the clues with the title and the places that depend on where it is printed."""
    block = headline.block if headline is not None else None
    title = headline.text if headline is not None else None
    clues = replace(clues, title=title, headline=block, foreign=foreign_places(clues.document, named, block))
    return replace(clues, byline=tuple(byline_indices(clues)))


def _evidence(readings: Iterable[Reading[object] | None]) -> tuple[Evidence, ...]:
    return tuple(evidence for reading in readings if reading is not None for evidence in reading.evidence)
