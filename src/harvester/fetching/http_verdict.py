"""Pure decisions about one answer of a server: where it leads, what it means, when to ask again."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from harvester.errors import FetchError, InternalError, Reason
from harvester.fetching.visit_cookies import Cookies, cookies_for
from harvester.maildate import read_http_date
from harvester.models import Hop, Page
from harvester.url_names import display_url
from harvester.urls import check_url, host_of, is_plain_url, join_url, origin_of

MAX_WAIT_S: Final = 24 * 3_600.0  # a Retry-After beyond a day means "never" for one run
_DAY_S: Final = 86_400.0
_CENTURY_S: Final = 100 * 365 * _DAY_S  # beyond it, what servers ask for has up to 300 digits

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_GONE: Final = frozenset({404, 410})
_BLOCKED: Final = frozenset({401, 403, 451})
_PASSING: Final = frozenset({500, 502, 503, 504})  # what a server may get over by itself
_EMPTY: Final = frozenset({204, 205})
_RANGE: Final = re.compile(
    r"\s*bytes\s+(?P<first>[0-9]{1,18})-(?P<last>[0-9]{1,18})/(?P<all>[0-9]{1,18})\s*$", re.IGNORECASE
)

# Seconds of a Retry-After; float() of more digits overflows. White space is matched in one place at a time: 60 KB of it
# may stand in a header.
_SECONDS: Final = re.compile(r"([0-9]{1,300}(?:\.[0-9]{1,9})?)(?:\s*(?:s|secs?|seconds?))?(?:\s*,.*)?", re.IGNORECASE)
_IS_SINCE_1970: Final = re.compile(r"[0-9]{10}")

# Headers by which the large bot shields mark a challenge page, whatever its status (AWS sends 202).
_CHALLENGES: Final = {
    "cf-mitigated": re.compile(r"\bchallenge\b", re.IGNORECASE),
    "x-amzn-waf-action": re.compile(r"\b(?:challenge|captcha)\b", re.IGNORECASE),
    "x-sucuri-block": re.compile(r"."),
}

# Compressed sitemaps come under these; whether there is text inside shows only after decoding.
_MAYBE_TEXT: Final = frozenset(
    {"application/gzip", "application/x-gzip", "application/octet-stream", "binary/octet-stream"}
)
_NO_PAGE: Final = frozenset({"text/css", "text/csv", "text/javascript", "text/calendar", "text/event-stream"})


@dataclass(frozen=True, slots=True)
class Step:
    """One request to make: the URL, and the redirects that led to it."""

    url: str  # checked
    chain: tuple[Hop, ...] = ()
    any_type: bool = False  # take any content type: robots.txt comes under many
    headers: tuple[tuple[str, str], ...] = ()  # of a conditional request; sent to the first host only
    body_bytes: int | None = None  # decoded; None: the fetcher's limit
    cookies: Cookies = ()  # that the redirects on the way set
    # Called when the request is on the wire: a connection may take a second, and the server counts pauses from there.
    on_sent: Callable[[], None] | None = field(default=None, compare=False, repr=False)

    @property
    def first_url(self) -> str:
        """The URL as asked for."""
        return self.chain[0].url if self.chain else self.url

    @property
    def is_home(self) -> bool:
        """Whether no other origin was touched on the way: only then may secrets be sent."""
        return all(origin_of(hop.url) == origin_of(self.url) for hop in self.chain)


@dataclass(frozen=True, slots=True)
class Moved:
    """The answer was a redirect; `step` is the request that follows it."""

    step: Step


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """No page came back."""

    error: FetchError | InternalError
    status: int | None = None  # None: no answer at all
    may_pass: bool = False  # asking again may help
    wait_s: float | None = None  # what is kept of what the server asks for (Retry-After), 0 to 86,400
    asked_s: float | None = None  # what it asks for, where that is known to be more


Answer = Page | Moved | FetchFailure


def follow(
    step: Step, status: int, location: str | None, max_redirects: int, set_cookies: Sequence[str] = ()
) -> Moved | FetchFailure:
    """Return the request that a redirect leads to, or why it is not followed.

    `set_cookies` are the fields by which the redirect sets cookies; where there are some to send, a URL may be asked
    for once more.

    Fails with "bad_redirect" (no Location, or one that is no web address) and "redirect_loop" (a URL seen before, or
    more than `max_redirects`); the explanation names the chain.
    """
    chain = (*step.chain, Hop(step.url, status))
    if not location or not location.strip():
        return _failed(step, status, Reason.BAD_REDIRECT, f"redirect {status} without a Location")
    target = join_url(step.url, location)
    if target is None:
        return _failed(
            step, status, Reason.BAD_REDIRECT, f"redirect to {display_url(location[:200])}: not a web address"
        )
    way = " -> ".join(display_url(hop.url) for hop in (*chain, Hop(target, 0)))
    cookies = cookies_for(target, step.url, step.cookies, set_cookies)
    tries = sum(hop.url == target for hop in chain)
    if tries > bool(cookies):
        return _failed(step, status, Reason.REDIRECT_LOOP, f"redirects in a circle: {way}")
    if len(chain) > max_redirects:
        return _failed(step, status, Reason.REDIRECT_LOOP, f"more than {max_redirects} redirects: {way}")
    headers = step.headers if host_of(target) == host_of(step.url) else ()
    return Moved(replace(step, url=target, chain=chain, headers=headers, cookies=cookies))


def judge(step: Step, page: Page, max_redirects: int) -> Moved | FetchFailure | None:
    """Return what status and headers of an answer mean; None: the body is worth reading.

    `page` is the answer before its body was read.
    """
    status = page.status or 0
    if any(rule.search(page.header(name) or "") for name, rule in _CHALLENGES.items()):
        return _failed(step, status, Reason.BLOCKED, f"the server asks for a browser check (status {status})")
    if status in _REDIRECTS:
        cookies = tuple(value for name, value in page.headers if name == "set-cookie")
        return follow(step, status, page.header("location"), max_redirects, cookies)
    if not 200 <= status < 300 or status in _EMPTY:
        return _refused(step, page)
    if status == 206 and _is_part(page.header("content-range")):
        words = f"a part of the page came ({page.header('content-range')}), which nobody asked for"
        return replace(_failed(step, status, Reason.SHORT_BODY, words[:300]), may_pass=True)
    media_type = read_media_type(page)
    if step.any_type or media_type is None or is_page_type(media_type) or media_type in _MAYBE_TEXT:
        return None
    return _failed(step, status, Reason.NOT_HTML, f"the content type is {media_type[:100]!r}, not a page")


def _refused(step: Step, page: Page) -> FetchFailure:
    """Return the failure for a status outside 2xx and the redirects."""
    status = page.status or 0
    asked_s = _read_wait(page.header("retry-after"), page.fetched_at)
    if status == 429:
        told = "" if asked_s is None else f"; {_asks_for(asked_s)}"
        error = FetchError(display_url(step.first_url), Reason.RATE_LIMITED, "too many requests" + told)
        return FetchFailure(error, status, may_pass=True, wait_s=_kept(asked_s), asked_s=asked_s)
    reason, explanation = _reason(status)
    failure = FetchFailure(FetchError(display_url(step.first_url), reason, explanation), status, status in _PASSING)
    return replace(failure, wait_s=_kept(asked_s), asked_s=asked_s) if status == 503 else failure


def _reason(status: int) -> tuple[Reason, str]:
    if status == 304:
        return Reason.NOT_MODIFIED, "not modified since"
    if status in _GONE:
        return Reason.GONE, f"the page is not there (status {status})"
    if status in _BLOCKED:
        return Reason.BLOCKED, f"the server refuses access (status {status})"
    if status in _EMPTY:
        return Reason.HTTP_ERROR, f"the answer has no content (status {status})"
    return Reason.HTTP_ERROR, f"the server answers with status {status}"


def _is_part(content_range: str | None) -> bool:
    """Return whether a Content-Range (RFC 9110, 14.4) says that a body is not all there is."""
    match = _RANGE.match(content_range or "")
    return match is not None and (match["first"], match["all"]) != ("0", str(int(match["last"]) + 1))


def _asks_for(asked_s: float) -> str:
    """Return how long a server asks to wait, in words; of more than is kept also how much that is.

    >>> _asks_for(7_200), _asks_for(31_536_000)
    ('the server asks to wait 7,200 s', 'the server asks to wait 365 days, of which one day is kept')
    """
    if asked_s <= MAX_WAIT_S:
        return f"the server asks to wait {asked_s:,.0f} s"
    asked = f"{asked_s / _DAY_S:,.1f}".removesuffix(".0") + " days" if asked_s <= _CENTURY_S else "more than 100 years"
    return f"the server asks to wait {asked}, of which one day is kept"


def _kept(asked_s: float | None) -> float | None:
    return None if asked_s is None else min(asked_s, MAX_WAIT_S)


def _failed(step: Step, status: int, reason: Reason, explanation: str) -> FetchFailure:
    return FetchFailure(FetchError(display_url(step.first_url), reason, explanation), status)


def read_media_type(page: Page) -> str | None:
    """Return "type/subtype" of the Content-Type, lower case; None when the server sends none."""
    media_type = (page.header("content-type") or "").partition(";")[0].strip().lower()
    return media_type or None


def is_page_type(media_type: str) -> bool:
    """Return whether a media type is HTML, XML or text that may be a page."""
    if media_type in _NO_PAGE or media_type == "image/svg+xml":
        return False
    return media_type.startswith("text/") or media_type == "application/xml" or media_type.endswith("+xml")


def is_text_body(body: bytes) -> bool:
    """Return whether a body of unknown type is text: no NUL early on, unless it is UTF-16 with its mark."""
    return body.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" not in body[:1024]


def read_retry_after(text: str | None, now: datetime | None) -> float | None:
    """Return the seconds that a Retry-After asks for, 0 to 86,400; None when it is not readable.

    Both forms of RFC 9110, 10.2.3: seconds, or an HTTP date; and what servers write in their place: a fraction, a unit,
    a second number behind it, seconds since 1970, ISO 8601. A date in the past asks for 0.

    >>> read_retry_after("120", None)
    120.0
    >>> read_retry_after("-1", None)
    """
    return _kept(_read_wait(text, now))


def _read_wait(text: str | None, now: datetime | None) -> float | None:
    """Return the seconds that a Retry-After asks for, however many; None when it is not readable."""
    if text is None:
        return None
    asked_at, stripped = now or datetime.now(UTC), text.strip()
    number = _SECONDS.fullmatch(stripped)
    if number is not None:
        wait_s = _seconds_of(number[1], asked_at.timestamp())
    else:
        moment = read_http_date(stripped) or _iso_moment(stripped)
        if moment is None:
            return None
        wait_s = (moment - asked_at).total_seconds()
    return max(wait_s, 0.0)


def _seconds_of(number: str, asked_at: float) -> float:
    """Return the seconds to wait; of a moment of these days, in seconds since 1970, those until then."""
    seconds = float(number)
    until_s = seconds - asked_at
    return until_s if _IS_SINCE_1970.fullmatch(number) and until_s > -MAX_WAIT_S else seconds


def _iso_moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def retry_wait(failure: FetchFailure, tries_done: int, backoff_s: float, jitter: float) -> float:
    """Return the seconds to wait before the next try.

    Exponential from `backoff_s`, spread by `jitter` (0 to 1) between half and the whole of it, so that many clients
    do not come back at once; never sooner than the server asks for.
    """
    spread = backoff_s * 2.0 ** (tries_done - 1) * (0.5 + jitter / 2)
    return max(spread, failure.wait_s or 0.0)


def is_worth_retrying(failure: FetchFailure, tries_done: int, max_tries: int) -> bool:
    """Return whether to ask again: a body cut short once, all else that may pass up to `max_tries`."""
    if not failure.may_pass:
        return False
    return tries_done < (min(2, max_tries) if failure.error.reason == Reason.SHORT_BODY else max_tries)


def impatient(failure: FetchFailure, wait_s: float, patience_s: float) -> FetchFailure:
    """Return the failure of a server that asks for a longer wait than the caller has."""
    asks = _asks_for(max(wait_s, failure.asked_s or 0.0))
    error = FetchError(
        failure.error.subject, Reason.RATE_LIMITED, f"{asks}, longer than {patience_s:,.0f} s: try again later"
    )
    return replace(failure, error=error, may_pass=False)


def first_step(url: str) -> Step:
    """Return the first request for `url`. Raises FetchError "bad_url"."""
    return Step(url if is_plain_url(url) else check_url(url))
