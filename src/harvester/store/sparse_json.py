"""What the JSON of an article leaves out: the fields of its blocks that are at their defaults.

A plain paragraph would be mostly nulls else. All other fields of an article are always written.

Said twice: `plain_blocks` makes lists and mappings, and `sparse_article` a struct of msgspec, which writes the same
JSON in a fifth of the time.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import cache, reduce
from operator import attrgetter, or_
from types import UnionType
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec

from harvester.models import Article, Cell, Cite, Code, Embed, Figure, Footnote, Mark, Table, TextBlock
from harvester.typed_json import MAKING, json_reader

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


# ── as structs ────────────────────────────────────────────────────────────────────────────────


def sparse_article(article: Article) -> msgspec.Struct:
    """Return the article as a struct of the same fields, that of a block without those at their defaults in JSON.

    Raises msgspec.ValidationError where a block holds what its type does not say, as only other programs make them.
    """
    with MAKING:  # several threads write the first articles of a run
        kind = _article_struct()
    made: msgspec.Struct = msgspec.convert(article, kind, from_attributes=True)
    return made


@cache
def _article_struct() -> type[msgspec.Struct]:
    blocks = _sparse_type(tuple[TextBlock, ...])
    of_fields = [(field.name, blocks if field.name == "blocks" else Any) for field in fields(Article)]
    made = msgspec.defstruct("SparseArticle", of_fields)
    json_reader(made)
    return made


@cache
def _sparse_struct(kind: Any) -> type[msgspec.Struct]:
    """Return the struct of a type in `SPARSE`. It compares by identity: all defaults are `None`, `()`, a bool or 1."""
    optional, types = optional_fields(kind), get_type_hints(kind)
    of_fields = [(field.name, _sparse_type(types[field.name])) for field in fields(kind)]
    declared = [(name, said, optional[name]) if name in optional else (name, said) for name, said in of_fields]
    return msgspec.defstruct(f"Sparse{kind.__name__}", declared, omit_defaults=True)


def _sparse_type(said: Any) -> Any:
    """Return a type of a field with structs in place of the types in `SPARSE`."""
    if said in SPARSE:
        return _sparse_struct(said)
    outer, inner = get_origin(said), get_args(said)
    if outer is Literal:
        return str
    if not inner:
        return said
    parts = [_sparse_type(part) for part in inner]
    return reduce(or_, parts) if isinstance(said, UnionType) else outer[tuple(parts)]
