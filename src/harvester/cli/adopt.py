"""`harvester adopt`: a page that a person saved becomes a visit of a crawl."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from harvester.cli.crawl_failures import crawl_failures
from harvester.cli.exit_codes import EXIT_HELD, EXIT_SOME_FAILED
from harvester.cli.rules_option import read_rules, rules_option
from harvester.cli.sources import named_source
from harvester.cli.terminal import print_error, printable
from harvester.errors import HarvesterError, InputError, Reason

if TYPE_CHECKING:
    from harvester.crawl.adoption import Adopted
    from harvester.models import Page


class _Options(TypedDict):
    """The options of `adopt`, as click reads them."""

    url: str | None
    source: str | None
    state: str | None
    rules: Path | None


@click.command(short_help="Take a page that a person saved into a crawl, as a visit.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path), metavar="FILE")
@click.argument("sources", type=click.Path(dir_okay=False, path_type=Path), metavar="SOURCES")
@click.option("--url", metavar="URL", help="The page's address; needed where the file does not say it.")
@click.option("--source", metavar="NAME", help="The source that the page is of, where its address does not tell.")
@click.option("--state", metavar="URL", help="The state of the crawl, where it is not the one that SOURCES names.")
@rules_option
def adopt(file: Path, sources: Path, **options: Unpack[_Options]) -> None:
    """Take the page saved in FILE into the crawl of SOURCES: state, archive and versions, as if it had been visited.

    For pages that only a browser shows (needs_js, consent_wall, blocked). FILE is anything that `clean` takes for one
    page: HTML, MHTML, a page of SingleFile. Nothing is fetched. A page without an article is refused.

    \b
    Example:
      harvester adopt story.html --url https://example.org/story sources.toml

    Exit codes: 0 taken in, 1 no article on the page, 2 wrong usage, 3 disk full or state not usable, 4 a run is under
    way, 6 another machine holds the host.
    """
    from harvester.crawl.adoption import adopt as take_in  # noqa: PLC0415
    from harvester.crawl.crawl_run import Options  # noqa: PLC0415
    from harvester.crawl.sources_file import read_sources, with_sites  # noqa: PLC0415

    try:
        with crawl_failures(locked="{}: try again when it has ended"):
            crawl = read_sources(sources)
            crawl = with_sites(crawl, read_rules(options["rules"] or crawl.rules))
            if options["source"] is not None:
                named_source(crawl, options["source"])
            page = _page(file, options["url"])
            adopted = take_in(crawl, page, options["source"], Options(state=options["state"]))
    except HarvesterError as error:
        print_error(error)
        sys.exit(EXIT_SOME_FAILED)
    _report(adopted)


def _page(file: Path, url: str | None) -> "Page":
    """Return the saved page with its address. Raises InputError, FetchError "bad_url", ParserLimit."""
    from dataclasses import replace  # noqa: PLC0415

    from harvester.archive.discovery import find_inputs  # noqa: PLC0415
    from harvester.archive.saved_page import read_saved  # noqa: PLC0415
    from harvester.urls import check_url  # noqa: PLC0415

    found = next(iter(find_inputs([str(file)])))
    if isinstance(found, InputError):
        raise found
    saved = read_saved(found)
    if saved.dump is not None:
        raise InputError(str(file), Reason.NO_PAGES, "is the text of a page; give the page itself")
    address = url or saved.page.url
    if address is None:
        raise InputError(str(file), Reason.NO_PAGES, "does not say its address; give it with --url")
    return replace(saved.page, url=check_url(address))


def _report(adopted: "Adopted | None") -> None:
    if adopted is None:
        click.echo("another machine holds the host; try again in some minutes", err=True)
        sys.exit(EXIT_HELD)
    done = adopted.done
    if not adopted.is_written:
        evidence = f": {done.evidence}" if done.evidence else ""
        click.echo(f"error: {printable(f'{done.url}{evidence}')}; nothing was written [{done.outcome}]", err=True)
        sys.exit(EXIT_SOME_FAILED)
    shown = [done.outcome, done.url, str(done.path or ""), f"version {done.version}" if done.version else ""]
    click.echo(printable("  ".join(word for word in (*shown, done.evidence or "") if word)))
