"""Cookies within one visit: what a redirect sets, the request that follows it sends back, and nobody after that.

Sites ask for it to see whether a reader takes cookies: they redirect in a circle until one comes back.
"""

import re
from collections.abc import Iterable
from typing import Final

from harvester.urls import origin_of

Cookies = tuple[tuple[str, str], ...]  # name, value

MAX_COOKIES: Final = 20
_MAX_CHARS: Final = 4096  # of one, as RFC 6265 asks of browsers
# RFC 6265, 4.1.1; values are taken with commas, too, as browsers do.
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[!-:<-~]*")
_OVER: Final = re.compile(r"max-age\s*=\s*\"?(?:0+|-\d+)\"?", re.IGNORECASE)


def cookies_for(target: str, url: str, kept: Cookies, set_cookies: Iterable[str]) -> Cookies:
    """Return what goes along from `url` to where it redirects, both checked: of one origin only, or to its https form.

    `kept` are the cookies that `url` was asked with, `set_cookies` the fields of its answer. What the path, the domain
    and the life of a cookie are beyond this visit, does not matter: none leaves its host or lives longer.

    >>> cookies_for("https://a.example/b", "https://a.example/", (), ["seen=1; Path=/; HttpOnly"])
    (('seen', '1'),)
    >>> cookies_for("https://b.example/", "https://a.example/", (("seen", "1"),), [])
    ()
    """
    if not _is_one_place(url, target):
        return ()
    found = dict(kept)
    for text in set_cookies:
        if len(text) > _MAX_CHARS:
            continue
        given, *attributes = text.split(";")
        name, mark, value = (part.strip() for part in given.partition("="))
        if not (mark and _NAME.fullmatch(name) and _VALUE.fullmatch(value)):
            continue
        found.pop(name, None)
        is_over = any(_OVER.fullmatch(one.strip()) for one in attributes)
        if not is_over and len(found) < MAX_COOKIES:
            found[name] = value
    return tuple(found.items())


def cookie_header(cookies: Cookies) -> tuple[tuple[str, str], ...]:
    """Return the header that sends cookies; none where there is none.

    >>> cookie_header((("a", "1"), ("b", "2")))
    (('Cookie', 'a=1; b=2'),)
    """
    return (("Cookie", "; ".join(f"{name}={value}" for name, value in cookies)),) if cookies else ()


def _is_one_place(url: str, target: str) -> bool:
    before, after = origin_of(url), origin_of(target)
    secure = before.replace("http://", "https://", 1).removesuffix(":80")
    return after in (before, f"{secure}:443")
