"""`harvester clean`: saved pages to articles."""

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from harvester.cli.exit_codes import EXIT_LOCKED, EXIT_SOME_FAILED, EXIT_STOPPED
from harvester.cli.option_values import (
    FORMS,
    FiniteFloat,
    OutFile,
    comments_option,
    folder_place,
    front_matter_option,
    moment_value,
    page_types,
    site_option,
    style_of,
)
from harvester.cli.rules_option import read_rules, rules_option
from harvester.cli.terminal import exit_failed
from harvester.cli.to_stdout import STDOUT, form_in_folder, passing_folder, print_articles
from harvester.errors import HarvesterError

if TYPE_CHECKING:
    from harvester.reclean.cluster import Cluster
    from harvester.reclean.job import CleanJob, Format, Update
    from harvester.reclean.run import CleanSummary
    from harvester.store.datasets.layout import Packing
    from harvester.workers.process_pool import Pool, Workers


class _Options(TypedDict):
    """The options, as click reads them."""

    to: str
    form: "Format"
    packing: "Packing"
    front_matter: bool | None
    sharded: bool | None
    part_size: int  # MiB
    comments: bool
    ledger: bool
    changes: bool
    jobs: int | None
    workers: int | None
    scheduler: str | None
    page_time: float  # seconds
    page_memory: int  # MiB
    update: "Update | None"
    since: datetime | None
    sites: tuple[str, ...]
    page_types: frozenset[str]
    strict: bool
    site_memory: bool
    memory_file: Path | None
    old: str | None
    work: Path | None
    rules: Path | None
    restart: bool


MAX_PAGE_TIME_S: Final = 86_400.0  # a day; the clock of an alarm ends somewhere
_SCHEDULER: Final = re.compile(r"dask://((?:[\w.-]+|\[[\da-fA-F:]+\]):\d{1,5})/?")


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option(
    "--to",
    required=True,
    metavar="PLACE",
    callback=folder_place,
    help="Folder or s3://BUCKET/PREFIX for the articles; - for standard output.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMS),
    default="json",
    show_default=True,
    help="A STEM.json, .txt, .md, .html or .xml for each page, or articles-NNNNN.jsonl, .parquet or .csv for many.",
)
@click.option(
    "--compress",
    "packing",
    type=click.Choice(["none", "gzip", "zstd"]),
    default="none",
    show_default=True,
    help="How files of jsonl and csv are packed.",
)
@front_matter_option
@click.option("--sharded/--flat", default=None, help="Spread single files over 256 folders, or not.")
@click.option(
    "--part-size",
    type=click.IntRange(min=1),
    default=16,
    show_default=True,
    metavar="MIB",
    help="How much input one file of many articles is made from.",
)
@comments_option
@click.option("--ledger", is_flag=True, help="Write _ledgers/STEM.ledger.json: every block, kept or removed, and why.")
@click.option(
    "--changes", is_flag=True, help="Write down what is new, edited, gone or cleaned again, for harvester changes."
)
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Clean in N processes; default: one a processor.")
@click.option("--workers", type=click.IntRange(min=1), metavar="N", help="Clean in N processes of a Dask cluster here.")
@click.option("--scheduler", metavar="dask://HOST:PORT", help="Clean on the machines of this Dask scheduler.")
@click.option(
    "--page-time",
    type=FiniteFloat(0.1, MAX_PAGE_TIME_S),
    default=30.0,
    show_default=True,
    metavar="S",
    help="Seconds that one page may take.",
)
@click.option(
    "--page-memory",
    type=click.IntRange(min=256),
    default=2048,
    show_default=True,
    metavar="MIB",
    help="Memory that one process may take for a page.",
)
@click.option(
    "--stale", "update", flag_value="stale", help="Clean only what is missing, changed, or made by other rules."
)
@click.option("--changed-only", "update", flag_value="changed", help="Clean only what is missing or changed.")
@click.option("--since", callback=moment_value, metavar="TIME", help="Only pages fetched at TIME (UTC) or later.")
@site_option
@click.option(
    "--page-types",
    callback=page_types,
    metavar="TYPES",
    help="Which kinds of page come out, by commas, or all; default: all but listing.",
)
@click.option("--strict", is_flag=True, help="End with exit code 1 at the first damaged input.")
@click.option(
    "--no-site-memory",
    "site_memory",
    is_flag=True,
    flag_value=False,
    default=True,
    help="Clean each page as if it were the only one of its site.",
)
@click.option(
    "--memory",
    "memory_file",
    type=OutFile(),
    metavar="FILE",
    help="Keep what is learned of sites in this file, and use what is in it.",
)
@click.option(
    "--compare",
    "old",
    metavar="PLACE",
    help="Then tell what differs from the articles in PLACE, in _compare.html and _compare.md.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for what is under way; default: .harvester in the output folder.",
)
@rules_option
@click.option("--restart", is_flag=True, help="Begin anew where an unfinished run of the same job stands.")
def clean(paths: tuple[str, ...], **options: Unpack[_Options]) -> None:
    """Clean saved pages and write one article for each.

    PATH is a file, a folder (read recursively), a glob in quotes, any of these in a bucket (s3://BUCKET/PREFIX), an
    archive or a list of paths at https://, or - for standard input. Pages are .html, .htm,
    .xhtml, .mhtml and .mht files, text dumps are .txt files; each may be packed (.gz, .zst). Containers of many pages
    are .warc, .arc, .wacz, .jsonl, .zip and .tar files, the folder of a crawl, and Scrapy's cache. Other files in a
    folder are passed over without a word; one that is named is read where it begins like a page. A STEM.page.json
    beside a page tells its URL.

    What several pages of one host have in common is the site's, and is removed from each.

    A page that lists others, as a front page does, is no article: it fails as an index_page, unless --page-types asks
    for listings. The types are article, listing, product, forum, documentation, service and other.

    A page that fails is named on standard error, leaves no file, and the others are still cleaned. A run that was
    stopped or killed goes on where it was when it is started again.

    With --comments an article holds what readers wrote below it. Articles that were made without are out of date for
    --stale then, and the other way round.

    With --to - articles are printed at the end, one a line as JSON, or as --format says; all else goes to standard
    error.

    \b
    Examples:
      harvester clean pages --to output
      harvester clean 'crawl/*.warc.gz' --to articles --format jsonl --compress zstd
      harvester clean pages --to output --stale
      curl -s https://example.org/story | harvester clean - --to - --format text

    Exit codes: 0 all cleaned, 1 some failed, 2 wrong usage, 3 disk full, 4 another run writes there, 5 stopped.
    """
    from harvester.reclean.job_checks import check_comparison  # noqa: PLC0415

    _check(options)
    job, old = _job(paths, options), options["old"]
    try:
        with _failures():
            if old is not None:
                check_comparison(old, job.output)
            with _workers(job, options) as pool, _draining(pool):
                summary = _run(job, pool) if options["to"] != STDOUT else _print(job, pool, options)
            if summary.is_whole and old is not None:
                _compare(old, job.output.to)
    except KeyboardInterrupt:
        summary = None
    if summary is None or not summary.is_whole:
        click.echo("Stopped. Start the same command again to go on.", err=True)
        sys.exit(EXIT_STOPPED)
    if summary.reasons:
        sys.exit(EXIT_SOME_FAILED)


@contextmanager
def _failures() -> "Iterator[None]":
    """End the command with the exit code and the words of what ended the run."""
    from harvester.archive.discovery import NoSuchInputError  # noqa: PLC0415
    from harvester.reclean.job import WrongUsageError  # noqa: PLC0415
    from harvester.reclean.run_state import DamagedInputError  # noqa: PLC0415
    from harvester.store.lock import LockedError  # noqa: PLC0415

    try:
        yield
    except (NoSuchInputError, WrongUsageError) as error:
        raise click.UsageError(str(error)) from error
    except LockedError as error:
        click.echo(f"error: {error}; wait for its end, or write to another place", err=True)
        sys.exit(EXIT_LOCKED)
    except DamagedInputError as error:
        click.echo(f"error: damaged, and --strict ends there: {error}", err=True)
        sys.exit(EXIT_SOME_FAILED)
    except HarvesterError as error:
        exit_failed(error)


def _run(job: "CleanJob", pool: "Workers", *, is_quiet: bool = False) -> "CleanSummary":
    """Do the job; `is_quiet`: standard output is for its articles."""
    from harvester.cli.clean_progress import begin_progress  # noqa: PLC0415
    from harvester.cli.clean_table import print_tally  # noqa: PLC0415
    from harvester.reclean.run import clean_saved, run_job  # noqa: PLC0415

    with begin_progress(is_quiet=is_quiet) as progress:
        clean = partial(clean_saved, page_types=job.selection.page_types, comments=job.output.comments)
        summary = run_job(job, clean, progress, pool)
    print_tally(summary, STDOUT if is_quiet else job.output.to, is_quiet=is_quiet)
    return summary


def _print(job: "CleanJob", pool: "Workers", options: _Options) -> "CleanSummary":
    """Do the job and print its articles. Raises UsageError for options that only files can have."""
    from harvester.store.fault_log import default_log  # noqa: PLC0415

    about_files = {
        "compare": options["old"],
        "stale or --changed-only": options["update"],
        "ledger": options["ledger"],
        "changes": options["changes"],
        "sharded": options["sharded"],
    }
    for name, value in about_files.items():
        if value:
            raise click.UsageError(f"--{name} is about files, and --to - writes none.")
    with passing_folder() as folder:
        output = replace(job.output, to=str(folder), form=form_in_folder(options["form"], options["packing"]))
        summary = _run(replace(job, output=output, log=default_log()), pool, is_quiet=True)
        if summary.is_whole:
            print_articles(folder, options["form"], job.output.style)
    return summary


def _compare(old: str, new: str) -> None:
    """Write what differs between two sets beside the new one, and print its first lines."""
    from harvester.cli.compare import compare_progress, print_damage  # noqa: PLC0415
    from harvester.cli.terminal import printable  # noqa: PLC0415
    from harvester.compare.reports import report  # noqa: PLC0415
    from harvester.compare.sets import compare_sets  # noqa: PLC0415
    from harvester.compare.sum_tables import headline  # noqa: PLC0415
    from harvester.store.datasets.layout import REPORTS  # noqa: PLC0415
    from harvester.store.datasets.open_storage import open_storage  # noqa: PLC0415

    with compare_progress() as count:
        comparison = compare_sets(old, new, report=count)
    place = open_storage(new)
    for name in REPORTS:
        place.write(name, report(comparison, Path(name).suffix))
    for line in (*headline(comparison), f"Report: {' and '.join(REPORTS)} in {new}"):
        click.echo(printable(line))
    print_damage(comparison)


def _check(options: _Options) -> None:
    """Raise UsageError for options that would change nothing."""
    if options["memory_file"] is not None and not options["site_memory"]:
        raise click.UsageError("--memory keeps what is learned of sites, and with --no-site-memory nothing is.")


def _job(paths: tuple[str, ...], options: _Options) -> "CleanJob":
    from harvester.reclean.job import CleanJob, Output, Selection  # noqa: PLC0415
    from harvester.workers.process_pool import Effort, processors  # noqa: PLC0415

    return CleanJob(
        paths,
        Output(
            options["to"],
            options["form"],
            options["packing"],
            options["sharded"],
            options["ledger"],
            style_of(options["form"], options["front_matter"]),
            options["comments"],
        ),
        Selection(
            options["since"],
            options["sites"],
            options["update"],
            tuple(sorted(options["page_types"])),
        ),
        Effort(options["jobs"] or processors(), options["page_time"], options["page_memory"] * 2**20),
        site_memory=options["site_memory"],
        strict=options["strict"],
        part_bytes=options["part_size"] * 2**20,
        work=options["work"],
        memory_file=options["memory_file"],
        restart=options["restart"],
        sites=read_rules(options["rules"]),
        changes=options["changes"],
    )


def _workers(job: "CleanJob", options: _Options) -> "Pool | Cluster":
    from harvester.workers.process_pool import Pool  # noqa: PLC0415

    effort = job.effort
    if sum(option is not None for option in (options["jobs"], options["workers"], options["scheduler"])) > 1:
        raise click.UsageError("Only one of --jobs, --workers and --scheduler may be given.")
    workers, scheduler = options["workers"], options["scheduler"]
    if workers is None and scheduler is None:
        pool = Pool(effort)
        pool.copy_program(_needed(job))
        return pool
    from harvester.reclean.cluster import Cluster  # noqa: PLC0415 - an extra

    if scheduler is None:
        return Cluster(effort, workers=workers or 1)
    match = _SCHEDULER.fullmatch(scheduler)
    if match is None:
        raise click.UsageError(f"--scheduler {scheduler!r} is not of the form dask://HOST:PORT.")
    return Cluster(effort, address=match[1])


def _needed(job: "CleanJob") -> int:
    """Return how many processes a job can keep busy, as far as its arguments tell."""
    from harvester.archive.inputs import form_of  # noqa: PLC0415
    from harvester.reclean import run  # noqa: F401, PLC0415 - before there are copies of this program

    return len(job.paths) if all(form_of(Path(path)) for path in job.paths) else job.effort.jobs


@contextmanager
def _draining(pool: "Workers") -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM end the run between two pages; the second one ends it at once."""

    def stop(number: int, frame: object) -> None:
        if pool.is_draining:
            raise KeyboardInterrupt
        pool.drain()
        click.echo("Stopping after the pages under way; Ctrl-C again ends at once.", err=True)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
