"""A manifest names only what stands there: the process that leads a run looks at each file before it says so."""

import hashlib
import json
from pathlib import Path

import pytest

from harvester.errors import ClusterError, StoreError
from harvester.reclean.cluster_worker import PlacedTask, ReadyTask, SharedToken, present_versions
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import clean_saved, run_job
from harvester.workers.process_pool import Effort, Pool

PAGE = "<html><body><article><h1>Pier {0}</h1>" + "<p>The pier of {0} was opened by the mayor. </p>" * 9 + "</article>"


class Watch:
    """Spoils a file when the first unit has ended."""

    def __init__(self, spoil=lambda: None):
        self._spoil = spoil

    def begins(self, phase, sizes):
        pass

    def page(self, unit, at, size):
        pass

    def ends(self, unit, size, result):
        if unit == 0:
            self._spoil()

    def note(self, words):
        pass


@pytest.fixture
def pages(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    for number in range(6):
        Path(f"pages/{number}.html").write_text(PAGE.format(number))


def run(form, watch):
    job = CleanJob(("pages",), Output("out", form), part_bytes=1000, site_memory=False)
    with Pool(Effort()) as pool:
        return run_job(job, clean_saved, watch, pool)


def remove(path):
    path.unlink()


def shorten(path):
    path.write_bytes(path.read_bytes()[:-1])


def change(path):
    path.write_bytes(path.read_bytes().replace(b"mayor", b"major"))


FIRST = {"json": "out/0.json", "jsonl": "out/articles-00000.jsonl", "text": "out/0.txt"}


@pytest.mark.parametrize("form", FIRST)
@pytest.mark.parametrize("spoil", [remove, shorten, change])
def test_a_file_that_is_not_what_was_written_ends_the_run_without_a_manifest(pages, form, spoil):
    with pytest.raises(StoreError, match=FIRST[form]) as raised:
        run(form, Watch(lambda: spoil(Path(FIRST[form]))))
    assert "start the same command again" in raised.value.explanation
    assert not Path("out/_manifest.jsonl").exists()


@pytest.mark.parametrize("form", FIRST)
def test_the_same_command_writes_again_what_was_lost(pages, form):
    with pytest.raises(StoreError):
        run(form, Watch(lambda: remove(Path(FIRST[form]))))
    summary = run(form, Watch())
    assert summary.is_whole
    assert summary.total.articles == 6
    assert Path(FIRST[form]).exists()
    if form != "text":
        for line in Path("out/_manifest.jsonl").read_text().splitlines()[1:]:
            part = json.loads(line)
            assert hashlib.sha256(Path("out", part["file"]).read_bytes()).hexdigest() == part["sha256"]


# ── on other machines ─────────────────────────────────────────────────────────────────────────


def placed(mark):
    return PlacedTask(ReadyTask(), str(Path.cwd()), (), present_versions(), mark)


def test_a_machine_with_another_folder_at_the_place_of_the_output_is_refused(pages):
    Path("out").mkdir()
    for mark in (SharedToken("out", ".token.part", b"what the leader wrote"), SharedToken("out", ".other.part", b"")):
        Path("out/.token.part").write_bytes(b"what somebody else wrote")
        with pytest.raises(ClusterError, match="has another folder at 'out'") as raised:
            placed(mark).run(lambda at, name: None)
        assert raised.value.reason == "bad_cluster"


def test_a_machine_that_sees_the_token_of_the_leader_does_its_task(pages):
    Path("out").mkdir()
    Path("out/.token.part").write_bytes(b"what the leader wrote")
    assert placed(SharedToken("out", ".token.part", b"what the leader wrote")).run(lambda at, name: None)
