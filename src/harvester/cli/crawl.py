"""`harvester crawl`: visit what is due on all sites of a sources file."""

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from harvester.cli.crawl_failures import crawl_failures
from harvester.cli.exit_codes import EXIT_HELD, EXIT_SOME_FAILED, EXIT_STOPPED
from harvester.cli.rules_option import read_rules, rules_option
from harvester.cli.terminal import by_count, meant, printable
from harvester.errors import InputError, RulesError, StoreError

if TYPE_CHECKING:
    from harvester.crawl.crawl_run import Options
    from harvester.crawl.run_request import Wish
    from harvester.crawl.sources_file import Crawl
    from harvester.crawl.tally import CrawlSummary, Tally

_UNITS_S: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHOWN_SOURCES: Final = 20  # in a message
_MISSES: Final = 2  # looks in a row at a sources file that is not there
_GOES_ON: Final = "the crawl goes on with the sources that it has"
_LEAST_LEASE_S: Final = 5.0  # it is renewed three times meanwhile, over a network that may stutter


def _seconds(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of "90", "90s", "14m", "2h" or "1d"."""
    if value is None:
        return None
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smhd]?)", value.strip())
    if match is None or not float(match[1]):
        raise click.BadParameter(f"{value!r} is no duration; write 90, 90s, 14m, 2h or 1d")
    return float(match[1]) * _UNITS_S[match[2]]


def _lease_seconds(context: click.Context, option: click.Parameter, value: str | None) -> float | None:
    """Return the seconds of a lease."""
    seconds = _seconds(context, option, value)
    if seconds is not None and seconds < _LEAST_LEASE_S:
        raise click.BadParameter(f"{value!r} is less than {_LEAST_LEASE_S:g} s")
    return seconds


def _new_file(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Return the path of a file that can be written: a run of an hour must not end with what could be known before."""
    if value is None:
        return None
    folder = value.absolute().parent
    if not folder.is_dir():
        raise click.BadParameter(f"{printable(str(folder))} is no folder; make it first")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise click.BadParameter(f"{printable(str(folder))} cannot be written to")
    return value


class _Options(TypedDict):
    """The options of `crawl`, as click reads them."""

    state: str | None
    jobs: int
    max_time: float | None  # seconds
    max_pages: int | None
    metrics: Path | None
    rules: Path | None
    as_json: bool
    now: str | None  # the name of a source; "": of all
    dry_run: bool
    watch: bool
    hosts: int
    lease: float  # seconds
    state_patience: float  # seconds


@click.command(short_help="Crawl the sites of a sources file: visit what is due.")
@click.argument("sources", type=click.Path(dir_okay=False, path_type=Path), metavar="SOURCES")
@click.option("--state", metavar="URL", help="Where to keep what is known; SQLite in the output folder by default.")
@click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, metavar="N", help="Read pages in N processes."
)
@click.option("--max-time", callback=_seconds, metavar="TIME", help="End after this time: 90s, 14m, 2h.")
@click.option("--max-pages", type=click.IntRange(min=1), metavar="N", help="End after N pages.")
@click.option(
    "--metrics",
    callback=_new_file,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the figures for Prometheus when the run ends.",
)
@rules_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON line a visit, in a terminal, too.")
@click.option(
    "--now",
    is_flag=False,
    flag_value="",
    metavar="[NAME]",
    help="Visit lists, and pages that failed, at once; with NAME those of this source, and nothing else.",
)
@click.option("--dry-run", is_flag=True, help="Print what would be visited; ask for nothing, write nothing.")
@click.option("--watch", is_flag=True, help="Never end: wait for what becomes due, and for changes of SOURCES.")
@click.option(
    "--hosts",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    metavar="N",
    help="Ask N hosts at a time; where machines share the state, each takes its share of them.",
)
@click.option(
    "--lease",
    callback=_lease_seconds,
    default="5m",
    show_default=True,
    metavar="TIME",
    help="How long other machines leave the hosts of one alone that does not answer.",
)
@click.option(
    "--state-patience",
    callback=_seconds,
    default="10m",
    show_default=True,
    metavar="TIME",
    help="How long a database that is away is waited for.",
)
def crawl(sources: Path, **options: Unpack[_Options]) -> None:
    """Visit what is due on all sites of SOURCES, write new and edited articles, and end.

    Made to be started again and again by cron or a timer: it goes on where the last run ended, however that ended. In a
    terminal it shows its progress; elsewhere it prints one JSON line for each visit, and a summary on standard error.
    Ctrl-C finishes what is under way and ends.

    \b
    Examples:
      harvester crawl sources.toml
      harvester crawl sources.toml --max-time 14m --metrics harvester.prom
      harvester crawl sources.toml --now example.org

    Exit codes: 0 all well, 1 some visits failed, 2 wrong usage, 3 disk full or state not usable, 4 another run holds
    the lock, 5 ended by a limit or a signal, or because nobody reads its lines any more, 6 what is still due is held by
    other machines.
    """
    from harvester.fetching.open_files import raise_file_limit  # noqa: PLC0415
    from harvester.workers.collector_settings import spare_the_collector  # noqa: PLC0415

    spare_the_collector()
    raise_file_limit()
    try:
        with crawl_failures(locked="skipped: {}"):
            summary = _crawl(sources, options)
    except KeyboardInterrupt:  # the second one, or one before the first request
        click.echo("stopped at once; the next run goes on", err=True)
        sys.exit(EXIT_STOPPED)
    if summary is None:  # nothing was to be visited
        return
    code = exit_code(summary)
    if code == EXIT_SOME_FAILED:
        click.echo(printable(failed_words(summary.tally)), err=True)
    sys.exit(code)


def _crawl(sources: Path, options: _Options) -> "CrawlSummary | None":
    """Do what is asked for; None: it was to show what would be done."""
    from harvester.cli.crawl_progress import begin_report, print_summary  # noqa: PLC0415
    from harvester.cli.source_report import show_preview  # noqa: PLC0415
    from harvester.crawl.crawl_run import Hearers, run_crawl  # noqa: PLC0415
    from harvester.crawl.preview import preview  # noqa: PLC0415
    from harvester.crawl.sources_file import read_sources, with_sites  # noqa: PLC0415

    plan = read_sources(sources)
    plan = with_sites(plan, read_rules(options["rules"] or plan.rules))
    wish = _wish(plan, options["now"], watch=options["watch"])
    if options["dry_run"]:
        show_preview(preview(plan, options["state"], wish), options["max_pages"], as_json=options["as_json"])
        return None
    with begin_report(as_json=options["as_json"]) as report:
        hearers = Hearers(report, _print_note, _metrics_on_the_way(options["metrics"]))
        reload = _reloader(sources, options["rules"]) if options["watch"] else None
        summary = run_crawl(plan, _options(options, wish), hearers, reload=reload)
    print_summary(summary, plan.output)
    _write_metrics(options["metrics"], summary)
    return summary


def _wish(plan: "Crawl", named: str | None, *, watch: bool) -> "Wish":
    """Return what is to be visited although it is not due. Raises click.UsageError for a source that is none."""
    from harvester.crawl.run_request import Wish  # noqa: PLC0415

    if not named:
        return Wish(now=named is not None)
    names = [source.name for source in plan.sources]
    if named not in names:
        raise click.UsageError(printable(f"--now: {named!r} is the name of no source{meant(named, names)}"))
    if watch:
        raise click.UsageError("--watch is for all sources; leave it out, or the name behind --now.")
    return Wish(now=True, source=named)


def failed_words(tally: "Tally") -> str:
    """Return at which sources visits failed, those with most of them first."""
    failed = by_count(tally.failed_sources)
    some = [f"{name} ({count:,})" for name, count in failed[:_SHOWN_SOURCES]]
    more = f" and {len(failed) - len(some):,} more" if len(failed) > len(some) else ""
    return f"error: visits failed at {', '.join(some)}{more} [exit code {EXIT_SOME_FAILED}]"


def exit_code(summary: "CrawlSummary") -> int:
    """Return what the run's end means to cron."""
    if summary.ending == "held":
        return EXIT_HELD
    if summary.ending != "done":
        return EXIT_STOPPED
    return EXIT_SOME_FAILED if summary.tally.failures else 0


def _options(options: _Options, wish: "Wish") -> "Options":
    from harvester.crawl.crawl_run import Options  # noqa: PLC0415
    from harvester.crawl.engine_parts import Settings  # noqa: PLC0415

    settings = Settings(
        hosts=options["hosts"],
        readings=4 * options["jobs"],
        lease_s=options["lease"],
        max_pages=options["max_pages"],
        max_time_s=options["max_time"],
    )
    patience_s = options["state_patience"]
    return Options(state=options["state"], jobs=options["jobs"], settings=settings, wish=wish, patience_s=patience_s)


def _print_note(words: str) -> None:
    click.echo(f"note: {printable(words)}", err=True)


def _write_metrics(file: Path | None, summary: "CrawlSummary") -> None:
    from harvester.crawl.metrics import metrics_text  # noqa: PLC0415
    from harvester.store.atomic_files import write_atomic  # noqa: PLC0415

    if file is not None:
        write_atomic(file, metrics_text(summary).encode())


def _metrics_on_the_way(file: Path | None) -> Callable[["CrawlSummary"], None]:
    """Return what writes the metrics of a run without an end: a failure is told once, and the run goes on."""
    told: set[str] = set()

    def write(summary: "CrawlSummary") -> None:
        try:
            _write_metrics(file, summary)
        except StoreError as error:
            if str(error) not in told:
                told.add(str(error))
                _print_note(f"{error}; the crawl goes on without its metrics")

    return write


def _reloader(sources: Path, rules: Path | None) -> Callable[[], "Crawl | None"]:
    """Return what reads the sources file again where it has changed; one that cannot be used is reported once."""
    from harvester.crawl.sources_file import read_sources, with_sites  # noqa: PLC0415
    from harvester.rules.site_files import load_sites  # noqa: PLC0415

    known, misses = sources.read_bytes(), 0

    def reload() -> "Crawl | None":
        nonlocal known, misses
        try:
            content = sources.read_bytes()
        except OSError as error:
            misses += 1
            if misses == _MISSES:  # before, it is being replaced
                _print_note(f"{sources}: cannot be read ({error.strerror}); {_GOES_ON}")
            return None
        misses = 0
        if content == known:
            return None
        known = content
        try:
            crawl = read_sources(sources)
            return with_sites(crawl, load_sites(rules or crawl.rules))
        except (InputError, RulesError) as error:
            _print_note(f"{error}; {_GOES_ON}")
            return None

    return reload
