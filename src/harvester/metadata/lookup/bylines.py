"""The places of a page that name who wrote it: records, markup, labelled lines, lines beside the headline."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple

from harvester.metadata.language_tags import normal_tag
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.byline_labels import labelled_names, may_bear_label, tells
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.day_labels import without_day_label
from harvester.metadata.lookup.json_ld import as_list, types_of
from harvester.metadata.lookup.line_signs import DIGIT, MAY_NAME, OPAQUE
from harvester.metadata.lookup.name_labels import (
    may_begin_with_label,
    may_name_reviewers,
    names_reviewers,
    without_label,
    without_reviewers,
)
from harvester.metadata.lookup.named_sections import names_section
from harvester.metadata.lookup.person_names import cut_rest, cut_tail, named_bodies, split_names, unglued_month
from harvester.metadata.lookup.person_test import is_agency, is_cjk_name, looks_like_person, may_begin_with_person
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.models import Block, Role, Span
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.phrases import Finder, finder
from harvester.text import CJK, has_digit

# By how far they are filled with writers' names and nothing else.
AUTHOR_METAS: Final = {
    "author": "meta author",
    "parsely-author": "meta author",
    "sailthru.author": "other meta",
    "article:author_name": "other meta",
    "byl": "meta author",
    "cxenseparse:author": "other meta",
    "dc.creator": "other meta",
    "dcterms.creator": "other meta",
    "dc.creator.name": "other meta",
    "citation_author": "meta author",
    "article:author": "meta article:author",
    "og:article:author": "meta article:author",
    "rnews:author": "other meta",
    "mediator_author": "other meta",
    "article.author": "other meta",
    "dc.creator.personalname": "other meta",
    "twitter:data1": "twitter",
    "twitter:data2": "twitter",
}
# Names of other systems, by their letters: "content_author", "dable:author", "story-byline". Believed of people alone.
_AUTHOR_HINTS: Final = ("author", "byline", "writer", "journalist")
_MEANS_AUTHOR: Final = re.compile(rf"(?<!smartbanner)(?:{'|'.join(_AUTHOR_HINTS)})(?:s|name|names)?$")
_NO_LETTER: Final = re.compile(r"[^a-z]")
MAX_OTHER_METAS: Final = 5
# Libraries fill these, the family's name first.
_FAMILY_FIRST: Final = frozenset({"citation_author", "dc.creator", "dcterms.creator"})
_FAMILY_NAME: Final = re.compile(r"^((?:[a-z]{2,3}\s)*[^\s,;]+(?:[ -][^\s,;]+)?),\s+([^\s,;]+(?:\s[^\s,;]+)?)$")
MAX_BYLINE_CHARS: Final = 160
MAX_BARE_CHARS: Final = 70  # a line of nothing but a name and a date
MAX_ALONE_CHARS: Final = 40  # a line of nothing but a name
RULED_REACH: Final = 12  # farther, a name stands over an answer or a comment
BARE_REACH: Final = 4  # blocks from the headline to such a line
_BODY_EDGES: Final = " \t\n.,;"
_BRACKETS: Final = "[]()【】《》（）"
_ACCOUNT_AND_REST: Final = re.compile(r"(?<=\w)[\s(|,]+@\w{2,}.*", re.DOTALL)  # "Jane Doe @jane Villa Park"
_MAY_BE_DATED: Final = DIGIT | OPAQUE
_MARK: Final = re.compile(r"\s*[|•·●⋅｜,–—]\s*|\s-\s|\n")


class Byline(NamedTuple):
    """The writers that one place names."""

    people: tuple[str, ...]
    bodies: tuple[str, ...]  # agencies, desks, companies
    origin: str
    sign: str  # of the vote: what kind of place it is


def read_bylines(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the writers that each place near the headline, and each record, names."""
    yield from _recorded(lookups)
    yield from _meta_names(lookups)
    lines = tuple(_lines(lookups))
    yield from _marked(lookups, lines)
    yield from _written(lookups, lines)
    yield from _bare(lookups)
    yield from _ruled(lines, lookups.headline or 0, lookups.lexicon)


def _byline(texts: Iterable[str], lang: str | None, origin: str, sign: str, lexicon: Lexicon) -> Byline:
    people: list[str] = []
    bodies: list[str] = []
    for text in texts:
        people += split_names(text, lexicon, lang)
        bodies += named_bodies(text, lexicon)
    return Byline(tuple(people), tuple(bodies), origin, sign)


# ── records ──────────────────────────────────────────────────────────────────────────────────


def _recorded(lookups: ArticleLookups) -> Iterator[Byline]:
    for key, sign in (("author", "json-ld"), ("creator", "json-ld creator")):
        people: list[str] = []
        bodies: list[str] = []
        for item in as_list(lookups.value(key)):
            node = lookups.resolve(item)
            if node is not None and any(kind.endswith("Organization") for kind in types_of(node)):
                bodies += lookups.texts(item)
            else:
                said = (cut_tail(text, lookups.lexicon) for text in lookups.texts(item))
                found = _byline(said, lookups.habits.language, "", sign, lookups.lexicon)
                people += found.people
                bodies += found.bodies
        yield Byline(tuple(people), tuple(bodies), f"json-ld:{key}", sign)


def _meta_names(lookups: ArticleLookups) -> Iterator[Byline]:
    for name in filter(lookups.metas.__contains__, AUTHOR_METAS):
        values, sign = lookups.metas[name], AUTHOR_METAS[name]
        if values and sign == "twitter":
            labels = lookups.metas.get(name.replace("data", "label"), ())
            values = (
                values if lookups.lexicon.words("people.card_labels") & {label.casefold() for label in labels} else ()
            )
        if values:
            texts = [cut_tail(value, lookups.lexicon) for value in values if "://" not in value]
            if name in _FAMILY_FIRST:
                texts = [_given_first(text) for text in texts]
            yield _byline(texts, lookups.habits.language, f"meta:{name}", sign, lookups.lexicon)
    for name in islice(filter(_means_author, lookups.metas), MAX_OTHER_METAS):
        texts = [cut_tail(value, lookups.lexicon) for value in lookups.metas[name] if "://" not in value]
        found = _byline(texts, lookups.habits.language, f"meta:{name}", "other meta", lookups.lexicon)
        if found.people and all(looks_like_person(one, lookups.lexicon) for one in found.people):
            yield found


@lru_cache(maxsize=1024)  # pages share the names of their metas
def _means_author(name: str) -> bool:
    """Return whether a meta of a system that is not listed is its author, by its name."""
    if name in AUTHOR_METAS or not any(map(name.__contains__, _AUTHOR_HINTS)):
        return False
    return _MEANS_AUTHOR.search(_NO_LETTER.sub("", name.lower())) is not None


def _given_first(text: str) -> str:
    """Return "Jane Doe" of "Doe, Jane"; two people, "Jane Doe, Jan Roe", are left as they are."""
    found = _FAMILY_NAME.match(text)
    if found is None or (" " in found[1] and " " in found[2] and "." not in found[2]):
        return text
    return f"{found[2]} {found[1]}"


# ── near the headline ────────────────────────────────────────────────────────────────────────


class _Line(NamedTuple):
    """A short block near the headline."""

    at: int
    block: Block
    is_ruled: bool  # a rule calls it a byline
    may_bear: bool  # a label of a byline
    inside: bool  # its container is named like a byline
    about: bool  # its container is named after topics: its links lead to whom the article is about


def _lines(lookups: ArticleLookups) -> Iterator[_Line]:
    """Yield the lines of which a reader below may find something: by markup, by a label, or by their place."""
    blocks, within = lookups.document.blocks, lookups.page_index.names.within
    ruled = frozenset(lookups.page_index.removed_as(KindName.BYLINE_META))
    for index, signs in lookups.signs.items():
        block = blocks[index]
        if len(block.text) > MAX_BYLINE_CHARS:
            continue
        said, may_bear = within(block.element, 2), bool(signs & MAY_NAME)
        is_inside = bool(said & called.BYLINE) and not said & called.NOT_BYLINE
        if may_bear or is_inside or block.spans or index in ruled:
            yield _Line(index, block, index in ruled, may_bear, is_inside, bool(said & called.TAGS))


def _marked(lookups: ArticleLookups, lines: Iterable[_Line]) -> Iterator[Byline]:
    """Yield the names that the markup near the headline calls authors: itemprop, rel, link to a profile, class."""
    lang, lexicon, names = lookups.habits.language, lookups.lexicon, lookups.page_index.names
    for line in lines:
        authors: list[str] = []
        classed: list[str] = []
        for span in line.block.spans:
            if span.text and _is_author(span, lookups, line.about):
                authors.append(span.text)
            if span.text and (line.inside or (span.classes and _is_byline(names.of(span.classes)))):
                classed.append(span.text)
        if not (authors or classed) or names_reviewers(line.block.text, lexicon, lang):
            continue
        own = without_reviewers(line.block.text, lexicon)
        if authors:
            yield _byline([text for text in authors if text in own], lang, f"block:{line.at}:markup", "marked", lexicon)
        if not classed:
            continue
        texts = (cut_rest(text, lexicon) for text in classed if text in own)
        found = _byline(texts, lang, f"block:{line.at}:class", "class", lexicon)
        people = tuple(name for name in found.people if looks_like_person(name, lexicon) or not line.inside)
        yield found._replace(people=people)


def _is_author(span: Span, lookups: ArticleLookups, about: bool) -> bool:
    if (span.rel or span.itemprop) and "author" in f"{span.rel} {span.itemprop}".lower().split():
        return True
    if about or span.href == "" or not _leads_to_author(span.href, lookups.lexicon):
        return False
    return not span.classes or not lookups.page_index.names.of(span.classes) & called.TAGS  # whom it is about


@lru_cache(maxsize=1024)  # the links beside the headline are asked about by several readers
def _leads_to_author(href: str, lexicon: Lexicon) -> bool:
    return bool(_author_finder(lexicon)(href)) and _author_link(lexicon).search(href) is not None


@lru_cache(maxsize=RULES_CACHED)
def _author_finder(lexicon: Lexicon) -> Finder:
    """Return the finder of what an address of an author must hold: a tenth of the time that the pattern takes."""
    return finder({"author=", *(f"/{word}/" for word in lexicon.words("paths.authors"))})


@lru_cache(maxsize=RULES_CACHED)
def _author_link(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"/(?:{either(lexicon.words('paths.authors'))})/[^/]+|[?&]author=", re.IGNORECASE)


def _is_byline(said: int) -> bool:
    return bool(said & called.BYLINE) and not said & called.NOT_BYLINE


def lines_of(block: Block) -> Iterator[str]:
    """Yield the lines of a block, and the inline elements that are parts of one: each may bear a label."""
    text = block.text
    lines = text.split("\n") if "\n" in text else (text,)
    if not block.spans:
        yield from lines if len(lines) == 1 else dict.fromkeys(lines)
        return
    spans = (span.text for span in block.spans if span.text and span.tag != "a" and span.text != text)
    yield from dict.fromkeys((*spans, *lines))


def _written(lookups: ArticleLookups, lines: Iterable[_Line]) -> Iterator[Byline]:
    """Yield the names of lines that begin with a label ("By ..."), and those of containers named like a byline."""
    for line in lines:
        block, index = line.block, line.at
        if not (line.may_bear or line.inside):
            continue
        lang = _tongue_of(lookups, block)
        if line.may_bear and not (block.role is Role.HEADING and index == lookups.headline):
            yield from labelled_lines(block, index, lang, line.inside or line.is_ruled, lookups.lexicon)
        if line.inside and not names_reviewers(block.text, lookups.lexicon, lang):
            rest = cut_rest(without_reviewers(parted_text(block), lookups.lexicon), lookups.lexicon)
            found = _byline((rest,), lang, f"block:{index}:class", "class", lookups.lexicon)
            own = block.role is not Role.CONTROL and _is_byline(lookups.page_index.names.own(block.element))
            people = all(looks_like_person(name, lookups.lexicon) for name in found.people) or (
                own and found.people == (rest.strip(),)
            )
            yield found if people else found._replace(people=())


def _tongue_of(lookups: ArticleLookups, block: Block) -> str | None:
    """Return the language of a line's label: of the text, or the page's own where only that has it: "Av Anna Berg"."""
    lang, own = lookups.habits.language, normal_tag(lookups.document.lang)
    if own is None or own == lang or may_begin_with_label(block.text, 0, lang, lookups.lexicon):
        return lang
    return own if may_begin_with_label(block.text, 0, own, lookups.lexicon) else lang


def labelled_lines(block: Block, index: int, lang: str | None, placed: bool, lexicon: Lexicon) -> Iterator[Byline]:
    """Yield the names behind a label; where the place is no byline, only those that look like people's."""
    lines = tuple(line for line in lines_of(block) if may_bear_label(line, lang, lexicon))
    if lines and may_name_reviewers("\n".join(lines), lexicon):
        lines = tuple(without_reviewers(line, lexicon) for line in lines)
    for line in lines:
        names = labelled_names(line, lexicon, lang) if len(line) <= MAX_BYLINE_CHARS else ()
        if not names:
            yield from _labelled_bodies(line, index, lang, lexicon)
            continue
        looks = all(looks_like_person(name, lexicon) for name in names)
        dated = len(names) == 1 and " " not in names[0] and any(find_dates(line, lexicon))
        if placed or looks or dated:
            yield Byline(names, named_bodies(_up_to(names, line), lexicon), f"block:{index}", "labelled")
            if dated:
                yield Byline(names, (), f"block:{index}", "dated line")


def _up_to(names: Sequence[str], line: str) -> str:
    """Return a line with the text behind a dateline without the text, up to the last of the names."""
    ends = [line.find(name) + len(name) for name in names if name in line] if tells(line) else ()
    return line[: max(ends)] if ends else line


def _labelled_bodies(line: str, index: int, lang: str | None, lexicon: Lexicon) -> Iterator[Byline]:
    """Yield the organisations that are alone behind a label: "By The Associated Press"."""
    if len(line) > MAX_BARE_CHARS or not may_begin_with_label(line, 0, lang, lexicon):
        return
    rest = without_label(cut_rest(line, lexicon), lexicon, lang)
    if rest != line.strip() and is_agency(rest.strip(_BODY_EDGES), lexicon):
        yield Byline((), (rest.strip(_BODY_EDGES),), f"block:{index}", "labelled")


def _bare(lookups: ArticleLookups) -> Iterator[Byline]:
    """Yield the name of a line beside the headline that is nothing but a name, a date and a reading time."""
    headline = lookups.headline
    if headline is None:
        return
    for index, signs in lookups.signs.items():
        if not signs & _MAY_BE_DATED or not 0 < abs(index - headline) <= BARE_REACH:
            continue
        block = lookups.document.blocks[index]
        text = _without_addresses(block) if len(block.text) <= MAX_BYLINE_CHARS else block.text
        if len(text) <= MAX_BARE_CHARS and not text.endswith("。"):
            names = _without_date(unglued_month(text, lookups.lexicon), lookups.lexicon)
            if len(names) == 1 and block.role is not Role.HEADING and not names_section(lookups, names[0]):
                yield Byline(names, (), f"block:{index}:bare", "bare")


def _without_addresses(block: Block) -> str:
    """Return the text of a line without links that write down their address of mail: "Jane Doe jane at doe.example"."""
    text = parted_text(block)
    for span in block.spans:
        if span.href.startswith("mailto:") and (" at " in span.text or "@" in span.text):
            text = text.replace(span.text, " | ", 1)
    return text


def parted_text(block: Block) -> str:
    """Return the text of a line with a mark where one inline element ends and another begins at once."""
    text, end = block.text, 0
    for at in _glued_at(block):
        text, end = f"{text[: at + end]} | {text[at + end :]}", end + len(" | ")
    return text


def before_glue(block: Block) -> str:
    """Return the text of a line up to where an inline element is glued to what is before or behind it.

    "Jane Doe" of "Jane DoeText Max Roe", where each is an element of its own, and one that hides the name once more.
    """
    if "@" in block.text:  # addresses stand between people, glued to each
        return block.text
    return block.text[: next(iter(_glued_at(block)), len(block.text))]


def _glued_at(block: Block) -> list[int]:
    """Return where in the text of a line an inline element is glued to letters beside it."""
    text = block.text
    found: set[int] = set()
    for span in block.spans:
        said = span.text
        if not said or (span.tag == "a" and not said.isascii() and CJK.search(said)):  # no blanks part these
            continue
        start = text.find(said)
        ends = (start, start + len(said)) if start >= 0 else ()
        found.update([at for at in ends if 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()])
    return sorted(found)


def _ruled(lines: Iterable[_Line], headline: int, lexicon: Lexicon) -> Iterator[Byline]:
    """Yield the names of a line that is nothing else and that a rule calls a byline for its place."""
    for line in lines:
        if not line.is_ruled or abs(line.at - headline) > RULED_REACH:
            continue
        text = before_glue(line.block).strip(_BRACKETS)
        if len(text) > MAX_ALONE_CHARS or text[:1].isdigit() or not may_begin_with_person(text):
            continue
        names = split_names(text, lexicon)
        if names and text.startswith(names[0]) and all(looks_like_person(name, lexicon) for name in names):
            yield Byline(names, named_bodies(text, lexicon), f"block:{line.at}:place", "ruled")


def _without_date(text: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the people of a line that also holds a date: "Kristian Larsen July 13, 2025 — 7 minutes read"."""
    dates = tuple(find_dates(text, lexicon))
    if not dates:
        return ()
    before = _ACCOUNT_AND_REST.sub("", text[: dates[0].start])
    rest = without_day_label(before, lexicon) + " | " + text[dates[-1].end :]
    rest = _reading_time(lexicon).sub("", rest) if has_digit(rest) else rest
    bare = (part.strip(" \t,.:()-") for part in _MARK.split(rest))
    parts = [cut_rest(part, lexicon) for part in bare if part]
    parts = [name for part in parts for name in (split_names(part, lexicon) if is_cjk_name(part) else (part,))]
    return tuple(
        part for part in parts if part and looks_like_person(part, lexicon) and split_names(part, lexicon) == (part,)
    )


@lru_cache(maxsize=RULES_CACHED)
def _reading_time(lexicon: Lexicon) -> re.Pattern[str]:
    """Return how long the text takes to read, "7 minutes read", and all that follows on the line."""
    minutes = either(word for word in lexicon.ago["minutes"] if not CJK.search(word))
    return re.compile(rf"\d+\s*[-–]?\s*(?:{minutes})(?!\w).*$", re.IGNORECASE)
