"""The state of a crawl, as the rest of the program sees it."""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from harvester.crawl.health import SourceFacts
from harvester.crawl.schedule import is_failure
from harvester.crawl.state import addresses, hosts, outbox, report, runs, source_counters, url_rows
from harvester.crawl.state import early_visits as wishes
from harvester.crawl.state import unfinished_writes as touched
from harvester.crawl.state.changed_sources import UrlChoice, apply_choices
from harvester.crawl.state.clock import mend_times, was_ahead
from harvester.crawl.state.database import Database, open_database
from harvester.crawl.state.rows import (
    Added,
    HostSchedule,
    Intent,
    KnownUrl,
    LastText,
    Lease,
    LeasedHost,
    LeaseLimits,
    NewUrl,
    RobotsFile,
    Runner,
    Share,
    Visited,
)
from harvester.crawl.state.silent_fields import learn_fields
from harvester.crawl.state.source_facts import Detail, all_facts, detail_of
from harvester.store.changes.change_line import Change
from harvester.store.changes.change_log import End

_MAX_SKEW_S: Final = 0.5  # below it, two machines agree about the time for our purposes


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written down together: whole, or not at all."""

    visits: tuple[Visited, ...] = ()
    owner: str | None = None  # of the leases that the clocks belong to; None: of nobody's
    clocks: tuple[HostSchedule, ...] = ()
    robots: tuple[tuple[int, RobotsFile], ...] = ()  # host, file
    learned: tuple[tuple[int, str], ...] = ()  # source, shape
    facts: tuple[tuple[int, str], ...] = ()  # host, JSON

    @property
    def failed(self) -> int:
        """How many of the visits failed."""
        return sum(is_failure(visit.url.kind, visit.outcome) for visit in self.visits)


class State:
    """What is known of sources, hosts and URLs. Every method is one transaction and may raise StoreError."""

    def __init__(
        self,
        address: str,
        clock: Callable[[], float] = time.time,
        open_at: Callable[[str], Database] = open_database,
    ) -> None:
        """Open or make the state at an SQLAlchemy address; with `open_unchanged`, only to look into it."""
        self._database: Final[Database] = open_at(address)
        self._clock = clock
        self._skew_s = self._measure_skew()
        self.name = self._database.name
        self.is_shared = self._database.is_shared

    def now(self) -> float:
        """Return the seconds since 1970 on the one clock of all machines that share the state."""
        return self._clock() + self._skew_s

    def close(self) -> None:
        """Close all connections."""
        self._database.close()

    # ── a run ─────────────────────────────────────────────────────────────────────────────

    def begin(self, runner: Runner, names: Sequence[str]) -> tuple[int, dict[str, int]]:
        """Write down that a run begins with these sources; return its number and that of each source.

        It is the only one on its machine: what earlier ones held there is free, and what they were writing is visited.
        """
        now = self.now()

        def work(connection: Connection) -> tuple[int, dict[str, int]]:
            number = runs.begin_run(connection, runner, int(now))
            gone = runs.earlier_owners(runner.machine, number) if self.is_shared else None
            hosts.end_leases(connection, gone, now)
            touched.disown(connection, gone, int(now))
            source_counters.forget_old_days(connection, int(now))
            return number, runs.keep_sources(connection, names)

        return self._database.run(work)

    def begin_anew(self, run: int, lost: str, owner: str) -> None:
        """Let a run that lost some of its leases give up all of them, and go on by another name."""
        now = self.now()

        def work(connection: Connection) -> None:
            hosts.end_leases(connection, [lost], now)
            touched.disown(connection, [lost], int(now))
            runs.keep_owner(connection, run, owner)

        self._database.run(work)

    def unlike(self, runner: Runner) -> tuple[runs.Other, ...]:
        """Return the machines that crawl with other sources."""
        now = int(self.now())
        return self._database.read(lambda connection: runs.unlike(connection, runner, now)) if self.is_shared else ()

    def has_free(self) -> bool:
        """Return whether a host has something due that may be asked for, and nobody holds it."""
        now = self.now()
        return self._database.read(lambda connection: hosts.has_free(connection, now))

    def look_around(self, run: int, owner: str) -> Share:
        """Write down that a run is alive, and return what there is to do for all machines."""
        now = self.now()

        def work(connection: Connection) -> Share:
            machines = runs.count_machines(connection, run, int(now))
            return Share(machines, *hosts.share(connection, owner, now))

        return self._database.run(work)

    def mend_times(self) -> int:
        """Bring back the times that a run with a wrong clock left in the future; return of how many URLs."""
        now = int(self.now())
        if not self._database.read(lambda connection: was_ahead(connection, now)):
            return 0  # as nearly always: whoever writes is not held up
        return self._database.run(lambda connection: mend_times(connection, now))

    def mark(self, name: str) -> str | None:
        """Return what the whole crawl has one of; None where that is not settled."""
        return self._database.read(lambda connection: runs.find_mark(connection, name))

    def keep_mark(self, name: str, value: str) -> str:
        """Settle what the whole crawl has one of; return what it is now, by whichever machine came first."""
        return self._database.run(lambda connection: runs.keep_mark(connection, name, value))

    def seed(self, seeds: Sequence[NewUrl], choices: Sequence[UrlChoice] = ()) -> None:
        """Add the URLs that the sources name; what belongs to none of them any more rests until one names it again.

        `choices` are what each source wants; where that changed, it reaches the URLs that are known.
        """
        now = int(self.now())

        def work(connection: Connection) -> None:
            runs.rename_sources(connection, seeds)
            url_rows.seed_urls(connection, seeds, now)
            runs.pause_vanished(connection)
            apply_choices(connection, choices, now)

        self._database.run(work)

    def keep_digest(self, run: int, sources: int) -> None:
        """Write down which sources a run has from now on."""
        self._database.run(lambda connection: runs.keep_digest(connection, run, sources))

    def keep_sources(self, names: Sequence[str]) -> dict[str, int]:
        """Make these the sources, while a run goes on; return the number of each."""
        return self._database.run(lambda connection: runs.keep_sources(connection, names))

    def wake(self, sources: Sequence[int]) -> tuple[wishes.Rest, ...]:
        """Make due what a person wants of sources now; return which of their hosts rest all the same."""
        now = int(self.now())
        return self._database.run(lambda connection: wishes.wake(connection, sources, now))

    def due_now(self, names: Collection[str], *, wished: bool) -> list[wishes.DueUrl]:
        """Return what a run would visit of sources; with `wished` also what `wake` would make due."""
        now = int(self.now())
        return self._database.read(lambda connection: list(wishes.due_now(connection, now, names, wished=wished)))

    def end(self, run: int, ended_by: str) -> None:
        """Write down how a run ended."""
        now = int(self.now())
        self._database.run(lambda connection: runs.end_run(connection, run, ended_by, now))

    def skip(self, owner: str) -> None:
        """Write down that a run did not begin, because another one holds the lock."""
        now = int(self.now())
        self._database.run(lambda connection: runs.skip_run(connection, owner, now))

    # ── hosts ─────────────────────────────────────────────────────────────────────────────

    def lease_due(self, lease: Lease, host_limit: int, wanted: LeaseLimits) -> tuple[LeasedHost, ...]:
        """Take hosts that have something due and may be asked soon, each with what is wanted of it."""
        now = self.now()
        return self._database.run(lambda connection: hosts.lease_due(connection, lease, now, (host_limit, wanted)))

    def claim(self, lease: Lease, name: str) -> tuple[LeasedHost | None, tuple[RobotsFile, ...]]:
        """Take one host, known or not; where another owner holds it, return its robots.txt as far as it is known."""
        now = self.now()

        def work(connection: Connection) -> tuple[LeasedHost | None, tuple[RobotsFile, ...]]:
            leased = hosts.lease_named(connection, lease, name, now)
            return (leased, ()) if leased is not None else (None, hosts.robots_at(connection, name, now))

        return self._database.run(work)

    def turn_over(
        self, owner: str, clocks: Sequence[HostSchedule], wanted: LeaseLimits
    ) -> Mapping[int, tuple[KnownUrl, ...]]:
        """Return what else is wanted of hosts that are ours, by host; those without are given back."""
        now = self.now()

        def work(connection: Connection) -> dict[int, tuple[KnownUrl, ...]]:
            hosts.keep_clocks(connection, owner, clocks)
            found = dict(hosts.more_urls(connection, [clock.host_id for clock in clocks], now, wanted))
            hosts.release(connection, owner, [clock for clock in clocks if not found[clock.host_id]])
            return found

        return self._database.run(work)

    def renew(self, lease: Lease, held: Collection[int]) -> int:
        """Prolong the leases of the owner on some hosts; return how many of them it has."""
        until = self.now() + lease.seconds
        return self._database.run(lambda connection: hosts.renew(connection, lease.owner, held, until))

    def release(self, owner: str, clocks: Sequence[HostSchedule]) -> None:
        """Give hosts back, with their clocks."""
        self._database.run(lambda connection: hosts.release(connection, owner, clocks))

    # ── visits ────────────────────────────────────────────────────────────────────────────

    def add(self, new: Sequence[NewUrl], sitemap_room: int | None = None) -> Added:
        """Add URLs that are not known yet, of sitemaps only the first `sitemap_room`; return what became of them."""
        now = int(self.now())
        return self._database.run(lambda connection: url_rows.add_urls(connection, new, now, sitemap_room))

    def add_each(self, groups: Sequence[Sequence[NewUrl]], rooms: Mapping[int, int]) -> tuple[Added, ...]:
        """Add groups of URLs as `add` does one; `rooms` is how many sitemaps may be added, by source."""
        now = int(self.now())
        return self._database.run(lambda connection: url_rows.add_each(connection, groups, now, rooms))

    def announce(self, intent: Intent) -> None:
        """Make known what is about to be written: a kill hides no story from its copies, and no file is overlooked.

        Raises LostLeasesError where another owner took over one of the hosts.
        """

        def work(connection: Connection) -> None:
            hosts.check_held(connection, intent.owner, intent.clocks, self.name)
            touched.touch(connection, intent.owner, intent.touched)
            url_rows.announce_stories(connection, intent.stories)

        self._database.run(work)

    def finish(self, run: int, batch: Batch, publish: Callable[[], None] = lambda: None) -> int:
        """Write down what a batch of visits left behind; nothing where another owner took over one of its hosts.

        Return how many changes of articles that makes.

        `publish` puts the articles in their places. It is called when the leases were found to be held, and nobody
        takes them over before it has ended; it is called again where the transaction has to be. Raises LostLeasesError.
        """
        now = int(self.now())

        def work(connection: Connection) -> int:
            if batch.owner is not None:
                hosts.check_held(connection, batch.owner, batch.clocks, self.name)
                hosts.keep_clocks(connection, batch.owner, batch.clocks)
                publish()
                touched.settle(connection, batch.owner, [visit.url.id for visit in batch.visits])
            changes = outbox.add_changes(connection, batch.visits, now)
            url_rows.finish_urls(connection, batch.visits, now)
            learn_fields(connection, batch.visits, now)
            source_counters.keep_health(connection, batch.visits, now)
            addresses.keep_addresses(connection, batch.visits)
            hosts.keep_robots(connection, batch.robots)
            hosts.keep_facts(connection, batch.facts)
            runs.keep_shapes(connection, dict(batch.learned))
            if batch.visits:
                runs.count_visits(connection, run, len(batch.visits), batch.failed, now)
            return changes

        return self._database.run(work)

    # ── changes that are to be handed on ──────────────────────────────────────────────────

    def number_changes(self, end: End) -> tuple[Change, ...]:
        """Return changes of articles that are not in the list that ends at `end`, each with a number of its own.

        They are some thousand at most. Whoever calls is the only one that writes the list.
        """
        now = int(self.now())
        return self._database.run(lambda connection: outbox.number_changes(connection, end, now), durable=True)

    def count_waiting_changes(self) -> int:
        """Return how many changes of articles are not known to be in the list."""
        return self._database.read(outbox.count_waiting)

    def known(self, url: str) -> KnownUrl | None:
        """Return a URL as a run would get it when it is due; None: it is not known."""
        return self._database.read(lambda connection: url_rows.known_url(connection, url))

    def find(self, url: str) -> report.UrlLine | None:
        """Return what is known of the article that has a URL among its addresses, or of the URL; None: nothing."""
        return self._database.read(lambda connection: report.find_line(connection, url))

    def facts(self, name: str | None = None) -> tuple[SourceFacts, ...]:
        """Return how each source does, or the one with this name."""
        now = int(self.now())
        return self._database.read(lambda connection: all_facts(connection, now, name))

    def source_detail(self, name: str) -> Detail | None:
        """Return what is known of one source; None: it is not known."""
        now = int(self.now())
        return self._database.read(lambda connection: detail_of(connection, name, now))

    def source_names(self) -> Mapping[int, str]:
        """Return the name of each source by its number, also of those that are sources no more."""
        return self._database.read(runs.source_names)

    def similar(self, keys: Sequence[int]) -> Mapping[int, Sequence[KnownUrl]]:
        """Return, by key, the URLs whose story has it."""
        return self._database.read(lambda connection: url_rows.similar_stories(connection, keys))

    def owners(self, articles: Sequence[int]) -> Mapping[int, Sequence[int]]:
        """Return, by the hash that names an article, the numbers of the URLs that it was written for."""
        return self._database.read(lambda connection: url_rows.article_owners(connection, articles))

    def last_texts(self, sources: Collection[int]) -> Mapping[int, Sequence[LastText]]:
        """Return the last texts of some sources, by source."""
        return self._database.read(lambda connection: source_counters.last_texts(connection, sources))

    def shapes(self) -> Mapping[int, str]:
        """Return what was learned of the URLs of each source."""
        return self._database.read(runs.shapes)

    def report(self) -> report.Report:
        """Return the state in figures."""
        now = int(self.now())
        return self._database.read(lambda connection: report.make_report(connection, now))

    # ── the clock ─────────────────────────────────────────────────────────────────────────

    def _measure_skew(self) -> float:
        """Return what to add to this machine's clock to get that of the server all machines ask."""
        if not self._database.is_shared:
            return 0.0
        query = text("SELECT extract(epoch FROM clock_timestamp())")
        theirs = float(self._database.read(lambda connection: connection.execute(query).scalar_one()))
        skew_s = theirs - self._clock()
        return skew_s if abs(skew_s) > _MAX_SKEW_S else 0.0
