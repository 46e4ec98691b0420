"""The JSON Schema of an article, made from the type, with one sentence for each field."""

from typing import Any, Final

import msgspec

from harvester import models
from harvester.models import ARTICLE_SCHEMA, Article
from harvester.store.sparse import optional_fields

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
    "Article.blocks": "The same text as blocks, with what stands between them: pictures, embeds, separators.",
    "Article.fetched_at": "When the page was fetched: ISO 8601, UTC.",
    "Article.page": "The bytes that the article was made from.",
    "Article.cleaning": "How the article was made from the page.",
    "Article.edition": "What a crawl knows of it beside the page; null when it was cleaned from a saved page.",
    "Article.page_type": "article, listing, product, forum, documentation, service or other; null for a text dump.",
    "Article.published_at": "`published` as a moment in UTC; a day is its first moment.",
    "Article.published_precision": "How exact it is: day, minute or second.",
    "Article.published_zone_known": "Whether the page says the time zone; false: its clock was taken for UTC.",
    "Article.word_count": "Words of `text`; Han and kana letters count one each.",
    "Article.text_sha256": "SHA-256 of `text` in UTF-8, 64 hex digits.",
    "Article.simhash": "SimHash of `text`, 64 bits as 16 hex digits: near texts differ in few bits.",
    "Article.videos": "Videos of the article: shown in its text, or described by the page's records.",
    "Article.comments": "What readers wrote below it; empty unless `--comments` asks for them.",
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
