"""Takes a whole subtree of boilerplate as one block: three in five blocks of a page are menus, footers and the like.

What is cut here needs no spans, no features and no language. So nothing is cut that could be content, or from which a
field of the article is read: the rules look at the rest again, block by block, when they know the whole page.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from harvester.dom import html_tags
from harvester.dom.flat_markup import end_of_element, read_opening, unescaped
from harvester.dom.value_lists import is_term, lists_values, names_ingredients
from harvester.models import Element, Removed
from harvester.text import collapse, reads_as_prose

# A headline, the body, a listing, or where metadata is read from: byline, date, section, tags, licence.
BARRING_TAGS: Final = tuple(f"<{tag}{end}" for tag in ("h1", "time", "article", "main", "pre") for end in " >")
# Of these, in any place of a name; and as a word of its own.
BARRING_NAMES: Final = (
    *("articlebody", "breadcrumb", "bread-crumb", "crumbs", "brotkrum", "ariane", "migas"),
    *("byline", "by-line", "author", "license", "datepublished"),
)
BARRING_WORD: Final = "tag"
_BARRING: Final = re.compile("|".join((*BARRING_NAMES, rf"\b{BARRING_WORD}\b")))
# Looking for words first is fifty times as fast, and most elements have none of them.
_SIGNS: Final = ("crumb", *(name for name in BARRING_NAMES if "crumb" not in name), BARRING_WORD)
BARRING_ATTRIBUTES: Final = ("class", "id", "itemprop", "rel", "property", "aria-label")
_NAMES: Final = re.compile(rf"\s(?:{'|'.join(BARRING_ATTRIBUTES)})=\"([^\"]*)\"")
_HIDING_TAGS: Final = ("<dialog", "<amp-img", "<noscript")
_HIDING_WORDS: Final = (" hidden", " popover", "display", "visibility")
_MIN_PROSE_CHARS: Final = 16  # shorter runs are labels in any script


class Cut(NamedTuple):
    """The label of an element that is boilerplate as a whole."""

    label: Removed
    with_prose: bool  # also where sentences stand in it
    only_links: bool = False  # only where at least half of its text is links
    spares_values: bool = False  # not where it lists ingredients, or terms with their values


@dataclass(frozen=True, slots=True)
class NamedCuts:
    """Says how elements are cut out: none but those of some tags, and those that call themselves something known."""

    cut_of: Callable[[Element], Cut | None]
    tags: AbstractSet[str]
    places: object  # `native/markup_rules.c`: what they call themselves; None: not compiled, and all are asked about
    # What was said by the tag, of `tags`, and the hits of `places`: of no more does it depend.
    known: dict[tuple[str, tuple[object, ...]], Cut | None] = field(default_factory=dict)

    def __call__(self, element: Element) -> Cut | None:
        """Return what an element may be cut out as."""
        return self.cut_of(element)


class CutCandidate(NamedTuple):
    """An element that may be cut out."""

    end: int  # place in the markup behind it
    lines: list[str]  # one for each run of text
    link_chars: int
    terms: int  # elements that are one by their tag
    has_ingredients: bool  # by a name in it

    def may_go(self, cut: Cut, most_prose: int) -> bool:
        """Return whether all of it is cut out: what is inside fits what the rule wants."""
        if self.prose_chars() > most_prose:
            return False
        if cut.spares_values and (self.has_ingredients or lists_values(self.lines, self.terms, self.link_chars)):
            return False
        return not cut.only_links or 2 * self.link_chars >= len("\n".join(self.lines))

    def prose_chars(self) -> int:
        """Return how many characters of it are sentences."""
        return sum(len(line) for line in self.lines if len(line) >= _MIN_PROSE_CHARS and reads_as_prose(line, 0))


@dataclass(slots=True)
class Tokens:
    """The tags met so far in elements that were surveyed: such elements hold each other, and the same tags."""

    met: set[str] = field(default_factory=set)
    barring: set[str] = field(default_factory=set)  # hold a headline or something that a field is read from
    hiding: dict[str, str] = field(default_factory=dict)  # start tags of elements that show nothing -> their tag

    def bar(self, marked: Collection[str]) -> None:
        """Take note of tags that nothing is cut out with."""
        self.met.update(marked)
        self.barring.update(marked)

    def learn(self, inside: Iterable[str]) -> None:
        """Take note of the tags in an element."""
        fresh = set(inside) - self.met
        self.met |= fresh
        for token in fresh:
            tag_text = token.lower()
            if is_barring(tag_text):
                self.barring.add(token)
            if _may_hide(tag_text) and (tag := _hidden_tag(token)) is not None:
                self.hiding[token] = tag


def survey_element(markup: list[str], known: Tokens, at: int, tag: str) -> CutCandidate | None:
    """Return what is in the element of `tag` whose content begins at `at`; None when it is not to be cut out."""
    end = end_of_element(markup, at, tag)
    inside = markup[at + 1 : end - 1 : 2]
    known.learn(inside)
    return survey_whole(markup, known, at, tag) if known.barring.isdisjoint(inside) else None


def survey_whole(markup: list[str], known: Tokens, at: int, tag: str) -> CutCandidate:
    """Return what is in the element of `tag` whose content begins at `at`, whatever it is."""
    end = end_of_element(markup, at, tag)
    inside = markup[at + 1 : end - 1 : 2]
    known.learn(inside)
    content = markup[at : end - 1]
    if known.hiding and not known.hiding.keys().isdisjoint(inside):
        content = _without_hidden(content, known.hiding)
        inside = content[1::2]
    lines = [collapse(unescaped(text)) if text and not text.isspace() else "" for text in content[::2]]
    # Most links hold their text in themselves, not in an element inside them.
    links = sum(len(line) for token, line in zip(inside, lines[1:], strict=False) if token.startswith("<a "))
    has_ingredients = any(map(names_ingredients, (markup[at - 1], *inside)))
    return CutCandidate(end, list(filter(None, lines)), links, sum(map(is_term, inside)), has_ingredients)


def is_barring(tag_text: str) -> bool:
    """Return whether a tag, in lower case, holds a headline or something that a field is read from."""
    # An attribute may hold markup.
    if tag_text.startswith(BARRING_TAGS) or (
        tag_text.find("<", 1) > 0 and any(tag in tag_text for tag in BARRING_TAGS)
    ):
        return True
    for word in _SIGNS:
        if word in tag_text:
            return bool(_BARRING.search(" ".join(_NAMES.findall(tag_text))))
    return False


def _may_hide(tag_text: str) -> bool:
    return any(word in tag_text for word in _HIDING_WORDS) or tag_text.startswith(_HIDING_TAGS)


def _without_hidden(content: list[str], hiding: Mapping[str, str]) -> list[str]:
    """Return the markup without what is in hidden elements."""
    shown, place = [content[0]], 1
    while place < len(content):
        token = content[place]
        place += 1
        if token in hiding:
            place = end_of_element(content, place, hiding[token])
        shown += [token, content[place] if place < len(content) else ""]
        place += 1
    return shown


def _hidden_tag(token: str) -> str | None:
    """Return the tag of a start tag whose element shows nothing; None for any other."""
    opening = read_opening(token)
    is_out = (
        opening.tag and not opening.is_void and (opening.is_hidden or opening.tag in html_tags.IMAGES)
    )  # no comment
    return opening.tag if is_out else None
