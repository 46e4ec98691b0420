"""What a text holds that it should not, and what it lost: one-line boilerplate, and true text that rules took.

`external_share` runs another program with the same question, so that two counts can be held against each other.
"""

import json
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from harvester.models import Block, Removed
from harvester.rules import load_rules

# These may rightly stand in a body, or cannot be told by their wording alone.
NOT_STRICT = frozenset(
    "byline_meta caption section_label footnotes correction_note hard_wrap ai_summary_keypoints breadcrumb author_bio "
    "paywall_prompt".split()
)
# Rules that took a block; the other removals are the content step's.
RULE_STEPS = ("place", "wording", "tail", "orphan", "dump", "site-memory")
# A shorter line ("Share", "2024") stands in a true text by accident, so it must be a whole line there.
MIN_INNER_CHARS = 25
_SUMMARY = re.compile(r"pages (\d+), with a strict leak (\d+)")


def fold(text: str) -> str:
    """Return `text` for comparison: NFKC, case folded, without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def strict_leaks(text: str, truth: str, lang: str) -> frozenset[str]:
    """Return the strict kinds of boilerplate whose wordings, weak ones too, fit a line of `text` not in `truth`."""
    body, rules = fold(truth), load_rules()
    found: set[str] = set()
    for raw in text.splitlines():
        line = unicodedata.normalize("NFKC", raw).strip()
        if line and fold(line) not in body:
            found.update(hit.kind for hit in rules.lines(line, frozenset({lang})))
    return frozenset(found - NOT_STRICT)


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


def external_share(program: Path, truth: Path, output: Path) -> tuple[int, int]:
    """Return (pages with a strict leak, pages) as `program` counts them.

    `program` is a Python file that takes two JSONL files, a line a page with "id" and "text" (the truth also with
    "lang"), and prints as its last line "pages N, with a strict leak M".
    """
    command = [sys.executable, str(program), str(truth), str(output)]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    match = _SUMMARY.search(printed)
    if match is None:
        sys.exit(f"{program} printed no line 'pages N, with a strict leak M'")
    return int(match[2]), int(match[1])


def write_rows(path: Path, rows: Iterable[dict[str, str | None]]) -> None:
    """Write a JSONL file, a line a row; half a surrogate pair, which no UTF-8 file holds, becomes a "?"."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n" for row in rows)
    path.write_bytes(b"".join(lines))
