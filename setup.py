"""Builds the native room, and prepares the tables of rules/; all else is in pyproject.toml.

Where no C compiler is found the build goes on without it: the package then runs interpreted, and its wheel is one for
every platform. HARVESTER_BUILD=interpreted asks for that. HARVESTER_BUILD=strict is for ourselves: every warning of the
compiler is an error, and so is its lack.
"""

import os
import runpy
import subprocess
import sys
import sysconfig
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_ext import build_ext

ROOM = Path("src/harvester/native")
BUILDING = runpy.run_path(str(ROOM / "building.py"))
FILES = BUILDING["source_files"](ROOM)
FLAGS = {"msvc": BUILDING["FLAGS_OF_MSVC"]}

WANTED = os.environ.get("HARVESTER_BUILD", "")
STRICT = WANTED == "strict"
# In a process of its own, which needs nothing but Python: this one stays free of what is being built.
PREPARE = "import sys; from harvester.rules.prepared import write_prepared; write_prepared(sys.argv[1])"
PREPARING = {"PYTHONPATH": "src", "HARVESTER_INTERPRETED": "1"}
LIMITED = not sysconfig.get_config_var("Py_GIL_DISABLED")  # Pythons without that lock have no stable ABI


class BuildCore(build_ext):
    """Compiles with the options of the compiler that was found."""

    def run(self):
        """Compile; and prepare the tables, also where nothing is compiled."""
        super().run()
        to = Path("src" if self.inplace else self.build_lib, "harvester", "rules", "prepared.jsonl")
        to.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-c", PREPARE, str(to)]
        told = subprocess.run(command, env=os.environ | PREPARING, check=STRICT)  # noqa: S603 - ourselves
        if told.returncode:
            self.warn("the tables are not prepared: each process will read them from TOML")

    def build_extension(self, extension):
        """Compile one extension; an optional one that fails is passed over with a warning, and none is left behind."""
        Path(self.get_ext_fullpath(extension.name)).unlink(missing_ok=True)
        if WANTED == "interpreted":
            return
        self.force = True
        flags = FLAGS.get(self.compiler.compiler_type, BUILDING["FLAGS"])
        extension.extra_compile_args = [*flags, *(BUILDING["STRICT_FLAGS"] if STRICT else ())]
        without_warnings = Path(self.build_temp, "without_warnings")  # what was built there, and is not of an older day
        without_warnings.unlink(missing_ok=True)
        super().build_extension(extension)
        if STRICT:
            without_warnings.touch()


class TaggedWheel(bdist_wheel):
    """Names the wheel after what it holds."""

    def get_tag(self):
        """Return the tag of a package without compiled code where nothing was compiled."""
        compiled = any(Path(self.bdist_dir).rglob("_core.*"))
        return super().get_tag() if compiled else ("py3", "none", "any")


CORE = Extension(
    "harvester.native._core",
    sources=[path.as_posix() for path in FILES if path.suffix == ".c"],
    depends=[path.as_posix() for path in FILES if path.suffix == ".h"],
    define_macros=BUILDING["macros"](FILES, limited=LIMITED),
    py_limited_api=LIMITED,
    optional=not STRICT,
)
setup(
    ext_modules=[CORE],
    cmdclass={"build_ext": BuildCore, "bdist_wheel": TaggedWheel},
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
)
