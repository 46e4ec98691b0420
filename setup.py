"""Builds the native room; all else is in pyproject.toml.

Where no C compiler is found the build goes on without it: the package then runs interpreted.
"""

from pathlib import Path

from setuptools import Extension, setup

ROOM = Path("src/harvester/native")
STABLE_ABI = "0x030B0000"  # Python 3.11: one build serves it and all that follow

setup(
    ext_modules=[
        Extension(
            "harvester.native._core",
            sources=sorted(path.as_posix() for path in ROOM.glob("*.c")),
            depends=sorted(path.as_posix() for path in ROOM.glob("*.h")),
            define_macros=[("Py_LIMITED_API", STABLE_ABI)],
            py_limited_api=True,
            extra_compile_args=["-O2", "-std=c11"],
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},
)
