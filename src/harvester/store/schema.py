"""The JSON Schema of an article, made from the type, with one sentence for each field."""

from typing import Any, Final

import msgspec

from harvester.models import Article
from harvester.store.articles import ARTICLE_SCHEMA

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

# Type and field -> what the value is. docs/article-format.md repeats each sentence (a test compares them).
FIELD_NOTES: Final = {
    "Article.schema": "Name and version of this format; a change that breaks readers raises the number.",
    "Article.id": "16 hex digits, made from the URL, or from the page's bytes when it has no URL.",
    "Article.url": "The page's address, after redirects; null for a saved file that does not say.",
    "Article.canonical_url": "The address the page itself calls canonical, absolute, on the same site only.",
    "Article.amp_url": "The address of the page's AMP version, absolute.",
    "Article.alternates": "The same article in other languages, as the page links to it.",
    "Article.site": "Name of the site as it calls itself.",
    "Article.kind": "news, initiative (declaration, proposal, joint statement), or other.",
    "Article.title": "The headline as printed, without the site's name.",
    "Article.subtitle": "The standfirst printed below the headline.",
    "Article.authors": "The people who wrote the text, as printed, in order; no agencies, no editors.",
    "Article.editors": "The people named as editors of the text.",
    "Article.agencies": "The organisations that the byline names: news agencies, desks, the site itself.",
    "Article.published": "When it was first published: ISO 8601, a day or a time; an offset where the page has one.",
    "Article.modified": "When it was last changed, in the same form.",
    "Article.languages": "Languages of the text as BCP 47 tags, the most used first.",
    "Article.reading_order": "The languages in the order in which their texts begin; empty when there is one language.",
    "Article.section": "The section of the site that the article stands in.",
    "Article.section_path": "The way from the site's top to the section, as a breadcrumb or a record tells it.",
    "Article.tags": "Keywords the page gives the article, without duplicates.",
    "Article.description": "The page's own summary, from its metadata.",
    "Article.images": "Pictures of the article, the lead picture first; no logos, no portraits of authors.",
    "Article.source": "Who published the text first, when this page is a repost.",
    "Article.licence": "The licence or reprint notice that the page gives for the text.",
    "Article.access": "free, metered or paywalled, where the page says so.",
    "Article.text": "Its blocks in order, paragraphs apart by a blank line; no headline, no standfirst, no captions.",
    "Article.blocks": "The same text as blocks, each with its role.",
    "Article.fetched_at": "When the page was fetched: ISO 8601, UTC.",
    "Article.page": "The bytes that the article was made from.",
    "Article.cleaning": "How the article was made from the page.",
    "Article.edition": "What a crawl knows of it beside the page; null when it was cleaned from a saved page.",
    "Article.page_type": "article, listing, product, forum, documentation, service or other; null for a text dump.",
    "Image.url": "Address of the picture, absolute where the page's address is known.",
    "Image.caption": "The caption printed with it.",
    "Image.credit": "The photographer or agency named with it.",
    "Image.alt": "The text that the markup gives for those who cannot see it.",
    "Alternate.lang": "Language as a BCP 47 tag, or x-default.",
    "Alternate.url": "Address of the article in this language, absolute.",
    "Source.name": "Name of the first publisher.",
    "Source.url": "Address of the first publication.",
    "Source.notice": "The line that says so, as printed.",
    "Source.title": "The headline that the text bore there.",
    "TextBlock.role": "Structure: heading, paragraph, list_item, quote, code, table (one row), caption or control.",
    "TextBlock.text": "The block's text; a line feed stands for a line break the author set.",
    "TextBlock.level": "1 to 6 for a heading; the depth from 1 for a list item; else null.",
    "TextBlock.lang": "Language of the block as a BCP 47 tag.",
    "PageRecord.sha256": "SHA-256 of the page's body, 64 hex digits.",
    "PageRecord.bytes": "Length of the page's body in bytes, decompressed.",
    "PageRecord.archive": "Where the page's bytes are kept, when they are.",
    "Archive.file": "File name of the archive.",
    "Archive.offset": "Where the record begins in it, in bytes; null when the file holds this page alone.",
    "Archive.digest": "Digest of the page's body, as the archive's record names it.",
    "Edition.version": "1 for the first; an edit of title or text raises it.",
    "Edition.previous": "File of the version before, relative to the article's own; null for the first.",
    "Edition.first_seen": "When the crawl first saw the article: ISO 8601, UTC.",
    "Edition.signals": "Opt-outs and licences that the site or page sends with it, as found.",
    "Edition.paywalled": "Whether the page says that this is only a part of the text.",
    "Cleaning.method": "What chose the text: classifier, classifier+trafilatura (second opinion), site-rules or dump.",
    "Cleaning.confidence": "0 to 1: the share of words that is right on such pages, as measured (mean word F1).",
    "Cleaning.quality": "`low` below a confidence of 0.75: look at the text before it is used; else `good`.",
    "Cleaning.version": "Version of harvester.",
    "Cleaning.rules": "Digests of tables, classifier and (+) the site's rules; with others the article may be stale.",
    "Cleaning.kept_chars": "Characters of the article's text.",
    "Cleaning.removed": "Characters of the page's visible text that were removed, by kind of boilerplate.",
    "Cleaning.memory": "Digest of the site memory that the page was cleaned with; null when there was none.",
}

# What the type cannot say.
CONSTRAINTS: Final[dict[str, dict[str, Any]]] = {
    "Article.schema": {"const": ARTICLE_SCHEMA},
    "Article.id": {"pattern": "^[0-9a-f]{16}$"},
    "PageRecord.sha256": {"pattern": "^[0-9a-f]{64}$"},
    "PageRecord.bytes": {"minimum": 0},
    "Edition.version": {"minimum": 1},
    "Cleaning.confidence": {"minimum": 0, "maximum": 1},
    "Cleaning.kept_chars": {"minimum": 0},
}


def article_schema() -> bytes:
    """Return the JSON Schema of `Article` as indented JSON, with a final newline."""
    schema = msgspec.json.schema(Article)
    types = {name: _described(name, definition) for name, definition in schema["$defs"].items()}
    whole = {"$schema": DIALECT, "$ref": schema["$ref"], "$defs": types}
    return msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n"


def _described(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of one type with its notes; every field is required, because None and () are written too."""
    if "properties" not in definition:
        return definition
    fields = {
        field: {"description": FIELD_NOTES[f"{name}.{field}"], **_without_default(shape)}
        | CONSTRAINTS.get(f"{name}.{field}", {})
        for field, shape in definition["properties"].items()
    }
    return {**definition, "properties": fields, "required": list(fields)}


def _without_default(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "default"}
