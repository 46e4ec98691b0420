"""The words that the readers know, loaded from `rules/metadata.toml`."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from harvester.errors import RulesError
from harvester.text import fold

TABLE = "metadata.toml"


@dataclass(frozen=True, slots=True)
class WordLists:
    """All lists, lower case; keys are language tags where a list is per language."""

    frequent_words: Mapping[str, tuple[str, ...]]
    telling_letters: Mapping[str, frozenset[str]]
    simplified: frozenset[str]
    traditional: frozenset[str]
    months: Mapping[str, int]  # spelling -> 1 to 12, of all languages
    zones: Mapping[str, str]  # abbreviation -> "+01:00"
    published_labels: frozenset[str]
    modified_labels: frozenset[str]
    other_labels: frozenset[str]  # of days that are neither
    ago: Mapping[str, frozenset[str]]  # "before", "after", "minutes", "hours", "days", "weeks"
    relative_days: Mapping[str, int]  # word -> days back
    byline_prefixes: frozenset[str]
    reviewed_prefixes: frozenset[str]
    organisations: frozenset[str]  # words that no person's name holds
    body_words: frozenset[str]  # words of organisations' names
    body_endings: frozenset[str]  # words that end them: "Podium Staff"
    roles: frozenset[str]
    role_endings: frozenset[str]
    agencies: frozenset[str]
    editor_labels: frozenset[str]
    source_labels: frozenset[str]
    first_published: tuple[str, ...]  # longest first
    repost_labels: frozenset[str]
    initiative: frozenset[str]
    initiative_openings: tuple[str, ...]
    news_site_words: frozenset[str]
    news_site_endings: tuple[str, ...]  # longest first
    news_sections: frozenset[str]  # folded
    news_types: frozenset[str]  # of og:type
    blog_words: frozenset[str]  # of classes, ids and hosts
    blog_names: frozenset[str]  # of site names
    no_section: frozenset[str]  # folded
    tag_labels: frozenset[str]
    credit_labels: frozenset[str]
    foreign_kinds: frozenset[str]  # of boilerplate
    class_words: Mapping[str, frozenset[str]]  # by what they say: "foreign", "byline", ...


@cache
def load_words() -> WordLists:
    """Return the lists of `rules/metadata.toml`; RulesError names the key that is missing or wrong."""
    text = (files("harvester.rules") / TABLE).read_text(encoding="utf-8")
    return read_words(tomllib.loads(text))


def read_words(table: Mapping[str, object]) -> WordLists:
    """Return the lists in a parsed table; RulesError names the key that is missing or wrong."""
    return WordLists(
        frequent_words={tag: tuple(_text(words, tag).split()) for tag, words in _section(table, "frequent_words")},
        telling_letters={tag: frozenset(_text(x, tag)) for tag, x in _section(table, "telling_letters")},
        simplified=frozenset(_text(dict(_section(table, "han")).get("simplified"), "simplified")),
        traditional=frozenset(_text(dict(_section(table, "han")).get("traditional"), "traditional")),
        months=_months(table),
        zones={name: _text(offset, name) for name, offset in _section(table, "zones")},
        published_labels=frozenset(_list(table, "date_labels", "published")),
        modified_labels=frozenset(_list(table, "date_labels", "modified")),
        other_labels=frozenset(_list(table, "date_labels", "other")),
        ago={name: frozenset(_strings(words, f"ago.{name}")) for name, words in _section(table, "ago")},
        relative_days=_relative_days(table),
        byline_prefixes=frozenset(_all(table, "byline_prefixes")),
        reviewed_prefixes=frozenset(_list(table, "reviewed_prefixes", "words")),
        organisations=frozenset(_list(table, "organisations", "words")),
        body_words=frozenset(_list(table, "bodies", "words")),
        body_endings=frozenset(_list(table, "bodies", "last_words")),
        roles=frozenset(_list(table, "roles", "words")),
        role_endings=frozenset(_list(table, "roles", "last_words")),
        agencies=frozenset(_list(table, "agencies", "names")),
        editor_labels=frozenset(_list(table, "editor_labels", "words")),
        source_labels=frozenset(_list(table, "source_labels", "words")),
        first_published=_longest_first(_list(table, "source_labels", "first_published")),
        repost_labels=frozenset(_list(table, "source_labels", "repost_labels")),
        initiative=frozenset(_all(table, "initiative")),
        initiative_openings=_longest_first(_list(table, "initiative_openings", "words")),
        news_site_words=frozenset(_list(table, "news", "site_words")),
        news_site_endings=_longest_first(_list(table, "news", "site_endings")),
        news_sections=frozenset(map(fold, _list(table, "news", "sections"))),
        news_types=frozenset(_list(table, "news", "types")),
        blog_words=frozenset(_list(table, "blogs", "words")),
        blog_names=frozenset(_list(table, "blogs", "names")),
        no_section=frozenset(map(fold, _list(table, "no_section", "words"))),
        tag_labels=frozenset(_list(table, "tag_labels", "words")),
        credit_labels=frozenset(_list(table, "credit_labels", "words")),
        foreign_kinds=frozenset(_list(table, "foreign_kinds", "words")),
        class_words={name: frozenset(_text(text, name).split()) for name, text in _section(table, "class_words")},
    )


def _section(table: Mapping[str, object], name: str) -> tuple[tuple[str, object], ...]:
    section = table.get(name)
    if not isinstance(section, dict) or not section:
        raise RulesError(TABLE, "bad_rules", f"the table [{name}] is missing or empty")
    return tuple(section.items())


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise RulesError(TABLE, "bad_rules", f"{key!r} must be a text that is not empty")
    return value


def _strings(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RulesError(TABLE, "bad_rules", f"{key!r} must be a list that is not empty")
    return tuple(_text(item, key) for item in value)


def _list(table: Mapping[str, object], section: str, key: str) -> tuple[str, ...]:
    return _strings(dict(_section(table, section)).get(key), f"{section}.{key}")


def _all(table: Mapping[str, object], section: str) -> Iterable[str]:
    return (word for key, value in _section(table, section) for word in _strings(value, f"{section}.{key}"))


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))


def _relative_days(table: Mapping[str, object]) -> dict[str, int]:
    lists = (_list(table, "relative_days", name) for name in ("today", "yesterday"))
    return {word: days for days, words in enumerate(lists) for word in words}


def _months(table: Mapping[str, object]) -> dict[str, int]:
    months: dict[str, int] = {}
    for tag, value in _section(table, "months"):
        names = _strings(value, f"months.{tag}")
        if len(names) != 12:
            raise RulesError(TABLE, "bad_rules", f"'months.{tag}' must have twelve entries")
        for number, spellings in enumerate(names, start=1):
            months |= dict.fromkeys(spellings.split("|"), number)
    return months
