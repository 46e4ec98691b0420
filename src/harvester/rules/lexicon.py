"""The words by which pages say who, when, where and what: `fields/xx.toml`, a file a language, and `metadata.toml`."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harvester.errors import Reason, RulesError
from harvester.text import fold

TABLE: Final = "metadata.toml"
FIELDS: Final = "fields"
EXAMPLES: Final = frozenset({"drop", "keep"})  # sections of a table that the tests read
WORDINGS: Final = "wordings"  # the section with what boilerplate says, for a language that is one file
RULES_CACHED: Final = 4  # lexicons of which a module keeps what it made; a process has one
MAX_OWN_CHARS: Final = 4  # "nina", "gan"
MAX_LARGE_CHARS: Final = 2  # "di", "av"
_LATIN: Final = "Latn"
_ALWAYS: Final = "en"  # its words stand on pages of all languages
_MONTHS: Final = 12

_OTHERS: Final = EXAMPLES | {WORDINGS}

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Language:
    """What one file says of its language; lists are asked for by "section.key"."""

    tag: str  # BCP 47
    script: str  # ISO 15924
    is_default: bool  # of the languages of its script
    is_large: bool  # many pages of the web are written in it
    calendar: str | None  # "buddhist", "persian", "minguo": beside the Gregorian one
    letters: frozenset[str]  # that only some of the languages of its script write
    frequent: tuple[str, ...]  # words of running text
    lists: Mapping[str, tuple[str, ...]]
    months: Mapping[str, int]  # spelling -> 1 to 12
    persian_months: Mapping[str, int]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All lists, lower case: those of all languages together, and what belongs to none.

    Two are never equal, so that what was made of one is looked up by it as fast as by a number.
    """

    languages: Mapping[str, Language]
    simplified: frozenset[str]
    traditional: frozenset[str]
    zones: Mapping[str, str]  # abbreviation -> "+01:00"
    published_labels: frozenset[str]
    modified_labels: frozenset[str]
    other_labels: frozenset[str]  # of days that are neither
    ago: Mapping[str, frozenset[str]]  # "before", "after", "minutes", "hours", "days", "weeks"
    relative_days: Mapping[str, int]  # word -> days back
    reviewed_prefixes: frozenset[str]
    organisations: frozenset[str]  # words that no person's name holds
    small_words: frozenset[str]  # of sentences and titles, not of names
    particles: frozenset[str]  # small words of names: "von", "de"
    body_words: frozenset[str]  # words of organisations' names
    body_endings: frozenset[str]  # words that end them: "Podium Staff"
    roles: frozenset[str]
    role_endings: frozenset[str]
    agencies: frozenset[str]
    editor_labels: frozenset[str]
    source_labels: frozenset[str]
    no_source: frozenset[str]  # what stands behind such a label and names nobody
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
    not_titles: frozenset[str]  # folded: headings of widgets
    tag_labels: frozenset[str]
    credit_labels: frozenset[str]
    licences: frozenset[str]  # names of licences, in no language
    picture_sites: frozenset[str]  # that name a licence beside each picture
    list_paths: frozenset[str]  # steps of addresses below which no article stands: "tag", "search"
    page_paths: frozenset[str]  # last steps of addresses of pages about the site: "contact"
    company_forms: frozenset[str]  # "inc", "gmbh"
    foreign_kinds: frozenset[str]  # of boilerplate: nothing in it is the article's own metadata
    class_words: Mapping[str, frozenset[str]]  # by what they say: "foreign", "byline", ...

    def words(self, path: str) -> frozenset[str]:
        """Return the words of one list, "dates.at", in all languages."""
        return _words(self, path)


@lru_cache(maxsize=256)
def _words(lexicon: Lexicon, path: str) -> frozenset[str]:
    return frozenset(word for one in lexicon.languages.values() for word in one.lists.get(path, ()))


@lru_cache(maxsize=1_024)
def labels_for(path: str, tags: frozenset[str], lexicon: Lexicon) -> frozenset[str]:
    """Return the words of a list of labels on a page in the languages `tags`.

    Of the other languages all that cannot be mistaken for words or names of other ones: what is in another script, or
    longer than `MAX_LARGE_CHARS` in a language of many pages, than `MAX_OWN_CHARS` in another.
    """
    found: set[str] = set()
    for tag, one in lexicon.languages.items():
        own = tag in tags or tag == _ALWAYS or one.script != _LATIN
        longest = MAX_LARGE_CHARS if one.is_large else MAX_OWN_CHARS
        found.update(word for word in one.lists.get(path, ()) if own or len(word) > longest)
    return frozenset(found)


@lru_cache(maxsize=RULES_CACHED)
def persian_months(lexicon: Lexicon) -> Mapping[str, int]:
    """Return the names of the months of the Persian solar calendar, each with its number."""
    return {name: n for one in lexicon.languages.values() for name, n in one.persian_months.items()}


def calendar_of(tag: str | None, lexicon: Lexicon) -> str | None:
    """Return the calendar that a language's pages use beside the Gregorian one."""
    language = lexicon.languages.get(tag or "")
    return language.calendar if language is not None else None


@lru_cache(maxsize=256)
def months_for(tag: str | None, lexicon: Lexicon) -> Mapping[str, int]:
    """Return the months' names of all languages, each with its number; what means several, as `tag` means it.

    "listopad" is October in Croatian and November in Polish and Czech: on a page of unknown language it is none.
    """
    meant: dict[str, set[int]] = {}
    for one in lexicon.languages.values():
        for name, number in one.months.items():
            meant.setdefault(name, set()).add(number)
    own = lexicon.languages.get(tag or "")
    clear = {name: next(iter(numbers)) for name, numbers in meant.items() if len(numbers) == 1}
    return {**clear, **(own.months if own is not None else {})}


# ── reading ──────────────────────────────────────────────────────────────────────────────────


def read_language(tag: str, table: Table) -> Language:
    """Return one language's file; RulesError names the key that is wrong."""
    name = f"{FIELDS}/{tag}.toml"
    sections = {key: value for key, value in table.items() if isinstance(value, dict) and key not in _OTHERS}
    lists = {
        f"{section}.{key}": _strings(name, words, f"{section}.{key}")
        for section, rows in sections.items()
        for key, words in rows.items()
    }
    months = _months(name, lists, "dates.months")
    persian = _months(name, lists, "dates.persian_months")
    return Language(
        tag=tag,
        script=_text(name, table.get("script"), "script"),
        is_default=table.get("default") is True,
        is_large=table.get("large") is True,
        calendar=_text(name, table["calendar"], "calendar") if "calendar" in table else None,
        letters=frozenset(_text(name, table["letters"], "letters")) if "letters" in table else frozenset(),
        frequent=_strings(name, table["frequent"], "frequent") if "frequent" in table else (),
        lists=lists,
        months=months,
        persian_months=persian,
    )


def _months(name: str, lists: Mapping[str, tuple[str, ...]], key: str) -> dict[str, int]:
    months = lists.get(key, ())
    if len(months) not in (0, _MONTHS):
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must have twelve entries")
    return {spelling: number for number, names in enumerate(months, 1) for spelling in names.split("|")}


def read_lexicon(table: Table, languages: Iterable[Language], foreign_kinds: frozenset[str]) -> Lexicon:
    """Return the lists of all languages and those of a parsed metadata.toml; RulesError names the key that is wrong."""
    known = {one.tag: one for one in languages}

    def every(path: str, *common: str) -> Iterator[str]:
        yield from common
        yield from (word for one in known.values() for word in one.lists.get(path, ()))

    return Lexicon(
        languages=known,
        simplified=frozenset(_text(TABLE, dict(_section(table, "han")).get("simplified"), "simplified")),
        traditional=frozenset(_text(TABLE, dict(_section(table, "han")).get("traditional"), "traditional")),
        zones={name: _text(TABLE, offset, name) for name, offset in _section(table, "zones")},
        published_labels=frozenset(every("dates.published")),
        modified_labels=frozenset(every("dates.modified")),
        other_labels=frozenset(every("dates.other")),
        ago={
            name: frozenset(every(f"dates.{name}")) for name in ("before", "after", "minutes", "hours", "days", "weeks")
        },
        relative_days={**dict.fromkeys(every("dates.yesterday"), 1), **dict.fromkeys(every("dates.today"), 0)},
        reviewed_prefixes=frozenset(every("people.reviewed")),
        organisations=frozenset(every("people.not_names")),
        small_words=frozenset(every("people.small_words")),
        particles=frozenset(every("people.particles")),
        body_words=frozenset(every("people.body_words", *_list(table, "bodies", "words"))),
        body_endings=frozenset(every("people.body_endings", *_list(table, "bodies", "last_words"))),
        roles=frozenset(every("people.roles")),
        role_endings=frozenset(every("people.role_endings")),
        agencies=frozenset(_list(table, "agencies", "names")),
        editor_labels=frozenset(every("people.editors")),
        source_labels=frozenset(every("source.labels")),
        no_source=frozenset(every("source.nobody")),
        first_published=_longest_first(every("source.first_published")),
        repost_labels=frozenset(every("source.reposts")),
        initiative=frozenset(every("kinds.initiative")),
        initiative_openings=_longest_first(every("kinds.openings")),
        news_site_words=frozenset(every("kinds.news_sites")),
        news_site_endings=_longest_first(every("kinds.news_endings")),
        news_sections=frozenset(map(fold, every("kinds.news_sections"))),
        news_types=frozenset(_list(table, "news", "types")),
        blog_words=frozenset(_list(table, "blogs", "words")),
        blog_names=frozenset(every("kinds.blogs")),
        no_section=frozenset(map(fold, every("site.no_section"))),
        not_titles=frozenset(map(fold, every("titles.not_titles"))),
        tag_labels=frozenset(every("site.tags")),
        credit_labels=frozenset(every("images.credits")),
        licences=frozenset(_list(table, "licences", "names")),
        picture_sites=frozenset(_list(table, "licences", "picture_sites")),
        list_paths=frozenset(every("paths.lists", *_list(table, "paths", "lists"))),
        page_paths=frozenset(every("paths.pages")),
        company_forms=frozenset(_list(table, "companies", "forms")),
        foreign_kinds=foreign_kinds,
        class_words={
            name: frozenset(_text(TABLE, text, name).split()) for name, text in _section(table, "class_words")
        },
    )


def _section(table: Table, name: str) -> tuple[tuple[str, object], ...]:
    section = table.get(name)
    if not isinstance(section, dict) or not section:
        raise RulesError(TABLE, Reason.BAD_RULES, f"the table [{name}] is missing or empty")
    return tuple(section.items())


def _text(name: str, value: object, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must be a text that is not empty")
    return value


def _strings(name: str, value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must be a list that is not empty")
    return tuple(_text(name, item, key) for item in value)


def _list(table: Table, section: str, key: str) -> tuple[str, ...]:
    return _strings(TABLE, dict(_section(table, section)).get(key), f"{section}.{key}")


def _longest_first(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(words), key=lambda word: (-len(word), word)))
