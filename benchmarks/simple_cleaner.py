"""A run in bulk whose pages cost next to nothing: `python benchmarks/simple_cleaner.py PAGES OUT JOBS`.

All of the run is real, the plan, the journal, the processes, the site memories and what is written, but the article of
each page is one and the same under the page's own digest. So what grows with the number of files shows in minutes.
"""

import sys
from dataclasses import replace
from functools import cache
from hashlib import sha256

from harvester.archive.saved_page import SavedPage
from harvester.cleaning import clean_page
from harvester.models import Article, Ledger, Page, PageRecord, SiteMemory
from harvester.reclean.job import CleanJob, Output
from harvester.reclean.run import run_job
from harvester.rules.site_rules import SiteRules
from harvester.workers.process_pool import Effort, Pool

SENTENCE = "A grey seal lay on the slipway of the inner harbour for three hours, and nobody dared to wake it. "
PAGE = f"<html><body><article><h1>Seal</h1>{f'<p>{SENTENCE * 3}</p>' * 4}</article></body></html>".encode()


def clean_simply(
    saved: SavedPage, memory: SiteMemory | None = None, site: SiteRules | None = None
) -> tuple[Article, Ledger]:
    """Return the article of every page, as if it were that of this one."""
    article, ledger = _article()
    digest = sha256(saved.page.body).hexdigest()
    return replace(article, id=digest[:16], page=PageRecord(digest, len(saved.page.body))), ledger


@cache
def _article() -> tuple[Article, Ledger]:
    return clean_page(Page("https://courier.example/seal", PAGE))


class Quiet:
    """Hears how a run goes, and keeps it to itself."""

    def begins(self, phase: str, sizes: object) -> None:
        """Say nothing."""

    def page(self, unit: int, at: int, size: int) -> None:
        """Say nothing."""

    def ends(self, unit: int, size: int, result: object) -> None:
        """Say nothing."""

    def note(self, words: str) -> None:
        """Say nothing."""


def main() -> None:
    pages, out, jobs = sys.argv[1:]
    effort = Effort(int(jobs))
    with Pool(effort) as pool:
        print(
            run_job(CleanJob((pages,), Output(out, "jsonl"), effort=effort), clean_simply, Quiet(), pool).total.articles
        )


if __name__ == "__main__":
    from simple_cleaner import main as run  # as a module: its cleaner travels to other processes

    run()
