"""Plain-text dumps of pages, as a naive scraper leaves them, into documents.

Blank lines part blocks; the first short lines are section and headline; marks at the start of a line make list items.
"""

import re
from collections.abc import Iterator
from typing import Final

from harvester.models import Block, Document, Role
from harvester.text import collapse, units

_BLANK_LINES = re.compile(r"\n[ \t\u00a0\u3000]*\n\s*")
_BULLET = re.compile(r"^\s*[•·▪◦●○‣\uff65*\-–—]\s+(?=\S)")
_INDENT = re.compile(r"^(?:\u3000{2}|\u00a0{4})")
_PATH: Final = "text"
_MAX_TITLE_WORDS: Final = 40  # CJK characters count as words; a longer first block is a paragraph
_MAX_SECTION_WORDS: Final = 4
_SENTENCE_ENDS: Final = tuple(".。,，:：;；")  # a headline may ask, call out or quote, but is no sentence


def read_dump(text: str) -> Document:
    """Return a text dump as a Document: its headline is the heading of level 1, a label above it of level 6."""
    paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    blocks = [block for paragraph in paragraphs for block in _read_paragraph(paragraph)]
    return Document(tuple(_with_headline(blocks)), (), None, None, None, (), (), (), ())


def _read_paragraph(paragraph: str) -> Iterator[Block]:
    """Yield a block for each item and each run of other lines."""
    run: list[str] = []
    for line in paragraph.split("\n"):
        starts_block = _BULLET.match(line) or _INDENT.match(line)
        if starts_block and run:
            yield _block(Role.PARAGRAPH, "\n".join(run))
            run = []
        words = collapse(_BULLET.sub("", line))
        if not words:
            continue
        if _BULLET.match(line):
            yield _block(Role.LIST_ITEM, words, 1)
        else:
            run.append(words)
    if run:
        yield _block(Role.PARAGRAPH, "\n".join(run))


def _block(role: Role, text: str, level: int | None = None) -> Block:
    return Block(role, text, level, 0, None, _PATH, -1)


def _with_headline(blocks: list[Block]) -> list[Block]:
    """Return the blocks with the headline marked: the first short line, or the second when the first is a section."""
    first, second = (_is_label(blocks, 0), _is_label(blocks, 1))
    if first and second and units(blocks[0].text) <= _MAX_SECTION_WORDS:
        section = blocks[0]._replace(role=Role.HEADING, level=6)
        return [section, blocks[1]._replace(role=Role.HEADING, level=1), *blocks[2:]]
    return [blocks[0]._replace(role=Role.HEADING, level=1), *blocks[1:]] if first else blocks


def _is_label(blocks: list[Block], index: int) -> bool:
    if index >= len(blocks) or blocks[index].role is not Role.PARAGRAPH:
        return False
    text = blocks[index].text
    return "\n" not in text and units(text) <= _MAX_TITLE_WORDS and not text.endswith(_SENTENCE_ENDS)
