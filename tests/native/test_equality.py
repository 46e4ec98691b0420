"""Compiled and interpreted, in threads and in forks, a page gives the same to the byte."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random

import pytest

from equality import different_stages
from equality_pages import all_cases, fixture_cases
from equality_stages import digests, stages_of
from harvester import HarvesterError, Page
from harvester.cleaning import clean_page
from mutations import mutated

ROOT = Path(__file__).parents[2]


@pytest.mark.usefixtures("compiled")
def test_compiled_and_interpreted_are_equal_also_on_broken_and_hostile_pages():
    """`python benchmarks/equality.py CORPORA --mutated 20000` looks at more."""
    program = [sys.executable, "benchmarks/equality.py", "--every", "8", "--mutated", "30", "--hostile", "600000"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])}
    told = subprocess.run(program, cwd=ROOT, env=environment, check=False, capture_output=True, text=True, timeout=110)
    assert told.returncode == 0, told.stdout + told.stderr


def test_a_word_is_found_where_python_finds_it(compiled):
    """Sixteen places are looked at at once: words of any size, at any place, and what only begins and ends like one."""
    for word in (b"<", b"<noscript", b"srcset", b"aXXXXXXXXXXXXXXXXXXXXa"):
        for before in range(40):
            page = word[:-1].join([b" " * before, word[:1] + b"-" + word[-1:], word, b"", word]) + b" " * (before % 3)
            for start in range(len(page) + 2):
                assert compiled.find(page, word, start) == page.find(word, start)


def test_every_part_of_a_page_is_compared():
    stages = stages_of(fixture_cases()[0].body(), None)
    assert set(stages) >= {"document", "features", "features of the second stage", "article", "ledger", "visible text"}
    assert all(lines for lines in stages.values())


def test_a_refused_page_is_compared_by_its_reason():
    assert stages_of(b"<p>Too short to be an article.</p>", None)["refusal"][1] == "not_article"


def test_what_differs_is_named_by_its_stage():
    stages = stages_of(fixture_cases()[0].body(), None)
    changed = {**stages, "ledger": [*stages["ledger"][:-1], "another line"]}
    assert different_stages(digests(stages), digests(stages)) == []
    assert different_stages(digests(stages), digests(changed)) == ["ledger"]


def test_a_page_is_broken_in_the_same_way_each_time():
    body, other = (case.body() for case in fixture_cases()[:2])
    assert mutated(body, other, Random(7)) == mutated(body, other, Random(7)) != mutated(body, other, Random(8))
    once, again = (all_cases(None, 20)[-1] for _ in range(2))
    assert once.name == again.name
    assert once.body() == again.body()


def cleaned(body):
    try:
        article, ledger = clean_page(Page(None, body))
    except HarvesterError as error:
        return error.reason
    return article.to_json(), ledger


def test_threads_that_clean_at_once_give_the_same():
    bodies = [case.body() for case in fixture_cases()[:24] if not case.is_dump]
    alone = [cleaned(body) for body in bodies]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(cleaned, bodies * 2)) == alone * 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_process_gives_the_same():
    bodies = [case.body() for case in fixture_cases()[:6] if not case.is_dump]
    before = [cleaned(body) for body in bodies]
    child = os.fork()
    if not child:
        os._exit(0 if [cleaned(body) for body in bodies] == before else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert [cleaned(body) for body in bodies] == before
