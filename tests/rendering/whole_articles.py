"""Articles with all that an article can hold, made by hand and made up, for the tests of renderings."""

from dataclasses import replace

from hypothesis import strategies as st

from harvester.models import (
    Article,
    Cell,
    Cite,
    Cleaning,
    Code,
    Embed,
    Figure,
    Footnote,
    Image,
    Mark,
    MarkKind,
    Role,
    Source,
    Table,
    TextBlock,
)
from set_articles import PLAIN

LINK = "https://harbour-courier.example/pier?a=1&b=(2)"


def a_mark(kind: MarkKind, text: str, part: str, **more: object) -> Mark:
    """Return the mark of a kind over the first place of `part` in `text`."""
    start = text.index(part)
    return Mark(kind, start, start + len(part), **more)


PROSE = "The pier, as the board has it, opened on Monday¹ with 3 m² of CO2 paint; see the plans."
TABLE = Table(
    (
        (Cell("Part", header=True), Cell("Cost", header=True, colspan=2)),
        (Cell("Steel | iron", rowspan=2), Cell("3", marks=(Mark(MarkKind.STRONG, 0, 1),)), Cell("4")),
        (Cell("5"), Cell("")),
    ),
    "What it cost",
)

BLOCKS = (
    TextBlock(Role.HEADING, "What the pier cost", 2),
    TextBlock(
        Role.PARAGRAPH,
        PROSE,
        marks=(
            a_mark(MarkKind.EMPHASIS, PROSE, "as the board has it"),
            a_mark(MarkKind.STRONG, PROSE, "board"),
            Mark(MarkKind.FOOTNOTE, PROSE.index("¹"), PROSE.index("¹") + 1, value="n1"),
            a_mark(MarkKind.SUP, PROSE, "²"),
            a_mark(MarkKind.SUB, PROSE, "2 paint"[:1]),
            a_mark(MarkKind.LINK, PROSE, "the plans", url=LINK, title='The "plans"', rel=("nofollow",)),
        ),
    ),
    TextBlock(Role.LIST_ITEM, "Steel", 1, ordered=True, number=3),
    TextBlock(Role.LIST_ITEM, "from the north", 2),
    TextBlock(Role.LIST_ITEM, "Timber", 1, ordered=True, number=4),
    TextBlock(Role.QUOTE, "It stands.", cite=Cite("Ada Holm", "https://ada.example/")),
    TextBlock(Role.QUOTE, "And it stays.", cite=Cite("Ada Holm", "https://ada.example/")),
    TextBlock(Role.CODE, "if a < b:\n    wait()", code=Code("python", "if a < b:\n\twait()")),
    TextBlock(Role.TABLE, "Part | Cost\nSteel | iron | 3 | 4\n5 | ", table=TABLE),
    TextBlock(
        Role.FIGURE,
        "",
        figure=Figure(
            "https://harbour-courier.example/pier.jpg", "A pier", 640, 480, "The pier at noon", "Photo: Bo Lund"
        ),
    ),
    TextBlock(Role.EMBED, "", embed=Embed("post", "social.example", "https://social.example/1", None, "Look!")),
    TextBlock(Role.FORMULA, "E = mc2", tex="E = mc^2"),
    TextBlock(Role.DEFINITION, "Pier", 1, term=True),
    TextBlock(Role.DEFINITION, "A way into the sea.", 1),
    TextBlock(Role.SEPARATOR, ""),
    TextBlock(Role.PARAGRAPH, "港口开放了。", None, "zh-Hans"),
    TextBlock(Role.FOOTNOTE, "By the old calendar.", footnote=Footnote("n1", "1"), in_text=False),
)


ARTICLE = replace(
    PLAIN,
    subtitle="After ten years",
    authors=("Ada Holm", "Bo Lund"),
    editors=("Cai Dahl",),
    languages=("en", "zh-Hans"),
    tags=("harbour", "sea"),
    description="A pier was opened.",
    images=(Image("https://harbour-courier.example/pier.jpg", "The pier"),),
    source=Source("Town Gazette", "https://gazette.example/", "Source: Town Gazette"),
    licence="CC BY 4.0",
    access="free",
    fetched_at="2024-05-02T08:00:00Z",
    cleaning=Cleaning("classifier", 0.9, "good", "0.1.0", "abc", 26, {"menu": 4}),
    page_type="article",
    word_count=40,
)


def an_article(**changes: object) -> Article:
    """Return an article that says something in every field."""
    blocks = changes.get("blocks", BLOCKS)
    text = "\n\n".join(block.text for block in blocks if block.text)
    return replace(ARTICLE, **({"blocks": blocks, "text": text} | changes))


def bare(*blocks: TextBlock) -> Article:
    """Return an article that is nothing but its blocks."""
    return an_article(
        blocks=blocks, title=None, subtitle=None, authors=(), site=None, published=None, url=None, languages=()
    )


# ── made up ───────────────────────────────────────────────────────────────────────────────────

# All that Markdown, HTML, XML and spreadsheets read as markup, and what no font shows. "$" is none in CommonMark: the
# reader of the tests takes it before a code span for the sign of a formula.
HOSTILE = st.text(
    st.sampled_from(list("ab1é港 #*_`[]()<>!|\\-+=~.&;:'\"/@^{}\n\t\u00a0\u2028\x00\x1b\ud800\U0001f600")),
    min_size=1,
    max_size=30,
)


def settled(text: str) -> str:
    """Return text as that of a block is: lines without blanks at their ends, none of them empty."""
    return "\n".join(filter(None, (" ".join(line.split()) for line in text.split("\n")))) or "a"


TEXTS = HOSTILE.map(settled)
URLS = st.sampled_from(
    (LINK, "https://b.example/a b>c", "mailto:a@b.example", "#there", "https://b.example/&copy;[x]", "http://c.example")
)
_VALUED = {
    MarkKind.RUBY: TEXTS,
    MarkKind.ABBR: TEXTS,
    MarkKind.LANG: st.sampled_from(("fr", "zh-Hans")),
    MarkKind.FORMULA: st.sampled_from(("x^2", r"\frac{a}{b} < `c`")),
}


@st.composite
def marks_over(draw: st.DrawFn, text: str, keys: tuple[str, ...] = ()) -> tuple[Mark, ...]:
    """Draw marks that nest or stand apart, as the model has them."""
    marks: list[Mark] = []
    spans = [(0, len(text))]
    for _ in range(draw(st.integers(0, 5))):
        low, high = draw(st.sampled_from(spans))
        start = draw(st.integers(low, high))
        end = draw(st.integers(start, high))
        kinds = [kind for kind in MarkKind if kind is not MarkKind.FOOTNOTE or keys]
        kind = draw(st.sampled_from(kinds))
        if start == end and kind not in (MarkKind.FOOTNOTE, MarkKind.FORMULA):
            continue
        if any(mark.start < end and start < mark.end for mark in marks if not mark.start <= start <= end <= mark.end):
            continue
        url = draw(URLS) if kind is MarkKind.LINK else None
        value = draw(_VALUED[kind]) if kind in _VALUED else None
        value = draw(st.sampled_from(keys)) if kind is MarkKind.FOOTNOTE else value
        marks.append(Mark(kind, start, end, url, value=value))
        if start < end:
            spans.append((start, end))
    return tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    """Draw a cell of a table."""
    text = draw(st.one_of(st.just(""), TEXTS)).replace("\n", " ")
    spans = draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))
    return Cell(text, draw(st.booleans()), *spans, marks=draw(marks_over(text)))


@st.composite
def blocks(draw: st.DrawFn, keys: tuple[str, ...] = ()) -> TextBlock:
    """Draw one block of any role, as hostile as pages are."""
    role = draw(st.sampled_from([role for role in Role if role is not Role.FOOTNOTE]))
    text = draw(TEXTS)
    lang = draw(st.sampled_from((None, "en", "ar", 'x"><script>')))
    match role:
        case Role.HEADING:
            text = text.replace("\n", " ")
            return TextBlock(role, text, draw(st.integers(1, 6)), lang, draw(marks_over(text, keys)))
        case Role.LIST_ITEM:
            level, number = draw(st.integers(1, 4)), draw(st.one_of(st.none(), st.integers(0, 20)))
            ordered = number is not None
            return TextBlock(role, text, level, lang, draw(marks_over(text, keys)), ordered=ordered, number=number)
        case Role.QUOTE:
            cite = draw(st.one_of(st.none(), st.builds(Cite, st.one_of(st.none(), TEXTS), st.one_of(st.none(), URLS))))
            return TextBlock(role, text, None, lang, draw(marks_over(text, keys)), cite=cite)
        case Role.CODE:
            return TextBlock(role, draw(HOSTILE), None, lang, code=Code(draw(st.sampled_from((None, "c++", "a b`")))))
        case Role.TABLE:
            rows = draw(st.lists(st.lists(cells(), min_size=1, max_size=3).map(tuple), min_size=1, max_size=3))
            return TextBlock(role, text, None, lang, table=Table(tuple(rows), draw(st.one_of(st.none(), TEXTS))))
        case Role.FIGURE:
            words = st.one_of(st.none(), TEXTS)
            figure = Figure(draw(st.one_of(st.none(), URLS)), draw(words), None, 480, draw(words), draw(words))
            return TextBlock(role, "", figure=figure)
        case Role.EMBED:
            words = st.one_of(st.none(), TEXTS)
            kind = draw(st.sampled_from(("post", "video", "audio", "map", "document", "other")))
            embed = Embed(kind, draw(TEXTS), draw(st.one_of(st.none(), URLS)), draw(words), draw(words))
            return TextBlock(role, "", embed=embed)
        case Role.SEPARATOR:
            return TextBlock(role, "")
        case Role.FORMULA:
            return TextBlock(role, text, None, lang, tex=draw(st.sampled_from((None, r"\sqrt{`x`} ]]> </math>"))))
        case Role.DEFINITION:
            return TextBlock(role, text, 1, lang, draw(marks_over(text, keys)), term=draw(st.booleans()))
        case _:
            return TextBlock(role, text, None, lang, draw(marks_over(text, keys)))


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """Draw an article with any blocks and notes."""
    notes = tuple(
        TextBlock(Role.FOOTNOTE, text, footnote=Footnote(f"n{number}", mark), in_text=False)
        for number, (text, mark) in enumerate(draw(st.lists(st.tuples(TEXTS, TEXTS), max_size=3)))
    )
    keys = tuple(note.footnote.key for note in notes if note.footnote)
    body = tuple(draw(st.lists(blocks(keys), max_size=6)))
    text = draw(TEXTS)
    return an_article(blocks=body + notes, title=text, subtitle=draw(TEXTS), tags=(text,), authors=(draw(TEXTS),))
