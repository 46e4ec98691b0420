"""The choice of a page's blocks as the rules of its site correct it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from harvester.boilerplate.label_by_site_rules import SiteLabels
from harvester.content.classifier import Choice
from harvester.models import Removed

METHOD: Final = "site-rules"


def corrected(choice: Choice, standing: Mapping[int, Removed], said: SiteLabels) -> Choice:
    """Return the choice with what the site's rules keep, and without what they remove.

    Where they name the body, it is the choice, but for what is in a place of boilerplate (`standing`): nobody needs
    to ask the classifier.
    """
    if said.body:
        choice = replace(choice, blocks=frozenset(said.body) - standing.keys(), method=METHOD, confidence=1.0)
    blocks = (choice.blocks - said.removed.keys()) | said.kept.keys()
    doubts = {at: doubt for at, doubt in choice.doubts.items() if at in blocks and at not in said.kept}
    return replace(choice, blocks=blocks, doubts=doubts)


def placed_by_all(standing: Mapping[int, Removed], said: SiteLabels) -> dict[int, Removed]:
    """Return the blocks that are taken out by their place, as the site's rules correct it."""
    return {at: label for at, label in {**standing, **said.removed}.items() if at not in said.kept}
