"""The words by which pages name who, when, where and what: `fields/xx.toml`, a file a language, and `metadata.toml`."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from itertools import chain
from typing import Any, Final

from harvester.errors import Reason, RulesError
from harvester.rules.alternation import longest_first
from harvester.rules.markup_rules import PHRASE_FORM, expand, is_phrase
from harvester.rules.prepared import WORDINGS
from harvester.text import fold

TABLE: Final = "metadata.toml"
FIELDS: Final = "fields"
EXAMPLES: Final = frozenset({"drop", "keep"})  # sections of a table that the tests read
RULES_CACHED: Final = 4  # lexicons of which a module keeps what it made; a process has one
MAX_OWN_CHARS: Final = 4  # "nina", "gan"
MAX_LARGE_CHARS: Final = 2  # "di", "av"
_LATIN: Final = "Latn"
_NO_TAGS: Final[frozenset[str]] = frozenset()
_ALWAYS: Final = "en"  # its words are on pages of all languages
# What [apart] names languages by, and the lists of words that tell them apart.
_APART: Final = {"apart.from": ("apart.own", "apart.others"), "apart.alike": ("apart.words",)}
_MONTHS: Final = 12
_AGO: Final = ("before", "after", "one", "minutes", "hours", "days", "weeks")
_READER: Final = "reader"  # of a field of `Lexicon`, in its metadata

_OTHERS: Final = EXAMPLES | {WORDINGS}

Table = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Language:
    """The lists of one language's file, each under "section.key"."""

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


@dataclass(frozen=True, slots=True)
class _Sources:
    """Where the lists of a lexicon are read from."""

    table: Table  # a parsed metadata.toml
    languages: Mapping[str, Language]  # by tag
    foreign_kinds: frozenset[str]

    def every(self, path: str, common: str = "") -> Iterator[str]:
        """Yield the words of one list, "dates.at", in all languages, behind those of metadata.toml, "news.types"."""
        if common:
            section, _, key = common.partition(".")
            yield from _list(self.table, section, key)
        for one in self.languages.values():
            yield from one.lists.get(path, ())


def _read_by(reader: Callable[[_Sources], object]) -> Any:
    """Return a field of `Lexicon` and what reads it."""
    return field(metadata={_READER: reader})


def _words_of(path: str = "", common: str = "") -> Any:
    return _read_by(lambda sources: frozenset(_as_compared(sources.every(path, common))))


def _as_compared(words: Iterable[str]) -> Iterator[str]:
    """Yield words as lists have them and as texts are compared: folded, "ς" is "σ" and "ß" is "ss"."""
    for word in words:
        yield word
        if not word.isascii() and (folded := word.casefold()) != word:
            yield folded


def _folded_words_of(path: str) -> Any:
    return _read_by(lambda sources: frozenset(map(fold, sources.every(path))))


def _longest_first_of(path: str) -> Any:
    return _read_by(lambda sources: longest_first(set(sources.every(path))))


def _characters_of(key: str) -> Any:
    return _read_by(lambda sources: frozenset(_text(TABLE, dict(_section(sources.table, "han")).get(key), key)))


def _class_words(sources: _Sources) -> dict[str, frozenset[str]]:
    rows = _section(sources.table, "class_words")
    return {name: frozenset(_text(TABLE, text, name).split()) for name, text in rows}


def _box_names(sources: _Sources) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name, rows in _section(sources.table, "box_names"):
        path = f"box_names.{name}"
        phrases = _strings(TABLE, rows.get("names") if isinstance(rows, dict) else None, f"{path}.names")
        found[name] = frozenset(chain.from_iterable(map(expand, phrases)))
        for wrong in (phrase for phrase in found[name] if not is_phrase(phrase) or phrase.endswith("*")):
            raise RulesError(TABLE, Reason.BAD_RULES, f"{path!r}: {wrong!r} is not {PHRASE_FORM}, and without the star")
    return found


def _zones(sources: _Sources) -> dict[str, str]:
    return {name: _text(TABLE, offset, name) for name, offset in _section(sources.table, "zones")}


def _eras(sources: _Sources) -> dict[str, int]:
    return {name: _number(TABLE, year, f"eras.{name}") for name, year in _section(sources.table, "eras")}


def _calendar_countries(sources: _Sources) -> dict[str, str]:
    return {name: _text(TABLE, told, name) for name, told in _section(sources.table, "calendar_countries")}


def _ago(sources: _Sources) -> dict[str, frozenset[str]]:
    return {name: frozenset(sources.every(f"dates.{name}")) for name in _AGO}


def _relative_days(sources: _Sources) -> dict[str, int]:
    words = {"dates.yesterday": 1, "dates.today": 0}
    return {word: days for path, days in words.items() for word in sources.every(path)}


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """All lists, lower case: those of all languages together, and what belongs to none.

    Two are never equal, so that what was made of one is looked up by it as fast as by a number.
    """

    languages: Mapping[str, Language] = _read_by(lambda sources: sources.languages)
    simplified: frozenset[str] = _characters_of("simplified")
    traditional: frozenset[str] = _characters_of("traditional")
    zones: Mapping[str, str] = _read_by(_zones)  # abbreviation -> "+01:00"
    eras: Mapping[str, int] = _read_by(_eras)  # as they are written -> the year before the first
    calendar_countries: Mapping[str, str] = _read_by(_calendar_countries)  # last label of a host -> calendar
    published_labels: frozenset[str] = _words_of("dates.published")
    modified_labels: frozenset[str] = _words_of("dates.modified")
    other_labels: frozenset[str] = _words_of("dates.other")  # of days that are neither
    # "before", "after", "one", "minutes", "hours", "days", "weeks"
    ago: Mapping[str, frozenset[str]] = _read_by(_ago)
    relative_days: Mapping[str, int] = _read_by(_relative_days)  # word -> days back
    reviewed_prefixes: frozenset[str] = _words_of("people.reviewed")
    organisations: frozenset[str] = _words_of("people.not_names")  # words that no person's name holds
    small_words: frozenset[str] = _words_of("people.small_words")  # of sentences and titles, not of names
    particles: frozenset[str] = _words_of("people.particles")  # small words of names: "von", "de"
    body_words: frozenset[str] = _words_of("people.body_words", "bodies.words")  # words of organisations' names
    # words that end them: "Podium Staff"
    body_endings: frozenset[str] = _words_of("people.body_endings", "bodies.last_words")
    roles: frozenset[str] = _words_of("people.roles")
    role_endings: frozenset[str] = _words_of("people.role_endings")
    agencies: frozenset[str] = _words_of(common="agencies.names")
    signatories: frozenset[str] = _folded_words_of("people.signatories")  # folded: headings above who signed
    salutations: tuple[str, ...] = _longest_first_of("people.salutations")  # what letters begin with, longest first
    editor_labels: frozenset[str] = _words_of("people.editors")
    source_labels: frozenset[str] = _words_of("source.labels")
    no_source: frozenset[str] = _words_of("source.nobody")  # what is behind such a label and names nobody
    first_published: tuple[str, ...] = _longest_first_of("source.first_published")  # longest first
    repost_labels: frozenset[str] = _words_of("source.reposts")
    initiative: frozenset[str] = _words_of("kinds.initiative")
    initiative_openings: tuple[str, ...] = _longest_first_of("kinds.openings")
    news_site_words: frozenset[str] = _words_of("kinds.news_sites")
    news_site_endings: tuple[str, ...] = _longest_first_of("kinds.news_endings")  # longest first
    news_sections: frozenset[str] = _folded_words_of("kinds.news_sections")  # folded
    news_types: frozenset[str] = _words_of(common="news.types")  # of og:type
    blog_words: frozenset[str] = _words_of(common="blogs.words")  # of classes, ids and hosts
    blog_names: frozenset[str] = _words_of("kinds.blogs")  # of site names
    no_section: frozenset[str] = _folded_words_of("site.no_section")  # folded
    not_titles: frozenset[str] = _folded_words_of("titles.not_titles")  # folded: headings of widgets
    tag_labels: frozenset[str] = _words_of("site.tags")
    credit_labels: frozenset[str] = _words_of("images.credits")
    licences: frozenset[str] = _words_of(common="licences.names")  # names of licences, in no language
    # that name a licence beside each picture
    picture_sites: frozenset[str] = _words_of(common="licences.picture_sites")
    # steps of addresses below which no article is: "tag", "search"
    list_paths: frozenset[str] = _words_of("paths.lists", "paths.lists")
    page_paths: frozenset[str] = _words_of("paths.pages")  # last steps of addresses of pages about the site: "contact"
    company_forms: frozenset[str] = _words_of(common="companies.forms")  # "inc", "gmbh"
    # of boilerplate: nothing in it is the article's own metadata
    foreign_kinds: frozenset[str] = _read_by(lambda sources: sources.foreign_kinds)
    # by what they say: "foreign", "byline", ...
    class_words: Mapping[str, frozenset[str]] = _read_by(_class_words)
    # phrases over the words of an element, by what they say: "thread", "poster", ...
    box_names: Mapping[str, frozenset[str]] = _read_by(_box_names)

    def words(self, path: str) -> frozenset[str]:
        """Return the words of one list, "dates.at", in all languages."""
        return _words(self, path)


@lru_cache(maxsize=256)
def _words(lexicon: Lexicon, path: str) -> frozenset[str]:
    return frozenset(_as_compared(word for one in lexicon.languages.values() for word in one.lists.get(path, ())))


@lru_cache(maxsize=1_024)
def labels_for(path: str, tags: frozenset[str], lexicon: Lexicon) -> frozenset[str]:
    """Return the words of a list of labels on a page in the languages `tags`.

    Of the other languages all that cannot be mistaken for words or names of other ones: what is in another script, or
    longer than `MAX_LARGE_CHARS` in a language of many pages, than `MAX_OWN_CHARS` in another.
    """
    if tags:  # of hardly any page is the language not known
        own = (lexicon.languages[tag].lists.get(path, ()) for tag in tags if tag in lexicon.languages)
        return labels_for(path, _NO_TAGS, lexicon).union(*map(_as_compared, own))
    found: set[str] = set()
    for tag, one in lexicon.languages.items():
        is_plain = tag == _ALWAYS or one.script != _LATIN
        longest = MAX_LARGE_CHARS if one.is_large else MAX_OWN_CHARS
        found.update(word for word in one.lists.get(path, ()) if is_plain or len(word) > longest)
    return frozenset(_as_compared(found))


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
    if tag is not None:
        own = lexicon.languages.get(tag)
        clear = months_for(None, lexicon)
        return {**clear, **own.months} if own is not None else clear
    meant: dict[str, set[int]] = {}
    for one in lexicon.languages.values():
        for name, number in one.months.items():
            meant.setdefault(name, set()).add(number)
    return {name: next(iter(numbers)) for name, numbers in meant.items() if len(numbers) == 1}


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
    sources = _Sources(table, {one.tag: one for one in languages}, foreign_kinds)
    for one in sources.languages.values():
        _check_apart(one, sources.languages)
    return Lexicon(**{one.name: one.metadata[_READER](sources) for one in fields(Lexicon)})


def _check_apart(one: Language, languages: Mapping[str, Language]) -> None:
    """Raise RulesError where what tells a language from others does not fit what those say."""
    name, alike = f"{FIELDS}/{one.tag}.toml", one.lists.get("apart.alike", ())
    for key, words in _APART.items():
        for tag in one.lists.get(key, ()):
            if tag not in languages or tag == one.tag:
                raise RulesError(name, Reason.BAD_RULES, f"{key!r} names {tag!r}, which is no other language here")
        for missing in (path for path in words if key in one.lists and path not in one.lists):
            raise RulesError(name, Reason.BAD_RULES, f"{key!r} is of no use without {missing!r}")
    for tag in alike:
        if {tag, *languages[tag].lists.get("apart.alike", ())} != {one.tag, *alike}:
            why = f"'apart.alike' names {tag!r}, whose own must name the same languages"
            raise RulesError(name, Reason.BAD_RULES, why)


def _section(table: Table, name: str) -> tuple[tuple[str, object], ...]:
    section = table.get(name)
    if not isinstance(section, dict) or not section:
        raise RulesError(TABLE, Reason.BAD_RULES, f"the table [{name}] is missing or empty")
    return tuple(section.items())


def _text(name: str, value: object, key: str) -> str:
    if not isinstance(value, str) or not value:
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must be a text that is not empty")
    return value


def _number(name: str, value: object, key: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must be a whole number")
    return value


def _strings(name: str, value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise RulesError(name, Reason.BAD_RULES, f"{key!r} must be a list that is not empty")
    return tuple(_text(name, item, key) for item in value)


def _list(table: Table, section: str, key: str) -> tuple[str, ...]:
    return _strings(TABLE, dict(_section(table, section)).get(key), f"{section}.{key}")
