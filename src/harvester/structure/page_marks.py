"""The marks of all blocks of an article at once: compiled, for what is as on most pages."""

from collections.abc import Sequence
from dataclasses import fields
from functools import partial
from typing import Any, Final

from harvester.dom import FORMULA, READING, TEX, MarkTerms, marks_in
from harvester.models import Mark, MarkKind, TextBlock
from harvester.structure.inlines import MAX_LOOKS, Inline
from harvester.structure.markup_tokens import attributes_of, tag_of
from harvester.structure.text_marks import DRAWN, KIND_OF, MAX_MARKS, Surrounding, link_says, marks_of_tag

WRAPPERS: Final = frozenset({"a", "b", "strong", "i", "em", "s", "del", "ins", "mark"})  # that may hold whole blocks
_DEPENDING: Final = frozenset({READING, TEX, FORMULA, "lang"})  # attributes whose meaning the block decides, or others
# Kinds that are joined with equal neighbours, and never empty.
_PLAIN: Final = frozenset(MarkKind) - {
    MarkKind.RUBY,
    MarkKind.ABBR,
    MarkKind.LANG,
    MarkKind.FORMULA,
    MarkKind.FOOTNOTE,
}
_SPECIAL: Final = frozenset({"ruby", "math"})  # tags that say more than nothing by themselves, and are no kind
_SAYS_NOTHING: Final = ()
_FIELDS: Final = tuple((field.name, field.default) for field in fields(TextBlock))
_TERMS: Final = MarkTerms(Mark, MarkKind.STRONG, WRAPPERS, MAX_MARKS, MAX_LOOKS, TextBlock, _FIELDS)

# A paragraph or heading as the article has it; the marks of others; None: it is read interpreted.
Known = TextBlock | tuple[Mark, ...] | None


def page_marks(settled: Sequence[tuple[Any, ...]], base: str | None) -> Sequence[Known]:
    """Return what is known of each settled block of an article without footnotes."""
    by = partial(_meaning, around=Surrounding(base, None, {}))
    found = marks_in(list(settled), by, _TERMS)
    return (None,) * len(settled) if found is None else found


def _meaning(token: str, around: Surrounding) -> tuple[Any, ...] | None:
    """Return kind, url, title, rel and value of the mark that a start tag makes; () for none.

    None where that depends on more than the tag, or where it makes several.
    """
    tag = tag_of(token)
    if " " not in token and tag not in _SPECIAL:
        kind = KIND_OF.get(tag)
        return _SAYS_NOTHING if kind is None else (kind, None, None, (), None)
    attributes = attributes_of(token)
    if tag == "ruby" or (attributes and _is_depending(attributes)):
        return None
    if tag == "a":
        said = link_says(attributes, around.base) if "href" in attributes else None
        return _SAYS_NOTHING if said is None else (MarkKind.LINK, *said, None)
    found = [*marks_of_tag(Inline(tag, 0, 0, 1, 0), attributes, around)]
    if not found:
        return _SAYS_NOTHING
    first = found[0]
    return (first.kind, *first[4:]) if len(found) == 1 and first.kind in _PLAIN else None


def _is_depending(attributes: dict[str, str]) -> bool:
    return not _DEPENDING.isdisjoint(attributes) or DRAWN.search(attributes.get("class") or "") is not None
