"""Fetches pages, removes everything that is not the article, and writes normalised JSON articles.

>>> import harvester
>>> article = harvester.clean(html, url="https://example.org/news/1")  # doctest: +SKIP
>>> article.title, article.text  # doctest: +SKIP
"""

import os
from importlib import import_module as _import_module
from typing import TYPE_CHECKING

from harvester import call_checks as _checks
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
from harvester.page_type_names import USUAL_TYPES as _USUAL_TYPES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from typing import Literal

    from harvester.archive.saved_page import SavedPage
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
    from harvester.rules.site_rules import SiteRules, Sites

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
    "clean_many",
    "crawl",
    "explain",
    "fetch",
    "learn_site",
    "load_articles",
    "load_sites",
    "read",
    "render",
]


def clean(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: "SiteMemory | None" = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
    comments: bool = False,
) -> "Article":
    """Return the article of a page: its markup as text or bytes, the path of a saved page, or a fetched `Page`.

    `url` is where the page came from; relative links are resolved against it. A file is read as `harvester clean` reads
    it: packed or not, HTML, MHTML or a text dump, with its sidecar. `memory` is what `learn_site` returned
    for the site. `page_types` are the types of page that come out, of "article", "listing", "product", "forum",
    "documentation", "service", "other", or "all"; by default all but listings, which are refused as "index_page".
    `rules` are those of single sites: a folder with a HOST.toml for each, or, where many pages are cleaned, what
    `load_sites` returned; those that are of the page's site are used. With `comments` the article holds those of
    readers, as far as the page shows them and it is sure where each begins.

    Raises `HarvesterError` with a `reason` when there is no article: `NoArticle`, `InputError` or `ParserLimit`;
    `RulesError` when rules are wrong; `UsageError`, a ValueError, for a text that is a URL or a path and for a type of
    page that there is not; TypeError for what is no page. Both messages name what to call instead.
    """
    return read(html, url, memory=memory, rules=rules, page_types=page_types, comments=comments).article


def read(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: "SiteMemory | None" = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
    comments: bool = False,
) -> "Reading":
    """Return the article of a page and its ledger: what `clean` and `explain` return, for the price of one.

    Takes and raises what `clean` does.
    """
    from harvester.cleaning import clean_dump, clean_page  # noqa: PLC0415 - the parser and the rules load on first use
    from harvester.models import Reading  # noqa: PLC0415 - as above

    saved, types, memory = _saved(html, url), _checks.checked_page_types(page_types), _checks.checked_memory(memory)
    if saved.dump is not None:
        return Reading(*clean_dump(saved.dump, saved.page))
    site = _site_of(saved.page, rules)
    return Reading(*clean_page(saved.page, memory=memory, page_types=types, site=site, comments=comments))


def clean_many(  # noqa: PLR0913 - each by its name, as the options of the command
    inputs: "str | os.PathLike[str] | Iterable[str | os.PathLike[str]]",
    to: "str | os.PathLike[str] | None" = None,
    *,
    form: "Literal['json', 'jsonl', 'parquet'] | None" = None,
    jobs: int | None = None,
    stale: bool = False,
    site_memory: bool = True,
    rules: "str | os.PathLike[str] | Sites | None" = None,
    page_types: "Literal['all'] | Collection[str]" = _USUAL_TYPES,
    comments: bool = False,
) -> "Iterator[Outcome]":
    """Clean saved pages in bulk, as `harvester clean` does, and yield what became of each.

    `inputs` are what the command takes: files, folders, globs, archives of many pages. `to` is where the articles go, a
    folder or "s3://BUCKET/PREFIX"; None: they are kept nowhere. `form` is that of the set ("json"); `jobs` are the
    processes, one a processor without it; with `stale` only what is out of date is cleaned. `rules`, `page_types`
    and `comments` are those of `clean`; `site_memory` takes what several pages of a host share out of each.

    Each `Outcome` has the `article` or the `error`, and with `to` the `file` of the article in the set. The work is
    a little ahead of the caller, and takes no more memory for it. Closing the iterator stops it between two pages; the
    same call goes on from there, and yields only what it does itself: the set has the rest.

    Raises `UsageError` and TypeError for a wrong call; at the first `next`, or later, `StoreError`, `RulesError`, and
    `store.lock.LockedError` where another run writes to `to`.
    """
    from harvester.reclean.outcome_stream import OutcomeRequest, clean_paths  # noqa: PLC0415 - as above

    place = None if to is None else _checks.checked_path(to, "a folder, or s3://BUCKET/PREFIX")
    jobs, types, sites = _checks.checked_count(jobs, "jobs"), _checks.checked_page_types(page_types), _sites(rules)
    wanted = OutcomeRequest(place, form, jobs, stale, site_memory, types, sites, comments)
    return clean_paths(inputs, wanted)


def crawl(
    sources: "str | os.PathLike[str]",
    *,
    state: str | None = None,
    jobs: int = 1,
    max_pages: int | None = None,
    max_time_s: float | None = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
) -> "Iterator[Outcome]":
    """Visit what is due on all sites of a sources file, as `harvester crawl` does, and yield what became of each visit.

    Each `Outcome` has the URL as its `subject` and the `reason` that the command prints; the `article` and its `file`
    in the output folder where it is new or has a new version; the `error` where the visit failed. `state`, `jobs`,
    `max_pages`, `max_time_s` (seconds) and `rules` are the options of the command.

    All is written down before it is reported, so that the crawl can be ended at any time, and the next one goes on:
    closing the iterator ends it once the visits under way are done. Raises `InputError` for a sources file that is
    wrong, TypeError for what is no path; at the first `next`, or later, `FetchError` ("bad_url") for a wrong
    contact, `StoreError`, and `store.lock.LockedError` where another crawl holds output or state.
    """
    from harvester.crawl.visit_stream import CrawlOptions, crawl_file  # noqa: PLC0415 - as above

    path, jobs = _checks.checked_path(sources, "that of a sources file"), _checks.checked_count(jobs, "jobs") or 1
    sites = None if rules is None else _sites(rules)
    return crawl_file(path, CrawlOptions(state, jobs, max_pages, max_time_s, sites))


_RULES = "a folder with a HOST.toml for each site"
_crawl = crawl  # the room `crawl` takes the place of the function, below, and is called as it is


def explain(
    html: "str | bytes | os.PathLike[str] | Page",
    url: str | None = None,
    *,
    memory: "SiteMemory | None" = None,
    rules: "str | os.PathLike[str] | Sites | None" = None,
) -> "Ledger":
    """Return every visible block of the page in reading order, each with what became of it and by which rule.

    Also for pages without an article. Takes what `clean` does; raises `InputError`, `ParserLimit`, `RulesError`, and
    for a wrong call what `clean` does.
    """
    from harvester.cleaning import explain_dump, explain_page  # noqa: PLC0415

    saved, memory = _saved(html, url), _checks.checked_memory(memory)
    if saved.dump is not None:
        return explain_dump(saved.dump, saved.page)
    return explain_page(saved.page, memory=memory, site=_site_of(saved.page, rules))


def learn_site(host: str, pages: "Iterable[str | bytes | os.PathLike[str] | Page]") -> "SiteMemory | None":
    """Return what several pages of one site have in common, for `clean` and `explain`; None for fewer than three.

    Their order does not matter, and a page that cannot be read changes nothing. `host` is the name that the memory
    bears. Forty pages are plenty.
    """
    from harvester.cleaning import learn_pages  # noqa: PLC0415

    return learn_pages(host, _readable(_checks.checked_pages(pages)))


def load_articles(place: "str | os.PathLike[str]") -> "Iterator[Article]":
    """Yield the articles that `clean_many`, `harvester clean`, `crawl` or `export` wrote, in the order of the files.

    `place` is a set in any format that is read again ("json", "jsonl", "parquet"), one file of it, or
    "s3://BUCKET/PREFIX". One article is in memory at a time. Raises `InputError` where there is none, and at the first
    that is damaged (`harvester validate` names them all), and `UsageError` for an address that names no place.
    """
    from harvester.store.loaded_articles import load_articles as load  # noqa: PLC0415 - as above

    return load(_checks.checked_path(place, "a folder or file of articles, or s3://BUCKET/PREFIX"))


def load_sites(folder: "str | os.PathLike[str]") -> "Sites":
    """Return the rules of single sites in `folder`, one HOST.toml each, and those that come with the package.

    Raises `RulesError` that names file and key.
    """
    from harvester.rules.site_files import load_sites as load  # noqa: PLC0415 - as above

    return load(_checks.checked_path(folder, _RULES))


def fetch(url: str, *, allow_hosts: "Collection[str]" = ()) -> "Page":
    """Return the page at `url`. Raises `FetchError` whose `reason` is the outcome class.

    Private addresses are refused but for `allow_hosts`, entries "HOST:PORT". robots.txt is the crawl's concern
    (`harvester fetch` obeys it); this asks for one page, once, as a person's browser would.
    """
    from harvester.fetching import fetch as fetch_page  # noqa: PLC0415 - httpx takes 100 ms to import

    return fetch_page(_checks.checked_url(url), allow_hosts=frozenset(allow_hosts))


def render(article: "Article", form: str = "markdown", *, front_matter: bool = True) -> str:
    """Return an article as text: "json", "text", "markdown", "html", "tei", or "notebook" (a piece of HTML).

    `front_matter`: Markdown begins with the fields, as YAML. Raises `UsageError` for a form that there is not.
    """
    from harvester.store.article_text import as_text  # noqa: PLC0415 - as above

    return as_text(_checks.checked_article(article), form, front_matter=front_matter)


def __getattr__(name: str) -> object:
    """Return a value that is loaded when it is asked for: they take half of the time that the package does."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    room = "harvester.rules.site_rules" if name in ("SiteRules", "Sites") else "harvester.models"
    return getattr(_import_module(room), name)


def __dir__() -> list[str]:
    """Return all names, those too that are loaded when they are asked for."""
    return sorted({*globals(), *__all__})


def _site_of(page: "Page", rules: "str | os.PathLike[str] | Sites | None") -> "SiteRules | None":
    """Return the rules of the page's site; where a page comes without an address, its markup may hold one."""
    sites = _sites(rules)
    if not sites.by_host:
        return None
    from harvester.reclean.site_learning import host_of_page  # noqa: PLC0415 - most callers have no rules of sites

    return sites.of_host(host_of_page(page))


def _sites(rules: "str | os.PathLike[str] | Sites | None") -> "Sites":
    from harvester.rules.site_files import load_sites as load  # noqa: PLC0415 - as above
    from harvester.rules.site_rules import Sites  # noqa: PLC0415 - as above

    return rules if isinstance(rules, Sites) else load(None if rules is None else _checks.checked_path(rules, _RULES))


def _readable(pages: "Iterable[object]") -> "Iterator[Page]":
    """Yield the pages that callers mean, without the files that cannot be read."""
    for page in pages:
        try:
            yield _saved(page, None).page
        except (InputError, ParserLimit):
            continue


def _saved(html: object, url: str | None) -> "SavedPage":
    """Return the page that a caller means; raises UsageError and TypeError that name what to pass."""
    from harvester.archive.given_page import saved_of  # noqa: PLC0415 - as above

    return saved_of(html, None if url is None else _checks.checked_url(url))


_import_module("harvester.crawl")  # now: not when something of it is imported first, somewhere in a program
