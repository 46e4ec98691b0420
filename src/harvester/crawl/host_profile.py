"""What is known of a host beside its pages: how it answers what is not there, and what its files reserve.

Read once a week, before the host's first page. Pure: answers in, facts out, and facts to JSON and back.
"""

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from harvester.crawl.opt_outs import (
    AI_TXT_PATH,
    TDMREP_PATH,
    SiteSignals,
    TdmRule,
    read_ai_txt,
    read_tdmrep,
)
from harvester.crawl.page_outcome import PROBE_SEGMENT, Probe, probe_url, read_probe
from harvester.errors import HarvesterError
from harvester.models import Article, Page
from harvester.urls import join_quickly, target_of

MAX_PROBES: Final = 3  # a host may answer differently for each of its parts
MAX_RULES: Final = 200  # of each file: the facts of a host are a few kilobytes, not a file server's
_FORM: Final = 1  # of the JSON


@dataclass(frozen=True, slots=True)
class HostProfile:
    """What is known of one host."""

    read_at: int  # seconds since 1970
    probes: tuple[Probe, ...] = ()  # (): what is not there gets a 404, as it should
    site: SiteSignals = field(default_factory=SiteSignals)


def profile_urls(page_url: str, token: str) -> tuple[str, ...]:
    """Return what to ask a host for: a page beside `page_url` (checked) that cannot exist, and its files of signals.

    `token` is some random letters, so that no cache and no editor ever had the page.
    """
    files = (join_quickly(page_url, path) for path in (TDMREP_PATH, AI_TXT_PATH))
    return (probe_url(page_url, token), *(url for url in files if url is not None))


def read_profile(
    facts: HostProfile, url: str, page: Page | None, result: Article | HarvesterError | None
) -> HostProfile:
    """Return the profile with what the answer to one of `profile_urls` adds to them.

    `page` is None where no page came; `result` is what cleaning made of a probe's page.
    """
    if page is None:
        return facts
    path = target_of(url).partition("?")[0]
    if PROBE_SEGMENT in path:
        probe = None if result is None else read_probe(page, result)
        kept = facts.probes if probe is None or probe in facts.probes else (*facts.probes, probe)
        return replace(facts, probes=kept[-MAX_PROBES:])
    site = facts.site
    if path == TDMREP_PATH:
        site = replace(site, tdm=read_tdmrep(page.body)[:MAX_RULES])
    elif path == AI_TXT_PATH and not _is_html(page):
        site = replace(site, ai_disallowed=read_ai_txt(page.body)[:MAX_RULES])
    return replace(facts, site=site)


def with_usage(facts: HostProfile, usage: tuple[str, ...]) -> HostProfile:
    """Return the profile with what robots.txt reserves."""
    return replace(facts, site=replace(facts.site, usage=usage[:MAX_RULES]))


def _is_html(page: Page) -> bool:
    """Return whether an answer is a page for people: many servers send their home page for any name."""
    return page.body.lstrip()[:1] == b"<"


def to_json(facts: HostProfile) -> str:
    """Return the facts as JSON, the same text for the same facts."""
    return json.dumps({"form": _FORM, **asdict(facts)}, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str | None) -> HostProfile | None:
    """Return what `to_json` wrote; None where there is none, or one of another form."""
    try:
        values = json.loads(text or "null")
        return _facts(values) if isinstance(values, dict) and values.get("form") == _FORM else None
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _facts(values: dict[str, Any]) -> HostProfile:
    site = values["site"]
    return HostProfile(
        read_at=int(values["read_at"]),
        probes=tuple(Probe(probe["page"], probe["text"]) for probe in values["probes"]),
        site=SiteSignals(
            tdm=tuple(_tdm_rule(rule) for rule in site["tdm"]),
            ai_disallowed=tuple(site["ai_disallowed"]),
            usage=tuple(site["usage"]),
        ),
    )


def _tdm_rule(rule: dict[str, Any]) -> TdmRule:
    return TdmRule(str(rule["location"]), bool(rule["reserved"]), rule["policy"])
