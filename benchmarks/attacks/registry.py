"""What an attack is, and the list of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

Attack = Callable[[], "Iterable[Row]"]
ATTACKS: Final[dict[str, Attack]] = {}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    test: str
    figure: str
    holds: bool | None  # None: not tried, the figure says why


def attack(name: str) -> Callable[[Attack], Attack]:
    """Add a function that yields rows to the list, under a name that `--only` takes."""

    def add(function: Attack) -> Attack:
        ATTACKS[name] = function
        return function

    return add
