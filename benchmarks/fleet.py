"""Many machines, disturbed in all ways that were met, and what that did to the articles: lost, doubled, stale, wrong.

`python benchmarks/fleet.py` starts a PostgreSQL, a test web, Dask workers and a stand-in for S3 on the loopback and
prints a Markdown table; `--only NAME` makes one trial. The exit code is 1 when any article was lost, doubled, stale or
wrong.
"""

import argparse
import sys

import fleet_clean
import fleet_crawl
from tables import print_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", choices=[*fleet_crawl.TRIALS, *fleet_clean.TRIALS])
    only = parser.parse_args().only
    outcomes = []
    crawls = [make for name, make in fleet_crawl.TRIALS.items() if only is None or name in only]
    if crawls:
        with fleet_crawl.Server() as server:
            outcomes += [make(server) for make in crawls]
    outcomes += [make() for name, make in fleet_clean.TRIALS.items() if only is None or name in only]
    rows = [(one.trial, str(one.lost), str(one.doubled), str(one.stale), str(one.wrong), one.note) for one in outcomes]
    print_table("Many machines, disturbed", ("trial", "lost", "doubled", "stale", "wrong", "what else"), rows)
    sys.exit(1 if any(one.faults for one in outcomes) else 0)


if __name__ == "__main__":
    main()
