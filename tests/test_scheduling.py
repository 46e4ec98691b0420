"""The suite begins with its longest tests, and leaves none out."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

HERE = Path(__file__).parent


@pytest.fixture
def scheduling(request: pytest.FixtureRequest) -> SimpleNamespace:
    """Return the module of the conftest beside this file; others have its name."""
    return SimpleNamespace(**vars(request.config.pluginmanager.get_plugin(str(HERE / "conftest.py"))))


def test_the_files_with_the_longest_tests_are_there(scheduling: SimpleNamespace) -> None:
    assert [name for name in scheduling.LONGEST if not (HERE / name).is_file()] == []


@pytest.mark.parametrize("workers", [1, 2, 5, 40])
def test_half_of_the_workers_begin_with_the_longest_and_every_test_is_run_once(
    scheduling: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", str(workers))
    quick = [SimpleNamespace(path=HERE / "dom" / f"test_{number}.py") for number in range(200)]
    long = [SimpleNamespace(path=HERE / name) for name in reversed(scheduling.LONGEST)]
    items = [*quick, *long]
    scheduling.pytest_collection_modifyitems(items)
    assert sorted(map(id, items)) == sorted(map(id, [*quick, *long]))
    begins = [items[len(items) * number // workers].path for number in range(workers)]
    waiting = min(max(workers // 2, 1), len(long))
    assert set(begins[:waiting]) <= {one.path for one in long}
    assert not set(begins[waiting:]) & {one.path for one in long}


@pytest.mark.skipif(not hasattr(os, "ST_NOEXEC"), reason="files are kept in memory on Linux alone")
@pytest.mark.parametrize(
    ("free_bytes", "flags", "is_writable", "fits"),
    [
        (2**40, 0, True, True),
        (2**26, 0, True, False),
        (2**40, getattr(os, "ST_NOEXEC", 0), True, False),
        (2**40, 0, False, False),
    ],
    ids=["large", "small", "noexec", "missing"],
)
def test_files_are_kept_in_memory_where_there_is_room_to_run_programs(
    scheduling: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    free_bytes: int,
    flags: int,
    *,
    is_writable: bool,
    fits: bool,
) -> None:
    monkeypatch.setattr("os.access", lambda *_: is_writable)
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(f_bavail=free_bytes, f_frsize=1, f_flag=flags))
    assert scheduling.has_room_in_memory() is fits
