"""Fetches pages, removes everything that is not the article, and writes normalised JSON articles.

>>> import harvester
>>> article = harvester.clean(html, url="https://example.org/news/1")  # doctest: +SKIP
>>> article.title, article.text  # doctest: +SKIP
"""

from typing import TYPE_CHECKING

from harvester.errors import (
    ClusterError,
    FetchError,
    HarvesterError,
    InputError,
    InternalError,
    NoArticle,
    ParserLimit,
    RulesError,
    StoreError,
    UsageError,
)
from harvester.models import PAGE_TYPES as _PAGE_TYPES
from harvester.models import USUAL_TYPES as _USUAL_TYPES
from harvester.models import (
    Alternate,
    Archive,
    Article,
    Block,
    Cell,
    Cite,
    Cleaning,
    Code,
    Comment,
    Edition,
    Element,
    Embed,
    Evidence,
    Figure,
    Footnote,
    Hop,
    Image,
    Kept,
    Ledger,
    Mark,
    MarkKind,
    Metadata,
    Outcome,
    Page,
    PageRecord,
    Part,
    Reading,
    Removed,
    Role,
    SiteMemory,
    Source,
    Span,
    Table,
    TextBlock,
    Verdict,
    Video,
)
from harvester.rules.site import SiteRules, Sites

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable, Iterator
    from typing import Literal

    from harvester.archive.saved_page import SavedPage

__version__ = "0.1.0"

__all__ = [
    "Alternate",
    "Archive",
    "Article",
    "Block",
    "Cell",
    "Cite",
    "Cleaning",
    "ClusterError",
    "Code",
    "Comment",
    "Edition",
    "Element",
    "Embed",
    "Evidence",
    "FetchError",
    "Figure",
    "Footnote",
    "HarvesterError",
    "Hop",
    "Image",
    "InputError",
    "InternalError",
    "Kept",
    "Ledger",
    "Mark",
    "MarkKind",
    "Metadata",
    "NoArticle",
    "Outcome",
    "Page",
    "PageRecord",
    "ParserLimit",
    "Part",
    "Reading",
    "Removed",
    "Role",
    "RulesError",
    "SiteMemory",
    "SiteRules",
    "Sites",
    "Source",
    "Span",
    "StoreError",
    "Table",
    "TextBlock",
    "UsageError",
    "Verdict",
    "Video",
    "__version__",
    "clean",
    "explain",
    "fetch",
    "learn_site",
    "load_sites",
    "read",
    "render",
]


def clean(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: SiteMemory | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
) -> Article:
    """Return the article of a page: its markup as text or bytes, the path of a saved page, or a fetched `Page`.

    `url` is where the page came from; relative links are resolved against it. A file is read as `harvester clean` reads
    it: packed or not, HTML, MHTML or a text dump, with what stands beside it. `memory` is what `learn_site` returned
    for the site. `page_types` are the types of page that come out, of "article", "listing", "product", "forum",
    "documentation", "service", "other", or "all"; by default all but listings, which are refused as "index_page".
    `rules` are those of single sites: a folder with a HOST.toml for each, or, where many pages are cleaned, what
    `load_sites` returned; those that are of the page's site are used.

    Raises `HarvesterError` with a `reason` when there is no article: `NoArticle`, `InputError` or `ParserLimit`;
    `RulesError` when rules are wrong; `UsageError`, a ValueError, for a text that is a URL or a path and for a type of
    page that there is not; TypeError for what is no page. Both say what to call instead.
    """
    return read(html, url, memory=memory, rules=rules, page_types=page_types).article


def read(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: SiteMemory | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
) -> Reading:
    """Return the article of a page and its ledger: what `clean` and `explain` return, for the price of one.

    Takes and raises what `clean` does.
    """
    from harvester.cleaning import clean_dump, clean_page  # noqa: PLC0415 - the parser and the rules load on first use

    saved, types = _saved(html, url), _page_types(page_types)
    if saved.dump is not None:
        return Reading(*clean_dump(saved.dump, saved.page))
    return Reading(*clean_page(saved.page, memory=memory, page_types=types, site=_site_of(saved.page, rules)))


def explain(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: SiteMemory | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
) -> Ledger:
    """Return every visible block of the page in reading order, each with what became of it and by which rule.

    Also for pages without an article. Takes what `clean` does; raises `InputError`, `ParserLimit`, `RulesError`, and
    for a wrong call what `clean` does.
    """
    from harvester.cleaning import explain_dump, explain_page  # noqa: PLC0415

    saved = _saved(html, url)
    if saved.dump is not None:
        return explain_dump(saved.dump, saved.page)
    return explain_page(saved.page, memory=memory, site=_site_of(saved.page, rules))


def learn_site(host: str, pages: "Iterable[str | bytes | os.PathLike[str] | Page]") -> SiteMemory | None:
    """Return what several pages of one site have in common, for `clean` and `explain`; None for fewer than three.

    Their order does not matter, and a page that cannot be read changes nothing. `host` is the name that the memory
    bears. Forty pages are plenty.
    """
    from harvester.cleaning import learn_pages  # noqa: PLC0415

    return learn_pages(host, _readable(pages))


def load_sites(folder: "str | os.PathLike[str]") -> Sites:
    """Return the rules of single sites in `folder`, one HOST.toml each, and those that come with the package.

    Raises `RulesError` that names file and key.
    """
    from harvester.rules.site_files import load_sites as load  # noqa: PLC0415 - as above

    return load(folder)


def fetch(url: str, *, allow_hosts: "Collection[str]" = ()) -> Page:
    """Return the page at `url`. Raises `FetchError` whose `reason` is the outcome class.

    Private addresses are refused but for `allow_hosts`, entries "HOST:PORT". robots.txt is the crawl's concern
    (`harvester fetch` obeys it); this asks for one page, once, as a person's browser would.
    """
    from harvester.fetching import fetch as fetch_page  # noqa: PLC0415 - httpx takes 100 ms to import

    return fetch_page(url, allow_hosts=frozenset(allow_hosts))


def render(article: Article, form: str = "markdown", *, front_matter: bool = True) -> str:
    """Return an article as text: "json", "text", "markdown", "html", "tei", or "notebook" (a piece of HTML).

    `front_matter`: Markdown begins with the fields, as YAML. Raises `UsageError` for a form that there is not.
    """
    from harvester.store.forms import as_text  # noqa: PLC0415 - as above

    return as_text(article, form, front_matter=front_matter)


def _site_of(page: Page, rules: "str | os.PathLike[str] | Sites | None") -> SiteRules | None:
    """Return the rules of the page's site; a page without an address may tell its own."""
    from harvester.rules.site_files import load_sites as load  # noqa: PLC0415

    sites = rules if isinstance(rules, Sites) else load(rules)
    if not sites.by_host:
        return None
    from harvester.reclean.sites import host_of_page  # noqa: PLC0415 - most callers have no rules of sites

    return sites.of_host(host_of_page(page))


def _page_types(wanted: "str | Collection[str]") -> frozenset[str]:
    if wanted == "all":
        return frozenset(_PAGE_TYPES)
    names = frozenset([wanted] if isinstance(wanted, str) else wanted)
    if unknown := sorted(names.difference(_PAGE_TYPES)):
        raise UsageError(f"{unknown} are no types of page; known are {', '.join(_PAGE_TYPES)}, or 'all'")
    return names


def _readable(pages: "Iterable[object]") -> "Iterator[Page]":
    """Yield the pages that callers mean, without the files that cannot be read."""
    for page in pages:
        try:
            yield _saved(page, None).page
        except (InputError, ParserLimit):
            continue


def _saved(html: object, url: str | None) -> "SavedPage":
    """Return the page that a caller means; raises UsageError and TypeError that say what to pass."""
    from harvester.archive.given import saved_of  # noqa: PLC0415 - as above

    return saved_of(html, url)
