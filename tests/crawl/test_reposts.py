"""Copies of a story are found among others, and two stories are never taken for one."""

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.cleaning import clean_page, measures
from harvester.crawl.reposts import (
    MAX_STORY_BITS,
    PARAGRAPH_KEY,
    article_simhash,
    bands,
    copy_evidence,
    hamming,
    is_candidate,
    same_story,
    simhash,
    story_keys,
)
from harvester.models import Page, Role, Source, TextBlock

WORDS = (
    "harbour seal ferry island bread school chalk animal noon master water port rule morning crane paint whale piano "
    "quota eel ladder moor tower bell swift house line book river boat nursery seagrass depot cellar autumn buoy "
    "spring gull point yellow winter lamp brother quay board meeting lift museum office train night station piano tuner"
).split()


def story(seed, words=300):
    rng = random.Random(seed)
    sentences = (" ".join(rng.choices(WORDS, k=12)).capitalize() + "." for _ in range(words // 12))
    return [" ".join(pair) for pair in zip(sentences, sentences, strict=False)]


@pytest.fixture(scope="module")
def template():
    html = "<html lang=en><body><article><h1>Seal</h1>" + "".join(f"<p>{text}</p>" for text in story(0)) + "</article>"
    return clean_page(Page("https://courier.example/1", html.encode()))[0]


def article(template, paragraphs, url="https://courier.example/1", source=None):
    blocks = tuple(TextBlock(Role.PARAGRAPH, text) for text in paragraphs)
    return replace(template, blocks=blocks, text="\n\n".join(paragraphs), url=url, source=source)


def keys(article):
    return story_keys(article, simhash(article.text))


@pytest.mark.parametrize("words", [3, 29, 30, 31, 300])
def test_the_fingerprint_that_an_article_was_made_with_is_the_one_that_its_text_has(template, words):
    text = " ".join(random.Random(words).choices(WORDS, k=words))
    made = replace(template, text=text, **measures(text))
    assert article_simhash(made) == article_simhash(replace(made, simhash=None)) == simhash(text)
    assert (simhash(text) is None) == (words < 30)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("A grey seal lay on the slipway, and nobody dared to wake it.", None),
        (" ".join(WORDS), -3705708808384441292),
        ("too few \ud800 words", None),
        ("港口的海豹躺在滑道上三个小时没有人敢叫醒它渡轮晚了面包车掉头学校的孩子们用粉笔画了它", -7051273032163929485),
    ],
)
def test_a_simhash_stays_what_it_was_in_states_that_were_written_before(text, number):
    assert simhash(text) == number


def shares_a_key(a, b):
    return not set(keys(a)).isdisjoint(keys(b))


@pytest.fixture(scope="module")
def original(template):
    return article(template, story(1))


def edited(paragraphs, changes):
    rng = random.Random(changes)
    words = [text.split() for text in paragraphs]
    for _ in range(changes):
        line = words[rng.randrange(1, len(words))]
        line[rng.randrange(len(line))] = "edited"
    return [" ".join(line) for line in words]


@pytest.mark.parametrize("changes", [0, 1, 3])
def test_a_story_with_few_words_edited_is_found_and_is_the_same(template, original, changes):
    copy = article(template, edited(story(1), changes))
    assert shares_a_key(original, copy)
    assert same_story(original, copy)


@pytest.mark.parametrize("changes", [0, 1, 3, 9])
def test_an_edited_story_is_compared_and_one_that_shares_a_band_by_chance_is_not(original, template, changes):
    numbers = [simhash(one.text) for one in (original, article(template, edited(story(1), changes)))]
    assert is_candidate(7, *numbers)
    others = [simhash(article(template, story(seed)).text) for seed in range(2, 40)]
    assert not any(is_candidate(7, numbers[0], other) for other in others)
    assert is_candidate(PARAGRAPH_KEY + 7, numbers[0], others[0])
    assert is_candidate(7, numbers[0], None)  # a kill came before it was written down


def test_a_repost_with_another_beginning_and_end_is_found_and_is_the_same(template, original):
    notice = ["This story came first in another paper, and we print it with the kind permission of the editors there."]
    longest = max(story(1), key=len)
    kept = [text for text in story(1)[:-2] if text != longest]
    copy = article(template, [*notice, *kept, longest], "https://digest.org/7")
    assert shares_a_key(original, copy)
    assert same_story(original, copy)


def test_different_stories_of_the_same_words_are_not_the_same(template):
    stories = [article(template, story(seed)) for seed in range(40)]
    pairs = [(a, b) for at, a in enumerate(stories) for b in stories[:at]]
    assert not any(same_story(a, b) for a, b in pairs)
    assert min(hamming(simhash(a.text), simhash(b.text)) for a, b in pairs) > MAX_STORY_BITS


def test_a_teaser_is_not_the_story_it_teases(template, original):
    assert not same_story(original, article(template, story(1)[:2]))


def test_a_notice_that_many_pages_share_has_no_keys(template):
    notice = article(template, ["The archive is closed on Monday. Please call before you come."])
    assert (simhash(notice.text), keys(notice)) == (None, ())
    assert not same_story(notice, notice)


def test_chinese_stories_are_told_apart_by_characters(template):
    first = ["渡口老人四十年义务摆渡，村民为他修桥。" + "每天清晨他都在岸边等第一个孩子，" * 2 + "从不收一分钱。"] * 2
    other = ["社区图书馆夜间开放，孩子们有了去处。" + "馆长说灯会一直亮到最后一位读者离开，" * 2 + "家长都很放心。"] * 2
    a, b = article(template, first), article(template, other)
    assert same_story(a, article(template, [*first, "（本报记者）"]))
    assert not same_story(a, b)


def test_the_evidence_says_whether_it_is_a_repost(template, original):
    paragraphs = story(1)
    here = article(template, paragraphs, "https://courier.example/other-address")
    there = article(template, paragraphs, "https://digest.org/7")
    named = article(
        template, paragraphs, "https://courier.example/2", Source("Courier", original.url, "From the Courier")
    )
    assert copy_evidence(here, original) == f"the same story as article {original.id}"
    assert copy_evidence(there, original) == f"repost of article {original.id} of courier.example"
    assert copy_evidence(named, original) == f"repost of article {original.id}, which it names as its source"
    assert copy_evidence(article(template, story(2)), original) is None


# ── the numbers ──────────────────────────────────────────────────────────────────────────────

NUMBERS = st.integers(-(2**63), 2**63 - 1)


@given(NUMBERS, st.sets(st.integers(0, 63), max_size=MAX_STORY_BITS))
def test_numbers_at_most_three_bits_apart_share_a_band(number, bits):
    other = (number & (2**64 - 1)) ^ sum(1 << bit for bit in bits)
    signed = other - 2**64 if other >> 63 else other
    assert hamming(number, signed) == len(bits)
    assert set(bands(number)) & set(bands(signed))


@given(NUMBERS)
def test_bands_are_marked_with_their_place_and_never_meet_a_paragraphs_key(number):
    assert [band >> 16 for band in bands(number)] == [0, 1, 2, 3]
    assert max(bands(number)) < PARAGRAPH_KEY


def test_a_simhash_is_the_same_on_any_machine_and_fits_a_database():
    number = simhash(" ".join(story(1)))
    assert number == -3488054438057955999
    assert -(2**63) <= number < 2**63
