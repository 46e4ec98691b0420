"""Articles to Markdown and back: what a CommonMark reader shows of them, against what they hold.

    python benchmarks/markdown_trip.py CORPORA [--pages 200]

cleans pages of the corpora below CORPORA, each n-th of all, writes each article as Markdown, reads that with
markdown-it-py (tables, strikethrough, footnotes) and compares text, marks with their targets, pictures, code and
cells. It prints how many pages come back whole, and the first differences of the others.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from harvester.models import Article, Mark, MarkKind, Role, TextBlock
from harvester.rendering.list_nesting import runs_of
from harvester.rendering.markdown import render_markdown
from harvester.rendering.marked_text import Piece, is_safe_link, is_safe_picture, pieces_of
from harvester.rendering.quote_sources import names_source
from harvester.rendering.table_grid import grid_of
from trips import chosen_articles

_KINDS = {
    MarkKind.LINK: "a",
    MarkKind.STRONG: "strong",
    MarkKind.EMPHASIS: "em",
    MarkKind.CODE: "code",
    MarkKind.SUB: "sub",
    MarkKind.SUP: "sup",
    MarkKind.DELETED: "del",
    MarkKind.INSERTED: "ins",
    MarkKind.HIGHLIGHT: "mark",
    MarkKind.ABBR: "abbr",
    MarkKind.RUBY: "ruby",
    MarkKind.LANG: "span",
}
_TAGS = {"s": "del"}
_MARKS = frozenset(_KINDS.values())


@dataclass(slots=True)
class Facts:
    """What is seen of an article, in whatever form."""

    text: list[str] = field(default_factory=list)  # pieces in reading order
    marks: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # tag, text, target
    pictures: Counter[tuple[str, str]] = field(default_factory=Counter)  # address, alt
    code: list[tuple[str, str]] = field(default_factory=list)  # language, lines
    rows: list[tuple[str, ...]] = field(default_factory=list)
    calls: int = 0

    @property
    def whole_text(self) -> str:
        """The text without white space."""
        return _tight("".join(self.text))


def reader() -> MarkdownIt:
    """Return a CommonMark reader with GitHub's tables and strikethrough, footnotes and front matter."""
    plain = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return plain.use(footnote_plugin).use(front_matter_plugin)


def seen(markdown: str) -> Facts:
    """Return what a reader of Markdown shows."""
    page = _Page()
    page.feed(reader().render(markdown))
    page.close()
    return page.facts


def held(article: Article) -> Facts:
    """Return what the blocks of an article hold, as Markdown can show it."""
    facts = Facts()
    keys = {block.footnote.key for block in article.blocks if block.footnote}
    called: dict[str, list[str]] = {}  # notes in the order of their calls, which is that of readers
    around = _Around(keys, called)
    for role, run in runs_of(article.blocks):
        for block in run:
            _add_block(facts, block, around)
        if role is Role.QUOTE:
            _add_source(facts, run)
    facts.text += [text for texts in called.values() for text in texts]
    return facts


@dataclass(frozen=True, slots=True)
class _Around:
    keys: set[str]
    called: dict[str, list[str]]


def _add_block(facts: Facts, block: TextBlock, around: _Around) -> None:
    if block.role is Role.CODE:
        lines = block.code.source if block.code and block.code.source else block.text
        name = (block.code.language or "") if block.code else ""
        facts.code.append((name if re.fullmatch(r"[\w+#.-]*", name) else "", lines.replace("\x00", "\ufffd")))
    elif block.role is Role.FIGURE and block.figure:
        figure = block.figure
        if is_safe_picture(figure.url):
            facts.pictures[_address(figure.url or ""), _tight(figure.alt or "")] += 1
        _add_emphasis(facts, figure.caption)
        facts.text.append(figure.credit or "")
    elif block.role is Role.EMBED and block.embed:
        embed = block.embed
        name = ": ".join(filter(None, (embed.provider, embed.title))) or embed.url or embed.kind
        facts.text += [embed.text or "", "—" if embed.text else "", name]
        if is_safe_link(embed.url):
            facts.marks["a", _tight(name), _address(embed.url or "")] += 1
    elif block.role is Role.TABLE and block.table and block.table.rows:
        _add_emphasis(facts, block.table.caption)
        for row in grid_of(block.table):
            cells = [_inline(facts, cell.text, cell.marks, around) if cell else "" for cell in row]
            facts.rows.append(tuple(map(_tight, cells)))
            facts.text += cells
    elif block.role is Role.FORMULA and block.tex:
        facts.code.append(("math", block.tex))
    elif block.role is Role.CAPTION:
        marks = (Mark(MarkKind.EMPHASIS, 0, len(block.text)), *block.marks)
        facts.text.append(_inline(facts, block.text, marks, around))
    elif block.role is not Role.SEPARATOR:
        _add_text(facts, block, around)


def _add_text(facts: Facts, block: TextBlock, around: _Around) -> None:
    note = block.footnote
    text = _inline(facts, block.text, block.marks, around)
    if note and note.key in around.called:
        around.called[note.key].append(text)
    else:
        facts.text += [note.mark if note else "", text]


def _add_source(facts: Facts, quote: Sequence[TextBlock]) -> None:
    cite = quote[0].cite
    if cite and (cite.text or cite.url) and not names_source(quote):
        name = cite.text or cite.url or ""
        facts.text += ["—", name]
        if is_safe_link(cite.url):
            facts.marks["a", _tight(name), _address(cite.url or "")] += 1


def _add_emphasis(facts: Facts, text: str | None) -> None:
    if text:
        facts.text.append(text)
        facts.marks["em", _tight(text), ""] += 1


def _inline(facts: Facts, text: str, marks: Iterable[Mark], around: _Around) -> str:
    return "".join(_piece(facts, piece, around) for piece in pieces_of(text, marks))


def _piece(facts: Facts, piece: Piece, around: _Around) -> str:
    if isinstance(piece, str):
        return piece
    mark = piece.mark
    if mark.kind is MarkKind.FORMULA and mark.value:
        return f"${mark.value}$"
    if mark.kind is MarkKind.FOOTNOTE and mark.value in around.keys:
        around.called.setdefault(mark.value or "", [])
        facts.calls += 1
        return ""
    if mark.kind is MarkKind.CODE:
        inner = _plain(piece.pieces)
        for line in filter(str.strip, inner.split("\n")):
            facts.marks["code", _tight(line), ""] += 1
        return inner
    inner = "".join(_piece(facts, one, around) for one in piece.pieces)
    shown = f"{inner}({mark.value or ''})" if mark.kind is MarkKind.RUBY else inner
    if mark.kind in _KINDS and _tight(inner):
        facts.marks[_KINDS[mark.kind], _tight(shown), _address(mark.url or "")] += 1
    return shown


def _plain(pieces: Iterable[Piece]) -> str:
    return "".join(piece if isinstance(piece, str) else _plain(piece.pieces) for piece in pieces)


class _Page(HTMLParser):
    """Reads the HTML that a Markdown reader makes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.facts = Facts()
        self._open: list[tuple[str, dict[str, str], int]] = []  # tag, attributes, place in the text
        self._hidden = 0
        self._row: list[str] = []
        self._closing = -1  # place of the sign that ends the last formula

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "img":
            self.facts.pictures[_address(said["src"]), _tight(said.get("alt", ""))] += 1
        if tag in ("img", "br", "hr"):
            return
        classes = said.get("class", "")
        if classes == "footnote-ref":
            self.facts.calls += 1
        if classes in ("footnote-ref", "footnote-backref"):
            self._hidden += 1
        self._open.append((_TAGS.get(tag, tag), said, len(self.facts.text)))

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.facts.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != _TAGS.get(tag, tag):
            return
        name, said, start = self._open.pop()
        inner = "".join(self.facts.text[start:])
        if said.get("class") in ("footnote-ref", "footnote-backref"):
            self._hidden -= 1
        elif name == "code" and self._open and self._open[-1][0] == "pre":
            self.facts.code.append((said.get("class", "").removeprefix("language-"), inner.removesuffix("\n")))
            del self.facts.text[start:]
        elif name in _MARKS and not self._hidden:
            if _tight(inner) and not (name == "code" and self._is_formula(start)):
                self.facts.marks[name, _tight(inner), _address(said.get("href", ""))] += 1
        elif name in ("td", "th"):
            self._row.append(_tight(inner))
        elif name == "tr":
            self.facts.rows.append(tuple(self._row))
            self._row = []

    def _is_formula(self, start: int) -> bool:
        """Return whether a code span whose text is at `start` stands behind the sign that makes it a formula."""
        before = self.facts.text[start - 1] if start else ""
        if not before.endswith("$") or (start - 1 == self._closing and before == "$"):
            return False
        self._closing = start + 1
        return True


def _tight(text: str) -> str:
    return "".join(text.replace("\x00", "\ufffd").split())


def _address(url: str) -> str:
    """Return a URL as browsers ask for it, so that two spellings are one."""
    return re.sub(r"[^\x21-\x7e]|[<>\\\"`{}|^\[\]]", lambda match: _percent(match[0]), url)


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))


def differences(article: Article) -> Iterator[str]:
    """Yield what a reader of the article's Markdown does not see as the article has it."""
    bare = replace(article, title=None, subtitle=None, authors=(), published=None, site=None, url=None)
    bare = replace(bare, canonical_url=None)
    want, have = held(bare), seen(render_markdown(bare, with_fields=False))
    if want.whole_text != have.whole_text:
        at = next((at for at, (a, b) in enumerate(zip(want.whole_text, have.whole_text, strict=False)) if a != b), -1)
        yield f"text: {want.whole_text[max(0, at - 20) : at + 40]!r} is {have.whole_text[max(0, at - 20) : at + 40]!r}"
    for name in ("marks", "pictures"):
        yield from (f"{name}: lost {one}" for one in getattr(want, name) - getattr(have, name))
        yield from (f"{name}: made up {one}" for one in getattr(have, name) - getattr(want, name))
    for name in ("code", "rows", "calls"):
        if getattr(want, name) != getattr(have, name):
            yield f"{name}: {str(getattr(want, name))[:300]} is {str(getattr(have, name))[:300]}"


def main() -> None:
    """Print how many articles come back whole."""
    whole = pages = 0
    for sample, article in chosen_articles(__doc__.partition("\n")[0]):
        pages += 1
        found = list(differences(article))
        whole += not found
        for line in found[:3]:
            sys.stdout.write(f"{sample.corpus}/{sample.id}: {line}\n")
    sys.stdout.write(f"{whole} of {pages} articles come back whole\n")


if __name__ == "__main__":
    main()
