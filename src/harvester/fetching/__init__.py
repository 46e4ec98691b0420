"""URL -> Page: bounded, guarded, explained."""

from collections.abc import Set as AbstractSet

from harvester.fetching.fetch_limits import PRODUCT, Limits, Visitor
from harvester.fetching.http_verdict import Answer, FetchFailure, Moved, Step
from harvester.models import Page

__all__ = ["PRODUCT", "Answer", "FetchFailure", "Limits", "Moved", "Page", "Step", "Visitor", "fetch"]


def fetch(
    url: str,
    *,
    limits: Limits = Limits(),  # noqa: B008 - frozen
    allow_hosts: AbstractSet[str] = frozenset(),
    visitor: Visitor = Visitor(),  # noqa: B008 - frozen
) -> Page:
    """Return the page behind `url`: body decompressed, not decoded; redirects in `chain`.

    A body longer than `limits.body_bytes` is cut there (`truncated`), unless it is a decompression bomb. Hosts at
    private addresses are refused, save the "HOST:PORT" entries of `allow_hosts`. `visitor.headers` are sent to the
    origin of `url` only. Certificates are always verified, against the file that SSL_CERT_FILE names if it is set.

    Raises FetchError with the outcome class as its reason. A running event loop, as notebooks have one, stands still
    meanwhile.
    """
    import asyncio  # noqa: PLC0415 - with httpx 250 ms, which `--help` does without
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

    from harvester.fetching.client import Fetcher  # noqa: PLC0415 - as above

    async def run() -> Page:
        async with Fetcher(limits, allow_hosts, visitor) as fetcher:
            return await fetcher.page(url)

    if not _is_in_a_loop():  # asked first: in its `except` each failure would have "no running event loop" above it
        return asyncio.run(run())
    with ThreadPoolExecutor(1) as thread:  # which has no event loop yet
        return thread.submit(lambda: asyncio.run(run())).result()


def _is_in_a_loop() -> bool:
    import asyncio  # noqa: PLC0415 - as above

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
