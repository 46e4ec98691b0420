"""Every check and every join of a URL, through one parser (httpx.URL).

Two parsers disagree on hostile URLs: `http://a.example\\@b.example/` is two different hosts. So nothing else in the
project takes a URL apart.
"""

import re
import sys
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urljoin

from harvester.errors import FetchError, Reason
from harvester.public_suffixes import suffix_labels
from harvester.url_names import display_url

if TYPE_CHECKING:
    from httpx import URL

MAX_URL_CHARS: Final = 2_048  # longer ones break proxies and servers, and are traps more often than pages
_COMMAND_LINE: Final = "httpx._main"
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_CONTROL: Final = re.compile(r"[\x00-\x20\x7f]")

# A backslash before the first "/" of the path is where parsers differ about the host.
_BACKSLASH_IN_HOST: Final = re.compile(r"[^:/?#]*:[/\\]{0,2}[^/?#]*\\")

# What a check and a join would give back as it is, which they take 100 microseconds for, and the first of them in a
# process 30 milliseconds: no dot segments. In a query, dots and slashes are characters as others are.
_PLAIN: Final = r"A-Za-z0-9_~=&+,:;@!$()*\-"
# Runs that give nothing back: character by character it takes four times as long.
_PATH: Final = rf"(?!/)(?:[{_PLAIN}/]++|%[0-9A-Fa-f]{{2}}|(?<!/)\.|\.(?=[A-Za-z0-9_%-]))*+"
_QUERY: Final = rf"(?:\?(?:[{_PLAIN}?./\[\]|]++|%[0-9A-Fa-f]{{2}})*+)?(?<!\?)"
_PORT: Final = r"(?::(?:[1-9][0-9]{3}|[1-5][0-9]{4}|6[0-4][0-9]{3}))?"  # none that a scheme has by itself
_PLAIN_ORIGIN: Final = rf"https?://(?!\S*xn--)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{{2,}}{_PORT}"
_PLAIN_PATH: Final = re.compile(rf"/{_PATH}(?<!;){_QUERY}\Z")  # a join drops a ";" that has nothing behind it
_PLAIN_URL: Final = re.compile(rf"{_PLAIN_ORIGIN}/{_PATH}{_QUERY}\Z")
# Beside the page: nothing that could be a scheme itself, so no colon. Or with the scheme of the page.
_LOCAL: Final = rf"(?!/)(?:[{_PLAIN.replace(':', '')}?./]++|%[0-9A-Fa-f]{{2}})++"
_RELATIVE: Final = re.compile(rf"(?:{_LOCAL}|//(?:[{_PLAIN}?./]++|%[0-9A-Fa-f]{{2}})++)(?<!\?)\Z")
# What a check spells otherwise: an origin in capitals, or without a path, fragments, letters that no address has.
_SPELLED_ORIGIN: Final = re.compile(r"(https?://[a-z0-9.-]+)(?:/|(?=\?)|\Z)", re.IGNORECASE | re.ASCII)
_FRAGMENT: Final = re.compile(r"#[^\x00-\x1f\x7f]{0,200}\Z")  # a longer one may make the whole too long in a join
_LONG_FRAGMENT: Final = re.compile(r"#[^\x00-\x1f\x7f]*\Z")
_COMPLETE: Final = re.compile(r"https?://[a-z0-9]", re.IGNORECASE | re.ASCII)  # what is not joined
_OTHER_SCHEME: Final = re.compile(r"(?!https?:)[A-Za-z][A-Za-z0-9+.\-]*:", re.IGNORECASE | re.ASCII)
_TO_ENCODE: Final = re.compile(r'(?:[^\x00-\x7f]|[ "<>])+')
_ORIGIN: Final = re.compile(rf"(https?)://([a-z0-9.-]+)({_PORT})(?=/|$)")  # of a URL that is checked
_MAX_PLAIN_CHARS: Final = 1_000

_UNSEEN: Final = re.compile(r"[\x00-\x20\x7f]+")  # browsers drop them: "java\nscript:" is a script
# RFC 3986, 3.5, and what is percent-encoded already.
_FRAGMENT_CHARS: Final = "!$&'()*+,;=:@/?%~"

# What may be a URL and was not checked: of a record, a page's own address as somebody gave it.
_LOOSE: Final = re.compile(
    r"(?:(?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?(?:[^/?#@]*@)?(?P<host>[^/?#:]*)(?::\d*)?(?P<path>/[^?#]*)?(?:\?(?P<query>[^#]*))?"
)
_NAMED: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//")
_HOST: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")


def check_url(text: str) -> str:
    """Return `text` as an absolute http(s) URL: percent-encoded, without userinfo, fragment and the host's final dot.

    Raises FetchError "bad_url" when it has another scheme, no host, a control character or blank inside the host,
    a port outside 1-65535, or more than 2,048 characters.
    """
    return text if is_plain_url(text) else parse_checked(text)


def parse_checked(text: str) -> str:
    """Return what `check_url` does, by the whole parser: what a glance says is compared with it."""
    stripped = text.strip(" \t\r\n")
    if len(stripped) > MAX_URL_CHARS:
        raise _bad_url(text[:80] + "...", f"longer than {MAX_URL_CHARS:,} characters")
    if re.search(r"[\x00-\x1f\x7f]", stripped):
        raise _bad_url(text, "has a control character in it")
    if _BACKSLASH_IN_HOST.match(stripped):
        raise _bad_url(text, "has a backslash where the host stands")
    url = _parse(stripped)
    _check_parts(text, url)
    checked = str(_without_dot(url).copy_with(userinfo=b"", fragment=None, raw_path=url.raw_path))
    if len(checked) > MAX_URL_CHARS:
        raise _bad_url(text[:80] + "...", f"longer than {MAX_URL_CHARS:,} characters when percent-encoded")
    return checked


# One request asks for host, origin and path of its URL several times; a crawl has as many as this under way.
@lru_cache(maxsize=4_096)
def _parse(text: str) -> "URL":
    """Return the parsed URL, its host read once (httpx decodes the host late, and that can fail)."""
    httpx = http_library()
    try:
        url: URL = httpx.URL(text)
        _ = url.host
    except (httpx.InvalidURL, ValueError) as error:  # idna's and codec errors are ValueErrors
        raise _bad_url(text, str(error)) from error
    return url


@cache
def http_library() -> Any:
    """Return httpx, loaded late: `--help` needs none of it, and most processes that clean pages neither.

    Without its command line, which loads a highlighter of code and takes 70 of the 100 milliseconds: httpx goes on as
    it does where that is not installed.
    """
    if "httpx" in sys.modules:
        return import_module("httpx")
    modules: dict[str, Any] = sys.modules
    modules[_COMMAND_LINE] = None  # an import of it fails from here on
    try:
        return import_module("httpx")
    finally:
        if modules.get(_COMMAND_LINE, sys) is None:
            del modules[_COMMAND_LINE]


def _check_parts(text: str, url: "URL") -> None:
    if url.scheme not in DEFAULT_PORTS:
        raise _bad_url(text, "only http:// and https:// can be fetched")
    if not url.raw_host.strip(b".") or _CONTROL.search(url.host) or "%" in url.host:
        raise _bad_url(text, "names no host")
    if url.port is not None and not 0 < url.port < 65_536:
        raise _bad_url(text, "the port is not between 1 and 65535")


def _without_dot(url: "URL") -> "URL":
    """Return a URL without what ends its host as a whole name of the DNS: one host, which no certificate knows so."""
    host = url.raw_host.decode("ascii")
    return url.copy_with(host=host.rstrip(".")) if host.endswith(".") else url


def _bad_url(text: str, explanation: str) -> FetchError:
    return FetchError(display_url(text), Reason.BAD_URL, display_url(explanation))


def join_url(base: str, href: str) -> str | None:
    """Return `href` as an absolute, checked URL, or None when it leads to no web page (`mailto:`, `data:`, ...)."""
    httpx = http_library()
    if _BACKSLASH_IN_HOST.match(href.strip()) or re.match(r"\s*[/\\]{2}[^/?#]*\\", href):
        return None  # as written, before a join can hide it
    stripped = href.strip(" \t\r\n")
    try:
        # What has a scheme is complete: a join would read "http:" or "http:page" as a page of the base.
        return parse_checked(stripped if _SCHEME.match(stripped) else str(httpx.URL(base).join(stripped)))
    except (httpx.InvalidURL, ValueError, FetchError):
        return None


def is_plain_url(text: str) -> bool:
    """Return whether `check_url` would give the text back as it is, as far as a glance shows."""
    return len(text) <= _MAX_PLAIN_CHARS and _PLAIN_URL.match(text) is not None


def join_quickly(base: str, href: str) -> str | None:
    """Return what `join_url` does, at a glance where that is enough: for nearly all links; `base` is checked."""
    if _OTHER_SCHEME.match(href):  # "javascript:void(0)"
        return None
    if len(href) > MAX_URL_CHARS:
        return join_url(base, href)
    return _join_plain(base, href) or _join_plain(base, _spelled_out(href)) or join_url(base, href)


def join_own_base(address: str, href: str) -> str | None:
    """Return what a page calls the base of its links, absolute, as `join_url` does; its address may be unchecked."""
    return join_quickly(address, href) if is_plain_url(address) else join_url(address, href)


def _join_plain(base: str, href: str) -> str | None:
    if not href:  # "#": the page itself; but a join drops a ";" at the end of its path
        return base if ";" not in base and is_plain_url(base) else None
    if _PLAIN_URL.match(href):
        return href if len(href) <= MAX_URL_CHARS else None
    if len(href) > _MAX_PLAIN_CHARS:
        return None
    if _PLAIN_PATH.match(href) and (origin := _ORIGIN.match(base)) is not None:
        return origin[0] + href
    if _RELATIVE.match(href) and is_plain_url(base) and is_plain_url(joined := urljoin(base, href)):
        return joined
    return None


def _spelled_out(href: str) -> str:
    """Return a link with what a check changes in most of those that it changes at all, changed in the same way."""
    try:
        href.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return href
    encoded = _TO_ENCODE.sub(_encoded, href.strip(" \t\r\n"))
    if "#" in encoded and _COMPLETE.match(encoded):
        encoded = _LONG_FRAGMENT.sub("", encoded)
    elif len(encoded) <= _MAX_PLAIN_CHARS:
        encoded = _FRAGMENT.sub("", encoded)
    if (origin := _SPELLED_ORIGIN.match(encoded)) is None:
        return encoded
    return f"{origin[1].lower()}/{encoded[origin.end() :]}"


def _encoded(letters: re.Match[str]) -> str:
    return quote(letters[0])


def link_without_base(href: str) -> str | None:
    """Return an address of a page whose own is not known: checked where it has a scheme, else as it is written.

    None where it leads to no web page: `javascript:`, `data:`, in whatever disguise.

    >>> link_without_base("/a.jpg"), link_without_base("java\\nscript:alert(1)"), link_without_base("data:image/gif,")
    ('/a.jpg', None, None)
    """
    stripped = href.strip()
    return join_quickly("", stripped) if _SCHEME.match(_UNSEEN.sub("", stripped)) else stripped or None


def join_link(base: str | None, href: str) -> str | None:
    """Return where a link leads, as `join_url` does, with its fragment; None without a base where it is relative."""
    stripped = href.strip(" \t\r\n")
    if base is None and not _SCHEME.match(stripped):
        return None
    address, _, fragment = stripped.partition("#")
    url = join_quickly(base or "", address)
    if url is None or not fragment:
        return url
    linked = f"{url}#{quote(fragment, safe=_FRAGMENT_CHARS)}"
    return linked if len(linked) <= MAX_URL_CHARS else url


def host_of(url: str) -> str:
    """Return the host of a checked URL: lower case, IDNA, no final dot; an IPv6 address without brackets."""
    if (origin := _ORIGIN.match(url)) is not None:  # a start of a crawl asks it of all URLs that sources name
        return origin[2].rstrip(".")
    return _parse(url).raw_host.decode("ascii").lower().rstrip(".")


@lru_cache(maxsize=1024)  # the readers of a page ask about its own address
def loose_host(url: str | None) -> str:
    """Return the host of what may be a URL and was not checked: lower case, without user and port; "" of None.

    >>> loose_host("https://www.A.example:8080/x?y"), loose_host("a.example/x"), loose_host(None)
    ('www.a.example', 'a.example', '')
    """
    found = _LOOSE.match(url or "")
    return found["host"].lower() if found else ""


def named_host(href: str) -> str:
    """Return the host that a link names, as `loose_host` does; "" of one that is relative to its page.

    >>> named_host("//www.a.example/x"), named_host("story.html"), named_host("mailto:jane@a.example")
    ('www.a.example', '', '')
    """
    stripped = href.strip()
    return loose_host(stripped) if _NAMED.match(stripped) else ""


@lru_cache(maxsize=1024)  # as above
def loose_path(url: str | None) -> str:
    """Return the path of what may be a URL, as written and without the slashes around it; "" where it has none.

    >>> loose_path("https://a.example/2024/story.html?page=2#top"), loose_path("https://a.example")
    ('2024/story.html', '')
    """
    found = _LOOSE.match(url or "")
    return (found["path"] or "").strip("/") if found else ""


def loose_query(url: str | None) -> str:
    """Return the query of what may be a URL, as written; "" where it has none.

    >>> loose_query("https://a.example/story.html?page=2#top"), loose_query("https://a.example/#?")
    ('page=2', '')
    """
    found = _LOOSE.match(url or "")
    return (found["query"] or "") if found else ""


def loose_origin(url: str | None) -> str:
    """Return scheme and host of what may be a URL, as written; "" of None.

    >>> loose_origin("https://A.example/x?y"), loose_origin("https://a.example?y")
    ('https://A.example', 'https://a.example')
    """
    return "/".join((url or "").split("/", 3)[:3]).partition("?")[0]


def file_name(url: str) -> str:
    """Return the last step of an address, which names a file, without what is asked of it.

    >>> file_name("https://a.example/i/pier.jpg?w=300"), file_name("pier.jpg")
    ('pier.jpg', 'pier.jpg')
    """
    return url.split("?", 1)[0].rsplit("/", 1)[-1]


def origin_of(url: str) -> str:
    """Return "scheme://host:port" of a checked URL, the port always given (RFC 6454)."""
    if (plain := _ORIGIN.match(url)) is not None:  # a crawl asks it of each request
        scheme, host, port = plain.groups()
        return f"{scheme}://{host.rstrip('.')}{port or f':{DEFAULT_PORTS[scheme]}'}"
    parsed = _parse(url)
    host = host_of(url)
    bracketed = f"[{host}]" if ":" in host else host
    return f"{parsed.scheme}://{bracketed}:{parsed.port or DEFAULT_PORTS[parsed.scheme]}"


def target_of(url: str) -> str:
    """Return path and query of a checked URL, as they go on the wire."""
    if is_plain_url(url):
        return url[url.index("/", len("https://")) :]
    return _parse(url).raw_path.decode("ascii")


def same_site(a: str, b: str) -> bool:
    """Return whether two checked URLs belong to one registrable domain (public suffix list, private part included)."""
    return _site(host_of(a)) == _site(host_of(b))


def is_public_host(name: str) -> bool:
    """Return whether a name, lower case, can be that of a host on the web: its ending is on the public suffix list.

    >>> is_public_host("example.org"), is_public_host("pages.old"), is_public_host("org")
    (True, False, False)
    """
    if "." not in name or _HOST.fullmatch(name) is None or len(name) > 253:
        return False
    return suffix_labels(name) > 0


def site_label(host: str) -> str:
    """Return the label of a host that its owner registered: "news.bbc.co.uk" -> bbc."""
    return _site(host).partition(".")[0]


@lru_cache(maxsize=4_096)  # a crawl asks about the same hosts for each link
def _site(host: str) -> str:
    """Return the registrable domain of `host`; `host` itself where that is an address or one name.

    An ending that is not on the list counts as a public suffix of one label, as the list's own rules have it
    (publicsuffix.org/list, "if no rules match, the prevailing rule is *").
    """
    name = host.lower().rstrip(".")
    if count := suffix_labels(name):
        return ".".join(name.split(".")[-count - 1 :])
    last_two = host.rsplit(".", 2)[-2:]
    return host if ":" in host or last_two[-1].isdigit() else ".".join(last_two)
