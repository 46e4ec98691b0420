"""Builds wheels for all platforms on one machine, and the source: `python building/wheels.py [--to DIR] [--only WORD]`.

The compiled part needs nothing of a platform but its C library and the stable ABI of Python, so zig, a C compiler in a
Python package, compiles it for all of them with the headers of the Python that runs this. What was built is checked:
the kind of file, what it exports, that it uses nothing but the stable ABI (abi3audit), and how old a Linux may be
(auditwheel). A wheel for this machine is installed, too, where there is no compiler, and cleans a page; what is for
others is said not to have been run. A platform that fails is named with the reason, and the others are built; the exit
code is 1 then. `make wheels` installs what this needs and calls it.
"""

import argparse
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
from collections.abc import Iterable
from pathlib import Path

from packaging.tags import sys_tags

from harvester.native.building import FLAGS, STRICT_FLAGS, macros, source_files
from platforms import PLATFORMS, Platform
from wheel_checks import WheelError, check_wheel

ROOT = Path(__file__).parent.parent
ROOM = ROOT / "src" / "harvester" / "native"
TAG_OF_PYTHON = "cp311-abi3"
MAX_SHOWN = 200  # characters of a command that failed, which names all files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=Path, default=ROOT / "dist", metavar="DIR", help="where to (default: dist)")
    parser.add_argument("--only", default="", metavar="WORD", help="platforms with this in their name")
    arguments = parser.parse_args()
    try:
        are_all_built = build_all(arguments.only, arguments.to.resolve())
    except WheelError as error:
        sys.exit(f"nothing is built: {error}")
    sys.exit(0 if are_all_built else 1)


def build_all(only: str, to: Path) -> bool:
    """Build wheels of the platforms with `only` in a name; print what became of each, return whether all are there."""
    to.mkdir(parents=True, exist_ok=True)
    are_all_built = True
    with tempfile.TemporaryDirectory() as folder:
        bare = bare_wheel(source_distribution(to), Path(folder) / "bare")
        for platform in wanted(only):
            try:
                wheel = build_wheel(platform, bare, Path(folder) / platform.target)
                told = f"{wheel.name}: {check_wheel(wheel, platform)}, {run_wheel(wheel, platform)}"
                shutil.move(wheel, to / wheel.name)
            except WheelError as error:
                are_all_built, told = False, f"NOT BUILT: {platform.tags[0]}: {error}"
            print(told, flush=True)
    return are_all_built


def wanted(word: str) -> list[Platform]:
    """Return the platforms with `word` in a name; all for an empty one."""
    return [platform for platform in PLATFORMS if word in " ".join((*platform.tags, platform.target))]


def source_distribution(to: Path) -> Path:
    """Return the source distribution, written into the folder `to`."""
    run([sys.executable, "-W", "ignore", "setup.py", "--quiet", "sdist", "--dist-dir", to])
    return max(to.glob("*.tar.gz"), key=lambda file: file.stat().st_mtime_ns)


def bare_wheel(source: Path, folder: Path) -> Path:
    """Return the wheel without a compiled part; made of the source distribution, so that it holds no leftovers."""
    environment = os.environ | {"HARVESTER_BUILD": "interpreted"}
    run([sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, source], environment)
    (built,) = folder.iterdir()
    return built


def build_wheel(platform: Platform, bare: Path, folder: Path) -> Path:
    """Return the wheel of a platform, made in `folder`."""
    unpacked, packed = folder / "unpacked", folder / "packed"
    packed.mkdir(parents=True)
    run([sys.executable, "-m", "wheel", "unpack", "--dest", unpacked, bare])
    (content,) = unpacked.iterdir()
    compile_core(platform, folder, content / "harvester" / "native" / platform.file)
    name_platform(next(content.glob("*.dist-info/WHEEL")), platform)
    run([sys.executable, "-m", "wheel", "pack", "--dest-dir", packed, content])
    (wheel,) = packed.iterdir()
    return wheel


def run_wheel(wheel: Path, platform: Platform) -> str:
    """Return words for what a wheel did where it was installed without a compiler, if it is for this machine."""
    if not {tag.platform for tag in sys_tags()} & set(platform.tags):
        return "not run: it is for another machine"
    run([sys.executable, Path(__file__).parent / "try_install.py", wheel])
    return "installed without a compiler and run"


def compile_core(platform: Platform, folder: Path, to: Path) -> None:
    """Compile the C files for a platform; warnings are errors."""
    files = source_files(ROOM)
    defined = (f"-D{name}={value}" for name, value in macros(files))
    sources = (file for file in files if file.suffix == ".c")
    kind = ("-shared", "-s") if platform.is_windows else ("-shared", "-s", "-fPIC")
    headers, library = Path(sysconfig.get_path("include")), []
    if platform.windows_machine is not None:
        headers = headers_for_windows(headers, folder / "include")
        library = [import_library(platform.windows_machine, folder)]
    flags = [*FLAGS, *STRICT_FLAGS, *kind, *defined, f"-I{headers}", *platform.link]
    zig("cc", "-target", platform.target, *flags, *sources, *library, "-o", to)


def headers_for_windows(headers: Path, to: Path) -> Path:
    """Return the headers of this Python with the settings of Windows among them."""
    shutil.copytree(headers, to)
    shutil.copy(Path(__file__).parent / "windows" / "pyconfig.h", to)
    return to


def import_library(machine: str, folder: Path) -> Path:
    """Return the library that tells the linker which names python3.dll has: all of the stable ABI."""
    from abi3info import DATAS, FUNCTIONS  # noqa: PLC0415 - the checks of other platforms need it not

    names = [symbol.name for symbol in FUNCTIONS]
    lines = ["LIBRARY python3.dll", "EXPORTS", *names, *(f"{symbol.name} DATA" for symbol in DATAS)]
    listed, library = folder / "python3.def", folder / "libpython3.a"
    listed.write_text("\n".join(lines) + "\n", encoding="ascii")
    zig("dlltool", "-d", listed, "-l", library, "-D", "python3.dll", "-m", machine)
    return library


def name_platform(file: Path, platform: Platform) -> None:
    """Write into a wheel's WHEEL file what it is for now."""
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line and not line.startswith("Tag: ")]
    tags = [f"Tag: {TAG_OF_PYTHON}-{tag}" for tag in platform.tags]
    file.write_text("\n".join([*kept, *tags]) + "\n", encoding="utf-8")


def zig(*arguments: str | Path) -> None:
    """Run zig."""
    run([sys.executable, "-m", "ziglang", *arguments])


def run(command: Iterable[str | Path], environment: dict[str, str] | None = None) -> None:
    """Run a program; raise WheelError with what it printed when it fails."""
    told = subprocess.run([*map(str, command)], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if told.returncode:
        asked = textwrap.shorten(" ".join(map(str, command)), MAX_SHOWN)
        raise WheelError(f"{told.stdout}{told.stderr}".strip() + f"\n({asked})")


if __name__ == "__main__":
    main()
