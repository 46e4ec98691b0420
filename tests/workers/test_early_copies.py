"""Workers that are copies of the command: quick to have, and guarded and replaced as all others are."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from harvester.workers import early_copies
from harvester.workers.early_copies import copies
from harvester.workers.killable_process import Guards

TASKS = r"""
import os, signal, time
from pathlib import Path

class Told:
    def __init__(self, what, folder):
        self.what, self.folder = what, Path(folder)

    def run(self, begin_page):
        begin_page(0, "page")
        if self.what == "hang":
            os.write(1, b"%d\n" % os.getpid())  # in one piece: two processes write there
            while True:
                time.sleep(1)
        marks = len(list(self.folder.iterdir()))
        (self.folder / str(marks)).touch()
        if not marks:
            os.kill(os.getpid(), signal.SIGKILL)
        return f"{os.getppid()}"

    def without(self, at, error):
        return self
"""
PROGRAM = """
import os, sys
from tasks import Told
from harvester.workers import early_copies
from harvester.workers.process_pool import Effort, Pool

early_copies.WARM = "json"  # what is done here needs nothing of what cleaning needs
if __name__ == "__main__":
    what, folder = sys.argv[1:]
    with Pool(Effort(2)) as pool:
        pool.copy_program(2)
        print(os.getpid(), flush=True)
        for _, found in pool.each([(n, Told(what, folder)) for n in range(2)]):
            print(found, flush=True)
"""
ONE_PAGE = """
import sys
from multiprocessing.forkserver import _forkserver
from harvester.cli import main
try:
    main(args=sys.argv[1:])
except SystemExit as end:
    print("ended with", end.code)
print("server", _forkserver._forkserver_pid, "warmed up", "harvester.worker_imports" in sys.modules)
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="nothing is copied there")


def begin(folder, what):
    (folder / "tasks.py").write_text(TASKS)
    (folder / "program.py").write_text(PROGRAM)
    (folder / "marks").mkdir()
    command = [sys.executable, str(folder / "program.py"), what, str(folder / "marks")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_no_copy_outlives_a_command_that_is_killed(tmp_path):
    with begin(tmp_path, "hang") as command:
        _, *workers = [int(command.stdout.readline()) for _ in range(3)]
        command.kill()  # it alone
    until = time.monotonic() + 30
    while any(is_running(worker) for worker in workers):
        assert time.monotonic() < until, "still there"
        time.sleep(0.05)


def is_running(process):
    """Return whether a process runs; one that has ended and that nobody asked for does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_a_copy_that_dies_is_replaced_by_one_from_the_server(tmp_path):
    with begin(tmp_path, "die at first") as command:
        own, *parents = command.stdout.read().split()
    assert command.returncode == 0
    assert len(parents) == 2  # what it had under way was done again
    assert own in parents or len(set(parents)) == 1


def test_a_program_with_threads_is_not_copied(monkeypatch):
    monkeypatch.setattr(early_copies, "import_module", pytest.fail)
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    try:
        assert copies(pytest.fail, Guards(1), 2) == []
    finally:
        over.set()
        thread.join()


def test_a_command_that_cleans_one_page_needs_no_server_and_loads_nothing_for_others(tmp_path):
    page = tmp_path / "page.html"
    page.write_text("<article><h1>Pier</h1>" + "<p>The ferry left the pier at seven, as was promised.</p>" * 9)
    command = [sys.executable, "-c", ONE_PAGE, "clean", str(page), "--to", str(tmp_path / "out")]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.stdout.splitlines()[-1:] == ["server None warmed up False"], run.stdout + run.stderr
    assert (tmp_path / "out" / "page.json").exists()
