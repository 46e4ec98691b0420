"""Placeholders for what is not text but kept: readings of characters, TeX, players and frames.

Each is replaced by an empty <wbr>, whose attributes hold what it was. A <wbr> shows nothing and ends no run of
text, so the text is read as if nothing were there.
"""

import re
from collections.abc import Collection
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.dom.attributes import Attributes
from harvester.dom.flat_markup import escaped, read_attributes, split_markup, unescaped
from harvester.text import collapse

READING: Final = "data-harvester-reading"  # of the characters before it
TEX: Final = "data-harvester-tex"  # of a formula: of the <math> that has it, or in the place of one
FORMULA: Final = "data-harvester-formula"  # "inline" or "display": a formula that shows no text
EMBED: Final = "data-harvester-embed"  # the tag that stood there
SOURCE: Final = "data-harvester-src"
TITLE: Final = "data-harvester-title"
FALLBACK: Final = "data-harvester-text"
STANDIN: Final = "<wbr data-harvester-"  # what the tags begin with

_MAX_STANDINS: Final = 2_000  # on a page: a Japanese primer has some hundred readings
_MAX_CHARS: Final = 2_000  # of one value
_EMBEDS: Final = ("iframe", "video", "audio", "object", "embed")
_HOLDERS: Final = ("video", "audio", "object")  # of what is shown where they cannot be
_SOURCES: Final = ("src", "data-src", "data-lazy-src", "data-original", "data-url", "data", "data-cookieblock-src")
# Where an embed without an address of its own has one, by what it holds.
_INNER_SOURCES: Final = {"source": "src", "embed": "src", "a": "href"}
# In these, markup is no tree of tags and text alone.
_ODD_CONTENT: Final = re.compile(r"<(?:script|style|iframe|noembed|noframes|template|svg|math)[\s>]")
# Of schema.org, by what they show: pictures are none.
ITEMS: Final = {
    "SocialMediaPosting": "post",
    "VideoObject": "video",
    "AudioObject": "audio",
    "Map": "map",
    "DigitalDocument": "document",
    "MediaObject": "other",
}
# By tag, for one query: to look for each of the words in the page takes longer.
WANTED: Final = {
    "rt": "ruby rt",
    **{tag: tag for tag in _EMBEDS},
    "script": 'script[src*="gist.github.com/"], script[type^="math/tex"]',
    "figure": 'figure[itemscope][itemtype*="schema.org/"]',
    "math": "math",
}
_SHOWN_CSS: Final = "img, picture, iframe, video, audio, object, embed, figcaption"
_TEX_CSS: Final = 'annotation[encoding="application/x-tex"], annotation[encoding="TeX"], annotation[encoding="LaTeX"]'


def leave_standins(tree: LexborHTMLParser, met: Collection[str] = frozenset(WANTED)) -> bool:
    """Put an empty element in the place of each reading, TeX script and embed; return whether there are any.

    `met`: the tags that may be there.
    """
    found = False
    wanted = ", ".join(css for tag, css in WANTED.items() if tag in met)
    for node in tree.css(wanted)[:_MAX_STANDINS] if wanted else ():
        found |= _replace(tree, node, _attributes_of(node))
    return found


def _attributes_of(node: LexborNode) -> dict[str, str]:
    """Return the attributes of a node's placeholder; () where there is nothing to keep."""
    tag = node.tag
    if tag == "rt":
        return {READING: collapse(node.text(deep=True))}
    if tag == "figure":
        return _item(node)
    if tag == "math":
        return _unshown(node)
    kind = node.attributes.get("type") or "" if tag == "script" else ""
    if kind.startswith("math/tex"):
        return {TEX: node.text(deep=True).strip(), FORMULA: "display" if "display" in kind else "inline"}
    return _embed(node)


def _unshown(math: LexborNode) -> dict[str, str]:
    """Return the TeX of a formula that shows no text; () for one that does, which has it in itself."""
    tex = math.attributes.get(TEX) or ""
    if not tex or math.text(deep=True).strip():
        return {}
    return {TEX: tex, FORMULA: "display" if math.attributes.get("display") == "block" else "inline"}


def _item(node: LexborNode) -> dict[str, str]:
    """Return the attributes for a figure that links to a post or video of schema.org's types, as our own HTML has them.

    () where it shows more than that: a player or a picture is read as such.
    """
    kind = ITEMS.get((node.attributes.get("itemtype") or "").rpartition("/")[2])
    link = node.css_first('a[itemprop="url"][href]')
    if kind is None or link is None or node.css_first(_SHOWN_CSS) is not None:
        return {}
    name, text = node.css_first('[itemprop="name"]'), node.css_first('[itemprop="text"]')
    return {
        EMBED: kind,
        SOURCE: (link.attributes.get("href") or "").strip(),
        TITLE: collapse(name.text(deep=True)) if name is not None else "",
        FALLBACK: collapse(text.text(deep=True)) if text is not None else "",
    }


def mark_tex(tree: LexborHTMLParser) -> None:
    """Write the TeX of each formula in MathML, where it has any, into its <math>."""
    for math in tree.css("math")[:_MAX_STANDINS]:
        annotation = math.css_first(_TEX_CSS)
        tex = annotation.text(deep=True) if annotation is not None else math.attributes.get("alttext") or ""
        if 0 < len(tex.strip()) <= _MAX_CHARS:
            math.attrs[TEX] = tex.strip()


def _replace(tree: LexborHTMLParser, node: LexborNode, kept: dict[str, str]) -> bool:
    """Return whether the node was replaced: without attributes it is left to be removed."""
    parent = node.parent
    if parent is None or not any(kept.values()) or any(len(value) > _MAX_CHARS for value in kept.values()):
        return False
    standin = tree.create_node("wbr")
    for name, value in kept.items():
        if value:
            standin.attrs[name] = value
    node.replace_with(standin)
    return True


def _embed(node: LexborNode) -> dict[str, str]:
    """Return the attributes of an embed, () where it has no address: advertisements are loaded into such."""
    if node.parent is not None and node.parent.tag in _EMBEDS:
        return {}
    tag, attributes = node.tag or "", {name: value or "" for name, value in node.attributes.items()}
    inner = node.css_first("source[src], embed[src], a[href]") if tag in _HOLDERS else None
    source = (inner.attributes.get("src") or inner.attributes.get("href") or "") if inner is not None else ""
    return _said_by_embed(tag, attributes, source, "" if tag in ("iframe", "script") else node.text(deep=True))


def _said_by_embed(tag: str, attributes: Attributes, inner_source: str, text: str) -> dict[str, str]:
    get = attributes.get
    source = next((value for name in _SOURCES if (value := (get(name) or "").strip()) and value != "about:blank"), "")
    source = source or inner_source.strip()
    if not source or len(source) > _MAX_CHARS:
        return {}
    title = collapse(get("title") or get("aria-label") or "")[:_MAX_CHARS]
    return {EMBED: tag, SOURCE: source, TITLE: title, FALLBACK: collapse(text)[:_MAX_CHARS]}


def embed_standin(token: str, content: str) -> str | None:
    """Return the markup of an embed's placeholder, by its start tag and its content as they are written down.

    "" where there is none; None where the parser's tree is to be asked.
    """
    tag, attributes = read_attributes(token)
    source = text = ""
    if tag in _HOLDERS:
        if _ODD_CONTENT.search(content):
            return None
        inside = split_markup(content)
        source, text = _inner_source(inside[1::2]), unescaped("".join(inside[::2]))
    kept = _said_by_embed(tag, attributes, source, text)
    if not kept:
        return ""
    return "".join(["<wbr", *(f' {name}="{escaped(value)}"' for name, value in kept.items() if value), ">"])


def _inner_source(tags: Collection[str]) -> str:
    """Return the first address in an embed."""
    for token in tags:
        name = token[1:].partition(" ")[0].rstrip(">")
        attributes = read_attributes(token)[1] if name in _INNER_SOURCES else {}
        if _INNER_SOURCES.get(name) in attributes:
            return attributes.get("src") or attributes.get("href") or ""
    return ""
