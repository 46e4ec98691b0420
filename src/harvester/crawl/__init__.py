"""From a sources file to articles: the room behind `harvester crawl`."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harvester.models import Outcome


class _Room(ModuleType):
    """This package, called as the function of its name is.

    Python puts the package in the place of the function of the front door that has its name.
    """

    def __call__(self, *arguments: Any, **options: Any) -> "Iterator[Outcome]":
        """Do what the function `harvester.crawl` does."""
        from harvester import _crawl  # noqa: PLC0415 - the front door is open once all rooms below it are there

        return _crawl(*arguments, **options)


sys.modules[__name__].__class__ = _Room
