"""Reads the rules of sites from their files: HOST.toml, checked key by key, with the examples beside each rule."""

import os
import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

from harvester.errors import FetchError, Reason, RulesError
from harvester.rules.kinds import is_strings
from harvester.rules.load import load_rules
from harvester.rules.markup_rules import PHRASE_FORM, expand, is_phrase
from harvester.rules.site_rules import ACTIONS, UNNAMED, Action, SiteRule, SiteRules, Sites, folded
from harvester.urls import check_url, host_of

ENDING: Final = ".toml"
MAX_RULES: Final = 500  # of one site
MAX_CHARS: Final = 500  # of a selector or pattern
MAX_BYTES: Final = 10_000_000  # of a file, most of it examples
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*")
_EXAMPLES: Final = ("drop", "keep")
_WAYS: Final[Mapping[str, tuple[str, ...]]] = {
    "remove": ("css", "words"),
    "keep": ("css", "words"),
    "body": ("css", "words"),
    "not_article": ("url",),
}  # the others are by selector alone


@dataclass(frozen=True, slots=True)
class ExampledRule:
    """A rule with its examples, markup or URLs."""

    rule: SiteRule
    where: str  # "courier.example.toml [[remove]] 2"
    drop: tuple[str, ...]  # what it takes out or passes by
    keep: tuple[str, ...]  # what it leaves in or reads


def load_sites(folder: str | os.PathLike[str] | None = None) -> Sites:
    """Return the rules of the package, and over them those in `folder`: one HOST.toml a site.

    Raises RulesError that names file and key.
    """
    return packaged_sites() | _sites(Path(folder), load_rules().kinds) if folder is not None else packaged_sites()


@cache
def packaged_sites() -> Sites:
    """Return the rules of sites that come with the package, read once a process."""
    folder = files("harvester.rules") / "sites"
    # Where there are none no table is read: the process that gives out the work needs nothing else of them.
    return _sites(folder, load_rules().kinds) if site_contents(folder) else Sites()


def parse_site(name: str, content: bytes, kinds: Collection[str]) -> tuple[str, tuple[ExampledRule, ...]]:
    """Return host and rules of a file, given its name and bytes and the `kinds` of boilerplate; raises RulesError."""
    host = folded(name.removesuffix(ENDING))
    if not _HOST.fullmatch(host):
        raise RulesError(name, Reason.BAD_RULES, f"is not named after a host; call it {_as_in_urls(host)}{ENDING}")
    try:
        table = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RulesError(name, Reason.BAD_RULES, f"is no TOML: {error}") from error
    rules = tuple(_rules(name, host, table, kinds))
    if len(rules) > MAX_RULES:
        raise RulesError(name, Reason.BAD_RULES, f"has {len(rules):,} rules; a site may have {MAX_RULES}")
    return host, rules


def _as_in_urls(host: str) -> str:
    """Return the name of a host in ASCII letters, as URLs are compared; an example for what is none."""
    try:
        spelled = host_of(check_url(f"https://{host}/"))
    except FetchError:
        return "example.org"
    return spelled if _HOST.fullmatch(spelled) else "example.org"


def _sites(folder: Traversable | Path, kinds: Collection[str]) -> Sites:
    by_host: dict[str, SiteRules] = {}
    for _, host, rules in each_site(site_contents(folder), kinds):
        if isinstance(rules, RulesError):
            raise rules
        by_host[host] = SiteRules(host, tuple(one.rule for one in rules))
    return Sites(by_host)


def each_site(
    contents: Iterable[tuple[str, bytes]], kinds: Collection[str]
) -> Iterator[tuple[str, str, tuple[ExampledRule, ...] | RulesError]]:
    """Yield name, host and rules of each file of a folder, given their names and bytes, or what is wrong with it."""
    hosts = set()
    for name, content in contents:
        try:
            host, rules = parse_site(name, content, kinds)
        except RulesError as error:
            yield name, "", error
            continue
        if host in hosts:
            words = f"is a second file for {host}; put their rules into one"
            yield name, host, RulesError(name, Reason.BAD_RULES, words)
        else:
            yield name, host, rules
        hosts.add(host)


def site_contents(folder: Traversable | Path) -> list[tuple[str, bytes]]:
    """Return name and bytes of each HOST.toml in a folder, by name; raises RulesError."""
    try:
        found = sorted((item for item in folder.iterdir() if item.name.endswith(ENDING)), key=lambda item: item.name)
        return [(item.name, _content(item)) for item in found if item.is_file()]
    except OSError as error:
        words = f"cannot be read ({error.strerror}); name a folder that holds a HOST.toml for each site"
        raise RulesError(str(folder), Reason.BAD_RULES, words) from error


def _content(file: Traversable | Path) -> bytes:
    with file.open("rb") as opened:
        content: bytes = opened.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise RulesError(file.name, Reason.BAD_RULES, f"has more than {MAX_BYTES:,} bytes")
    return content


def _rules(name: str, host: str, table: Mapping[str, Any], kinds: Collection[str]) -> Iterator[ExampledRule]:
    for action, rows in table.items():
        if action not in ACTIONS:
            raise RulesError(f"{name} {action}", Reason.BAD_RULES, f"is no rule; {_near(action, ACTIONS)}")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise RulesError(
                f"{name} {action}", Reason.BAD_RULES, f"must be tables: write [[{action}]] above each rule"
            )
        for number, row in enumerate(rows, start=1):
            where = f"{name} [[{action}]] {number}"
            yield _rule(where, f"site:{host}:{action}:{number}", action, row, kinds)


def _rule(where: str, id_: str, action: Action, row: Mapping[str, Any], kinds: Collection[str]) -> ExampledRule:
    ways = _WAYS.get(action, ("css",))
    known = (*ways, *_EXAMPLES, *(("kind",) if action == "remove" else ()))
    for key in row:
        if key not in known:
            raise RulesError(f"{where} {key}", Reason.BAD_RULES, f"is no key here; {_near(key, known)}")
    given = [way for way in ways if way in row]
    if len(given) != 1:
        raise RulesError(where, Reason.BAD_RULES, f"needs one of {' and '.join(ways)}")
    rule = SiteRule(
        id_,
        action,
        css=_css(where, row),
        words=_words(where, row),
        url=_url(where, row),
        kind=_kind(where, row, kinds),
    )
    return ExampledRule(rule, where, _texts(where, row, "drop"), _texts(where, row, "keep"))


def _css(where: str, row: Mapping[str, Any]) -> str:
    if "css" not in row:
        return ""
    from harvester.dom import selector_fault  # noqa: PLC0415 - loads the parser, which few files need

    css = _text(where, row, "css")
    if fault := selector_fault(css):
        raise RulesError(f"{where} css", Reason.BAD_RULES, f"{css!r} {fault}")
    return css


def _words(where: str, row: Mapping[str, Any]) -> tuple[str, ...]:
    if "words" not in row:
        return ()
    written = _text(where, row, "words")
    try:
        phrases = tuple(dict.fromkeys(" ".join(phrase.split()) for phrase in expand(written)))
    except ValueError as error:
        raise RulesError(f"{where} words", Reason.BAD_RULES, f"{written!r}: {error}") from error
    for phrase in phrases:
        if not is_phrase(phrase):
            raise RulesError(f"{where} words", Reason.BAD_RULES, f"{phrase!r} is not {PHRASE_FORM}")
    return phrases


def _url(where: str, row: Mapping[str, Any]) -> str:
    if "url" not in row:
        return ""
    pattern = _text(where, row, "url")
    if not pattern.startswith(("/", "*")):
        raise RulesError(f"{where} url", Reason.BAD_RULES, f"{pattern!r} must begin with / or *: it is path and query")
    return pattern


def _kind(where: str, row: Mapping[str, Any], kinds: Collection[str]) -> str:
    if "kind" not in row:
        return UNNAMED
    kind = _text(where, row, "kind")
    if kind not in kinds and kind != UNNAMED:
        raise RulesError(f"{where} kind", Reason.BAD_RULES, f"{kind!r} is no kind of boilerplate; {_near(kind, kinds)}")
    return kind


def _text(where: str, row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value.strip() or len(value) > MAX_CHARS:
        raise RulesError(f"{where} {key}", Reason.BAD_RULES, f"must be a text of 1 to {MAX_CHARS} characters in quotes")
    return value.strip()


def _texts(where: str, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row.get(key, [])
    if not is_strings(value):
        raise RulesError(f"{where} {key}", Reason.BAD_RULES, 'must be a list of texts: ["...", "..."]')
    return tuple(value)


def _near(word: str, known: Any) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"
