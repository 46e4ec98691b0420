"""The metadata of a page's article, each field with the evidence it was read from."""

from harvester.metadata.field_table import PageFields, read_fields
from harvester.metadata.fields.by_site_rules import site_headline
from harvester.metadata.fields.dates import MAX_AHEAD
from harvester.metadata.fields.languages import block_language
from harvester.metadata.fields.site import names_of, read_site
from harvester.metadata.fields.title import choose_title
from harvester.metadata.lookup.date_order import read_habits
from harvester.metadata.lookup.day_readings import Habits
from harvester.metadata.lookup.forum_threads import thread_starter
from harvester.metadata.lookup.picture_credits import marked_credit, part_credit
from harvester.metadata.lookup.recorded_dates import recorded_days
from harvester.metadata.lookup.regions import byline_indices
from harvester.metadata.lookup.structured_data import SiteLookups, read_lookups, with_headline, with_places, with_site
from harvester.models import Document, Metadata, Page
from harvester.rules.lexicon import Lexicon

__all__ = ["block_language", "marked_credit", "part_credit", "read_metadata"]


def read_metadata(document: Document, page: Page, lexicon: Lexicon, page_type: str | None = None) -> Metadata:
    """Return the metadata of the article in `document`; None or () for a field that the page lacks. Never raises.

    `page_type`: as the classifier of pages names it ("article", "listing", ...); None where it was not asked.
    """
    found = read_lookups(document, page, lexicon)
    site = read_site(found)
    named = with_site(found, site, names_of(found, site))
    headline = site_headline(named) or choose_title(named)
    title, block = (headline.text, headline.block) if headline is not None else (None, None)
    titled = with_headline(named, title, block, _habits(named))
    lookups = with_places(titled, thread_starter(titled), tuple(byline_indices(titled)))
    return read_fields(PageFields(lookups, headline, page_type))


def _habits(lookups: SiteLookups) -> Habits:
    days = (
        *lookups.texts(lookups.value("datePublished")),
        *lookups.texts(lookups.value("dateModified")),
        *recorded_days(lookups),
    )
    fetched = lookups.page.fetched_at
    last = fetched.date() + MAX_AHEAD if fetched is not None else None
    return read_habits(lookups, days, last)
