"""Pages that are nothing but an article, with its body marked: print views, readers' copies, our own HTML."""

from typing import Final

from harvester.outline import Outline

_BODY: Final = "articleBody"  # schema.org: the actual body of the article
_MAX_HEADER: Final = 4  # blocks above it: headline, standfirst, byline, date


def whole_body(outline: Outline) -> frozenset[int] | None:
    """Return the blocks of the page's `articleBody` where nothing else is on it but a header; else None.

    There is nothing to choose from then but what the page itself sets aside (`<aside>`). All of the page must be in one
    <article>, the body must be its end, and a heading must be above it where anything is: a page with a menu or a
    footer, with comments or a list of other articles anywhere, is chosen from as all others are.
    """
    elements, blocks = outline.document.elements, outline.document.blocks
    bodies = [at for at in outline.bodies if _BODY in elements[at].itemprop.split()]
    if len(bodies) != 1 or any(block.verdict is not None for block in blocks):
        return None
    first, end = outline.extents[bodies[0]]
    holder = next((at for at in outline.ancestors(bodies[0]) if elements[at].tag == "article"), None)
    if holder is None or holder == bodies[0] or outline.extents[holder] != (0, len(blocks)):
        return None
    has_header = first == 0 or any(block.is_h1 for block in blocks[:first])
    if end != len(blocks) or first > _MAX_HEADER or not has_header:
        return None
    asides = (outline.extents[at] for at, element in enumerate(elements) if element.tag == "aside")
    return frozenset(range(first, end)).difference(*(range(*extent) for extent in asides))
