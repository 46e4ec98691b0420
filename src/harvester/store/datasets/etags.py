"""The tag that a server gives an object, without sending its bytes: S3's ETag, which is made of MD5 digests.

Of a file that was sent in one request it is the MD5 of its bytes; of one in parts, that of the digests of its parts,
and their number. A server that encrypts with keys of its own, or is none of S3, gives something else.
"""

import hashlib
from typing import Final

TAG_PART_BYTES: Final = 8 * 1024 * 1024  # of a multipart upload: 10,000 of them are 80 GB


class Tag:
    """The ETag of what is written, as it grows."""

    def __init__(self) -> None:
        self._done = b""  # digests of the parts that are full
        self._part = hashlib.md5(usedforsecurity=False)
        self._left = TAG_PART_BYTES

    def update(self, content: "bytes | memoryview") -> None:
        """Take in what follows."""
        rest = memoryview(content).cast("B")
        while rest.nbytes >= self._left:
            self._part.update(rest[: self._left])
            rest = rest[self._left :]
            self._done += self._part.digest()
            self._part, self._left = hashlib.md5(usedforsecurity=False), TAG_PART_BYTES
        self._part.update(rest)
        self._left -= rest.nbytes

    def value(self) -> str:
        """Return it, hex, without quotation marks."""
        parts = len(self._done) // self._part.digest_size
        is_open = self._left < TAG_PART_BYTES
        if parts + is_open < 2:
            return self._done.hex() or self._part.hexdigest()
        whole = hashlib.md5(self._done + (self._part.digest() if is_open else b""), usedforsecurity=False)
        return f"{whole.hexdigest()}-{parts + is_open}"
