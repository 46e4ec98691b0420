"""Who began a thread of a forum: the account of its first post."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final

from harvester.metadata.lookup.name_labels import is_byline_label
from harvester.metadata.lookup.page_index import ancestors
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import HeadlineLookups
from harvester.models import Block, Span
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import Lexicon
from harvester.rules.markup_rules import name_words

MAX_ROW_GAP: Final = 2  # blocks behind the text at which its account may still stand
MAX_LINE_CHARS: Final = 90
MAX_FIRST_POST: Final = 60  # blocks to the end of the first; farther, readers judge a product
MAX_POSTS: Final = 200  # of a thread that are looked at
MIN_POSTS: Final = 3  # the thread's own and two answers, or a line that names who began it
MAX_SIGNATURES: Final = 4  # blocks between who edited a post and whose it is
MAX_ACCOUNT_CHARS: Final = 40
_ELSEWHERE: Final = (KindName.NAV_MENU, KindName.SITE_FOOTER, KindName.SIDEBAR)
_NAME_EDGES: Final = " \t\n,.;:·•@-–—"
_ACCOUNT: Final = re.compile(
    r"/(?:members?|users?|u|profiles?)/[^/?#]+|/user-\d+|memberlist\.php\?|member\.php\?|profile\.php\?"
    r"|u(?<![^/]u)ser\?id="
)
_HINTS: Final = ("user", "member", "/u/", "profile")  # links to accounts and classes of their names have one
_COUNTED: Final = re.compile(r"^\d[\d.,]*[km]?\s[^\W\d_]+\s")  # "212 points by"


def thread_starter(lookups: HeadlineLookups) -> tuple[int, str] | None:
    """Return the account of a thread's first post, where each post is printed with a link to one; its block first.

    Comments below an article have such links too; they follow the text, and a thread's first post is of it.
    """
    last = lookups.page_index.kept[-1] if lookups.page_index.kept else -1
    farthest = min(last + MAX_ROW_GAP, (lookups.headline or 0) + MAX_FIRST_POST)
    posts = tuple(islice(_posts(lookups, farthest), MAX_POSTS))
    if len(posts) < MIN_POSTS or len({name for _, name in posts}) == 1:
        return None
    near = (post for post in posts if post[0] - posts[0][0] <= MAX_SIGNATURES)
    called = (post for post in near if _is_called_author(lookups, post[0]))  # others have edited the post
    return next(called, posts[0])


def _posts(lookups: HeadlineLookups, farthest: int) -> Iterator[tuple[int, str]]:
    """Yield the blocks behind the headline that begin with an account, or with a label and one, and its name.

    None where there is none up to the block `farthest`.
    """
    blocks, start, border = lookups.document.blocks, lookups.headline or 0, max(farthest + 1, 0)
    lines = account_lines(blocks, start, border)
    said = "\n".join([span.href or span.classes for at in lines for span in blocks[at].spans]).lower()
    if not any(map(said.__contains__, _HINTS)):  # as on most pages
        return
    yield from (found := tuple(_posts_among(lookups, lines)))
    if found:
        yield from _posts_among(lookups, account_lines(blocks, max(start, border), len(blocks)))


def _posts_among(lookups: HeadlineLookups, lines: Iterable[int]) -> Iterator[tuple[int, str]]:
    for index in lines:
        block = lookups.document.blocks[index]
        name = _first_account(block.spans, lookups.lexicon)
        if name is None or removed_as(block, *_ELSEWHERE):
            continue
        before = block.text.partition(name)[0].strip(_NAME_EDGES)
        # not "last post by"
        if not before or is_byline_label(_COUNTED.sub("", before), lookups.lexicon):
            yield index, name


def account_lines(blocks: tuple[Block, ...], start: int, end: int) -> Sequence[int]:
    """Return the short lines from `start` on, before `end`, that may lead to an account: those, and a few more."""
    near = range(start, min(end, len(blocks)))
    return [at for at in near if blocks[at].spans and len(blocks[at].text) <= MAX_LINE_CHARS]


def _first_account(spans: Iterable[Span], lexicon: Lexicon) -> str | None:
    for span in spans:
        if leads_to_account(span) and (name := _account(span, lexicon)):
            return name
    return None


def _account(span: Span, lexicon: Lexicon) -> str | None:
    """Return the account that a link leads to, or that its class calls a user's name."""
    if not span.text or len(span.text) > MAX_ACCOUNT_CHARS:
        return None
    name = span.text.strip(_NAME_EDGES)
    if len(name) < 2 or not any(char.isalpha() for char in name) or name.casefold() in lexicon.roles:
        return None
    return name if " " not in name or looks_like_person(name, lexicon) else None


def leads_to_account(span: Span) -> bool:
    """Return whether an inline element is a link to an account, or is called a user's name."""
    if span.href:
        href = span.href.lower()
        # A tenth of the time that the pattern takes.
        return any(map(href.__contains__, _HINTS)) and _ACCOUNT.search(href) is not None
    return bool(span.classes) and "username" in name_words(span.classes)


def _is_called_author(lookups: HeadlineLookups, index: int) -> bool:
    places = ancestors(lookups.document, lookups.document.blocks[index].element, 2)
    return any(lookups.document.elements[place].itemprop == "author" for place in places)
