"""Files of strangers, read as far as they may be."""

from typing import IO, Final

_PIECE_BYTES: Final = 1024 * 1024  # most pages and articles are smaller


def read_up_to(file: IO[bytes], most: int) -> bytes:
    """Return what a file holds from here on, `most` bytes of it at most.

    Asked for sixty megabytes at once, Python takes as much memory from the system and gives it back each time: five
    times what it takes to read a page of 200 KB.
    """
    first = file.read(min(_PIECE_BYTES, most))
    pieces, left = [first], most - len(first)
    while left > 0 and pieces[-1]:
        pieces.append(file.read(min(_PIECE_BYTES, left)))
        left -= len(pieces[-1])
    return first if len(pieces) < 3 and not pieces[-1] else b"".join(pieces)
