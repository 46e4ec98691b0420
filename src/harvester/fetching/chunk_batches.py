"""The body of an answer in batches: small chunks together, and with rests where they are very many.

To parse a chunk takes 25 microseconds, however short it is. A peer that sends chunks of one byte as fast as they are
taken would have three quarters of the time of all requests of a run, until the deadline of its own.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Final

_BATCH_BYTES: Final = 64 * 1024  # decoded at a time: each batch may cost a change of threads
_USUAL_BYTES: Final = 256  # of a chunk: for as many bytes one is free, of a page that is sent line by line every fifth
SMALL_CHUNKS: Final = 256  # that are parsed in 6 ms: then all others have their turn
_REST_S: Final = 0.1  # so that a peer has a twentieth of the time; a page of 100 kB in chunks of a byte takes 40 s


async def batches(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Yield the chunks, small ones together; where they are very small, not as fast as they come.

    Who breaks it off (`asyncio.timeout`) is told of that by `slowness`.
    """
    waiting = bytearray()
    count = size = rests = 0
    try:
        async for chunk in chunks:
            count += 1
            size += len(chunk)
            if count - size // _USUAL_BYTES >= (rests + 1) * SMALL_CHUNKS:
                rests += 1
                await asyncio.sleep(_REST_S)
            if not waiting and len(chunk) >= _BATCH_BYTES:
                yield chunk
                continue
            waiting += chunk
            if len(waiting) >= _BATCH_BYTES:
                yield bytes(waiting)
                waiting.clear()
    except asyncio.CancelledError as error:
        if rests:
            error.add_note(f"the body comes in chunks of {_bytes(size / count)}")
        raise
    yield bytes(waiting)


def slowness(error: TimeoutError) -> Iterator[str]:
    """Yield why a body was not done within its time, as far as `batches` knows."""
    yield from getattr(error.__cause__, "__notes__", ())


def _bytes(mean: float) -> str:
    """Return a mean length in words.

    >>> _bytes(1.0), _bytes(1.26), _bytes(0.0)
    ('1 byte', '1.3 bytes', '0 bytes')
    """
    told = f"{mean:.1f}".removesuffix(".0")
    return f"{told} byte" if told == "1" else f"{told} bytes"
