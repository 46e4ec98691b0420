"""What is done to a run itself: it is killed, told to end, or started twice at once."""

import itertools
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text

from attacks.registry import Row, attack
from crawl_kills import SLACK_S, measure
from harvester.crawl.engine import ENDING_S
from newssites import article_page, courier, rss, story
from testweb import Reply, Request, Site, TestWeb, running

SERVER = os.environ.get("HARVESTER_TEST_POSTGRES")
KILLS = 50
SIZE = (6, 24)  # hosts, stories of each
DELAY_S = 0.5
HOSTS = tuple(f"127.0.3.{number}" for number in range(1, 7))
LEADING = HOSTS[:3]  # whose robots.txt leads to the next one's
TARGET = HOSTS[3]


@attack("kills")
def kills() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        loss, done, articles = measure(Path(folder), KILLS, 1, SIZE)
    names = ("lost", "changed", "doubled", "archive faults", "asked too soon", "blamed", "orphans")
    sums = ", ".join(f"{name} {len(some)}" for name, some in zip(names, loss.sums, strict=True))
    figure = f"{done.runs} runs and {done.children} single processes killed, {articles} articles: {sums}"
    yield Row(f"{done.count} kills", figure, loss.count == 0)


@attack("signals")
def signals() -> Iterator[Row]:
    """End runs that wait for hosts which take half a minute for each answer."""
    with running(_slow(courier(4), 30.0)) as web:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with tempfile.TemporaryDirectory() as folder:
                web.requests.clear()
                yield _ended(_sources(Path(folder), web.port), number, web)


def _ended(sources: Path, number: signal.Signals, web: TestWeb) -> Row:
    run = subprocess.Popen(
        [sys.executable, "-m", "harvester", "crawl", str(sources)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while sum(request.path == "/feed" for request in web.requests) < len(HOSTS) and time.monotonic() < deadline:
        time.sleep(0.05)
    began = time.monotonic()
    run.send_signal(number)
    _, errors = run.communicate(timeout=120)
    seconds = time.monotonic() - began
    is_clean = run.returncode == 5 and b"Traceback" not in errors
    figure = (
        f"ended after {seconds:.1f} s with exit code {run.returncode}; {ENDING_S:g} s are given to what is under way"
    )
    return Row(f"{number.name} while hosts take 30 s", figure, is_clean and seconds < ENDING_S + 3.0)


def _slow(site: Site, seconds: float) -> Site:
    def answer(request: Request) -> Reply:
        reply = site(request)
        return reply if request.path == "/robots.txt" else Reply(reply.body, reply.status, reply.headers, seconds)

    return answer


@attack("gaps")
def gaps() -> Iterator[Row]:
    """Let two processes crawl hosts whose robots.txt lead to one of them; look at all that reaches each host."""
    name = f"the smallest gap between two requests to one host, two processes, {DELAY_S:g} s asked for"
    if SERVER is None:
        yield Row(name, "HARVESTER_TEST_POSTGRES names no server", holds=None)
        return
    schema = f"torture_{secrets.token_hex(4)}"
    engine = create_engine(SERVER)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        with running(_leading) as web, tempfile.TemporaryDirectory() as folder:
            state = f"{SERVER}?options=-csearch_path%3D{schema}"
            _crawl_twice(_sources(Path(folder), web.port), state)
            yield from _gaps_of(web, name)
    finally:
        with engine.begin() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


def _crawl_twice(sources: Path, state: str) -> None:
    """Crawl with two processes that take themselves for two machines."""
    script = (
        "import sys; from pathlib import Path; from harvester.crawl.crawl_run import Options, run_crawl; "
        "from harvester.crawl.sources_file import read_sources; from harvester.crawl.engine_parts import Settings; "
        "settings = Settings(hosts=3, leases=1, lease_s=60.0, max_time_s=60.0); "
        "options = Options(state=sys.argv[2], machine=sys.argv[3], settings=settings); "
        "run_crawl(read_sources(Path(sys.argv[1])), options, lambda done: None)"
    )
    commands = [[sys.executable, "-c", script, str(sources), state, machine] for machine in ("one", "two")]
    runs = [subprocess.Popen(command) for command in commands]
    for run in runs:
        run.wait(180)


def _gaps_of(web: TestWeb, name: str) -> Iterator[Row]:
    times: dict[str, list[float]] = defaultdict(list)
    for request in web.requests:
        times[request.host].append(request.at)
    found = [
        (later - earlier, host)
        for host, moments in times.items()
        for earlier, later in itertools.pairwise(sorted(moments))
    ]
    smallest_s, host = min(found)
    by_robots = sum(request.path in ("/robots.txt", "/rules") for request in web.requests)
    figure = f"{smallest_s:.3f} s at {host} of {len(web.requests)} requests, {by_robots} of them for robots.txt"
    yield Row(name, figure, smallest_s >= DELAY_S - SLACK_S and len(times) == len(HOSTS))


def _leading(request: Request) -> Reply:
    """Answer as one of the hosts: its robots.txt, feed, sitemap and stories; all stories name the bare host."""
    host, _, port = request.host.partition(":")
    if request.path == "/robots.txt" and host in LEADING:
        return Reply(b"", 301, (("Location", f"http://{TARGET}:{port}/rules"),))
    if request.path in ("/robots.txt", "/rules"):
        return Reply(b"User-agent: *\nAllow: /\n", 200, (("Content-Type", "text/plain"),))
    if request.path == "/feed":
        return Reply(rss([f"http://{request.host}/{number}" for number in range(6)]))
    if request.path.strip("/").isdigit():
        return Reply(article_page(f"{request.host}{request.path}", story(f"{host}{request.path}")))
    return Reply(b"", 404)


def _sources(folder: Path, port: int) -> Path:
    hosts = [f"{host}:{port}" for host in HOSTS]
    lines = ['contact = "https://example.org/bot"', 'output = "out"', f"allow_hosts = {hosts}"]
    for host in hosts:
        lines += ["[[source]]", f'name = "{host}"', f'home = "http://{host}/"', f'feeds = ["http://{host}/feed"]']
        lines += [f"delay_s = {DELAY_S}", "discover = []"]
    (folder / "sources.toml").write_text("\n".join(lines), encoding="utf-8")
    return folder / "sources.toml"
