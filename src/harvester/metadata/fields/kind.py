"""Whether a page is news, an initiative (declaration, proposal, communiqué, joint statement ...), or something else."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.json_ld import NEWS_TYPES, types_of
from harvester.metadata.lookup.page_index import key_of, place_words
from harvester.metadata.lookup.regions import is_foreign, is_text
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import ArticleKind, Block, Kept, Removed, Role
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Finder, finder
from harvester.text import CJK
from harvester.urls import loose_host

OPENING_CHARS: Final = 600
OPENING_BLOCKS: Final = 4
MIN_OPENING_CHARS: Final = 30
_OTHER_TYPES: Final = frozenset(
    {
        "BlogPosting",
        "Recipe",
        "HowTo",
        "Product",
        "DiscussionForumPosting",
        "TechArticle",
        "ScholarlyArticle",
        "Review",
        "FAQPage",
    }
)
# Types of pages on which a day and a name, or a record of "an article", do not mean news.
_NO_NEWS: Final = frozenset({"listing", "product", "forum", "documentation", "service"})
_WORD: Final = re.compile(r"\w+")
_BLOG_HEAD: Final = frozenset({"title", "description", "name", "subtitle", "tagline"})  # of the blog, not of a post
# "GENEVA, Nov 22 (Reuters) -", "BEIJING — ", "新华社北京5月3日电", "(서울=연합뉴스)"
_DATELINE: Final = (
    r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de .,'’/-]{2,40}(?:,\s[\w. ]{2,20})?\s*(?:\([^()]{2,40}\))?\s*[-–—:]\s"
)
_NEWS_METAS: Final = (
    "news_keywords",
    "article:published_time",
    "googlebot-news",
    "original-source",
    "syndication-source",
)
# A title that *is* the document, rather than one that reports on it: "Joint Statement of ...", "Beijing Declaration".
_AFTER_WORD: Final = r"(?=\s*(?:$|[:：(（\[]|(?:{links})\b))"
# Measured on pages of news, and on those that are no article (`benchmarks/trust.py`); of initiatives there are few.
TRUST: Final = PlaceTrust(
    {
        "json-ld": 4.3,  # a record of news
        "dateline": 2.2,
        "meta:og": 2.4,  # it says "article"
        "meta": 1.0,
        "byline": 1.0,  # a name and a day
        "section": 0.7,
        "site": 0.7,
        "title": 1.4,  # an initiative
        "default": 2.9,
        "page type": 2.9,
    }
)
_CJK_TITLE_END: Final = 8  # characters a Chinese title may go on after the word: "合作倡议发布(中英文)"


@dataclass(frozen=True, slots=True)
class Context:
    """What other readers found that distinguishes news from other texts."""

    published: str | None
    authors: tuple[str, ...]
    section: str | None
    site: str | None
    page_type: str | None  # as the classifier of pages names it


def read_kind(lookups: ArticleLookups, context: Context) -> FieldReading[ArticleKind]:
    """Return the kind of the page; "other" when nothing shows that it is news or an initiative."""
    types = types_of(lookups.article) if lookups.article is not None else frozenset()
    opening = " ".join(_opening(lookups))
    initiative = _initiative(lookups.title or "", opening, bool(types & NEWS_TYPES), lookups.lexicon)
    if initiative is not None:
        return _kind("initiative", initiative)
    for found, origin in _news(lookups, types, opening, context):
        if _may_be_news(context.page_type, found):
            return _kind("news", f"{origin}:{found}")
        claim = replace(evidence("kind", "news", f"{origin}:{found}"), chosen=False)
        return FieldReading("other", (claim, evidence("kind", "other", f"page type:{context.page_type}")))
    return _kind("other", "default")


def _kind(kind: ArticleKind, origin: str) -> FieldReading[ArticleKind]:
    return FieldReading(kind, (evidence("kind", kind, origin),))


def _may_be_news(page_type: str | None, sign: str) -> bool:
    """Return whether a page may be what a sign says: one that leads to news is none, a thread or a shop seldom is."""
    return page_type not in _NO_NEWS or (page_type != "listing" and sign in NEWS_TYPES)


def _initiative(title: str, opening: str, is_news: bool, lexicon: Lexicon) -> str | None:
    """Return the words that make the page an initiative, or None.

    The word in the title must be its head, or the opening must speak for the signers; a page that calls itself a
    news article needs the opening.
    """
    words = _may_name(lexicon)(title)
    named = _title_word(words).search(title) if words else None
    if named is None:
        return None
    phrases = _may_speak(lexicon)(opening)
    spoken = _spoken(tuple(filter(phrases.__contains__, lexicon.initiative_openings))).search(opening)
    if spoken is not None:
        return f"title:{named[0]}, opening:{spoken[0]}"
    headed = _title_head(words, lexicon).search(title) if not is_news else None
    return f"title:{headed[0]}" if headed is not None else None


def _news(lookups: ArticleLookups, types: frozenset[str], opening: str, context: Context) -> Iterator[tuple[str, str]]:
    """Yield the signs that the page is news, with where each is; of a blog only a dateline is one."""
    yield from ((name, "json-ld") for name in sorted(types & NEWS_TYPES))
    if types & _OTHER_TYPES:
        return
    dateline = _dateline(lookups.lexicon).match(opening)
    if dateline is not None:
        yield dateline[0].strip(), "dateline"
    if _is_blog(lookups, context.site):
        return
    og_types = {value.lower() for value in lookups.metas.get("og:type", ())}
    yield from ((name, "meta:og:type") for name in sorted(og_types & (lookups.lexicon.news_types | {"article"})))
    yield from ((name, "meta") for name in _NEWS_METAS if name in lookups.metas)
    yield from ((name, "json-ld") for name in sorted(types & {"Article"}))
    if context.published and context.authors:
        yield f"{context.authors[0]}, {context.published}", "byline"
    yield from _news_names(context, lookups.lexicon)


def _news_names(context: Context, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield the name of a section or site that means news: "World", "Granite County News"."""
    words = lexicon
    if context.section is not None and key_of(context.section) in words.news_sections:
        yield context.section, "section"
    site = context.site or ""
    spelled = frozenset(_WORD.findall(site.casefold()))
    if context.published and (spelled & words.news_site_words or site.endswith(words.news_site_endings)):
        yield site, "site"


def _is_blog(lookups: ArticleLookups, site: str | None) -> bool:
    """Return whether the page calls itself somebody's blog: in its host, the site's name, or the place of the name."""
    words = lookups.lexicon
    if words.blog_words & frozenset(loose_host(lookups.address).replace("-", ".").split(".")):
        return True
    name = (site or "").casefold()
    if words.blog_names & frozenset(_WORD.findall(name)) or name.endswith(_dense(words)):
        return True
    head = lookups.document.blocks[: (lookups.headline or 0) + 1]
    elements = lookups.document.elements
    places = [elements[at] for at in {block.element for block in head} if 0 <= at < len(elements)]
    said = [f"{classes} {name} {itemprop}" for _, _, name, classes, itemprop, _, _, _, _, _ in places]
    if "blog" not in " ".join(said).lower():  # as on most pages
        return False
    found = (place_words(place) for place, one in zip(places, said, strict=True) if "blog" in one.lower())
    return any("blog" in words and not words.isdisjoint(_BLOG_HEAD) for words in found)


@lru_cache(maxsize=RULES_CACHED)
def _dense(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(sorted(name for name in lexicon.blog_names if CJK.search(name)))


def _opening(lookups: ArticleLookups) -> Iterator[str]:
    """Yield the first blocks of text, `OPENING_CHARS` together."""
    start = (lookups.headline + 1) if lookups.headline is not None else 0
    size = count = 0
    for block in lookups.document.blocks[start:]:
        if size >= OPENING_CHARS or count >= OPENING_BLOCKS:
            return
        if type(block.verdict) is not Removed and _is_text(lookups, block):
            size, count = size + len(block.text), count + 1
            yield block.text


def _is_text(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a block that no rule removed is running text."""
    if isinstance(block.verdict, Kept):
        return is_text(block)
    weight = len(block.text) * (1 if block.text.isascii() else 2)
    return block.role is Role.PARAGRAPH and weight >= MIN_OPENING_CHARS and not is_foreign(lookups, block)


def _any_of(words: Iterable[str], *, is_cjk: bool) -> str:
    return either(word for word in words if bool(CJK.search(word)) == is_cjk)


@lru_cache(maxsize=RULES_CACHED)
def _dateline(lexicon: Lexicon) -> re.Pattern[str]:
    """Return how news of agencies begin: with a place, a day and the agency."""
    agencies, wired = either(lexicon.words("kinds.datelines")), either(lexicon.words("people.wired"))
    places = either(lexicon.words("kinds.dateline_places"))
    return re.compile(rf"^(?:{_DATELINE}|(?:{agencies})\S{{0,12}}(?:{wired})|[(（](?:{places})=)")


@lru_cache(maxsize=RULES_CACHED)
def _may_name(lexicon: Lexicon) -> Finder:
    return finder(lexicon.initiative)


# Patterns of the words that a text may hold: those of all of them take milliseconds to compile.


@lru_cache(maxsize=256)
def _title_word(words: frozenset[str]) -> re.Pattern[str]:
    # Chinese, Japanese and Korean write no blanks, so their words are found inside the title.
    spaced, dense = _any_of(words, is_cjk=False), _any_of(words, is_cjk=True)
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|(?:{dense})", re.IGNORECASE)


@lru_cache(maxsize=256)
def _title_head(words: frozenset[str], lexicon: Lexicon) -> re.Pattern[str]:
    spaced, dense = _any_of(words, is_cjk=False), _any_of(words, is_cjk=True)
    after = _AFTER_WORD.format(links=either(lexicon.words("kinds.title_links")))
    return re.compile(
        rf"(?<!\w)(?:{spaced}){after}|(?:{dense})(?=\S{{0,{_CJK_TITLE_END}}}\s*$)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=RULES_CACHED)
def _may_speak(lexicon: Lexicon) -> Finder:
    return finder(lexicon.initiative_openings)


@lru_cache(maxsize=256)
def _spoken(phrases: tuple[str, ...]) -> re.Pattern[str]:
    spaced = "|".join(re.escape(phrase) for phrase in phrases if not CJK.search(phrase)) or "(?!)"
    dense = "|".join(re.escape(phrase) for phrase in phrases if CJK.search(phrase)) or "(?!)"
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|(?:{dense})", re.IGNORECASE)
