"""What other people wrote on the page of an article: threads of comments, and further articles below the first."""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from typing import Final

from harvester.models import Block, Document, Element, Removed, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.kinds import Hit
from harvester.rules.lexicon import Lexicon
from harvester.text import fold, is_dated

THREAD: Final = KindName.COMMENT_THREAD
_HEADING: Final = Role.HEADING  # by a name of its own: Python looks the members of an enum up slowly
# A thread may be forty times as long as the article above it: what is left is measured in characters, not as a share.
MIN_BESIDE_THREAD: Final = 250
SECOND_ARTICLE: Final = "place:second article"
FURTHER_ARTICLE: Final = "place:further article"
STORY_CARDS: Final = Removed(KindName.RELATED_POSTS, "place:dated cards")
_MIN_SECOND_PROSE: Final = 400  # characters; cards of other stories have a teaser's worth
_MIN_LED_PROSE: Final = 100  # of one whose headline is a link, behind an <article>
_MIN_FIRST_PROSE: Final = 100  # of an article in a few lines
_HEAD_BLOCKS: Final = 5  # a section, a date or a byline may be above the headline of an article
_MIN_CARD_TITLE: Final = 20  # characters of a headline that is a link; the name of a reader is shorter
_ALL_LINK: Final = 0.9  # of its characters
_MOST_CARDS: Final = 0.7  # of the items of a list
_MIN_COMMON_WORDS: Final = 0.5  # of the words of two elements that say the same


def are_cards(outline: Outline, extents: Sequence[tuple[int, int]]) -> bool:
    """Return whether most of some dated items are teasers of other stories: each has a headline that is a link.

    A comment may have a link to itself, which says when it was written.
    """
    blocks = outline.document.blocks
    titled = sum(any(map(_is_card_title, blocks[slice(*extent)])) for extent in extents)
    return titled >= _MOST_CARDS * len(extents)


def _is_card_title(block: Block) -> bool:
    length = len(block.text)
    return length >= _MIN_CARD_TITLE and block.link_chars >= _ALL_LINK * length and not is_dated(block.text)


def _thread_among(hits: Sequence[Hit]) -> Hit | None:
    for hit in hits:  # in a loop of its own: of a page's hits hardly any is such
        if hit.kind == THREAD and not hit.weak:
            return hit
    return None


def threads(outline: Outline, said: Mapping[int, Sequence[Hit]], lexicon: Lexicon) -> dict[int, Hit]:
    """Return the outermost elements whose names mean comments, with the rule's hit; `said` are all hits.

    None that holds the headline, or beside which there is hardly any prose: <body> is often named "comment-open". Nor a
    post: it may be filed under such a word.
    """
    bearing = _headline_elements(outline)
    most = outline.total_prose - MIN_BESIDE_THREAD
    found: dict[int, Hit] = {}
    taken_until = 0
    prose, signatures, filed = outline.element_prose, outline.signatures, lexicon.class_words["filed"]
    for index in said:
        first, end = outline.extents[index]
        if first == end or end <= taken_until or index in bearing or prose[index] > most:
            continue
        if (hit := _thread_among(said[index])) and filed.isdisjoint(signatures[index].split()):
            found[index] = hit
            taken_until = end
    return found


def _headline_elements(outline: Outline) -> set[int]:
    """Return the elements around the headline, the first h1 and the elements that are marked as the body."""
    found = set(outline.above_headline)
    h1 = outline.first_h1 if outline.first_h1 != outline.headline else None
    for index in (*(() if h1 is None else (outline.document.blocks[h1].element,)), *outline.bodies):
        found.update(takewhile(lambda element: element not in found, outline.upwards(index)))
    return found


def further_articles(outline: Outline, lexicon: Lexicon) -> dict[int, Removed]:
    """Return the blocks of articles behind the page's own, as endless scrolling leaves them.

    Each is behind the element that is marked as the page's article, has the same marks, begins with a headline
    and has prose of its own, of which little will do in an <article> whose headline is a link. It is sure to be another
    where its markup is that of the first, or its headline a link.
    """
    document = outline.document
    words = lexicon.class_words["article"]
    own = _own_article(outline, words)
    if own is None:
        return _like_siblings(outline) or _below_like_headlines(outline)
    labels: dict[int, Removed] = {}
    taken_until = outline.extents[own][1]
    for index in outline.with_prose(_MIN_LED_PROSE - 1):
        first, end = outline.extents[index]
        if index <= own or first < taken_until or not is_article(outline, index, words):
            continue
        is_alike = _is_alike(document.elements[own], document.elements[index])
        if (headline := _headline_of(outline, index, is_alike)) is not None:
            is_led = document.blocks[headline].link_chars > 0
            is_story = is_led and document.elements[index].tag == "article"
            if not is_story and outline.element_prose[index] < _MIN_SECOND_PROSE:
                continue
            sure = is_alike or is_led
            rule = SECOND_ARTICLE if sure else FURTHER_ARTICLE
            labels |= dict.fromkeys(range(first, end), Removed(KindName.RELATED_POSTS, rule))
            taken_until = end
    return labels


def _like_siblings(outline: Outline) -> dict[int, Removed]:
    """Return the blocks of articles that no markup calls so: siblings of the page's own, and like it in all.

    Each has the class of the first and begins with a headline of its level and a date. The page's title is the headline
    of the first: a front page of whole posts has another one.
    """
    document = outline.document
    headline = outline.headline
    if headline is None or fold(document.blocks[headline].text) not in fold(document.title or ""):
        return {}
    level, elements = document.blocks[headline].level, document.elements
    around = [own for own in outline.above_headline if elements[own].classes]
    prose, long = outline.element_prose, outline.with_prose(_MIN_SECOND_PROSE - 1)
    wanted = {_form(elements[own]): own for own in around if prose[own] >= _MIN_SECOND_PROSE}
    others: list[int] = []
    for index in long if wanted else ():
        own = wanted.get(_form(elements[index]), index)
        if own < index and _is_dated(outline, own):
            at = _headline_of(outline, index)
            if at is not None and document.blocks[at].level == level and _is_dated(outline, index):
                others.append(index)
    return dict.fromkeys(sorted(covered(outline, others)), Removed(KindName.RELATED_POSTS, SECOND_ARTICLE))


def _below_like_headlines(outline: Outline) -> dict[int, Removed]:
    """Return the blocks of dated articles below a headline that is made as the page's own: tag, level and class.

    The article above may be a few lines long, and its container have another name. What begins with the other headline
    and does not hold the first one is the other article.
    """
    document = outline.document
    at = outline.headline
    if at is None or fold(document.blocks[at].text) not in fold(document.title or ""):
        return {}
    own = document.blocks[at]
    form, above = _headline_form(document, own), outline.around_headline
    others = (
        element
        for block in document.blocks[at + 1 :]
        if form == _headline_form(document, block) is not None and block.text != own.text
        for element in outline.upwards(block.element)
        if element not in above
        and outline.element_prose[element] >= _MIN_SECOND_PROSE
        and sum(outline.prose_chars[at : outline.extents[element][0]]) >= _MIN_FIRST_PROSE
        and _headline_of(outline, element) is not None
        and _is_dated(outline, element)
    )
    return dict.fromkeys(sorted(covered(outline, list(others))), Removed(KindName.RELATED_POSTS, SECOND_ARTICLE))


def _headline_form(document: Document, block: Block) -> tuple[str, int | None, str] | None:
    """Return what headlines of one template have in common; None: the block is no heading with a class."""
    if block.role is not _HEADING or block.element < 0:
        return None
    element = document.elements[block.element]
    return (element.tag, block.level, element.classes) if element.classes else None


def _form(element: Element) -> tuple[int, str, str]:
    """Return what siblings of like markup have in common."""
    return element.parent, element.tag, element.classes


def _own_article(outline: Outline, words: frozenset[str]) -> int | None:
    """Return the innermost <article> around the headline that has prose, else the one whose class means an article.

    A class may name the first part of an article like all its others.
    """
    said = (at for at in outline.above_headline if is_article(outline, at, words))
    fitting = [at for at in said if outline.element_prose[at] >= _MIN_SECOND_PROSE]
    by_tag = (at for at in fitting if outline.document.elements[at].tag == "article")
    return next(by_tag, next(iter(fitting), None))


def is_article(outline: Outline, index: int, words: frozenset[str]) -> bool:
    """Return whether tag or class call the element an article: the sections of one article look alike, too."""
    is_named = outline.document.elements[index].tag == "article"
    return is_named or not words.isdisjoint(outline.signatures[index].split())


def _headline_of(outline: Outline, element: int, is_alike: bool = False) -> int | None:
    """Return the heading that an element begins with, of the level of the page's headline or the next one.

    Of an element that is like the page's own article a lower one will do, where a date stands beside it: the sections
    of one article look alike, too.
    """
    document = outline.document
    first, end = outline.extents[element]
    level = document.blocks[outline.headline or 0].level or 1
    for at in range(first, min(end, first + _HEAD_BLOCKS)):
        block = document.blocks[at]
        if block.role is Role.HEADING:
            is_high = (block.level or 1) <= level + 1
            return at if is_high or (is_alike and _is_dated(outline, element)) else None
    return None


def _is_dated(outline: Outline, element: int) -> bool:
    """Return whether a date stands among the first blocks of an element."""
    first, end = outline.extents[element]
    blocks = outline.document.blocks[first : min(end, first + _HEAD_BLOCKS)]
    return any(block.role is not Role.HEADING and is_dated(block.text) for block in blocks)


def _is_alike(one: Element, other: Element) -> bool:
    """Return whether two elements have the same tag and mostly the same class names; figures in them do not count."""
    words, others = _words(one.classes), _words(other.classes)
    if one.tag != other.tag:
        return False
    return len(words & others) >= _MIN_COMMON_WORDS * max(len(words | others), 1)


def _words(classes: str) -> frozenset[str]:
    """Return the class names that are no numbered ones: "post-47" names this article, "post" any."""
    return frozenset(name for name in classes.split() if not any(character.isdigit() for character in name))


def covered(outline: Outline, elements: Sequence[int]) -> frozenset[int]:
    """Return the blocks in the elements."""
    return frozenset(at for element in elements for at in range(*outline.extents[element]))
