"""`harvester read`, and `harvester URL`: one article on standard output."""

import re
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn, TypedDict, Unpack

import click

from harvester.archive.inputs import STDIN, form_of
from harvester.cli.explain import read_page
from harvester.cli.option_values import allow_host_option, comments_option, page_types, style_of, with_advice
from harvester.cli.page_options import at_option, from_option, url_option
from harvester.cli.rules_option import read_rules, rules_option
from harvester.cli.terminal import drop_output, exit_failed, printable_lines
from harvester.errors import FetchError, HarvesterError
from harvester.rendering.format_names import READABLE

if TYPE_CHECKING:
    from harvester.archive.saved_page import SavedPage
    from harvester.models import Article
    from harvester.rules.site_rules import SiteRules

_WEB: Final = re.compile(r"https?://", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:www\.[\w.-]+(?:/.*)?|[\w-]+(?:\.[\w-]+)+/.*)", re.IGNORECASE)


def url_of(argument: str) -> str | None:
    """Return the URL that an argument means, None for a file; a URL may come without its scheme, as people type it.

    >>> url_of("https://example.org"), url_of("example.org/story"), url_of("www.example.org"), url_of("a.b/story.html")
    ('https://example.org', 'https://example.org/story', 'https://www.example.org', None)
    """
    if _WEB.match(argument):
        return argument
    is_host = _HOST.fullmatch(argument) and form_of(Path(argument)) is None and not Path(argument).exists()
    return f"https://{argument}" if is_host else None


def is_page(argument: str) -> bool:
    """Return whether an argument that is no command is a page to read: a URL or a file."""
    return argument == STDIN or url_of(argument) is not None or Path(argument).is_file()


class _Options(TypedDict):
    """The options of `read`, as click reads them."""

    places: tuple[str, ...]
    at: datetime | None
    address: str | None
    front_matter: bool
    page_types: frozenset[str]
    comments: bool
    rules: Path | None
    allow_host: tuple[str, ...]
    contact: str | None


@click.command(short_help="Print the article of a URL or a saved page.")
@click.argument("page", metavar="URL|FILE")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", *READABLE]),
    help="Default: markdown in a terminal, json elsewhere.",
)
@click.option(
    "--front-matter/--no-front-matter",
    default=None,
    help="Whether Markdown begins with the fields, as YAML; default: not in a terminal.",
)
@click.option(
    "--page-types",
    callback=page_types,
    metavar="TYPES",
    help="Which kinds of page come out, by commas, or all; default: all but listing.",
)
@from_option
@at_option
@url_option
@comments_option
@rules_option
@allow_host_option
@click.option("--contact", metavar="URL", help="Where a site's owner can reach you; named in the user agent.")
def read(page: str, form: str | None, **options: Unpack[_Options]) -> None:
    """Print the article of one page: Markdown in a terminal, JSON elsewhere. `harvester URL` is the same.

    The page is a URL, which is asked for once, or with --from looked for in saved pages; what `explain` takes for a
    saved page; or - for standard input. Nothing is written to disk. Use `fetch` and `clean` for many pages.

    \b
    Examples:
      harvester read https://example.org/story
      harvester read pages/story.html --format text
      harvester read https://example.org/story --format html > story.html
      harvester read https://example.org/story --from crawl.warc.gz
      curl -s https://example.org/story | harvester read - --url https://example.org/story

    Exit codes: 0 printed, 1 there is no article, or no page, 2 wrong usage.
    """
    from harvester.archive.page_lookup import PageRequest  # noqa: PLC0415
    from harvester.store.article_text import as_text  # noqa: PLC0415

    url = url_of(page)
    is_terminal = sys.stdout.isatty()
    form = form or ("markdown" if is_terminal else "json")
    style = style_of(form, options["front_matter"])
    wanted = PageRequest(url or page, options["places"], options["at"], options["address"])
    is_saved = url is None or bool(wanted.places)
    if is_saved and (options["allow_host"] or options["contact"] is not None):
        raise click.UsageError("--allow-host and --contact are of pages that are fetched; this one is saved.")
    saved, site = read_page(wanted, options["rules"]) if is_saved else _fetched(wanted.name, options)
    article = _cleaned(saved, site, url or page, options)
    fields = style.front_matter if options["front_matter"] is not None else not is_terminal
    _print(as_text(article, form, front_matter=fields))


def _fetched(url: str, options: _Options) -> "tuple[SavedPage, SiteRules | None]":
    """Return the page behind a URL, and the rules of its site."""
    if options["address"] is not None or options["at"] is not None:
        raise click.UsageError("--url and --at are of saved pages: name by --from where this one is looked for.")
    from harvester.archive.saved_page import SavedPage  # noqa: PLC0415
    from harvester.fetching import Visitor, fetch  # noqa: PLC0415
    from harvester.reclean.site_learning import host_of_page  # noqa: PLC0415

    sites = read_rules(options["rules"])
    try:
        visitor = Visitor(options["contact"])
        page = fetch(url, allow_hosts=frozenset(options["allow_host"]), visitor=visitor)
    except FetchError as error:
        exit_failed(with_advice(error))
    except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours is told with its place
        _exit_fault(url, error)
    return SavedPage(page), sites.of_host(host_of_page(page))


def _cleaned(saved: "SavedPage", site: "SiteRules | None", name: str, options: _Options) -> "Article":
    from harvester.reclean.run import clean_saved  # noqa: PLC0415

    try:
        rules = site if site and site.rules else None
        return clean_saved(saved, page_types=options["page_types"], site=rules, comments=options["comments"])[0]
    except HarvesterError as error:
        exit_failed(type(error)(name, error.reason, error.explanation))
    except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours is told with its place
        _exit_fault(name, error)


def _exit_fault(name: str, error: Exception) -> NoReturn:
    from harvester.store.fault_log import FaultLog, default_log  # noqa: PLC0415

    exit_failed(FaultLog(default_log()).note(name, error))


def _print(text: str) -> None:
    """Print an article; what steers a terminal is escaped where it goes to one."""
    if sys.stdout.isatty():
        text = printable_lines(text)
    try:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except BrokenPipeError:  # `| head`: nobody reads on
        drop_output()
