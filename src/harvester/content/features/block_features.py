"""Features of a block by itself: its length, letters, marks, links and role."""

import numpy as np

from harvester.content.features.matrix import Columns
from harvester.models import PAGE_ROLES
from harvester.outline import Outline
from harvester.outline.block_numbers import MARKS


def own_columns(outline: Outline) -> Columns:
    """Return what each block shows without its surroundings; a block that was cut out shows no text."""
    seen = outline.block_numbers
    chars = np.where(seen.cut, 0, seen.chars).astype(np.float64)
    length = np.maximum(chars, 1)
    words = np.where(chars > 0, seen.spaces + 1.0, 0) + seen.cjk / 2
    some_words = np.maximum(words, 1)
    columns = {
        "chars": np.log1p(chars + 2 * seen.cjk),
        "words": np.log1p(words),
        "word_length": chars / some_words,
        "cjk_share": seen.cjk / length,
        "link_share": seen.linked / np.maximum(seen.chars, 1),
        "strong_share": seen.strong / length,
        "digit_share": seen.digits / length,
        "capital_share": seen.capitals / some_words,
        "commas": seen.commas.astype(np.float64),
        "comma_share": seen.commas / some_words,
        "stops": seen.stops.astype(np.float64),
        "stop_share": seen.stops / some_words,
        "ends_sentence": seen.last_end.astype(np.float64),
        "ends_colon": seen.last_colon.astype(np.float64),
        "starts_lower": seen.first_small.astype(np.float64),
        "lines": seen.lines.astype(np.float64),
        "spans": seen.spans.astype(np.float64),
        "links": seen.anchors.astype(np.float64),
        "level": seen.level.astype(np.float64),
        "prose": seen.prose.astype(np.float64),
    }
    for number, name in enumerate(MARKS):
        columns[f"mark_{name}"] = (seen.marks >> number & 1).astype(np.float64)
    for number, role in enumerate(PAGE_ROLES):
        columns[f"role_{role}"] = (seen.role == number).astype(np.float64)
    return columns
