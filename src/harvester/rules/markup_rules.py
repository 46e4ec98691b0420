"""Places: an element's signature, and the phrases in it by which boilerplate is known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

from harvester.errors import Reason, RulesError
from harvester.models import Element
from harvester.native import CORE
from harvester.rules.kinds import KINDS_TABLE, BoilerplateKind, Hit

MAX_WORDS: Final = 4  # of a phrase; the longest class names that vendors print have four words
MAX_SIGNATURE_CHARS: Final = 1_000  # some pages keep whole style sheets in a class attribute
_MAX_WORDS_KNOWN: Final = 30_000  # hashes in class names are words, too: about 4 MB
_MARK: Final = re.compile("[{},]")
_PHRASE: Final = re.compile(rf"[^\W_A-Z]+(?: [^\W_A-Z]+){{0,{MAX_WORDS - 1}}}\*?")
PHRASE_FORM: Final = f"1 to {MAX_WORDS} lower-case words with at most one star at the end"
_WORD: Final = re.compile(r"[^\W_]+")
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
# "noStoryHighlights", "hideAd" name what a container lacks: the whole is one word, which fits no phrase.
_LACKING: Final = re.compile("(?:[Nn]o|[Ww]ithout|[Hh]ide)[A-Z]")
_WITHOUT: Final = frozenset({"no", "without"})  # as words of their own, before a phrase: "no-sidebar"
_LOWER_NAME: Final = re.compile(r"[a-z]+|\d+")
_NAME: Final = re.compile(r"[a-z]+|[A-Z][a-z]*|\d+")
# "sc-bxAdXy" is a hash, not an ad: a word is split only where one part is long enough to be a word.
_MIN_CAMEL_PART: Final = 4


def signature(element: Element) -> str:
    """Return the signature of `element`: the words of its names, lower case with one blank between them.

    In this order: the tag name of a custom element, class, id (not of a heading), role, aria-label, data-* hints,
    itemprop; camelCase is split, everything but letters and digits parts words. "" when the element has none of these.
    """
    tag = element.tag if "-" in element.tag else ""
    if not tag and element.attributes == _SILENT:  # half of all elements
        return ""
    # The id of a heading is made of its words, for links to it: it says what the section is about, not what it is.
    own_id = "" if element.tag in _HEADINGS else element.id
    return _normalised(tag, element.classes, own_id, element.role, element.label, element.hints, element.itemprop)


def signatures(elements: tuple[Element, ...]) -> tuple[str, ...]:
    """Return the signature of each element; equal elements, as the cards of a list, are read once."""
    if CORE is not None:
        compiled: tuple[str, ...] = CORE.signatures(elements, MAX_SIGNATURE_CHARS, signature)
        return compiled
    known: dict[tuple[str, ...], str] = {}
    found: list[str] = []
    for element in elements:
        said = element[1:8]  # tag, and what it says of itself
        words = known.get(said)
        if words is None:
            words = known[said] = signature(element)
        found.append(words)
    return tuple(found)


_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SILENT: Final = ("",) * 6  # the attributes of an element that says nothing


@lru_cache(maxsize=16_384)  # the cards of a list say the same
def _normalised(*attributes: str) -> str:
    if CORE is not None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair
            words: str | None = CORE.words_of(MAX_SIGNATURE_CHARS, *attributes)
            if words is not None:
                return words
    return words_said(attributes)


def words_said(attributes: Iterable[str]) -> str:
    """Return what `signature` makes of attributes; interpreted, of all of Unicode."""
    text = " ".join(filter(None, attributes))[:MAX_SIGNATURE_CHARS]
    if text.islower():
        return " ".join(_WORD.findall(text))
    return " ".join([word if word.islower() else _split_camel(word) for word in _WORD.findall(text)])


def _split_camel(word: str) -> str:
    parts = _CAMEL.split(word) if not _LACKING.match(word) else [word]
    if max(map(len, parts)) < _MIN_CAMEL_PART:
        return word.lower()
    return " ".join(parts).lower()


def has_phrase(signature: str, phrases: Iterable[str]) -> bool:
    """Return whether a signature has one of some words or phrases, whole.

    >>> has_phrase("wp block post excerpt", ["post excerpt"]), has_phrase("post excerpts", ["post excerpt"])
    (True, False)
    """
    return any(phrase in signature and f" {phrase} " in f" {signature} " for phrase in phrases)


@lru_cache(maxsize=4096)
def name_words(names: str) -> frozenset[str]:
    """Return the words of names that are looked up one by one in [class_words], not as phrases.

    Cut finer than a signature: at every capital and before figures, so that "photo2" is a photo. Phrases need words
    whole: "sc-bxAdXy" is a hash, not an ad.

    >>> sorted(name_words("postMeta entry-date2"))
    ['2', 'date', 'entry', 'meta', 'post']
    """
    words: frozenset[str] | None = CORE.name_words(names) if CORE is not None and names.isascii() else None
    return words_in(names) if words is None else words


def words_in(names: str) -> frozenset[str]:
    """Return what `name_words` makes of names; interpreted, of all of Unicode."""
    if not names.isascii():
        return frozenset(_LOWER_NAME.findall(names.lower()))
    return frozenset(map(str.lower, _NAME.findall(names)))


class _Place(NamedTuple):
    words: int  # of the phrase
    rank: int  # of the kind in the table
    hit: Hit
    is_other: bool = False  # it means something else than the kind


class _Word(NamedTuple):
    """The meaning of one word by itself."""

    places: tuple[_Place, ...]
    goes_on: bool  # longer phrases begin with it


_NOTHING: Final = _Word((), goes_on=False)  # what most words say


@dataclass(frozen=True, slots=True)
class PlaceIndex:
    """All phrases, so that a signature costs a look-up a word: most words mean nothing, and pages share their words."""

    exact: Mapping[str, tuple[_Place, ...]]
    prefixes: Mapping[str, tuple[_Place, ...]]  # phrase without its star
    prefix_lengths: Mapping[str, tuple[int, ...]]  # words before the last one -> characters before the star
    heads: frozenset[str]  # "cookie ", "wp block jetpack ": how phrases go on
    words: dict[str, _Word] = field(default_factory=dict)  # those met so far, up to _MAX_WORDS_KNOWN

    def compiled(self) -> "CompiledPlaces | None":
        """Return the same in compiled form; None where nothing is compiled."""
        return CORE.Places(self.exact, self.prefixes, self.heads) if CORE is not None else None

    def match(self, signature: str) -> tuple[Hit, ...]:
        """Return one hit a kind, that of its longest phrase; the longest first, then in the order of kinds."""
        best: dict[str, _Place] = {}
        words = signature.split()
        for start, word in enumerate(words):
            known = self.words.get(word) or self._learn(word)
            if known is _NOTHING or (start and words[start - 1] in _WITHOUT):
                continue
            longer = self._longer(words[start : start + MAX_WORDS]) if known.goes_on else ()
            for place in (*known.places, *longer):
                kind = place.hit.kind
                if kind not in best or place.words > best[kind].words:
                    best[kind] = place
        if not best:
            return ()
        found = sorted(best.values(), key=lambda place: (-place.words, place.rank))
        return tuple(place.hit for place in found if not place.is_other)

    def _learn(self, word: str) -> _Word:
        places, goes_on = tuple(self._ending("", word)), f"{word} " in self.heads
        known = _Word(places, goes_on) if places or goes_on else _NOTHING
        if len(self.words) < _MAX_WORDS_KNOWN:
            self.words[word] = known
        return known

    def _longer(self, words: list[str]) -> list[_Place]:
        """Return the places of phrases of two words and more that begin `words`."""
        found: list[_Place] = []
        head = f"{words[0]} "
        for word in words[1:]:
            found += self._ending(head, word)
            head = f"{head}{word} "
            if head not in self.heads:
                break
        return found

    def _ending(self, head: str, word: str) -> list[_Place]:
        """Return the places of phrases that are `head` and `word`, or `head` and how `word` begins."""
        found = [*self.exact.get(head + word, ())]
        for length in self.prefix_lengths.get(head, ()):
            if len(word) >= length:
                found += self.prefixes.get(head + word[:length], ())
        return found


class CompiledPlaces(Protocol):
    """The type in native/markup_rules.c."""

    def match(self, signature: str, /) -> tuple[Hit, ...]:
        """Return what `PlaceIndex.match` does."""


def match_places(index: PlaceIndex, compiled: CompiledPlaces | None, signature: str) -> tuple[Hit, ...]:
    """Return what `PlaceIndex.match` does, compiled where that can be."""
    if compiled is not None:
        try:  # `suppress` costs as much as the look
            return compiled.match(signature)
        except UnicodeEncodeError:  # half a surrogate pair
            pass
    return index.match(signature)


def index_places(kinds: Iterable[BoilerplateKind]) -> PlaceIndex:
    """Return the index over the places of all kinds.

    Raises `RulesError` that names the kind and the phrase.
    """
    exact: dict[str, tuple[_Place, ...]] = {}
    prefixes: dict[str, tuple[_Place, ...]] = {}
    for rank, kind in enumerate(kinds):
        phrases, others = _phrases(kind, kind.places), frozenset(_phrases(kind, kind.not_places))
        if strange := set(kind.weak_places).difference(phrases):
            raise _bad(kind, f"weak_places names {', '.join(sorted(strange))}, which places does not give")
        for phrase in (*phrases, *others):
            hit = Hit(kind.name, f"place:{phrase}", weak=phrase in kind.weak_places)
            place = _Place(phrase.count(" ") + 1, rank, hit, phrase in others)
            table = prefixes if phrase.endswith("*") else exact
            bare = phrase.removesuffix("*")
            table[bare] = (*table.get(bare, ()), place)
    return PlaceIndex(exact, prefixes, _prefix_lengths(prefixes), frozenset(_heads([*exact, *prefixes])))


def expand(phrase: str) -> list[str]:
    """Return the phrases that the braces of `phrase` expand to; a part may be empty or hold braces.

    Raises `ValueError` when a brace is alone.

    >>> expand("cookie{,s} {bar,banner}")
    ['cookie bar', 'cookie banner', 'cookies bar', 'cookies banner']
    """
    before, opening, rest = phrase.partition("{")
    if not opening:
        return [phrase]
    parts, after = _split_parts(rest)
    ends = expand(after)
    return [before + middle + end for part in parts for middle in expand(part) for end in ends]


def is_phrase(text: str) -> bool:
    """Return whether `text` is of the form `PHRASE_FORM`."""
    return bool(_PHRASE.fullmatch(text))


def _split_parts(rest: str) -> tuple[list[str], str]:
    """Return the parts up to the closing brace, and what is behind it."""
    parts, start, depth = [], 0, 0
    for mark in _MARK.finditer(rest):
        if depth == 0 and mark[0] != "{":
            parts.append(rest[start : mark.start()])
            start = mark.end()
            if mark[0] == "}":
                return parts, rest[start:]
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
    raise ValueError("a brace stands open")


def _phrases(kind: BoilerplateKind, places: Iterable[str]) -> list[str]:
    """Return every phrase once, braces expanded, each checked."""
    phrases: dict[str, None] = {}
    for written in places:
        try:
            expanded = [" ".join(text.split()) for text in expand(written)]
        except ValueError as error:
            raise _bad(kind, f"{written!r}: {error}") from error
        for phrase in expanded:
            if not is_phrase(phrase):
                raise _bad(kind, f"{written!r} gives {phrase!r}, which is not {PHRASE_FORM}")
        phrases.update(dict.fromkeys(expanded))
    return list(phrases)


def _bad(kind: BoilerplateKind, explanation: str) -> RulesError:
    return RulesError(f"{KINDS_TABLE} [{kind.name}] places", Reason.BAD_RULES, explanation)


def _prefix_lengths(prefixes: Iterable[str]) -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for phrase in prefixes:
        head, word = _head_and_word(phrase)
        lengths.setdefault(head, set()).add(len(word))
    return {head: tuple(sorted(found)) for head, found in lengths.items()}


def _head_and_word(phrase: str) -> tuple[str, str]:
    head, blank, word = phrase.rpartition(" ")
    return head + blank, word


def _heads(phrases: Iterable[str]) -> Iterator[str]:
    for phrase in phrases:
        words = phrase.split(" ")
        yield from (" ".join(words[:count]) + " " for count in range(1, len(words)))
