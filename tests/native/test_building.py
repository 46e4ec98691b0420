"""The package builds and runs with a C compiler and without one, and says which of both it does."""

import builtins
import importlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from harvester.cli.version import running_words
from harvester.models import Block, Element, Span
from harvester.native import CORE, WHY_INTERPRETED
from harvester.native.building import digest, source_files

ROOT = Path(__file__).parents[2]
ROOM = ROOT / "src" / "harvester" / "native"
NEEDED = ("setup.py", "pyproject.toml", "MANIFEST.in", "README.md", "LICENSE")
needs_a_compiler = pytest.mark.skipif(
    not shutil.which("cc") and os.environ.get("HARVESTER_BUILD") != "strict", reason="no C compiler here"
)


@pytest.fixture(scope="module")
def source_distribution(tmp_path_factory):
    """The source as it is given away, built from a copy as after `git clone`: builds leave much behind."""
    pytest.importorskip("setuptools", reason="comes with the extra test", minversion="77")
    copy = tmp_path_factory.mktemp("source")
    for name in NEEDED:
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__", "*.so", "*.egg-info"))
    return build(copy, "sdist", tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def source(source_distribution, tmp_path_factory):
    """What the source distribution holds, which wheels are built from."""
    to = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(source_distribution) as opened:
        opened.extractall(to, filter="data")
    (unpacked,) = to.iterdir()
    return unpacked


def build(source, command, to, **environment):
    """Return the one file that a build of the package leaves in the folder `to`."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "setup.py", "--quiet", command, "--dist-dir", to],
        cwd=source,
        env=os.environ | environment,
        check=True,
        capture_output=True,
        timeout=100,
    )
    (built,) = to.iterdir()
    return built


def native_files(wheel):
    with zipfile.ZipFile(wheel) as opened:
        return {Path(name).name for name in opened.namelist() if name.startswith("harvester/native/")}


def objects_of(source):
    """Return the folder of the objects of this checkout, if a compiler without a warning made them of the same files.

    None where it did not, or where the compiled part is not what stands there.
    """
    same = CORE is not None and digest(source_files(source / "src" / "harvester" / "native")) == CORE.SOURCES
    marks = [mark for mark in (ROOT / "build").glob("temp.*/without_warnings") if same]
    built_at = Path(CORE.__file__).stat().st_mtime if same else 0
    for mark in marks:
        objects = mark.parent / ROOM.relative_to(ROOT)
        of_today = {path.stem for path in objects.glob("*.o") if path.stat().st_mtime <= built_at}
        if built_at <= mark.stat().st_mtime and of_today >= {path.stem for path in ROOM.glob("*.c")}:
            return objects
    return None


def quick_compiler(folder, objects):
    """A compiler that takes what `make test` compiled of the same file, or else optimises nothing, in half of the time.

    `make test` itself builds the package as it ships.
    """
    compiler = folder / "cc"
    compiler.write_text(
        f"""#!/bin/sh
for word; do case "$word" in *.c) source=$word;; *.o) object=$word;; esac; done
test "$source" && test -f "{objects}/${{object##*/}}" && exec cp "{objects}/${{object##*/}}" "$object"
exec {shutil.which("cc")} "$@" -O0
"""
    )
    compiler.chmod(0o755)
    return str(compiler)


@needs_a_compiler
def test_a_wheel_holds_the_compiled_part_for_all_pythons_and_none_of_its_sources(source, tmp_path):
    to = tmp_path / "wheels"
    # No warning of the compiler either.
    compiler = quick_compiler(tmp_path, objects_of(source))
    wheel = build(source, "bdist_wheel", to, CC=compiler, HARVESTER_BUILD="strict")
    assert "-cp311-abi3-" in wheel.name
    assert native_files(wheel) == {"__init__.py", "building.py", "_core.abi3.so"}


def test_without_a_compiler_the_wheel_is_for_every_platform(source, tmp_path):
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    to = tmp_path / "wheels"
    wheel = build(source, "bdist_wheel", to, PATH=str(nothing), CC="cc-that-is-not-there", HARVESTER_BUILD="")
    assert wheel.name.endswith("-py3-none-any.whl")
    assert native_files(wheel) == {"__init__.py", "building.py"}


def test_a_source_distribution_holds_the_c_files(source_distribution):
    with tarfile.open(source_distribution) as opened:
        held = {Path(name).name for name in opened.getnames() if "/native/" in name}
    assert {path.name for path in source_files(ROOM)} <= held


def python(code, **environment):
    paths = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": paths} | environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=100,
    ).stdout


@pytest.mark.skipif(CORE is None and os.environ.get("HARVESTER_BUILD") != "strict", reason="not compiled here")
def test_the_compiled_part_of_this_checkout_is_what_is_tested():
    assert WHY_INTERPRETED is None
    assert digest(source_files(ROOM)) == CORE.SOURCES


def test_the_version_is_the_same_compiled_and_interpreted_and_the_lines_below_tell_them_apart():
    code = "import sys; sys.argv[1:] = ['--version']; from harvester.cli import main; main(prog_name='harvester')"
    interpreted = python(code, HARVESTER_INTERPRETED="1").splitlines()
    either = python(code, HARVESTER_INTERPRETED="").splitlines()
    assert interpreted[0] == either[0]
    assert interpreted[1].startswith("interpreted: HARVESTER_INTERPRETED is set.")
    assert either[1] == running_words(WHY_INTERPRETED).splitlines()[0]


def test_who_runs_interpreted_is_told_why_and_how_to_get_the_fast_one():
    words = running_words("no C compiler was found")
    assert "no C compiler was found" in words
    assert "pip install --force-reinstall" in words


def test_a_build_of_other_c_files_is_not_run(tmp_path):
    files = [tmp_path / "a.c", tmp_path / "b.h"]
    for file in files:
        file.write_text("int a;\n")
    before = digest(files)
    files[1].write_text("int b;\n")
    assert digest(files) != before
    assert digest(files).isidentifier()  # the compiler gets it as a name


def change_sources(room):
    (room / "module.c").write_text("int other;")


def take_that_of_another_machine(room):
    next(room.glob("_core*.so")).write_bytes(b"not of this machine")


def build_nothing(room):
    next(room.glob("_core*.so")).unlink()


@pytest.mark.skipif(CORE is None, reason="not compiled here")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (change_sources, "older than the C files"),
        (take_that_of_another_machine, "cannot be loaded here"),
        (build_nothing, "no C compiler"),
    ],
)
def test_what_cannot_be_used_is_told_and_the_page_is_cleaned_without_it(tmp_path, change, told):
    room = tmp_path / "harvester" / "native"
    shutil.copytree(ROOM, room, ignore=shutil.ignore_patterns("__pycache__"))
    change(room)
    code = f"""
import sys, types
package = types.ModuleType("harvester"); package.__path__ = [{str(tmp_path / "harvester")!r}]
sys.modules["harvester"] = package
from harvester.native import CORE, WHY_INTERPRETED
print(CORE, WHY_INTERPRETED)
"""
    shown = python(code, HARVESTER_INTERPRETED="")
    assert shown.startswith("None ")
    assert told in shown


def test_the_map_says_what_every_c_file_takes_and_returns():
    rows = [line for line in (ROOT / "docs" / "architecture.md").read_text().splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`(\w+\.[ch])`", row.split("|")[1])}
    sources = {path.name for path in source_files(ROOM)}
    assert named == sources


def test_the_interpreted_forms_that_c_files_name_are_there():
    modules = {path.relative_to(ROOT / "src").as_posix(): path.read_text() for path in (ROOT / "src").rglob("*.py")}
    missing = []
    for path in source_files(ROOM):
        comments = " ".join(re.findall(r"/\*.*?\*/", path.read_text(), re.DOTALL))
        for file in re.findall(r"[\w/]+\.py\b", comments):
            missing += [] if any(f"/{name}".endswith(f"/{file}") for name in modules) else [(path.name, file)]
        for module, name in re.findall(r"`([a-z_]+)\.([A-Za-z_]\w+)", comments):
            texts = [text for of, text in modules.items() if of.endswith((f"/{module}.py", f"/{module}/{name}.py"))]
            is_other = name in ("c", "h", "py") or module in ("_core", "harvester") or hasattr(builtins, module)
            is_there = is_other or any(re.search(rf"\b{name}\b", text) for text in texts)
            missing += [] if is_there else [(path.name, f"{module}.{name}")]
    assert missing == []


def test_a_wheel_that_cannot_be_built_is_named_with_the_reason_and_the_others_are_built(monkeypatch, tmp_path, capsys):
    monkeypatch.syspath_prepend(str(ROOT / "building"))
    wheels = importlib.import_module("wheels")

    def build_wheel(platform, _bare, folder):
        if platform.target.startswith("x86_64-macos"):
            raise wheels.WheelError("zig has no such system")
        folder.mkdir()
        (folder / f"{platform.target}.whl").touch()
        return folder / f"{platform.target}.whl"

    for name in ("source_distribution", "bare_wheel", "check_wheel", "run_wheel"):
        monkeypatch.setattr(wheels, name, lambda *_: "as it should be")
    monkeypatch.setattr(wheels, "build_wheel", build_wheel)
    assert not wheels.build_all("macos", tmp_path)
    assert capsys.readouterr().out.splitlines() == [
        "NOT BUILT: macosx_11_0_x86_64: zig has no such system",
        "aarch64-macos.11.0.whl: as it should be, as it should be",
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["aarch64-macos.11.0.whl"]


# ── memory that nobody frees ──────────────────────────────────────────────────────────────────────

LEAKS = """
==1==ERROR: LeakSanitizer: detected memory leaks

Direct leak of 1348 byte(s) in 40 object(s) allocated from:
    #0 0x7f6e in __interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69
    #1 0x7f6e in match_ends /tmp/copy/src/harvester/native/reader_tokens.c:207

Indirect leak of 48 byte(s) in 1 object(s) allocated from:
    #0 0x7f6e in __interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69
    #1 0x7f6e in _PyObject_New Objects/object.c:176

Indirect leak of 5 byte(s) in 1 object(s) allocated from:
    #0 0x7f6e in __interceptor_malloc ../../../../src/libsanitizer/asan/asan_malloc_linux.cpp:69
    #1 0x7f6e in grown (/tmp/copy/src/harvester/native/_core.abi3.so+0x1f)

SUMMARY: AddressSanitizer: 1401 byte(s) leaked in 42 allocation(s).
"""


def test_leaks_of_ours_are_told_from_those_of_python(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "building"))
    found = importlib.import_module("sanitize").leaks_of_ours(LEAKS)
    assert [leak.partition(" byte")[0] for leak in found] == ["Direct leak of 1348", "Indirect leak of 5"]


@pytest.mark.parametrize("record", [Block, Element, Span])
def test_the_compiled_form_knows_the_fields_of_records_by_their_places(record: type[Block | Element | Span]) -> None:
    header = ROOM / "records.h"
    places = re.findall(rf"\b{record.__name__.upper()}_(\w+),", header.read_text())
    assert [place.lower() for place in places] == [*record._fields, "fields"]
