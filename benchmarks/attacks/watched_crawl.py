"""A crawl whose event loop is watched: `python benchmarks/attacks/watched_crawl.py SOURCES` prints one line of JSON.

A beat in the loop comes every 5 ms; what it comes late is a stall, less the time that the machine gave to others.
"""

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.engine_parts import Settings
from harvester.crawl.sources_file import read_sources
from harvester.fetching import Limits
from harvester.workers.collector_settings import spare_the_collector

BEAT_S = 0.005


class WatchedLoop(asyncio.SelectorEventLoop):
    """Knows its longest stall."""

    longest_s = 0.0

    def run_forever(self) -> None:
        self._expect()
        super().run_forever()

    def _expect(self) -> None:
        self.call_later(BEAT_S, self._beat, time.monotonic() + BEAT_S, _waited_s())

    def _beat(self, expected: float, waited_s: float) -> None:
        late_s = time.monotonic() - expected - (_waited_s() - waited_s)
        WatchedLoop.longest_s = max(WatchedLoop.longest_s, late_s)
        self._expect()


def _waited_s() -> float:
    """Return how long this thread was ready to run and another process had the processor; 0 where nobody knows."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def _peak_kib() -> int:
    """Return the most memory that this process had; `ru_maxrss` begins at that of the process that forked it."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


class Policy(asyncio.DefaultEventLoopPolicy):
    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        return WatchedLoop()


def main() -> None:
    asyncio.set_event_loop_policy(Policy())
    spare_the_collector()  # as the command does
    outcomes: dict[str, str] = {}
    began = time.monotonic()
    options = Options(limits=Limits(backoff_s=0.01, total_s=8.0), settings=Settings(max_time_s=20.0))
    hearers = Hearers(lambda done: outcomes.update({done.url: done.outcome}))
    summary = run_crawl(read_sources(Path(sys.argv[1])), options, hearers)
    figures = {
        "seconds": time.monotonic() - began,
        "stall_ms": WatchedLoop.longest_s * 1000,
        "peak_mib": _peak_kib() / 1024,
        "ending": summary.ending,
        "outcomes": outcomes,
        "counts": Counter(outcomes.values()),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
