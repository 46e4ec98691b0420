"""Who published the text first, when the page is a repost or says whom to name."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from harvester.metadata.places import removed_as
from harvester.metadata.reading import Reading, evidence
from harvester.metadata.structured import MAX_NOTICE_CHARS, Clues, absolute, clean_text
from harvester.metadata.wordlists import load_words
from harvester.models import Block, Source

MAX_NAME_CHARS: Final = 60
_METAS: Final = ("original-source", "syndication-source", "source", "mediaid", "contentsource", "article:source")
# Names that say nothing: "来源：网络" is "from the web".
_NOBODY: Final = frozenset(
    {"网络", "互联网", "網路", "本站", "本网", "internet", "web", "the web", "ネット", "own", "原创", "self"}
)
# What ends a source's name on its line: another label, a mark, a date.
_NAME_END: Final = re.compile(
    r"\s*(?:[|｜»>\n)）\]】。]|\s{2,}|\s[\u3041-\ud7ff]{2,6}[:：]"
    r"|(?<!\w)(?:19|20)\d{2}[-年/.]|\s[-–—]\s|\. |\.$)"
)
_LEAD_MARKS: Final = " \t\r\n:：-–—,，.«“\"'([（【"


def read_source(clues: Clues) -> Reading[Source] | None:
    """Return the source with the line that names it: a line that a rule removed, else one near the headline."""
    for index in _lines(clues):
        found = _read_line(clues, clues.document.blocks[index])
        if found is not None:
            return Reading(found, (evidence("source", found.notice or found.name or "", f"block:{index}"),))
    return _recorded(clues)


def _lines(clues: Clues) -> Iterator[int]:
    blocks = clues.document.blocks
    yield from (index for index, block in enumerate(blocks) if removed_as(block, "repost_notice", "source_credit"))
    yield from clues.byline
    words = load_words()
    if any(phrase in clues.lines for phrase in (*words.first_published, *words.repost_labels)):
        yield from (index for index, block in enumerate(blocks) if _speaks_of_first(block))


def _speaks_of_first(block: Block) -> bool:
    """Say whether a short block says where the text stood first, or whom to name when it is copied."""
    if len(block.text) > MAX_NOTICE_CHARS:
        return False
    return bool(_first_published().search(block.text) or _repost_label().match(block.text))


def _read_line(clues: Clues, block: Block) -> Source | None:
    text = block.text
    if len(text) > MAX_NOTICE_CHARS:
        return None
    for pattern in (_repost_label(), _first_published(), _source_label()):
        match = pattern.search(text)
        if match is not None:
            name = _name(text[match.end() :])
            url = _link(clues, block, name)
            if name is not None or url is not None:
                return Source(name, url, text.replace("\n", " "))
    return None


def _name(rest: str) -> str | None:
    rest = rest.lstrip(_LEAD_MARKS)
    end = _NAME_END.search(rest)
    name = (rest[: end.start()] if end is not None else rest).strip(_LEAD_MARKS)
    if not name or name.casefold() in _NOBODY or "://" in name:
        return None
    return name if len(name) <= MAX_NAME_CHARS else None


def _link(clues: Clues, block: Block, name: str | None) -> str | None:
    """Return the link of the source: the one that bears its name, else the only one of the line."""
    links = [span for span in block.spans if span.tag == "a" and span.href]
    named = [span for span in links if name is not None and span.text and (span.text in name or name in span.text)]
    chosen = named[:1] or (links if len(links) == 1 else [])
    return absolute(clues, chosen[0].href) if chosen else None


def _recorded(clues: Clues) -> Reading[Source] | None:
    for name in _METAS:
        for value in clues.metas.get(name, ()):
            text = clean_text(value)
            is_url = text.startswith(("http://", "https://"))
            label = _source_label().match(text)
            named = None if is_url else _name(text[label.end() :] if label is not None else text)
            if is_url or named is not None:
                source = Source(named, text if is_url else None, None)
                return Reading(source, (evidence("source", text, f"meta:{name}"),))
    return None


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


@cache
def _repost_label() -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{_either(load_words().repost_labels)})\s*[:：]\s*(?=[^»]{{1,60}}»)", re.IGNORECASE)


@cache
def _first_published() -> re.Pattern[str]:
    return re.compile(rf"(?<![a-zäöü])(?:{_either(load_words().first_published)})(?![a-z])\s*", re.IGNORECASE)


@cache
def _source_label() -> re.Pattern[str]:
    return re.compile(
        rf"(?:^|[\n\s(（\[【|])(?:{_either(load_words().source_labels)})\s*[:：丨|]\s*(?=\S)", re.IGNORECASE
    )
