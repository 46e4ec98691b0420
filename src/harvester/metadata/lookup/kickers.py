"""Lines right above the headline that may name the section: kickers, topics, a link to a list that the page is of."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.regions import is_foreign, removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Kept, Role
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.urls import loose_host, loose_path

MAX_KICKER_CHARS: Final = 30
KICKER_REACH: Final = 3


@lru_cache(maxsize=RULES_CACHED)
def _section_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"^(?:{either(lexicon.words('site.section_labels'))})\s*[:：]\s*", re.IGNORECASE)


def first_link(block: Block, lexicon: Lexicon) -> str:
    """Return the first of a label's links, or its first line."""
    links = [span.text for span in block.spans if span.tag == "a" and span.text]
    return _section_label(lexicon).sub("", links[0] if links else block.text.split("\n")[0])


def read_kickers(lookups: ArticleLookups) -> Iterator[tuple[str, str, Callable[[], bool]]]:
    """Yield the lines right above the headline; those are kickers that a class calls so, or entries of the menu."""
    if lookups.headline is None:
        return
    blocks, tags = lookups.document.blocks, []
    for index in range(lookups.headline - 1, max(-1, lookups.headline - 1 - KICKER_REACH), -1):
        block = blocks[index]
        if len(block.text) > MAX_KICKER_CHARS or block.role is Role.CONTROL or "\n" in block.text:
            continue
        if removed_as(block, KindName.TAG_LIST):
            tags.append(index)
        else:
            yield first_link(block, lookups.lexicon), f"block:{index}", partial(_is_kicker, lookups, block)
    # Of several topics above the headline the first is the section; of a longer list, none is.
    for index in reversed(tags) if tags and not _goes_on(lookups, tags[-1]) else ():
        yield first_link(blocks[index], lookups.lexicon), f"block:{index}", partial(_is_topic, lookups, blocks[index])


def _goes_on(lookups: ArticleLookups, first: int) -> bool:
    """Return whether the line above one is an item of the same list."""
    blocks, elements = lookups.document.blocks, lookups.document.elements
    around = [elements[blocks[at].element].parent for at in (first - 1, first) if at >= 0 and blocks[at].element >= 0]
    return blocks[first].role is Role.LIST_ITEM and len(around) > 1 and around[0] == around[1]


def _is_topic(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line of topics above the headline holds one and no more, or is a kicker."""
    is_one = sum(span.tag == "a" for span in block.spans) <= 1 and "#" not in block.text
    is_one = is_one and not block.text[:1].isdigit() and not is_foreign(lookups, block)
    return is_one or _is_kicker(lookups, block)


def _is_kicker(lookups: ArticleLookups, block: Block) -> bool:
    if is_foreign(lookups, block):
        return False
    if lookups.page_index.names.own(block.element) & called.KICKER:
        return True
    if isinstance(block.verdict, Kept):
        return False
    return key_of(block.text) in _menu(lookups, lookups.headline or 0) or _leads_up(lookups, block)


def _leads_up(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line is one link to a list of its name that the page is below: "/sport" of "/sport/123"."""
    links = [span for span in block.spans if span.tag == "a" and span.text]
    if len(links) != 1 or links[0].text != block.text or lookups.address is None or not links[0].href:
        return False
    path = loose_path(links[0].href).lower()
    is_own = loose_host(links[0].href) in {"", loose_host(lookups.address)}
    step, said = key_of(path.rpartition("/")[2]), key_of(block.text)
    is_list = is_own and bool(step) and step not in lookups.lexicon.no_section and (step in said or said in step)
    return is_list and loose_path(lookups.address).lower().startswith(f"{path}/")


def _menu(lookups: ArticleLookups, headline: int) -> frozenset[str]:
    """Return, folded, the links that are together in one line above the kicker."""
    lines = (block for block in lookups.document.blocks[: max(0, headline - 1)])
    lists = ([span.text for span in block.spans if span.tag == "a" and span.text] for block in lines)
    return frozenset(key_of(text) for links in lists if len(links) > 2 for text in links)
