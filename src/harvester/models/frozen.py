"""A mapping that does not change, so that what holds it can be compared, hashed and shared."""

from collections.abc import Mapping
from typing import Any, Never, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


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
