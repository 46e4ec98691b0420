"""`harvester explain`: every visible block of a page, with its verdict and the rule that gave it."""

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from harvester.cli.page_options import at_option, from_option, url_option
from harvester.cli.rules_option import read_rules, rules_option
from harvester.cli.terminal import by_count, exit_failed, printable, printable_lines
from harvester.errors import HarvesterError, NoArticle

if TYPE_CHECKING:
    from rich.text import Text

    from harvester.archive.page_lookup import PageRequest
    from harvester.archive.saved_page import SavedPage
    from harvester.models import Evidence, Ledger
    from harvester.rules.site_rules import SiteRules
    from harvester.store.articles import LedgerRow

STYLES: Final = {"kept": "green", "removed": "red", "open": "yellow"}
INDENT: Final = 6  # cells before the text of a block


@click.command(short_help="Show what was kept and removed on a page, and by which rule.")
@click.argument("page", metavar="PAGE")
@from_option
@at_option
@url_option
@click.option("--metadata", "of_fields", is_flag=True, help="Show the candidates for each field instead of the blocks.")
@click.option("--json", "as_json", is_flag=True, help="Print the ledger as JSON, as `clean --ledger` writes it.")
@rules_option
@click.option("--suggest", type=int, metavar="BLOCK", help="Print the rule that would remove this block, or keep it.")
def explain(
    page: str,
    places: tuple[str, ...],
    at: datetime | None,
    address: str | None,
    rules: Path | None,
    suggest: int | None,
    **form: bool,
) -> None:
    """Show every block of a page: kept or removed, by which rule, in which containers; then what type of page it is.

    With --metadata, show for every field what was read and where: the chosen value, those that lost the vote, and how
    far each can be trusted. With --suggest, print a rule for the page's site that would turn the verdict of one block:
    the rule alone on standard output, what it does on standard error.

    PAGE is one saved page, with an article or without, or - for standard input; the file of an article; a URL; or a
    record as messages name it: FILE:OFFSET in a WARC or ARC file, FILE!MEMBER:OFFSET in a WACZ, FILE!MEMBER in a zip or
    tar, FILE:LINE of JSON lines. Coloured in a terminal, plain when piped.

    \b
    Examples:
      harvester explain pages/story.html
      harvester explain pages/story.html --metadata
      harvester explain articles/example.org/e40f2092a2110710.json
      harvester explain https://example.org/story --from crawl.warc.gz
      harvester explain pages/story.html --suggest 12 >> my-rules/example.org.toml
      harvester explain pages/story.html --json | jq '.blocks[] | select(.kind == "share_bar")'

    Exit codes: 0 explained, 1 the page cannot be read or there is no rule to suggest, 2 wrong usage.
    """
    from harvester.archive.page_lookup import PageRequest  # noqa: PLC0415

    saved, site = read_page(PageRequest(page, places, at, address), rules)
    ledger = _explain(page, saved, site)
    if suggest is not None:
        from harvester.cli.suggested_rule import print_suggestion  # noqa: PLC0415

        print_suggestion(ledger, suggest, site, lambda other: _explain(page, saved, other))
    elif form["as_json"]:
        from harvester.store.articles import ledger_json  # noqa: PLC0415

        sys.stdout.buffer.write(ledger_json(ledger))
    elif form["of_fields"]:
        _print_fields(ledger)
    else:
        _print_ledger(ledger)
        _print_notes(ledger, saved, site)


def read_page(wanted: "PageRequest", rules: Path | None) -> "tuple[SavedPage, SiteRules]":
    """Return the page, and the rules of its site; without any where its host is not known, or has none."""
    from harvester.archive.discovery import NoSuchInputError  # noqa: PLC0415
    from harvester.archive.page_lookup import find_page  # noqa: PLC0415
    from harvester.reclean.site_learning import host_of_saved  # noqa: PLC0415
    from harvester.rules.site_rules import SiteRules  # noqa: PLC0415

    sites = read_rules(rules)
    try:
        saved = find_page(wanted)
    except NoSuchInputError as error:
        raise click.UsageError(printable_lines(str(error))) from error
    except HarvesterError as error:
        exit_failed(error)
    except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours is told with its place
        from harvester.store.fault_log import FaultLog, default_log  # noqa: PLC0415

        exit_failed(FaultLog(default_log()).note(wanted.name, error))
    host = host_of_saved(saved)
    return saved, sites.of_host(host) or SiteRules(host or "", ())


def _explain(file: str, saved: "SavedPage", site: "SiteRules") -> "Ledger":
    from harvester.reclean.run import explain_saved  # noqa: PLC0415

    try:
        return explain_saved(saved, site if site.rules else None)
    except HarvesterError as error:
        exit_failed(type(error)(file, error.reason, error.explanation))
    except Exception as error:  # noqa: BLE001 - the boundary: a fault of ours is told with its place
        from harvester.store.fault_log import FaultLog, default_log  # noqa: PLC0415

        exit_failed(FaultLog(default_log()).note(file, error))


def _print_ledger(ledger: "Ledger") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.padding import Padding  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from harvester.rules.site_suggestions import containers_of  # noqa: PLC0415
    from harvester.store.articles import ledger_rows  # noqa: PLC0415

    console = Console(highlight=False)
    rows = ledger_rows(ledger)
    for row, block in zip(rows, ledger.blocks, strict=True):
        console.print(_heading(row, containers_of(ledger, block)), soft_wrap=True)
        text = Text(printable(row.text), style="" if row.verdict == "kept" else "dim")
        if console.is_terminal:
            console.print(Padding(text, (0, 0, 0, INDENT)))
        else:  # one line a block: for grep
            console.print(Text(" " * INDENT) + text, soft_wrap=True)
    console.print(Text(_sums(rows)))
    if types := [one for one in ledger.evidence if one.field == "page_type"]:
        console.print(Text(f"Page type: {', '.join(map(_type_line, types))}"))


def _print_notes(ledger: "Ledger", saved: "SavedPage", site: "SiteRules") -> None:
    """Print what the blocks do not show: that it is no page, and what the rules of its site say."""
    from harvester.boilerplate import refuse_listed  # noqa: PLC0415
    from harvester.other_documents import refuse_other_document  # noqa: PLC0415
    from harvester.rules.site_suggestions import idle_rules  # noqa: PLC0415

    own = (one.value for one in ledger.evidence if one.field == "canonical_url" and one.chosen)
    try:
        refuse_listed(saved.page.address or next(own, None), site)
        if saved.dump is None:
            refuse_other_document(saved.page)
    except NoArticle as error:
        click.echo(printable(f"`clean` refuses the page: {error.explanation}"))
    if idle := idle_rules(ledger, site):
        click.echo(printable(f"Rules of {site.host} that decide nothing on this page: {', '.join(idle)}"))


def _print_fields(ledger: "Ledger") -> None:
    """Print a line for each value that was read: whether it was chosen, its share in the vote, where it is."""
    from rich.console import Console  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(highlight=False)
    field = ""
    for one in ledger.evidence:
        if one.field != field:
            field = one.field
            console.print(Text(field, style="bold"))
        mark = ("chosen", "green") if one.chosen else ("other ", "dim")
        trust = f"{one.trust:5.0%}" if one.trust is not None else "     "
        line = Text.assemble("  ", mark, f"  {trust}  ", printable(one.value), (f"  [{printable(one.origin)}]", "dim"))
        console.print(line, soft_wrap=True)


def _heading(row: "LedgerRow", containers: str) -> "Text":
    from rich.text import Text  # noqa: PLC0415

    what = row.part or row.kind or "-"
    role = f"{row.role} {row.level}" if row.level else row.role
    facts = f"  {role}  {row.lang or '-'}  {what}  {row.rule or '-'}"
    around = (printable(f"  in {containers}"), "dim") if containers else ""
    return Text.assemble(f"{row.number:>4}  ", (f"{row.verdict:<7}", STYLES[row.verdict]), printable(facts), around)


def _type_line(one: "Evidence") -> str:
    return one.value if one.trust is None else f"{one.value} {one.trust:.0%}"


def _sums(rows: "tuple[LedgerRow, ...]") -> str:
    kept = [len(row.text) for row in rows if row.verdict == "kept"]
    removed: Counter[str] = Counter()
    for row in rows:
        removed[row.kind or "open"] += len(row.text) if row.verdict != "kept" else 0
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in by_count(removed) if count)
    gone = f"removed {sum(removed.values()):,}{': ' + kinds if kinds else ''}"
    return f"Kept {sum(kept):,} characters in {len(kept)} of {len(rows)} blocks, {gone}"
