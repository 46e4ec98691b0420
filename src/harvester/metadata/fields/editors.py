"""Who edited the article."""

from collections.abc import Iterator
from typing import Final

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.byline_labels import editors_of, has_editor
from harvester.metadata.lookup.bylines import MAX_BYLINE_CHARS, lines_of
from harvester.metadata.lookup.person_names import split_names, unique_names
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
