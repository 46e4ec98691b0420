"""Members of a file are found one by one, also behind damage; streams of them are read once, with a look ahead."""

import gzip
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.compression import streams
from harvester.compression.codecs import GZIP
from harvester.compression.members import Slice, end_of_whole, next_start, read_members
from harvester.compression.streams import Forward, PackedSource, PlainSource

PIECES = (b"one", b"two" * 400, b"", b"four")
PACKED = [gzip.compress(piece) for piece in PIECES]
ENDS = [sum(map(len, PACKED[: number + 1])) for number in range(len(PACKED))]


def test_members_have_their_places_and_contents():
    found = list(read_members(io.BytesIO(b"".join(PACKED))))
    assert [one.content for one in found] == list(PIECES)
    assert [one.end for one in found] == ENDS
    assert [one.offset for one in found] == [0, *ENDS[:-1]]
    assert not any(one.fault for one in found)


def test_a_broken_member_costs_itself_and_the_next_one_is_found():
    content = bytearray(b"".join(PACKED))
    content[ENDS[0] + 12 : ENDS[0] + 20] = b"\xff" * 8
    found = list(read_members(io.BytesIO(content)))
    assert [bool(one.fault) for one in found] == [False, True, False, False]
    assert (found[1].offset, found[1].end) == (ENDS[0], ENDS[1])
    assert end_of_whole(io.BytesIO(content)) == ENDS[0]


@given(st.integers(1, len(PACKED[1]) - 1))
def test_of_a_member_that_the_file_ends_in_there_is_what_was_written(cut):
    content = PACKED[0] + PACKED[1][:cut]
    *_, torn = read_members(io.BytesIO(content))
    assert torn.fault == "stops before its end"
    assert PIECES[1].startswith(torn.content)
    assert end_of_whole(io.BytesIO(content)) == ENDS[0]


@pytest.mark.parametrize("at", [0, 65_534, 65_535, 65_536, 200_000])
def test_the_next_start_is_found_wherever_it_stands(at):
    assert next_start(io.BytesIO(b" " * at + GZIP.magic + b"x"), 0, GZIP.magic) == at
    assert next_start(io.BytesIO(b" " * at), 0, GZIP.magic) == at


def test_a_slice_is_a_file_of_its_own():
    part = Slice(io.BytesIO(b"0123456789"), 2, 6)
    assert (part.read(3), part.read(9), part.read(9)) == (b"234", b"5", b"")
    assert (part.seek(1), part.read(2)) == (1, b"34")


def all_of(source) -> bytes:
    return b"".join(iter(lambda: source.read(100), b""))


def test_all_members_of_a_file_are_one_stream_and_a_fault_ends_it_until_it_is_resumed():
    content = bytearray(b"".join(PACKED))
    source = PackedSource(io.BytesIO(content), GZIP)
    assert all_of(source) == b"".join(PIECES)
    assert (source.fault, source.is_torn) == (None, True)
    content[ENDS[1] + 10 :] = b"\xff" * 30 + PACKED[3]
    broken = PackedSource(io.BytesIO(content), GZIP)
    assert all_of(broken) == PIECES[0] + PIECES[1]
    assert "gzip stream is broken" in broken.fault
    broken.resume()
    assert all_of(broken) == PIECES[3]


def test_what_unpacks_to_far_too_much_ends_with_a_fault(monkeypatch):
    monkeypatch.setattr(streams, "FREE_BYTES", 1_000)
    source = PackedSource(io.BytesIO(gzip.compress(bytes(3_000_000))), GZIP)
    assert len(all_of(source)) < 1_000_000
    assert "unpack to more than" in source.fault


@given(st.lists(st.sampled_from([b"a", b"bc", b"\n", b" ", b"needle"]), max_size=40).map(b"".join), st.integers(1, 9))
def test_a_look_ahead_takes_nothing_away(content, size):
    forward = Forward(PlainSource(io.BytesIO(content)))
    assert forward.look(0, size) == content[:size]
    assert forward.position == 0
    line = content.partition(b"\n")
    assert forward.line_bytes(10**6) == len(line[0] + line[1])
    assert forward.skip(size) == min(size, len(content))
    found = forward.find(b"needle")
    assert found == (b"needle" in content[size:])
    assert forward.position == (content.index(b"needle", size) if found else len(content))


def test_blanks_are_passed_over_and_lines_are_found_across_windows():
    content = b" \n" * 40_000 + b"x" * 2_000_000 + b"\nWARC/1.0\n"
    forward = Forward(PlainSource(io.BytesIO(content)))
    forward.skip_all(b" \n")
    assert forward.position == 80_000
    assert forward.skip_until(re.compile(rb"WARC/"), len(content)) == 2_000_000
    assert forward.look(0, 9) == b"\nWARC/1.0"
