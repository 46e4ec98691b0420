"""The classifier gives what its trainer gave, compiled and interpreted."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from harvester.content import trees
from harvester.content.trees import FORMAT, load_model, save_model
from harvester.errors import RulesError

LOOKS = ("first", "second")


def stored(look: str) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return rows with the probabilities that the trainer's own program gave them."""
    with np.load(Path(__file__).with_name(f"{look}_rows.npz")) as arrays:
        return arrays["rows"], arrays["probabilities"]


@pytest.mark.usefixtures("both_forms")
@pytest.mark.parametrize("look", LOOKS)
def test_inference_gives_the_trainers_probabilities(look: str) -> None:
    rows, expected = stored(look)
    assert len(rows) >= 100
    np.testing.assert_allclose(getattr(load_model(), look).probabilities(rows), expected, atol=1e-6)


@pytest.mark.usefixtures("both_forms")
@pytest.mark.parametrize("look", LOOKS)
def test_rows_are_judged_alike_alone_and_together(look: str) -> None:
    trees, (rows, _) = getattr(load_model(), look), stored(look)
    alone = np.concatenate([trees.probabilities(row[np.newaxis]) for row in rows[:40]])
    np.testing.assert_array_equal(trees.probabilities(rows)[:40], alone)


@pytest.mark.usefixtures("both_forms")
def test_no_rows_give_no_probabilities() -> None:
    trees = load_model().first
    assert trees.probabilities(np.zeros((0, len(trees.names)), dtype=np.float32)).shape == (0,)


def test_confidence_rises_with_the_raw_one_and_stays_between_0_and_1() -> None:
    values = [load_model().calibrate(raw) for raw in np.linspace(0, 1, 50)]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1] <= 1


def test_the_packaged_model_stays_below_one_megabyte() -> None:
    assert Path(str(trees.__file__)).with_name("model.npz").stat().st_size <= 1_000_000


def test_a_saved_model_is_read_back_and_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = tmp_path / "one.npz", tmp_path / "two.npz"
    save_model(load_model(), one)
    save_model(load_model(one), two)
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_model_is_a_clear_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    with pytest.raises(RulesError, match="no model of harvester"):
        load_model(path)


def test_a_model_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, format=np.asarray(FORMAT + 1))
    with pytest.raises(RulesError, match="another version"):
        load_model(path)


@pytest.mark.usefixtures("both_forms")
def test_rows_of_other_features_are_refused_rather_than_misread() -> None:
    with pytest.raises(RulesError, match="train it anew"):
        load_model().second.probabilities(np.zeros((3, 7), dtype=np.float32))
