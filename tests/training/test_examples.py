"""Pages become examples in processes of a pool: what comes back has to travel, and to hold what training asks of it."""

import gzip
import pickle
from pathlib import Path

import pytest

from corpora import Sample
from examples import read_example
from folds import fold_of
from harvester.content.second_stage import revision_rows

PACKAGED_TYPES = Path(__file__).parent.parent.parent / "src/harvester/content/page_types.npz"
PARAGRAPHS = [f"Paragraph {n} tells at some length what happened on day {n} of the trial." for n in range(8)]
HTML = (
    "<html><head><title>The trial</title></head><body><nav><a href='/'>Home</a></nav><h1>The trial of the year</h1>"
    f"<div class='text'>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div><p>Sign in.</p></body></html>"
)


def test_an_example_comes_back_from_another_process_whole(tmp_path: Path) -> None:
    page = tmp_path / "page.html.gz"
    page.write_bytes(gzip.compress(HTML.encode()))
    url = "https://site.example/story"
    (tmp_path / f"types-{fold_of(url, 5)}.npz").write_bytes(PACKAGED_TYPES.read_bytes())
    sample = Sample("made", "1", url, "article", "en", page, {"text": "\n".join(PARAGRAPHS)})

    read = read_example(sample, tmp_path)
    assert read is not None
    back = pickle.loads(pickle.dumps(read))

    assert [text for text, label in zip(back.texts, back.labels, strict=True) if label == 1] == PARAGRAPHS
    thoughts = read.labels.astype(float)
    rows = revision_rows(back.outline, back.at, thoughts, back.page_type).values
    assert rows == pytest.approx(revision_rows(read.outline, read.at, thoughts, read.page_type).values, nan_ok=True)
