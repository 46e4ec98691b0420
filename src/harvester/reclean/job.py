"""What a run of `harvester clean` is asked to do."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from harvester.archive.saved_page import SavedPage
from harvester.errors import UsageError
from harvester.models import USUAL_TYPES, Article, Ledger, SiteMemory
from harvester.reclean.units import UNIT_BYTES
from harvester.rendering.format_names import DEFAULT_STYLE, Readable, Style
from harvester.rules.site_rules import SiteRules, Sites
from harvester.store.datasets.layout import Form, Packing
from harvester.workers.process_pool import Effort

Format = Form | Readable
Update = Literal["stale", "changed"]
Cleaned = tuple[Article, Ledger]


class Clean(Protocol):
    """How a page becomes an article: a function of a module, because it travels to worker processes."""

    def __call__(self, saved: SavedPage, memory: SiteMemory | None = None, site: SiteRules | None = None) -> Cleaned:
        """Return article and ledger; raises HarvesterError where there is no article."""


class WrongUsageError(UsageError):
    """What is asked for cannot be: found before any page is read."""


@dataclass(frozen=True, slots=True)
class Output:
    """Where articles go, and in which form."""

    to: str  # a folder or the address of a place; made when missing
    form: Format = "json"
    packing: Packing = "none"  # of jsonl and csv
    sharded: bool | None = None  # a file a page: spread over folders; None: where there is a container among the inputs
    ledger: bool = False  # write _ledgers/STEM.ledger.json as well
    style: Style = DEFAULT_STYLE  # of formats for readers
    comments: bool = False  # articles hold what readers wrote below them; `clean` is given it, too


@dataclass(frozen=True, slots=True)
class Selection:
    """Which pages are to be cleaned."""

    since: datetime | None = None  # fetched then or later; pages that do not say are cleaned
    sites: tuple[str, ...] = ()  # hosts, without "www."; their subdomains, too; (): all
    update: Update | None = None  # "stale": no article is up to date; "changed": or only the page has changed
    # What kinds of page come out; `clean` is given them, too. In order: the job is known again by how this is written.
    page_types: tuple[str, ...] = tuple(sorted(USUAL_TYPES))


@dataclass(frozen=True, slots=True)
class CleanJob:
    """All that decides what a run writes, and how it goes about it."""

    paths: tuple[str, ...]
    output: Output
    selection: Selection = field(default_factory=Selection)
    effort: Effort = field(default_factory=Effort)
    site_memory: bool = True  # learn what the pages of one host have in common, and clean them with it
    strict: bool = False  # end at the first damaged input
    part_bytes: int = UNIT_BYTES  # of input, that one part of the output is made from
    work: Path | None = None  # for what is under way; None: in the output folder
    memory_file: Path | None = None  # memories of sites: replayed from it, and what is learned is added
    restart: bool = False  # begin anew where an unfinished run of the same job is there
    sites: Sites = field(default_factory=Sites)  # the rules of single sites
    log: Path | None = None  # of tracebacks; None: in the output folder
    changes: bool = False  # write down what became of articles; a list that is there is gone on with anyway
