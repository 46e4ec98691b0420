"""What stands behind a name is cut off it."""

import pytest
from metadata_pages import LEXICON

from harvester.metadata.lookup.tidy_names import clean_name


@pytest.mark.parametrize("behind", ["(Dale)", "[Dale]", "<Dale>", "<jane@dale.example>", "（Dale）", "【Dale】"])
def test_a_bracket_behind_a_name_is_no_part_of_it(behind: str) -> None:
    assert clean_name(f"Jane Doe {behind}", LEXICON) == "Jane Doe"
    assert clean_name(f"山口直樹{behind}", LEXICON) == "山口直樹"
