"""Articles are judged as docs/benchmarks.md says: by their text, and by standfirst and text."""

import gzip
from pathlib import Path

from corpora import Sample
from figures import OWN, Plan, lost_page, measure

TEXT = "\n".join(
    f"The {boat} across the river was stopped on Monday, because the rope that had held it for {years} years had worn"
    f" thin, and nobody crosses without a detour of {years} miles until a new one has come from the coast."
    for boat, years in (("ferry", "nine"), ("barge", "twenty"), ("raft", "forty"))
)
STANDFIRST = "A rope that wore thin after nine years keeps two villages apart for twelve weeks."
PAGE = f"""<!doctype html><html lang=en><head><title>The ferry is stopped</title>
<meta property="og:type" content="article"><meta name=description content="{STANDFIRST}"></head><body><article>
<header><h1>The ferry is stopped</h1><p class=standfirst>{STANDFIRST}</p></header>
<div>{"".join(f"<p>{line}</p>" for line in TEXT.splitlines())}</div></article></body></html>"""


def page(folder: Path, truth: str) -> Sample:
    path = folder / "page.html.gz"
    path.write_bytes(gzip.compress(PAGE.encode()))
    return Sample("n4k", "1", "https://news.example/river/the-ferry-is-stopped", "article", "en", path, {"text": truth})


def test_a_truth_without_the_standfirst_is_met_by_the_text(tmp_path: Path) -> None:
    plain, joined = measure(Plan(), page(tmp_path, TEXT))
    assert (plain.extractor, joined.extractor) == OWN
    assert plain.difference
    assert plain.difference.exact
    assert joined.difference
    assert not joined.difference.exact


def test_a_truth_with_the_standfirst_is_met_by_both_together(tmp_path: Path) -> None:
    plain, joined = measure(Plan(), page(tmp_path, f"{STANDFIRST}\n{TEXT}"))
    assert plain.difference
    assert not plain.difference.exact
    assert joined.difference
    assert joined.difference.exact


def test_a_page_that_is_lost_is_counted_for_both(tmp_path: Path) -> None:
    assert tuple(figures.extractor for figures in lost_page(Plan(), page(tmp_path, TEXT), "hung")) == OWN
