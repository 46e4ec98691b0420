"""The journal of a run keeps of each page only what is still needed."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.archive.inputs import Input
from harvester.memory import Traces, make_memory
from harvester.reclean.journal import Journal
from harvester.reclean.survey import Cut, Member, Stretch, Survey
from harvester.store.site_memories import pack_traces, unpack_traces

DIGEST = st.binary(min_size=8, max_size=8).map(bytes.hex)
LINES = 80  # of a page that is met in the wild


@given(
    st.builds(
        Traces,
        st.none() | DIGEST,
        st.lists(st.tuples(DIGEST, st.integers(0, 2**31))).map(tuple),
        st.lists(DIGEST).map(tuple),
    )
)
def test_traces_come_back_as_they_were(traces):
    assert unpack_traces(pack_traces(traces)) == traces


def traces(seed):
    dice = random.Random(seed)
    digests = sorted(dice.randbytes(8).hex() for _ in range(LINES))
    return Traces(digests[0], tuple((digest, 300) for digest in digests[:20]), tuple(digests[20:]))


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "run.sqlite") as journal:
        yield journal


def plan(journal, tmp_path, hosts, pages):
    """Plan one container for each host, with so many pages that are to be learned."""
    found = [Input(f"{host}.warc", tmp_path / f"{host}.warc", "warc") for host in range(hosts)]
    journal.plan(found, Cut(2**20, 100))
    for host in range(hosts):
        members = tuple(Member(f"site{host}.example", at, 0, at) for at in range(pages))
        journal.add_survey(host, Survey((Stretch(0, None, pages, 1000),), members, ((0, f"site{host}.example"),)))
    journal.number_units()
    journal.choose_learned(3)


def test_what_pages_left_behind_is_dropped_with_the_memory_that_was_made_of_it(journal, tmp_path):
    plan(journal, tmp_path, 3, 5)
    units = [unit.number for unit, _ in journal.untraced()]
    journal.add_traces(units[0], [(at, traces(at)) for at in range(5)])
    assert journal.ready_hosts(2, ()) == ()
    [host] = journal.ready_hosts(1, ())
    assert journal.traces_of(host) == ("site0.example", tuple(traces(at) for at in range(5)))
    assert journal.ready_hosts(1, {host}) == ()
    journal.add_memories([make_memory("site0.example", 5, {"00" * 8: 3})], [host])
    assert journal.ready_hosts(1, ()) == ()
    assert journal.memories_of(units[0]).keys() == {"site0.example"}
    journal.add_traces(units[1], [])  # none of its pages could be read
    [host] = journal.ready_hosts(1, ())
    assert journal.traces_of(host) == ("site1.example", ())


def test_a_learned_page_costs_less_than_300_bytes_of_the_journal(journal, tmp_path):
    """Of hosts whose pages stand together: what a site leaves behind is learned and dropped before the next ones."""
    hosts, pages = 100, 40
    plan(journal, tmp_path, hosts, pages)
    for unit, wanted in list(journal.untraced()):
        journal.add_traces(unit.number, [(at, traces((unit.number, at).__hash__())) for at in sorted(wanted)])
        if ready := journal.ready_hosts(10, ()):
            journal.add_memories([], ready)
    journal.add_memories([], journal.ready_hosts(1, ()))
    journal.__exit__(None, None, None)  # what stands in the log is written into the file
    size = (tmp_path / "run.sqlite").stat().st_size
    assert size / (hosts * pages) < 300
