"""The headline as a line that is no heading: called one by its class, or alone above the text."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.headings import MAX_TITLE_CHARS, Named, named
from harvester.metadata.lookup.other_headings import text_start
from harvester.metadata.lookup.page_index import key_of, one_line
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import SiteLookups
from harvester.metadata.lookup.title_text import is_headline_long, pieces, strip_site
from harvester.models import Block, Span
from harvester.rules.kind_names import KindName

HEADLINE_REACH: Final = 12  # blocks before the text in which a class may call a line the headline
LINE_REACH: Final = 4  # blocks right above the text; a byline may stand between
MAX_LINE_CHARS: Final = 160
_ENDS: Final = (".", ":", ",", ";", "。", "：")  # no headline ends so
_ELSEWHERE: Final = (
    KindName.NAV_MENU,
    KindName.BREADCRUMB,
    KindName.RELATED_POSTS,
    KindName.SIDEBAR,
    KindName.SITE_FOOTER,
    KindName.COOKIE_CONSENT,
    KindName.CAPTION,
    KindName.PHOTO_CREDIT,
)


def headline_lines(lookups: SiteLookups, headings: tuple[Named, ...]) -> Iterator[tuple[Named, str]]:
    """Yield the lines that may be the headline, each with its sign, on pages that mark no heading as such."""
    if any(one.rank <= 1 for one in headings) or not lookups.page_index.kept:
        return
    yield from ((line, "called headline") for line in _called(lookups))
    title = strip_site(lookups.document.title or "", lookups.names, lookups.lexicon)
    if headings:
        return
    is_name = not is_headline_long(title) or key_of(title) in lookups.names
    later = {key_of(part) for _, part in pieces(lookups.document.title or "")[1:]}  # "Site | News | Headline"
    yield from ((line, "line above the text") for line in _above_text(lookups) if is_name or line.key in later)


def _called(lookups: SiteLookups) -> Iterator[Named]:
    """Yield the lines above the text whose class calls them the headline."""
    first = lookups.page_index.kept[0]
    for index in range(max(0, first - HEADLINE_REACH), first + 1):
        block = lookups.document.blocks[index]
        if len(block.text) > MAX_TITLE_CHARS:
            continue
        part = _called_part(lookups, block)
        if part is not None:
            yield named(part, f"block:{index}", index)
        elif lookups.page_index.names.own(block.element) & called.HEADLINE:
            yield named(one_line(block), f"block:{index}", index)


def _called_part(lookups: SiteLookups, block: Block) -> str | None:
    """Return what a class calls the headline in a line: "Harbour Post: <span class=headline>Storm hits</span>"."""
    behind = (span for span in block.spans if _is_behind_colon(block.text, span.text))
    return next((span.text for span in behind if is_called_headline(lookups, span)), None)


def is_called_headline(lookups: SiteLookups, span: Span) -> bool:
    """Return whether a class calls an inline element the headline, and it is as long as one."""
    is_called = bool(span.classes and lookups.page_index.names.of(span.classes) & called.HEADLINE)
    return is_called and is_headline_long(span.text)


def _is_behind_colon(text: str, end: str) -> bool:
    return bool(end) and text.endswith(end) and text.removesuffix(end).rstrip().endswith((":", "："))


def _above_text(lookups: SiteLookups) -> Iterator[Named]:
    """Yield the first line that reads like a headline right above the text, as old pages set theirs in `<font>`."""
    blocks, start = lookups.document.blocks, text_start(lookups) or 0
    for index in range(max(0, start - LINE_REACH), start):
        line = _called_part(lookups, blocks[index]) or blocks[index].text.partition("\n")[0].strip()
        is_there = not blocks[index].link_chars and not removed_as(blocks[index], *_ELSEWHERE)
        if is_there and _reads_like_headline(line) and key_of(line) not in lookups.names:
            yield named(line, f"block:{index}", index)
            return


def _reads_like_headline(line: str) -> bool:
    return is_headline_long(line) and len(line) <= MAX_LINE_CHARS and not line.endswith(_ENDS)
