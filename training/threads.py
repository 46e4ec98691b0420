"""Threads of readers' comments, in as many markups as themes have."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from markup import Naming, element, link, naming, paragraphs
from voices import Voice

_MEAN_LOG: Final = 2.0  # of the number of comments: half of the threads have fewer than e^2 of them
_SPREAD_LOG: Final = 0.9
_FEWEST: Final = 2
_MOST: Final = 40  # more than that on many pages made the classifier worse on news (measured)


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment; all of it is HTML."""

    author: str  # "" where the theme prints none
    date: str
    text: str
    controls: str  # reply, report, like


@dataclass(frozen=True, slots=True)
class Manner:
    """How a theme prints a comment."""

    name: Naming
    head: str  # tag of the line with author and date
    says: str
    apart: bool  # author and date in lines of their own
    head_last: bool


def thread(voice: Voice, title: str) -> str:
    """Return a thread, most often under a heading, and now and then with the form that follows."""
    rng = voice.rng
    manner = Manner(
        name=naming(voice, "thread"),
        head=rng.choice(["div", "p", "span", "cite", "strong", "h4", "h5", "header"]),
        says=escape(voice.one("says")),
        apart=voice.chance(0.5),
        head_last=voice.chance(0.2),
    )
    count = max(_FEWEST, min(_MOST, int(rng.lognormvariate(_MEAN_LOG, _SPREAD_LOG))))
    whole = rng.choice(_SHAPES)(voice, manner, _comments(voice, count))
    heading = _heading(voice, title, count) if voice.chance(0.65) else ""
    form = _form(voice) if voice.chance(0.4) else ""
    inside = heading + whole + form
    return element("div", inside, manner.name("box")) if voice.chance(0.6) else inside


def _comments(voice: Voice, count: int) -> list[Comment]:
    rng = voice.rng
    linked, has_author, has_date, has_controls = (voice.chance(share) for share in (0.5, 0.93, 0.85, 0.5))
    breaks = voice.chance(0.2)
    controls = rng.sample(voice.words["reply"], min(len(voice.words["reply"]), rng.choice([1, 1, 2, 3])))
    comments = []
    for number in range(count):
        name = escape(voice.name())
        said = voice.speech()
        comments.append(
            Comment(
                author=(link(name, number) if linked else name) if has_author else "",
                date=voice.date() if has_date else "",
                text="<br><br>".join(map(escape, said)) if breaks else paragraphs(said),
                controls=" ".join(link(escape(word), number) for word in controls) if has_controls else "",
            )
        )
    return comments


def _heading(voice: Voice, title: str, count: int) -> str:
    text = voice.one("comments").format(n=count, t=title[:80])
    return element(voice.rng.choice(["h2", "h3", "h4", "p", "div", "strong"]), escape(text))


def _form(voice: Voice) -> str:
    fields = "<input name=author><input name=email><textarea></textarea><button>OK</button>"
    return element("h3", escape(voice.one("leave"))) + element("form", fields)


def _head(manner: Manner, comment: Comment) -> str:
    if manner.apart:
        author = element(manner.head, f"{comment.author} {manner.says}", manner.name("author"))
        date = element("div", comment.date, manner.name("meta"))
        return (author if comment.author else "") + (date if comment.date else "")
    date = element("span", comment.date, manner.name("meta")) if comment.date else ""
    line = f"{comment.author} {manner.says} {date}"
    return element(manner.head, line, manner.name("author")) if comment.author or comment.date else ""


def _one(manner: Manner, comment: Comment) -> str:
    head, body = _head(manner, comment), element("div", comment.text, manner.name("body"))
    controls = element("div", comment.controls) if comment.controls else ""
    return body + head + controls if manner.head_last else head + body + controls


def _listed(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    box, item = voice.rng.choice([("ol", "li"), ("ul", "li"), ("div", "div"), ("div", "div"), ("section", "article")])
    items = "".join(element(item, _one(manner, comment), manner.name("item")) for comment in comments)
    return element(box, items, manner.name("box"))


def _nested(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    """Return replies as lists inside the comment that they answer."""
    items, answers = "", ""
    for comment in reversed(comments):
        inner = _one(manner, comment) + (element("ul", answers) if answers else "")
        answer = element("li", inner, manner.name("item"))
        if voice.chance(0.3):
            answers = answer + answers
        else:
            items, answers = answer + items, ""
    return element("ul", items + answers, manner.name("box"))


def _definitions(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    items = ""
    for comment in comments:
        items += element("dt", f"{comment.author} {manner.says}", manner.name("author"))
        items += element("dd", comment.text, manner.name("body"))
        items += element("dd", f"{comment.date} {comment.controls}", manner.name("meta"))
    return element("dl", items, manner.name("box"))


def _table(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    beside, rows = voice.chance(0.5), ""
    for comment in comments:
        who = element("td", f"{comment.author}<br>{comment.date}", manner.name("author"))
        what = element("td", comment.text + comment.controls, manner.name("body"))
        rows += element("tr", who + what) if beside else element("tr", who) + element("tr", what)
    return element("table", rows, manner.name("box"))


def _headed(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    """Return comments as headings with paragraphs, without a container of each."""
    tag = voice.rng.choice(["h3", "h4", "h5"])
    items = (
        element(tag, f"{comment.author} {comment.date}", manner.name("author")) + comment.text + comment.controls
        for comment in comments
    )
    return element("div", "".join(items), manner.name("box"))


def _bare(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    """Return comments as paragraphs, each with a line that says whose it is above or below it."""
    items = ""
    for comment in comments:
        line = element("p", f"{comment.author} {manner.says} {comment.date} {comment.controls}")
        items += comment.text + line if manner.head_last else line + comment.text
        items += "<hr>" if manner.apart else ""
    return element("div", items, manner.name("box")) if voice.chance(0.8) else items


def _quoted(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    items = (
        element("div", _head(manner, comment) + element("blockquote", comment.text) + comment.controls)
        for comment in comments
    )
    return element("div", "".join(items), manner.name("box"))


def _wordpress(voice: Voice, manner: Manner, comments: Sequence[Comment]) -> str:
    """Return comments as the program's own themes print them, with the classes that telling themes keep."""
    said = manner.name("item") and "comment-"
    items = ""
    for number, comment in enumerate(comments):
        who = element("b", comment.author, "fn" if said else "") + element("span", manner.says, "says" if said else "")
        when = element("a", element("time", comment.date), href=f"#c{number}")
        head = element("div", who, said and f"{said}author vcard") + element("div", when, said and f"{said}metadata")
        foot = element("div", comment.controls, "reply" if said else "")
        body = element("footer", head, said and f"{said}meta") + element("div", comment.text, said and f"{said}content")
        items += element("li", element("article", body + foot, said and f"{said}body"), "comment" if said else "")
    return element("ol", items, manner.name("box"))


_SHAPES: Final[tuple[Callable[[Voice, Manner, Sequence[Comment]], str], ...]] = (
    _listed,
    _listed,
    _listed,
    _nested,
    _definitions,
    _definitions,
    _table,
    _headed,
    _bare,
    _quoted,
    _wordpress,
)
