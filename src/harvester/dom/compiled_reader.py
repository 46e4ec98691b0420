"""Reads a body by the compiled reader, where there is one: the same as `walk.BodyReader`, a tenth of the time.

`native/reader.h` is its map. All words that the reading goes by are in the interpreted modules and are handed over
here, so that both go by the same.
"""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Final, Protocol, TypeVar

from harvester import native
from harvester.dom import attributes, bounds, html_tags, inline, pruning
from harvester.dom import placeholders as standins
from harvester.dom.block_roles import FRESH
from harvester.dom.bounds import TooManyBlocksError
from harvester.dom.data_tables import is_data_table
from harvester.dom.flat_markup import SPAN_TAGS, VERBATIM, Opening, read_opening, split_markup
from harvester.dom.text_runs import BodyParts, settle_pieces
from harvester.dom.walk import ANCHOR, BodyReader, CutOf
from harvester.models import Block, Element, ImageTag, Markup, Role, Span, Trace
from harvester.text import SENTENCE_END, collapse, unwrap_cjk

# In the order of the flags in native/reader.h.
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
ROLES: Final = (
    *(Role.HEADING, Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE),
    *(Role.CODE, Role.TABLE, Role.CAPTION, Role.CONTROL),
)
ATTRIBUTES: Final = (
    *("id", "class", "itemprop", "role", "aria-label", "lang", "href", "style", "hidden", "open", "title", "rel"),
    *("datetime", "content", "aria-modal", "alt", "width", "height"),
    *attributes.MOMENTS,
    *attributes.ADDRESSES,
    *sorted(attributes.HINT_NAMES),
)


# Tags of which most pages have few: what is done about the others can be spared.
SOUGHT: Final = html_tags.UNSEEN | standins.WANTED.keys() | VERBATIM | {"template", "math", "picture"}


def _flags(sets: Sequence[AbstractSet[str]]) -> dict[str, int]:
    """Return each word with the sets that it is in, one bit for each."""
    return {word: sum(1 << at for at, words in enumerate(sets) if word in words) for word in set[str]().union(*sets)}


def vocabulary() -> SimpleNamespace:
    """Return what the compiled reader takes from the interpreted one, by the names in native/reader.c."""
    return SimpleNamespace(**_words(), **_results(), **_limits(), **_questions())


def _words() -> dict[str, object]:
    return {
        "tags": _flags(TAG_SETS),
        "classes": _flags(CLASS_SETS),
        "attributes": ATTRIBUTES,
        "sought": tuple(sorted(SOUGHT)),
        "roles": ROLES,
        "barring_tags": pruning.BARRING_TAGS,
        "barring_names": (*pruning.BARRING_NAMES, pruning.BARRING_WORD),
        "barring_attributes": pruning.BARRING_ATTRIBUTES,
        "sentence_end": "".join(SENTENCE_END),
        "standin": standins.STANDIN,
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
        "reading": BodyParts,
        "too_many": TooManyBlocksError,
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
        "says_blocks": bounds.TOO_MANY_BLOCKS,
        "says_elements": bounds.TOO_MANY_ELEMENTS,
        "says_chars": bounds.TOO_MANY_CHARS,
    }


def _questions() -> dict[str, Callable[..., object]]:
    """Return the functions that it calls: for what is rare, or a matter of all of Unicode."""
    return {
        "read_opening": read_opening,
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


class _Reader(Protocol):
    """The type in native/reader.c."""

    def read(
        self,
        markup: str,
        cut_of: CutOf | None,
        reveal_hidden: bool,
        is_bounded: bool,
        marked: Mapping[str, Opening] | None,
        known_cuts: tuple[AbstractSet[str], object],
        /,
    ) -> BodyParts | None: ...

    def met(self, html: bytes, /) -> set[str]: ...

    def inlines(
        self, tokens: list[str], spots: list[int], bound: int, type_: type[Inline], /
    ) -> tuple[list[Inline], str] | None: ...


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
        known = (cut_of.tags, cut_of.places) if isinstance(cut_of, pruning.NamedCuts) else (frozenset[str](), None)
        found = reader.read(markup, cut_of, reveal_hidden, is_bounded, marked, known)
    return found or BodyReader(split_markup(markup), cut_of, reveal_hidden, is_bounded, marked).read()


def inlines_in(trace: Trace, inline: type[Inline]) -> tuple[list[Inline], str] | None:
    """Return the inline elements of a run, each as an `inline`, and its visible characters; None: read it interpreted.

    `structure.inlines` says what they are.
    """
    reader = _reader()
    if reader is None:
        return None
    bound = trace.markup.places[trace.element] if trace.element >= 0 else -1
    return reader.inlines(trace.markup.tokens, trace.spots, bound, inline)
