"""Files of strangers, read as far as they may be."""

from typing import IO, Final

_PIECE_BYTES: Final = 1024 * 1024  # most pages and articles are smaller


def read_up_to(file: IO[bytes], most: int) -> bytes:
    """Return what a file holds from here on, `most` bytes of it at most.

    Asked for sixty megabytes at once, Python takes as much memory from the system and gives it back each time: five
    times what it takes to read a page of 200 KB.
    """
    pieces: list[bytes] = []
    left, is_over = most, False
    while left > 0 and not is_over:
        asked = min(_PIECE_BYTES, left)
        piece = file.read(asked)
        left -= len(piece)
        # Asked once more, a terminal waits to be told a second time that this is all.
        is_over = not piece or (len(piece) < asked and file.isatty())
        if piece:
            pieces.append(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)
