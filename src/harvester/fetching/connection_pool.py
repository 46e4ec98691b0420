"""Connections, kept by origin: one request at a time on each.

httpcore's own pool looks at every connection for every request, and asks the system about each: with 500 hosts that
takes longer than all the rest of a request. A crawl asks one thing of a host at a time, so a table by origin does.
"""

import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Final, Self

import httpcore

from harvester.fetching.address_guard import SmallReads
from harvester.fetching.open_files import socket_room

MAX_IDLE: Final = 400  # sockets; where few files may be open, half of those that may be: others are under way
KEEP_ALIVE_S: Final = 15.0  # longer than the usual pause, so that a host's next page needs no handshake

_Origin = tuple[bytes, bytes, int]  # scheme, host, port


class OriginPool:
    """Makes requests over kept connections; takes the place of httpcore.AsyncConnectionPool."""

    def __init__(self, trusted: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> None:
        self._trusted = trusted
        self._backend = backend
        self._idle: OrderedDict[_Origin, httpcore.AsyncHTTPConnection] = OrderedDict()  # the longest idle first
        self._most_idle = min(MAX_IDLE, socket_room() // 2)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while self._idle:
            _, connection = self._idle.popitem()
            await connection.aclose()

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """Return the answer, its body not read yet; closing it gives the connection back."""
        origin = request.url.origin
        key = (origin.scheme, origin.host, origin.port)
        connection = await self._kept(key) or self._new(origin)
        try:
            response = await self._asked(connection, request)
        except httpcore.ConnectionNotAvailable:  # the server closed it a moment ago
            connection = self._new(origin)
            response = await self._asked(connection, request)
        _read_at_once(response)
        stream = _Body(response, connection, self, key)
        return httpcore.Response(
            response.status, headers=response.headers, content=stream, extensions=response.extensions
        )

    async def give_back(self, key: _Origin, connection: httpcore.AsyncHTTPConnection) -> None:
        """Keep a connection whose answer was read to its end; close any other."""
        if not connection.is_idle() or key in self._idle:
            await connection.aclose()
            return
        self._idle[key] = connection
        if len(self._idle) > self._most_idle:
            _, oldest = self._idle.popitem(last=False)
            await oldest.aclose()

    async def _asked(self, connection: httpcore.AsyncHTTPConnection, request: httpcore.Request) -> httpcore.Response:
        try:
            return await connection.handle_async_request(request)
        except BaseException:
            await connection.aclose()
            raise

    async def _kept(self, key: _Origin) -> httpcore.AsyncHTTPConnection | None:
        """Return the kept connection to an origin, if it is still open."""
        connection = self._idle.pop(key, None)
        if connection is not None and connection.has_expired():
            await connection.aclose()
            return None
        return connection

    def _new(self, origin: httpcore.Origin) -> httpcore.AsyncHTTPConnection:
        return httpcore.AsyncHTTPConnection(
            origin=origin,
            ssl_context=self._trusted,
            keepalive_expiry=KEEP_ALIVE_S,
            http2=True,
            network_backend=self._backend,
        )


def _read_at_once(response: httpcore.Response) -> None:
    """Let the body come, in long reads where it is not cut into chunks, as HTTP/2 does and servers may do."""
    stream = response.extensions.get("network_stream")
    is_cut = any(name.lower() == b"transfer-encoding" for name, _ in response.headers)
    if isinstance(stream, SmallReads):
        stream.take_answer(is_plain_body=not is_cut)


def _has_more(connection: httpcore.AsyncHTTPConnection, response: httpcore.Response) -> bool:
    """Return whether something came behind an answer that has been read: httpcore takes that for the next answer.

    It was read already, or waits to be given out by TLS. httpcore has no public name for the former; over HTTP/2 there
    is none.
    """
    state = getattr(getattr(connection, "_connection", None), "_h11_state", None)
    if state is None:
        return False
    stream = response.extensions.get("network_stream")
    tls = stream.get_extra_info("ssl_object") if isinstance(stream, SmallReads) else None
    return bool(state.trailing_data[0]) or (tls is not None and tls.pending() > 0)


class _Body:
    """The body of an answer; closing it gives its connection back."""

    def __init__(
        self, response: httpcore.Response, connection: httpcore.AsyncHTTPConnection, pool: OriginPool, key: _Origin
    ) -> None:
        self._response = response
        self._connection = connection
        self._pool = pool
        self._key = key
        self._is_broken = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in self._response.aiter_stream():
                yield part
        except BaseException:
            self._is_broken = True  # over HTTP/2, a connection that ended early still calls itself idle
            raise

    async def aclose(self) -> None:
        try:
            await self._response.aclose()
        finally:
            if self._is_broken or _has_more(self._connection, self._response):
                await self._connection.aclose()
            else:
                await self._pool.give_back(self._key, self._connection)
