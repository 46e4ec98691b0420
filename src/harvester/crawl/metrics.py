"""The figures of a run and of the state in Prometheus' text format; pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from harvester.crawl.advice import SourceLine
from harvester.crawl.state.report import Report
from harvester.crawl.tally import CrawlSummary, SourceTally

_PREFIX: Final = "harvester_"
_Samples = Mapping[tuple[str, ...], float]  # values of the labels -> value


def metrics_text(summary: CrawlSummary) -> str:
    """Return the metrics after a run, one sample a line; times are seconds since 1970."""
    lines = (*_of_run(summary), *_of_state(summary.report), *_of_sources(summary.sources))
    return "".join(f"{line}\n" for line in lines)


def _of_run(summary: CrawlSummary) -> Iterator[str]:
    sources = summary.tally.sources
    visits: _Samples = {
        (name, outcome): count for name, one in sources.items() for outcome, count in one.outcomes.items()
    }
    yield from _samples("run_visits", "Visits of the last run, by source and outcome.", ("source", "outcome"), visits)
    sums: tuple[tuple[str, str, Callable[[SourceTally], int]], ...] = (
        ("run_articles", "Articles written for the first time in the last run.", lambda one: one.articles),
        ("run_versions", "New versions of known articles in the last run.", lambda one: one.versions),
        ("run_failed", "Visits of the last run that failed.", lambda one: one.failed),
        ("run_urls_found", "URLs that the last run met for the first time.", lambda one: one.found),
        ("run_body_bytes", "Bytes of bodies that the last run read, decompressed.", lambda one: one.bytes),
    )
    for name, meaning, value in sums:
        yield from _family(name, meaning, "source", {source: value(one) for source, one in sources.items()})
    yield from _one("run_seconds", "How long the last run took.", round(summary.seconds, 3))
    yield from _family("run_ending", "How the last run ended.", "ending", {summary.ending: 1})
    yield from _one("run_ended_timestamp_seconds", "When the last run ended.", summary.report.now)


def _of_sources(lines: Sequence[SourceLine]) -> Iterator[str]:
    """Yield how the sources are: alarms are set on these, not on single visits."""
    counts: _Samples = {(line.name, f"{days}"): count for line in lines for days, count in line.articles.items()}
    yield from _samples("source_articles", "New articles of the last days.", ("source", "days"), counts)
    usual: _Samples = {
        (line.name, f"{days}"): count
        for line in lines
        for days, count in line.usual.articles.items()
        if count is not None
    }
    yield from _samples("source_usual_articles", "Articles usual in as many days.", ("source", "days"), usual)
    states: _Samples = {(line.name, str(line.condition), line.reason or ""): 1 for line in lines}
    yield from _samples("source_condition", "How a source is, and why.", ("source", "condition", "reason"), states)
    needs = {line.name: int(line.needs_person) for line in lines}
    yield from _family("source_needs_person", "1 where a person should look at the source.", "source", needs)
    yield from _family("source_urls_due", "URLs that are due.", "source", {line.name: line.waiting for line in lines})
    moments: tuple[tuple[str, str, Callable[[SourceLine], int | None]], ...] = (
        ("source_last_good_timestamp_seconds", "The last visit that went well.", lambda line: line.last_good),
        ("source_last_article_timestamp_seconds", "The last new article.", lambda line: line.last_article),
        ("source_failing_since_timestamp_seconds", "Since when it is not well.", lambda line: line.failing_since),
    )
    for name, meaning, value in moments:
        known = {line.name: moment for line in lines if (moment := value(line)) is not None}
        yield from _family(name, meaning, "source", known)


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
    yield from _samples(name, meaning, (label,), {(key,): value for key, value in values.items()})


def _samples(name: str, meaning: str, labels: tuple[str, ...], values: _Samples) -> Iterator[str]:
    yield from _head(name, meaning)
    for key in sorted(values):
        named = ",".join(f'{label}="{_escaped(part)}"' for label, part in zip(labels, key, strict=True))
        yield f"{_PREFIX}{name}{{{named}}} {values[key]}"


def _escaped(label: str) -> str:
    r"""Return the value of a label as the text format wants it.

    >>> print(_escaped('the "Post"'))
    the \"Post\"
    """
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _head(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {meaning}"
    yield f"# TYPE {_PREFIX}{name} gauge"
