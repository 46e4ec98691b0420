"""The article's own keywords; not the site's tag cloud."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.filed_lines import filed_links
from harvester.metadata.lookup.json_ld import clean_text
from harvester.metadata.lookup.named_sections import leads_about, names_month
from harvester.metadata.lookup.page_index import key_of, lines_among
from harvester.metadata.lookup.regions import is_foreign, removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import small

# How often most of them are the truth's (fundus, trafeval); the meta keywords were read as well, 25 of 45 together.
TRUST: Final = PlaceTrust(
    {
        "meta": 2.7,
        "json-ld": 1.7,
        "markup": 2.3,
        "blocks:tag_list": 1.9,
        "blocks:label": 0.8,
        "meta:keywords": 0.2,  # words for search engines, often of the site
    }
)
MAX_TAG_CHARS: Final = 60
MAX_TAGS: Final = 40  # more is a cloud, or a list of words for search engines
MAX_LABEL_CHARS: Final = 40
MAX_LIST_CHARS: Final = 300
LIST_LEVELS: Final = 3  # containers whose class may say that a block lists tags
BLOCKS_OF_LIST: Final = 15  # tags that are a block each
_TAG_METAS: Final = (
    "article:tag",
    "og:article:tag",
    "og:video:tag",
    "news_keywords",
    "parsely-tags",
    "sailthru.tags",
    "cxenseparse:tags",
    "dc.subject",
    "citation_keywords",
)
_SPLIT: Final = re.compile(r"\s*[,;|、，；\n]\s*")
_LABEL_END: Final = " \t\n\r\f\v\x1c\x1d\x1e\x1f:："
_HASH: Final = re.compile(r"(?<!\w)#(\w[^\s#,;|]*)")
# What systems tell each other in the place of tags: numbers of records, fields with their values.
_OF_MACHINE: Final = re.compile(
    r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$|^[0-9a-f]{16,}$|^_|^(?:package|id|node)-\d+$"
    r"|^(?:type|channel|van|article|primary_category)_"
    r"|^(?:nlp [a-z ]{2,20}|content type|ad ?node|rules|secondary brand|site ?group|sub ?section|word count|section"
    r"|primary_category|region|page|franchise) ?:",
    re.IGNORECASE,
)
# Kinds of boilerplate whose links lead to other articles.
_OTHERS: Final = (
    KindName.RELATED_POSTS,
    KindName.SIDEBAR,
    KindName.COMMENT_THREAD,
    KindName.MOST_READ_TICKER,
    KindName.NAV_MENU,
    KindName.SPONSORED_CHUMBOX,
)


def read_tags(lookups: ArticleLookups) -> FieldReading[tuple[str, ...]] | None:
    """Return the keywords of the article, once each, in the order of the page: records, else the printed list."""
    names = lookups.names | {key_of(lookups.title or "")}
    for origin, texts in _sources(lookups):
        tags = tuple(islice(_tidy(texts, names, lookups.lexicon), MAX_TAGS + 1))
        if 0 < len(tags) <= MAX_TAGS:
            return FieldReading(tags, (evidence("tags", ", ".join(tags), origin),))
    return None


def _sources(lookups: ArticleLookups) -> Iterator[tuple[str, Iterable[str]]]:
    for name in _TAG_METAS:
        if name in lookups.metas:
            yield f"meta:{name}", _parts(lookups.metas[name])
    yield "json-ld:keywords", _parts(lookups.texts(lookups.value("keywords")))
    yield "markup:rel=tag", _tag_links(lookups, filed=False)
    yield "markup:rel=tag", _tag_links(lookups, filed=True)  # an article under a category and no tag
    yield "blocks:tag_list", _listed(lookups)
    yield "blocks:label", _after_label(lookups)
    yield "meta:keywords", _parts(lookups.metas.get("keywords", ()))


def _parts(values: Iterable[str]) -> Iterator[str]:
    for value in values:
        yield from _split(clean_text(value))


def _split(text: str) -> list[str]:
    """Return the parts of a list; of one with nothing but commas, the cheaper way."""
    # Looked for one by one: a set of characters is looked for in Python's own time at each place of the text.
    has_commas = text.isascii() and ";" not in text and "|" not in text and "\n" not in text
    return text.split(",") if has_commas else _SPLIT.split(text)


def _tag_links(lookups: ArticleLookups, *, filed: bool) -> Iterator[str]:
    """Yield the links whose rel is tag and not category, of the first place on the page that has some.

    `filed`: those in places that are called the category; else the others.
    """
    first: int | None = None
    for index, span in lookups.page_index.marked if "tag" in lookups.page_index.marked_rels else ():
        said = span.rel.lower()
        rel = said.split() if "tag" in said else ()
        is_tag = "tag" in rel and "category" not in rel and _is_category(lookups, index) == filed
        if is_tag and _may_list(lookups, lookups.document.blocks[index]):
            first = index if first is None else first
            if index - first <= BLOCKS_OF_LIST:
                yield span.text


def _is_category(lookups: ArticleLookups, index: int) -> bool:
    """Return whether a place that holds links of rel=tag is called the category, as some of WordPress are."""
    block, names = lookups.document.blocks[index], lookups.page_index.names
    whole = [span.classes for span in block.spans if span.classes and span.text == block.text]
    said = [names.own(block.element), *map(names.of, whole)]
    return any(one & called.SECTION and not one & called.TAGS for one in said)


def _may_list(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether tags in this block may be the article's: its own footer may be called the site's."""
    if removed_as(block, *_OTHERS):
        return False
    return removed_as(block, KindName.SITE_FOOTER) or not is_foreign(lookups, block)


def _listed(lookups: ArticleLookups) -> Iterator[str]:
    """Yield the tags of the blocks that a rule found to be tags; what is above the headline is a section."""
    start = lookups.headline if lookups.headline is not None else -1
    for index in lookups.page_index.removed_as(KindName.TAG_LIST):
        block = lookups.document.blocks[index]
        labelled = bool(_label(lookups.lexicon).match(block.text) or all(filed_links(block, lookups.lexicon)))
        own = labelled or bool(lookups.page_index.names.within(block.element, LIST_LEVELS) & called.TAGS)
        listed = block.link_chars * 2 >= len(block.text) or "#" in block.text or labelled
        if index > start and own and listed and len(block.text) <= MAX_LIST_CHARS:
            yield from _printed(block, lookups.lexicon)


def _printed(block: Block, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the links of a printed list, of one with sections those behind the tags' label; else its words."""
    filed = filed_links(block, lexicon)
    if filed.sections and filed.tags:
        return filed.tags
    links = tuple(span.text for span in block.spans if span.tag == "a" and span.text)
    parts = tuple(_SPLIT.split(_label(lexicon).sub("", block.text)))
    return links or (parts if len(parts) > 1 else tuple(_HASH.findall(block.text)) or parts)


def _after_label(lookups: ArticleLookups) -> Iterator[str]:
    """Yield the links after a line that is nothing but a label such as "Tags", each a block of its own."""
    blocks = lookups.document.blocks
    start = lookups.headline if lookups.headline is not None else 0
    ends = (lookups.page_index.kept[-1] - 1) if lookups.page_index.kept else start
    labels = _small_labels(lookups.lexicon)
    for index in lines_among(blocks, max(start, ends), MAX_LABEL_CHARS, _LABEL_END, labels):
        if _is_label(blocks[index].text, lookups.lexicon):
            if removed_as(blocks[index], KindName.SIDEBAR, KindName.COMMENT_THREAD):
                return
            for block in blocks[index + 1 : index + 1 + BLOCKS_OF_LIST]:
                if block.link_chars < len(block.text) or len(block.text) > MAX_TAG_CHARS:
                    return
                yield from _printed(block, lookups.lexicon)


def _is_label(text: str, lexicon: Lexicon) -> bool:
    """Return whether a line is nothing but a label; of most lines of ASCII a set of all says that they are not."""
    if text.isascii() and text.rstrip(_LABEL_END).lstrip().lower() not in _small_labels(lexicon):
        return False
    return _label(lexicon).fullmatch(text.strip()) is not None


@lru_cache(maxsize=RULES_CACHED)
def _small_labels(lexicon: Lexicon) -> frozenset[str]:
    """Return the labels without a colon at their end, in the small letters that a pattern takes for theirs."""
    return frozenset(small(label).rstrip(_LABEL_END) for label in lexicon.tag_labels)


def _tidy(texts: Iterable[str], names: frozenset[str], lexicon: Lexicon) -> Iterator[str]:
    seen: set[str] = set()
    for text in texts:
        tag, key = _parted(text, lexicon)
        if key and key not in seen and key not in names:
            seen.add(key)
            yield tag


@lru_cache(maxsize=1024)  # the pages of a site share their tags
def _parted(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return a tag without its label and marks, and its key: "" where it is none."""
    may_begin = ":" in text or not text.isascii() or text.strip().lower() in lexicon.tag_labels
    tag = (_label(lexicon).sub("", text) if may_begin else text).strip(" \t#＃·•,;.:：\"'“”/")
    if len(tag) > MAX_TAG_CHARS or "://" in tag or _OF_MACHINE.search(tag) or _is_count(tag, lexicon):
        return tag, ""
    if "_" in tag and " " not in tag:  # "Anthony_Joshua"
        tag = tag.replace("_", " ").strip()
    key = key_of(tag)
    is_none = leads_about(tag, lexicon) or key in _no_tags(lexicon) or key.isdigit() or names_month(tag, lexicon)
    return tag, "" if is_none else key


def _is_count(tag: str, lexicon: Lexicon) -> bool:
    """Return whether links beside tags count something, not what the text is about: "1,284 notes"."""
    number, _, word = tag.partition(" ")
    return number[:1].isdigit() and word.casefold() in lexicon.words("site.counted")


@lru_cache(maxsize=RULES_CACHED)
def _no_tags(lexicon: Lexicon) -> frozenset[str]:
    """Return, folded, the words that say no more than that a page is news."""
    return frozenset(map(key_of, lexicon.words("site.no_tags")))


@lru_cache(maxsize=RULES_CACHED)
def _label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"^\s*(?:{either(lexicon.tag_labels)})\s*(?:[:：]\s*|$)", re.IGNORECASE)
