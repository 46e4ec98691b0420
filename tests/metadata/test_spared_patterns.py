"""Where a plain look says that a pattern finds nothing, it finds nothing; where it replaces one, it says the same."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.metadata.fields import site
from harvester.metadata.fields.site import TITLE_SEPARATOR
from harvester.metadata.lookup import (
    byline_labels,
    bylines,
    clock_text,
    date_signs,
    date_text,
    datelines,
    name_labels,
    other_date_places,
    person_names,
    picture_credits,
    story_cards,
    tidy_names,
    title_text,
)
from harvester.metadata.lookup.date_text import find_dates, parse_date
from harvester.metadata.lookup.tidy_names import clean_name
from harvester.rules.load import load_rules
from harvester.rules.phrases import small

LEXICON = load_rules().lexicon
REVIEWED = sorted(LEXICON.reviewed_prefixes)
EDITORS = sorted(LEXICON.editor_labels)
MARKS = st.sampled_from([" ", ": ", ":", "/", "|", "\n", "(", "s", "_", ", ", "-", "1", "\x1c", ""])
WORDS = st.sampled_from(
    ["Jane Doe", "Müller", "É", "ß", "’", "photo", "ss", "By", "and", "of", "Doe", "İ", "ı", "@jane", "(AP)", "王小明"]
)
CASES = st.sampled_from([str, str.upper, str.title])


def _texts(labels: list[str]) -> st.SearchStrategy[str]:
    label = st.builds(lambda word, case: case(word), st.sampled_from(labels), CASES)
    return st.lists(st.one_of(label, MARKS, WORDS), max_size=7).map("".join)


DATE_PARTS = [
    "December",
    "sept.",
    "22",
    "1",
    "2023",
    "'21",
    "12",
    "122023",
    "de",
    "nd",
    ",",
    ".",
    "-",
    "tháng",
    "năm",
    "gada",
]


@given(st.lists(st.sampled_from([*DATE_PARTS, " ", "\n", "7", "x"]), max_size=8).map("".join))
@example("Dec 122023")
@example("December 22, 2023")
@example("22 December 2023")
@example("2023 December 22")
@example("2024. gada 18. marts")
@example("Mar. 3, '21")
@example("3 Jan 12 13:48")
@example("18 tháng 3 năm 2024")
@example("18 tháng 32024")
def test_no_date_with_a_named_month_is_without_the_numbers_that_its_pattern_asks_for(text):
    signs = date_signs.date_signs(text)
    for pattern, sign in zip(date_text._named_months(LEXICON), date_text._SIGNS, strict=True):
        assert signs & sign or pattern.search(text) is None


def test_no_word_beside_the_numbers_of_a_date_is_a_number_and_those_between_have_letters_or_commas():
    between, ordinals = LEXICON.words("dates.between"), LEXICON.words("dates.ordinals")
    counted = LEXICON.words("dates.month_words")
    assert not any(char.isdecimal() for word in between | ordinals | counted for char in word)
    assert all(date_signs._LETTER.search(word) or word == "," for word in between)
    assert all(map(date_signs._LETTER.search, counted))


@given(_texts(REVIEWED))
def test_reviewers_are_found_without_their_pattern(text):
    labels = frozenset(REVIEWED)
    assert name_labels._reviewers_at(text, labels) == name_labels._matched_reviewers(text, labels)
    begins = name_labels._reviewed(labels).match(text) is not None
    assert name_labels.begins_with_reviewers(text, labels) is begins


@given(
    st.lists(st.sampled_from(["Tue", " ", "Jul 30 ", "09:35", ":00", " 2019", "x", "5 10:1"]), max_size=8).map("".join)
)
@example("Tue Jul 30 09:35:00 2019")
def test_moments_as_c_writes_them_have_a_day_before_a_clock(text):
    assert date_text._DAY_AND_CLOCK.search(text) or date_text._CTIME_WITHIN.search(text) is None


CREDIT_PARTS = [
    "(Photo: ",
    "Photo by ",
    "foto",
    "©",
    " AFP",
    "Jane Doe",
    ")",
    "]",
    "）",
    ".",
    "\n",
    " ",
    "| ",
    "王小明摄",
    "攝",
]


@given(st.lists(st.sampled_from(CREDIT_PARTS), max_size=7).map("".join))
@example("Ships at dawn. (Photo: Jane Doe/AP).\n")
def test_credits_of_pictures_are_found_where_their_patterns_find_them(text):
    found = [
        match.span() for pattern in picture_credits._credits(LEXICON) if (match := pattern.search(text)) is not None
    ][:1]
    match = picture_credits._credit_at_end(text, LEXICON)
    assert ([match.span()] if match is not None else []) == found


@given(
    st.sampled_from(["/", "/AUTHOR/", "/by/", "/writers/", "?author=", "&Author=", "/redakteur"]),
    st.text("ab/=", max_size=5),
)
def test_addresses_of_authors_are_those_that_their_pattern_fits(start, end):
    href = f"https://a.example{start}{end}"
    fits = bylines._author_link(LEXICON).search(href) is not None
    assert bylines._leads_to_author(href, LEXICON) is fits


NAME_PARTS = st.sampled_from(
    ["Jane", "Müller", "Roe", "doe", "Editor", "MacDonald", "April", "Reuters", " ", " ", ", "]
)


@given(st.lists(NAME_PARTS, max_size=7).map("".join))
@example("Jane Müller")
def test_nothing_is_cut_of_a_plain_name(text):
    cleaned = clean_name(text, LEXICON)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tidy_names, "is_plain_name", lambda _name, _lexicon: False)
        assert clean_name(text, LEXICON) == cleaned


@given(_texts(EDITORS))
@example("Editor: edited by Jane Doe/editor Jan Roe")
def test_editors_are_found_without_their_pattern(text):
    pattern = byline_labels._editor_label(LEXICON.editor_labels)
    assert byline_labels.has_editor(text, LEXICON) is (pattern.search(text) is not None)
    if name_labels.has_plain_letters(text):
        ends = [match.end() for match in pattern.finditer(text)]
        assert list(byline_labels._behind_plain_labels(text, LEXICON.editor_labels)) == ends


def test_letters_of_plain_texts_are_told_apart_as_a_pattern_without_regard_to_case_does():
    plain = [chr(code) for code in range(0x3100) if name_labels.has_plain_letters(chr(code))]
    assert {"A", "é", "Ö", "’"} <= set(plain)
    assert not {"ß", "ı", "İ", "ſ", "µ", "я"} & set(plain)
    for letter in set("".join(LEXICON.reviewed_prefixes | LEXICON.editor_labels)):
        alike = {one for one in plain if one.lower() == small(letter)}
        assert set(re.findall(re.escape(letter), "".join(plain), re.IGNORECASE)) == alike


@given(_texts(["for", "And", "Jane Doe", "at"]))
def test_names_are_cut_at_their_end_as_the_pattern_does(text):
    assert tidy_names._without_trailing(text, LEXICON) == tidy_names._trailing(LEXICON).sub("", text)
    name = " ".join(text.split())
    doubled = re.match(tidy_names._doubled(LEXICON), name)
    assert tidy_names._may_be_doubled(name) or doubled is None


@given(
    st.sampled_from(["2024-02-29", "1999-12-31", "2024-13-01", "1889-01-01"]),
    st.sampled_from(["", " ", "T"]),
    st.sampled_from(["", "13:49", "00:00", "00:00:00", "23:59:59", "23:59:59.123456", "24:00", "12:60"]),
    st.sampled_from(["", "Z", "+0530", "-05:00", "+1500", "-0560"]),
)
def test_moments_of_records_are_read_as_printed_ones(day, parting, clock, zone):
    text = f"{day}{parting}{clock}{zone}" if parting and clock else day
    printed = next((found.iso for found in find_dates(text, LEXICON)), None)
    assert parse_date(text, LEXICON) == printed


@given(
    st.text(
        st.sampled_from([*"ab |»«•·_-–—::", "\u00a0", "\n", "\x1c", "｜", "丨", "王", "小", "é"]),
        max_size=14,
    ),
    st.integers(0, 6),
)
@example("Le pont « coûte trop cher » selon le maire", 0)
@example("a -| b", 0)
@example("王小-明", 0)
def test_a_separator_is_found_from_its_mark_as_by_its_pattern(text, start):
    found, plain = title_text._separator_from(text, start), TITLE_SEPARATOR.search(text, start)
    assert (found and found.span()) == (plain and plain.span())


NAME_PARTS = [
    "Jane Doe",
    "Photographer",
    " ",
    ", ",
    " - ",
    "Updated",
    "at",
    "5",
    "März",
    "王小明",
    "記者",
    "作者",
    "\n",
    "|",
]


@given(st.lists(st.sampled_from(NAME_PARTS), max_size=7).map("".join))
def test_what_follows_a_name_is_the_same_without_the_words_before_a_colon_where_there_is_none(text):
    cut = [person_names._rest(LEXICON, has_colon=is_asked).sub("", text, count=1) for is_asked in (True, False)]
    assert cut[0] == cut[1]


@given(
    st.lists(
        st.sampled_from(["©", "(c)", "Copyright ", "2020-22", " ", ".", "Example News", "新华网", "|", "\n"]),
        max_size=7,
    )
)
@example(["Example", " ", "©", "2020-22"])
def test_who_owns_a_page_is_read_at_the_start_alone_where_no_word_says_owned(parts):
    text, (_, owned, before) = "".join(parts), site._owners(LEXICON)
    assert [one.span() for one in owned.finditer(text)] == [one.span() for one in [before.match(text)] if one]


@pytest.mark.parametrize("zero", date_text._ZEROS, ids=hex)
def test_a_day_is_found_in_the_digits_of_any_script(zero):
    day = "2024-03-05".translate({ord(str(n)): zero + n for n in range(10)})
    assert [found.iso for found in find_dates(f"Nairobi, {day}", LEXICON)] == ["2024-03-05"]


def test_titles_are_alike_by_their_pairs_of_letters():
    assert title_text.likeness("night", "nacht") == 0.25
    assert title_text.likeness("ab𝐜d", "ab𝐜e") == pytest.approx(2 / 3)


AT_ONCE = [
    *date_text._named_months(LEXICON),
    person_names._rest(LEXICON, has_colon=True),
    person_names._rest(LEXICON, has_colon=False),
    person_names._BEFORE_NUMBER,
    person_names._GLUED,
    story_cards._TITLE,
    story_cards._SHORT_TITLE,
    datelines._STORY,
    other_date_places._BEFORE_DIGITS,
    clock_text._DIGIT_NEAR,
]
GIVING_BACK = [re.compile(re.sub(r"([}+])\+", r"\1", one.pattern), one.flags) for one in AT_ONCE]
LINE_PARTS = [
    *DATE_PARTS,
    "Mai-de",
    "of the",
    "l’an",
    "März.",
    "Jane",
    "MüllerDecember",
    "Uhr",
    "½",
    "ß",
    "10:30",
    "/",
    ":",
]


@given(st.lists(st.sampled_from([*LINE_PARTS, " ", " ", "  ", "'", "\n", "_"]), max_size=12).map("".join))
@example("3 Jan'12 foo")
@example("22 Dec'roku .1999")
def test_what_is_taken_at_once_leaves_nothing_that_goes_on(text):
    for one, other in zip(AT_ONCE, GIVING_BACK, strict=True):
        assert [found.span() for found in one.finditer(text)] == [found.span() for found in other.finditer(text)]


def test_some_patterns_take_runs_at_once():
    assert (
        sum(one.pattern != other.pattern for one, other in zip(AT_ONCE, GIVING_BACK, strict=True)) > len(AT_ONCE) // 2
    )
