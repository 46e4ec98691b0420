"""What readers wrote below an article, where it is asked for; and nothing where it is not, or not sure."""

import json

import pytest

import harvester
from harvester import Comment
from harvester.metadata.fields.comments import MAX_COMMENT_CHARS, MAX_COMMENTS, MAX_DEPTH

STORY = "".join(
    f"<p>The harbour board met on pier {number} this week and decided to mend the old sea wall before the autumn "
    "storms. The work will take three months, the engineers said, and close the promenade.</p>"
    for number in range(1, 8)
)
ON_THE_WALL = "My father helped to build that wall, and it was never meant to carry lorries."
ANSWER = "He did, and mine drove the lorries. They were told that it would hold for ever."
LATER = "Will the ferry still call at the second pier while the promenade is closed to all of us?"


def page(thread: str, head: str = "") -> str:
    return (
        f"<!doctype html><html lang=en><head><title>Sea wall to be mended</title>{head}</head><body><main><article>"
        f"<h1>Sea wall to be mended</h1>{STORY}</article></main>{thread}<footer>© Courier</footer></body></html>"
    )


def comments(thread: str, head: str = "") -> list[Comment]:
    return list(harvester.clean(page(thread, head), "https://courier.example/wall", comments=True).comments)


def word_press(number: int, name: str, text: str, replies: str = "") -> str:
    inner = f"<ol class=children>{replies}</ol>" if replies else ""
    return (
        f"<li id='comment-{number}' class='comment even depth-1'><article id='div-comment-{number}' class=comment-body>"
        f"<footer class=comment-meta><div class='comment-author vcard'><img alt='' src='a.png'><b class=fn>{name}</b> "
        f"<span class=says>says:</span></div><div class=comment-metadata><a href='#comment-{number}'>"
        f"<time datetime='2024-03-0{number}T09:15:00+00:00'>March {number}, 2024 at 9:15 am</time></a></div></footer>"
        f"<div class=comment-content><p>{text}</p></div><div class=reply><a class=comment-reply-link href='#r'>Reply"
        f"</a></div></article>{inner}</li>"
    )


THREAD = (
    "<div id=comments class=comments-area><h2 class=comments-title>3 thoughts</h2><ol class=comment-list>"
    + word_press(1, "Ann Lee", ON_THE_WALL, word_press(2, "Bo Marsh", ANSWER))
    + word_press(3, "Cy Hull", LATER)
    + "</ol><form id=commentform><p>Your address will not be published.</p><textarea></textarea></form></div>"
)
MICRODATA = "<section class=comments>{}</section>".format(
    "".join(
        f"<div itemprop=comment itemscope><span itemprop=author>{name}</span> <time itemprop=dateCreated "
        f"datetime='2024-03-04'>yesterday</time><div itemprop=text><p>{text}</p><p>Thanks.</p></div>"
        "<button>Like</button> <button>Share</button></div>"
        for name, text in (("Ann Lee", ON_THE_WALL), ("Bo Marsh", ANSWER), ("Cy Hull", LATER))
    )
)


def test_a_word_press_thread_is_read_with_authors_dates_and_depth():
    first = "2024-03-01T09:15:00+00:00"
    assert comments(THREAD) == [
        Comment(ON_THE_WALL, "Ann Lee", first, 0),
        Comment(ANSWER, "Bo Marsh", first.replace("-01T", "-02T"), 1),
        Comment(LATER, "Cy Hull", first.replace("-01T", "-03T"), 0),
    ]


def test_microdata_says_what_a_comment_is_and_buttons_are_no_text():
    found = comments(MICRODATA)
    assert [(one.author, one.date, one.text) for one in found] == [
        ("Ann Lee", "2024-03-04", f"{ON_THE_WALL}\nThanks."),
        ("Bo Marsh", "2024-03-04", f"{ANSWER}\nThanks."),
        ("Cy Hull", "2024-03-04", f"{LATER}\nThanks."),
    ]


def test_a_record_alone_tells_them_with_its_replies():
    reply = {"@type": "Comment", "text": ANSWER, "author": {"@type": "Person", "name": "Bo Marsh"}}
    record = {
        "@type": "NewsArticle",
        "headline": "Sea wall to be mended",
        "comment": [
            {
                "@type": "Comment",
                "text": ON_THE_WALL,
                "author": "Ann Lee",
                "dateCreated": "2024-03-01",
                "comment": reply,
            },
            {"@type": "Comment", "text": "of nobody, and never"},
        ],
    }
    head = f'<script type="application/ld+json">{json.dumps(record)}</script>'
    expected = [Comment(ON_THE_WALL, "Ann Lee", "2024-03-01", 0), Comment(ANSWER, "Bo Marsh", None, 1)]
    assert comments("", head) == expected


def test_a_record_that_answers_itself_comes_to_an_end():
    reply = {"@type": "Comment", "@id": "#1", "author": "Ann", "comment": [{"@id": "#1"}, {"@id": "#1"}]}
    record = {"@type": "NewsArticle", "headline": "Sea wall to be mended", "comment": [reply], "mainEntity": reply}
    script = '<script type="application/ld+json">{}</script>'
    assert comments("", script.format(json.dumps(record))) == []
    record["mainEntity"]["text"] = LATER
    assert comments("", script.format(json.dumps(record))) == [Comment(LATER, "Ann", None, 0)]


def test_a_theme_of_plain_boxes_is_read_by_its_class_names():
    boxes = "".join(
        f"<div class=comment><p class=author>{name} wrote:</p><p class=date>2 days ago</p><p>{text}</p></div>"
        for name, text in (("Ann Lee", ON_THE_WALL), ("Bo Marsh", ANSWER), ("Cy Hull", LATER))
    )
    assert comments(f"<div id=comments>{boxes}</div>")[0] == Comment(ON_THE_WALL, "Ann Lee", "2 days ago", 0)


def test_a_list_of_terms_has_the_head_of_a_comment_in_one_and_its_text_behind_it():
    pairs = "".join(
        f"<dt class=comment id=comment-{number}><span class=comment_author><a href=/x>{name}</a></span> <span>October "
        f"{number}, 2012 at 10:47 pm</span></dt><dd class=comment><div class=format_text><p>{text}</p></div></dd>"
        for number, (name, text) in enumerate((("Ann Lee", ON_THE_WALL), ("Bo Marsh", ANSWER)), start=1)
    )
    assert comments(f"<dl id=comments>{pairs}</dl>") == [
        Comment(ON_THE_WALL, "Ann Lee", "2012-10-01T22:47", 0),
        Comment(ANSWER, "Bo Marsh", "2012-10-02T22:47", 0),
    ]


@pytest.mark.parametrize(
    "thread",
    [
        "",
        "<div id=comments><p>Comments are closed.</p></div>",
        "<div id=disqus_thread></div><noscript>Please enable JavaScript to view the comments.</noscript>",
        f"<div id=comments><p>{ON_THE_WALL}</p><p>{ANSWER}</p></div>",  # nothing says where one ends
        f"<div class=comment><p><b class=fn>Ann</b></p><p>{LATER}</p><p><b class=fn>Bo</b></p><p>{ANSWER}</p></div>",
        f"<div id=comments><div class=comment><p>{LATER}</p></div></div>",  # neither a name nor a date
        "<aside><h3>Recent comments</h3><p class=recentcomments>Ann on <a href=/x>Pier opened</a></p></aside>",
    ],
)
def test_where_nothing_is_sure_there_are_none(thread):
    assert comments(thread) == []


def test_the_article_is_the_same_but_for_its_comments_and_what_it_says_of_itself():
    plain = harvester.clean(page(THREAD), "https://courier.example/wall")
    asked = harvester.clean(page(THREAD), "https://courier.example/wall", comments=True)
    left, right = plain.to_dict(), asked.to_dict()
    assert plain.comments == ()
    assert right["cleaning"].pop("rules") == left["cleaning"].pop("rules") + "+comments"
    assert {**right, "comments": []} == left


def test_deep_nesting_and_long_threads_end_at_their_limits():
    deep = ""
    for number in range(3 * MAX_DEPTH):
        deep = word_press(number % 9 + 1, "Ann Lee", f"{LATER} {number}", deep)
    found = comments(f"<div id=comments><ol>{deep}</ol></div>")
    assert max((one.depth for one in found), default=0) <= MAX_DEPTH
    many = "".join(word_press(1, "Ann Lee", f"Yes, {number}.") for number in range(MAX_COMMENTS + 50))
    assert len(comments(f"<div id=comments><ol>{many}</ol></div>")) == MAX_COMMENTS


def test_a_comment_beyond_all_measure_is_none():
    long = word_press(1, "Ann Lee", f"{LATER} " * (MAX_COMMENT_CHARS // len(LATER) + 1))
    short = word_press(2, "Bo Marsh", ANSWER)
    story = STORY * 40  # beside a thread of any length
    html = page(f"<div class=comments-area><ol>{long}{short}</ol></div>").replace(STORY, story)
    assert [one.author for one in harvester.clean(html, comments=True).comments] == ["Bo Marsh"]
