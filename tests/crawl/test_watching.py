"""A run without an end: what holds for a run holds for each of its rounds."""

import asyncio
import importlib
from types import SimpleNamespace

import pytest
from function_web import XML, FunctionWeb, article, courier_source, feed

from harvester.crawl import crash_safe_writer
from harvester.crawl.engine_parts import Parts, Settings
from harvester.crawl.reader_work import read_work
from harvester.crawl.requests import choice_of, seeds_of
from harvester.crawl.rounds import Crew, Rounds
from harvester.crawl.schedule import DAY_S
from harvester.crawl.state.rows import Runner
from testweb import Reply

SITE = "https://courier.example"
command = importlib.import_module("harvester.cli.crawl")


@pytest.fixture
def watch(state, tmp_path, monkeypatch):
    """Return a function that watches `source`; each step is done while nothing is due, and with the last it ends."""
    monkeypatch.setattr("harvester.crawl.rounds._POLL_S", 0.001)

    def watch(web, source, steps):
        number, numbers = state.begin(Runner("me"), [source.name])
        key = numbers[source.name]
        state.seed(seeds_of(source, key), [choice_of(source, key)])
        writer = crash_safe_writer.VisitWriter(state, number, tmp_path / "out", None)
        notes, left = [], list(steps)

        async def read(work):
            return read_work(work)

        def reload():
            if rounds._engine is None:
                left.pop(0)()
                if not left:
                    rounds.stop()

        told = SimpleNamespace(note=notes.append, summary=lambda summary: None)
        parts = Parts({key: source}, state, writer, read, lambda done: None, run=number)
        rounds = Rounds(Crew(parts, Settings(), "me", told, lambda ending: None), reload)
        asyncio.run(asyncio.wait_for(rounds.run(web.ask), 60))
        writer.close()
        return notes

    return watch


def test_each_round_may_read_as_many_sitemaps_as_a_run(watch, clock, monkeypatch):
    monkeypatch.setattr(crash_safe_writer, "MAX_SITEMAP_FILES", 2)
    maps = [f"{SITE}/map-{number}.xml" for number in range(5)]
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in maps)
    web = FunctionWeb({f"{SITE}/index.xml": Reply(f"<sitemapindex>{entries}</sitemapindex>".encode(), headers=XML)})
    web.pages |= dict.fromkeys(maps, Reply(b"<urlset></urlset>", headers=XML))

    def later():
        clock.now += 91 * 60  # the shortest interval of a listing

    watch(web, courier_source(feeds=(), sitemaps=(f"{SITE}/index.xml",)), [later] * 12)
    assert {url for url in web.urls if "/map-" in url} == set(maps)


@pytest.mark.parametrize("was_right_first", [False, True])
def test_a_clock_that_is_set_back_holds_nothing_up(watch, clock, was_right_first):
    web = FunctionWeb({f"{SITE}/1": article("one"), f"{SITE}/feed": feed(f"{SITE}/1")})

    def turn(days):
        clock.now += days * DAY_S

    first = [lambda: turn(40)] if was_right_first else []
    clock.now += 0 if was_right_first else 40 * DAY_S
    right = clock.now if was_right_first else clock.now - 40 * DAY_S
    steps = [*first, lambda: turn(-40), web.asked.clear, lambda: turn(7), lambda: turn(0)]
    notes = watch(web, courier_source(), steps)
    assert clock.now == right + 7 * DAY_S
    assert {f"{SITE}/1", f"{SITE}/feed"} <= set(web.urls)
    assert any("the clock was wrong" in note for note in notes)


# ── what a person does meanwhile ──────────────────────────────────────────────────────────────


def test_a_sources_file_that_is_gone_for_longer_than_a_moment_is_told_once(tmp_path, capsys):
    file = tmp_path / "sources.toml"
    file.write_text('contact = "https://example.org/bot"\noutput = "out"\n[[source]]\nhome = "https://a.example/"\n')
    reload = command._reloader(file, None)
    before = file.read_text()
    file.unlink()
    assert (reload(), capsys.readouterr().err) == (None, "")  # it is being replaced
    assert reload() is reload() is None
    assert capsys.readouterr().err.count("sources.toml: cannot be read (No such file or directory)") == 1
    file.write_text(before.replace("a.example", "b.example"))
    assert [source.name for source in reload().sources] == ["b.example"]


def test_metrics_that_cannot_be_written_on_the_way_end_no_run(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("harvester.crawl.metrics.metrics_text", lambda summary: "")
    write = command._metrics_on_the_way(tmp_path / "gone" / "x.prom")
    write(None)
    write(None)
    assert capsys.readouterr().err.count("the crawl goes on without its metrics") == 1
    (tmp_path / "gone").mkdir()
    write(None)
    assert (tmp_path / "gone" / "x.prom").exists()
