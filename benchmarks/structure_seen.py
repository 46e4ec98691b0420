"""What an extractor kept of a page beside the words, in one form for all; and what harvester's articles hold of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from harvester.models import Article, Mark, TextBlock
from harvester.text import fold

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
