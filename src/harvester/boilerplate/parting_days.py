"""Days that part a text: the entries of a diary or a chronicle. Each looks like the line below a headline."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from harvester.metadata.lookup.date_text import find_dates
from harvester.models import Block, Removed, Role
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon

_MIN_DAYS: Final = 2
_MAX_CHARS: Final = 40
_ROLES: Final = frozenset({Role.HEADING, Role.PARAGRAPH})


def parting_days(
    blocks: Sequence[Block], labels: Mapping[int, Removed], body: Collection[int], lexicon: Lexicon
) -> frozenset[int]:
    """Return those of the labelled blocks of the body that part it: two or more different days, set alike.

    Behind each there is text of the body. None stands right below a heading, as it does where posts are listed, and at
    least one is behind text.
    """
    bylines = [at for at, label in labels.items() if label.kind == KindName.BYLINE_META and _is_line(blocks[at])]
    if len(bylines) < _MIN_DAYS:  # as on most pages
        return frozenset()
    kept = frozenset(body) - labels.keys()
    alike: defaultdict[tuple[Role, int | None, str], list[int]] = defaultdict(list)
    for at in bylines:
        if at + 1 in kept and not _is_headed(blocks, at):
            alike[blocks[at].role, blocks[at].level, blocks[at].path].append(at)
    found = (those for those in alike.values() if len(those) >= _MIN_DAYS)
    return frozenset(at for those in found if _are_days(blocks, those, kept, lexicon) for at in those)


def _is_line(block: Block) -> bool:
    return block.role in _ROLES and not block.link_chars and len(block.text) <= _MAX_CHARS


def _is_headed(blocks: Sequence[Block], at: int) -> bool:
    return at > 0 and blocks[at].role is not Role.HEADING and blocks[at - 1].role is Role.HEADING


def _are_days(blocks: Sequence[Block], those: Sequence[int], kept: frozenset[int], lexicon: Lexicon) -> bool:
    """Return whether lines are nothing but days, no two alike, and text is before one of them."""
    days = [_day(blocks[at].text, lexicon) for at in those]
    is_parted = any(at - 1 in kept and blocks[at - 1].role is not Role.HEADING for at in those)
    return is_parted and None not in days and len(set(days)) == len(days)


def _day(text: str, lexicon: Lexicon) -> str | None:
    """Return the day that a line is, ISO 8601; None where it is more than that, or the hour is said."""
    found = next(find_dates(text, lexicon), None)
    if found is None or "T" in found.iso:
        return None
    rest = (text[: found.start] + text[found.end :]).casefold().strip(" .,:–—-")
    return found.iso if not rest or rest in lexicon.words("dates.weekdays") else None
