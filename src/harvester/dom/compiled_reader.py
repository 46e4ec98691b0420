"""Reads a body by the compiled reader, where there is one: the same as `walk.BodyReader`, a tenth of the time.

`native/reader.h` is its map. All words that the reading goes by are in the interpreted modules and are handed over
here, so that both go by the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from html.entities import html5
from types import ModuleType, SimpleNamespace
from typing import Any, Final, NamedTuple, Protocol, TypeVar

from harvester import native
from harvester.dom import attributes, bounds, html_tags, inline, pruning
from harvester.dom import placeholders as standins
from harvester.dom.block_roles import FRESH
from harvester.dom.bounds import TooManyBlocksError
from harvester.dom.data_tables import is_data_table
from harvester.dom.flat_markup import SPAN_TAGS, VERBATIM, Opening, read_opening, split_markup
from harvester.dom.revealing import filled_image
from harvester.dom.text_runs import BodyParts, settle_pieces
from harvester.dom.walk import ANCHOR, BodyReader, CutOf
from harvester.models import (
    Block,
    Element,
    HeadLink,
    ImageTag,
    Mark,
    MarkKind,
    Markup,
    Meta,
    Role,
    Script,
    Span,
    TextBlock,
    Trace,
)
from harvester.text import SENTENCE_END, collapse, unwrap_cjk

# In the order of the flags in native/reader_vocabulary.h.
TAG_SETS: Final = (
    *(
        html_tags.BLOCK,
        html_tags.VOID,
        html_tags.CONTROLS,
        html_tags.CAPTIONS,
        html_tags.QUOTES,
        html_tags.PREFORMATTED,
        html_tags.ITEMS,
        html_tags.CELLS,
    ),
    *(
        html_tags.RUNNING,
        html_tags.PHRASE_HOLDERS,
        html_tags.LISTS,
        html_tags.ARTICLES,
        html_tags.STRONG,
        html_tags.IMAGES,
        FRESH,
        SPAN_TAGS,
    ),
    *({"a"}, {"td"}, {"tr"}, {"table"}, {"br"}, {"noscript"}, {"button"}, {"dialog"}, {"html", "body"}, {"time"}),
    *({tag} for tag in html_tags.HEADINGS),
)
CLASS_SETS: Final = (
    *(inline.CLIPPED | inline.HOVERED, inline.TOOLS, inline.DROP_CAPS, inline.LINE_KEEPING_CLASSES),
    *(inline.NUMBERS, inline.LINES),
)
DATA_IDS: Final = frozenset({"__NEXT_DATA__", "__NUXT_DATA__"})  # of scripts: the state of common frameworks
# Where one of these is on a page, its tree says what its markup does not.
_OF_TREES: Final = frozenset({"math", "xmp", "plaintext", "frameset", "rt"})
# In the order of the flags in native/reader_page.h.
PAGE_SETS: Final = (
    *(html_tags.UNSEEN - {"head"}, html_tags.VOID, {"script", "style", "iframe", "noembed", "noframes"}),
    *({"iframe", "video", "audio", "object", "embed"}, _OF_TREES),
    *({"meta"}, {"link"}, {"base"}, {"script"}, {"title"}, {"svg"}, {"template"}, {"picture"}, {"figure"}, {"html"}),
    {"body"},
)
ROLES: Final = (
    *(Role.HEADING, Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE),
    *(Role.CODE, Role.TABLE, Role.CAPTION, Role.CONTROL),
)
ATTRIBUTES: Final = (
    *("id", "class", "itemprop", "role", "aria-label", "lang", "href", "style", "hidden", "open", "title", "rel"),
    *("datetime", "content", "aria-modal", "alt", "width", "height", "popover", "aria-labelledby", "data-theme-key"),
    *attributes.MOMENTS,
    *attributes.ADDRESSES,
    *sorted(attributes.HINT_NAMES),
)


# Tags of which most pages have few: what is done about the others can be spared.
SOUGHT: Final = html_tags.UNSEEN | standins.WANTED.keys() | VERBATIM | {"template", "math", "picture", "noscript"}


def _flags(sets: Sequence[AbstractSet[str]]) -> dict[str, int]:
    """Return each word with the sets that it is in, one bit for each."""
    return {word: sum(1 << at for at, words in enumerate(sets) if word in words) for word in set[str]().union(*sets)}


def vocabulary() -> SimpleNamespace:
    """Return what the compiled reader takes from the interpreted one, by the names in native/reader_vocabulary.c."""
    return SimpleNamespace(**_words(), **_results(), **_limits(), **_questions())


def _words() -> dict[str, object]:
    return {
        "tags": _flags(TAG_SETS),
        "classes": _flags(CLASS_SETS),
        "attributes": ATTRIBUTES,
        "sought": tuple(sorted(SOUGHT)),
        "page_tags": _flags(PAGE_SETS),
        "data_ids": tuple(sorted(DATA_IDS)),
        "items": tuple(standins.ITEMS),
        "roles": ROLES,
        "barring_tags": pruning.BARRING_TAGS,
        "barring_names": (*pruning.BARRING_NAMES, pruning.BARRING_WORD),
        "barring_attributes": pruning.BARRING_ATTRIBUTES,
        "sentence_end": "".join(SENTENCE_END),
        "standin": standins.STANDIN,
        "references": html5,
        "empty": "",
        "no_tuple": (),
        "anchor_label": ANCHOR.label,
    }


def _results() -> dict[str, object]:
    """Return the types of what comes out."""
    return {
        "block": Block,
        "element": Element,
        "span": Span,
        "trace": Trace,
        "image": ImageTag,
        "markup": Markup,
        "parts": BodyParts,
        "too_many": TooManyBlocksError,
        "meta": Meta,
        "head_link": HeadLink,
        "script": Script,
    }


def _limits() -> dict[str, object]:
    """Return how much of a page is read, and the words for a page with more."""
    return {
        "max_blocks": bounds.MAX_BLOCKS,
        "max_elements": bounds.MAX_ELEMENTS,
        "max_chars": bounds.MAX_CHARS,
        "max_spans": bounds.MAX_SPANS,
        "max_images": bounds.MAX_IMAGES,
        "max_raw_span": bounds.MAX_RAW_SPAN,
        "max_notes": bounds.MAX_NOTES,
        "says_blocks": bounds.TOO_MANY_BLOCKS,
        "says_elements": bounds.TOO_MANY_ELEMENTS,
        "says_chars": bounds.TOO_MANY_CHARS,
    }


def _questions() -> dict[str, Callable[..., object]]:
    """Return the functions that it calls: for what is rare, or a matter of all of Unicode."""
    return {
        "read_opening": read_opening,
        "embed_standin": standins.embed_standin,
        "filled_image": filled_image,
        "collapse": collapse,
        "unwrap_cjk": unwrap_cjk,
        "settle_code": lambda text: settle_pieces([text], Role.CODE),
        "is_barring": lambda token: pruning.is_barring(token.lower()),
        "is_dialog": attributes.is_dialog,
        "is_never_shown": attributes.is_never_shown,
        "side": attributes.side,
        "is_panel": inline.is_panel,
        "is_line_number": inline.is_line_number,
        "is_code_line": inline.is_code_line,
        "emoji_of": inline.emoji_of,
        "is_data_table": is_data_table,
        "has_alnum": lambda text: any(map(str.isalnum, text)),
        "has_alpha": lambda text: any(map(str.isalpha, text)),
    }


Inline = TypeVar("Inline")
_KnownCuts = tuple[AbstractSet[str], object, dict[tuple[str, tuple[object, ...]], pruning.Cut | None]]
_Metas = tuple[Meta, ...]
_Links = tuple[HeadLink, ...]
_Scripts = tuple[Script, ...]


class PageParts(NamedTuple):
    """What is read of a whole page at once."""

    title: str | None
    lang: str | None
    base: str | None
    metas: _Metas
    links: _Links
    scripts: _Scripts
    body: BodyParts


class MarkTerms(NamedTuple):
    """What the marks of an article are made with."""

    mark: type[Mark]
    strong: MarkKind
    wrappers: frozenset[str]  # inline elements that may hold whole blocks
    most_marks: int  # of a block
    most_looks: int  # at inline elements of blocks that were one
    block: type[TextBlock]
    fields: tuple[tuple[str, object], ...]  # of these, each with its default; the first five are given


class _Reader(Protocol):
    """The type in native/reader.c."""

    def read(
        self,
        markup: str,
        cut_of: CutOf | None,
        reveal_hidden: bool,
        is_bounded: bool,
        marked: Mapping[str, Opening] | None,
        known_cuts: _KnownCuts,
        /,
    ) -> BodyParts | None: ...

    def page(
        self,
        html: str | bytes,
        cut_of: CutOf | None,
        is_bounded: bool,
        known_cuts: _KnownCuts,
        fills: bool,
        /,
    ) -> tuple[str | None, str | None, str | None, _Metas, _Links, _Scripts, BodyParts] | None: ...

    def met(self, html: bytes, /) -> set[str]: ...

    def written(self, html: bytes, /) -> bytes | None: ...

    def inlines(
        self, tokens: Sequence[str], spots: list[int], bound: int, type_: type[Inline], /
    ) -> tuple[list[Inline], str] | None: ...

    def marks(
        self, settled: list[tuple[Any, ...]], says: Callable[[str], tuple[Any, ...] | None], terms: MarkTerms, /
    ) -> list[TextBlock | tuple[Mark, ...] | None] | None: ...


@cache
def _reader_of(core: ModuleType) -> _Reader:
    reader: _Reader = core.Reader(vocabulary())
    return reader


def _reader() -> _Reader | None:
    return _reader_of(native.CORE) if native.CORE is not None else None


def tags_met(html: bytes) -> AbstractSet[str]:
    """Return which of `SOUGHT` may be on a page, but for <head>, which always is; all of them where nobody looked."""
    reader = _reader()
    return reader.met(html) if reader is not None else SOUGHT


def read_body(
    markup: str,
    cut_of: CutOf | None = None,
    reveal_hidden: bool = False,
    is_bounded: bool = False,
    marked: Mapping[str, Opening] | None = None,
) -> BodyParts:
    """Return what `BodyReader` reads of the markup that `body_html` wrote down, compiled where that can be.

    Raises TooManyBlocksError where `is_bounded`.
    """
    reader = _reader()
    found = None
    if reader is not None:
        found = reader.read(markup, cut_of, reveal_hidden, is_bounded, marked, _known_cuts(cut_of))
    return found or BodyReader(split_markup(markup), cut_of, reveal_hidden, is_bounded, marked).read()


def _known_cuts(cut_of: CutOf | None) -> _KnownCuts:
    return (
        (cut_of.tags, cut_of.places, cut_of.known) if isinstance(cut_of, pruning.NamedCuts) else (frozenset(), None, {})
    )


def reads_whole(met: Collection[str]) -> bool:
    """Return whether `read_whole` may read a page on which these tags are."""
    return _reader() is not None and _OF_TREES.isdisjoint(met)


def written(html: bytes) -> bytes | None:
    """Return a page's <html> as the parser would write it down, where that can be told without it; None: ask it.

    What stands behind the body may be left out: nobody reads it.
    """
    reader = _reader()
    return reader.written(html) if reader is not None else None


def read_whole(
    markup: str | bytes, cut_of: CutOf | None = None, is_bounded: bool = False, fills: bool = False
) -> PageParts | None:
    """Return head and body of a page, whose <html> was written down as `markup`; None: read it by its tree.

    `fills`: images of pictures may be given an address. Raises TooManyBlocksError where `is_bounded`.
    """
    reader = _reader()
    if reader is None:
        return None
    found = reader.page(markup, cut_of, is_bounded, _known_cuts(cut_of), fills)
    return PageParts(*found) if found else None


def inlines_in(trace: Trace, inline: type[Inline]) -> tuple[list[Inline], str] | None:
    """Return the inline elements of a run, each as an `inline`, and its visible characters; None: read it interpreted.

    `structure.inlines` says what they are.
    """
    reader = _reader()
    if reader is None:
        return None
    bound = trace.markup.places[trace.element] if trace.element >= 0 else -1
    return reader.inlines(trace.markup.tokens, trace.spots, bound, inline)


def marks_in(
    settled: list[tuple[Any, ...]], says: Callable[[str], tuple[Any, ...] | None], terms: MarkTerms
) -> list[TextBlock | tuple[Mark, ...] | None] | None:
    """Return each settled block as one of the article, or its marks; None: it, or all, is to be read interpreted.

    `says`: what a start tag means, asked once for each; `structure.page_marks` says more.
    """
    reader = _reader()
    return reader.marks(settled, says, terms) if reader is not None else None
