"""Features of a block by itself: its length, letters, marks, links and role."""

import re
from typing import Final

import numpy as np

from harvester.content.columns import Columns, column
from harvester.models import Block, Document, Role
from harvester.outline import Outline
from harvester.text import ends_sentence

_COMMA = re.compile(r"[,，、;；:：]")
_STOP = re.compile(r"[.!?…؟।](?=\s|$|[\"'”’»」』)])|[。！？]")
_DIGIT = re.compile(r"\d")
_CAPITALISED = re.compile(r"(?<![^\s\"'(])[A-ZÀ-ÞА-Я]\w")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7af]")
# Each stands where prose has none: copyright lines, menus, crumbs, bullets, handles.
_MARKS: Final = {"copyright": "©", "bar": "|", "crumb": "»", "dot": "·", "at": "@", "arrow": "→", "ellipsis": "…"}
_ROLES: Final = tuple(Role)


def own_columns(document: Document, outline: Outline) -> Columns:
    """Return what each block shows without its surroundings."""
    blocks = document.blocks
    texts = [block.text for block in blocks]
    chars = column(len(text) for text in texts)
    cjk = column(0 if text.isascii() else len(_CJK.findall(text)) for text in texts)
    words = column(text.count(" ") + 1 for text in texts) + cjk / 2
    length = np.maximum(chars, 1)
    commas = column(len(_COMMA.findall(text)) for text in texts)
    stops = column(len(_STOP.findall(text)) for text in texts)
    columns = {
        "chars": np.log1p(chars + 2 * cjk),
        "words": np.log1p(words),
        "word_length": chars / np.maximum(words, 1),
        "cjk_share": cjk / length,
        "link_share": column(block.link_chars for block in blocks) / length,
        "strong_share": column(block.strong_chars for block in blocks) / length,
        "digit_share": column(len(_DIGIT.findall(text)) for text in texts) / length,
        "capital_share": column(len(_CAPITALISED.findall(text)) for text in texts) / np.maximum(words, 1),
        "commas": commas,
        "comma_share": commas / np.maximum(words, 1),
        "stops": stops,
        "stop_share": stops / np.maximum(words, 1),
        "ends_sentence": column(ends_sentence(text) for text in texts),
        "ends_colon": column(text.endswith((":", "：")) for text in texts),
        "starts_lower": column(text[0].islower() for text in texts),
        "lines": column(text.count("\n") for text in texts),
        "spans": column(len(block.spans) for block in blocks),
        "links": column(_links(block) for block in blocks),
        "level": column(block.level or 0 for block in blocks),
        "prose": column(outline.prose_chars),
    }
    for name, mark in _MARKS.items():
        columns[f"mark_{name}"] = column(mark in text for text in texts)
    for role in _ROLES:
        columns[f"role_{role}"] = column(block.role is role for block in blocks)
    return columns


def _links(block: Block) -> int:
    return sum(span.tag == "a" for span in block.spans)
