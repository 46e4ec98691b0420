"""The trials of `fleet.py` in which three machines crawl together, on a PostgreSQL of its own."""

import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from harvester.crawl.state.store import State
from newssites import article_page, rss, story
from tcpproxy import Proxy, target_of, through
from testweb import Reply, Request, TestWeb, running

HOSTS = 30
STORIES = 20
LONG_STORIES = 60  # where a rate is measured
DELAY_S = 0.6
LEASE_S = 6.0
NAMES = ("one", "two", "three")
LIMIT_S = 900.0  # for whatever is waited for; a busy machine takes its time


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a trial did to the articles; all zero when nothing."""

    trial: str
    lost: int
    doubled: int
    stale: int
    wrong: int
    note: str = ""

    @property
    def faults(self) -> int:
        return self.lost + self.doubled + self.stale + self.wrong


@dataclass
class Papers:
    """What the sites say: a story's text depends on how often it was edited."""

    edits: dict[str, int] = field(default_factory=dict)  # URL without scheme -> how often
    stories: int = STORIES  # of each site

    def text_of(self, place: str, edit: int) -> list[str]:
        return story(f"{place} {edit}" if edit else place)

    def __call__(self, request: Request) -> Reply:
        if request.path == "/feed":
            links = [f"http://{request.host}/story-{number}" for number in range(self.stories)]
            return Reply(rss(links), headers=(("Content-Type", "application/rss+xml"),))
        if not request.path.startswith("/story-"):
            return Reply(b"", 404)
        place = f"{request.host}{request.path}"
        edit = self.edits.get(place, 0)
        etag = f'"{edit}"'
        if request.headers.get("if-none-match") == etag:
            return Reply(b"", 304)
        page = article_page(f"Story {request.path[7:]} of {request.host}", self.text_of(place, edit))
        return Reply(page, headers=(("Content-Type", "text/html; charset=utf-8"), ("ETag", etag)))


class Server:
    """A PostgreSQL of its own on the loopback; a context manager."""

    def __init__(self) -> None:
        self._programs = max(Path("/usr/lib/postgresql").glob("*/bin"))
        self._folder = Path(tempfile.mkdtemp(prefix="fleet-pg-"))
        self._as = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        self.port = 20_000 + secrets.randbelow(20_000)
        self.address = f"postgresql+psycopg://harvester@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> "Server":
        if self._as:
            shutil.chown(self._folder, "postgres")
        self._call("initdb", "-U", "harvester", "--auth=trust", "--encoding=UTF8")
        self._control("start")
        return self

    def __exit__(self, *_: object) -> None:
        self._control("stop", "-m", "immediate")
        shutil.rmtree(self._folder, ignore_errors=True)

    def restart(self) -> None:
        self._control("restart", "-m", "fast")

    def schema(self) -> str:
        """Return the address of an empty schema."""
        name = f"trial_{secrets.token_hex(4)}"
        engine = create_engine(self.address)
        with engine.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA {name}"))
        engine.dispose()
        return f"{self.address}?options=-csearch_path%3D{name}"

    def _control(self, *words: str) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c fsync=off"
        self._call("pg_ctl", "-l", str(self._folder / "log"), "-w", "-o", options, *words)

    def _call(self, program: str, *words: str) -> None:
        command = [*self._as, str(self._programs / program), "-D", str(self._folder / "data"), *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)


@dataclass
class Trial:
    """Three machines on one web, one database and one folder."""

    server: Server
    web: TestWeb
    papers: Papers
    folder: Path
    state: str
    runs: list[tuple[str, subprocess.Popen[str]]] = field(default_factory=list)

    def start(self, name: str, *options: str, state: str | None = None, hosts: int = HOSTS) -> subprocess.Popen[str]:
        sources = self.folder / f"sources-{hosts}.toml"
        if not sources.exists():
            write_sources(sources, self.web.port, hosts)
        command = [sys.executable, str(Path(__file__).with_name("fleet_machine.py")), str(sources)]
        command += [state or self.state, name, "--lease", str(LEASE_S), *options]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.runs.append((name, run))
        return run

    def start_all(self, state: str | None = None) -> list[subprocess.Popen[str]]:
        return [self.start(name, state=state) for name in NAMES]

    def wait(self, *runs: subprocess.Popen[str]) -> list[dict[str, Any]]:
        return [json.loads(run.communicate(timeout=LIMIT_S)[0].splitlines()[-1]) for run in runs]

    def finish(self) -> None:
        """Let one machine do what is left, also what a lease or a pause keeps it from at first."""
        until = time.monotonic() + LIMIT_S
        while self.due() and time.monotonic() < until:
            self.wait(self.start("one"))
            time.sleep(0.5)

    def query(self, words: str) -> int:
        engine = create_engine(self.state)
        with engine.begin() as connection:
            found = connection.execute(text(words))
            count = int(found.scalar() or 0) if found.returns_rows else found.rowcount
        engine.dispose()
        return count

    def due(self) -> int:
        return self.query("SELECT count(*) FROM urls WHERE due_at <= extract(epoch FROM now())")

    def visits_so_far(self) -> int:
        return self.query("SELECT count(*) FROM urls WHERE visited_at IS NOT NULL")

    def make_all_due(self) -> None:
        self.query("UPDATE urls SET due_at = 1 WHERE kind = 0")
        self.query("UPDATE hosts SET due_at = 1")

    def until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + LIMIT_S
        while not is_so():
            if time.monotonic() > until:
                raise TimeoutError("the trial does not come to where it is disturbed")
            time.sleep(0.1)

    def outcome(self, name: str, note: str = "") -> Outcome:
        """Compare the articles with what the sites say now."""
        sites = [f"127.0.1.{host}:{self.web.port}" for host in range(1, HOSTS + 1)]
        wanted = {f"{site}/story-{number}" for site in sites for number in range(self.papers.stories)}
        found: dict[str, list[str]] = {}
        for path in (self.folder / "output").glob("*/*.json"):
            article = json.loads(path.read_bytes())
            found.setdefault(article["url"].removeprefix("http://"), []).append(article["text"])
        now = {place: self.papers.edits.get(place, 0) for place in wanted}
        shown = {place: _edit_shown(self.papers, place, texts[0], now[place]) for place, texts in found.items()}
        return Outcome(
            name,
            lost=len(wanted - found.keys()),
            doubled=sum(len(texts) - 1 for texts in found.values()) + len(found.keys() - wanted),
            stale=sum(edit is not None and edit < now.get(place, 0) for place, edit in shown.items()),
            wrong=sum(edit is None for edit in shown.values()),
            note=note,
        )


def _edit_shown(papers: Papers, place: str, said: str, last: int) -> int | None:
    """Return which edit of a story a text is of; None: of none."""
    return next((edit for edit in range(last, -1, -1) if papers.text_of(place, edit)[0] in said), None)


def write_sources(file: Path, port: int, hosts: int) -> None:
    sites = [f"127.0.1.{number}:{port}" for number in range(1, hosts + 1)]
    lines = ['contact = "https://example.org/bot"', 'output = "output"', f"allow_hosts = {sites}"]
    for site in sites:
        lines += ["[[source]]", f'name = "{site}"', f'home = "http://{site}/"', f'feeds = ["http://{site}/feed"]']
        lines += [f"delay_s = {DELAY_S}", "discover = []"]
    file.write_text("\n".join(lines), encoding="utf-8")


@contextmanager
def trial(server: Server, stories: int = STORIES) -> Iterator[Trial]:
    """Yield a trial; what it started is ended."""
    papers = Papers(stories=stories)
    with ExitStack() as stack:
        web = stack.enter_context(running(papers))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        one = Trial(server, web, papers, folder, server.schema())
        State(one.state).close()  # with its tables
        try:
            yield one
        finally:
            for _, run in one.runs:
                if run.poll() is None:
                    run.send_signal(signal.SIGCONT)
                    run.kill()
                    run.wait()


def quiet(server: Server) -> Outcome:
    with trial(server) as one:
        said = one.wait(*one.start_all())
        one.finish()
        visits = [run["visits"] for run in said]
        shares = ", ".join(f"{count / sum(visits):.0%}" for count in visits)
        endings = ", ".join(run["ending"] for run in said)
        return one.outcome("quiet", f"{HOSTS} hosts, visits a machine: {shares}; ended: {endings}")


def kill(server: Server) -> Outcome:
    with trial(server) as one:
        runs = one.start_all()
        one.until(lambda: one.visits_so_far() > HOSTS)
        runs[0].kill()
        runs[0].wait()
        began = time.monotonic()
        again = one.start("one")
        said = one.wait(again, *runs[1:])
        one.finish()
        note = f"kill -9, started again: {said[0]['visits']} visits in {time.monotonic() - began:.0f} s"
        return one.outcome("kill", note)


def stop_and_wake(server: Server) -> Outcome:
    """A machine stands still inside a write for longer than its lease, while the page is edited again."""
    with trial(server) as one:
        one.wait(*one.start_all())
        one.finish()
        place = f"127.0.1.1:{one.web.port}/story-0"
        one.papers.edits[place] = 1
        one.make_all_due()
        sleeper = one.start("one", "--stop-at", f"http://{place}")
        one.until(lambda: _is_stopped(sleeper.pid))
        one.papers.edits[place] = 2
        others = [one.start(name) for name in NAMES[1:]]
        time.sleep(2 * LEASE_S)
        one.wait(*others)
        one.wait(one.start("two"))
        sleeper.send_signal(signal.SIGCONT)
        [said] = one.wait(sleeper)
        one.finish()
        one.make_all_due()
        one.finish()
        return one.outcome("stop, wake inside the write", f"woken: {said['ending']}, told {said['notes']}")


def _is_stopped(process: int) -> bool:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def restart(server: Server) -> Outcome:
    with trial(server) as one:
        runs = one.start_all()
        one.until(lambda: one.visits_so_far() > HOSTS)
        server.restart()
        said = one.wait(*runs)
        one.finish()
        return one.outcome("database restart", ", ".join(run["ending"] for run in said))


def cut(server: Server) -> Outcome:
    with trial(server) as one, Proxy(target_of(one.state)) as proxy:
        runs = one.start_all(through(proxy, one.state))
        one.until(lambda: one.visits_so_far() > HOSTS)
        proxy.cut()
        time.sleep(20)
        proxy.mend()
        said = one.wait(*runs)
        one.finish()
        return one.outcome("cut of 20 s", ", ".join(run["ending"] for run in said))


def latency(server: Server) -> Outcome:
    """The rate between the first request and the last one: a start takes as long however much there is to do."""
    rates = []
    for delay_s in (0.0, 0.025):
        with trial(server, LONG_STORIES) as one, Proxy(target_of(one.state), delay_s) as proxy:
            one.wait(one.start("one", state=through(proxy, one.state)))
            times = sorted(request.at for request in one.web.requests)
            rates.append(len(times) / (times[-1] - times[0]))
            one.finish()
            found = one.outcome("50 ms away")
    note = f"{rates[1]:.1f} requests/s, {rates[0]:.1f} without: {rates[1] / rates[0]:.0%}"
    return Outcome(found.trial, found.lost, found.doubled, found.stale, found.wrong, note)


def old_sources(server: Server) -> Outcome:
    """One machine has a sources file without half of the sites; then all pages are edited."""
    with trial(server) as one:
        one.wait(*one.start_all())
        one.finish()
        one.wait(one.start("two", hosts=HOSTS // 2))
        resting = one.query("SELECT count(*) FROM urls WHERE due_at IS NULL")
        [said] = one.wait(one.start("one"))
        left = one.query("SELECT count(*) FROM urls WHERE due_at IS NULL")
        for host in range(1, HOSTS + 1):
            one.papers.edits[f"127.0.1.{host}:{one.web.port}/story-0"] = 1
        # What rests does not come back by this: only what has a time.
        one.query("UPDATE urls SET due_at = 1 WHERE kind = 0 AND due_at IS NOT NULL")
        one.query("UPDATE hosts SET due_at = 1")
        one.finish()
        note = f"{resting} URLs at rest, {left} after the next run of a new one; told {len(said['notes'])} times"
        return one.outcome("old sources file", note)


TRIALS = {
    "quiet": quiet,
    "kill": kill,
    "stop": stop_and_wake,
    "restart": restart,
    "cut": cut,
    "latency": latency,
    "sources": old_sources,
}
