"""Page to article: the whole pipeline, readable top to bottom; pure."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Final

from harvester.boilerplate import label_places, label_wordings, split_lines
from harvester.boilerplate.wordings import Surroundings
from harvester.content import Choice, choose
from harvester.decode import decode
from harvester.dom import read_document, refuse_hostile
from harvester.layout import join_torn_paragraphs, settle_lines
from harvester.metadata import read_metadata
from harvester.metadata.languages import block_language
from harvester.models import (
    Article,
    Block,
    Cleaning,
    Document,
    Kept,
    Ledger,
    Metadata,
    Page,
    PageRecord,
    Part,
    Removed,
    Role,
    TextBlock,
    Verdict,
)
from harvester.outline import Outline
from harvester.refusal import refuse_without_article
from harvester.rules import load_rules
from harvester.text import fold

SCHEMA: Final = "harvester/article/1"
# With less visible prose than this, a page that hides more of it shows its article by a script.
_MIN_VISIBLE_PROSE: Final = 600


def clean_page(page: Page) -> tuple[Article, Ledger]:
    """Return the article of `page`, and every visible block with what became of it.

    Raises InputError when the page is empty or binary, ParserLimit when it would hang a parser, NoArticle when
    there is no article on it.
    """
    subject = page.address or "the page"
    html = decode(page.body, page.header("content-type"), subject)
    refuse_hostile(html, subject)
    rules = load_rules()
    document = read_with_languages(html)
    languages = frozenset(block.lang for block in document.blocks if block.lang)
    document = split_lines(document, rules, languages)
    outline = Outline(document)
    placed = label_places(document, outline, rules)
    choice = choose(html, outline, placed)
    refuse_without_article(subject, document, outline, choice.blocks)
    headline = fold(" ".join(filter(None, (document.title, *_headings(document)))))
    around = Surroundings(document, outline, rules, languages, choice.blocks, headline)
    labels = placed | label_wordings(around, placed)
    judged = replace(document, blocks=tuple(_judged(document.blocks, choice, labels)))
    metadata = read_metadata(judged, page)
    blocks = tuple(_with_parts(judged.blocks, metadata))
    refuse_without_article(subject, document, outline, _kept(blocks))
    return _article(page, blocks, metadata, choice, rules.digest), Ledger(blocks, metadata.evidence)


def read_with_languages(html: str) -> Document:
    """Return the parsed page, each block with its language; hidden text is read where there is hardly any other."""
    document = read_document(html)
    if Outline(document).total_prose < _MIN_VISIBLE_PROSE:
        revealed = read_document(html, reveal_hidden=True)
        if Outline(revealed).total_prose > 2 * Outline(document).total_prose:
            document = revealed
    blocks = tuple(replace(block, lang=block_language(block.text, document.lang)) for block in document.blocks)
    return replace(document, blocks=blocks)


def _headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.role is Role.HEADING and block.level == 1]


def _judged(blocks: tuple[Block, ...], choice: Choice, labels: Mapping[int, Removed]) -> list[Block]:
    """Return the blocks with their verdicts: the rules' word first, then the content step's."""
    judged = []
    for index, block in enumerate(blocks):
        verdict: Verdict | None = labels.get(index)
        if verdict is None and index in choice.blocks:
            verdict = Kept(Part.CAPTION if block.role is Role.CAPTION else Part.TEXT)
        judged.append(replace(block, verdict=verdict or Removed("not_content", f"content:{choice.method}")))
    return judged


def _with_parts(blocks: tuple[Block, ...], metadata: Metadata) -> list[Block]:
    """Return the blocks with the headline and standfirst set apart from the text."""
    title, subtitle = fold(metadata.title or ""), fold(metadata.subtitle or "")
    parts = []
    seen_text = False
    for block in blocks:
        text = fold(block.text)
        kept = isinstance(block.verdict, Kept)
        if title and text == title and not seen_text and (kept or block.level == 1):
            block = replace(block, verdict=Kept(Part.TITLE))
        elif subtitle and text == subtitle and not seen_text:
            block = replace(block, verdict=Kept(Part.SUBTITLE))
        elif kept and block.verdict == Kept(Part.TEXT) and block.role is not Role.HEADING:
            seen_text = True
        parts.append(block)
    return parts


def _kept(blocks: tuple[Block, ...]) -> Collection[int]:
    return [index for index, block in enumerate(blocks) if block.verdict == Kept(Part.TEXT)]


def _article(page: Page, blocks: tuple[Block, ...], metadata: Metadata, choice: Choice, digest: str) -> Article:
    text_blocks = settle(blocks)
    text = render_text(text_blocks)
    body = sha256(page.body).hexdigest()
    return Article(
        schema=SCHEMA,
        id=sha256((page.address or body).encode()).hexdigest()[:16],
        url=page.address,
        canonical_url=metadata.canonical_url,
        site=metadata.site,
        kind=metadata.kind,
        title=metadata.title,
        subtitle=metadata.subtitle,
        authors=metadata.authors,
        editors=metadata.editors,
        published=metadata.published,
        modified=metadata.modified,
        languages=metadata.languages,
        section=metadata.section,
        tags=metadata.tags,
        description=metadata.description,
        images=metadata.images,
        source=metadata.source,
        licence=metadata.licence,
        text=text,
        blocks=text_blocks,
        fetched_at=page.fetched_at.isoformat().replace("+00:00", "Z") if page.fetched_at else None,
        page=PageRecord(body, len(page.body)),
        cleaning=_cleaning(blocks, choice, digest, len(text)),
    )


def _cleaning(blocks: tuple[Block, ...], choice: Choice, digest: str, kept_chars: int) -> Cleaning:
    removed: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block.verdict, Removed):
            removed[block.verdict.kind] += len(block.text)
    from harvester import __version__  # noqa: PLC0415 - the package imports this module

    return Cleaning(choice.method, choice.confidence, __version__, digest, kept_chars, dict(sorted(removed.items())))


def settle(blocks: tuple[Block, ...]) -> tuple[TextBlock, ...]:
    """Return the blocks of the text with their layout repaired."""
    kept = [block for block in blocks if block.verdict == Kept(Part.TEXT)]
    lines = [block if block.role is Role.CODE else replace(block, text=settle_lines(block.text)) for block in kept]
    return tuple(TextBlock(block.role, block.text, block.level, block.lang) for block in join_torn_paragraphs(lines))


def render_text(blocks: Collection[TextBlock]) -> str:
    """Return the article as plain text: blocks apart by a blank line, items of a list and rows of a table by none."""
    text, before = "", None
    for block in blocks:
        run_on = block.role is before and block.role in (Role.LIST_ITEM, Role.TABLE)
        mark = "- " if block.role is Role.LIST_ITEM else ""
        text += ("" if before is None else "\n" if run_on else "\n\n") + mark + block.text
        before = block.role
    return text
