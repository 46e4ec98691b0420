"""Readers' comments as the record of the article (JSON-LD `comment`) holds them."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.lookup.date_text import Habits, parse_date
from harvester.metadata.lookup.structured_data import Clues, Node, types_of
from harvester.models import Comment

MAX_RECORDED: Final = 1_000  # of a page, as of those that are printed
MAX_RECORDED_CHARS: Final = 20_000  # of one
_MAX_DEEP: Final = 32  # replies in replies
_TYPES: Final = frozenset({"Comment", "UserComments"})
_UNSURE_ORDER: Final = Habits(day_first=None)


def recorded_comments(clues: Clues) -> tuple[Comment, ...]:
    """Return the comments of the article's record, replies behind what they answer; none without a name or a date."""
    if clues.article is None:
        return ()
    found: list[Comment] = []
    for comment in _replies(clues, clues.article, 0):
        found.append(comment)
        if len(found) >= MAX_RECORDED:
            break
    return tuple(found)


def _replies(clues: Clues, node: Node, depth: int) -> Iterator[Comment]:
    value = node.get("comment")
    for item in value if isinstance(value, list) else [value]:
        reply = clues.resolve(item)
        if reply is None or not types_of(reply) & _TYPES:
            continue
        if (comment := _comment(clues, reply, depth)) is not None:
            yield comment
        if depth < _MAX_DEEP:
            yield from _replies(clues, reply, depth + (comment is not None))


def _comment(clues: Clues, node: Node, depth: int) -> Comment | None:
    text = _first(clues, node, "text", "commentText", "description")
    author = _first(clues, node, "author", "creator")
    printed = _first(clues, node, "dateCreated", "datePublished", "commentTime")
    if text is None or len(text) > MAX_RECORDED_CHARS or (author or printed) is None:
        return None
    date = (parse_date(printed, clues.lexicon, _UNSURE_ORDER) or printed) if printed else None
    return Comment(text, author, date, depth)


def _first(clues: Clues, node: Node, *keys: str) -> str | None:
    return next((text for key in keys for text in clues.texts(node.get(key))), None)
