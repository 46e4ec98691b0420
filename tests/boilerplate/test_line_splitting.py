"""Known lines become blocks of their own."""

import pytest

from harvester.boilerplate import split_lines
from harvester.dom import read_document
from harvester.models import Document
from harvester.rules.load import load_rules


def split(html: str) -> Document:
    return split_lines(read_document(f"<body>{html}</body>"), load_rules())


def test_a_known_line_behind_a_br_is_a_block_of_its_own():
    document = split("<p>The pier stays.<br>So does the lamp.<br>Subscribe to our newsletter<br>And the rope.</p>")
    texts = [block.text for block in document.blocks]
    assert texts == ["The pier stays.\nSo does the lamp.", "Subscribe to our newsletter", "And the rope."]


def test_lines_that_no_rule_knows_stay_together():
    document = read_document("<p>Roses are red,<br>violets are blue.</p>")
    assert split_lines(document, load_rules()) is document


@pytest.mark.parametrize("tag", ["pre", "textarea"])
def test_code_is_never_split(tag):
    document = split(f"<{tag}>x = 1\nSubscribe to our newsletter\ny = 2</{tag}>")
    assert len(document.blocks) == 1


def test_images_still_stand_before_their_block():
    document = split("<p>The pier.<br>Subscribe to our newsletter</p><img src=/a.jpg><p>After</p><img src=/b.jpg>")
    assert [image.block for image in document.images] == [2, 3]
    assert document.blocks[2].text == "After"


def test_the_parts_of_a_split_block_know_their_links():
    document = split("<p><a href=/x>The pier</a> stays.<br><a href=/y>Subscribe to our newsletter</a></p>")
    assert [(block.text, block.link_chars) for block in document.blocks] == [
        ("The pier stays.", len("The pier")),
        ("Subscribe to our newsletter", len("Subscribe to our newsletter")),
    ]
    assert [[span.href for span in block.spans] for block in document.blocks] == [["/x"], ["/y"]]
