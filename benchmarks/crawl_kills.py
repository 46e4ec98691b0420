"""Kill a crawl again and again with SIGKILL and count what it loses or doubles.

`python benchmarks/crawl_kills.py --kills 50` crawls a test web of its own on loopback, kills the crawl at random
moments, or one of its processes and not the others, lets a last run finish, and compares with a crawl that was left in
peace. It prints a Markdown table; the exit code is 1 when anything was lost, doubled, blamed or not handed on, a
process outlived its run, or a host was asked too soon.
"""

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from newssites import courier
from testweb import Request, TestWeb, running

HOSTS = 10
STORIES = 40  # of each host
DELAY_S = 0.25
FIRST_KILL_S = 0.4  # "not begun yet"
SWING_S = 2.6  # after the first request: "in full swing"; on a busy machine as long as the beginning takes
PATIENCE_S = 20.0  # for a reader to notice that its parent is gone
SLACK_S = 0.12  # between a start at the client and an arrival at the server, on a machine that has other work


@dataclass(frozen=True, slots=True)
class Loss:
    """What a crawl that was killed did wrong; all empty when it did nothing wrong."""

    lost: tuple[str, ...]  # articles that it does not have
    changed: tuple[str, ...]  # articles with another text
    doubled: tuple[str, ...]  # articles that it has too often: under two names, or as a second version
    unreadable: tuple[str, ...]  # of the archive
    too_soon: tuple[str, ...]  # requests
    blamed: tuple[str, ...]  # URLs that ended as a failure, though nothing is wrong with them
    untold: tuple[str, ...] = ()  # versions without their one line in the list of changes, lines without a version
    orphans: tuple[str, ...] = ()  # processes that outlived their run

    @property
    def sums(self) -> tuple[tuple[str, ...], ...]:
        return (
            self.lost,
            self.changed,
            self.doubled,
            self.unreadable,
            self.too_soon,
            self.blamed,
            self.untold,
            self.orphans,
        )

    @property
    def count(self) -> int:
        return sum(map(len, self.sums))


def write_sources(folder: Path, port: int, hosts: int) -> Path:
    """Write a sources file of `hosts` sites on loopback."""
    sites = [f"127.0.1.{number}:{port}" for number in range(1, hosts + 1)]
    lines = ['contact = "https://example.org/bot"', 'output = "output"', 'archive = "warc"', f"allow_hosts = {sites}"]
    for site in sites:
        lines += ["[[source]]", f'name = "{site}"', f'home = "http://{site}/"', f'feeds = ["http://{site}/feed"]']
        lines += [f"delay_s = {DELAY_S}", 'discover = ["robots"]']
    folder.mkdir(parents=True)
    file = folder / "sources.toml"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def start(sources: Path, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "harvester", "crawl", str(sources), *options]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@dataclass(slots=True)
class Kills:
    """What was killed."""

    runs: int = 0
    children: int = 0  # readers and their server, one at a time
    born: set[int] = field(default_factory=set)  # all processes that were seen

    @property
    def count(self) -> int:
        return self.runs + self.children


def kill_often(sources: Path, kills: int, chance: random.Random, begins_s: float = 0.4) -> Kills:
    """Start the crawl and kill it, or a single process of it, until there were `kills` or it is done too often.

    `begins_s` is how long a run takes to its first request: longer on a busy machine.
    """
    done = Kills()
    for _ in range(2 * kills):
        run = start(sources)
        while done.count < kills:
            try:
                run.wait(chance.uniform(FIRST_KILL_S, begins_s + max(SWING_S, begins_s)))
                break
            except subprocess.TimeoutExpired:
                children = children_of(run.pid)
                done.born.update(children)
                if not children or chance.random() < 0.5:
                    run.send_signal(signal.SIGKILL)
                    done.runs += 1
                    break
                with contextlib.suppress(ProcessLookupError):
                    os.kill(chance.choice(children), signal.SIGKILL)
                    done.children += 1
        run.wait()
        if done.count >= kills:
            break
    return done


def children_of(process: int) -> list[int]:
    """Return the processes below one, as far as the system tells (Linux does)."""
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*"):  # a process belongs to the thread that started it
        with contextlib.suppress(OSError):
            found += map(int, (thread / "children").read_text().split())
    return [one for child in found for one in (child, *children_of(child))]


def orphans(kills: Kills) -> Iterator[str]:
    """Yield the processes of killed runs that still run, after a moment to notice."""
    deadline = time.monotonic() + PATIENCE_S
    while (alive := [number for number in kills.born if _is_reader(number)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    yield from (f"process {number}" for number in alive)


def _is_reader(number: int) -> bool:
    try:
        state = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0]
        return state != "Z" and b"multiprocessing" in Path(f"/proc/{number}/cmdline").read_bytes()
    except OSError:
        return False


def blamed(folder: Path) -> Iterator[str]:
    """Yield the URLs that the state calls failed."""
    with contextlib.closing(sqlite3.connect(folder / "output" / "crawl.sqlite")) as state:
        rows = state.execute("SELECT target, outcome FROM urls WHERE outcome IS NULL OR failures > 0").fetchall()
    yield from (f"{target} {outcome}" for target, outcome in rows)


def articles_of(folder: Path) -> dict[str, tuple[str, str, int]]:
    """Return path -> title, text and version of each article that stands in an output folder."""
    found = {}
    for path in sorted((folder / "output").glob("*/*.json")):
        article = json.loads(path.read_bytes())
        name = f"{path.parent.name}/{path.name}"
        found[name] = (article["title"], article["text"], article["edition"]["version"])
    return found


def archive_faults(folder: Path) -> Iterator[str]:
    """Yield what cannot be read in the archive, and the articles whose page does not stand where they say."""
    for file in sorted((folder / "warc").glob("*.warc.gz")):
        with file.open("rb") as stream:
            records = ArchiveIterator(stream, check_digests=True)
            for record in records:
                record.content_stream().read()
                if record.digest_checker.passed is False:
                    yield f"{file.name} at {records.get_record_offset()}: wrong digest"
    for path in sorted((folder / "output").glob("*/*.json")):
        article = json.loads(path.read_bytes())
        place = article["page"]["archive"]
        with (folder / "warc" / place["file"]).open("rb") as stream:
            stream.seek(place["offset"])
            record = next(iter(ArchiveIterator(stream)))
            if record.rec_headers["WARC-Target-URI"] != article["url"]:
                yield f"{path.name}: its archive record is another page"


def untold(output: Path) -> Iterator[str]:
    """Yield what of the list of changes does not fit the articles: each version must have one line, with its digest."""
    lines = [json.loads(line) for line in (output / "changes.jsonl").read_bytes().splitlines()]
    told = Counter((line["id"], line["version"], line["sha256"]) for line in lines)
    stored = {
        (path.stem.partition(".")[0], json.loads(body)["edition"]["version"], hashlib.sha256(body).hexdigest())
        for path in output.glob("**/*.json")
        if (body := path.read_bytes())
    }
    yield from (f"no line of version {one[1]} of {one[0]}" for one in stored - told.keys())
    yield from (f"no version {one[1]} of {one[0]}, which a line tells of" for one in told.keys() - stored)
    yield from (f"{count} lines of version {one[1]} of {one[0]}" for one, count in told.items() if count > 1)
    numbers = [line["seq"] for line in lines]
    yield from (f"number {later} behind {one}" for one, later in pairwise(numbers) if later <= one)


def requests_too_soon(requests: list[Request], delay_s: float) -> Iterator[str]:
    """Yield the requests that came sooner after the one before, to the same host, than its delay."""
    last: dict[str, float] = defaultdict(lambda: float("-inf"))
    for request in requests:
        gap_s = request.at - last[request.host]
        if gap_s < delay_s - SLACK_S:
            yield f"{request.host}{request.path} after {gap_s:.3f} s"
        last[request.host] = request.at


def compare(peace: Path, killed: Path, requests: list[Request]) -> Loss:
    """Return what the crawl that was killed lost or doubled."""
    wanted, got = articles_of(peace), articles_of(killed)
    return Loss(
        lost=tuple(sorted(wanted.keys() - got.keys())),
        changed=tuple(name for name in wanted.keys() & got.keys() if wanted[name][:2] != got[name][:2]),
        doubled=(*sorted(got.keys() - wanted.keys()), *(name for name, article in got.items() if article[2] != 1)),
        unreadable=tuple(archive_faults(killed)),
        too_soon=tuple(requests_too_soon(requests, DELAY_S)),
        blamed=tuple(blamed(killed)),
        untold=tuple(untold(killed / "output")),
    )


def measure(folder: Path, kills: int, seed: int, size: tuple[int, int]) -> tuple[Loss, Kills, int]:
    """Return what was lost, what was killed, and how many articles there are."""
    hosts, stories = size
    with running(courier(stories)) as web:
        peace = write_sources(folder / "peace", web.port, hosts)
        began = time.monotonic()
        assert start(peace).wait() == 0
        begins_s = min(request.at for request in web.requests) - began
        del web.requests[:]
        time.sleep(2 * DELAY_S)
        killed = write_sources(folder / "killed", web.port, hosts)
        done = kill_often(killed, kills, random.Random(seed), begins_s)
        left = tuple(orphans(done))
        assert start(killed).wait() == 0
        loss = replace(compare(peace.parent, killed.parent, _served(web)), orphans=left)
        return loss, done, len(articles_of(peace.parent))


def _served(web: TestWeb) -> list[Request]:
    return sorted(web.requests, key=lambda request: request.at)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hosts", type=int, default=HOSTS)
    parser.add_argument("--stories", type=int, default=STORIES)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        size = (arguments.hosts, arguments.stories)
        loss, killed, articles = measure(Path(folder), arguments.kills, arguments.seed, size)
    print("| runs killed | single processes | articles | lost | changed | doubled | archive faults ", end="")
    print("| requests too soon | blamed | untold | orphans |\n|---|---|---|---|---|---|---|---|---|---|---|")
    print(f"| {killed.runs} | {killed.children} | {articles} | {' | '.join(str(len(some)) for some in loss.sums)} |")
    for some in loss.sums:
        print("\n".join(some[:10]), end="\n" if some else "")
    sys.exit(1 if loss.count else 0)


if __name__ == "__main__":
    main()
