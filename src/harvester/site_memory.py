"""Site memory: texts that are on several pages of one site are the site's, not an article's. Pure.

An explicit value for each host: learned from the fingerprints of many pages, in whatever order, and given to the
cleaning of one. It holds digests, no text.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from typing import TYPE_CHECKING, Final

from harvester.models import Block, Document, Role, SiteMemory
from harvester.text import fold, is_cjk

if TYPE_CHECKING:
    from harvester.outline import Outline

# Raised when a digest is made in another way or a threshold moves: a memory of another version is learned anew.
MEMORY_VERSION: Final = 1
# With two pages nobody can say which of them a shared text belongs to.
MIN_PAGES: Final = 3

# On how many pages a text must stand to be the site's. Of 1,011 texts that this takes on the article pages of the
# corpora none is true; with two pages between the paragraphs as well, a true one goes. Reports on one topic share some,
# so of a large site a fair share of the pages must have it: the corpora hold no such sites, the shares are caution.
_PAGES_AT_EDGE: Final = 2
_PAGES_INSIDE: Final = 3
_LINE_SHARE: Final = 0.1
_PROSE_SHARE: Final = 0.2
_DOUBT: Final = 0.3  # of the classifier
_LONG_CHARS: Final = 80  # longer texts are paragraphs: those that pages share are the site's
_LONG_CJK_CHARS: Final = 30
_MIN_DIGEST_BYTES: Final = 4  # of folded text: "1." and "A" say nothing
_DIGEST_BYTES: Final = 8  # a site's few thousand texts meet by chance once in 10^12 sites

# Of the greater page's prose, from which two pages are one article: printed, split, fetched twice.
_TWIN_SHARE: Final = 0.5
_TWIN_HEADLINE_BYTES: Final = 20  # of a folded headline that tells an article; shorter ones are a site's name
# Above it, the known prose is what the page is about, or the page was learned under several addresses.
_MAX_PROSE_SHARE: Final = 0.5
_MAX_SEEN: Final = 4_096  # texts of one host, about 90 KB as JSON; the largest site of the corpora has 380

# A heading repeats from article to article ("Background"), as do rows of tables, lines of code and credits of pictures.
_KNOWN_ROLES: Final = frozenset({Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE, Role.CONTROL})


@dataclass(frozen=True, slots=True)
class PageFingerprint:
    """What a page leaves behind to be recognised by; all digests are 16 hex digits."""

    headline: str | None  # digest; None: the page has none that tells it from others
    prose: tuple[tuple[str, int], ...]  # (digest, characters) of lines in prose, ascending
    lines: tuple[str, ...]  # digests of the other lines, ascending


def read_fingerprint(document: Document) -> PageFingerprint:
    """Return the fingerprint of the lines that are not cut out already."""
    from harvester.outline import Outline  # noqa: PLC0415 - what only gathers memories needs no parser and no arrays

    outline = Outline(document)
    prose: dict[str, int] = {}
    lines: set[str] = set()
    for block, prose_chars in zip(document.blocks, outline.prose_chars, strict=True):
        if block.verdict is None and block.role in _KNOWN_ROLES:
            for line in block.text.split("\n"):
                if (digest := _digest_of(line)) and prose_chars:
                    prose[digest] = len(line)
                elif digest:
                    lines.add(digest)
    return PageFingerprint(_headline(outline), tuple(sorted(prose.items())), tuple(sorted(lines - prose.keys())))


def learn(host: str, fingerprints: Iterable[PageFingerprint]) -> SiteMemory | None:
    """Return what the pages of a host have in common, whatever their order; None with fewer than three pages.

    Pages that share most of their prose, or a headline, are twins: one article, which counts once. Empty ones do not.
    """
    pages = sorted(
        {page for page in fingerprints if page.prose or page.lines},
        key=lambda page: (page.prose, page.lines, page.headline or ""),
    )
    articles = _without_twins(pages)
    if len(articles) < MIN_PAGES:
        return None
    counts: Counter[str] = Counter()
    for digests in articles:
        counts.update(digests)
    several = sorted(((digest, count) for digest, count in counts.items() if count > 1), key=lambda it: (-it[1], it[0]))
    return make_memory(host, len(articles), dict(sorted(several[:_MAX_SEEN])))


def make_memory(host: str, pages: int, seen: Mapping[str, int]) -> SiteMemory:
    """Return the memory with its digest."""
    lines = [f"{MEMORY_VERSION} {pages} {host}", *(f"{digest} {count}" for digest, count in sorted(seen.items()))]
    return SiteMemory(host, pages, seen, MEMORY_VERSION, blake2b("\n".join(lines).encode(), digest_size=6).hexdigest())


def known_blocks(document: Document, chosen: Mapping[int, float], memory: SiteMemory) -> dict[int, int]:
    """Return, of the `chosen` blocks, those that are the site's: index -> pages that the text is on.

    Never a heading, no line that the page itself repeats (it labels parts of the article), and no prose where that
    would be most of what was chosen. Between its paragraphs a text must be on more pages than around them.
    """
    from harvester.outline import is_prose  # noqa: PLC0415 - see read_traces

    blocks = document.blocks
    texts = Counter(blocks[at].text for at in chosen)
    once = (at for at in sorted(chosen) if texts[blocks[at].text] == 1)
    known = {at: pages for at in once if (pages := _pages_of(blocks[at], memory))}
    prose = {at: len(blocks[at].text) for at in sorted(chosen) if is_prose(blocks[at])}
    own = [at for at in prose if at not in known]
    found = {
        at: pages
        for at, pages in known.items()
        if pages >= _needed(memory, at in prose, _is_inside(at, own))
        and _may_go(blocks[at], chosen[at], _is_inside(at, own))
    }
    if sum(prose.get(at, 0) for at in found) > _MAX_PROSE_SHARE * sum(prose.values()):
        return {at: pages for at, pages in found.items() if at not in prose}
    return found


def _digest_of(line: str) -> str | None:
    folded = fold(line).encode("utf-8", "surrogatepass")
    return blake2b(folded, digest_size=_DIGEST_BYTES).hexdigest() if len(folded) >= _MIN_DIGEST_BYTES else None


def _headline(outline: "Outline") -> str | None:
    if outline.headline is None:
        return None
    text = outline.document.blocks[outline.headline].text
    return _digest_of(text) if len(fold(text).encode("utf-8", "surrogatepass")) >= _TWIN_HEADLINE_BYTES else None


def _without_twins(pages: Sequence[PageFingerprint]) -> list[set[str]]:
    """Return the digests of each article: those of all pages that are twins of one another, directly or by a third."""
    article_of = list(range(len(pages)))
    prose = [dict(page.prose) for page in pages]
    for one, other in combinations(range(len(pages)), 2):
        if article_of[one] != article_of[other] and _are_twins(pages, prose, one, other):
            merged, kept = article_of[other], article_of[one]
            article_of = [kept if article == merged else article for article in article_of]
    digests: defaultdict[int, set[str]] = defaultdict(set)
    for article, page in zip(article_of, pages, strict=True):
        digests[article].update(page.lines, (digest for digest, _ in page.prose))
    return list(digests.values())


def _are_twins(pages: Sequence[PageFingerprint], prose: Sequence[Mapping[str, int]], one: int, other: int) -> bool:
    if pages[one].headline is not None and pages[one].headline == pages[other].headline:
        return True
    shared = sum(prose[one][digest] for digest in prose[one].keys() & prose[other].keys())
    return shared > 0 and shared >= _TWIN_SHARE * max(sum(prose[one].values()), sum(prose[other].values()))


def _pages_of(block: Block, memory: SiteMemory) -> int:
    """Return the pages that each line of the block is on; 0: the memory does not know them all."""
    if block.role not in _KNOWN_ROLES:
        return 0
    return min(_pages_of_lines(block.text, memory), default=0)


def _pages_of_lines(text: str, memory: SiteMemory) -> Iterator[int]:
    for line in text.split("\n"):
        digest = _digest_of(line)
        yield memory.seen.get(digest, 0) if digest else 0


def _is_inside(at: int, own: Sequence[int]) -> bool:
    """Return whether a block is between two of the page's own paragraphs."""
    return bool(own) and own[0] < at < own[-1]


def _may_go(block: Block, doubt: float, is_inside: bool) -> bool:
    """Return whether something beside the other pages speaks against the block.

    Recipes share ingredients, and interviews questions: an item of a list goes only when it is a link, and a short
    line between the article's own paragraphs only when it is one or the classifier doubts it.
    """
    if block.link_chars * 2 > len(block.text):
        return True
    is_long = len(block.text) >= (_LONG_CJK_CHARS if is_cjk(block.text) else _LONG_CHARS)
    return block.role is not Role.LIST_ITEM and (is_long or not is_inside or doubt > _DOUBT)


def _needed(memory: SiteMemory, is_prose: bool, is_inside: bool) -> float:
    """Return the pages that a text must be on to be the site's."""
    share = _PROSE_SHARE if is_prose else _LINE_SHARE
    return max(_PAGES_INSIDE if is_inside else _PAGES_AT_EDGE, share * memory.pages)
