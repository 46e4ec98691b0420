"""The pages that speed.py measures with: samples of the corpora, and small pages that are made up."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from corpora import Sample, samples, there
from speed_programs import Body

FIXTURES = Path(__file__).parent.parent / "fixtures" / "html"
READY_URL = "https://news.harbour.co.uk/2026/05/story"
READY_EVERY = 16  # each such fixture is read before the first page: seven of them, in several languages
SMALL = "2 KB"
SMALL_BYTES = 2_000
_SEED = 20261129
_WORDS = (
    "harbour ferry council bridge winter lamp keeper island morning board boats crates apples river repair vote "
    "money summer school teacher village road storm roof farmers market price bread mill singer choir museum garden"
).split()


@dataclass(frozen=True, slots=True)
class Group:
    """Pages of one corpus."""

    name: str
    bodies: tuple[Body, ...]


def groups(folder: Path, names: Sequence[str], count: int) -> list[Group]:
    """Return about `count` pages of each of these corpora below `folder`, spread evenly, and as many small ones."""
    wanted = [name for name in there(folder) if name in names]
    found = [Group(name, _spread(list(samples(folder, (name,))), count)) for name in wanted]
    return [*found, Group(SMALL, tuple(small_page(number) for number in range(count)))]


def _spread(pages: list[Sample], count: int) -> tuple[Body, ...]:
    chosen = pages[:: max(len(pages) // count, 1)][:count]
    return tuple((page.body(), page.url) for page in chosen)


def ready_pages() -> list[Body]:
    """Return pages that load whatever a program loads late: none of the corpora.

    Also the list of public suffixes, which a host of four labels is looked up in.
    """
    return [(file.read_bytes(), READY_URL) for file in sorted(FIXTURES.glob("*.html"))[::READY_EVERY]]


def small_page(number: int) -> Body:
    """Return a made-up article of two kilobytes, another one for each number."""
    random = Random(f"{_SEED} {number}")
    title = _sentence(random, 5)[:-1]
    head = f'<html lang="en"><head><title>{title}</title><meta name="author" content="Ann Miller"></head><body>'
    menu = "".join(f'<li><a href="/{word}">{word.title()}</a></li>' for word in random.sample(_WORDS, 5))
    tail = "</article><footer><p>Copyright 2026 The Quay</p></footer></body></html>"
    page = f'{head}<nav><ul>{menu}</ul></nav><article class="story"><h1>{title}</h1><time datetime="2026-05-01"></time>'
    while len(page) + len(tail) < SMALL_BYTES - 200:
        page += f"<p>{_sentence(random, 16)} {_sentence(random, 16)}</p>"
    return (page + tail).encode(), f"https://quay.example/2026/05/{number}"


def _sentence(random: Random, length: int) -> str:
    words = random.choices(_WORDS, k=length)
    return f"{' '.join(['The', *words])}."
