"""The person test: is a text of a byline somebody's name? By tables of what is none, in every language of the lists."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

from harvester.metadata.lookup.page_index import bare_key, key_of
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, months_for
from harvester.text import CJK

NameTest = Callable[[str, Lexicon], bool]

MAX_NAME_CHARS: Final = 60
MAX_NAME_WORDS: Final = 6
MIN_ABBREVIATION: Final = 4
MAX_ABBREVIATION: Final = 6
MIN_LABEL_CHARS: Final = 6  # of a list of tags; a shorter word may be somebody's first name
MAX_CJK_NAME_CHARS: Final = 8  # longer is a phrase, or a name with a title

_GLUED_WORDS: Final = re.compile(r"[a-z]{5,}[A-Z][a-z]{2,}")  # "MacDonald" is a name
_KANA: Final = re.compile(r"[\u3041-\u30ff]")
NOT_NAME: Final = re.compile(
    r"\d{3,}|[?!=:：<>{}_\"“”«»《》#%*]|\s@\s|\.{2,}|…|©|\bwww\b|\.(?:com|org|net|de|co)\b|\bcc[ -]by\b",
    re.IGNORECASE,
)
NUMBERED: Final = re.compile(r"[^\W\d]{3,20}\d{3,6}")  # an account: "freeman1984"
_ACCOUNT: Final = re.compile(r"\w*admin\w{0,12}|user[-_]?\d+", re.IGNORECASE)  # whoever keeps the site: "wpadmin"
_DOMAIN: Final = re.compile(r"(?:[\w-]+\.)+(?:com|org|net|info|news|[a-z]{2})", re.IGNORECASE)
_NO_LETTER: Final = re.compile(r"\W")
_NOT_LETTERS: Final = re.compile(r"(?<=\w)[. ](?=\w)|\.$")  # of "Ph.D.", "M D"
_NUMERAL: Final = re.compile(r"[IVX]+")  # of a family: "John Roe III"
_WORD_EDGES: Final = ".,'’:()"
# Two to four capitalised words of plain letters: what most names are, of which most rules can say nothing.
_CAPITALISED: Final = "[A-Z\u00c0-\u00d6\u00d8-\u00de][a-z\u00df-\u00f6\u00f8-\u00ff]+"
_PLAIN: Final = re.compile(rf"{_CAPITALISED}(?: {_CAPITALISED}){{1,3}}")
# What `split_names`, `cut_rest` and the tests below ask for beside the lists that the lexicon has as fields.
_NAME_LISTS: Final = (
    "people.after_names",
    "people.and",
    "people.and_capitals",
    "people.bare_endings",
    "people.before_dates",
    "people.before_places",
    "people.degrees",
    "people.glued",
    "people.loose_ends",
    "people.ourselves",
    "people.phrase_starts",
    "people.phrase_words",
    "people.places",
    "people.with",
    "people.writes_for",
)


@lru_cache(maxsize=2048)  # as `looks_like_person`
def is_plain_name(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is plainly one person's name, of which no rule can cut, part or doubt anything.

    Capitalised words of which none is in any list that names are tested with, and none is there twice, as in "Jane Doe
    Jane Doe". What the lists have with other marks than blanks cannot be in such a text.
    """
    if _PLAIN.fullmatch(text) is None or len(text) > MAX_NAME_CHARS:
        return False
    words = text.casefold().split()
    told = _told_words(lexicon)
    return (
        told.isdisjoint(words)
        and words[-1].rstrip("s") not in told
        and "".join(words) not in lexicon.words("people.degrees")
        and len(set(words)) == len(words)
    )


@lru_cache(maxsize=RULES_CACHED)
def _told_words(lexicon: Lexicon) -> frozenset[str]:
    """Return every word of the lists that tell names from labels, roles, dates, places, sentences and bodies."""
    lists = (
        label_words(lexicon),
        months_for(None, lexicon),
        lexicon.roles,
        lexicon.role_endings,
        lexicon.agencies,
        lexicon.organisations,
        lexicon.small_words,
        lexicon.body_words,
        lexicon.body_endings,
        lexicon.reviewed_prefixes,
        *map(lexicon.words, _NAME_LISTS),
        ("www", "cc by"),  # of `NOT_NAME`
    )
    return frozenset(" ".join(chain.from_iterable(lists)).casefold().split())


def fault(name: str, table: Iterable[tuple[str, NameTest]], lexicon: Lexicon) -> str | None:
    """Return what a text is rather than a person, or None."""
    for kind, is_that in table:
        if is_that(name, lexicon):
            return kind
    return None


# ── what is no person ────────────────────────────────────────────────────────────────────────


def _is_label(name: str, lexicon: Lexicon) -> bool:
    return name.casefold().strip(" .") in label_words(lexicon)


@lru_cache(maxsize=RULES_CACHED)
def label_words(lexicon: Lexicon) -> frozenset[str]:
    """Return the words that pages print beside names and dates: labels, sections, headings of widgets."""
    lists = (
        "people.by",
        "people.reviewed",
        "people.editors",
        "site.tags",
        "site.no_section",
        "titles.not_titles",
        "source.labels",
    )
    labels = lexicon.published_labels | lexicon.modified_labels | lexicon.other_labels | lexicon.no_source
    return labels.union(*(lexicon.words(path) for path in lists)) | lexicon.words("images.credits")


def _begins_with_label(name: str, lexicon: Lexicon) -> bool:
    """Return whether the label of a list of tags stands before its words: "Schlagwörter Monster"."""
    first, _, rest = name.partition(" ")
    return bool(rest) and len(first) >= MIN_LABEL_CHARS and first.casefold() in lexicon.words("site.tags")


def _is_menu(name: str, _: Lexicon) -> bool:
    """Return whether markup has glued the entries of a menu to each other: "ChecklistsJust EngagedWedding Planning"."""
    return not name.istitle() and len(_GLUED_WORDS.findall(name)) > 1  # most names are, and have no such words


def _is_role(name: str, lexicon: Lexicon) -> bool:
    words = lexicon
    folded = name.casefold().strip(" .")
    if folded in words.roles:
        return True
    last = folded.rsplit(" ", 1)[-1] if " " in folded else ""
    return last in words.role_endings or last.rstrip("s") in words.role_endings


def _is_keeper(name: str, _: Lexicon) -> bool:
    return _ACCOUNT.fullmatch(name) is not None


def _is_abbreviation(name: str, _: Lexicon) -> bool:
    """Return whether a name is a station's or a body's initials, "LBCI"; two or three may be a writer's."""
    return MIN_ABBREVIATION <= len(name) <= MAX_ABBREVIATION and name.isascii() and name.isalpha() and name.isupper()


def _is_place(name: str, lexicon: Lexicon) -> bool:
    return name.casefold() in lexicon.words("people.places")


def _is_dated(name: str, lexicon: Lexicon) -> bool:
    """Return whether a "name" is a day: "Dec 17", "Sun Dec 17", "17. März", "Thứ Năm"."""
    if name.casefold() in lexicon.words("dates.weekdays"):
        return True
    words = name.casefold().replace(".", " ").split()
    months = months_for(None, lexicon)
    if len(words) == 1 and words[0] in months and len(words[0]) == len(name):
        return words[0] not in lexicon.words("people.month_names")
    return any(word.isdigit() for word in words) and any(word in months for word in words)


def _is_sentence(name: str, lexicon: Lexicon) -> bool:
    words = name.split()
    if words[0].islower() and words[0] not in lexicon.particles and not name.islower():  # "deinen Bloggern"
        return len(words) > 1
    if sum(_is_small(word[0]) and word not in lexicon.particles for word in words) > 1 and not name.islower():
        return True  # "What we know so far"
    return len(name.split()) > MAX_NAME_WORDS or bool(_phrase(lexicon).search(name))


@lru_cache(maxsize=RULES_CACHED)
def _phrase(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the small words that are in titles, places and sentences, not in people's names."""
    starts, words = either(lexicon.words("people.phrase_starts")), either(lexicon.words("people.phrase_words"))
    return re.compile(rf"^(?:{starts})\s|\s(?:{words})\s|\d\s*min", re.IGNORECASE)


def _holds_number(name: str, _: Lexicon) -> bool:
    return _has_digit(name) and len(name.split()) > 1


def _is_counted(name: str, _: Lexicon) -> bool:
    """Return whether a number ends a text without blanks: "上午8", which a minute follows."""
    return name[-1:].isdigit()


def has_letter(name: str) -> bool:
    """Return whether a text has a letter; most names begin with one."""
    return name[:1].isalpha() or any(char.isalpha() for char in name)


def _has_digit(name: str) -> bool:
    """Return whether a text has a digit; most names are letters and blanks."""
    return not name.replace(" ", "").isalpha() and any(char.isdigit() for char in name)


def _names_thing(name: str, lexicon: Lexicon) -> bool:
    """Return whether the only word of a "name" is one that no person's name holds: "更新", "publisher"."""
    return name.casefold().strip(" .") in lexicon.organisations


def _is_nothing_but_things(name: str, lexicon: Lexicon) -> bool:
    words = [word.casefold().strip(_WORD_EDGES) for word in name.split()]
    return all(word in lexicon.organisations or word in lexicon.small_words for word in words)


def is_agency(name: str, lexicon: Lexicon) -> bool:
    """Return whether `name` is a news agency: it sent the text, and wrote no line of it."""
    return name.casefold().strip(" .()") in lexicon.agencies


def is_body(name: str, lexicon: Lexicon) -> bool:
    """Return whether `name` is an organisation's rather than a person's: an agency, a desk, a company."""
    if len(name) > MAX_NAME_CHARS or not has_letter(name):
        return False
    words = [word.casefold().strip(".,'’()") for word in name.split()]
    known = lexicon
    if len(words) > MAX_NAME_WORDS or " ".join(words) in known.reviewed_prefixes:
        return False
    if is_agency(name, lexicon) or _DOMAIN.fullmatch(name) or words[-1] in known.body_endings:
        # Without the name of whose staff it is, "Staff" says nothing.
        return len(words) > 1 or words[-1] not in lexicon.words("people.bare_endings")
    return any(word in known.body_words for word in words) or _is_cjk_body(name, lexicon)


def _is_cjk_body(name: str, lexicon: Lexicon) -> bool:
    return is_cjk_name(name) and len(name) > 2 and bool(_cjk_body(lexicon).search(name))


@lru_cache(maxsize=RULES_CACHED)
def _cjk_body(lexicon: Lexicon) -> re.Pattern[str]:
    """Return how newspapers, agencies and desks end."""
    return re.compile(rf"(?:{either(word for word in lexicon.body_endings if CJK.search(word))})$")


def _is_postnominal(name: str, lexicon: Lexicon) -> bool:
    return _NOT_LETTERS.sub("", name).casefold() in lexicon.words("people.degrees")


def is_degree(word: str, lexicon: Lexicon) -> bool:
    """Return whether a word is a degree as it is written behind a name: "MS", "RDN"; "Ma" and "III" are of the name."""
    return word.isupper() and len(word) > 1 and not _NUMERAL.fullmatch(word) and _is_postnominal(word, lexicon)


NO_PERSON: Final = (
    ("a label", _is_label),
    ("a labelled list", _begins_with_label),
    ("a menu", _is_menu),
    ("a date", _is_dated),
    ("a degree", _is_postnominal),
    ("a role", _is_role),
    ("an account", _is_keeper),
    ("an agency", is_agency),
    ("an abbreviation", _is_abbreviation),
    ("a sentence", _is_sentence),
    ("a number of things", _holds_number),
    ("an organisation", is_body),
    ("a thing", _names_thing),
    ("a heading", _is_nothing_but_things),
    ("a place", _is_place),
)
NO_CJK_PERSON: Final = (
    ("a label", _is_label),
    ("a date", _is_dated),
    ("an hour", _is_counted),
    ("a role", _is_role),
    ("an agency", is_agency),
    ("an organisation", _is_cjk_body),
    ("a thing", _names_thing),
    ("a place", _is_place),
)


# ── what a name looks like ───────────────────────────────────────────────────────────────────


@lru_cache(maxsize=2048)  # the places of a page name the same people, and each is asked about by several readers
def looks_like_person(name: str, lexicon: Lexicon) -> bool:
    """Return whether every word of `name` begins as a name does; asked of text that no markup calls a name."""
    if is_plain_name(name, lexicon):
        return True
    if is_cjk_name(name):
        return (
            len(name) <= MAX_CJK_NAME_CHARS and not fault(name, NO_CJK_PERSON, lexicon) and len(_KANA.findall(name)) < 6
        )
    known = lexicon
    words = [word for word in name.split() if not (word.islower() and word in known.particles)]
    if not 1 < len(words) <= MAX_NAME_WORDS or _has_digit(name):
        return False
    folded = [word.casefold().strip(_WORD_EDGES) for word in words]
    if any(word in known.organisations for word in folded) or any(word in known.small_words for word in folded):
        return False
    return not any(_is_small(word[0]) for word in words)


def may_begin_with_person(text: str) -> bool:
    """Return whether a text may begin with what looks like a person: two words at least, of which none is a number."""
    if not text.isascii():
        return True
    words = text.split(maxsplit=2)
    return len(words) > 1 and not words[1][0].isdigit()


def _is_small(letter: str) -> bool:
    """Return whether a letter is a small one of two forms; those of Georgian are written alike everywhere."""
    return letter.islower() and letter.title() != letter


def plain_word(word: str) -> str:
    """Return a word of a name as the lists have it: small, without the marks around it."""
    return word.casefold().strip(_WORD_EDGES)


def without_title(name: str, lexicon: Lexicon) -> str:
    """Return "Jane Doe" of "Dr. Jane Doe": what records and bylines do not agree on."""
    words = name.split()
    while len(words) > 2 and plain_word(words[0]) in lexicon.words("people.titles"):
        words = words[1:]
    return " ".join(words)


@lru_cache(maxsize=1024)  # as `looks_like_person`
def looks_like_login(name: str) -> bool:
    """Return whether `name` is rather an account than a person: "andrew.keaveney", "wordpressadmin"."""
    return len(name.split()) == 1 and not is_cjk_name(name) and (name[0].islower() or "admin" in name.casefold())


def is_site(name: str, sites: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether `name` is the site's own name, one of the folded `sites`, with or without a small article.

    "Do UOL", of UOL, is whose staff somebody is of.
    """
    folded = key_of(name)
    if folded in sites or bare_key(name, lexicon) in sites:
        return True
    first, _, rest = name.partition(" ")
    if rest and first.casefold() in lexicon.words("people.of") and key_of(rest) in sites:
        return True
    articles = lexicon.words("source.articles")
    return any(site.endswith(folded) and site.removesuffix(folded) in articles for site in sites)


def is_cjk_name(text: str) -> bool:
    """Return whether most letters of a name are Han, kana or Hangul."""
    dense = 0 if text.isascii() else len(CJK.findall(text))
    return dense > 0 and dense * 2 > len(_NO_LETTER.sub("", text))
