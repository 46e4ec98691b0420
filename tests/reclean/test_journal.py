"""The journal of a run keeps of each page only what is still needed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.archive.inputs import Input
from harvester.reclean import pipeline
from harvester.reclean.journal import Journal
from harvester.reclean.planning import UNRANKED, InputSurvey, SamplePage, Split, UnitSize
from harvester.reclean.site_learning import MAX_LEARNED
from harvester.site_memory import PageFingerprint, make_memory
from harvester.store.site_memories import pack_fingerprint, unpack_fingerprint

DIGEST = st.binary(min_size=8, max_size=8).map(bytes.hex)
ALL = 2**31  # hosts
LINES = 80  # of a page that is met in the wild


@given(
    st.builds(
        PageFingerprint,
        st.none() | DIGEST,
        st.lists(st.tuples(DIGEST, st.integers(0, 2**31))).map(tuple),
        st.lists(DIGEST).map(tuple),
    )
)
def test_fingerprints_come_back_as_they_were(fingerprints):
    assert unpack_fingerprint(pack_fingerprint(fingerprints)) == fingerprints


def fingerprints(seed):
    dice = random.Random(seed)
    digests = sorted(dice.randbytes(8).hex() for _ in range(LINES))
    return PageFingerprint(digests[0], tuple((digest, 300) for digest in digests[:20]), tuple(digests[20:]))


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "run.sqlite") as journal:
        yield journal


def plan(journal, tmp_path, hosts, pages):
    """Plan one container for each host, with so many pages that are to be learned."""
    found = [Input(f"{host}.warc", tmp_path / f"{host}.warc", "warc") for host in range(hosts)]
    journal.plan(found, UnitSize(2**20, 100))
    for host in range(hosts):
        members = tuple(SamplePage(f"site{host}.example", at, 0, at) for at in range(pages))
        journal.add_survey(host, InputSurvey((Split(0, None, pages, 1000),), members, ((0, f"site{host}.example"),)))
    journal.number_units()
    journal.sites.choose(3)


def test_what_pages_left_behind_is_dropped_with_the_memory_that_was_made_of_it(journal, tmp_path):
    plan(journal, tmp_path, 3, 5)
    sites = journal.sites
    units = list(sites.traceable(ALL))
    assert sites.wanted_in(units[0], ALL) == frozenset(range(5))
    sites.add_fingerprint(units[0], range(5), [(at, fingerprints(at)) for at in range(5)])
    [host] = sites.ready(2, ())
    assert sites.fingerprints_of(host) == ("site0.example", tuple(fingerprints(at) for at in range(5)))
    assert sites.ready(1, {host}) == ()
    assert not sites.are_learned(units[0])
    sites.finish([host], [make_memory("site0.example", 5, {"00" * 8: 3})])
    assert sites.ready(1, ()) == ()
    assert sites.are_learned(units[0])
    assert sites.memories_of(units[0]).keys() == {"site0.example"}
    sites.add_fingerprint(units[1], range(5), [])  # none of its pages could be read
    [host] = sites.ready(1, ())
    assert sites.fingerprints_of(host) == ("site1.example", ())


def test_of_a_host_the_pages_of_the_least_ranks_are_learned_however_they_are_met(journal, tmp_path):
    ranks = random.Random(1).sample(range(10_000), 300)
    journal.plan([Input(f"{item}.warc", tmp_path / f"{item}.warc", "warc") for item in range(10)], UnitSize(2**20, 100))
    for item in (3, 1, 4, 5, 9, 2, 6, 8, 7, 0):
        members = tuple(SamplePage("site.example", ranks[30 * item + at], 0, at) for at in range(30))
        journal.add_survey(item, InputSurvey((Split(0, None, 30, 1000),), members, ((0, "site.example"),)))
    journal.number_units()
    journal.sites.choose(3)
    wanted = [30 * unit + at for unit in range(10) for at in journal.sites.wanted_in(unit, ALL)]
    assert sorted(ranks[at] for at in wanted) == sorted(ranks)[:MAX_LEARNED]


def rank_steps(path, groups):
    """Return how many steps SQLite takes, in hundreds, to rank all pages of one site in so many groups of eight."""
    steps = []
    with Journal(path / f"{groups}.sqlite") as journal:
        journal.plan([Input(f"{at}.html", path / f"{at}.html", "html") for at in range(8 * groups)], UnitSize(1, 8))
        for item in range(groups):
            members = tuple(SamplePage("site.example", UNRANKED, 0, at) for at in range(8))
            journal.add_survey(item, InputSurvey((Split(0, None, 8, 1000),), members, ((0, "site.example"),)))
        journal._file.db.set_progress_handler(lambda: steps.append(1), 100)
        for item, _, wanted in journal.unranked():
            journal.sites.add_ranks(item, wanted, {at: 8 * item + at for at in wanted})
    return len(steps)


def test_four_times_the_groups_of_pages_take_four_times_the_steps_to_rank(tmp_path):
    assert rank_steps(tmp_path, 160) <= 5 * rank_steps(tmp_path, 40)


@pytest.mark.parametrize("pages", [MAX_LEARNED // 4, MAX_LEARNED])
def test_ranks_are_asked_for_where_a_host_has_more_pages_than_are_learned(journal, tmp_path, pages):
    ranks = random.Random(2).sample(range(10_000), 4 * pages)
    journal.plan([Input(f"{at}.html", tmp_path / f"{at}.html", "html") for at in range(4 * pages)], UnitSize(1, pages))
    for item in range(4):
        told = [ranks[pages * item + at] if at % 3 else UNRANKED for at in range(pages)]
        members = tuple(SamplePage("site.example", rank, 0, at) for at, rank in enumerate(told))
        journal.add_survey(item, InputSurvey((Split(0, None, pages, 1000),), members, ((0, "site.example"),)))
    asked = list(journal.unranked())
    assert bool(asked) == (4 * pages > MAX_LEARNED)
    for item, files, wanted in asked:
        assert len(files) == pages
        assert wanted == frozenset(range(0, pages, 3))
        journal.sites.add_ranks(item, wanted, {at: ranks[pages * item + at] for at in wanted if at})
    assert next(journal.unranked(), None) is None
    journal.number_units()
    journal.sites.choose(3)
    learned = [ranks[pages * unit + at] for unit in range(4) for at in journal.sites.wanted_in(unit, ALL)]
    lost = {ranks[pages * item] for item, _, _ in asked}  # those that could not be read any more
    assert sorted(learned) == sorted(set(ranks) - lost)[:MAX_LEARNED]


def test_a_learned_page_costs_less_than_300_bytes_of_the_journal(journal, tmp_path):
    """Of hosts whose pages stand together: what a site leaves behind is learned and dropped before the next ones."""
    hosts, pages = 100, 40
    plan(journal, tmp_path, hosts, pages)
    for unit in list(journal.sites.traceable(ALL)):
        wanted = journal.sites.wanted_in(unit, ALL)
        journal.sites.add_fingerprint(
            unit, wanted, [(at, fingerprints((unit, at).__hash__())) for at in sorted(wanted)]
        )
        journal.sites.finish(journal.sites.ready(10, ()), [])
    assert journal.sites.is_complete()
    journal.__exit__(None, None, None)  # what stands in the log is written into the file
    size = (tmp_path / "run.sqlite").stat().st_size
    assert size / (hosts * pages) < 300


def test_a_learned_page_costs_less_than_300_bytes_where_all_sites_are_mixed(journal, tmp_path):
    """A part of the sites is learned at a time, as a run does it."""
    hosts, pages = 100, 40
    journal.plan(
        [Input(f"{item}.warc", tmp_path / f"{item}.warc", "warc") for item in range(pages)], UnitSize(2**20, hosts)
    )
    names = [f"site{host}.example" for host in range(hosts)]
    for item in range(pages):
        members = tuple(SamplePage(name, item, 0, at) for at, name in enumerate(names))
        present = tuple((0, name) for name in sorted(names))
        journal.add_survey(item, InputSurvey((Split(0, None, hosts, 1000),), members, present))
    journal.number_units()
    sites = journal.sites
    sites.choose(3)
    last, each = -1, sites.count_wanted() // pipeline._PARTS
    while (last := sites.next_hosts(last, each)) is not None:
        for unit in list(sites.traceable(last)):
            wanted = sites.wanted_in(unit, last)
            sites.add_fingerprint(unit, wanted, [(at, fingerprints((unit, at).__hash__())) for at in sorted(wanted)])
        while ready := sites.ready(20, ()):
            sites.finish(ready, [])
    assert sites.is_complete()
    journal.__exit__(None, None, None)
    assert (tmp_path / "run.sqlite").stat().st_size / (hosts * pages) < 300
