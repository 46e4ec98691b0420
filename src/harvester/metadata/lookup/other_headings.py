"""The headings of the first level that are no headline: the name of the site or a section, and other stories."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.json_ld import same_page
from harvester.metadata.lookup.named_sections import names_section
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import SiteLookups, absolute
from harvester.metadata.lookup.title_text import MIN_OVERLAP, is_headline_long, likeness, pieces
from harvester.models import Block, Role
from harvester.text import fold
from harvester.urls import loose_host, loose_path

MIN_PARAGRAPH_CHARS: Final = 80  # the first longer block begins the text
MIN_HEADLINE_WORDS: Final = 4  # more than sections have
MAX_LOOKED_AT: Final = 40  # headings, and blocks between two of them
_LEVELS: Final = range(2, 5)  # of a headline below the name of the site or a section
_RECORDS: Final = ("og:title", "twitter:title", "dc.title", "citation_title")


def text_start(lookups: SiteLookups) -> int | None:
    """Return the first long block of the text; None on a page without any."""
    blocks = lookups.document.blocks
    text = lookups.page_index.kept or range(len(blocks))  # all, where no block is judged
    return next((index for index in text if len(blocks[index].text) > MIN_PARAGRAPH_CHARS), None)


def names_in_headings(lookups: SiteLookups) -> frozenset[str]:
    """Return, folded, the only h1 above the text where it names the site or a section and the headline is a lesser one.

    Either <title> is that name and the headline, and the markup parts the two; or no record begins with it, and a
    class, the breadcrumb, the end of <title> or a link to what the page is filed under calls it a section, or <title>
    is another heading.
    """
    start = text_start(lookups)
    tops = tuple(islice(_tops(lookups, len(lookups.document.blocks)), 2))
    if start is None or len(tops) != 1 or tops[0] > start:
        return frozenset()
    heading = lookups.document.blocks[tops[0]]
    key = key_of(heading.text)
    if not key or likeness(key, _last_step(lookups.address)) >= MIN_OVERLAP:
        return frozenset()
    below = range(tops[0] + 1, min(start, tops[0] + MAX_LOOKED_AT))
    lesser = [at for at in below if _may_be_headline(lookups, lookups.document.blocks[at])]
    if not lesser:
        return frozenset()
    is_name = _heads_title(lookups, tops[0], key, lesser) or _is_section(lookups, heading, key, lesser)
    return frozenset({key}) if is_name else frozenset()


def cards(lookups: SiteLookups) -> frozenset[int]:
    """Return the first-level headings of other stories: linked to them, or printed twice above the headline.

    Only where the last one above the text is neither; what a record says is the headline, however often it is printed.
    """
    start = text_start(lookups)
    tops = tuple(_tops(lookups, start)) if start is not None else ()
    if len(tops) < 2:
        return frozenset()
    blocks = lookups.document.blocks
    keys = [key_of(blocks[at].text) for at in tops]
    if _is_linked(lookups, blocks[tops[-1]]) or keys[-1] in lookups.names:
        return frozenset()
    said = frozenset(map(key_of, _records(lookups)))
    others = ((at, key) for at, key in zip(tops, keys, strict=True) if key != keys[-1] and key not in said)
    return frozenset(at for at, key in others if keys.count(key) > 1 or _is_linked(lookups, blocks[at]))


def _tops(lookups: SiteLookups, end: int) -> Iterator[int]:
    blocks = lookups.document.blocks
    tops = (at for at in lookups.page_index.tops if at < end and blocks[at].role is Role.HEADING)
    return islice(tops, MAX_LOOKED_AT)


def _may_be_headline(lookups: SiteLookups, block: Block) -> bool:
    is_called = lookups.page_index.names.own(block.element) & called.HEADLINE
    return bool(block.level in _LEVELS or is_called) and is_headline_long(block.text)


def _heads_title(lookups: SiteLookups, top: int, key: str, lesser: list[int]) -> bool:
    """Return whether <title> is the heading and a longer one below it, which the markup parts: "BLOG - HEADLINE"."""
    blocks = lookups.document.blocks
    title = key_of(lookups.document.title or "")
    headline = next((at for at in lesser if title.startswith(key + key_of(blocks[at].text))), None)
    if headline is None or len(key_of(blocks[headline].text)) <= len(key):
        return False
    if any(key_of(record) == key for record in _records(lookups)):
        return False
    between = blocks[top + 1 : headline + 1][:MAX_LOOKED_AT]
    return _is_in_header(lookups, blocks[top]) or any(_links_here(lookups, block) for block in between)


def _is_section(lookups: SiteLookups, heading: Block, key: str, lesser: list[int]) -> bool:
    title = lookups.document.title or ""
    if any(key_of(record).startswith(key) for record in (*_records(lookups), title)):
        return False
    own = lookups.page_index.names.own(heading.element)
    if own & called.KICKER and not own & (called.TITLE_WORD | called.HEADLINE):
        return True
    first, *rest = (key_of(part) for _, part in pieces(title)) if title else ("",)
    begun = next((at for at in lesser if key_of(lookups.document.blocks[at].text) == first), None)
    return (
        (begun is not None and (key in rest or not rest or _is_unsaid(lookups, heading, begun)))
        or names_section(lookups, heading.text)
        or _is_filed_under(lookups, key)
    )


def _is_unsaid(lookups: SiteLookups, top: Block, lesser: int) -> bool:
    """Return whether no record repeats an h1, a widget's, above a heading that is too long for a section's."""
    key, text = key_of(top.text), lookups.document.blocks[lesser].text
    is_long = len(key_of(text)) >= len(key) or len(text.split()) >= MIN_HEADLINE_WORDS
    is_again = key_of(text) in key  # "Thread: Storm hits the coast"
    return is_long and not is_again and not any(key in key_of(record) for record in _records(lookups))


def _records(lookups: SiteLookups) -> Iterator[str]:
    yield from lookups.article_texts("headline", "name")[:1]
    for name in _RECORDS:
        yield from lookups.metas.get(name, ())[:1]


def _is_in_header(lookups: SiteLookups, block: Block) -> bool:
    """Return whether a heading stands in what is called the header of the page, and not of the article."""
    elements, at = lookups.document.elements, block.element
    header = lookups.lexicon.class_words["header"]
    for _ in range(3):
        if not 0 <= at < len(elements):
            return False
        place = elements[at]
        if place.role == "banner" or not header.isdisjoint((place.id.lower(), *place.classes.lower().split())):
            return True
        at = place.parent
    return False


def _links_here(lookups: SiteLookups, block: Block) -> bool:
    """Return whether a line has a link to the page itself, as headlines and days of blogs do."""
    address = lookups.address
    links = (absolute(lookups, span.href) for span in block.spans if span.tag == "a" and span.href)
    return address is not None and any(url is not None and same_page(url, address) for url in links)


def _is_linked(lookups: SiteLookups, block: Block) -> bool:
    """Return whether all of a heading is a link to another page."""
    if not block.text or block.link_chars < len(block.text) or _links_here(lookups, block):
        return False
    return any(span.tag == "a" and span.href and not span.href.startswith("#") for span in block.spans)


def _is_filed_under(lookups: SiteLookups, key: str) -> bool:
    """Return whether the page links by these words to a folder that its own address is in."""
    address = lookups.address
    if address is None or key not in lookups.page_index.menu:
        return False
    host, path = loose_host(address), loose_path(address)
    spans = (span for block in lookups.document.blocks for span in block.spans if span.tag == "a")
    links = (absolute(lookups, span.href) for span in spans if span.href and key_of(span.text) == key)
    folders = (loose_path(url).rstrip("/") + "/" for url in links if url is not None and loose_host(url) == host)
    return any(len(folder) > 1 and path.startswith(folder) and path != folder for folder in folders)


def _last_step(address: str | None) -> str:
    steps = [step for step in loose_path(address).split("/") if step]
    return fold(steps[-1].rpartition(".")[0] or steps[-1]) if steps else ""
