"""The vote over candidates, and what it shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from metadata_pages import ADDRESS, LEXICON, PROSE, document_of, json_ld, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.fields.authors import WEIGHTS as AUTHOR_WEIGHTS
from harvester.metadata.fields.dates import WEIGHTS as DATE_WEIGHTS
from harvester.metadata.fields.title import WEIGHTS as TITLE_WEIGHTS
from harvester.metadata.vote import MAX_SHOWN, Candidate, Doubt, first_of, hold_vote, merge
from harvester.models import Page

WEIGHTS = {"a": 2.0, "b": 1.5, "c": 1.0, "against": -3.0}
SIGNS = st.dictionaries(st.sampled_from(sorted(WEIGHTS)), st.floats(0, 1), max_size=4)
CANDIDATES = st.lists(st.tuples(st.sampled_from("wxyz"), SIGNS), max_size=20)


def candidate(key: str, **signs: float) -> Candidate[str]:
    return Candidate(key, key, key, "+".join(signs), signs)


def test_agreement_of_two_beats_the_one_that_is_trusted_most() -> None:
    vote = hold_vote("title", merge([candidate("x", a=1), candidate("y", b=1), candidate("y", c=1)]), WEIGHTS)
    assert vote is not None
    assert vote.best.value == "y"


def test_agreement_raises_the_trust() -> None:
    alone = hold_vote("title", merge([candidate("x", a=1), candidate("y", c=1)]), WEIGHTS)
    agreed = hold_vote("title", merge([candidate("x", a=1), candidate("x", b=1), candidate("y", c=1)]), WEIGHTS)
    assert alone is not None
    assert agreed is not None
    assert (agreed.evidence[0].trust or 0) > (alone.evidence[0].trust or 0)


def test_what_is_trusted_too_little_is_left_out_and_still_shown() -> None:
    alike = merge(candidate(key, a=1) for key in "wxyz")
    vote = hold_vote("title", alike, WEIGHTS, Doubt(nothing=0.0, least=0.3))
    assert vote is not None
    assert not vote.is_trusted
    assert not any(one.chosen for one in vote.evidence)
    assert len(vote.evidence) == 4


def test_a_weak_place_alone_is_trusted_less_than_a_strong_one() -> None:
    weak = hold_vote("title", (candidate("x", c=1),), WEIGHTS, Doubt(nothing=0.0, least=0.8))
    strong = hold_vote("title", (candidate("x", a=1),), WEIGHTS, Doubt(nothing=0.0, least=0.8))
    assert weak is not None
    assert strong is not None
    assert (weak.is_trusted, strong.is_trusted) == (False, True)


def test_no_candidate_is_no_vote() -> None:
    assert hold_vote("title", (), WEIGHTS) is None


@given(CANDIDATES)
def test_one_candidate_is_chosen_and_the_shares_are_of_one_whole(given_: list[tuple[str, dict[str, float]]]) -> None:
    candidates = merge(candidate(key, **signs) for key, signs in given_)
    vote = hold_vote("title", candidates, WEIGHTS)
    if vote is None:
        assert not given_
        return
    assert [one.chosen for one in vote.evidence] == [True] + [False] * (len(vote.evidence) - 1)
    assert sum(one.trust or 0 for one in vote.evidence) == pytest.approx(1, abs=0.01)
    assert vote.best.text == vote.evidence[0].value


@given(CANDIDATES)
def test_merging_again_changes_nothing(given_: list[tuple[str, dict[str, float]]]) -> None:
    once = merge(candidate(key, **signs) for key, signs in given_)
    assert merge(once) == once


def test_the_evidence_of_a_hostile_page_is_bounded() -> None:
    vote = hold_vote("title", merge(candidate(str(number), a=1) for number in range(1000)), WEIGHTS)
    assert vote is not None
    assert len(vote.evidence) == MAX_SHOWN


@pytest.mark.parametrize("weights", [TITLE_WEIGHTS, AUTHOR_WEIGHTS, DATE_WEIGHTS])
def test_no_weight_of_one_sign_outvotes_all_others_together(weights: dict[str, float]) -> None:
    positive = sorted(weight for weight in weights.values() if weight > 0)
    assert positive[-1] < sum(positive[:-1])


def test_the_losers_are_shown_beside_the_chosen() -> None:
    head = json_ld(headline="Storm hits coast", author="Jane Doe", datePublished="2024-03-05")
    body = f"<h1>Storm hits coast</h1><p>By John Roe</p><time>4 March 2024</time><p>{PROSE}</p>"
    found = read_metadata(document_of(body, head), Page(ADDRESS, b""), LEXICON)
    for field in ("authors", "published"):
        shown = [one for one in found.evidence if one.field == field]
        assert [one.chosen for one in shown] == [True, False]


def test_the_people_whom_several_places_name_win_over_a_record_with_more() -> None:
    head = json_ld(headline="Storm", author=[{"name": "Jane Doe"}, {"name": "Ed Itor"}, {"name": "Fay Photo"}])
    line = '<p class="byline">By <a rel="author" href="/author/jane">Jane Doe</a></p>'
    assert metadata_of(f"<h1>Storm</h1>{line}<p>{PROSE}</p>", head).authors == ("Jane Doe",)


def test_a_day_printed_well_before_a_rewritten_record_is_the_day() -> None:
    head = json_ld(headline="Storm", datePublished="2025-06-12T08:00:00Z")
    body = f"<h1>Storm</h1><p>November 2, 2022</p><p>{PROSE}</p>"
    assert metadata_of(body, head, url="https://news.example.org/storm").published == "2022-11-02"


def test_a_day_printed_after_the_record_is_not() -> None:
    head = json_ld(headline="Storm", datePublished="2022-11-02T08:00:00Z")
    body = f"<h1>Storm</h1><p>June 12, 2025</p><p>{PROSE}</p>"
    assert metadata_of(body, head).published == "2022-11-02T08:00:00+00:00"


def test_a_section_is_trusted_more_where_two_places_say_it() -> None:
    meta = '<meta property="article:section" content="Sport">'
    alone = metadata_of(f"<h1>Storm hits the coast</h1><p>{PROSE}</p>", meta)
    body = f"<h1>Storm hits the coast</h1><p>{PROSE}</p>"
    both = metadata_of(body, meta + json_ld(headline="Storm hits the coast", articleSection="Sport"))
    trusts = [next(one.trust or 0 for one in found.evidence if one.field == "section") for found in (alone, both)]
    assert 0.5 < trusts[0] < trusts[1] < 1
    assert (alone.section, both.section) == ("Sport", "Sport")


def test_a_source_says_how_far_it_is_trusted() -> None:
    found = metadata_of(
        f"<h1>Storm hits the coast</h1><p>{PROSE}</p>",
        json_ld(headline="Storm hits the coast", isBasedOn="https://other.example/a"),
    )
    assert found.source is not None
    assert [0.5 < (one.trust or 0) < 1 for one in found.evidence if one.field == "source"] == [True]


def test_a_first_candidate_below_the_least_trust_is_left_out() -> None:
    weak = Candidate("News", "news", "News", "block:3", {"class": 1.0})
    vote = first_of("section", (weak,), {"class": -0.5}, Doubt(nothing=0.0, least=0.5))
    assert vote is not None
    assert (vote.is_trusted, vote.evidence[0].chosen) == (False, False)
