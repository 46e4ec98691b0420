"""Names with a date are looked for around a few stems, and none is missed by it, compiled and interpreted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester import native
from harvester.metadata.lookup import state_days

NAMES = st.sampled_from(
    ["datePublished", "published-first", "ORIGINAL PUBLICATION_DATE", "publish_timestamp", "PubDate", "date-posted",
     "Article_Date", "first_published", "unpublished", "published", "public", "article date published", "poste"]
)  # fmt: skip
BEFORE = st.sampled_from(["", " ", "_", '"', "{&quot;", "first_", "date", "\x00", "é", "x" * 61])
BETWEEN = st.sampled_from(['":"', "&QUOT;: &quot;", "=", '\\\\":\\\\"', "'  :  '", " ", ""])
DATES = st.sampled_from(["2021-03-04", "20210304", "1.12.2020", "1614816000", "2021-03-04 published=2021-03-05", "x"])
DATA = st.lists(st.tuples(BEFORE, NAMES, BETWEEN, DATES).map("".join), max_size=6).map("".join).map(str.encode)


@given(DATA)
def test_no_name_with_a_date_is_missed(data: bytes) -> None:
    places = state_days.find_places(data)
    for names in state_days.NAMES:
        found = [match.span() for match in state_days.find_names(names, data, places)]
        assert found == [match.span() for match in names.finditer(data)]


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@given(st.lists(DATA | st.binary(max_size=70), max_size=4).map(b"".join), st.integers(0, 9))
def test_compiled_and_interpreted_find_the_same(data: bytes, most: int) -> None:
    assert native.CORE is not None
    found = native.CORE.stem_places(data, state_days.STEMS, most)
    assert found == [match.start() for match in state_days.STEM.finditer(data)][:most]


@pytest.mark.skipif(native.CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("stems", [(b"ab",), (b"abc",) * 9, ("abc",)])
def test_stems_that_cannot_be_looked_for_are_refused(stems: tuple[bytes, ...]) -> None:
    assert native.CORE is not None
    with pytest.raises((ValueError, TypeError)):
        native.CORE.stem_places(b"abcdef", stems, 1)


def _around(data: bytes, at: int, reach: int) -> bytes:
    """Return the object around a place, brace by brace."""
    start, end, depth = max(0, at - reach), min(at + reach, len(data)), 0
    for place in range(at - 1, start - 1, -1):
        depth += {b"}": 1, b"{": -1}.get(data[place : place + 1], 0)
        if depth < 0:
            start = place
            break
    depth = 0
    for place in range(at, end):
        depth += {b"{": 1, b"}": -1}.get(data[place : place + 1], 0)
        if depth < 0:
            end = place + 1
            break
    return data[start:end]


@given(st.lists(st.sampled_from([b"{", b"}", b"a"]), max_size=40).map(b"".join), st.integers(0, 40), st.data())
def test_the_object_around_a_day_is_the_innermost_within_reach(data: bytes, at: int, more: st.DataObject) -> None:
    at = min(at, len(data))
    reach = more.draw(st.integers(1, 20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state_days, "MAX_OBJECT_BYTES", reach)
        assert state_days._object_around(data, at) == _around(data, at, reach)
