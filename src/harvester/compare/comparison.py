"""The comparison of two sets: sums, and enough examples to judge them. Its size does not grow with the sets."""

from dataclasses import dataclass
from typing import Final, Literal

from harvester.crawl.article_edits import BlockEdit

COMPARISON_SCHEMA: Final = "harvester/comparison/1"


@dataclass(frozen=True, slots=True)
class SetSummary:
    """One of the two sets."""

    address: str
    articles: int
    damaged: int  # rows and files that could not be read; they are not compared
    first_fault: str  # what is wrong with the first of them; ""
    made_with: dict[str, int]  # version and rules -> articles, the most common ones
    failures: dict[str, int]  # reason -> pages of its run that gave no article, where `_failures.jsonl` tells


@dataclass(frozen=True, slots=True)
class GroupSums:
    """The articles of a kind or site."""

    name: str
    same: int
    changed: int
    appeared: int
    vanished: int


@dataclass(frozen=True, slots=True)
class Values:
    """A field of one article."""

    title: str
    url: str
    old: str  # "" where the page did not say
    new: str


@dataclass(frozen=True, slots=True)
class Field:
    """How often a field is another one now."""

    name: str
    is_content: bool  # else it says how the article was made
    changed: int  # articles
    gained: int  # of them: nothing was said before
    lost: int  # of them: nothing is said now
    examples: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Articles of some length, in both sets."""

    name: str
    old: int
    new: int


@dataclass(frozen=True, slots=True)
class KindSums:
    """Characters removed as one kind of boilerplate, in the articles of both sets."""

    name: str
    old: int
    new: int
    articles: int  # in which the number is another one


@dataclass(frozen=True, slots=True)
class Example:
    """The text of one article, then and now."""

    title: str
    url: str
    old_place: str  # FILE:ROW, or FILE where it holds this article alone
    new_place: str
    old_chars: int
    new_chars: int
    removed: dict[str, int]  # kind of boilerplate -> characters more that are removed now; below 0: fewer
    edits: tuple[BlockEdit, ...]
    left_out: int  # further edits


@dataclass(frozen=True, slots=True)
class UnpairedArticle:
    """An article that only one set has."""

    title: str
    url: str
    place: str  # FILE:ROW
    chars: int
    reason: str  # why there is none in the other, where its `_failures.jsonl` tells; ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The whole comparison of two sets."""

    schema: Literal["harvester/comparison/1"]
    old: SetSummary
    new: SetSummary
    matched: dict[str, int]  # by what: id, url, page -> articles
    same: int
    changed: int  # another text or field; how an article was made does not count
    text_changed: int  # of them: another text
    appeared: int
    vanished: int
    kinds: tuple[GroupSums, ...]
    moved: dict[str, int]  # "news to other" -> articles
    sites: tuple[GroupSums, ...]  # those where most changed
    site_count: int
    fields: tuple[Field, ...]
    old_chars: int  # of text, in the articles of both sets
    new_chars: int
    lengths: tuple[Bin, ...]  # share of articles -> characters that they do not reach
    sizes: tuple[Bin, ...]  # length of text -> articles
    deltas: dict[str, int]  # how the length changed -> articles
    removed: tuple[KindSums, ...]
    drops: tuple[Example, ...]
    gains: tuple[Example, ...]
    others: tuple[Example, ...]
    vanished_articles: tuple[UnpairedArticle, ...]
    appeared_articles: tuple[UnpairedArticle, ...]
