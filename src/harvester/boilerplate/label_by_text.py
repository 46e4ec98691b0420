"""Boilerplate by wording: a line that fits a text pattern, where its surroundings agree."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from typing import Final

from harvester.boilerplate.parting_days import parting_days
from harvester.boilerplate.read_also import leading_lines
from harvester.boilerplate.story_boxes import is_all_links, links_below_labels, rest_of_story_boxes
from harvester.cached_values import cached_value
from harvester.models import Block, Document, Element, Removed, Role
from harvester.models.frozen import in_own_dict
from harvester.outline import Outline, is_prose
from harvester.rules.kind_names import KindName
from harvester.rules.kinds import Hit
from harvester.rules.load import Rules
from harvester.rules.markup_rules import signature
from harvester.text import COLONS, collapse, ends_sentence, fold, is_paragraph

# A paragraph of this many characters with few links is the article's own: behind the last one the tail begins.
_STRONG_CHARS: Final = 140
_STRONG_CJK_CHARS: Final = 60
# From this doubt of the classifier on, a wording needs no other evidence; more for a paragraph than for a line.
_LINE_DOUBT: Final = 0.1
_PROSE_DOUBT: Final = 0.2
# Up to which the classifier outweighs what is said of other blocks: on old pages that are articles and do not say so, a
# greater doubt kept tails (measured).
_SURE_DOUBT: Final = 0.1
_LEAD_DOUBT: Final = 0.3  # up to which a sentence without a link leads nowhere, where its words might stand in a text
# Of the body's characters, up to which a line that leads to another story ends it: such lines stand between paragraphs,
# too, and behind one in a plan of tables or a gallery no paragraph need follow.
_MOST_BEHIND_LEAD: Final = 0.25
_SHORT_CHARS: Final = 90  # a line without a sentence mark up to here is a label
_NOTHING_BELOW: Final = 7  # no heading is that deep: the end of the body
_NUMBERED: Final = re.compile(r"\D{0,12}\d{1,3}\s*[.):\uff1a\u3001\u2013\u2014-]")  # "4. The pier", "Step 2: The rope"
_ANNOUNCING_DOUBT: Final = 0.15  # above it are "Learn more in our series:" and "Popular projects:"
_BELOW_PICTURES: Final = frozenset({KindName.CAPTION, KindName.PHOTO_CREDIT})
_MOST_OF_TEXT: Final = 0.5
_OF_LIST: Final = 0.25  # of the items of a list, up to which none is told apart by its words
_OF_SENTENCES: Final = 0.5  # the same, of a list in which no item is a link alone
_PROMOTION: Final = ("prompt", "social")  # groups of kinds: what a paper wants of its readers
_STORY_LABELS: Final = frozenset({KindName.RELATED_POSTS, KindName.INLINE_RELATED, KindName.MOST_READ_TICKER})
_SPACED: Final = frozenset({Role.CODE, Role.TABLE})  # whose one line may have more than single blanks
# Asked for by names of their own: Python looks the members of an enum up slowly.
_HEADING: Final = Role.HEADING
_OF_TEXT: Final = (Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM)
_PLACE: Final = "place:"  # begins the names of rules of markup; those of lines begin otherwise
_CLASSES_CACHED: Final = 4_096  # of inline elements: a page has a few
_CONTROL_SPAN_SHARE: Final = 0.8  # of a block's text, from which an inline element speaks for the block


@in_own_dict
@dataclass(frozen=True)
class Surroundings:
    """What a wording is judged by, beside its own words."""

    outline: Outline
    rules: Rules
    languages: frozenset[str]  # of the page, BCP 47
    body: Collection[int]  # blocks the content step chose
    doubts: Mapping[int, float]  # how unsure it is of each of them, 0 to 1; missing: sure
    protected: Collection[int]  # blocks of the body that a rule keeps: corrections, footnotes
    is_article: bool  # the page calls itself one
    headline: str  # folded; a line that is in it is never boilerplate
    has_end: bool = True  # it is one text, with texts below its headings: no list of others, no thread
    may_be_article: bool = True  # False: what some kinds take out of articles is what such a page is made of

    @cached_value
    def document(self) -> Document:
        """The page."""
        return self.outline.document

    def is_protected(self, index: int) -> bool:
        """Return whether a block of the body stays where no wording of its own speaks against it.

        On a page that does not call itself an article, a tail may be what the page is about: the answers of a forum,
        the entries of a directory.
        """
        if index in self.protected:
            return True
        is_sure = index in self.doubts and self.doubts[index] <= _SURE_DOUBT
        return is_sure and not self.is_article and is_prose(self.document.blocks[index])

    def may_take(self, hit: Hit, index: int) -> bool:
        """Return whether a rule may take a block out: some take nothing of the body of other pages than articles."""
        kind = self.rules.kinds[hit.kind]
        if kind.disposition not in ("drop", "metadata"):
            return False
        if self.may_be_article or kind.of_articles is None or index not in self.body:
            return True
        return hit.rule.startswith(_PLACE) is (kind.of_articles == "lines")

    @cached_value
    def substantial(self) -> tuple[int, ...]:
        """The article's own paragraphs, ascending."""
        return tuple(at for at in sorted(self.body) if is_substantial(self.document.blocks[at]))


def label_wordings(around: Surroundings, placed: Mapping[int, Removed]) -> dict[int, Removed]:
    """Return the blocks, not `placed` already, that a wording or the tail takes out.

    Outside the body every wording names its kind; inside, a kind that is not "alone" needs a second evidence.
    """
    hits = _hits(around, placed)
    judged = {index: label for index, found in hits.items() if (label := _judge(around, index, found))}
    days = parting_days(around.document.blocks, judged, around.body, around.rules.lexicon)
    judged = {at: label for at, label in judged.items() if at not in days} if days else judged
    labels = _without_items(around, _without_photo_story(around, judged), placed)
    own = frozenset(around.body) - labels.keys() - placed.keys() - frozenset(around.protected)
    labels |= leading_lines(around.document, own)
    if around.has_end:
        stories = {at: label for at, label in labels.items() if label.kind in _STORY_LABELS}
        boxes = rest_of_story_boxes(around.outline, stories, own)
        labels |= boxes | links_below_labels(around.outline, stories, own - boxes.keys() - labels.keys())
        labels |= _tail(around, hits, labels, placed)
        labels |= _orphan_headings(around, labels, placed)
    return labels


def _without_photo_story(around: Surroundings, labels: dict[int, Removed]) -> dict[int, Removed]:
    """Return the labels without those of captions and credits, where their sentences are most of the text.

    A photo story is told below its pictures: "The president speaks. Photo: A. Name" is all that it says.
    """
    blocks = around.document.blocks
    taken = (at for at, label in labels.items() if at in around.body and label.kind in _BELOW_PICTURES)
    told = {at for at in taken if is_prose(blocks[at])}
    if not told:
        return labels
    if sum(len(blocks[at].text) for at in told) <= _MOST_OF_TEXT * sum(len(blocks[at].text) for at in around.body):
        return labels
    return {at: label for at, label in labels.items() if at not in told}


def _without_items(
    around: Surroundings, labels: dict[int, Removed], placed: Mapping[int, Removed]
) -> dict[int, Removed]:
    """Return the labels without those of single items of a list that stays, with all links of one that promotes.

    "Video: 4K/30p" between the sensor and the weight of a camera is no credit. A line of links to another story is
    none of the list. A sentence with a link in it is no link: "Donate to ..." may be advice, and so is the rest then.
    """
    blocks = around.document.blocks
    if not any(blocks[at].role is Role.LIST_ITEM for at in labels):
        return labels
    spared: set[int] = set()
    joined: dict[int, Removed] = {}
    for row in _rows(around, placed):
        told = [at for at in row if at in labels]
        if len(told) <= _OF_LIST * len(row):
            spared.update(at for at in told if labels[at].kind not in _STORY_LABELS or not is_all_links(blocks[at]))
        elif _promotes(around, labels, row):
            label = Removed(labels[told[0]].kind, f"list:{labels[told[0]].rule}")
            joined |= {at: label for at in row if is_all_links(blocks[at]) and at not in around.protected}
        elif len(told) <= _OF_SENTENCES * len(row) and not any(is_all_links(blocks[at]) for at in row):
            spared.update(at for at in told if blocks[at].link_chars * 2 <= len(blocks[at].text))
    return {at: label for at, label in (joined | labels).items() if at not in spared}


def _rows(around: Surroundings, placed: Mapping[int, Removed]) -> Iterator[list[int]]:
    """Yield the items of the body that follow each other, a list each."""
    blocks = around.document.blocks
    items = (at for at in sorted(around.body) if blocks[at].role is Role.LIST_ITEM and at not in placed)
    for _, numbered in groupby(enumerate(items), key=lambda pair: pair[1] - pair[0]):
        yield [at for _, at in numbered]


def _promotes(around: Surroundings, labels: Mapping[int, Removed], row: Sequence[int]) -> bool:
    """Return whether two or more items of a list, and half of them, are what a paper wants of its readers."""
    promoting = sum(at in labels and _is_of_group(around, labels[at], *_PROMOTION) for at in row)
    return promoting > 1 and 2 * promoting >= len(row)


def _hits(around: Surroundings, placed: Mapping[int, Removed]) -> dict[int, tuple[Hit, ...]]:
    """Return the rules that each whole block fits, not `placed` already: by its words, or by an inline element."""
    rules, blocks = around.rules, around.document.blocks
    found: dict[int, tuple[Hit, ...]] = {}
    standing = [index for index in range(len(blocks)) if index not in placed]
    texts = [_on_one_line(blocks[index]) for index in standing]
    for index, text, hits in zip(standing, texts, rules.lines_of_all(texts, around.languages), strict=True):
        for classes in _classes_of_all(blocks[index], text) if blocks[index].spans else ():
            hits = (*hits, *_hits_of_classes(rules, classes))  # noqa: PLW2901  # few blocks have any
        if hits and (told := tuple([hit for hit in hits if around.may_take(hit, index)])):
            found[index] = told
    return found


def _on_one_line(block: Block) -> str:
    return collapse(block.text) if "\n" in block.text or block.role in _SPACED else block.text


def _classes_of_all(block: Block, text: str) -> list[str]:
    """Return the classes of the inline elements that are all of the block."""
    least = _CONTROL_SPAN_SHARE * len(text)
    return [span.classes for span in block.spans if span.classes and len(span.text) >= least]


@lru_cache(maxsize=_CLASSES_CACHED)
def _hits_of_classes(rules: Rules, classes: str) -> tuple[Hit, ...]:
    """Return the rules that an inline element of such classes fits."""
    return rules.places(signature(Element(-1, "span", "", classes, "", "", "", "", "", "")))


def _judge(around: Surroundings, index: int, hits: tuple[Hit, ...]) -> Removed | None:
    """Return the verdict of the first rule that has evidence enough."""
    block = around.document.blocks[index]
    if index in around.protected or (index in around.body and fold(block.text) in around.headline):
        return None
    for hit in hits:
        if _leads_nowhere(around, index, hit):
            continue
        inside = around.rules.kinds[hit.kind].inside
        if index not in around.body or (inside == "alone" and not hit.weak):
            return Removed(hit.kind, hit.rule)
        if inside != "never" and _has_second_evidence(around, block, index, hits):
            return Removed(hit.kind, hit.rule)
    return None


def _leads_nowhere(around: Surroundings, index: int, hit: Hit) -> bool:
    """Return whether a line of the body that would lead to another story has no link, and the classifier is sure of it.

    "Check out the pictures below" is the author's word.
    """
    block = around.document.blocks[index]
    doubt = _LEAD_DOUBT if hit.weak and ends_sentence(block.text) else _PROSE_DOUBT
    is_sure = index in around.body and around.doubts.get(index, 1.0) <= doubt
    return hit.kind == KindName.INLINE_RELATED and is_sure and not block.link_chars


def _has_second_evidence(around: Surroundings, block: Block, index: int, hits: tuple[Hit, ...]) -> bool:
    """Return whether something beside one wording speaks against the block: doubt, form, links, place, position."""
    if around.doubts.get(index, 0.0) > (_PROSE_DOUBT if is_substantial(block) else _LINE_DOUBT):
        return True
    if block.role is Role.CONTROL or block.link_chars * 2 > len(block.text):
        return True
    if len({hit.rule.partition(":")[0] for hit in hits}) > 1:
        return True  # words and markup agree
    if len(block.text) <= _SHORT_CHARS and not ends_sentence(block.text) and block.role is not Role.HEADING:
        return True
    is_caption = any(around.rules.kinds[hit.kind].group == "media" for hit in hits)
    return _is_at_the_edge(around, index, is_caption)


def _is_at_the_edge(around: Surroundings, index: int, is_caption: bool) -> bool:
    """Return whether the block is behind the article's own paragraphs, or before them and is none itself.

    A caption above the text is as long as a paragraph.
    """
    others = [at for at in (*around.substantial[:2], *around.substantial[-2:]) if at != index]  # the ends are enough
    if not others:
        return False
    if index < min(others):
        return is_caption or not is_substantial(around.document.blocks[index])
    return index > max(others)


def is_substantial(block: Block) -> bool:
    """Return whether a block of the body is a paragraph of the article's own, by its length and few links."""
    if block.role not in _OF_TEXT or block.link_chars * 4 > len(block.text):
        return False
    return len(block.text) >= (_STRONG_CHARS if block.text.isascii() else _STRONG_CJK_CHARS)


def _tail(
    around: Surroundings,
    hits: Mapping[int, tuple[Hit, ...]],
    labels: Mapping[int, Removed],
    placed: Mapping[int, Removed],
) -> dict[int, Removed]:
    """Return the body's blocks from the first tail marker behind the last substantial paragraph on."""
    blocks, kinds = around.document.blocks, around.rules.kinds
    ending = [at for at in sorted(labels) if at in hits and any(kinds[hit.kind].tail for hit in hits[at])]
    out = labels.keys() | placed.keys()
    substantial = [at for at in around.substantial if at not in out] if ending else []
    if not substantial:
        return {}
    behind = [at for at in ending if at > substantial[-1] and not _is_of_embed(labels.get(at - 1))]
    if behind and labels[behind[0]].kind == KindName.INLINE_RELATED:
        last_part = _last_part(around, out)
        behind = [at for at in behind if at >= last_part or labels[at].kind != KindName.INLINE_RELATED]
    marker = next(iter(behind), None)
    if marker is None:
        return {}
    label = Removed(labels[marker].kind, f"tail:{labels[marker].rule}")
    # A sentence beside the article's paragraphs is its own, whatever is between: "Follow us", then the last word.
    last = blocks[substantial[-1]]
    behind_it = [at for at in sorted(frozenset(around.body) - out) if at > marker]
    own = {at for at in behind_it if _is_beside(blocks[at], last) and is_prose(blocks[at])}
    own |= {at for at in behind_it if around.is_protected(at)}
    own |= {at for at, below in pairwise(behind_it) if below in own and _is_heading(blocks[at])}
    return {at: label for at in behind_it if at not in own}


def _last_part(around: Surroundings, out: Collection[int]) -> int:
    """Return the block from which on a line that leads to another story may end the body: little is behind it."""
    sizes = [(at, len(around.document.blocks[at].text)) for at in sorted(around.body, reverse=True) if at not in out]
    left = _MOST_BEHIND_LEAD * sum(size for _, size in sizes)
    for at, size in sizes:
        left -= size
        if left < 0:
            return at
    return 0


def _is_of_embed(before: Removed | None) -> bool:
    """Return whether what was taken out `before` is a notice in place of an embed: its button ends no article."""
    return before is not None and before.kind == KindName.EMBED_FALLBACK


def _is_beside(block: Block, other: Block) -> bool:
    return block.path == other.path and not block.link_chars


def _orphan_headings(
    around: Surroundings, labels: Mapping[int, Removed], placed: Mapping[int, Removed]
) -> dict[int, Removed]:
    """Return the headings of the body whose whole section was taken out, or that nothing follows."""
    blocks = around.document.blocks
    kept = sorted(frozenset(around.body) - labels.keys() - placed.keys())
    standing = set(kept)
    orphans: dict[int, Removed] = {}
    below = _NOTHING_BELOW
    for at in reversed(kept):
        level = blocks[at].level if _is_heading(blocks[at]) else None
        if level is None:
            below = 0
            continue
        taken = labels.get(at + 1) or placed.get(at + 1)
        is_followed = at + 1 in standing or _is_of_picture(around, taken)
        # On other pages it is an entry, whose rating was taken out, or an offer above its button.
        is_section = around.may_be_article or taken is None
        is_alone = _is_alone(below, level, is_followed) or _heads_prompt(around, at, taken, standing)
        if is_section and is_alone and not _needs_no_text(around, at):
            taken = taken or Removed(KindName.NOT_CONTENT, "nothing follows")
            orphans[at] = Removed(taken.kind, f"orphan:{taken.rule}")
        else:
            below = level
    return orphans if len(orphans) < len(kept) else {}


def _heads_prompt(around: Surroundings, at: int, taken: Removed | None, standing: Collection[int]) -> bool:
    """Return whether a heading stands above a form or a plea that was `taken` out, in a box with nothing else left."""
    if taken is None or not around.may_be_article or not _is_of_group(around, taken, "prompt"):
        return False
    own = around.document.blocks[at].element
    box = around.document.elements[own].parent if own >= 0 else own
    first, end = around.outline.extents[box] if box >= 0 else (0, 0)
    return at + 1 < end and not any(index in standing for index in range(first, end) if index != at)


def _is_of_picture(around: Surroundings, taken: Removed | None) -> bool:
    """Return whether what was taken out is about a picture or film: it is shown, so the section is not empty."""
    return taken is not None and _is_of_group(around, taken, "media")


def _is_of_group(around: Surroundings, taken: Removed, *groups: str) -> bool:
    return taken.kind in around.rules.kinds and around.rules.kinds[taken.kind].group in groups


def _needs_no_text(around: Surroundings, at: int) -> bool:
    """Return whether a heading stays without a text below it.

    A numbered one is part of a count, which would have a gap: the places of a gallery, whose texts are pictures. One
    that ends in a colon, and that the classifier is sure of, is above what cannot be read: a post, a film.
    """
    text = around.document.blocks[at].text
    announces = text.endswith(COLONS) and at in around.doubts and around.doubts[at] <= _ANNOUNCING_DOUBT
    return announces or _NUMBERED.match(text) is not None


def _is_heading(block: Block) -> bool:
    """Return whether a block is a heading, and no paragraph that is set as one."""
    return block.role is _HEADING and not is_paragraph(block.text, block.link_chars)


def _is_alone(below: int, level: int, is_followed: bool) -> bool:
    """Return whether a heading has no text: `below` is the level of the next one, 0 for text."""
    return below == _NOTHING_BELOW or (0 < below <= level and not is_followed)
