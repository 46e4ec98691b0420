"""What a run does where the machine has little room, and how it hears the signals that end it."""

import asyncio
import os
import signal
import threading
from dataclasses import dataclass, field

import pytest

from harvester.crawl import crawl_run
from harvester.crawl.crawl_run import Options
from harvester.crawl.engine_parts import Settings
from harvester.crawl.host import FreeHosts
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import FetchJob, Pacing
from harvester.errors import StoreError
from harvester.fetching import open_files
from harvester.fetching.http_verdict import first_step

resource = pytest.importorskip("resource")


@pytest.mark.parametrize(("limit", "slots"), [(4_096, 64), (256, 64), (128, 36), (72, 8)])
def test_no_more_is_asked_for_at_once_than_files_may_be_open(monkeypatch, limit, slots):
    monkeypatch.setattr(open_files, "file_limit", lambda: limit)
    assert crawl_run.within_files(Options(jobs=2)).settings == Settings(slots=slots)


def test_a_run_that_may_open_too_few_files_says_how_many_it_needs(monkeypatch):
    monkeypatch.setattr(open_files, "file_limit", lambda: 40)
    monkeypatch.setattr(crawl_run, "file_limit", lambda: 40)
    with pytest.raises(StoreError, match="may open 40 files at once, and needs 60: raise the limit"):
        crawl_run.within_files(Options())


def test_a_process_may_raise_its_own_limit_of_files():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, before[1]))
        open_files.raise_file_limit()
        assert open_files.file_limit() == min(4_096, before[1])
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_a_run_that_finds_no_room_for_a_thread_is_told_in_words(monkeypatch, error):
    async def no_room(*_):
        raise error

    monkeypatch.setattr(crawl_run, "_crawl_on", no_room)
    with pytest.raises(StoreError, match="this machine: has no room for one more process or thread"):
        crawl_run._ending_of(None, None, None)


@pytest.mark.parametrize(("words", "reason"), [("can't start new thread", "unwritable"), ("else", "internal_error")])
def test_a_host_is_not_blamed_where_there_is_no_thread_to_look_up_its_name(words, reason):
    async def refuse(_):
        raise RuntimeError(words)

    async def outcome():
        queues = HostQueues(refuse, Pacing(), FreeHosts(0.0))
        queues.add(FetchJob(first_step("https://a.example/"), "job"))
        try:
            _, failure = await queues.next_answer()
        except StoreError as error:
            return error.reason
        finally:
            await queues.stop()
        return failure.error.reason

    assert asyncio.run(outcome()) == reason


def test_signals_that_another_language_hears_are_left_to_it(monkeypatch):
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    with crawl_run._signals_restored():
        heard = True
    assert heard


@pytest.mark.parametrize("refusal", [ValueError("not allowed to raise maximum limit"), PermissionError(1, "no")])
def test_a_limit_that_may_not_be_raised_stays_and_ends_nothing(monkeypatch, refusal):
    def refuse(*_):
        raise refusal

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 1_024))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    open_files.raise_file_limit()
    assert open_files.file_limit() == 256


@dataclass
class Rounds:
    stopped: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self):
        self.stopped.set()


def test_a_second_signal_does_not_cut_off_the_end_of_a_run():
    assert threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGTERM)
    rounds = Rounds()

    async def crawl():
        with crawl_run._heard(rounds, crawl_run._Audience(None)):
            os.kill(os.getpid(), signal.SIGTERM)
            await rounds.stopped.wait()

    with crawl_run._signals_restored():
        asyncio.run(crawl())
        os.kill(os.getpid(), signal.SIGTERM)  # where it is not ignored, the end of these tests
    assert signal.getsignal(signal.SIGTERM) == before
