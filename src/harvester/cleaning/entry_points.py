"""The doors: a page to its article, to its ledger, and to what a site memory learns of it."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from harvester.boilerplate import cuts_by, refuse_listed
from harvester.cleaning.article_builder import article_of
from harvester.cleaning.bytes_to_blocks import refusing, safe_html
from harvester.cleaning.frames import with_frames
from harvester.cleaning.garbage_collection import SPARING
from harvester.cleaning.judged_page import Judged
from harvester.cleaning.page_pipeline import judge_dump, judge_page
from harvester.cleaning.resources import Resources, loaded
from harvester.content.trees import Model
from harvester.dom import read_document
from harvester.errors import InputError, NoArticle, ParserLimit
from harvester.metadata.fields.comments import recorded_comments
from harvester.metadata.lookup.structured_data import read_lookups
from harvester.models import USUAL_TYPES, Article, Ledger, Page, SiteMemory
from harvester.other_documents import refuse_other_document
from harvester.refusal import Asked, refuse_without_article
from harvester.rules.lexicon import Lexicon
from harvester.rules.load import Rules, load_rules
from harvester.rules.site_rules import SiteRules, with_comments
from harvester.site_memory import PageFingerprint, learn, read_fingerprint
from harvester.structure import printed_comments


def clean_page(
    page: Page,
    model: Model | Resources | None = None,
    memory: SiteMemory | None = None,
    page_types: Collection[str] = USUAL_TYPES,
    site: SiteRules | None = None,
    comments: bool = False,
) -> tuple[Article, Ledger]:
    """Return the article of `page`, and every visible block with what became of it.

    `model` is the classifier to choose the content with, or all that pages are judged by; None: what comes with the
    package. `memory` knows which texts are on several pages of the site; `site` are the rules of this site alone.
    `page_types` are the types of page that are asked for; `comments`: the article holds those of readers, too.
    Raises InputError when the page is empty or binary,
    ParserLimit when it would hang a parser, NoArticle when there is no article on it, or none that is asked for.
    """
    refuse_listed(page.address, site)
    refuse_other_document(page)
    with SPARING:
        by = loaded(model)
        judged = judge_page(page, by, memory, site)
        if page.address is None:  # it tells its own
            refuse_listed(judged.metadata.canonical_url, site)
        article, ledger = _written(judged, page, page_types, by.rules.lexicon)
        return (_with_comments(article, judged, page, by.rules) if comments else article), ledger


def _with_comments(article: Article, judged: Judged, page: Page, rules: Rules) -> Article:
    """Return the article with the comments of its page: those that are printed, or its record's where it has more."""
    found = printed_comments(judged.document, rules)
    if any('"comment"' in script.text for script in judged.document.scripts):
        recorded = recorded_comments(read_lookups(judged.document, page, rules.lexicon))
        found = max(found, recorded, key=len)
    cleaning = replace(article.cleaning, rules=with_comments(article.cleaning.rules))
    return replace(article, comments=found, cleaning=cleaning)


def explain_page(
    page: Page, model: Model | Resources | None = None, memory: SiteMemory | None = None, site: SiteRules | None = None
) -> Ledger:
    """Return every visible block of `page` with what became of it, also where there is no article.

    Takes and raises what `clean_page` does, but for NoArticle.
    """
    with SPARING:
        return judge_page(page, loaded(model), memory, site).ledger


def fingerprint_page(page: Page, rules: Rules | None = None) -> PageFingerprint:
    """Return what a site memory learns of `page`: the page is read, and not judged.

    Raises InputError and ParserLimit as `clean_page` does.
    """
    with SPARING, refusing(page.address):
        html = safe_html(page)
        return read_fingerprint(read_document(html.markup, cut_of=cuts_by(rules or load_rules()), is_bounded=True))


def learn_pages(host: str, pages: Iterable[Page]) -> SiteMemory | None:
    """Return the memory of the site that `pages` are of; None for fewer than three. Unreadable ones change nothing."""
    return learn(host, _readable_fingerprint(pages))


def clean_dump(text: str, page: Page, rules: Rules | None = None) -> tuple[Article, Ledger]:
    """Return the article of a plain-text dump of a page, as `clean_page` does of HTML.

    `page` has the address of the text. Raises InputError when the text is empty, NoArticle when nothing is left.
    """
    rules = rules or load_rules()
    return _written(judge_dump(text, page, rules), page, USUAL_TYPES, rules.lexicon)


def explain_dump(text: str, page: Page, rules: Rules | None = None) -> Ledger:
    """Return every block of a plain-text dump with what became of it, also where there is no article."""
    return judge_dump(text, page, rules or load_rules()).ledger


def _readable_fingerprint(pages: Iterable[Page]) -> Iterator[PageFingerprint]:
    for page in pages:
        with suppress(InputError, ParserLimit):
            yield fingerprint_page(page)


def _written(judged: Judged, page: Page, wanted: Collection[str], lexicon: Lexicon) -> tuple[Article, Ledger]:
    asked = Asked(judged.page_type, wanted, page.body)
    try:
        refuse_without_article(page.address or "the page", judged.document, asked, lexicon)
    except NoArticle as error:
        raise with_frames(error, judged.document, page) from None
    return article_of(page, judged, lexicon), judged.ledger
