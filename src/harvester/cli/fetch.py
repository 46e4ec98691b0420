"""`harvester fetch`: URLs to saved pages."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, TypedDict, Unpack

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.option_values import FiniteFloat, allow_host_option, with_advice
from harvester.cli.terminal import by_count, counted, exit_failed, printable
from harvester.errors import FetchError, HarvesterError, Reason, StoreError

if TYPE_CHECKING:
    from harvester.models import Outcome, Page

COMMENT_MARK: Final = "#"
REASON_WIDTH: Final = 15  # the longest reason
DELAY_S: Final = 5.0  # between two requests to one host; what Nutch and Media Cloud wait


class _Options(TypedDict):
    """The options of `fetch`, as click reads them."""

    to: Path
    allow_host: tuple[str, ...]
    contact: str | None
    delay: float  # seconds


@click.command(short_help="Fetch pages politely and save each one.")
@click.argument("urls", nargs=-1, metavar="URL...")
@click.option(
    "--from",
    "listed",
    type=click.File("r", encoding="utf-8-sig"),
    metavar="FILE|-",
    help="Read more URLs from FILE, one a line; # begins a comment.",
)
@click.option(
    "--to",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the pages; made when missing.",
)
@allow_host_option
@click.option("--contact", metavar="URL", help="Where a site's owner can reach you; named in the user agent.")
@click.option(
    "--delay",
    type=FiniteFloat(0),
    default=DELAY_S,
    show_default=True,
    metavar="S",
    help="Seconds between two requests to one host.",
)
def fetch(urls: tuple[str, ...], listed: IO[str] | None, **options: Unpack[_Options]) -> None:
    """Fetch pages politely and save each as STEM.html with STEM.page.json beside it.

    robots.txt is obeyed, private addresses are refused, and one host gets one request at a time.

    \b
    Examples:
      harvester fetch https://example.org/story --to pages --contact https://example.com/bot
      harvester fetch --from urls.txt --to pages && harvester clean pages --to output

    Exit codes: 0 all fetched, 1 some failed, 2 wrong usage, 3 disk full.
    """
    wanted = (*urls, *_listed_urls(listed or ()))
    if not wanted:
        raise click.UsageError("No URL given; name some, or a file of them with --from.")
    from harvester.crawl.fetch_many import FetchOptions, fetch_to_folder  # noqa: PLC0415

    settings = FetchOptions(
        folder=options["to"],
        contact=options["contact"],
        allow_hosts=frozenset(options["allow_host"]),
        pause_s=options["delay"],
    )
    try:
        failures = _print_outcomes(fetch_to_folder(wanted, settings), settings.folder)
    except FetchError as error:  # of one page it would be an outcome; this is about --allow-host or --contact
        raise click.UsageError(str(error)) from error
    except StoreError as error:
        exit_failed(error)
    if failures:
        sys.exit(EXIT_SOME_FAILED)


def _listed_urls(lines: Iterable[str]) -> Iterator[str]:
    """Yield the URLs of a list; blank lines and comments are passed over."""
    try:
        for line in lines:
            if (url := line.strip()) and not url.startswith(COMMENT_MARK):
                yield url
    except UnicodeDecodeError as error:
        raise click.UsageError(f"The list of URLs is no UTF-8 text: {error.reason}.") from error


def _print_outcomes(outcomes: "Iterable[Outcome]", folder: Path) -> int:
    """Print a line for each page as it comes, then the sums; return how many failed."""
    reasons: Counter[str] = Counter()
    saved = 0
    for outcome in outcomes:
        if isinstance(outcome.result, HarvesterError):
            error = with_advice(outcome.result)
            reasons[error.reason] += 1
            click.echo(f"{error.reason:<{REASON_WIDTH}} {printable(f'{error.subject}  {error.explanation}')}", err=True)
        elif outcome.page is not None:
            saved += 1
            click.echo(f"{Reason.OK:<{REASON_WIDTH}} {printable(_saved_line(outcome.page, folder))}")
    failed = sum(reasons.values())
    why = f" ({', '.join(f'{reason} {count:,}' for reason, count in by_count(reasons))})" if failed else ""
    click.echo(f"{counted(saved + failed, 'URL')}: {saved:,} fetched, {failed:,} failed{why}")
    return failed


def _saved_line(page: "Page", folder: Path) -> str:
    from harvester.store.page_files import page_path  # noqa: PLC0415
    from harvester.url_names import display_url  # noqa: PLC0415

    notes = (*page.notes, *(["cut at the size limit"] if page.truncated else []))
    remarks = f"  ({'; '.join(notes)})" if notes else ""
    return f"{display_url(page.url or '')} -> {page_path(folder, page)}{remarks}"
