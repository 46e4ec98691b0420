"""Who published the text first, when the page is a repost or names whom to credit."""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import compress, islice, repeat
from operator import attrgetter
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.json_ld import as_list, clean_text, same_page
from harvester.metadata.lookup.line_signs import MAY_SOURCE, OPAQUE
from harvester.metadata.lookup.page_index import MAX_NOTICE_CHARS, ancestors, key_of, one_line
from harvester.metadata.lookup.person_test import is_agency, is_body, is_cjk_name, looks_like_person
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.source_labels import label_at_end
from harvester.metadata.lookup.source_lines import at_end, whole_line
from harvester.metadata.lookup.source_names import (
    MAX_NAME_CHARS,
    is_desk,
    names_pictures,
    sender_ends,
    sender_of,
    source_name,
    unglued,
)
from harvester.metadata.lookup.source_places import (
    LINES_AT_END,
    LINES_AT_START,
    MAX_CREDIT_CHARS,
    heading_of_others,
    is_inside,
    is_of_box,
    is_of_others,
)
from harvester.metadata.lookup.structured_data import ArticleLookups, absolute
from harvester.metadata.place_trust import PlaceTrust
from harvester.models import Block, Role, Source
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.urls import loose_host

MAX_BYLINE_CHARS: Final = 160
MAX_CAPTION_CHARS: Final = 60
MIN_PIXELS: Final = 100  # a side of a picture; smaller is an icon
_text: Final = attrgetter("text")
MAX_LINES: Final = 500  # that may name a source
MAX_LABEL_CHARS: Final = 50
LINK_REACH: Final = 40  # chars behind a label in which the link of an unnamed source begins
LINK_START: Final = 20
FIRST_FOREIGN: Final = "\u0370"  # the first letter that is not Latin
MIN_TITLE_WORDS: Final = 5  # of a link that is a headline; names of papers are shorter
_METAS: Final = ("original-source", "syndication-source", "source", "mediaid", "contentsource", "article:source")
_LABEL_MARK: Final = re.compile(r"[:：丨|]")
_SENTENCE_END: Final = re.compile(r"[.!?:;。]\s")
_WORD: Final = re.compile(r"[^\W\d_]+")
_QUOTED: Final = re.compile(r"[“\"„«‘][^”\"»’]{0,3}$")  # the words are a quotation: the text is about such notices
# By which words a printed line names its source.
NOTICE: Final = "notice"  # a sentence, "First published in ..."
LABEL: Final = "label"
VIA: Final = "via"  # a label of who passed it on: where the next line names the source, it is that
LINE: Final = "line"  # all of a line at the end: "(dpa)", "Theo TTXVN"
CLASS: Final = "class"  # an agency or a paper in an element that is called the source
SENDER: Final = "sender"  # a byline: "Ana Duarte, Meridian News Agency"
_BESIDE_TEXT: Final = (Role.CAPTION, Role.TABLE)


# Logarithms of the odds that it is right, by kind of place, from the sources that were read on pages on which nothing
# had been tuned (docs/metadata.md), half a page added to either side.
TRUST: Final = PlaceTrust(
    {
        f"block:{LABEL}": 1.9,  # 96 of 110
        f"block:{NOTICE}": 1.6,  # 12 of 14
        f"block:{SENDER}": 1.9,  # 17 of 19
        f"block:{VIA}": 0.5,  # 2 of 3
        f"block:{LINE}": 0.5,  # not measured: on invented pages alone
        f"block:{CLASS}": 0.5,  # the same
        "json-ld": 1.6,  # 2 of 2, on pages that were developed on
        "meta": 2.4,  # all of 5 sites
    }
)


def read_source(lookups: ArticleLookups) -> FieldReading[Source] | None:
    """Return the source with the line that names it: a line that a rule removed, else one near the headline.

    A notice by which the site asks to be named itself counts only when nothing names another source.
    """
    second: FieldReading[Source] | None = None
    speaks = lookups.mentions(lookups.lexicon.first_published)
    ends = tuple(at_end(lookups))
    theirs: frozenset[int] | None = None  # looked for when a line names a source: on most pages none does
    for index in islice(dict.fromkeys(_lines(lookups, speaks, ends)), MAX_LINES):
        if not speaks and index not in ends and not lookups.signs.get(index, OPAQUE) & MAY_SOURCE:
            continue
        found, kind = _read_line(lookups, lookups.document.blocks[index], speaks) or (None, "")
        if found is None and index in ends:
            found, kind = whole_line(lookups, index), LINE
        if found is None or is_of_others(lookups, index) or _is_of_else(lookups, index, kind, found.name):
            continue
        theirs = _credits(lookups) if theirs is None else theirs
        if index in theirs:
            continue
        named = FieldReading(found, (evidence("source", found.notice or found.name or "", f"block:{index}:{kind}"),))
        if kind != VIA and key_of(found.name or "") not in lookups.names:
            return named
        second = second or named
    return second or _based_on(lookups) or _recorded(lookups) or _in_byline(lookups) or _called_source(lookups)


def _is_of_else(lookups: ArticleLookups, index: int, kind: str, name: str | None) -> bool:
    """Return whether a line, by its place, names the source of something else than the text."""
    if kind == NOTICE:
        return is_inside(lookups, index)
    return (kind == VIA and _is_no_publisher(lookups, index, name)) or is_of_box(lookups, index)


def _is_no_publisher(lookups: ArticleLookups, index: int, name: str | None) -> bool:
    """Return whether "via" names where a quotation above it is from, or is a street: "Via: Roma 12"."""
    above = lookups.document.blocks[index - 1] if index > 0 else None
    return (above is not None and above.role is Role.QUOTE) or (name is not None and name[-1:].isdigit())


def _based_on(lookups: ArticleLookups) -> FieldReading[Source] | None:
    """Return what the article's JSON-LD names as its base: a page, or a work with its headline and publisher."""
    for item in as_list(lookups.value("isBasedOn")) + as_list(lookups.value("isBasedOnUrl")):
        node = lookups.resolve(item)
        url = item if node is None else node.get("url") or node.get("@id")
        if isinstance(url, str) and url.startswith(("http://", "https://")) and not _is_here(lookups, url):
            name = next(lookups.texts(node.get("publisher")), None) if node is not None else None
            title = next(lookups.texts(node.get("headline") or node.get("name")), None) if node is not None else None
            return FieldReading(Source(name, url, None, title), (evidence("source", url, "json-ld:isBasedOn"),))
    return None


def _is_sender(name: str, lexicon: Lexicon) -> bool:
    """Return whether a name is a news agency's or a Chinese paper's: the meta "source" may hold anything."""
    return is_agency(name, lexicon) or (is_cjk_name(name) and is_body(name, lexicon))


def _is_own(lookups: ArticleLookups, url: str) -> bool:
    """Return whether a URL is of the page's own host: then it means no more than that the page is the first."""
    address, host = lookups.address or "", loose_host(lookups.address).removeprefix("www.")
    return bool(host) and (loose_host(url).removeprefix("www.") == host or address.endswith(url))  # in an archive


def _is_here(lookups: ArticleLookups, url: str) -> bool:
    return lookups.address is not None and same_page(url, lookups.address)


def _lines(lookups: ArticleLookups, speaks: bool, ends: tuple[int, ...]) -> Iterator[int]:
    blocks = lookups.document.blocks
    yield from lookups.page_index.removed_as(KindName.REPOST_NOTICE)
    # Inside the text, such a line names the source of a chart, a picture or a quotation.
    text = lookups.page_index.kept
    first, last = (text[:LINES_AT_START][-1], text[-LINES_AT_END:][0]) if text else (0, 0)
    yield from (index for index in lookups.page_index.removed_as(KindName.SOURCE_CREDIT) if not first < index < last)
    yield from lookups.byline
    yield from ends
    if speaks or lookups.mentions(lookups.lexicon.repost_labels):
        lines = (index for index, block in enumerate(blocks) if len(block.text) <= MAX_NOTICE_CHARS)
        yield from (index for index in lines if _speaks_of_first(blocks[index], lookups.lexicon))


def _speaks_of_first(block: Block, lexicon: Lexicon) -> bool:
    """Return whether a short block names where the text was first, or whom to credit when it is copied."""
    if len(block.text) > MAX_NOTICE_CHARS:
        return False
    return bool(_first_published(lexicon).search(block.text) or _repost_label(lexicon).match(block.text))


def _read_line(lookups: ArticleLookups, block: Block, speaks: bool) -> tuple[Source, str] | None:
    """Return what a line names, and by which kind of words."""
    text = block.text
    if len(text) > MAX_NOTICE_CHARS or not (speaks or _LABEL_MARK.search(text)):
        return None
    linked = tuple(span.text for span in block.spans if span.tag == "a")
    for start, end, kind in _after_labels(text, speaks, lookups.lexicon, linked):
        if _is_of_picture(lookups, block):
            return None
        if not _QUOTED.search(text[: start + 1]) and not _picture_before(lookups.lexicon).search(text[:start]):
            name = unglued(source_name(text[end:], lookups.lexicon), linked)
            if name is None and names_pictures(text[end : end + LINK_REACH], lookups.lexicon):
                continue
            url = _link(lookups, block, name, text[end : end + LINK_REACH])
            if name is None and url is not None and not _LABEL_MARK.search(text, end, text.find(linked[0], end)):
                name = source_name(linked[0], lookups.lexicon)  # in small letters: "in der taz"
            said = name is not None or (url is not None and not _is_own(lookups, url))
            if said and not _links_headline(block, name, lookups.lexicon):
                return Source(name, url, one_line(block), _original_title(lookups, block, url)), kind
    return None


def _after_labels(
    text: str, speaks: bool, lexicon: Lexicon, linked: tuple[str, ...] = ()
) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and kind of the words after which a source is named: a notice, a sentence, a label.

    `linked`: the texts of its links; a sentence in one is about the page behind it. `speaks`: the page holds a sentence
    about where the text was first, so it is worth looking for one.
    """
    marks = tuple(mark.start() for mark in _LABEL_MARK.finditer(text))
    notice = _repost_label(lexicon).match(text) if marks else None
    if notice is not None:
        yield *notice.span(), NOTICE
    sentence = _first_published(lexicon).search(text) if speaks else None
    if sentence is not None and not any(sentence[0].strip() in link for link in linked):
        yield from [(*sentence.span(), NOTICE)] if _is_about_the_text(text[: sentence.start()], lexicon) else []
    for mark in marks:
        first = max(0, mark - MAX_LABEL_CHARS)
        before = text[first:mark].rstrip()
        label = label_at_end(before, lexicon)
        if label is not None and text[mark + 1 :].strip() and _may_be_label(text, first + label.start()):
            is_via = label[0].casefold() in lexicon.words("source.via")
            yield first + label.start(), mark + 1, VIA if is_via else LABEL


def _is_about_the_text(before: str, lexicon: Lexicon) -> bool:
    """Return whether what is before "was first published in" names the text: "This story", or nothing at all.

    Where a language writes in other letters than Latin ones, its words for a text are not known.
    """
    words = _WORD.findall(_SENTENCE_END.split(before)[-1].casefold())
    while words and words[-1] in lexicon.words("source.texts_between"):
        words.pop()
    known = lexicon.words("source.texts")
    said = not words or words[-1] in lexicon.words("source.texts_said") or not known.isdisjoint(words)
    return said or words[-1][0] >= FIRST_FOREIGN


def _may_be_label(text: str, start: int) -> bool:
    """Return whether a word before a colon may be a label: not in a sentence, "from an unlikely source: the ..."."""
    before = text[:start].rstrip(" ")
    return not text[start].islower() or not before or not before[-1].isalpha()


def _is_of_picture(lookups: ArticleLookups, block: Block) -> bool:
    """Return whether a line is beside a picture or a table, whose source it then names.

    A table that the headline is in as well lays out the page.
    """
    if block.role in _BESIDE_TEXT or removed_as(block, KindName.CAPTION, KindName.PHOTO_CREDIT):
        return True
    if len(block.text) > MAX_CREDIT_CHARS:
        return False
    document = lookups.document
    places = (document.elements[at].tag for at in ancestors(document, block.element) if at not in lookups.own)
    return any(tag in {"figure", "table", "figcaption"} for tag in places)


def _credits(lookups: ArticleLookups) -> frozenset[int]:
    """Return the short lines right below a picture, table or quotation, which name where that is from, not the text.

    Icons are no pictures, and a sentence about where the text was first is about the text wherever it stands.
    """
    blocks, sizes = lookups.document.blocks, ((one.block, one.width, one.height) for one in lookups.document.images)
    below = {at for at, *sides in sizes if all(side is None or side >= MIN_PIXELS for side in sides)}
    inside = (at for at in below if 0 <= at < len(blocks) and at not in lookups.byline)
    below |= {at + 1 for at in tuple(inside) if _is_caption(blocks[at])}
    text = lookups.page_index.kept
    below |= {at for at, above in enumerate(blocks, 1) if above.role is Role.TABLE}
    below |= {at + 1 for at in text[:-1] if blocks[at].role is Role.QUOTE and text[-1] > at + 1}
    short = (at for at in below if 0 < at < len(blocks) and len(blocks[at].text) <= MAX_CREDIT_CHARS)
    return frozenset(at for at in short if not _speaks_of_first(blocks[at], lookups.lexicon))


def _is_caption(block: Block) -> bool:
    """Return whether what is below a picture is its caption: few words without a full stop, no date, no headline."""
    words = block.text
    short = len(words) <= MAX_CAPTION_CHARS and not words.endswith((".", "?", "!", "。"))
    return short and block.role in (Role.CAPTION, Role.PARAGRAPH) and not any(map(str.isdigit, words))


@lru_cache(maxsize=RULES_CACHED)
def _picture_before(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what makes a label a picture's: "Image Source", "© Quelle"."""
    others = lexicon.words("source.pictures") | lexicon.words("source.others")
    return re.compile(rf"(?:©|(?<!\w)(?:{either(others)}))[\s-]*$", re.IGNORECASE)


def _links_headline(block: Block, name: str | None, lexicon: Lexicon) -> bool:
    """Return whether all that is behind a label is a link with a headline: another story."""
    links = [span.text for span in block.spans if span.tag == "a" and len(span.text.split()) >= MIN_TITLE_WORDS]
    return bool(links) and (name is None or name in links[0]) and not _first_published(lexicon).search(block.text)


def _original_title(lookups: ArticleLookups, block: Block, url: str | None) -> str | None:
    """Return the text of a link to the first publication, where it is a headline rather than the publisher's name."""
    links = (span.text for span in block.spans if span.tag == "a" and url and absolute(lookups, span.href) == url)
    return next((text for text in links if len(text.split()) >= MIN_TITLE_WORDS), None)


def _link(lookups: ArticleLookups, block: Block, name: str | None, behind: str) -> str | None:
    """Return the link of the source: the one that bears its name; where it has none, the only one of the line.

    `behind` is what follows the label: farther, "Click here to subscribe" leads elsewhere.
    """
    links = [span for span in block.spans if span.tag == "a" and span.href]
    named = [span for span in links if name is not None and span.text and (span.text in name or name in span.text)]
    alone = links if len(links) == 1 and name is None and links[0].text[:LINK_START] in behind else []
    chosen = named[:1] or alone
    return absolute(lookups, chosen[0].href) if chosen else None


def _recorded(lookups: ArticleLookups) -> FieldReading[Source] | None:
    for name in _METAS:
        for value in lookups.metas.get(name, ()):
            text = clean_text(value)
            is_url = text.startswith(("http://", "https://"))
            label = next((end for _, end, _ in _after_labels(text, speaks=False, lexicon=lookups.lexicon)), 0)
            named = None if is_url else source_name(text[label:], lookups.lexicon)
            if (is_url and _is_own(lookups, text)) or (
                name == "source" and named is not None and not _is_sender(named, lookups.lexicon)
            ):
                continue
            if is_url or named is not None:
                source = Source(named, text if is_url else None, None)
                return FieldReading(source, (evidence("source", text, f"meta:{name}"),))
    return None


def _in_byline(lookups: ArticleLookups) -> FieldReading[Source] | None:
    """Return the agency or paper that a byline names beside the writer: by class, by name, "| SITE".

    Behind the text stand those of other stories.
    """
    names, ends = lookups.page_index.names, sender_ends(lookups.lexicon)
    last = lookups.page_index.kept[-1] if lookups.page_index.kept else len(lookups.document.blocks)
    blocks, inner = lookups.document.blocks, lookups.inner
    lines = lookups.byline
    endings = map(str.endswith, map(_text, map(blocks.__getitem__, lines)), repeat(ends))
    senders = {*compress(lines, endings), *(at for at in inner if inner[at] & called.AGENCY)}
    for index in (at for at in lines if at in senders and at <= last) if senders else ():
        block = blocks[index]
        agencies = (span.text for span in block.spans if span.classes and names.of(span.classes) & called.AGENCY)
        sender = sender_of(block.text, lookups.lexicon) if len(block.text) <= MAX_BYLINE_CHARS else None
        for name in (*agencies, *([sender["name"]] if sender is not None else [])):
            if (
                1 < len(name) <= MAX_NAME_CHARS
                and key_of(name) not in lookups.names
                and not is_desk(name, lookups.lexicon)
                and heading_of_others(lookups, index) is None
            ):
                return FieldReading(
                    Source(name, None, one_line(block)), (evidence("source", name, f"block:{index}:{SENDER}"),)
                )
    for value in (*lookups.metas.get("og:article:author", ()), *lookups.metas.get("article:author", ())):
        name, mark, portal = value.partition("|")
        own = key_of(name) in lookups.names or looks_like_person(name.strip(), lookups.lexicon)
        if mark and key_of(portal) in lookups.names and name.strip() and not own:
            return FieldReading(Source(name.strip(), None, None), (evidence("source", value, "meta:article:author"),))
    return None


def _called_source(lookups: ArticleLookups) -> FieldReading[Source] | None:
    """Return the agency or Chinese paper that is all of an element called the source, beside the headline."""
    last = lookups.page_index.kept[-1] if lookups.page_index.kept else len(lookups.document.blocks)
    names = lookups.page_index.names
    for index in (at for at in lookups.inner if at < last and lookups.inner[at] & called.SOURCE):
        block = lookups.document.blocks[index]
        for span in (one for one in block.spans if one.classes and names.of(one.classes) & called.SOURCE):
            if not _is_sender(span.text, lookups.lexicon) or key_of(span.text) in lookups.names:
                continue
            if not _is_of_picture(lookups, block) and index not in _credits(lookups):
                url = absolute(lookups, span.href) if span.href else None
                found = Source(span.text, url if url and not _is_own(lookups, url) else None, one_line(block))
                return FieldReading(found, (evidence("source", span.text, f"block:{index}:{CLASS}"),))
    return None


@lru_cache(maxsize=RULES_CACHED)
def _repost_label(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"^\W*(?:{either(lexicon.repost_labels)})\s*[:：]\s*(?=[^»]{{1,60}}»)", re.IGNORECASE)


@lru_cache(maxsize=RULES_CACHED)
def _first_published(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?<![a-z\u00e0-\u00ff])(?:{either(lexicon.first_published)})(?![a-z])\s*", re.IGNORECASE)
