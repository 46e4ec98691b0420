"""A parsed page as a flat list of text and tags.

lexbor parses and writes the tree down again: balanced, every value quoted, every "<" of the text escaped. Splitting
that at the tags costs a third of visiting each node from Python, and equal tags are read once.
"""

import re
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from harvester.dom import html_tags
from harvester.dom.attributes import MOMENTS, Attributes, Traits, is_hidden, read_traits
from harvester.dom.inline import is_clipped, is_drop_cap, is_out_of_line, is_tool, keeps_lines, runs_on

# What parts attributes in HTML. To Python, \s are control and wide characters, too, which stand in names.
_BLANK: Final = r"\ \t\n\f\r"
# An attribute's name may hold quotes and begin with "=": both come of typos, both are written down as they are.
# Nothing is read twice, and what most attributes look like comes first: a quarter faster.
_TAG: Final = re.compile(
    rf"""(<(?: /?+[a-zA-Z][^{_BLANK}/>]*+
               (?: [{_BLANK}][^{_BLANK}>] (?: [^{_BLANK}=>]++="[^"]*+" | [^{_BLANK}=>]*+(?:="[^"]*+")?+ ) )*+
               [{_BLANK}]*+
            | !--.*?-- )>)""",
    re.VERBOSE | re.DOTALL,
)
_NAME: Final = re.compile(rf"<([a-zA-Z][^{_BLANK}/>]*)")
_PLAIN: Final = re.compile(r"""<([a-z][a-z0-9]*)(?: class="([^"]*)")?>""")  # half of all start tags
_ATTRIBUTE: Final = re.compile(rf"""[{_BLANK}]([^{_BLANK}>][^{_BLANK}=>]*)(?:="([^"]*)")?""")
# The content of these is text, written down as it is; what stands in a comment is neither.
VERBATIM: Final = frozenset({"xmp", "plaintext"})
_VERBATIM: Final = re.compile(
    r"<!--.*?-->|(<xmp(?=[\s>])[^>]*>)(.*?)(</xmp>)|(<plaintext(?=[\s>])[^>]*>)(.*)(</plaintext>)", re.DOTALL
)
SPAN_TAGS: Final = frozenset({"a", "time", "abbr"})
_SPAN_ATTRIBUTES: Final = frozenset({"class", "itemprop", "rel", "id", "datetime", "content", *MOMENTS})


class Opening(NamedTuple):
    """One start tag, and what it means."""

    tag: str  # lower case but in SVG and MathML
    attributes: Attributes
    traits: Traits
    is_void: bool  # it has no content and no end tag
    is_hidden: bool
    is_border: bool  # text before and after it does not run on
    is_link: bool
    is_strong: bool
    is_telling: bool  # its text is worth a Span when it is inline
    keeps_lines: bool  # line feeds in its text are line breaks
    is_clipped: bool  # inside a paragraph it shows nothing
    is_tool: bool  # a control in a line
    rules: tuple[str, ...] = ()  # of the page's site, that fit this element


def body_html(tree: LexborHTMLParser, met: Collection[str] = html_tags.UNSEEN | VERBATIM) -> str:
    """Return the body of `tree`, written down again with every "<" of its text escaped: "" where there is none.

    What is never read as text (`tags.UNSEEN`) is gone from the tree afterwards. `met`: the tags that may be there.
    """
    tree.strip_tags(sorted(html_tags.UNSEEN.intersection(met) | {"head"}), recursive=True)
    html = (tree.body.html or "") if tree.body is not None else ""
    is_verbatim = any(f"<{tag}" in html for tag in VERBATIM.intersection(met))
    return _VERBATIM.sub(_as_text, html) if is_verbatim else html


def split_markup(html: str) -> list[str]:
    """Return what `body_html` wrote down: text at even places, tags and comments at odd ones.

    In other markup tags that are never closed are text; each is read to the end here, and only once where compiled.
    """
    return _TAG.split(html) if html else []


def read_attributes(token: str) -> tuple[str, Attributes]:
    """Return name and attributes of a start tag of `split_markup`."""
    if plain := _PLAIN.fullmatch(token):
        tag, classes = plain[1], plain[2]
        return tag, {} if classes is None else {"class": unescaped(classes)}
    match = _NAME.match(token)
    tag = match[1] if match else ""
    found = _ATTRIBUTE.findall(token, len(tag) + 1)
    if "&" in token:
        found = [(name, unescaped(value)) for name, value in found]
    return tag, dict(reversed(found))  # of two of a name, the first counts


def read_opening(token: str) -> Opening:
    """Return name, attributes and traits of a start tag of `split_markup`."""
    tag, attributes = read_attributes(token)
    is_odd = is_out_of_line(attributes)
    return Opening(
        tag,
        attributes,
        read_traits(tag, attributes),
        tag in html_tags.VOID,
        is_hidden(tag, attributes),
        html_tags.is_block(tag) and not (is_odd and (is_drop_cap(attributes) or runs_on(tag, attributes))),
        tag == "a" and "href" in attributes,
        tag in html_tags.STRONG,
        tag in SPAN_TAGS or not _SPAN_ATTRIBUTES.isdisjoint(attributes),
        is_odd and keeps_lines(attributes),
        is_odd and tag != "time" and is_clipped(attributes),
        is_odd and is_tool(attributes),
    )


def unescaped(text: str) -> str:
    """Return what was written down as `text`: the serialisation knows five references (HTML standard, 13.3)."""
    if "&" not in text:
        return text
    text = text.replace("&nbsp;", "\u00a0").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    return text.replace("&amp;", "&")


def escaped(value: str) -> str:
    """Return an attribute's value as it is written down."""
    return _escaped(value).replace('"', "&quot;").replace("\u00a0", "&nbsp;")


def end_of_element(markup: Sequence[str], at: int, tag: str) -> int:
    """Return the place behind the end tag of the element of `tag` whose content begins at `at`."""
    opening, closing, depth = f"<{tag}", f"</{tag}>", 1
    for place in range(at + 1, len(markup), 2):
        token = markup[place]
        if token == closing:
            depth -= 1
            if not depth:
                return place + 1
        elif token.startswith(opening) and token[len(opening)] in " >":
            depth += 1
    return len(markup)


def _as_text(found: re.Match[str]) -> str:
    opening, text, closing = found[1] or found[4], found[2] or found[5], found[3] or found[6]
    return f"{opening}{_escaped(text or '')}{closing}" if opening else found[0]


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
