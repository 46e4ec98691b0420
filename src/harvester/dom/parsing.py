"""Parses a page into a Document."""

from collections import defaultdict
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.dom import html_tags
from harvester.dom.bounds import MAX_NOTES
from harvester.dom.compiled_reader import DATA_IDS, SOUGHT, read_body, read_whole, reads_whole, tags_met, written
from harvester.dom.flat_markup import body_html
from harvester.dom.placeholders import leave_standins
from harvester.dom.revealing import (
    fill_pictures,
    may_fill_pictures,
    may_have_shadow_roots,
    mend_late,
    open_shadow_roots,
    reveal_frames,
    show_formulas_once,
    without_tex_groups,
)
from harvester.dom.site_selectors import Wanted, mark_tree, read_marks
from harvester.dom.streamed_parts import with_parts_in_place
from harvester.dom.text_runs import BodyParts
from harvester.dom.walk import CutOf
from harvester.models import Document, HeadLink, Meta, NamedBySite, Script
from harvester.native import CORE
from harvester.text import collapse

_META_NAMES: Final = ("property", "name", "itemprop", "http-equiv")
_NOTES_CSS: Final = "base[href], meta[content], meta[value], link[rel][href], script"


def read_document(
    html: str | bytes,
    reveal_hidden: bool = False,
    cut_of: CutOf | None = None,
    *,
    is_bounded: bool = False,
    reveal_framed: bool = False,
    wanted: Wanted | None = None,
) -> Document:
    """Return the page's blocks in reading order and all that metadata is read from.

    `html` is its text, or that as UTF-8. `reveal_hidden` also reads elements that are hidden by attribute or inline
    style, and <noscript>: for pages that show their article by a script; `reveal_framed`, the frames that a saved page
    carries in itself. `cut_of` finds the elements that are boilerplate as a whole: each is one block, with its verdict,
    where it holds no headline and nothing that a field is read from. `is_bounded`: raise TooManyBlocksError where there
    are more than an article has. `wanted` is what the rules of the page's site name.
    """
    # A lone surrogate is left out, as the parser does itself.
    page = without_tex_groups(html if isinstance(html, bytes) else html.encode(errors="ignore"))
    met = tags_met(page)
    page = with_parts_in_place(page) if "template" in met else page
    if not (reveal_hidden or reveal_framed or wanted) and CORE is not None:
        document = _read_whole_document(page, met, cut_of, is_bounded)
        if document is not None:
            return document
    page = mend_late(page) if "noscript" in met else page
    tree = LexborHTMLParser(open_shadow_roots(page) if "template" in met else page)
    fills = "picture" in met and may_fill_pictures(page)
    if "math" in met:
        show_formulas_once(tree, page)
    if fills:
        fill_pictures(tree)
    if reveal_hidden or reveal_framed:
        reveal_frames(tree)
        met = SOUGHT
    texts = mark_tree(tree, wanted) if wanted else ()
    head = _read_head(tree)
    has_standins = leave_standins(tree, met)
    # From here on the tree has lost all that is never read as text, the head among it.
    body = body_html(tree, met)
    del tree  # it is several times the page, and so is what is read of it
    marked = read_marks(body, wanted) if wanted else None
    found = read_body(body, cut_of, reveal_hidden, is_bounded, marked)
    if not has_standins:  # what looks like one is the page's own
        found.markup.standins.clear()
    return _with_body(head, found, NamedBySite(found.rules, texts) if wanted else None)


def _read_whole_document(page: bytes, met: AbstractSet[str], cut_of: CutOf | None, is_bounded: bool) -> Document | None:
    """Return the page, read from what the parser writes down of it at once; None: its tree is to be asked."""
    if not reads_whole(met) or ("template" in met and may_have_shadow_roots(page)):
        return None
    html = mend_late(page) if "noscript" in met else page
    fills = "picture" in met and may_fill_pictures(page)
    found = read_whole(written(html) or _written_by_parser(html), cut_of, is_bounded, fills)
    if found is None:
        return None
    body = found.body
    return Document(
        tuple(body.blocks),
        tuple(body.elements),
        found.title,
        found.lang,
        found.base,
        found.metas,
        found.links,
        found.scripts,
        tuple(body.images),
        None,
        body.markup,
    )


def _written_by_parser(html: bytes) -> str:
    root = LexborHTMLParser(html).root
    return (root.html or "") if root is not None else ""


def _with_body(head: Document, found: BodyParts, named: NamedBySite | None) -> Document:
    blocks, elements, images = tuple(found.blocks), tuple(found.elements), tuple(found.images)
    return replace(head, blocks=blocks, elements=elements, images=images, markup=found.markup, named=named)


def read_uncut(document: Document) -> Document:
    """Return a page's blocks and elements as they are when nothing is cut out of it, read again from its markup.

    They are traced to the same places of the markup as those of `document`.
    """
    if document.markup is None:
        return document
    found = read_body("".join(document.markup.tokens))
    return replace(document, blocks=tuple(found.blocks), elements=tuple(found.elements), markup=found.markup)


def read_head(html: str) -> Document:
    """Return what the page's head holds, without blocks, elements and images: a tenth of the work."""
    return _read_head(LexborHTMLParser(html))


def read_visible_text(html: str) -> str:
    """Return the text of the body on one line, as in the markup, without scripts and styles."""
    tree = LexborHTMLParser(html)
    tree.strip_tags(sorted(html_tags.UNSEEN | {"noscript"}), recursive=True)
    return collapse(tree.body.text(deep=True, separator=" ")) if tree.body is not None else ""


def _read_head(tree: LexborHTMLParser) -> Document:
    notes: defaultdict[str | None, list[LexborNode]] = defaultdict(list)
    for node in tree.css(_NOTES_CSS):  # one query: each looks at all of the page
        notes[node.tag].append(node)
    return Document(
        blocks=(),
        elements=(),
        title=_title(tree),
        lang=_lang(tree),
        base=_base(notes["base"]),
        metas=_read_metas(notes["meta"]),
        links=_read_links(notes["link"]),
        scripts=_read_scripts(notes["script"]),
        images=(),
    )


def _title(tree: LexborHTMLParser) -> str | None:
    title = tree.css_first("head title") or tree.css_first("title")
    return (collapse(title.text(deep=True)) or None) if title is not None else None


def _lang(tree: LexborHTMLParser) -> str | None:
    root = tree.root
    return (root.attributes.get("lang") or root.attributes.get("xml:lang") or None) if root is not None else None


def _base(bases: Sequence[LexborNode]) -> str | None:
    return (bases[0].attributes.get("href") or None) if bases else None


def _read_metas(nodes: Sequence[LexborNode]) -> tuple[Meta, ...]:
    metas = []
    for node in nodes[:MAX_NOTES]:
        attributes = node.attributes
        content = collapse(attributes.get("content") or attributes.get("value") or "")
        # A <meta> may carry both a property and a name; each is a name for the same value.
        metas += [
            Meta(name.strip().lower(), content) for key in _META_NAMES if (name := attributes.get(key)) and content
        ]
    return tuple(metas)


def _read_links(nodes: Sequence[LexborNode]) -> tuple[HeadLink, ...]:
    links = []
    for node in nodes[:MAX_NOTES]:
        get = node.attributes.get
        links.append(HeadLink((get("rel") or "").lower(), get("href") or "", get("hreflang") or "", get("type") or ""))
    return tuple(links)


def _read_scripts(nodes: Sequence[LexborNode]) -> tuple[Script, ...]:
    """Return the scripts that hold data: JSON types and the state of the common frameworks."""
    scripts: list[Script] = []
    for node in nodes:
        attributes = node.attributes
        kind, name = (attributes.get("type") or "").lower(), attributes.get("id") or ""
        if ("json" in kind or name in DATA_IDS) and len(scripts) < MAX_NOTES:
            scripts.append(Script(kind, name, node.text(deep=True)))
    return tuple(scripts)
