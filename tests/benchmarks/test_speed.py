"""First contact is measured in a process that has not met the page, with all programs on the same pages."""

from importlib import import_module
from operator import attrgetter

import pytest

import crawl_shell
import reclean_shell
from speed import Timed, in_fresh_process, print_ratios, read_twice, size_of
from speed_pages import SMALL_BYTES, ready_pages, small_page
from speed_programs import OURS, PARSE, RIVAL, programs
from speed_steps import time_steps


def test_small_pages_have_two_kilobytes_and_are_all_different() -> None:
    pages = [small_page(number) for number in range(20)]
    assert len({body for body, _ in pages}) == len({url for _, url in pages}) == 20
    assert all(abs(len(body) - SMALL_BYTES) < 250 for body, _ in pages)
    assert small_page(3) == small_page(3)


def test_each_page_is_read_twice_in_a_process_of_its_own() -> None:
    first, repeated = in_fresh_process(read_twice, PARSE, [small_page(1), small_page(2)])
    assert len(first) == len(repeated) == 2
    assert all(ms > 0 for ms in first + repeated)


def test_every_step_that_is_timed_is_there() -> None:
    """A step that has moved ends the measurement with its name."""
    spent = time_steps([small_page(1)])
    assert {"dom", "metadata", "rest"} <= spent.keys()
    assert spent["dom"] > 0


@pytest.mark.parametrize("parts", [crawl_shell.PARTS, reclean_shell.PARTS], ids=["crawl", "bulk"])
def test_every_part_of_a_run_that_is_timed_is_there(parts: tuple[tuple[str, str, str], ...]) -> None:
    assert all(callable(attrgetter(name)(import_module(module))) for _, module, name in parts)


def test_pages_that_load_everything_are_none_of_those_measured() -> None:
    assert len(ready_pages()) > 3


@pytest.mark.parametrize(("size", "row"), [(2_000, "0-10 KB"), (10_000, "10-40 KB"), (5_000_000, "over 400 KB")])
def test_pages_are_put_in_rows_by_their_size(size: int, row: str) -> None:
    assert size_of(Timed("n4k", OURS, size, 1.0, 1.0)) == row


def test_ratios_are_those_of_the_sums_of_first_contact_and_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    others = [Timed("n4k", name, 1, 0.0, 0.0) for name in programs() if name not in (OURS, RIVAL)]
    timed = [
        Timed("n4k", OURS, 1, 2.0, 1.0),
        Timed("n4k", OURS, 1, 4.0, 1.0),
        Timed("n4k", RIVAL, 1, 9.0, 8.0),
        *others,
    ]
    print_ratios("Ratios", timed, lambda page: page.group)
    assert "| n4k | 2 | 3.00 | 1.50 / 4.00 |" in capsys.readouterr().out
