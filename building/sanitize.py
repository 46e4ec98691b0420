"""Runs the compiled part under sanitizers: `python building/sanitize.py [--leaks] [OPTIONS of benchmarks/equality.py]`.

A copy of the package is compiled with AddressSanitizer and UndefinedBehaviorSanitizer, and reads pages. Every read or
write outside of memory, use after free, overflow of a signed number and the like ends it with a report. With
`--leaks`, LeakSanitizer then lists all memory that nobody frees: most is Python's own and is passed over, that with a
function of ours in its stack is not. A page takes ten times as long so, and of hostile pages only a part is read
unless OPTIONS are given. Needs gcc and its sanitizers, on Linux. `make sanitize` calls it.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

from harvester.native.building import FLAGS, STRICT_FLAGS, macros, source_files

ROOT = Path(__file__).parent.parent
COMPILER = "gcc"
SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g", "-O1")
# Python has no frame pointers, so that stacks of what was allocated through it need the slow way.
LEAK_OPTIONS = "detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=12"
QUICK = ["--every", "10", "--mutated", "20"]
# Hostile pages at their full size take all the time there is, and lose memory in the same places as short ones.
QUICK_FOR_LEAKS = [*QUICK, "--hostile", "20000"]
_LEAK = re.compile(r"^(?:Direct|Indirect) leak of .*?(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)
_MODULE = "_core.abi3.so"
_OURS = "/harvester/native/"  # frames are named by source file, and by the module where there is none; both stand there
MAX_SHOWN = 5  # leaks


def main() -> None:
    finds_leaks, arguments = "--leaks" in sys.argv, [each for each in sys.argv[1:] if each != "--leaks"]
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.egg-info"))
        compile_core(source / "harvester" / "native")
        told = read_pages(source, arguments or (QUICK_FOR_LEAKS if finds_leaks else QUICK), finds_leaks)
    sys.exit(verdict(told))


def compile_core(room: Path) -> None:
    """Compile the room's C files with the sanitizers, in place."""
    files = source_files(room)
    flags = [*FLAGS, *STRICT_FLAGS, *SANITIZERS, "-shared", "-fPIC", f"-I{sysconfig.get_path('include')}"]
    defined = [f"-D{name}={value}" for name, value in macros(files)]
    sources = [str(file) for file in files if file.suffix == ".c"]
    subprocess.run([COMPILER, *flags, *defined, *sources, "-o", str(room / _MODULE)], check=True)


def read_pages(source: Path, arguments: list[str], finds_leaks: bool) -> subprocess.CompletedProcess[str]:
    """Return what came of reading pages with the package in `source`."""
    environment = os.environ | {
        "PYTHONPATH": str(source),
        "PYTHONMALLOC": "malloc",  # Python's own allocator hides from the sanitizer where objects begin and end
        "LD_PRELOAD": f"{library('asan')} {library('ubsan')}",
        "ASAN_OPTIONS": LEAK_OPTIONS if finds_leaks else "detect_leaks=0",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "HARVESTER_INTERPRETED": "",
    }
    program = [sys.executable, str(ROOT / "benchmarks" / "equality.py"), *arguments, "--side", "compiled"]
    return subprocess.run(program, env=environment, check=False, capture_output=True, text=True)


def library(name: str) -> str:
    """Return the path of a sanitizer's library, which must be there before Python starts."""
    asked = [COMPILER, f"-print-file-name=lib{name}.so"]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def leaks_of_ours(report: str) -> list[str]:
    """Return what LeakSanitizer reports with a function of ours in its stack."""
    return [leak for leak in _LEAK.findall(report) if _OURS in leak]


def verdict(told: subprocess.CompletedProcess[str]) -> int:
    """Print what was found and return the exit code: 0 where nothing of it is ours."""
    pages, report = told.stdout.count("\n"), told.stderr
    leaks = leaks_of_ours(report)
    ended = "LeakSanitizer" in report or told.returncode == 0
    print(f"{pages:,} pages read under the sanitizers; {len(leaks)} leaks of ours")
    if not ended or not pages:
        print(report)
        return 1
    print("\n\n".join(leaks[:MAX_SHOWN]), end="")
    return 1 if leaks else 0


if __name__ == "__main__":
    main()
