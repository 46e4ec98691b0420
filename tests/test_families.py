"""The examples of a function are one test, which tells each that fails."""

import pytest

from families import family


def tried(request, function):
    return family(request.node.parent, function)


@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize(("said", "meant"), [("one", 1), pytest.param("two", 2, id="a pair")])
def doubtful(said, meant, size):
    assert meant == size, said


def test_all_examples_are_tried_and_each_that_fails_is_told(request):
    with pytest.raises(BaseExceptionGroup, match="2 of 4 examples fail") as failed:
        tried(request, doubtful)()
    told = [(str(fault).splitlines()[0], *fault.__notes__) for fault in failed.value.exceptions]
    assert told == [
        ("one", "with  said='one', meant=1, size=2"),
        ("two", "with a pair said='two', meant=2, size=1"),
    ]


@pytest.mark.parametrize("number", [1, 2])
def half_of_it(number):
    if number == 2:
        pytest.skip("not here")


@pytest.mark.parametrize("number", [1, 2])
def none_of_it(number):
    pytest.skip("not here")


def test_it_is_skipped_where_all_examples_are(request):
    tried(request, half_of_it)()
    with pytest.raises(pytest.skip.Exception, match="not here"):
        tried(request, none_of_it)()


def of_a_fixture(number, tmp_path): ...


def of_examples(number): ...


@pytest.mark.parametrize(
    ("function", "marks"),
    [
        (of_examples, []),
        (of_examples, [pytest.mark.parametrize("number", [])]),
        (of_examples, [pytest.mark.parametrize("number", [1, 2], ids=["one"])]),
        (of_a_fixture, [pytest.mark.parametrize("number", [1])]),
        (of_examples, [pytest.mark.parametrize("number", [1], indirect=True)]),
        (of_examples, [pytest.mark.parametrize("number", [pytest.param(1, marks=pytest.mark.xfail)])]),
        (of_examples, [pytest.mark.parametrize("number", [1]), pytest.mark.xfail]),
        (of_examples, [pytest.mark.parametrize("number", [1]), pytest.mark.usefixtures("both_forms")]),
    ],
)
def test_what_needs_more_than_values_or_is_faulty_stays_as_it_is(request, function, marks, monkeypatch):
    monkeypatch.setattr(function, "pytestmark", [getattr(mark, "mark", mark) for mark in marks], raising=False)
    assert tried(request, function) is None
