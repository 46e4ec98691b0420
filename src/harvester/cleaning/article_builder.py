"""A judged page to its article: hard wraps joined, structure read, all fields put in."""

from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from operator import itemgetter
from typing import Final, TypedDict

from harvester import __version__
from harvester.cleaning.joined_rows import joined_rows
from harvester.cleaning.judged_page import Judged
from harvester.dom import parted_texts
from harvester.fingerprint import simhash64, text_sha256
from harvester.hard_wraps import joined_text, settle_lines, torn_paragraphs
from harvester.metadata.fields.moments import moment_of
from harvester.models import (
    ARTICLE_SCHEMA,
    Article,
    Block,
    Cleaning,
    Document,
    Page,
    PageRecord,
    Removed,
    Role,
    TextBlock,
    Video,
    article_fields,
    text_numbers,
)
from harvester.rules.lexicon import Lexicon
from harvester.rules.site_rules import with_site
from harvester.storable import storable_text
from harvester.structure import Setting, Settled, assemble, without_back_links
from harvester.text import units
from harvester.urls import join_own_base

# Articles below it had a word F1 of two thirds in cross-validation, the others of .95: docs/benchmarks.md.
LOW_CONFIDENCE: Final = 0.75
# By their names they take three times as long.
_TEXT_AND_VERDICT: Final = itemgetter(Block._fields.index("text"), Block._fields.index("verdict"))
# By names of their own: Python looks the members of an enum up slowly.
_ITEM: Final = Role.LIST_ITEM
_TABLE: Final = Role.TABLE


def article_of(page: Page, judged: Judged, lexicon: Lexicon) -> Article:
    """Return what is written of a judged page."""
    document, metadata = judged.document, judged.metadata
    setting = Setting(document, _base(judged, page), metadata.pictures, lexicon)
    text_blocks = assemble(settle(document, lexicon.salutations), setting)
    text = render_text(text_blocks)
    body = sha256(page.body).hexdigest()
    moment = moment_of(metadata.published)
    videos = _videos(text_blocks, metadata.videos)
    return Article(
        schema=ARTICLE_SCHEMA,
        id=sha256(storable_text(page.address or body).encode()).hexdigest()[:16],
        url=page.address,
        text=text,
        blocks=text_blocks,
        fetched_at=page.fetched_at.isoformat().replace("+00:00", "Z") if page.fetched_at else None,
        page=PageRecord(body, len(page.body)),
        cleaning=_cleaning(judged, len(text)),
        page_type=judged.page_type.name if judged.page_type else None,
        published_at=moment.at if moment else None,
        published_precision=moment.precision if moment else None,
        published_zone_known=moment.zone_known if moment else None,
        **article_fields(replace(metadata, videos=videos) if videos != metadata.videos else metadata),
        **measures(text),
    )


class Measures(TypedDict):
    """What is counted of a text."""

    word_count: int
    text_sha256: str
    simhash: str


def measures(text: str) -> Measures:
    """Return the fields of an article that are about its text as a whole."""
    return Measures(word_count=units(text), text_sha256=text_sha256(text), simhash=simhash64(text))


def _videos(blocks: Collection[TextBlock], recorded: tuple[Video, ...]) -> tuple[Video, ...]:
    """Return the videos of the text, then those that only the page's structured data has."""
    found = {video.url: video for video in recorded}
    shown: dict[str, Video] = {}
    for block in blocks:
        if block.embed is not None and block.embed.kind == "video" and block.embed.url is not None:
            url = block.embed.url
            shown[url] = found.get(url) or Video(url, block.embed.provider, block.embed.title)
    return (*shown.values(), *(video for url, video in found.items() if url not in shown))


def _base(judged: Judged, page: Page) -> str | None:
    """Return the address that links are relative to; None where the page does not give its own."""
    address = page.address or judged.metadata.canonical_url
    if judged.document.base is None:
        return address
    return join_own_base(address or "", judged.document.base) or address


def _cleaning(judged: Judged, kept_chars: int) -> Cleaning:
    removed: dict[str, int] = {}
    for text, verdict in map(_TEXT_AND_VERDICT, judged.document.blocks):
        if type(verdict) is Removed:
            kind = verdict.kind
            removed[kind] = removed.get(kind, 0) + len(text)
    choice = judged.choice
    return Cleaning(
        method=choice.method,
        confidence=choice.confidence,
        quality="low" if choice.confidence < LOW_CONFIDENCE else "good",
        version=__version__,
        rules=with_site(judged.digest, judged.site),
        kept_chars=kept_chars,
        removed=dict(sorted(removed.items())),
        memory=judged.memory.digest if judged.memory else None,
    )


def settle(document: Document, salutations: tuple[str, ...] = ()) -> list[Settled]:
    """Return the blocks of the text with their layout repaired, each with the blocks of the page that it is of."""
    blocks, numbers = document.blocks, text_numbers(document.blocks)
    parted = parted_texts(document, numbers)
    whole = (parted.get(number, blocks[number]) for number in numbers) if parted else map(blocks.__getitem__, numbers)
    lines = [_settled(block) if "\n" in block.text else block for block in whole]
    found, at = [], 0
    for parts in torn_paragraphs(lines, salutations):
        found.append(Settled(joined_text(parts), parts, numbers[at]))
        at += len(parts)
    return joined_rows(without_back_links(found), document)


def _settled(block: Block) -> Block:
    """Return a block of several lines with its layout repaired."""
    if block.role is Role.CODE:
        return block
    # The lines of a heading are one phrase, broken for the eye.
    text = block.text.replace("\n", " ") if block.role is Role.HEADING else settle_lines(block.text)
    return block._replace(text=text)


def render_text(blocks: Collection[TextBlock]) -> str:
    """Return the article as plain text: blocks apart by a blank line, items of a list and rows of a table by none."""
    pieces: list[str] = []
    before: Role | None = None  # an item, a row, or another block
    for block in blocks:
        if not block.text or not block.in_text:
            continue
        role = _ITEM if _is_item(block) else block.role
        runs_on = role is before and (role is _ITEM or role is _TABLE)
        pieces += ("" if before is None else "\n" if runs_on else "\n\n", "- " if role is _ITEM else "", block.text)
        before = role
    return "".join(pieces)


def _is_item(block: TextBlock) -> bool:
    """Return whether a block is in the text as an item of a list: also terms, and notes that are one."""
    return block.role is _ITEM or (block.level is not None and block.role is not Role.HEADING)
