"""Characters counted together are counted as they would be one by one."""

import re

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from harvester.content.features.block_features import own_columns
from harvester.models import Block, Document, Role
from harvester.outline import Outline
from harvester.text import ends_sentence

texts = st.lists(
    st.text(st.sampled_from("aZé,。.!? 1北한|\n\"'”:;x_🍎"), min_size=1, max_size=30), min_size=1, max_size=6
)


def columns(found: list[str]) -> dict[str, list[float]]:
    blocks = tuple(Block(Role.PARAGRAPH, text, None, 0, None, "p", -1) for text in found)
    document = Document(blocks, (), None, None, None, (), (), (), ())
    return {name: values.tolist() for name, values in own_columns(Outline(document)).items()}


@given(texts)
def test_each_block_has_its_own_counts(found: list[str]) -> None:
    got = columns(found)
    assert got["lines"] == [text.count("\n") for text in found]
    assert got["commas"] == [len(re.findall("[,，、;；:：]", text)) for text in found]
    np.testing.assert_allclose(got["digit_share"], [text.count("1") / len(text) for text in found])
    assert got["ends_sentence"] == [ends_sentence(text) for text in found]
    assert got["ends_colon"] == [text.endswith((":", "：")) for text in found]
    assert got["mark_bar"] == [min(text.count("|"), 1) for text in found]


@given(texts)
def test_a_block_says_the_same_whatever_stands_beside_it(found: list[str]) -> None:
    together = columns(found)
    for at, text in enumerate(found):
        alone = columns([text])
        for name in ("stops", "capital_share", "words", "starts_lower", "cjk_share"):
            assert together[name][at] == alone[name][0], name


def test_a_stop_inside_a_number_or_an_address_ends_no_sentence() -> None:
    assert columns(["It cost 1.5 at a.example, then it rained. It stopped."])["stops"] == [2]


def test_a_capital_counts_at_the_start_of_a_word() -> None:
    assert columns(['Ada Byron wrote "Notes" on an iPad A'])["capital_share"] == [3 / 8]
