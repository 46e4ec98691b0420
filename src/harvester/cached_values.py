"""Attributes that are made when they are first asked for, by whichever threads ask.

`functools.cached_property` of Python 3.11 holds a lock of its class while a value is made: threads that clean pages
wait for each other, and a process that is forked meanwhile waits for ever, for a thread that it does not have.
"""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

_Value = TypeVar("_Value")


class cached_value(Generic[_Value]):  # noqa: N801 - stands where functools.cached_property does
    """Makes a method without arguments an attribute that is made once, and then stands in the instance's `__dict__`.

    Two threads that ask at once may both make it, so what makes it is pure; both are given the first.
    """

    def __init__(self, make: Callable[[Any], _Value]) -> None:
        self._make = make
        self._name = make.__name__
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, instance: None, owner: type) -> "cached_value[_Value]": ...
    @overload
    def __get__(self, instance: object, owner: type) -> _Value: ...
    def __get__(self, instance: object, owner: type) -> "cached_value[_Value] | _Value":
        """Return the value: of an instance that has it already, Python does not ask here."""
        if instance is None:
            return self
        value: _Value = instance.__dict__.setdefault(self._name, self._make(instance))
        return value
