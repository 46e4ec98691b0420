"""The same story at another address: near-duplicates and reposts of an article that is already there.

Two steps: `story_keys` find candidates among millions of articles, `same_story` compares the texts of the few. The keys
are the four 16-bit bands of a 64-bit simhash (`fingerprint.py`), and the digest of the longest paragraph, which a
repost with another beginning or end still shares.
"""

from hashlib import blake2b
from typing import Final

from harvester.crawl.discovery.found_link import is_on_site
from harvester.fingerprint import bands, hamming, has_tokens, shingles, simhash64, tokens
from harvester.models import Article, Role
from harvester.text import fold
from harvester.urls import host_of

MAX_STORY_BITS: Final = 3  # bits of 64, as Google found it for pages of the web
# Of 64, between stories that share a band: of a million articles sixty share one with any page by chance, and are half
# of the bits away; edits that leave four fifths of a text move fewer.
MAX_CANDIDATE_BITS: Final = 12
MIN_TOKENS: Final = 30  # a text with fewer is a notice that many pages may share
_MIN_SHINGLES: Final = MIN_TOKENS - 5  # of which each has up to five tokens, in most scripts
MIN_SHARED: Final = 0.8  # of the shingles of the shorter text
MIN_CONTINUED: Final = 0.2  # of them in two texts of one article: of 5,269 pairs of stories of one site, 3 share that
MAX_PART: Final = 0.8  # of the length of a text, above which one is that text with a sentence less
MIN_LENGTH_RATIO: Final = 0.5  # of the shorter to the longer: a teaser is no repost

PARAGRAPH_KEY: Final = 1 << 32  # keys from here on are digests of paragraphs, those below are bands
# Kept stories with one longest paragraph: more of them share a notice of their site, not a story. Each would be read
# from disk and compared for every new article of that site.
MAX_SHARING: Final = 20
_MIN_KEY_CHARS: Final = 120  # of a paragraph whose digest is a key; shorter ones are bylines and notices
_BITS: Final = 64


def simhash(text: str, min_tokens: int = MIN_TOKENS) -> int | None:
    """Return the 64-bit simhash of a text, as a signed number, which databases hold; None for too short a text."""
    return _signed(simhash64(text)) if has_tokens(text, max(min_tokens, 1)) else None


def article_simhash(article: Article) -> int | None:
    """Return the simhash of an article's text as `simhash` does: as it was counted when the article was made."""
    if article.simhash is None:
        return simhash(article.text)
    return _signed(article.simhash) if has_tokens(article.text, MIN_TOKENS) else None


def _signed(digits: str) -> int:
    number = int(digits, 16)
    return number - (1 << _BITS) if number >> (_BITS - 1) else number


def story_keys(article: Article, number: int | None) -> tuple[int, ...]:
    """Return what an article is found by: articles that share a key may be one story; () for one too short to compare.

    `number` is the simhash of its text.
    """
    if number is None:
        return ()
    paragraph = max((fold(block.text) for block in article.blocks if block.role is Role.PARAGRAPH), key=len, default="")
    if len(paragraph) < _MIN_KEY_CHARS:
        return bands(number)
    return (*bands(number), PARAGRAPH_KEY + int.from_bytes(_digest(paragraph)[:4], "big"))


def copy_mark(article: Article, story: int) -> int:
    """Return by what a copy is known to be as it was when it was found to be one; `story` is the text's simhash."""
    return story ^ int.from_bytes(_digest(fold(article.title or "")), "big", signed=True)


def is_candidate(key: int, a: int | None, b: int | None) -> bool:
    """Return whether two stories that share a key are worth comparing, by their simhashes; None: not known."""
    return key >= PARAGRAPH_KEY or a is None or b is None or hamming(a, b) <= MAX_CANDIDATE_BITS


def same_story(a: Article, b: Article) -> bool:
    """Return whether two articles are one text, save for edits, a notice, or a beginning or end of one's own."""
    first, second = (frozenset(shingles(tokens(article.text))) for article in (a, b))
    shorter, longer = sorted((len(first), len(second)))
    if shorter < _MIN_SHINGLES or shorter < MIN_LENGTH_RATIO * longer:
        return False
    return len(first & second) >= MIN_SHARED * shorter


def is_continued(old: Article, new: Article) -> bool:
    """Return whether what stands at an article's address is still that article, however much it was edited."""
    title = fold(old.title or "")
    if title and title == fold(new.title or ""):
        return True
    first, second = (frozenset(shingles(tokens(article.text))) for article in (old, new))
    return len(first & second) >= MIN_CONTINUED * max(min(len(first), len(second)), 1)


def is_part_of(new: Article, known: Article) -> bool:
    """Return whether a text is part of a longer one, save for a line or two of its own."""
    first, second = (frozenset(shingles(tokens(article.text))) for article in (new, known))
    return len(first) < MAX_PART * len(second) and len(first & second) >= MIN_SHARED * len(first)


def copy_evidence(new: Article, known: Article) -> str | None:
    """Return what makes `new` a copy of `known`, in words; None: it is not.

    A repost names its source, or is on another site.
    """
    if not same_story(new, known):
        return None
    if new.source is not None and new.source.url is not None and new.source.url in (known.url, known.canonical_url):
        return f"repost of article {known.id}, which it names as its source"
    if new.url and known.url and not is_on_site(new.url, known.url):
        return f"repost of article {known.id} of {host_of(known.url)}"
    return f"the same story as article {known.id}"


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).digest()
