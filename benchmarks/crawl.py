"""How fast, how steady and how small a crawl is, on a test web of its own on loopback.

`python benchmarks/crawl.py speed [--corpora CORPORA]`: pages fetched, cleaned and stored a second, against Scrapy with
trafilatura on the same web in the same run. `python benchmarks/crawl.py rate`: what is reached with 500 hosts and a
delay of 1 s. `python benchmarks/crawl.py memory`: resident memory over many pages, bytes of state per URL.

Each prints a Markdown table. Hosts are told apart by name: both crawlers resolve every name to 127.0.0.1.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpora import samples
from processes import Usage, watch

ROOT = Path(__file__).parent.parent
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Figures:
    """What one crawler did."""

    name: str
    pages: int
    articles: int
    seconds: float
    processor_s: float  # of all its processes
    loop_mib: float  # most resident memory of the process that was started
    worker_mib: float  # and of any other of its processes; 0: there is none

    def row(self) -> str:
        per_core = self.pages / self.processor_s
        return (
            f"| {self.name} | {self.pages:,} | {self.articles:,} | {self.seconds:.1f} "
            f"| {self.pages / self.seconds:.1f} | {self.processor_s:.1f} | {per_core:.1f} "
            f"| {self.loop_mib:.0f} | {self.worker_mib:.0f} |"
        )


# ── the test web ──────────────────────────────────────────────────────────────────────────────


def write_pages(folder: Path, corpora: Path | None, count: int) -> int:
    """Write the bodies of `count` pages at most: our fixtures, or pages of the corpora; return how many there are."""
    if corpora is None:
        bodies = [path.read_bytes() for path in sorted((ROOT / "fixtures" / "html").glob("*.html"))]
    else:
        chosen = list(samples(corpora))
        random.Random(1).shuffle(chosen)
        bodies = [sample.body() for sample in chosen[:count]]
    for number, body in enumerate(bodies[:count]):
        (folder / f"{number}.html").write_bytes(body)
    return min(count, len(bodies))


@contextmanager
def web_of(folder: Path, hosts: int, pages: int) -> Iterator[int]:
    """Serve the pages of a folder from `hosts` hosts, or made-up stories, in a process of its own; yield the port."""
    command = [sys.executable, str(HERE / "crawl_web.py"), str(folder), str(hosts), str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:  # else it is waited for without an end
            server.kill()


# ── measuring ─────────────────────────────────────────────────────────────────────────────────


def crawl_with(name: str, port: int, arguments: list[str], folder: Path) -> tuple[Figures, Usage]:
    """Let one crawler crawl the web."""
    command = [sys.executable, str(HERE / f"crawl_{name}.py"), str(port), str(folder), *arguments]
    usage, output = watch(command)
    counts = json.loads(output.splitlines()[-1])
    memory = (usage.leader_peak / 2**20, usage.worker_peak / 2**20)
    return Figures(name, counts["pages"], counts["articles"], usage.seconds, usage.processor_s, *memory), usage


# ── the benchmarks ────────────────────────────────────────────────────────────────────────────


def speed(arguments: argparse.Namespace) -> None:
    print(
        "| crawler | pages | articles | seconds | pages/s | processor seconds | pages per processor second "
        "| peak of its loop (MiB) | peak of a worker (MiB) |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        count = write_pages(folder / "pages", arguments.corpora, arguments.pages)
        per_host = -(-count // arguments.hosts)
        with web_of(folder / "pages", arguments.hosts, count) as port:
            for crawler in arguments.crawlers.split(","):
                (folder / crawler).mkdir()
                options = [str(arguments.hosts), str(per_host), "0", str(arguments.jobs)]
                print(crawl_with(crawler, port, options, folder / crawler)[0].row(), flush=True)


def rate(arguments: argparse.Namespace) -> None:
    """Measure requests a second over the middle of a run: neither the start nor the end is what is asked for."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        with web_of(folder / "pages", arguments.hosts, 0) as port:
            (folder / "out").mkdir()
            options = [str(arguments.hosts), str(arguments.per_host), str(arguments.delay), str(arguments.jobs)]
            crawl_with("harvester", port, options, folder / "out")
        moments = [float(line) for line in (folder / "pages" / "moments.txt").read_text().split()]
    began, ended = moments[0], moments[-1]
    low, high = began + 0.25 * (ended - began), began + 0.75 * (ended - began)
    reached = sum(low <= moment < high for moment in moments) / (high - low)
    wanted = arguments.hosts / arguments.delay
    print("| hosts | delay (s) | requests | wanted (requests/s) | reached (requests/s) | share |")
    print("|---|---|---|---|---|---|")
    print(
        f"| {arguments.hosts} | {arguments.delay:g} | {len(moments):,} | {wanted:.1f} | {reached:.1f} "
        f"| {reached / wanted:.1%} |"
    )


def memory(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "pages").mkdir()
        (folder / "out").mkdir()
        with web_of(folder / "pages", arguments.hosts, 0) as port:
            options = [str(arguments.hosts), str(arguments.per_host), "0", str(arguments.jobs)]
            figures, usage = crawl_with("harvester", port, options, folder / "out")
        state = sum(path.stat().st_size for path in (folder / "out").glob("crawl.sqlite*"))
    slope = _slope(usage.samples, figures)
    print("| pages | resident at the end (MiB) | slope (MiB per 10,000 pages) | state per URL (bytes) |")
    print("|---|---|---|---|")
    resident = usage.samples[-2][1] / 2**20
    print(f"| {figures.pages:,} | {resident:.0f} | {slope:.2f} | {state / figures.pages:.0f} |")


def _slope(samples: list[tuple[float, int]], figures: Figures) -> float:
    """Return the growth in MiB per 10,000 pages, by least squares over the second half of a run."""
    late = [(seconds, size / 2**20) for seconds, size in samples if seconds > figures.seconds / 2 and size]
    mean_s, mean_size = (sum(values) / len(late) for values in zip(*late, strict=True))
    over = sum((seconds - mean_s) ** 2 for seconds, _ in late)
    per_second = sum((seconds - mean_s) * (size - mean_size) for seconds, size in late) / over
    return float(per_second * figures.seconds / figures.pages * 10_000)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for name, run, hosts, per_host in (("speed", speed, 100, 0), ("rate", rate, 500, 60), ("memory", memory, 200, 100)):
        command = commands.add_parser(name)
        command.set_defaults(run=run)
        command.add_argument("--hosts", type=int, default=hosts)
        command.add_argument("--per-host", type=int, default=per_host)
        command.add_argument("--jobs", type=int, default=1)
        command.add_argument("--pages", type=int, default=1_000)
        command.add_argument("--delay", type=float, default=1.0)
        command.add_argument("--corpora", type=Path)
        command.add_argument("--crawlers", default="harvester,scrapy")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
