"""Threads of readers' comments that no name on the page calls so: told by who speaks, and when, above each text.

A chronicle, a programme and a live blog look the same but for this: a theme prints the name first and then the moment,
and the moments are those of a clock, counted back from now or of odd minutes, or the names are those that people give
themselves. The article stands above, and does not go on behind.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise
from typing import Final

from harvester.boilerplate.comment_lists import MAX_NAME, MAX_TOLD, MIN_CJK_PROSE, MIN_PROSE, as_name
from harvester.boilerplate.other_texts import MIN_BESIDE_THREAD, STORY_CARDS, THREAD, are_cards
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.relative_days import ago_spans
from harvester.models import PAGE_ROLES, Block, Document, Evidence, Removed, Role
from harvester.outline import Outline
from harvester.rules.lexicon import Lexicon
from harvester.text import is_cjk, is_dated, reads_as_prose

_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_HEADING_NUMBER: Final = PAGE_ROLES.index(Role.HEADING)
_LABEL: Final = Removed(THREAD, "place:named and dated items")
_MAX_HEAD: Final = 100  # characters, in which a name and a date begin a comment
_MAX_AGO: Final = 60  # of a line that counts back from now
_MAX_AGO_DIGITS: Final = 6  # of it, with those of the name beside
# Of a text below its head; most texts have no figure so early.
_EARLY: Final = re.compile(r"(?=[^\d\n]{0,60}+\d)(?:[^\n]{0,40}?\d{1,4}[-./:年]\d|[^\n]{0,60}?(?:19|20)\d\d\b)")
_BEFORE: Final = re.compile(r"\s*+([^\d\n]*+)")
_MAX_WORDS_BEFORE: Final = 7  # "Posted by Ann Hill on Monday, March 4"
_MIN_COMMENTS: Final = 3
_MAX_BLOCKS: Final = 12  # of one comment
_MIN_NAMES: Final = 3  # a live blog is by one or two
_MOSTLY: Final = 0.7
_MIN_HANDLES: Final = 0.25  # share of names that people give themselves, two at least
_MIN_GOES_ON: Final = 100  # characters of paragraphs like those above, behind which the text goes on
_MAX_ABOVE_POSTS: Final = 120  # characters of sentences above the first post of a page that is one thread
_POSTS: Final = 0.5  # of the page's sentences, that its posts have
_TAGS: Final = 2  # of the path to a head, by which heads are alike: replies are nested
_MIN_SMALL: Final = 3  # letters of a name in small letters
_HANDLE: Final = re.compile(r"@?(?:[^\W\d_]{3,}[-_.]?\d+|[^\W_]+_\w{2,})|@\w{3,}")  # "dockhand77", "old_salt", "@ann"
_SHORTENED: Final = re.compile(r"[^\W\d_]{2,}\s[^\W\d_]\.")  # "Petra S.", as the press writes of children, too
_OF_MACHINE: Final = 0.5  # of a moment with an odd minute: chronicles of quakes have such, so a name must say more
_MINUTE: Final = re.compile(r"T\d\d:(\d\d)")
_ROUND: Final = 5  # minutes: programmes begin at such


@dataclass(frozen=True, slots=True)
class _Head:
    """What a comment begins with."""

    first: int  # the block of the name
    at: int  # the block of the date
    end: int  # where the date ends in it
    name: str
    when: str
    clock: float  # how surely a machine wrote when: counted back from now, or with an odd minute


def unnamed_threads(outline: Outline, placed: Collection[int], lexicon: Lexicon) -> dict[int, Removed]:
    """Return the blocks of such threads below the text of an article; none begins in a block that is `placed`.

    Cards of other stories with a writer and an hour look like comments, and are labelled as what they are.
    """
    headline, prose = outline.headline, outline.prose_chars
    if headline is None or outline.document.blocks[headline].text.rstrip().endswith(("?", "？")):
        return {}  # answers are what such a page may be about
    found: dict[int, Removed] = {}
    for heads in _runs(outline, tuple(_heads(outline, headline, lexicon, placed))):
        first, extents = heads[0].first, _extents(outline, heads)
        above = [at for at in range(headline, first) if prose[at] and at not in found]
        if sum(prose[at] for at in above) < MIN_BESIDE_THREAD or _goes_on(outline, above, extents[-1][1]):
            continue
        if _is_by_readers(heads) and _says_enough(outline, heads, extents):
            # A card's headline stands above who wrote it when; that of a review below.
            is_cards = are_cards(outline, [(head.first - 1, head.first) for head in heads])
            found |= dict.fromkeys(range(first, extents[-1][1]), STORY_CARDS if is_cards else _LABEL)
    return found


def unnamed_comments(
    document: Document, outline: Outline, lexicon: Lexicon, told: Collection[Evidence]
) -> Iterator[Evidence]:
    """Yield who wrote each comment of such threads of a judged page, and when, but for what is `told` already."""
    blocks, known = document.blocks, {one.origin for one in told}
    if outline.headline is None or all(block.verdict != _LABEL for block in blocks):
        return
    for head in islice(_heads(outline, outline.headline, lexicon), MAX_TOLD):
        places = f"block:{head.first}", f"block:{head.at}"
        if blocks[head.at].verdict == _LABEL and known.isdisjoint(places):
            yield Evidence("comment_author", head.name, places[0])
            yield Evidence("comment_date", head.when, places[1])


def is_of_posts(outline: Outline, lexicon: Lexicon) -> bool:
    """Return whether posts of several readers are what a page holds: they begin right below the headline."""
    headline, prose = outline.headline, outline.prose_chars
    if headline is None:
        return False
    for heads in _runs(outline, tuple(_heads(outline, headline, lexicon))):
        first, extents = heads[0].first, _extents(outline, heads)
        above, inside = sum(prose[:first]), sum(prose[first : extents[-1][1]])
        if above <= _MAX_ABOVE_POSTS and inside >= _POSTS * outline.total_prose:
            return _is_by_readers(heads) and _says_enough(outline, heads, extents)
    return False


def _heads(outline: Outline, headline: int, lexicon: Lexicon, placed: Collection[int] = frozenset()) -> Iterator[_Head]:
    """Yield where a name and a date behind it begin something, be it in one block or in two."""
    blocks = outline.document.blocks
    for at in _places(outline, headline, lexicon, placed):
        block = blocks[at]
        spot = _moment(block, lexicon)
        if spot is None:
            continue
        start, end, when, clock = spot
        before = block.text[:start].strip(" \t\n·•|,(–—-")
        first = at if before or at == headline + 1 else at - 1
        name = as_name(before or blocks[first].text, lexicon) if "\n" not in before else None
        if name is not None:
            is_heading = first < at and blocks[first].role is _HEADING
            yield _Head(first, at, end, name, when, 0.0 if is_heading else clock)


def _places(outline: Outline, headline: int, lexicon: Lexicon, placed: Collection[int]) -> Iterator[int]:
    """Yield the blocks that may print a date near their beginning, of which several are of like markup.

    It looks at all blocks of all articles, so it asks what costs little, and first which blocks are alike.
    """
    seen, blocks = outline.block_numbers, outline.document.blocks
    dated = outline.dated_numbers[1:] > outline.dated_numbers[:-1]
    has_figures = seen.digits > 0
    short = has_figures & (seen.chars <= _MAX_AGO) & (seen.digits <= _MAX_AGO_DIGITS) & ~dated
    may_be = short | dated | (has_figures & (seen.chars > _MAX_HEAD) & (seen.role != _HEADING_NUMBER))
    free = [at for at in may_be.nonzero()[0].tolist() if at > headline and at not in placed]
    places = [at for at in _alike(blocks, free) if _may_be_named(blocks, at)]
    places = _alike(blocks, places)
    lines = {at for at in places if short[at]}
    if lines and not any(ago_spans("\n".join([blocks[at].text for at in sorted(lines)]), lexicon)):
        places = _alike(blocks, [at for at in places if at not in lines or _is_timed(blocks[at])])
    yield from places


def _alike(blocks: Sequence[Block], places: Sequence[int]) -> list[int]:
    """Return those of the places whose markup several have."""
    if len(places) < _MIN_COMMENTS:
        return []
    forms = [_form(blocks[at].path) for at in places]
    common = {form for form, count in Counter(forms).items() if count >= _MIN_COMMENTS}
    return [at for at, form in zip(places, forms, strict=True) if form in common] if common else []


def _is_timed(block: Block) -> bool:
    return any(span.tag == "time" for span in block.spans)


def _may_be_named(blocks: Sequence[Block], at: int) -> bool:
    """Return whether a short line, or the beginning of a text, stands before the first figures of a block."""
    text = blocks[at].text
    if len(text) > _MAX_HEAD and not _EARLY.match(text):
        return False
    start = _BEFORE.match(text)
    if start is not None and start[1]:
        return start[1].count(" ") <= _MAX_WORDS_BEFORE
    return len(blocks[at - 1].text) <= MAX_NAME


def _moment(block: Block, lexicon: Lexicon) -> tuple[int, int, str, float] | None:
    """Return where a date stands near the beginning of a block, the date, and how surely a machine wrote it."""
    line = block.text[:_MAX_HEAD]
    timed = next((span for span in block.spans if span.tag == "time" and span.text and span.text in line), None)
    if timed is not None:
        start = line.index(timed.text)
        return start, start + len(timed.text), timed.datetime or timed.text, 0.0
    if not is_dated(line):
        span = next(ago_spans(line, lexicon), None) if len(block.text) <= _MAX_AGO else None
        return None if span is None else (*span, line[slice(*span)], 1.0)
    found = next(find_dates(line, lexicon), None)
    if found is None:
        return None
    minute = _MINUTE.search(found.iso)
    clock = _OF_MACHINE if minute is not None and int(minute[1]) % _ROUND else 0.0
    return found.start, found.end, line[found.start : found.end], clock


def _runs(outline: Outline, heads: Sequence[_Head]) -> Iterator[list[_Head]]:
    """Yield the runs of heads of like markup, each soon behind the one before."""
    blocks, run = outline.document.blocks, list[_Head]()
    for head in heads:
        if run and (
            head.at - run[-1].at > _MAX_BLOCKS or _form(blocks[head.at].path) != _form(blocks[run[-1].at].path)
        ):
            if len(run) >= _MIN_COMMENTS:
                yield run
            run = []
        if not run or head.first > run[-1].at or head.first == head.at:
            run.append(head)
    if len(run) >= _MIN_COMMENTS:
        yield run


@lru_cache(maxsize=256)
def _form(path: str) -> tuple[str, ...]:
    return tuple(path.split(" > ")[-_TAGS:])


def _extents(outline: Outline, heads: Sequence[_Head]) -> list[tuple[int, int]]:
    """Return from where to where each comment goes; the last one as far as its blocks are like those of the others."""
    firsts, blocks = [head.first for head in heads], outline.document.blocks
    known = {blocks[at].path for at in range(firsts[0], firsts[-1])} | {blocks[heads[-1].at].path}
    end, most = heads[-1].at + 1, max(after - one for one, after in pairwise(firsts))
    while end < len(blocks) and end < firsts[-1] + most and blocks[end].path in known:
        end += 1
    return list(zip(firsts, [*firsts[1:], end], strict=True))


def _goes_on(outline: Outline, above: Sequence[int], end: int) -> bool:
    """Return whether paragraphs like most of those above stand behind."""
    blocks, prose = outline.document.blocks, outline.prose_chars
    chars = Counter[str]()
    for at in above:
        chars[blocks[at].path] += prose[at]
    path = max(chars, key=lambda one: chars[one])
    return sum(prose[at] for at in range(end, len(blocks)) if blocks[at].path == path) >= _MIN_GOES_ON


def _is_by_readers(heads: Sequence[_Head]) -> bool:
    """Return whether several people speak, at moments of a clock or under names of their own making."""
    names = {head.name for head in heads}
    if len(names) < _MIN_NAMES:
        return False
    handles = sum(map(_is_handle, names))
    own = handles + sum(_SHORTENED.fullmatch(name) is not None for name in names)
    if handles and own >= max(2, _MIN_HANDLES * len(names)):
        return True
    clock = sum(head.clock for head in heads) + (_OF_MACHINE * len(heads) if own else 0.0)
    return 2 * len(names) >= len(heads) and clock >= _MOSTLY * len(heads)


def _is_handle(name: str) -> bool:
    """Return whether a name is one that people give themselves."""
    return _HANDLE.fullmatch(name) is not None or (name.islower() and name.isalpha() and len(name) >= _MIN_SMALL)


def _says_enough(outline: Outline, heads: Sequence[_Head], extents: Sequence[tuple[int, int]]) -> bool:
    """Return whether what follows the heads is sentences, with few links, and nothing that is quoted."""
    blocks = outline.document.blocks
    said, links, spoken = "", 0, 0
    for head, (_, end) in zip(heads, extents, strict=True):
        own = [blocks[head.at].text[head.end :].lstrip(" |)\n:·–—-"), *(one.text for one in blocks[head.at + 1 : end])]
        prose = [text for text in own if reads_as_prose(text, 0)]
        said, spoken = said + "".join(prose), spoken + bool(prose)
        links += sum(one.link_chars for one in blocks[head.at + 1 : end])
        if any(one.role is Role.QUOTE for one in blocks[head.first : head.at + 1]):
            return False
    least = MIN_CJK_PROSE if is_cjk(said) else MIN_PROSE
    return len(said) >= least * len(heads) and spoken >= _MOSTLY * len(heads) and links < len(said)
