"""The ingredients that a page's own record lists, a line each: whatever boxes the page prints amounts and names in."""

from typing import Final

from harvester.content.recorded_steps import NEEDED, said_lines
from harvester.content.recorded_texts import recorded_objects
from harvester.models import Document

_MARKS: Final = ('"recipeIngredient"', '"ingredients"')


def recorded_rows(document: Document) -> frozenset[str]:
    """Return the lines of ingredients in the record of a page, folded; none where it lists none."""
    if not document.scripts:
        return frozenset()
    said = said_lines(recorded_objects(document, _MARKS), NEEDED)
    return frozenset(said.split("\n")) if said else frozenset()
