"""Blocks that a wording or the memory of the site takes out."""

from dataclasses import replace

from harvester.boilerplate import label_wordings
from harvester.boilerplate.label_by_text import Surroundings
from harvester.cleaning.judged_page import Opinions
from harvester.models import Removed
from harvester.rules.kind_names import KindName


def label_texts(around: Surroundings, said: Opinions) -> dict[int, Removed]:
    """Return the blocks that a wording or the site memory takes out.

    What the memory alone knows ends no body: "Continue with e-mail" is above the comments of a forum, too. But the
    wordings are read again without it, for the headings and the tail that it leaves behind.
    """
    worded = label_wordings(around, said.placed)
    known = {at: _site_label(around, at, pages) for at, pages in said.known.items() if at not in worded}
    if not known:
        return worded
    without = replace(around, body=frozenset(around.body) - known.keys())
    return label_wordings(without, {**said.placed, **known}) | known


def _site_label(around: Surroundings, at: int, pages: int) -> Removed:
    """Return what a text of the site is called: by its wording, where it has one that may go."""
    hits = around.rules.lines(around.document.blocks[at].text, around.languages)
    kinds = (hit.kind for hit in hits if around.rules.kinds[hit.kind].disposition in ("drop", "metadata"))
    return Removed(next(kinds, KindName.NOT_CONTENT), f"site-memory:{pages} pages")
