"""The trials of `fleet.py` in which pages are cleaned on the workers of a Dask cluster, and into a stand-in for S3."""

import json
import logging
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from fleet_crawl import LIMIT_S, Outcome
from harvester.store.datasets.open_storage import open_storage
from newssites import article_page, story

PAGES = 240
HOSTS = 12
OUTAGE_S = 60.0


def write_pages(folder: Path) -> None:
    """Write pages of some hosts, which learn from each other."""
    folder.mkdir()
    for number in range(PAGES):
        name = f"page-{number:03d}"
        link = f'<link rel="canonical" href="https://site{number % HOSTS}.example/{name}">'
        page = article_page(f"Story {number}", story(name)).replace(b"<head>", b"<head>" + link.encode(), 1)
        (folder / f"{name}.html").write_bytes(page)


@dataclass
class Room:
    """A folder with pages, what one process makes of them, and what was started there."""

    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **environment: str) -> subprocess.Popen[bytes]:
        run = subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.running.append(run)
        return run

    def clean(self, to: str, *options: str, form: str = "json") -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "harvester", "clean", "pages", "--to", to, "--format", form]
        return self.start(*command, "--work", f"work-{to.rpartition('/')[2]}", "--part-size", "1", *options)

    def outcome(self, trial: str, to: str, note: str) -> Outcome:
        """Compare what stands in a place with what one process wrote into a folder."""
        wanted, found = contents(str(self.folder / "one")), contents(to if "://" in to else str(self.folder / to))
        other = [name for name in wanted.keys() & found.keys() if wanted[name] != found[name]]
        return Outcome(trial, len(wanted.keys() - found.keys()), len(found.keys() - wanted.keys()), 0, len(other), note)


def contents(address: str) -> dict[str, bytes]:
    place = open_storage(address)
    return {name: place.read(name) for name in place.names()}


@contextmanager
def room() -> Iterator[Room]:
    with tempfile.TemporaryDirectory() as folder:
        one = Room(Path(folder))
        write_pages(one.folder / "pages")
        try:
            assert one.clean("one", "--jobs", "1").wait(LIMIT_S) == 0
            yield one
        finally:
            for run in one.running:
                if run.poll() is None:
                    os.killpg(run.pid, signal.SIGKILL)
                    run.wait()


# ── Dask ──────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def cluster(one: Room) -> Iterator[str]:
    """Yield the address of a scheduler with one worker."""
    file = one.folder / f"scheduler-{secrets.token_hex(4)}.json"
    one.start(*dask("scheduler"), "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
    _until(file.exists)
    address = json.loads(file.read_text())["address"].removeprefix("tcp://")
    start_worker(one, address)
    yield address


def dask(what: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "dask", what, "--dashboard-address", "127.0.0.1:0")


def start_worker(one: Room, address: str, *before: str, **environment: str) -> subprocess.Popen[bytes]:
    command = (*before, *dask("worker"), address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1")
    return one.start(*command, **environment)


def dask_kill() -> Outcome:
    with room() as one, cluster(one) as address:
        second = start_worker(one, address)
        run = one.clean("out", "--scheduler", f"dask://{address}")
        _until(lambda: sum(1 for _ in (one.folder / "out").glob("*.json")) > PAGES // 4)
        os.killpg(second.pid, signal.SIGKILL)
        code = run.wait(LIMIT_S)
        return one.outcome("Dask: worker killed", "out", f"exit code {code}")


def dask_unshared() -> Outcome:
    """A worker with a folder of its own at the place of the output; then the same command without it."""
    with room() as one, cluster(one) as address:
        (one.folder / "out").mkdir()
        script = 'mount -t tmpfs none "$0" && exec "$@"'
        before = ("unshare", "--mount", "sh", "-c", script, str(one.folder / "out"))
        alien = start_worker(one, address, *before)
        _until(lambda: _workers(one, address) == 2)
        code, words = _ended(one.clean("out", "--scheduler", f"dask://{address}"))
        told = "bad_cluster" in words and not (one.folder / "out" / "_manifest.jsonl").exists()
        os.killpg(alien.pid, signal.SIGKILL)
        _until(lambda: _workers(one, address) == 1)
        again = one.clean("out", "--scheduler", f"dask://{address}").wait(LIMIT_S)
        note = f"exit code {code}, {'told' if told else 'NOT TOLD'}; {again} without that worker"
        return one.outcome("Dask: output not shared", "out", note)


def dask_version() -> Outcome:
    with room() as one, cluster(one) as address:
        (one.folder / "other").mkdir()
        (one.folder / "other" / "sitecustomize.py").write_text("import harvester\nharvester.__version__ = '0.0.9'\n")
        alien = start_worker(one, address, PYTHONPATH=str(one.folder / "other"))
        _until(lambda: _workers(one, address) == 2)
        code, words = _ended(one.clean("out", "--scheduler", f"dask://{address}"))
        told = "0.0.9" in words and not contents(str(one.folder / "out"))
        os.killpg(alien.pid, signal.SIGKILL)
        _until(lambda: _workers(one, address) == 1)
        again = one.clean("out", "--scheduler", f"dask://{address}").wait(LIMIT_S)
        note = f"exit code {code}, {'told' if told else 'NOT TOLD'}; {again} without that worker"
        return one.outcome("Dask: other version", "out", note)


def _workers(one: Room, address: str) -> int:
    from distributed import Client  # noqa: PLC0415 - an extra

    with Client(address, set_as_default=False) as client:
        return len(client.scheduler_info()["workers"])


# ── S3 ────────────────────────────────────────────────────────────────────────────────────────


class Store:
    """A stand-in for S3 on the loopback that may throttle or be away; a context manager."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of libraries that only this stand-in needs
            from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: PLC0415
            from werkzeug.serving import make_server  # noqa: PLC0415

        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.refuses: Callable[[], bool] = lambda: False
        self.refused = 0
        self._app = DomainDispatcherApplication(create_backend_app)
        self._listener = make_server("127.0.0.1", 0, self.answer, threaded=True)
        self.bucket = f"b{secrets.token_hex(8)}"

    def answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        if self.refuses():
            self.refused += 1
            start_response("503 Slow Down", [("Content-Length", "0")])
            return [b""]
        return self._app(environ, start_response)

    def __enter__(self) -> "Store":
        endpoint = f"http://127.0.0.1:{self._listener.server_port}"
        keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}
        os.environ.update(keys | {"AWS_ENDPOINT_URL": endpoint})
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()
        assert httpx.put(f"{endpoint}/{self.bucket}", headers={"Authorization": "AWS test:x"}).status_code == 200
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown()

    def address(self) -> str:
        return f"s3://{self.bucket}/set"

    def count(self) -> int:
        return sum(1 for _ in open_storage(self.address()).names())


def s3_throttled() -> Outcome:
    dice = random.Random(1)
    with room() as one, Store() as store:
        store.refuses = lambda: dice.random() < 0.3
        code = one.clean(store.address()).wait(LIMIT_S)
        store.refuses = lambda: False
        return one.outcome("S3: throttled", store.address(), f"exit code {code}, {store.refused} requests refused")


def s3_outage() -> Outcome:
    with room() as one, Store() as store:
        run = one.clean(store.address())
        _until(lambda: store.count() > PAGES // 4)
        store.refuses = lambda: True
        time.sleep(OUTAGE_S)
        store.refuses = lambda: False
        code = run.wait(LIMIT_S)
        return one.outcome("S3: away for a while", store.address(), f"exit code {code}, away for {OUTAGE_S:g} s")


def s3_kill() -> Outcome:
    with room() as one, Store() as store:
        run = one.clean(store.address())
        _until(lambda: store.count() > PAGES // 4)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
        code = one.clean(store.address()).wait(LIMIT_S)
        return one.outcome("S3: run killed", store.address(), f"exit code {code} of the same command")


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + LIMIT_S
    while not is_so():
        if time.monotonic() > until:
            raise TimeoutError("the trial does not come to where it is disturbed")
        time.sleep(0.1)


def _ended(run: subprocess.Popen[bytes]) -> tuple[int, str]:
    _, words = run.communicate(timeout=LIMIT_S)
    return run.returncode, words.decode("utf-8", "replace")


TRIALS: dict[str, Callable[[], Outcome]] = {
    "dask-kill": dask_kill,
    "dask-unshared": dask_unshared,
    "dask-version": dask_version,
    "s3-throttled": s3_throttled,
    "s3-outage": s3_outage,
    "s3-kill": s3_kill,
}
