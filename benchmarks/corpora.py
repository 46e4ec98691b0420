"""Reads corpora: folders NAME with `pages/ID.html.gz` and `truth.jsonl`, a line a page."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The classifier learns from these, so that they are measured by models of other domains.
LEARNED = ("n4k", "fundus", "wcxb", "magic", "trafeval")
# Their licences allow looking, not learning: the classifier that ships has seen none of their pages.
MEASURED = ("daniel", "dragnet", "irdata")
NAMES = (*LEARNED, *MEASURED)
# No model has learned from these, no rule was written with them, and nobody has read them for faults: so that they say
# what others will see. Asked for by name alone, and seldom.
UNREAD = ("cleanportaleval",)


@dataclass(frozen=True, slots=True)
class Sample:
    """One page with what a person says is right."""

    corpus: str
    id: str
    url: str | None
    page_type: str
    lang: str
    path: Path
    truth: dict[str, Any]  # as in truth.jsonl

    @property
    def text(self) -> str | None:
        """The true article text, or None where the corpus has none."""
        return self.truth.get("text")

    def body(self) -> bytes:
        """Return the bytes of the page as saved."""
        return gzip.decompress(self.path.read_bytes())


def there(folder: Path) -> tuple[str, ...]:
    """Return the names of the corpora below `folder`."""
    return tuple(name for name in NAMES if (folder / name / "truth.jsonl").is_file())


def samples(folder: Path, names: tuple[str, ...] = LEARNED, every: int = 1) -> Iterator[Sample]:
    """Yield the pages of the corpora below `folder`; `every` = n takes each n-th page, in the order of the ids.

    Rows marked as doubtful are passed over: their truth holds text of the site.
    """
    for name in names:
        truths = folder / name / "truth.jsonl"
        with truths.open(encoding="utf-8") as lines:
            read = [row for row in map(json.loads, lines) if not row.get("doubtful")]
        rows = sorted(read, key=lambda row: str(row["id"]))
        for row in rows[::every]:
            path = folder / name / "pages" / f"{row['id']}.html.gz"
            kind, lang = row.get("page_type") or "article", row.get("lang") or "en"
            yield Sample(name, row["id"], row.get("url"), kind, lang, path, row)
