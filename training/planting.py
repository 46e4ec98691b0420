"""Pages made harder: what other people and the site itself write is planted into training pages, and labelled.

A marker is set into the parsed page, the page is written out, and the marker is replaced by what is planted: so the
markup of the page itself stays what it was. Its truth stays, too, and whatever is planted is not in it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from cards import column, next_articles, teasers
from corpora import Sample
from harvester.text import fold
from notices import notice
from threads import thread
from voices import Donors, Voice, voice_for

RECIPES: Final = ("thread", "stories", "notices")
_CANDIDATES: Final = "p, div, td, li, blockquote, section, span"
_BLOCKS: Final = ("div", "td", "section", "li")  # of these only the text outside of children counts
_MIN_CHARS: Final = 30  # folded; a shorter text stands in many places
_KNOWN_BY: Final = 200  # characters that a paragraph is found in the truth by
_MOST_OF_IT: Final = 0.8  # of the true text that is found, which the article's container holds
_NO_CONTAINER: Final = frozenset({"p", "span", "li", "blockquote", "tr", "tbody", "table", "ul", "ol"})
_CELLS: Final = frozenset({"body", "html", "td"})  # nothing can be put beside them
_AFTER_ITS_TITLE: Final = ("after", "after", "outer", "end", "in")


@dataclass(frozen=True, slots=True)
class _Ground:
    """Where on a page its article stands."""

    tree: LexborHTMLParser
    container: LexborNode  # the innermost with most of the true text
    paragraphs: tuple[LexborNode, ...]  # of the true text


@dataclass(frozen=True, slots=True)
class _Piece:
    html: str
    place: str  # "before", "in", "after", "outer", "end", "between", or "beside" in a layout table


def plant(sample: Sample, html: str, recipe: str, donors: Donors, folds: int) -> str | None:
    """Return the page with what `recipe` plants; None where its article is not found, or nobody is there to speak.

    The same page and recipe give the same bytes each time.
    """
    rng = Random(f"{recipe}/{sample.corpus}/{sample.id}")
    voice = voice_for(sample, donors, folds, rng)
    ground = _ground_of(html, sample.text or "")
    if voice is None or ground is None:
        return None
    return _planted(ground, tuple(_MAKERS[recipe](voice, sample, ground)), rng)


def _threads(voice: Voice, sample: Sample, _: _Ground) -> Iterator[_Piece]:
    place = voice.rng.choice(["in", "in", "after", "after", "outer", "outer", "end"])
    yield _Piece(thread(voice, str(sample.truth.get("title") or "")), place)
    if voice.chance(0.1):
        yield _Piece(thread(voice, ""), "end")


def _stories(voice: Voice, _: Sample, ground: _Ground) -> Iterator[_Piece]:
    rng, container = voice.rng, ground.container
    if voice.chance(0.5):
        html = next_articles(voice, container.tag or "div", container.attributes.get("class") or "")
        yield _Piece(html, rng.choice(_AFTER_ITS_TITLE))
    if voice.chance(0.25):
        yield _Piece(column(voice), "beside")
    yield _Piece(teasers(voice), rng.choice(["before", "before", "in", "after", "outer", "end", "between"]))
    if voice.chance(0.4):
        yield _Piece(teasers(voice), rng.choice(["after", "outer", "end", "before"]))


def _notices(voice: Voice, _: Sample, __: _Ground) -> Iterator[_Piece]:
    for number in range(voice.rng.choice([1, 2, 2, 3])):
        places = ["in", "in", "after", "outer", "before", "end"] + ["between"] * (number == 0)
        yield _Piece(notice(voice), voice.rng.choice(places))


_MAKERS: Final[dict[str, Callable[[Voice, Sample, _Ground], Iterator[_Piece]]]] = {
    "thread": _threads,
    "stories": _stories,
    "notices": _notices,
}


def _ground_of(html: str, truth: str) -> _Ground | None:
    """Return where the article stands; None where too little of the truth is found."""
    tree, folded = LexborHTMLParser(html), fold(truth)
    found: list[tuple[LexborNode, int]] = []
    for node in tree.css(_CANDIDATES):
        text = fold(node.text(deep=node.tag not in _BLOCKS, separator=" "))
        if len(text) >= _MIN_CHARS and text[:_KNOWN_BY] in folded:
            found.append((node, len(text)))
    container = _deepest(found)
    if container is None:
        return None
    return _Ground(tree, container, tuple(node for node, _ in found if node.tag == "p"))


def _deepest(found: Sequence[tuple[LexborNode, int]]) -> LexborNode | None:
    """Return the innermost container with most of what was found."""
    held: dict[int, int] = {}
    nodes: dict[int, tuple[int, LexborNode]] = {}  # with its depth
    for node, chars in found:
        chain = list(_ancestors(node))
        for depth, outer in enumerate(reversed(chain)):
            held[outer.mem_id] = held.get(outer.mem_id, 0) + chars
            nodes[outer.mem_id] = (depth, outer)
    enough = _MOST_OF_IT * sum(chars for _, chars in found)
    fitting = [nodes[at] for at, chars in held.items() if chars >= enough and nodes[at][1].tag not in _NO_CONTAINER]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _ancestors(node: LexborNode) -> Iterator[LexborNode]:
    """Yield the node and the elements around it."""
    at: LexborNode | None = node
    while at is not None and at.tag not in (None, "-undef", "-document"):
        yield at
        at = at.parent


def _planted(ground: _Ground, pieces: Sequence[_Piece], rng: Random) -> str:
    texts: dict[str, str] = {}
    for number, piece in enumerate(pieces):
        first, second = f"@@PLANT{number}A@@", f"@@PLANT{number}B@@"
        if piece.place == "beside":
            texts |= _beside(ground, piece.html, (first, second), left=rng.random() < 0.5)
        else:
            _mark(ground, piece.place, first, rng)
            texts[first] = piece.html
    html = ground.tree.html or ""
    for marker, text in texts.items():
        html = html.replace(marker, text)
    return html


def _beside(ground: _Ground, html: str, markers: tuple[str, str], *, left: bool) -> dict[str, str]:
    """Put the article into one cell of a layout table and `html` into the other; a cell itself gets it above."""
    container = ground.container
    opening, closing = markers
    if container.tag in _CELLS or container.parent is None:
        _set_first(container, opening)
        return {opening: html}
    container.insert_before(opening)
    container.insert_after(closing)
    cell = f'<td valign="top">{html}</td>'
    before, after = (cell, "") if left else ("", cell)
    return {opening: f"<table><tr>{before}<td>", closing: f"</td>{after}</tr></table>"}


def _mark(ground: _Ground, place: str, marker: str, rng: Random) -> None:
    """Set a marker where a piece is to stand."""
    container = ground.container
    is_cell = container.tag in _CELLS
    if place == "between" and ground.paragraphs:
        rng.choice(ground.paragraphs).insert_after(marker)
    elif place == "before":
        _set_first(container, marker) if is_cell else container.insert_before(marker)
    elif place == "end" and ground.tree.body is not None:
        ground.tree.body.insert_child(marker)
    elif is_cell or place in ("in", "between"):
        container.insert_child(marker)
    else:
        levels = rng.choice([1, 1, 2, 3]) if place == "outer" else 0
        _outward(container, levels).insert_after(marker)


def _set_first(container: LexborNode, marker: str) -> None:
    first = container.child
    if first is None:
        container.insert_child(marker)
    else:
        first.insert_before(marker)


def _outward(node: LexborNode, levels: int) -> LexborNode:
    for _ in range(levels):
        if node.parent is not None and node.parent.tag not in (*_CELLS, "tr", "table", "tbody"):
            node = node.parent
    return node
