"""Sources that are all of a line at the end of the text, without a colon: "(dpa)", "Theo TTXVN"."""

from collections.abc import Iterator, Sequence
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
    """Yield the short lines that end the text, and those right behind it, which may name its source."""
    text, blocks = lookups.page_index.kept, lookups.document.blocks
    if not text:
        return
    words = _words(lookups)
    for at in (*text[-LINES_OF_TEXT:], *range(text[-1] + 1, min(text[-1] + 1 + LINES_BEHIND, len(blocks)))):
        line = blocks[at].text
        if len(line) <= MAX_NAME_CHARS and (
            ":" in line
            or "：" in line
            or line.startswith(_OPENING)
            or (words and _behind(line.casefold().lstrip("(（"), words))
        ):
            yield at


def whole_line(lookups: ArticleLookups, index: int) -> Source | None:
    """Return the source that is all of a line of `at_end`: an agency in brackets, or a name behind words for "from"."""
    block = lookups.document.blocks[index]
    bare = block.text.strip(_BRACKETS)
    if block.text.startswith(_OPENING) and is_agency(bare, lookups.lexicon):
        return Source(bare, None, one_line(block))
    name, link = _behind_words(lookups, bare), _link(lookups, block)
    if name is None or (link is None and looks_like_person(name, lookups.lexicon)):
        return None
    return Source(name, link, one_line(block))


def _behind_words(lookups: ArticleLookups, line: str) -> str | None:
    """Return what stands behind the words with which the page's language names a source, where it is one name."""
    start = _behind(line.casefold(), _words(lookups))
    name = source_name(line[start:], lookups.lexicon) if start and line[start : start + 1].isupper() else None
    return name if name == line[start:] else None


def _words(lookups: ArticleLookups) -> Sequence[str]:
    language = lookups.lexicon.languages.get(lookups.habits.language or "")
    return language.lists.get("source.lines", ()) if language is not None else ()


def _behind(small: str, words: Sequence[str]) -> int:
    """Return where a folded line goes on behind one of `words`; 0 where it begins with none."""
    return next((len(one) + 1 for one in words if small.startswith(f"{one} ")), 0)


def _link(lookups: ArticleLookups, block: Block) -> str | None:
    links = [span.href for span in block.spans if span.tag == "a" and span.href]
    return absolute(lookups, links[0]) if len(links) == 1 else None
