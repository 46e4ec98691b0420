"""Whether an article was edited, and what was: pure, over two articles."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Final

from harvester.models import Article, Role, TextBlock
from harvester.text import collapse

# "1,234 views", "5 minutes ago": a line that short which differs in its digits only is a counter that cleaning left in.
MAX_COUNTER_CHARS: Final = 40
_DIGITS: Final = re.compile(r"\d+(?:[.,:\u00a0\u202f ]\d+)*")
_TOKEN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\w+|\s+|[^\w\s]")
_MAX_TOKENS: Final = 3_000  # of a block: comparing takes time with the square of them
_MIN_LIKENESS: Final = 0.4  # of two blocks, from which one is an edit of the other


def is_new_version(old: Article, new: Article) -> bool:
    """Say whether `new` is an edit of `old`: another title, subtitle or text.

    White space, the roles of blocks and what was removed do not count, nor do counters in short lines. The same page
    cleaned by other rules is no edit.
    """
    if old.page.sha256 == new.page.sha256:
        return False
    if (_line(old.title), _line(old.subtitle)) != (_line(new.title), _line(new.subtitle)):
        return True
    return _running_text(old) != _running_text(new)


def _line(text: str | None) -> str:
    return collapse(text or "")


def _running_text(article: Article) -> str:
    """Return the text as compared: on one line, however it is cut into blocks."""
    return collapse(" ".join(_without_counter(block) for block in article.blocks))


def _without_counter(block: TextBlock) -> str:
    if block.role is Role.HEADING or len(block.text) > MAX_COUNTER_CHARS:
        return block.text
    return _DIGITS.sub("0", block.text)


# ── what was edited ───────────────────────────────────────────────────────────────────────────


def readable_diff(old: Article, new: Article) -> str:
    """Return what was edited, as lines for people: "" when nothing was.

    Fields first, then the text, block by block: `- ` was there, `+ ` is there now, `~ ` was changed inside, with
    [-what went-] and {+what came+}; `  ...` stands for blocks that stayed.
    """
    fields = ((name, getattr(old, name), getattr(new, name)) for name in _FIELDS)
    lines = [f"{name}: {_change(_said(before), _said(after))}" for name, before, after in fields if before != after]
    body = list(_text_lines(old.blocks, new.blocks))
    if lines and body:
        lines.append("")
    return "".join(f"{line}\n" for line in (*lines, *body))


_FIELDS: Final = ("title", "subtitle", "authors", "published", "modified", "section", "canonical_url", "licence")


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _text_lines(old: tuple[TextBlock, ...], new: tuple[TextBlock, ...]) -> Iterator[str]:
    before, after = ([_shown(block) for block in blocks] for blocks in (old, new))
    lines = SequenceMatcher(None, list(map(collapse, before)), list(map(collapse, after)), autojunk=False)
    steps = lines.get_opcodes()
    if all(step[0] == "equal" for step in steps):
        return
    for kind, start, end, new_start, new_end in steps:
        if kind == "equal":
            count = end - start
            yield f"  ... {count:,} {'block' if count == 1 else 'blocks'} unchanged"
        else:
            yield from _edited(before[start:end], after[new_start:new_end])


def _shown(block: TextBlock) -> str:
    mark = "#" * (block.level or 2) + " " if block.role is Role.HEADING else ""
    return mark + block.text.replace("\n", " / ")


def _edited(before: list[str], after: list[str]) -> Iterator[str]:
    """Yield the lines of a stretch that was changed: blocks that are alike as edits, the others as gone or new."""
    while before and after:
        pair = _first_alike(before, after)
        if pair is None:
            break
        gone, came = pair
        yield from (f"- {line}" for line in before[:gone])
        yield from (f"+ {line}" for line in after[:came])
        yield f"~ {_change(before[gone], after[came])}"
        before, after = before[gone + 1 :], after[came + 1 :]
    yield from (f"- {line}" for line in before)
    yield from (f"+ {line}" for line in after)


_MAX_PAIRS: Final = 400  # of blocks looked at; a text that was rewritten is shown as such


def _first_alike(before: list[str], after: list[str]) -> tuple[int, int] | None:
    pairs = ((gone, came) for gone in range(len(before)) for came in range(len(after)))
    for count, (gone, came) in enumerate(pairs):
        if count >= _MAX_PAIRS:
            return None
        if _likeness(before[gone], after[came]) >= _MIN_LIKENESS:
            return gone, came
    return None


def _likeness(a: str, b: str) -> float:
    """Return how much of their words two blocks share, 0 to 1 (Dice)."""
    first, second = (set(_TOKEN.findall(text.casefold())) for text in (a, b))
    return 2 * len(first & second) / max(len(first) + len(second), 1)


def _change(before: str, after: str) -> str:
    """Return one text with what went and what came marked in it."""
    if not before or not after:
        return f"[-{before}-]" * bool(before) + f"{{+{after}+}}" * bool(after)
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > _MAX_TOKENS:
        return f"[-{before}-]{{+{after}+}}"
    pieces = []
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        went, came = "".join(old[start:end]), "".join(new[new_start:new_end])
        pieces.append(went if kind == "equal" else f"[-{went}-]" * bool(went) + f"{{+{came}+}}" * bool(came))
    return "".join(pieces)
