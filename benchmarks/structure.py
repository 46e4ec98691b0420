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
import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import lxml.etree
import lxml.html

from harvester import structure
from harvester.cleaning import article_builder, clean_page
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, Article, Mark, Page, TextBlock
from harvester.structure import Setting, Settled
from harvester.text import collapse, fold

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = ROOT / "fixtures" / "rich"
NEAR: Final = 200  # folded letters before a place in which the words before it are looked for
Row = tuple[str, ...]


@dataclass(slots=True)
class Seen:
    """What one extractor kept of one page."""

    running: str = ""  # folded letters so far
    links: list[Row] = field(default_factory=list)
    images: list[Row] = field(default_factory=list)  # address, folded letters before it
    embeds: list[Row] = field(default_factory=list)
    captions: list[Row] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)  # of tables: cells as the truth writes them
    code: list[Row] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    calls: list[Row] = field(default_factory=list)  # of notes: sign, folded letters before
    items: list[Row] = field(default_factory=list)
    emphasis: list[Row] = field(default_factory=list)
    ruby: list[Row] = field(default_factory=list)
    abbr: list[Row] = field(default_factory=list)
    lang: list[Row] = field(default_factory=list)
    quotes: list[Row] = field(default_factory=list)

    def say(self, text: str | None) -> None:
        """Take note of text in its order."""
        self.running += fold(text or "")

    @property
    def before(self) -> str:
        """The letters before the present place."""
        return self.running[-NEAR:]


def cell_text(text: str, header: bool, colspan: int, rowspan: int) -> str:
    """Return a cell as the truth writes it."""
    marks = ["h"] * header + [f"c{colspan}"] * (colspan > 1) + [f"r{rowspan}"] * (rowspan > 1)
    return f"{text} {{{' '.join(marks)}}}" if marks else text


# ── harvester ─────────────────────────────────────────────────────────────────────────────────


def seen_of_article(article: Article) -> Seen:
    """Return what harvester kept."""
    seen = Seen()
    for block in article.blocks:
        _see_block(seen, block)
    return seen


def _see_block(seen: Seen, block: TextBlock) -> None:
    if block.figure is not None and block.figure.url is not None:
        seen.images.append((block.figure.url, seen.before))
        seen.captions.append((block.figure.url, block.figure.caption or ""))
    if block.embed is not None and block.embed.url is not None:
        seen.embeds.append((block.embed.url, seen.before))
    if block.code is not None or block.role == "code":
        code = block.code
        seen.code.append((code.language or "" if code else "", code.source or block.text if code else block.text))
    if block.tex is not None:
        seen.formulas.append(block.tex)
    if block.role == "list_item":
        seen.items.append((str(block.level), str(block.number or ""), block.text))
    if block.role == "quote":
        seen.quotes.append((block.text, block.cite.url or "" if block.cite else ""))
    for row in block.table.rows if block.table else ():
        seen.rows.append(tuple(cell_text(cell.text, cell.header, cell.colspan, cell.rowspan) for cell in row))
        for cell in row:
            _see_marks(seen, cell.text, cell.marks)
    _see_marks(seen, block.text, block.marks)
    seen.say(block.text)


def _see_marks(seen: Seen, text: str, marks: Iterable[Mark]) -> None:
    for mark in marks:
        said, kind = text[mark.start : mark.end], str(mark.kind)
        if kind == "link":
            seen.links.append((said, mark.url or ""))
        elif kind == "formula":
            seen.formulas.append(mark.value or "")
        elif kind == "footnote":
            seen.calls.append((said, (seen.running + fold(text[: mark.start]))[-NEAR:]))
        elif kind in ("ruby", "abbr", "lang"):
            getattr(seen, kind).append((said, mark.value or ""))
        else:
            seen.emphasis.append((kind, said))


# ── extractors that give HTML or XML ──────────────────────────────────────────────────────────

_KINDS: Final = {"b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "sub": "sub", "sup": "sup"} | {
    "del": "deleted", "s": "deleted", "ins": "inserted", "mark": "highlight", "code": "code"
}  # fmt: skip
_PLAYERS: Final = frozenset({"iframe", "video", "audio", "object", "embed"})
_LANGUAGE: Final = re.compile(r"(?:language|lang|highlight-source|highlight|brush)[-:]\s*([\w+#]+)")


def seen_of_tree(root: lxml.html.HtmlElement, url: str) -> Seen:
    """Return what stands in a tree of HTML."""
    seen = Seen()
    _see_element(seen, root, url, 0)
    return seen


def _see_element(seen: Seen, node: Any, url: str, depth: int) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    see = {
        "a": _see_link,
        "img": _see_image,
        "pre": _see_code,
        "tr": _see_row,
        "blockquote": _see_quote,
        "li": _see_item,
    }
    if tag in see:
        see[tag](seen, node, url)
    elif tag in _PLAYERS:
        inner = node.find(".//source")
        source = node.get("src") or node.get("data") or (inner.get("src") if inner is not None else None)
        seen.embeds += [(urljoin(url, source), seen.before)] if source else []
    elif tag == "figure":
        _see_caption(seen, node, url)
    _see_value(seen, node, tag)
    if tag not in ("figcaption", "rt", "rp", "annotation", "script", "style"):
        seen.say(node.text if tag else "")
        for child in node:
            _see_element(seen, child, url, depth + 1)
            seen.say(child.tail)


def _see_value(seen: Seen, node: Any, tag: str) -> None:
    if tag in _KINDS and node.getparent() is not None and node.getparent().tag != "pre":
        seen.emphasis.append((_KINDS[tag], collapse(node.text_content())))
    elif tag == "abbr" and node.get("title"):
        seen.abbr.append((collapse(node.text_content()), node.get("title")))
    elif tag == "ruby":
        base = "".join(node.xpath("text() | rb/text()"))
        seen.ruby.append((collapse(base), collapse("".join(node.xpath("rt//text()")))))
    elif tag == "math":
        annotation = node.xpath(".//*[local-name()='annotation']/text()")
        tex = annotation[0] if annotation else node.get("alttext") or node.get("data-latex") or ""
        seen.formulas.append(tex)
    elif tag == "script" and "math/tex" in (node.get("type") or ""):
        seen.formulas.append(node.text or "")
    if tag == "span" and node.get("lang"):
        seen.lang.append((collapse(node.text_content()), node.get("lang")))


def _see_link(seen: Seen, node: Any, url: str) -> None:
    href = node.get("href") or ""
    text = collapse(node.text_content())
    if "#" in href and len(text) <= 4:
        seen.calls.append((text, seen.before))
    seen.links.append((text, urljoin(url, href) if href else ""))


def _see_image(seen: Seen, node: Any, url: str) -> None:
    if "math" in (node.get("class") or "") or "/math/render/" in (node.get("src") or ""):
        seen.formulas.append(node.get("alt") or "")
    source = node.get("src") or ""
    if source.startswith("data:") or not source:
        source = (node.get("srcset") or "").rsplit(", ", 1)[-1].split(" ")[0]
    if source:
        seen.images.append((urljoin(url, source), seen.before))


def _see_caption(seen: Seen, node: Any, url: str) -> None:
    image, caption = node.find(".//img"), node.find(".//figcaption")
    if image is not None and caption is not None:
        seen.captions.append((urljoin(url, image.get("src") or ""), collapse(caption.text_content())))


def _see_code(seen: Seen, node: Any, _url: str) -> None:
    around = (*node.iter("code"), node, *list(node.iterancestors())[:2])
    named = (_LANGUAGE.search(f"{each.get('class') or ''} ") for each in around)
    said = (each.get("data-lang") or each.get("data-language") for each in around)
    language = next(filter(None, said), None) or next((found[1] for found in named if found), "")
    seen.code.append((language.lower(), node.text_content().strip("\n")))


def _see_row(seen: Seen, node: Any, _url: str) -> None:
    in_head = node.getparent() is not None and node.getparent().tag == "thead"
    cells = [cell for cell in node if cell.tag in ("td", "th")]
    spans = [(int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1)) for cell in cells]
    seen.rows.append(
        tuple(
            cell_text(collapse(cell.text_content()), in_head or cell.tag == "th", *span)
            for cell, span in zip(cells, spans, strict=True)
        )
    )


def _see_quote(seen: Seen, node: Any, url: str) -> None:
    cite = node.get("cite")
    seen.quotes.append((collapse(node.text_content()), urljoin(url, cite) if cite else ""))


def _see_item(seen: Seen, node: Any, _url: str) -> None:
    lists = [up for up in node.iterancestors() if up.tag in ("ul", "ol")]
    own = "".join(node.xpath(".//text()[not(ancestor::ul[ancestor::li] or ancestor::ol[ancestor::li])]"))
    if len(lists) > 1:
        own = (
            "".join(text for text in node.itertext() if text is not None)
            if not node.xpath(".//li")
            else node.text or ""
        )
    elif node.xpath(".//li"):
        own = node.text or ""
    seen.items.append((str(max(len(lists), 1)), _number(node, lists[0]) if lists else "", collapse(own)))


def _number(node: Any, owner: Any) -> str:
    if owner.tag != "ol":
        return ""
    items = [item for item in owner if item.tag == "li"]
    step = -1 if owner.get("reversed") is not None else 1
    number = int(owner.get("start") or (len(items) if step < 0 else 1))
    for item in items:
        number = int(item.get("value") or number)
        if item is node:
            return str(number)
        number += step
    return ""


# ── trafilatura ───────────────────────────────────────────────────────────────────────────────

_TEI_TAGS: Final = {"ref": "a", "graphic": "img", "list": "ul", "item": "li", "quote": "blockquote", "row": "tr"}
_RENDS: Final = {"#b": "b", "#i": "i", "#t": "code", "#sub": "sub", "#sup": "sup", "#u": "u"}


def seen_by_trafilatura(html: str, url: str) -> Seen:
    """Return what trafilatura keeps with all its switches for it on."""
    from trafilatura import extract  # noqa: PLC0415 - its import takes a third of a second

    xml = extract(
        html,
        url=url,
        output_format="xml",
        include_comments=False,
        include_links=True,
        include_images=True,
        include_formatting=True,
        include_tables=True,
    )
    if not xml:
        return Seen()
    root = lxml.html.fromstring("<div></div>")
    main = lxml.etree.fromstring(xml.encode()).find("main")
    root.append(_as_html(main) if main is not None else lxml.html.Element("div"))
    return seen_of_tree(root, url)


def _as_html(node: Any) -> Any:
    """Return a node of trafilatura's XML as HTML."""
    tag = _TEI_TAGS.get(node.tag, node.tag)
    if node.tag == "hi":
        tag = _RENDS.get(node.get("rend") or "", "span")
    elif node.tag == "list" and node.get("rend") == "ol":
        tag = "ol"
    elif node.tag == "cell":
        tag = "th" if node.get("role") == "head" else "td"
    elif node.tag == "code":
        tag = "pre" if "\n" in "".join(node.itertext()) else "code"
    html = lxml.html.Element(tag)
    for old, new in (("target", "href"), ("src", "src"), ("alt", "alt"), ("span", "colspan")):
        if node.get(old) and not (old == "span" and node.tag != "cell"):
            html.set(new, node.get(old))
    html.text = node.text
    for child in node:
        if child.tag == "lb":
            child.tag = "br"
        html.append(_as_html(child))
        html[-1].tail = child.tail
    return html


# ── judging ───────────────────────────────────────────────────────────────────────────────────


def found_rows(kind: str, rows: list[Any], seen: Seen) -> list[bool]:
    """Return for each row of a truth whether it is kept."""
    judge = _JUDGES.get(kind)
    if kind == "cells":
        return [wanted in list(_cells_beside(rows, seen)) for wanted in _numbered_cells(rows)]
    if judge is not None:
        return [judge(row, seen) for row in rows]
    return [tuple(row) in getattr(seen, kind) for row in rows]


def _numbered_cells(rows: list[list[str]]) -> list[tuple[int, int, str]]:
    return [(number, column, cell) for number, row in enumerate(rows) for column, cell in enumerate(row)]


def _cells_beside(rows: list[list[str]], seen: Seen) -> Iterator[tuple[int, int, str]]:
    """Yield the cells that stand where they should: in the rows from the one on that is most like the first."""
    yield from _numbered_cells([list(row) for row in seen.rows][: len(rows)])


def _is_near(words: str, before: str) -> bool:
    return fold(words)[-40:] in before


def _has_place(rows: list[Row], address: str, words: str) -> bool:
    return any(_same(address, url) and _is_near(words, before) for url, before in rows)


def _same(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(url: str) -> str:
    """Return an address without what differs between a player and its page."""
    found = re.search(r"youtube(?:-nocookie)?\.com/(?:embed/|watch\?v=)([\w-]{11})", url)
    return found[1] if found else url


def _has_embed(row: list[str], seen: Seen) -> bool:
    # A link to the post that is left of it will do.
    return _has_place(seen.embeds, *row) or any(_same(row[0], url) for _, url in seen.links)


def _has_note(row: list[str], seen: Seen) -> bool:
    sign, note, words = row
    called = any(sign in said and _is_near(words, before) for said, before in seen.calls)
    return called and fold(note) in seen.running


_JUDGES: Final[dict[str, Callable[[Any, Seen], bool]]] = {
    "links": lambda row, seen: tuple(row) in seen.links,
    "images": lambda row, seen: _has_place(seen.images, *row),
    "embeds": _has_embed,
    "captions": lambda row, seen: any(_same(row[0], url) and text.startswith(row[1]) for url, text in seen.captions),
    "code": lambda row, seen: row[1] in [code for _, code in seen.code],
    "formulas": lambda row, seen: row in [tex.strip() for tex in seen.formulas],
    "notes": _has_note,
    "items": lambda row, seen: (str(row[0]), row[1], row[2]) in seen.items,
    "languages": lambda row, seen: tuple(row) in seen.code,
}


def judged(truth: dict[str, Any], seen: Seen) -> dict[str, list[bool]]:
    """Return for each kind in a page's truth which of its rows are kept."""
    return {kind: found_rows(kind, rows, seen) for kind, rows in truth.items()}


# ── commands ──────────────────────────────────────────────────────────────────────────────────


def read_truths() -> dict[str, dict[str, Any]]:
    """Return what a person says is on each page."""
    return tomllib.loads((PAGES / "truth.toml").read_text(encoding="utf-8"))


def page_of(name: str) -> Page:
    """Return a page under the address that it calls its own."""
    body = (PAGES / f"{name}.html").read_bytes()
    found = re.search(rb'<link rel="canonical" href="([^"]+)"', body)
    return Page(found[1].decode() if found else None, body)


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
