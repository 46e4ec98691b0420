"""One machine of `fleet.py`: a crawl under a name of its own, which may stop itself in the middle of a write.

`python benchmarks/fleet_machine.py SOURCES STATE NAME [--lease S] [--patience S] [--stop-at URL] [--latency]`
prints a line of JSON at its end: how it ended, its visits, and how many a second.
"""

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from harvester.crawl import visit_writer as writer
from harvester.crawl.article_files import FetchedArticle, WrittenArticle, stage_article
from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.engine_parts import Settings
from harvester.crawl.sources_file import read_sources
from harvester.errors import StoreError


def stop_at(url: str) -> None:
    """Let this process stop itself once between writing an article beside its place and putting it there."""
    stage = stage_article
    left = [url]

    def stage_and_stop(output: Path, at: str, candidate: FetchedArticle) -> WrittenArticle:
        stored = stage(output, at, candidate)
        if at in left and stored.is_new:
            left.clear()
            os.kill(os.getpid(), signal.SIGSTOP)
        return stored

    writer.stage_article = stage_and_stop  # type: ignore[assignment,attr-defined]  # in place of the real one


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path)
    parser.add_argument("state")
    parser.add_argument("name")
    parser.add_argument("--lease", type=float, default=30.0)
    parser.add_argument("--patience", type=float, default=120.0)
    parser.add_argument("--stop-at")
    arguments = parser.parse_args()
    if arguments.stop_at:
        stop_at(arguments.stop_at)
    settings = Settings(lease_s=arguments.lease)
    options = Options(arguments.state, arguments.name, settings=settings, patience_s=arguments.patience)
    said: list[str] = []
    try:
        summary = run_crawl(read_sources(arguments.sources), options, Hearers(lambda done: None, said.append))
    except StoreError as error:
        print(json.dumps({"ending": str(error), "visits": 0, "rate": 0.0, "notes": said}))
        sys.exit(3)
    tally = summary.tally
    rate = tally.visits / summary.seconds
    print(json.dumps({"ending": summary.ending, "visits": tally.visits, "rate": rate, "notes": said}))


if __name__ == "__main__":
    main()
