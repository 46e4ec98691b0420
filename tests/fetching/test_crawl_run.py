"""Cases 16, 18, 19 and 20 in the loop, on a clock that jumps: a day of waiting takes no time."""

import asyncio
import contextlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jumping_web import Web, crawl, jumping_loop, reasons, starts_at
from wire_server import answer

from harvester.crawl.fetch_many import FetchOptions, Pacing, fetch_all, fetch_to_folder
from harvester.errors import FetchError, StoreError
from harvester.fetching import Moved, Step
from harvester.fetching.http_verdict import follow
from harvester.store.page_files import load_page, page_path


def test_every_url_has_one_outcome_and_one_bad_page_stops_nothing():
    web = Web({"http://a.example/2": 500, "http://b.example/1": "!short_body"})
    urls = ["http://a.example/1", "http://a.example/2", "ftp://x", "http://b.example/1", "http://b.example/2", "mist"]
    assert reasons(crawl(web, urls)) == {
        "http://a.example/1": "ok",
        "http://a.example/2": "http_error",
        "ftp://x": "bad_url",
        "http://b.example/1": "short_body",
        "http://b.example/2": "ok",
        "mist": "bad_url",
    }


def test_a_url_given_twice_is_fetched_once():
    web = Web({})
    outcomes = crawl(web, ["http://a.example/1", "http://A.example/1#part", "http://a.example:80/1"])
    assert [outcome.subject for outcome in outcomes] == ["http://a.example/1"]


def test_robots_is_read_once_per_host_and_obeyed():
    web = Web({"http://a.example/robots.txt": "User-agent: harvester\nDisallow: /shut\n"})
    urls = ["http://a.example/shut/1", "http://a.example/open", "http://a.example/shut/2"]
    assert list(reasons(crawl(web, urls)).values()).count("robots_denied") == 2
    assert sum("robots.txt" in url for _, url in web.starts) == 1
    assert not any("shut" in url for _, url in web.starts)


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (404, "ok"),
        (401, "ok"),
        (403, "ok"),
        (429, "ok"),
        (500, "robots_unreachable"),
        (503, "robots_unreachable"),
        ("!deadline", "deadline"),
        ("!dns_error", "dns_error"),
        ("<html>not rules", "ok"),
        (">/robots.txt", "ok"),
        (">http://b.example/robots.txt", "robots_denied"),
    ],
)
def test_what_robots_answers_decides_for_the_host(robots, reason):
    web = Web(
        {
            "http://a.example/robots.txt": robots,
            "http://b.example/robots.txt": "User-agent: *\nDisallow: /",
        }
    )
    (outcome,) = crawl(web, ["http://a.example/1"])
    assert reasons([outcome]) == {"http://a.example/1": reason}


def test_a_robots_that_fails_once_is_asked_again():
    web = Web({"http://a.example/robots.txt": [503, "User-agent: *\nAllow: /"]})
    assert reasons(crawl(web, ["http://a.example/1"])) == {"http://a.example/1": "ok"}


def test_a_crawl_delay_is_kept():
    web = Web({"http://a.example/robots.txt": "User-agent: *\nCrawl-delay: 60"})
    crawl(web, [f"http://a.example/{number}" for number in range(3)])
    starts = starts_at(web, "a.example")
    assert [round(two - one) for one, two in itertools.pairwise(starts)] == [60, 60, 60]


def test_a_host_with_an_unbearable_crawl_delay_is_skipped_and_says_so():
    web = Web({"http://a.example/robots.txt": "User-agent: *\nCrawl-delay: 1e9"})
    (outcome,) = crawl(web, ["http://a.example/1"])
    assert outcome.result.reason == "robots_denied"
    assert "1e+09 s" in outcome.result.explanation
    assert len(web.starts) == 1


def test_an_ignored_crawl_delay_is_noted_on_the_pages():
    web = Web({"http://a.example/robots.txt": "User-agent: *\nCrawl-delay: abc"})
    (outcome,) = crawl(web, ["http://a.example/1"])
    assert any("'abc'" in note for note in outcome.page.notes)


def test_robots_denies_the_target_of_a_redirect_too():
    web = Web(
        {"http://a.example/1": ">http://b.example/shut", "http://b.example/robots.txt": "User-agent: *\nDisallow: /"}
    )
    assert reasons(crawl(web, ["http://a.example/1"])) == {"http://a.example/1": "robots_denied"}
    assert "http://b.example/shut" not in [url for _, url in web.starts]


def test_a_redirect_waits_for_the_pause_of_the_host_it_leads_to():
    web = Web({"http://a.example/1": ">http://b.example/x"})
    outcomes = crawl(web, ["http://b.example/1", "http://a.example/1"])
    assert reasons(outcomes) == {"http://a.example/1": "ok", "http://b.example/1": "ok"}
    starts = starts_at(web, "b.example")
    assert len(starts) == 3
    assert all(two - one >= 5 for one, two in itertools.pairwise(starts))


def gaps(starts):
    return [later - earlier for earlier, later in itertools.pairwise(sorted(starts))]


def test_a_robots_txt_that_leads_to_another_host_waits_for_the_pause_and_the_queue_of_that_host():
    web = Web({f"http://{name}.example/robots.txt": ">http://www.example/robots.txt" for name in ("a", "b", "c")})
    urls = [f"http://{name}.example/{page}" for page in range(3) for name in ("a", "b", "c", "www")]
    assert set(reasons(crawl(web, urls)).values()) == {"ok"}
    assert all(gap >= 5 for name in ("a", "b", "c", "www") for gap in gaps(starts_at(web, f"{name}.example")))
    assert all(gap >= 5 for gap in gaps(starts_at(web, "www.example")))


def test_two_robots_txt_that_lead_to_each_other_hold_up_nobody():
    web = Web(
        {"http://a.example/robots.txt": ">http://b.example/x", "http://b.example/robots.txt": ">http://a.example/x"}
    )
    urls = ["http://a.example/1", "http://b.example/1"]
    assert reasons(crawl(web, urls)) == dict.fromkeys(urls, "ok")
    assert all(gap >= 5 for host in ("a.example", "b.example") for gap in gaps(starts_at(web, host)))


def test_a_robots_txt_behind_a_private_address_is_unreachable_and_no_fault_of_the_page():
    web = Web({"http://a.example/robots.txt": ">http://10.0.0.1/", "http://10.0.0.1/": "!blocked_address"})
    [outcome] = crawl(web, ["http://a.example/1"])
    assert outcome.result.reason == "robots_unreachable"
    assert "(as told, at http://10.0.0.1/)" in outcome.result.explanation


def test_a_robots_txt_that_cannot_be_read_says_why():
    [outcome] = crawl(Web({"http://a.example/robots.txt": "!bad_encoding"}), ["http://a.example/1"])
    assert outcome.result.explanation == "robots.txt cannot be reached (as told): nothing of the host may be fetched"


HOSTS = ("a.example", "b.example", "c.example")
ANYWHERE = st.sampled_from([f"http://{host}/{path}" for host in HOSTS for path in ("robots.txt", "1", "2", "3")])
ROUTES = st.dictionaries(
    ANYWHERE,
    st.one_of(ANYWHERE.map(">{}".format), st.sampled_from([404, 503, (429, 20.0), 500, "!deadline"])),
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(ROUTES, st.lists(ANYWHERE, max_size=8), st.floats(0.0, 12.0))
def test_no_two_requests_of_any_kind_to_a_host_are_closer_than_its_pause(routes, urls, seconds):
    web = Web(routes, lambda _: seconds)
    outcomes = crawl(web, urls)
    assert {outcome.subject for outcome in outcomes} == set(urls)
    assert all(gap >= 5 - 1e-6 for host in HOSTS for gap in gaps(starts_at(web, host)))


def test_a_redirect_loop_ends():
    web = Web({"http://a.example/1": ">/2", "http://a.example/2": ">/1"})
    assert reasons(crawl(web, ["http://a.example/1"])) == {"http://a.example/1": "redirect_loop"}


def test_a_storm_of_503_on_one_host_leaves_the_others_their_speed_with_a_single_slot():
    calm = [f"http://calm{host}.example/{page}" for host in range(4) for page in range(5)]
    storm = [f"http://storm.example/{page}" for page in range(10)]
    alone = Web({})
    crawl(alone, calm, slots=1)
    web = Web(dict.fromkeys(storm, (503, 60.0)))
    outcomes = crawl(web, storm + calm, slots=1)
    assert web.most_under_way == 1

    def end(web):
        return max(seconds for seconds, url in web.starts if "calm" in url)

    assert end(web) <= end(alone) * 1.05
    assert reasons(outcomes) == {**dict.fromkeys(storm, "http_error"), **dict.fromkeys(calm, "ok")}


def test_hosts_that_hang_take_half_of_the_slots_once_that_is_known():
    calm = [f"http://calm.example/{page}" for page in range(20)]
    hanging = [f"http://hang{host}.example/{page}" for host in range(12) for page in range(3)]
    web = Web(dict.fromkeys(hanging, "!deadline"), lambda url: 60.0 if url in hanging else 0.1)
    outcomes = crawl(web, hanging + calm, slots=4, pause_s=0.0)
    assert reasons(outcomes) == {**dict.fromkeys(hanging, "deadline"), **dict.fromkeys(calm, "ok")}
    # Each of the twelve is waited for once, four at a time.
    assert max(starts_at(web, "calm.example")) < 5 * 60
    assert max(starts_at(web, "calm.example")) < max(seconds for seconds, _ in web.starts) / 3


def test_a_host_that_gives_no_answer_three_times_in_a_row_is_left_alone_and_its_urls_say_so():
    web = Web({f"http://a.example/{page}": "!connect_error" for page in range(1, 9)})
    outcomes = crawl(web, [f"http://a.example/{page}" for page in range(1, 9)])
    assert set(reasons(outcomes).values()) == {"connect_error"}
    assert len(web.starts) == 1 + 3
    assert outcomes[-1].result.explanation.startswith("3 requests in a row got no whole answer; 3,")


def test_a_robots_file_that_was_read_keeps_no_slot():
    hosts = [f"http://h{number}.example" for number in range(3)]
    web = Web({f"{host}/robots.txt": "User-agent: *\nAllow: /" for host in hosts})
    outcomes = crawl(web, [f"{host}/1" for host in hosts], slots=1)
    assert set(reasons(outcomes).values()) == {"ok"}


def test_a_host_that_asks_for_a_day_is_left_alone_and_all_its_urls_say_so():
    web = Web({"http://a.example/1": (429, 86_400.0)})
    outcomes = crawl(web, [f"http://a.example/{number}" for number in (1, 2, 3)] + ["https://a.example/4"])
    assert set(reasons(outcomes).values()) == {"rate_limited"}
    assert all(" s" in outcome.result.explanation for outcome in outcomes)
    assert [url for _, url in web.starts] == ["http://a.example/robots.txt", "http://a.example/1"]


def test_a_wait_within_our_patience_is_kept_to_the_second():
    web = Web({"http://a.example/1": [(429, 120.0), "page"]})
    assert reasons(crawl(web, ["http://a.example/1"])) == {"http://a.example/1": "ok"}
    _, refused, again = starts_at(web, "a.example")
    assert again - refused >= 120


def test_a_slow_caller_stops_the_run_from_piling_up_pages():
    web = Web({})
    urls = [f"http://h{number}.example/1" for number in range(50)]

    async def take_one():
        async with contextlib.aclosing(fetch_all(urls, web.ask, Pacing(slots=4))) as outcomes:
            await anext(outcomes)
            await asyncio.sleep(10_000)
        return sum("robots" not in url for _, url in web.starts)

    with asyncio.Runner(loop_factory=jumping_loop) as runner:
        assert runner.run(take_one()) <= 5


def test_a_fault_of_the_program_is_the_outcome_of_its_url_and_keeps_its_traceback():
    class Broken(Web):
        async def ask(self, step: Step):
            if step.url.endswith("/1"):
                raise ZeroDivisionError("nobody foresaw this")
            return await super().ask(step)

    outcomes = crawl(Broken({}), ["http://a.example/1", "http://a.example/2", "http://b.example/2"])
    assert sorted(reasons(outcomes).values()) == ["internal_error", "ok", "ok"]
    [fault] = [outcome.result for outcome in outcomes if outcome.result]
    assert "ZeroDivisionError: nobody foresaw this" in fault.trace


def test_a_fault_in_fetching_or_saving_one_page_is_logged_in_the_folder(serve, tmp_path, monkeypatch):
    import harvester.crawl.fetch_many as module  # noqa: PLC0415

    whole = module.save_page

    def save(folder, page):
        if page.url.endswith("/1"):
            raise OverflowError("nobody foresaw this")
        return whole(folder, page)

    monkeypatch.setattr(module, "save_page", save)
    server = serve(answer("Content-Type: text/html", body=b"<p>Well"))
    options = FetchOptions(tmp_path / "pages", allow_hosts=frozenset({server.host}), pause_s=0.0)
    outcomes = list(fetch_to_folder([f"{server.url}/1", f"{server.url}/2"], options))
    assert sorted(reasons(outcomes).values()) == ["internal_error", "ok"]
    [fault] = [outcome.result for outcome in outcomes if outcome.result]
    assert str(tmp_path / "pages" / "_internal_errors.log") in str(fault)
    assert "OverflowError: nobody foresaw this" in (tmp_path / "pages" / "_internal_errors.log").read_text()


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_no_two_requests_to_one_host_start_closer_than_its_pause(data):
    durations = st.floats(0, 30)
    routes = st.sampled_from(
        ["page", 404, 503, (503, 7.0), (429, 20.0), ">/next", ">http://h0.example/x", "!short_body"]
    )
    urls = [f"http://h{number % 3}.example/{number}" for number in range(data.draw(st.integers(1, 12)))]
    web = Web({url: data.draw(routes) for url in urls}, lambda url: data.draw(durations))
    outcomes = crawl(web, urls, slots=data.draw(st.integers(1, 4)))
    assert sorted(outcome.subject for outcome in outcomes) == sorted(urls)
    for host in ("h0.example", "h1.example", "h2.example"):
        starts = starts_at(web, host)
        assert all(two - one >= 5 - 1e-6 for one, two in itertools.pairwise(starts))


# ── to disk, over real sockets ────────────────────────────────────────────────────────────────


def test_pages_are_saved_and_a_second_run_writes_the_same_names(serve, tmp_path):
    def send(connection, head):
        found = b"GET /story" in head
        connection.sendall(answer("Content-Type: text/html", status="200 OK" if found else "404 No", body=b"<p>well"))

    server = serve(send)
    options = FetchOptions(tmp_path / "new" / "pages", None, frozenset({server.host}), pause_s=0)
    urls = [server.url + "/story-1", server.url + "/story-2", server.url + "/gone", "mailto:x"]
    for _ in range(2):
        outcomes = list(fetch_to_folder(urls, options))
        assert sorted(reasons(outcomes).values()) == ["bad_url", "gone", "ok", "ok"]
        assert len(list(options.folder.iterdir())) == 4
    for outcome in outcomes:
        if outcome.page is not None:
            assert load_page(page_path(options.folder, outcome.page)) == outcome.page


def test_closing_early_stops_the_run(serve, tmp_path):
    server = serve(answer("Content-Type: text/html", body=b"<p>well"))
    options = FetchOptions(tmp_path, None, frozenset({server.host}), pause_s=0)
    outcomes = fetch_to_folder([f"{server.url}/{number}" for number in range(100)], options)
    next(outcomes)
    outcomes.close()
    assert len(server.requests) < 50


def test_a_folder_that_cannot_be_written_ends_the_run(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="unwritable"):
        next(fetch_to_folder(["http://a.example/"], FetchOptions(tmp_path / "file")))


def test_a_malformed_allowed_host_is_said_before_anything_is_fetched(tmp_path):
    with pytest.raises(FetchError, match="HOST:PORT"):
        next(fetch_to_folder(["http://a.example/"], FetchOptions(tmp_path, allow_hosts=frozenset({"a"}))))


def test_a_moved_answer_is_followed_step_by_step():
    moved = follow(Step("http://a.example/1"), 301, "/2", 5)
    assert isinstance(moved, Moved)
    assert moved.step.first_url == "http://a.example/1"
