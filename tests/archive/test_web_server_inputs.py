"""Pages that are named by a list of paths on a web server, which a run reads as it does those of a bucket."""

import contextlib
import gzip
import re
import socket
import threading
import time

import pytest
from click.testing import CliRunner
from test_remote_inputs import ALL, Watch, urls_in, warc

from cli.standins import clean_simply
from harvester.cli import commands
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import run_job
from harvester.store.datasets import object_storage
from harvester.store.datasets.heartbeat import set_heartbeat, waiting
from harvester.workers.process_pool import Effort, Pool
from saved_forms import url


@pytest.fixture
def simply(monkeypatch):
    """Let the command clean with next to nothing: these tests are about files."""
    monkeypatch.setattr("harvester.reclean.run.clean_saved", clean_simply)


# ── web servers ──────────────────────────────────────────────────────────────────────────────


class Web:
    """A server of files by ranges, that may refuse, or break off, what it is asked for."""

    def __init__(self, files):
        self.files, self.requests, self.refusing, self.tearing, self.holding_s = files, [], 0, 0, 0.0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection):
        with connection, contextlib.suppress(OSError):  # who asked may be gone
            asked = b""
            while True:
                while b"\r\n\r\n" not in asked:
                    received = connection.recv(65_536)
                    if not received:
                        return
                    asked += received
                head, _, asked = asked.partition(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                wanted = re.search(rb"(?i)range: bytes=(\d+)-(\d+)", head)
                self.requests.append((path, wanted and wanted[0].decode()))
                if not self._send(connection, path, wanted):
                    return

    def _send(self, connection, path, wanted):
        if self.refusing:
            self.refusing -= 1
            connection.sendall(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\n\r\n")
            return True
        if self.holding_s and path.endswith("b.warc.gz"):
            time.sleep(self.holding_s)
            self.holding_s = 0.0
        content = self.files.get(path)
        if content is None:
            connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return True
        start, end = int(wanted[1]), min(int(wanted[2]) + 1, len(content))
        part = content[start:end]
        head = f"HTTP/1.1 206 Partial\r\nContent-Range: bytes {start}-{end - 1}/{len(content)}\r\n"
        connection.sendall(f"{head}Content-Length: {len(part)}\r\n\r\n".encode())
        if self.tearing:
            self.tearing -= 1
            connection.sendall(part[: len(part) // 2])
            return False
        connection.sendall(part)
        return True

    def close(self):
        self._socket.close()


@pytest.fixture
def web(monkeypatch):
    monkeypatch.setattr(object_storage, "_FIRST_PAUSE_S", 0.01)
    monkeypatch.setattr(object_storage, "_LONGEST_PAUSE_S", 0.05)
    paths = [f"/crawl-data/X-2026-10/segments/1/warc/{name}.warc.gz" for name in "ab"]
    listing = gzip.compress("".join(f"{path[1:]}\n" for path in paths).encode())
    files = {"/crawl-data/X-2026-10/warc.paths.gz": listing, paths[0]: warc(0, 6), paths[1]: warc(6, 6)}
    server = Web(files)
    yield server
    server.close()


def clean_listing(web, tmp_path):
    listing = f"{web.address}/crawl-data/X-2026-10/warc.paths.gz"
    arguments = ["clean", listing, "--to", str(tmp_path / "out"), "--format", "jsonl", "--jobs", "1"]
    return CliRunner().invoke(commands, [*arguments, "--no-site-memory"])


@pytest.mark.parametrize("trouble", ["none", "refusing", "tearing"])
def test_a_list_of_paths_on_a_web_server_is_cleaned_whatever_the_server_does(web, simply, tmp_path, trouble):
    setattr(web, trouble, 3)
    result = clean_listing(web, tmp_path)
    assert result.exit_code == 0, result.output
    assert urls_in(tmp_path / "out") == ALL
    assert all(wanted for _, wanted in web.requests)  # never a whole file at once


def test_a_file_of_a_list_that_is_gone_is_told_and_the_others_are_cleaned(web, simply, tmp_path):
    del web.files["/crawl-data/X-2026-10/segments/1/warc/a.warc.gz"]
    result = clean_listing(web, tmp_path)
    assert result.exit_code == 1
    assert "there is no such object" in result.stderr
    assert urls_in(tmp_path / "out") == sorted(url(number) for number in range(6, 12))


def test_a_server_that_is_waited_for_longer_than_a_page_may_take_costs_no_page(web, tmp_path):
    """A process that says nothing for three times the limit of a page is killed; one that waits for a server speaks."""
    paths = (f"{web.address}/crawl-data/X-2026-10/warc.paths.gz",)
    job = CleanJob(paths, Output(str(tmp_path / "out"), "jsonl"), effort=Effort(1, 1.0), site_memory=False)

    def hold(ended):
        web.holding_s = 4.0

    with Pool(job.effort) as pool:
        found = run_job(job, clean_simply, Watch(hold), pool)
    assert found.reasons == {}
    assert urls_in(tmp_path / "out") == ALL


def test_who_waits_for_a_server_says_so_until_the_answer_is_there():
    beats, heard = [], threading.Event()

    def beat():
        beats.append(threading.current_thread())
        heard.set()

    set_heartbeat(beat, 0.001)
    try:
        with waiting():
            assert heard.wait(60)
        after = len(beats)
        assert beats[-1] is not threading.main_thread()
        assert not beats[-1].is_alive()
        assert len(beats) == after
    finally:
        set_heartbeat(None, 0.0)
