"""Whatever exception comes out of one URL is its outcome; the others go on, and so does the next run."""

import contextlib
import json
import socketserver
import threading

import pytest
from click.testing import CliRunner
from function_web import FunctionWeb, article, courier_source, feed, run
from test_hostile_peers import HTML, answer

import harvester.crawl.crash_safe_writer
from harvester.cli import commands
from harvester.crawl.article_files import article_path
from harvester.crawl.reader_work import read_work
from harvester.crawl.sources_file import CrawlSource
from harvester.crawl.state.rows import article_id, hash_of
from harvester.errors import InternalError, Reason, StoreError
from harvester.store.fault_log import LOG_NAME
from newssites import article_page, rss, story
from testweb import Reply

SITE = "https://courier.example"
WELL = "https://herald.example"


@pytest.fixture
def web():
    web = FunctionWeb()
    for site in (SITE, WELL):
        urls = [f"{site}/{number}" for number in range(3)]
        web.pages |= {url: article(url) for url in urls} | {f"{site}/feed": feed(*urls)}
    return web


def sources():
    herald = CrawlSource("herald", home=f"{WELL}/", feeds=(f"{WELL}/feed",), delay_s=0.0, discover=frozenset())
    return [courier_source(), herald]


def ends_of(done):
    return {visit.url: visit.outcome for visit in done}


def all_well_but(*urls):
    names = {f"{site}/{name}" for site in (SITE, WELL) for name in ("feed", 0, 1, 2)}
    return dict.fromkeys(names, "ok") | dict.fromkeys(urls, "internal_error")


def fails_at(function, url):
    """Return a function that fails in a way nobody foresaw for one URL."""

    def stumble(*values, **named):
        if any(url in str(value) for value in values):
            raise KeyError("nobody foresaw this")
        return function(*values, **named)

    return stumble


def test_an_answer_that_cannot_be_taken_costs_its_url_alone(web, state, tmp_path):
    web.pages[f"{SITE}/1"] = fails_at(lambda step: None, f"{SITE}/1")
    done = run(web, state, tmp_path / "out", sources())
    assert ends_of(done) == all_well_but(f"{SITE}/1")
    evidence = next(visit.evidence for visit in done if visit.url == f"{SITE}/1")
    assert "nobody foresaw this" in evidence
    assert str(tmp_path / "out" / LOG_NAME) in evidence
    assert "Traceback" in (tmp_path / "out" / LOG_NAME).read_text()


def test_a_page_that_its_reader_stumbles_over_costs_itself_alone(web, state, tmp_path, monkeypatch):
    def read(work):
        try:
            return fails_at(read_work, f"'{SITE}/1'")(work)
        except KeyError as error:
            return InternalError.of("the page", error)

    monkeypatch.setattr("function_web.read_work", read)
    assert ends_of(run(web, state, tmp_path / "out", sources())) == all_well_but(f"{SITE}/1")
    assert f"{SITE}/1\n" in (tmp_path / "out" / LOG_NAME).read_text()


@pytest.mark.parametrize("name", ["stage_article", "article_path"])
def test_a_visit_that_cannot_be_written_down_is_set_aside_and_told(web, state, tmp_path, monkeypatch, clock, name):
    whole = getattr(harvester.crawl.crash_safe_writer, name)
    monkeypatch.setattr(harvester.crawl.crash_safe_writer, name, fails_at(whole, f"{SITE}/1"))
    assert ends_of(run(web, state, tmp_path / "out", sources())) == all_well_but(f"{SITE}/1")
    assert run(web, state, tmp_path / "out", sources()) == []  # not the first thing of the next run
    clock.now += 3 * 3_600
    monkeypatch.undo()
    assert ends_of(run(web, state, tmp_path / "out", sources()))[f"{SITE}/1"] == "ok"


@pytest.mark.parametrize("at", ["article", "versions", "host"])
def test_a_place_that_cannot_be_written_costs_its_own_articles_alone(web, state, tmp_path, clock, at):
    """Nobody may write there after a crawl by root, say; here something else stands there, which stops root, too."""
    output = tmp_path / "out"
    run(web, state, output, sources())
    place = article_path(output, f"{SITE}/1", article_id(hash_of(f"{SITE}/1")))
    place.unlink() if at == "article" else None
    blocked = {"article": place, "versions": place.parent / "versions", "host": place.parent}[at]
    if at == "host":
        blocked.rename(tmp_path / "away")
    blocked.mkdir() if at == "article" else blocked.write_bytes(b"")
    web.pages |= {url: article(f"{url} anew") for url in web.pages if not url.endswith("feed")}
    clock.now += 8 * 3_600
    done = run(web, state, output, sources())
    ends = ends_of(done)
    own = {f"{SITE}/{number}" for number in range(3)}
    hit = {f"{SITE}/1"} if at == "article" else own
    assert {url for url, end in ends.items() if end == "unwritable"} == hit
    assert {ends[f"{WELL}/{number}"] for number in range(3)} == {"ok"}
    evidence = next(visit.evidence for visit in done if visit.url == f"{SITE}/1")
    assert evidence.endswith(f": {blocked.relative_to(output)}") or at == "host"
    assert run(web, state, output, sources()) == []
    blocked.rmdir() if at == "article" else blocked.unlink()
    clock.now += 8 * 86_400
    assert ends_of(run(web, state, output, sources()))[f"{SITE}/1"] == "ok"


def test_an_output_folder_that_cannot_be_written_ends_the_run(web, state, tmp_path, monkeypatch):
    def refuse(path, data):
        raise StoreError(str(path), Reason.UNWRITABLE, "cannot be written (Read-only file system)")

    monkeypatch.setattr("harvester.crawl.article_files.stage", refuse)
    monkeypatch.setattr("harvester.crawl.article_faults.stage", refuse)
    with pytest.raises(StoreError, match="Read-only"):
        run(web, state, tmp_path / "out", sources())


@pytest.mark.parametrize("kind", ["robots", "facts"])
def test_what_is_known_of_a_host_and_cannot_be_written_down_costs_no_visit(web, state, tmp_path, monkeypatch, kind):
    whole = state.finish

    def finish(number, batch, *put):
        if getattr(batch, kind):
            raise OverflowError("too large")
        return whole(number, batch, *put)

    monkeypatch.setattr(state, "finish", finish)
    assert ends_of(run(web, state, tmp_path / "out", sources())) == all_well_but()
    assert "too large" in (tmp_path / "out" / LOG_NAME).read_text()


def test_a_robots_txt_that_cannot_be_read_costs_its_host_alone(web, state, tmp_path, monkeypatch):
    web.pages[f"{SITE}/robots.txt"] = Reply(b"User-agent: *\nDisallow: /stumble\n")
    from harvester.crawl import host_queues  # noqa: PLC0415

    monkeypatch.setattr(host_queues, "rules_of", fails_at(host_queues.rules_of, "stumble"))
    done = ends_of(run(web, state, tmp_path / "out", sources()))
    assert done.pop(f"{SITE}/feed") == "internal_error"
    assert done == {url: "ok" for url in all_well_but() if url.startswith(WELL)}


def test_a_question_to_a_host_that_stumbles_holds_up_no_page(web, state, tmp_path, monkeypatch):
    web.pages[f"{SITE}/.well-known/tdmrep.json"] = Reply(b"[]")
    monkeypatch.setattr("function_web.read_work", fails_at(read_work, "ProfileTask"))
    assert ends_of(run(web, state, tmp_path / "out", sources())) == all_well_but()


def test_a_url_of_an_older_state_that_is_none_any_more_is_told_and_rests(web, state, tmp_path, monkeypatch):
    from harvester.crawl import engine  # noqa: PLC0415

    monkeypatch.setattr(engine, "FetchJob", fails_at(engine.FetchJob, f"{SITE}/1"))
    assert ends_of(run(web, state, tmp_path / "out", sources())) == all_well_but(f"{SITE}/1")


# ── what was seen, over sockets ───────────────────────────────────────────────────────────────

RSS = "Content-Type: application/rss+xml"
YEARS = "Retry-After: Mon, 01 Jan 2024 00:00:00 +9999999999999999999"
SEEN = {
    "Retry-After of a billion years": {"/feed": answer(YEARS, status="429 Too Many")},
    "Retry-After of robots.txt": {"/robots.txt": answer(YEARS, status="503 Busy")},
    "half a character in tdmrep.json": {
        "/.well-known/tdmrep.json": answer(body=b'[{"location": "/", "tdm-policy": "http://x/\\ud800"}]')
    },
    "half a character in ai.txt": {"/ai.txt": answer(body=b"User-Agent: *\nDisallow: /\xed\xa0\x80\x00\n")},
    "NUL in a title": {"/1": answer(HTML, body=article_page("A\x00B", story("n")))},
    "an ETag that cannot be sent": {"/1": answer(HTML, 'ETag: "caf\xe9"', body=article_page("Etag", story("etag")))},
    "a number of 5,000 digits": {
        "/1": answer(
            HTML,
            body=article_page(
                "Digits",
                story("digits"),
                f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "\\ud800\\u0000",'
                f'"wordCount": {"9" * 4_000}, "datePublished": "9999-99-99", "image": {{"width": 1e999}}}}</script>',
            ),
        )
    },
}


class TwoSites(socketserver.StreamRequestHandler):
    """A healthy site at 127.0.1.2; at 127.0.1.1 the same, save for what `odd` answers."""

    def handle(self):
        path = self.rfile.readline().split(b" ")[1].decode()
        while self.rfile.readline().strip():
            pass
        host = f"{self.connection.getsockname()[0]}:{self.server.port}"
        odd = self.server.odd.get(path) if host.startswith("127.0.1.1:") else None
        pages = {
            f"/{number}": answer(HTML, body=article_page(f"{host} {number}", story(f"{host}{number}")))
            for number in "12"
        }
        feed = answer(RSS, body=rss([f"http://{host}{page}" for page in pages]))
        with contextlib.suppress(OSError):
            self.wfile.write(odd or (pages | {"/feed": feed}).get(path) or answer(status="404 Not Found"))


@pytest.fixture
def sites(tmp_path):
    """Return a function that makes a sources file of two sites, one of which answers oddly."""

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("0.0.0.0", 0), TwoSites) as server:
        server.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def begin(odd):
            server.odd = odd
            hosts = [f"127.0.1.{number}:{server.port}" for number in (1, 2)]
            lines = ['contact = "https://example.org/bot"', 'output = "out"', f"allow_hosts = {hosts}"]
            for host in hosts:
                lines += ["[[source]]", f'feeds = ["http://{host}/feed"]', "discover = []", "delay_s = 0"]
            (tmp_path / "sources.toml").write_text("\n".join(lines))
            return tmp_path / "sources.toml"

        yield begin
        server.shutdown()


@pytest.mark.parametrize("seen", SEEN)
def test_what_once_ended_a_run_does_not_keep_the_healthy_site_from_being_visited(sites, tmp_path, seen):
    file = sites(SEEN[seen])
    first, second = (CliRunner().invoke(commands, ["crawl", str(file)]) for _ in range(2))
    for result in (first, second):
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert result.exit_code in (0, 1)
    visits = {line["url"]: line["outcome"] for line in map(json.loads, first.stdout.splitlines())}
    assert sum(outcome == "ok" for url, outcome in visits.items() if "127.0.1.2" in url) == 3
    assert "internal_error" not in visits.values()
    for path in (tmp_path / "out").rglob("*.json"):
        assert "\\u0000" not in path.read_text(encoding="utf-8")
