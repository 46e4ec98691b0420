"""Whether an article was edited, and what was: pure, over two articles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class BlockEdit:
    """One step from one text to another."""

    before: str | None  # the block that went, or was edited; None: a new one came
    after: str | None  # the block that came, or what it was edited to; None: it went
    unchanged: int = 0  # above 0: so many blocks stayed, and the others are None


@dataclass(frozen=True, slots=True)
class WordEdit:
    """A run of words that stayed, or was replaced."""

    before: str
    after: str
    kept: bool = False


def is_new_version(old: Article, new: Article) -> bool:
    """Return whether `new` is an edit of `old`: another title, subtitle or text.

    White space, the roles of blocks and what was removed do not count, nor do counters in short lines. The same page
    cleaned by other rules is no edit.
    """
    if old.page.sha256 == new.page.sha256:
        return False
    if (_line(old.title), _line(old.subtitle)) != (_line(new.title), _line(new.subtitle)):
        return True
    return _running_text(old) != _running_text(new)


def counted_lines(old: Article, new: Article) -> frozenset[int]:
    """Return which lines of a text have another number now, where nothing else is another one; none else."""
    if (_line(old.title), _line(old.subtitle)) != (_line(new.title), _line(new.subtitle)):
        return frozenset()
    before, after = (
        [(block.role, collapse(block.text)) for block in article.blocks if block.in_text] for article in (old, new)
    )
    if len(before) != len(after):
        return frozenset()
    changed = {at: pair for at, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]}
    same = (one == other and one[0] is not Role.HEADING for one, other in map(_without_numbers, changed.values()))
    return frozenset(changed) if all(same) else frozenset()


def _without_numbers(pair: tuple[tuple[Role, str], tuple[Role, str]]) -> list[tuple[Role, str]]:
    return [(role, _DIGITS.sub("0", text)) for role, text in pair]


def _line(text: str | None) -> str:
    return collapse(text or "")


def _running_text(article: Article) -> str:
    """Return the text as compared: on one line, however it is cut into blocks."""
    return collapse(" ".join(_without_counter(block) for block in article.blocks))


def _without_counter(block: TextBlock) -> str:
    if block.role is Role.HEADING or not block.in_text:
        return block.text if block.in_text else ""
    lines = block.text.split("\n") if block.role is Role.TABLE else [block.text]
    return "\n".join(line if len(line) > MAX_COUNTER_CHARS else _DIGITS.sub("0", line) for line in lines)


# ── what was edited ───────────────────────────────────────────────────────────────────────────


def readable_diff(old: Article, new: Article) -> str:
    """Return what was edited, as lines for people: "" when nothing was.

    Fields first, then the text, block by block: `- ` was there, `+ ` is there now, `~ ` was changed inside, with
    [-what went-] and {+what came+}; `  ...` means blocks that stayed.
    """
    fields = ((name, getattr(old, name), getattr(new, name)) for name in _FIELDS)
    lines = [f"{name}: {_change(_said(before), _said(after))}" for name, before, after in fields if before != after]
    body = list(_text_lines(_read(old), _read(new)))
    if lines and body:
        lines.append("")
    return "".join(f"{line}\n" for line in (*lines, *body))


_FIELDS: Final = ("title", "subtitle", "authors", "published", "modified", "section", "canonical_url", "licence")


def _said(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _read(article: Article) -> tuple[TextBlock, ...]:
    return tuple(block for block in article.blocks if block.text and block.in_text)


def _text_lines(old: tuple[TextBlock, ...], new: tuple[TextBlock, ...]) -> Iterator[str]:
    edits = tuple(block_edits(tuple(map(shown_block, old)), tuple(map(shown_block, new))))
    if any(edit.unchanged == 0 for edit in edits):
        yield from map(_edit_line, edits)


def _edit_line(edit: BlockEdit) -> str:
    if edit.unchanged:
        return f"  ... {edit.unchanged:,} {'block' if edit.unchanged == 1 else 'blocks'} unchanged"
    if edit.before is None or edit.after is None:
        return f"+ {edit.after}" if edit.before is None else f"- {edit.before}"
    return f"~ {_change(edit.before, edit.after)}"


# ── block by block, word by word ──────────────────────────────────────────────────────────────


def block_edits(before: Sequence[str], after: Sequence[str]) -> Iterator[BlockEdit]:
    """Yield how one list of blocks became another; white space does not count."""
    lines = SequenceMatcher(None, list(map(collapse, before)), list(map(collapse, after)), autojunk=False)
    for kind, start, end, new_start, new_end in lines.get_opcodes():
        if kind == "equal":
            yield BlockEdit(None, None, end - start)
        else:
            yield from _edited(before[start:end], after[new_start:new_end])


def word_edits(before: str, after: str) -> Iterator[WordEdit]:
    """Yield how one text became another, in order; texts of more than `_MAX_TOKENS` words are not taken apart."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(old), len(new)) > _MAX_TOKENS:
        yield WordEdit(before, after)
        return
    for kind, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        went, came = "".join(old[start:end]), "".join(new[new_start:new_end])
        yield WordEdit(went, went, kept=True) if kind == "equal" else WordEdit(went, came)


def shown_block(block: TextBlock) -> str:
    """Return a block on one line, a heading with the marks of Markdown."""
    mark = "#" * (block.level or 2) + " " if block.role is Role.HEADING else ""
    return mark + block.text.replace("\n", " / ")


def _edited(before: Sequence[str], after: Sequence[str]) -> Iterator[BlockEdit]:
    """Yield a stretch that was changed: blocks that are alike as edits, the others as gone or new."""
    while before and after:
        pair = _first_alike(before, after)
        if pair is None:
            break
        gone, came = pair
        yield from (BlockEdit(block, None) for block in before[:gone])
        yield from (BlockEdit(None, block) for block in after[:came])
        yield BlockEdit(before[gone], after[came])
        before, after = before[gone + 1 :], after[came + 1 :]
    yield from (BlockEdit(block, None) for block in before)
    yield from (BlockEdit(None, block) for block in after)


_MAX_PAIRS: Final = 400  # of blocks looked at; a text that was rewritten is shown as such


def _first_alike(before: Sequence[str], after: Sequence[str]) -> tuple[int, int] | None:
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
    return "".join(
        edit.before
        if edit.kept
        else f"[-{edit.before}-]" * bool(edit.before) + f"{{+{edit.after}+}}" * bool(edit.after)
        for edit in word_edits(before, after)
    )
