"""The hash and the simhash of a text are the same everywhere, and near texts have near simhashes."""

import os
import random
import subprocess
import sys
import unicodedata
from hashlib import blake2b
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.fingerprint import bands, hamming, has_tokens, shingles, simhash64, simhash_of, text_sha256, tokens
from harvester.native import CORE

WORDS = [f"word{number}" for number in range(400)]


def distance(first, second):
    return hamming(int(simhash64(first), 16), int(simhash64(second), 16))


@pytest.mark.parametrize(
    ("text", "exact", "near"),
    [
        ("", "e3b0c44298fc1c14", "0000000000000000"),
        ("…!", "6e5a9ede8578cae7", "0000000000000000"),
        ("seal", "f0f668bf610e5cf9", "c042ff6be39ae9c8"),
        ("A grey seal lay on the slipway, and nobody dared to wake it.", "890bc8f1c9a8205a", "50dc022f8d1a0fe8"),
        ("港口的海豹躺在滑道上三个小时没有人敢叫醒它", "80e59218d6f6373b", "ba3fca997656d39c"),
        ("แมวน้ำนอนอยู่บนทางลาดสามชั่วโมง", "9f6ed0590b8085f3", "57888e9d44f76aa8"),
        ("एक धूसर सील घाट पर लेटी थी, और किसी ने उसे नहीं जगाया।", "eeff8a3f3320a24b", "973e46e3b2ffd042"),
        ("half a pair \ud800 here", "9c00775b11036fd7", "42044213342a5a19"),
    ],
)
def test_the_numbers_of_a_text_never_change(text, exact, near):
    assert (text_sha256(text)[:16], simhash64(text)) == (exact, near)


def test_the_simhash_is_what_its_description_says():
    text = " ".join(WORDS)
    runs = {" ".join(WORDS[at : at + 3]).encode() for at in range(len(WORDS) - 2)}
    digests = [int.from_bytes(blake2b(run, digest_size=8).digest(), "little") for run in runs]
    bits = (1 << bit for bit in range(64))
    assert int(simhash64(text), 16) == sum(bit for bit in bits if sum(1 for d in digests if d & bit) * 2 > len(runs))


def test_another_process_with_another_hash_seed_finds_the_same():
    code = "from harvester.fingerprint import simhash64; print(simhash64('one grey seal 港口的海豹躺在'))"
    run = [sys.executable, "-c", code]
    outputs = {
        subprocess.run(run, env=os.environ | {"PYTHONHASHSEED": seed}, check=True, capture_output=True).stdout
        for seed in ("1", "2")
    }
    assert outputs == {simhash64("one grey seal 港口的海豹躺在").encode() + b"\n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't STOP_now 3,5", ["don", "t", "stop_now", "3", "5"]),
        ("iPhone手机15", ["iphone", "手", "机", "15"]),
        ("カタカナ", ["カ", "タ", "カ", "ナ"]),
        ("서울의 봄", ["서울의", "봄"]),
        ("किसी ने।", ["किसी", "ने"]),
        ("น้ำ", ["น", "\u0e49", "\u0e4d", "า"]),
        ("cafe\u0301 ﬁne １２", ["café", "fine", "12"]),
        ("שָׁלוֹם", ["שָׁלוֹם"]),
    ],
)
def test_words_and_the_letters_of_scripts_without_blanks_are_tokens(text, expected):
    assert tokens(text) == expected


def test_a_shingle_is_as_long_as_its_first_token_asks_for():
    assert [run.decode() for run in shingles(tokens("a b 港口的海豹 c d e"))] == [
        "a b 港",
        "b 港 口",
        "港 口 的 海 豹",
        "口 的 海 豹 c",
        "的 海 豹 c d",
        "海 豹 c d e",
        "c d e",
    ]
    assert shingles(["one", "two"]) == [b"one two"]
    assert shingles([]) == []


def thai(rng, letters):
    return "".join(chr(rng.randrange(0x0E01, 0x0E2F)) for _ in range(letters))


def chinese(rng, letters):
    return "".join(chr(rng.randrange(0x4E00, 0x5600)) for _ in range(letters))


def english(rng, letters):
    return " ".join(rng.choices(WORDS, k=letters // 3))


@pytest.mark.parametrize("write", [thai, chinese, english])
def test_an_edited_text_is_near_and_another_one_is_far_in_any_script(write):
    rng = random.Random(7)
    texts = [write(rng, 900) for _ in range(30)]
    edits = [text[:400] + write(rng, 6) + text[410:] for text in texts]
    near = [distance(text, edited) for text, edited in zip(texts, edits, strict=True)]
    far = [distance(text, other) for text, other in pairwise(texts)]
    assert max(near) <= 12
    assert min(far) >= 16


@given(st.text())
def test_any_text_has_a_simhash_that_case_and_blanks_do_not_move(text):
    number = simhash64(text)
    assert len(number) == 16
    assert simhash64(f"  {text}\n") == number


@given(st.text(st.sampled_from("ab \u0301\u093e港ยé!\ud800_7"), max_size=200), st.integers(1, 12))
def test_whether_a_text_has_as_many_tokens_is_what_counting_them_says(text, count):
    assert has_tokens(text, count) == (len(tokens(text)) >= count)


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=3))
def test_simhashes_at_most_three_bits_apart_share_a_band(number, moved):
    other = number ^ sum(1 << bit for bit in moved)
    assert hamming(number, other) == len(moved)
    assert set(bands(number)) & set(bands(other))


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
@given(
    st.lists(st.sampled_from(["a", "seal", "港", "口", "แ", "é", "x" * 70, "\ud800", "一"]), max_size=60).map(" ".join)
)
def test_a_compiled_simhash_is_the_interpreted_one(text):
    assert int(simhash64(text), 16) == simhash_of(shingles(tokens(text)))


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize("count", [3, 6, 7, 257, 258, 259, 513])
# Three such words are what is read of a short one (32 bytes) or more, one block of the hash or more.
@pytest.mark.parametrize("width", [1, 10, 11, 40, 43, 200])
def test_a_text_of_many_or_long_shingles_has_the_interpreted_simhash(count, width):
    text = " ".join(f"{number:0{width}}" for number in range(count))
    assert simhash64(text) == f"{simhash_of(shingles(tokens(text))):016x}"


def test_each_character_parts_words_alike_in_both_forms():
    told = 0
    for first in range(0, 0x3000, 16):
        text = " ".join(f"ab{chr(code)}cd {chr(code)} ef" for code in range(first, first + 16))
        folded = unicodedata.normalize("NFKC", text).casefold()
        number = CORE.simhash_of_words(folded, 3)
        told += number is not None
        assert number in (None, simhash_of(shingles(tokens(text))))
    assert told >= 20  # ASCII, Latin letters, signs of print


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
@pytest.mark.parametrize(("usual", "sizes"), [(0, None), (300, None), (3, b"\x03"), (3, b"\x03\x00")])
def test_the_compiled_simhash_refuses_sizes_that_are_none(usual, sizes):
    with pytest.raises(ValueError, match="size"):
        CORE.simhash(b"grey seal", usual, sizes)
