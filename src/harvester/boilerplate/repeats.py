"""What the body shows a second time: pull quotes, cards doubled for narrow screens, teasers of a paragraph."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice
from typing import Final

from harvester.models import Removed, Role
from harvester.outline import Outline
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.text import ends_sentence, fold

_MIN_TWIN: Final = 60  # letters and digits; shorter lines, as refrains, are repeated on purpose
_MIN_QUOTE: Final = 35
_MAX_SOURCE: Final = 80  # characters of the line that says whom a quote is from
_MAX_SHARE: Final = 0.55  # of the body
_REPEATING: Final = frozenset({Role.PARAGRAPH, Role.QUOTE, Role.LIST_ITEM})
_SET_APART: Final = frozenset({"aside", "blockquote", "figure", "q"})
_LEVELS: Final = 3  # containers around a quote, one of which sets it apart
_TWIN: Final = Removed(KindName.REPEATED_TEXT, "repeat:twin")
_QUOTE: Final = Removed(KindName.REPEATED_TEXT, "repeat:pull quote")


def repeated_blocks(outline: Outline, body: Collection[int], lexicon: Lexicon) -> dict[int, Removed]:
    """Return the blocks of the body whose text is in another one: pull quotes, and else the second of twins."""
    blocks = outline.document.blocks
    texts = {at: fold(blocks[at].text) for at in sorted(body) if blocks[at].role in _REPEATING}
    twins = _twins(texts) if len(set(texts.values())) < len(texts) else {}
    if sum(len(texts[at]) for at in twins) > _MAX_SHARE * sum(map(len, texts.values())):
        return {}  # a page of one text and its repetition is about just that
    quotable = [at for at, text in texts.items() if len(text) >= _MIN_QUOTE]
    apart = _apart(outline, quotable, lexicon.class_words["pull_quote"])
    # Of twins one of which is set apart that one goes, also where it stands first: the other is in its place.
    found = {at: _TWIN for at, first in twins.items() if (first in apart) is (at in apart)}
    if apart:
        others = "\0".join(text for at, text in texts.items() if at not in apart and at not in found)
        quotes = [at for at in apart if at not in found and texts[at] in others]
        found |= dict.fromkeys((*quotes, *_sources(outline, body, [(at, apart[at]) for at in quotes])), _QUOTE)
    return found


def _twins(texts: Mapping[int, str]) -> dict[int, int]:
    """Return the second of each two blocks with one text, and the first of them."""
    found: dict[int, int] = {}
    counts = Counter(texts.values())
    seen: dict[str, int] = {}
    for at, text in texts.items():
        # What is there three times is meant: the caption of each picture of a gallery.
        if len(text) >= _MIN_TWIN and counts[text] == 2 and text in seen:
            found[at] = seen[text]
        seen[text] = at
    return found


def _sources(outline: Outline, body: Collection[int], quotes: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Yield the lines that say whom a quote is from: a short one behind it, where nothing else is in its box."""
    for at, own in quotes:
        around = outline.parents[own]
        box = around if around >= 0 and outline.document.elements[around].tag == "figure" else own
        match [index for index in range(*outline.extents[box]) if index in body]:
            case [first, source] if first == at:
                block = outline.document.blocks[source]
                is_name = len(block.text) <= _MAX_SOURCE and not ends_sentence(block.text)  # no answer to a post
                if is_name and block.role is not Role.HEADING:
                    yield source


def _apart(outline: Outline, blocks: Collection[int], words: frozenset[str]) -> dict[int, int]:
    """Return, of those of the blocks that are in a box set apart from the text around it, the innermost such box."""
    if _SET_APART.isdisjoint(outline.tags) and not outline.may_be_named(words):
        return {}
    parents = outline.parents
    around = {at: outline.document.blocks[at].element for at in blocks}
    levels = [{own for own in around.values() if own >= 0}]
    while len(levels) < _LEVELS:
        levels.append({above for inner in levels[-1] if (above := parents[inner]) >= 0})
    boxes = {at for at in set().union(*levels) if _is_apart(outline, words, at)}
    if not boxes:
        return {}
    nearest = {
        at: next(filter(boxes.__contains__, islice(outline.upwards(own), _LEVELS)), None) for at, own in around.items()
    }
    return {at: box for at, box in nearest.items() if box is not None}


def _is_apart(outline: Outline, words: frozenset[str], at: int) -> bool:
    """Return whether an element is set apart, by its tag or by `words` of its class."""
    said = outline.signatures[at]
    return outline.document.elements[at].tag in _SET_APART or (bool(said) and not words.isdisjoint(said.split()))
