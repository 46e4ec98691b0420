"""What containers are called is told alike by the compiled form, the interpreted one, and the words themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.lookup import container_names as called
from harvester.metadata.lookup.container_names import Interpreted, container_names, interpreted_bits
from harvester.metadata.lookup.page_index import ForeignPlaces
from harvester.models import Element
from harvester.rules.load import load_rules
from harvester.rules.markup_rules import name_words

LEXICON = load_rules().lexicon
WORDS = sorted({word for listed in LEXICON.class_words.values() for word in listed} | {"site", "title", "name", "icon"})
ODD = ["", "-", "x" * 30, "7", "été", "Ünder", "\ud800", " ", "__"]
CASES = st.sampled_from([str, str.upper, str.capitalize])
WORD = st.builds(lambda word, case: case(word), st.sampled_from(WORDS + ODD), CASES)
NAMES = st.lists(st.tuples(WORD, st.sampled_from(["", "-", " ", "2"])).map("".join), max_size=4).map("".join)
TAGS = st.sampled_from(["div", "nav", "aside", "footer", "figure", "body", "main", "article", "p", "x-card", "\ud800"])


@st.composite
def pages(draw: st.DrawFn) -> tuple[Element, ...]:
    """Containers, now and then of a broken tree."""
    return tuple(
        Element(draw(st.integers(-1, at)), draw(TAGS), draw(NAMES), draw(NAMES), draw(NAMES), "", "", "", "", "")
        for at in range(draw(st.integers(0, 12)))
    )


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled")
@given(pages(), NAMES, st.integers(0, 2**36 - 1), st.integers(0, 4))
def test_compiled_and_interpreted_tell_the_same(elements, names, bits, levels):
    compiled, interpreted = container_names(elements, LEXICON), Interpreted(elements, interpreted_bits(LEXICON))
    assert compiled.of(names) == interpreted.of(names)
    for at in range(-2, len(elements) + 2):
        assert compiled.own(at) == interpreted.own(at)
        assert compiled.around(at) == interpreted.around(at)
        assert compiled.within(at, levels) == interpreted.within(at, levels)
        assert compiled.nearest(at, bits) == interpreted.nearest(at, bits)


@given(NAMES)
def test_a_bit_is_there_where_a_word_of_its_list_is(names):
    said = container_names((), LEXICON).of(names)
    words = name_words(names)
    for bit, listed in ((called.BYLINE, "byline"), (called.CAPTION, "caption"), (called.FOREIGN, "foreign")):
        assert bool(said & bit) is not words.isdisjoint(LEXICON.class_words[listed])


def test_what_is_around_a_container_is_told_of_deep_pages():
    deep = 50_000
    elements = tuple(
        Element(at - 1, "div", "", "" if at else "pullQuote", "", "", "", "", "", "") for at in range(deep)
    )
    names = container_names(elements, LEXICON)
    assert names.around(deep - 1) & called.QUOTED
    assert names.nearest(deep - 1, called.QUOTED) == 0
    assert not names.within(deep - 1, 5)


def test_what_is_no_page_is_refused():
    if native.CORE is not None:
        with pytest.raises(TypeError):
            container_names((("div",),), LEXICON).own(0)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="too long"):
            native.CORE.index_names({"x" * 25: 1}, {})
        with pytest.raises(ValueError, match="too many"):
            native.CORE.index_names({"x": 2**63}, {})


@given(pages(), st.lists(st.integers(-2, 13), max_size=12), st.integers(-1, 11))
def test_a_container_is_foreign_by_the_innermost_that_says_anything(elements, asked, headline):
    names = container_names(elements, LEXICON)
    own = set(_path(elements, headline))
    places = ForeignPlaces(elements, names, LEXICON).without(own)
    for at in asked:
        is_foreign = False
        for place in reversed(_path(elements, at)):
            if place in own or elements[place].tag in {"body", "main", "html"}:
                is_foreign = False
            else:
                is_foreign = is_foreign or places._says_so(place, names.own(place))
        assert (at in places) == is_foreign


def _path(elements: tuple[Element, ...], at: int) -> list[int]:
    """Return a container and those around it, inside out; parents stand before their children, if the tree is whole."""
    path: list[int] = []
    while 0 <= at < len(elements):
        path.append(at)
        at = elements[at].parent if elements[at].parent < at else -1
    return path
