"""True text that rules took."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator

from harvester.models import Block, Removed

# Rules that took a block; the other removals are the content step's.
RULE_STEPS = ("place", "wording", "tail", "orphan", "dump", "site-memory")
# A shorter line ("Share", "2024") stands in a true text by accident, so it must be a whole line there.
MIN_INNER_CHARS = 25


def fold(text: str) -> str:
    """Return `text` for comparison: NFKC, case folded, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def lost_to_rules(truth: str, text: str, blocks: Iterable[Block]) -> Counter[str]:
    """Return, by rule, the characters of `truth` (folded) in a block that it removed, which stand nowhere in `text`.

    A character lost to several rules counts for the first.
    """
    body, kept = fold(truth), fold(text)
    lines = {fold(line) for line in truth.splitlines()}
    lost: dict[int, str] = {}  # place in `body` -> rule
    for line, rule in _removed_by_rules(blocks):
        for piece in _pieces(line, body, lines):
            if piece not in kept:
                start = body.find(piece)
                lost = dict.fromkeys(range(start, start + len(piece)), rule) | lost
    return Counter(lost.values())


def _removed_by_rules(blocks: Iterable[Block]) -> Iterator[tuple[str, str]]:
    """Yield the folded lines that rules removed, each with its rule."""
    for block in blocks:
        if isinstance(block.verdict, Removed) and block.verdict.rule.partition(":")[0] in RULE_STEPS:
            yield from ((line, block.verdict.rule) for line in map(fold, block.text.split("\n")) if line)


def _pieces(line: str, body: str, lines: set[str]) -> Iterator[str]:
    """Yield what of a removed line is true text: all of it, or the true lines that it holds."""
    if line in lines or (len(line) >= MIN_INNER_CHARS and line in body):
        yield line
    elif len(line) > MIN_INNER_CHARS:
        yield from (inner for inner in lines if len(inner) >= MIN_INNER_CHARS and inner in line)
