"""The dates that a page prints: beside the headline, behind labels, under the text, alone on a line."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import Final, NamedTuple

from harvester.metadata.lookup.date_text import Found, find_dates, parse_date, relative_day
from harvester.metadata.lookup.line_signs import DIGIT, OPAQUE
from harvester.metadata.lookup.page_index import class_tokens
from harvester.metadata.lookup.regions import BLOCKS_AFTER, MAX_LINE_CHARS, is_body, is_foreign, kept_as, removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Part, Span
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import name_words
from harvester.urls import join_link, loose_path

MAX_LABELLED_CHARS: Final = 80
POST_HEAD: Final = 10  # blocks that name a post's account and day
MAX_LABELLED: Final = 300  # lines with a label that are looked at: lists have one an entry
MAX_TIMES: Final = 50  # elements of one block that are marked as dates
MAX_LONE_CHARS: Final = 40
MAX_FOOT_CHARS: Final = 600  # the start of a block: a sentence or some lines under an entry
OPENING_BLOCKS: Final = 5  # of the article: the headline, a standfirst, a byline and the first paragraphs
MAX_LABEL_CHARS: Final = 40
LINES_UNDER_TEXT: Final = 4
TITLE_WORDS: Final = 3  # beside a date in a link, at the least: "Jane Doe, 5 March" is a byline
LABELLED_UNDER_TEXT: Final = 10  # of those that a label calls the line of who and when
BLOCKS_ABOVE: Final = 3  # a date line over a headline stands right above it
FAR: Final = 2  # comes after what stands right above the headline
NEAR_BLOCKS: Final = 12  # from the headline; a standfirst, a share bar and a picture may stand between
_LABEL_END: Final = " \t\r\n:：,，.|•·-–—（("
_BEFORE_DIGITS: Final = re.compile(r"\D{2,40}(?=\d)")
_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"[^\W\d_]+")
_MOMENT: Final = re.compile(
    r"(?<![\w/.=-])(?:19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?(?!\w)"
)
_OPENING_END: Final = re.compile(r"\)?\s?(?:[-–—:|/]|\)|\n)")
_GOES_ON: Final = re.compile(r",?\s+[^\W\d_A-Z]\w*\s")
_CLAUSE: Final = re.compile(r"\s*[,;|•·]\s*")
_COPYRIGHT: Final = re.compile(r"©|\(c\)|copyright", re.IGNORECASE)


class Dated(NamedTuple):
    """A date and where it was read."""

    iso: str
    origin: str
    sign: str = ""  # of the vote: what kind of place it is
    is_change: bool = False  # labelled as the day of a change
    is_said: bool = False  # labelled as the day of publication


def printed_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of the lines where a byline may be, the nearest to the headline first."""
    headline = lookups.headline if lookups.headline is not None else 0
    blocks = lookups.document.blocks
    text = {index for index in lookups.byline if kept_as(blocks[index], Part.TEXT)}
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

    dated = (at for at in lookups.byline if lookups.signs[at] & (DIGIT | OPAQUE) or blocks[at].spans)
    for index in sorted(dated, key=order):
        far = lookups.headline is not None and abs(index - headline) > NEAR_BLOCKS
        near = "printed above" if lookups.headline is not None and is_above(index) else "printed"
        yield from _dates_of(lookups, index, "printed far" if far or index in text else near)


def labelled_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the dates of lines anywhere on the page that begin with a label such as "Published on"."""
    for index in islice(_labelled_indices(lookups), MAX_LABELLED):
        yield from (dated for dated in _dates_of(lookups, index, "labelled") if not dated.is_change)
    yield from islice(_said_within(lookups), MAX_LABELLED)


def opening_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day with which the text opens: "27.1.2022 - At the commemoration ..."."""
    for index in lookups.page_index.kept[:OPENING_BLOCKS]:
        text = lookups.document.blocks[index].text[:MAX_LABELLED_CHARS]
        for found in islice(find_dates(text, lookups.lexicon, lookups.habits), 1):
            if not text[: found.start].strip(" (") and _OPENING_END.match(text, found.end):
                yield Dated(found.iso, f"block:{index}", "labelled")
                return


def thread_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the day beside the account that began a thread, where the page is one."""
    if lookups.starter is None:
        return
    index, _ = lookups.starter
    after = range(index, min(index + POST_HEAD, len(lookups.document.blocks)))
    for at in (*after, *range(index - 1, max(-1, index - POST_HEAD), -1)):
        block = lookups.document.blocks[at]
        if len(block.text) > MAX_LONE_CHARS or not any(span.tag == "time" for span in block.spans):
            continue
        for dated in _dates_of(lookups, at, "thread"):
            yield dated
            return


def _labelled_indices(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the short lines with a label before the date, on the line or as the line above."""
    labels = lookups.lexicon.published_labels
    before = ""
    for index, block in enumerate(lookups.document.blocks):
        text = block.text
        if len(text) <= MAX_LABELLED_CHARS and not is_body(block):
            start = _BEFORE_DIGITS.match(text)
            label = start[0] if start is not None else before if text[:1].isdigit() or before[:1].isupper() else ""
            if label and label.casefold().strip(_LABEL_END) in labels and not is_foreign(lookups, block):
                yield index
        before = text if len(text) <= MAX_LABEL_CHARS else ""


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
        if len(text) > MAX_LABELLED_CHARS and not kept_as(block, Part.TEXT) and _DIGIT.search(text):
            begins = text[:MAX_LABEL_CHARS].casefold().startswith(sentences)
            if begins or "\n" in text:
                yield index, begins


def _behind_labels(text: str, lookups: ArticleLookups) -> Iterator[tuple[str, Found]]:
    """Yield the dates of a block, each with what is before it on its line, folded."""
    for found in find_dates(text, lookups.lexicon, lookups.habits):
        before = text[: found.start].rsplit("\n", 1)[-1]
        yield _without_weekday(before.casefold().strip(_LABEL_END), lookups.lexicon), found


def _is_record(block: Block, dates: Iterable[tuple[str, Found]], lexicon: Lexicon) -> bool:
    return removed_as(block, KindName.SITE_FOOTER) and any(label in lexicon.modified_labels for label, _ in dates)


@cache
def _sentences(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(lexicon.words("dates.sentences"))


def _dates_of(lookups: ArticleLookups, index: int, sign: str) -> Iterator[Dated]:
    """Yield the dates of a block: those that markup gives, else those in its text that are not part of a sentence."""
    block = lookups.document.blocks[index]
    times = list(islice((span for span in block.spans if _is_time(span)), MAX_TIMES))
    if not times and not _DIGIT.search(block.text):
        return
    habits = lookups.habits
    for span in times:
        iso = _marked(span, lookups) or parse_date(span.text, lookups.lexicon, habits) or _titled(span, lookups)
        before = _before(lookups, index, max(block.text.find(span.text), 0))
        if iso is not None and not _ends_with(before, lookups.lexicon.other_labels):
            said = "datepublished" in span.itemprop.lower() or _ends_with(before, lookups.lexicon.published_labels)
            yield Dated(iso, f"block:{index}:{span.tag}", sign, _is_change(lookups, index, before, span), said)
    is_text = kept_as(block, Part.TEXT)
    for found in () if times else find_dates(block.text, lookups.lexicon, habits):
        before = _before(lookups, index, found.start)
        if is_text and _is_within_sentence(block.text, found, lookups.lexicon):
            continue
        if _stands_alone(block.text, found, lookups.lexicon) and not _ends_with(before, lookups.lexicon.other_labels):
            said, is_change = (
                _ends_with(before, lookups.lexicon.published_labels),
                _is_change(lookups, index, before, None),
            )
            if said or is_change or not _is_of_story(lookups, block, found):
                yield Dated(found.iso, f"block:{index}", sign, is_change, said)


def _is_of_story(lookups: ArticleLookups, block: Block, found: Found) -> bool:
    """Return whether a line is all a link to another page, with a title beside its date: "Pier burns down (5 May)"."""
    links = [span for span in block.spans if span.tag == "a" and span.href]
    if len(links) != 1 or block.link_chars < len(block.text):
        return False
    if _begins_with_byline(block.text.casefold(), lookups.lexicon):
        return False
    titled = len(_WORD.findall(f"{block.text[: found.start]} {block.text[found.end :]}")) >= TITLE_WORDS
    return titled and loose_path(join_link(lookups.address, links[0].href)) != loose_path(lookups.address)


def _is_time(span: Span) -> bool:
    """Return whether an inline element is marked as a date: <time>, itemprop, a title in ISO 8601."""
    tag, itemprop, hints = span.tag, span.itemprop, span.hints
    if tag == "time" or (itemprop and "date" in itemprop.lower()):
        return True
    return tag != "a" and bool(hints) and _MOMENT.search(hints) is not None


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
    before = span.hints[: found.start].casefold().strip(_LABEL_END)
    is_label = (
        before.rpartition(" ")[2] in lookups.lexicon.words("dates.weekdays")
        or before in lookups.lexicon.published_labels
    )
    return found.iso if not before or is_label else None


def _before(lookups: ArticleLookups, index: int, start: int) -> str:
    """Return, folded, what is before a date and its weekday: on its line, or as a label on the line above."""
    blocks = lookups.document.blocks
    if start == 0 and index and len(blocks[index - 1].text) <= MAX_LABEL_CHARS:
        return blocks[index - 1].text.casefold().rstrip(_LABEL_END)
    return _without_weekday(blocks[index].text[:start].casefold().rstrip(_LABEL_END), lookups.lexicon)


def _without_weekday(before: str, lexicon: Lexicon) -> str:
    """Return a folded line without the day of the week at its end: "updated: friday" is "updated"."""
    head, _, last = before.rpartition(" ")
    return head.rstrip(_LABEL_END) if head and last in lexicon.words("dates.weekdays") else before


def _is_change(lookups: ArticleLookups, index: int, before: str, span: Span | None) -> bool:
    if span is not None and span.itemprop:
        return "modified" in span.itemprop.lower()
    if _ends_with(before, lookups.lexicon.modified_labels):
        return True
    if _ends_with(before, lookups.lexicon.published_labels):
        return False
    words = class_tokens(lookups.document, lookups.document.blocks[index].element, 1)
    words |= name_words(span.classes) if span is not None else frozenset()
    known = lookups.lexicon.class_words
    return not words.isdisjoint(known["changed"]) and words.isdisjoint(known["published"])


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
    found: dict[str, list[str]] = {}
    for label in labels:
        found.setdefault(label[-1], []).append(label)
    return {letter: tuple(alike) for letter, alike in found.items()}


def _stands_alone(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Return whether a date is what a line is about: a label, or little, is before it."""
    before = text[: found.start].rsplit("\n", 1)[-1].casefold().rstrip(_LABEL_END)
    if _COPYRIGHT.search(before) or _names_an_issue(text[found.end :], lexicon):
        return False
    if len(before) <= MAX_LABEL_CHARS:
        return len(text) <= MAX_LINE_CHARS
    if _ends_with(before, lexicon.published_labels) or _ends_with(before, lexicon.modified_labels):
        return True
    last = _CLAUSE.split(before)[-1]  # "..., submitted by Lisa Knisely on October 26, 2012"
    return len(last) <= MAX_LABEL_CHARS and _begins_with_byline(last, lexicon)


def _is_within_sentence(text: str, found: Found, lexicon: Lexicon) -> bool:
    """Return whether words that are no label stand before a date, and the sentence goes on behind it."""
    before = text[: found.start].rsplit("\n", 1)[-1].casefold().rstrip()
    if not before[-1:].isalpha() or _GOES_ON.match(text, found.end) is None:
        return False
    labels = (lexicon.published_labels, lexicon.modified_labels)
    return not any(_ends_with(before, known) for known in labels) and not _begins_with_byline(before, lexicon)


def _begins_with_byline(folded: str, lexicon: Lexicon) -> bool:
    labels = _byline_labels(lexicon)
    return folded.startswith(labels) and any(_begins_with(folded, label) for label in labels)


@cache
def _byline_labels(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(lexicon.words("people.by"))


def _names_an_issue(rest: str, lexicon: Lexicon) -> bool:
    """Return whether a printed issue is named by its day: "December 5, 2016 Issue"; it came out earlier."""
    word = rest.strip(_LABEL_END).casefold()
    return bool(word) and word in lexicon.words("dates.issue")


def under_text(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of the lines right under the text, where one of them is short and holds one date."""
    if not lookups.page_index.kept:
        return
    last, blocks = lookups.page_index.kept[-1], lookups.document.blocks
    for index in range(last, min(last + LABELLED_UNDER_TEXT, len(blocks))):
        text = blocks[index].text
        is_near = index < last + LINES_UNDER_TEXT or _begins_with_byline(text.casefold(), lookups.lexicon)
        if len(text) <= MAX_LABELLED_CHARS and is_near and not is_foreign(lookups, blocks[index]):
            dates = [dated for dated in _dates_of(lookups, index, "under the text") if not dated.is_change]
            if len(dates) == 1:
                yield dates[0]


def lone_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of lines that are nothing else and whose place is named after it, when all have the same day."""
    words = lookups.lexicon.class_words["date"]
    first: Dated | None = None
    for index, block in enumerate(lookups.document.blocks):
        if len(block.text) > MAX_LONE_CHARS or not _DIGIT.search(block.text) or is_foreign(lookups, block):
            continue
        timed = any(span.tag == "time" for span in block.spans)
        if timed or not words.isdisjoint(class_tokens(lookups.document, block.element, 1)):
            for dated in _dates_of(lookups, index, "alone"):
                first = dated if first is None and not dated.is_change else first
                if first is not None and not dated.is_change and dated.iso[:10] != first.iso[:10]:
                    return
    if first is not None:
        yield first


def aside_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the date of side columns, where all of them hold one day, marked as a time or labelled as published."""
    first: Dated | None = None
    for index in islice(lookups.page_index.removed_as(KindName.SIDEBAR), MAX_LABELLED):
        if len(lookups.document.blocks[index].text) > MAX_LABELLED_CHARS:
            continue
        for dated in _dates_of(lookups, index, "aside"):
            if first is not None and dated.iso[:10] != first.iso[:10]:
                return
            first = first or (dated if dated.is_said or dated.origin.endswith(":time") else None)
    if first is not None and not first.is_change:
        yield first


def relative_dates(lookups: ArticleLookups) -> Iterator[Dated]:
    """Yield the days of lines beside the headline such as "3 hours ago", counted from when the page was fetched."""
    fetched = lookups.page.fetched_at
    for index in lookups.byline if fetched is not None else ():
        text = lookups.document.blocks[index].text
        iso = (
            relative_day(text, fetched, lookups.lexicon)
            if fetched is not None and len(text) <= MAX_LABELLED_CHARS
            else None
        )
        if iso is not None:
            before = text.casefold()
            change = any(_begins_with(before, label) for label in lookups.lexicon.modified_labels)
            yield Dated(iso, f"block:{index}:relative", "relative", is_change=change)


def _begins_with(text: str, label: str) -> bool:
    return text.startswith(label) and not text[len(label) : len(label) + 1].isalpha()
