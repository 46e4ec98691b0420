"""Pages of which all blocks are kept, and what becomes of them: what is tested is not the choice."""

from dataclasses import replace

from harvester.cleaning import settle
from harvester.dom import read_document
from harvester.models import Block, Image, ImageTag, Kept, Mark, Part, Picture, Role, TextBlock
from harvester.rules.load import load_rules
from harvester.structure import Setting, assemble

BASE = "https://harbour.example/news/pier.html"


def blocks_of(body: str, base: str | None = BASE, removed: tuple[str, ...] = ()) -> tuple[TextBlock, ...]:
    """Return the blocks of an article made of all that a page shows, but for blocks with one of the words `removed`."""
    document = read_document(f"<!doctype html><html lang=en><body><article>{body}</article></body></html>")
    judged = tuple(
        block if any(word in block.text for word in removed) else block.judged(Kept(part_of(block)))
        for block in document.blocks
    )
    document = replace(document, blocks=judged)
    pictures = tuple(picture_of(tag) for tag in document.images)
    return assemble(settle(document), Setting(document, base, pictures, load_rules().lexicon))


def part_of(block: Block) -> Part:
    return Part.CAPTION if block.role is Role.CAPTION else Part.TEXT


def picture_of(tag: ImageTag) -> Picture:
    return Picture(tag, Image(tag.url, alt=tag.alt or None), (), tag.url)


def said(block: TextBlock) -> list[tuple[str, str]]:
    """Return the marks of a block, each with its text."""
    return [(str(mark.kind), block.text[mark.start : mark.end]) for mark in block.marks]


def only(body: str, **options) -> TextBlock:
    """Return the one block of a page."""
    (block,) = blocks_of(body, **options)
    return block


def values(block: TextBlock) -> list[tuple[str, str | None]]:
    """Return the text and the value of each mark."""
    return [(block.text[mark.start : mark.end], mark.value) for mark in block.marks]


def mark_of(block: TextBlock) -> Mark:
    (mark,) = block.marks
    return mark
