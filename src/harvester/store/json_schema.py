"""The JSON Schema of an article, made from the type, with one sentence for each field."""

from typing import Any, Final

import msgspec

from harvester import models
from harvester.models import ARTICLE_NOTES, ARTICLE_SCHEMA, Article
from harvester.store.sparse_json import optional_fields

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

# Type and field -> what the value is; what is said of an article's own fields is beside them.
# docs/article-format.md repeats each sentence (a test compares them).
FIELD_NOTES: Final = {f"Article.{name}": note for name, note in ARTICLE_NOTES.items()} | {
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
    "Video.url": "Absolute address of the video's page, else of the player or file.",
    "Video.provider": "Its host, without `www.`.",
    "Video.title": "What it is called.",
    "Video.thumbnail_url": "Absolute address of its picture.",
    "Video.duration_s": "How long it is, in seconds.",
    "Comment.text": "What the reader wrote; a line feed parts its paragraphs.",
    "Comment.author": "The name that it is signed with.",
    "Comment.date": "When: ISO 8601 where it can be read, else as printed (2 days ago).",
    "Comment.depth": "0 for a comment on the article, 1 for a reply to one, and so on.",
    "TextBlock.role": "What the block is; see above.",
    "TextBlock.text": "The block's text; a line feed is a line break, a line of code or the end of a table's row.",
    "TextBlock.level": "1 to 6 of a heading; depth from 1 of what stands in the text as an item of a list; else null.",
    "TextBlock.lang": "Language of the block as a BCP 47 tag.",
    "TextBlock.marks": "What is said of stretches of the text: links, emphasis; a table has them in its cells.",
    "TextBlock.ordered": "Of a list item: whether the list is numbered.",
    "TextBlock.number": "Of an item of a numbered list: its number, as the page prints it.",
    "TextBlock.term": "Of a definition: whether it is the term, not what it means.",
    "TextBlock.cite": "Of a quote: where it is from.",
    "TextBlock.code": "Of code: its language, and its lines as written.",
    "TextBlock.table": "Of a table: its cells.",
    "TextBlock.figure": "Of a figure: the picture.",
    "TextBlock.embed": "Of an embed: what is shown.",
    "TextBlock.tex": "Of a formula: TeX, where the page has it.",
    "TextBlock.footnote": "Of a footnote: what it is known by.",
    "TextBlock.in_text": "False for a footnote that the text calls but does not hold.",
    "Mark.kind": "What is said of the stretch; see above.",
    "Mark.start": "Where it begins, in code points from the beginning of the text.",
    "Mark.end": "Where it ends, exclusive.",
    "Mark.url": "Of a link: its address, absolute (http, https, mailto, tel), or `#...` on the page itself.",
    "Mark.title": "Of a link: the title that the markup gives.",
    "Mark.rel": "Of a link: nofollow, sponsored and so on, as the page says it.",
    "Mark.value": "Of ruby the reading, abbr the long form, lang the BCP 47 tag, formula TeX, footnote its key.",
    "Cell.text": "The cell on one line.",
    "Cell.header": "Whether it is a heading of its row or column.",
    "Cell.colspan": "Columns that it spans.",
    "Cell.rowspan": "Rows that it spans; it stands in the first of them only.",
    "Cell.marks": "As those of a block, over the cell's text.",
    "Table.rows": "Its rows, each a list of cells.",
    "Table.caption": "The caption printed with it.",
    "Figure.url": "Absolute address of the picture; null where only its caption is left, as in a text dump.",
    "Figure.alt": "The text that the markup gives for those who cannot see it.",
    "Figure.width": "CSS pixels, where the markup says.",
    "Figure.height": "CSS pixels, where the markup says.",
    "Figure.caption": "The caption printed with it.",
    "Figure.credit": "The photographer or agency named with it.",
    "Embed.kind": "post, video, audio, map, document or other.",
    "Embed.provider": "The host that it is from, without `www.`.",
    "Embed.url": "Absolute address: of the post or video itself where the page tells it, else of the player.",
    "Embed.title": "What the markup calls it.",
    "Embed.text": "What the page shows without scripts, where that is no part of the text.",
    "Code.language": "Lower case, as the page's highlighter calls it: python, c++.",
    "Code.source": "The lines as written, where they differ from the text: tabs, blanks at their ends.",
    "Cite.text": "Who or what is named with the quotation.",
    "Cite.url": "Absolute address of where it is from.",
    "Footnote.key": "Its name in this article; the marks that call it have it as their value.",
    "Footnote.mark": "Its number or sign, as printed.",
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
    "Cleaning.rules": "Digests of tables, classifier, (+) site's rules, (+) comments if read; others may be stale.",
    "Cleaning.kept_chars": "Characters of the article's text.",
    "Cleaning.removed": "Characters of the page's visible text that were removed, by kind of boilerplate.",
    "Cleaning.memory": "Digest of the site memory that the page was cleaned with; null when there was none.",
}

_MOMENT: Final = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"
# What the type cannot say.
CONSTRAINTS: Final[dict[str, dict[str, Any]]] = {
    "Article.schema": {"const": ARTICLE_SCHEMA},
    "Article.id": {"pattern": "^[0-9a-f]{16}$"},
    "Article.published_at": {"pattern": _MOMENT},
    "Article.word_count": {"minimum": 0},
    "Article.text_sha256": {"pattern": "^[0-9a-f]{64}$"},
    "Article.simhash": {"pattern": "^[0-9a-f]{16}$"},
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
    """Return the schema of one type with its notes; what is always written is required, None and () too."""
    if "properties" not in definition:
        return definition
    fields = {
        field: {"description": FIELD_NOTES[f"{name}.{field}"], **_without_default(shape)}
        | CONSTRAINTS.get(f"{name}.{field}", {})
        for field, shape in definition["properties"].items()
    }
    optional = optional_fields(getattr(models, name))
    return {**definition, "properties": fields, "required": [field for field in fields if field not in optional]}


def _without_default(shape: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in shape.items() if key != "default"}
