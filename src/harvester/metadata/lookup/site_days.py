"""The days in the head and the foot of the site: a clock there, and the day in a footer, are not the article's."""

import re
from bisect import bisect_left
from datetime import date
from itertools import takewhile
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.page_index import ancestors, key_of
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups, leads_home
from harvester.models import Block, ImageTag
from harvester.rules.kind_names import KindName
from harvester.rules.markup_rules import name_words
from harvester.urls import file_name

MAX_CLOCK_CHARS: Final = 80
MAX_SIGN_CHARS: Final = 1  # of a weekday that is no word
MENU_REACH: Final = 12  # blocks between a day and a menu or a logo in one container with it
LOGO_REACH: Final = 2  # blocks between a day and a picture of the site's name
_WORD: Final = re.compile(r"[^\W\d_]+")
_ARTICLES: Final = frozenset({"article", "main"})


def is_of_today(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line is called the day on which the page is looked at, or has it in the head of the site."""
    if lookups.page_index.names.own(block.element) & called.TODAY:
        return True
    fetched, headline = lookups.page.fetched_at, lookups.headline
    if fetched is None or headline is None or len(block.text) > MAX_CLOCK_CHARS:
        return False
    blocks = lookups.document.blocks
    if block.element >= blocks[headline].element or not _is_outside(lookups, block):
        return False
    found = next(find_dates(block.text, lookups.lexicon, lookups.habits), None)
    return found is not None and abs((date.fromisoformat(found.iso[:10]) - fetched.date()).days) <= 1


def _is_outside(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a block is outside the <article> or <main> that the headline is in."""
    elements = lookups.document.elements
    holds = max((at for at in lookups.own if elements[at].tag in _ARTICLES), default=None)  # the innermost
    return holds is not None and holds not in ancestors(lookups.document, block.element)


def is_of_site(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a line is in the head of the site, above its menu or beside its logo, or in its footer."""
    document, headline = lookups.document, lookups.headline
    if headline is None or index == headline:
        return False
    places = tuple(ancestors(document, document.blocks[index].element))
    if any(document.elements[at].tag in _ARTICLES for at in places):
        return False
    around = tuple(takewhile(lambda at: at not in lookups.own, places))
    if index < headline:
        return _is_above_menu(lookups, index, headline) or _is_beside_menu(lookups, index, around)
    return _is_in_foot(lookups, index, around)


def _is_above_menu(lookups: ArticleLookups, index: int, headline: int) -> bool:
    """Return whether a menu stands between a line and the headline; figures to turn pages or sizes with are none."""
    menus, blocks = lookups.page_index.removed_as(KindName.NAV_MENU), lookups.document.blocks
    between = menus[bisect_left(menus, index) : bisect_left(menus, headline)]
    return any(_WORD.search(blocks[at].text) for at in between)


def _is_beside_menu(lookups: ArticleLookups, index: int, around: tuple[int, ...]) -> bool:
    """Return whether a line above the headline shares a container that has not the headline with a menu or the logo."""
    document, places = lookups.document, frozenset(around)
    for at in range(max(0, index - MENU_REACH), index):
        if _is_furniture(lookups, at) and not places.isdisjoint(ancestors(document, document.blocks[at].element)):
            return True
    if _is_beside_logo(lookups, index, places):
        return True
    return _leads_home(lookups, index) and _is_little_else(lookups, document.blocks[index])


def _is_beside_logo(lookups: ArticleLookups, index: int, places: frozenset[int]) -> bool:
    """Return whether a picture of the site's name stands in a container with a line, in another cell of it."""
    document = lookups.document
    own = document.blocks[index].element
    for image in document.images:
        if abs(image.block - index) > LOGO_REACH or image.element == own or not _is_logo(lookups, image):
            continue
        if not places.isdisjoint(ancestors(document, image.element)):
            return True
    return False


def _is_logo(lookups: ArticleLookups, image: ImageTag) -> bool:
    """Return whether the name of a picture's file calls it a logo, or its alternative text is the site's name."""
    words = name_words(file_name(image.url).lower())
    return not words.isdisjoint(lookups.lexicon.class_words["site"]) or key_of(image.alt) in lookups.names


def _is_furniture(lookups: ArticleLookups, index: int) -> bool:
    block = lookups.document.blocks[index]
    if removed_as(block, KindName.BREADCRUMB) or lookups.page_index.names.around(block.element) & called.BREADCRUMB:
        return False
    return removed_as(block, KindName.NAV_MENU) or _leads_home(lookups, index)


def _leads_home(lookups: ArticleLookups, index: int) -> bool:
    spans = lookups.document.blocks[index].spans
    return any(span.tag == "a" and span.text and leads_home(lookups, span.href) for span in spans)


def _is_little_else(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line holds no more than links, marks and a day with its weekday: no byline behind "Home"."""
    found = next(find_dates(block.text, lookups.lexicon, lookups.habits), None)
    rest = block.text[: found.start] + block.text[found.end :] if found is not None else block.text
    for span in block.spans:
        rest = rest.replace(span.text, "", 1) if span.tag == "a" else rest
    words = (word.casefold() for word in _WORD.findall(rest) if len(word) > MAX_SIGN_CHARS)
    return lookups.lexicon.words("dates.weekdays").issuperset(words)


def _is_in_foot(lookups: ArticleLookups, index: int, around: tuple[int, ...]) -> bool:
    """Return whether a line below the text is in the site's footer, or in one container with its copyright line."""
    document, text = lookups.document, lookups.page_index.kept
    if not text or index <= text[-1]:
        return False
    names = lookups.page_index.names
    said = [names.own(at) for at in around]
    if any(bits & (called.FOOTER | called.FOOT) for bits in said) or removed_as(
        document.blocks[index], KindName.SITE_FOOTER
    ):
        return not any(bits & called.ARTICLE and bits & called.FOOT for bits in said)
    places = frozenset(around)
    owned = (at for at in lookups.page_index.removed_as(KindName.COPYRIGHT_NOTICE, KindName.SITE_FOOTER))
    near = (at for at in owned if abs(at - index) <= MENU_REACH and at > text[-1])
    return any(not places.isdisjoint(ancestors(document, document.blocks[at].element)) for at in near)
