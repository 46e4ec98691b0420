"""What is shown of single articles: texts side by side, and fields then and now."""

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from harvester.compare.compared_article import CONTENT, FIELDS, value_of
from harvester.compare.comparison import Example, Field, Values
from harvester.compare.matching import Index, IndexedArticle, Side
from harvester.crawl.article_edits import BlockEdit, block_edits, shown_block
from harvester.models import Role, TextBlock
from harvester.store.articles import plain_of

_MAX_EDITS: Final = 40  # of one example
_MAX_BLOCKS: Final = 1_000  # of one text that are compared: time grows with their square
_MAX_BLOCK_CHARS: Final = 3_000
_MAX_VALUE_CHARS: Final = 300
_CUT: Final = " [...]"
_ROLES: Final = frozenset(map(str, Role))


def make_example(index: Index, old: int, new: int) -> Example:
    """Return the text of one article, then and now."""
    before, after = index.entry(Side.OLD, old), index.entry(Side.NEW, new)
    texts = (_blocks(_plain(index, Side.OLD, old)), _blocks(_plain(index, Side.NEW, new)))
    edits = block_edits(*texts)
    shown = tuple(_cut(edit) for edit in islice(edits, _MAX_EDITS))
    return Example(
        title=after.title,
        url=after.url,
        old_place=place_of(before),
        new_place=place_of(after),
        old_chars=before.chars,
        new_chars=after.chars,
        removed=_removed(before.removed, after.removed),
        edits=shown,
        left_out=sum(1 for _ in edits),
    )


def field_rows(
    index: Index,
    counts: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, Sequence[tuple[IndexedArticle, IndexedArticle]]],
) -> tuple[Field, ...]:
    """Return the fields that changed, those of the content first, the most changed first."""
    rows = (
        Field(
            name,
            name in CONTENT,
            counts[name]["changed"],
            counts[name]["gained"],
            counts[name]["lost"],
            tuple(_values(index, name, pair) for pair in shown.get(name, ())),
        )
        for name in FIELDS
        if name in counts
    )
    return tuple(sorted(rows, key=lambda row: (not row.is_content, -row.changed, FIELDS.index(row.name))))


def place_of(entry: IndexedArticle) -> str:
    """Return where an article is in its set, for people."""
    return entry.file if entry.file.endswith(".json") else f"{entry.file}:{entry.row}"


def _plain(index: Index, side: Side, number: int) -> dict[str, Any]:
    line = index.line(side, number)
    return {} if line is None else plain_of(line)  # None: the set was changed while it was read


def _removed(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, int]:
    changes = {kind: new.get(kind, 0) - old.get(kind, 0) for kind in sorted(old.keys() | new.keys())}
    return dict(sorted(((kind, more) for kind, more in changes.items() if more), key=lambda item: -abs(item[1])))


# ── texts ─────────────────────────────────────────────────────────────────────────────────────


def _blocks(plain: Mapping[str, Any]) -> list[str]:
    blocks = plain.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        return str(plain.get("text") or "").split("\n\n")[:_MAX_BLOCKS]
    return [shown_block(_block(block)) for block in blocks[:_MAX_BLOCKS]]


def _block(plain: Any) -> TextBlock:
    said = plain if isinstance(plain, dict) else {}
    role, level = said.get("role"), said.get("level")
    return TextBlock(
        Role(role) if role in _ROLES else Role.PARAGRAPH,
        str(said.get("text") or ""),
        level if isinstance(level, int) and 1 <= level <= 6 else None,
    )


def _cut(edit: BlockEdit) -> BlockEdit:
    return BlockEdit(_shorter(edit.before), _shorter(edit.after), edit.unchanged)


def _shorter(text: str | None, most: int = _MAX_BLOCK_CHARS) -> str | None:
    return text if text is None or len(text) <= most else text[:most] + _CUT


# ── fields ────────────────────────────────────────────────────────────────────────────────────


def _values(index: Index, name: str, pair: tuple[IndexedArticle, IndexedArticle]) -> Values:
    plains = (_plain(index, Side.OLD, pair[0].n), _plain(index, Side.NEW, pair[1].n))
    old, new = _shapes(*plains) if name == "blocks" else (_shown(value_of(plain, name)) for plain in plains)
    return Values(pair[1].title, pair[1].url, old, new)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _shorter(text, _MAX_VALUE_CHARS) or ""


def _shapes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, str]:
    """Return the first block that is of another role, level, language or text, without all of its text."""
    before, after = (list(plain.get("blocks") or ()) for plain in (old, new))
    number = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    return _shape(before, number), _shape(after, number)


def _shape(blocks: Sequence[Any], number: int) -> str:
    if number >= len(blocks):
        return f"{len(blocks):,} blocks"
    block = blocks[number] if isinstance(blocks[number], dict) else {}
    kind = " ".join(str(block[name]) for name in ("role", "level", "lang") if block.get(name) is not None)
    return f"block {number + 1:,}: {kind}: {_shorter(str(block.get('text') or ''), 60)}"
