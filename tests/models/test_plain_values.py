"""Small values: what does not change, the names of a page, the types that a page may be of."""

import copy
import inspect
import pickle
from dataclasses import FrozenInstanceError, InitVar, dataclass, field, replace

import pytest

from harvester.cached_values import cached_value
from harvester.models import Page
from harvester.models.article import PageType
from harvester.models.frozen import FrozenDict, at_once, frozen, in_own_dict
from harvester.native import CORE


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


@dataclass(frozen=True, slots=True)
class Plain:
    """As Python makes it."""

    name: str
    count: int = 3

    def __post_init__(self):
        if self.count < 0:
            raise ValueError("negative")


@at_once
@dataclass(frozen=True, slots=True)
class Quick(Plain):
    """The same, its fields set at once, and one more."""

    parts: tuple[str, ...] = ()


def test_a_value_whose_fields_are_set_at_once_is_made_as_python_makes_it():
    one = Quick("pier", parts=("a",))
    assert (one.name, one.count, one.parts) == ("pier", 3, ("a",))
    assert one == Quick(count=3, parts=("a",), name="pier") == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one)
    assert hash(one) == hash(Quick("pier", 3, ("a",)))
    assert replace(one, count=4) == Quick("pier", 4, ("a",))
    assert list(inspect.signature(Quick).parameters) == ["name", "count", "parts"]
    with pytest.raises(FrozenInstanceError):
        one.count = 4
    with pytest.raises(ValueError, match="negative"):
        Quick("pier", -1)
    for wrong in (Quick, lambda: Quick("pier", 3, (), 4), lambda: Quick("pier", size=4)):
        with pytest.raises(TypeError, match=r"Quick\.__init__\(\)"):
            wrong()


@dataclass(frozen=True, slots=True)
class Counted:
    """Its default is made anew for each."""

    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Named:
    """A field of it is given by its name alone: the defaults of those before it stand elsewhere."""

    name: str
    count: int = 3
    size: int = field(default=4, kw_only=True)


@dataclass(frozen=True, slots=True)
class Derived:
    """A field of it is not given at all."""

    name: str
    size: int = field(default=4, init=False)


@dataclass(frozen=True, slots=True)
class Read:
    """It is given what is no field of it."""

    name: str
    given: InitVar[int] = 3

    def __post_init__(self, given):
        pass


@dataclass(frozen=True)
class Loose:
    """It has no slots."""

    name: str


@pytest.mark.parametrize("kind", [Counted, Named, Derived, Read, Loose])
@pytest.mark.parametrize("is_compiled", [True, False])
def test_a_class_whose_fields_cannot_be_set_at_once_is_refused_in_both_forms(kind, is_compiled, monkeypatch):
    if not is_compiled:
        monkeypatch.setattr("harvester.models.frozen.CORE", None)
    with pytest.raises(TypeError, match=f"{kind.__name__} "):
        at_once(kind)


@in_own_dict
@dataclass(frozen=True)
class Held:
    """It has a value that is made when it is asked for."""

    name: str
    count: int = 3

    @cached_value
    def twice(self) -> int:
        """A value of that kind."""
        return 2 * self.count


def test_a_value_whose_fields_are_set_as_one_dict_is_made_as_python_makes_it():
    one = Held("pier")
    assert (one.name, one.count, one.twice, one.twice) == ("pier", 3, 6, 6)
    assert one == Held(count=3, name="pier") == pickle.loads(pickle.dumps(one)) == copy.deepcopy(one)
    assert hash(one) == hash(Held("pier", 3))
    assert replace(one, count=4).twice == 8
    assert list(inspect.signature(Held).parameters) == ["name", "count"]
    with pytest.raises(FrozenInstanceError):
        one.count = 4
    for wrong in (Held, lambda: Held("pier", 3, 4), lambda: Held("pier", size=4)):
        with pytest.raises(TypeError, match=r"Held\.__init__\(\)"):
            wrong()


@dataclass(frozen=True)
class CountedAnew:
    """Its default is made anew for each, and it has no slots."""

    counts: dict[str, int] = field(default_factory=dict)


@pytest.mark.parametrize("kind", [CountedAnew, Plain])
def test_a_class_whose_fields_cannot_be_set_as_one_dict_is_refused(kind):
    with pytest.raises(TypeError, match=f"{kind.__name__} has"):
        in_own_dict(kind)


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
def test_slots_are_set_on_values_of_their_class_alone_and_each_of_them():
    name, parts = Quick.name, Quick.parts
    set_both = CORE.setter_of((name, parts))
    with pytest.raises(TypeError, match="doesn't apply"):
        set_both("no such value", "pier", ())
    for arguments in ((), (Quick("pier"),), (Quick("pier"), "quay"), (Quick("pier"), "quay", (), 1)):
        with pytest.raises(TypeError, match="each of its slots"):
            set_both(*arguments)
    for slots in ([name], (name, "parts"), (name, Quick.__init__)):
        with pytest.raises(TypeError, match="wants"):
            CORE.setter_of(slots)
