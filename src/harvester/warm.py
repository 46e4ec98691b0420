"""What any page needs, loaded: imported by the server of worker processes, so that each is born with it.

By a page that is cleaned: tables, patterns and trees are read when they are first asked for, which costs a process a
fifth of a second. Nothing else is to import this module.
"""

import gc
from typing import Final

from harvester.cleaning import clean_page
from harvester.models import Page

_SENTENCE: Final = "On day {} the board of the town looked at the harbour, and nobody said what was found there. "
_PAGE: Final = "<html lang=en><title>A town</title><article><h1>A town</h1>{}</article></html>"


def _warm_up() -> None:
    paragraphs = (f"<p>{_SENTENCE.format(day) * 3}</p>" for day in range(5))
    try:
        clean_page(Page("https://town.example/", _PAGE.format("".join(paragraphs)).encode()))
    except Exception:  # noqa: BLE001 - a wrong table, or a fault: whoever cleans a page meets it again, and reports it
        return
    gc.freeze()  # what is loaded stays, in memory that all processes share


_warm_up()
