"""Pages that burn a processor, and pages torn at random."""

import gzip
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attacks.registry import Row, attack
from burning import PAGES, burn
from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from plateau import SEED, resident, tear
from workers import load_all

FIXTURES: Final = Path(__file__).parent.parent.parent / "fixtures"
TORN: Final = 2_000
MOST_GROWTH: Final = 32 * 2**20  # bytes over the second half, when automata and caches are nearly full


@attack("burning")
def burning() -> Iterator[Row]:
    for name in PAGES:
        one = burn(name)
        memory = f"memory {one.memory_bytes / one.page_bytes:.1f} times the page"
        figure = f"{one.page_bytes / 1e6:.1f} MB, {one.cpu_s:.2f} CPU s, {memory}, {one.outcome}"
        yield Row(name, figure, one.verdict == "held")


@attack("torn pages")
def torn_pages() -> Iterator[Row]:
    load_all()
    rng = random.Random(SEED)
    pages = [_body(path) for path in sorted(FIXTURES.rglob("*.html*"))]
    faults, half = 0, 0
    for number in range(TORN):
        if number == TORN // 2:
            half = resident()
        try:
            clean_page(Page(None, tear(pages[number % len(pages)], rng)))
        except HarvesterError:
            continue
        except Exception:  # noqa: BLE001 - it is the finding
            faults += 1
    grown = resident() - half
    yield Row(f"{TORN:,} pages torn at random", f"{faults} exceptions that are no HarvesterError", not faults)
    yield Row("memory over the second half", f"{grown / 2**20:+.1f} MiB", grown < MOST_GROWTH)


def _body(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content
