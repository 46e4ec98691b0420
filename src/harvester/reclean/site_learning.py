"""What the saved pages of one site have in common: whose each page is, and the first pass, which learns."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from harvester.archive.page_addresses import own_addresses
from harvester.archive.saved_page import SavedPage, read_saved
from harvester.errors import FetchError, HarvesterError, StoreError
from harvester.models import Page, SiteMemory
from harvester.reclean.units import PageFile, Unit, far_page, unit_items
from harvester.site_memory import PageFingerprint, learn
from harvester.urls import check_url, host_of, is_plain_url
from harvester.workers.process_pool import BeginPage
from harvester.workers.worker_limits import Overrun, time_limit

# A text of the site is on most of its pages; more of them only cost time.
MAX_LEARNED: Final = 40


def host_of_saved(saved: SavedPage) -> str | None:
    """Return the host of a saved page, without "www.": of its address, else of the address that it calls its own."""
    return host_of_page(saved.page) if saved.dump is None else None


def host_of_page(page: Page) -> str | None:
    """Return the host of a page of markup, as `host_of_saved` does."""
    address = page.address
    for url in [address] if address else own_addresses(page.body):
        try:
            return host_of(url if is_plain_url(url) else check_url(url)).removeprefix("www.")
        except FetchError:  # no web address; the next one may be
            continue
    return None


@dataclass(frozen=True, slots=True)
class FingerprintTask:
    """Reads what some pages of a unit leave behind for the memories of their sites."""

    unit: Unit
    wanted: frozenset[int]  # numbers of the pages in the unit
    limit_s: float

    def run(self, begin_page: BeginPage) -> tuple[tuple[int, PageFingerprint], ...]:
        """Return the fingerprint of each page; one that cannot be read is left out."""
        return tuple(self._traces(begin_page))

    def without(self, at: int, error: HarvesterError) -> "FingerprintTask":
        """Return the task without a page: it changes nothing for the others."""
        return replace(self, wanted=self.wanted - {at})

    def _traces(self, begin_page: BeginPage) -> Iterator[tuple[int, PageFingerprint]]:
        from harvester.cleaning import fingerprint_page  # noqa: PLC0415 - the parsers load in the workers only

        last = max(self.wanted, default=-1)
        for at, item in enumerate(unit_items(self.unit)):
            if at > last:
                return
            begin_page(at, item.name)
            if at not in self.wanted:
                continue
            try:
                page = far_page(item)
                with time_limit(self.limit_s):
                    found = page or (read_saved(item.source) if isinstance(item, PageFile) else item.found)
                    fingerprint = fingerprint_page(found.page) if isinstance(found, SavedPage) else None
            except StoreError:  # a bucket that is away: without the page the memory would be another one
                raise
            except (Exception, Overrun):  # noqa: BLE001 - whatever it is, its cleaning reports it
                fingerprint = None
            if fingerprint is not None:
                yield at, fingerprint


@dataclass(frozen=True, slots=True)
class LearnTask:
    """Learns the memories of some hosts."""

    hosts: tuple[tuple[str, tuple[PageFingerprint, ...]], ...]

    def run(self, begin_page: BeginPage) -> tuple[SiteMemory, ...]:
        """Return the memory of each host that has one."""
        return tuple(self._learned(begin_page))

    def without(self, at: int, error: HarvesterError) -> "LearnTask":
        """Return the task without a host."""
        return replace(self, hosts=self.hosts[:at] + ((self.hosts[at][0], ()),) + self.hosts[at + 1 :])

    def _learned(self, begin_page: BeginPage) -> Iterator[SiteMemory]:
        for at, (host, fingerprints) in enumerate(self.hosts):
            begin_page(at, host)
            if (memory := learn(host, fingerprints)) is not None:
                yield memory
