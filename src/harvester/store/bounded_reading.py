"""Files of strangers, read as far as they may be."""

import os
from io import BufferedReader
from typing import IO, Final

_PIECE_BYTES: Final = 1024 * 1024  # most pages and articles are smaller


def read_up_to(file: IO[bytes], most: int) -> bytes:
    """Return what a file holds from here on, `most` bytes of it at most.

    Asked for sixty megabytes at once, Python takes as much memory from the system and gives it back each time: five
    times what it takes to read a page of 200 KB. So it is asked for what is there, where that is known.
    """
    pieces: list[bytes] = []
    left, is_over = most, False
    size = _size_of(file)
    while left > 0 and not is_over:
        asked = min(left, size + 1 if size and not pieces else _PIECE_BYTES)
        piece = file.read(asked)
        left -= len(piece)
        # A buffer has asked to the end where it gives less. Asked once more, a terminal waits to be told again.
        is_over = not piece or (len(piece) < asked and (isinstance(file, BufferedReader) or file.isatty()))
        if piece:
            pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def _size_of(file: IO[bytes]) -> int:
    """Return how many bytes a file has, as far as the system tells; 0: not known."""
    try:
        return os.fstat(file.fileno()).st_size
    except (AttributeError, OSError):  # it is made in memory, or read over the network
        return 0
