"""Types of columns that make each value storable on its way in: the one door of the state.

A site decides what its robots.txt answers, what its ETag and its tdmrep.json hold: none of it may be a value that the
database refuses, since that would end the run, and every later one. The names are those of SQLAlchemy's own types.
"""

from typing import Any

import sqlalchemy
from sqlalchemy.types import TypeDecorator

from harvester.storable import storable_int, storable_text


class Text(TypeDecorator[str]):
    """Text; see `harvester.storable`."""

    impl = sqlalchemy.Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sqlalchemy.Dialect) -> Any:
        """Return the text without what no database holds."""
        return storable_text(value) if isinstance(value, str) else value


class BigInteger(TypeDecorator[int]):
    """A whole number; one beyond what the column holds becomes the last that it does."""

    impl: Any = sqlalchemy.BigInteger
    cache_ok = True
    most: int = 2**63 - 1

    def process_bind_param(self, value: Any, dialect: sqlalchemy.Dialect) -> Any:
        """Return the nearest number that the column holds."""
        is_beyond = isinstance(value, int) and not -self.most <= value <= self.most
        return storable_int(value, self.most) if is_beyond else value


class Integer(BigInteger):
    """Of 32 bits."""

    impl = sqlalchemy.Integer
    cache_ok = True
    most = 2**31 - 1


class SmallInteger(BigInteger):
    """Of 16 bits."""

    impl = sqlalchemy.SmallInteger
    cache_ok = True
    most = 2**15 - 1
