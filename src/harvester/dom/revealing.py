"""What browsers show and a parser does not: shadow trees and frames in an attribute; formulas, which they show once."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from harvester.dom.attributes import image_address
from harvester.dom.flat_markup import escaped, read_attributes
from harvester.dom.placeholders import mark_tex
from harvester.native import CORE

_TEMPLATE = re.compile(r"<(/?)template(?=[ \t\n\f\r/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*+)>", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadowroot(?:mode)?\b", re.IGNORECASE)
_SHADOW_WORDS: Final = (b"hadowroot", b"hadowRoot", b"HADOWROOT")
_SHADOW_TAG: Final = "shadow-root"
_MAX_TAG: Final = 4_000  # bytes
_LATE: Final = b"<noscript"
_LATE_END: Final = b"</noscript"
_FRAME: Final = b"<iframe"
_FRAME_END: Final = b"</iframe"
_LATE_IMAGE = re.compile(
    rb"(?P<opening><noscript[^<>]*+>\s*+)(?:(?P<image><img\b[^<>]*+>)|(?P<written>&lt;img\b[^<]{1,4000}?&gt;))"
    rb"(?P<closing>\s*+</noscript>\s*+)(?P<blank><img\b[^<>]{0,500}?\ssrc=[\"']?data:[^<>]*+>)?"
)
_GROUP: Final = b"\\endgroup"
_TEX_GROUP: Final = re.compile(rb"\\?\$\\(?:begin|end)group\\?\$")  # Stack Exchange: "\$" where a dollar is money
_MAX_FRAMES: Final = 50
_MAX_PICTURES: Final = 500
# MathML that is there for screen readers beside a drawing of the same formula: KaTeX, MathJax 2 and 3, MediaWiki.
_MATHML: Final = ".katex-mathml, .MJX_Assistive_MathML, mjx-assistive-mml, .mwe-math-mathml-a11y"
_PREVIEWS: Final = ".MathJax_Preview, annotation, annotation-xml"
_find: Final[Callable[[bytes, bytes, int], int]] = bytes.find if CORE is None else CORE.find  # a tenth of the time
_FORMULA_BOX = re.compile(r"mjx-|(?:\w+ )(?:.*\s)?(?:katex|mathjax|mwe-math)", re.IGNORECASE)


def may_have_shadow_roots(page: bytes) -> bool:
    """Return whether a page in UTF-8 may have what `open_shadow_roots` looks for."""
    # Looking for a word takes a tenth of the time of a pattern, and hardly any page has one.
    return any(_find(page, word, 0) >= 0 for word in _SHADOW_WORDS)


def open_shadow_roots(page: bytes) -> bytes:
    """Return UTF-8 with each declarative shadow root as an element of its own (HTML standard, 4.12.3)."""
    if not may_have_shadow_roots(page):
        return page
    html = page.decode()
    pieces, last = [], 0
    shadows: list[bool] = []
    for tag in _TEMPLATE.finditer(html):
        closing = bool(tag[1])
        if closing:
            is_shadow = shadows.pop() if shadows else False
        else:
            is_shadow = bool(_SHADOW.search(tag[2]))
            shadows.append(is_shadow)
        if is_shadow:
            pieces += [html[last : tag.start()], f"<{tag[1]}{_SHADOW_TAG}>"]
            last = tag.end()
    return "".join([*pieces, html[last:]]).encode()


def mend_late(page: bytes) -> bytes:
    """Return UTF-8 in which each <noscript> leaves its image where a script would, and no frame open.

    Its image is markup, and stands behind its placeholder: some plug-ins write it down as text, `&lt;img ...&gt;`,
    others in front of the <img> that a script fills. A frame that it opens (`<iframe src=... />`) ends with it: to a
    browser, which runs scripts, all of a <noscript> is one text; to a parser that runs none, the page up to the end of
    the next frame is the frame's.
    """
    pieces: list[bytes] = []
    last, end, at = 0, 0, _find(page, _LATE, 0)  # a pattern takes longer to find none
    while at >= 0:
        found = _LATE_IMAGE.match(page, at)
        if found is not None and (found["written"] is not None or found["blank"] is not None):
            image = _as_markup(found["written"]) if found["written"] is not None else found["image"]
            late, blank = b"".join((found["opening"], image, found["closing"])), found["blank"] or b""
            is_taken = not blank or _follows_image(page[max(last, at - _MAX_TAG) : at].rstrip())
            pieces += [page[last:at], late, blank] if is_taken else [page[last:at], blank, late]
            last = found.end()
        elif at >= end:  # none inside of another one is looked at: hostile pages nest thousands
            end = page.find(_LATE_END, at)
            end = end if end >= 0 else len(page)
            if _leaves_frame_open(page, at, end):
                pieces += [page[last:end], _FRAME_END, b">"]
                last = end
        at = _find(page, _LATE, max(at + 1, last))
    return b"".join([*pieces, page[last:]]) if pieces else page


def _leaves_frame_open(page: bytes, start: int, end: int) -> bool:
    frame = page.rfind(_FRAME, start, end)
    return frame >= 0 and end < len(page) and page.find(_FRAME_END, frame, end) < 0


def _as_markup(written: bytes) -> bytes:
    for reference, mark in ((b"&lt;", b"<"), (b"&gt;", b">"), (b"&quot;", b'"'), (b"&#34;", b'"'), (b"&#39;", b"'")):
        written = written.replace(reference, mark)
    return written.replace(b"&amp;", b"&")


def _follows_image(before: bytes) -> bool:
    """Return whether an image stands right in front: the placeholder of the image of a <noscript> behind it."""
    return before.endswith(b">") and before[before.rfind(b"<") :].startswith(b"<img")


def show_formulas_once(tree: LexborHTMLParser, page: bytes) -> None:
    """Take from the tree what shows a formula a second time: the MathML stays, which has its letters in order."""
    if b"<math" not in page:  # each of the four has it
        return
    mark_tex(tree)
    for node in tree.css(_PREVIEWS):
        node.decompose()
    for node in tree.css(_MATHML):
        if "style" in node.attributes:
            del node.attrs["style"]  # MediaWiki hides it beside a picture
        for sibling in _drawings(node):
            sibling.decompose()


def _drawings(node: LexborNode) -> list[LexborNode]:
    """Return what is beside a formula's MathML in the box of the formula."""
    box = node.parent
    if box is None or not _FORMULA_BOX.match(f"{box.tag} {box.attributes.get('class') or ''}"):
        return []
    return [sibling for sibling in box.iter(include_text=True) if sibling.mem_id != node.mem_id]


def without_tex_groups(page: bytes) -> bytes:
    """Return UTF-8 without the formulas that only part the posts of a page for MathJax, which shows nothing of them."""
    return _TEX_GROUP.sub(b"", page) if _find(page, _GROUP, 0) >= 0 else page


def may_fill_pictures(page: bytes) -> bool:
    """Return whether a page in UTF-8 may have what `fill_pictures` looks for."""
    return _find(page, b"srcset", 0) >= 0


def fill_pictures(tree: LexborHTMLParser) -> None:
    """Give an image that only holds a place the addresses of the sources of its <picture>, as a script would."""
    for picture in tree.css("picture")[:_MAX_PICTURES]:
        image = picture.css_first("img")
        if image is None or _address(image) is not None:
            continue
        found = (_address(source) for source in picture.css("source"))
        address = next(filter(None, found), None)
        if address is not None:
            image.attrs["data-src"] = address


def filled_image(image: str, sources: Sequence[str]) -> str | None:
    """Return the start tag of an image that only holds a place with the address of its <picture>; None: there is none.

    `sources`: the start tags of the picture's sources. "" where the parser's tree is to be asked.
    """
    found = (image_address(read_attributes(source)[1]) for source in sources)
    address = next(filter(None, found), None)
    if address is None:
        return None
    return "" if "data-src" in read_attributes(image)[1] else f'{image[:-1]} data-src="{escaped(address)}">'


def _address(node: LexborNode) -> str | None:
    return image_address({name: value or "" for name, value in node.attributes.items()})


def reveal_frames(tree: LexborHTMLParser) -> None:
    """Put what a frame carries in its `srcdoc` attribute in the place of the frame: saved pages keep frames so."""
    for frame in tree.css("iframe[srcdoc]")[:_MAX_FRAMES]:
        inner = LexborHTMLParser(frame.attributes.get("srcdoc") or "").body
        if inner is not None:
            frame.replace_with(inner)
