"""Small pages to read metadata from."""

import json
from dataclasses import replace

from harvester.dom import read_document
from harvester.metadata import read_metadata
from harvester.models import Document, Kept, Metadata, Page, Part, Removed, Verdict
from harvester.rules.load import load_rules

ADDRESS = "https://news.example.org/world/2024/storm"
PROSE = (
    "The storm reached the coast on Monday and the harbour was closed for two days, officials of the port said. " * 3
)

LEXICON = load_rules().lexicon


def document_of(body: str, head: str = "", lang: str = "en") -> Document:
    """Return the parsed page of `head` and `body`."""
    return read_document(f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>')


def metadata_of(body: str, head: str = "", lang: str = "en", url: str | None = ADDRESS) -> Metadata:
    """Return what the page of `head` and `body` says; no last resort, as there are no bytes."""
    return read_metadata(document_of(body, head, lang), Page(url, b""), LEXICON)


def judged(document: Document, verdicts: dict[str, str]) -> Document:
    """Return the page with each block that holds a key of `verdicts` removed as its kind, the others kept."""
    blocks = []
    for block in document.blocks:
        kind = next((kind for text, kind in verdicts.items() if text in block.text), None)
        verdict: Verdict = Removed(kind, "test") if kind is not None else Kept(Part.TEXT)
        blocks.append(block.judged(verdict))
    return replace(document, blocks=tuple(blocks))


def judged_metadata(body: str, verdicts: dict[str, str], lang: str = "en", url: str | None = ADDRESS) -> Metadata:
    """Return what the page says when its blocks are judged."""
    return read_metadata(judged(document_of(body, lang=lang), verdicts), Page(url, b""), LEXICON)


def json_ld(**fields: object) -> str:
    """Return a script with the record of a news article."""
    record = {"@context": "https://schema.org", "@type": "NewsArticle", **fields}
    return f'<script type="application/ld+json">{json.dumps(record)}</script>'
