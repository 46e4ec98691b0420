"""Pages for a person to read: every block in order, marked with who keeps it.

    python benchmarks/reading.py CORPORA --folds DIR --seed 20261129 --draw n4k=20 --draw dragnet=7 --to PAGES

draws article pages with one generator, corpus by corpus, cleans each with the model that has not seen its domain, and
writes PAGES/NUMBER-CORPUS.txt. A line a block, in the page's order, opens with three marks: harvester's ("T" text, else
the first letter of the part: s subtitle, c caption, ...), trafilatura's with `favor_precision` ("t"), and the truth's
("g"); "-" is kept by none. Behind it stand what removed it, its role, its characters in links and its containers. Lines
that no block holds follow, by who has them. Long texts are cut in the middle; blocks far from everything kept are only
counted. `--but SEED:n4k=20,...` leaves out what a draw with that seed gave. PAGES is for reading, not for keeping.
"""

import argparse
import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from corpora import LEARNED, Sample, samples
from folds import cleaner_for
from foreign import words_of
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, USUAL_TYPES, Article, Block, Kept, Ledger, Page
from harvester.rules.site_suggestions import containers_of
from losses import fold
from peers import peers
from workers import load_all

PEER = "trafilatura favor_precision"
NEAR = 6  # blocks around one that somebody keeps are shown
SHOWN, SHOWN_ALIKE = 150, 70  # characters of a block: where the three differ, and where all keep it
PLACE = 60  # characters of the containers
RUN = 3  # words
MIN_WORDS = 5  # fewer words stand in any text by accident: the whole line is looked for
MIN_KNOWN = 0.5  # of its runs, from which a text has a line

Has = Callable[[str], bool]
Draw = Mapping[str, int]  # corpus -> pages


@dataclass(frozen=True, slots=True)
class Line:
    """A block as it is printed."""

    marks: str
    text: str
    where: str


def main() -> None:
    arguments = read_arguments()
    load_all()
    arguments.to.mkdir(parents=True, exist_ok=True)
    passed = {key for seed, counts in arguments.but for key in map(_key, drawn(arguments.corpora, seed, counts, set()))}
    pages = drawn(arguments.corpora, arguments.seed, dict(arguments.draw), passed)
    for number, sample in enumerate(pages, 1):
        text = "\n".join(page_lines(sample, arguments.folds))
        (arguments.to / f"{number:03}-{sample.corpus}.txt").write_text(text + "\n", encoding="utf-8", errors="replace")


def read_arguments() -> argparse.Namespace:
    """Return the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--folds", type=Path, metavar="DIR", help="as for quality.py")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--draw", type=_count, action="append", required=True, metavar="CORPUS=N")
    parser.add_argument("--but", type=_earlier, action="append", default=[], metavar="SEED:CORPUS=N,...")
    parser.add_argument("--to", type=Path, required=True, metavar="DIR")
    return parser.parse_args()


def _count(said: str) -> tuple[str, int]:
    corpus, _, count = said.partition("=")
    return corpus, int(count)


def _earlier(said: str) -> tuple[int, Draw]:
    seed, _, counts = said.partition(":")
    return int(seed), dict(map(_count, counts.split(",")))


def drawn(corpora: Path, seed: int, counts: Draw, passed: set[tuple[str, str]]) -> list[Sample]:
    """Return so many article pages of each corpus, without those passed over."""
    generator = random.Random(seed)
    pages: list[Sample] = []
    for corpus, count in counts.items():
        found = [one for one in samples(corpora, (corpus,)) if one.page_type == "article" and _key(one) not in passed]
        pages += generator.sample(found, count)
    return pages


def _key(sample: Sample) -> tuple[str, str]:
    return sample.corpus, sample.id


def page_lines(sample: Sample, folds: Path | None) -> Iterator[str]:
    """Yield what is printed of a page."""
    article, ledger, note = cleaned(sample, folds)
    other, truth = peers()[PEER](sample.body(), sample.url), sample.text or ""
    yield f"## {sample.corpus} {sample.id} {sample.lang} {sample.url}"
    yield f"title {sample.truth.get('title')!r}"
    if article is None or ledger is None:
        yield f"REFUSED {note}"
        yield from missing_lines("t", other, lambda _: False)
        return
    heads = (note, article.title, article.subtitle, article.authors, article.cleaning.confidence)
    yield f"ours  {' | '.join(map(str, heads))}"
    texts = (article.text, other, truth)
    yield from shown([line_of(ledger, block, texts) for block in ledger.blocks])
    known = has("\n".join(block.text for block in ledger.blocks))
    for mark, text in zip("Ttg", texts, strict=True):
        yield from missing_lines(mark, text, known)


def cleaned(sample: Sample, folds: Path | None) -> tuple[Article | None, Ledger | None, str]:
    """Return the page as it is cleaned by default; a refused one as if its type were asked for, and the reason."""
    clean = cleaner_for(sample.url, folds if sample.corpus in LEARNED else None)
    note = ""
    for wanted in (USUAL_TYPES, frozenset(PAGE_TYPES)):
        try:
            return *clean(Page(sample.url, sample.body()), page_types=wanted), note
        except HarvesterError as error:
            note = f"{error.reason}! "
    return None, None, note


def line_of(ledger: Ledger, block: Block, texts: Iterable[str]) -> Line:
    """Return a block with its marks, and its verdict and containers."""
    _, *others = (has(text)(block.text) for text in texts)
    part = block.verdict.part.value if isinstance(block.verdict, Kept) else "-"
    ours = "T" if part == "text" else part[0]
    marks = ours + "".join(mark if found else "-" for mark, found in zip("tg", others, strict=True))
    rule = "" if block.verdict is None or isinstance(block.verdict, Kept) else block.verdict.rule
    role = f"{block.role.value}{block.level or ''} L{block.link_chars}"
    where = f"{rule} {role} {containers_of(ledger, block)[-PLACE:]}"
    return Line(marks, block.text.replace("\n", " / "), where)


def has(text: str) -> Has:
    """Return whether a text holds a line: half of its runs of three words, a short one as a whole."""
    lines = {fold(line.strip("-*•–|> ")) for line in text.splitlines()}
    known = runs(text)

    def holds(line: str) -> bool:
        if len(words_of(line)) < MIN_WORDS and len(line) < MIN_WORDS * 6:
            return fold(line) in lines
        own = runs(line)
        return len(own & known) >= MIN_KNOWN * len(own)

    return holds


def runs(text: str) -> set[tuple[str, ...]]:
    """Return the runs of three words of a text."""
    words = words_of(text)
    return {tuple(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))}


def shown(lines: list[Line]) -> Iterator[str]:
    """Yield the lines near one that somebody keeps; of the others their number."""
    kept = {at for at, line in enumerate(lines) if line.marks != "---"}
    near = {at + far for at in kept for far in range(-NEAR, NEAR + 1)}
    for is_near, group in groupby(enumerate(lines), lambda item: item[0] in near):
        found = [line for _, line in group]
        if is_near:
            yield from map(_printed, found)
        else:
            yield f"    ({len(found)} blocks)"


def _printed(line: Line) -> str:
    if line.marks == "Ttg":
        return f"Ttg {cut(line.text, SHOWN_ALIKE)}"
    room = SHOWN_ALIKE if line.marks == "---" else SHOWN
    return f"{line.marks} {cut(line.text, room)}   [{line.where}]"


def cut(text: str, room: int) -> str:
    """Return a text without its middle where it is longer than `room` characters."""
    return text if len(text) <= room else f"{text[: room * 2 // 3]} … {text[-room // 3 :]}"


def missing_lines(mark: str, text: str, known: Has) -> Iterator[str]:
    """Yield the lines of a text that no block holds."""
    for line in text.splitlines():
        if line.strip() and not known(line):
            yield f"+{mark} {cut(line.strip(), SHOWN)}"


if __name__ == "__main__":
    main()
