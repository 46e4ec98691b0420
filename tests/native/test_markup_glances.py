"""What is found in markup at a glance is the same compiled and interpreted, however the markup is broken."""

import random
import re

from harvester import pagination
from harvester.crawl import answer_reading

URL = "https://a.example/x/"
BROKEN = """<a |href|HREF|Href|hReF|ref|h|=|=|"|'| |\n|\f|\v|\xa0|>|<|</a>|é|-2.|/x/12"""
NUMBERED = """<a href=|<A HREF='|href = "|/x/2/|2/|?page=2|/x_1|_1.html|/x/page/2?a=1&amp;b|/x/|2"""
TAGS = "<meta |<META\t|<Meta|<metal |name=|robots|NOROBOTS|tdm-reservation"
PIECES = [*BROKEN.split("|"), *NUMBERED.split("|"), *TAGS.split("|")]


def soups(count, pieces):
    chance = random.Random(7)
    return ["".join(chance.choices(PIECES, k=pieces)).encode() for _ in range(count)]


def test_addresses_with_a_number_are_the_same(compiled, monkeypatch):
    pages = soups(1_500, 60)
    found = [(pagination._following(page, URL, 1), answer_reading._has_opt_out(page, 5)) for page in pages]
    monkeypatch.setattr(pagination, "CORE", None)
    monkeypatch.setattr(answer_reading, "CORE", None)
    assert [(pagination._following(page, URL, 1), answer_reading._has_opt_out(page, 5)) for page in pages] == found
    assert sum(bool(links) for links, _ in found) > 50
    assert {says for _, says in found} == {True, False}


def test_a_tag_is_found_where_a_pattern_finds_it(compiled):
    for page in soups(30, 40):
        for start in range(len(page) + 2):
            match = re.compile(b"<meta", re.IGNORECASE).search(page, start)
            assert compiled.find_opening(page, b"meta", start) == (match.start() if match else -1)


def test_markup_that_begins_or_ends_anywhere_is_read_no_further(compiled):
    whole = b'<a HREF = "/x/2/"><meta name=robots>'
    for start in range(len(whole)):
        for end in range(start, len(whole) + 1):
            compiled.numbered_hrefs(whole[start:end], b"2", b"_1")
            compiled.find_opening(whole[start:end], b"meta", 0)
    assert list(compiled.numbered_hrefs(whole * 3, b"2", b"_1")) == [b"/x/2/"]
