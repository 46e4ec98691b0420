"""How the sources of a crawl are, in words: a line each, or one in detail."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import click

from harvester.cli.terminal import by_count, moment_words, printable
from harvester.store.json_lines import json_line
from harvester.url_names import display_url

if TYPE_CHECKING:
    from harvester.crawl.advice import SourceLine
    from harvester.crawl.state.early_visits import DueUrl
    from harvester.crawl.state.source_facts import Detail

_HEADINGS: Final = ("", "source", "last good", "articles 1/7/30 d", "usually", "due", "what is wrong; what to do")
_MAX_NAME_CHARS: Final = 40


def source_lines(lines: Sequence["SourceLine"], now: int) -> list[str]:
    """Return a line for each source, in columns, the headings first."""
    rows = [_HEADINGS, *(_cells(line, now) for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(_HEADINGS) - 1)]
    return ["  ".join([*map(str.ljust, row, widths), row[-1]]).rstrip() for row in rows]


def _cells(line: "SourceLine", now: int) -> tuple[str, ...]:
    name = printable(line.name)
    return (
        "!" if line.needs_person else "",
        name if len(name) <= _MAX_NAME_CHARS else f"{name[: _MAX_NAME_CHARS - 3]}...",
        _ago(line.last_good, now),
        _counts(line.articles),
        _counts(line.usual.articles),
        _due(line, now),
        printable(wrong_words(line, now)),
    )


def wrong_words(line: "SourceLine", now: int) -> str:
    """Return what is wrong with a source, what shows it and where, since when, and what to do; "" where all is well."""
    if line.condition == "fine":
        return ""
    shown = line.reason or str(line.condition)
    what = f"{shown}: {line.says}"
    where = f"at {display_url(line.url)}" if line.url else ""
    facts = [what, f"({line.evidence})" if line.evidence else "", where, _since(line, now)]
    words = " ".join(fact for fact in facts if fact)
    prefix = "some lists: " if line.condition == "partly" else "pages: " if line.condition == "barren" else ""
    return f"{prefix}{words}; {line.advice}" if line.advice else f"{prefix}{words}"


def _since(line: "SourceLine", now: int) -> str:
    if line.failing_since is None or line.failing_since > now:  # the clock was ahead then
        return ""
    return f"since {_span(line.failing_since, now)}"


def _span(moment: int, now: int) -> str:
    return moment_words("", moment, now).strip().removesuffix(" ago")


def _ago(moment: int | None, now: int) -> str:
    return "never" if moment is None else moment_words("", moment, now).strip()


def _counts(counts: Mapping[int, float | None]) -> str:
    return "/".join("-" if count is None else f"{count:g}" for _, count in sorted(counts.items())) or "-"


def _due(line: "SourceLine", now: int) -> str:
    if line.waiting:
        return f"{line.waiting:,} now"
    return "never" if line.next_due is None else moment_words("", line.next_due, now).strip()


def fields(line: "SourceLine") -> dict[str, Any]:
    """Return a source as JSON has it."""
    return asdict(line)


def detail_lines(line: "SourceLine", detail: "Detail", now: int) -> Iterator[str]:
    """Yield all that is known of one source, a fact a line."""
    facts = (
        ("source", line.name),
        ("condition", line.condition + (" (a person should look at it)" if line.needs_person else "")),
        ("wrong", wrong_words(line, now)),
        ("where", display_url(line.url) if line.url else None),
        ("last good", _ago(line.last_good, now)),
        ("articles", f"{_counts(line.articles)} in 1/7/30 days, usually {_counts(line.usual.articles)}"),
        ("last new", _ago(line.last_article, now)),
        ("texts", _text_words(detail)),
        ("due", _due(line, now)),
    )
    yield from (printable(f"{name:<11}{value}") for name, value in facts if value)
    for one in detail.lists:
        due = moment_words("due", one.due_at, now) if one.due_at else "given up, or wanted no more"
        words = f"{one.outcome or 'never visited'} {_ago(one.visited_at, now)}, {due}"
        yield printable(
            f"{one.kind:<11}{display_url(one.url)}: {words}" + (f" ({one.evidence})" if one.evidence else "")
        )
    for trouble in detail.facts.pages:
        words = f"{trouble.outcome} {trouble.visits:,} times since the last good one"
        yield printable(f"{'pages':<11}{words}, last {display_url(trouble.url)} ({trouble.evidence})")
    for day in detail.days:
        back = now // 86_400 - day.day
        when = f"{back:,} d ago" if back else "today"
        yield f"{'day':<11}{when:<10} {day.articles:>6,} articles, {day.visits:,} visits"
    for text in detail.texts:
        words = f"{text.chars:,} characters, confidence {text.confidence:.2f}, {_ago(text.at, now)}"
        yield printable(f"{'text':<11}{words}: {display_url(text.url)}")


def _text_words(detail: "Detail") -> str | None:
    recent, before = detail.facts.recent, detail.facts.usual
    if not recent.texts:
        return None
    words = f"the last {recent.texts:,}: {recent.chars:,.0f} characters, confidence {recent.confidence:.2f}, "
    words += f"{recent.alike:,} nearly the same as another"
    if before.chars is None or before.confidence is None:
        return words
    return f"{words}; usually {before.chars:,.0f} characters, confidence {before.confidence:.2f}"


def show_preview(urls: Iterable["DueUrl"], max_pages: int | None, *, as_json: bool) -> None:
    """Print what a run would visit, a line each: JSON, or columns in a terminal; the sums on standard error."""
    as_json = as_json or not sys.stdout.isatty()
    sums: Counter[str] = Counter()
    hosts: set[str] = set()
    for one in urls:
        if one.kind == "page" and max_pages is not None and sums["page"] >= max_pages:
            continue
        sums[one.kind] += 1
        hosts.add(one.host)
        rests = "" if one.rests_until is None else "  (its host rests)"
        words = printable(f"{one.kind:<8} {one.source:<30} {display_url(one.url)}{rests}")
        click.echo(json_line(asdict(one)) if as_json else words, nl=not as_json)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in by_count(sums)) or "none"
    words = f"{sum(sums.values()):,} URLs of {len(hosts):,} hosts would be visited ({kinds}), and what they lead to"
    click.echo(f"{words}; nothing was asked for, nothing was written", err=True)
