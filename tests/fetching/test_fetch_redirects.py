"""Cases 10, 11, 12 and 15: where redirects may lead, and what goes along."""

import ssl
import time

import pytest
import trustme
from wire_server import answer

from harvester.errors import FetchError
from harvester.fetching import Limits, Visitor, fetch
from harvester.fetching.visit_cookies import cookies_for
from harvester.models import Hop

HTML = "Content-Type: text/html"
QUICK = Limits(backoff_s=0.001, total_s=5)
SECRETS = Visitor(
    headers=(
        ("Authorization", "Bearer hush"),
        ("Cookie", "a=hush"),
        ("X-Api-Key", "hush"),
        ("Proxy-Authorization", "Basic hush"),
        ("X-Own", "hush"),
    )
)


def redirect(location: str, status: int = 302) -> bytes:
    return answer(f"Location: {location}", status=f"{status} Moved")


def countdown(connection, head):
    """Redirect /5 to /4 and so on; /0 is the page."""
    number = int(head.split(b" ")[1][1:])
    connection.sendall(redirect(f"/{number - 1}") if number else answer(HTML, body=b"<p>end"))


def failure(server, path="/"):
    with pytest.raises(FetchError) as caught:
        fetch(server.url + path, limits=QUICK, allow_hosts={server.host})
    return caught.value


def test_five_redirects_are_followed_and_stored(serve):
    server = serve(countdown)
    page = fetch(server.url + "/5", limits=QUICK, allow_hosts={server.host})
    assert page.body == b"<p>end"
    assert page.url == server.url + "/5"
    assert page.final_url == server.url + "/0"
    assert page.chain == tuple(Hop(f"{server.url}/{number}", 302) for number in (5, 4, 3, 2, 1))


def test_the_sixth_redirect_is_not_followed_and_the_chain_is_told(serve):
    server = serve(countdown)
    error = failure(server, "/9")
    assert error.reason == "redirect_loop"
    assert all(f"{server.url}/{number}" in error.explanation for number in (9, 8, 7, 6, 5, 4))
    assert len(server.requests) == 6


def test_a_circle_is_stopped_when_it_closes(serve):
    server = serve(lambda connection, head: connection.sendall(redirect("/b" if b"GET /a " in head else "/a")))
    assert failure(server, "/a").reason == "redirect_loop"
    assert server.paths() == ["/a", "/b"]


def cookie_wall(connection, head):
    """Redirect whoever brings no cookie to where one is set, and back."""
    if b"GET /set " in head:
        reply = answer("Location: /story", "Set-Cookie: taken=1; Path=/; HttpOnly", status="302 Found")
    elif b"\r\nCookie: taken=1\r\n" in head:
        reply = answer(HTML, body=b"<p>end")
    else:
        reply = redirect("/set")
    connection.sendall(reply)


def test_a_site_that_asks_whether_its_reader_takes_cookies_gets_its_own_back(serve):
    server = serve(cookie_wall)
    page = fetch(server.url + "/story", limits=QUICK, allow_hosts={server.host})
    assert (page.body, server.paths()) == (b"<p>end", ["/story", "/set", "/story"])
    assert not any(b"Cookie" in head for head in server.requests[:2])
    fetch(server.url + "/story", limits=QUICK, allow_hosts={server.host})
    assert b"Cookie" not in server.requests[3]  # what one visit was given, the next one has not


def test_a_circle_that_sets_a_cookie_at_each_turn_ends(serve):
    server = serve(answer("Location: /again", "Set-Cookie: a=b", status="302 Found"))
    assert failure(server, "/again").reason == "redirect_loop"
    assert server.paths() == ["/again"] * 2


@pytest.mark.parametrize("header", ["a=b\x01c", "=b", "a", "a=b; Max-Age=0", f"a={'x' * 5_000}", "a b=c", "a=b c"])
def test_a_cookie_that_is_none_or_over_is_not_sent(serve, header):
    pages = {"/": answer("Location: /x", f"Set-Cookie: {header}", status="302 Found")}
    server = serve(
        lambda connection, head: connection.sendall(
            pages.get(head.split(b" ")[1].decode(), answer(HTML, body=b"<p>end"))
        )
    )
    fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert b"Cookie" not in server.requests[1]


@pytest.mark.parametrize("cookie", ["a={}\x01", "a={}b c", "a{}b=c", "a=b;{}x", "a=b{};{}max-age{}=0{}x", "{}"])
def test_cookies_full_of_white_space_cost_no_time(cookie):
    """All requests of a run wait for whoever reads one: 16 of them took a quarter of a minute."""
    filler = " " * 4_000
    cookies = [cookie.replace("{}", filler[: 4_000 // cookie.count("{}")])] * 16
    began = time.process_time()
    cookies_for("https://a.example/b", "https://a.example/", (), cookies)
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    ("url", "target", "crosses"),
    [
        ("https://a.example/", "https://a.example/b", True),
        ("http://a.example/", "https://a.example/b", True),
        ("http://a.example:8080/", "https://a.example:8080/b", False),
        ("https://a.example/", "http://a.example/b", False),  # in plain text
        ("https://a.example/", "https://www.a.example/b", False),
        ("https://a.example/", "https://a.example.b.example/b", False),
    ],
)
def test_a_cookie_stays_with_its_origin_or_goes_to_the_safe_form_of_it(url, target, crosses):
    assert bool(cookies_for(target, url, (), ["a=b"])) == crosses


def test_no_cookie_crosses_to_another_port(serve):
    other = serve(answer(HTML, body=b"<p>end"))
    server = serve(answer(f"Location: {other.url}/x", "Set-Cookie: a=b", status="302 Found"))
    fetch(server.url, limits=QUICK, allow_hosts={server.host, other.host})
    assert b"Cookie" not in other.requests[0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_redirect_status_is_followed(serve, status):
    pages = {"/": redirect("page?x=1", status), "/page?x=1": answer(HTML, body=b"<p>end")}
    server = serve(lambda connection, head: connection.sendall(pages[head.split(b" ")[1].decode()]))
    assert fetch(server.url, limits=QUICK, allow_hosts={server.host}).final_url == server.url + "/page?x=1"


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://example.org/x",
        "data:text/html,<p>x",
        "javascript:alert(1)",
        "",
        "   ",
        "http://",
        "http://[::1",
        "http://exa mple.org/",
        "http://good.example\\@evil.example/",
        "//good.example\\@evil.example/",
        "http://example.org:99999/",
        "/" + "x" * 3_000,
        "/x\x01y",
        "gopher://x",
        "mailto:a@b.c",
    ],
)
def test_a_redirect_to_no_web_address_is_bad_redirect_and_the_next_url_works(serve, location):
    server = serve(
        lambda connection, head: connection.sendall(
            answer(HTML, body=b"<p>good") if b"GET /good " in head else redirect(location)
        )
    )
    assert failure(server).reason == "bad_redirect"
    assert fetch(server.url + "/good", limits=QUICK, allow_hosts={server.host}).body == b"<p>good"


def test_a_redirect_without_a_location_is_bad_redirect(serve):
    assert failure(serve(answer(status="302 Found"))).reason == "bad_redirect"


def test_an_encoded_line_break_in_a_location_stays_encoded(serve):
    pages = {"/": redirect("/x%0d%0aCookie:%20a=b")}
    server = serve(
        lambda connection, head: connection.sendall(
            pages.get(head.split(b" ")[1].decode(), answer(HTML, body=b"<p>end"))
        )
    )
    fetch(server.url, limits=QUICK, allow_hosts={server.host})
    assert server.paths() == ["/", "/x%0d%0aCookie:%20a=b"]
    assert b"\r\nCookie" not in server.requests[1]


def test_secrets_arrive_where_they_are_meant_to(serve):
    server = serve(countdown)
    fetch(server.url + "/1", limits=QUICK, allow_hosts={server.host}, visitor=SECRETS)
    assert [head.count(b"hush") for head in server.requests] == [5, 5]


def test_no_secret_crosses_to_another_port(serve):
    other = serve(answer(HTML, body=b"<p>end"))
    server = serve(redirect(other.url + "/x"))
    fetch(server.url, limits=QUICK, allow_hosts={server.host, other.host}, visitor=SECRETS)
    assert b"hush" in server.requests[0]
    assert b"hush" not in other.requests[0]


def test_no_secret_comes_back_after_a_detour(serve):
    """Who can redirect us away and back could choose where they go."""
    home = serve(lambda connection, head: connection.sendall(pages[head.split(b" ")[1].decode()]))
    other = serve(redirect(home.url + "/end"))
    pages = {"/": redirect(other.url), "/end": answer(HTML, body=b"<p>end")}
    fetch(home.url, limits=QUICK, allow_hosts={home.host, other.host}, visitor=SECRETS)
    assert [b"hush" in head for head in home.requests] == [True, False]


def test_no_secret_crosses_to_another_host_name(serve):
    other = serve(answer(HTML, body=b"<p>end"))
    server = serve(redirect(f"http://localhost:{other.port}/"))
    allowed = {server.host, f"localhost:{other.port}"}
    fetch(server.url, limits=QUICK, allow_hosts=allowed, visitor=SECRETS)
    assert b"hush" not in other.requests[0]


def test_no_secret_crosses_from_https_to_http(serve, monkeypatch, tmp_path):
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    other = serve(answer(HTML, body=b"<p>end"))
    server = serve(redirect(other.url), context)
    fetch(server.url, limits=QUICK, allow_hosts={server.host, other.host}, visitor=SECRETS)
    assert server.requests[0].count(b"hush") == 5
    assert b"hush" not in other.requests[0]


def test_a_redirect_from_an_open_host_to_a_private_one_is_blocked(serve):
    private = serve(answer(HTML, body=b"<p>secret"))
    server = serve(redirect(private.url))
    assert failure(server).reason == "blocked_address"
    assert private.requests == []
