"""All that a run knows of a host is one value: it comes with the lease, and nothing of it outlives it."""

import asyncio

from harvester.crawl.held_hosts import Clocks, HeldHosts
from harvester.crawl.host import FreeHosts
from harvester.crawl.host_queues import HostQueues
from harvester.crawl.jobs import FetchJob, Pacing, loop_time
from harvester.crawl.robots import Robots
from harvester.crawl.state.rows import LeasedHost, RobotsFile
from harvester.errors import FetchError, Reason
from harvester.fetching import FetchFailure
from harvester.fetching.http_verdict import first_step
from harvester.models import Page
from harvester.urls import origin_of

URL = "https://a.example/1"


def leased(blocked_until=0.0):
    return LeasedHost(7, "a.example", blocked_until, 0.0, robots=(RobotsFile(origin_of(URL), 0, 404),))


def test_a_host_that_comes_again_is_asked_as_another_machine_left_it():
    """Its worker of before, which is cancelled and not gone yet, keeps nothing of it alive."""
    asked = []

    async def ask(step):
        asked.append(loop_time())
        return Page(step.url, b"", status=200)

    async def come_again():
        held = HeldHosts(Clocks(loop_time, loop_time), 0.0)
        queues = HostQueues(ask, Pacing(), held)
        host = held.take(leased(loop_time() + 200))
        queues.add(FetchJob(first_step(URL), "before"))
        while not host.queue.turn.locked():
            await asyncio.sleep(0)
        [job] = queues.withdraw(host)
        held.drop(host)
        assert host.queue.turn.locked()
        free_at = loop_time() + 0.05
        held.take(leased(free_at))
        queues.add(FetchJob(first_step(URL), "again"))
        again, _ = await queues.next_answer()
        await queues.stop()
        return job.goal, again.goal, asked[0] - free_at

    before, again, waited_s = asyncio.run(come_again())
    assert (before, again, len(asked)) == ("before", "again", 1)
    assert waited_s >= -0.001  # the clock that sleeps and the one that is read differ by less


def test_a_job_carries_what_it_is_for_and_nobody_looks_into_it():
    async def ask(step):
        return Page(step.url, b"", status=200)

    async def run():
        queues = HostQueues(ask, Pacing(0.0), FreeHosts(0.0))
        goal = object()
        queues.add(FetchJob(first_step(URL), goal))
        job, _ = await queues.next_answer()
        await queues.stop()
        return job.goal is goal

    assert asyncio.run(run())


def test_a_rest_that_is_over_is_not_what_a_later_one_is_for():
    async def ask(step):
        return FetchFailure(FetchError(step.url, Reason.RATE_LIMITED, "status 429"), 429, wait_s=7_200.0)

    async def run():
        hosts = FreeHosts(0.0)
        hosts.at("a.example").queue.why_rests = (Reason.CONNECT_ERROR, "3 requests in a row got no whole answer")
        hosts.at("a.example").queue.robots[origin_of(URL)] = Robots()
        queues = HostQueues(ask, Pacing(0.0), hosts)
        for goal in ("first", "second"):
            queues.add(FetchJob(first_step(URL), goal))
        answers = [(await queues.next_answer())[1] for _ in range(2)]
        await queues.stop()
        return answers[1].error

    error = asyncio.run(run())
    assert (error.reason, error.explanation.partition(";")[0]) == ("rate_limited", "the host asked for a rest")
