"""The door to the network: every address is vetted, and the connection goes to the one that was vetted.

Checking a URL before the request is not enough: the name may resolve differently a second later. So the check sits
where the socket is opened.
"""

import asyncio
import ipaddress
import re
import select
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final

import httpcore

from harvester.errors import FetchError, Reason
from harvester.fetching.frame_count import FrameCount

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str, int], Awaitable[tuple[str, ...]]]  # host, port -> addresses

# What a server sends in one go is parsed in one go: 64 KiB of chunks of one byte, or of interim answers, would hold the
# event loop for a third of a second. Each read lets the others have their turn. Of a body that is not cut into chunks
# nothing is parsed, and each read costs a third of a millisecond: all is taken that asyncio reads at a time.
_READ_BYTES: Final = 8 * 1024
_BODY_BYTES: Final = 256 * 1024
_VERSION: Final = b"HTTP/"  # with which each answer of HTTP/1 begins
_BEFORE_BYTES: Final = 256 * 1024  # a header has 64 KiB at most; interim answers (1xx) may come before it without end
_MAX_ADDRESSES: Final = 4  # tried one after the other; a name with more has others just as dead

# Prefixes whose last or middle bits are an IPv4 address: that one is vetted. Blocking them whole would lock out
# IPv6-only networks, where NAT64 is the way to every IPv4 site.
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_IPV4_COMPATIBLE: Final = ipaddress.ip_network("::/96")  # RFC 4291, deprecated

# Not public, and not all known as such to the ipaddress module of every Python we run on.
_NEVER: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "168.63.129.16/32",  # Azure's metadata and DNS, a public address
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "198.18.0.0/15",
        "64:ff9b:1::/48",  # local-use NAT64
        "100::/64",
        "2001::/23",  # Teredo and other protocol assignments
        "2001:db8::/32",
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "fec0::/10",  # site-local
    )
)


class AddressError(Exception):
    """The host leads, at least once, to an address that is not public."""


class UnknownHostError(Exception):
    """The host has no address; `again`: whether asking once more is worth it."""

    def __init__(self, explanation: str, *, again: bool) -> None:
        super().__init__(explanation)
        self.again = again


def is_public(address: IPAddress) -> bool:
    """Return whether `address` is one of the open internet, the IPv4 address inside it too where it carries one."""
    if any(address.version == network.version and address in network for network in _NEVER):
        return False
    inner = _inner_ipv4(address)
    if inner is not None:
        return is_public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _inner_ipv4(address: IPAddress) -> ipaddress.IPv4Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in _NAT64 or address in _IPV4_COMPATIBLE:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour


def vet(host: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return `addresses` when every one of them is public.

    One private address among public ones refuses the host: which of them gets used is the attacker's choice.
    Raises AddressError.
    """
    found = tuple(addresses)
    for text in found:
        if not is_public(ipaddress.ip_address(text.partition("%")[0])):
            found_at = "" if text == host else f"leads to {text}, which "
            raise AddressError(f"{host} {found_at}is not a public address")
    return found


def parse_allowed(entries: Iterable[str]) -> frozenset[tuple[str, int]]:
    """Return "HOST:PORT" entries as pairs; "[::1]:8080" is the form for IPv6.

    Raises FetchError "bad_url" for an entry of another form.
    """
    return frozenset(_parse_entry(entry) for entry in entries)


def _parse_entry(entry: str) -> tuple[str, int]:
    match = re.fullmatch(r"(?:\[([0-9a-fA-F:.]+)\]|([^\s:/\[\]]+)):([0-9]{1,5})", entry)
    if match is None or not 0 < int(match[3]) < 65_536:
        raise FetchError(repr(entry), Reason.BAD_URL, "an allowed host is written HOST:PORT, as 127.0.0.1:8080")
    return (match[1] or match[2]).lower().rstrip("."), int(match[3])


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of `host`, in the system's order of preference. Raises UnknownHostError."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        explanation = f"{host} has no address ({error.strerror})"
        raise UnknownHostError(explanation, again=error.errno == socket.EAI_AGAIN) from error
    except UnicodeError as error:  # a label that is empty or longer than 63 characters
        raise UnknownHostError(f"{host} is no host name ({error})", again=False) from error
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


class SmallReads(httpcore.AsyncNetworkStream):
    """A stream that gives little at a time, save of a body of which nothing is parsed."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        tls = inner.get_extra_info("ssl_object")
        self._frames = FrameCount() if tls is not None and tls.selected_alpn_protocol() == "h2" else None
        self._begins = b""  # what was read since the last request
        self._bytes_before = 0  # read since the last request, and before the header of its answer
        self.has_answer = False  # to the last request: its header is there
        self.is_plain_body = False  # what comes until the next request is a body that is not cut into chunks
        # What never changes, by name, with which each request is asked about: to find it anew asks the system for more.
        self._known: dict[str, Any] = {}

    def take_answer(self, *, is_plain_body: bool) -> None:
        """Take in that the header of the answer is there."""
        self.has_answer = True
        self.is_plain_body = is_plain_body and self._frames is None  # HTTP/2 writes while it reads
        if self._frames is not None:
            self._frames.begin()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what has come: at most 8 KiB of what is parsed, and of a plain body more than `max_bytes`.

        Raises httpcore.RemoteProtocolError where too much comes before the header of the answer, or beside it, and
        where all that came is none: HTTP/0.9 answers without.
        """
        read = await self._inner.read(_BODY_BYTES if self.is_plain_body else min(max_bytes, _READ_BYTES), timeout)
        if self._frames is not None:
            self._frames.look(read)
            return read
        if self.has_answer:
            return read
        self._begins = self._begins or read[: len(_VERSION)]
        if not read and not _VERSION.startswith(self._begins):
            raise httpcore.RemoteProtocolError("what came is no answer of HTTP/1: it has no status and no header")
        self._bytes_before += len(read)
        if self._bytes_before > _BEFORE_BYTES:
            raise httpcore.RemoteProtocolError(f"more than {_BEFORE_BYTES // 1024} KiB came before the answer's header")
        return read

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all of `buffer`."""
        self.has_answer = self.is_plain_body = False
        self._begins, self._bytes_before = b"", 0
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._inner.aclose()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Return the stream over TLS."""
        return SmallReads(await self._inner.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        """Return what the stream knows of its connection."""
        if info == "is_readable":
            return _is_readable(self.get_extra_info("socket"))
        if info not in self._known:
            self._known[info] = self._inner.get_extra_info(info)
        return self._known[info]


def _is_readable(connection: socket.socket | None) -> bool:
    """Return whether something has come that was not asked for: the end, as a rule. True of a socket that is closed."""
    if connection is None or (number := connection.fileno()) < 0:
        return True
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to vetted addresses only; `allowed` pairs of host and port are let through."""

    def __init__(
        self,
        allowed: frozenset[tuple[str, int]] = frozenset(),
        resolve: Resolve = resolve,
        inner: httpcore.AsyncNetworkBackend | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._inner = inner or httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Return a stream to the first address that answers; raise AddressError before any packet is sent."""
        try:
            async with asyncio.timeout(timeout):
                addresses = await self._vetted(host, port)
                return SmallReads(await self._connect_first(addresses, port, timeout))
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"no answer within {timeout} s") from error

    async def _vetted(self, host: str, port: int) -> tuple[str, ...]:
        name = host.lower().rstrip(".")
        if (name, port) in self._allowed:
            return (await self._resolve(name, port))[:_MAX_ADDRESSES]
        if name == "localhost" or name.endswith(".localhost"):  # RFC 6761: whatever a resolver answers
            raise AddressError(f"{host} is this machine")
        return vet(host, await self._resolve(host, port))[:_MAX_ADDRESSES]

    async def _connect_first(
        self, addresses: tuple[str, ...], port: int, timeout_s: float | None
    ) -> httpcore.AsyncNetworkStream:
        share_s = timeout_s and timeout_s / len(addresses)  # so that one dead address does not eat it all
        failure: Exception = httpcore.ConnectError("no address to connect to")
        for address in addresses:
            try:
                return await self._inner.connect_tcp(address, port, timeout=share_s)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """Sleep as httpcore's own backend does."""
        await self._inner.sleep(seconds)
