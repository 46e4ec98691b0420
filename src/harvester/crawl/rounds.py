"""Runs of the engine, one after the other: once, or for ever, with pauses while nothing is due."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from harvester.crawl.engine import Engine
from harvester.crawl.engine_parts import Ending, Parts, Settings
from harvester.crawl.jobs import Ask
from harvester.crawl.sources_file import Crawl, CrawlSource
from harvester.crawl.state.hosts import LostLeasesError
from harvester.crawl.tally import CrawlSummary

_POLL_S: Final = 2.0  # how often is looked for changed sources, and for what is due
# A round has an end, although something may always be due: the share of each source and its robots.txt are of a round.
_ROUND_S: Final = 900.0
_SUMMARY_S: Final = 60.0


class Watcher(Protocol):
    """Who watches a run without an end."""

    @property
    def note(self) -> Callable[[str], None]:
        """Show what a person should know."""

    @property
    def summary(self) -> Callable[[CrawlSummary], None]:
        """Show the totals so far, now and then."""


@dataclass(frozen=True, slots=True)
class Crew:
    """What all rounds share."""

    parts: Parts
    settings: Settings
    owner: str  # of the leases, until some are lost
    watcher: Watcher
    summarise: Callable[[str], CrawlSummary]


class Rounds:
    """Rounds of one run; lives in one event loop."""

    def __init__(self, crew: Crew, reload: Callable[[], Crawl | None] | None) -> None:
        self._crew = crew
        self._parts = crew.parts
        self._owner = crew.owner
        self._reload = reload  # None: one round
        self._engine: Engine | None = None
        self._pages = 0
        self._changed: Crawl | None = None
        self._looking: asyncio.Task[Crawl | None] | None = None  # for changed sources
        self._wake = asyncio.Event()
        self._is_stopped = False
        max_time_s = crew.settings.max_time_s
        self._until = None if max_time_s is None else time.monotonic() + max_time_s
        self._reported_at = time.monotonic()

    def stop(self) -> None:
        """Finish what is under way, and end."""
        self._is_stopped = True
        self._wake.set()
        if self._engine is not None:
            self._engine.stop("stopped")

    def taken(self) -> Crawl | None:
        """Return the sources that the run is to go on with, once; None: it has ended."""
        changed, self._changed = self._changed, None
        return None if self._is_stopped else changed

    def go_on(self, sources: Mapping[int, CrawlSource]) -> None:
        """Take other sources, by the state's numbers."""
        self._parts = replace(self._parts, sources=sources)

    async def run(self, ask: Ask) -> Ending:
        """Crawl until the run is to end, or to go on with other sources. Raises StoreError."""
        while True:
            ending = await self._round(ask)
            if self._is_stopped:
                return "stopped"
            if self._changed is not None or ending == "limit":
                return ending
            if ending == "changed":
                continue
            if self._reload is None:
                return ending
            await self._report()
            if not await self._until_due():
                return "stopped" if self._is_stopped else "limit" if self._changed is None else "changed"

    async def _round(self, ask: Ask) -> Ending:
        """Crawl until nothing is due; "changed": there is a reason to begin another round at once."""
        self._parts.writer.begin_round()
        self._engine = engine = Engine(self._parts, ask, self._left(), self._owner)
        try:
            async with _beside(self._watch(engine)):
                return await engine.run()
        except LostLeasesError as error:
            self._crew.watcher.note(f"{error.explanation.partition(':')[0]}; what it had under way is visited again")
            await asyncio.to_thread(self._begin_anew)
            return "changed"
        finally:
            self._pages += engine.pages
            self._engine = None

    def _left(self) -> Settings:
        """Return the settings of the next round: what is left of the limits."""
        settings = self._crew.settings
        max_pages = None if settings.max_pages is None else max(settings.max_pages - self._pages, 1)
        max_time_s = None if self._until is None else max(self._until - time.monotonic(), 0)
        return replace(settings, max_pages=max_pages, max_time_s=max_time_s)

    def _begin_anew(self) -> None:
        lost, self._owner = self._owner, f"{self._crew.owner.rpartition(', ')[0]}, {secrets.token_hex(4)}"
        self._parts.state.begin_anew(self._parts.run, lost, self._owner)

    # ── without an end ────────────────────────────────────────────────────────────────────

    async def _watch(self, engine: Engine) -> None:
        """End a round where sources changed, or it has lasted long."""
        until = time.monotonic() + _ROUND_S
        while self._reload is not None:
            await asyncio.sleep(_POLL_S)
            if time.monotonic() > until or await self._has_changed():
                engine.stop("changed")
                return

    async def _has_changed(self) -> bool:
        if self._changed is None and self._reload is not None:
            if self._looking is None:
                self._looking = asyncio.create_task(asyncio.to_thread(self._reload))
            # A round may end, and its watch with it, while this looks: it tells once what it saw, and whoever asks next
            # takes that.
            self._changed = await asyncio.shield(self._looking)
            self._looking = None
        return self._changed is not None

    async def _until_due(self) -> bool:
        """Wait until something is due; return False where the run is to end, or to go on with other sources."""
        while not self._is_stopped and (self._until is None or time.monotonic() < self._until):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._wake.wait()
            if self._is_stopped or await self._has_changed():
                return False
            if await asyncio.to_thread(self._is_due):
                return True
        return False

    def _is_due(self) -> bool:
        state = self._parts.state
        if mended := state.mend_times():  # else nothing would be due until those times come
            self._crew.watcher.note(
                f"the clock was wrong: {mended:,} URLs had times in the future, which are brought back"
            )
        if state.is_shared:
            state.look_around(self._parts.run, self._owner)  # the others leave their share to who is alive
        return state.has_free()

    async def _report(self) -> None:
        """Report how the run goes; looking through a large state takes a second."""
        if time.monotonic() - self._reported_at >= _SUMMARY_S:
            self._reported_at = time.monotonic()
            self._crew.watcher.summary(await asyncio.to_thread(self._crew.summarise, "watch"))


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Do other work as long as the block lasts."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
