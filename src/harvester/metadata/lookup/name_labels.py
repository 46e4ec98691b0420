"""The label at the start of a byline, by the language of the page."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from harvester.rules.alternation import either, longest_first
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for
from harvester.rules.phrases import Finder, finder, small
from harvester.text import CJK

_FIRST_WORD: Final = re.compile(r"[^\W\d_][^\s\d:：|/,]*")
MAX_LABEL_CHARS: Final = 40
_APOSTROPHES: Final = "'’"  # of "un texte d'"
_HALF_SPACE: Final = "\u200c"  # Persian writes it between the parts of a word

# Latin letters and the marks of print, without those that a pattern without regard to case takes for several others, or
# of which several letters become: "µ", "ß", "İ", "ı", "ŉ", "ſ", "ǰ".
_PLAIN: Final = re.compile(
    "[\x00-\u00b4\u00b6-\u00de\u00e0-\u012f\u0132-\u0148\u014a-\u017e\u0180-\u01ef\u01f1-\u024f\u2010-\u205f]*"
)

_BEHIND: Final = re.compile(rf"{_HALF_SPACE}?(?:\s*[:：|]\s*|\s+)")
_CAPITAL: Final = re.compile(r"[A-Z][A-Za-z]")
_WORD: Final = re.compile(r"\w+")


def without_label(text: str, lexicon: Lexicon, lang: str | None = None) -> str:
    """Return `text` without a byline's prefix: "By ", "Von ", "作者："."""
    text = text.strip(" \t\n,.|:·•-–—/")
    end = label_end(text, 0, lang, lexicon)
    return text[end:].strip() if end is not None else text


def label_end(text: str, start: int, lang: str | None, lexicon: Lexicon) -> int | None:
    """Return where the labels end that begin at `start`, on a page in the language `lang`; None where none does."""
    at: int | None = start
    end = None
    while at is not None and at < len(text):
        at = _one_label_end(text, at, lang, lexicon)
        end = end if at is None else at
    return end


class _Labels(NamedTuple):
    """Labels by what stands behind them, the longest first; looked for one by one: a pattern takes long to compile."""

    spaced: tuple[str, ...] = ()  # a colon or a blank
    elided: tuple[str, ...] = ()  # a name at once
    glued: tuple[str, ...] = ()  # a name in capitals


_NO_LABELS: Final = _Labels()


def _one_label_end(text: str, start: int, lang: str | None, lexicon: Lexicon) -> int | None:
    """Return where the label ends that begins at `start`; None where none does."""
    word = _FIRST_WORD.match(text, start)
    labels = _opened_by(word[0], lang, lexicon) if word is not None else _NO_LABELS
    for label in labels.spaced:
        if _stands(label, text, start) and (behind := _BEHIND.match(text, start + len(label))):
            return None if _is_with(text, behind, lexicon) else behind.end()
    for label in labels.elided:
        if _stands(label, text, start) and _WORD.match(text, start + len(label)):
            return start + len(label)
    dense = _dense_label(lang, lexicon).match(text, start) if not text.isascii() and CJK.search(text) else None
    if dense is not None:
        return dense.end()
    one_line = text.replace("\n", " ") if labels.glued and "\n" in text else text
    for label in labels.glued:
        if _stands(label, one_line, start) and _CAPITAL.match(text, start + len(label)):
            return start + len(label)
    return None


def _is_with(text: str, behind: re.Match[str], lexicon: Lexicon) -> bool:
    """Return whether a label is the start of a phrase about somebody else: "Interview with Jane Doe"."""
    word = _FIRST_WORD.match(text, behind.end())
    return word is not None and not behind[0].strip() and word[0].casefold() in lexicon.words("people.with")


def _stands(label: str, text: str, start: int) -> bool:
    found = text[start : start + len(label)]
    if found.isascii() and label.isascii():
        return found.lower() == label
    return small(found) == small(label)


@lru_cache(maxsize=4096)  # lines begin with few words
def _opened_by(word: str, lang: str | None, lexicon: Lexicon) -> _Labels:
    """Return the labels whose first word that is, and those of one word to which a name may be glued."""
    first, (whole, parted, glued) = small(word).strip(_HALF_SPACE), _by_first_word(lexicon)
    if first not in whole and not first.startswith(_glued_or_elided(lexicon)):  # as most words
        return _NO_LABELS
    own = labels_for("people.by", _tags(lang), lexicon)
    elided = {label for label in _begun_by(first, parted) if label in own}
    return _Labels(
        longest_first(whole.get(first, frozenset()) & own),
        longest_first(label[:-1] + mark for label in elided for mark in _APOSTROPHES),
        longest_first(_begun_by(first, glued)),
    )


@lru_cache(maxsize=RULES_CACHED)
def _glued_or_elided(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the first words of the labels that a name may follow at once."""
    _, parted, glued = _by_first_word(lexicon)
    return (*parted, *glued)


def _begun_by(first: str, labels: "_ByWord") -> Iterator[str]:
    """Yield the labels whose first word is how the word `first` begins; of most there are none."""
    if first.startswith(tuple(labels)):
        yield from (label for begin in labels if first.startswith(begin) for label in labels[begin])


_ByWord = dict[str, frozenset[str]]


@lru_cache(maxsize=RULES_CACHED)
def _by_first_word(lexicon: Lexicon) -> tuple[_ByWord, _ByWord, _ByWord]:
    """Return by their first word all labels with a blank behind them, with an apostrophe, and with a name at once."""
    labels = frozenset(word for word in lexicon.words("people.by") if not CJK.search(word))
    elided = frozenset(word for word in labels if word[-1] in _APOSTROPHES)
    return _grouped(labels - elided), _grouped(elided), _grouped(lexicon.words("people.glued"))


def _grouped(labels: frozenset[str]) -> _ByWord:
    found: dict[str, set[str]] = {}
    for label in labels:
        if (word := _FIRST_WORD.match(label)) is not None:
            found.setdefault(small(word[0]), set()).add(label)
    return {word: frozenset(alike) for word, alike in found.items()}


@lru_cache(maxsize=128)
def _dense_label(lang: str | None, lexicon: Lexicon) -> re.Pattern[str]:
    return _dense_pattern(labels_for("people.by", _tags(lang), lexicon) & _dense_labels(lexicon))


@lru_cache(maxsize=RULES_CACHED)
def _dense_labels(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(word for word in lexicon.words("people.by") if CJK.search(word))


@lru_cache(maxsize=16)  # most languages have those of all
def _dense_pattern(labels: frozenset[str]) -> re.Pattern[str]:
    dense, joint = either(labels), either(word for word in labels if "・" in word)
    return re.compile(rf"[(（【\[]?\s*(?:(?:{dense})\s*[:：/／╱|丨＝=]\s*|(?:{joint})\s+|(?:{dense})・)", re.IGNORECASE)


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
    words, labels = _first_word_of(lexicon), labels_for("people.by", _tags(lang), lexicon)
    if lang is None:
        return frozenset(map(words.__getitem__, labels)) - {""}
    own = labels - labels_for("people.by", _tags(None), lexicon)
    return _first_words(None, lexicon).union(map(words.__getitem__, own)) - {""}


@lru_cache(maxsize=RULES_CACHED)
def _first_word_of(lexicon: Lexicon) -> dict[str, str]:
    """Return the first word of each label, folded; "" of one that begins with none."""
    found = {label: _FIRST_WORD.match(label) for label in lexicon.words("people.by")}
    return {label: word[0].casefold() if word is not None else "" for label, word in found.items()}


def _tags(lang: str | None) -> frozenset[str]:
    return frozenset((lang,)) if lang else frozenset()


def names_reviewers(text: str, lexicon: Lexicon, lang: str | None = None) -> bool:
    """Return whether a line begins with the label of those who only checked the text, and with none of its writers'."""
    labels = may_name_reviewers(text, lexicon)
    return bool(labels) and _reviewers_at(text, labels) == 0 and label_end(text, 0, lang, lexicon) is None


def without_reviewers(text: str, lexicon: Lexicon) -> str:
    """Return a byline up to where it names those who only checked the text: "By Jane Doe. Reviewed by Jan Roe"."""
    labels = may_name_reviewers(text, lexicon)
    if not labels:
        return text
    folded = text.lower()
    begin = next((len(label) for label in _joint_labels(lexicon) if folded.startswith(label)), 0)
    start = _reviewers_at(text[begin:], labels)
    return text[: begin + start] if start else text


@lru_cache(maxsize=RULES_CACHED)
def _joint_labels(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the labels of who wrote the text and took the pictures, "Text und Fotos", the longest first."""
    both = (word for word in lexicon.words("people.by") if not lexicon.reviewed_prefixes.isdisjoint(word.split()[1:]))
    return longest_first(both)


def _reviewers_at(text: str, labels: frozenset[str]) -> int | None:
    """Return where the first of `labels` is: one of a single word before a mark or between names."""
    if not has_plain_letters(text):
        return _matched_reviewers(text, labels)
    starts = (
        start
        for label, start, end in labels_in(text.lower(), labels)
        if not _is_of_word(text[start - 1 : start])
        and (not _is_of_word(text[end : end + 1]) if " " in label else _is_before_name(text, start, end))
    )
    return min(starts, default=None)


def _matched_reviewers(text: str, labels: frozenset[str]) -> int | None:
    """Return what `_reviewers_at` does, of all of Unicode."""
    found = _reviewed_later(labels).finditer(text)
    told = (one for one in found if one["alone"] is None or _parts_names(text, *one.span("alone")))
    return next((one.start() for one in told), None)


def _is_before_name(text: str, start: int, end: int) -> bool:
    """Return whether a label of one word has a mark behind it, or parts two names: "Jane Doe Photos Max Roe"."""
    return text[end:].lstrip().startswith((":", "/", "=")) or _parts_names(text, start, end)


def _parts_names(text: str, start: int, end: int) -> bool:
    """Return whether a name follows at once, and another stands before; at the start, a name of two words follows."""
    behind = text[end : end + MAX_LABEL_CHARS].split(maxsplit=2)
    if not text[end : end + 1].isspace() or not behind or not behind[0][0].isupper():
        return False
    before = text[:start].rstrip(" (,")
    return before[-1:].isalnum() if start else len(behind) > 1 and behind[1][0].isupper()


def begins_with_reviewers(line: str, labels: frozenset[str]) -> bool:
    """Return whether a line begins with one of `labels` as whole words."""
    if not has_plain_letters(line):
        return _reviewed(labels).match(line) is not None
    return any(not start and not _is_of_word(line[end : end + 1]) for _, start, end in labels_in(line.lower(), labels))


def labels_in(folded: str, labels: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """Yield where each label is in a plain text, in small letters: a pattern of them takes longer to compile."""
    for label in labels:
        word = small(label)
        start = folded.find(word) if len(word) == len(label) else -1  # "ß" is no "ss" to a pattern either
        while start >= 0:
            yield label, start, start + len(word)
            start = folded.find(word, start + 1)


def has_plain_letters(text: str) -> bool:
    """Return whether each letter of a text is taken for one other letter at most, its capital or small one."""
    return text.isascii() or _PLAIN.fullmatch(text) is not None


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_"


@lru_cache(maxsize=1024)  # the readers of a page ask about the same lines
def may_name_reviewers(text: str, lexicon: Lexicon) -> frozenset[str]:
    """Return the labels of those who only checked the text that may be in `text`."""
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
    return re.compile(
        rf"(?<!\w)(?:(?:{spaced})(?!\w)|(?:{alone})\s*[:：/／＝=・]|(?P<alone>{alone})(?=\s))", re.IGNORECASE
    )


@lru_cache(maxsize=256)
def _reviewed(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{either(words)})(?!\w)", re.IGNORECASE)
