"""A database that is away for a while ends no run, and loses nothing."""

import threading

import pytest
from function_web import FunctionWeb, article, feed, outcomes, run
from sqlalchemy import text

from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.engine_parts import Settings
from harvester.crawl.jobs import Pacing
from harvester.crawl.sources_file import Crawl, CrawlSource
from harvester.crawl.state.database import Patience, open_database
from harvester.crawl.state.store import State
from harvester.errors import StoreError
from tcpproxy import Proxy, target_of, through

SITE = "https://courier.example"


@pytest.fixture
def proxy(postgres):
    with Proxy(target_of(postgres)) as proxy:
        yield proxy


@pytest.fixture
def behind(postgres, proxy):
    return through(proxy, postgres)


def test_a_cut_in_the_middle_of_a_run_costs_nothing_but_time(postgres, behind, proxy, tmp_path):
    stories = [f"{SITE}/story-{number}" for number in range(8)]
    web = FunctionWeb({f"{SITE}/feed": feed(*stories)} | {url: article(url) for url in stories})
    plain = web.pages[stories[3]]

    def cut(step):
        proxy.cut()
        threading.Timer(1.0, proxy.mend).start()
        return plain

    web.pages[stories[3]] = cut
    state = State(behind)
    done = run(web, state, tmp_path / "out")
    assert set(outcomes(done).values()) == {"ok"}
    assert len(list((tmp_path / "out").glob("*/*.json"))) == 8
    assert all(web.visits(url) == 1 for url in stories)
    report = state.report()
    assert (report.articles, report.due, report.hosts_leased) == (8, 0, 0)
    state.close()


def test_a_database_that_stays_away_ends_the_run_after_the_patience_that_was_asked_for(behind, proxy):
    told = []
    database = open_database(behind)
    database.patience = Patience(0.5, told.append)
    proxy.cut()
    with pytest.raises(StoreError, match="the state cannot be used") as raised:
        database.read(lambda connection: connection.execute(text("SELECT 1")))
    assert raised.value.reason == "unwritable"
    database.close()


def test_a_run_without_an_end_waits_for_a_database_that_does_not_answer_yet(behind, proxy, tmp_path, monkeypatch):
    monkeypatch.setattr("harvester.crawl.state.database._RETRY_S", 0.02)
    web = FunctionWeb({f"{SITE}/feed": feed(f"{SITE}/story"), f"{SITE}/story": article(f"{SITE}/story")})
    source = CrawlSource("site", f"{SITE}/", (f"{SITE}/feed",), discover=frozenset(), delay_s=0.0)
    crawl = Crawl("https://example.org/bot", tmp_path, behind, None, frozenset(), (source,))
    settings = Settings(max_pages=1, pacing=Pacing(pause_s=0.0))
    proxy.cut()
    threading.Timer(1.0, proxy.mend).start()  # the first connection of a run with an end is given up before
    summary = run_crawl(crawl, Options(settings=settings), Hearers(lambda done: None), ask=web.ask, reload=lambda: None)
    assert (summary.ending, summary.tally.articles) == ("limit", 1)


def test_the_first_connection_of_a_run_with_an_end_is_tried_for_seconds(behind, proxy):
    proxy.cut()
    with pytest.raises(StoreError, match="the state cannot be used"):
        open_database(behind, Patience(600.0))


def test_who_waits_for_a_database_is_told_so_and_told_when_it_is_back(behind, proxy, monkeypatch):
    monkeypatch.setattr("harvester.crawl.state.database._TOLD_AFTER_S", 0.0)
    told = []
    database = open_database(behind)
    database.patience = Patience(60, told.append)
    proxy.cut()
    threading.Timer(0.5, proxy.mend).start()
    assert database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()) == 1
    assert ["does not answer" in told[0], "answers again" in told[1]] == [True, True]
    database.close()
