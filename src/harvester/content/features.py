"""What the block classifier sees: one row a block, one column a feature; all numbers are float32.

Features are relative to the page wherever that makes sense, so that pages of any size, language and script look
alike; lengths of CJK text count in words' worth (two characters a word). `FEATURES` names the columns.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from harvester.content.context import Columns, ancestry_columns, neighbour_columns, window_columns
from harvester.models import Document, Role
from harvester.outline import Outline
from harvester.rules import Rules, signature
from harvester.text import ends_sentence, fold

Matrix = NDArray[np.float32]

_PUNCTUATION = re.compile(r"[,，、;；:：]")
_STOPS = re.compile(r"[.!?。！？؟।](?:\s|$|[\"'”’」』)])|[。！？]")
_DIGITS = re.compile(r"\d")
_UPPER_WORD = re.compile(r"\b[A-Z][A-Za-z]")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_MARKS: Final = tuple("©|»›•·…@#/→▶✕")
_ROLES: Final = tuple(Role)
GROUPS: Final = ("prompt", "social", "recirculation", "chrome", "metadata", "notice", "media", "structure")
_POSITIVE = re.compile(
    r"\b(?:article|articles|story|stories|post|entry|content|contents|body|text|main|paragraph|detail|details|"
    r"news|blog|page|copy|richtext|prose|wysiwyg|markdown|editor|read|cuerpo|texto|contenido|artikel|inhalt)\b"
)
_STRONG_POSITIVE = re.compile(
    r"\b(?:article ?body|entry content|post content|article content|story body|article text|post body|"
    r"content body|main content|article main|story content|body copy|td post content|field name body|"
    r"article__body|articletext|articlebody|storybody|post entry|page content|rich text|text content)\b"
)
_SEMANTIC_TAGS: Final = "article main section aside nav header footer form figure table ul ol blockquote a p li details button label".split()


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one page."""

    names: tuple[str, ...]
    values: Matrix  # blocks x features


def feature_rows(document: Document, outline: Outline, rules: Rules, languages: frozenset[str]) -> Rows:
    """Return the feature rows of all blocks of a page."""
    columns: Columns = {}
    _add_own(columns, document, outline)
    _add_page(columns, document, outline)
    _add_marks(columns, document, rules, languages)
    ancestry_columns(columns, document, outline)
    window_columns(columns)
    neighbour_columns(columns)
    values = np.column_stack(list(columns.values())) if document.blocks else np.zeros((0, len(columns)))
    return Rows(tuple(columns), values.astype(np.float32))


def _add_own(columns: Columns, document: Document, outline: Outline) -> None:
    """Add what a block shows by itself."""
    blocks = document.blocks
    texts = [block.text for block in blocks]
    chars = np.array([len(text) for text in texts], dtype=np.float64)
    cjk = np.array([0 if text.isascii() else len(_CJK.findall(text)) for text in texts], dtype=np.float64)
    words = np.array([text.count(" ") + 1 for text in texts], dtype=np.float64) + cjk / 2
    columns["chars"] = np.log1p(chars + 2 * cjk)
    columns["words"] = np.log1p(words)
    columns["cjk_share"] = cjk / np.maximum(chars, 1)
    columns["link_share"] = np.array([block.link_chars for block in blocks]) / np.maximum(chars, 1)
    columns["strong_share"] = np.array([block.strong_chars for block in blocks]) / np.maximum(chars, 1)
    columns["digit_share"] = np.array([len(_DIGITS.findall(text)) for text in texts]) / np.maximum(chars, 1)
    columns["upper_share"] = np.array([len(_UPPER_WORD.findall(text)) for text in texts]) / np.maximum(words, 1)
    columns["commas"] = np.array([len(_PUNCTUATION.findall(text)) for text in texts], dtype=np.float64)
    columns["comma_rate"] = columns["commas"] / np.maximum(words, 1)
    columns["stops"] = np.array([len(_STOPS.findall(text)) for text in texts], dtype=np.float64)
    columns["stop_rate"] = columns["stops"] / np.maximum(words, 1)
    columns["ends_sentence"] = np.array([ends_sentence(text) for text in texts], dtype=np.float64)
    columns["ends_colon"] = np.array([text.endswith((":", "：")) for text in texts], dtype=np.float64)
    columns["starts_lower"] = np.array([text[0].islower() for text in texts], dtype=np.float64)
    columns["all_caps"] = np.array([text.isupper() for text in texts], dtype=np.float64)
    columns["word_length"] = chars / np.maximum(words, 1)
    columns["lines"] = np.array([text.count("\n") for text in texts], dtype=np.float64)
    columns["spans"] = np.array([len(block.spans) for block in blocks], dtype=np.float64)
    columns["level"] = np.array([block.level or 0 for block in blocks], dtype=np.float64)
    for mark in _MARKS:
        columns[f"mark_{ord(mark):x}"] = np.array([mark in text for text in texts], dtype=np.float64)
    for role in _ROLES:
        columns[f"role_{role}"] = np.array([block.role is role for block in blocks], dtype=np.float64)
    columns["prose"] = np.array(outline.prose_chars, dtype=np.float64)


def _add_page(columns: Columns, document: Document, outline: Outline) -> None:
    """Add where the block stands on the page, and what the page says of it elsewhere."""
    blocks = document.blocks
    count = len(blocks)
    index = np.arange(count, dtype=np.float64)
    prose = columns["prose"]
    total = max(float(prose.sum()), 1.0)
    before = np.concatenate(([0.0], np.cumsum(prose)[:-1])) if count else prose
    columns["position"] = index / max(count, 1)
    columns["prose_before"] = before / total
    columns["prose_share"] = prose / total
    columns["blocks"] = np.full(count, np.log1p(count))
    columns["page_prose"] = np.full(count, np.log1p(total))
    columns["page_links"] = np.full(count, sum(b.link_chars for b in blocks) / max(sum(len(b.text) for b in blocks), 1))
    h1 = next((i for i, b in enumerate(blocks) if b.role is Role.HEADING and b.level == 1), -1)
    columns["from_h1"] = np.sign(index - h1) * np.log1p(np.abs(index - h1)) if h1 >= 0 else np.full(count, np.nan)
    longest = int(np.argmax(prose)) if count else 0
    columns["from_longest"] = np.sign(index - longest) * np.log1p(np.abs(index - longest))
    texts = Counter(block.text for block in blocks)
    columns["twins"] = np.array([texts[block.text] - 1 for block in blocks], dtype=np.float64)
    _add_matches(columns, document)
    _add_page_type(columns, document)


def _add_matches(columns: Columns, document: Document) -> None:
    folded = [fold(block.text) for block in document.blocks]
    title = fold(document.title or "")
    descriptions = [fold(meta.content) for meta in document.metas if meta.name in _DESCRIPTIONS]
    data = fold(" ".join(script.text for script in document.scripts if "ld+json" in script.type)[:_MAX_DATA_CHARS])
    columns["in_title"] = np.array([bool(text) and text in title for text in folded], dtype=np.float64)
    columns["in_description"] = np.array(
        [any(text[:60] in d for d in descriptions) for text in folded], dtype=np.float64
    )
    columns["in_data"] = np.array([len(text) > 30 and text[:60] in data for text in folded], dtype=np.float64)
    columns["has_data_body"] = np.full(len(folded), float("articlebody" in data))


_DESCRIPTIONS: Final = frozenset({"description", "og:description", "twitter:description"})
_MAX_DATA_CHARS: Final = 200_000


def _add_page_type(columns: Columns, document: Document) -> None:
    """Add what kind of page it says it is: a forum's posts and a shop's rows are content there and not elsewhere."""
    count = len(document.blocks)
    og_type = next((meta.content for meta in document.metas if meta.name == "og:type"), "")
    data = " ".join(script.text for script in document.scripts if "ld+json" in script.type)
    columns["og_article"] = np.full(count, float(og_type == "article"))
    columns["og_product"] = np.full(count, float("product" in og_type))
    for name in (
        "Article",
        "NewsArticle",
        "BlogPosting",
        "Product",
        "DiscussionForumPosting",
        "QAPage",
        "ItemList",
        "Recipe",
    ):
        columns[f"ld_{name}"] = np.full(count, float(f'"{name}"' in data))
    columns["articles"] = np.full(count, float(sum(element.tag == "article" for element in document.elements)))
    columns["h1s"] = np.full(
        count, float(sum(block.level == 1 and block.role is Role.HEADING for block in document.blocks))
    )


def _add_marks(columns: Columns, document: Document, rules: Rules, languages: frozenset[str]) -> None:
    """Add what markup and wording say: for each group of kinds, how near a container of it is, and a wording's hit."""
    places = _Places(document, rules)
    for column, values in places.columns().items():
        columns[column] = values
    wordings = np.zeros((len(document.blocks), len(GROUPS)))
    for index, block in enumerate(document.blocks):
        for hit in rules.lines(block.text, languages):
            wordings[index, GROUPS.index(rules.kinds[hit.kind].group)] = 1
    for number, group in enumerate(GROUPS):
        columns[f"wording_{group}"] = wordings[:, number]
    columns["wording"] = wordings.max(axis=1, initial=0)
    last = np.zeros(len(GROUPS))
    under = np.zeros_like(wordings)
    for index, block in enumerate(document.blocks):
        if block.role is Role.HEADING:
            last = wordings[index]
        under[index] = last
    for number, group in enumerate(GROUPS):
        columns[f"under_{group}"] = under[:, number]


class _Places:
    """Distances from a block to the nearest container around it that says something."""

    def __init__(self, document: Document, rules: Rules) -> None:
        self._document = document
        elements = document.elements
        names = [
            *(f"place_{group}" for group in GROUPS),
            "positive",
            "strong_positive",
            "body_prop",
            *(f"in_{t}" for t in _SEMANTIC_TAGS),
        ]
        self._names = names
        far = 30.0
        table = np.full((len(elements) + 1, len(names)), far)
        for index, element in enumerate(elements):
            row = table[element.parent] + 1 if element.parent >= 0 else np.full(len(names), far)
            row = np.minimum(row, far)
            words = signature(element)
            if words:
                for hit in rules.places(words):
                    row[GROUPS.index(rules.kinds[hit.kind].group)] = 0
                if _POSITIVE.search(words):
                    row[len(GROUPS)] = 0
                if _STRONG_POSITIVE.search(words):
                    row[len(GROUPS) + 1] = 0
            if "articleBody" in element.itemprop:
                row[len(GROUPS) + 2] = 0
            if element.tag in _TAG_COLUMNS:
                row[len(GROUPS) + 3 + _TAG_COLUMNS[element.tag]] = 0
            table[index] = row
        self._table = table

    def columns(self) -> Columns:
        at = np.array([block.element for block in self._document.blocks], dtype=np.int64)
        rows = self._table[at] if len(at) else self._table[:0]
        return {name: rows[:, number] for number, name in enumerate(self._names)}


_TAG_COLUMNS: Final = {tag: number for number, tag in enumerate(_SEMANTIC_TAGS)}
