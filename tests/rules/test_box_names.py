"""Names of boxes in metadata.toml: each fits the start tags that `drop` lists, and none that `keep` does."""

import tomllib
from importlib.resources import files

import pytest
from test_rules import RULES, element

from harvester.errors import RulesError
from harvester.rules.lexicon import read_lexicon
from harvester.rules.markup_rules import expand, has_phrase, signature

TABLE = tomllib.loads((files("harvester.rules") / "metadata.toml").read_text(encoding="utf-8"))
NAMES = TABLE["box_names"]


@pytest.mark.parametrize("said", NAMES)
def test_a_name_fits_its_examples_and_no_near_miss(said: str) -> None:
    names, table = RULES.lexicon.box_names[said], NAMES[said]
    assert [tag for tag in table["drop"] if not has_phrase(signature(element(tag)), names)] == []
    assert [tag for tag in table["keep"] if has_phrase(signature(element(tag)), names)] == []


@pytest.mark.parametrize("said", NAMES)
def test_no_name_is_without_an_example_and_no_table_without_a_near_miss(said: str) -> None:
    drop = [signature(element(tag)) for tag in NAMES[said]["drop"]]
    idle = [name for name in NAMES[said]["names"] if not any(has_phrase(words, expand(name)) for words in drop)]
    assert (idle, NAMES[said]["keep"] == []) == ([], False)


@pytest.mark.parametrize("name", ["Postbit", "post bit*", "post-bit", "one two three four five"])
def test_a_name_that_no_signature_can_have_is_refused(name: str) -> None:
    with pytest.raises(RulesError, match=r"box_names\.thread"):
        read_lexicon({**TABLE, "box_names": {"thread": {"names": [name]}}}, (), frozenset())
