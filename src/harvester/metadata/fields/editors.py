"""Who edited the article."""

from collections.abc import Iterator

from harvester.metadata.evidence import FieldReading, evidence
from harvester.metadata.lookup.byline_labels import editors_of, has_editor
from harvester.metadata.lookup.bylines import MAX_BYLINE_CHARS, lines_of
from harvester.metadata.lookup.person_names import split_names, unique_names
from harvester.metadata.lookup.regions import is_foreign
from harvester.metadata.lookup.structured_data import Clues
from harvester.rules.kind_names import KindName


def read_editors(clues: Clues) -> FieldReading[tuple[str, ...]] | None:
    """Return the people named as editors: "责任编辑：张三", "Editing by Jane Doe"."""
    judged = clues.survey.removed_as(KindName.EDITOR_CREDIT)
    names = unique_names(
        tuple(name for text in clues.texts(clues.value("editor")) for name in split_names(text, clues.lexicon))
    )
    if names:
        return FieldReading(names, (evidence("editors", "; ".join(names), "json-ld:editor"),))
    labelled = clues.mentions(clues.lexicon.editor_labels)
    for index in (*judged, *(_editor_lines(clues) if labelled else ())):
        block = clues.document.blocks[index]
        names = unique_names(tuple(name for line in lines_of(block) for name in editors_of(line, clues.lexicon)))
        if names:
            return FieldReading(names, (evidence("editors", "; ".join(names), f"block:{index}"),))
    return None


def _editor_lines(clues: Clues) -> Iterator[int]:
    """Yield the short lines that bear an editor's label: in the byline, and from the end of the text on."""
    blocks = clues.document.blocks
    end = clues.survey.kept[-1] if clues.survey.kept else (clues.headline or 0)
    for index in (*clues.byline, *range(end, len(blocks))):
        block = blocks[index]
        if (
            len(block.text) <= MAX_BYLINE_CHARS
            and has_editor(block.text, clues.lexicon)
            and not is_foreign(clues, block)
        ):
            yield index
