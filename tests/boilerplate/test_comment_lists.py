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


CARD_TITLES = ("Harbour board buys a third boat", "School bus to meet the early ferry", "Old pier opens for anglers")


@pytest.mark.parametrize(
    ("item", "day"),
    [
        ("<div class=x1><h4><a href=/{at}>{title}</a></h4><i>{day}</i><p>{text}</p></div>", "{at} May 2024"),
        ("<div><p><a href=/{at}>{title}</a></p><div>{name}</div><div>{day}</div><p>{text}</p></div>", "{at} hours ago"),
    ],
    ids=["dated", "counted back"],
)
def test_cards_of_other_stories_are_no_comments(item: str, day: str) -> None:
    cards = "".join(
        item.format(name=name, title=title, at=at, day=day.format(at=at), text=f"The {title.lower()}, says the board.")
        for at, (name, title) in enumerate(zip(NAMES, CARD_TITLES, strict=True), start=1)
    )
    ledger = harvester.explain(page(f"<div>{cards}</div>"))
    removed = [block for block in ledger.blocks if isinstance(block.verdict, Removed)]
    assert {block.verdict for block in removed if block.text.endswith("says the board.")} == {
        Removed("related_posts", "place:dated cards")
    }
    assert not [one for one in ledger.evidence if one.field.startswith("comment")]


def test_author_and_date_of_each_comment_stand_in_the_ledger() -> None:
    item = "<li><div><cite class=fn>{name}</cite> <time>2024-05-0{day}</time></div><p>{text}</p></li>"
    found = harvester.explain(page(f"<ol class=commentlist>{thread(item)}</ol>")).evidence
    assert [one.value for one in found if one.field == "comment_author"] == list(NAMES)
    assert [one.value for one in found if one.field == "comment_date"] == ["2024-05-01", "2024-05-02", "2024-05-03"]


def test_a_page_without_comments_has_no_evidence_of_any() -> None:
    assert not [one for one in harvester.explain(page("")).evidence if one.field.startswith("comment")]


def told(comments: str, field: str) -> list[str]:
    return [one.value for one in harvester.explain(page(comments)).evidence if one.field == field]


@pytest.mark.parametrize(
    "item",
    [
        "<div class=x1><b>{name}</b> <i>{day} May 2024</i><p>{text}</p></div>",
        "<div class=x1><div>{name}</div><div>{day} May 2024, 9:15</div><p>{text}</p></div>",
        "<div class=x1><p>{text}</p><p>Written by {name} on {day} May 2024</p></div>",
        "<section><h5>{name} says:</h5><time datetime=2024-05-0{day}>{day} May</time><p>{text}</p></section>",
    ],
)
def test_an_author_whom_no_markup_names_is_beside_the_date(item: str) -> None:
    comments = f"<div>{thread(item)}</div>"
    assert told(comments, "comment_author") == list(NAMES)
    assert len(told(comments, "comment_date")) == len(NAMES)


def test_a_label_that_is_the_same_in_all_comments_is_nobody() -> None:
    item = "<div class=x1><i>Visitor, {day} May 2024</i><p>{text}</p></div>"
    assert told(f"<div>{thread(item)}</div>", "comment_author") == []


def test_a_name_with_a_year_in_it_is_no_date() -> None:
    item = "<div class=x1><div>{name}1972</div><div>{day} May 2024</div><p>{text}</p></div>"
    comments = f"<div>{thread(item).replace(' Hill', '').replace('Tom W.', 'Tom')}</div>"
    assert told(comments, "comment_date") == ["1 May 2024", "2 May 2024", "3 May 2024"]
    assert told(comments, "comment_author")[0] == "Ann1972"


def test_short_comments_in_chinese_go_with_the_names_above_them() -> None:
    told_at_length = "".join(
        f"<p>市政府星期一宣布,第{n}座老码头将保留,并在两年内改建为对公众开放的博物馆。</p>" for n in range(5)
    )
    items = "".join(
        f"<li><span>{name}</span><span>2024-03-0{n} 11:25</span><p>{text}</p><a>回复</a><a>赞({n})</a></li>"
        for n, (name, text) in enumerate(
            [
                ("老船", "太好了,我爷爷就在这座码头工作过,希望大钟真的能修好。"),
                ("小城", "留下来是对的,拆了就再也没有了。"),
            ]
            * 2,
            start=1,
        )
    )
    text = harvester.clean(
        f"<title>老码头将保留</title><div class=m><h1>老码头将保留</h1>{told_at_length}<ul class=pl>{items}</ul></div>"
    ).text
    assert "第4座老码头" in text
    assert "2024-03" not in text
