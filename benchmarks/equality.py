"""Compares compiled and interpreted: `python benchmarks/equality.py [CORPORA] [--mutated N] [OPTION ...]`.

Two processes read the same pages: all of the corpora, all fixtures, hostile pages, and N seeded ways to break pages of
all of these. Of each page the Document, the rows of features, the article and the ledger must be equal, or the refusal.
Prints Markdown: pages by group, and the first line that differs. Exit code 1 where something differs, crashes, hangs,
or raises what no page may raise.

Twenty thousand mutated pages take ten minutes of two processors where stretches of pages are broken, and few of those
are read that take seconds; in parts, where there are more processors or less time:

    python benchmarks/equality.py CORPORA --mutated 20000 --largest 30000 --every 100 --hostile 20000 --part 1/2

`--side compiled` reads the pages with one side alone, for sanitizers: `make sanitize`.
"""

import argparse
import faulthandler
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from equality_pages import LARGEST_BYTES, Case, all_cases
from equality_stages import digests, stages_of
from harvester.native import WHY_INTERPRETED
from tables import print_table

SIDES = ("compiled", "interpreted")
# A page that takes longer hangs: also in C code, where no signal is heeded, on a busy machine and under sanitizers.
LIMIT_S = 600
TOLD_EVERY = 1_000  # pages
Told = dict[str, str]  # stage -> digest, of one page


def main() -> None:
    arguments = _arguments()
    number, parts = arguments.part
    wanted = arguments.corpora, arguments.mutated, arguments.every, arguments.hostile, arguments.largest
    cases = all_cases(*wanted)[number - 1 :: parts]
    if arguments.side:
        read_side(arguments.side, cases, arguments.show)
    elif compare(cases, arguments.minutes):
        sys.exit(1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, nargs="?", help="without it fixtures and hostile pages alone are read")
    parser.add_argument("--mutated", type=int, default=1_000, metavar="N", help="pages to break (default 1,000)")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each N-th page of corpora and fixtures")
    parser.add_argument("--hostile", type=int, metavar="CHARS", help="read no more of a hostile page (default: all)")
    parser.add_argument("--largest", type=int, default=LARGEST_BYTES, metavar="BYTES", help="of a page that is broken")
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="K/N", help="each N-th page, from the K-th on")
    parser.add_argument("--minutes", type=float, default=math.inf, help="begin no page after so many")
    parser.add_argument("--side", choices=SIDES, help="read with one side, print a line of JSON a page")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="with --side: print all of one page")
    return parser.parse_args()


def _part(text: str) -> tuple[int, int]:
    number, _, parts = text.partition("/")
    if not 1 <= int(number) <= int(parts):
        raise ValueError(text)
    return int(number), int(parts)


# ── one side ──────────────────────────────────────────────────────────────────────────────────


def read_side(side: str, cases: list[Case], only: int | None) -> None:
    """Print the digests of all pages, a line each; or all that came out of the page `only`."""
    if side == "compiled" and WHY_INTERPRETED is not None:
        sys.exit(f"nothing to compare with: {WHY_INTERPRETED}")
    if only is not None:
        print(json.dumps(_stages(cases[only])))
        return
    for case in cases:
        faulthandler.dump_traceback_later(LIMIT_S, exit=True)
        print(json.dumps(digests(_stages(case))), flush=True)


def _stages(case: Case) -> dict[str, list[str]]:
    return stages_of(case.body(), case.url, is_dump=case.is_dump)


def _command(side: str, *more: str) -> tuple[list[str], dict[str, str]]:
    """Return how a side is started with the arguments of this program, and its environment."""
    interpreted = {"HARVESTER_INTERPRETED": "1" if side == "interpreted" else ""}
    return [sys.executable, __file__, *sys.argv[1:], "--side", side, *more], os.environ | interpreted


# ── both ──────────────────────────────────────────────────────────────────────────────────────


def compare(cases: list[Case], minutes: float = math.inf) -> bool:
    """Read all pages, or as many as take so long, with both sides; print what was found, return whether it is wrong."""
    end = time.monotonic() + 60 * minutes
    counts: Counter[tuple[str, str]] = Counter()
    first: tuple[int, str] | None = None  # number of the page and what differs
    number = -1
    for number, (case, told) in enumerate(_lockstep(cases)):
        stages = different_stages(*told)
        counts[case.group, "different" if stages else "equal"] += 1
        counts[case.group, "refused"] += "refusal" in told[0]
        if stages and first is None:
            first = number, stages[0]
        if (number + 1) % TOLD_EVERY == 0:
            print(f"{number + 1:,} of {len(cases):,} pages", file=sys.stderr, flush=True)
        if time.monotonic() > end:
            cases = cases[: number + 1]
            break
    _print_counts(counts)
    if number + 1 < len(cases):
        print(f"\nA side ended, with the traceback on standard error, at page {number + 1}: {_kept(cases[number + 1])}")
        return True
    if first:
        _print_difference(*first, cases[first[0]])
    return first is not None


def _lockstep(cases: list[Case]) -> Iterator[tuple[Case, list[Told]]]:
    """Yield what both sides say of each page; ends early where one of them does."""
    sides = [
        subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) for command, env in map(_command, SIDES)
    ]
    try:
        for case in cases:
            lines = [side.stdout.readline() for side in sides if side.stdout]
            if not all(line.endswith("\n") for line in lines):
                return
            yield case, [json.loads(line) for line in lines]
    finally:
        for side in sides:
            side.kill()
            side.communicate()


def different_stages(one: Told, two: Told) -> list[str]:
    """Return the names of the stages that differ, in the order of the pipeline."""
    return [stage for stage in dict.fromkeys(chain(one, two)) if one.get(stage) != two.get(stage)]


def _print_counts(counts: Counter[tuple[str, str]]) -> None:
    groups = list(dict.fromkeys(group for group, _ in counts))
    rows = [[group, *(f"{counts[group, what]:,}" for what in ("equal", "different", "refused"))] for group in groups]
    total = [f"{sum(counts[group, what] for group in groups):,}" for what in ("equal", "different", "refused")]
    print_table(
        "Compiled and interpreted", ["pages", "equal", "different", "refused by both"], [*rows, ["all", *total]]
    )


def _print_difference(number: int, stage: str, case: Case) -> None:
    """Print the first line of a stage that differs."""
    told = [_shown(side, number).get(stage, []) for side in SIDES]
    at = next((at for at, (one, two) in enumerate(zip(*told, strict=False)) if one != two), min(map(len, told)))
    print(f"\nFirst difference: {stage} of {_kept(case)}, line {at + 1}")
    for side, lines in zip(SIDES, told, strict=True):
        print(f"  {side:11} ({len(lines)} lines): {lines[at] if at < len(lines) else '(ended)'}")


def _shown(side: str, number: int) -> dict[str, list[str]]:
    command, environment = _command(side, "--show", str(number))
    shown = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    lines: dict[str, list[str]] = json.loads(shown.stdout)
    return lines


def _kept(case: Case) -> str:
    """Return the name of a page and the file that it was written to, to be looked at."""
    with tempfile.NamedTemporaryFile(prefix="unequal-", suffix=".html", delete=False) as file:
        file.write(case.body())
    return f"{case.name} ({file.name})"


if __name__ == "__main__":
    main()
