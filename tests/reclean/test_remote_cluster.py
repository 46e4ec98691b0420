"""Workers that share nothing but a bucket clean what stands in it, and a lost one costs nothing."""

import gzip
import os
from contextlib import contextmanager

import pytest
from cluster_cleaners import clean_noting
from cluster_machines import wait_until
from test_cluster import HOLD, Watch, check_done_again

from harvester.reclean.cluster import Cluster
from harvester.reclean.job import CleanJob, Output, Selection
from harvester.reclean.run import clean_saved, run_job
from harvester.store.datasets.open_storage import open_storage
from harvester.workers.process_pool import Effort, Pool
from saved_forms import answer, html, record, url

pytest.importorskip("distributed")


def page(number):
    held = HOLD.encode() if number == 7 else b""
    return record("response", answer(html(number).replace(b"</article>", held + b"</article>")), url(number))


def all_names(bucket):
    """Return the names of all objects, also of those that are hidden."""
    return [name for name, _, _ in open_storage(bucket)._listed(None)]


def files_of(address):
    place = open_storage(address)
    return {name: place.read(name) for name in place.names()}


@contextmanager
def alone(folder):
    """Yield the path of a folder that leads nowhere in other processes."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield type(folder)(f"/proc/self/fd/{descriptor}/work")
    finally:
        os.close(descriptor)


def test_workers_that_share_a_bucket_alone_write_what_one_process_writes_whoever_is_lost(machines, s3, tmp_path):
    bucket = s3[1]
    for name in "abcd":
        rows = (page(3 * "abcd".index(name) + number) for number in range(3))
        open_storage(bucket).write(f"in/{name}.warc.gz", b"".join(map(gzip.compress, rows)))

    def job(to, work, **selection):
        output = Output(f"{bucket}/{to}", "jsonl")
        selection["page_types"] = ("article", "listing", "other")
        return CleanJob((f"{bucket}/in/*.warc.gz",), output, Selection(**selection), work=work, effort=Effort())

    lost = []

    def kill(ended):
        if ended == [0, 1]:
            wait_until((machines.notes / "holder").exists)
            lost.append((machines.notes / "holder").read_text())
            machines.kill(lost[0])
            (machines.notes / "go").touch()

    (tmp_path / "alone").mkdir()
    with alone(tmp_path / "alone") as work:
        with Cluster(Effort(), address=machines.address) as cluster:
            many = run_job(job("many", work), clean_noting, Watch(kill), cluster)
        twice = {page.rpartition("/")[2] for page in check_done_again(machines, lost[0])}
        machines.complete()
        with Cluster(Effort(), address=machines.address) as cluster:
            again = run_job(job("many", work, update="stale"), clean_noting, Watch(), cluster)
    assert many.is_whole
    assert many.total.articles == 12
    assert twice - {"9", "10", "11"} == {"6", "7"}  # the last unit may have ended before the third one began
    assert (again.total.articles, again.total.reused) == (12, 12)
    with Pool(Effort()) as pool:
        run_job(job("one", tmp_path / "work"), clean_saved, Watch(), pool)
    assert files_of(f"{bucket}/many") == files_of(f"{bucket}/one")
    assert not [entry for entry in all_names(bucket) if ".part" in entry]  # what workers were given to read is gone
