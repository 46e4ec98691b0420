"""What a run is made of, and how much of the machine it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from harvester.crawl.host import HostProbe
from harvester.crawl.jobs import Pacing
from harvester.crawl.reader_work import Read
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import Done
from harvester.crawl.state.store import State
from harvester.crawl.visit import Visit
from harvester.crawl.visit_writer import VisitWriter
from harvester.models import SiteMemory

Goal = Visit | HostProbe  # what the requests of a crawl are made for
Ending = Literal["done", "held", "limit", "stopped", "changed"]


@dataclass(frozen=True, slots=True)
class Settings:
    """How much of the machine a run takes."""

    hosts: int = 500  # leased at a time; fewer where other machines share the state
    leases: int = 100  # taken in one go
    urls: int = 20  # of a host at a time: new ones come before what waits since long
    slots: int = 64  # requests under way, and pages not read yet
    readings: int = 8  # pages that wait for a worker or are with one
    lease_s: float = 300.0
    max_pages: int | None = None
    max_time_s: float | None = None
    pacing: Pacing = field(default_factory=Pacing)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run is made of."""

    sources: Mapping[int, CrawlSource]  # by the state's number
    state: State
    writer: VisitWriter
    read: Read
    report: Callable[[Done], None]  # called with each visit once it is written down
    memories: Mapping[str, SiteMemory] = field(default_factory=dict)  # by host
    run: int = 0  # its number in the state
    only: frozenset[int] | None = None  # sources that the run is for; None: all
