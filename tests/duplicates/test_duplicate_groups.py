"""Groups of duplicates: what is one text is found, however large the set is, and each group has its earliest."""

import json
import random
import tracemalloc

from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.cli import commands
from harvester.duplicates import duplicate_groups, simhash_pairs
from harvester.duplicates.duplicate_groups import DuplicateSearch, Sums, find_groups
from harvester.duplicates.simhash_pairs import bucket_lines, near_pairs, originals
from harvester.fingerprint import hamming, simhash64
from harvester.models import ARTICLE_SCHEMA
from harvester.store import external_sort

WORDS = [f"word{number}" for number in range(500)]


def text(seed, words=200):
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def article(number, body, published="2024-05-01", **fields):
    plain = {"schema": ARTICLE_SCHEMA, "id": f"{number:016x}", "url": f"https://a.example/{number}"}
    return plain | {"text": body, "published": published} | fields


def write(path, articles):
    path.write_text("".join(json.dumps(one) + "\n" for one in articles))
    return path


def found(path, search=None, sums=None):
    """Return the groups: the numbers of their articles, the original first."""
    every = find_groups(path, search or DuplicateSearch(), sums or Sums())
    return [[int(member.row.id, 16) for member in group] for group in every]


# ── what is one text ─────────────────────────────────────────────────────────────────────────


def test_the_same_text_at_many_addresses_is_one_group_with_the_earliest_first(tmp_path):
    days = (3, 1, 4, 2)
    rows = [article(number, text(1), f"2024-05-0{day}") for number, day in enumerate(days)]
    path = write(tmp_path / "a.jsonl", [*rows, article(9, text(2))])
    assert found(path) == [[1, 3, 0, 2]]


def test_an_edited_copy_is_found_and_another_story_is_not(tmp_path):
    body = text(1, 900)
    edited = body.replace(WORDS[7], "changed", 1)
    path = write(tmp_path / "a.jsonl", [article(1, body), article(2, edited, "2024-05-02"), article(3, text(5, 900))])
    (group,) = (list(one) for one in find_groups(path, DuplicateSearch(), Sums()))
    assert [(int(one.row.id, 16), one.is_exact) for one in group] == [(1, True), (2, False)]
    assert 0 < group[1].bits <= 6
    assert found(path, DuplicateSearch(max_bits=0)) == found(path, DuplicateSearch(is_exact=True)) == []


def test_a_short_text_is_a_copy_only_where_it_is_the_same(tmp_path):
    notice = "The archive is closed on Monday."
    rows = [article(1, notice), article(2, notice), article(3, notice.replace("Monday", "Friday")), article(4, "")]
    assert found(write(tmp_path / "a.jsonl", rows)) == [[1, 2]]


def test_the_earliest_is_told_by_publication_then_first_sight_then_fetch(tmp_path):
    rows = [
        article(1, text(1), None),
        article(2, text(1), "2024-05-01T09:00:00+02:00"),
        article(3, text(1), "2024-05-01T07:30:00Z"),
        article(4, text(1), None, edition={"first_seen": "2024-04-30T00:00:00Z"}),
        article(5, text(1), None, fetched_at="2024-04-29T00:00:00Z"),
        article(6, text(1), "no date"),
    ]
    assert found(write(tmp_path / "a.jsonl", rows)) == [[5, 4, 2, 3, 1, 6]]


def test_a_simhash_that_an_article_says_is_taken(tmp_path):
    rows = [article(n, text(n), simhash=f"{number:016x}") for n, number in ((1, 7), (2, 0), (3, 1 << 40 | 2))]
    assert found(write(tmp_path / "a.jsonl", rows)) == [[1, 2, 3]]


def test_no_chain_of_small_edits_joins_texts_that_are_far_apart(tmp_path):
    numbers = [0, 0b111111, (1 << 12) - 1, (1 << 18) - 1]
    rows = [article(n, text(n), f"2024-05-{n + 1:02}", simhash=f"{number:016x}") for n, number in enumerate(numbers)]
    assert found(write(tmp_path / "a.jsonl", rows)) == [[0, 1], [2, 3]]


def test_copies_of_a_copy_stand_in_the_group_of_its_original(tmp_path):
    rows = [article(n, text(n), simhash=f"{number:016x}") for n, number in enumerate([0, 3, 3, 3, 3 << 60, 3 << 60])]
    assert found(write(tmp_path / "a.jsonl", rows)) == [[0, 1, 2, 3, 4, 5]]


# ── the numbers ──────────────────────────────────────────────────────────────────────────────


def by_all(values, max_bits):
    """Return what `originals` promises, by comparing all with all."""
    chosen = {}
    for number, value in enumerate(values):
        near = (one for one in range(number) if one not in chosen and hamming(values[one], value) <= max_bits)
        if (original := next(near, None)) is not None:
            chosen[number] = original
    return chosen


@settings(max_examples=60)
@given(st.integers(0, 6), st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 63), max_size=7)), max_size=40))
def test_tables_find_all_that_comparing_all_with_all_does(max_bits, rows):
    seeds = [random.Random(seed).getrandbits(64) for seed in range(4)]
    values = list(dict.fromkeys(seeds[seed] ^ sum(1 << bit for bit in bits) for seed, bits in rows))
    lines = sorted(bucket_lines(enumerate(values), max_bits))
    pairs = sorted(near_pairs(lines, max_bits))
    assert dict(originals(pairs, len(values))) == by_all(values, max_bits)


def test_a_bucket_of_a_template_costs_no_more_than_its_first_thousand(monkeypatch):
    compared = []
    monkeypatch.setattr(simhash_pairs, "MAX_IN_BUCKET", 10)
    monkeypatch.setattr(simhash_pairs, "_near", lambda value, earlier, max_bits: compared.extend(earlier) or [])
    lines = sorted(bucket_lines(((number, number << 33) for number in range(300)), 3))
    assert list(near_pairs(lines, 3)) == []
    assert len(compared) < 10 * len(lines)


def test_memory_does_not_grow_with_the_set(tmp_path, monkeypatch):
    real, texts = external_sort.sorted_lines, [text(number) for number in range(50)]
    monkeypatch.setattr(duplicate_groups, "sorted_lines", lambda lines: real(lines, 50_000))

    def peak(count):
        rng = random.Random(1)
        rows = (article(n, texts[n % 50], simhash=f"{rng.getrandbits(64):016x}") for n in range(count))
        path = write(tmp_path / "a.jsonl", rows)
        tracemalloc.start()
        total = sum(1 for group in find_groups(path, DuplicateSearch(max_bits=2), Sums()) for _ in group)
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top, total

    small, large = peak(400), peak(2_000)
    assert large[0] < 2 * small[0]


# ── the command ──────────────────────────────────────────────────────────────────────────────


def run(*arguments):
    return CliRunner().invoke(commands, ["duplicates", *map(str, arguments)])


def test_each_group_is_a_line_that_names_original_and_copies(tmp_path):
    rows = [article(1, text(1)), article(2, text(1), "2024-05-02T10:00:00Z"), article(3, text(3))]
    path = write(tmp_path / "a.jsonl", rows)
    result = run(path)
    assert json.loads(result.stdout) == {
        "schema": "harvester/duplicates/1",
        "original": {
            "id": f"{1:016x}",
            "url": "https://a.example/1",
            "time": "2024-05-01T00:00:00Z",
            "file": "a.jsonl",
            "row": 1,
        },
        "copies": [
            {
                "id": f"{2:016x}",
                "url": "https://a.example/2",
                "time": "2024-05-02T10:00:00Z",
                "file": "a.jsonl",
                "row": 2,
                "match": "exact",
                "bits": 0,
            }
        ],
    }
    assert result.stderr == "3 articles: 1 with copies, 1 copy, 1 of them exact\n"
    written = run(path, "--to", tmp_path / "groups.jsonl")
    assert (written.exit_code, (tmp_path / "groups.jsonl").read_text()) == (0, result.stdout)
    assert run(path, "--bits", "6").stdout == run(path, "--exact").stdout == result.stdout


def test_damage_is_told_and_the_others_are_grouped(tmp_path):
    path = write(tmp_path / "a.jsonl", [article(1, text(1)), article(2, text(1)), article(3, None)])
    with path.open("a") as file:
        file.write("broken\n")
    result = run(path)
    assert (result.exit_code, len(result.stdout.splitlines())) == (1, 1)
    assert result.stderr.count("[unreadable]") == 2


def test_a_set_that_does_not_exist_is_wrong_usage(tmp_path):
    assert run(tmp_path / "none").exit_code == 2


def test_the_simhash_of_an_article_is_the_documented_one(tmp_path):
    path = write(tmp_path / "a.jsonl", [article(1, text(1)), article(2, text(1))])
    (group,) = (list(one) for one in find_groups(path, DuplicateSearch(), Sums()))
    assert f"{group[0].row.simhash:016x}" == simhash64(text(1))
