"""Values of strangers become storable at the door, and a fault of our own becomes the outcome of one page."""

import pickle

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.errors import InputError, InternalError
from harvester.storable import MAX_INT, storable, storable_headers, storable_int, storable_text
from harvester.store.articles import plain_json
from harvester.store.fault_log import MAX_LOG_BYTES, FaultLog, default_log
from harvester.store.json_lines import json_line

# `st.text` leaves surrogates out by default.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(ANY_TEXT)
def test_any_text_can_be_stored_and_whole_text_stays_as_it_is(text):
    stored = storable_text(text)
    assert "\x00" not in stored
    assert stored.encode().decode() == stored
    assert storable_text(stored) == stored
    if "\x00" not in text and not any("\ud800" <= char <= "\udfff" for char in text):
        assert stored == text


@given(st.integers())
def test_any_number_fits_into_64_bits(number):
    stored = storable_int(number)
    assert -MAX_INT - 1 <= stored <= MAX_INT
    assert stored == number or abs(number) > MAX_INT


@settings(deadline=None)
@given(ANY_JSON)
def test_any_json_value_can_be_written(value):
    assert msgspec.json.encode(storable(value))
    assert b"\\u0000" not in plain_json(value)
    assert json_line({"value": value}).endswith("\n")


@given(st.lists(st.tuples(ANY_TEXT, ANY_TEXT)))
def test_no_header_field_ends_before_its_end(headers):
    for name, value in storable_headers(tuple(headers)):
        assert not {"\r", "\n", "\x00"} & {*name, *value}
        assert name.isascii()
        assert not {":", " "} & {*name}


def test_halves_that_belong_together_become_their_character():
    assert storable_text("\ud83d\ude00") == "\U0001f600"


# ── faults ────────────────────────────────────────────────────────────────────────────────────


def fault(words: str = "no such key") -> InternalError:
    try:
        raise KeyError(words)
    except KeyError as error:
        return InternalError.of("https://a.example/x", error)


def test_a_fault_travels_between_processes_with_its_traceback():
    came = pickle.loads(pickle.dumps(fault()))
    assert (came.subject, came.reason) == ("https://a.example/x", "internal_error")
    assert "KeyError" in came.explanation
    assert "raise KeyError(words)" in came.trace


def test_a_logged_fault_names_the_file_that_holds_its_traceback(tmp_path):
    log = FaultLog(tmp_path / "out" / "_internal_errors.log")
    kept = log.keep(fault())
    assert str(log.path) in str(kept)
    assert kept.trace == ""
    assert "Traceback" in log.path.read_text()
    assert "https://a.example/x" in log.path.read_text()


def test_the_same_fault_is_written_down_once_and_its_pages_each(tmp_path):
    log = FaultLog(tmp_path / "_internal_errors.log")
    for _ in range(3):
        log.keep(fault())
    assert log.path.read_text().count("Traceback") == 1
    assert log.path.read_text().count("https://a.example/x") == 3


def test_a_log_that_cannot_be_written_loses_no_outcome(tmp_path):
    (tmp_path / "file").write_text("in the way")
    kept = FaultLog(tmp_path / "file" / "_internal_errors.log").keep(fault())
    assert kept.reason == "internal_error"
    assert "cannot be written" in kept.explanation


def test_the_log_grows_to_its_bound_and_no_further(tmp_path):
    path = tmp_path / "_internal_errors.log"
    path.write_bytes(b"x" * (MAX_LOG_BYTES - 10))
    assert "is full" in FaultLog(path).keep(fault()).explanation
    assert path.stat().st_size <= MAX_LOG_BYTES


def test_a_link_in_the_place_of_the_log_is_not_followed(tmp_path):
    (tmp_path / "target").write_text("")
    (tmp_path / "_internal_errors.log").symlink_to(tmp_path / "target")
    assert "cannot be written" in FaultLog(tmp_path / "_internal_errors.log").keep(fault()).explanation
    assert (tmp_path / "target").read_text() == ""


def test_an_error_that_was_foreseen_stays_as_it_is(tmp_path):
    error = InputError("x.html", "empty_input", "is empty")
    log = FaultLog(tmp_path / "_internal_errors.log")
    assert log.note("x.html", error) is error
    assert log.keep("a result") == "a result"
    assert log.note("x.html", ValueError("odd")).reason == "internal_error"


def test_commands_without_a_folder_log_into_the_folder_of_the_user(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_log() == tmp_path / "harvester" / "_internal_errors.log"


def test_keys_of_a_mapping_stay_sorted_when_they_are_made_storable():
    assert list(storable({"\ud800": 1, "\ue000": 2})) == ["\ue000", "\ufffd"]
