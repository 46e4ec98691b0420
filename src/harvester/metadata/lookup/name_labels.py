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

_NONE: Final[frozenset[str]] = frozenset()
_WORD: Final = re.compile(r"\w+")


def without_label(text: str, lexicon: Lexicon, lang: str | None = None) -> str:
    """Return `text` without a byline's prefix: "By ", "Von ", "作者："."""
    text = text.strip(" \t\n,.|:·•-–—/")
    end = label_end(text, 0, lang, lexicon)
    return text[end:].strip() if end is not None else text


def label_end(text: str, start: int, lang: str | None, lexicon: Lexicon) -> int | None:
    """Return where the labels end that begin at `start`, on a page in the language `lang`; None where none does."""
    at = start
    while at < len(text) and (words := _labels_at(text, at, lang, lexicon)):
        found = _label(words, lexicon).match(text, at)
        if found is None:
            break
        at = found.end()
    return at if at > start else None


def _labels_at(text: str, start: int, lang: str | None, lexicon: Lexicon) -> frozenset[str]:
    """Return the labels that may begin at `start`: by their first word, those of Chinese and its like wherever."""
    word = _FIRST_WORD.match(text, start)
    words = _opened_by(word[0], lang, lexicon) if word is not None else _NONE
    is_dense = not text.isascii() and CJK.search(text) is not None
    return words | _dense_labels(lang, lexicon) if is_dense else words


@lru_cache(maxsize=4096)  # lines begin with few words
def _opened_by(word: str, lang: str | None, lexicon: Lexicon) -> frozenset[str]:
    """Return the labels whose first word that is, and those of one word to which a name may be glued."""
    first, (whole, glued) = small(word).strip(_HALF_SPACE), _by_first_word(lexicon)
    found = whole.get(first, _NONE)
    for start in glued:
        if first.startswith(start):
            found = found | glued[start]
    return found & (labels_for("people.by", _tags(lang), lexicon) | lexicon.words("people.glued")) if found else _NONE


@lru_cache(maxsize=RULES_CACHED)
def _by_first_word(lexicon: Lexicon) -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    """Return all labels by their first word, and those to which a name may be glued."""
    labels, glued = lexicon.words("people.by"), lexicon.words("people.glued")
    return _grouped(labels), _grouped(glued | frozenset(word for word in labels if word[-1] in _APOSTROPHES))


def _grouped(labels: frozenset[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for label in labels:
        if (word := _FIRST_WORD.match(label)) is not None:
            found.setdefault(small(word[0]), set()).add(label)
    return {word: frozenset(alike) for word, alike in found.items()}


@lru_cache(maxsize=128)
def _dense_labels(lang: str | None, lexicon: Lexicon) -> frozenset[str]:
    return frozenset(word for word in labels_for("people.by", _tags(lang), lexicon) if CJK.search(word))


@lru_cache(maxsize=256)
def _label(words: frozenset[str], lexicon: Lexicon) -> re.Pattern[str]:
    """Return any of some labels: all of them as one pattern take ten milliseconds to compile."""
    labels, glued = words & lexicon.words("people.by"), words & lexicon.words("people.glued")
    dense = frozenset(word for word in labels if CJK.search(word))
    elided = {word[:-1] + mark for word in labels if word[-1] in _APOSTROPHES for mark in _APOSTROPHES}
    spaced = frozenset(word for word in labels - dense if word[-1] not in _APOSTROPHES)
    forms = (  # those that are empty take most of the time, too
        (spaced, rf"(?:{either(spaced)}){_HALF_SPACE}?(?:\s*[:：|]\s*|\s+)"),
        (elided, rf"(?:{either(elided)})(?=\w)"),
        (dense, rf"[(（【\[]?\s*(?:{either(dense)})\s*[:：/／╱|丨＝=・]\s*"),
        (glued, rf"(?:{either(glued)})(?-i:(?=[A-Z][A-Za-z]))".replace(r"\ ", r"\s")),
    )
    return re.compile("|".join(form for words, form in forms if words), re.IGNORECASE)


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
