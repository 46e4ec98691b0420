"""Sources that are all of a line at the end of the text, without a colon: "(dpa)", "Theo TTXVN"."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.lookup.page_index import one_line
from harvester.metadata.lookup.person_test import is_agency, looks_like_person
from harvester.metadata.lookup.source_names import MAX_NAME_CHARS, source_name
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.models import Block, Source

LINES_OF_TEXT: Final = 2  # of the text at its end
LINES_BEHIND: Final = 3  # behind it
_BRACKETS: Final = " ()（）[]【】.。"
_OPENING: Final = ("(", "（", "[", "【")


def at_end(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the short lines that end the text, and those right behind it."""
    text, blocks = lookups.page_index.kept, lookups.document.blocks
    if text:
        behind = range(text[-1] + 1, min(text[-1] + 1 + LINES_BEHIND, len(blocks)))
        yield from (at for at in (*text[-LINES_OF_TEXT:], *behind) if len(blocks[at].text) <= MAX_NAME_CHARS)


def whole_line(lookups: ArticleLookups, index: int) -> Source | None:
    """Return the source that is all of a line at the end: an agency in brackets, or a name behind words for "from"."""
    block = lookups.document.blocks[index]
    if len(block.text) > MAX_NAME_CHARS or index not in at_end(lookups):
        return None
    bare = block.text.strip(_BRACKETS)
    if block.text.startswith(_OPENING) and is_agency(bare, lookups.lexicon):
        return Source(bare, None, one_line(block))
    name, link = _behind_words(lookups, bare), _link(lookups, block)
    if name is None or (link is None and looks_like_person(name, lookups.lexicon)):
        return None
    return Source(name, link, one_line(block))


def _behind_words(lookups: ArticleLookups, line: str) -> str | None:
    """Return what stands behind the words with which the page's language names a source, where it is one name."""
    language = lookups.lexicon.languages.get(lookups.habits.language or "")
    words = language.lists.get("source.lines", ()) if language is not None else ()
    small = line.casefold()
    start = next((len(one) + 1 for one in words if small.startswith(f"{one} ")), 0)
    name = source_name(line[start:], lookups.lexicon) if start and line[start : start + 1].isupper() else None
    return name if name == line[start:] else None


def _link(lookups: ArticleLookups, block: Block) -> str | None:
    links = [span.href for span in block.spans if span.tag == "a" and span.href]
    return absolute(lookups, links[0]) if len(links) == 1 else None
