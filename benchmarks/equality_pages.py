"""The pages that are read compiled and interpreted: corpora, fixtures, hostile ones, and pages that are broken."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from mutations import mutated

FIXTURES = Path(__file__).parent.parent / "fixtures"
_URL = "https://news.example/2026/11/29/story"
_SEED = 20261129
_MANY = 40_000
LARGEST_BYTES = 150_000  # of what is mutated: larger pages are read as they are, in the corpora

_PROSE = "<p>The ferry left at seven and came back at noon with forty crates of apples on its lower deck.</p>"
_PAGE = f"<h1>A harvest by ferry</h1>{_PROSE * 6}"
_HOSTILE = {
    "deep": _PAGE + "<div>" * 50_000,
    "deep enough to be read": _PAGE + "<div>" * 5_000 + _PROSE,
    "rows in MathML": _PAGE + "<div>" * 9_000 + "<math>" + "<tr></tr>" * _MANY,
    "links in a drawing": _PAGE + "<svg>" + "<a>" * _MANY,
    "options": _PAGE + "<math>" + "<option>x" * _MANY,
    "tags in comments": _PAGE + "<!--<xmp>-->x" * 9_000,
    "attributes": _PAGE + "<p " + "a1 " * 20_000 + ">",
    "different attributes": _PAGE + "<p " + " ".join(f"a{number}=x" for number in range(8_000)) + ">" + _PROSE,
    "blocks": _PAGE + "<p>x" * 100_000,
    "tags": _PAGE + "<b>" * 200_000,
    "openings": _PAGE + "< " * 1_200_000,
    "formatting that is opened again": _PAGE + "<p><b><i><u>" * 2_000 + _PROSE,
    "one long line": f"<p>{'word ' * 400_000}",
    "one long word": f"<p>{'x' * 2_000_000}",
    "spans": _PAGE + "<p>" + "<span>a</span> " * 20_000,
    "a table in tables": _PAGE + "<table><tr><td>" * 1_500 + _PROSE,
    "nothing": "",
    "blanks": " \n\t" * 1_000,
    "an end tag": "</p>",
    "a quote that is never closed": _PAGE + '<a href="' + _PROSE * 50,
    "entities": _PAGE + "<p>" + "&amp;&lt;&#x1F6A2;&nbsp;&notit;&#0;" * 5_000,
    "beginnings that are nearly in the data": '<script type="application/ld+json">{"articleBody": "'
    + f'{"a" * 190_000}c{"a" * 30}b"}}</script>'
    + _PAGE
    + f"<p>{'a' * 45}b" * 100,
}


@dataclass(frozen=True, slots=True)
class Case:
    """One page to read."""

    name: str
    body: Callable[[], bytes]
    url: str | None = _URL
    is_dump: bool = False

    @property
    def group(self) -> str:
        """What it counts among."""
        return self.name.partition(":")[0]


def all_cases(
    corpora: Path | None,
    mutated_count: int,
    every: int = 1,
    hostile_chars: int | None = None,
    largest: int = LARGEST_BYTES,
) -> list[Case]:
    """Return each `every`th page of the corpora and fixtures, all hostile pages, and that many mutated ones.

    `hostile_chars`: what is read of a hostile page; None: all. `largest`: bytes of a page that are mutated; of a larger
    one, that is a stretch of it. The same for the same arguments, in any process.
    """
    originals = [*(_corpus_cases(corpora) if corpora else ()), *fixture_cases()]
    pages = [case for case in originals if not case.is_dump]
    broken = (_mutated_case(pages, number, largest) for number in range(mutated_count))
    return [*originals[::every], *_hostile_cases(hostile_chars), *broken]


def fixture_cases() -> list[Case]:
    """Return all pages and text dumps that come with the project."""
    files = sorted(path for path in FIXTURES.rglob("*") if path.suffix in (".html", ".htm", ".txt"))
    return [
        Case(f"fixture:{path.relative_to(FIXTURES)}", path.read_bytes, is_dump=path.suffix == ".txt") for path in files
    ]


def _corpus_cases(corpora: Path) -> list[Case]:
    files = sorted(corpora.glob("*/pages/*.html.gz"))
    return [Case(f"{path.parts[-3]}:{path.name}", partial(_unpacked, path)) for path in files]


def _unpacked(path: Path) -> bytes:
    return gzip.decompress(path.read_bytes())


def _hostile_cases(chars: int | None) -> list[Case]:
    return [Case(f"hostile:{name}", partial(_encoded, html[:chars])) for name, html in _HOSTILE.items()]


def _encoded(html: str) -> bytes:
    return html.encode()


def _mutated_case(pages: list[Case], number: int, largest: int) -> Case:
    random = Random(f"{_SEED} {number}")
    base, other = random.choice(pages), random.choice(pages)
    return Case(f"mutated:{number} of {base.name}", partial(_mutated_body, base, other, number, largest))


def _mutated_body(base: Case, other: Case, number: int, largest: int) -> bytes:
    """Return a page, or a stretch of a large one that begins with a tag, broken in some ways."""
    random = Random(f"{_SEED} {number} ways")
    body = base.body()
    if len(body) > largest:
        tags = [tag.start() for tag in re.finditer(rb"<[a-z]", body[:-largest])] or [0]
        start = random.choice(tags)
        body = body[start : start + largest]
    return mutated(body, other.body()[:largest], random)
