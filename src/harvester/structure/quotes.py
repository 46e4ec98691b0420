"""Where a quotation is from."""

from typing import Final

from harvester.dom import end_of_element, unescaped
from harvester.dom.html_tags import FIGURES, QUOTES
from harvester.models import Block, Cite, Markup
from harvester.structure.link_targets import resource_url
from harvester.structure.markup_tokens import attributes_at, attributes_of, container, tag_of
from harvester.text import collapse

_NAMING: Final = frozenset({"cite", "footer", "figcaption"})
_MAX_CITE_CHARS: Final = 300  # a longer one is a part of the quotation
_DASHES: Final = " \u2014\u2013\u2015-~"


class QuoteReader:
    """Reads where the quotations of a page are from, each once."""

    def __init__(self, base: str | None) -> None:
        self._base = base
        self._known: dict[tuple[int, int], Cite | None] = {}

    def read(self, block: Block) -> Cite | None:
        """Return where the quotation that a block is of comes from; None where the page names no source."""
        if block.trace is None or (quote := container(block.trace.markup, block.trace.element, QUOTES)) is None:
            return None
        key = id(block.trace.markup), quote
        if key not in self._known:
            self._known[key] = _cite(block.trace.markup, quote, self._base)
        return self._known[key]


def _cite(markup: Markup, quote: int, base: str | None) -> Cite | None:
    url = resource_url(base, attributes_at(markup, quote).get("cite") or "")
    figure = container(markup, markup.elements[quote].parent, FIGURES)
    text, link = _named(markup, quote)
    if text is None and figure is not None:
        text, link = _named(markup, figure)
    url = url or (resource_url(base, link) if link else None)
    return Cite(text, url) if text or url else None


def _named(markup: Markup, element: int) -> tuple[str | None, str | None]:
    """Return what is in the last element of a container that names a source, and its link."""
    tokens, start = markup.tokens, markup.places[element]
    end = end_of_element(tokens, start + 1, markup.elements[element].tag)
    text, link = None, None
    for at in range(start + 2, end, 2):
        tag = tag_of(tokens[at])
        if tag in _NAMING and tokens[at][1] != "/":
            inside = tokens[at + 1 : end_of_element(tokens, at + 1, tag)]
            said = collapse(unescaped("".join(inside[::2]))).strip(_DASHES)
            if 0 < len(said) <= _MAX_CITE_CHARS:
                text = said
                hrefs = (attributes_of(token).get("href") for token in inside[1::2] if token.startswith("<a "))
                link = next(filter(None, hrefs), None)
                if tag != "cite":
                    break
    return text, link
