"""Who speaks in what is planted: names, dates and words of our own, sentences of other training pages.

A page takes sentences only from pages of its own fold and another domain, so that nothing is learned of a
held-out page.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from corpora import Sample
from folds import fold_of, registrable_domain

_TABLE: Final = Path(__file__).with_name("planting.toml")
_SENTENCE: Final = re.compile(r"(?<=[.!?…。！？])\s*")
_SCRIPTS: Final = {"ja": r"[\u3040-\u30ff]", "zh": r"[\u3400-\u9fff]", "ru": r"[\u0400-\u04ff]"}
_MIN_SCRIPT_SHARE: Final = 0.1  # of the characters, from which a script tells the language
_MIN_DONORS: Final = 3  # pages of a language, below which those of all languages are taken
_MIN_PARAGRAPH: Final = 60  # characters
_MIN_WIDE_PARAGRAPH: Final = 25  # of Chinese or Japanese
_MAX_SPEECH: Final = 900  # characters of a comment's paragraph
_TRIES: Final = 20  # to find a donor of another domain


@dataclass(frozen=True, slots=True)
class Donor:
    """A training page whose text others may take."""

    domain: str
    title: str
    paragraphs: tuple[str, ...]


Donors = Mapping[tuple[int, str], tuple[Donor, ...]]  # fold and language ("": all) -> pages


@cache
def table() -> dict[str, Any]:
    """Return planting.toml."""
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def donors_of(samples: Iterable[Sample], folds: int) -> Donors:
    """Return the articles among `samples` that have a true text, by fold and language."""
    groups: dict[tuple[int, str], list[Donor]] = {}
    for sample in samples:
        lang = language_of(sample)
        shortest = _MIN_WIDE_PARAGRAPH if lang in ("zh", "ja") else _MIN_PARAGRAPH
        lines = [line.strip() for line in (sample.text or "").splitlines()]
        paragraphs = tuple(line for line in lines if len(line) >= shortest)
        if sample.page_type == "article" and paragraphs:
            donor = Donor(_owner(sample), sample.truth.get("title") or paragraphs[0][:70], paragraphs)
            fold = fold_of(sample.url, folds)
            for group in ((fold, lang), (fold, "")):
                groups.setdefault(group, []).append(donor)
    return {group: tuple(found) for group, found in groups.items()}


def language_of(sample: Sample) -> str:
    """Return the language that a page is written in, two letters: by its script, else as the corpus says."""
    text = (sample.text or "")[:2_000]
    for lang, letters in _SCRIPTS.items():
        if len(re.findall(letters, text)) > _MIN_SCRIPT_SHARE * max(len(text), 1):
            return lang
    return sample.lang[:2]


def _owner(sample: Sample) -> str:
    return registrable_domain(sample.url) or sample.id


@dataclass(frozen=True, slots=True)
class Voice:
    """What is said on one page."""

    rng: Random
    lang: str
    words: Mapping[str, Any]  # of planting.toml
    site: str
    donors: tuple[Donor, ...]  # of other domains

    def one(self, kind: str) -> str:
        """Return one of the words of a kind; "" where the language has none."""
        listed = self.words[kind]
        return str(self.rng.choice(listed)) if listed else ""

    def chance(self, share: float) -> bool:
        """Return whether something happens that happens on this share of pages."""
        return self.rng.random() < share

    def name(self) -> str:
        """Return a person as a page names one."""
        names, rng = _name_lists(), self.rng
        first, last = rng.choice(names["first"]), rng.choice(names["last"])
        handle = rng.choice(names["handles"]) + rng.choice(table()["names"]["endings"]) + rng.choice(names["handles"])
        return str(rng.choice([f"{first} {last}", f"{first} {last}", first, f"{first} {last[0]}.", handle, handle]))

    def date(self) -> str:
        """Return a day, most often with the time, as themes print it."""
        rng = self.rng
        month, day, year = rng.randrange(12), rng.randrange(1, 29), rng.randrange(2006, 2026)
        hour, minute = rng.randrange(24), rng.randrange(60)
        named, half = self.words["months"][month], f"{hour % 12 + 1}:{minute:02d} {'am' if hour < 12 else 'pm'}"
        forms = [
            f"{named} {day}, {year} at {half}",
            f"{day} {named} {year}",
            f"{day}.{month + 1:02d}.{year} {hour:02d}:{minute:02d}",
            f"{year}-{month + 1:02d}-{day:02d} {hour:02d}:{minute:02d}",
            f"{named[:3]} {day}, {year}",
            f"{month + 1}/{day}/{year} {half.upper()}",
            f"{hour}:{minute:02d}, {day} {named[:3]} {year}",
        ]
        ago = [form.format(k=rng.randrange(2, 12)) for form in self.words["ago"][:1]]
        return str(rng.choice(forms + ago))

    def donor(self) -> Donor:
        """Return another page."""
        return self.rng.choice(self.donors)

    def speech(self) -> list[str]:
        """Return the paragraphs of a comment."""
        rng, name = self.rng, self.name()
        if self.chance(0.18):
            return [self.one("short").format(n=name)]
        paragraphs = self.donor().paragraphs
        start = rng.randrange(len(paragraphs))
        wanted = rng.choice([1, 1, 1, 1, 2, 2, 3, 4])
        said = [self.excerpt(text, rng.choice([1, 1, 2, 2, 3, 5])) for text in paragraphs[start : start + wanted]]
        if self.chance(0.4):
            said[0] = self.one("opening").format(n=name) + said[0]
        if self.chance(0.3):
            said[-1] = said[-1] + self.one("closing").format(n=name)
        return [_carelessly(rng, text) for text in said]

    def excerpt(self, paragraph: str, sentences: int) -> str:
        """Return some sentences of a paragraph that follow each other."""
        parts = [part for part in _SENTENCE.split(paragraph) if part.strip()]
        start = self.rng.randrange(max(1, len(parts) - sentences + 1))
        return str(self.words["join"]).join(parts[start : start + sentences])[:_MAX_SPEECH]


@cache
def _name_lists() -> dict[str, list[str]]:
    return {kind: names.split() for kind, names in table()["names"].items() if isinstance(names, str)}


def _carelessly(rng: Random, text: str) -> str:
    """Return a text as people write who are in a hurry; most are not."""
    forms = [text] * 7 + [text.lower(), text.replace(".", "!!"), text.rstrip(".。")]
    return rng.choice(forms)


def voice_for(sample: Sample, donors: Donors, folds: int, rng: Random) -> Voice | None:
    """Return who speaks on a page; None when its fold has no page of another domain."""
    lang, fold, owner = language_of(sample), fold_of(sample.url, folds), _owner(sample)
    listed = donors.get((fold, lang), ())
    others = tuple(donor for donor in listed if donor.domain != owner)
    if len(others) < _MIN_DONORS:
        others = tuple(donor for donor in donors.get((fold, ""), ()) if donor.domain != owner)
    words = table()["words"]
    site = owner.partition(".")[0].capitalize()
    return Voice(rng, lang, words.get(lang, words["any"]), site, others) if others else None
