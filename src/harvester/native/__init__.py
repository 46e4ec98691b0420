"""The compiled form of what costs most time on a page; everything in it exists interpreted, too, with equal results.

`CORE` is the compiled module; None where it was not built, or where HARVESTER_INTERPRETED is set (to compare both).
`WHY_INTERPRETED` then is the reason, for people.
"""

import os
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Final

from harvester.native.building import digest, source_files

_NAME: Final = "harvester.native._core"


def _load() -> tuple[ModuleType | None, str | None]:
    """Return the compiled module, or None and the reason."""
    if os.environ.get("HARVESTER_INTERPRETED"):
        return None, "HARVESTER_INTERPRETED is set"
    if find_spec(_NAME) is None:
        return None, "no C compiler, or no headers of Python, were found when it was installed"
    try:
        core = import_module(_NAME)
    except ImportError as error:  # made for another machine or another C library
        return None, f"what was compiled cannot be loaded here ({error})"
    files = source_files(Path(__file__).parent)
    if files and getattr(core, "SOURCES", None) != digest(files):
        return None, "what was compiled is older than the C files here (python setup.py build_ext --inplace)"
    return core, None


_LOADED: Final = _load()
CORE: Final = _LOADED[0]
WHY_INTERPRETED: Final = _LOADED[1]
