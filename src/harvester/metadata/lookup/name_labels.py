"""The label at the start of a byline, by the language of the page."""

import re
from functools import lru_cache
from typing import Final

from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for
from harvester.rules.phrases import Finder, finder, small
from harvester.text import CJK

_FIRST_WORD: Final = re.compile(r"[^\W\d_][^\s\d:：|/,]*")
MAX_LABEL_CHARS: Final = 40
_APOSTROPHES: Final = "'’"  # of "un texte d'"
_HALF_SPACE: Final = "\u200c"  # Persian writes it between the parts of a word

_ESCAPED_BLANK: Final = r"\ "
_ANY_BLANK: Final = r"\s"
_WORD: Final = re.compile(r"\w+")


def without_label(text: str, lexicon: Lexicon, lang: str | None = None) -> str:
    """Return `text` without a byline's prefix: "By ", "Von ", "作者："."""
    text = text.strip(" \t\n,.|:·•-–—/")
    end = label_end(text, 0, lang, lexicon)
    return text[end:].strip() if end is not None else text


def label_end(text: str, start: int, lang: str | None, lexicon: Lexicon) -> int | None:
    """Return where the labels end that begin at `start`, on a page in the language `lang`; None where none does."""
    at = start
    while at < len(text) and (found := _label(_first_letter(text[at]), lang, lexicon).match(text, at)):
        at = found.end()
    return at if at > start else None


def _first_letter(text: str) -> str:
    """Return the letter that a text begins with; "" for a mark, and for the scripts whose labels marks may precede."""
    letter = small(text[0])[:1]
    return letter if letter.isalpha() and not CJK.match(letter) else ""


@lru_cache(maxsize=1024)
def _label(letter: str, lang: str | None, lexicon: Lexicon) -> re.Pattern[str]:
    """Return the labels that begin with a letter: all of them as one pattern take ten milliseconds to compile."""
    labels = labels_for("people.by", _tags(lang), lexicon)
    words = frozenset(word for word in labels if _first_letter(word) == letter)
    spaced = either(word for word in words if not CJK.search(word) and word[-1] not in _APOSTROPHES)
    elided = either({word[:-1] + mark for word in words if word[-1] in _APOSTROPHES for mark in _APOSTROPHES})
    dense = either(word for word in (words if letter else labels) if CJK.search(word))
    glued = either(word for word in lexicon.words("people.glued") if _first_letter(word) == letter)
    return re.compile(
        rf"(?:{spaced}){_HALF_SPACE}?(?:\s*[:：|]\s*|\s+)|(?:{elided})(?=\w)|(?:[(（【\[]?\s*(?:{dense})\s*[:：/／╱|丨＝=・]\s*)"
        rf"|(?:{glued.replace(_ESCAPED_BLANK, _ANY_BLANK)})(?-i:(?=[A-Z][A-Za-z]))",
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
    labels = may_name_reviewers(text, lexicon)
    if not labels:
        return False
    found = _reviewed_later(labels).match(text)
    return found is not None and label_end(text, 0, lang, lexicon) is None


def without_reviewers(text: str, lexicon: Lexicon) -> str:
    """Return a byline up to where it names those who only checked the text: "By Jane Doe. Reviewed by Jan Roe"."""
    labels = may_name_reviewers(text, lexicon)
    if not labels:
        return text
    found = _reviewed_later(labels).search(text)
    return text[: found.start()] if found is not None and found.start() else text


@lru_cache(maxsize=1024)  # the readers of a page ask about the same lines
def may_name_reviewers(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the labels of those who only checked the text that may stand in `text`."""
    labels = _reviewed_finder(lexicon)(text)
    if labels and text.isascii() and _first_of_reviewed(lexicon).isdisjoint(_WORD.findall(text.lower())):
        return frozenset()
    return labels


@lru_cache(maxsize=RULES_CACHED)
def _reviewed_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.reviewed_prefixes)


@lru_cache(maxsize=RULES_CACHED)
def _first_of_reviewed(lexicon: Lexicon) -> frozenset[str]:
    found = (_WORD.search(label) for label in lexicon.reviewed_prefixes)
    return frozenset(word[0] for word in found if word is not None)


@lru_cache(maxsize=256)
def _reviewed_later(words: frozenset[str]) -> re.Pattern[str]:
    spaced = either(word for word in words if " " in word)
    alone = either(word for word in words if " " not in word)
    return re.compile(rf"(?<!\w)(?:(?:{spaced})(?!\w)|(?:{alone})\s*[:：/／])", re.IGNORECASE)
