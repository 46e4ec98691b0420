"""What the saved pages of one site have in common: a quick look at whose each page is, then a pass that learns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from harvester.errors import FetchError, HarvesterError
from harvester.memory import MIN_PAGES, Traces, learn
from harvester.models import SiteMemory
from harvester.reclean.addresses import own_addresses
from harvester.reclean.inputs import Input, is_file
from harvester.reclean.saved import SavedPage
from harvester.reclean.workers import Effort, Task, each_result
from harvester.urls import check_url, host_of

# A text of the site stands on most of its pages; more of them only cost time.
MAX_LEARNED: Final = 40


def learn_sites(inputs: Sequence[Input], effort: Effort) -> list[SiteMemory | None]:
    """Return the memory of each input's site; None: its host is not known, or has too few pages.

    A page that cannot be read changes nothing. Standard input and pipes are read once, so they have no memory.
    """
    files = [at for at, source in enumerate(inputs) if is_file(source) and source.form != "dump"]
    if len(files) < MIN_PAGES:
        return [None] * len(inputs)
    hosts = each_result([Task(inputs[at], host_of_saved) for at in files], effort)
    members: defaultdict[str, list[int]] = defaultdict(list)
    for at, host in zip(files, hosts, strict=True):
        if isinstance(host, str):
            members[host].append(at)
    memories = _learn_each({host: [inputs[at] for at in own] for host, own in members.items()}, effort)
    host_of = {at: host for host, own in members.items() for at in own}
    return [memories.get(host_of.get(at, "")) for at in range(len(inputs))]


def host_of_saved(saved: SavedPage) -> str | None:
    """Return the host of a saved page, without "www.": of its address, else of the address that it calls its own."""
    if saved.dump is not None:
        return None
    address = saved.page.address
    for url in [address] if address else own_addresses(saved.page.body):
        try:
            return host_of(check_url(url)).removeprefix("www.")
        except FetchError:  # no web address; the next one may be
            continue
    return None


def trace_saved(saved: SavedPage) -> Traces:
    """Return what the memory of its site learns of a saved page; raises HarvesterError where it cannot be read."""
    from harvester.cleaning import trace_page  # noqa: PLC0415 - the parsers load when the first page is read

    return trace_page(saved.page)


def spread(sources: Iterable[Input]) -> list[Input]:
    """Return at most `MAX_LEARNED` of the inputs, evenly from all of them in the order of their names."""
    ordered = sorted(sources, key=lambda source: source.name)
    count = min(len(ordered), MAX_LEARNED)
    return [ordered[at * len(ordered) // count] for at in range(count)]


def _learn_each(members: Mapping[str, Sequence[Input]], effort: Effort) -> dict[str, SiteMemory]:
    """Return the memory of each host that has one; no more than one host's traces are held at a time."""
    learned = [(host, source) for host, own in members.items() if len(own) >= MIN_PAGES for source in spread(own)]
    if not learned:
        return {}
    found = each_result([Task(source, trace_saved) for _, source in learned], effort)
    by_host = groupby(zip(learned, found, strict=True), key=lambda row: row[0][0])
    memories = {host: learn(host, _readable(traces for _, traces in rows)) for host, rows in by_host}
    return {host: memory for host, memory in memories.items() if memory}


def _readable(found: Iterable[Traces | HarvesterError]) -> Iterator[Traces]:
    return (traces for traces in found if isinstance(traces, Traces))
