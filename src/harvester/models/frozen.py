"""Values that do not change: mappings that can be hashed, dataclasses made at once and pickled by their fields."""

import copyreg
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from operator import attrgetter
from types import MemberDescriptorType
from typing import Any, Never, TypeVar

from harvester.native import CORE

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


def at_once(kind: Kind) -> Kind:
    """Let a frozen dataclass with slots have all its fields set by one compiled call; for use as a decorator.

    Python's own way sets each by its name: .2 microseconds a field, five times what one takes that may change. It pays
    where many are made for each page, or one of many fields. Signature and defaults stay, `__post_init__` is called;
    interpreted, the class is as it was. Raises TypeError where a field has no slot, is not given in its place, or has a
    default that is made anew for each.
    """
    names = _names_in_place(kind)
    if not all(isinstance(getattr(kind, name, None), MemberDescriptorType) for name in names):
        raise TypeError(f"{kind.__name__} has a field without a slot")
    if CORE is None:
        return kind
    set_slots = CORE.setter_of(tuple(getattr(kind, name) for name in names))
    return _made_by(kind, names, set_slots, ", ".join(names))


def in_own_dict(kind: Kind) -> Kind:
    """Let a frozen dataclass with cached values have all its fields set as one dict; for use as a decorator.

    Python keeps the attributes of an instance by keys that all of its class share. With the first cached value it can
    no longer tell beforehand where one is, and searches for each: 25 nanoseconds more, thousands of times a page. In a
    dict of the instance's own it looks at the place where the last one had it. Signature and defaults stay. Raises
    TypeError where a field is not given in its place, has a default that is made anew for each, or the class has slots.
    """
    names = _names_in_place(kind)
    if not kind.__dictoffset__:
        raise TypeError(f"{kind.__name__} has slots, and no dict")
    given = ", ".join(f"{name!r}: {name}" for name in names)
    return _made_by(kind, names, object.__setattr__, f"'__dict__', {{{given}}}")


def set_dict(held: object, values: dict[str, Any]) -> None:
    """Let an instance of a frozen dataclass without slots hold `values`, and nothing else."""
    object.__setattr__(held, "__dict__", values)


def _names_in_place(kind: type) -> list[str]:
    """Return the names of a dataclass's fields; raises TypeError where they are not all that its values are made of."""
    own: Any = kind.__init__  # type: ignore[misc]  # of the class, not of one of its instances
    names = [field.name for field in fields(kind)]
    are_in_place = own.__code__.co_varnames[1 : own.__code__.co_argcount] == tuple(names)
    if not are_in_place or any(field.default_factory is not MISSING for field in fields(kind)):
        raise TypeError(f"{kind.__name__} has a field out of its place, or with a default made anew")
    return names


def _made_by(kind: Kind, names: list[str], set_all: Callable[..., None], given: str) -> Kind:
    """Return the class with an `__init__` that hands all that it is given to one function."""
    own: Any = kind.__init__  # type: ignore[misc]
    more = " or self.__post_init__()" if hasattr(kind, "__post_init__") else ""
    scope = {"set_all": set_all}
    made = eval(f"lambda self, {', '.join(names)}: set_all(self, {given}){more}", scope)  # noqa: S307 - names of our own fields
    made.__name__, made.__qualname__, made.__defaults__ = own.__name__, own.__qualname__, own.__defaults__
    made.__annotations__, made.__module__ = own.__annotations__, kind.__module__
    kind.__init__ = made  # type: ignore[misc]
    return kind
