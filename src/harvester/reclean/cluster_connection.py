"""How a run reaches a Dask cluster: what listens at an address, a cluster of this machine, and what Dask may print."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from distributed import LocalCluster

CONNECT_S: Final = 7.0
CONFIG: Final = {
    "distributed.comm.timeouts.connect": CONNECT_S,
    # Dask advises to scatter what is large; memories of sites are needed by one worker, once.
    "distributed.admin.large-graph-warning-threshold": "1 GiB",
    # Looking at its own stack a hundred times a second costs a worker of this machine more than its tasks.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
}


async def type_of(address: str) -> str:
    """Return what listens there. `Client` waits for ever for a server that does not speak as Dask does."""
    from distributed import Security  # noqa: PLC0415
    from distributed.core import rpc  # noqa: PLC0415

    settings = Security().get_connection_args("client")  # from Dask's configuration
    async with asyncio.timeout(CONNECT_S), rpc(address, connection_args=settings) as there:
        return str((await there.identity())["type"])


@contextmanager
def local_cluster(workers: int) -> "Iterator[LocalCluster]":
    """Yield a cluster of processes that nobody else can use: on a loopback, encrypted, with keys made for it."""
    from distributed import LocalCluster  # noqa: PLC0415

    cluster = LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        security=True,
        dashboard_address="127.0.0.1:0",  # None would listen as well
        memory_limit=0,  # each cleaner has its own
        silence_logs=logging.CRITICAL,
    )
    with cluster:
        yield cluster


@contextmanager
def silence() -> Iterator[None]:
    """Let Dask print nothing: what went wrong is reported once, as an error."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client", "tornado.application")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
