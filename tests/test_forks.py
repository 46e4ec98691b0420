"""A process that somebody else's program has forked can do all that its parent could."""

import os
import subprocess
import sys

import pytest

# A thread that the fork leaves behind has just begun to make a value; the child asks for one of its own.
FORKED = """
import os, signal, threading, warnings
from dataclasses import dataclass
from harvester.cached_values import cached_value
from harvester.typed_json import MAKING, json_reader

warnings.simplefilter("ignore")  # of Python 3.12, of forks beside threads
begun, over, told = threading.Event(), threading.Event(), []

@dataclass(frozen=True)
class Page:
    is_slow: bool

    @cached_value
    def words(self) -> str:
        if self.is_slow:
            begun.set()
            over.wait()
        return "words"

@dataclass(frozen=True)
class Kept:
    name: str

def make():
    with MAKING:
        told.append("making")
        begun.set()
        over.wait(0.05)  # a fork is asked for meanwhile, and waits
        told.append("made")

def forked(work, ask):
    begun.clear()
    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    child = os.fork()
    if not child:
        signal.alarm(10)
        os._exit(0 if ask() else 1)
    over.set()
    thread.join()
    over.clear()
    return os.waitpid(child, 0)[1]

print(forked(lambda: Page(True).words, lambda: Page(False).words == "words"))
print(forked(make, lambda: told == ["making", "made"] and json_reader(Kept).decode(b'{"name": ""}') == Kept("")))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_process_waits_for_no_thread_that_it_does_not_have() -> None:
    run = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout, run.stderr) == ("0\n0\n", "")


# A process of a pool, forked when the parent has a server of processes, starts one of ours.
STARTING = """
import multiprocessing as mp
from harvester.workers import killable_process
killable_process.WARM = "builtins"  # nothing is loaded for a process that only prints

def ended(_):
    worker = killable_process.start(print, killable_process.Guards(5), "builtins")
    worker.process.join()
    return worker.process.exitcode

if __name__ == "__main__":
    code = ended(0)
    with mp.get_context("fork").Pool(1) as pool:
        print(code, *pool.map(ended, [0]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_process_of_a_pool_may_clean_many_pages(tmp_path) -> None:
    script = tmp_path / "script.py"
    script.write_text(STARTING)
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False, timeout=60)
    assert (run.stdout.splitlines()[-1:], run.stderr) == (["0 0"], "")
