"""Zstandard for files: the standard library's module, or its backport before Python 3.14."""

import sys
from typing import IO, TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from backports.zstd import ZstdDecompressor, ZstdDict

MAGIC: Final = b"\x28\xb5\x2f\xfd"
# 128 MiB, what the command line tool takes without being told (`zstd --long`); a frame that wants more is refused.
_MAX_WINDOW_LOG: Final = 27

if sys.version_info >= (3, 14):
    from compression import zstd as _zstd
else:
    from backports import zstd as _zstd

ZstdError: Final[type[Exception]] = _zstd.ZstdError


def zstd_decompressor(
    dictionary: "ZstdDict | None" = None, max_window_log: int = _MAX_WINDOW_LOG
) -> "ZstdDecompressor":
    """Return a decompressor for one frame, whose window has at most 2^`max_window_log` bytes."""
    options = {int(_zstd.DecompressionParameter.window_log_max): max_window_log}
    return _zstd.ZstdDecompressor(zstd_dict=dictionary, options=options)


def zstd_dictionary(content: bytes) -> "ZstdDict":
    """Return the dictionary that these bytes are; raises ZstdError or ValueError where they are none."""
    return _zstd.ZstdDict(content)


def zstd_reader(file: IO[bytes]) -> IO[bytes]:
    """Return what reads the frames of a file."""
    options = {int(_zstd.DecompressionParameter.window_log_max): _MAX_WINDOW_LOG}
    return cast("IO[bytes]", _zstd.ZstdFile(file, "rb", options=options))


def zstd_writer(file: Any, level: int) -> IO[bytes]:
    """Return what writes one frame, with its checksum, into a file."""
    parameter = _zstd.CompressionParameter
    options = {int(parameter.compression_level): level, int(parameter.checksum_flag): 1}
    return cast("IO[bytes]", _zstd.ZstdFile(file, "wb", options=options))
