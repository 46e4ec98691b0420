"""A cleaner that does next to nothing, so that these tests are about files, processes and the terminal."""

import hashlib
import itertools
import os
import re
import signal
import time
from dataclasses import replace

from harvester.archive.saved_page import SavedPage
from harvester.decode import decode
from harvester.errors import NoArticle
from harvester.models import (
    Block,
    Cleaning,
    Evidence,
    Kept,
    Ledger,
    PageRecord,
    Part,
    Removed,
    Role,
    TextBlock,
)
from harvester.reclean.job import CleanJob, Output, Selection
from harvester.reclean.run import run_job
from harvester.workers.process_pool import Effort, Pool
from set_articles import PLAIN

PAGE = "<html><head><title>{title}</title></head><body><nav>Home</nav><p>{text}</p></body></html>"


def html_page(title="A new pier", text="The pier opened on Monday."):
    return PAGE.format(title=title, text=text).encode()


TEXT = "The pier opened on Monday."
ARTICLE = replace(
    PLAIN,
    section=None,
    tags=(),
    text=TEXT,
    blocks=(TextBlock(Role.PARAGRAPH, TEXT),),
    cleaning=Cleaning("both", 0.9, "good", "0.1.0", "abc", 26, {"menu": 4}),
)


def an_article(**changes):
    return replace(ARTICLE, **changes)


class Seen:
    """Hears how a run goes, and keeps it."""

    def __init__(self):
        self.rows, self.words, self.phases, self.pages = [], [], [], []
        self.summary = None

    def begins(self, phase, sizes):
        self.phases.append(phase)

    def page(self, unit, at, size):
        self.pages.append((unit, at))

    def ends(self, unit, size, result):
        self.rows += result.listed

    def note(self, words):
        self.words.append(words)

    @property
    def reasons(self):
        return [row.failure.reason if row.failure else "ok" for row in self.rows]


def a_job(paths, to, *, jobs=1, limit_s=30.0, select=(), **options):
    """Return a job of `paths`; options of the output and of the job by their names."""
    of_output = {
        name: options.pop(name) for name in ("form", "packing", "sharded", "ledger", "comments") if name in options
    }
    paths = (paths,) if isinstance(paths, (str, os.PathLike)) else paths
    effort = Effort(jobs, limit_s)
    return CleanJob(tuple(map(str, paths)), Output(str(to), **of_output), Selection(*select), effort, **options)


def clean_all(paths, to, clean=None, **options):
    """Clean all that is named with the stand-in, and return what was seen."""
    job, seen = a_job(paths, to, **options), Seen()
    with Pool(job.effort) as pool:
        seen.summary = run_job(job, clean or clean_simply, seen, pool)
    return seen


def clean_simply(saved: SavedPage, memory=None, page_types=(), site=None, comments=False):
    """Take <title> and the first <p>; know the pages that misbehave."""
    html = decode(saved.page.body, saved.page.header("content-type"), "the page")
    _misbehave(html)
    found = (
        re.search(r"<p>(.*?)</p>", html, re.DOTALL) if saved.dump is None else re.match(r"(.*)", saved.dump, re.DOTALL)
    )
    if found is None:
        raise NoArticle("the page", "not_article", "has no paragraph; pass the page of one article")
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    article = an_article(
        url=saved.page.url,
        title=title[1] if title else None,
        text=found[1],
        blocks=(TextBlock(Role.PARAGRAPH, found[1]),),
        page=PageRecord(hashlib.sha256(saved.page.body).hexdigest(), len(saved.page.body)),
    )
    return article, a_ledger(found[1])


def a_ledger(text="The pier opened on Monday."):
    menu = Block(Role.LIST_ITEM, "Home", 1, 4, "en", "nav", 0, verdict=Removed("menu", "place:nav"))
    body = Block(Role.PARAGRAPH, text, None, 0, "en", "p", 0, verdict=Kept(Part.TEXT))
    return Ledger(blocks=(menu, body), evidence=(Evidence("title", "A new pier", "title"),))


def _misbehave(html):
    if "LOOP FOREVER" in html:
        while True:
            time.sleep(0.001)
    if "SWALLOW ALARMS" in html:
        for _ in range(10_000):
            try:
                time.sleep(0.001)
            except Exception:  # noqa: BLE001 - what a careless library does
                continue
    if "STUCK IN C" in html:
        sum(itertools.repeat(0))  # never comes back to Python, so that no signal handler runs
    if "KILL THE PROCESS" in html:
        os.kill(os.getpid(), signal.SIGKILL)
    if "A FAULT OF OURS" in html:
        raise KeyError("no such table")
    if "NO ROOM" in html:
        raise RecursionError


def clean_and_note(saved, memory=None, site=None, *, marks):
    """Clean as the stand-in does, and leave a mark for each page that was cleaned; wait where a page says so."""
    html = saved.page.body.decode()
    title = html.partition("<title>")[2].partition("<")[0].replace(" ", "-")
    with (marks / (title or "none")).open("ab") as file:
        file.write(b"x")
    if "WAIT" in html:
        waiting = marks.with_name("waiting")
        waiting.mkdir(exist_ok=True)
        (waiting / str(os.getpid())).touch()
        while not (marks / "go").exists():
            time.sleep(0.01)
    return clean_simply(saved, memory)
