"""Finds on a page what the rules of its site name, while its tree is there, and hands it out as values.

A node that a selector fits is marked by an attribute. So the walk over the markup meets its start tag as one of its
own, makes a container of it, and notes which rules fit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from harvester.dom.compiled_reader import read_body
from harvester.dom.flat_markup import Opening, body_html, read_opening, split_markup
from harvester.models import Element, FieldText
from harvester.text import collapse

_MARK: Final = "data-harvester-rules"
_MAX_TEXTS: Final = 20  # nodes that one selector of a field reads; a byline names fewer people
_MAX_TEXT_CHARS: Final = 2_000
_MAX_FIELD_CHARS: Final = 20_000  # of markup that a field is read from


class Selector(NamedTuple):
    """A CSS selector of a rule."""

    rule: str  # "site:courier.example:remove:2"
    css: str
    field: str | None = None  # the field that its text gives; None: the rule is about blocks


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for on a page."""

    selectors: tuple[Selector, ...]
    fitting: Callable[[Element], tuple[str, ...]]  # the rules that a container's own words fit
    revealing: frozenset[str]  # rules whose containers are read where they are hidden, too


def selector_fault(css: str) -> str | None:
    """Return what is wrong with a CSS selector, None where nothing is."""
    try:
        LexborHTMLParser("<p>").css(css)
    except SelectolaxError:
        return "is no CSS selector that can be used here"
    return None


def mark_tree(tree: LexborHTMLParser, wanted: Wanted) -> tuple[FieldText, ...]:
    """Mark the nodes that selectors fit; return the texts that fields are to be read from, in the order of the rules.

    Marks that the page brings itself are taken off first.
    """
    for node in tree.css(f"[{_MARK}]"):
        del node.attrs[_MARK]
    texts: list[FieldText] = []
    for number, (rule, css, field) in enumerate(wanted.selectors):
        nodes = tree.css(css)
        if field is not None:
            texts += (FieldText(field, rule, text) for node in nodes[:_MAX_TEXTS] for text in _texts_of(node, field))
        # A byline or a date may stand in the middle of a line, which would be torn apart.
        for node in nodes if field in (None, "title") else ():
            before = node.attributes.get(_MARK)
            node.attrs[_MARK] = f"{before} {number}" if before else str(number)
    return tuple(texts)


def read_marks(markup: str, wanted: Wanted) -> dict[str, Opening]:
    """Return the start tags in `markup` that rules fit, each with the rules and as a container of its own."""
    found = ((token, read_opening(token)) for token in set(split_markup(markup)[1::2]) if token[1] not in "/!")
    marked = ((token, _marked(opening, wanted)) for token, opening in found)
    return {token: opening for token, opening in marked if opening.rules}


def _marked(opening: Opening, wanted: Wanted) -> Opening:
    numbers = (opening.attributes.get(_MARK) or "").split()
    named = (wanted.selectors[int(number)].rule for number in numbers)
    rules = (*named, *wanted.fitting(Element(-1, *opening.traits)))
    attributes = {name: value for name, value in opening.attributes.items() if name != _MARK}
    is_hidden = opening.is_hidden and wanted.revealing.isdisjoint(rules)
    return opening._replace(attributes=attributes, is_hidden=is_hidden, is_border=True, rules=rules)


def _texts_of(node: LexborNode, field: str) -> list[str]:
    """Return the value of a node: a <meta>'s content, any other's text; of a date, first the form for machines."""
    get = node.attributes.get
    if field == "published":
        said = [get("datetime"), get("content"), _visible_text(node), get("title")]
    else:
        said = [get("content") or _visible_text(node)]
    return [text for one in said if one and (text := collapse(one)[:_MAX_TEXT_CHARS])]


def _visible_text(node: LexborNode) -> str:
    if node.tag == "title":
        return collapse(node.text(deep=True))
    html = (node.html or "")[:_MAX_FIELD_CHARS]
    blocks = read_body(body_html(LexborHTMLParser(html))).blocks
    return collapse(" ".join(block.text for block in blocks))


def of_markup(html: str, wanted: Wanted) -> tuple[Mapping[int, tuple[str, ...]], tuple[FieldText, ...]]:
    """Return what `wanted` finds in a piece of markup: the rules of each container, and the texts of fields."""
    tree = LexborHTMLParser(html)
    texts = mark_tree(tree, wanted)
    markup = body_html(tree)
    return read_body(markup, reveal_hidden=True, marked=read_marks(markup, wanted)).rules, texts
