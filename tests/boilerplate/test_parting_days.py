"""Days that part a diary or a chronicle stay; the day below a headline goes."""

import pytest

from harvester.boilerplate.parting_days import parting_days
from harvester.dom import read_document
from harvester.models import Removed
from harvester.rules.kind_names import KindName
from harvester.rules.load import load_rules

TEXT = "<p>The ferry lay still all day, and nobody came to the quay but the keeper of the lamp and his dog.</p>"
DIARY = f"{TEXT}<h3>12 May 1943</h3>{TEXT}<h3>13 May 1943</h3>{TEXT}"


def parting(page: str) -> list[str]:
    """Return the days that part the text, where a wording takes all short lines for the day of the page."""
    blocks = read_document(f"<html lang=en><body>{page}").blocks
    labels = {at: Removed(KindName.BYLINE_META, "wording") for at, block in enumerate(blocks) if len(block.text) < 45}
    return [blocks[at].text for at in sorted(parting_days(blocks, labels, range(len(blocks)), load_rules().lexicon))]


@pytest.mark.parametrize("tag", ["h3", "p"])
def test_the_days_of_a_diary_stay(tag: str) -> None:
    assert parting(DIARY.replace("h3>", f"{tag}>")) == ["12 May 1943", "13 May 1943"]


def test_the_days_of_a_chronicle_may_have_weekdays() -> None:
    days = ["Monday, May 12, 2024", "Tuesday, May 13, 2024"]
    assert parting(TEXT + "".join(f"<p>{day}</p>{TEXT}" for day in days)) == days


@pytest.mark.parametrize(
    "page",
    [
        TEXT + f"<h3>12 May 1943</h3>{TEXT}",
        DIARY.replace("13 May", "12 May"),
        f"<p>12 May 1943</p>{TEXT}",
        "".join(f"<h2>A post about the pier</h2><p>{day} May 1943</p>{TEXT}" for day in (12, 13)),
        DIARY.replace("1943<", "1943, 10:30<"),
        DIARY.replace("1943<", "1943 | Ada Holm<"),
        DIARY.replace(f"1943</h3>{TEXT}", "1943</h3><p>Ada Holm</p>"),
        DIARY.replace("<h3>12 May 1943</h3>", "<h2>12 May 1943</h2>"),
    ],
    ids=["one", "twice the same", "above", "of posts", "hours", "with a name", "no text below", "unlike"],
)
def test_days_of_pages_and_posts_part_nothing(page: str) -> None:
    assert parting(page) == []
