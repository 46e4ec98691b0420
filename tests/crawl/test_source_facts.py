"""What is counted of sources with each visit, and by what addresses an article is found; on both databases."""

import json

import pytest
from function_web import HTML, FunctionWeb, article, courier_source, feed, run
from sqlalchemy import create_engine, text

from harvester.cli.source_report import wrong_words
from harvester.crawl.advice import line_of
from harvester.crawl.schedule import DAY_S, HOUR_S
from harvester.crawl.state.database import open_database
from harvester.crawl.state.migrations import _WORDS, MIGRATIONS
from harvester.crawl.state.store import State
from newssites import article_page, story
from testweb import Reply

HOME = "https://courier.example"


def facts_of(state, name="courier"):
    return {one.name: one for one in state.facts()}[name]


def crawl_days(web, state, clock, output, days, per_day):
    """Publish some stories a day, and crawl each day at noon."""
    for day in range(days):
        named = [f"{HOME}/{day}-{number}" for number in range(per_day(day))]
        web.pages[f"{HOME}/feed"] = feed(*named)
        web.pages |= {url: web.pages.get(url) or article(url) for url in named}
        run(web, state, output)
        clock.now += DAY_S


def test_what_is_usual_is_learned_day_by_day_and_a_silence_is_told(state, clock, tmp_path):
    web = FunctionWeb()
    crawl_days(web, state, clock, tmp_path, 14, lambda day: 2)
    facts = facts_of(state)
    assert facts.usual.articles[1] == 2.0
    assert facts.articles[7] == 13  # of today none yet, of the seventh day before a part
    assert line_of(facts, int(clock.now)).condition == "fine"
    crawl_days(web, state, clock, tmp_path, 4, lambda day: 0)
    line = line_of(facts_of(state), int(clock.now))
    assert line.condition == "quiet"
    assert line.needs_person


def test_a_redesign_shows_as_texts_that_are_short_and_alike(state, clock, tmp_path):
    web = FunctionWeb()
    crawl_days(web, state, clock, tmp_path, 12, lambda day: 3)
    usual = facts_of(state).usual.chars
    assert usual > 1_500
    for number in range(12):  # the new theme has the text where nobody looks for it
        words = [f"{sentence}." for sentence in story(f"new {number}", 1)[0].split(".")[:3]]
        web.pages[f"{HOME}/new-{number}"] = article(f"new-{number}", paragraphs=[" ".join(words)])
    web.pages[f"{HOME}/feed"] = feed(*(f"{HOME}/new-{number}" for number in range(12)))
    run(web, state, tmp_path)
    line = line_of(facts_of(state), int(clock.now))
    assert (line.condition, line.needs_person) == ("short", True)
    assert "usually" in line.evidence


def test_pages_that_give_one_text_are_told(state, clock, tmp_path):
    web = FunctionWeb()
    notice = story("please subscribe", 4)
    for number in range(12):
        web.pages[f"{HOME}/{number}"] = article(f"{number}", paragraphs=notice)
    web.pages[f"{HOME}/feed"] = feed(*(f"{HOME}/{number}" for number in range(12)))
    run(web, state, tmp_path)
    line = line_of(facts_of(state), int(clock.now))
    assert line.condition == "alike"
    assert "10 of the last 10 texts" in line.evidence


def test_what_fails_is_told_since_it_began_and_forgotten_when_it_is_well(state, clock, tmp_path):
    web = FunctionWeb({f"{HOME}/feed": Reply(b"", 403)})
    run(web, state, tmp_path)
    began = int(clock.now)
    clock.now += 6 * HOUR_S
    web.pages[f"{HOME}/feed"] = Reply(b"", 404)
    run(web, state, tmp_path)
    trouble = facts_of(state).lists[0]
    assert (trouble.outcome, trouble.since, trouble.visits) == ("gone", began, 2)
    line = line_of(facts_of(state), int(clock.now))
    assert line.failing_since == began
    assert "since 6 h" in wrong_words(line, int(clock.now))
    assert "since" not in wrong_words(line, began - DAY_S), "the clock went back"
    clock.now += DAY_S
    web.pages |= {f"{HOME}/feed": feed(f"{HOME}/1"), f"{HOME}/1": article("1")}
    run(web, state, tmp_path)
    assert facts_of(state).lists == ()
    assert line_of(facts_of(state), int(clock.now)).condition == "fine"


def test_a_list_that_nobody_wants_any_more_is_no_trouble(state, clock, tmp_path):
    web = FunctionWeb({f"{HOME}/feed": feed(f"{HOME}/1"), f"{HOME}/1": article("1")})
    both = courier_source(feeds=(f"{HOME}/feed", f"{HOME}/gone"))
    run(web, state, tmp_path, [both])
    assert line_of(facts_of(state), int(clock.now)).condition == "partly"
    run(web, state, tmp_path, [courier_source()])
    assert line_of(facts_of(state), int(clock.now)).condition == "fine"


def test_a_source_that_is_renamed_keeps_what_was_counted(state, clock, tmp_path):
    web = FunctionWeb({f"{HOME}/feed": feed(f"{HOME}/1"), f"{HOME}/1": article("1")})
    run(web, state, tmp_path)
    renamed = courier_source()
    run(web, state, tmp_path, [type(renamed)(**{**_fields(renamed), "name": "the courier"})])
    assert [one.name for one in state.facts()] == ["the courier"]
    assert facts_of(state, "the courier").articles[1] == 1


def _fields(source):
    return {name: getattr(source, name) for name in source.__dataclass_fields__}


def test_an_article_is_found_by_every_address_that_it_has(state, tmp_path):
    moved = "https://www.courier.example/old"
    page = article_page("A story that moved", story("moved"))
    canonical = b'<link rel="canonical" href="https://www.courier.example/the-one?utm_source=x"></head>'
    web = FunctionWeb(
        {
            f"{HOME}/feed": feed(f"{HOME}/1"),
            f"{HOME}/1": Reply(b"", 301, (("location", moved),)),
            moved: Reply(b"", 302, (("location", "/new"),)),
            "https://www.courier.example/new": Reply(page.replace(b"</head>", canonical), headers=HTML),
        }
    )
    run(web, state, tmp_path)
    addresses = (f"{HOME}/1", moved, "https://www.courier.example/new", "https://www.courier.example/the-one")
    lines = [state.find(url) for url in addresses]
    assert {line.url for line in lines} == {moved}
    assert {line.version for line in lines} == {1}
    assert [line.asked for line in lines] == list(addresses)
    assert len({line.article for line in lines}) == 1
    assert state.find(f"{HOME}/2") is None


def test_a_page_is_found_by_its_own_address_whoever_calls_it_canonical(state, tmp_path):
    link = f'<link rel="canonical" href="{HOME}/1">'
    two = article_page("Two", story("two")).replace(b"</head>", f"{link}</head>".encode())
    web = FunctionWeb(
        {
            f"{HOME}/feed": feed(f"{HOME}/1", f"{HOME}/2"),
            f"{HOME}/1": article("1"),
            f"{HOME}/2": Reply(two, headers=HTML),
        }
    )
    run(web, state, tmp_path)
    assert state.find(f"{HOME}/1").url == f"{HOME}/1"


def test_a_state_of_an_earlier_harvester_tells_of_its_sources_at_once(address):
    engine = create_engine(address)
    with engine.begin() as connection:
        words = _WORDS[connection.dialect.name]
        connection.execute(text("CREATE TABLE schema_version (version SMALLINT NOT NULL)"))
        for number in range(4):
            for statement in MIGRATIONS[number]:
                connection.execute(text(statement.format(**words)))
            connection.execute(text(f"INSERT INTO schema_version VALUES ({number + 1})"))
        connection.execute(text("INSERT INTO sources (id, name, active) VALUES (1, 'courier', 1), (2, 'other', 1)"))
        connection.execute(text("INSERT INTO hosts (id, name, blocked_until) VALUES (1, 'courier.example', 0)"))
        day = 20_000 * DAY_S
        rows = (
            f"(1, 1, 1, 1, 0, 0, '/1', {day}, {day + 60}, 0, 0, 'ok', 1)",
            f"(2, 2, 1, 1, 1, 0, '/feed', {day}, {day + 60}, 0, 0, 'ok', NULL)",
            f"(3, 3, 1, 2, 4, 0, '/', {day}, {day + 90}, 0, 2, 'blocked', NULL)",
            f"(4, 4, 1, 2, 0, 0, '/2', {day}, NULL, 0, 0, NULL, NULL)",
        )
        columns = "id, hash, host_id, source_id, kind, depth, target, seen_at, visited_at, polls, failures, outcome"
        connection.execute(text(f"INSERT INTO urls ({columns}, version) VALUES {', '.join(rows)}"))
    engine.dispose()
    open_database(address).close()
    state = State(address, lambda: day + 3_600.0)
    state._skew_s = 0.0
    courier, other = state.facts()
    assert (courier.good_at, courier.listed_at, courier.article_at) == (day + 60, day + 60, day)
    assert courier.articles[1] == 1
    assert (other.lists[0].outcome, other.lists[0].since, other.good_at) == ("blocked", day + 90, None)
    state.close()


def test_the_counters_do_not_grow_without_end(state, clock, tmp_path, address):
    web = FunctionWeb()
    crawl_days(web, state, clock, tmp_path, 4, lambda day: 20)
    clock.now += 200 * DAY_S
    run(web, state, tmp_path)
    engine = create_engine(address)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM figures")).scalar_one() <= 40 + 20
        assert connection.execute(text("SELECT count(*) FROM days")).scalar_one() == 1
        assert json.loads(connection.execute(text("SELECT recent FROM health")).scalar_one())["texts"] == 10
    engine.dispose()


@pytest.mark.parametrize("name", ["courier", "nobody"])
def test_a_source_is_told_in_detail_or_not_known(state, tmp_path, name):
    web = FunctionWeb({f"{HOME}/feed": feed(f"{HOME}/1"), f"{HOME}/1": article("1")})
    run(web, state, tmp_path)
    detail = state.source_detail(name)
    if name == "nobody":
        assert detail is None
        return
    assert [(one.url, one.outcome) for one in detail.lists] == [(f"{HOME}/feed", "ok")]
    assert [one.url for one in detail.texts] == [f"{HOME}/1"]
    assert [(day.articles, day.visits) for day in detail.days] == [(1, 2)]


def test_a_feed_that_fails_beside_a_home_page_that_is_well_is_no_source_that_fails(state, clock, tmp_path):
    home = Reply(b"<html><body><h1>News</h1></body></html>", headers=HTML)
    web = FunctionWeb({f"{HOME}/": home, f"{HOME}/feed": Reply(b"", 403)})
    source = courier_source(discover=frozenset({"links"}))
    run(web, state, tmp_path, [source])
    assert line_of(facts_of(state), int(clock.now)).condition == "partly"
    web.pages[f"{HOME}/"] = Reply(b"", 403)
    clock.now += 7 * DAY_S
    run(web, state, tmp_path, [source])
    assert line_of(facts_of(state), int(clock.now)).condition == "failing"
