"""The headline, as printed, by a vote of what the page prints and what its structured data has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final, NamedTuple

from harvester.metadata.evidence import FieldReading
from harvester.metadata.fields.site import names_site
from harvester.metadata.lookup.headings import Named, echoed, named, printed_headings, without_count
from harvester.metadata.lookup.headline_lines import headline_lines, is_called_headline
from harvester.metadata.lookup.json_ld import ARTICLE_TYPES, clean_text, types_of
from harvester.metadata.lookup.named_sections import names_month, sections_above
from harvester.metadata.lookup.other_headings import cards, names_in_headings, text_start
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import MAX_RECORD_CHARS, SiteLookups
from harvester.metadata.lookup.title_cuts import Cut, cuts, without_opening
from harvester.metadata.lookup.title_text import (
    MAX_SITE_WORDS,
    cut_by_address,
    is_headline_long,
    is_sites_name,
    likeness,
    pieces,
    slug_of,
    strip_site,
    without_name_at_ends,
)
from harvester.metadata.vote import Candidate, Doubt, Vote, hold_vote, merge, trusted_with
from harvester.models import Block, Evidence, Role, Span
from harvester.rules.lexicon import Lexicon, labels_for

# Learned by conditional logit on the pages of docs/benchmarks.md that were developed on, each corpus with the square
# root of its pages, checked in five folds by domain (`python benchmarks/weights.py`); rounded, and where several
# roundings were as likely, the one under which most of these pages are right.
WEIGHTS: Final = {
    "json-ld": 0.6,  # schema.org's headline is meant for readers
    "og:title": 0.7,  # meant for readers elsewhere: shortened or sold more often than the headline
    "twitter:title": 0.0,  # repeats og:title
    "other meta": 0.2,
    "<title>": 0.0,  # meant for search engines
    "start of <title>": 0.7,  # the site, the section or what search engines like follows
    "printed part of <title>": 0.9,  # behind the site's name, and alone on a line of the page
    "start of og:title": 0.2,
    "start of json-ld": 0.4,
    "first h1": 1.0,
    "first h1 of an article": 0.3,  # other pages call a shop or a form their h1
    "only h1": 0.8,
    "called headline": 0.8,  # by its class, where no heading stands above the text
    "line above the text": 2.2,  # where no heading is, and <title> is no more than a name
    "marked headline": 1.6,  # by its microdata
    "h1 elsewhere": 0.1,
    "lower heading": 0.0,
    "line of h1": 1.0,  # where a kicker stands above the headline in one h1
    "above the text": 1.1,
    "echoed": 0.7,  # the heading that the records repeat best
    "echoed in an article": 0.8,
    "begins og:title": 1.3,  # or is it
    "begins og:title of an article": -0.2,
    "begins <title>": 0.7,
    "like the address": 1.5,
    "the site": -1.5,  # its name, or a heading in its logo or that leads home
    "short": -0.9,  # a section, a name
    "uncut": -0.3,  # with the site's name
}
# Measured on the pages that were developed on: of what is trusted less, hardly every third is right.
DOUBT: Final = Doubt(nothing=-1.0, least=0.3)
_DASHES: Final = re.compile(r"[-–—_·]+")
_JOINING: Final = " :|·–—-,"  # between a headline and what is behind it
MAX_SHORT_CHARS: Final = 7  # folded
STANDFIRST_REACH: Final = 4  # blocks
MAX_COMPARED: Final = 200  # headings whose letters are compared with those of the title
MAX_HEADINGS: Final = 8  # a headline stands among the first; hostile pages have thousands
_METAS: Final = ("parsely-title", "sailthru.title", "dc.title", "citation_title", "title")
_ARTICLE_METAS: Final = ("article:published_time", "parsely-pub-date", "sailthru.date", "datepublished")


class Headline(NamedTuple):
    """The chosen headline and the block that prints it, if one does."""

    text: str
    block: int | None
    reading: FieldReading[str | None]  # of None where it is not sure enough to be given


class _Page(NamedTuple):
    """What candidates are compared with."""

    lookups: SiteLookups
    is_article: bool
    slug: str
    head: str  # of <title>, folded, from where the headline begins
    og_title: str  # folded
    above: str | None  # the heading above the text, folded
    book: str | None  # the last part of <title>, folded, where another heading is its first: the site, or a book
    said: frozenset[str]  # what the records call the article, folded


def choose_title(lookups: SiteLookups) -> Headline | None:
    """Return the headline without the site's name and section; None when the page names itself nowhere."""
    lookups = _with_page_names(lookups)
    vote = hold_vote("title", title_candidates(lookups), WEIGHTS, DOUBT)
    if vote is None:
        return None
    found = vote.best.value
    evidence = vote.evidence if vote.is_trusted else trusted_with(vote, DOUBT, partial(_is_cut, vote))
    shown = found.text if evidence[0].chosen else None
    return Headline(found.text, _printed_at(lookups, found), FieldReading(shown, evidence))


def _is_cut(vote: Vote[Named], other: Evidence) -> bool:
    """Return whether a record or <title> gives the best title longer or shorter: its end alone is in doubt."""
    key, cut = vote.best.key, key_of(other.value)
    return "block:" not in other.origin and bool(cut) and (key.startswith(cut) or cut.startswith(key))


def _with_page_names(lookups: SiteLookups) -> SiteLookups:
    """Return lookups whose names hold the h1 of a blog or a section above the headline as well."""
    found = names_in_headings(lookups)
    return replace(lookups, names=lookups.names | found) if found else lookups


def title_candidates(lookups: SiteLookups) -> tuple[Candidate[Named], ...]:
    """Return all that the page may call its article, with what speaks for each."""
    others = cards(lookups)
    headings = tuple(one for one in islice(printed_headings(lookups), MAX_HEADINGS) if one.block not in others)
    records = tuple(_records(lookups))
    echo = echoed(headings, tuple(record for record, sign in records if sign in _WHOLE))
    shared = frozenset(record.key for record, _ in records if record.origin != "title")
    if echo is not None:
        echo = _without_head(lookups, _parted(lookups, _without_tail(lookups, echo, records), shared))
    parted = (_parted(lookups, _without_tail(lookups, one, records), shared) for one in headings)
    headings = tuple(_without_head(lookups, _without_kicker(one, echo)) for one in parted)
    page = _look_up(lookups, headings, frozenset(record.key for record, _ in records))
    found = [
        *_printed(page, headings),
        *(_candidate(line, (sign,)) for line, sign in headline_lines(lookups, headings)),
        *(_candidate(record, (sign,)) for record, sign in records),
    ]
    if echo is not None:
        found.append(_candidate(echo, ("echoed", *(("echoed in an article",) if page.is_article else ()))))
    wanted = (one for one in merge(found) if one.key and one.key not in lookups.lexicon.not_titles)
    return tuple(
        Candidate(one.value, one.key, one.text, one.origin, {**one.signs, **_compared(page, one.key, one.text)})
        for one in wanted
    )


def _without_kicker(heading: Named, echo: Named | None) -> Named:
    """Return the heading, or what the records repeat of it: they know which part of an h1 is a kicker."""
    return heading._replace(text=echo.text, key=echo.key) if echo and echo.block == heading.block else heading


def _parted(lookups: SiteLookups, heading: Named, shared: frozenset[str]) -> Named:
    """Return the part of an h1 that a record has alone: its first line, or what follows a kicker in an own element.

    `<h1><span>Orders for Example</span> <span>:</span> <span>Aviation takes off again</span></h1>`.
    """
    block = lookups.document.blocks[heading.block] if heading.block is not None else None
    if block is None or not block.is_h1:
        return heading
    line, broken, _ = block.text.partition("\n")  # what follows is a standfirst, or the day and the writer
    if broken and is_headline_long(line) and key_of(line) in shared:
        return heading._replace(text=line.strip(), key=key_of(line))
    if ":" not in heading.text:
        return heading
    for span in block.spans:
        before = heading.text.removesuffix(span.text).rstrip()
        is_behind = bool(span.text) and before != heading.text and before.endswith(":")
        if is_behind and (key_of(span.text) in shared or _is_all_headline(lookups, heading, span, shared)):
            return heading._replace(text=span.text, key=key_of(span.text))
        label, behind = span.text.rstrip(), heading.text.removeprefix(span.text).lstrip()  # "Title:"
        if label.endswith(":") and behind != heading.text and key_of(behind) in shared:
            return heading._replace(text=behind, key=key_of(behind))
    return heading


def _is_all_headline(lookups: SiteLookups, heading: Named, span: Span, shared: frozenset[str]) -> bool:
    """Return whether a class calls a part of an h1 the headline, and no record nor <title> says the whole."""
    said = heading.key in shared or key_of(lookups.document.title or "").startswith(heading.key)
    return not said and is_called_headline(lookups, span)


def _without_tail(lookups: SiteLookups, heading: Named, records: Iterable[tuple[Named, str]]) -> Named:
    """Return a heading without the link behind it, "12 comments" or "Print", where a record leaves it out."""
    block = lookups.document.blocks[heading.block] if heading.block is not None else None
    if block is None or not block.spans:
        return heading
    last = block.spans[-1].text
    before = heading.text.removesuffix(last).rstrip(_JOINING)
    if not last or not heading.text.endswith(last) or not is_headline_long(before):
        return heading
    key = key_of(before)
    return heading._replace(text=before, key=key) if any(record.key == key for record, _ in records) else heading


def _without_head(lookups: SiteLookups, heading: Named) -> Named:
    """Return a heading without the site or a section that it carries as well: "National : Storm hits coast"."""
    if heading.rank > 1 or not _may_have_head(lookups, heading.text):
        return heading
    above = sections_above(lookups, heading.block or 0) if len(pieces(heading.text)) > 1 else frozenset()
    text = strip_site(heading.text, lookups.names, lookups.lexicon, above)
    text = cut_by_address(text, slug_of(lookups.address))
    key = key_of(text)
    return heading._replace(text=text, key=key) if key != heading.key and is_headline_long(text) else heading


def _may_have_head(lookups: SiteLookups, text: str) -> bool:
    """Return whether a name before the first mark is apart from the headline: a dash joins "Prince -- Woman warns"."""
    parts = pieces(text)
    if len(parts) < 2 or len(parts[0][1].split()) > MAX_SITE_WORDS or key_of(parts[0][1]) in lookups.names:
        return True
    language = (lookups.document.lang or "").partition("-")[0].lower()
    mark = text[parts[0][0] + len(parts[0][1]) : parts[1][0]].strip()
    return not _DASHES.fullmatch(mark) and mark not in labels_for("site.joins", frozenset({language}), lookups.lexicon)


def _candidate(one: Named, signs: tuple[str, ...]) -> Candidate[Named]:
    return Candidate(one, one.key, one.text, one.origin, dict.fromkeys(signs, 1.0))


def _calls_itself_article(lookups: SiteLookups) -> bool:
    is_typed = lookups.article is not None and not ARTICLE_TYPES.isdisjoint(types_of(lookups.article))
    is_article = is_typed or "article" in lookups.metas.get("og:type", ())
    return is_article or any(name in lookups.metas for name in _ARTICLE_METAS)


def _without_names(lookups: SiteLookups, text: str, *, is_article: bool) -> str:
    return without_name_at_ends(clean_text(text[:MAX_RECORD_CHARS]), lookups.names, is_article)


def _look_up(lookups: SiteLookups, headings: tuple[Named, ...], said: frozenset[str]) -> _Page:
    is_article = _calls_itself_article(lookups)
    og_title = next(iter(lookups.metas.get("og:title", ())), "")
    whole = _without_names(lookups, without_count(lookups, lookups.document.title or ""), is_article=is_article)
    title = key_of(without_opening(lookups, whole))
    book = _book(lookups.document.title or "", headings)
    above = _above_text(lookups, headings, book)
    return _Page(lookups, is_article, slug_of(lookups.address), title, key_of(og_title), above, book, said)


def _book(title: str, headings: tuple[Named, ...]) -> str | None:
    """Return, folded, the last part of <title> where it is a heading, and so is its first part or all before it."""
    parts = pieces(title)
    if len(parts) < 2:
        return None
    last = key_of(parts[-1][1])
    before = {key_of(parts[0][1]), key_of(title[: parts[-1][0]])}  # a headline may hold a dash, too
    keys = {one.key for one in headings}
    return last if last in keys and (before - {last}) & keys else None


def _above_text(lookups: SiteLookups, printed: tuple[Named, ...], book: str | None) -> str | None:
    """Return, folded, the last heading of the first two levels above the first long block of the text; no `book`."""
    blocks, start = lookups.document.blocks, text_start(lookups)
    if start is None:
        return None
    headings = (i for i in reversed(lookups.page_index.headings) if i < start and blocks[i].role is Role.HEADING)
    no_headline = lookups.names | frozenset(filter(None, (book,)))
    above = [i for i in headings if (blocks[i].level or 0) in (1, 2) and key_of(blocks[i].text) not in no_headline]
    above = [i for i in above if not names_month(blocks[i].text, lookups.lexicon)]  # the day, in a diary
    if not above:
        return None
    # an h1 shortly before the last h2 is the headline, and the h2 its standfirst
    index = next((i for i in above if blocks[i].is_h1 and above[0] - i <= STANDFIRST_REACH), above[0])
    if names_site(lookups, blocks[index]):
        return None
    return next((one.key for one in printed if one.block == index), key_of(blocks[index].text))


def _is_paper(text: str, names: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether a text is the site's name with what it is: "Example News"."""
    words = text.split()
    is_news = 1 < len(words) <= MAX_SITE_WORDS and words[-1].casefold() in lexicon.news_site_words
    return is_news and is_sites_name(text, names, lexicon)


def _compared(page: _Page, key: str, text: str) -> dict[str, float]:
    """Return the signs that come from comparing a candidate with the rest of the page."""
    signs: dict[str, float] = {}
    if page.slug:
        signs["like the address"] = likeness(key, page.slug)
    if page.head.startswith(key):
        signs["begins <title>"] = 1.0
    if page.og_title.startswith(key):
        signs["begins og:title"] = 1.0
        if page.is_article:
            signs["begins og:title of an article"] = 1.0
    if key == page.above:
        signs["above the text"] = 1.0
    if len(key) <= MAX_SHORT_CHARS:
        signs["short"] = 1.0
    names = page.lookups.names
    if key in names or key == page.book or _is_paper(text, names, page.lookups.lexicon):
        signs["the site"] = 1.0
    return signs


# ── what readers see ─────────────────────────────────────────────────────────────────────────


def _printed(page: _Page, headings: tuple[Named, ...]) -> Iterator[Candidate[Named]]:
    blocks = page.lookups.document.blocks
    tops = [one for one in headings if one.block is not None and blocks[one.block].level == 1]
    stands_in = [] if tops else _stand_in(page, headings)  # for an h1 that names the site or a section
    tops += stands_in
    own = stands_in or [one for one in tops if one.rank <= 1]
    first = min((top.block or 0 for top in own), default=-1)
    for one in headings:
        signs = ["h1 elsewhere" if one in tops and one not in own else "lower heading"]
        if one.block == first:
            signs = ["first h1", *(["first h1 of an article"] if page.is_article else [])]
            signs += ["only h1"] if len(own) == 1 else []
        is_unsaid = one.block == first and _is_unsaid(page, one, headings)
        signs += ["the site"] if is_unsaid or names_site(page.lookups, blocks[one.block or 0]) else []
        signs += ["marked headline"] if one.block is not None and _is_marked(page.lookups, blocks[one.block]) else []
        yield _candidate(one, tuple(signs))
        lines = blocks[one.block].text.split("\n") if one in tops and one.block is not None else []
        for line in lines if len(lines) > 1 else ():
            yield _candidate(named(line, one.origin, one.block), ("line of h1",))


def _stand_in(page: _Page, headings: tuple[Named, ...]) -> list[Named]:
    """Return the heading above the text where the h1 above it names the site or a section."""
    above = [one for one in headings if one.key == page.above and is_headline_long(one.text)][:1]
    return above if above and names_in_headings(page.lookups) else []


def _is_unsaid(page: _Page, heading: Named, headings: tuple[Named, ...]) -> bool:
    """Return whether no record names what a heading says, while another heading is all of <title>: "Jane's Blog"."""
    whole = key_of(page.lookups.document.title or "")
    if not whole or all(other.key != whole for other in headings):
        return False
    return not any(heading.key in key or key in heading.key for key in page.said)


def _is_marked(lookups: SiteLookups, block: Block) -> bool:
    """Return whether the microdata of a heading call it the headline."""
    elements = lookups.document.elements
    return 0 <= block.element < len(elements) and elements[block.element].itemprop == "headline"


def _printed_at(lookups: SiteLookups, found: Named) -> int | None:
    """Return the block that prints the headline: the heading itself, or the heading that holds most of its letters."""
    if found.block is not None:
        return found.block
    for number, heading in enumerate(printed_headings(lookups)):
        if heading.key == found.key or found.key in heading.key:
            return heading.block
        if number < MAX_COMPARED and likeness(heading.key, found.key) > _SAME:
            return heading.block
    return None


_SAME: Final = 0.5  # a heading that shares half of its letters with a record is the printed form of it


# ── what the records say ─────────────────────────────────────────────────────────────────────

_WHOLE: Final = frozenset({"json-ld", "og:title", "twitter:title", "other meta", "<title>"})


def _records(lookups: SiteLookups) -> Iterator[tuple[Named, str]]:
    """Yield what the page's records call the article, most trusted first, with and without what follows it."""
    known: dict[str, tuple[Cut, ...]] = {}  # most records say the same
    title, is_article = without_count(lookups, lookups.document.title or ""), _calls_itself_article(lookups)
    for text, origin, signs in _titles(lookups, title):
        if text not in known:
            known[text] = tuple(cuts(lookups, _without_names(lookups, text, is_article=is_article)))
        for one, key, number in known[text]:
            yield Named(one, origin, key), "uncut" if number is None else signs[number]
    if title:
        yield from _printed_parts(lookups, title)


def _titles(lookups: SiteLookups, title: str) -> Iterator[tuple[str, str, tuple[str, str]]]:
    """Yield the page's titles, each with its origin and the signs of it and of its start."""
    for text in lookups.article_texts("headline", "name", "title")[:1]:
        yield text, "json-ld:headline", ("json-ld", "start of json-ld")
    metas = lookups.metas
    for name in ("og:title", "twitter:title"):
        for text in metas.get(name, ())[:1]:
            yield text, f"meta:{name}", (name, "start of og:title")
    for name in _METAS:
        for text in metas.get(name, ())[:1]:
            yield text, f"meta:{name}", ("other meta", "start of <title>")
    if title:
        yield title, "title", ("<title>", "start of <title>")


def _printed_parts(lookups: SiteLookups, title: str) -> Iterator[tuple[Named, str]]:
    """Yield the later parts of <title> that the page prints on a line of their own: "The Example - News » Storm"."""
    lines = f"\n{lookups.page_index.lines}\n"
    for _, part in pieces(title)[1:]:
        one = named(part, "title", None)
        is_long = len(one.key) > MAX_SHORT_CHARS and one.key not in lookups.names
        if is_long and f"\n{part.strip().lower()}\n" in lines:
            yield one, "printed part of <title>"
