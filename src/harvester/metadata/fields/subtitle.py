"""The standfirst under the headline."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Final

from harvester.metadata.evidence import FieldReading, reading
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.byline_labels import labelled_names
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.name_labels import names_reviewers
from harvester.metadata.lookup.named_sections import leads_about
from harvester.metadata.lookup.page_index import ancestors, key_of, one_line, place_words
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.picture_credits import part_credit
from harvester.metadata.lookup.picture_lines import is_alone_with_picture, repeats_alt
from harvester.metadata.lookup.regions import is_text
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.lookup.text_flow import is_in_flow
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block, Kept, Removed, Role, Span
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.markup_rules import name_words
from harvester.rules.phrases import Finder, finder
from harvester.text import reads_as_prose

_STANDFIRST_ROLES: Final = (Role.PARAGRAPH, Role.HEADING, Role.QUOTE)
MAX_SUBTITLE_CHARS: Final = 500
_NAME_WORDS: Final = 2
MIN_SUBTITLE_CHARS: Final = 15  # shorter is a kicker; Han characters say twice as much
MAX_BYLINE_CHARS: Final = 100
MAX_AROUND_DATE: Final = 30  # characters of a line beside its date: a name, a label
BLOCKS_AFTER_HEADLINE: Final = 8
MAX_DIGITS: Final = 0.1  # of a sentence: more are times and figures
LINES_BELOW: Final = 3  # the headline, where a line that is the description word for word is the standfirst
MIN_TEXT_CHARS: Final = 120
# What rules and the content step take a standfirst for.
STANDFIRST_KINDS: Final = (KindName.NOT_CONTENT, KindName.NAV_MENU, KindName.SECTION_LABEL)
# Read: of those found by class 29 of 31 are right, by the second heading 34 of 38, printed descriptions all 8, of the
# record's second headline 20 of 27: others are the headline in other words; of sentences right below, whatever their
# class, 25 of 26.
TRUST: Final = PlaceTrust(
    {
        "block": 2.5,
        "block:class": 2.5,
        "block:heading": 2.0,
        "block:description": 2.8,
        "block:below": 2.0,
        "json-ld": 1.0,
    }
)
_KICKER_ENDS: Final = (":", "：")
# Who owns a picture, and for whom: "Jane Doe/WENN.com". Sentences have small words between their bars.
_OWNERS: Final = re.compile(r"[^\W\d_][\w.'’&-]*(?: [\w.'’&-]+){0,5}(?:/[^\W\d_][\w.'’&-]*(?: [\w.'’&-]+){0,5})+")
_ASIDE: Final = re.compile(r"[,/(|]")
_MAX_LINK_WORD: Final = 3  # letters of one between names: "of", "the"
MAX_DATELINE_CHARS: Final = 25  # before a description: "Berlin. "
LEVELS: Final = 2  # containers whose class may say that a block is a standfirst


def read_subtitle(
    lookups: ArticleLookups, description: str | None, authors: Iterable[str] = ()
) -> FieldReading[str] | None:
    """Return the standfirst as printed: by verdict, markup, JSON-LD's second headline, or a printed description."""
    blocks = lookups.document.blocks
    for index in lookups.page_index.subtitles:
        if not _is_credit(blocks[index].text, lookups.lexicon):
            return reading("subtitle", one_line(blocks[index]), f"block:{index}")
    given = _given_names(authors)
    near = tuple(index for index in _beside_headline(lookups) if _has_form(blocks[index]))
    near = tuple(index for index in near if not _tells_of(blocks[index].text, given, lookups.lexicon))
    for index in near:  # what takes least time is asked first: few blocks are called a standfirst
        way = _way_of(lookups, index)
        if way is not None and _may_be_standfirst(lookups, index):
            return reading("subtitle", one_line(blocks[index]), f"block:{index}:{way}")
    found = _printed_description(lookups, near, description) or _right_below(lookups, near)
    return found or _second_headline(lookups)


def _given_names(authors: Iterable[str]) -> frozenset[str]:
    return frozenset(name.split()[0] for name in authors if len(name.split()) >= _NAME_WORDS)


def _tells_of(text: str, given: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether a line is about an author: the first name and a verb begin it ("Ada is a writer from York.")."""
    first, *rest = text.split(maxsplit=2)
    return first in given and bool(rest) and rest[0] in lexicon.words("people.tells")  # "Per la prima volta" tells not


def _way_of(lookups: ArticleLookups, index: int) -> str | None:
    """Return what makes a line below the headline a standfirst: its class, or that it is a second heading."""
    if _is_standfirst(lookups, index) or _is_left_lead(lookups, index):
        return "class"
    return "heading" if _is_second_heading(lookups, index) else None


def _beside_headline(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the blocks where a standfirst may be: those after the headline up to the text, and the two above it."""
    if lookups.headline is not None:
        yield from range(
            lookups.headline + 1, min(len(lookups.document.blocks), lookups.headline + 1 + BLOCKS_AFTER_HEADLINE)
        )
        yield from range(lookups.headline - 1, max(-1, lookups.headline - 3), -1)


def _has_form(block: Block) -> bool:
    """Return whether a block has the length and the role of a standfirst, and no rule took it for something else."""
    size = len(block.text) * (1 if block.text.isascii() else 2)
    if not size >= MIN_SUBTITLE_CHARS or len(block.text) > MAX_SUBTITLE_CHARS:
        return False
    if block.role not in _STANDFIRST_ROLES or block.link_chars * 2 > len(block.text):
        return False
    return not isinstance(block.verdict, Removed) or block.verdict.kind in STANDFIRST_KINDS


def _may_be_standfirst(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a block is no line of metadata, not the headline again, and none of the text's paragraphs."""
    block = lookups.document.blocks[index]
    is_foreign = block.element in lookups.foreign or _is_in_window(lookups, block)
    if is_foreign or _repeats_title(block.text, lookups.title or ""):
        return False
    if block.text.rstrip().endswith(_KICKER_ENDS):
        return False
    if len(block.text) <= MAX_BYLINE_CHARS and (
        labelled_names(block.text, lookups.lexicon, lookups.habits.language) or _is_dated(block.text, lookups.lexicon)
    ):
        return False
    if leads_about(block.text, lookups.lexicon):  # "Back to the list"
        return False
    if _is_credit(block.text, lookups.lexicon) or _names_people(block.text, lookups):
        return False
    return not is_in_flow(lookups.document, index)


def _is_in_window(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line is said in a window over the page: what it asks for, not what the article is about."""
    elements, words = lookups.document.elements, lookups.lexicon.class_words["window"]
    return any(place_words(elements[at]) & words for at in ancestors(lookups.document, block.element, LEVELS))


def _repeats_title(text: str, title: str) -> bool:
    """Return whether a line is the headline again, alone or with a kicker."""
    key = key_of(title)
    return key_of(text) == key or (bool(key) and key in key_of(text) and len(key) * 2 > len(key_of(text)))


def _names_people(text: str, lookups: ArticleLookups) -> bool:
    """Return whether a line is persons, one and a role, or who took the pictures: "Jane Doe, Staff Writer"."""
    if len(text) > MAX_BYLINE_CHARS:
        return False
    name, _, role = text.partition(",")
    if role.casefold().strip(" .") in lookups.lexicon.roles and looks_like_person(name.strip(), lookups.lexicon):
        return True
    names = text.split(", ")
    if len(names) > 1 and all(" " in one and looks_like_person(one, lookups.lexicon) for one in names):
        return True
    behind = " ".join(text.split()[-_NAME_WORDS:])  # "Photos by the hundred show ..." goes on as a sentence
    is_checked = names_reviewers(text, lookups.lexicon, lookups.habits.language)
    return is_checked and looks_like_person(behind, lookups.lexicon)


def _is_credit(text: str, lexicon: Lexicon) -> bool:
    """Return whether a line credits a picture: "Photo: Jane Doe", "Photo by Jane Doe", "© Jane Doe"."""
    if "/" in text and len(text) <= MAX_BYLINE_CHARS and _names_owners(text):
        return True
    labels = _credit_finder(lexicon)(text) if len(text) <= MAX_BYLINE_CHARS else _NO_WORDS
    may_credit = bool(labels) or (len(text) <= MAX_BYLINE_CHARS and "©" in text)
    credit = _credit(labels, _by_finder(lexicon)(text)).match(text) if may_credit else None
    if credit is None:
        return False
    # "Foto de familia", "Photos by the hundred" go on as sentences
    return credit["by"] is None or looks_like_person(_ASIDE.split(text[credit.end() :])[0].strip(), lexicon)


def _names_owners(text: str) -> bool:
    """Return whether a line is names with bars between them."""
    words = (word for word in re.split("[ /]", text) if len(word) > _MAX_LINK_WORD)
    return _OWNERS.fullmatch(text) is not None and all(word[0].isupper() for word in words)


@lru_cache(maxsize=RULES_CACHED)
def _credit_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.credit_labels)


@lru_cache(maxsize=RULES_CACHED)
def _by_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("people.by"))


@lru_cache(maxsize=256)
def _credit(labels: frozenset[str], by: frozenset[str]) -> re.Pattern[str]:
    """Return what a credit begins with, of the words that a line holds: of all, it takes a tenth of a second."""
    return re.compile(rf"\s*(?:©|(?:{either(labels)})\s*(?:[:：]|(?P<by>(?:{either(by)})\s)))", re.IGNORECASE)


def _is_dated(text: str, lexicon: Lexicon) -> bool:
    """Return whether a line is about a date: a standfirst names one in a sentence."""
    dates = tuple(find_dates(text, lexicon))
    return bool(dates) and dates[-1].end - dates[0].start + MAX_AROUND_DATE >= len(text)


def _is_standfirst(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a class calls the block a standfirst; one that holds others, too, calls the whole text."""
    elements, block = lookups.document.elements, lookups.document.blocks[index]
    said = lookups.page_index.names.within(block.element, LEVELS)
    if not said & _TELLING and not any(span.classes for span in block.spans):
        return False
    places = [(at, place_words(elements[at])) for at in ancestors(lookups.document, block.element, LEVELS)]
    wide = _NO_WORDS.union(*[words for _, words in places])
    inner = _NO_WORDS.union(*[name_words(span.classes) for span in block.spans if _is_all_of(span, block)])
    known = lookups.lexicon.class_words
    if wide & known["not_standfirst"] or not _calls_standfirst(wide | inner, wide, known):
        return False  # as most: whatever the paragraphs beside it stand in
    neighbours = (_next_paragraph(lookups, index), _paragraph_before(lookups, index))
    around = {at for other in neighbours if other is not None for at in ancestors(lookups.document, other.element)}
    own = inner.union(*[words for at, words in places if at not in around])
    return _calls_standfirst(own, wide, known)


def _is_left_lead(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a sentence that the content step left out of the text, above it, is itself called half of one."""
    said = lookups.page_index.names.own(lookups.document.blocks[index].element)
    if not said & called.HALF_STANDFIRST or said & called.FOREIGN or index < (lookups.headline or 0):
        return False
    blocks = lookups.document.blocks
    first = next((one for one in blocks[index + 1 :] if _heads_or_text(lookups, one)), None)
    if first is None or first.role is Role.HEADING or any(map(str.isdigit, blocks[index].text)):  # a blog's; a price
        return False
    return _is_left_sentence(lookups, index) and not _is_of_picture(lookups, index)


def _is_all_of(span: Span, block: Block) -> bool:
    """Return whether an inline element with a class is all of a block."""
    is_most = span.classes != "" and len(span.text) * 2 > len(block.text)
    return is_most and key_of(span.text) == key_of(block.text)


def _calls_standfirst(words: frozenset[str], around: frozenset[str], known: Mapping[str, frozenset[str]]) -> bool:
    """Return whether a word is one of a standfirst, or half of one whose other half may stand in a name `around`."""
    half = words & known["half_standfirst"] and (words | around) & known["whole_standfirst"]
    return bool(words & known["standfirst"] or half or "alternativeheadline" in words)


_NO_WORDS: Final[frozenset[str]] = frozenset()


# A place or an inline element must have a word of these to be called a standfirst.
_TELLING: Final = called.STANDFIRST | called.HALF_STANDFIRST | called.SECOND_HEADLINE


def _paragraph_before(lookups: ArticleLookups, index: int) -> Block | None:
    before = lookups.document.blocks[index - 1] if index else None
    return (
        before
        if before is not None and before.role is Role.PARAGRAPH and len(before.text) > MIN_SUBTITLE_CHARS
        else None
    )


def _next_paragraph(lookups: ArticleLookups, index: int) -> Block | None:
    """Return the first paragraph of the text behind a block: a kept one, or a long one where no block is judged."""
    for block in lookups.document.blocks[index + 1 :]:
        kept = isinstance(block.verdict, Kept) or (block.verdict is None and len(block.text) >= MIN_TEXT_CHARS)
        if kept and block.role is Role.PARAGRAPH:
            return block
    return None


def _is_second_heading(lookups: ArticleLookups, index: int) -> bool:
    """Return whether the block is a heading right under the headline that heads no text: other things follow it."""
    blocks = lookups.document.blocks
    block = blocks[index]
    if lookups.headline is None or index != lookups.headline + 1 or block.role is not Role.HEADING:
        return False
    level = blocks[lookups.headline].level
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    if level is None or block.level is None or block.level <= level or following is None:
        return False
    return isinstance(following.verdict, Removed) and not isinstance(block.verdict, Kept)


def _right_below(lookups: ArticleLookups, near: tuple[int, ...]) -> FieldReading[str] | None:
    """Return the sentence right below the headline that the content step left out of the text, whatever is its class.

    Where another heading follows before the text, the headline is a blog's name, and the sentence what the blog is
    about; the headline printed once more, and the heading of a box that a rule took, are none.
    """
    blocks = lookups.document.blocks
    below = lookups.headline + 1 if lookups.headline is not None else -1
    if below not in near[:1] or not _is_left_sentence(lookups, below) or _is_of_picture(lookups, below):
        return None
    first = next((one for one in blocks[below + 1 :] if _heads_or_text(lookups, one)), None)
    if first is None or first.role is Role.HEADING or not _may_be_standfirst(lookups, below):
        return None
    return reading("subtitle", one_line(blocks[below]), f"block:{below}:below")


def _is_of_picture(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a picture owns a line: by class, figure, alternative text or credit, or as no other is there."""
    document, names = lookups.document, lookups.page_index.names
    block = document.blocks[index]
    if names.within(block.element, LEVELS) & called.CAPTION:
        return True
    figure = names.nearest(block.element, called.FIGURE)
    if figure is not None and index - 1 >= 0 and figure not in ancestors(document, document.blocks[index - 1].element):
        return True
    if part_credit(one_line(block), None, lookups.lexicon)[1] is not None:
        return True
    return repeats_alt(document, index) or is_alone_with_picture(document, index)


def _is_taken_by_rule(block: Block) -> bool:
    return isinstance(block.verdict, Removed) and block.verdict.kind != KindName.NOT_CONTENT


def _heads_or_text(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a block is of the text or a heading of it: not the headline again, nor of a box."""
    if block.role is not Role.HEADING:
        return is_text(block)
    return not _is_taken_by_rule(block) and not _repeats_title(block.text, lookups.title or "")


def _is_left_sentence(lookups: ArticleLookups, index: int) -> bool:
    """Return whether the content step left a sentence out, and it names no day."""
    block = lookups.document.blocks[index]
    if not isinstance(block.verdict, Removed) or block.verdict.kind != KindName.NOT_CONTENT or block.link_chars:
        return False
    digits = sum(map(str.isdigit, block.text))
    if not reads_as_prose(block.text, 0) or digits > MAX_DIGITS * len(block.text):
        return False
    return not any(find_dates(block.text, lookups.lexicon))


def _second_headline(lookups: ArticleLookups) -> FieldReading[str] | None:
    for text in lookups.article_texts("alternativeHeadline", "alternateName")[:1]:
        title = lookups.title or ""
        if key_of(text) != key_of(title) and len(text) >= MIN_SUBTITLE_CHARS and not _is_romanized(text, title):
            return reading("subtitle", text, "json-ld:alternativeHeadline")
    return None


def _is_romanized(text: str, title: str) -> bool:
    """Return whether a line says in Latin letters what a headline in others says: the words of the page's address."""
    letters = list(filter(str.isalpha, title)) if text.isascii() else []
    return 2 * sum(map(str.isascii, letters)) < len(letters)


def _printed_description(
    lookups: ArticleLookups, near: tuple[int, ...], description: str | None
) -> FieldReading[str] | None:
    """Return the description when it is printed apart from the text: removed, or not beside the next paragraph."""
    key = key_of(description or "")
    blocks = lookups.document.blocks
    if not key:
        return None
    printed = (index for index in near if _prints(blocks[index], key) and _may_be_standfirst(lookups, index))
    below = (index for index in _removed_below(lookups) if _prints(blocks[index], key))
    for index in chain(printed, below):
        if _stands_apart(lookups, index):
            return reading("subtitle", one_line(blocks[index]), f"block:{index}:description")
    return None


def _removed_below(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the lines right below the headline that any rule took: one may be named after a box that it is in."""
    start = len(lookups.document.blocks) if lookups.headline is None else lookups.headline + 1
    for index, block in enumerate(lookups.document.blocks[start : start + LINES_BELOW], start=start):
        if isinstance(block.verdict, Removed) and MIN_TEXT_CHARS // 2 <= len(block.text) <= MAX_SUBTITLE_CHARS:
            yield index


def _prints(block: Block, key: str) -> bool:
    """Return whether a line is the description (folded); where it was removed, a dateline may be before it."""
    own = key_of(block.text)
    if not isinstance(block.verdict, Removed) or len(key) * 2 < MIN_TEXT_CHARS:
        return own == key
    return own.endswith(key) and len(own) <= len(key) + MAX_DATELINE_CHARS


def _stands_apart(lookups: ArticleLookups, index: int) -> bool:
    blocks = lookups.document.blocks
    if isinstance(blocks[index].verdict, Removed):
        return True
    following = next((block for block in blocks[index + 1 :] if block.role is Role.PARAGRAPH), None)
    return following is not None and _parent(lookups, blocks[index]) != _parent(lookups, following)


def _parent(lookups: ArticleLookups, block: Block) -> int:
    elements = lookups.document.elements
    return elements[block.element].parent if 0 <= block.element < len(elements) else -1
