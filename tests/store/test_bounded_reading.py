"""A file is read to its end or to a limit, whatever the size of the pieces that it comes in."""

from io import BufferedReader, BytesIO, RawIOBase

import pytest

from harvester.store import bounded_reading
from harvester.store.bounded_reading import read_up_to


class Slow(BytesIO):
    """A file that gives no more than two bytes at a time, as a pipe may."""

    def read(self, size=-1):
        return super().read(min(size, 2) if size >= 0 else 2)


@pytest.mark.parametrize("kind", [BytesIO, Slow])
@pytest.mark.parametrize(("most", "read"), [(0, b""), (1, b"h"), (6, b"harbou"), (7, b"harbour"), (9_000, b"harbour")])
def test_no_more_is_read_than_asked_for_and_no_less_than_there_is(kind, most, read, monkeypatch):
    monkeypatch.setattr(bounded_reading, "_PIECE_BYTES", 3)
    file = kind(b"harbour")
    assert read_up_to(file, most) == read
    assert file.getvalue()[file.tell() :] == b"harbour"[len(read) :]


def test_memory_is_taken_for_what_is_there_and_not_for_the_limit():
    asked = []

    class Watched(BytesIO):
        def read(self, size=-1):
            asked.append(size)
            return super().read(size)

    assert read_up_to(Watched(b"a page"), 64 * 2**20) == b"a page"
    assert max(asked) <= 2**20


def test_a_page_typed_at_a_terminal_ends_with_one_sign_of_its_end():
    class Terminal(RawIOBase):
        said = (b"a page\n", b"")

        def isatty(self):
            return True

        def readable(self):
            return True

        def readinto(self, room):
            piece, self.said = self.said[0], self.said[1:]  # an IndexError: the reader would be asked to end it again
            room[: len(piece)] = piece
            return len(piece)

    assert read_up_to(BufferedReader(Terminal()), 64 * 2**20) == b"a page\n"
