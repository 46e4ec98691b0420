"""The dates that a page prints: beside the headline, behind labels, under the text, alone on a line."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup import line_signs
from harvester.metadata.lookup.date_text import Found, find_dates, parse_date
from harvester.metadata.lookup.labels_behind import labels_behind
from harvester.metadata.lookup.regions import BLOCKS_AFTER, MAX_LINE_CHARS, is_text, removed_as
from harvester.metadata.lookup.site_days import is_of_site, is_of_today
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Span
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.text import has_digit
from harvester.urls import join_link, loose_path

MAX_LABELLED_CHARS: Final = 80
MAX_TIMES: Final = 50  # elements of one block that are marked as dates
MAX_LABEL_CHARS: Final = 40
MAX_DAY_CHARS: Final = 30
TITLE_WORDS: Final = 3  # beside a date in a link, at the least: "Jane Doe, 5 March" is a byline
STORY_CHARS: Final = 12  # inside links, at the least, of a line that names another story
BLOCKS_ABOVE: Final = 3  # a date line over a headline stands right above it
FAR: Final = 2  # comes after what stands right above the headline
NEAR_BLOCKS: Final = 12  # from the headline; a standfirst, a share bar and a picture may stand between
LABEL_END: Final = " \t\r\n:：,，.|•·-–—（("
_CLOCK_BEFORE: Final = re.compile(r"(?<!\d)[0-2]?\d[:.][0-5]\d(?::[0-5]\d)?$")  # "updated: 11:40 05.03.2021"
_WORD: Final = re.compile(r"[^\W\d_]+")
_STORY: Final = re.compile(r"\w\W++\w++\W++\w")  # three words: no category, no name
_MOMENT: Final = re.compile(
    r"(?<![\w/.=-])(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)"
)
_STAMP: Final = re.compile(r"(?:19|20)\d\d[-/.]\d\d[-/.]\d\d|1\d{9}(?:\d{3})?$")  # in an attribute for scripts
_HAS_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_TIMELY: Final = re.compile(r"(?<![a-z])(?:time|date|ago|posted|published)(?![a-z])|timeago|timestamp", re.IGNORECASE)
_EDITS: Final = frozenset({"ins", "del"})  # their `datetime` is when words of the text were changed
_GOES_ON: Final = re.compile(r",?\s+[^\W\d_A-Z]\w*\s")
_GLUED: Final = re.compile(r"[A-Za-z0-9][A-Z]")  # where markup may have glued a label to a line
_CLAUSE: Final = re.compile(r"\s*[,;|•·]\s*")
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)

_MAY_BE_DATED: Final = line_signs.DIGIT | line_signs.OPAQUE


class Dated(NamedTuple):
    """A date and where it was read."""

    iso: str
    origin: str
    sign: str = ""  # of the vote: what kind of place it is
    is_change: bool = False  # labelled as the day of a change
    is_said: bool = False  # labelled as the day of publication
    is_midnight: bool = False  # of a record, which has midnight in UTC: west of it, that is the evening before


def printed_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of the lines where a byline may be, the nearest to the headline first."""
    headline = lookups.headline if lookups.headline is not None else 0
    blocks = lookups.document.blocks
    timed = timed_lines(blocks, lookups.byline)
    may_be = [
        at
        for at, signs in lookups.signs.items()
        if signs & _MAY_BE_DATED or (at in timed and any(map(is_time, blocks[at].spans)))
    ]
    dated = [at for at in may_be if not is_of_a_card(lookups, at)]
    if not dated:
        return
    text = {index for index in dated if is_text(blocks[index]) and not _is_a_day(lookups, blocks[index].text)}
    end = lookups.page_index.kept[-1] if lookups.page_index.kept else 0
    end = end if end > headline else len(blocks)
    ruled = set(lookups.page_index.removed_as(KindName.BYLINE_META))

    def is_above(index: int) -> bool:  # as often the page's own day, or that of a card
        return index < headline - BLOCKS_ABOVE

    def order(index: int) -> tuple[bool, int, bool, int, bool]:
        far = abs(index - headline)
        return (
            index in text,
            FAR if far > BLOCKS_AFTER else int(is_above(index)),
            index not in ruled or far > BLOCKS_AFTER,
            far,
            index < headline,
        )

    for index in sorted(dated, key=order):
        far = lookups.headline is not None and abs(index - headline) > NEAR_BLOCKS
        near = "printed above" if lookups.headline is not None and is_above(index) else "printed"
        near = near if index <= end else "under the text"
        found = tuple(dates_of(lookups, index, "printed far" if far or index in text else near))
        is_said = any(one.is_said for one in found) and not _counts_before(lookups, index)
        yield from found if is_said or (found and not is_of_site(lookups, index)) else ()


def _counts_before(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line has figures before its day, as a site's state has: "Stats: 3,313 members. Date: 5 May"."""
    text = lookups.document.blocks[index].text
    found = next(find_dates(text, lookups.lexicon, lookups.habits), None)
    return found is not None and is_numbered(text[: found.start])


def _is_a_day(lookups: ArticleLookups, text: str) -> bool:
    """Return whether a line is nothing but a day, as old pages set it above the text: "(14/05/2004)"."""
    found = next(find_dates(text, lookups.lexicon, lookups.habits), None) if len(text) <= MAX_DAY_CHARS else None
    return found is not None and not _WORD.search(text[: found.start] + text[found.end :])


def is_numbered(text: str) -> bool:
    """Return whether a text has a digit, or a year that may be in Han numerals."""
    return has_digit(text) or "年" in text


def is_of_a_card(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line of a side column behind the text holds or is beside another story's link."""
    blocks, text = lookups.document.blocks, lookups.page_index.kept
    if not text or index < text[-1] or not removed_as(blocks[index], KindName.SIDEBAR):
        return False
    if blocks[index].link_chars >= STORY_CHARS:
        return True
    beside = (blocks[at] for at in (index - 1, index + 1) if 0 <= at < len(blocks))
    return any(2 * block.link_chars >= len(block.text) and _STORY.search(block.text) for block in beside)


def dates_of(lookups: ArticleLookups, index: int, sign: str) -> Iterator[Dated]:
    """Yield the dates of a block: those that markup gives, else those in its text that are not part of a sentence."""
    block = lookups.document.blocks[index]
    marked = islice(filter(is_time, block.spans), MAX_TIMES) if block.spans else ()
    times = [span for span in marked if not _counts_down(span, lookups)]
    if (not times and not is_numbered(block.text)) or is_of_today(lookups, block):
        return
    told = [(span, iso) for span in times if (iso := _iso_of(lookups, span)) is not None]
    yield from _marked_dates(lookups, index, told, sign) if told else _written_dates(lookups, index, sign)


def _iso_of(lookups: ArticleLookups, span: Span) -> str | None:
    return _marked(span, lookups) or parse_date(span.text, lookups.lexicon, lookups.habits) or _titled(span, lookups)


def _marked_dates(
    lookups: ArticleLookups, index: int, marked: Sequence[tuple[Span, str]], sign: str
) -> Iterator[Dated]:
    """Yield the dates of a block that markup gives."""
    text, lexicon = lookups.document.blocks[index].text, lookups.lexicon
    starts = [max(text.find(span.text), 0) for span, _ in marked]
    ends = [start + len(span.text.rstrip()) for start, (span, _) in zip(starts, marked, strict=True)]
    said = labels_behind(text, list(zip(starts, ends, strict=True)), lexicon)
    for at, (span, iso) in enumerate(marked):
        before = _before(lookups, index, starts[at], said[at - 1].end if at else 0)
        if not _ends_with(before, lexicon.other_labels):
            words = _Words(before, said[at].label)
            is_said = "datepublished" in span.itemprop.lower() or words.are_of(lexicon.published_labels)
            yield Dated(iso, f"block:{index}:{span.tag}", sign, _is_change(lookups, index, words, span), is_said)


def _written_dates(lookups: ArticleLookups, index: int, sign: str) -> Iterator[Dated]:
    """Yield the dates in the text of a block that are not part of a sentence."""
    block, lexicon = lookups.document.blocks[index], lookups.lexicon
    dates = tuple(find_dates(block.text, lexicon, lookups.habits))
    if not dates:
        return
    said = labels_behind(block.text, [(one.start, one.end) for one in dates], lexicon)
    may_be_prose = is_text(block)
    for at, found in enumerate(dates):
        is_prose = may_be_prose and _is_within_sentence(block.text, found, lexicon)
        if is_prose or not _stands_alone(block.text, found, lexicon):
            continue
        words = _Words(_before(lookups, index, found.start, said[at - 1].end if at else 0), said[at].label)
        if not _ends_with(words.before, lexicon.other_labels):
            is_said, is_change = words.are_of(lexicon.published_labels), _is_change(lookups, index, words, None)
            if is_said or is_change or not _is_of_story(lookups, block, found, is_near=sign == "printed"):
                yield Dated(found.iso, f"block:{index}", sign, is_change, is_said)


class _Words(NamedTuple):
    """What stands beside a date, folded: what is before it, and a label behind it."""

    before: str
    behind: str

    def are_of(self, labels: frozenset[str]) -> bool:
        """Return whether a label of `labels` stands right before the date, or behind it."""
        return _ends_with(self.before, labels) or self.behind in labels


def _is_of_story(lookups: ArticleLookups, block: Block, found: Found, *, is_near: bool) -> bool:
    """Return whether a date is of a link to another page, with a title in it: "Pier burns down again (5 May)".

    All of the line is the link, or the date stands right beside it; near the headline that may be a section's.
    """
    links = [span for span in block.spans if span.tag == "a" and span.href]
    if len(links) != 1 or begins_with_byline(block.text.casefold(), lookups.lexicon):
        return False
    if block.link_chars >= len(block.text):
        title = f"{block.text[: found.start]} {block.text[found.end :]}"
    elif not is_near and _is_beside(block.text, links[0].text, found):
        title = links[0].text
    else:
        return False
    is_titled = len(_WORD.findall(title)) >= TITLE_WORDS
    return is_titled and loose_path(join_link(lookups.address, links[0].href)) != loose_path(lookups.address)


def _is_beside(text: str, link: str, found: Found) -> bool:
    """Return whether nothing but marks stands between a link and a date before or behind it."""
    start = text.find(link)
    end = start + len(link)
    between = text[end : found.start] if end <= found.start else text[found.end : start]
    return start >= 0 and not _WORD.search(between)


def timed_lines(blocks: tuple[Block, ...], indices: tuple[int, ...]) -> list[int]:
    """Return those of some blocks with an inline element that `is_time` must be asked about."""
    return [at for at in indices if any(map(_may_be_time, blocks[at].spans))]


def _may_be_time(span: Span) -> bool:
    return span.tag == "time" or bool(span.itemprop or span.datetime or span.hints)


def is_time(span: Span) -> bool:
    """Return whether an inline element is marked as a date: <time>, itemprop, a moment in an attribute or a title."""
    tag, itemprop, moment, hints = span.tag, span.itemprop, span.datetime, span.hints
    if tag == "time" or (itemprop and "date" in itemprop.lower()):
        return True
    if moment and tag not in _EDITS and _STAMP.match(moment):
        return True
    if not hints or tag == "a":
        return False
    is_called = tag == "abbr" or (span.classes != "" and _TIMELY.search(span.classes) is not None)
    return _MOMENT.search(hints) is not None or (is_called and _HAS_YEAR.search(hints) is not None)


def _counts_down(span: Span, lookups: ArticleLookups) -> bool:
    """Return whether an element shows what is left of an offer."""
    return bool(span.classes and lookups.page_index.names.of(span.classes) & called.COUNTDOWN)


def _marked(span: Span, lookups: ArticleLookups) -> str | None:
    """Return the date that an element gives in a form for machines."""
    moment = _MOMENT.search(span.hints) if span.hints else None
    if span.datetime or moment is None:
        return parse_date(span.datetime, lookups.lexicon, lookups.habits)
    shown, iso = parse_date(span.text, lookups.lexicon, lookups.habits), parse_date(moment[0], lookups.lexicon)
    return iso if shown is None or iso is None or iso.startswith(shown[:10]) else shown  # some leave a template's own


def _titled(span: Span, lookups: ArticleLookups) -> str | None:
    """Return the date that is all of the title of an element: "Monday, 3 March 2014" of "3 years ago"."""
    is_short = 0 < len(span.hints) <= MAX_LABELLED_CHARS
    found = next(find_dates(span.hints, lookups.lexicon, lookups.habits), None) if is_short else None
    if found is None or span.hints[found.end :].strip():
        return None
    before = span.hints[: found.start].casefold().strip(LABEL_END)
    is_label = _is_weekday(before.rpartition(" ")[2], lookups.lexicon) or before in lookups.lexicon.published_labels
    return found.iso if not before or is_label else None


def _before(lookups: ArticleLookups, index: int, start: int, first: int) -> str:
    """Return, folded, what is before a date and its weekday: on its line from `first` on, or as a label above it."""
    blocks = lookups.document.blocks
    if start == 0 and index and len(blocks[index - 1].text) <= MAX_LABEL_CHARS:
        return blocks[index - 1].text.casefold().rstrip(LABEL_END)
    return _bare(_own_part(blocks[index].text[first:start], lookups.lexicon), lookups.lexicon)


def _bare(before: str, lexicon: Lexicon) -> str:
    """Return, folded, what is before a date without the time of day and the weekday between."""
    folded = without_weekday(before.casefold().rstrip(LABEL_END), lexicon)
    clock = _CLOCK_BEFORE.search(folded) if folded[-1:].isdigit() else None
    if clock is None:
        return folded
    return without_weekday(folded[: clock.start()].rstrip(LABEL_END), lexicon)


def _own_part(before: str, lexicon: Lexicon) -> str:
    """Return what is before a date, or the label that markup has glued to a line: "March 5, 10:20 ISTPublished on"."""
    if before.isascii() and not _GLUED.search(before):
        return before
    end = len(before.rstrip(LABEL_END))
    for at in range(end - 1, max(0, end - MAX_LABEL_CHARS), -1):
        if before[at].isupper() and before[at - 1].isalnum():
            label = before[at:end].casefold()
            if label in lexicon.published_labels or label in lexicon.modified_labels or label in lexicon.other_labels:
                return before[at:]
    return before


def without_weekday(before: str, lexicon: Lexicon) -> str:
    """Return a folded line without the day of the week at its end: "updated: friday" is "updated"."""
    head, _, last = before.rpartition(" ")
    if head and _is_weekday(last, lexicon):
        return head.rstrip(LABEL_END)
    head, _, first = head.rpartition(" ")  # "thứ năm"
    return head.rstrip(LABEL_END) if head and _is_weekday(f"{first} {last}", lexicon) else before


def _is_weekday(word: str, lexicon: Lexicon) -> bool:
    bare = word.strip(".")
    return bare in lexicon.words("dates.weekdays") or bare in lexicon.words("dates.short_weekdays")


def _is_change(lookups: ArticleLookups, index: int, words: _Words, span: Span | None) -> bool:
    if span is not None and span.itemprop:
        return "modified" in span.itemprop.lower()
    for labels, is_change in ((lookups.lexicon.modified_labels, True), (lookups.lexicon.published_labels, False)):
        if _ends_with(words.before, labels):
            return is_change
    if words.behind:
        return words.behind in lookups.lexicon.modified_labels
    names = lookups.page_index.names
    said = names.own(lookups.document.blocks[index].element) | (names.of(span.classes) if span is not None else 0)
    return bool(said & called.CHANGED) and not said & called.PUBLISHED


def _ends_with(text: str, labels: frozenset[str]) -> bool:
    """Return whether `text` ends with one of `labels` as a whole word."""
    if not text:
        return False
    alike = _by_last_letter(labels).get(text[-1], ())
    return text.endswith(alike) and any(
        text.endswith(label) and not text[: -len(label)][-1:].isalpha() for label in alike
    )


@cache
def _by_last_letter(labels: frozenset[str]) -> dict[str, tuple[str, ...]]:
    return _by_letter(labels, -1)


def _by_letter(labels: frozenset[str], at: int) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for label in labels:
        found.setdefault(label[at], []).append(label)
    return {letter: tuple(alike) for letter, alike in found.items()}


def _stands_alone(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Return whether a date is what a line is about: a label, or little, is before it."""
    before = _own_part(text[: found.start].rsplit("\n", 1)[-1], lexicon).casefold().rstrip(LABEL_END)
    if _COPYRIGHT.search(before) or _names_an_issue(text[found.end :], lexicon):
        return False
    if len(before) <= MAX_LABEL_CHARS:
        return len(text) <= MAX_LINE_CHARS
    bare = _bare(before, lexicon)
    if _ends_with(bare, lexicon.published_labels) or _ends_with(bare, lexicon.modified_labels):
        return True
    last = _CLAUSE.split(before)[-1]  # "..., submitted by Lisa Knisely on October 26, 2012"
    is_credit = begins_with_byline(last, lexicon) or any(begins_with(last, one) for one in lexicon.editor_labels)
    return len(last) <= MAX_LABEL_CHARS and is_credit


def _is_within_sentence(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Return whether words that are no label stand before a date, and the sentence goes on behind it."""
    before = text[: found.start].rsplit("\n", 1)[-1].casefold().rstrip()
    if not before[-1:].isalpha() or _GOES_ON.match(text, found.end) is None:
        return False
    labels = (lexicon.published_labels, lexicon.modified_labels)
    return not any(_ends_with(before, known) for known in labels) and not begins_with_byline(before, lexicon)


def begins_with_byline(folded: str, lexicon: Lexicon) -> bool:
    """Return whether a folded line begins with a label that people stand behind."""
    return any(begins_with(folded, label) for label in _byline_labels(lexicon).get(folded[:1], ()))


@cache
def _byline_labels(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Return the labels that people stand behind, by their first letter: there are some hundred."""
    return _by_letter(lexicon.words("people.by"), 0)


def _names_an_issue(rest: str, lexicon: Lexicon) -> bool:
    """Return whether a printed issue is named by its day: "December 5, 2016 Issue"; it came out earlier."""
    word = rest.strip(LABEL_END).casefold()
    return bool(word) and word in lexicon.words("dates.issue")


def begins_with(text: str, label: str) -> bool:
    """Return whether `text` begins with `label` as whole words."""
    return text.startswith(label) and not text[len(label) : len(label) + 1].isalpha()
