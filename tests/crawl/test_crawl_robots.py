"""Cases 16 and 17: what robots.txt allows, by RFC 9309."""

import pytest

from harvester.crawl.politeness import is_bearable
from harvester.crawl.robots import MAX_ROBOTS_BYTES, parse_robots, robots_of_status

SITE = "https://example.org"


def allows(text, path, product="harvester"):
    body = text if isinstance(text, bytes) else text.encode()
    return parse_robots(body, product).allows(SITE + path)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451])
def test_a_4xx_means_there_are_no_rules(status):
    assert robots_of_status(status).allows(SITE + "/private")


@pytest.mark.parametrize("status", [500, 502, 503, 599, None])
def test_a_5xx_or_no_answer_denies_everything(status):
    robots = robots_of_status(status)
    assert not robots.allows(SITE + "/")
    assert robots.denial


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("\ufeffUser-agent: *\nDisallow: /private", "/private/a", False),  # a BOM
        ("User-agent: *\rDisallow: /private\r", "/private/a", False),  # CR as line end
        ("User-agent: *\r\nDisallow: /private\r\n", "/private/a", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a/open", "/a/open/1", True),  # the longest match
        ("User-agent: *\nAllow: /a\nDisallow: /a/shut", "/a/shut/1", False),
        ("User-agent: *\nDisallow: /a\nAllow: /a", "/a", True),  # the same length: allow
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z=1", True),
        ("User-agent: *\nDisallow: /*/print", "/a/print", False),
        ("User-agent: *\nDisallow: /*?sid=", "/a?sid=1", False),
        ("User-agent: *\nDisallow: /a%2fb", "/a%2Fb", False),
        ("User-agent: *\nDisallow: /%E4%B8%AD", "/%e4%b8%ad/x", False),
        ("User-agent: *\nDisallow: /中", "/%E4%B8%AD/x", False),
        ("User-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nDisallow: /", "/robots.txt", True),
        ("<!doctype html><html><body>Disallow: /</body></html>", "/a", True),  # an HTML page
        ("", "/a", True),
        ("Disallow: /", "/a", True),  # a rule of no group
        ("User-agent: *\nDisallow: /x # all of it", "/x", False),
        ("User-agent: *\nDisallow: /", "//[evil", False),  # what a URL library might stumble over
    ],
)
def test_the_rules_of_rfc_9309_hold(text, path, allowed):
    assert allows(text, path) is allowed


@pytest.mark.parametrize(
    ("group", "ours"),
    [
        ("harvester", True),
        ("HARVESTER", True),
        ("Harvester/2.0", True),
        ("harv", False),
        ("harvester-news", False),
        ("vester", False),
        ("news-harvester", False),
    ],
)
def test_the_whole_product_token_is_matched_and_beats_the_star(group, ours):
    text = f"User-agent: *\nDisallow: /star\n\nUser-agent: {group}\nDisallow: /own\n"
    assert allows(text, "/own") is not ours
    assert allows(text, "/star") is ours


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_own_group_is_found_whatever_ends_the_lines(end):
    text = end.join(("User-agent: *", "Disallow: /star", "User-agent: harvester", "Disallow: /own", ""))
    assert not allows(text, "/own")
    assert allows(text, "/star")


def test_groups_of_one_agent_are_read_as_one():
    text = "User-agent: harvester\nDisallow: /a\n\nUser-agent: other\nUser-agent: harvester\nDisallow: /b\n"
    assert not allows(text, "/a")
    assert not allows(text, "/b")


def test_latin_1_bytes_do_not_hide_the_other_rules():
    assert not allows("User-agent: *\nDisallow: /priv\nDisallow: /caf\xe9\n".encode("latin-1"), "/priv")


def test_a_file_of_5_mb_is_cut_on_a_line_end():
    lines = b"User-agent: *\nDisallow: /early\n" + b"# filler filler filler filler\n" * 170_000 + b"Disallow: /late\n"
    assert len(lines) > 5_000_000
    assert not allows(lines, "/early")
    assert allows(lines, "/late")


def test_half_a_rule_at_the_cut_is_no_rule():
    head = b"User-agent: *\nDisallow: /early\n"
    filler = b"#" * (MAX_ROBOTS_BYTES - len(head) - len(b"\nDisallow: /"))
    assert allows(head + filler + b"\nDisallow: /late\n", "/anything")


@pytest.mark.parametrize(
    ("value", "delay_s", "bearable", "noted"),
    [
        ("0.5", 0.5, True, False),
        ("120", 120.0, True, False),
        ("121", 121.0, False, False),
        ("1e9", 1e9, False, False),
        ("-5", None, True, True),
        ("abc", None, True, True),
        ("inf", None, True, True),
        ("nan", None, True, True),
        ("5 # seconds", 5.0, True, False),
        ("", None, True, False),
    ],
)
def test_a_crawl_delay_is_obeyed_refused_or_ignored_and_noted(value, delay_s, bearable, noted):
    robots = parse_robots(f"User-agent: *\nCrawl-delay: {value}\nDisallow: /x\n".encode(), "harvester")
    assert robots.delay_s == delay_s
    assert is_bearable(robots.delay_s) is bearable
    assert bool(robots.notes) is noted
    assert not robots.allows(SITE + "/x")
