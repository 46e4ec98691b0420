"""The section of the site that the article stands in."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.metadata.places import removed_as
from harvester.metadata.reading import Reading, reading
from harvester.metadata.site import host_names, read_site
from harvester.metadata.structured import Clues, Node, as_list, clean_text, same_page, types_of
from harvester.metadata.wordlists import load_words
from harvester.text import fold

MAX_SECTION_CHARS: Final = 50  # longer is a headline
_METAS: Final = (
    "article:section",
    "parsely-section",
    "cxenseparse:section",
    "og:article:section",
    "sailthru.section",
    "section",
    "category",
)
_CRUMB: Final = re.compile(r"\s*(?:[>›»＞→/|]|&gt;)\s*")
_PLACE_LABEL: Final = re.compile(
    r"^(?:(?:您|你)?(?:当前|現在|现在|的|所在)*(?:位置|位於)\s*[:：]"
    r"|you are here\s*:?|sie sind hier\s*:?|vous êtes ici\s*:?)\s*",
    re.IGNORECASE,
)


def read_section(clues: Clues) -> Reading[str] | None:
    """Return the article's section: records first, then the label above the headline, then the breadcrumb."""
    site = read_site(clues)
    names = host_names(clues.address) | ({fold(site.value)} if site is not None else set())
    title = fold(clues.title or "")
    for text, origin in _candidates(clues):
        key = fold(text)
        if (
            key
            and key not in names
            and key != title
            and key not in load_words().no_section
            and len(text) <= MAX_SECTION_CHARS
        ):
            return reading("section", text, origin)
    return None


def _candidates(clues: Clues) -> Iterator[tuple[str, str]]:
    for text in clues.texts(clues.value("articleSection")):
        yield text.split(",")[0].strip(), "json-ld:articleSection"
    for name in _METAS:
        for value in clues.metas.get(name, ()):
            yield clean_text(value).split(",")[0], f"meta:{name}"
    blocks = clues.document.blocks
    for index, block in enumerate(blocks):
        if removed_as(block, "section_label"):
            yield block.text.split("\n")[0], f"block:{index}"
    for node in clues.nodes:
        if "BreadcrumbList" in types_of(node):
            yield from ((crumb, "json-ld:BreadcrumbList") for crumb in reversed(_crumbs(clues, node)))
    for index, block in enumerate(blocks):
        if removed_as(block, "breadcrumb"):
            parts = _CRUMB.split(_PLACE_LABEL.sub("", block.text.replace("\n", " ")))
            yield from ((part.strip(), f"block:{index}") for part in reversed(parts[1:]))


def _crumbs(clues: Clues, node: Node) -> list[str]:
    """Return the names of a breadcrumb's steps between the first and this page."""
    names: list[str] = []
    for item in as_list(node.get("itemListElement")):
        step = item if isinstance(item, dict) else {}
        if names and _is_this_page(clues, step):
            break
        found = [*clues.texts(step.get("name")), *clues.texts(step.get("item"))]
        names += [name for name in found[:1] if "://" not in name]
    title = fold(clues.title or "")
    return [
        name
        for name in names[1:]
        if fold(name) and not (title and fold(name) in title and len(name) > MAX_SECTION_CHARS // 2)
    ]


def _is_this_page(clues: Clues, step: Node) -> bool:
    """Say whether the step of a breadcrumb is the page itself: it leads nowhere, or here."""
    item = step.get("item")
    url = (item.get("@id") or item.get("url")) if isinstance(item, dict) else item
    return not isinstance(url, str) or (clues.address is not None and same_page(url, clues.address))
