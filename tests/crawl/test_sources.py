"""The sources file: what is right is read, what is wrong is named with its line and key."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harvester.cli import commands
from harvester.crawl.sources_file import (
    _CRAWL_KEYS,
    _DEFAULT_KEYS,
    _SOURCE_KEYS,
    DISCOVERY,
    CrawlSource,
    check_sources,
    is_match,
    read_sources,
)
from harvester.errors import InputError

ROOT = Path(__file__).parent.parent.parent
LEAST = 'contact = "https://example.com/bot"\noutput = "articles"\n'
ONE = f'{LEAST}[[source]]\nhome = "https://a.example/"\n'


@pytest.fixture
def file(tmp_path):
    return tmp_path / "sources.toml"


def write(file, text):
    file.write_text(text, encoding="utf-8")
    return file


def problems(file, text):
    crawl, found = check_sources(write(file, text))
    assert (crawl is None) == bool(found)
    return [(problem.line, problem.key) for problem in found]


def test_the_least_that_is_needed_is_enough(file):
    crawl = read_sources(write(file, ONE))
    assert crawl.sources == (CrawlSource("a.example", "https://a.example/"),)
    assert (crawl.contact, crawl.output, crawl.state, crawl.archive) == (
        "https://example.com/bot",
        file.parent / "articles",
        None,
        None,
    )
    source = crawl.sources[0]
    assert (source.delay_s, source.max_pages, source.discover) == (5.0, 1_000, frozenset(DISCOVERY))


@pytest.mark.parametrize(
    "line",
    [
        'allow_hosts = ["foo"]',
        'allow_hosts = ["127.0.0.1:8080", "127.0.0.1:99999"]',
        'state = "mysql://me@server/crawl"',
        'state = "crawl.sqlite"',
        'state = "postgresql+psycopg://server:port/crawl"',
        'state = "postgresql+nonsense://server/crawl"',
        'state = "sqlite://"',
        'state = "sqlite:///:memory:"',
    ],
)
def test_what_a_crawl_would_refuse_is_named_with_its_line_before(file, line):
    assert problems(file, f"{line}\n{ONE}") == [(1, line.partition(" ")[0])]


@pytest.mark.parametrize("key", ['home = "{}"', 'feeds = ["{}"]'])
@pytest.mark.parametrize("who", ["me:secret", "secret", "me%40a.example:secret"])
def test_a_password_in_an_address_is_refused_as_it_would_not_be_sent_and_is_not_shown(file, key, who):
    line = key.format(f"https://{who}@a.example/feed@home")
    _, found = check_sources(write(file, f"{LEAST}[[source]]\n{line}\n"))
    assert [problem.line for problem in found] == [4]
    assert "never sent" in str(found[0])
    assert "secret" not in str(found[0])


def test_an_address_may_have_the_sign_that_ends_a_password_in_its_path(file):
    assert problems(file, f'{LEAST}[[source]]\nhome = "https://a.example/@jane"\n') == []


def test_a_relative_state_stands_beside_the_sources_file(file):
    file.write_text(f'state = "sqlite:///state/crawl.sqlite"\n{ONE}')
    assert read_sources(file).state == f"sqlite:///{file.parent}/state/crawl.sqlite"


@pytest.mark.parametrize(
    "line",
    [
        'allow_hosts = ["127.0.0.1:8080", "[::1]:80", "Intranet.example:443"]',
        'state = "sqlite:////var/lib/crawl.sqlite"',
        'state = "postgresql+psycopg://me:secret@server:5432/crawl"',
    ],
)
def test_what_a_crawl_takes_is_no_problem(file, line):
    assert problems(file, f"{line}\n{ONE}") == []


def test_a_password_is_not_shown_with_what_is_wrong(file):
    _, found = check_sources(write(file, f'state = "mysql://me:secret@server/crawl"\n{ONE}'))
    assert "secret" not in found[0].explanation


def test_the_file_in_the_documents_is_right(file):
    text = (ROOT / "docs" / "crawling-sources.md").read_text(encoding="utf-8")
    crawl = read_sources(write(file, text.partition("```toml\n")[2].partition("```")[0]))
    assert [source.name for source in crawl.sources] == ["valley-digest.example", "Field Notes, science only"]
    assert crawl.sources[1].home == "https://field-notes.example/"
    assert crawl.archive == file.parent / "archive"


def test_every_key_is_in_the_documents():
    text = (ROOT / "docs" / "crawling-sources.md").read_text(encoding="utf-8")
    for key in (*_CRAWL_KEYS, *_SOURCE_KEYS):
        assert f"| `{key}`" in text, key
    for key in _SOURCE_KEYS:
        assert (f"| `{key}` * |" in text) is (key in _DEFAULT_KEYS), key


def test_a_source_says_more_than_the_defaults(file):
    crawl = read_sources(
        write(
            file,
            LEAST + '[defaults]\ndelay_s = 9\ntdm = "skip"\n[[source]]\nhome = "https://a.example/"\ndelay_s = 2.5\n',
        )
    )
    assert (crawl.sources[0].delay_s, crawl.sources[0].tdm) == (2.5, "skip")


def test_absolute_folders_stay_as_they_are(file, tmp_path):
    crawl = read_sources(write(file, ONE.replace('"articles"', f'"{tmp_path / "elsewhere"}"')))
    assert crawl.output == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (ONE.replace("contact", "contct"), [(1, "contact"), (1, "contct")]),
        (ONE.replace('"https://example.com/bot"', '"me"'), [(1, "contact")]),
        (ONE.replace('"articles"', "7"), [(2, "output")]),
        (ONE.replace('"articles"', '"sqlite:///x"'), [(2, "output")]),
        (LEAST, [(1, "source")]),
        (f"{LEAST}source = 7\n", [(3, "source")]),
        (f'{LEAST}[source]\nhome = "https://a.example/"\n', [(3, "source")]),
        (f"{LEAST}defaults = 7\n[[source]]\nhome = 'https://a.example/'", [(3, "defaults")]),
        (ONE + "delay_s = 121\n", [(5, "source 1, delay_s")]),
        (ONE + "delay_s = true\n", [(5, "source 1, delay_s")]),
        (ONE + "delay_s = nan\n", [(5, "source 1, delay_s")]),
        (ONE + "max_pages = 0\n", [(5, "source 1, max_pages")]),
        (ONE + "archive = 'yes'\n", [(5, "source 1, archive")]),
        (ONE + "tdm = 'obey'\n", [(5, "source 1, tdm")]),
        (ONE + "discover = ['feeds', 'magic']\n", [(5, "source 1, discover")]),
        (ONE + "include = ['news/*']\n", [(5, "source 1, include")]),
        (ONE + "feeds = 'https://a.example/feed'\n", [(5, "source 1, feeds")]),
        (ONE + "feeds = [\n  'https://a.example/feed',\n  'file:///etc/passwd',\n]\n", [(5, "source 1, feeds")]),
        (ONE + "[[source]]\nname = 'x'\n", [(5, "source 2, home")]),
        (ONE + "[[source]]\n# again\nhome = 'http://a.example/'\n", [(5, "source 2, name")]),
        (
            LEAST + "[defaults]\nhome = 'https://a.example/'\n[[source]]\nhome = 'https://a.example/'",
            [(4, "defaults, home")],
        ),
        (ONE + "[[source]]\nhome = 'ftp://b/'\n[[source]]\nhom = 1\n", [(6, "source 2, home"), (8, "source 3, hom")]),
        (LEAST + "[[source]]\nhome = \n", [(4, "TOML")]),
    ],
)
def test_what_is_wrong_is_named_with_line_and_key(file, text, found):
    assert problems(file, text) == found


def test_the_error_names_the_first_line_and_how_many_more_there_are(file):
    with pytest.raises(InputError) as caught:
        read_sources(write(file, ONE + "delay_s = -1\nmax_pages = 0\n"))
    assert caught.value.subject == f"{file}:5"
    assert str(caught.value).endswith(
        "source 1, delay_s: must be seconds from 0 to 120, not -1 (and 1 more) [unreadable]"
    )


def test_a_misspelt_key_is_answered_with_the_right_one(file):
    _, found = check_sources(write(file, ONE + "maxpages = 3\n"))
    assert found[0].explanation == "is no key here; did you mean 'max_pages'?"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b""])
def test_a_file_that_is_none_is_an_error_and_no_traceback(file, content):
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(InputError):
        read_sources(file)


@given(st.text(max_size=200))
def test_any_text_gives_problems_or_a_crawl(tmp_path_factory, text):
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_text(LEAST + text, encoding="utf-8", errors="replace")
    crawl, found = check_sources(file)
    assert (crawl is None) == bool(found)


# ── patterns ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pattern", "target", "fits"),
    [
        ("/news/*", "/news/2024/a.html", True),
        ("/news/*", "/newsletter/", False),
        ("/news", "/news/a", False),
        ("*/live/*", "/sport/live/1", True),
        ("*?print=1", "/a.html?print=1", True),
        ("*?print=1", "/a.htmlXprint=1", False),
        ("/a*b*c", "/a-b-c", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a*a", "/a", False),
        ("*", "/", True),
        ("/[x]*", "/x", False),
    ],
)
def test_a_pattern_is_compared_with_the_whole_target(pattern, target, fits):
    assert is_match(pattern, target) is fits


@given(st.lists(st.sampled_from("ab*"), max_size=8).map("".join), st.text("ab", max_size=8))
def test_patterns_mean_what_a_regular_expression_would(pattern, text):
    expression = ".*".join(map(re.escape, pattern.split("*")))
    assert is_match(pattern, text) == (re.fullmatch(expression, text) is not None)


def test_a_pattern_of_many_stars_takes_no_time():
    assert not is_match("*a" * 200 + "b", "a" * 20_000)


def test_exclude_wins_over_include():
    source = CrawlSource("a", "https://a.example/", include=("/news/*",), exclude=("*/live/*",))
    wanted = [url for url in ("/news/1", "/news/live/1", "/sport/1") if source.wants(f"https://a.example{url}")]
    assert wanted == ["/news/1"]


# ── the command ──────────────────────────────────────────────────────────────────────────────


def check(file):
    return CliRunner().invoke(commands, ["sources", "check", str(file)])


def test_check_lists_the_sources_of_a_good_file(file):
    result = check(write(file, ONE))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "1 source, nothing wrong"


def test_check_names_every_fault_of_a_bad_one(file):
    result = check(write(file, ONE + "delay_s = -1\nmax_pages = 0\n"))
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{file}:5: source 1, delay_s: must be seconds from 0 to 120, not -1",
        f"{file}:6: source 1, max_pages: must be a whole number from 1 on, not 0",
        "2 things are wrong",
    ]


def test_check_of_a_file_that_is_not_there_fails(tmp_path):
    assert check(tmp_path / "none.toml").exit_code == 1


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no file without an end here")
def test_a_file_without_an_end_is_not_read_to_it(monkeypatch):
    monkeypatch.setattr("harvester.crawl.sources_file.MAX_CHARS", 1_000)
    with pytest.raises(InputError, match="has more than 1,000 characters: is it a sources file"):
        read_sources(Path("/dev/zero"))
