"""What became of one URL: a class of a fixed list, and the evidence. Pure: values in, a verdict out.

A page that came and an article that was found on it need not be what the URL promised: servers answer 200 with "not
found", with their home page, with a wall. This distinguishes them; it never invents an article, and never loses one on
the word of a single sign. What failed before a page came is in `fetching/http_verdict.py`, what robots.txt forbids in
`robots.py`; that an article is a copy or unchanged is found when it is written, in `crash_safe_writer.py`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harvester.crawl.discovery.found_link import is_on_site
from harvester.crawl.discovery.url_patterns import is_slug
from harvester.crawl.reposts import MAX_STORY_BITS, article_simhash, simhash
from harvester.decode import decode
from harvester.errors import FetchError, HarvesterError, InputError, ParserLimit, Reason
from harvester.fingerprint import hamming
from harvester.models import Article, Document, Page
from harvester.rules.kind_names import KindName
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.text import collapse
from harvester.url_names import display_url
from harvester.urls import host_of, join_quickly, target_of
from harvester.web_links import plain_url

# What a URL may end as.
OUTCOMES: Final = frozenset(Reason)
PROBE_SEGMENT: Final = "no-such-page"

_NO_ARTICLE: Final = (Reason.NOT_ARTICLE, Reason.INDEX_PAGE)  # what an error page with links on it looks like, too
_NEAR_PAGE: Final = 5  # bits of 64 between two error pages: they print the URL, the time, the latest headlines
_MAX_NOTICE_CHARS: Final = 600  # a longer text under "404" is an article about it
_VARIABLE: Final = re.compile(r"[\d/]")  # in words that differ between two error pages: a path, a time, a number
_CONSENT_HOST: Final = re.compile(r"^(?:consent|cmp|privacy-?mgmt|privacywall|guce)\.")

# How clauses begin that are for a person with a saved page; what to do about a crawl is in failures.toml.
_ADVICE: Final = ("fetch ", "save ", "pass ", "split ")

_NUMBER: Final = re.compile(r"\d\d")  # "/v2/login" is a page for logging in
_TITLE_GAP: Final = re.compile(r"\s+[-–—|·»«:/]+\s+|[!?.。！…|]+")
_NO_WORD: Final = re.compile(r"[^\w\s]+|_")


@dataclass(frozen=True, slots=True)
class Probe:
    """How a site answers a URL that cannot exist, when it answers with a page."""

    page: int  # simhash of all its visible text, without what varies
    text: int | None = None  # simhash of the article that cleaning found on it


@dataclass(frozen=True, slots=True)
class SiteTexts:
    """What is known of a site's own pages; the home page and its probes are a source's, not an article's."""

    home: str  # checked URL
    probes: tuple[Probe, ...] = ()


@dataclass(frozen=True, slots=True)
class Classified:
    """What became of one URL."""

    outcome: Reason  # one of OUTCOMES
    evidence: str | None  # in words; None: nothing odd
    paywalled: bool = False  # the page says that this is a part of the text
    truncated: bool = False  # the page was cut at the size limit


def classify(
    page: Page | None, result: Article | HarvesterError, site: SiteTexts, head: Document | None, lexicon: Lexicon
) -> Classified:
    """Return what became of a URL: `page` is what came, `result` what cleaning or fetching made of it.

    `lexicon` holds the titles of error pages. `head` is what `dom.read_head` returned for the page; None: it was not
    read. The home page of the site is never a soft 404.
    """
    if page is None:
        error = (
            result if isinstance(result, HarvesterError) else FetchError(site.home, Reason.BAD_RESPONSE, "no page came")
        )
        return Classified(error.reason, error.explanation)
    moved = _moved_away(page, site)
    if moved is not None:
        return moved
    title = head.title if head is not None else None
    if isinstance(result, HarvesterError):
        return _without_article(page, result, site, title, lexicon)
    return _with_article(page, result, site, head, lexicon)


def _moved_away(page: Page, site: SiteTexts) -> Classified | None:
    """Return the class of a page that is elsewhere than its URL promised; None where it does not."""
    asked, came = page.url, page.address
    if asked is None or came is None or asked == came:
        return None
    if _CONSENT_HOST.match(host_of(came)) and host_of(came) != host_of(asked):
        return Classified(Reason.CONSENT_WALL, f"redirected to {host_of(came)}")
    if not is_on_site(came, asked) and not is_on_site(came, site.home):
        return Classified(Reason.REDIRECTED_OFF_SITE, f"redirected to {host_of(came)}")
    if is_home(came, site.home) and not is_home(asked, site.home):
        return Classified(Reason.SOFT_404, "redirected to the home page")
    return None


def _without_article(
    page: Page, error: HarvesterError, site: SiteTexts, title: str | None, lexicon: Lexicon
) -> Classified:
    """Return why a page has no article; that there is none may be more exactly known."""
    may_be_lost = error.reason in _NO_ARTICLE and not is_home(page.address or "", site.home)
    if may_be_lost and says_not_found(title, lexicon):
        return Classified(Reason.SOFT_404, f"status {page.status}, but its title says {title!r}")
    if may_be_lost and site.probes and _is_near_probe(page, site.probes):
        return Classified(Reason.SOFT_404, "the same page as for a URL that cannot exist")
    if page.truncated and error.reason in (*_NO_ARTICLE, Reason.PARSER_LIMIT):
        return Classified(Reason.TRUNCATED, f"cut at {len(page.body):,} bytes, and no article before", truncated=True)
    return Classified(error.reason, without_advice(error.explanation), truncated=page.truncated)


def without_advice(explanation: str) -> str:
    """Return why a page has no article, without what somebody may do who has it as a file.

    >>> without_advice("the file is empty; fetch or save the page again")
    'the file is empty'
    """
    return "; ".join(clause for clause in explanation.split("; ") if not clause.startswith(_ADVICE))


def _with_article(page: Page, article: Article, site: SiteTexts, head: Document | None, lexicon: Lexicon) -> Classified:
    if not is_home(page.address or "", site.home):
        title = head.title if head is not None else article.title
        titles = (title, article.title)
        if len(article.text) <= _MAX_NOTICE_CHARS and any(says_not_found(one, lexicon) for one in titles):
            return Classified(Reason.SOFT_404, f"status {page.status}, but its title says {(article.title or title)!r}")
        if _is_text_of_probe(article, site.probes):
            return Classified(Reason.SOFT_404, "the same text as for a URL that cannot exist")
    if page.address and page.url and _leads_to_service(page.url, page.address, lexicon):
        return Classified(Reason.REPLACED, f"leads to {display_url(page.address)}")
    wall = paywall_sign(article)
    return Classified(Reason.OK, wall, wall is not None, page.truncated)


def _leads_to_service(asked: str, came: str, lexicon: Lexicon) -> bool:
    """Return whether an address leads to a page for logging in, searching and the like, and is none itself.

    Such a page stands near the root: below a day, a number, a headline or the address itself stands what belongs to an
    article, as its pictures, or the article itself ("/2024/05/weather/").
    """
    steps, before = _steps(came), _steps(asked)
    if not _names_service(steps, lexicon) or _names_service(before, lexicon):
        return False
    is_below = bool(before) and steps[: len(before)] == before
    return not is_below and not any(_NUMBER.search(step) or is_slug(step) for step in steps[:-1])


def _steps(url: str) -> list[str]:
    return [step for step in target_of(url).partition("?")[0].lower().split("/") if step]


def _names_service(steps: list[str], lexicon: Lexicon) -> bool:
    name = steps[-1].partition(".")[0] if steps else ""
    return name in lexicon.list_paths or name in lexicon.page_paths


# ── soft 404 ──────────────────────────────────────────────────────────────────────────────────


def probe_url(near: str, token: str) -> str:
    """Return a URL beside `near` (checked) that cannot exist, with `token` (random letters) in it."""
    return join_quickly(near.partition("?")[0].rstrip("/"), f"{PROBE_SEGMENT}-{token}/") or near


def read_probe(page: Page, result: Article | HarvesterError) -> Probe | None:
    """Return what the answer to a probe looks like; None when it cannot be read, or has no text."""
    text = article_simhash(result) if isinstance(result, Article) else None
    visible = page_simhash(page)
    return Probe(visible, text) if visible is not None else None


def page_simhash(page: Page) -> int | None:
    """Return the simhash of a page's visible text without numbers and paths; None when there is none."""
    # The parsers load in the workers only: they are a tenth of what a crawl takes to begin.
    from harvester.dom import read_visible_text, refuse_hostile, trim_attributes  # noqa: PLC0415

    try:
        html = trim_attributes(decode(page.body, page.header("content-type"), page.address or "the page"))
        refuse_hostile(html, page.address or "the page")
    except (InputError, ParserLimit):
        return None
    words = (word for word in read_visible_text(html).split() if not _VARIABLE.search(word))
    return simhash(" ".join(words), min_tokens=3)


def _is_near_probe(page: Page, probes: tuple[Probe, ...]) -> bool:
    number = page_simhash(page)
    return number is not None and any(hamming(number, probe.page) <= _NEAR_PAGE for probe in probes)


def _is_text_of_probe(article: Article, probes: tuple[Probe, ...]) -> bool:
    texts = [probe.text for probe in probes if probe.text is not None]
    number = article_simhash(article) if texts else None  # most sites answer 404, and have none
    return number is not None and any(hamming(number, text) <= MAX_STORY_BITS for text in texts)


def says_not_found(title: str | None, lexicon: Lexicon) -> bool:
    """Return whether a title, or a whole part of it between " | " and the like, is that of an error page.

    "Oops! Page not found | Valley Digest" is, "Found: the page that was not" is not.
    """
    parts = _TITLE_GAP.split((title or "")[:300])
    return any(_plain(part) in _not_found(lexicon) for part in parts)


@lru_cache(maxsize=RULES_CACHED)
def _not_found(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(map(_plain, lexicon.words("pages.not_found")))


def _plain(text: str) -> str:
    """Return `text` as titles are compared: without marks, those of Indic vowels among them."""
    return collapse(_NO_WORD.sub(" ", text.casefold()))


def is_home(url: str, home: str) -> bool:
    """Return whether a checked URL is the home page of a site: the source's, or the root of its host."""
    if not url:
        return False
    plain = plain_url(url)
    is_root = target_of(plain) in ("/", "/index.html", "/index.php", "/index.htm") and is_on_site(url, home)
    return is_root or _bare(plain) == _bare(home)


def _bare(url: str) -> str:
    """Return a URL without what servers add by themselves: the scheme's s, www, a last slash."""
    return re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")


# ── paywalls and canonical URLs ──────────────────────────────────────────────────────────────────

_MIN_PROMPT_CHARS: Final = 150  # an offer with its terms; a line "subscribe" is on free pages, too


def paywall_sign(article: Article) -> str | None:
    """Return the evidence that a reader sees more for money; None: there is none.

    What the page declares to machines decides, which is the article's `access`; only where it declares nothing does the
    prompt of a paywall that was removed.
    """
    if article.access is not None:
        return "the page says that it is behind a paywall" if article.access == "paywalled" else None
    is_prompted = article.cleaning.removed.get(KindName.PAYWALL_PROMPT, 0) >= _MIN_PROMPT_CHARS
    return "the prompt of a paywall was removed" if is_prompted else None


def canonical_doubt(page: Page, head: Document, home: str) -> str | None:
    """Return what is odd about the address that a page calls its own, to be recorded; None: nothing, or it names none.

    An article is known by the address it was fetched from, never by this one: it may be gone, or lead in a circle.
    """
    address = page.address
    hrefs = [link.href for link in head.links if "canonical" in link.rel.split()]
    urls = list(dict.fromkeys(url for href in hrefs if address and (url := join_quickly(address, href))))
    if not urls or address is None:
        return None
    url = plain_url(urls[0])
    if len(urls) > 1:
        return f"link:canonical names {len(urls)} addresses"
    if not is_on_site(url, address):
        return f"link:canonical of another site: {url}"
    if is_home(url, home) and not is_home(address, home):
        return f"link:canonical is the home page: {url}"
    return None
