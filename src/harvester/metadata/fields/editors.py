"""Who edited the article."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.byline_labels import editors_of, has_editor
from harvester.metadata.lookup.bylines import MAX_BYLINE_CHARS, lines_of
from harvester.metadata.lookup.page_index import key_of
from harvester.metadata.lookup.person_names import split_names, unique_names
from harvester.metadata.lookup.person_test import is_cjk_name
from harvester.metadata.lookup.regions import is_foreign
from harvester.metadata.lookup.structured_data import ArticleLookups
from harvester.metadata.place_trust import PlaceTrust
from harvester.rules.kind_names import KindName

# Read: 7 of 8 of the records, 18 of 25 of the lines.
TRUST: Final = PlaceTrust(
    {
        "json-ld": 1.6,
        "block": 0.9,
    }
)


def read_editors(lookups: ArticleLookups) -> FieldReading[tuple[str, ...]] | None:
    """Return the people named as editors: "责任编辑：张三", "Editing by Jane Doe"."""
    judged = lookups.page_index.removed_as(KindName.EDITOR_CREDIT)
    names = unique_names(
        tuple(name for text in lookups.texts(lookups.value("editor")) for name in split_names(text, lookups.lexicon))
    )
    if names:
        return FieldReading(names, (evidence("editors", "; ".join(names), "json-ld:editor"),))
    labelled = lookups.mentions(lookups.lexicon.editor_labels)
    for index in (*judged, *(_editor_lines(lookups) if labelled else ())):
        block = lookups.document.blocks[index]
        names = unique_names(tuple(name for line in lines_of(block) for name in editors_of(line, lookups.lexicon)))
        if names:
            return FieldReading(names, (evidence("editors", "; ".join(names), f"block:{index}"),))
    return None


def _editor_lines(lookups: ArticleLookups) -> Iterator[int]:
    """Yield the short lines that bear an editor's label: in the byline, and from the end of the text on."""
    blocks = lookups.document.blocks
    end = lookups.page_index.kept[-1] if lookups.page_index.kept else (lookups.headline or 0)
    for index in (*lookups.byline, *range(end, len(blocks))):
        block = blocks[index]
        if (
            len(block.text) <= MAX_BYLINE_CHARS
            and has_editor(block.text, lookups.lexicon)
            and not is_foreign(lookups, block)
        ):
            yield index


def without_editors(
    authors: FieldReading[tuple[str, ...]] | None, editors: tuple[str, ...]
) -> FieldReading[tuple[str, ...]] | None:
    """Return who wrote the article; nobody where records or a bare line alone name whom the page calls its editor.

    Chinese systems fill a record with whoever put the page up; elsewhere the owner may write and edit.
    """
    if authors is None or not authors.value or not editors or not all(map(is_cjk_name, editors)):
        return authors
    chosen = next((one for one in authors.evidence if one.chosen), None)
    is_said = chosen is None or not all(map(_may_be_editors, chosen.origin.split(", ")))
    if is_said or not frozenset(map(key_of, authors.value)) <= frozenset(map(key_of, editors)):
        return authors
    return FieldReading((), tuple(replace(one, chosen=False) for one in authors.evidence))


def _may_be_editors(origin: str) -> bool:
    """Return whether a place does not say what it calls somebody for: a meta, a name beside the day."""
    return origin.startswith("meta:") or origin.endswith((":bare", ":place"))
