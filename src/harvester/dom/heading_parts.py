"""Headings whose parts a browser shows apart, and the markup writes without a blank between them."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import Final

from harvester.dom.inline_seams import IN_WORDS, parted, seams_of, words_across
from harvester.models import Block, Document, Role, Span

_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_MAX_SEAMS: Final = 64  # for each the whole page is searched for the word: hostile pages have thousands
_MAX_HEADING: Final = 400  # characters
_MAY_HAVE_CAPITALS: Final = re.compile(r"[a-z][A-Z]|[^\x00-\x7f]")  # within words; most headings have none


def with_parted_headings(document: Document) -> Document:
    """Return the document with a blank between a kicker and the headline that follows it without one.

    `<h1><span class="kicker">Harbours</span>Two ferries ...</h1>`: style sheets show an element with a class as a line,
    and one that begins where another ends. Any other is a part of an h1 where the page's title writes the two words
    apart. A word that the page writes in one elsewhere is one: `<span class="you">You</span>Tube`.
    """
    seams = islice(_seams(document), _MAX_SEAMS)
    found = parted(document.blocks, seams, lambda word, heading: _is_name(word, heading, document))
    if not found:
        return document
    return document.with_blocks(tuple([found.get(at, block) for at, block in enumerate(document.blocks)]))


def _seams(document: Document) -> Iterator[tuple[int, int, str]]:
    """Return where parts of headings meet: the block, the place in its text, and the word that is made of the two."""
    title = document.title or ""
    for at, block in enumerate(document.blocks):
        if block.role is not _HEADING or len(block.text) > _MAX_HEADING:
            continue
        text = block.text
        shown = {edge for span in block.spans for edge in _edges(span, text)}
        shown.update(seam.at for seam in seams_of(block))
        for edge in sorted(shown.union(_capitals(text) if title and block.level == 1 else ())):
            words = words_across(text, edge)
            if words is not None and (edge in shown or " ".join(words) in title):
                yield at, edge, "".join(words)


def _edges(span: Span, text: str) -> Iterator[int]:
    """Return where an element with a class begins and ends in the text around it."""
    if span.classes and span.tag not in IN_WORDS and span.text and text.count(span.text) == 1:
        start = text.index(span.text)
        yield from (start, start + len(span.text))


def _capitals(text: str) -> Iterator[int]:
    """Return where a capital follows a small letter."""
    if not _MAY_HAVE_CAPITALS.search(text):
        return iter(())
    return (at for at, (before, letter) in enumerate(pairwise(text), 1) if letter.isupper() and before.islower())


def _is_name(word: str, heading: Block, document: Document) -> bool:
    """Return whether the page writes a word in one elsewhere than in a heading and its copies."""
    texts = (document.title or "", *(meta.content for meta in document.metas), *(at.text for at in document.blocks))
    whole = heading.text
    return any(word in text and text != whole and (whole == word or whole not in text) for text in texts)
