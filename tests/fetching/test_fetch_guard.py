"""Cases 13 and 14: no packet goes to an address that is not public."""

import asyncio
import socket

import httpcore
import pytest
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, fetch
from harvester.fetching.address_guard import AddressError, GuardedBackend, parse_allowed, vet
from harvester.fetching.client import Fetcher

QUICK = Limits(backoff_s=0.001, total_s=5, tries=1)
PUBLIC = "93.184.216.34"

PRIVATE_HOSTS = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0177.0.1",
    "0x7f.0.0.1",
    "0.0.0.0",
    "0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "a.localhost",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fec0::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::a9fe:a9fe]",
    "[64:ff9b:1::1]",
    "[2001::1]",
    "[2001:db8::1]",
]


class Recorder(httpcore.AsyncNetworkBackend):
    """Notes where a connection would go, and opens none."""

    def __init__(self):
        self.opened = []

    async def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        self.opened.append((host, port))
        raise httpcore.ConnectError("recorded")


def resolving(*answers):
    """Return a resolver that gives each of `answers` once, then the last for ever."""
    left = list(answers)

    async def resolve(host, port):
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


@pytest.mark.parametrize("host", PRIVATE_HOSTS)
def test_a_private_address_in_any_spelling_is_blocked(host):
    with pytest.raises(FetchError) as caught:
        fetch(f"http://{host}/", limits=QUICK)
    assert caught.value.reason == "blocked_address"


def test_four_octal_numbers_are_no_address():
    with pytest.raises(FetchError) as caught:
        fetch("http://0177.0.0.1/", limits=QUICK)
    assert caught.value.reason == "bad_url"


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "10.0.0.1", "localhost"])
def test_a_blocked_address_gets_no_packet(host):
    inner = Recorder()
    with pytest.raises(AddressError):
        asyncio.run(GuardedBackend(inner=inner).connect_tcp(host, 80))
    assert inner.opened == []


@pytest.mark.parametrize("address", [PUBLIC, "2606:2800:220:1::1", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_a_public_address_passes_through_nat64_too(address):
    assert vet("example.org", (address,)) == (address,)


@pytest.mark.parametrize("addresses", [(PUBLIC, "127.0.0.1"), ("10.0.0.1", PUBLIC), (PUBLIC, "::1", PUBLIC)])
def test_one_private_address_among_public_ones_blocks_the_host(addresses):
    inner = Recorder()
    with pytest.raises(AddressError):
        asyncio.run(GuardedBackend(resolve=resolving(addresses), inner=inner).connect_tcp("two.example", 80))
    assert inner.opened == []


def test_the_connection_goes_to_the_address_that_was_vetted():
    """A second look-up, which would give 127.0.0.1, never happens."""
    inner = Recorder()
    guard = GuardedBackend(resolve=resolving((PUBLIC,), ("127.0.0.1",)), inner=inner)
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(guard.connect_tcp("rebind.example", 443))
    assert inner.opened == [(PUBLIC, 443)]


def test_a_name_that_turns_private_is_blocked_at_the_next_connection(serve):
    async def reason():
        async with Fetcher(QUICK, resolve=resolving(("127.0.0.1",))) as fetcher:
            with pytest.raises(FetchError) as caught:
                await fetcher.page(f"http://rebind.example:{server.port}/")
            return caught.value.reason

    server = serve(answer(body=b"<p>secret"))
    assert asyncio.run(reason()) == "blocked_address"
    assert server.requests == []


def test_the_next_address_is_tried_when_one_is_dead():
    inner = Recorder()
    guard = GuardedBackend(resolve=resolving((PUBLIC, "8.8.8.8")), inner=inner)
    with pytest.raises(httpcore.ConnectError):
        asyncio.run(guard.connect_tcp("two.example", 80, timeout=1))
    assert inner.opened == [(PUBLIC, 80), ("8.8.8.8", 80)]


def test_an_allowed_host_opens_that_port_and_no_other(serve):
    one, two = serve(answer("Content-Type: text/html", body=b"<p>one")), serve(answer(body=b"<p>two"))
    assert fetch(one.url, limits=QUICK, allow_hosts={one.host}).body == b"<p>one"
    with pytest.raises(FetchError, match="blocked_address"):
        fetch(two.url, limits=QUICK, allow_hosts={one.host})
    assert two.requests == []


def test_an_allowed_name_does_not_open_its_address(serve):
    server = serve(answer("Content-Type: text/html", body=b"<p>one"))
    allowed = {f"localhost:{server.port}"}
    assert fetch(f"http://LOCALHOST.:{server.port}/", limits=QUICK, allow_hosts=allowed).body == b"<p>one"
    with pytest.raises(FetchError, match="blocked_address"):
        fetch(server.url, limits=QUICK, allow_hosts=allowed)


def test_allowed_hosts_are_written_host_and_port():
    assert parse_allowed({"[::1]:80", "Intranet.Example:8080"}) == {("::1", 80), ("intranet.example", 8080)}
    for wrong in ("localhost", "localhost:", "localhost:0", "a b:80", "::1:80", "http://x:80", "x:99999", "x:80/"):
        with pytest.raises(FetchError, match="HOST:PORT"):
            parse_allowed({wrong})


def test_a_name_without_an_address_is_a_dns_error(monkeypatch):
    def fail(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(FetchError) as caught:
        fetch("http://nowhere.example/", limits=QUICK)
    assert caught.value.reason == "dns_error"


@pytest.mark.parametrize("host", ["a..b", "x" * 64 + ".example"])
def test_a_name_that_cannot_be_looked_up_is_a_dns_error(host):
    with pytest.raises(FetchError) as caught:
        fetch(f"http://{host}/", limits=QUICK)
    assert caught.value.reason == "dns_error"
