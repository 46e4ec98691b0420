"""Corpora are read as docs/benchmarks.md says; what may only be looked at is never learned from."""

import gzip
import json
from pathlib import Path

from corpora import LEARNED, MEASURED, UNREAD, samples, there


def write_corpus(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    pages = folder / name / "pages"
    pages.mkdir(parents=True)
    for row in rows:
        (pages / f"{row['id']}.html.gz").write_bytes(gzip.compress(b"<p>A page.</p>"))
    (folder / name / "truth.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def test_pages_of_a_doubtful_truth_are_passed_over(tmp_path: Path) -> None:
    write_corpus(tmp_path, "n4k", [{"id": "b"}, {"id": "a", "text": "A page."}, {"id": "c", "doubtful": True}])
    assert [sample.id for sample in samples(tmp_path, ("n4k",))] == ["a", "b"]


def test_only_what_may_be_learned_from_is_read_by_default(tmp_path: Path) -> None:
    for name in (*LEARNED, *MEASURED, *UNREAD):
        write_corpus(tmp_path, name, [{"id": "1"}])
    assert {sample.corpus for sample in samples(tmp_path)} == set(LEARNED)
    assert set(there(tmp_path)) == {*LEARNED, *MEASURED}
    assert len({*LEARNED, *MEASURED, *UNREAD}) == len((*LEARNED, *MEASURED, *UNREAD))
