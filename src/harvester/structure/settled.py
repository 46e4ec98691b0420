"""A block of an article's text before its structure is read."""

from collections.abc import Sequence
from typing import NamedTuple

from harvester.models import Block


class Settled(NamedTuple):
    """A block of the article's text, and the blocks of the page that it was put together from."""

    text: str
    parts: Sequence[Block]
    first: int  # index of the first of them among the blocks of the page
