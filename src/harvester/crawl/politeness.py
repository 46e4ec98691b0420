"""When a host may be asked again: pure decisions over a clock that is passed in (any clock in seconds)."""

from dataclasses import dataclass, replace
from typing import Final

DEFAULT_PAUSE_S: Final = 5.0  # as Nutch and Media Cloud
MAX_CRAWL_DELAY_S: Final = 120.0  # as CC-NEWS: a host that wants more is not crawled
MAX_PAUSE_S: Final = 120.0  # refusals lengthen the pause up to this; longer waits are the host's to ask for


@dataclass(frozen=True, slots=True)
class Pace:
    """What is known of one host's speed; the pause never gets shorter."""

    pause_s: float = DEFAULT_PAUSE_S  # between the starts of two requests
    free_at: float = 0.0  # on the caller's clock
    slowed_at: float = float("-inf")  # when the last refusal was taken in

    def next_start(self, now: float) -> float:
        """Return when the next request may start: `now`, or later."""
        return max(now, self.free_at)

    def started(self, now: float) -> "Pace":
        """Return the pace after a request that starts at `now`."""
        return replace(self, free_at=max(self.free_at, now + self.pause_s))

    def refused(self, started_at: float, now: float, wait_s: float | None) -> "Pace":
        """Return the pace after the host refused, at `now`, a request that started at `started_at`.

        The pause doubles, once for all requests that were already under way when it last did: eight refusals in
        parallel are one piece of news. `wait_s` is what the host asked for.
        """
        free_at = max(self.free_at, now + max(wait_s or 0.0, self.pause_s))
        if started_at <= self.slowed_at:
            return replace(self, free_at=free_at)
        pause_s = max(self.pause_s, min(self.pause_s * 2, MAX_PAUSE_S))
        return Pace(pause_s, max(free_at, now + pause_s), now)

    def held(self, until: float) -> "Pace":
        """Return the pace of a host whose next request starts not before `until`."""
        return replace(self, free_at=max(self.free_at, until))

    def with_delay(self, delay_s: float) -> "Pace":
        """Return the pace of a host that asks for `delay_s` between requests, never a faster one.

        The pause after the request that is already made counts too.
        """
        longer_s = max(0.0, delay_s - self.pause_s)
        return replace(self, pause_s=self.pause_s + longer_s, free_at=self.free_at + longer_s)


def is_bearable(crawl_delay_s: float | None) -> bool:
    """Return whether a host with this Crawl-delay is crawled at all."""
    return crawl_delay_s is None or crawl_delay_s <= MAX_CRAWL_DELAY_S
