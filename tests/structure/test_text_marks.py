"""Marks: what is said of a stretch of text is said of the same characters that the page says it of."""

from html import escape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from whole_pages import blocks_of, mark_of, only, said, values

from harvester.models import TextBlock
from harvester.structure.text_marks import MAX_MARKS, MAX_VALUE_CHARS
from harvester.structure.visible_offsets import Places
from harvester.text import visible
from long_examples import SOME

TAGS = {
    "b": "strong",
    "strong": "strong",
    "em": "emphasis",
    "i": "emphasis",
    "code": "code",
    "sub": "sub",
    "sup": "sup",
    "del": "deleted",
    "ins": "inserted",
    "mark": "highlight",
    "span": None,
    "a": "link",
}
WORDS = st.sampled_from(
    [
        "the",
        "pier,",
        "Ärger",
        "a\u00adb",
        "两个城市",
        "港口",
        "x\u200by",
        "café",
        "\u00a0",
        " ",
        "\n",
        "1",
        "(see)",
        "&",
        "—",
        "न्यू",
        "👩‍🚀",
    ]
)


def inline(children):
    element = st.tuples(st.sampled_from(sorted(TAGS)), st.lists(children, max_size=4).map("".join)).map(
        lambda found: f"<{found[0]}{' href=/x' if found[0] == 'a' else ''}>{found[1]}</{found[0]}>"
    )
    return st.one_of(children, element)


PIECES = st.recursive(WORDS.map(escape), inline, max_leaves=8)
LINES = st.lists(PIECES, min_size=1, max_size=6).map(" ".join)
PARAGRAPHS = st.lists(st.sampled_from(["p", "li", "h2", "div"]).flatmap(
    lambda tag: st.lists(LINES, min_size=1, max_size=4).map(lambda lines: f"<{tag}>{'<br>'.join(lines)}</{tag}>")
), min_size=1, max_size=5).map("".join)  # fmt: skip


class Reader(HTMLParser):
    """Reads what is said of each visible character, element by element."""

    def __init__(self):
        super().__init__()
        self.open, self.found = [], []

    def handle_starttag(self, tag, attrs):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag)]

    def handle_data(self, data):
        kinds = frozenset(TAGS[tag] for tag in self.open if TAGS.get(tag))
        if "h2" in self.open:
            kinds -= {"strong"}
        self.found += [(character, kinds) for character in visible(data)]


def on_page(body: str) -> list:
    reader = Reader()
    reader.feed(body)
    reader.close()
    return reader.found


def in_article(blocks: tuple[TextBlock, ...]) -> list:
    found = []
    for block in blocks:
        for at, character in enumerate(block.text):
            if not character.isspace():
                over = (mark for mark in block.marks if mark.start <= at < mark.end)
                kinds = {str(mark.kind) for mark in over}
                found.append((character, frozenset(kinds - {"strong"} if block.role == "heading" else kinds)))
    return found


@SOME
@given(PARAGRAPHS)
def test_every_character_has_the_marks_that_the_page_gives_it_and_marks_are_in_order(body):
    blocks = blocks_of(body)
    assert_marks_are_sorted_begin_and_end_at_what_is_seen_and_never_cross(blocks)
    if not nested_links(body):  # HTML has no link in a link: the parser closes the outer one.
        assert in_article(blocks) == on_page(body)


def nested_links(body: str) -> bool:
    depth = 0
    for part in body.split("<")[1:]:
        depth += part.startswith("a ") - part.startswith("/a>")
        if depth > 1:
            return True
    return False


def assert_marks_are_sorted_begin_and_end_at_what_is_seen_and_never_cross(blocks: tuple[TextBlock, ...]) -> None:
    for block in blocks:
        marks = block.marks
        assert list(marks) == sorted(marks, key=lambda mark: (mark.start, -mark.end))
        for number, mark in enumerate(marks):
            assert 0 <= mark.start < mark.end <= len(block.text)
            assert block.text[mark.start : mark.end].strip() == block.text[mark.start : mark.end]
            assert not any(mark.start < other.start < mark.end < other.end for other in marks[number + 1 :])


@given(st.text(st.sampled_from("ab \n\u3000"), max_size=30))
def test_places_count_the_visible_characters_of_a_text(text):
    places = Places(text)
    seen = [at for at, character in enumerate(text) if not character.isspace()]
    assert places.count == len(seen)
    for number, at in enumerate(seen):
        assert places.start_of(number) == at
        assert places.end_of(number + 1) == at + 1


@pytest.mark.parametrize(
    ("markup", "marks"),
    [
        ("a <b>bold</b> word", [("strong", "bold")]),
        ("a <b>bold</b> <b>word</b>", [("strong", "bold word")]),
        ("<strong>bold <b>word</b></strong>", [("strong", "bold word")]),
        ("<i>a <b>b</b></i><b>c</b>", [("emphasis", "a b"), ("strong", "b"), ("strong", "c")]),
        ("press <kbd>Enter</kbd>", [("code", "Enter")]),
        ("H<sub>2</sub>O", [("sub", "2")]),
        ("<s>old</s> <ins>new</ins>", [("deleted", "old"), ("inserted", "new")]),
        ('<span style="font-weight:700">bold</span> word', [("strong", "bold")]),
        ('<span style="font-style: italic">a</span> b', [("emphasis", "a")]),
        ("a <b> </b> b", []),
        ("a <b><span hidden>x</span></b> b", []),
    ],
)
def test_emphasis(markup, marks):
    assert said(only(f"<p>{markup}</p>")) == marks


def test_a_mark_survives_lines_that_are_joined():
    wrapped = "<br>".join(
        [
            "This paragraph was broken at a fixed <b>width and",
            "joined</b> again because its lines",
            "are as long as each other",
        ]
    )
    block = only(f"<p>{wrapped}</p>")
    assert "\n" not in block.text
    assert said(block) == [("strong", "width and joined")]


def test_a_mark_survives_paragraphs_that_were_torn_apart():
    first = "<p>The board of the harbour said on Monday evening that <i>the new</i></p>"
    block = only(f"{first}<p>ferry <b>will run</b> twice a day.</p>")
    assert said(block) == [("emphasis", "the new"), ("strong", "will run")]


def test_elements_around_whole_blocks_mark_them():
    first, second = blocks_of("<b><p>One line of it.</p><p>And a second one.</p></b><p>No more.</p>")[:2]
    assert said(first) == [("strong", "One line of it.")]
    assert said(second) == [("strong", "And a second one.")]


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("/a?b=1#c", "https://harbour.example/a?b=1#c"),
        ("b.html", "https://harbour.example/news/b.html"),
        ("//other.example/x y", "https://other.example/x%20y"),
        ("#part", "#part"),
        ("mailto:ann@harbour.example", "mailto:ann@harbour.example"),
        ("tel:+49123", "tel:+49123"),
        ("javascript:alert(1)", None),
        (" JaVaScRiPt:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("http://a.example\\@b.example/", None),
        ("https://harbour.example/" + "x" * 5_000, None),
        ("", None),
    ],
)
def test_links_lead_where_they_led_and_nowhere_else(href, url):
    block = only(f'<p>see <a href="{escape(href)}">this</a> now</p>')
    assert [mark.url for mark in block.marks] == ([url] if url else [])
    assert block.text == "see this now"


def test_links_without_an_address_of_the_page_are_kept_where_they_are_absolute():
    block = only('<p><a href="/a">one</a> <a href="https://b.example/">two</a></p>', base=None)
    assert [(block.text[mark.start : mark.end], mark.url) for mark in block.marks] == [("two", "https://b.example/")]


def test_a_link_has_its_title_and_relations():
    mark = mark_of(only('<p>see <a href="/a" title=" The  plan " rel="NoFollow sponsored nofollow">it</a></p>'))
    assert (mark.title, mark.rel) == ("The plan", ("nofollow", "sponsored"))


def test_abbreviations_readings_and_languages_have_a_value():
    assert values(only('<p>the <abbr title="World Health Organization">WHO</abbr></p>')) == [
        ("WHO", "World Health Organization")
    ]
    block = only("<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>を読む。</p>")
    assert (block.text, values(block)) == ("漢字を読む。", [("漢", "かん"), ("字", "じ")])
    assert values(only('<p>the word <i lang="fr-CA">mot</i> is French, said the teacher</p>'))[1] == ("mot", "fr-CA")


def test_a_place_has_a_bounded_number_of_marks_and_values_a_bounded_length():
    block = only("<p>" + "".join(f'<a href="/{n}">w{n}</a> ' for n in range(MAX_MARKS + 50)) + "</p>")
    assert len(block.marks) == MAX_MARKS
    assert only(f'<p>a <abbr title="{"x" * (MAX_VALUE_CHARS + 1)}">b</abbr></p>').marks == ()
