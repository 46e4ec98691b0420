"""Each page is at least as near to what a person says is right as it ever was; the floors stand in floors.toml.

A field or a line listed there as wrong that has become right fails as well: `python benchmarks/goldens.py --floors`
raises the floors, and refuses to lower one.
"""

from dataclasses import replace
from functools import cache

import pytest

import goldens
from harvester.errors import NoArticle

PAGES = goldens.page_files()
ARTICLES = [name for name in PAGES if "reason" not in goldens.read_truth(name)]
REFUSALS = [name for name in PAGES if name not in ARTICLES]


FLOORS = goldens.read_floors()


@cache
def judged(name: str) -> goldens.Judgement:
    return goldens.judge(goldens.clean_fixture(name), goldens.read_truth(name))


def floor(name: str) -> goldens.Floor:
    return FLOORS.get(name, goldens.Floor())


@pytest.mark.parametrize("name", PAGES)
def test_a_text_is_no_further_from_the_truth_than_its_floor(name):
    assert judged(name).f1 >= floor(name).f1


@pytest.mark.parametrize("name", ARTICLES)
def test_each_field_is_right_or_known_to_be_wrong(name):
    wrong = {field: said for field, said in judged(name).wrong.items() if field in goldens.FIELDS}
    known = set(floor(name).wrong) & set(goldens.FIELDS)
    assert {field: dict(zip(("got", "wanted"), wrong[field], strict=True)) for field in wrong.keys() - known} == {}
    assert known <= wrong.keys(), "right now: python benchmarks/goldens.py --floors"


@pytest.mark.parametrize("name", REFUSALS)
def test_a_page_without_an_article_is_refused_with_the_right_reason(name):
    got, wanted = judged(name).wrong.get("reason", (None, None))
    assert ("reason" in judged(name).wrong) == ("reason" in floor(name).wrong), f"got {got!r}, wanted {wanted!r}"


@pytest.mark.parametrize("name", ARTICLES)
def test_no_line_of_boilerplate_stands_in_the_text(name):
    assert set(judged(name).leaks) == set(floor(name).leaks)


def test_no_floor_has_lost_its_page():
    assert FLOORS.keys() <= PAGES.keys()


def test_every_page_has_a_truth_and_every_truth_a_page():
    assert {path.stem for path in (goldens.FIXTURES / "truth").glob("*.toml")} == PAGES.keys()


# ── the measure itself ────────────────────────────────────────────────────────────────────────


def test_a_floor_is_never_lowered():
    old = goldens.Floor(0.9, ("title",), ("Share",))
    assert goldens.raised(old, goldens.Floor(0.8, ("authors", "title"), ("Share", "Home"))) == old
    assert goldens.raised(old, goldens.Floor(0.95)) == goldens.Floor(0.95)


def test_the_table_reads_as_it_was_written(tmp_path, monkeypatch):
    floors = {"a--b": goldens.Floor(0.5, ("tags",), ('say "x"', "分享\\")), "c": goldens.Floor(1.0)}
    (tmp_path / "floors.toml").write_text(goldens.floors_text(floors), encoding="utf-8")
    monkeypatch.setattr(goldens, "FLOORS", tmp_path / "floors.toml")
    assert goldens.read_floors() == floors


def test_a_leak_is_a_whole_line_or_a_long_part_of_one():
    truth = {
        "text": "We share it.\n\nShare",
        "without": ["Share", "share it", "Home", "A story of the day, written by Ada Holm"],
    }
    assert goldens.leaked_lines("We share it.\n\nShare", truth) == ()
    assert goldens.leaked_lines("home!\nSee: A story of the day, written by Ada Holm.", truth) == (
        "Home",
        "A story of the day, written by Ada Holm",
    )


def test_a_day_is_no_midnight_and_an_hour_no_other_hour():
    article = next(goldens.clean_fixture(name) for name in ARTICLES)
    truth = {"text": article.text, "without": [], **goldens.read_truth(ARTICLES[0])}
    for got, wanted, right in [
        ("2024-05-01", "2024-05-01", True),
        ("2024-05-01", "2024-05-01T00:00", False),
        ("2024-05-01T08:00Z", "2024-05-01T08:00:00+00:00", True),
        ("2024-05-01T08:00", "2024-05-01T08:00Z", False),
        (None, "2024-05-01", False),
    ]:
        judgement = goldens.judge(replace(article, published=got), {**truth, "published": wanted})
        assert ("published" not in judgement.wrong) is right


def test_an_article_where_none_should_be_is_wrong_and_so_is_none_where_one_should_be():
    article = next(goldens.clean_fixture(name) for name in ARTICLES)
    refusal = NoArticle("page", "not_article", "no article")
    assert goldens.judge(article, {"reason": "not_article"}).wrong == {"reason": ("article", "not_article")}
    assert goldens.judge(refusal, {"reason": "consent_wall"}).wrong == {"reason": ("not_article", "consent_wall")}
    assert goldens.judge(refusal, {"reason": "not_article"}).wrong == {}
    assert goldens.judge(refusal, {"text": "x"}).f1 == 0.0
