"""What all readers of containers share: the part that is asked for, and failures as entries."""

from dataclasses import dataclass
from typing import Literal

from harvester.archive.page_entries import Entry, Passed
from harvester.errors import InputError, ParserLimit, Reason

Why = Literal[Reason.EMPTY_INPUT, Reason.UNREADABLE, Reason.NO_PAGES]

NOT_HTML = Passed(Reason.NOT_HTML)
REVISIT = Passed("revisit")
STATUS = Passed("status")
EMPTY = Passed("empty")


@dataclass(frozen=True, slots=True)
class EntryRange:
    """The places that are asked for."""

    start: int = 0
    end: int | None = None  # not among them; None: all behind `start`

    def __contains__(self, place: int) -> bool:
        return self.start <= place and not self.is_past(place)

    def is_past(self, place: int) -> bool:
        """Return whether a place is behind all that is asked for."""
        return self.end is not None and place >= self.end


def shown(text: str) -> str:
    r"""Return a text of an archive with what steers a terminal, or cannot be written, escaped.

    >>> shown("a\x1b[31m\udc80")
    'a\\x1b[31m\\udc80'
    """
    if text.isprintable():
        return text
    escaped = (char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)
    return "".join(escaped)


def lost(name: str, place: int, explanation: str, why: Why = Reason.UNREADABLE) -> Entry:
    """Return the entry of something that cannot be read; its name and the words are made printable."""
    return Entry(shown(name), place, InputError(shown(name), why, shown(explanation)))


def too_large(name: str, place: int, mib: int) -> Entry:
    """Return the entry of a page above the size limit."""
    explanation = f"has more than {mib} MiB, which no article page has; it is left out"
    return Entry(shown(name), place, ParserLimit(shown(name), Reason.TOO_LARGE, explanation))
