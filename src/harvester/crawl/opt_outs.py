"""What site and page reserve against being kept and mined: recorded with the article, and obeyed by the rules below.

Obeyed: `noindex` and `none` (neither article nor raw page is kept), `noarchive` (the raw page is not). Recorded, and
obeyed where a source has `tdm = "skip"`: reservations of text and data mining. Sources: the robots meta tag and
X-Robots-Tag (RFC 9309 leaves them to the search engines' documents), TDMRep (W3C Community Group report, 2022), Content
Signals (contentsignals.org) and Content-Usage (IETF AIPREF) in robots.txt and headers, ai.txt (Spawning).
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from harvester.fetching import PRODUCT
from harvester.models import Document, Page
from harvester.text import is_match
from harvester.urls import target_of

TDMREP_PATH: Final = "/.well-known/tdmrep.json"
AI_TXT_PATH: Final = "/ai.txt"

_MAX_FOUND: Final = 20  # signals of one article; a page that repeats itself is one piece of news
_MAX_RULES: Final = 2_000  # of a site's file
_MAX_FILE_BYTES: Final = 512 * 1024

_WHOLE: Final = frozenset({"noindex", "none"})
_PAGE: Final = frozenset({"noarchive", "nocache"})  # "nocache" is Bing's older word for it
_MINING: Final = frozenset({"noai", "notrain", "notdm"})
_KNOWN: Final = _WHOLE | _PAGE | _MINING | {"noimageai", "nosnippet"}
_FOR_ONE: Final = re.compile(r"^\s*([a-z][\w-]*)\s*:\s*(.*)$", re.IGNORECASE | re.DOTALL)  # "googlebot: noindex"
_NOT_AN_AGENT: Final = frozenset({"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"})
_USAGE: Final = re.compile(r"([a-z-]+)\s*=\s*\??([a-z0-9]+)", re.IGNORECASE)
_TRAINING: Final = frozenset({"ai-train", "train-ai", "ai-input", "bots", "automated-processing", "tdm"})
_MAX_VALUE_CHARS: Final = 1_000  # of a line or header; ten purposes take 200
_NO: Final = frozenset({"no", "n", "0"})
_LINE: Final = re.compile(r"^[ \t]*([A-Za-z-]+)[ \t]*:[ \t]*([^#\r\n]*)", re.MULTILINE)
# Endings that ai.txt names texts by; a page without an ending is text, too.
_TEXT_ENDINGS: Final = ("*.txt", "*.html", "*.htm", "*.php", "*.asp", "*.jsp")


@dataclass(frozen=True, slots=True)
class Signals:
    """What one page and its site ask for."""

    noindex: bool = False  # obeyed: nothing is kept
    noarchive: bool = False  # obeyed: the raw page is not kept
    reserved: bool = False  # text and data mining, or training, is reserved
    found: tuple[str, ...] = ()  # each as written, and where: "meta:robots noarchive", "tdmrep.json tdm-reservation=1"

    def keeps_article(self, tdm: str) -> bool:
        """Return whether the article may be kept; `tdm` is how the source treats reservations."""
        return not self.noindex and not (self.reserved and tdm == "skip")

    def keeps_archive(self, tdm: str) -> bool:
        """Return whether the raw page may be kept."""
        return self.keeps_article(tdm) and not self.noarchive


@dataclass(frozen=True, slots=True)
class TdmRule:
    """One entry of a tdmrep.json."""

    location: str  # path, "*" is anything
    reserved: bool
    policy: str | None = None  # URL


@dataclass(frozen=True, slots=True)
class SiteSignals:
    """What a site's own files reserve; serialisable by its fields."""

    tdm: tuple[TdmRule, ...] = ()
    ai_disallowed: tuple[str, ...] = ()  # paths of ai.txt, for all
    usage: tuple[str, ...] = ()  # "ai-train=no", of robots.txt, for us


@dataclass(slots=True)
class _Tally:
    """Signals as they come in."""

    words: set[str] = field(default_factory=set)
    reserved: bool = False
    found: list[str] = field(default_factory=list)

    def take(self, origin: str, words: Iterable[str]) -> None:
        for word in words:
            if word in _KNOWN:
                self.words.add(word)
                self.found.append(f"{origin} {word}")

    def reserve(self, origin: str, words: str, reserves: bool = True) -> None:
        self.reserved = self.reserved or reserves
        self.found.append(f"{origin} {words}")


def read_signals(page: Page, head: Document, site: SiteSignals | None = None) -> Signals:
    """Return what headers and head of a page and the files of its site reserve.

    `head` is what `dom.read_head` or `dom.read_document` returned for the page.
    """
    tally = _Tally()
    for origin, value in _robots_values(page, head):
        tally.take(origin, _words(value))
    for origin, name, value in _tdm_values(page, head):
        if name == "tdm-reservation":
            tally.reserve(origin, f"tdm-reservation={value}", value.strip() == "1")
        else:
            tally.found.append(f"{origin} tdm-policy={value}")
    for name in ("content-usage", "content-signal"):
        _take_usage(tally, f"header:{name}", page.header(name) or "")
    _take_site(tally, site or SiteSignals(), page.address)
    return Signals(
        noindex=bool(tally.words & _WHOLE),
        noarchive=bool(tally.words & _PAGE),
        reserved=tally.reserved or bool(tally.words & _MINING),
        found=tuple(dict.fromkeys(tally.found))[:_MAX_FOUND],
    )


def _robots_values(page: Page, head: Document) -> Iterator[tuple[str, str]]:
    """Yield what speaks of robots, to all or to us."""
    for name, value in page.headers:
        if name == "x-robots-tag" and (own := _for_us(value)) is not None:
            yield "header:x-robots-tag", own
    for meta in head.metas:
        if meta.name in ("robots", PRODUCT):
            yield f"meta:{meta.name}", meta.content


def _for_us(value: str) -> str | None:
    """Return the directives of a header without the agent's name before them; None when they are for another one."""
    match = _FOR_ONE.match(value)
    if match is None or match[1].lower() in _NOT_AN_AGENT:
        return value
    return match[2] if match[1].lower() == PRODUCT else None


def _words(value: str) -> list[str]:
    return [word.strip().lower() for word in value.split(",")]


def _tdm_values(page: Page, head: Document) -> Iterator[tuple[str, str, str]]:
    names = ("tdm-reservation", "tdm-policy")
    yield from ((f"header:{name}", name, value) for name, value in page.headers if name in names)
    yield from ((f"meta:{meta.name}", meta.name, meta.content) for meta in head.metas if meta.name in names)


def _take_usage(tally: _Tally, origin: str, value: str) -> None:
    for purpose, answer in _USAGE.findall(value[:_MAX_VALUE_CHARS]):
        tally.reserve(origin, f"{purpose}={answer}", purpose.lower() in _TRAINING and answer.lower() in _NO)


def _take_site(tally: _Tally, site: SiteSignals, address: str | None) -> None:
    target = target_of(address) if address else "/"
    rule = next((rule for rule in site.tdm if _covers(rule.location, target)), None)
    if rule is not None:
        policy = f" tdm-policy={rule.policy}" if rule.policy else ""
        tally.reserve("tdmrep.json", f"tdm-reservation={int(rule.reserved)}{policy}", rule.reserved)
    path = target.partition("?")[0]
    for pattern in site.ai_disallowed:
        if pattern in _TEXT_ENDINGS or _covers(pattern, path):
            tally.reserve("ai.txt", f"Disallow: {pattern}")
    for usage in site.usage:
        _take_usage(tally, "robots.txt", usage)


def _covers(pattern: str, target: str) -> bool:
    """Return whether a path of a site's file covers a target: "*" is anything, "$" the end, else it is a beginning."""
    return is_match(pattern[:-1], target) if pattern.endswith("$") else is_match(f"{pattern}*", target)


# ── the site's files ──────────────────────────────────────────────────────────────────────────


def read_tdmrep(body: bytes) -> tuple[TdmRule, ...]:
    """Return the rules of a tdmrep.json, in order: the first that covers a page counts; () when it is none."""
    try:
        entries = json.loads(body[:_MAX_FILE_BYTES])
    except (ValueError, RecursionError):
        return ()
    listed = entries if isinstance(entries, list) else []
    return tuple(_tdm_rule(entry) for entry in listed[:_MAX_RULES] if isinstance(entry, dict) and "location" in entry)


def _tdm_rule(entry: dict[str, Any]) -> TdmRule:
    policy = entry.get("tdm-policy")
    reserved = str(entry.get("tdm-reservation")) == "1"
    return TdmRule(str(entry["location"])[:500], reserved, policy[:500] if isinstance(policy, str) else None)


def read_ai_txt(body: bytes) -> tuple[str, ...]:
    """Return the paths that an ai.txt closes to all; () when it is none."""
    return tuple(dict.fromkeys(value for name, value in _rules_for_us(body) if name == "disallow" and value))


def read_content_signals(robots: bytes) -> tuple[str, ...]:
    """Return the Content-Signal and Content-Usage lines of a robots.txt that speak to all or to us."""
    names = ("content-signal", "content-usage")
    return tuple(dict.fromkeys(value for name, value in _rules_for_us(robots) if name in names and value))


def _rules_for_us(body: bytes) -> Iterator[tuple[str, str]]:
    """Yield the lines, as name and value, outside of any group and in the groups for all and for us."""
    text = body[:_MAX_FILE_BYTES].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r", "\n")
    ours, naming = True, False
    for count, match in enumerate(_LINE.finditer(text)):
        if count >= _MAX_RULES:
            return
        name, value = match[1].lower(), match[2].strip()[:_MAX_VALUE_CHARS]
        if name == "user-agent":
            speaks_to_us = value.lower() in ("*", PRODUCT)
            ours = (ours and naming) or speaks_to_us
            naming = True
        else:
            naming = False
            if ours:
                yield name, value
