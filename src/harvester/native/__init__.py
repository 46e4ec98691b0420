"""The compiled form of what costs most time on a page; everything in it exists interpreted, too, with equal results.

`CORE` is the compiled module; None where it was not built, or where HARVESTER_INTERPRETED is set (to compare both).
"""

import os
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Final


def _load() -> ModuleType | None:
    if os.environ.get("HARVESTER_INTERPRETED") or find_spec("harvester.native._core") is None:
        return None
    return import_module("harvester.native._core")


CORE: Final = _load()
