"""How fast, how steady and how safe cleaning in bulk is, on pages of the corpora.

`python benchmarks/reclean.py speed CORPORA`: pages a second with one process, with two, and with a cluster of two
workers, beside trafilatura's command line and datatrove on the same folder in the same run. `memory`: the most memory
with more and more pages. `kills`: a run that is killed again and again, compared with one that was left in peace.
`update`: what bringing a set up to date costs. Each prints a Markdown table.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from corpora import Sample, samples
from harvester.archive.formats.warc_writer import WarcSettings, WarcWriter
from harvester.models import Page
from processes import Usage, processes_of, watch

HERE = Path(__file__).parent
START_S = 1.5  # from a command to its first page
STATE_S = 1.0  # how often the size of a work folder is looked at
SMALL_BYTES = 20_000  # of a page, where there are to be very many
FETCHED_AT = datetime(2026, 1, 1, tzinfo=UTC)


# ── what is cleaned ───────────────────────────────────────────────────────────────────────────


def chosen(arguments: argparse.Namespace) -> list[Sample]:
    """Return as many pages as asked for, of all corpora, in an order of chance that is always the same."""
    found = sorted(samples(arguments.corpora), key=lambda sample: (sample.corpus, sample.id))
    random.Random(1).shuffle(found)
    return found[: arguments.pages]


def write_folder(folder: Path, pages: Iterable[Sample]) -> int:
    """Write pages as files; return how many bytes they have."""
    folder.mkdir()
    size = 0
    for number, sample in enumerate(pages):
        body = sample.body()
        (folder / f"{number:06}.html").write_bytes(body)
        size += len(body)
    return size


def write_archive(folder: Path, bodies: Iterable[tuple[str, bytes]], max_bytes: int = 1_000_000_000) -> None:
    """Write pages as WARC files, each under the URL that is named with it."""
    with WarcWriter(folder, WarcSettings(max_bytes=max_bytes)) as writer:
        for url, body in bodies:
            writer.append(Page(url, body, status=200, headers=(("content-type", "text/html"),), fetched_at=FETCHED_AT))


def numbered(pages: Iterable[bytes], hosts: int) -> Iterator[tuple[str, bytes]]:
    """Yield pages with URLs of as many hosts."""
    for number, body in enumerate(pages):
        yield f"https://site{number % hosts}.example/{number}", body


def harvester(*arguments: str) -> list[str]:
    """Return the command that cleans."""
    return [sys.executable, "-m", "harvester", "clean", *arguments]


# ── speed ─────────────────────────────────────────────────────────────────────────────────────


def speed(arguments: argparse.Namespace) -> None:
    print("| program | pages | articles | seconds | pages/s | processor seconds | pages per processor second |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages = chosen(arguments)
        write_folder(folder / "pages", pages)
        best: dict[str, tuple[int, Usage]] = {}
        for number in range(arguments.rounds):  # in turn, so that none has the warmer disk
            for label, command, count in _programs(folder, arguments, number):
                usage, _ = watch(command, {"COLUMNS": "80"})
                if label not in best or usage.seconds < best[label][1].seconds:
                    best[label] = (count(), usage)
        for label, (articles, usage) in best.items():
            print(_row(label, len(pages), articles, usage), flush=True)


def _programs(
    folder: Path, arguments: argparse.Namespace, number: int
) -> Iterator[tuple[str, list[str], Callable[[], int]]]:
    """Yield the name of each program, its command, and what counts its articles afterwards."""
    pages = str(folder / "pages")
    for label, options in (
        ("harvester, 1 process", ("--jobs", "1")),
        ("harvester, 2 processes", ("--jobs", "2")),
        ("harvester, 2 processes, no site memory", ("--jobs", "2", "--no-site-memory")),
        ("harvester, Dask, 2 workers", ("--workers", "2")),
    ):
        to = folder / hashlib.sha256(f"{number} {label}".encode()).hexdigest()[:8]
        command = harvester(pages, "--to", str(to), "--format", "jsonl", "--part-size", "4", *options)
        yield label, command, partial(_in_manifest, to)
    to = folder / f"trafilatura-{number}"
    if arguments.trafilatura:
        command = [arguments.trafilatura, "--input-dir", pages, "--output-dir", str(to), "--json", "--parallel", "2"]
        yield "trafilatura's command line, 2 processes", [*command, "--with-metadata"], lambda: _files(to)
    if arguments.datatrove:
        lines, end = folder / f"lines-{number}", folder / f"datatrove-{number}"
        _write_lines(folder / "pages", lines)
        command = [arguments.datatrove, str(HERE / "reclean_datatrove.py"), str(lines), str(end), "2"]
        yield "datatrove (Trafilatura), 2 processes", command, lambda: _lines(end)


def _write_lines(pages: Path, lines: Path) -> None:
    """Write the same pages as lines of JSON in two files, one for each process of datatrove."""
    lines.mkdir()
    files = sorted(pages.iterdir())
    for part in range(2):
        with (lines / f"{part}.jsonl").open("w", encoding="utf-8") as out:
            for path in files[part::2]:
                text = path.read_bytes().decode("utf-8", "replace")
                out.write(json.dumps({"id": path.stem, "text": text, "metadata": {}}) + "\n")


def _in_manifest(folder: Path) -> int:
    with (folder / "_manifest.jsonl").open("rb") as manifest:
        return int(json.loads(manifest.readline())["articles"])


def _files(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def _lines(folder: Path) -> int:
    return sum(len(path.read_bytes().splitlines()) for path in folder.rglob("*.jsonl"))


def _row(label: str, pages: int, articles: int, usage: Usage) -> str:
    return (
        f"| {label} | {pages:,} | {articles:,} | {usage.seconds:.1f} | {pages / usage.seconds:.1f} "
        f"| {usage.processor_s:.1f} | {pages / usage.processor_s:.1f} |"
    )


# ── memory ────────────────────────────────────────────────────────────────────────────────────


def memory(arguments: argparse.Namespace) -> None:
    """Clean pages of one size, many times over: what grows with their number would show."""
    print("| input | pages | processor s | ms a page | leader (MiB) | largest worker (MiB) | work folder (MiB) |")
    print("|---|---|---|---|---|---|---|")
    pages = list(made_up() if arguments.made_up else fitting_ones(arguments))
    for form in arguments.inputs.split(","):
        for count in map(int, arguments.counts.split(",")):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                bodies = (pages[number % len(pages)] for number in range(count))
                _write_many(folder / "pages", form, bodies, count)
                with watched(folder / "out" / ".harvester") as state:
                    usage, _ = watch(_run_of(arguments, folder), {"COLUMNS": "80"})
            mib = (usage.leader_peak / 2**20, usage.worker_peak / 2**20, max(state) / 2**20)
            print(
                f"| {form} | {count:,} | {usage.processor_s:.0f} | {1000 * usage.processor_s / count:.2f} "
                f"| {mib[0]:.0f} | {mib[1]:.0f} | {mib[2]:.1f} |",
                flush=True,
            )


def _run_of(arguments: argparse.Namespace, folder: Path) -> list[str]:
    pages, out, jobs = str(folder / "pages"), str(folder / "out"), str(arguments.jobs)
    if arguments.simply:
        return [sys.executable, str(HERE / "simple_cleaner.py"), pages, out, jobs]
    return [*harvester(pages, "--to", out, "--format", "jsonl"), "--jobs", jobs]


def fitting_ones(arguments: argparse.Namespace) -> Iterator[bytes]:
    """Yield the pages of the corpora that have the sizes asked for."""
    smallest, largest = arguments.smallest, arguments.largest
    return (body for sample in chosen(arguments) if smallest <= len(body := sample.body()) <= largest)


def made_up(count: int = 1_000) -> Iterator[bytes]:
    """Yield pages of 2 kB with an article of made-up sentences, of twenty sites; they are cleaned in no time."""
    rng = random.Random(1)
    words = ["".join(rng.choices("aeioubdfgklmnprst", k=rng.randint(2, 9))) for _ in range(3_000)]
    for number in range(count):
        lines = (" ".join(rng.choices(words, k=40)).capitalize() + "." for _ in range(5))
        text = "".join(f"<p>{line}</p>" for line in lines)
        link = f'<link rel="canonical" href="https://site{number % 20}.example/{number}">'
        title = " ".join(rng.choices(words, k=6)).capitalize()
        page = f"<html lang=en><head><title>{title}</title>{link}</head><body><nav><a href=/>Home</a></nav>"
        yield f"{page}<article><h1>{title}</h1>{text}</article></body></html>".encode()


@contextmanager
def watched(folder: Path) -> Iterator[list[int]]:
    """Yield a list that gets the bytes of all files in a folder, again and again."""
    sizes, over = [0], threading.Event()

    def look() -> None:
        while not over.wait(STATE_S):
            with suppress(OSError):  # a file that went meanwhile
                sizes.append(sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield sizes
    finally:
        over.set()
        watcher.join()


def _write_many(to: Path, form: str, bodies: Iterable[bytes], count: int) -> None:
    hosts = max(1, count // 100)
    if form == "archive":
        write_archive(to, numbered(bodies, hosts), max_bytes=200_000_000)
        return
    for number, body in enumerate(bodies):
        folder = to / f"{number // 1000:04}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:07}.html").write_bytes(body)


# ── kills ─────────────────────────────────────────────────────────────────────────────────────


def kills(arguments: argparse.Namespace) -> None:
    """Kill a run again and again, with all its processes; then let it end, and compare."""
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bodies = (sample.body() for sample in chosen(arguments))
        write_archive(folder / "pages", numbered(bodies, 40))
        options = ("--format", arguments.form, "--part-size", "1", "--jobs", "2")
        command = harvester(str(folder / "pages"), "--to", str(folder / "killed"), *options)
        began = time.monotonic()
        calmly = harvester(str(folder / "pages"), "--to", str(folder / "calm"), *options)
        subprocess.run(calmly, capture_output=True, check=False)
        whole_s = time.monotonic() - began
        step_s = max(whole_s - START_S, 1.0) / arguments.kills / 2
        killed = _kill_often(command, arguments.kills, step_s, chance)
        end = subprocess.run(command, capture_output=True, check=False)
        calm, after = digests(folder / "calm"), digests(folder / "killed")
        lost = sorted(calm.keys() - after.keys())
        more = sorted(after.keys() - calm.keys())
        changed = sorted(file for file in calm.keys() & after.keys() if calm[file] != after[file])
        articles = _in_manifest(folder / "calm")
    print("| kills | articles | files | lost | doubled or left over | changed | exit code at the end |")
    print("|---|---|---|---|---|---|---|")
    print(f"| {killed} | {articles:,} | {len(calm)} | {len(lost)} | {len(more)} | {len(changed)} | {end.returncode} |")
    sys.exit(1 if lost or more or changed or killed < arguments.kills else 0)


def _kill_often(command: list[str], kills: int, step_s: float, chance: random.Random) -> int:
    """Kill at moments of chance a whole run, its leader alone, or one of its workers, and start it again.

    Return how many were killed before a run came to its end.
    """
    for number in range(kills):
        run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        try:
            run.wait(START_S + chance.uniform(0.0, 2.0) * step_s)
        except subprocess.TimeoutExpired:
            _kill(run, chance)
            continue
        return number
    return kills


def _kill(run: "subprocess.Popen[bytes]", chance: random.Random) -> None:
    what = chance.choice(("all", "leader", "worker"))
    workers = [process for process in processes_of(run.pid) if process != run.pid]
    if what == "worker" and workers:
        with suppress(ProcessLookupError):
            os.kill(chance.choice(workers), signal.SIGKILL)
        time.sleep(START_S)  # it is replaced meanwhile
    if what == "leader":
        run.kill()
        run.wait()
        return  # its workers end by themselves; the next run begins beside them
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file below a folder, also of hidden ones."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


# ── update ────────────────────────────────────────────────────────────────────────────────────


def update(arguments: argparse.Namespace) -> None:
    """Clean a folder, and bring its articles up to date where nothing has changed."""
    print("| run | pages | seconds | processor seconds |")
    print("|---|---|---|---|")
    with _folder_of(arguments) as folder:
        command = harvester(str(folder / "pages"), "--to", str(folder / "out"), "--format", "jsonl", "--jobs", "2")
        for label, options in (("all", ()), ("--stale, nothing to do", ("--stale",))):
            usage, _ = watch([*command, *options], {"COLUMNS": "80"})
            print(f"| {label} | {arguments.pages:,} | {usage.seconds:.1f} | {usage.processor_s:.1f} |", flush=True)


@contextmanager
def _folder_of(arguments: argparse.Namespace) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        write_folder(Path(name) / "pages", chosen(arguments))
        yield Path(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for run, pages in (
        (speed, 1_000),
        (memory, 2_632),
        (kills, 600),
        (update, 500),
    ):
        command = commands.add_parser(run.__name__)
        command.set_defaults(run=run)
        command.add_argument("corpora", type=Path)
        command.add_argument("--pages", type=int, default=pages)
        command.add_argument("--jobs", type=int, default=2)
        command.add_argument("--counts", default="10000,100000", help="memory: numbers of pages")
        command.add_argument("--smallest", type=int, default=0, help="memory: bytes of the smallest page")
        command.add_argument("--largest", type=int, default=SMALL_BYTES, help="memory: bytes of the largest page")
        command.add_argument("--rounds", type=int, default=2, help="speed: the best of so many counts")
        command.add_argument("--inputs", default="archive,folder", help="memory: what the pages stand in")
        command.add_argument("--made-up", action="store_true", help="memory: pages of 2 kB, of made-up words")
        command.add_argument("--simply", action="store_true", help="memory: one article for all, which costs nothing")
        command.add_argument("--kills", type=int, default=20)
        command.add_argument("--seed", type=int, default=1)
        command.add_argument("--form", default="jsonl", help="kills: format of the output")
        command.add_argument(
            "--trafilatura", default=shutil.which("trafilatura", path=str(Path(sys.executable).parent))
        )
        command.add_argument("--datatrove", help="speed: the Python of an environment with datatrove in it")
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
