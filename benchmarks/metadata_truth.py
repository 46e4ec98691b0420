"""What the corpora say of titles, authors and dates, and how an answer is held against it.

Two readings of the truth. *As given*: exact after folding. *Checked*: pages on which the truth is wrong, or follows
another convention than docs/article-format.md, stand in docs/metadata-truth.md with what the page itself says; there an
answer that says the same is right as well. And where one text of the truth names several people, or puts a degree or a
role behind a name, it is read as these people; where it names an organisation, it is looked for in `agencies`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha1
from pathlib import Path
from typing import Literal
from zlib import crc32

from corpora import Sample
from folds import registrable_domain
from harvester.text import fold

FIELDS = ("title", "authors", "date")
VERDICTS = ("right", "near", "wrong", "missing", "extra", "none")
LIST = Path(__file__).parent.parent / "docs" / "metadata-truth.md"
# The failures of these domains were looked at: three fifths at first, later those of an even number, and at last the
# half of the others whose SHA-1 has an even second digit.
DEVELOPED_OF_FIVE = 3
TURNS = 2
NOTHING = "(nothing)"  # in the list: the page does not say

Verdict = Literal["right", "near", "wrong", "missing", "extra", "none"]

_NAMES = re.compile(r"\s*(?:[;,&/]|\b(?:and|und|et|y|e|with|mit)\b)\s*")
_DEGREE = re.compile(r"(?:[A-Z][A-Za-z]?\.? ?){0,2}[A-Z]{2,}®?|[A-Z][a-z]?\.? ?[A-Z]\.?[A-Z]?\.?|Ph\.? ?D\.?|Dr\.?")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program says of one page; None or () where it does not say."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None  # ISO 8601, a day or more
    agencies: tuple[str, ...] = ()


def is_held_out(url: str | None) -> bool:
    """Return whether a page is of the tenth of domains that nobody looked at while the readers were written."""
    domain = registrable_domain(url).encode()
    number = crc32(domain)
    was_read_last = int(sha1(domain, usedforsecurity=False).hexdigest()[1], 16) % TURNS == 0
    return number % 5 >= DEVELOPED_OF_FIVE and number % TURNS == 1 and not was_read_last


def truth_of(sample: Sample) -> Answer:
    """Return what the corpus says of a page."""
    said = sample.truth
    authors = tuple(said.get("authors") or ())
    return Answer(said.get("title") or None, authors, (said.get("date") or "")[:10] or None)


def judge(truth: Answer, found: Answer) -> dict[str, Verdict]:
    """Return the verdict on each field, the truth taken as given."""
    return {
        "title": judge_title(truth.title, found.title),
        "authors": judge_authors(truth.authors, found.authors),
        "date": judge_date(truth.date, found.date),
    }


def judge_checked(sample: Sample, found: Answer) -> dict[str, Verdict]:
    """Return the verdict on each field, the truth read with care and by the list of what was checked."""
    truth = truth_of(sample)
    verdicts = judge(truth, found)
    verdicts["authors"] = _best(verdicts["authors"], _judge_byline(truth.authors, found))
    for field in FIELDS:
        said = checked().get((sample.corpus, sample.id, field))
        if said is not None:
            verdicts[field] = _best(verdicts[field], judge_said(field, said, found))
    return verdicts


def judge_said(field: str, said: str, found: Answer) -> Verdict:
    """Return the verdict on a field of a page of the list: nothing is right where the page says nothing."""
    if said == NOTHING:
        return "wrong" if getattr(found, field) else "right"
    if field == "authors":
        return judge_authors(tuple(re.split(r"\s*;\s*", said)), found.authors)
    return judge_title(said, found.title) if field == "title" else judge_date(said, found.date)


def _best(*verdicts: Verdict) -> Verdict:
    return min(verdicts, key=VERDICTS.index)


def judge_title(truth: str | None, found: str | None) -> Verdict:
    """Right: equal after case folding, letters and digits only. Near: one holds the other."""
    if not truth or not found:
        return _absent(truth, found)
    a, b = fold(truth), fold(found)
    return "right" if a == b else "near" if a in b or b in a else "wrong"


def judge_authors(truth: tuple[str, ...], found: tuple[str, ...]) -> Verdict:
    """Right: the same set after folding. Near: one person in common."""
    if not truth or not found:
        return _absent(truth, found)
    a, b = set(map(fold, truth)), set(map(fold, found))
    return "right" if a == b else "near" if a & b else "wrong"


def judge_date(truth: str | None, found: str | None) -> Verdict:
    """Right: the same day. Near: the day before or after."""
    if not truth or not found:
        return _absent(truth, found)
    off = abs((date.fromisoformat(truth) - date.fromisoformat(found[:10])).days)
    return "right" if off == 0 else "near" if off == 1 else "wrong"


def _judge_byline(truth: tuple[str, ...], found: Answer) -> Verdict:
    """Return the verdict where the truth's texts are parted, and its organisations are found under `agencies`."""
    if not truth:
        return judge_authors(truth, found.authors)
    people = tuple(part for name in truth for part in _parted(name)) or truth
    everyone = (*found.authors, *found.agencies)
    verdict = _best(*(judge_authors(wanted, got) for wanted in (truth, people) for got in (found.authors, everyone)))
    # An organisation that is not the truth's is no wrong author where no author is given.
    return "missing" if verdict == "wrong" and not found.authors else verdict


def _parted(name: str) -> Iterator[str]:
    """Yield the people of one text: "Jane Doe, MD and Jan Roe" -> Jane Doe, Jan Roe."""
    for part in _NAMES.split(name):
        if part and not _DEGREE.fullmatch(part):
            yield part.removeprefix("Dr. ")


def _absent(truth: object, found: object) -> Verdict:
    return "missing" if truth else "extra" if found else "none"


@cache
def checked() -> dict[tuple[str, str, str], str]:
    """Return what the pages of docs/metadata-truth.md say, by corpus, page and field."""
    lines = LIST.read_text(encoding="utf-8").splitlines() if LIST.is_file() else []
    return {(row[0], row[1], row[2]): row[4] for row in _rows(lines) if row[2] in FIELDS}


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    for line in lines:
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if len(cells) == 6:
            yield cells
