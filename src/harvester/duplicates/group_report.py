"""Groups of duplicates as JSON lines, written piece by piece: a group may have a million members."""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from harvester.duplicates.duplicate_groups import GroupMember

DUPLICATES_SCHEMA: Final = "harvester/duplicates/1"
_NEVER: Final = "9999"


def group_json(group: Iterable[GroupMember]) -> Iterator[bytes]:
    """Yield one line of JSON in pieces: `schema`, `original` and its `copies`, by time."""
    members = iter(group)
    head = {"schema": DUPLICATES_SCHEMA, "original": _article(next(members))}
    yield json.dumps(head, ensure_ascii=False).removesuffix("}").encode("utf-8", "replace") + b', "copies": ['
    for number, member in enumerate(members):
        fields = _article(member) | {"match": "exact" if member.is_exact else "near", "bits": member.bits}
        yield (b", " if number else b"") + json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")
    yield b"]}\n"


def _article(member: GroupMember) -> dict[str, Any]:
    row = member.row
    time = None if row.time == _NEVER else f"{row.time}Z"
    return {"id": row.id, "url": row.url, "time": time, "file": row.file, "row": row.row}
