"""Compiled code holds where memory, a collection of garbage or a hostile page would break it."""

import gc
import sys
import time
import weakref
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from harvester.boilerplate import cut_of
from harvester.dom import walk
from harvester.dom.compiled_reader import read_body, vocabulary
from harvester.dom.flat_markup import body_html, split_markup
from harvester.dom.pruning import Cut
from harvester.dom.walk import BodyReader
from harvester.models import Element, Removed
from harvester.rules.kind_names import KindName
from harvester.rules.load import load_rules


class Knot:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.own = self


def test_a_line_that_is_looked_at_while_another_is_changes_neither(compiled):
    """A collection of garbage runs what it likes, also in the middle of a call."""
    gc.freeze()  # or each of hundreds of collections goes through all that the tests before have left
    index = compiled.index_literals(tuple(((letter.encode(),),) for letter in "abcdefghij"))
    told: list[list[int]] = []

    def look(_gone: Any) -> None:
        told.append(sorted(compiled.candidates(index, "b c h")))

    thresholds = gc.get_threshold()
    try:
        for _ in range(50):
            knot = Knot()
            watched = weakref.ref(knot, look)
            del knot
            gc.set_threshold(1)
            assert sorted(compiled.candidates(index, "c d i")) == [2, 3, 8]
            gc.set_threshold(0)
            assert sorted(compiled.candidates(index, "b c d h i j")) == [1, 2, 3, 7, 8, 9]
            gc.collect()
            assert watched() is None
    finally:
        gc.set_threshold(*thresholds)
    assert told
    assert all(found == [1, 2, 7] for found in told)


class CountedLabel(Removed):
    """A label that counts how often labels are compared."""

    asked = 0

    def __eq__(self, other: object) -> bool:
        CountedLabel.asked += 1
        return super().__eq__(other)

    __hash__ = Removed.__hash__


def test_controls_of_two_kinds_are_gathered_without_comparing_each_with_each(compiled):
    def label_of(element: Element) -> Cut | None:
        name = {"copy-btn": "form:copy", "mw-editsection": "form:edit"}.get(element.classes)
        return name and Cut(CountedLabel(KindName.TOOL_BAR, name), with_prose=False)

    count = 300
    markup = "<body><p>a" + "".join(
        f'<span class="{name}" id="{number}">x</span>'
        for name in ("copy-btn", "mw-editsection")
        for number in range(count)
    )
    CountedLabel.asked = 0
    reader = compiled.Reader(vocabulary())
    blocks = reader.read(markup + "</p></body>", label_of, False, True, None).blocks
    assert [block.text.count("x") for block in blocks] == [0, count, count]
    assert CountedLabel.asked <= 4 * count


# ── hostile pages: what is looked into and then read all the same, nested thousands deep ──────────


def nested(opening: str, inner: str, count: int) -> str:
    """Return the body of a page as the parser leaves it, which nests some of it in ways that nobody writes."""
    return body_html(LexborHTMLParser(f"<body>{opening * count}{inner}"))


NUMBERS = nested("<table><tr><td class=gutter>", "1 2 3 a", 400)
ANCHORS = nested("<a href='#x'><marquee>", "岸", 400).replace("<body>", "<body><h2>").replace("</body>", "</h2></body>")
LONG = nested(f"<x-{'y' * 5_000}>", "<p>x</p>" * 50, 1)
PANEL = '<div hidden class="collapse">'
WORDS = "word " * 30
PANELS = f"<body>{'<div>' * 300}<p>{WORDS}</p>{'</div>' * 300}{f'{PANEL}x</div>' * 300}</body>"
OPENED = f"<body>{f'{PANEL}<p>{WORDS}</p>' * 300}{'</div>' * 300}{PANEL}<p>{WORDS}</p></div></body>"
HOSTILE = {"numbers": NUMBERS, "anchors": ANCHORS, "a long tag": LONG, "panels": PANELS, "panels in panels": OPENED}


def by_rules(element: Element) -> Cut | None:
    return cut_of(element, load_rules())


def test_panels_in_panels_are_read_up_to_some_depth_and_one_behind_them(compiled):
    blocks = compiled.Reader(vocabulary()).read(OPENED, lambda _: None, False, True, None).blocks
    assert [block.text for block in blocks] == [WORDS.strip()] * 9


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_is_read_alike(compiled, markup):
    found = compiled.Reader(vocabulary()).read(markup, by_rules, False, True, None)
    told = BodyReader(split_markup(markup), by_rules, False, True).read()
    assert [block[:-1] for block in found.blocks] == [block[:-1] for block in told.blocks]
    assert found.elements == told.elements


def test_few_cells_are_asked_whether_they_hold_the_numbers_of_lines(compiled):
    asked: list[int] = []
    words = vocabulary()
    words.has_alpha = lambda text: asked.append(len(text)) or any(map(str.isalpha, text))
    compiled.Reader(words).read(NUMBERS, None, False, True, None)
    assert 0 < len(asked) < 100


def test_links_in_links_of_a_heading_are_not_each_looked_into(compiled, monkeypatch):
    asked: list[str] = []
    words = vocabulary()
    words.has_alnum = lambda text: asked.append(text) or any(map(str.isalnum, text))
    compiled.Reader(words).read(ANCHORS, None, False, True, None)
    assert asked == ["岸"]
    surveys: list[int] = []
    survey_element = walk.survey_element
    monkeypatch.setattr(walk, "survey_element", lambda *said: surveys.append(said[2]) or survey_element(*said))
    BodyReader(split_markup(ANCHORS)).read()
    assert len(surveys) == 1


def test_a_path_is_short_however_long_a_tag_is(compiled):
    blocks = compiled.Reader(vocabulary()).read(LONG, None, False, True, None).blocks
    assert len(blocks) == 50
    assert all(len(block.path) < 1_000 for block in blocks)


# ── markup that no parser wrote ───────────────────────────────────────────────────────────────────

UNCLOSED = {
    "tags": "<a ",
    "names": "<a",
    "values": '<a x="<a ',
    "values in turn": '<a x=" <a y=" ',
    "end tags": "</a ",
    "comments": "<!--",
    "tags and blanks": "<a  \n",
    "slashes": "<a/",
}


@pytest.mark.parametrize("shape", UNCLOSED.values(), ids=UNCLOSED)
def test_tags_that_are_never_closed_are_text_and_read_alike(compiled, shape):
    for end in ("", ">", '">', '" >', "-->", f"{' ' * 9}>", "<b>x</b>"):
        markup = f"<body>{shape * 40}{end}"
        found = compiled.Reader(vocabulary()).read(markup, None, False, True, None)
        assert list(found.markup.tokens) == split_markup(markup)


@pytest.mark.parametrize(
    "end", ["</a<time>", "</a<time >", '</a class="byline">', '</a\nclass="byline">', "</a class=byline>"]
)
def test_an_end_tag_that_holds_more_than_a_name_bars_alike(compiled, end):
    markup = f'<body><section class="cookie-banner">{end}</section></body>'
    found = compiled.Reader(vocabulary()).read(markup, by_rules, False, True, None)
    assert found.elements == BodyReader(split_markup(markup), by_rules, False, True).read().elements


@pytest.mark.parametrize("shape", UNCLOSED.values(), ids=UNCLOSED)
def test_tags_that_are_never_closed_are_not_each_read_to_the_end(compiled, shape):
    reader = compiled.Reader(vocabulary())

    def cost(chars):
        markup = shape * (chars // len(shape)) + " " * chars
        return _least_time(reader.read, markup, None, False, True, None)

    assert cost(32_000) < 24 * cost(4_000)  # eight times the work, and 64 times if it grew with the square


@pytest.mark.parametrize("tag", ['script type="text/json"', "iframe", "noembed", "noframes"])
def test_comments_in_the_text_of_an_element_are_not_each_read_to_its_end(compiled, tag):
    reader = compiled.Reader(vocabulary())

    def cost(count):
        markup = f"<html><head></head><body><{tag}>{'<!-- ' * count}</{tag.split()[0]}></body></html>"
        page = markup, None, True, (frozenset(), None, {}), False
        assert reader.page(*page) is not None
        return _least_time(reader.page, *page)

    assert cost(16_000) < 24 * cost(2_000)


def _least_time(call, *arguments):
    """Return the least of some measurements of processor time, which other programs do not lengthen."""
    return min(_processor_time(call, *arguments) for _ in range(5))


def _processor_time(call, *arguments):
    before = time.thread_time_ns()
    call(*arguments)
    return time.thread_time_ns() - before


@pytest.mark.parametrize("read", [read_body, lambda *said: BodyReader(split_markup(said[0]), *said[1:]).read()])
def test_a_control_without_an_element_around_it_is_a_block_of_no_element(compiled, read):
    found = read('Copy this <span class="copy-btn">Copy</span> line', lambda element: cut_of(element, load_rules()))
    assert [(block.text, block.path, block.element) for block in found.blocks] == [
        ("Copy this line", "", -1),
        ("Copy", "", -1),
    ]
    assert found.elements == []


# ── no memory ─────────────────────────────────────────────────────────────────────────────────────


def failures(testing, read):
    """Let the first, second, ... request for memory fail, until none does; return how many readings failed by it."""
    failed = 0
    for call in range(1, 2_000):
        testing.set_nomemory(call, call + 1)
        try:
            read()
        except MemoryError:
            failed += 1
        finally:
            testing.remove_mem_hooks()
        if call > failed + 20:
            return failed
    raise AssertionError("every request fails")


@pytest.mark.skipif(sys.implementation.name != "cpython", reason="the allocator of CPython is made to fail")
def test_wherever_memory_ends_an_error_is_raised_and_nothing_is_kept(compiled):
    testing = pytest.importorskip("_testcapi", reason="this Python comes without its own test helpers")
    reader = compiled.Reader(vocabulary())
    markup = nested("<div>", '<h2>A <a href="#x">¶</a></h2><p class=x>b <b>c</b><br>日本\n文<img src=i alt="⛴">', 1)
    markup = markup.replace("</body>", f"{PANEL}<p>{WORDS}</p>{PANEL}<p>{WORDS}</p></div></div></body>")

    def read():
        reader.read(markup, lambda _: None, False, True, None)

    gc.disable()
    try:
        failed = failures(testing, read)
        gc.collect()
        before = sys.getallocatedblocks()
        failures(testing, read)
        gc.collect()
        kept = sys.getallocatedblocks() - before
    finally:
        gc.enable()
    assert failed > 50
    assert kept < 10
