"""A cluster on loopback: a scheduler and two workers that are real, for all tests of a process."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cluster_cleaners import NAME, NOTES

from s3_server import environment_to

LIMIT_S = 60.0  # for what is waited for; a machine may be busy


def wait_until(is_so):
    until = time.monotonic() + LIMIT_S
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.02)


def semaphores_of(group):
    """Return the named semaphores of a group of processes, which nobody removes when all of it is killed at once.

    Those of Dask's nanny; where there is no /proc, they stay.
    """
    found = set()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(maps.parent.name)) == group:
                found.update(Path(name) for name in re.findall(r"/dev/shm/sem\.mp-\S+", maps.read_text()))
    return found


class Machines:
    """A scheduler and its workers."""

    def __init__(self, folder, environment):
        self.folder = folder
        self._environment = environment
        self.notes = folder / "notes"
        self.notes.mkdir()
        self._running = {}
        at = folder / "scheduler.json"
        self._start("scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(at))
        wait_until(at.exists)
        from distributed import Client  # noqa: PLC0415 - an extra, and a second to import

        with contextlib.closing(Client(scheduler_file=str(at), set_as_default=False)) as client:
            self.address = client.scheduler.address.removeprefix("tcp://")
        self.complete()

    def complete(self):
        """Start the workers that do not run: a test before may have killed one."""
        from distributed import Client  # noqa: PLC0415

        for name, options in (("a", ()), ("b", ("--no-nanny",))):
            if name not in self._running or self._running[name].poll() is not None:
                self._start(name, "worker", self.address, "--nthreads", "1", *options)
        with contextlib.closing(Client(self.address, set_as_default=False)) as client:
            client.wait_for_workers(2, timeout=LIMIT_S)
            wait_until(lambda: len(client.nthreads()) == 2)

    def _start(self, name, *arguments):
        paths = os.pathsep.join(filter(None, (str(Path(__file__).parent), os.environ.get("PYTHONPATH"))))
        environment = os.environ | self._environment | {NAME: name, NOTES: str(self.notes), "PYTHONPATH": paths}
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
                env=environment,
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a nanny and its worker are killed together
            )

    def kill(self, name):
        process = self._running.pop(name)
        left = semaphores_of(process.pid)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for path in left:
            path.unlink(missing_ok=True)

    def alive(self):
        return [name for name in self._running if name != "scheduler"]

    def send(self, name, number):
        os.killpg(self._running[name].pid, number)

    def begun(self):
        """Return the pages that were begun, as often as they were, by the name of the worker."""
        found = {name: [] for name in "ab"}
        for line in (self.notes / "begun").read_text().splitlines():
            url, _, name = line.rpartition(" ")
            found[name].append(url)
        return found

    def end(self):
        for name in list(self._running):
            self.kill(name)


@pytest.fixture(scope="session")
def machines(tmp_path_factory, s3_server):
    """The cluster; its workers reach the bucket."""
    machines = Machines(tmp_path_factory.mktemp("cluster"), environment_to(s3_server[1]))
    yield machines
    machines.end()


@pytest.fixture(autouse=True)
def as_new(request):
    """Forget what the tests before wrote down, and whom they killed."""
    if "machines" in request.fixturenames:
        machines = request.getfixturevalue("machines")
        machines.complete()
        for path in machines.notes.iterdir():
            path.unlink()
