"""`harvester status`: what is known, what is due, what fails."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED, EXIT_UNUSABLE
from harvester.cli.terminal import by_count, meant, moment_words, printable
from harvester.errors import FetchError, InputError, StoreError

if TYPE_CHECKING:
    from harvester.crawl.state.report import MachineLine, Report, UrlLine
    from harvester.crawl.state.silent_fields import SilentField
    from harvester.crawl.state.store import State


class _Options(TypedDict):
    """The options of `status`, as click reads them."""

    state: str | None
    source: str | None
    url: str | None
    as_json: bool


@click.command(short_help="Show what a crawl knows, what is due and what fails.")
@click.argument("sources", required=False, type=click.Path(dir_okay=False, path_type=Path), metavar="SOURCES")
@click.option("--state", metavar="URL", help="The state to look into, where it is not the one that SOURCES names.")
@click.option("--source", metavar="NAME", help="Tell all that is known of this one source.")
@click.option("--url", metavar="URL", help="Tell what is known of the article with this address: any that it has.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(sources: Path | None, **options: Unpack[_Options]) -> None:
    """Show the state of a crawl: a line for each source, the worst first; URLs by outcome, hosts, what is due, runs.

    A line begins with "!" where a person should look at the source. It only reads, and may be called while a crawl
    runs.

    \b
    Examples:
      harvester status sources.toml
      harvester status sources.toml --source example.org
      harvester status sources.toml --url https://example.org/story

    Exit codes: 0 shown, 1 the URL or the source is not known, 2 wrong usage, 3 the state cannot be read.
    """
    from harvester.crawl.state.database import open_unchanged  # noqa: PLC0415
    from harvester.crawl.state.store import State  # noqa: PLC0415

    state = None
    try:
        address = _address(sources, options["state"])
        state = State(address, open_at=open_unchanged)
        if options["url"]:
            _show_url(state, options["url"], as_json=options["as_json"])
        elif options["source"]:
            _show_source(state, options["source"], as_json=options["as_json"])
        else:
            _show(state, as_json=options["as_json"])
    except (InputError, FetchError) as error:
        raise click.UsageError(printable(str(error))) from error
    except StoreError as error:
        click.echo(f"error: {printable(str(error))}", err=True)
        sys.exit(EXIT_UNUSABLE)
    finally:
        if state is not None:
            state.close()


def _address(sources: Path | None, named: str | None) -> str:
    """Return the address of a state that is there."""
    from harvester.crawl.sources_file import read_sources  # noqa: PLC0415
    from harvester.crawl.state_place import state_address, state_file  # noqa: PLC0415

    if named is not None:
        address = named
    elif sources is not None:
        address = state_address(read_sources(sources), None)
    else:
        raise click.UsageError("Name the sources file, or the state with --state.")
    file = state_file(address)
    if file is not None and not file.is_file():
        raise click.UsageError(f"There is no state yet at {printable(str(file))}; run harvester crawl first.")
    return address


def _show(state: "State", *, as_json: bool) -> None:
    from harvester.cli.source_report import fields, source_lines  # noqa: PLC0415
    from harvester.crawl.advice import worst_first  # noqa: PLC0415
    from harvester.store.json_lines import json_line  # noqa: PLC0415

    report = state.report()
    lines = worst_first(state.facts(), report.now)
    if as_json:
        from dataclasses import asdict  # noqa: PLC0415

        click.echo(json_line({**asdict(report), "sources": [fields(line) for line in lines]}), nl=False)
        return
    if lines:
        click.echo("\n".join(source_lines(lines, report.now)) + "\n")
    for words in report_lines(report):
        click.echo(printable(words))


def _show_source(state: "State", name: str, *, as_json: bool) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    from harvester.cli.source_report import detail_lines, fields  # noqa: PLC0415
    from harvester.crawl.advice import line_of  # noqa: PLC0415
    from harvester.store.json_lines import json_line  # noqa: PLC0415

    detail, now = state.source_detail(name), int(state.now())
    if detail is None:
        names = [facts.name for facts in state.facts()]
        click.echo(printable(f"{name} is no source here{meant(name, names)}"), err=True)
        sys.exit(EXIT_SOME_FAILED)
    line = line_of(detail.facts, now)
    if as_json:
        click.echo(json_line({**fields(line), "detail": asdict(detail)}), nl=False)
        return
    for words in detail_lines(line, detail, now):
        click.echo(words)


def report_lines(report: "Report") -> list[str]:
    """Return the state in words, a fact a line."""
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in by_count(report.urls))
    lines = [
        f"URLs      {sum(report.urls.values()):,} ({kinds or 'none'})",
        f"articles  {report.articles:,}",
        f"queue     {report.due:,} due, {report.unvisited:,} never visited, {report.parked:,} given up",
        f"          {moment_words('oldest due', report.oldest_due, report.now)}; "
        f"{moment_words('next due', report.next_due, report.now)}",
        f"hosts     {report.hosts:,}: {report.hosts_due:,} with something due, {report.hosts_leased:,} being asked, "
        f"{report.blocked_count:,} resting",
    ]
    if report.ahead:
        lines.append(
            f"clock     {report.ahead:,} URLs were visited in the future: see to the clock; the next crawl mends it"
        )
    lines += [
        f"          {host.name}: {moment_words('asked again', host.blocked_until, report.now)}"
        for host in report.blocked
    ]
    lines += [_field_words(field, report.now) for field in report.silent_fields]
    lines += [_machine_words(line, report.now) for line in report.machines]
    lines += [f"outcome   {outcome:<20} {count:>10,}" for outcome, count in by_count(report.outcomes)]
    for run in report.runs:
        ended = f"ended by: {run.ended_by}" if run.ended_by else "under way, or killed"
        began = moment_words("began", run.began_at, report.now)
        lines.append(f"run       {began}, {run.visits:,} visits, {run.failed:,} failed, {ended} ({run.owner})")
    return lines


def _field_words(field: "SilentField", now: int) -> str:
    name = f"{field.field!r} in addresses" if field.field else "what is behind the ? in addresses"
    learned = moment_words("learned", field.since, now)
    return f"fields    {field.host}: {name} says nothing ({learned}); {field.left_out:,} links to known pages left out"


def _machine_words(line: "MachineLine", now: int) -> str:
    more = ", ..." if line.hosts > len(line.names) else ""
    since = moment_words("the oldest taken", line.since, now)
    names = ", ".join(line.names)
    return f"machine   {line.machine}: holds {line.hosts:,} ({names}{more}), {since}; {line.rate:g} visits/s"


def _show_url(state: "State", url: str, *, as_json: bool) -> None:
    from dataclasses import asdict  # noqa: PLC0415

    from harvester.store.json_lines import json_line  # noqa: PLC0415
    from harvester.url_names import display_url  # noqa: PLC0415
    from harvester.urls import check_url  # noqa: PLC0415
    from harvester.web_links import plain_url  # noqa: PLC0415

    checked = check_url(url)
    line = state.find(checked) or state.find(plain_url(checked))
    if line is None:
        click.echo(f"{display_url(url)} is not known", err=True)
        sys.exit(EXIT_SOME_FAILED)
    click.echo(json_line(asdict(line)) if as_json else "\n".join(url_lines(line, int(state.now()))), nl=not as_json)


def url_lines(line: "UrlLine", now: int) -> list[str]:
    """Return what is known of a URL in words, a fact a line."""
    from harvester.url_names import display_url  # noqa: PLC0415

    article = f"{line.article}, version {line.version}" if line.version else line.article
    facts = (
        ("url", display_url(line.url)),
        ("asked for", display_url(line.asked) if line.asked != line.url else None),
        ("source", line.source),
        ("kind", line.kind),
        ("outcome", line.outcome or "never visited"),
        ("evidence", line.evidence),
        ("article", article),
        ("failures", f"{line.failures:g}" if line.failures else None),
        ("first seen", moment_words("", line.seen_at, now).strip()),
        ("visited", moment_words("", line.visited_at, now).strip() if line.visited_at else None),
        ("next visit", moment_words("", line.due_at, now).strip() if line.due_at else "none planned"),
    )
    return [printable(f"{name:<11}{value}") for name, value in facts if value]
