"""Cleaning a page leaves the program's garbage collector as it was."""

import gc
import threading
from collections.abc import Iterator

import pytest

from harvester.cleaning import clean_page
from harvester.cleaning.garbage_collection import SPARING, YOUNG_OBJECTS
from harvester.errors import InputError
from harvester.models import Page

PAGE = Page("https://courier.example/pier", f"<h1>A pier</h1><p>{'It was built in a year. ' * 20}".encode())


@pytest.fixture(autouse=True)
def _setting() -> Iterator[None]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*before)


def test_the_collector_looks_more_seldom_inside_and_as_before_behind():
    with SPARING:
        assert gc.get_threshold()[0] == YOUNG_OBJECTS
        assert gc.isenabled()
    assert gc.get_threshold() == (700, 10, 10)


def test_the_setting_comes_back_after_a_page_and_after_an_error():
    clean_page(PAGE)
    with pytest.raises(InputError):
        clean_page(Page(None, b" "))
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("own", [0, YOUNG_OBJECTS + 1])
def test_a_program_that_wants_it_never_or_still_more_seldom_is_left_alone(own):
    gc.set_threshold(own, 5, 5)
    with SPARING:
        assert gc.get_threshold() == (own, 5, 5)
    assert gc.get_threshold() == (own, 5, 5)


def test_what_the_program_sets_meanwhile_stays():
    with SPARING:
        gc.set_threshold(1_000, 5, 5)
    assert gc.get_threshold() == (1_000, 5, 5)


def test_the_last_of_many_threads_brings_the_setting_back():
    inside, go_on = threading.Barrier(5), threading.Event()

    def clean() -> None:
        with SPARING:
            inside.wait(10)
            go_on.wait(10)

    threads = [threading.Thread(target=clean) for _ in range(4)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    assert gc.get_threshold()[0] == YOUNG_OBJECTS
    go_on.set()
    for thread in threads:
        thread.join()
    assert gc.get_threshold() == (700, 10, 10)
