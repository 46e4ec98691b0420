"""The sources file: which sites are crawled, and how; TOML in, checked values out."""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple

from harvester.crawl.politeness import DEFAULT_PAUSE_S, MAX_CRAWL_DELAY_S
from harvester.crawl.source_values import (
    WrongValueError,
    allowed_hosts,
    beside,
    contact,
    flag,
    folder,
    line_of,
    number_of_seconds,
    of_words,
    one_text,
    patterns,
    state,
    url,
    urls,
    whole_number,
)
from harvester.errors import InputError, Reason
from harvester.models import PAGE_TYPES, USUAL_TYPES, Page
from harvester.rules.site_rules import Sites
from harvester.text import is_match
from harvester.urls import host_of, origin_of, target_of

DISCOVERY: Final = ("robots", "feeds", "sitemaps", "wordpress", "links")
TDM: Final = ("record", "skip")

MAX_PAGES: Final = 1_000  # of one source in one run: at 5 s each, a run of 83 minutes
MAX_SOURCES: Final = 100_000
MAX_CHARS: Final = 1_000 * MAX_SOURCES
_WHY_CONTACT: Final = "; name a URL or mail address where a site's owner can reach you"

Check = Callable[[Any], Any]  # returns the value as it is kept; raises WrongValueError

_CRAWL_KEYS: Final[Mapping[str, Check]] = {
    "contact": contact,
    "output": folder,
    "state": state,
    "archive": folder,
    "rules": folder,
    "memory": folder,
    "allow_hosts": allowed_hosts,
}
_SOURCE_KEYS: Final[Mapping[str, Check]] = {
    "name": one_text,
    "home": url,
    "feeds": urls,
    "sitemaps": urls,
    "sections": urls,
    "discover": lambda value: frozenset(of_words(value, DISCOVERY)),
    "delay_s": lambda value: number_of_seconds(value, MAX_CRAWL_DELAY_S),
    "max_pages": whole_number,
    "include": patterns,
    "exclude": patterns,
    "tdm": lambda value: of_words([value], TDM)[0],
    "archive": flag,
    "page_types": lambda value: frozenset(of_words(value, PAGE_TYPES)),
}
# What all sources may share, under [defaults].
_DEFAULT_KEYS: Final = {
    key: _SOURCE_KEYS[key]
    for key in ("discover", "delay_s", "max_pages", "include", "exclude", "tdm", "archive", "page_types")
}
_TABLES: Final = frozenset({"source", "defaults"})


@dataclass(frozen=True, slots=True)
class CrawlSource:
    """One site, or a part of one."""

    name: str
    home: str  # checked URL
    feeds: tuple[str, ...] = ()  # checked URLs, as are the next two
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()  # pages that list articles
    discover: frozenset[str] = frozenset(DISCOVERY)  # where else to look for articles
    delay_s: float = DEFAULT_PAUSE_S  # between the starts of two requests to one host
    max_pages: int = MAX_PAGES  # in one run
    include: tuple[str, ...] = ()  # path and query of articles; "*" is anything; (): all
    exclude: tuple[str, ...] = ()  # wins over `include`
    tdm: str = "record"  # "skip": pages that reserve text and data mining are not kept
    archive: bool = True  # keep the raw pages, where the crawl has an archive at all
    sites: Sites = field(default_factory=Sites)  # rules of single sites, for all hosts that its pages may be of
    page_types: frozenset[str] = USUAL_TYPES  # kinds of page that are kept as articles

    def wants(self, url: str) -> bool:
        """Return whether a checked URL may be an article of it, by `include`, `exclude` and its site's rules."""
        target = target_of(url)
        if any(is_match(pattern, target) for pattern in self.exclude) or self.sites.refuses(url):
            return False
        return not self.include or any(is_match(pattern, target) for pattern in self.include)


@dataclass(frozen=True, slots=True)
class Crawl:
    """All of a sources file."""

    contact: str  # URL or mail address that the user agent names
    output: Path  # folder of the articles
    state: str | None  # URL of the database; None: SQLite in the output folder
    archive: Path | None  # folder of the WARC files; None: raw pages are not kept
    allow_hosts: frozenset[str]  # "HOST:PORT" entries that may be private addresses
    sources: tuple[CrawlSource, ...]
    memory: Path | None = None  # file of what is known of the sites' pages, as `harvester clean --memory` writes it
    rules: Path | None = None  # folder with rules of single sites; None: there is none


def with_sites(crawl: Crawl, sites: Sites) -> Crawl:
    """Return the crawl, its pages to be read by the rules of single sites."""
    if not sites.by_host:
        return crawl
    return replace(crawl, sources=tuple(replace(source, sites=sites) for source in crawl.sources))


def with_sites_of(source: CrawlSource, page: Page) -> CrawlSource:
    """Return the source with the rules that one page of it needs: it travels to another process."""
    if not source.sites.by_host or page.address is None:
        return source
    return replace(source, sites=source.sites.only([host_of(page.address)]))


class Problem(NamedTuple):
    """One thing that is wrong with a sources file."""

    line: int  # from 1
    key: str  # "source 3 (example.org), delay_s"
    explanation: str


def read_sources(path: Path) -> Crawl:
    """Return what is in a sources file; relative folders are taken from where the file is.

    Raises InputError "unreadable" that names the line and key of the first thing that is wrong, and how many more are.
    """
    crawl, problems = check_sources(path)
    if crawl is None:
        first = problems[0]
        more = f" (and {len(problems) - 1:,} more)" if len(problems) > 1 else ""
        raise InputError(f"{path}:{first.line}", Reason.UNREADABLE, f"{first.key}: {first.explanation}{more}")
    return crawl


def check_sources(path: Path) -> tuple[Crawl | None, tuple[Problem, ...]]:
    """Return the crawl, or None and all that is wrong with the file, by line.

    Raises InputError "unreadable" when there is no such file, or no text in it.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MAX_CHARS + 1)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is no UTF-8 text"
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read: {reason}") from error
    if len(text) > MAX_CHARS:
        words = f"has more than {MAX_CHARS:,} characters: is it a sources file?"
        raise InputError(str(path), Reason.UNREADABLE, words)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return None, (_syntax_problem(text, error),)
    reader = _Reader(text, path.parent)
    crawl = reader.crawl(table)
    return (None if reader.problems else crawl), tuple(sorted(reader.problems))


def _syntax_problem(text: str, error: tomllib.TOMLDecodeError) -> Problem:
    words, _, place = str(error).partition(" (at ")
    digits = "".join(char for char in place.partition(",")[0] if char.isdigit())
    line = int(digits) if digits else max(text.count("\n"), 1)  # "at end of document" names none
    return Problem(line, "TOML", words)


class _Reader:
    """Reads one file and collects what is wrong with it; lives for one call of `check_sources`."""

    def __init__(self, text: str, base: Path) -> None:
        self.problems: list[Problem] = []
        self._text = text
        self._base = base

    def crawl(self, table: dict[str, Any]) -> Crawl | None:
        """Return the crawl, as far as it can be read; None when what it must have is missing."""
        top = self._values({key: value for key, value in table.items() if key not in _TABLES}, _CRAWL_KEYS, ("", 0))
        defaults = self._defaults(table.get("defaults", {}))
        sources = tuple(self._sources(table.get("source", []), defaults))
        for key in ("contact", "output"):
            if key not in table:
                self._complain(("", 0), key, "is missing" + (_WHY_CONTACT if key == "contact" else ""))
        if self.problems:
            return None
        archive, address, memory = top.get("archive"), top.get("state"), top.get("memory")
        return Crawl(
            contact=top["contact"],
            output=self._base / top["output"],
            state=beside(self._base, address) if address else None,
            archive=self._base / archive if archive else None,
            allow_hosts=frozenset(top.get("allow_hosts", ())),
            sources=sources,
            rules=self._base / top["rules"] if "rules" in top else None,
            memory=self._base / memory if memory else None,
        )

    def _defaults(self, table: Any) -> dict[str, Any]:
        if isinstance(table, dict):
            return self._values(table, _DEFAULT_KEYS, ("defaults", 0))
        self._complain(("", 0), "defaults", "must be a table: [defaults]")
        return {}

    def _sources(self, tables: Any, defaults: dict[str, Any]) -> Iterator[CrawlSource]:
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self._complain(("", 0), "source", "must be tables: [[source]]")
            return
        if not tables:
            self._complain(("", 0), "source", "there is none; begin each with a line [[source]]")
        names: dict[str, int] = {}
        for number, table in enumerate(tables[:MAX_SOURCES], start=1):
            source = self._source(table, defaults, number)
            if source is not None:
                first = names.setdefault(source.name, number)
                if first != number:
                    self._complain(("source", number), "name", f"{source.name!r} is also the name of source {first}")
                yield source

    def _source(self, table: dict[str, Any], defaults: dict[str, Any], number: int) -> CrawlSource | None:
        place = ("source", number)
        before = len(self.problems)
        values = defaults | self._values(table, _SOURCE_KEYS, place)
        listed = [*values.get("feeds", ()), *values.get("sitemaps", ()), *values.get("sections", ())]
        if "home" not in values and not listed and len(self.problems) == before:
            self._complain(place, "home", "is missing; name the site's home page, or feeds, sitemaps or sections")
        if len(self.problems) > before:
            return None
        home = values.pop("home", None) or origin_of(listed[0]).removesuffix(":443").removesuffix(":80") + "/"
        return CrawlSource(name=values.pop("name", host_of(home)), home=home, **values)

    def _values(self, table: dict[str, Any], keys: Mapping[str, Check], place: tuple[str, int]) -> dict[str, Any]:
        """Return the checked values of a table; complain of those that are wrong, and of unknown keys."""
        values = {}
        for key, value in table.items():
            if key not in keys:
                near = get_close_matches(key, keys, n=1)
                known = f"did you mean {near[0]!r}?" if near else f"known are {', '.join(keys)}"
                self._complain(place, key, f"is no key here; {known}")
                continue
            try:
                values[key] = keys[key](value)
            except WrongValueError as error:
                self._complain(place, key, str(error))
        return values

    def _complain(self, place: tuple[str, int], key: str, explanation: str) -> None:
        table, number = place
        where = f"{table} {number}, " if number else f"{table}, " if table else ""
        self.problems.append(Problem(line_of(self._text, place, key), f"{where}{key}", explanation))
