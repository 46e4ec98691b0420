"""The section of the site that the article is in."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.byline_labels import labelled_names
from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.filed_lines import Filed, filed_links
from harvester.metadata.lookup.json_ld import Node, as_list, clean_text, same_page
from harvester.metadata.lookup.kickers import first_link, read_kickers
from harvester.metadata.lookup.named_sections import SECTION_METAS, leads_about, names_month
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.regions import removed_as
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.metadata.vote import Candidate, Doubt, first_of
from harvester.models import Block
from harvester.rules.alternation import either
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.markup_rules import name_words
from harvester.urls import loose_path

# Logarithms of the odds that a place says what a record of the page says as well (docs/metadata.md has the counts).
WEIGHTS: Final = {
    "articleSection": 1.4,
    "meta": 1.4,
    "rel=category": 1.9,
    "BreadcrumbList": 0.7,
    "block": 0.5,  # the label above the headline, the printed breadcrumb, an entry of the menu
    "class": 0.2,
}
DOUBT: Final = Doubt(nothing=0.0, least=0.5)
TRUST: Final = PlaceTrust(WEIGHTS)
# Read: 10 of 10 of the records, 8 of 10 that are printed.
PATH_TRUST: Final = PlaceTrust(
    {
        "json-ld": 3.0,
        "block": 1.2,
    }
)
MAX_SECTION_CHARS: Final = 50  # longer is a headline
MAX_PATH_CHARS: Final = 120
MAX_STEPS: Final = 6  # more are a menu
MIN_MENU_WORDS: Final = 4
PATH_LEVELS: Final = 4  # containers whose class may say that a block is a breadcrumb
MIN_CRUMB: Final = 20  # folded: as long a step that is in the title is the page's own
BLOCKS_BEFORE_HEADLINE: Final = 12  # a breadcrumb may be a list, an item a block
_MARKS: Final = " \t\n‹›«»<>←→·•|/-–—:"
_CRUMB: Final = re.compile(r"\s*(?:[>›»＞→/|]|&gt;)+\s*")
# "news|world": records that hold the whole path; "Arts/Culture" is one section.
_LEVEL: Final = re.compile(r"\s*[|>›»]\s*")
_VERSION: Final = re.compile(r"v?\d+(?:\.\d+)+")
_LEADS_ON: Final = (";", "؛", "،", ",", "…", "...")  # a kicker that is the beginning of the headline's sentence
# Without "/" and "|", which part much else.
_PATH_MARK: Final = re.compile(r"[>›»＞→&](?:(?<!&)|(?<=\s&)gt;(?:&gt;)*\s)")


@lru_cache(maxsize=RULES_CACHED)
def _place_label(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what is before a breadcrumb: "You are here:"."""
    return re.compile(rf"^(?:{either(lexicon.words('site.here'))})\s*[:：]?\s*", re.IGNORECASE)


Steps = tuple[tuple[str, str], ...]  # of a printed breadcrumb, the innermost first, with their origins


def read_section(lookups: ArticleLookups, printed: Steps) -> FieldReading[str | None] | None:
    """Return the article's section: records first, then the label above the headline, then the `printed` breadcrumb.

    After these a link that calls itself the category, and a line above the headline that is an entry of the menu.
    """
    vote = first_of("section", _sections(lookups, printed), WEIGHTS, DOUBT)
    return FieldReading(vote.best.value if vote.is_trusted else None, vote.evidence) if vote is not None else None


def _sections(lookups: ArticleLookups, printed: Steps) -> Iterator[Candidate[str]]:
    """Yield the first section that a place names, and the others that name the same: no other can win."""
    title = key_of(lookups.title or "")
    first: str | None = None
    for said, origin, is_one in _candidates(lookups, printed):
        text = _LEVEL.split(said.strip(_MARKS))[-1].strip(_MARKS)
        key = key_of(text)
        if not key or (first is not None and key != first):
            continue
        known = key in lookups.names or key == title or key in _no_section(lookups.lexicon) or key.isdigit()
        known = known or names_month(text, lookups.lexicon) or leads_about(text, lookups.lexicon)
        known = known or _VERSION.fullmatch(text) is not None or said.rstrip().endswith(_LEADS_ON)
        if not known and len(text) <= MAX_SECTION_CHARS and not _is_byline(text, lookups) and is_one():
            first = key
            yield Candidate(text, key, text, origin, {_place(origin): 1.0})


def _place(origin: str) -> str:
    """Return the kind of place: "meta:section" -> meta, "block:12:class" -> class, "block:12" -> block."""
    kind, _, rest = origin.partition(":")
    if kind == "json-ld":
        return rest
    return rest.partition(":")[2] or kind if kind == "block" else kind


def _is_byline(text: str, lookups: ArticleLookups) -> bool:
    """Return whether a text names who wrote, or when: "By Jane Doe", "5 March 2024"."""
    return bool(labelled_names(text, lookups.lexicon, lookups.habits.language)) or any(
        find_dates(text, lookups.lexicon)
    )


@lru_cache(maxsize=RULES_CACHED)
def _no_section(lexicon: Lexicon) -> frozenset[str]:
    """Return, folded, what is no section: the words of menus, and the labels of lists of tags."""
    return lexicon.no_section | frozenset(map(key_of, lexicon.tag_labels))


def read_section_path(
    lookups: ArticleLookups, printed: Steps, section: str | None
) -> FieldReading[tuple[str, ...]] | None:
    """Return the steps of the breadcrumb from the site's top to the section, without the home page and this page."""
    for steps, origin in _paths(lookups, printed):
        path = tuple(dict.fromkeys(step for step in steps if _is_step(lookups, step)))
        is_path = bool(path) and len(path) <= MAX_STEPS and not any(_is_menu(step, lookups.lexicon) for step in path)
        if is_path and all(len(step) <= MAX_SECTION_CHARS for step in path) and _leads_to(path, section):
            return FieldReading(path, (evidence("section_path", " > ".join(path), origin),))
    return None


def _is_menu(step: str, lexicon: Lexicon) -> bool:
    """Return whether a step is a whole menu in one line: "Home About Contact Privacy Policy"."""
    words = step.split()
    return len(words) >= MIN_MENU_WORDS and key_of(words[0]) in lexicon.no_section


def _is_step(lookups: ArticleLookups, step: str) -> bool:
    """Return whether a step of a breadcrumb is a section rather than the home page, the site or this page."""
    key = key_of(step)
    return (
        bool(key)
        and not leads_about(step, lookups.lexicon)
        and key not in lookups.names
        and key != key_of(lookups.title or "")
    )


def _leads_to(path: tuple[str, ...], section: str | None) -> bool:
    """Return whether a path is the article's: it holds the section that other evidence gives, if any does."""
    return section is None or key_of(section) in {key_of(step) for step in path}


def _paths(lookups: ArticleLookups, printed: Steps) -> Iterator[tuple[list[str], str]]:
    for node in lookups.breadcrumbs:
        yield _crumbs(lookups, node), "json-ld:BreadcrumbList"
    if printed:
        yield [text for text, _ in reversed(printed)], printed[0][1]


def _candidates(lookups: ArticleLookups, printed: Steps) -> Iterator[tuple[str, str, Callable[[], bool]]]:
    """Yield what may name the section, where it is, and the test of whether it does: to be asked last."""
    yield from (
        (text, origin, _yes)
        for text, origin in chain(_recorded(lookups), _marked(lookups), printed, _categories(lookups))
    )
    yield from read_kickers(lookups)
    yield from ((text, origin, _yes) for text, origin in _labels(lookups, _labels_behind(lookups)))


def _yes() -> bool:
    return True


def _recorded(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    for text in lookups.texts(lookups.value("articleSection")):
        yield text.split(",")[0].strip(), "json-ld:articleSection"
    for name in SECTION_METAS:
        for value in lookups.metas.get(name, ()):
            yield clean_text(value).split(",")[0], f"meta:{name}"


def _marked(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    behind = frozenset(_labels_behind(lookups))
    before = (index for index in lookups.page_index.removed_as(KindName.SECTION_LABEL) if index not in behind)
    yield from _labels(lookups, before)
    for node in lookups.breadcrumbs:
        yield from ((crumb, "json-ld:BreadcrumbList") for crumb in reversed(_crumbs(lookups, node)))


def _labels(lookups: ArticleLookups, indexes: Iterable[int]) -> Iterator[tuple[str, str]]:
    for index in indexes:
        yield first_link(lookups.document.blocks[index], lookups.lexicon), f"block:{index}"


def _labels_behind(lookups: ArticleLookups) -> tuple[int, ...]:
    """Return the labels below the text that the page's address does not name, of other articles: asked last."""
    end = lookups.page_index.kept[-1] if lookups.page_index.kept else len(lookups.document.blocks)
    behind = [index for index in lookups.page_index.removed_as(KindName.SECTION_LABEL) if index > end]
    if not behind:
        return ()
    named = _steps_of_address(lookups)
    return tuple(index for index in behind if key_of(lookups.document.blocks[index].text) not in named)


def _steps_of_address(lookups: ArticleLookups) -> frozenset[str]:
    return frozenset(map(key_of, loose_path(lookups.address).split("/")))


# ── breadcrumbs ──────────────────────────────────────────────────────────────────────────────


def _crumbs(lookups: ArticleLookups, node: Node) -> list[str]:
    """Return the names of a breadcrumb's steps between the first and this page."""
    names: list[str] = []
    for item in as_list(node.get("itemListElement")):
        step = item if isinstance(item, dict) else {}
        if names and _is_this_page(lookups, step):
            break
        found = [*lookups.texts(step.get("name")), *lookups.texts(step.get("item"))]
        names += [name for name in found[:1] if "://" not in name]
    title = key_of(lookups.title or "")
    return [
        name
        for name in names[1:]
        if key_of(name) and not (title and key_of(name) in title and len(name) > MAX_SECTION_CHARS // 2)
    ]


def _is_this_page(lookups: ArticleLookups, step: Node) -> bool:
    """Return whether the step of a breadcrumb is the page itself: it leads nowhere, or here."""
    item = step.get("item")
    url = (item.get("@id") or item.get("url")) if isinstance(item, dict) else item
    return not isinstance(url, str) or (lookups.address is not None and same_page(url, lookups.address))


def read_printed_path(lookups: ArticleLookups) -> Steps:
    """Return the steps of the printed breadcrumb, the innermost first; a step that is a block of its own, too."""
    steps: list[tuple[str, int]] = []
    for index in _path_blocks(lookups):
        said = _place_label(lookups.lexicon).sub("", lookups.document.blocks[index].text)
        text = said.replace("\n", " ")
        links = [span.text for span in lookups.document.blocks[index].spans if span.tag == "a" and span.text]
        parts = _CRUMB.split(text) if _CRUMB.search(text) else links or _steps(lookups, said.split("\n"))
        steps += [(part.strip(), index) for part in parts]
    if len(steps) > 2 or (len(steps) > 1 and _is_top(lookups, steps[0][0])):
        steps = steps[1:]
    title = key_of(lookups.title or "")
    return tuple(
        (text, f"block:{index}") for text, index in reversed(steps) if not (title and _is_of_title(key_of(text), title))
    )


def _is_of_title(step: str, title: str) -> bool:
    """Return whether a step is this page: its title, or most of it, as without a kicker."""
    return title.startswith(step) or (step in title and len(step) > max(MIN_CRUMB, len(title) // 2))


def _steps(lookups: ArticleLookups, lines: list[str]) -> list[str]:
    """Return the lines of a block where the first is the site's top and the page's address names the last.

    Of one line, that; other lines are a menu.
    """
    is_path = 1 < len(lines) <= MAX_STEPS and _is_top(lookups, lines[0])
    return lines if len(lines) == 1 or (is_path and key_of(lines[-1]) in _steps_of_address(lookups)) else []


def _is_top(lookups: ArticleLookups, step: str) -> bool:
    """Return whether a step is the site's top: "Home", or its name."""
    key = key_of(step)
    return key in lookups.names or key in lookups.lexicon.no_section


def _path_blocks(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the blocks of the breadcrumb: as a rule found them, else by class or marks shortly before the headline."""
    ruled = lookups.page_index.removed_as(KindName.BREADCRUMB)
    if ruled:
        yield from ruled
        return
    if lookups.headline is None:
        return
    for index in range(max(0, lookups.headline - BLOCKS_BEFORE_HEADLINE), lookups.headline):
        block = lookups.document.blocks[index]
        if len(block.text) <= MAX_PATH_CHARS and (_is_called_path(lookups, block) or _looks_like_path(lookups, block)):
            yield index


def _is_called_path(lookups: ArticleLookups, block: Block) -> bool:
    named = lookups.page_index.names.within(block.element, PATH_LEVELS) & called.PATH
    return bool(named) and ((key := key_of(block.text)) == "home" or key not in lookups.lexicon.no_section)


def _looks_like_path(lookups: ArticleLookups, block: Block) -> bool:
    if not _PATH_MARK.search(block.text):
        return False
    parts = [key_of(part) for part in _CRUMB.split(_place_label(lookups.lexicon).sub("", block.text))]
    words = lookups.lexicon.no_section
    ends = (
        parts[0] in words or parts[-1] in words or parts[0] in lookups.names or parts[-1] == key_of(lookups.title or "")
    )
    named = lookups.page_index.names.within(block.element, 2) & called.BREADCRUMB
    return len(parts) > 1 and all(parts) and (ends or bool(named))


# ── links and labels ─────────────────────────────────────────────────────────────────────────


def _categories(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    """Yield the links whose rel is category, and the inline elements whose class means that they name the section."""
    own = lookups.page_index.kept[-1] if lookups.page_index.kept else len(lookups.document.blocks)
    for index, span in lookups.page_index.marked if "category" in lookups.page_index.marked_rels else ():
        if "category" not in span.rel:  # as nearly all
            continue
        if "category" in span.rel.split() and not removed_as(
            lookups.document.blocks[index], KindName.RELATED_POSTS, KindName.SIDEBAR
        ):
            yield span.text, f"block:{index}:rel=category"
    blocks, names = lookups.document.blocks, lookups.page_index.names
    for index in (at for at, said in lookups.inner.items() if said & called.SECTION):
        for span in blocks[index].spans:
            if span.classes and _is_called_section(names.of(span.classes)):
                yield span.text, f"block:{index}:class"
    yield from _filed(lookups)
    for index in range(own, min(own + BLOCKS_BEFORE_HEADLINE, len(blocks))):
        for span in blocks[index].spans:
            if span.classes and "categorize" in span.classes.lower() and "categorize" in name_words(span.classes):
                yield span.text, f"block:{index}:class"


def _filed(lookups: ArticleLookups) -> Iterator[tuple[str, str]]:
    """Yield the link behind a label of sections, in a line that its class calls the section, or beside tags."""
    blocks, names = lookups.document.blocks, lookups.page_index.names
    for index in lookups.byline:
        if blocks[index].spans and names.own(blocks[index].element) & called.SECTION:
            yield from ((link, f"block:{index}:class") for link in filed_links(blocks[index], lookups.lexicon).sections)
    start = lookups.headline if lookups.headline is not None else -1
    for index in lookups.page_index.removed_as(KindName.TAG_LIST):
        filed = filed_links(blocks[index], lookups.lexicon) if index > start else Filed((), ())
        if filed.tags:
            yield from ((link, f"block:{index}:class") for link in filed.sections)


def _is_called_section(said: int) -> bool:
    return bool(said & called.SECTION) and not said & called.ICON
