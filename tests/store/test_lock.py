"""One run at a time (case 23)."""

import errno
import subprocess
import sys
import time

import pytest

from harvester.store.lock import LockedError, hold_lock, owner_name


def test_the_second_run_is_told_whose_the_lock_is(tmp_path):
    with (
        hold_lock(tmp_path / "crawl.lock", "archive-1, process 4711"),
        pytest.raises(LockedError, match="archive-1, process 4711"),
        hold_lock(tmp_path / "crawl.lock", "me"),
    ):
        raise AssertionError("two runs at once")


def test_what_cannot_be_written_under_a_lock_is_not_called_the_lock(tmp_path):
    with pytest.raises(OSError, match="No space left"), hold_lock(tmp_path / "crawl.lock", "me"):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_lock_that_was_given_back_can_be_taken(tmp_path):
    file = tmp_path / "folder" / "crawl.lock"
    for _ in range(2):
        with hold_lock(file, owner_name()):
            assert file.read_text() == f"{owner_name()}\n"
        assert file.read_text() == ""


def test_a_killed_run_leaves_no_lock_behind(tmp_path):
    file = tmp_path / "crawl.lock"
    code = "import pathlib, time\nfrom harvester.store.lock import hold_lock\n"
    code += f"with hold_lock(pathlib.Path({str(file)!r}), 'the dead'):\n    print(1, flush=True)\n    time.sleep(60)\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as holder:
        holder.stdout.read(1)
        with pytest.raises(LockedError), hold_lock(file, "me"):
            pass
        holder.kill()
    began = time.monotonic()
    with hold_lock(file, "me"):
        assert time.monotonic() - began < 1
