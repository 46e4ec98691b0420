"""Small values: what does not change, the names of a page, the types that a page may be of."""

import copy
import pickle

import pytest

from harvester.models import Page
from harvester.models.article import PageType
from harvester.models.frozen import FrozenDict, frozen


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one.__setitem__("menu", 5),
        lambda one: one.__delitem__("menu"),
        lambda one: one.update(menu=5),
        lambda one: one.setdefault("footer", 1),
        lambda one: one.pop("menu"),
        lambda one: one.popitem(),
        lambda one: one.clear(),
        lambda one: one.__ior__({"menu": 5}),
    ],
)
def test_a_frozen_mapping_is_never_written(change):
    counts = FrozenDict({"menu": 4})
    with pytest.raises(TypeError, match="does not change"):
        change(counts)
    assert counts == {"menu": 4}


def test_a_frozen_mapping_is_equal_and_hashed_by_what_it_holds_in_any_order():
    one, other = FrozenDict(a=1, b=2), FrozenDict(b=2, a=1)
    assert (one, hash(one)) == (other, hash(other))
    assert frozen(one) is one
    for again in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert type(again) is FrozenDict
        assert again == one


def test_a_page_is_at_the_address_that_it_was_sent_to_and_its_first_header_counts():
    headers = (("content-type", "text/html"), ("content-type", "text/plain"))
    page = Page("https://a.example/1", b"", headers=headers)
    assert page.address == "https://a.example/1"
    assert Page("https://a.example/1", b"", final_url="https://a.example/2").address == "https://a.example/2"
    assert (page.header("content-type"), page.header("etag")) == ("text/html", None)


@pytest.mark.parametrize(
    ("wanted", "may_be"),
    [({"article"}, True), ({"forum"}, False), ({"forum", "product"}, True), ({"listing"}, True), ((), False)],
)
def test_a_page_may_be_of_its_type_and_of_those_that_are_likely_enough_together(wanted, may_be):
    chances = {"article": 0.5, "listing": 0.3, "forum": 0.1, "product": 0.1}
    assert PageType("article", 0.5, chances, floor=0.2).may_be(wanted) is may_be
