"""The dates of places that are asked where records, headline and address are silent: labels, feet, threads."""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import chain, islice
from typing import Final

from harvester.maildate import read_http_date
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.date_text import Found, find_dates
from harvester.metadata.lookup.datelines import (
    LABEL_END,
    MAX_LABEL_CHARS,
    MAX_LABELLED_CHARS,
    Dated,
    begins_with,
    begins_with_byline,
    dates_of,
    is_numbered,
    is_of_a_card,
    is_time,
    without_weekday,
)
from harvester.metadata.lookup.page_index import MAX_NUMBERED_CHARS, lines_among
from harvester.metadata.lookup.regions import is_body, is_foreign, is_text, removed_as, start_of_others
from harvester.metadata.lookup.relative_days import relative_day
from harvester.metadata.lookup.site_days import is_of_site
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Finder, finder

POST_HEAD: Final = 10  # blocks that name a post's account and day
MAX_TITLE_CHARS: Final = 300
MAX_LABELLED: Final = 300  # lines with a label that are looked at: lists have one an entry
MAX_LONE_CHARS: Final = 40
MAX_BOX_CHARS: Final = 15  # "September 2015"
CLOCK_YEARS: Final = range(1990, 2100)  # of servers; those that were never set say 1970, or 9999
BOXES: Final = (3, 2)  # in which a day may be parted
MAX_FOOT_CHARS: Final = MAX_NUMBERED_CHARS  # the start of a block: a sentence or some lines under an entry
OPENING_BLOCKS: Final = 5  # of the article: the headline, a standfirst, a byline and the first paragraphs
LINES_UNDER_TEXT: Final = 4
LABELLED_UNDER_TEXT: Final = 10  # of those that a label calls the line of who and when
_BEFORE_DIGITS: Final = re.compile(r"\D{2,40}+(?=\d)")  # all there are, at once: fewer end before no digit
# A town before a day and a dash: in capitals, or with a comma; perhaps with an agency behind the day.
_TOWN: Final = re.compile(
    r"[^\W\d_a-z]{2}(?:[^\W\d_a-z]|[ .,/-]){1,38},?|[^\W\d_a-z][^\W\d_]+\.?(?:[ ,/-]{1,2}[^\W\d_a-z][^\W\d_]*\.?){0,4},"
)
_DATELINE_END: Final = re.compile(r"\)?,?\s?(?:\([^()]{2,40}\)\s?)?(?:[-–—]|/[A-Z])")
_TITLE_MARK: Final = re.compile(r"\s[-–—|·:»]\s|\s[|»]|[|»]\s")
_OPENING_END: Final = re.compile(r"\)?\s?(?:[-–—:|/]|\)|\n)")


def labelled_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of lines anywhere on the page that begin with a label such as "Published on"."""
    for index in islice(_labelled_indices(lookups), MAX_LABELLED):
        yield from (dated for dated in dates_of(lookups, index, "labelled") if not dated.is_change)
    yield from islice(_said_within(lookups), MAX_LABELLED)


def opening_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day with which the text opens: "27.1.2022 - At the ...", "LONDON, March 5, 2012 (Reuters) - A ..."."""
    for index in lookups.page_index.kept[:OPENING_BLOCKS]:
        text = lookups.document.blocks[index].text[:MAX_LABELLED_CHARS]
        for found in islice(find_dates(text, lookups.lexicon, lookups.habits), 1):
            before = text[: found.start].strip(" (")
            end = _DATELINE_END if before else _OPENING_END
            if (not before or _TOWN.fullmatch(before)) and end.match(text, found.end):
                yield Dated(found.iso, f"block:{index}", "labelled")
                return


def titled_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day that is a part of the page's title of its own: "Storm closes harbour - March 5, 2012"."""
    for part in _TITLE_MARK.split((lookups.document.title or "")[:MAX_TITLE_CHARS]):
        found = next(find_dates(part, lookups.lexicon, lookups.habits), None) if is_numbered(part) else None
        if found is not None and not part[: found.start].strip(LABEL_END) and not part[found.end :].strip(LABEL_END):
            yield Dated(found.iso, "title", "alone")


def labelled_changes(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the days of lines anywhere that a label calls the last change, the page's footer included."""
    labels, may_say = lookups.lexicon.modified_labels, _change_finder(lookups.lexicon)
    blocks = lookups.document.blocks
    for index in lookups.page_index.numbered:
        block = blocks[index]
        text = block.text
        if is_body(block) or not is_numbered(text) or not may_say(text):
            continue
        if is_foreign(lookups, block) and not removed_as(block, KindName.SITE_FOOTER):
            continue
        for label, found in _behind_labels(text, lookups):
            if label in labels:
                yield Dated(found.iso, f"block:{index}", "labelled", is_change=True)


@lru_cache(maxsize=RULES_CACHED)
def _change_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.modified_labels)


def thread_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day beside the account that began a thread, where the page is one."""
    if lookups.starter is None:
        return
    index, _ = lookups.starter
    after = range(index, min(index + POST_HEAD, len(lookups.document.blocks)))
    places = (*after, *range(index - 1, max(-1, index - POST_HEAD), -1))
    marked = (dated for at in places if _is_timed(lookups, at) for dated in dates_of(lookups, at, "thread"))
    printed = (dated for at in places for dated in _post_dates(lookups, at))
    yield from islice((dated for dated in chain(marked, printed) if not dated.is_change), 1)


def _is_timed(lookups: ArticleLookups, index: int) -> bool:
    block = lookups.document.blocks[index]
    return len(block.text) <= MAX_LONE_CHARS and any(span.tag == "time" for span in block.spans)


def _post_dates(lookups: ArticleLookups, index: int) -> Iterator[Dated]:
    """Yield the dates of a line that is called one, or has a clock's time: when a post was written."""
    block = lookups.document.blocks[index]
    if len(block.text) > MAX_LABELLED_CHARS:
        return
    is_called = bool(lookups.page_index.names.own(block.element) & called.DATE)
    yield from (dated for dated in dates_of(lookups, index, "thread") if is_called or "T" in dated.iso)


def _labelled_indices(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the short lines with a label before the date, on the line or as the line above."""
    labels, blocks = lookups.lexicon.published_labels, lookups.document.blocks
    under = (at + 1 for at in lines_among(blocks, 0, MAX_LABEL_CHARS, LABEL_END, labels) if at + 1 < len(blocks))
    for index in sorted({*lookups.page_index.numbered, *under}):
        text = blocks[index].text
        if len(text) <= MAX_LABELLED_CHARS:
            start, before = _BEFORE_DIGITS.match(text), blocks[index - 1].text if index else ""
            before = before if len(before) <= MAX_LABEL_CHARS else ""
            label = start[0] if start is not None else before if text[:1].isdigit() or before[:1].isupper() else ""
            is_labelled = label != "" and label.casefold().strip(LABEL_END) in labels
            if is_labelled and not is_body(blocks[index]) and not is_foreign(lookups, blocks[index]):
                yield index


def _said_within(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of longer blocks where a line of several begins with a label, or the block with a sentence.

    "This entry was posted on Tuesday, March 3rd, 2009 at 3:03 pm and is filed under Harbours." A footer is the page's
    own where it names the day of a change as well.
    """
    sentences = _sentences(lookups.lexicon)
    for index, begins in islice(_feet(lookups, sentences), MAX_LABELLED):
        block = lookups.document.blocks[index]
        text = block.text[:MAX_FOOT_CHARS]
        dates = tuple(_behind_labels(text, lookups))
        labels = sentences if begins else lookups.lexicon.published_labels
        said = next((found for label, found in dates if label in labels), None)
        if said is not None and (not is_foreign(lookups, block) or _is_record(block, dates, lookups.lexicon)):
            yield Dated(said.iso, f"block:{index}", "labelled")


def _feet(lookups: ArticleLookups, sentences: tuple[str, ...]) -> Iterator[tuple[int, bool]]:
    """Yield the longer blocks outside the text with several lines, or with a theme's sentence: then True."""
    for index, block in enumerate(lookups.document.blocks):
        text = block.text[:MAX_FOOT_CHARS]
        if len(text) > MAX_LABELLED_CHARS and not is_text(block) and is_numbered(text):
            begins = text[:MAX_LABEL_CHARS].casefold().startswith(sentences)
            if begins or "\n" in text:
                yield index, begins


def _behind_labels(text: str, lookups: ArticleLookups) -> Iterator[tuple[str, Found]]:
    """Yield the dates of a block, each with what is before it on its line, folded."""
    for found in find_dates(text, lookups.lexicon, lookups.habits):
        before = text[: found.start].rsplit("\n", 1)[-1]
        yield without_weekday(before.casefold().strip(LABEL_END), lookups.lexicon), found


def _is_record(block: Block, dates: Iterable[tuple[str, Found]], lexicon: Lexicon) -> bool:
    return removed_as(block, KindName.SITE_FOOTER) and any(label in lexicon.modified_labels for label, _ in dates)


@cache
def _sentences(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(lexicon.words("dates.sentences"))


def under_text(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of the lines right under the text, where one of them is short and holds one date."""
    if not lookups.page_index.kept:
        return
    last, blocks = lookups.page_index.kept[-1], lookups.document.blocks
    end = start_of_others(lookups)
    for index in range(last, min(last + LABELLED_UNDER_TEXT, len(blocks) if end is None else end)):
        text = blocks[index].text
        is_near = index < last + LINES_UNDER_TEXT or begins_with_byline(text.casefold(), lookups.lexicon)
        if len(text) <= MAX_LABELLED_CHARS and is_near and not is_foreign(lookups, blocks[index]):
            dates = [dated for dated in dates_of(lookups, index, "under the text") if not dated.is_change]
            if len(dates) == 1 and not is_of_site(lookups, index):
                yield dates[0]


def lone_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of lines that are nothing else and whose place is named after it, when all have the same day."""
    first: Dated | None = None
    for index, block in enumerate(lookups.document.blocks[: start_of_others(lookups)]):
        if len(block.text) > MAX_LONE_CHARS or not is_numbered(block.text) or is_foreign(lookups, block):
            continue
        timed = any(is_time(span) for span in block.spans)
        if timed or lookups.page_index.names.own(block.element) & called.DATE:
            for dated in () if is_of_site(lookups, index) else dates_of(lookups, index, "alone"):
                first = dated if first is None and not dated.is_change else first
                if first is not None and not dated.is_change and dated.iso[:10] != first.iso[:10]:
                    return
    if first is not None:
        yield first


def boxed_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day whose parts stand in boxes of their own beside the headline: "30", "Nov", "2015"."""
    blocks = lookups.document.blocks
    small = [index for index in sorted(lookups.byline) if len(blocks[index].text) <= MAX_BOX_CHARS]
    for at in range(len(small)):
        for size in BOXES:
            boxes = small[at : at + size]
            if len(boxes) < size or boxes[-1] - boxes[0] != size - 1:
                continue
            text = " ".join(blocks[index].text for index in boxes)
            found = next(find_dates(text, lookups.lexicon, lookups.habits), None) if is_numbered(text) else None
            is_whole = found is not None and (found.start, found.end) == (0, len(text))
            if found is not None and is_whole and not is_of_site(lookups, boxes[0]):
                yield Dated(found.iso, f"block:{boxes[0]}:boxes", "alone")
                return


def aside_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of side columns, where all of them hold one day, marked as a time or labelled as published."""
    first: Dated | None = None
    for index in islice(lookups.page_index.removed_as(KindName.SIDEBAR), MAX_LABELLED):
        if len(lookups.document.blocks[index].text) > MAX_LABELLED_CHARS or is_of_a_card(lookups, index):
            continue
        for dated in dates_of(lookups, index, "aside"):
            if first is not None and dated.iso[:10] != first.iso[:10]:
                return
            first = first or (dated if dated.is_said or dated.origin.endswith(":time") else None)
    if first is not None and not first.is_change:
        yield first


def relative_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the days of lines beside the headline such as "3 hours ago", counted from when the page was made.

    That is when it was fetched; where that is not known, what the server said of its clock, or of the page.
    """
    page, lexicon = lookups.page, lookups.lexicon
    if page.fetched_at is None and not page.headers:
        return
    headers = (page.header(name) for name in ("date", "last-modified"))
    said = (moment for value in headers if value and (moment := read_http_date(value)) is not None)
    made = page.fetched_at or next((moment for moment in said if moment.year in CLOCK_YEARS), None)
    for index in lookups.byline if made is not None else ():
        text = lookups.document.blocks[index].text
        iso = relative_day(text, made, lexicon) if made is not None and len(text) <= MAX_LABELLED_CHARS else None
        if iso is not None:
            before = text.casefold()
            change = any(begins_with(before, label) for label in lexicon.modified_labels)
            yield Dated(iso, f"block:{index}:relative", "relative", is_change=change)
