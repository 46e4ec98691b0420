"""Headings whose parts a browser shows apart, and the markup writes without a blank between them."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Final

from harvester.models import Block, Document, Role, Span

_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_MAX_SEAMS: Final = 64  # for each the whole page is searched for the word: hostile pages have thousands
_MAX_HEADING: Final = 400  # characters
_WORD_BEFORE: Final = re.compile(r"[^\W\d_]{3,}\Z")
_WORD_BEHIND: Final = re.compile(r"[^\W\d_]{3,}")
_MAY_HAVE_CAPITALS: Final = re.compile(r"[a-z][A-Z]|[^\x00-\x7f]")  # within words; most headings have none
# They set off letters and words of a sentence, and are no line of their own.
_IN_WORDS: Final = frozenset("abbr b big bdi cite code em font i ins kbd mark q rt ruby s strong sub sup u var".split())


def with_parted_headings(document: Document) -> Document:
    """Return the document with a blank between a kicker and the headline that follows it without one.

    `<h1><span class="kicker">Harbours</span>Two ferries ...</h1>`: style sheets show an element with a class as a line.
    One without is a part of an h1 where the page's title writes the two words apart. A word that the page writes in one
    elsewhere is one: `<span class="you">You</span>Tube`.
    """
    seams: dict[int, list[int]] = {}
    for at, edge, word in islice(_seams(document), _MAX_SEAMS):
        if not _is_name(word, document.blocks[at], document):
            seams.setdefault(at, []).append(edge)
    if not seams:
        return document
    blocks = enumerate(document.blocks)
    return document.with_blocks(tuple([_parted(block, seams[at]) if at in seams else block for at, block in blocks]))


def _seams(document: Document) -> Iterator[tuple[int, int, str]]:
    """Return where parts of headings meet: the block, the place in its text, and the word that is made of the two."""
    title = document.title or ""
    for at, block in enumerate(document.blocks):
        if block.role is not _HEADING or not (block.spans or block.level == 1) or len(block.text) > _MAX_HEADING:
            continue
        text = block.text
        shown = {edge for span in block.spans for edge in _edges(span, text)}
        for edge in sorted(shown.union(_capitals(text) if title and block.level == 1 else ())):
            before, behind = _WORD_BEFORE.search(text, 0, edge), _WORD_BEHIND.match(text, edge)
            if not before or not behind or not _begins(before[0], behind[0]):
                continue
            if edge in shown or f"{before[0]} {behind[0]}" in title:
                yield at, edge, before[0] + behind[0]


def _edges(span: Span, text: str) -> Iterator[int]:
    """Return where an element with a class begins and ends in the text around it."""
    if span.classes and span.tag not in _IN_WORDS and span.text and text.count(span.text) == 1:
        start = text.index(span.text)
        yield from (start, start + len(span.text))


def _capitals(text: str) -> Iterator[int]:
    """Return where a capital follows a small letter."""
    if not _MAY_HAVE_CAPITALS.search(text):
        return iter(())
    return (at for at, (before, letter) in enumerate(pairwise(text), 1) if letter.isupper() and before.islower())


def _begins(before: str, behind: str) -> bool:
    return behind[0].isupper() and not (before.isupper() and behind.isupper())


def _is_name(word: str, heading: Block, document: Document) -> bool:
    """Return whether the page writes a word in one elsewhere than in a heading and its copies."""
    texts = (document.title or "", *(meta.content for meta in document.metas), *(at.text for at in document.blocks))
    whole = heading.text
    return any(word in text and text != whole and (whole == word or whole not in text) for text in texts)


def _parted(block: Block, edges: Sequence[int]) -> Block:
    text = block.text
    return block._replace(text=" ".join(text[start:end] for start, end in pairwise((0, *edges, len(text)))))
