"""What the JSON of an article leaves out: the fields of its blocks that are at their defaults.

A plain paragraph would be mostly nulls else. All other fields of an article are always written.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, Final

from harvester.models import Cell, Cite, Code, Embed, Figure, Footnote, Mark, Table, TextBlock

SPARSE: Final = frozenset({TextBlock, Mark, Cell, Table, Figure, Embed, Code, Cite, Footnote})
_ALWAYS: Final = frozenset({"role", "text", "level", "lang"})  # of a block: those of the first version


@cache
def optional_fields(kind: Any) -> dict[str, Any]:
    """Return the fields of a type that are left out where they have this value; none but for what is in blocks.

    >>> optional_fields(Cite)
    {'text': None, 'url': None}
    """
    if kind not in SPARSE:
        return {}
    always = _ALWAYS if kind is TextBlock else frozenset()
    return {
        field.name: field.default for field in fields(kind) if field.default is not MISSING and field.name not in always
    }


def plain_blocks(value: Any) -> Any:
    """Return blocks and what is in them as lists and mappings, without fields at their defaults."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if isinstance(value, tuple):
        return [plain_blocks(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    if not is_dataclass(value):
        return value
    names, read, silent = _fields_of(kind)
    said = zip(names, read(value), silent, strict=True)
    return {name: plain_blocks(inner) for name, inner, default in said if inner is not default and inner != default}


_PLAIN: Final = frozenset({str, int, float, bool, type(None)})
_NEVER: Final = object()  # no value of a field: it is always written


@cache
def _fields_of(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]], tuple[Any, ...]]:
    """Return the names of the fields of a type, of two or more, what reads them all, and their defaults."""
    names = tuple(field.name for field in fields(kind))
    optional = optional_fields(kind)
    return names, attrgetter(*names), tuple(optional.get(name, _NEVER) for name in names)
