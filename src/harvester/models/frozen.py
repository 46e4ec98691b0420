"""Values that do not change, and travel between processes: mappings that can be hashed, dataclasses by their fields."""

import copyreg
from collections.abc import Mapping
from dataclasses import fields
from operator import attrgetter
from typing import Any, Never, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")
Kind = TypeVar("Kind", bound=type)


class FrozenDict(dict[Key, Value]):
    """A dict that is written once.

    A dict, and no other mapping: JSON, pickle and whoever reads it take it as one.

    >>> counts = FrozenDict({"menu": 4})
    >>> counts["menu"], hash(counts) == hash(FrozenDict(menu=4))
    (4, True)
    >>> counts["menu"] = 5
    Traceback (most recent call last):
    TypeError: it does not change: make a dict of it
    """

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle and copy it by what it holds: the way of a dict is to set its keys one by one."""
        return type(self), (dict(self),)

    def _refuse(self, *_: object, **__: object) -> Never:
        raise TypeError("it does not change: make a dict of it")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse


def frozen(mapping: Mapping[Key, Value]) -> FrozenDict[Key, Value]:
    """Return the mapping as one that does not change."""
    return mapping if isinstance(mapping, FrozenDict) else FrozenDict(mapping)


def by_fields(kind: Kind) -> Kind:
    """Pickle the values of a dataclass, of two fields or more, by its fields; for use as a decorator.

    Python's own way for frozen dataclasses with slots asks for each field and sets each, in loops of its own: twice the
    time, and an article is some hundred values.
    """
    values = attrgetter(*(field.name for field in fields(kind)))
    copyreg.pickle(kind, lambda value: (kind, values(value)))
    return kind
