"""What a run would visit, without asking for anything or writing anything."""

from collections.abc import Iterator

from harvester.crawl.requests import seeds_of
from harvester.crawl.run_request import Wish
from harvester.crawl.sources_file import Crawl
from harvester.crawl.state.database import open_unchanged
from harvester.crawl.state.early_visits import DueUrl
from harvester.crawl.state.rows import NewUrl
from harvester.crawl.state.store import State
from harvester.crawl.state_place import state_address, state_file
from harvester.urls import host_of


def preview(crawl: Crawl, state: str | None, wish: Wish) -> Iterator[DueUrl]:
    """Yield what a run would begin with: what the sources name and the state does not know, then what is due.

    `state` is its address, where it is another one than that of the sources file. Raises StoreError "unwritable" where
    there is a state that cannot be read; where there is none, nothing is known.
    """
    address = state_address(crawl, state)
    sources = [source for source in crawl.sources if wish.source in (None, source.name)]
    seeds = {seed.url: (seed, source.name) for source in sources for seed in seeds_of(source, 0)}
    file = state_file(address)
    if file is not None and not file.is_file():
        yield from (_new(*seed) for seed in seeds.values())
        return
    known = State(address, open_at=open_unchanged)
    try:
        yield from (_new(seed, name) for seed, name in seeds.values() if known.find(seed.url) is None)
        yield from known.due_now([source.name for source in sources], wished=wish.now)
    finally:
        known.close()


def _new(seed: NewUrl, source: str) -> DueUrl:
    return DueUrl(seed.url, seed.kind.name.lower(), source, host_of(seed.url), None)
