"""Links with a fresh token at each fetch of a feed name no new pages; what needs its field stays reachable."""

import itertools

import pytest
from function_web import NOTICE, FunctionWeb, article, feed, run

from harvester.cli.status import report_lines
from harvester.crawl.state.silent_fields import without_fields
from testweb import Reply

SITE = "https://courier.example"
FEED = f"{SITE}/feed"
STORIES = [f"/story-{number}" for number in range(8)]
DAY_S = 86_400
EVERY_S = 2 * 3_600


class Answers(dict):
    """What a site answers by path, where it does not know the whole address."""

    def get(self, url, default=None):
        found = super().get(url)
        return found if found is not None else super().get(url.partition("?")[0], default)


class TokenWeb(FunctionWeb):
    """Eight stories, in a feed that gives each link a query made anew at each fetch."""

    def __init__(self, query="token={}", paths=STORIES):
        super().__init__(Answers({SITE + path: article(path) for path in paths}))
        self.numbers = itertools.count(10_000)
        self.query, self.paths = query, paths
        self.pages[FEED] = lambda step: feed(*(self.link(path) for path in self.paths))

    def link(self, path):
        return f"{SITE}{path}?{self.query.format(next(self.numbers), next(self.numbers))}"

    def pages_asked(self):
        asked, self.asked[:] = [url for url in self.urls if "/story" in url], []
        return asked


def rounds(web, open_state, output, clock, count, every_s=EVERY_S):
    """Crawl some times, each by a state that is opened anew; return what each brought."""
    done = []
    for _ in range(count):
        state = open_state()
        done.append(run(web, state, output))
        clock.now += every_s
    return done


@pytest.mark.parametrize("query", ["token={}", "token={}&id=5", "sid={}&rnd={}", "t={}&edition=evening&r={}"])
def test_further_tokens_of_known_pages_are_not_visited(query, open_state, clock, tmp_path):
    web = TokenWeb(query)
    rounds(web, open_state, tmp_path, clock, 3)
    first = set(web.pages_asked()[:8])
    for _ in range(2):
        rounds(web, open_state, tmp_path, clock, 4, DAY_S // 4)
        asked = [url for url in web.pages_asked() if url not in first]
        assert len(asked) <= 2  # one a day, to see whether it still holds; 32 without
    assert len(list(tmp_path.glob("*/*.json"))) == 8


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("query", ["token={}", "sid={}&rnd={}"])
def test_tokens_of_few_stories_are_learned_in_some_days(query, count, open_state, clock, tmp_path):
    web = TokenWeb(query, STORIES[:count])
    rounds(web, open_state, tmp_path, clock, 1)
    known = set(web.pages_asked())
    rounds(web, open_state, tmp_path, clock, 8, DAY_S // 2)
    web.pages_asked()
    rounds(web, open_state, tmp_path, clock, 4, DAY_S // 4)
    assert len(set(web.pages_asked()) - known) <= 1  # a day, to see whether it still holds; 4 * count without
    assert len(list(tmp_path.glob("*/*.json"))) == count


def test_what_is_left_out_is_told_by_the_run_and_by_the_status(open_state, clock, tmp_path):
    web = TokenWeb()
    done = itertools.chain(*rounds(web, open_state, tmp_path, clock, 4))
    assert [visit.evidence for visit in done if visit.url == FEED] == [
        None,
        None,
        "8 links left out: known pages with another value of 'token', which says nothing here",
    ]
    told = [line for line in report_lines(open_state().report()) if line.startswith("fields")]
    assert told == [
        "fields    courier.example: 'token' in addresses says nothing (learned 6 h ago); "
        "8 links to known pages left out"
    ]


def test_a_new_story_is_visited_once_and_an_edit_is_found_at_the_address_of_the_first_visit(
    open_state, clock, tmp_path
):
    web = TokenWeb()
    rounds(web, open_state, tmp_path, clock, 4)
    web.pages_asked()
    web.paths = [*STORIES, "/story-new"]
    web.pages[f"{SITE}/story-new"] = article("new")
    rounds(web, open_state, tmp_path, clock, 6)
    assert len({url for url in web.pages_asked() if "new" in url}) == 1
    web.pages[f"{SITE}/story-new"] = article("new", title="An edit of the story of new")
    done = rounds(web, open_state, tmp_path, clock, 24)
    assert [visit.version for visit in itertools.chain(*done) if visit.path] == [2]


def test_a_value_that_gives_another_text_makes_all_of_them_pages_again(open_state, clock, tmp_path):
    web = TokenWeb()
    rounds(web, open_state, tmp_path, clock, 4)
    assert open_state().report().silent_fields
    web.pages |= {f"{SITE}{path}?token=special": article(f"special {path}") for path in STORIES}
    web.query = "token=special"
    rounds(web, open_state, tmp_path, clock, 6, DAY_S // 2)
    assert not open_state().report().silent_fields
    assert len(list(tmp_path.glob("*/*.json"))) == 16
    for later, is_silent in ((0, False), (31 * DAY_S, True)):  # for a month
        clock.now += later
        web.query, web.paths = "token={}", [f"/story-{later}-{number}" for number in range(4)]
        web.pages |= {SITE + path: article(path) for path in web.paths}
        rounds(web, open_state, tmp_path, clock, 3, DAY_S // 2)
        assert bool(open_state().report().silent_fields) is is_silent


def test_a_clock_that_was_ahead_keeps_no_value_from_being_tried(open_state, clock, tmp_path):
    web = TokenWeb()
    clock.now += 3_650 * DAY_S
    rounds(web, open_state, tmp_path, clock, 4)
    clock.now -= 3_650 * DAY_S
    open_state().mend_times()
    web.pages |= {f"{SITE}{path}?token=special": article(f"special {path}") for path in STORIES}
    web.query = "token=special"
    rounds(web, open_state, tmp_path, clock, 4, 8 * DAY_S)
    assert not open_state().report().silent_fields


def test_pages_whose_first_addresses_are_gone_are_visited_by_other_values(open_state, clock, tmp_path):
    """As where tokens expire."""
    web = TokenWeb()
    rounds(web, open_state, tmp_path, clock, 4)
    known = set(web.pages_asked())
    web.pages |= dict.fromkeys(known, Reply(b"", 404))
    rounds(web, open_state, tmp_path, clock, 6, DAY_S // 2)
    assert {url.partition("?")[0] for url in web.pages_asked() if url not in known} == {SITE + path for path in STORIES}


def pages_by_id(count, text_of, names=("sport", "news", "life", "town", "money")):
    """Return a site whose pages are told apart by a field, at several paths; text_of(path, number) is their text."""
    web = FunctionWeb({})
    paths = [f"/{name}/story.php" for name in names]
    links = [(path, number) for number in range(count) for path in paths]
    web.pages |= {f"{SITE}{path}?id={number}": text_of(path, number) for path, number in links}
    web.pages[FEED] = feed(*(f"{SITE}{path}?id={number}" for path, number in links))
    return web, links


def test_pages_told_apart_by_their_field_are_all_visited_though_some_are_equal(open_state, clock, tmp_path):
    web, links = pages_by_id(4, lambda path, number: article(f"{path} {max(number, 1)}"))  # 0 and 1 are one text
    rounds(web, open_state, tmp_path, clock, 1, DAY_S)
    more = {f"{SITE}{path}?id={number + 100}": article(f"{path} {number + 100}") for path, number in links}
    web.pages |= more | {FEED: feed(*more)}
    rounds(web, open_state, tmp_path, clock, 2)
    assert more.keys() <= set(web.urls)
    assert not open_state().report().silent_fields


@pytest.mark.parametrize("notice", [NOTICE, NOTICE[:1]])
def test_a_notice_at_all_addresses_teaches_nothing(notice, open_state, clock, tmp_path):
    shown = article("", title="We are moving", paragraphs=notice)
    web, links = pages_by_id(4, lambda path, number: shown)
    rounds(web, open_state, tmp_path, clock, 2, DAY_S)
    later = {f"{SITE}{path}?id={number + 100}": article(f"{path} {number}") for path, number in links}
    web.pages |= later | {FEED: feed(*later)}
    rounds(web, open_state, tmp_path, clock, 1)
    assert later.keys() <= set(web.urls)
    assert not open_state().report().silent_fields


def test_a_notice_at_one_address_for_two_days_teaches_nothing(open_state, clock, tmp_path):
    web, links = pages_by_id(9, lambda path, number: article("", title="We are moving", paragraphs=NOTICE), ["news"])
    rounds(web, open_state, tmp_path, clock, 8, DAY_S // 4)
    later = {f"{SITE}{path}?id={number + 100}": article(f"{path} {number}") for path, number in links}
    web.pages |= later | {FEED: feed(*later)}
    rounds(web, open_state, tmp_path, clock, 1)
    assert later.keys() <= set(web.urls)


def test_pages_without_an_article_teach_nothing(open_state, clock, tmp_path):
    web, links = pages_by_id(4, lambda path, number: article("", title="Empty", paragraphs=["Nothing yet."]))
    rounds(web, open_state, tmp_path, clock, 2, DAY_S)
    later = {f"{SITE}{path}?id={number + 100}": article(f"{path} {number}") for path, number in links}
    web.pages |= later | {FEED: feed(*later)}
    rounds(web, open_state, tmp_path, clock, 1)
    assert later.keys() <= set(web.urls)


def test_segments_of_paths_are_never_left_out():
    assert without_fields(f"{SITE}/a/1234567/b") == {}
    assert without_fields(f"{SITE}/a;t=1/b?") == {}
    assert without_fields(f"{SITE}/a?{'&'.join(f'f{number}=1' for number in range(9))}") == {}
