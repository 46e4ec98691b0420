"""The label of a list that stays is part of it; a label of links, or one that a rule takes out, is not."""

import pytest
from harbour_prose import BODY, SENTENCES

from harvester.boilerplate import label_places, labels_of_lists
from harvester.dom import read_document
from harvester.outline import Outline
from harvester.rules.load import load_rules

FIRST, SECOND = SENTENCES[:2]
ITEMS = f"<ul><li>{FIRST}</li><li>{SECOND}</li></ul>"


def labels(inside: str) -> list[str]:
    """Return the labels that stay where the classifier chose none but the sentences."""
    document = read_document(f"<html lang=en><body><main>{BODY}{inside}</main></body></html>")
    outline = Outline(document)
    chosen = [at for at, block in enumerate(document.blocks) if block.text in SENTENCES]
    placed = label_places(outline, load_rules())
    return [document.blocks[at].text for at in sorted(labels_of_lists(outline, load_rules(), chosen, placed))]


@pytest.mark.parametrize("label", ["<h3>Key takeaways</h3>", "<p>What we like:</p>", "<div>STORY HIGHLIGHTS</div>"])
def test_the_label_right_above_a_list_of_the_text_stays(label: str) -> None:
    assert len(labels(f"{label}{ITEMS}")) == 1


@pytest.mark.parametrize(
    "inside",
    [
        f"<p>Related posts</p>{ITEMS}",  # a rule knows it
        f"<p><a href=/t>Harbour topics</a></p>{ITEMS}",
        f"<p>Harbour</p><ul><li><a href=/a>{FIRST}</a></li><li><a href=/b>{SECOND}</a></li></ul>",
        f"<p>The night boat stays as well.</p>{ITEMS}",
        f"<p>\u200d</p>{ITEMS}",
        f"<p>Harbour</p><ul><li>{FIRST}</li></ul><p>{SECOND}</p>",  # one item is no list
        f"<div class=share-bar>Harbour</div>{ITEMS}",
    ],
)
def test_no_other_line_above_a_list_is_its_label(inside: str) -> None:
    assert labels(inside) == []
