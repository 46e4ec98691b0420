"""How long the state of a crawl takes, on SQLite and on a PostgreSQL of its own.

`python benchmarks/state.py start --hosts 20000`: from a sources file that was read to the first request, for the first
time and again; `--delay-ms 50`: with a server that is so far away. `status --urls 1000000`: what `harvester status`
asks for, where all URLs were visited. Each prints a Markdown table.
"""

import argparse
import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, event, text

from fleet_crawl import Server
from harvester.crawl.crawl_run import Hearers, Options, run_crawl
from harvester.crawl.schedule import UrlKind
from harvester.crawl.sources_file import Crawl, read_sources
from harvester.crawl.state.database import sqlite_address
from harvester.crawl.state.rows import NewUrl
from harvester.crawl.state.store import State
from harvester.errors import FetchError, Reason
from harvester.fetching import FetchFailure, Step
from tables import print_table
from tcpproxy import Proxy, target_of, through

ROUNDS = 5
HOST_URLS = 1_000


@contextmanager
def addresses(folder: Path, only: str | None) -> Iterator[dict[str, str]]:
    """Yield the address of an empty state on each database."""
    with ExitStack() as stack:
        found = {}
        if only != "postgresql":
            found["SQLite"] = sqlite_address(folder / "state.sqlite")
        if only != "sqlite":
            found["PostgreSQL"] = stack.enter_context(Server()).schema()
        yield found


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Yield what says how many statements were sent meanwhile."""
    count = 0

    def add(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(Engine, "before_cursor_execute", add)
    yield lambda: count
    event.remove(Engine, "before_cursor_execute", add)


# ── start ─────────────────────────────────────────────────────────────────────────────────────


def write_sources(folder: Path, hosts: int) -> Crawl:
    lines = ['contact = "https://example.org/bot"', 'output = "output"']
    for number in range(hosts):
        home = f"https://site{number}.example/"
        lines += ["[[source]]", f'name = "site{number}"', f'home = "{home}"', f'feeds = ["{home}feed"]']
    (folder / "sources.toml").write_text("\n".join(lines), encoding="utf-8")
    return read_sources(folder / "sources.toml")


def started(crawl: Crawl, state: str) -> tuple[float, float, int]:
    """Return the seconds to the first request, this process's own of them, and how many statements were sent."""
    reached: list[float] = []

    async def ask(step: Step) -> FetchFailure:
        if not reached:
            reached.extend((time.monotonic() - began, time.process_time() - own, count()))
            os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.01)
        return FetchFailure(FetchError(step.url, Reason.CONNECT_ERROR, "nobody is there"))

    with counted() as count:
        began, own = time.monotonic(), time.process_time()
        run_crawl(crawl, Options(state), Hearers(lambda done: None), ask=ask)
    return reached[0], reached[1], int(reached[2])


def start(arguments: argparse.Namespace) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name:
        crawl = write_sources(Path(name), arguments.hosts)
        with addresses(Path(name), arguments.only) as found:
            for label, address in found.items():
                with ExitStack() as stack:
                    state = address
                    if arguments.delay_ms and label == "PostgreSQL":
                        delay_s = arguments.delay_ms / 2_000
                        state = through(stack.enter_context(Proxy(target_of(address), delay_s)), address)
                    for round_ in ("first", "again"):
                        seconds, own_s, statements = started(crawl, state)
                        rows.append((label, round_, f"{seconds:.1f}", f"{own_s:.1f}", str(statements)))
    far = f", {arguments.delay_ms:g} ms away" if arguments.delay_ms else ""
    head = ("database", "start", "seconds to the first request", "of them in harvester", "statements")
    print_table(f"A start with {arguments.hosts:,} hosts{far}", head, rows)


# ── status ────────────────────────────────────────────────────────────────────────────────────


def fill(state: State, urls: int) -> None:
    """Let the state know so many URLs, all visited, some due, some with an article."""
    numbers = state.keep_sources(["site"])
    for host in range(max(1, urls // HOST_URLS)):
        pages = (f"https://site{host}.example/{number}" for number in range(min(urls, HOST_URLS)))
        state.add([NewUrl(page, numbers["site"], UrlKind.PAGE) for page in pages])
    now = int(state.now())
    outcome = "CASE id % 7 WHEN 0 THEN 'unchanged' WHEN 1 THEN 'gone' WHEN 2 THEN 'not_article' ELSE 'ok' END"
    words = f"visited_at = {now} - id % 86400, due_at = {now} - 43200 + id % 86400, outcome = {outcome}"
    state._database.run(lambda connection: connection.execute(text(f"UPDATE urls SET {words}, version = 1")))
    dues = "SELECT min(due_at) FROM urls WHERE host_id = hosts.id"
    state._database.run(lambda connection: connection.execute(text(f"UPDATE hosts SET due_at = ({dues})")))
    if state.is_shared:  # as the server does by itself within a minute
        analyse = text("ANALYZE urls")
        state._database.read(lambda connection: connection.execute(analyse))


def status(arguments: argparse.Namespace) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as name, addresses(Path(name), arguments.only) as found:
        for label, address in found.items():
            with closing(State(address)) as state:
                fill(state, arguments.urls)
                taken = []
                for _ in range(ROUNDS):
                    began = time.monotonic()
                    report = state.report()
                    taken.append(time.monotonic() - began)
                assert sum(report.urls.values()) == arguments.urls // HOST_URLS * HOST_URLS
            rows.append((label, f"{taken[0]:.2f}", f"{min(taken):.2f}"))
    print_table(f"Status of {arguments.urls:,} URLs", ("database", "first (s)", f"best of {ROUNDS} (s)"), rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for run in (start, status):
        command = commands.add_parser(run.__name__)
        command.set_defaults(run=run)
        command.add_argument("--only", choices=("sqlite", "postgresql"))
        command.add_argument("--hosts", type=int, default=20_000)
        command.add_argument("--delay-ms", type=float, default=0.0, help="round trip to the server")
        command.add_argument("--urls", type=int, default=1_000_000)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
