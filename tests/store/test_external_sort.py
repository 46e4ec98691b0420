"""Lines of any number are sorted with the memory of one run."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import StoreError
from harvester.store import external_sort
from harvester.store.external_sort import sorted_lines

LINES = st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"") + b"\n"))


@given(LINES, st.integers(1, 400))
def test_all_lines_come_back_in_order_however_short_the_runs_are(lines, run_bytes):
    with sorted_lines(iter(lines), run_bytes) as found:
        assert list(found) == sorted(lines)


def test_more_runs_than_are_merged_at_once_are_merged_in_rounds(monkeypatch):
    monkeypatch.setattr(external_sort, "_WAYS", 3)
    lines = [b"%d\n" % (number * 7919 % 1000) for number in range(1000)]
    with sorted_lines(lines, 500) as found:
        assert list(found) == sorted(lines)


def test_memory_does_not_grow_with_the_number_of_lines():
    def peak(count):
        tracemalloc.start()
        with sorted_lines((b"%09d\n" % (number * 7919 % 100_003) for number in range(count)), 500_000) as found:
            assert sum(1 for _ in found) == count
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    assert peak(100_000) < 1.5 * peak(20_000)


def test_a_temporary_folder_without_room_is_told(monkeypatch):
    def full():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(external_sort, "TemporaryFile", full)
    with pytest.raises(StoreError, match="disk_full"), sorted_lines([b"a\n"]):
        pass
