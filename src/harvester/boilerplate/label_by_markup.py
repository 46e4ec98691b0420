"""Boilerplate by place: known by the markup around a block."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Final

from harvester.boilerplate.other_texts import (
    MIN_BESIDE_THREAD,
    SECOND_ARTICLE,
    THREAD,
    covered,
    further_articles,
    is_article,
    threads,
)
from harvester.boilerplate.value_boxes import lists_values_in
from harvester.dom import Cut, NamedCuts
from harvester.models import Block, Element, Removed, Role
from harvester.outline import Outline, is_inside_article
from harvester.rules.kind_names import KindName
from harvester.rules.kinds import Hit
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.load import Rules
from harvester.rules.markup_rules import signature
from harvester.text import fold

# Elements that are what their tag says, whatever their classes.
_TAG_KINDS: Final[Mapping[str, str]] = {
    "nav": KindName.NAV_MENU,
    "footer": KindName.SITE_FOOTER,
    "aside": KindName.SIDEBAR,
}
_KNOWN_TAGS: Final = frozenset(_TAG_KINDS)
_TAG: Final = itemgetter(Element._fields.index("tag"))  # by its name it takes three times as long
# A container with more of the page's prose than this holds the article, or a good part of it.
_MAX_PROSE_SHARE: Final = 0.3
_MAX_WINDOW_SHARE: Final = 0.5  # of the page's characters; what has more is a page named after its consent
_MIN_PROSE_LEFT: Final = 200  # characters; below, nothing worth an article is left
_MIN_THREAD_PROSE: Final = 300  # characters; with less, it is the form to write a comment
_MIN_SHARE_LEFT: Final = 0.25  # of the prose that the greatest kind takes
_NEVER_CONTENT: Final = frozenset({KindName.COOKIE_CONSENT, KindName.NAV_MENU, KindName.SITE_FOOTER})
# Asked for by names of their own: Python looks the members of an enum up slowly.
_CONSENT: Final = KindName.COOKIE_CONSENT
_AUTHOR: Final = KindName.AUTHOR_BIO
_MENU: Final = KindName.NAV_MENU
_SIDEBAR: Final = KindName.SIDEBAR
_LONG: Final = frozenset({_AUTHOR, _MENU})  # kinds of boxes that may hold much prose
_LONGEST: Final = 10  # paragraphs, of which one is no caption
_MIN_LEADING: Final = 0.5  # of the characters of a list of contents: links, and headings printed once more
_LINE_GROUPS: Final = frozenset({"metadata", "media"})  # their boxes hold lines, never a listing of code
# These kinds name parts of the article; a place alone never takes them out.
_PARTS: Final = frozenset(
    {
        *(KindName.FOOTNOTES, KindName.CORRECTION_NOTE, KindName.HARD_WRAP),
        *(KindName.AI_SUMMARY_KEYPOINTS, KindName.CODE_LISTING, KindName.FACT_BOX),
    }
)


def cut_of(element: Element, rules: Rules) -> Cut | None:
    """Return whether an element may be taken as one block when the page is read; see `harvester.dom.pruning`.

    Only where its text gives no field of the article, and sentences only in what never holds an article: whether
    comments or cards of other stories are what a page is about, `label_places` decides.
    """
    hits = rules.places(signature(element._replace(classes=_without_looks(element.classes))))
    if element.tag == "aside" and any(hit.kind in _PARTS for hit in hits):
        return None
    for hit in hits:
        if hit.kind in _PARTS:
            continue
        kind = rules.kinds[hit.kind]
        if kind.disposition != "drop":
            return None
        with_prose = hit.kind in _NEVER_CONTENT and not hit.weak
        return Cut(Removed(hit.kind, hit.rule), with_prose, kind.leads, spares_values=hit.kind == _SIDEBAR)
    name = _TAG_KINDS.get(element.tag)
    label = Removed(name, f"place:<{element.tag}>") if name else None
    return Cut(label, name in _NEVER_CONTENT, spares_values=name == _SIDEBAR) if label else None


@lru_cache(maxsize=RULES_CACHED)
def cuts_by(rules: Rules) -> NamedCuts:
    """Return what asks `cut_of` while a page is read, and keeps what it said for the next ones."""
    return NamedCuts(partial(cut_of, rules=rules), _KNOWN_TAGS, rules.compiled_places)


def is_final(label: Removed) -> bool:
    """Return whether a place stays what it is whatever its text reads like: consent windows are full of prose."""
    return label.kind == KindName.COOKIE_CONSENT or label.rule == SECOND_ARTICLE


def label_places(outline: Outline, rules: Rules) -> dict[int, Removed]:
    """Return the blocks that are in a place of boilerplate, with the outermost place that is one.

    A container that holds the article is never taken: one with the page's first h1, with articleBody, with the
    longest paragraph, or with over three tenths of the prose. Nor is a kind that would leave hardly any prose beside
    what it takes. A thread of comments is labelled however long it is, as long as some prose is left: whether it is
    what the page is about, as on a forum, is decided by the content step.
    """
    document = outline.document
    said = _places_said(outline, rules)
    found = threads(outline, said, rules.lexicon)
    bearing = _bearing_elements(outline, covered(outline, tuple(found)), rules) - found.keys()
    bearing -= _long_boxes(outline, said, rules.lexicon) | _consent_windows(outline, said)
    judged = {at: document.blocks[at].verdict for at in outline.block_numbers.cut.nonzero()[0].tolist()}
    cut = {at: verdict for at, verdict in judged.items() if isinstance(verdict, Removed)}
    labels: dict[int, Removed] = {}
    taken_until = 0  # blocks before this one are labelled, or are before the element in question
    told = () if _KNOWN_TAGS.isdisjoint(outline.tags) else enumerate(map(_TAG, document.elements))
    tagged = [at for at, tag in told if tag in _KNOWN_TAGS]
    for index in sorted({*said, *tagged}):
        first, end = outline.extents[index]
        if end <= taken_until or first == end or index in bearing or (end == first + 1 and first in cut):
            continue
        is_thread = index in found and outline.element_prose[index] >= _MIN_THREAD_PROSE
        label = (
            Removed(THREAD, found[index].rule) if is_thread else _place_of(outline, rules, index, said.get(index, ()))
        )
        if label:
            labels |= dict.fromkeys(range(first, end), label)
            taken_until = end
    return cut | _without_content_kind(labels, outline) | further_articles(outline, rules.lexicon)


def _places_said(outline: Outline, rules: Rules) -> Mapping[int, tuple[Hit, ...]]:
    """Return the hits of the names of each element that has some, by those of its names that say what it is."""
    said, elements, lexicon = outline.places(rules), outline.document.elements, rules.lexicon
    own = {at: _own_names(elements[at].classes, lexicon) for at in said}
    fewer = [at for at, names in own.items() if names != elements[at].classes]
    if not fewer:
        return said
    other = {at: rules.places(signature(elements[at]._replace(classes=own[at]))) for at in fewer}
    return {at: hits for at, hits in {**said, **other}.items() if hits}


def _own_names(classes: str, lexicon: Lexicon) -> str:
    """Return a class without how the element looks, and what a post is filed under: "category-newsletter"."""
    names = classes.split()
    if not lexicon.class_words["post"].isdisjoint(names):
        terms = lexicon.class_words["filed_under"]
        parted = (name.partition("-") for name in names)
        names = ["".join(name) for name in parted if not name[1] or name[0].rpartition("_")[2] not in terms]
        return _without_looks(" ".join(names))
    return _without_looks(classes)


def _without_looks(classes: str) -> str:
    """Return a class without what it says of other elements, of states and of sizes.

    "[&_figcaption]:mt-4", "sidebar-open:pl-2", "top-[var(--nav-height)]". The compiled reader knows such names by the
    same two marks.
    """
    if "[" not in classes and ":" not in classes:
        return classes
    return " ".join([name.rpartition(":")[2] for name in classes.split() if "[" not in name])


def _without_content_kind(labels: dict[int, Removed], outline: Outline) -> dict[int, Removed]:
    """Return the labels without the kind that takes most prose, where that is nearly all the page has."""
    if not labels:
        return labels
    taken: Counter[str] = Counter()
    for index, label in labels.items():
        taken[label.kind] += outline.prose_chars[index]
    left = outline.total_prose - taken.total()
    greatest, prose = max(taken.items(), key=lambda item: item[1], default=("", 0))
    enough = MIN_BESIDE_THREAD if greatest == THREAD else max(_MIN_PROSE_LEFT, _MIN_SHARE_LEFT * prose)
    if greatest in _NEVER_CONTENT or left >= enough:
        return labels
    return {index: label for index, label in labels.items() if label.kind != greatest}


def _long_boxes(outline: Outline, said: Mapping[int, Sequence[Hit]], lexicon: Lexicon) -> set[int]:
    """Return the elements named as boxes about the author, behind an article, or as menus, beside other prose.

    A life of the author may be longer than any paragraph of the news above it, and a menu may hold a teaser of each of
    its sections. A post may be named after its author, too.
    """
    headline = outline.headline
    if headline is None:
        return set()
    named = {at for at, hits in said.items() for hit in hits if hit.kind in _LONG and not hit.weak}
    if not named:
        return set()
    most, prose, words = outline.total_prose, outline.element_prose, lexicon.class_words["article"]
    is_authors = any(is_article(outline, at, words) for at in outline.above_headline)
    found: set[int] = set()
    for index in [at for at in named if prose[at] <= most - MIN_BESIDE_THREAD]:
        kinds = {hit.kind for hit in said[index] if not hit.weak}
        first, end = outline.extents[index]
        if _AUTHOR in kinds and is_authors and first > headline and 2 * prose[index] <= most:
            found.update(() if is_article(outline, index, words) else (index,))
        elif _MENU in kinds and not first <= headline < end:
            is_menu = prose[index] and outline.element_links[index] * 2 >= outline.element_chars[index]
            found.update((index,) if is_menu else ())
    return found


def _consent_windows(outline: Outline, said: Mapping[int, Sequence[Hit]]) -> set[int]:
    """Return the elements named as windows that ask for consent, beside a page that has as much to say.

    Beside cards and prices they may be most of the sentences, with a heading that is the page's first.
    """
    named = {at for at, hits in said.items() for hit in hits if hit.kind == _CONSENT and not hit.weak}
    if not named:
        return set()
    holding = {at for body in outline.bodies for at in outline.upwards(body)}
    most = int(outline.block_numbers.chars.sum()) * _MAX_WINDOW_SHARE
    return {at for at in named if outline.element_chars[at] <= most and at not in holding}


def _bearing_elements(outline: Outline, others: Collection[int], rules: Rules) -> set[int]:
    """Return the elements that hold the article, or are around what does; `others` are the blocks of comments."""
    own_prose = outline.prose_chars
    if others:
        own_prose = tuple([0 if at in others else prose for at, prose in enumerate(own_prose)])
    bearing = set(outline.with_prose(max(_MAX_PROSE_SHARE * sum(own_prose), 1), own_prose if others else None))
    h1 = outline.first_h1
    for block in (None if h1 is None else outline.document.blocks[h1], _longest_paragraph(outline, own_prose, rules)):
        if block is not None:
            bearing.update(outline.ancestors(block.element))
    bearing.update(outline.bodies)
    return bearing


def _longest_paragraph(outline: Outline, prose: Sequence[int], rules: Rules) -> Block | None:
    """Return the block with most prose; where paragraphs are short, a caption is longer, and is marked as one."""
    longest = sorted([at for at, chars in enumerate(prose) if chars], key=prose.__getitem__, reverse=True)[:_LONGEST]
    blocks = (outline.document.blocks[at] for at in longest)
    return next((block for block in blocks if not _is_caption(outline, block, rules)), None)


def _is_caption(outline: Outline, block: Block, rules: Rules) -> bool:
    words = outline.signatures[block.element] if block.element >= 0 else ""
    return bool(words) and any(hit.kind == KindName.CAPTION and not hit.weak for hit in rules.places(words))


def _place_of(outline: Outline, rules: Rules, index: int, hits: Sequence[Hit]) -> Removed | None:
    element = outline.document.elements[index]
    values = _SIDEBAR in {hit.kind for hit in hits} or element.tag == "aside"
    values = values and lists_values_in(outline, index, rules.lexicon)
    for hit in hits:
        # "footer" in an article names the foot of a card, and a card may be an item of a list that is the article.
        weak = hit.weak or (hit.kind == KindName.SITE_FOOTER and is_inside_article(outline.document.elements, index))
        if hit.kind in _PARTS or (rules.kinds[hit.kind].group in _LINE_GROUPS and _is_listing(outline, index)):
            continue
        if hit.kind == KindName.CAPTION and _is_section(outline, index):
            continue
        if hit.kind == _SIDEBAR and values:
            continue
        if rules.kinds[hit.kind].leads and not _leads(outline, index):
            continue
        if not (weak and outline.element_prose[index]):
            return Removed(hit.kind, hit.rule)
    kind = _TAG_KINDS.get(element.tag)
    # An <aside> with prose, or with terms and values, may be a box of facts that belongs to the article.
    is_part = values or outline.element_prose[index] or any(hit.kind in _PARTS for hit in hits)
    if kind and not (element.tag == "aside" and is_part):
        return Removed(kind, f"place:<{element.tag}>")
    return None


def _is_section(outline: Outline, index: int) -> bool:
    """Return whether an element is a part of the text: a heading and sentences below it."""
    blocks = outline.document.blocks[slice(*outline.extents[index])]
    return any(block.role is Role.HEADING for block in blocks) and outline.element_prose[index] >= _MIN_PROSE_LEFT


def _leads(outline: Outline, index: int) -> bool:
    """Return whether most of an element is links, or lines that are headings elsewhere, as scripts make links of."""
    leading = outline.element_links[index]
    enough = _MIN_LEADING * outline.element_chars[index]
    if leading < enough:
        lines = (
            block for block in outline.document.blocks[slice(*outline.extents[index])] if block.role is not Role.HEADING
        )
        texts = (text for block in lines if not block.link_chars for text in block.text.split("\n"))
        leading += sum(len(text) for text in texts if fold(text) in outline.heading_texts)
    return leading >= enough


def _is_listing(outline: Outline, index: int) -> bool:
    return outline.element_code[index] * 2 > outline.element_chars[index]
