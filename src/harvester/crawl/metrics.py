"""The figures of a run and of the state in Prometheus' text format; pure."""

from collections.abc import Iterator, Mapping
from typing import Final

from harvester.crawl.state.report import Report
from harvester.crawl.tally import Summary

_PREFIX: Final = "harvester_"


def metrics_text(summary: Summary) -> str:
    """Return the metrics after a run, one sample a line; times are seconds since 1970."""
    return "".join(f"{line}\n" for line in (*_of_run(summary), *_of_state(summary.report)))


def _of_run(summary: Summary) -> Iterator[str]:
    tally = summary.tally
    yield from _family("run_visits", "Visits of the last run, by outcome.", "outcome", tally.outcomes)
    yield from _one("run_articles", "Articles written for the first time in the last run.", tally.articles)
    yield from _one("run_versions", "New versions of known articles in the last run.", tally.versions)
    yield from _one("run_urls_found", "URLs that the last run met for the first time.", tally.found)
    yield from _one("run_body_bytes", "Bytes of bodies that the last run read, decompressed.", tally.bytes)
    yield from _one("run_seconds", "How long the last run took.", round(summary.seconds, 3))
    yield from _family("run_ending", "How the last run ended.", "ending", {summary.ending: 1})
    yield from _one("run_ended_timestamp_seconds", "When the last run ended.", summary.report.now)


def _of_state(report: Report) -> Iterator[str]:
    yield from _family("urls", "Known URLs, by what they are visited for.", "kind", report.urls)
    yield from _family("urls_by_outcome", "Known URLs, by the outcome of the last visit.", "outcome", report.outcomes)
    yield from _one("urls_unvisited", "URLs that were never visited.", report.unvisited)
    yield from _one("urls_due", "URLs that are due.", report.due)
    yield from _one("urls_parked", "URLs given up after too many failures.", report.parked)
    yield from _one("articles", "URLs that gave an article.", report.articles)
    yield from _one("hosts", "Known hosts.", report.hosts)
    yield from _one("hosts_due", "Hosts with something due.", report.hosts_due)
    yield from _one("hosts_blocked", "Hosts that asked for a rest, or refused.", report.blocked_count)
    oldest_s = report.now - report.oldest_due if report.oldest_due is not None else 0
    yield from _one("oldest_due_seconds", "How long the longest waiting URL is overdue.", oldest_s)
    hosts = {line.machine: line.hosts for line in report.machines}
    yield from _family("machine_hosts", "Hosts that a machine holds.", "machine", hosts)
    rates = {line.machine: line.rate for line in report.machines}
    yield from _family("machine_visits_per_second", "Visits of a machine's run, a second.", "machine", rates)
    if report.next_due is not None:
        yield from _one("next_due_timestamp_seconds", "When the next URL becomes due.", report.next_due)


def _one(name: str, meaning: str, value: float) -> Iterator[str]:
    yield from _head(name, meaning)
    yield f"{_PREFIX}{name} {value}"


def _family(name: str, meaning: str, label: str, values: Mapping[str, float]) -> Iterator[str]:
    yield from _head(name, meaning)
    for key in sorted(values):
        yield f'{_PREFIX}{name}{{{label}="{key}"}} {values[key]}'


def _head(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {meaning}"
    yield f"# TYPE {_PREFIX}{name} gauge"
