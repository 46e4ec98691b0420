"""The only user of httpx for requests: one step in, one answer out; every foreign exception is wrapped here."""

import asyncio
import itertools
import os
import random
import re
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, TypeVar
from urllib.parse import quote_from_bytes

import h2.exceptions

from harvester.errors import FetchError, Reason
from harvester.fetching.address_guard import (
    AddressError,
    GuardedBackend,
    Resolve,
    UnknownHostError,
    parse_allowed,
    resolve,
)
from harvester.fetching.chunk_batches import batches, slowness
from harvester.fetching.connection_pool import OriginPool
from harvester.fetching.content_codings import Body, BodyBuilder, DecodingError
from harvester.fetching.fetch_limits import Limits, Visitor
from harvester.fetching.http_verdict import (
    Answer,
    FetchFailure,
    Moved,
    Step,
    first_step,
    impatient,
    is_page_type,
    is_text_body,
    is_worth_retrying,
    judge,
    read_media_type,
    retry_wait,
)
from harvester.fetching.visit_cookies import cookie_header
from harvester.models import Page
from harvester.storable import is_status, storable_headers
from harvester.url_names import display_url
from harvester.urls import http_library

if TYPE_CHECKING:
    import httpx
else:
    httpx = http_library()  # without its command line

_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,text/plain;q=0.5,*/*;q=0.1"
_ACCEPT_ENCODING: Final = "gzip, deflate, br, zstd"

_DECODERS: Final = 2  # threads: a bomb may grow to the cap, and nobody waits for it
_LONG_BYTES: Final = 1024 * 1024  # a copy of fifty times as much takes 50 ms
_ASCII: Final = "".join(map(chr, range(33, 127)))

# Everything that the HTTP stack raises on bad input. InvalidURL and StreamError are no HTTPErrors; ValueError covers
# idna and codec errors; those of h2 pass through unmapped while a body is read.
_FOREIGN: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    httpx.StreamError,
    h2.exceptions.H2Error,
    OSError,
    ValueError,
)
# Exception, outcome class, whether asking again may help; the first that fits.
_REASONS: Final[tuple[tuple[type[Exception], Reason, bool], ...]] = (
    (AddressError, Reason.BLOCKED_ADDRESS, False),
    (httpx.InvalidURL, Reason.BAD_URL, False),
    (httpx.ReadTimeout, Reason.DEADLINE, False),
    (httpx.WriteTimeout, Reason.DEADLINE, False),
    (httpx.TimeoutException, Reason.CONNECT_ERROR, True),
    (httpx.NetworkError, Reason.CONNECT_ERROR, True),
    (OSError, Reason.CONNECT_ERROR, True),
)
# TLS errors that only mean "the other side has nothing more": they are in the context of any lost connection.
_TLS_STATES: Final = (ssl.SSLWantReadError, ssl.SSLWantWriteError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
# Over HTTP/2 a server says that it breaks off: when it is started anew, or has answered as often as it likes to.
_BROKEN_OFF: Final = re.compile(r"<(?:StreamReset|ConnectionTerminated) [^<>]*error_code:(?:ErrorCodes\.)?(\w+)[^<>]*>")
_CUT_SHORT: Final = re.compile(
    rf"peer closed connection|Server disconnected|without sending complete|{_BROKEN_OFF.pattern}", re.IGNORECASE
)
_NO_ATTEMPT: Final = re.compile("connection attempts failed")
_BYTES: Final = re.compile(r"""bytearray\(b?((['"]).*?\2)\)""")  # as the HTTP library quotes what came
_UPGRADE: Final = "_SWITCH_UPGRADE"
_ODD_STATUS: Final = "the answer has no status from 100 to 599"
_NO_STATUS: Final = "status_code should be in range"  # h11's
_TOO_LONG: Final = "Receive buffer too long"  # h11's, beyond the 100 KiB that httpcore allows
_WRONG_LENGTH: Final = re.compile(r"\bInvalidBodyLengthError\b")  # h2 alone has a name for it


T = TypeVar("T")


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport, over a pool of ours whose sockets the guard opens.

    httpx has no parameter for the pool; its transport holds nothing else.
    """

    def __init__(self, backend: GuardedBackend) -> None:
        self._pool = OriginPool(_trusted(), backend)  # type: ignore[assignment] # what httpx asks of a pool, it has


def _trusted() -> ssl.SSLContext:
    """Return a context that verifies, against SSL_CERT_FILE or SSL_CERT_DIR where they are set."""
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        file = os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or "trust store"
        raise FetchError(file, Reason.TLS_ERROR, f"the trusted certificates cannot be read ({error})") from error


class Fetcher:
    """Asks web servers for pages; an async context manager that holds the connections.

    No cookie outlives its visit, no proxy or .netrc of the environment is used.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        allow_hosts: Iterable[str] = (),
        visitor: Visitor | None = None,
        resolve: Resolve = resolve,
    ) -> None:
        """Raise FetchError "bad_url" when an entry of `allow_hosts` is not HOST:PORT.

        Certificates are checked against certifi's list, or what SSL_CERT_FILE or SSL_CERT_DIR name; FetchError
        "tls_error" when that cannot be read.
        """
        self.limits = limits or Limits()
        self._visitor = visitor or Visitor()
        self._timeouts = httpx.Timeout(self.limits.read_s, connect=self.limits.connect_s).as_dict()
        self._transport = _GuardedTransport(GuardedBackend(parse_allowed(allow_hosts), resolve))
        self._threads = ThreadPoolExecutor(_DECODERS, thread_name_prefix="decoder")

    async def __aenter__(self) -> Self:
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transport.__aexit__(kind, error, trace)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def ask(self, step: Step, within_s: float | None = None) -> Answer:
        """Make one request and return what came of it; no redirect is followed, nothing is tried twice.

        `within_s` is the time for all of it; by default the whole of `limits.total_s`.
        """
        total_s = self.limits.total_s if within_s is None else within_s
        try:
            async with asyncio.timeout(total_s):
                return await self._exchange(step)
        except TimeoutError as error:
            why = "".join(f": {note}" for note in slowness(error))
            return _no_answer(step, Reason.DEADLINE, f"not done within {self.limits.total_s:g} s{why}")
        except (AddressError, UnknownHostError, DecodingError, *_FOREIGN) as error:
            return _explain(step, error)

    async def page(self, url: str) -> Page:
        """Return the page behind `url`, redirects followed, what may pass tried again. Raises FetchError."""
        first = first_step(url)
        for tries_done in itertools.count(1):
            answer = await self._follow(first)
            if isinstance(answer, Page):
                return answer
            if not is_worth_retrying(answer, tries_done, self.limits.tries):
                raise answer.error
            wait_s = retry_wait(answer, tries_done, self.limits.backoff_s, random.random())  # noqa: S311 - jitter
            if wait_s > self.limits.patience_s:
                raise impatient(answer, wait_s, self.limits.patience_s).error
            await asyncio.sleep(wait_s)
        raise AssertionError("counting does not end")

    async def _follow(self, step: Step) -> Page | FetchFailure:
        """Follow redirects at once, all within one deadline."""
        loop = asyncio.get_running_loop()
        end = loop.time() + self.limits.total_s
        answer = await self.ask(step)
        while isinstance(answer, Moved):
            answer = await self.ask(answer.step, max(end - loop.time(), 0.0))
        return answer

    async def _exchange(self, step: Step) -> Answer:
        request = self._request(step)
        response = await self._transport.handle_async_request(request)
        response.request = request
        try:
            return await self._read(step, response)
        finally:
            await response.aclose()

    def _request(self, step: Step) -> httpx.Request:
        headers = {
            "User-Agent": self._visitor.user_agent,
            "Accept": _ACCEPT,
            "Accept-Encoding": _ACCEPT_ENCODING,
        }
        own = self._visitor.headers if step.is_home else ()
        has_cookie = any(name.lower() == "cookie" for name, _ in own)
        kept = () if has_cookie else cookie_header(step.cookies)
        extensions = {"timeout": self._timeouts} | ({"trace": _tracer(step.on_sent)} if step.on_sent else {})
        return httpx.Request(
            "GET", step.url, headers=[*headers.items(), *step.headers, *kept, *own], extensions=extensions
        )

    async def _read(self, step: Step, response: httpx.Response) -> Answer:
        raw = response.headers.raw
        size = sum(len(name) + len(value) + 4 for name, value in raw)  # ": " and CR LF
        if len(raw) > self.limits.header_fields or size > self.limits.header_bytes:
            return _no_answer(step, Reason.BAD_RESPONSE, f"{len(raw):,} header fields, {size:,} bytes: too much")
        if not is_status(response.status_code):
            return _no_answer(step, Reason.BAD_RESPONSE, _ODD_STATUS)
        page = Page(
            url=step.first_url,
            body=b"",
            final_url=step.url,
            status=response.status_code,
            headers=_headers(raw),
            fetched_at=datetime.now(UTC),
            chain=step.chain,
        )
        verdict = judge(step, page, self.limits.redirects)
        if verdict is not None:
            if page.status == 304 or page.header("content-length") == "0":
                await response.aread()  # there is none, and the connection can be kept
            return verdict  # the body of a redirect or an error is never read
        body = await self._read_body(page, _chunks_of(response), step.body_bytes or self.limits.body_bytes)
        return _with_body(step, page, body)

    async def _read_body(self, page: Page, chunks: AsyncIterator[bytes], max_bytes: int) -> Body:
        builder = BodyBuilder(_coding(page), max_bytes)
        try:
            async for batch in batches(chunks):
                if not await self._aside(builder, builder.feed, batch):
                    break
        except (httpx.ReadError, httpx.RemoteProtocolError) as error:
            if isinstance(error, httpx.RemoteProtocolError) and not _CUT_SHORT.search(str(error)):
                raise
            why = f" ({_in_plain_words(str(error))})" if str(error) else ""  # a reset has no words
            raise DecodingError(Reason.SHORT_BODY, f"the connection closed before the end of the body{why}") from error
        return await self._aside(builder, builder.finish, is_long=builder.size > _LONG_BYTES)

    async def _aside(self, builder: BodyBuilder, work: Callable[..., T], *args: bytes, is_long: bool = False) -> T:
        """Return what `work` returns; in a thread where there is something to decode, or much to copy."""
        if builder.is_plain and not is_long:
            return work(*args)
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *args)


def _chunks_of(response: httpx.Response) -> AsyncIterator[bytes]:
    """Return the body as it comes; `aiter_raw` leaves out what is empty, of which nobody would hear."""
    if not isinstance(response.stream, httpx.AsyncByteStream):
        raise TypeError("a body that is no asynchronous stream")
    return aiter(response.stream)


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[str, str], ...]:
    """Return header fields as text, each by itself: one in Latin-1 must not garble the others.

    A Location keeps its bytes, as browsers do: what is no UTF-8 in it means the same bytes in a request.
    """
    named = [(name.decode("latin-1").lower(), value) for name, value in raw]
    return storable_headers(tuple((name, _header_text(name, value)) for name, value in named))


def _header_text(name: str, value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return quote_from_bytes(value, safe=_ASCII) if name == "location" else value.decode("latin-1")


def _coding(page: Page) -> str | None:
    """Return the codings of all Content-Encoding fields: several of them are one list (RFC 9110, 5.3)."""
    named = [value for name, value in page.headers if name == "content-encoding"]
    return ", ".join(named) or None


def _tracer(on_sent: Callable[[], None]) -> Callable[[str, object], Awaitable[None]]:
    """Return the callback that httpcore calls at each of its steps."""

    async def trace(event: str, _details: object) -> None:
        if event.endswith(".send_request_headers.complete"):
            on_sent()

    return trace


def _with_body(step: Step, page: Page, body: Body) -> Page | FetchFailure:
    media_type = read_media_type(page)
    is_sure = step.any_type or (media_type is not None and is_page_type(media_type))
    if not is_sure and not is_text_body(body.content):
        return _no_answer(step, Reason.NOT_HTML, f"binary content of type {media_type or 'unknown'!r}")
    return replace(page, body=body.content, truncated=body.truncated, notes=body.notes)


def _no_answer(step: Step, reason: Reason, explanation: str, *, may_pass: bool = False) -> FetchFailure:
    return FetchFailure(FetchError(display_url(step.first_url), reason, explanation), may_pass=may_pass)


def _explain(step: Step, error: Exception) -> FetchFailure:
    """Return the failure for an exception of the network, the guard or a decoder."""
    reason, may_pass = _reason_of(error)
    words = display_url(_words_of(error)) or type(error).__name__
    failure = _no_answer(step, reason, words[:300], may_pass=may_pass)
    failure.error.__cause__ = error
    for cause in _causes(error):
        cause.__traceback__ = None  # its frames hold the body; outcomes are kept for long
    return failure


def _words_of(error: Exception) -> str:
    """Return what an exception says; where httpx says nothing, or that all attempts failed, what the system says."""
    words = str(error)
    if not isinstance(error, httpx.NetworkError) or (words and not _NO_ATTEMPT.search(words)):
        return _in_plain_words(words)
    what = "no connection" if isinstance(error, httpx.ConnectError) else "the connection was lost"
    numbers = (cause.errno for cause in _causes(error) if isinstance(cause, OSError) and cause.errno)
    number = next(numbers, None)
    return words or what if number is None else f"{what}: {os.strerror(number)}"


def _in_plain_words(words: str) -> str:
    """Return what the HTTP library says without the names that Python and it have for things.

    >>> _in_plain_words("illegal chunk header: bytearray(b'zz\\\\r\\\\n')")
    "illegal chunk header: 'zz\\\\r\\\\n'"
    >>> _in_plain_words("<StreamReset stream_id:1, error_code:7, remote_reset:True>")
    'the server broke the request off (HTTP/2 error 7)'
    """
    if _UPGRADE in words:
        return "the server changes to another protocol (status 101), which nobody asked for"
    if _NO_STATUS in words:
        return _ODD_STATUS
    if words == _TOO_LONG:
        return "a line of it is longer than 100 KiB, or its header is"
    return _BYTES.sub(r"\1", _BROKEN_OFF.sub(r"the server broke the request off (HTTP/2 error \1)", words))


def _reason_of(error: Exception) -> tuple[Reason, bool]:
    """Return the outcome class of an exception, and whether asking again may help."""
    if isinstance(error, DecodingError):
        return error.reason, error.reason == Reason.SHORT_BODY
    if isinstance(error, UnknownHostError):
        return Reason.DNS_ERROR, error.again
    if any(isinstance(cause, ssl.SSLError) and not isinstance(cause, _TLS_STATES) for cause in _causes(error)):
        return Reason.TLS_ERROR, False  # nothing is ever tried again without verification
    if _WRONG_LENGTH.search(str(error)):
        return Reason.SHORT_BODY, True
    if _CUT_SHORT.search(str(error)):
        return Reason.CONNECT_ERROR, True
    fitting = ((reason, may_pass) for kind, reason, may_pass in _REASONS if isinstance(error, kind))
    return next(fitting, (Reason.BAD_RESPONSE, False))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and those behind it: httpx reports a TLS error as a failed connection."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
