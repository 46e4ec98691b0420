"""Several writers: of a line that goes on after a record, of lines side by side; and what is none."""

import pytest
from metadata_pages import PROSE, json_ld, metadata_of

HEAD = "<h1>Storm hits the coast of Dale</h1>"
STORY = f"<p>{PROSE}</p>" * 3
JANE = (
    json_ld(headline="Storm hits the coast of Dale", author={"name": "Jane Doe"})
    + '<meta name=author content="Jane Doe">'
)


@pytest.mark.parametrize(
    ("lang", "line", "others"),
    [
        ("en", "By Jane Doe and Max Roe, CNN", ("Max Roe",)),
        ("en", "Written by Jane Doe, Max Roe, Ida Moe", ("Max Roe", "Ida Moe")),
        ("de", "Von Jane Doe und Max Roe", ("Max Roe",)),
        ("es", "Por Jane Doe y Max Roe", ("Max Roe",)),
        ("sv", "Av Jane Doe och Max Roe", ("Max Roe",)),
    ],
)
def test_a_byline_that_goes_on_after_the_writer_of_a_record(lang: str, line: str, others: tuple[str, ...]) -> None:
    assert metadata_of(f"{HEAD}<p class=byline>{line}</p>{STORY}", JANE, lang).authors == ("Jane Doe", *others)


def test_a_byline_that_begins_with_somebody_else_does_not_outvote_the_record() -> None:
    assert metadata_of(f"{HEAD}<p>By Ida Moe</p>{STORY}", JANE).authors == ("Jane Doe",)


def test_an_account_behind_the_writer_of_a_record_is_no_second_one() -> None:
    byline = '<p class=byline>By <a rel=author href="/a/jane">Jane Doe</a> <a rel=author href="/x">Jane</a></p>'
    assert metadata_of(f"{HEAD}{byline}{STORY}", JANE).authors == ("Jane Doe",)


def test_names_in_a_row_that_the_page_repeats_are_a_row() -> None:
    one = '<div class="person author"><a rel=author href="/a/{0}">{1}</a></div><p class=mail>Write</p>'
    row = one.format("jane", "Jane Doe") + one.format("max", "Max Roe")
    assert metadata_of(f"{HEAD}<div>{row}</div>{STORY}<div>{row}</div>").authors == ("Jane Doe", "Max Roe")


@pytest.mark.parametrize("label", ["Translated by", "翻訳者", "Editor", "Photographer"])
def test_a_row_of_names_ends_at_the_label_of_who_did_not_write(label: str) -> None:
    row = f"<ul><li class=byline>Jane Doe</li><li>{label}</li><li class=byline>Max Roe</li></ul>"
    assert "Max Roe" not in metadata_of(f"{HEAD}{row}<p>5 March 2024</p>{STORY}").authors


@pytest.mark.parametrize(
    "line",
    [
        '<p class=meta><a href="/tech">Tech</a> <a href="/tech/laptops">Laptops</a></p><p>5 March 2024</p>',
        "<p>Dale Coast</p><p>5 March 2024</p>",
    ],
)
def test_sections_and_words_of_the_headline_beside_a_day_are_no_authors(line: str) -> None:
    assert metadata_of(f"<h1>Storm hits Dale Coast again</h1>{line}{STORY}").authors == ()


def test_an_agency_that_markup_doubles_is_one() -> None:
    byline = "<p class=byline>By Jane Doe, Associated Press Associated Press</p>"
    assert metadata_of(f"{HEAD}{byline}{STORY}").agencies == ("Associated Press",)


def test_an_author_with_whose_staff_it_is_is_no_organisation() -> None:
    byline = "<p class=byline>By Jane Doe</p><p class=byline>By Jane Doe Harbour Team</p>"
    found = metadata_of(f"{HEAD}{byline}{STORY}", JANE)
    assert (found.authors, found.agencies) == (("Jane Doe",), ())
