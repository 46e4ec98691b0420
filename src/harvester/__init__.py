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
)
from harvester.models import PAGE_TYPES as _PAGE_TYPES
from harvester.models import USUAL_TYPES as _USUAL_TYPES
from harvester.models import Article, Block, Ledger, Metadata, Outcome, Page, SiteMemory
from harvester.rules.site import SiteRules, Sites

if TYPE_CHECKING:
    import os
    from collections.abc import Collection, Iterable
    from typing import Literal

__version__ = "0.1.0"

__all__ = [
    "Article",
    "Block",
    "ClusterError",
    "FetchError",
    "HarvesterError",
    "InputError",
    "InternalError",
    "Ledger",
    "Metadata",
    "NoArticle",
    "Outcome",
    "Page",
    "ParserLimit",
    "RulesError",
    "SiteMemory",
    "SiteRules",
    "Sites",
    "StoreError",
    "__version__",
    "clean",
    "explain",
    "fetch",
    "learn_site",
    "load_sites",
]


def clean(
    html: str | bytes | Page,
    url: str | None = None,
    *,
    memory: SiteMemory | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
) -> Article:
    """Return the article of a page given as text, as bytes, or as a fetched `Page`.

    `url` is where the page came from; relative links are resolved against it. `memory` is what `learn_site` returned
    for the site. `page_types` are the types of page that come out, of "article", "listing", "product", "forum",
    "documentation", "service", "other", or "all"; by default all but listings, which are refused as "index_page".
    `rules` are those of single sites: a folder with a HOST.toml for each, or, where many pages are cleaned, what
    `load_sites` returned; those that are of the page's site are used. Raises `HarvesterError` with a `reason` when
    there is no article: `NoArticle`, `InputError` or `ParserLimit`; `RulesError` when rules are wrong; ValueError for a
    type that there is not.
    """
    from harvester.cleaning import clean_page  # noqa: PLC0415 - the parser and the rules load on first use

    page, types = _as_page(html, url), _page_types(page_types)
    return clean_page(page, memory=memory, page_types=types, site=_site_of(page, rules))[0]


def explain(
    html: str | bytes | Page,
    url: str | None = None,
    *,
    memory: SiteMemory | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
) -> Ledger:
    """Return every visible block of the page in reading order, each with what became of it and by which rule.

    Also for pages without an article. Takes what `clean` does; raises `InputError`, `ParserLimit` or `RulesError`.
    """
    from harvester.cleaning import explain_page  # noqa: PLC0415

    page = _as_page(html, url)
    return explain_page(page, memory=memory, site=_site_of(page, rules))


def learn_site(host: str, pages: "Iterable[str | bytes | Page]") -> SiteMemory | None:
    """Return what several pages of one site have in common, for `clean` and `explain`; None for fewer than three.

    Their order does not matter, and a page that cannot be read changes nothing. `host` is the name that the memory
    bears. Forty pages are plenty.
    """
    from harvester.cleaning import learn_pages  # noqa: PLC0415

    return learn_pages(host, (_as_page(page, None) for page in pages))


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
        raise ValueError(f"{unknown} are no types of page; known are {', '.join(_PAGE_TYPES)}, or 'all'")
    return names


def _as_page(html: str | bytes | Page, url: str | None) -> Page:
    if isinstance(html, Page):
        return html
    if isinstance(html, str):
        return Page(
            url=url, body=html.encode("utf-8", "replace"), headers=(("content-type", "text/html; charset=utf-8"),)
        )
    return Page(url=url, body=html)
