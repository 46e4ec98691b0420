"""What robots.txt allows (RFC 9309): pure decisions over a status and bytes, asked for by `host_queues.py`."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from harvester.crawl.opt_outs import read_content_signals
from harvester.crawl.politeness import MAX_CRAWL_DELAY_S, is_bearable
from harvester.errors import FetchError, Reason
from harvester.fetching import PRODUCT
from harvester.url_names import display_url
from harvester.urls import check_url, target_of

if TYPE_CHECKING:
    from protego import Protego

MAX_ROBOTS_BYTES: Final = 512 * 1024  # RFC 9309, 2.5, asks for 500 KiB at least

_AGENT_LINE: Final = re.compile(r"^[ \t]*user-?agent[ \t]*:[ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_DELAY_LINE: Final = re.compile(r"^[ \t]*crawl-delay[ \t]*:[ \t]*([^#\r\n]*)", re.IGNORECASE | re.MULTILINE)
_LINE_END: Final = re.compile("\r\n?")  # old Macs end lines by CR alone, which "^" does not know
_TOKEN: Final = re.compile(r"[A-Za-z_-]+")
NOTE_START: Final = "robots.txt: "
_MAX_SITEMAPS: Final = 200  # the largest sites name some dozens; 512 KiB hold 20,000, and each is checked
_LONG_CHARS: Final = 16 * 1024
_MAX_NOTES: Final = 3  # a file of one wrong line a thousand times is one piece of news


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one origin for one product."""

    rules: "Protego | None" = None  # None: no rules
    group: str = "*"  # the user-agent line that speaks to us
    denial: str | None = None  # why nothing at all may be fetched: the file cannot be reached
    delay_s: float | None = None  # Crawl-delay, as given; 0 or more
    notes: tuple[str, ...] = ()  # lines that were ignored, and why
    sitemaps: tuple[str, ...] = ()  # checked URLs
    usage: tuple[str, ...] = ()  # what it reserves, "ai-train=no"
    is_long: bool = False  # so that looking a URL up takes a tenth of a second: not for an event loop

    def allows(self, url: str) -> bool:
        """Return whether `url` (checked) may be fetched."""
        if self.denial is not None:
            return False
        if self.rules is None:
            return True
        # Rules know path and query only; a host of our own keeps the library from parsing the real one.
        return bool(self.rules.can_fetch("http://host" + target_of(url), self.group))


def robots_of_status(status: int | None) -> Robots:
    """Return what the status of an answer without a robots.txt means (RFC 9309, 2.3.1.3 and 2.3.1.4).

    4xx: there are no rules. 5xx and no answer (None): all is denied. A redirect too many counts as 4xx.
    """
    if status is None:
        return Robots(denial="robots.txt cannot be reached")
    if status >= 500:
        return Robots(denial=f"robots.txt answers with status {status}")
    return Robots()


@dataclass(frozen=True, slots=True)
class RobotsAnswer:
    """A robots.txt as it came."""

    status: int | None  # None: no answer
    body: bytes = b""


def rules_of(answer: RobotsAnswer) -> Robots:
    """Return the rules in an answer. A file of 512 KiB takes a second: not for an event loop."""
    is_page = answer.status is not None and 200 <= answer.status < 300
    return parse_robots(answer.body, PRODUCT) if is_page else robots_of_status(answer.status)


def refusal(robots: Robots, url: str, first_url: str) -> FetchError | None:
    """Return why `url` (checked) may not be fetched, for whoever asked for `first_url`; None: it may."""
    explanation = _why_not(robots, url)
    return None if explanation is None else FetchError(display_url(first_url), *explanation)


def _why_not(robots: Robots, url: str) -> tuple[Reason, str] | None:
    if robots.denial is not None:
        return Reason.ROBOTS_UNREACHABLE, f"{robots.denial}: nothing of the host may be fetched"
    if not is_bearable(robots.delay_s):
        explanation = f"robots.txt asks for {robots.delay_s:g} s between requests, more than {MAX_CRAWL_DELAY_S:g}"
        return Reason.ROBOTS_DENIED, f"{explanation}: the host is skipped"
    return None if robots.allows(url) else (Reason.ROBOTS_DENIED, "robots.txt does not allow it")


def parse_robots(body: bytes, product: str) -> Robots:
    """Return the rules of a robots.txt for `product`, the bare token of the user agent; else those for "*".

    The file is UTF-8, with or without BOM, and counts up to the last line that ends within 512 KiB.
    """
    from protego import Protego  # noqa: PLC0415 - only crawls need it

    text = _LINE_END.sub("\n", _cut(body).removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"))
    rules = Protego.parse(text)
    group = _group_for(text, product)
    rules.can_fetch("http://host/", group)  # builds its index now, wherever this runs, and not with the first page
    return Robots(
        rules,
        group,
        delay_s=rules.crawl_delay(group),
        notes=_odd_delays(text),
        sitemaps=tuple(dict.fromkeys(_checked(islice(rules.sitemaps, _MAX_SITEMAPS)))),
        usage=read_content_signals(body),
        is_long=len(text) > _LONG_CHARS,
    )


def _checked(urls: Iterable[str]) -> Iterator[str]:
    """Yield those that are web addresses."""
    for url in urls:
        try:
            yield check_url(url)
        except FetchError:
            continue


def _cut(body: bytes) -> bytes:
    """Return `body` up to the last line end within the limit: half a rule is another rule."""
    if len(body) <= MAX_ROBOTS_BYTES:
        return body
    head = body[:MAX_ROBOTS_BYTES]
    return head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1]


def _group_for(text: str, product: str) -> str:
    """Return the value of the User-agent line that names `product` as a whole token, else "*".

    The library takes a group "harv" for "harvester"; asked for the exact value of a line, it finds that group.
    """
    for match in _AGENT_LINE.finditer(text):
        value = match[1].strip().lower()
        token = _TOKEN.match(value)
        if token is not None and token[0] == product.lower():
            return value
    return "*"


def _odd_delays(text: str) -> tuple[str, ...]:
    """Return a note for each Crawl-delay that is no number of seconds."""
    values = dict.fromkeys(match[1].strip() for match in _DELAY_LINE.finditer(text))
    odd = [value for value in values if value and not _is_delay(value)]
    return tuple(f"{NOTE_START}Crawl-delay {value[:40]!r} ignored: no number of seconds" for value in odd[:_MAX_NOTES])


def _is_delay(value: str) -> bool:
    try:
        delay_s = float(value)
    except ValueError:
        return False
    return math.isfinite(delay_s) and delay_s >= 0
