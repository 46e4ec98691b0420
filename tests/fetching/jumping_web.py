"""A web of functions, and a clock that jumps: a day of waiting takes no time."""

import asyncio
import contextlib
import selectors

from harvester.crawl.fetch_many import Pacing, fetch_all
from harvester.errors import FetchError
from harvester.fetching import FetchFailure
from harvester.fetching.http_verdict import follow
from harvester.models import Page


class JumpingSelector(selectors.DefaultSelector):
    """Jumps to the next timer instead of sleeping."""

    now = 0.0

    def select(self, timeout=None):
        if timeout:
            self.now += timeout
        return super().select(0)


def jumping_loop():
    selector = JumpingSelector()
    loop = asyncio.SelectorEventLoop(selector)
    loop.time = lambda: selector.now
    return loop


class Web:
    """A web of functions: `routes` maps URL to status, (status, Retry-After), text, ">target" or an error reason."""

    def __init__(self, routes, durations=None):
        self.routes = routes
        self.durations = durations or (lambda url: 0.1)
        self.starts = []  # (seconds, URL)
        self.under_way = 0
        self.most_under_way = 0

    async def ask(self, step):
        self.starts.append((asyncio.get_running_loop().time(), step.url))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self.durations(step.url))
        finally:
            self.under_way -= 1
        return self.answer(step)

    def answer(self, step):
        path = step.url.partition("//")[2].partition("/")[2]
        route = self.routes.get(step.url, 404 if path == "robots.txt" else f"page {step.url}")
        route = route.pop(0) if isinstance(route, list) else route
        if isinstance(route, str) and route.startswith(">"):
            return follow(step, 302, route[1:], 5)
        if isinstance(route, str) and route.startswith("!"):
            return FetchFailure(FetchError(step.first_url, route[1:], "as told"))
        if isinstance(route, str):
            return Page(step.first_url, route.encode(), step.url, 200, chain=step.chain)
        status, wait_s = route if isinstance(route, tuple) else (route, None)
        reason = {404: "gone", 429: "rate_limited"}.get(status, "http_error")
        return FetchFailure(FetchError(step.first_url, reason, "as told"), status, status in {429, 500, 503}, wait_s)


def crawl(web, urls, **pacing):
    """Return the outcomes in the order they came."""

    async def collect():
        async with contextlib.aclosing(fetch_all(urls, web.ask, Pacing(**pacing))) as outcomes:
            return [outcome async for outcome in outcomes]

    with asyncio.Runner(loop_factory=jumping_loop) as runner:
        return runner.run(collect())


def reasons(outcomes):
    return {outcome.subject: outcome.result.reason if outcome.result else "ok" for outcome in outcomes}


def starts_at(web, host):
    return [seconds for seconds, url in web.starts if url.split("/")[2] == host]
