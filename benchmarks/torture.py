"""Everything that was ever seen to hurt, tried again: a table of test, figure and verdict.

`python benchmarks/torture.py` takes about ten minutes on two cores; `--only NAME` makes one kind of attack, `--list`
names them. Two processes on one state are tried where HARVESTER_TEST_POSTGRES names a PostgreSQL server. Prints a
Markdown table; the exit code is 1 when something did not hold.
"""

import argparse
import sys
import time
from importlib import import_module

from attacks.registry import ATTACKS, Row

MODULES = ("attacks.peers", "attacks.runs", "attacks.cases", "attacks.pages")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", metavar="NAME", help="make these attacks; may be repeated")
    parser.add_argument("--list", action="store_true", help="name the kinds of attacks")
    arguments = parser.parse_args()
    for module in MODULES:
        import_module(module)
    if arguments.list:
        print("\n".join(ATTACKS))
        return
    began = time.monotonic()
    print("| attack | test | figure | verdict |\n|---|---|---|---|", flush=True)
    rows = [row for name in arguments.only or ATTACKS for row in printed(name)]
    broken = sum(row.holds is False for row in rows)
    print(f"\n{len(rows)} tests, {broken} did not hold, in {time.monotonic() - began:,.0f} s")
    sys.exit(1 if broken else 0)


def printed(name: str) -> list[Row]:
    """Make one kind of attack, print its rows as they come, and return them."""
    rows = []
    for row in ATTACKS[name]():
        verdict = {True: "holds", False: "**broken**", None: "not tried"}[row.holds]
        print(f"| {name} | {row.test} | {row.figure} | {verdict} |", flush=True)
        rows.append(row)
    return rows


if __name__ == "__main__":
    main()
