"""How long is a list of changes that can be read from any number on? Time, memory and bytes read as it grows.

`python benchmarks/changes.py --lines 1000000` writes lists of a tenth as many changes and of as many, reads what
follows a number near the end, a time, then all of it, and prints a Markdown table. Times are those of the processor.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from harvester.store.changes.change_adding import add_changes
from harvester.store.changes.change_line import Change
from harvester.store.datasets.layout import CHANGES
from harvester.store.datasets.storage import LocalStorage

_TAIL = 10  # changes that a reader has not read yet
_READER = """
import sys, time
from pathlib import Path
from harvester.store.changes.change_reading import read_changes
from harvester.store.datasets.storage import LocalStorage

def figure(file, key):
    return int(next(line for line in open(f"/proc/self/{file}") if line.startswith(key)).split()[1])

since = int(sys.argv[2]) if sys.argv[2].isdecimal() else sys.argv[2]
before, began = figure("io", "rchar"), time.process_time()
lines = sum(1 for _ in read_changes(LocalStorage(Path(sys.argv[1])), since))
print(lines, time.process_time() - began, figure("status", "VmHWM"), figure("io", "rchar") - before)
"""


def changes(count: int) -> Iterator[Change]:
    """Yield changes as a crawl makes them."""
    for number in range(count):
        name = f"{number * 2_654_435_761 % 2**64:016x}"
        moment = f"2026-03-{number * 28 // count + 1:02d}T06:00:00Z"
        url = f"https://valley-digest.example/{name}"
        yield Change(
            0, moment, "new", "valley-digest", name, url, 1, f"valley-digest.example/{name}.json", name * 4, name * 4
        )


def read(folder: Path, since: str) -> tuple[int, float, int, int]:
    """Return lines, processor seconds, peak memory in KiB and bytes read, of a reader in a process of its own."""
    command = [sys.executable, "-c", _READER, str(folder), since]
    lines, seconds, memory, size = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.split()
    return int(lines), float(seconds), int(memory), int(size)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    arguments = parser.parse_args()
    print("| changes | bytes of the list | s to write | what is read | lines | s | MiB at most | bytes read |")
    print("|---|---|---|---|---|---|---|---|")
    for count in (arguments.lines // 10, arguments.lines):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            began = time.process_time()
            add_changes(LocalStorage(folder), changes(count))
            written_s = time.process_time() - began
            size = (folder / CHANGES).stat().st_size
            for since in (str(count - _TAIL), "2026-03-28", "0"):
                lines, seconds, memory, read_bytes = read(folder, since)
                row = (f"since {since}", f"{lines:,}", f"{seconds:.3f}", f"{memory / 1024:.0f}", f"{read_bytes:,}")
                print(f"| {count:,} | {size:,} | {written_s:.1f} | {' | '.join(row)} |", flush=True)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nThe process that wrote took {most:.0f} MiB at most.")


if __name__ == "__main__":
    main()
