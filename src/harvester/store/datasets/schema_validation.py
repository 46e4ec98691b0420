"""Whether a line is an article: the same types and constraints as those that the JSON Schema is made from.

Strict decoding is the quick look; only what fails it is walked value by value, so that every fault has its field.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, Final, Literal, NamedTuple

import msgspec

from harvester.models import Article
from harvester.store.articles import article_line
from harvester.store.format_versions import FIRST_SCHEMA, SCHEMAS, SINCE_SECOND
from harvester.store.json_schema import CONSTRAINTS
from harvester.store.sparse_json import optional_fields
from harvester.typed_json import json_reader

# Articles of the first version are read as well.
_LIMITS: Final = CONSTRAINTS | {"Article.schema": {"enum": SCHEMAS}}
MAX_FAULTS: Final = 20  # of one article: more help nobody
_SHOWN_CHARS: Final = 40


class Wrong(NamedTuple):
    """One thing that is wrong with an article."""

    field: str  # "blocks[3].text"; "" for the whole
    explanation: str


def faults_of(line: bytes) -> tuple[Wrong, ...]:
    """Return what is wrong with an article, at most `MAX_FAULTS`: () for one that the JSON Schema allows."""
    try:
        article = json_reader(Article).decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _looked_through(line)
    # What is written again in the same bytes lacks no field.
    return _looked_through(line) if article_line(article) != line or any(_broken(article)) else ()


def _broken(article: Article) -> Iterator[str]:
    """Yield the constraints of the fields that have some."""
    for owner in (article, article.page, article.cleaning, article.edition):
        if owner is not None:
            name = type(owner).__name__
            for field in _constrained(name):
                yield from _limits(getattr(owner, field), _LIMITS[f"{name}.{field}"])


@cache
def _constrained(name: str) -> tuple[str, ...]:
    return tuple(key.partition(".")[2] for key in _LIMITS if key.startswith(f"{name}."))


def _looked_through(line: bytes) -> tuple[Wrong, ...]:
    try:
        value = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return (Wrong("", f"is no JSON: {error}"),)
    return tuple(islice(_faults(value, Article, ""), MAX_FAULTS))


def _faults(value: Any, hint: Any, path: str) -> Iterator[Wrong]:
    """Yield what is wrong with a value that should be of a type of the model."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        inner = next(argument for argument in arguments if argument is not type(None))
        if value is not None:
            yield from _faults(value, inner, path)
    elif is_dataclass(hint):
        yield from _object_faults(value, hint, path)
    elif origin is tuple:
        if not isinstance(value, list):
            yield _not("a list", value, path)
            return
        for number, item in enumerate(value):
            yield from _faults(item, arguments[0], f"{path}[{number}]")
    elif origin is Mapping:
        if not isinstance(value, dict):
            yield _not("an object", value, path)
            return
        for name, item in value.items():
            yield from _faults(item, arguments[1], f"{path}.{name[:_SHOWN_CHARS]}")
    else:
        yield from _plain_faults(value, hint, path)


def _object_faults(value: Any, hint: Any, path: str) -> Iterator[Wrong]:
    if not isinstance(value, dict):
        yield _not("an object", value, path)
        return
    hints = typing.get_type_hints(hint)
    is_first = hint is Article and value.get("schema") == FIRST_SCHEMA
    for field in fields(hint):
        place = f"{path}.{field.name}" if path else field.name
        if field.name not in value:
            if field.name not in optional_fields(hint) and not (is_first and field.name in SINCE_SECOND):
                yield Wrong(place, "is missing")
            continue
        wrong = tuple(_faults(value[field.name], hints[field.name], place))
        yield from wrong
        limits = _LIMITS.get(f"{hint.__name__}.{field.name}")
        if limits and not wrong:
            yield from (Wrong(place, words) for words in _limits(value[field.name], limits))


def _plain_faults(value: Any, hint: Any, path: str) -> Iterator[Wrong]:
    choices = typing.get_args(hint) if typing.get_origin(hint) is Literal else ()
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        choices = tuple(map(str, hint))
    if hint is datetime:
        if not isinstance(value, str) or not _is_moment(value):
            yield _not("a moment, as in 2024-03-04T09:15:00Z", value, path)
        return
    if choices:
        if value not in choices:
            yield _not(f"one of {', '.join(choices)}", value, path)
        return
    wanted, name = _PLAIN[hint]
    if not isinstance(value, wanted) or (isinstance(value, bool) and hint is not bool):
        yield _not(name, value, path)


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


_PLAIN: Final[dict[Any, tuple[tuple[type, ...], str]]] = {
    str: ((str,), "a text"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
}


def _limits(value: Any, limits: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a value by the words of JSON Schema that we use; None is never wrong by them."""
    if value is None:
        return
    if isinstance(value, datetime):
        value = msgspec.to_builtins(value)
    if "enum" in limits and value not in limits["enum"]:
        yield f"must be {' or '.join(map(repr, limits['enum']))}, not {_shown(value)}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], value):
        yield f"must match {limits['pattern']}, not {_shown(value)}"
    if "minimum" in limits and value < limits["minimum"]:
        yield f"must be at least {limits['minimum']}, not {_shown(value)}"
    if "maximum" in limits and value > limits["maximum"]:
        yield f"must be at most {limits['maximum']}, not {_shown(value)}"


def _not(wanted: str, value: Any, path: str) -> Wrong:
    return Wrong(path, f"must be {wanted}, not {_shown(value)}")


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
