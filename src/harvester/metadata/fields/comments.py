"""Readers' comments as the record of the article (JSON-LD `comment`) holds them."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.lookup.date_text import parse_date
from harvester.metadata.lookup.day_readings import Habits
from harvester.metadata.lookup.json_ld import Node, types_of
from harvester.metadata.lookup.structured_data import PageLookups
from harvester.models import Comment

# Also of those that are printed.
MAX_COMMENTS: Final = 1_000  # of a page: what more there are, few read, and each article would hold
MAX_COMMENT_CHARS: Final = 20_000  # forms take less: more is a thread that was taken for one comment
MAX_DEPTH: Final = 32  # of replies; no site shows more, a hostile page nests thousands
_MAX_NODES: Final = 4 * MAX_COMMENTS  # that are looked at: a record may name itself as its reply
_TYPES: Final = frozenset({"Comment", "UserComments"})
_UNSURE_ORDER: Final = Habits(day_first=None)


def recorded_comments(lookups: PageLookups) -> tuple[Comment, ...]:
    """Return the comments of the article's record, replies behind what they answer; none without a name or a date."""
    found: list[Comment] = []
    seen: set[str] = set()
    waiting = list(_replies(lookups.article, 0)) if lookups.article is not None else []  # the next one last
    for _ in range(_MAX_NODES):
        if not waiting or len(found) >= MAX_COMMENTS:
            break
        value, depth = waiting.pop()
        node = lookups.resolve(value)
        if node is None or not types_of(node) & _TYPES or _id(node) in seen:
            continue
        if name := _id(node):
            seen.add(name)
        if (comment := _comment(lookups, node, depth)) is not None:
            found.append(comment)
        if depth < MAX_DEPTH:
            waiting += _replies(node, depth + (comment is not None))
    return tuple(found)


def _id(node: Node) -> str:
    return str(node.get("@id") or "")


def _replies(node: Node, depth: int) -> Iterator[tuple[object, int]]:
    """Yield the comments of a record's `comment`, the last one first."""
    value = node.get("comment")
    items = value[:_MAX_NODES] if isinstance(value, list) else [value]
    return ((item, depth) for item in reversed(items))


def _comment(lookups: PageLookups, node: Node, depth: int) -> Comment | None:
    text = _first(lookups, node, "text", "commentText", "description")
    author = _first(lookups, node, "author", "creator")
    printed = _first(lookups, node, "dateCreated", "datePublished", "commentTime")
    if text is None or len(text) > MAX_COMMENT_CHARS or (author or printed) is None:
        return None
    date = (parse_date(printed, lookups.lexicon, _UNSURE_ORDER) or printed) if printed else None
    return Comment(text, author, date, depth)


def _first(lookups: PageLookups, node: Node, *keys: str) -> str | None:
    return next((text for key in keys for text in lookups.texts(node.get(key))), None)
