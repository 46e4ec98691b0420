"""How seldom Python's garbage collector looks in processes that are the program's alone: commands and workers.

What a page leaves behind is freed without it, save for a few cycles. A process that somebody else's program runs in has
`cleaning/garbage_collection.py`, which gives the setting back.
"""

import gc
from typing import Final

# Young objects before it looks. With Python's own 700 it goes through all modules dozens of times while they load,
# a tenth of the time of a command, and then every fifty pages, a twentieth of theirs.
YOUNG_OBJECTS: Final = 10_000


def collect_seldom() -> None:
    """Let the collector look more seldom, for good."""
    gc.set_threshold(YOUNG_OBJECTS)


def spare_the_collector() -> None:
    """Leave what is loaded by now out of the garbage collector's sight, and let it look more seldom at the rest.

    Going through all modules and tables takes a tenth of a second, in which nothing else of the process runs.
    """
    collect_seldom()
    gc.freeze()
