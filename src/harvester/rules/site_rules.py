"""The rules of one site, as values: what they look for on its pages, and which of its URLs hold no article."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, get_args

from harvester.errors import FetchError
from harvester.models import Element
from harvester.rules.kind_names import KindName
from harvester.rules.markup_rules import signature
from harvester.text import is_match
from harvester.urls import check_url, host_of, target_of

if TYPE_CHECKING:
    from harvester.dom import Wanted

Action = Literal["remove", "keep", "title", "authors", "published", "body", "not_article"]
ACTIONS: Final[tuple[Action, ...]] = get_args(Action)
FIELDS: Final = frozenset({"title", "authors", "published"})
UNNAMED: Final = KindName.NOT_CONTENT  # the kind of what a rule removes without naming one


class SiteRule(NamedTuple):
    """One rule; of `css`, `words` and `url` it has one."""

    id: str  # "site:courier.example:remove:2", counted from 1 in its file
    action: Action
    css: str = ""
    words: tuple[str, ...] = ()  # phrases, braces expanded
    url: str = ""  # pattern of path and query; "*" is anything
    kind: str = UNNAMED  # of boilerplate


@dataclass(frozen=True, slots=True)
class SiteRules:
    """All rules of one site. Small, and made to travel to other processes."""

    host: str  # without "www."; its subdomains, too, where they have no rules of their own
    rules: tuple[SiteRule, ...]

    @property
    def digest(self) -> str:
        """12 hex digits: the articles of this site that were made with other rules are stale."""
        return hashlib.sha256(repr((self.host, self.rules)).encode()).hexdigest()[:12]

    def of(self, *actions: Action) -> Iterator[SiteRule]:
        """Yield the rules that do one of `actions`, in their order."""
        return (rule for rule in self.rules if rule.action in actions)

    def refuses(self, url: str) -> SiteRule | None:
        """Return the rule by which a URL (checked) holds no article; None where there is none."""
        patterns = tuple(self.of("not_article"))
        target = target_of(url) if patterns else ""
        return next((rule for rule in patterns if is_match(rule.url, target)), None)


@dataclass(frozen=True, slots=True)
class Sites:
    """The rules of all sites that have any."""

    by_host: Mapping[str, SiteRules] = field(default_factory=dict)

    def of(self, url: str | None) -> SiteRules | None:
        """Return the rules for a page at `url`, which needs no check; None where its site has none."""
        if url is None or not self.by_host:
            return None
        try:
            return self.of_host(host_of(check_url(url)))
        except FetchError:
            return None

    def of_host(self, host: str | None) -> SiteRules | None:
        """Return the rules of a host: its own, else those of the nearest domain that it is in."""
        return next((self.by_host[name] for name in _names(host or "") if name in self.by_host), None)

    def refuses(self, url: str) -> bool:
        """Return whether, by a rule of its site, a URL (checked) holds no article."""
        site = self.of_host(host_of(url)) if self.by_host else None
        return site is not None and site.refuses(url) is not None

    def only(self, hosts: Iterable[str]) -> "Sites":
        """Return the rules that pages of `hosts` need."""
        found = (self.of_host(host) for host in hosts)
        return Sites({site.host: site for site in found if site is not None})

    def __or__(self, other: "Sites") -> "Sites":
        """Return the rules of both; of a host that both have, those of `other`."""
        return Sites({**self.by_host, **other.by_host})

    @property
    def digest(self) -> str:
        """12 hex digits over all rules; "" where there are none."""
        digests = repr(sorted(site.digest for site in self.by_host.values()))
        return hashlib.sha256(digests.encode()).hexdigest()[:12] if self.by_host else ""


def folded(host: str) -> str:
    """Return a host's name as rules are found by: lower case, without "www."."""
    return host.lower().removeprefix("www.")


def _names(host: str) -> Iterator[str]:
    """Yield the host and the domains that it is in, but for the last label; an address has none."""
    name = folded(host)
    yield name
    is_address = ":" in name or name.rpartition(".")[2].isdigit()
    while not is_address and name.count(".") > 1:
        name = name.partition(".")[2]
        yield name


def with_site(rules: str, site: SiteRules | None) -> str:
    """Return the `cleaning.rules` of a page: the digests of all pages' rules, and that of its site's.

    >>> with_site("0f3a-237f", None)
    '0f3a-237f'
    """
    return f"{rules}+{site.digest}" if site else rules


def with_comments(rules: str) -> str:
    """Return the `cleaning.rules` of a page that was read with the comments of its readers.

    >>> with_comments("0f3a-237f")
    '0f3a-237f+comments'
    """
    return f"{rules}+comments"


@lru_cache(maxsize=64)
def wanted_of(site: SiteRules) -> "Wanted":
    """Return what is looked for on the pages of a site."""
    from harvester.dom import Selector, Wanted  # noqa: PLC0415 - a process that only passes rules on parses nothing

    rules = tuple(rule for rule in site.rules if rule.action != "not_article")
    selectors = tuple(
        Selector(rule.id, rule.css, rule.action if rule.action in FIELDS else None) for rule in rules if rule.css
    )
    worded = tuple((rule.id, rule.words) for rule in rules if rule.words)
    revealing = frozenset(rule.id for rule in rules if rule.action in ("keep", "body"))

    def fitting(element: Element) -> tuple[str, ...]:
        says = f" {signature(element)} " if worded else ""
        return tuple(id_ for id_, phrases in worded if any(_fits(phrase, says) for phrase in phrases))

    return Wanted(selectors, fitting, revealing)


def _fits(phrase: str, says: str) -> bool:
    """Return whether a phrase is in a container's signature, whole words; a star at its end: any word that begins so.

    >>> _fits("share bar", " top share bar "), _fits("share*", " top shareholder "), _fits("share", " shareholder ")
    (True, True, False)
    """
    return f" {phrase[:-1]}" in says if phrase.endswith("*") else f" {phrase} " in says
