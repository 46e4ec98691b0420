"""What all tests share: how hypothesis looks for examples; the compiled form and the interpreted one."""

import gc
import os
import shutil
import sys
import tempfile
from itertools import islice
from multiprocessing import forkserver
from multiprocessing.util import Finalize
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import families
from harvester import native
from harvester.workers.collector_settings import spare_the_collector

# Where Python is told to leave no compiled modules behind, each process of the suite would compile all that it imports,
# which takes longer than most tests.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# What is written down for good is written to a disk, which hundreds of tests would wait for. No test cuts the power:
# what is in memory outlives each kill as well. Where there is no such folder, or little room, they write to the disk.
IN_MEMORY = Path("/dev/shm")
ROOM_BYTES = 2 * 1024**3  # several times what a run writes


def has_room_in_memory() -> bool:
    """Return whether files may be kept in memory, and the programs that tests write run from there."""
    if not os.access(IN_MEMORY, os.W_OK):
        return False
    system = os.statvfs(IN_MEMORY)
    return system.f_bavail * system.f_frsize > ROOM_BYTES and not system.f_flag & os.ST_NOEXEC


def keep_in_memory() -> None:
    """Let this run, and the programs that it starts, write into a folder in memory, which is removed at its end.

    Programs that are killed remove nothing. The folders of tests stand beside it: pytest keeps those of the last run.
    """
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(IN_MEMORY)
    os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="harvester-tests-", dir=IN_MEMORY)
    tempfile.tempdir = None
    # In the process that made it, and in no copy of it; behind the folders that multiprocessing removes itself.
    Finalize(None, shutil.rmtree, (os.environ["TMPDIR"],), {"ignore_errors": True}, exitpriority=-200)


if "TMPDIR" not in os.environ and has_room_in_memory():
    keep_in_memory()

# A worker process imports the module of the test whose function it runs, and what writes Parquet: more than what it is
# to do. Their server does it once for all of them.
LOADED_ONCE = ("pytest", "pyarrow.parquet", "harvester.reclean.run")
preload = forkserver.set_forkserver_preload
forkserver.set_forkserver_preload = lambda names: preload([*names, *LOADED_ONCE])

# A machine with other work to do is slow, and pages are large examples; neither is a fault of a test.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)

# The same examples in every run: a suite that fails now and then is one that people stop reading. Few of them, as 170
# tests have their own: a hundred each, which hypothesis takes by itself, were a sixth of the suite's processor time.
# `HYPOTHESIS_PROFILE=explore pytest tests/test_invariants.py` looks further, and elsewhere each time.
settings.register_profile(
    "fixed", derandomize=True, deadline=None, database=None, max_examples=60, suppress_health_check=SLOW
)
settings.register_profile("explore", deadline=None, max_examples=1_000, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collectstart() -> None:
    """Collect tests without the collector of garbage, which would find next to none, over and over."""
    gc.disable()


def pytest_pycollect_makeitem(collector: pytest.Collector, name: str, obj: object) -> list[pytest.Item] | None:
    """Collect the examples of a function as one test, where nobody asks for one of them."""
    if not name.startswith("test_") or not families.are_together(collector.config):
        return None
    together = families.family(collector, obj)
    return together and [pytest.Function.from_parent(collector, name=name, callobj=together)]


def pytest_collection_finish() -> None:
    """Let no collection of garbage look at what stays: thousands of tests and all modules, a second each time."""
    spare_the_collector()
    gc.enable()


# The files with the tests that take longest: processes start, are killed, and are waited for.
LONGEST = (
    "crawl/test_crawl_command.py",
    "reclean/test_cluster.py",
    "native/test_equality.py",
    "cli/test_clean_resume.py",
    "native/test_building.py",
    "reclean/test_remote_cluster.py",  # four after the other one, so that both are one worker's, and have one cluster
    "cli/test_first_crawl.py",
    "archive/test_remote_inputs.py",
    "crawl/test_visit_stream.py",
    "crawl/test_a_day.py",
    "reclean/test_pipeline.py",
    "crawl/test_recipes.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a half of the workers begin with the longest tests, so that none is left with one when the others are done.

    Those wait for processes and clocks; the other half has work for the processors meanwhile. `--dist worksteal` gives
    each worker a stretch of the tests, all of the same length.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    by_file: dict[str, list[pytest.Item]] = {name: [] for name in LONGEST}
    others = []
    for item in items:
        by_file.get("/".join(item.path.parts[-2:]), others).append(item)
    rest = iter(others)
    ordered: list[pytest.Item] = []
    waiting = max(workers // 2, 1)
    for number in range(workers):
        ordered += [item for name in LONGEST[number::waiting] if number < waiting for item in by_file[name]]
        ordered += islice(rest, max(len(items) * (number + 1) // workers - len(ordered), 0))
    items[:] = [*ordered, *rest]


BUILT = pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")


@pytest.fixture(params=[pytest.param(native.CORE, id="compiled", marks=BUILT), pytest.param(None, id="interpreted")])
def both_forms(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run the test with what is compiled, and without it."""
    monkeypatch.setattr(native, "CORE", request.param)
