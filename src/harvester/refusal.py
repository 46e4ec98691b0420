"""Finds the reason why a page has no article, instead of inventing one."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from harvester.content import is_hardly_article, says_article
from harvester.errors import NoArticle, Reason
from harvester.models import Block, Document, Kept, PageType, Part, Role, text_numbers
from harvester.models.frozen import at_once
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Finder, finder
from harvester.text import ends_sentence, fold, is_cjk, is_dated, is_paragraph, reads_as_prose, units

MIN_ARTICLE_CHARS: Final = 140  # below it, what is found on a page is a teaser, a caption or a notice
MIN_ARTICLE_CJK_CHARS: Final = 60
MIN_SHORT_CHARS: Final = 70  # of news in brief on a page that calls itself an article, or is dated below its headline
_MIN_SHORT_CJK_CHARS: Final = 24
_DATED_NEWS: Final = 0.6  # probability of being an article, from which a dated headline with sentences below is one
_MIN_TITLE: Final = 4  # characters, of which CJK headlines have few
_BESIDE_HEADLINE: Final = 4  # blocks below it, in which its date stands
_SURE_ARTICLE: Final = 0.95  # probability of being one, from which a page need not call itself so
_MAX_SHELL_CHARS: Final = 400  # visible on a page that a script fills
_MAX_WALL_CHARS: Final = 4_000  # and on a wall with its legal notices
_MIN_PURPOSES: Final = 3
_MIN_CHECKS: Final = 2  # an article quotes one, and has another title
_BOT_CHECK: Final = "this is a bot check, not the page; fetch it again later or by hand"
_TITLE: Final = Kept(Part.TITLE)
_MIN_TEASERS: Final = 4  # headlines that are links, from which a page may be a list of articles
_MIN_HEADLINE_WORDS: Final = 5  # "Santa Perpetua Alta" is the name of an item
_MIN_HEADLINE_CJK: Final = 10  # letters
_SCRIPT: Final = re.compile(rb"<script", re.IGNORECASE)
_BODY_ROLES: Final = frozenset({Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM})
_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
_TEXT: Final = itemgetter(Block._fields.index("text"))
_MIN_BODY_PARAGRAPHS: Final = 3
_MIN_BODY_UNITS: Final = 80  # words, or Han and kana letters
# Of sentences in a row, words or Han and kana letters. Where more is asked for, short news on old portals, whose pages
# are links for the most part, is refused as often as the front pages that more would catch.
_MIN_RUN_UNITS: Final = 60
_MIN_LINKS: Final = 10  # on a page that lists others, its menu counted in
_MIN_LISTED: Final = 3  # of a page with hardly any text; fewer are no list
_INDEX: Final = "this is a list of other pages; pass those, or ask for lists, too (page types: all)"
_MAX_TEASER_CHARS: Final = 250  # of prose below each and above the first; an item of a listicle has more above or below


@at_once
@dataclass(frozen=True, slots=True)
class Asked:
    """What is known of a page beside its blocks, and what is asked for."""

    page_type: PageType | None  # None: nobody knows
    wanted: Collection[str]  # types of page
    body: bytes | None = None  # as it was fetched; None: nobody knows

    @property
    def has_scripts(self) -> bool:
        """Whether the page runs scripts, which may be what fills it; so does one of which nobody knows."""
        return self.body is None or _SCRIPT.search(self.body) is not None

    @property
    def refuses_lists(self) -> bool:
        """Whether a page that lists others is no article."""
        return "listing" not in self.wanted

    @property
    def is_article(self) -> bool:
        """Whether the page is an article beyond doubt."""
        return self.page_type is not None and self.page_type.probabilities.get("article", 0.0) >= _SURE_ARTICLE

    @property
    def may_be_news(self) -> bool:
        """Whether the page is likelier an article than anything else, so that a dated headline tells the rest."""
        return self.page_type is not None and self.page_type.probabilities.get("article", 0.0) >= _DATED_NEWS

    @property
    def wants_no_article(self) -> bool:
        """Whether the page is asked for and hardly an article: links and headings may be all that it has to say."""
        found = self.page_type
        return found is not None and found.name in self.wanted and is_hardly_article(found)

    @property
    def is_list(self) -> bool:
        """Whether the page is likelier a list of others than anything else."""
        return self.page_type is not None and self.page_type.name == "listing"


def refuse_without_article(subject: str, document: Document, asked: Asked, lexicon: Lexicon) -> None:
    """Raise NoArticle when the kept blocks make no article; the reason names what the page is instead."""
    kept = [document.blocks[at] for at in text_numbers(document.blocks)]
    # Of long pages nothing is read but this: no wall has so much to say.
    is_short = sum(map(len, map(_TEXT, document.blocks))) + len(document.blocks) - 1 <= _MAX_WALL_CHARS
    if is_short and _asks_for_consent(kept, lexicon):
        raise NoArticle(
            subject, Reason.CONSENT_WALL, "this is a consent wall, not the page; save it again after consent"
        )
    if is_short and _is_wordy_bot_check(document, lexicon) and not says_article(document):
        raise NoArticle(subject, Reason.BLOCKED, _BOT_CHECK)
    if asked.refuses_lists and is_teaser_list(kept):
        raise NoArticle(subject, Reason.INDEX_PAGE, _INDEX)
    if _is_article(kept, MIN_ARTICLE_CHARS, MIN_ARTICLE_CJK_CHARS) or (
        _is_article(kept, MIN_SHORT_CHARS, _MIN_SHORT_CJK_CHARS) and _is_short_news(document, kept, asked)
    ):
        _refuse_other_types(subject, document, kept, asked)
        return
    visible = " ".join(block.text for block in document.blocks) if is_short else ""
    if is_short and is_bot_check(f"{document.title or ''} {visible}", lexicon):
        raise NoArticle(subject, Reason.BLOCKED, _BOT_CHECK)
    text = "\n".join(block.text for block in kept)
    says_enough = asked.wants_no_article and len(text) >= MIN_ARTICLE_CHARS
    if is_short and speaks_of_consent(text if says_enough else visible, lexicon):
        raise NoArticle(
            subject, Reason.CONSENT_WALL, "this is a consent wall, not the page; save it again after consent"
        )
    if is_short and asked.has_scripts and len(visible) <= _MAX_SHELL_CHARS:
        raise NoArticle(subject, Reason.NEEDS_JS, "the page is empty until its scripts run; save it from a browser")
    if asked.refuses_lists and asked.is_list and _links(document) >= _MIN_LISTED:
        raise NoArticle(subject, Reason.INDEX_PAGE, _INDEX)
    if says_enough:
        return
    raise NoArticle(subject, Reason.NOT_ARTICLE, "no article found: too little text, or links and labels only")


def _asks_for_consent(kept: list[Block], lexicon: Lexicon) -> bool:
    """Return whether the text names the purposes that consent is asked for.

    They are worded by the IAB's Transparency and Consent Framework; a news text quotes one of them at most.
    """
    text = " ".join(block.text for block in kept)
    purposes = _purposes(lexicon)(text)
    if len(purposes) < _MIN_PURPOSES:
        return False
    text = text.lower()
    return sum(purpose in text for purpose in purposes) >= _MIN_PURPOSES


def _is_wordy_bot_check(document: Document, lexicon: Lexicon) -> bool:
    """Return whether a page is a challenge that explains itself, at the length of an article.

    Its title or first heading has a phrase of challenges, and it has another one. So has an article about them, which
    calls itself one in its head, as no challenge does.
    """
    texts = [text.replace("’", "'").lower() for text in (document.title or "", *map(_TEXT, document.blocks))]
    whole = "\n".join(texts)
    phrases = _bot_checks(lexicon)(whole)
    if len(phrases) < _MIN_CHECKS or sum(phrase in whole for phrase in phrases) < _MIN_CHECKS:
        return False
    heading = next((text for text, one in zip(texts[1:], document.blocks, strict=True) if one.role is _HEADING), "")
    return any(phrase in title for title in (texts[0], heading) for phrase in phrases)


def is_bot_check(text: str, lexicon: Lexicon) -> bool:
    """Return whether a page is a challenge: it wants to see a human first."""
    return bool(_bot_check(lexicon).search(text))


def speaks_of_consent(text: str, lexicon: Lexicon) -> bool:
    """Return whether a word of consent is beside what it is asked for: cookies, partners."""
    return bool(_consent(lexicon).search(text))


@lru_cache(maxsize=RULES_CACHED)
def _purposes(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("pages.consent_purposes"))


@lru_cache(maxsize=RULES_CACHED)
def _bot_checks(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("pages.bot_checks"))


@lru_cache(maxsize=RULES_CACHED)
def _bot_check(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(either(lexicon.words("pages.bot_checks")), re.IGNORECASE)


@lru_cache(maxsize=RULES_CACHED)
def _consent(lexicon: Lexicon) -> re.Pattern[str]:
    consent, subjects = either(lexicon.words("pages.consent")), either(lexicon.words("pages.consent_subjects"))
    goods = either(lexicon.words("pages.consent_goods"))
    return re.compile(
        rf"(?:{consent}).{{0,60}}(?:{subjects}|{goods})|(?:{subjects}).{{0,200}}(?:{consent})",
        re.IGNORECASE | re.DOTALL,
    )


def _refuse_other_types(subject: str, document: Document, kept: list[Block], asked: Asked) -> None:
    """Raise NoArticle when the page is of a type that is not asked for, as far as can be known.

    A body of sentences is no list of others, whatever the page looks like; nor is a page with hardly any links.
    """
    found = asked.page_type
    if found is None or found.may_be(asked.wanted):
        return
    if found.name != "listing":
        explanation = f"the page is of the type {found.name}, which is not asked for"
        raise NoArticle(subject, Reason.NOT_ARTICLE, explanation)
    if _links(document) >= _MIN_LINKS and not has_body(kept):
        raise NoArticle(subject, Reason.INDEX_PAGE, _INDEX)


def _links(document: Document) -> int:
    return sum(span.tag == "a" for block in document.blocks for span in block.spans)


def has_body(kept: list[Block]) -> bool:
    """Return whether most of the sentences are one run, with nothing that leads elsewhere in between."""
    runs = [sum(run) for run in _prose_runs(kept, _leads_elsewhere)]
    longest = max(runs, default=0)
    return longest >= _MIN_RUN_UNITS and longest * 2 >= sum(runs)


def _leads_elsewhere(block: Block) -> bool:
    return block.link_chars * 2 > len(block.text)


def _prose_runs(blocks: Iterable[Block], is_border: Callable[[Block], bool]) -> Iterator[list[int]]:
    """Yield of each run of blocks between two borders the units of its blocks of sentences."""
    for between, run in groupby(blocks, key=is_border):
        if not between:
            yield [units(block.text) for block in run if reads_as_prose(block.text, block.link_chars)]


def is_teaser_list(kept: list[Block]) -> bool:
    """Return whether the text is headlines that are links, each with a line or two below it, and hardly more."""
    linked = [at for at, block in enumerate(kept) if _is_linked_headline(block)]
    if len(linked) < _MIN_TEASERS:
        return False
    if _has_paragraphs(kept):
        return False
    above, below = _prose(kept[: linked[0]]), _prose(kept[linked[0] :])
    return above <= _MAX_TEASER_CHARS and below <= _MAX_TEASER_CHARS * len(linked)


def _has_paragraphs(kept: list[Block]) -> bool:
    """Return whether paragraphs of a text follow one another with no heading between: teasers have one each."""
    body = (block for block in kept if block.role in _BODY_ROLES or block.role is Role.HEADING)
    runs = _prose_runs(body, lambda block: block.role is Role.HEADING)
    return any(len(run) >= _MIN_BODY_PARAGRAPHS and sum(run) >= _MIN_BODY_UNITS for run in runs)


def _is_linked_headline(block: Block) -> bool:
    """Return whether the block is a heading that leads elsewhere and reads as a headline, not as a name in a list."""
    if block.role is not _HEADING or block.link_chars * 2 <= len(block.text) or block.text[0].isdigit():
        return False
    return units(block.text) >= (_MIN_HEADLINE_CJK if is_cjk(block.text) else _MIN_HEADLINE_WORDS)


def _prose(blocks: list[Block]) -> int:
    return sum(len(block.text) for block in blocks if block.role is not Role.HEADING)


def _is_short_news(document: Document, kept: list[Block], asked: Asked) -> bool:
    """Return whether the page is an article under a headline: by its own word, by far, or by its date; to the end.

    One that is an article by both need not end in a sentence: a post may be a few terms and names.
    """
    title = next((at for at, block in enumerate(document.blocks) if block.verdict == _TITLE), None)
    if title is None:
        return False
    says = says_article(document)
    if not (says or asked.is_article or (asked.may_be_news and _is_dated_headline(document, title))):
        return False
    body = [block for block in kept if block.role is Role.PARAGRAPH]
    is_whole = bool(body) and ends_sentence(body[-1].text) and reads_as_prose(body[-1].text, body[-1].link_chars)
    return is_whole or (says and asked.is_article)


def _is_dated_headline(document: Document, at: int) -> bool:
    """Return whether a headline is what the page is titled by, with a date right below it."""
    below = document.blocks[at + 1 : at + 1 + _BESIDE_HEADLINE]
    headline, title = fold(document.blocks[at].text), fold(document.title or "")
    is_titled = len(title) >= _MIN_TITLE and (headline in title or title in headline)
    return is_titled and any(is_dated(one.text) for one in below)


def _is_article(kept: list[Block], enough: int, enough_cjk: int) -> bool:
    """Return whether the kept blocks hold enough text that is neither headings nor links, in characters.

    Headings that are paragraphs count: some pages set all of their text in one.
    """
    body = [block for block in kept if block.role is not _HEADING or is_paragraph(block.text, block.link_chars)]
    text = "".join(block.text for block in body)
    own_chars = len(text) - sum(block.link_chars for block in body)
    return own_chars >= (enough_cjk if is_cjk(text) else enough)
