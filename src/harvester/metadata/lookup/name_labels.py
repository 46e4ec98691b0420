"""The label at the start of a byline, by the language of the page."""

import re
from functools import lru_cache
from typing import Final

from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for
from harvester.rules.phrases import Finder, finder
from harvester.text import CJK

_FIRST_WORD: Final = re.compile(r"[^\W\d_][^\s\d:：|/,]*")
MAX_LABEL_CHARS: Final = 40
_APOSTROPHES: Final = "'’"  # of "un texte d'"
_HALF_SPACE: Final = "\u200c"  # Persian writes it between the parts of a word

_WORD: Final = re.compile(r"\w+")


def without_label(text: str, lexicon: Lexicon, lang: str | None = None) -> str:
    """Return `text` without a byline's prefix: "By ", "Von ", "作者："."""
    text = text.strip(" \t\n,.|:·•-–—/")
    found = byline_label(lang, lexicon).match(text)
    return text[found.end() :].strip() if found is not None else text


@lru_cache(maxsize=128)
def byline_label(lang: str | None, lexicon: Lexicon) -> re.Pattern[str]:
    """Return the labels with which a byline may begin on a page in the language `lang`."""
    words = labels_for("people.by", _tags(lang), lexicon)
    spaced = either(word for word in words if not CJK.search(word) and word[-1] not in _APOSTROPHES)
    elided = either({word[:-1] + mark for word in words if word[-1] in _APOSTROPHES for mark in _APOSTROPHES})
    dense = either(word for word in words if CJK.search(word))
    glued = either(lexicon.words("people.glued")).replace(r"\ ", r"\s")
    return re.compile(
        rf"(?:(?:{spaced}){_HALF_SPACE}?(?:\s*[:：|]\s*|\s+)|(?:{elided})(?=\w)|(?:[(（【\[]?\s*(?:{dense})\s*[:：/／╱|丨＝=・]\s*)"
        rf"|(?:{glued})(?-i:(?=[A-Z][A-Za-z])))+",
        re.IGNORECASE,
    )


def is_byline_label(text: str, lexicon: Lexicon, lang: str | None = None) -> bool:
    """Return whether a line is nothing but a byline's label: "Written by"."""
    if len(text) > MAX_LABEL_CHARS:
        return False
    label = text.casefold().strip(" \t\n:：|·-–—\u200c")
    return label in labels_for("people.by", _tags(lang), lexicon)


def may_begin_with_label(line: str, start: int, lang: str | None, lexicon: Lexicon) -> bool:
    """Return whether the word at `start` begins a label, so that the pattern of all labels is worth trying."""
    if not line.isascii() and CJK.search(line):
        return True
    word = _FIRST_WORD.match(line, start)
    if word is None:
        return False
    return _begins_label(word[0], lang, lexicon)


@lru_cache(maxsize=4096)  # lines begin with few words
def _begins_label(word: str, lang: str | None, lexicon: Lexicon) -> bool:
    first = word.casefold().strip(_HALF_SPACE)
    return first in _first_words(lang, lexicon) or first.startswith(_glued_starts(lexicon))


@lru_cache(maxsize=RULES_CACHED)
def _glued_starts(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple({label.split()[0] for label in lexicon.words("people.glued")})


@lru_cache(maxsize=128)
def _first_words(lang: str | None, lexicon: Lexicon) -> frozenset[str]:
    found = (_FIRST_WORD.match(label) for label in labels_for("people.by", _tags(lang), lexicon))
    return frozenset(word[0].casefold() for word in found if word is not None)


def _tags(lang: str | None) -> frozenset[str]:
    return frozenset((lang,)) if lang else frozenset()


def names_reviewers(text: str, lexicon: Lexicon, lang: str | None = None) -> bool:
    """Return whether a line begins with the label of those who only checked the text, and with none of its writers'."""
    if not may_name_reviewers(text, lexicon):
        return False
    found = _reviewed_later(lexicon).match(text)
    return found is not None and byline_label(lang, lexicon).match(text) is None


def without_reviewers(text: str, lexicon: Lexicon) -> str:
    """Return a byline up to where it names those who only checked the text: "By Jane Doe. Reviewed by Jan Roe"."""
    if not may_name_reviewers(text, lexicon):
        return text
    found = _reviewed_later(lexicon).search(text)
    return text[: found.start()] if found is not None and found.start() else text


@lru_cache(maxsize=1024)  # the readers of a page ask about the same lines
def may_name_reviewers(text: str, lexicon: Lexicon) -> bool:
    """Return whether `text` holds such a label, so that the pattern of all labels is worth trying."""
    return _reviewed_finder(lexicon)(text) and (
        not text.isascii() or not _first_of_reviewed(lexicon).isdisjoint(_WORD.findall(text.lower()))
    )


@lru_cache(maxsize=RULES_CACHED)
def _reviewed_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.reviewed_prefixes)


@lru_cache(maxsize=RULES_CACHED)
def _first_of_reviewed(lexicon: Lexicon) -> frozenset[str]:
    found = (_WORD.search(label) for label in lexicon.reviewed_prefixes)
    return frozenset(word[0] for word in found if word is not None)


@lru_cache(maxsize=RULES_CACHED)
def _reviewed_later(lexicon: Lexicon) -> re.Pattern[str]:
    words = lexicon.reviewed_prefixes
    spaced = either(word for word in words if " " in word)
    alone = either(word for word in words if " " not in word)
    return re.compile(rf"(?<!\w)(?:(?:{spaced})(?!\w)|(?:{alone})\s*[:：/／])", re.IGNORECASE)
