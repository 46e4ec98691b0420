"""The same story at another address: near-duplicates and reposts of an article that is already there.

Two steps: `story_keys` find candidates among millions of articles, `same_story` compares the texts of the few. The keys
are the four 16-bit bands of a 64-bit simhash (Charikar 2002; Manku, Jain and Das Sarma 2007: texts at most 3 bits apart
share a band), and the digest of the longest paragraph, which a repost with another beginning or end still shares.
"""

import re
from collections.abc import Collection
from hashlib import blake2b
from typing import Final

from harvester.crawl.discovery.found import is_on_site
from harvester.models import Article, Role
from harvester.text import fold, is_cjk
from harvester.urls import host_of

MAX_STORY_BITS: Final = 3  # bits of 64, as Google found it for pages of the web
# Of 64, between stories that share a band: of a million articles sixty share one with any page by chance, and are half
# of the bits away; edits that leave four fifths of a text move fewer.
_MAX_CANDIDATE_BITS: Final = 12
MIN_TOKENS: Final = 30  # a text with fewer is a notice that many pages may share
MIN_SHARED: Final = 0.8  # of the shingles of the shorter text
MIN_LENGTH_RATIO: Final = 0.5  # of the shorter to the longer: a teaser is no repost

PARAGRAPH_KEY: Final = 1 << 32  # keys from here on are digests of paragraphs, those below are bands
# Kept stories with one longest paragraph: more of them share a notice of their site, not a story. Each would be read
# from disk and compared for every new article of that site.
MAX_SHARING: Final = 20
_WORDS: Final = 3  # in a shingle
_LETTERS: Final = 5  # in a shingle of Chinese or Japanese: about as rare as three words
_MIN_KEY_CHARS: Final = 120  # of a paragraph whose digest is a key; shorter ones are bylines and notices
_MAX_CHARS: Final = 200_000  # of a text that are looked at: a long article has 50,000
_TOKEN: Final = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|\w+")
_BITS: Final = 64
_MASK: Final = (1 << _BITS) - 1


def simhash(text: str, min_tokens: int = MIN_TOKENS) -> int | None:
    """Return the 64-bit simhash of a text, as a signed number, which databases hold; None for too short a text."""
    tokens = _tokens(text)
    return _simhash(_shingles(tokens, text)) if len(tokens) >= max(min_tokens, 1) else None


def story_keys(article: Article, number: int | None) -> tuple[int, ...]:
    """Return what an article is found by: articles that share a key may be one story; () for one too short to tell.

    `number` is the simhash of its text.
    """
    if number is None:
        return ()
    paragraph = max((fold(block.text) for block in article.blocks if block.role is Role.PARAGRAPH), key=len, default="")
    if len(paragraph) < _MIN_KEY_CHARS:
        return bands(number)
    return (*bands(number), PARAGRAPH_KEY + int.from_bytes(_digest(paragraph.encode("utf-8", "replace"))[:4], "big"))


def _simhash(features: Collection[bytes]) -> int:
    digests = b"".join(map(_digest, features))
    number = 0
    for place in range(_BITS // 8):
        lane = digests[place :: _BITS // 8]
        for bit, ones in enumerate(_BIT_OF_BYTE):  # counted in C: adding numbers up takes ten times as long
            if 2 * lane.translate(ones).count(1) > len(features):
                number |= 1 << (8 * place + bit)
    return number - (1 << _BITS) if number >> (_BITS - 1) else number


# For each bit, a table from a byte to that bit of it: 0 or 1.
_BIT_OF_BYTE: Final = tuple(bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8))


def bands(number: int) -> tuple[int, int, int, int]:
    """Return the four 16-bit parts of a simhash, each marked with its place: 0 to 3 in the bits above 16."""
    bits = number & _MASK
    first, second, third, fourth = ((place << 16) + (bits >> (16 * place) & 0xFFFF) for place in range(4))
    return first, second, third, fourth


def hamming(a: int, b: int) -> int:
    """Return how many bits two simhashes differ by."""
    return ((a ^ b) & _MASK).bit_count()


def is_candidate(key: int, a: int | None, b: int | None) -> bool:
    """Say whether two stories that share a key are worth comparing, by their simhashes; None: not known."""
    return key >= PARAGRAPH_KEY or a is None or b is None or hamming(a, b) <= _MAX_CANDIDATE_BITS


def same_story(a: Article, b: Article) -> bool:
    """Say whether two articles are one text, save for edits, a notice, or a beginning or end of one's own."""
    first, second = (frozenset(_shingles(_tokens(article.text), article.text)) for article in (a, b))
    shorter, longer = sorted((len(first), len(second)))
    if shorter < MIN_TOKENS - _LETTERS or shorter < MIN_LENGTH_RATIO * longer:
        return False
    return len(first & second) >= MIN_SHARED * shorter


def copy_evidence(new: Article, known: Article) -> str | None:
    """Return what makes `new` a copy of `known`, in words; None: it is not.

    A repost says so itself, by its source, or stands on another site.
    """
    if not same_story(new, known):
        return None
    if new.source is not None and new.source.url is not None and new.source.url in (known.url, known.canonical_url):
        return f"repost of article {known.id}, which it names as its source"
    if new.url and known.url and not is_on_site(new.url, known.url):
        return f"repost of article {known.id} of {host_of(known.url)}"
    return f"the same story as article {known.id}"


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text[:_MAX_CHARS].casefold())


def _shingles(tokens: list[str], text: str) -> list[bytes]:
    """Return the distinct runs of tokens, in order, in UTF-8."""
    size = min(_LETTERS if is_cjk(text) else _WORDS, len(tokens))
    encoded = [token.encode("utf-8", "replace") for token in tokens]
    return list(dict.fromkeys(map(b" ".join, zip(*(encoded[at:] for at in range(size)), strict=False))))


def _digest(text: bytes) -> bytes:
    return blake2b(text, digest_size=_BITS // 8).digest()
