"""Comments are named as such, with author and date where printed, on themes that say nothing, too."""

import pytest

import harvester
from harvester.models import Kept, Removed

SENTENCE = "The ferry to the northern islands will run twice a day from Monday, the harbour board said in May. "
ARTICLE = f"<h1>Two boats a day for the islands</h1>{f'<p>{SENTENCE * 3}</p>' * 4}"
NAMES = ("Ann Hill", "boat_fan42", "Tom W.")


def thread(item: str) -> str:
    return "".join(
        item.format(name=name, day=day, text="I was on that boat last year and it was late both times, sadly.")
        for day, name in enumerate(NAMES, start=1)
    )


def page(comments: str) -> bytes:
    return f"<title>Two boats a day for the islands</title><main>{ARTICLE}</main>{comments}".encode()


@pytest.mark.parametrize(
    "comments",
    [
        thread("<div class=x1><b>{name}</b><i>{day} May 2024</i><p>{text}</p></div>"),
        "<ol class=commentlist>"
        + thread("<li><cite class=fn>{name}</cite> <time>2024-05-0{day}</time><p>{text}</p></li>")
        + "</ol>",
    ],
)
def test_comments_are_kept_apart_by_name(comments: str) -> None:
    ledger = harvester.explain(page(comments))
    kinds = {block.verdict.kind for block in ledger.blocks if isinstance(block.verdict, Removed)}
    assert kinds == {"comment_thread"}
    assert all("late both times" not in block.text for block in ledger.blocks if isinstance(block.verdict, Kept))


def test_author_and_date_of_each_comment_stand_in_the_ledger() -> None:
    item = "<li><div><cite class=fn>{name}</cite> <time>2024-05-0{day}</time></div><p>{text}</p></li>"
    found = harvester.explain(page(f"<ol class=commentlist>{thread(item)}</ol>")).evidence
    assert [one.value for one in found if one.field == "comment_author"] == list(NAMES)
    assert [one.value for one in found if one.field == "comment_date"] == ["2024-05-01", "2024-05-02", "2024-05-03"]


def test_a_page_without_comments_has_no_evidence_of_any() -> None:
    assert not [one for one in harvester.explain(page("")).evidence if one.field.startswith("comment")]
