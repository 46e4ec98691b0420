"""Two spellings of one address (RFC 3986, section 6.2.2) are one URL of a crawl, also where an earlier one kept two."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from function_web import FunctionWeb, article, feed, files, run, told
from sqlalchemy import Connection, create_engine, text

from harvester.crawl.state.rows import digest_of, hash_of
from harvester.url_names import address_key
from harvester.urls import check_url

SITE = "https://courier.example"


@pytest.mark.parametrize(
    "same",
    [
        ("/caf%C3%A9", "/caf%c3%a9", "/caf%C3%a9"),
        ("/~jane/a-b", "/%7Ejane/%61%2Db", "/%7ejane/a-b"),
        ("/a%2Fb?q=%3F", "/a%2fb?q=%3f"),
        ("/a", "/a?"),
    ],
)
def test_what_differs_in_the_case_of_escapes_or_in_escapes_that_need_not_be_has_one_key(same):
    assert {address_key(SITE + path) for path in same} == {SITE + same[0]}


@pytest.mark.parametrize("other", ["/a/b", "/A%2Fb", "/a%252Fb", "/a%2", "/a%2Fb?q", "/a%2Fb??"])
def test_what_may_be_another_page_has_another_key(other):
    assert address_key(SITE + other) != address_key(f"{SITE}/a%2Fb")


def test_one_page_that_is_linked_in_two_spellings_is_visited_once_as_it_was_first_found(state, clock, tmp_path):
    lower, upper = f"{SITE}/caf%c3%a9-story", f"{SITE}/caf%C3%A9-story"
    web = FunctionWeb({f"{SITE}/feed": feed(lower), lower: article("a"), upper: article("a")})
    run(web, state, tmp_path)
    web.pages[f"{SITE}/feed"] = feed(upper, f"{SITE}/other")
    clock.now += 86_400
    run(web, state, tmp_path)
    assert f"{SITE}/other" in web.urls
    assert upper not in web.urls
    assert [found["url"] for found in files(tmp_path).values()] == [lower]


def test_a_host_with_a_final_dot_is_the_host_without_it(state, tmp_path):
    dotted = "https://courier.example./story"
    web = FunctionWeb({f"{SITE}/feed": feed(dotted, f"{SITE}/story"), f"{SITE}/story": article("a")})
    run(web, state, tmp_path)
    assert (web.visits("/story"), dotted in web.urls) == (1, False)
    assert state.find(check_url(dotted)).asked == f"{SITE}/story"


@contextmanager
def changed(address: str) -> Iterator[Connection]:
    engine = create_engine(address)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def keep_as_before(address: str) -> None:
    """Make of a state what an earlier harvester, to which each spelling was a URL of its own, would have written."""
    with changed(address) as connection:
        for row in connection.execute(text("SELECT id, target, article, version FROM urls")).all():
            written = digest_of(f"{SITE}{row.target}".encode())
            own = None if row.article == written else row.article
            values = {"hash": written, "article": own, "id": row.id}
            connection.execute(text("UPDATE urls SET hash = :hash, article = :article WHERE id = :id"), values)
        connection.execute(text("DELETE FROM schema_version WHERE version > 7"))
        for table in ("fields", "field_texts"):
            connection.execute(text(f"DROP TABLE {table}"))


def test_a_state_of_an_earlier_harvester_keeps_its_articles_and_knows_them_by_each_spelling(
    open_state, address, clock, tmp_path
):
    lower, upper = f"{SITE}/caf%c3%a9-story", f"{SITE}/caf%C3%A9-story"
    web = FunctionWeb({f"{SITE}/feed": feed(lower), lower: article("a")})
    earlier = open_state()
    run(web, earlier, tmp_path)
    before = told(tmp_path)
    keep_as_before(address)
    web.pages |= {f"{SITE}/feed": feed(upper), lower: article("a", title="An edit of the story")}
    clock.now += 86_400
    state = open_state()
    run(web, state, tmp_path)
    assert upper not in web.urls
    assert state.find(upper).asked == upper
    assert [line[1] for line in told(tmp_path)] == [before[0][1]] * 2
    assert [line[0] for line in told(tmp_path)] == ["new", "edited"]


def add_twin(connection, **other):
    """Add a row like that of the one page with an article, but for what is given."""
    found = connection.execute(text("SELECT * FROM urls WHERE version = 1")).mappings().one()
    twin = {**found, **other}
    del twin["id"]
    names = ", ".join(twin)
    connection.execute(text(f"INSERT INTO urls ({names}) VALUES (:{', :'.join(twin)})"), twin)


def test_twins_of_an_earlier_harvester_keep_an_article_each(open_state, address, tmp_path):
    lower, upper = f"{SITE}/caf%c3%a9-story", f"{SITE}/caf%C3%A9-story"
    web = FunctionWeb({f"{SITE}/feed": feed(lower), lower: article("a")})
    run(web, open_state(), tmp_path)
    keep_as_before(address)
    with changed(address) as connection:
        add_twin(connection, target=upper[len(SITE) :], hash=hash_of(upper))
    open_state()
    with changed(address) as connection:
        kept = connection.execute(text("SELECT target, hash, article FROM urls WHERE version = 1 ORDER BY id")).all()
    own = digest_of(lower.encode())
    assert kept == [(lower[len(SITE) :], own, own), (upper[len(SITE) :], hash_of(upper), None)]


def test_a_twin_without_an_article_never_takes_the_name_of_the_others(open_state, address, tmp_path):
    lower, upper = f"{SITE}/caf%c3%a9-story", f"{SITE}/caf%C3%A9-story"
    web = FunctionWeb({f"{SITE}/feed": feed(upper), upper: article("a")})
    run(web, open_state(), tmp_path)
    keep_as_before(address)
    own = digest_of(lower.encode())
    with changed(address) as connection:
        add_twin(connection, target=lower[len(SITE) :], hash=own, version=None, article=None)
    open_state()
    with changed(address) as connection:
        kept = connection.execute(text("SELECT hash, article FROM urls WHERE target LIKE '%story' ORDER BY id")).all()
    assert kept == [(hash_of(upper), None), (own, own)]
