"""A bulk run starts at once: its own process gives work to others, and loads nothing that only they need."""

import subprocess
import sys

THEIRS = ("numpy", "selectolax", "re2", "warcio", "fsspec", "trafilatura", "lxml", "httpx", "asyncio", "pyarrow")


def test_a_bulk_runs_own_process_loads_no_parser_no_arrays_and_no_writer_of_archives() -> None:
    code = f"import sys, harvester.reclean.run; print(sorted(set({THEIRS}) & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert told.stdout == "[]\n"
