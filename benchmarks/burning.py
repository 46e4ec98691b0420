"""Pages that burn a processor: `python benchmarks/burning.py [--only NAME]`.

Each page is cleaned in a process of its own. Prints Markdown: size, CPU seconds, the growth of memory as a multiple of
the page, what became of it, and whether that is within the limits: one CPU second a megabyte (at least one), or refused
with a reason within one; memory below twelve times the page, or 48 MiB for one of less than 4 MiB that is among their
sisters. Exit code 1 when one is not.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import Page
from tables import print_table
from workers import load_all

URL: Final = "https://news.example.org/2026/01/15/story"
STORY: Final = "<h1>The ferry sails again</h1>" + (
    "<p>The ferry went out at dawn with forty people aboard, and the harbour watched it leave in silence.</p>" * 12
)
LIMIT_S: Final = 60.0  # of the clock; then a page is killed
SECONDS_A_MB: Final = 1.0
REFUSAL_S: Final = 1.0
PAGES_OF_MEMORY: Final = 12
SISTERS_BYTES: Final = 48 * 2**20  # of memory, that harm nobody


@dataclass(frozen=True, slots=True)
class Burnt:
    """What became of one page."""

    name: str
    page_bytes: int
    cpu_s: float
    memory_bytes: int  # more than before the page
    outcome: str  # "article", a reason, "killed" or the name of an exception

    @property
    def verdict(self) -> str:
        """Say "held", or what was exceeded."""
        is_refused = self.outcome != "article"
        limit_s = max(1.0, SECONDS_A_MB * self.page_bytes / 1e6)
        if not (self.cpu_s <= REFUSAL_S if is_refused and self.outcome == "parser_limit" else self.cpu_s <= limit_s):
            return "too slow"
        least = SISTERS_BYTES if self.name in SISTERS else 0
        return "held" if self.memory_bytes < max(least, PAGES_OF_MEMORY * self.page_bytes) else "too large"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=PAGES, action="append", metavar="NAME", help="this page; may be repeated")
    arguments = parser.parse_args()
    burnt = [burn(name) for name in arguments.only or PAGES]
    rows = [
        [
            one.name,
            f"{one.page_bytes / 1e6:.1f}",
            f"{one.cpu_s:.2f}",
            f"{one.cpu_s * 1e6 / one.page_bytes:.2f}",
            f"{one.memory_bytes / one.page_bytes:.1f}",
            one.outcome,
            one.verdict,
        ]
        for one in burnt
    ]
    print_table(
        "Pages that burn a processor", ["page", "MB", "CPU s", "s/MB", "memory/page", "outcome", "verdict"], rows
    )
    if any(one.verdict != "held" for one in burnt):
        sys.exit(1)


# ── the pages ────────────────────────────────────────────────────────────────────────────────


def of(inside: str, head: str = "") -> bytes:
    """Return a page with a story and something inside its article."""
    return (
        f"<!doctype html><html lang=en><head><title>The ferry sails again</title>{head}</head>"
        f"<body><article>{STORY}{inside}</article></body></html>"
    ).encode()


def _bylines() -> bytes:
    return of("".join(f"<p class=byline>By Jane Doe and {n}</p>\n" for n in range(50_000)))


def _many_writers() -> bytes:
    return of("".join(f"<p class=author>By {_name(n)}</p>" for n in range(50_000)))


def _options() -> bytes:
    return of("<select>" + "".join(f"<option>{n}" for n in range(200_000)) + "</select>")


def _metas() -> bytes:
    tags = "".join(
        f'<meta property="article:tag" content="tag {n} of the ferry, the harbour">\n' for n in range(25_000)
    )
    authors = "".join(f'<meta property="article:author" content="{_name(n)} and some others">\n' for n in range(25_000))
    return of("", tags + authors)


def _list_links() -> bytes:
    return of("<ul>" + "".join(f"<li><a href=/a/{n}>entry {n}</a>" for n in range(300_000)) + "</ul>")


def _paragraphs() -> bytes:
    return of("".join(f"<p>The ferry went out at dawn for the {n}th time, and nobody saw it." for n in range(200_000)))


def _links() -> bytes:
    return of("".join(f"<a href=/{n}>word {n}</a> " for n in range(500_000)))


def _row_of_cells() -> bytes:
    return of("<table><tr>" + "".join(f"<td>cell {n}" for n in range(200_000)) + "</tr><tr><td>a<td>b</table>")


def _one_text() -> bytes:
    return of("<p>" + "the ferry went out at dawn " * 1_850_000)


def _figures() -> bytes:
    return of(
        "".join(
            f"<figure><img src=/i/{n}.jpg width=800><figcaption>Ship {n}</figcaption></figure>" for n in range(50_000)
        )
    )


# ── their sisters ────────────────────────────────────────────────────────────────────────────


def _name(n: int) -> str:
    first = ("Jane", "John", "Maria", "Pedro", "Anna", "Omar", "Lena", "Igor")[n % 8]
    return f"{first} {'Mcdonald Ferrari Lindqvist Okafor Schneider'.split()[n % 5]}{_letters(n)}"


def _letters(n: int) -> str:
    return "".join(chr(97 + n // 26**at % 26) for at in range(4))


def _times() -> bytes:
    return of("".join(f"<time datetime=2026-01-{n % 28 + 1:02}T10:{n % 60:02}>{n}</time><br>" for n in range(50_000)))


def _dates() -> bytes:
    return of("".join(f"<p>Published {n % 28 + 1} January {1990 + n % 36}" for n in range(50_000)))


def _headings() -> bytes:
    return of("".join(f"<h1>The ferry sails again {n}</h1>" for n in range(50_000)))


def _breadcrumbs() -> bytes:
    return of('<nav class="breadcrumb">' + "".join(f"<a href=/{n}>Harbour {n}</a>" for n in range(50_000)) + "</nav>")


def _tag_links() -> bytes:
    return of("<div class=tags>" + "".join(f"<a rel=tag href=/tag/{n}>tag {n}</a>" for n in range(50_000)) + "</div>")


def _records() -> bytes:
    one = '{{"@type":"NewsArticle","headline":"The ferry sails again {0}","author":{{"name":"{1}"}},"keywords":"k{0}"}}'
    records = ",".join(one.format(n, _name(n)) for n in range(20_000))
    return of("", f'<script type="application/ld+json">[{records}]</script>')


def _record_authors() -> bytes:
    names = ",".join(f'{{"@type":"Person","name":"{_name(n)}"}}' for n in range(50_000))
    record = f'{{"@type":"NewsArticle","headline":"The ferry sails again","author":[{names}]}}'
    return of("", f'<script type="application/ld+json">{record}</script>')


def _images() -> bytes:
    return of("".join(f'<img src="/i/{n}.jpg" alt="Ship {n}" width=800 height=600>' for n in range(100_000)))


def _alternates() -> bytes:
    return of("", "".join(f'<link rel=alternate hreflang=en href="/en/{n}">' for n in range(50_000)))


def _nested() -> bytes:
    return of("<div class=story>" * 9_000 + "<p>The ferry went out." * 9_000)


def _inline_nest() -> bytes:
    return of("".join("<span class=a>" * 50 + f"word {n}" + "</span>" * 50 for n in range(4_000)))


def _open_inlines() -> bytes:
    return of("<b><i class=x>" * 4_000 + "".join(f"<p>word {n}" for n in range(4_000)))


def _small_tables() -> bytes:
    return of("".join(f"<table><tr><td>a {n}<td>b<tr><td>c<td>d</table>" for n in range(40_000)))


def _code_lines() -> bytes:
    return of("<pre>" + "".join(f"let a{n} = {n};\n" for n in range(300_000)) + "</pre>")


def _breaks() -> bytes:
    return of("<p>" + "".join(f"line {n} of the poem<br>" for n in range(200_000)))


def _indents() -> bytes:
    return of("<div>" + "".join(f"\u3000\u3000一个字{n}<br>" for n in range(100_000)) + "</div>")


def _languages() -> bytes:
    words = (
        "the ferry went out at dawn and",
        "die Fähre fuhr am Morgen und",
        "le ferry est parti et puis",
        "渡船黎明出发",
    )
    return of("".join(f"<p>{words[n % 4]} {n}" for n in range(60_000)))


def _same_paragraph() -> bytes:
    return of("<p>The ferry went out at dawn with forty people aboard, and the harbour watched." * 100_000)


def _shares() -> bytes:
    return of("".join(f"<div class=share-bar>Share this {n}</div>" for n in range(50_000)))


def _footers() -> bytes:
    return of("".join(f"<footer><p>Copyright {n} Example<time>x</time></footer>" for n in range(40_000)))


def _unclosed() -> bytes:
    return of("<" * 3_000_000)


def _entities() -> bytes:
    return of("<p>" + "&amp;&lt;&nbsp;" * 400_000)


def _buttons() -> bytes:
    return of("".join(f"<p>a <button>b {n}</button> c" for n in range(60_000)))


def _spans() -> bytes:
    return of("<p>" + "".join(f"<span class=author>{_name(n)}</span>, " for n in range(60_000)) + "</p>")


def _small_articles() -> bytes:
    return of("".join(f"<article><h2>Ferry {n}</h2><p>It sails</p></article>" for n in range(40_000)))


def _title() -> bytes:
    return of("", f"<meta property='og:title' content='{'ferry ' * 400_000}'>")


def _section_path() -> bytes:
    record = ",".join(f'{{"@type":"ListItem","position":{n},"name":"Harbour {n}"}}' for n in range(50_000))
    data = f'{{"@type":"BreadcrumbList","itemListElement":[{record}]}}'
    return of("", f'<script type="application/ld+json">{data}</script>')


SEEN: Final[dict[str, Callable[[], bytes]]] = {
    "bylines": _bylines,
    "bylines of 50,000 people": _many_writers,
    "200,000 options": _options,
    "tags and authors in meta": _metas,
    "300,000 links in a list": _list_links,
    "200,000 paragraphs": _paragraphs,
    "500,000 links": _links,
    "a row of 200,000 cells": _row_of_cells,
    "50 MB of one text": _one_text,
    "50,000 figures": _figures,
}
SISTERS: Final[dict[str, Callable[[], bytes]]] = {
    "50,000 times": _times,
    "50,000 dates": _dates,
    "50,000 headlines": _headings,
    "50,000 breadcrumbs": _breadcrumbs,
    "50,000 tag links": _tag_links,
    "20,000 records": _records,
    "50,000 authors of a record": _record_authors,
    "50,000 steps of a record's path": _section_path,
    "100,000 images": _images,
    "50,000 alternates": _alternates,
    "9,000 nested elements": _nested,
    "inline elements 50 deep": _inline_nest,
    "8,000 open inline elements": _open_inlines,
    "40,000 tables": _small_tables,
    "300,000 lines of code": _code_lines,
    "200,000 line breaks": _breaks,
    "100,000 indents": _indents,
    "60,000 blocks of four languages": _languages,
    "the same paragraph": _same_paragraph,
    "50,000 share bars": _shares,
    "40,000 footers": _footers,
    "3 million <": _unclosed,
    "1.2 million references": _entities,
    "60,000 buttons": _buttons,
    "60,000 author spans": _spans,
    "40,000 articles": _small_articles,
    "a title of 2 MB": _title,
}


PAGES: Final = {**SEEN, **SISTERS}


# ── one page in its process ──────────────────────────────────────────────────────────────────


def burn(name: str) -> Burnt:
    """Clean a page in a process of its own."""
    context = get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, name))
    process.start()
    theirs.close()
    size = ours.recv()
    try:
        result = ours.recv() if ours.poll(LIMIT_S) else Burnt(name, size, LIMIT_S, 0, "killed")
    except EOFError:
        result = Burnt(name, size, 0.0, 0, "died")
    process.kill()
    process.join()
    return result


def _measure(pipe: Connection, name: str) -> None:
    load_all()
    body = PAGES[name]()
    pipe.send(len(body))
    before, start = _reset_peak(), time.process_time()
    try:
        clean_page(Page(URL, body))
        outcome = "article"
    except HarvesterError as error:
        outcome = error.reason
    except Exception as error:  # noqa: BLE001 - it is the finding
        outcome = type(error).__name__
    pipe.send(Burnt(name, len(body), time.process_time() - start, _peak() - before, outcome))


def _reset_peak() -> int:
    """Forget the largest resident memory of this process so far (proc(5)); return that of now, in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _peak()


def _peak() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


if __name__ == "__main__":
    main()
