"""The rule tables: every rule has an example that fails without it, and a near miss that must stay."""

import doctest
import re
import time
import tomllib
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tables import KIND_ROW, tables

from harvester.errors import RulesError
from harvester.models import Element
from harvester.native import CORE
from harvester.rules import literals
from harvester.rules import markup_rules as places
from harvester.rules import regex_sets as patterns
from harvester.rules.kinds import Hit
from harvester.rules.load import load_rules, read_rules
from harvester.rules.markup_rules import (
    MAX_SIGNATURE_CHARS,
    PlaceIndex,
    expand,
    index_places,
    name_words,
    signature,
    signatures,
    words_in,
    words_said,
)
from harvester.rules.text_patterns import Wording, fold, number_patterns, read_wordings

RULES = load_rules()
FOLDER = files("harvester.rules")
FILES = {
    item.name.removesuffix(".toml"): tomllib.loads(item.read_text(encoding="utf-8"))
    for room in ("fields", "languages")
    for item in (FOLDER / room).iterdir()
    if ".toml" in item.name and (room == "languages" or "[wordings." in item.read_text(encoding="utf-8"))
}


def wordings(language: str) -> tuple[Wording, ...]:
    return read_wordings(language, FILES[language].get("wordings", FILES[language]), RULES.kinds)


def element(start_tag: str) -> Element:
    """Return the Element of a start tag."""
    parser = HTMLParser()
    found: list[tuple[str, dict[str, str | None]]] = []
    parser.handle_starttag = lambda tag, attrs: found.append((tag, dict(attrs)))  # type: ignore[method-assign]
    parser.feed(start_tag)
    tag, attributes = found[0]
    id_, classes, itemprop, role, label = (
        attributes.get(name) or "" for name in ("id", "class", "itemprop", "role", "aria-label")
    )
    hints = " ".join(value or "" for name, value in attributes.items() if name.startswith("data-"))
    return Element(-1, tag, id_, classes, itemprop, role, label, hints, "", "")


def kinds_at(start_tag: str) -> set[str]:
    return {hit.kind for hit in RULES.places(signature(element(start_tag)))}


def kinds_in(line: str, *languages: str) -> set[str]:
    return {hit.kind for hit in RULES.lines(line, frozenset(languages))}


# ── places ────────────────────────────────────────────────────────────────────────────────────


def test_a_phrase_matches_whole_words_only() -> None:
    assert kinds_at('<div class="share-bar">') == {"share_bar"}
    assert kinds_at('<div class="shareholder-barometer">') == set()
    assert kinds_at('<div class="delivered">') == set()
    assert kinds_at('<h1 class="headline reader">') == set()


def test_a_starred_word_matches_any_end_but_no_other_beginning() -> None:
    assert RULES.places("onetrustxyz banner")[0] == Hit("cookie_consent", "place:onetrust*", weak=False)
    assert RULES.places("myonetrust") == ()


def test_the_longest_phrase_names_the_rule_and_comes_first() -> None:
    hits = RULES.places("tags share box")
    assert hits[0] == Hit("share_bar", "place:tags share box", weak=False)
    assert [hit.kind for hit in hits] == ["share_bar", "tag_list"]


def test_a_kind_is_named_once_a_place() -> None:
    hits = RULES.places("share share buttons social share")
    assert [hit.kind for hit in hits].count("share_bar") == 1


def test_a_signature_holds_all_that_an_element_says_in_lower_case_words() -> None:
    said = element('<amp-x class="a_b cD" id="E/f" role="G" aria-label="Hä, i!" data-testid="j.k" itemprop="lM">')
    assert signature(said) == "amp x a b cd e f g hä i j k lm"
    assert signature(element("<p>")) == ""
    assert signature(element('<p class="BreadcrumbList HTMLBlock">')) == "breadcrumb list html block"


def test_a_name_that_says_what_is_not_there_names_no_place() -> None:
    assert signature(element('<div class="ArticleBody--noStoryHighlights">')) == "article body nostoryhighlights"
    for lacking in ("no-ads", "card--without-sidebar", "hideNewsletter", "ArticleBody--noStoryHighlights"):
        assert not kinds_at(f'<div class="{lacking}">'), lacking
    assert kinds_at('<div class="ads no-ads">') == {"ad_label"}


def test_a_hash_is_not_split_into_words() -> None:
    assert signature(element('<p class="sc-bxAdXy">')) == "sc bxadxy"


def test_a_signature_is_bounded() -> None:
    assert len(signature(element(f'<p class="{"x" * 100_000}">'))) == MAX_SIGNATURE_CHARS


@given(st.lists(st.text("abYZ09_-:/ .é\n\ud800", max_size=30), min_size=7, max_size=7))
def test_a_compiled_signature_is_the_interpreted_one(attributes: list[str]) -> None:
    said = Element(-1, "x-card", attributes[0], attributes[1], *attributes[2:6], "", "")
    order = ("x-card", said.classes, said.id, said.role, said.label, said.hints, said.itemprop)
    assert signature(said) == words_said(order)


SAID = st.sampled_from(["", "", "card bigTeaser", "é", "\ud800", "x-1", "Ab c" * MAX_SIGNATURE_CHARS])


@given(st.lists(st.builds(Element, st.just(-1), st.sampled_from(["div", "h2", "h7", "a-b"]), *[SAID] * 8), max_size=9))
def test_the_signatures_of_a_page_are_those_of_its_elements(elements: list[Element]) -> None:
    assert signatures(tuple(elements)) == tuple(map(signature, elements))


@given(st.text("aZbY09_-. é\0İ²\ud800", max_size=12))
def test_the_words_of_a_name_are_the_same_compiled_and_interpreted(names: str) -> None:
    assert name_words(names) == words_in(names)


def test_braces_expand_inside_braces() -> None:
    assert expand("a{b,c{,s}} {d,e f}") == ["ab d", "ab e f", "ac d", "ac e f", "acs d", "acs e f"]
    assert expand("share{, }bar") == ["sharebar", "share bar"]


def test_the_examples_in_docstrings_hold() -> None:
    for module in (places, literals):
        result = doctest.testmod(module)
        assert result.attempted > 0
        assert result.failed == 0


@pytest.mark.parametrize("phrase", ["Share", "a b c d e", "share*bar", "* bar", "share-bar", "share {bar", ""])
def test_a_phrase_that_can_never_match_is_refused(phrase: str, tmp_path: Path) -> None:
    folder = tables(tmp_path, KIND_ROW.replace("share {bar,box}", phrase))
    with pytest.raises(RulesError, match=r"boilerplate\.toml \[share_bar\] places"):
        read_rules(folder)


PHRASE_WORDS = sorted(
    {word for kind in RULES.kinds.values() for row in kind.places for word in re.findall(r"\w+", row)}
)


@cache
def interpreted_places() -> PlaceIndex:
    return index_places(RULES.kinds.values())


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
@given(
    st.lists(
        st.sampled_from(PHRASE_WORDS) | st.sampled_from(["", "x", "é", "onetrustx", "uc", "s", "\ud800"]), max_size=9
    )
)
def test_places_are_found_compiled_as_they_are_interpreted(words: list[str]) -> None:
    assert RULES.places(" ".join(words)) == interpreted_places().match(" ".join(words))


def test_places_cost_a_few_look_ups_a_word() -> None:
    match = interpreted_places().match
    words = " ".join(["more", "wp block", "cookie", "share"] * 5_000)
    started = time.perf_counter()
    match(words)
    assert time.perf_counter() - started < 1.0


# ── wordings ──────────────────────────────────────────────────────────────────────────────────


def test_english_is_tried_on_every_page() -> None:
    assert kinds_in("Leave a Comment", "de") >= {"comment_form"}


def test_a_language_is_tried_on_its_own_pages_only() -> None:
    assert "tag_list" in kinds_in("Schlagwörter: Hafen, Streik", "de")
    assert kinds_in("Schlagwörter: Hafen, Streik", "en") == set()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("评论 抢沙发", "comment_form"),
        ("延伸閱讀:港口罷工", "inline_related"),
        ("この記事をシェアする", "share_bar"),
        ("댓글 쓰기", "comment_form"),
        ("Читайте также: забастовка в порту", "inline_related"),
    ],
)
def test_the_script_of_a_line_chooses_tables_on_any_page(line: str, kind: str) -> None:
    assert kind in kinds_in(line, "en")


@pytest.mark.parametrize("tag", ["zh", "zh-TW", "zh_Hant_HK", "ZH-hk"])
def test_a_chinese_tag_chooses_the_table_of_its_script(tag: str) -> None:
    rule = "wording:zh-Hant:skip_link:w1"
    assert rule in {hit.rule for hit in RULES.lines("TOP", frozenset({tag}))}
    assert rule not in {hit.rule for hit in RULES.lines("TOP", frozenset({"zh-CN"}))}


def test_a_norwegian_tag_chooses_the_table_no() -> None:
    line = next(iter({wording.kind: wording for wording in wordings("no")}["share_bar"].drop))
    assert "share_bar" in kinds_in(line, "nb-NO")


def test_full_width_marks_and_typographic_apostrophes_are_folded() -> None:
    assert "comment_form" in kinds_in("昵称 （必填）")
    assert "related_posts" in kinds_in("You\u2019ll love")
    assert fold(" ＡＢ\u2019s\u3000") == "AB's"


def test_a_lone_surrogate_is_no_error() -> None:
    assert kinds_in("Share: \ud800") == {"share_bar"}


def test_a_line_longer_than_its_kind_allows_is_not_matched() -> None:
    line = "Share this " + "article " * 20
    assert len(line) > RULES.kinds["share_bar"].max_chars
    assert "share_bar" not in kinds_in(line)


def test_strong_hits_come_first() -> None:
    weak = [hit.weak for hit in RULES.lines("Subscribe now for unlimited access, cancel any time.", frozenset())]
    assert len(weak) > 1
    assert weak == sorted(weak)


def test_a_rule_id_names_table_kind_and_number() -> None:
    assert RULES.lines("Leave a Comment", frozenset()) == (
        Hit("comment_form", "wording:en:comment_form:1", weak=False),
    )
    assert Hit("login_account", "wording:en:login_account:w1", weak=True) in RULES.lines("Register", frozenset())


def test_an_alternative_is_split_at_top_level_bars_only() -> None:
    assert literals.split_alternatives(r"^a|b(c|d)|[|\]|]\|e") == ["^a", "b(c|d)", r"[|\]|]\|e"]


@pytest.mark.parametrize("character", ["a", " ", "读", "x cookies we use ", "share | "])
def test_a_hundred_thousand_characters_take_linear_time(character: str) -> None:
    line = (character * 100_000)[:100_000]
    compiled = [
        patterns.compile_patterns(
            f"languages/{language}.toml",
            [
                pattern._replace(max_chars=200_000)
                for pattern in number_patterns(language, wordings(language), RULES.kinds)
            ],
        )
        for language in ("en", "zh-Hans")
    ]
    started = time.perf_counter()
    for lines in compiled:
        list(lines.find(line))
    assert time.perf_counter() - started < 5.0
