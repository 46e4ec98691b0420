"""What finding duplicates costs, and what is found: `python benchmarks/duplicates.py [--articles N] [--bits B]`.

Makes a set of N articles of made-up words, a tenth of them copies: half the same text, half with some words edited.
Groups a hundredth of it, a tenth, and all, each in a process of its own, and prints Markdown: processor time, most
memory, most room in the temporary folder, and what was found of what was planted; articles that share no text and were
grouped all the same are counted as wrong.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harvester.models import ARTICLE_SCHEMA
from tables import print_table

SEED: Final = 5
COPIES: Final = 0.1
EDITS: Final = (0, 0, 0, 0, 1, 2, 4, 8)  # words, of a copy; half of them none
VOCABULARY: Final = 30_000
SAMPLE_S: Final = 0.5


@dataclass
class Planted:
    """Which article is a copy of which, and how many words were edited."""

    original: dict[int, int] = field(default_factory=dict)
    edits: dict[int, int] = field(default_factory=dict)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=100_000, metavar="N")
    parser.add_argument("--words", type=int, default=200, metavar="W", help="in an article, on average")
    parser.add_argument("--bits", type=int, default=6, metavar="B")
    arguments = parser.parse_args()
    rows = []
    found: Counter[tuple[int, bool]] = Counter()
    for count in sorted(
        {max(1_000, arguments.articles // 100), max(1_000, arguments.articles // 10), arguments.articles}
    ):
        with tempfile.TemporaryDirectory() as folder:
            planted = write_set(Path(folder) / "set.jsonl", count, arguments.words)
            usage = group(Path(folder), arguments.bits)
            found, wrong = judge(Path(folder) / "groups.jsonl", planted)
            copies = len(planted.original)
            hits = sum(number for (_, is_found), number in found.items() if is_found)
            rows.append([f"{count:,}", *usage, f"{hits:,} of {copies:,}", f"{wrong:,}"])
    print_table(
        "Cost",
        ["articles", "processor s", "µs an article", "most memory, MiB", "temporary files, MiB", "found", "wrong"],
        rows,
    )
    print()
    edits = sorted({edit for edit, _ in found})
    shares = [[f"{edit}", f"{found[edit, True] / (found[edit, True] + found[edit, False]):.0%}"] for edit in edits]
    print_table("Found", ["words edited", f"found, of the largest set, at {arguments.bits} bits"], shares)


def write_set(path: Path, count: int, words: int) -> Planted:
    """Write a set; of what was written, only some texts are remembered, to be copied."""
    rng = random.Random(SEED)
    vocabulary = ["".join(rng.choices("aeioubdfgklmnprst", k=rng.randint(2, 9))) for _ in range(VOCABULARY)]
    planted = Planted()
    kept: list[tuple[int, list[str]]] = []
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            if kept and rng.random() < COPIES:
                origin, copied = rng.choice(kept)
                text = list(copied)
                edits = rng.choice(EDITS)
                for _ in range(edits):
                    text[rng.randrange(len(text))] = rng.choice(vocabulary)
                planted.original[number], planted.edits[number] = origin, edits
            else:
                text = rng.choices(vocabulary, k=rng.randint(words // 2, words * 3 // 2))
                if len(kept) < 10_000:
                    kept.append((number, list(text)))
            day = f"2026-01-{1 + number * 28 // count:02}T00:00:{number % 60:02}Z"
            row = {
                "schema": ARTICLE_SCHEMA,
                "id": f"{number:016x}",
                "url": f"https://a.example/{number}",
                "published": day,
                "text": " ".join(text),
            }
            file.write(json.dumps(row) + "\n")
    return planted


def group(folder: Path, bits: int) -> list[str]:
    """Group the set in a process of its own; return what it took."""
    scratch = folder / "tmp"
    scratch.mkdir()
    command = [sys.executable, "-m", "harvester", "duplicates", str(folder / "set.jsonl"), "--bits", str(bits)]
    with (folder / "groups.jsonl").open("wb") as output:
        run = subprocess.Popen(command, stdout=output, env={**os.environ, "TMPDIR": str(scratch)})
        peak = [0]
        over = threading.Event()
        watcher = threading.Thread(target=watch_files, args=(run.pid, peak, over))
        watcher.start()
        _, status, usage = os.wait4(run.pid, 0)
        run.returncode = os.waitstatus_to_exitcode(status)
        over.set()
        watcher.join()
    if run.returncode:
        raise SystemExit(f"the command ended with {run.returncode}")
    count = sum(1 for _ in (folder / "set.jsonl").open("rb"))
    seconds = usage.ru_utime + usage.ru_stime
    return [f"{seconds:.1f}", f"{seconds / count * 1e6:.0f}", f"{usage.ru_maxrss / 1024:.0f}", f"{peak[0] / 2**20:.0f}"]


def watch_files(process: int, peak: list[int], over: threading.Event) -> None:
    """Note the most bytes of files without a name that a process has open."""
    while not over.wait(SAMPLE_S):
        peak[0] = max(peak[0], sum(unnamed(process)))


def unnamed(process: int) -> Iterator[int]:
    try:
        for descriptor in Path(f"/proc/{process}/fd").iterdir():
            status = descriptor.stat()
            if status.st_nlink == 0:
                yield status.st_size
    except OSError:  # it has ended, or closed the file
        return


def judge(groups: Path, planted: Planted) -> tuple[Counter[tuple[int, bool]], int]:
    """Return which planted copies were found, by edited words, and how many articles stand with another text."""
    group_of: dict[int, int] = {}
    with groups.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            original = int(row["original"]["id"], 16)
            group_of[original] = original
            group_of.update((int(copy["id"], 16), original) for copy in row["copies"])
    found: Counter[tuple[int, bool]] = Counter()
    for copy, origin in planted.original.items():
        is_found = copy in group_of and group_of[copy] == group_of.get(origin)
        found[planted.edits[copy], is_found] += 1
    wrong = sum(planted.original.get(one, one) != planted.original.get(head, head) for one, head in group_of.items())
    return found, wrong


if __name__ == "__main__":
    main()
