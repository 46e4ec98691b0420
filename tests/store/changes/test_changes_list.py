"""The list of changes itself: what is cut, what is found without reading all, what is read while it grows."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError, StoreError
from harvester.store.changes import change_reading
from harvester.store.changes.change_following import check_since, follow_changes
from harvester.store.changes.change_line import Change, change_line, parse_change, with_article
from harvester.store.changes.change_log import BusyError, open_log
from harvester.store.changes.change_reading import last_seq, part_name, read_changes
from harvester.store.datasets.layout import form_of, is_of_set
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.storage import LocalStorage


def change(seq, minute=0, url="https://courier.example/story"):
    return Change(seq, f"2026-03-01T06:{minute:02d}:00Z", "new", "courier", "0" * 16, url, 1, "a/b.json", "f" * 64)


def write(folder, changes):
    with open_log(folder) as log:
        log.append(map(change_line, changes))


def numbers(place, since=0):
    return [line.seq for line in read_changes(place, since)]


# ── written ───────────────────────────────────────────────────────────────────────────────────


@given(st.text(), st.sampled_from(["\u2028", "\x85", "\n", '"', "\x00", "\ud800"]))
def test_a_change_is_one_line_whatever_stands_in_its_address(url, odd):
    line = change_line(change(1, url=url + odd))
    assert len(line.decode().splitlines()) == 1
    assert parse_change(line).seq == 1


def test_an_article_becomes_one_more_field():
    line = with_article(change_line(change(1)), b'{"id":"a"}\n')
    assert json.loads(line)["article"] == {"id": "a"}
    assert json.loads(with_article(change_line(change(1)), None))["article"] is None


@pytest.mark.parametrize("torn", [b'{"seq":3,"at"', b"\x00" * 5_000, b'{"seq":3}', b"\x00\n\x00", b'{"se\n'])
def test_what_a_crash_left_is_cut_off_and_nothing_else(tmp_path, torn):
    write(tmp_path, [change(1), change(2)])
    whole = (tmp_path / "changes.jsonl").read_bytes()
    (tmp_path / "changes.jsonl").write_bytes(whole + torn)
    with open_log(tmp_path) as log:
        assert log.end.seq == 2
    assert (tmp_path / "changes.jsonl").read_bytes() == whole


def test_a_first_line_that_is_torn_is_cut_off(tmp_path):
    (tmp_path / "changes.jsonl").write_bytes(change_line(change(1))[:50])
    write(tmp_path, [change(1)])
    assert numbers(LocalStorage(tmp_path)) == [1]


def test_a_file_of_something_else_stays_as_it_is(tmp_path):
    (tmp_path / "changes.jsonl").write_bytes(b"my own notes\n")
    with pytest.raises(StoreError, match="no changes"), open_log(tmp_path):
        pass
    assert (tmp_path / "changes.jsonl").read_bytes() == b"my own notes\n"


def test_a_link_at_its_place_is_not_followed(tmp_path):
    (tmp_path / "other").write_bytes(b"")
    (tmp_path / "changes.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(StoreError), open_log(tmp_path):
        pass


def test_one_writes_at_a_time(tmp_path):
    with open_log(tmp_path), pytest.raises(BusyError), open_log(tmp_path):
        pass
    with open_log(tmp_path) as log:
        assert log.end.seq == 0


def test_a_list_of_changes_is_no_file_of_articles():
    assert form_of("changes.jsonl") is form_of(part_name(1)) is None
    assert is_of_set("changes.jsonl")
    assert is_of_set("_changes/000000000001.jsonl")
    assert form_of("_changes.jsonl") is None
    assert form_of("_changes/other.jsonl") is not None


# ── read ──────────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(1, 3), min_size=1, max_size=300), st.integers(1, 2_000), st.data())
def test_what_follows_a_number_is_found_wherever_it_stands(tmp_path_factory, steps, scanned, data):
    folder = tmp_path_factory.mktemp("list")
    seqs = [sum(steps[: at + 1]) for at in range(len(steps))]
    write(folder, [change(seq, minute=at // 10) for at, seq in enumerate(seqs)])
    since = data.draw(st.integers(0, seqs[-1]))
    minute = data.draw(st.integers(0, 40))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(change_reading, "_SCANNED_BYTES", scanned)
        assert numbers(LocalStorage(folder), since) == [seq for seq in seqs if seq > since]
        at = [seq for place, seq in enumerate(seqs) if place // 10 >= minute]
        assert numbers(LocalStorage(folder), f"2026-03-01T06:{minute:02d}:00Z") == at
        assert last_seq(LocalStorage(folder)) == seqs[-1]


def test_a_place_in_a_long_list_is_found_without_reading_it(tmp_path):
    write(tmp_path, map(change, range(1, 20_001)))
    read = []

    class Counting:
        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def __getattr__(self, name):
            return getattr(self.file, name)

        def readline(self):
            line = self.file.readline()
            read.append(len(line))
            return line

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(change_reading, "open_local", lambda path: Counting(path.open("rb")))
        assert numbers(LocalStorage(tmp_path), 19_998) == [19_999, 20_000]
    assert sum(read) < 200_000 < (tmp_path / "changes.jsonl").stat().st_size / 10


def test_a_line_that_is_damaged_is_named_with_its_place(tmp_path):
    write(tmp_path, map(change, range(1, 4)))
    content = (tmp_path / "changes.jsonl").read_bytes().replace(b'{"seq":2', b'{"sEq":2')
    (tmp_path / "changes.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=r"changes.jsonl:\d+: ") as error:
        numbers(LocalStorage(tmp_path))
    assert error.value.reason == "unreadable"


def test_a_number_that_the_list_has_not_reached_is_no_reason_to_wait_for_ever(tmp_path):
    write(tmp_path, [change(1)])
    check_since(LocalStorage(tmp_path), 1)
    with pytest.raises(InputError, match="another list"):
        check_since(LocalStorage(tmp_path), 2)


def test_who_follows_gets_each_line_once_and_no_half_one(tmp_path):
    place, seen, rounds = LocalStorage(tmp_path), [], []

    def waits(_seconds):
        rounds.append(len(seen))
        match len(rounds):
            case 1:
                write(tmp_path, map(change, range(1, 4)))
            case 2:
                with (tmp_path / "changes.jsonl").open("ab") as file:
                    file.write(change_line(change(4))[:40])
            case 3:
                write(tmp_path, [change(4), change(5)])
            case 4:  # put in its place from a backup, and gone on with
                whole = (tmp_path / "changes.jsonl").read_bytes()
                (tmp_path / "copy").write_bytes(whole)
                (tmp_path / "copy").replace(tmp_path / "changes.jsonl")
                write(tmp_path, [change(6)])
        return len(rounds) < 6

    for line in follow_changes(place, 0, waits):
        seen += [line.seq] if line is not None else []
    assert seen == [1, 2, 3, 4, 5, 6]


# ── objects ───────────────────────────────────────────────────────────────────────────────────


def test_objects_are_read_from_the_one_on_that_is_wanted(tmp_path):
    place = open_storage("memory://changes-are-read")
    for first in (1, 11, 21):
        lines = (change_line(change(seq, minute=seq)) for seq in range(first, first + 10))
        place.write(part_name(first), b"".join(lines))
    opened = []
    real = type(place).open
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(place), "open", lambda place, name: opened.append(name) or real(place, name))
        assert numbers(place, 20) == list(range(21, 31))
        assert opened == [part_name(21)]
    assert numbers(place, 14) == list(range(15, 31))
    assert numbers(place) == list(range(1, 31))
    assert numbers(place, "2026-03-01T06:12:00Z") == list(range(12, 31))
    assert last_seq(place) == 30
    assert [line.seq for line in follow_changes(place, 28, lambda _: False) if line] == [29, 30]


def test_who_follows_a_bucket_opens_what_was_added_and_nothing_else(monkeypatch):
    place, opened, seen, rounds = open_storage("memory://changes-are-followed"), [], [], []
    real = type(place).open
    monkeypatch.setattr(type(place), "open", lambda place, name: opened.append(name) or real(place, name))
    place.write(part_name(1), b"".join(change_line(change(seq)) for seq in (1, 2, 3)))

    def waits(_seconds):
        rounds.append(len(opened))
        if len(rounds) == 3:
            place.write(part_name(4), change_line(change(4)))
        return len(rounds) < 6

    for line in follow_changes(place, 0, waits):
        seen += [line.seq] if line is not None else []
    assert seen == [1, 2, 3, 4]
    assert rounds[0] == rounds[1] == rounds[2]  # looking for more opens nothing
    assert set(opened[rounds[2] :]) == {part_name(4)}


def test_a_place_without_a_list_says_so(tmp_path):
    with pytest.raises(InputError) as error:
        numbers(LocalStorage(Path(tmp_path)))
    assert error.value.reason == "no_pages"
