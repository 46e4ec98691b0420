"""Splits blocks at the lines that a rule knows: a notice behind a <br> is not part of the paragraph before it."""

from dataclasses import replace
from itertools import accumulate, chain, groupby
from operator import itemgetter
from typing import Final

from harvester.models import Block, Document, Role
from harvester.rules.load import Rules

_WHOLE: Final = (Role.CODE, Role.TABLE)
_TEXT: Final = itemgetter(Block._fields.index("text"))  # by its name it takes three times as long
_MAX_LOOKS: Final = 2_000_000  # for an inline element in a part of its block; beyond, the parts have none


def split_lines(document: Document, rules: Rules) -> Document:
    """Return the document with each block of several lines split where a line fits a wording of boilerplate."""
    lined = [at for at, text in enumerate(map(_TEXT, document.blocks)) if "\n" in text]
    of_lines = {at: document.blocks[at].text.split("\n") for at in lined if _may_part(document.blocks[at])}
    if not of_lines:
        return document
    hits = iter(rules.lines_of_all([*chain.from_iterable(of_lines.values())], document.languages))
    known = {at: [bool(next(hits)) for _ in lines] for at, lines in of_lines.items()}
    parts = {at: _split(document.blocks[at], of_lines[at], those) for at, those in known.items() if any(those)}
    if all(len(those) == 1 for those in parts.values()):
        return document
    blocks: list[Block] = []
    starts = []  # new index of each old block
    for at, block in enumerate(document.blocks):
        starts.append(len(blocks))
        blocks += parts.get(at, (block,))
    starts.append(len(blocks))
    images = tuple(image._replace(block=starts[image.block]) for image in document.images)
    return replace(document, blocks=tuple(blocks), images=images)


def _may_part(block: Block) -> bool:
    return not block.verdict and block.role not in _WHOLE


def _split(block: Block, lines: list[str], known: list[bool]) -> list[Block]:
    # Each known line is alone; the lines between two of them stay together.
    hits_before = accumulate(known, initial=0)
    keys = [(index if hit else -hits - 1) for index, (hit, hits) in enumerate(zip(known, hits_before, strict=False))]
    runs = ["\n".join(line for line, _ in run) for _, run in groupby(zip(lines, keys, strict=True), key=lambda x: x[1])]
    if len(runs) * len(block.spans) > _MAX_LOOKS:
        block = block._replace(spans=())
    return [_part(block, text) for text in runs]


def _part(block: Block, text: str) -> Block:
    spans = tuple(span for span in block.spans if span.text and span.text in text)
    links = sum(len(span.text) for span in spans if span.tag == "a")
    strong = min(block.strong_chars, len(text)) if block.strong_chars >= len(block.text) else 0
    return block._replace(text=text, spans=spans, link_chars=min(links, len(text)), strong_chars=strong)
