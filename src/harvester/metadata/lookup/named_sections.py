"""The sections that a page names, by which a section before its headline is known."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.structured_data import SiteLookups, as_list, types_of
from harvester.rules.kind_names import KindName
from harvester.urls import loose_path

SECTION_METAS: Final = (
    "article:section",
    "parsely-section",
    "cxenseparse:section",
    "og:article:section",
    "sailthru.section",
    "section",
    "category",
)
MAX_BREADCRUMBS: Final = 20  # blocks


def named_sections(lookups: SiteLookups) -> frozenset[str]:
    """Return, folded, the sections in the page's records, breadcrumb, menus and address; not its own headings."""
    blocks = lookups.document.blocks
    own = frozenset(key_of(blocks[index].text) for index in lookups.page_index.headings if blocks[index].is_h1)
    return (lookups.page_index.menu | frozenset(map(key_of, _said(lookups)))) - own


def _said(lookups: SiteLookups) -> Iterator[str]:
    yield from lookups.texts(lookups.value("articleSection"))
    for name in SECTION_METAS:
        yield from lookups.metas.get(name, ())
    for node in lookups.nodes:
        if "BreadcrumbList" in types_of(node):
            for item in as_list(node.get("itemListElement")):
                step = item if isinstance(item, dict) else {}
                yield from lookups.texts(step.get("name") or step.get("item"))
    for index in lookups.page_index.removed_as(KindName.BREADCRUMB, KindName.SECTION_LABEL)[:MAX_BREADCRUMBS]:
        block = lookups.document.blocks[index]
        yield from (span.text for span in block.spans if span.tag == "a" and span.text)
        yield block.text
    yield from (unquote(step) for step in loose_path(lookups.address).split("/")[:-1])
