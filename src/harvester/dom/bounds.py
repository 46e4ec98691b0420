"""How much of one page is read: far more than any page of the corpora has, and little enough for a processor."""

from typing import Final

MAX_BLOCKS: Final = 20_000  # a book of a thousand pages; the page of the corpora with most has 2,600
MAX_ELEMENTS: Final = 60_000  # around them; in the corpora 6,800 at most
MAX_CHARS: Final = 10_000_000  # of text and blanks between tags: three long novels; the largest page has half of it
MAX_SPANS: Final = 5_000  # of one block; in the corpora 1,520 at most
MAX_IMAGES: Final = 5_000  # of a page; in the corpora 690 at most
MAX_NOTES: Final = 5_000  # each of the head's <meta>, <link> and scripts with data; in the corpora 70 at most
# Raw text, and pieces of it, that make no span: to join the text of each of many nested ones would be quadratic.
MAX_RAW_SPAN: Final = 4_000

# What is said of a page that has more.
TOO_MANY_BLOCKS: Final = f"{MAX_BLOCKS:,} blocks of text"
TOO_MANY_ELEMENTS: Final = f"{MAX_ELEMENTS:,} elements"
TOO_MANY_CHARS: Final = f"{MAX_CHARS:,} characters of text"


class TooManyBlocksError(Exception):
    """A page has more blocks, text or elements than are read; the message names which, and how many."""
