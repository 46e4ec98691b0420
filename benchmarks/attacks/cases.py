"""The 44 cases of a crawler's life, by the tests that hold them; `cases.toml` lists them."""

import subprocess
import sys
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree  # of our own report

from attacks.registry import Row, attack

ROOT = Path(__file__).parent.parent.parent
LIST = Path(__file__).with_name("cases.toml")


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one test, in one of its variants."""

    seconds: float
    passed: bool
    skipped: bool


@attack("cases")
def cases() -> Iterator[Row]:
    listed = tomllib.loads(LIST.read_text(encoding="utf-8"))["case"]
    results = _results([test for case in listed for test in case["tests"]])
    yield from (_row(case, results) for case in listed)


def _row(case: dict[str, Any], results: dict[str, list[Result]]) -> Row:
    found = [result for test in case["tests"] for result in results.get(test, [])]
    missing = [test for test in case["tests"] if test not in results]
    run = [result for result in found if not result.skipped]
    figure = f"{sum(result.passed for result in run)} of {len(run)} tests pass, {sum(r.seconds for r in run):.1f} s"
    if len(found) > len(run):
        figure += f", {len(found) - len(run)} not tried here"
    if missing:
        figure += f"; not found: {', '.join(missing)}"
    return Row(f"{case['number']}. {case['what']}", figure, not missing and bool(run) and all(r.passed for r in run))


def _results(tests: list[str]) -> dict[str, list[Result]]:
    """Run the tests and return what became of them, by the name that the list gives them."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", f"--junitxml={report}", *tests]
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        cases = ElementTree.parse(report).iter("testcase")
        found: dict[str, list[Result]] = defaultdict(list)
        for case in cases:
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').partition('[')[0]}"
            failed = any(case.find(tag) is not None for tag in ("failure", "error"))
            found[name].append(Result(float(case.get("time", "0")), not failed, case.find("skipped") is not None))
        return found
