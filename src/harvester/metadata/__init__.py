"""The metadata of a page's article, each field with the evidence it was read from."""

from harvester.metadata.field_table import PageFields, read_fields
from harvester.metadata.fields.by_site_rules import site_headline
from harvester.metadata.fields.dates import MAX_AHEAD
from harvester.metadata.fields.images import marked_credit, part_credit
from harvester.metadata.fields.languages import block_language
from harvester.metadata.fields.site import names_of, read_site
from harvester.metadata.fields.title import Headline, choose_title
from harvester.metadata.lookup.date_order import read_habits
from harvester.metadata.lookup.date_text import Habits
from harvester.metadata.lookup.forum_threads import thread_starter
from harvester.metadata.lookup.page_index import ancestors
from harvester.metadata.lookup.recorded_dates import recorded_days
from harvester.metadata.lookup.regions import byline_indices
from harvester.metadata.lookup.structured_data import Clues, read_clues
from harvester.models import Document, Metadata, Page
from harvester.rules.lexicon import Lexicon

__all__ = ["block_language", "marked_credit", "part_credit", "read_metadata"]


def read_metadata(document: Document, page: Page, lexicon: Lexicon) -> Metadata:
    """Return the metadata of the article in `document`; None or () for a field that the page lacks. Never raises."""
    clues = _with_site(read_clues(document, page, lexicon))
    headline = site_headline(clues) or choose_title(clues)
    return read_fields(PageFields(_placed(clues, headline), headline))


def _with_site(clues: Clues) -> Clues:
    site = read_site(clues)
    return clues._replace(site=site, names=names_of(clues, site))


def _placed(clues: Clues, headline: Headline | None) -> Clues:
    """Return the clues with the title and the places that depend on where it is printed."""
    block = headline.block if headline is not None else None
    title = headline.text if headline is not None else None
    document, foreign = clues.document, clues.foreign
    if block is not None:
        foreign = foreign.without(ancestors(document, document.blocks[block].element))
    clues = clues._replace(title=title, headline=block, foreign=foreign, habits=_habits(clues))
    return clues._replace(starter=thread_starter(clues), byline=tuple(byline_indices(clues)))


def _habits(clues: Clues) -> Habits:
    days = (
        *clues.texts(clues.value("datePublished")),
        *clues.texts(clues.value("dateModified")),
        *recorded_days(clues),
    )
    fetched = clues.page.fetched_at
    last = fetched.date() + MAX_AHEAD if fetched is not None else None
    return read_habits(clues.document, clues.address, clues.survey, days, last)
