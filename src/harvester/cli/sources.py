"""`harvester sources`: the sources file of a crawl: begun, checked, tried."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypedDict, TypeVar, Unpack

import click

from harvester.cli.exit_codes import EXIT_SOME_FAILED
from harvester.cli.option_values import FiniteFloat, allow_host_option
from harvester.cli.terminal import counted, exit_failed, meant, printable
from harvester.errors import FetchError, InputError, Reason, RulesError, StoreError

if TYPE_CHECKING:
    from harvester.crawl.source_finding import SiteLook
    from harvester.crawl.source_trial import ListLook, PageLook, Trial
    from harvester.crawl.sources_file import Crawl, CrawlSource

_TEXT_CHARS: Final = 300  # of an article that are shown
T = TypeVar("T")


@click.group()
def sources() -> None:
    """Work with the file that lists a crawl's sites.

    \b
    Examples:
      harvester sources init https://example.org/ --contact https://example.com/bot
      harvester sources check sources.toml
      harvester sources try sources.toml example.org
    """


def _with_rules(crawl: "Crawl") -> "Crawl":
    """Return the crawl with the rules of sites that its file names; end the command where they cannot be used."""
    from harvester.crawl.sources_file import with_sites  # noqa: PLC0415
    from harvester.rules.site_files import load_sites  # noqa: PLC0415

    try:
        return with_sites(crawl, load_sites(crawl.rules))
    except RulesError as error:
        exit_failed(error)


@sources.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def check(file: Path) -> None:
    """Check a sources file, and print what is wrong with it, by line.

    Nothing is fetched.

    \b
    Example:
      harvester sources check sources.toml

    Exit codes: 0 the file is good, 1 it is not, 2 wrong usage.
    """
    from harvester.crawl.sources_file import check_sources  # noqa: PLC0415

    try:
        crawl, problems = check_sources(file)
    except InputError as error:
        exit_failed(error)
    for problem in problems:
        click.echo(printable(f"{file}:{problem.line}: {problem.key}: {problem.explanation}"), err=True)
    if crawl is None:
        click.echo(f"{counted(len(problems), 'thing is', 'things are')} wrong", err=True)
        sys.exit(EXIT_SOME_FAILED)
    _with_rules(crawl)
    for source in crawl.sources:
        kinds = {"feed": source.feeds, "sitemap": source.sitemaps, "section": source.sections}
        lists = ", ".join(counted(len(some), kind) for kind, some in kinds.items())
        click.echo(printable(f"{source.name}  {source.home}  {lists}; looks for {', '.join(sorted(source.discover))}"))
    click.echo(f"{counted(len(crawl.sources), 'source')}, nothing wrong")


# ── init ──────────────────────────────────────────────────────────────────────────────────────


def _contact(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Return a contact that a sources file may have: what is written is to be read again."""
    from harvester.crawl.source_values import WrongValueError, contact  # noqa: PLC0415

    try:
        return contact(value)
    except WrongValueError as error:
        raise click.BadParameter(printable(str(error))) from error


class _Options(TypedDict):
    """The options of `init`, as click reads them."""

    contact: str
    to: Path
    allow_host: tuple[str, ...]
    delay: float | None  # seconds


@sources.command(short_help="Begin a sources file from home pages.")
@click.argument("urls", nargs=-1, required=True, metavar="URL...")
@click.option(
    "--contact",
    callback=_contact,
    required=True,
    metavar="URL",
    help="Where a site's owner can reach you; goes into the file.",
)
@click.option(
    "--to",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    default=Path("sources.toml"),
    show_default=True,
    metavar="FILE|-",
    help="The file to write, which must not be there yet; - prints it.",
)
@allow_host_option
@click.option(
    "--delay", type=FiniteFloat(0, 120), metavar="S", help="Seconds between two requests to one host [default: 5]."
)
def init(urls: tuple[str, ...], **options: Unpack[_Options]) -> None:
    """Look at home pages and write a sources file for them: feeds, sitemaps, WordPress, sections, as comments say.

    Each site is asked for its home page and for some of the lists that it names, politely.

    \b
    Example:
      harvester sources init https://example.org/ --contact https://example.com/bot

    Exit codes: 0 written, 1 a home page did not come (it is in the file all the same), 2 wrong usage, 3 disk full.
    """
    file: Path = options["to"]
    if str(file) != "-" and file.exists():
        raise click.UsageError(f"{printable(str(file))} is there already; name another file with --to.")
    if not file.parent.is_dir():
        raise click.UsageError(
            f"There is no folder {printable(str(file.parent))} to write {printable(file.name)} into."
        )
    found = _told(lambda: list(_found_sites(urls, options)))
    text = _text_of(found, options)
    try:
        _put(file, text)
    except StoreError as error:
        exit_failed(error)
    if any(site.home.outcome != Reason.OK for site in found):
        sys.exit(EXIT_SOME_FAILED)


def _found_sites(urls: tuple[str, ...], options: _Options) -> "Iterator[SiteLook]":
    from dataclasses import replace  # noqa: PLC0415

    from harvester.crawl.one_off_visits import Visitors  # noqa: PLC0415
    from harvester.crawl.politeness import DEFAULT_PAUSE_S  # noqa: PLC0415
    from harvester.crawl.source_finding import look_at_site  # noqa: PLC0415
    from harvester.urls import check_url  # noqa: PLC0415

    visitors = Visitors(options["contact"], frozenset(options["allow_host"]))
    pause_s = DEFAULT_PAUSE_S if options["delay"] is None else options["delay"]
    names: set[str] = set()
    for url in dict.fromkeys(check_url(url) for url in urls):
        click.echo(printable(f"looking at {url}"), err=True)
        site = look_at_site(url, visitors, pause_s)
        site = site if site.name not in names else replace(site, name=url)
        names.add(site.name)
        lists = {"feed": site.feeds, "sitemap": site.sitemaps, "section": site.sections}
        words = ", ".join(counted(sum(one.is_useful for one in some), kind) for kind, some in lists.items())
        also = ", WordPress" if any(one.is_useful for one in site.posts) else ""
        why = "" if site.home.outcome == Reason.OK else f" ({site.home.outcome}: {site.home.evidence})"
        links = counted(site.home.articles, "link")
        click.echo(printable(f"  {words}{also}, {links} to articles on the home page{why}"), err=True)
        yield site


def _text_of(sites: "list[SiteLook]", options: _Options) -> str:
    from datetime import UTC, datetime  # noqa: PLC0415

    from harvester.crawl.sources_text import Frame, sources_text  # noqa: PLC0415

    today = datetime.now(UTC).date().isoformat()
    return sources_text(sites, Frame(options["contact"], today, options["allow_host"], options["delay"]))


def _put(file: Path, text: str) -> None:
    from harvester.store.atomic_files import write_atomic  # noqa: PLC0415

    if str(file) == "-":
        click.echo(text, nl=False)
        return
    write_atomic(file, text.encode("utf-8", "replace"))
    click.echo(printable(f"{file} is written; look through it, then: harvester sources try {file}"), err=True)


# ── try ───────────────────────────────────────────────────────────────────────────────────────


@sources.command("try", short_help="Show what one visit of a source would find, and keep nothing.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with the whole articles.")
def try_(file: Path, name: str | None, *, as_json: bool) -> None:
    """Show what one visit of the source NAME would find, and how three of its articles come out.

    The site is asked as a crawl asks it, but nothing is kept: no state, no archive, no article. NAME may be left out
    where the file has one source.

    \b
    Example:
      harvester sources try sources.toml example.org

    Exit codes: 0 an article came out, 1 none did, 2 wrong usage.
    """
    trial = _told(lambda: _tried(file, name))
    if as_json:
        from dataclasses import asdict  # noqa: PLC0415

        from harvester.store.json_lines import json_line  # noqa: PLC0415

        click.echo(json_line(asdict(trial)), nl=False)
    else:
        for line in trial_lines(trial):
            click.echo(printable(line))
    if not any(page.article for page in trial.pages):
        sys.exit(EXIT_SOME_FAILED)


def _tried(file: Path, name: str | None) -> "Trial":
    from harvester.crawl.one_off_visits import Visitors  # noqa: PLC0415
    from harvester.crawl.source_trial import try_source  # noqa: PLC0415
    from harvester.crawl.sources_file import read_sources  # noqa: PLC0415
    from harvester.store.site_memories import read_memories  # noqa: PLC0415
    from harvester.urls import host_of  # noqa: PLC0415

    crawl = _with_rules(read_sources(file))
    source = named_source(crawl, name)
    memories = {memory.host: memory for memory in read_memories(crawl.memory)} if crawl.memory else {}
    return try_source(source, Visitors(crawl.contact, crawl.allow_hosts), memories.get(host_of(source.home)))


def named_source(crawl: "Crawl", name: str | None) -> "CrawlSource":
    """Return the source with this name, or the only one. Raises click.UsageError."""
    names = [source.name for source in crawl.sources]
    if name is None and len(names) == 1:
        return crawl.sources[0]
    for source in crawl.sources:
        if source.name == name:
            return source
    if name is None:
        raise click.UsageError(printable(f"Name one of the {len(names):,} sources: {', '.join(names[:10])}"))
    raise click.UsageError(printable(f"{name!r} is the name of no source{meant(name, names)}"))


def trial_lines(trial: "Trial") -> Iterator[str]:
    """Yield what a visit would find, in words."""
    for one in trial.lists:
        yield f"{one.kind:<8} {one.url}: {_list_words(one)}"
    if trial.left:
        yield f"         {trial.left:,} further lists were not looked at; a crawl reads them"
    newest = f"; the newest {len(trial.pages)}:" if trial.pages else ""
    yield f"{trial.found:,} URLs of what may be articles{newest}"
    for page in trial.pages:
        yield ""
        yield from _page_lines(page)


def _list_words(one: "ListLook") -> str:
    more = f", {one.lists:,} further lists" if one.lists else ""
    found = f"{one.articles:,} links to articles{more}" if one.outcome == Reason.OK else one.outcome
    return f"{found} ({one.evidence})" if one.evidence else found


def _page_lines(page: "PageLook") -> Iterator[str]:
    yield page.url
    article = page.article
    if article is None:
        yield f"  {page.outcome}: {page.evidence}"
        return
    cleaning = article.cleaning
    yield f"  title      {article.title}"
    yield f"  authors    {', '.join(article.authors) or '-'}; published {article.published or '-'}"
    removed = sum(cleaning.removed.values())
    yield f"  text       {len(article.text):,} characters kept, {removed:,} removed"
    yield f"  confidence {cleaning.confidence:.2f} ({cleaning.quality}), {cleaning.method}"
    text = " ".join(article.text.split())
    yield f"  {text[:_TEXT_CHARS]}{'...' if len(text) > _TEXT_CHARS else ''}"


def _told(work: Callable[[], T]) -> T:
    """Return what `work` returns; what is wrong with the arguments or the file is wrong usage."""
    try:
        return work()
    except (InputError, FetchError) as error:
        raise click.UsageError(printable(str(error))) from error
