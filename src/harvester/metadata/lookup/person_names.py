"""Names of people out of bylines: "By Jane Doe and John Roe, Staff Writers" -> Jane Doe, John Roe."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.day_labels import without_day_label
from harvester.metadata.lookup.name_labels import without_label, without_reviewers
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.person_test import (
    MAX_CJK_NAME_CHARS,
    is_agency,
    is_body,
    is_cjk_name,
    is_plain_name,
    looks_like_person,
)
from harvester.metadata.lookup.tidy_names import clean_name, undoubled
from harvester.rules.alternation import either, longest_first
from harvester.rules.lexicon import RULES_CACHED, Lexicon, months_for
from harvester.text import CJK, has_digit

MAX_FIELD_CHARS: Final = 600  # longer is no list of names; what follows is not looked at
MAX_INITIALS: Final = 5

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_JAPANESE_SPLIT: Final = re.compile(r"\s*[,;|/、，；｜&\n／]\s*")
_EMAIL: Final = re.compile(r"\S+@\S+\.\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_IN_BRACKETS: Final = re.compile(r"[(（]([^()（）]+)[)）]\s*$")
_EDGES: Final = " \t\n,.;:|·•*-–—→←↗➔➜›‹/()（）[]【】'’\"“”"
_WIDENED: Final = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000\xa0]{1,3}([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_BODY_LABEL: Final = re.compile(r"^[^:：]{1,12}[:：]\s*")  # "来源：洛城晚报"


@lru_cache(maxsize=2048)  # records, markup and lines of a page name the same people
def split_names(text: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return the people in a byline or an author field, labels, roles, agencies, e-mails and titles gone.

    `lang` is the page's: Japanese writes a blank between family and given name, Chinese and Korean between people.
    """
    if is_plain_name(text, lexicon):
        return (text,)
    text = without_label(_without_addresses(text), lexicon, lang)
    text = text if is_plain_name(text, lexicon) else without_reviewers(text, lexicon)
    if is_plain_name(text, lexicon):
        return (text,)
    if " ".join(text.casefold().split()) in lexicon.roles or is_agency(text, lexicon):
        return ()
    parts = (part for part in _parts(text, lang, lexicon) if not _took_pictures(part, lexicon))
    names = tuple(dict.fromkeys(name for part in parts if (name := clean_name(part, lexicon)) is not None))
    # "Jane Doe, MS, WBEZ": degrees and stations; alone, it may be a writer's initials
    full = tuple(name for name in names if not (name.isupper() and name.isalpha() and len(name) <= MAX_INITIALS))
    if len(full) > 1 and any(
        looks_like_person(name, lexicon) for name in full
    ):  # "Ana Silva, em Porto Alegre", "Jan Roe, Nairobi"
        return tuple(name for name in full if looks_like_person(name, lexicon))
    return full or names


def _took_pictures(part: str, lexicon: Lexicon) -> bool:
    """Return whether brackets behind a name say that it is of who only checked or pictured: "Max Roe (Fotos)"."""
    found = _IN_BRACKETS.search(part) if part.rstrip().endswith((")", "）")) else None
    return found is not None and found[1].strip().casefold() in lexicon.reviewed_prefixes


def _without_addresses(text: str) -> str:
    """Return the start of a field of names without e-mails, accounts and links; most hold none."""
    text = text[:MAX_FIELD_CHARS]
    return _EMAIL.sub(" ", text) if "@" in text or "://" in text or "www." in text else text


def _parts(text: str, lang: str | None, lexicon: Lexicon) -> list[str]:
    if not is_cjk_name(text):
        return _joined_bodies(text, _split(lexicon).split(text), lexicon)
    text = (_papers_reporter(lexicon) if _is_chinese(lang) else _reporter(lexicon)).sub(" ", text)
    if (lang or "").lower().startswith("ja"):
        parts = _JAPANESE_SPLIT.split(text)
        if all(len(part.split()) == 2 and len(part) <= MAX_CJK_NAME_CHARS for part in parts):
            return parts
    return _dense_split(lexicon).split(without_inner_blanks(text))


def without_inner_blanks(text: str) -> str:
    """Return a line without the blanks by which Chinese papers make names of two letters as wide as those of three."""
    return _WIDENED.sub(r"\1\2", text)


def _joined_bodies(text: str, parts: list[str], lexicon: Lexicon) -> list[str]:
    """Return the parts, with what an "and" has parted of one name: "Institute of Allergy and Infectious Diseases"."""
    joined: list[str] = []
    for part in parts:
        if joined and part and _goes_on(joined[-1], lexicon):
            whole = next(
                (f"{joined[-1]}{link}{part}" for link in _links(lexicon) if f"{joined[-1]}{link}{part}" in text), None
            )
            if whole is not None:
                joined[-1] = whole
                continue
        joined.append(part)
    return joined


def _goes_on(name: str, lexicon: Lexicon) -> bool:
    """Return whether a name is an organisation's that says of what it is, which may be several things."""
    words = name.casefold().split()
    of = lexicon.words("people.of")
    return any(word in of for word in words[1:-1]) and is_body(name, lexicon)


@lru_cache(maxsize=RULES_CACHED)
def _links(lexicon: Lexicon) -> tuple[str, ...]:
    return (" & ", *(f" {word} " for word in sorted(lexicon.words("people.and"))))


@lru_cache(maxsize=RULES_CACHED)
def _split(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the marks that part names, and "and" in the languages of the lists, as it is written inside a line."""
    words = lexicon.words("people.and") | lexicon.words("people.with")
    capitals = (form for word in lexicon.words("people.and_capitals") for form in (word.capitalize(), word.upper()))
    spaced = either({*(word for word in words if word.isalpha() and not CJK.search(word)), *capitals})
    prefixes = either(lexicon.words("people.and_prefixes"))
    return re.compile(rf"\s*(?:[,;|/、，；｜•·⋅&\n]|\s[-–—]\s|(?<!\w)(?-i:{spaced})(?=\s)|\s(?:{prefixes})(?=\S))\s*")


@lru_cache(maxsize=RULES_CACHED)
def _dense_split(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the marks that part names written without blanks, and the "and" of one character."""
    words = (word for word in lexicon.words("people.and") if _HAN.fullmatch(word))
    return re.compile(rf"[\s,;|/、，；｜•·&╱／{''.join(sorted(words))}]+")


def _is_chinese(lang: str | None) -> bool:
    return (lang or "").lower().startswith("zh")


@lru_cache(maxsize=RULES_CACHED)
def _papers_reporter(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the word for a reporter with the paper that is glued to it, before a name: "洛报记者 方南"."""
    han, reporter = r"[\u4e00-\u9fff]", rf"(?:{_reporter(lexicon).pattern})"
    return re.compile(rf"(?:(?<!{han}){han}{{1,8}}?(?={reporter}\s{han}))?{reporter}")


@lru_cache(maxsize=RULES_CACHED)
def _reporter(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, longest_first(lexicon.words("people.reporters")))))


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names once each, as first written."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(key_of(name), name)
    return tuple(unique.values())


@lru_cache(maxsize=1024)  # as above
def named_bodies(text: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return the organisations of a byline: "By Jane Doe, Associated Press" -> Associated Press."""
    if is_plain_name(text, lexicon):
        return ()
    text = without_label(_without_addresses(text), lexicon, lang)
    if is_plain_name(text, lexicon):
        return ()
    parts = [text] if is_agency(text, lexicon) else _parts(text, None, lexicon)
    own = (part.rpartition("（")[2] if "）" not in part else part for part in parts)  # "洛城3日电（洛城晚报记者"
    tidy = (" ".join(part.strip(_EDGES).split()) for part in own)
    named = (undoubled(_BODY_LABEL.sub("", part), lexicon) for part in tidy)
    return tuple(
        name for name in named if name and name not in lexicon.words("people.ourselves") and is_body(name, lexicon)
    )


@lru_cache(maxsize=2 * RULES_CACHED)
def _rest(lexicon: Lexicon, *, has_colon: bool) -> re.Pattern[str]:
    """Return what follows the names on the same line: a date, a place, "Updated", a share label, another label.

    A label before a colon is asked for where the line has one: each letter may begin it.
    """
    words = lexicon.words("people.after_names")
    spaced = either(word for word in words if not CJK.search(word))
    labels = lexicon.published_labels | lexicon.modified_labels | lexicon.words("source.labels") | words
    dense = either(word for word in labels if CJK.search(word) and len(word) > 1) if has_colon else ""
    before_colon = rf"|(?:{dense})\S?[:：]|[^\W\d_]{{3,15}}+:\s" if has_colon else ""
    days = either(lexicon.words("dates.weekdays") | lexicon.words("dates.today") | lexicon.words("dates.yesterday"))
    return re.compile(
        rf"\s*(?:[|•·●⋅»【〔]|\s[-–—]\s|\n|(?<!\w)\d"
        rf"|,?\s(?:{either(lexicon.words('people.before_dates'))})\s+(?=\S*\d|(?:{days})\b|\w+,?\s\d)"
        rf"|\s(?:{either(lexicon.words('people.before_places'))})(?:\s|$)"
        rf"|\b(?:{spaced})\b{before_colon}).*$",
        re.IGNORECASE | re.DOTALL,
    )


def cut_tail(text: str, lexicon: Lexicon) -> str:
    """Return the names of a record without the place, day or reading time behind them: "Jane Doe at Villa Park"."""
    return _without_tail(text[:MAX_FIELD_CHARS], lexicon)


@lru_cache(maxsize=1024)  # as above
def _without_tail(text: str, lexicon: Lexicon) -> str:
    if is_plain_name(text, lexicon):
        return text
    text = _told_of(text, lexicon)
    return _tail(lexicon).sub("", text, count=1) or text


def _told_of(text: str, lexicon: Lexicon) -> str:
    """Return whom a sentence tells of, "Jane Doe and Max Roe are writers based in London."; else the whole text."""
    words, tells = text.split(), lexicon.words("people.tells")
    verb = next((at for at in range(2, len(words) - 1) if words[at] in tells), None)
    is_told = verb is not None and words[0][0].isupper() and words[verb - 1][0].isupper()
    return " ".join(words[:verb]) if is_told else text


@lru_cache(maxsize=RULES_CACHED)
def _tail(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what follows a name in a record: a place, "5 min", "Updated March 5", also glued to it."""
    after = either(word for word in lexicon.words("people.after_names") if not CJK.search(word))
    minutes = either(word for word in lexicon.ago["minutes"] if not CJK.search(word))
    return re.compile(
        rf"(?:(?<=\w)\s(?:{either(lexicon.words('people.before_places'))})\s+(?-i:(?=[^\W\d_a-z]))[^,;|&]+"
        rf"|\s\d{{1,3}}\s?(?:{minutes})(?!\w).*"
        rf"|(?:(?<=\s)|(?-i:(?<=[^\W\d_A-Z])(?=[A-Z])))(?:{after})\s(?=.{{0,20}}\d).*)$",
        re.IGNORECASE | re.DOTALL,
    )


# A word before a number, which may be a month; also where it is glued to the name, "Jane DoeDecember 3".
_BEFORE_NUMBER: Final = re.compile(r"(?:^|(?<=[\s,(●]))[^\W\d_]{3,}+(?=\.?\s*\d)")
_GLUED: Final = re.compile(r"[A-Z](?<=[a-z][A-Z])[a-z]{2,}+(?=\.?\s*\d)")  # what it begins with is found fast


def unglued_month(text: str, lexicon: Lexicon) -> str:
    """Return a line with a mark before a month that is glued to a name: "Jane DoeDecember 3, 2023"."""
    found = next((one for one in _GLUED.finditer(text) if one[0].lower() in months_for(None, lexicon)), None)
    return f"{text[: found.start()]} | {text[found.start() :]}" if found is not None else text


def _month_before_number(text: str, lexicon: Lexicon) -> re.Match[str] | None:
    months = months_for(None, lexicon)
    words = (match for pattern in (_BEFORE_NUMBER, _GLUED) for match in pattern.finditer(text))
    return next((match for match in words if match[0].lower() in months), None)


@lru_cache(maxsize=RULES_CACHED)
def _place_between(lexicon: Lexicon) -> re.Pattern[str]:
    """Return the place of one writer before the next: "Jane Doe in Bristol and Max Roe"."""
    places, joins = either(lexicon.words("people.before_places")), either(lexicon.words("people.and"))
    capital = r"[^\W\d_a-z]"
    return re.compile(rf"(?<=\w)\s(?:{places})\s+(?:{capital}[\w.'’-]*\s+){{1,3}}(?=(?:{joins})\s+{capital})")


@lru_cache(maxsize=1024)  # as above
def cut_rest(text: str, lexicon: Lexicon) -> str:
    """Return the names at the start of a byline, without the date, place or label that follows them."""
    if is_plain_name(text, lexicon):
        return text
    text = _place_between(lexicon).sub(" ", text)
    dated = _month_before_number(text, lexicon) if has_digit(text) else None
    rest = _rest(lexicon, has_colon=":" in text or "：" in text)
    cut = rest.sub("", text[: dated.start()].rstrip(" ,(●") if dated is not None else text, count=1)
    return without_day_label(cut, lexicon) if len(cut) < len(text) else cut
