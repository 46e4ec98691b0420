"""How much of what authors write beside the words is kept: links, pictures in place, cells, code, formulas, notes.

`python benchmarks/structure.py [--node-modules FOLDER] [--losses]` reads the pages of fixtures/rich, whose truth a
person wrote (truth.toml), with harvester and trafilatura, and with readability and defuddle where FOLDER holds them
(`npm install @mozilla/readability jsdom defuddle`). `--cost` prints what it costs in CPU time instead.

What the lists of a truth hold, each found where all of a row agrees:
links [text, address]; images and embeds [address, words before it]; captions [address of the picture, caption];
cells one row each, a cell with {h} for a heading, {c2} and {r2} for spans; code [language, all of it];
formulas TeX; notes [sign, words of the note, words before the call]; items [level, number or "", text];
emphasis [kind, text]; ruby, abbr, lang [text, value]; quotes [text, address].
"""

import argparse
import contextlib
import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import lxml.html

from harvester import structure
from harvester.cleaning import article_builder, clean_page
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, Page, TextBlock
from harvester.structure import Setting, Settled
from structure_seen import Seen, seen_of_article
from structure_trees import seen_by_trafilatura, seen_of_tree
from structure_truth import PAGES, found_rows, page_of, read_truths

ROOT: Final = Path(__file__).resolve().parent.parent


def seen_by_harvester(page: Page) -> Seen:
    """Return what harvester keeps; nothing where it finds no article."""
    try:
        return seen_of_article(clean_page(page, page_types=PAGE_TYPES)[0])
    except HarvesterError:
        return Seen()


def seen_by_node(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Seen]]:
    """Return what readability and defuddle keep of each page."""
    pages = {name: page_of(name) for name in names}
    told = [{"name": name, "url": page.url, "path": str(PAGES / f"{name}.html")} for name, page in pages.items()]
    command = ["node", str(ROOT / "benchmarks" / "structure_peers.mjs"), str(folder)]
    done = subprocess.run(command, input=json.dumps(told), capture_output=True, text=True, check=True)
    found: dict[str, dict[str, Seen]] = {"readability": {}, "defuddle": {}}
    for name, results in json.loads(done.stdout).items():
        for peer, html in results.items():
            root = lxml.html.fromstring(f"<div>{html}</div>")
            found[peer][name] = seen_of_tree(root, pages[name].url or "")
    return found


def compare(node_modules: Path | None, losses: bool) -> None:
    """Print for each kind how many rows each extractor keeps."""
    truths = read_truths()
    pages = {name: page_of(name) for name in truths}
    by_peer = {
        "harvester": {name: seen_by_harvester(page) for name, page in pages.items()},
        "trafilatura": {name: seen_by_trafilatura(page.body.decode(), page.url or "") for name, page in pages.items()},
    }
    if node_modules is not None:
        by_peer |= seen_by_node(node_modules, truths)
    kinds = sorted({kind for truth in truths.values() for kind in truth} | {"languages"})
    print(f"| kept, of {len(truths)} pages | {' | '.join(by_peer)} |\n|---|{'---|' * len(by_peer)}")
    for kind in kinds:
        counts = [_count(kind, truths, seen, peer, losses) for peer, seen in by_peer.items()]
        print(f"| {kind} | {' | '.join(counts)} |")


def _count(kind: str, truths: dict[str, dict[str, Any]], seen: dict[str, Seen], peer: str, losses: bool) -> str:
    right = total = 0
    for name, truth in truths.items():
        rows = truth.get("code" if kind == "languages" else kind, [])
        found = found_rows(kind, rows, seen[name]) if rows else []
        right, total = right + sum(found), total + len(found)
        if losses and not all(found):
            print(f"{peer}: {name}: {kind}: {found}", file=sys.stderr)
    return f"{right} of {total}"


def cost(repeats: int) -> None:
    """Print the CPU time of cleaning with and without the structure, on pages with few marks and with many."""
    plain_pages = [
        Page("https://www.example.org/a", path.read_bytes()) for path in (ROOT / "fixtures/html").glob("*.html")
    ]
    for name, pages in (("fixtures/html", plain_pages), ("fixtures/rich", [page_of(name) for name in read_truths()])):
        whole, bare = _times(pages, repeats)
        each, share = (1000 * whole / len(pages), 1000 * bare / len(pages)), 100 * (whole / bare - 1)
        print(f"{name}: {each[0]:.2f} ms a page, without structure {each[1]:.2f} ms, {share:+.1f} %")


def _times(pages: list[Page], repeats: int) -> tuple[float, float]:
    """Return the least CPU time of all pages with and without the structure, taken in turn."""
    assemble = structure.assemble
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(2 * repeats + 2):
        is_whole = number % 2 == 0
        setattr(article_builder, "assemble", assemble if is_whole else _bare)  # noqa: B010 - the name is not exported
        gc.collect()
        start = time.process_time()
        for page in pages:
            seen_by_nobody(page)
        if number > 1:  # the first two fill caches
            times[is_whole].append(time.process_time() - start)
    setattr(article_builder, "assemble", assemble)  # noqa: B010 - as above
    return min(times[True]), min(times[False])


def seen_by_nobody(page: Page) -> None:
    """Clean a page and look at nothing."""
    with contextlib.suppress(HarvesterError):
        clean_page(page)


def _bare(settled: Iterable[Settled], _: Setting) -> tuple[TextBlock, ...]:
    parts = ((one.text, one.parts[0]) for one in settled)
    return tuple(TextBlock(block.role, text, block.level, block.lang) for text, block in parts)


def main() -> None:
    """Read the arguments and run one command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--node-modules", type=Path, help="the folder in which npm installed the peers")
    parser.add_argument("--losses", action="store_true", help="name what each extractor lost, on standard error")
    parser.add_argument("--cost", action="store_true", help="print the cost in CPU time instead")
    parser.add_argument("--repeats", type=int, default=5, help="of the measurement of cost")
    arguments = parser.parse_args()
    if arguments.cost:
        cost(arguments.repeats)
    else:
        compare(arguments.node_modules, arguments.losses)


if __name__ == "__main__":
    main()
