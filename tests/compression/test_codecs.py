"""Whatever a file is packed with, it is read in bounded pieces, and damage is an error of one kind."""

import bz2
import gzip
import lzma
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compression.codecs import (
    BZIP2,
    DEFLATE,
    DICTIONARY_MAGIC,
    GZIP,
    XZ,
    ZLIB,
    ZSTD,
    BrokenPackingError,
    Codec,
    codec_of,
    with_dictionary,
)
from harvester.compression.zstd import zstd_writer


def deflated(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


PACKERS = {GZIP: gzip.compress, ZLIB: zlib.compress, DEFLATE: deflated, BZIP2: bz2.compress, XZ: lzma.compress}
CONTENTS = st.binary(max_size=3_000) | st.integers(0, 90_000).map(bytes)
each_codec = pytest.mark.parametrize("codec", PACKERS, ids=lambda codec: codec.name)


def pieces_of(codec: Codec, packed: bytes, step: int, room: int) -> tuple[list[bytes], bytes]:
    """Return what comes out where `step` bytes go in at once and `room` may come out, and what was left."""
    unpacker, at, found = codec.open(), 0, []
    while not unpacker.is_over:
        piece = packed[at : at + step] if unpacker.is_hungry else b""
        at += len(piece)
        if unpacker.is_hungry and not piece:
            break
        found.append(unpacker.unpack(piece, room))
    return found, unpacker.unused + packed[at:]


@each_codec
@given(
    content=st.binary(max_size=3_000) | st.integers(0, 90_000).map(bytes), step=st.integers(1, 200), behind=st.binary()
)
def test_any_content_comes_back_in_pieces_that_are_never_larger_than_their_room(codec, content, step, behind):
    room = 1_000
    found, left = pieces_of(codec, PACKERS[codec](content) + behind, step, room)
    assert b"".join(found) == content
    assert max(map(len, found)) <= room
    assert left == behind


@each_codec
def test_a_packed_file_is_known_by_its_first_bytes_where_it_has_any(codec):
    assert codec_of(PACKERS[codec](b"The pier")) == (codec if codec.magic else None)


def test_zstd_and_its_dictionary_are_known_and_plain_text_is_not_packed(tmp_path):
    with (tmp_path / "a.zst").open("wb") as file, zstd_writer(file, 3) as packer:
        packer.write(b"The pier" * 100)
    packed = (tmp_path / "a.zst").read_bytes()
    assert codec_of(packed) is codec_of(DICTIONARY_MAGIC) is ZSTD
    assert b"".join(pieces_of(ZSTD, packed, 7, 100)[0]) == b"The pier" * 100
    assert codec_of(b"<html>") is codec_of(b"") is None


@pytest.mark.parametrize("codec", [GZIP, ZLIB, BZIP2, XZ, ZSTD], ids=lambda codec: codec.name)
def test_bytes_that_are_not_packed_so_are_an_error_of_one_kind(codec):
    with pytest.raises(BrokenPackingError) as raised:
        codec.open().unpack(codec.magic + b"no such thing" * 50, 1_000)
    assert str(raised.value) == str(raised.value.__cause__) != ""


def test_a_broken_dictionary_is_told():
    with pytest.raises(BrokenPackingError):
        with_dictionary(b"\x37\xa4\x30\xec and no dictionary")
