"""The look at pages that are hardly articles, and what blocks of like markup lend to each other there."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harvester.cleaning import present_rules
from harvester.cleaning.resources import load_all_stages
from harvester.content.classifier import Told, judge
from harvester.content.other_pages import (
    FORMAT,
    other_probabilities,
    save_other_pages,
    with_other_pages,
)
from harvester.content.trees import Trees, load_model
from harvester.dom import read_document
from harvester.errors import RulesError
from harvester.models import PAGE_TYPES, PageType
from harvester.outline import Outline
from harvester.rules.load import load_rules

CARDS = Outline(
    read_document(
        "<main>" + "".join(f"<div class=card><h3>Lamp {n}</h3><p>{n} pounds</p></div>" for n in range(4)) + "</main>"
    )
)


def others() -> Trees:
    found = load_all_stages().others
    assert found is not None
    return found


@pytest.mark.usefixtures("both_forms")
def test_inference_gives_the_trainers_probabilities() -> None:
    with np.load(Path(__file__).with_name("others_rows.npz")) as arrays:
        rows, expected = arrays["rows"], arrays["probabilities"]
    assert len(rows) >= 100
    np.testing.assert_allclose(others().probabilities(rows), expected, atol=1e-6)


def test_trees_that_see_other_columns_than_both_other_looks_are_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "others.npz"
    for names in (others().names[:-1], ("another", *others().names[1:]), others().names[::-1]):
        save_other_pages(replace(others(), names=names), "abc", path)
        with pytest.raises(RulesError, match="sees other columns"):
            with_other_pages(load_model(), path)


@pytest.mark.usefixtures("both_forms")
def test_it_is_asked_on_pages_that_are_no_articles_alone() -> None:
    model, told_of = load_all_stages(), {}
    without = replace(model, others=None)
    at = np.arange(len(CARDS.document.blocks))
    for chance in (0.05, 0.2):
        chances = dict.fromkeys(PAGE_TYPES, 0.0) | {"article": chance, "listing": 1 - chance}
        told = Told({}, PageType("listing", 1 - chance, chances, 0.1))
        found = [judge(CARDS, at, told, load_rules(), one).probabilities for one in (model, without)]
        told_of[chance] = np.array_equal(*found)
    assert told_of == {0.05: False, 0.2: True}


def test_a_model_without_it_lets_the_second_look_decide() -> None:
    model = load_model()
    first, second = (np.zeros((3, len(look.names)), dtype=np.float32) for look in (model.first, model.second))
    np.testing.assert_array_equal(other_probabilities(model, first, second), model.second.probabilities(second))


def test_what_is_saved_is_read_back_and_told_in_the_digest(tmp_path: Path) -> None:
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    save_other_pages(others(), "abc", one)
    read = with_other_pages(load_model(), one)
    assert read.others is not None
    save_other_pages(read.others, "abc", two)
    assert one.read_bytes() == two.read_bytes()
    assert read.digest not in {load_model().digest, load_all_stages().digest}
    assert load_all_stages().digest in present_rules()[0]


def test_a_file_that_is_none_or_of_another_format_is_a_clear_error(tmp_path: Path) -> None:
    path = tmp_path / "others.npz"
    path.write_bytes(b"no model")
    with pytest.raises(RulesError, match="no model of other pages"):
        with_other_pages(load_model(), path)
    np.savez(path, format=np.asarray(FORMAT + 1))
    with pytest.raises(RulesError, match="another version"):
        with_other_pages(load_model(), path)
