"""Days in eras and by calendars of countries, by the examples in the table: each name in it is met by one."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files

import pytest
from metadata_pages import LEXICON

from harvester.metadata.lookup.date_text import find_dates
from harvester.metadata.lookup.day_readings import Habits
from harvester.metadata.lookup.eras import era_day, second_year
from harvester.rules.lexicon import Lexicon

TABLE = tomllib.loads((files("harvester.rules") / "metadata.toml").read_text(encoding="utf-8"))
DROP = [tuple(example.split(" = ")) for example in TABLE["era_examples"]["drop"]]
JAPANESE = Habits(language="ja")


def days(text: str, lexicon: Lexicon = LEXICON, habits: Habits = JAPANESE) -> list[str]:
    return [found.iso for found in find_dates(text, lexicon, habits)]


def with_eras(eras: Mapping[str, int]) -> Lexicon:
    return replace(LEXICON, eras=eras)


@pytest.mark.parametrize(("text", "day"), DROP)
def test_a_day_in_an_era_is_read(text: str, day: str) -> None:
    assert days(text) == [day]


@pytest.mark.parametrize("text", TABLE["era_examples"]["keep"])
def test_what_looks_like_a_day_in_an_era_is_none(text: str) -> None:
    assert days(text) == []


@pytest.mark.parametrize("name", TABLE["eras"])
def test_each_era_has_an_example_that_needs_it(name: str) -> None:
    others = with_eras({era: year for era, year in LEXICON.eras.items() if era != name})
    assert any(days(text, others) != [day] for text, day in DROP)


def test_an_era_that_begins_is_a_line_in_the_table() -> None:
    later = with_eras({**LEXICON.eras, "光文": 2030, "K": 2030})
    assert days("光文2年3月5日、K3.3.5", later) == ["2032-03-05", "2033-03-05"]
    assert [days(text, later) for text in ("K3.3.5", "光文2.3.5")] == [["2033-03-05"], ["2032-03-05"]]
    assert re.sub(second_year(later), "年", "2032年（光文2年）5月10日") == "2032年5月10日"
    assert "光文" not in era_day(LEXICON, lettered=True).pattern


@pytest.mark.parametrize(
    ("country", "language", "text", "day"),
    [
        ("th", "en", "18.03.67", "2024-03-18"),
        ("ir", "en", "1402/12/28", "2024-03-18"),
        ("tw", "zh-Hant", "113/03/18", "2024-03-18"),
    ],
)
def test_the_country_of_a_host_counts_years_by_its_calendar(country: str, language: str, text: str, day: str) -> None:
    assert days(text, habits=Habits(language=language, country=country)) == [day]
    lacking = {name: told for name, told in LEXICON.calendar_countries.items() if name != country}
    found = days(text, replace(LEXICON, calendar_countries=lacking), Habits(language=language, country=country))
    assert found != [day]
