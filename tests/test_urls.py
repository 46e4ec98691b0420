"""URLs: one parser, safe names (case 39), safe lines (case 40)."""

import re
import subprocess
import sys
import unicodedata

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.errors import FetchError
from harvester.url_names import display_url, file_stem
from harvester.urls import (
    check_url,
    host_of,
    join_own_base,
    join_quickly,
    join_url,
    origin_of,
    parse_checked,
    same_site,
    target_of,
)

any_text = st.text(st.characters(exclude_categories=()), max_size=300)  # surrogates and controls included
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("http://example.org", "http://example.org/"),
        ("  https://EXAMPLE.org/A?b#c \n", "https://example.org/A?b"),
        ("http://example.org:80/", "http://example.org/"),
        ("https://example.org:8443/", "https://example.org:8443/"),
        ("http://me:secret@example.org/", "http://example.org/"),
        ("http://münchen.de/straße", "http://xn--mnchen-3ya.de/stra%C3%9Fe"),
        ("http://例え.テスト/道", "http://xn--r8jz45g.xn--zckzah/%E9%81%93"),
        ("http://example.org/a%2Fb%0d%0ac?d=%41%26", "http://example.org/a%2Fb%0d%0ac?d=%41%26"),  # nothing is decoded
        ("http://example.org/a b", "http://example.org/a%20b"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("http://example.org?q=1", "http://example.org/?q=1"),
        ("https://Example.org./x", "https://example.org/x"),  # one host by another name, as no certificate has it
        ("https://example.org.:8443/x.", "https://example.org:8443/x."),
        ("http://münchen.de。/", "http://xn--mnchen-3ya.de/"),
    ],
)
def test_a_web_address_is_normalised(text, checked):
    assert check_url(text) == checked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "http:///x",
        "http:/example.org",
        "http://",
        "http://./",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://exa mple.org/",
        "http://exa%0d%0ample.org/",
        "http://good.example\\@evil.example/",
        "http:\\\\evil.example/",
        "http://example.org/\x00",
        "http://example.org/a\nb",
        "http://example.org/\x7f",
        "http://example.org/\ud800",
        "http://１２７.0.0.1/",
        "http://xn--a/",
        "http://[::1/",
        "http://example.org/" + "x" * 2_048,
        "http://example.org/" + "道" * 1_000,
    ],
)
def test_what_is_no_web_address_is_refused(text):
    with pytest.raises(FetchError) as caught:
        check_url(text)
    assert caught.value.reason == "bad_url"
    assert len(str(caught.value)) < 9_000
    assert str(caught.value).isprintable()


@given(any_text)
@example("http://example.org/?\x80")
@example("http:?")
def test_any_text_is_a_url_that_checks_the_same_again_or_a_fetch_error(text):
    for candidate in (text, "http://" + text, "http://example.org/" + text):
        try:
            checked = check_url(candidate)
        except FetchError:
            continue
        assert check_url(checked) == checked
        assert checked.isascii()
        assert host_of(checked)
        assert origin_of(checked).startswith("http")
        assert target_of(checked).startswith("/")


@pytest.mark.parametrize(
    ("href", "joined"),
    [
        ("b", "http://example.org/x/b"),
        ("/b", "http://example.org/b"),
        ("?q=1", "http://example.org/x/a?q=1"),
        ("", "http://example.org/x/a?z"),
        ("#part", "http://example.org/x/a?z"),
        ("//other.example/b", "http://other.example/b"),
        (" https://other.example/b\n", "https://other.example/b"),
        ("../../../b", "http://example.org/b"),
        ("//example.org./b", "http://example.org/b"),
        ("http://example.org.", "http://example.org/"),
        ("http:b", None),
        ("mailto:a@b.c", None),
        ("javascript:void(0)", None),
        ("tel:+49", None),
        ("//good.example\\@evil.example", None),
        ("http://[", None),
    ],
)
def test_a_link_is_joined_or_none(href, joined):
    assert join_url("http://example.org/x/a?z", href) == joined


@given(any_text)
def test_any_link_is_a_checked_url_or_none(href):
    joined = join_url("https://example.org/a/b", href)
    assert joined is None or check_url(joined) == joined


pieces = st.sampled_from([
    "https:", "http:", "//", "/", "..", ".", "a", "b.html", "?", "&q=1", "=", "#", "%2F", "%2f", ":", "@", ";", "x y",
    "é", "mailto:", "example.org", "EXAMPLE.org", "xn--bcher-kva.example", "10.0.0.1", ":8443", ":80", "*", "~", "(1)",
    "\\", "道", "ſ", "K", "\x80", "\xa0", "\ud800", "HTTP://", "İ", "\u200b", "me@",
])  # fmt: skip
addresses = st.lists(pieces, max_size=9).map("".join)


origins = st.sampled_from(["https://example.org", "https://example.org:8443", "http://example.org:65536"])


@given(
    st.builds(lambda origin, rest: f"{origin}/news/{''.join(rest)}", origins, st.lists(pieces, max_size=6)), addresses
)
@example("http://example.org:8080/a/b", "/c?d=http://example.org:80/")
@example("http://example.org:8080/a/b", "../c:80/d")
@example("http://example.org:08080/a/b", "http://example.org:08080/")
@example("https://example.org/a/b", "https://example.org:443/c")
@example("https://example.org/a/b", "https://example.org:8443?c")
@example("https://example.org/a/b?c=/d/e", "../f.html?g=h/../i")
@example("https://example.org", "?page=2")
@example("https://example.org/a/b", "https://example.org")
@example("https://example.org/a/b", "c/./d")
@example("https://example.org/a/b", "/c;?d")
@example("https://example.org/a/b", "//example.com/c;d?e")
@example("https://example.org/a/b", "https://Example.org?q=https://example.org/./x")
@example("https://example.org/a/b", "https://example.org/a//é/..b?ü=é")
@example("https://example.org/a/b", "https://EXAMPLE.org:8443/")
@example("https://example.org/a/b", "https://me@example.org/")
@example("https://example.org/a/b", "https://example.org/c?d#" + "%2F" * 660)
@example("https://example.org/a/b", "https://example.org/c#" + '{"é": 1}' * 300)
@example("https://example.org/a/b", "/c#" + "x" * 2_010)
@example("https://example.org/a/b?c", "#")
@example("https://example.org/a;", "#x")
@example("https://example.org/a;?b", "#x")
@example("http://example.org:8080/a;", "c")
def test_a_link_that_is_joined_at_a_glance_is_the_one_that_a_parser_joins(base, href):
    checked = join_url("https://example.org/", base) or "https://example.org/"
    assert join_quickly(checked, href) == join_url(checked, href)
    parsed = httpx.URL(checked)
    assert host_of(checked) == parsed.host
    assert target_of(checked) == parsed.raw_path.decode()
    assert (
        origin_of(checked)
        == f"{parsed.scheme}://{parsed.host}:{parsed.port or (443 if parsed.scheme == 'https' else 80)}"
    )
    assert join_own_base(base, href) == join_url(base, href)
    assert join_quickly("", href) == checked_or_none(href)


def checked_or_none(text, check=parse_checked):
    try:
        return check(text)
    except FetchError:
        return None


@given(st.builds(lambda origin, rest: f"{origin}/news/{''.join(rest)}", origins, st.lists(pieces, max_size=6)))
@example("https://example.org/a/./b")
@example("https://example.org/a;?b")
@example("https://example.org:443/")
@example(" https://example.org/")
@example("https://example.org/\n")
def test_a_url_that_is_checked_at_a_glance_is_the_one_that_a_parser_gives_back(text):
    assert checked_or_none(text, check_url) == checked_or_none(text)


def test_plain_urls_need_no_parser():
    program = (
        "import sys; from harvester.urls import check_url, host_of, origin_of, target_of;"
        "[read(check_url('https://example.org:8443/a/b.html?c=d')) for read in (host_of, origin_of, target_of)];"
        "assert 'httpx' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_parser_is_loaded_without_what_httpx_needs_for_its_command_line():
    # Nothing of a terminal in a process that cleans pages; and httpx as a whole is there for whoever imports it later.
    program = (
        "import sys; from harvester.urls import check_url; check_url('https://Example.org/');"
        "assert 'httpx' in sys.modules;"
        "assert not {'rich', 'pygments', 'click', 'httpx._main'} & sys.modules.keys();"
        "import httpx, httpx._main; httpx.Client"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("http://www.bbc.co.uk/a", "https://news.bbc.co.uk:8443/b", True),
        ("http://bbc.co.uk/", "http://itv.co.uk/", False),
        ("http://one.github.io/", "http://two.github.io/", False),
        ("http://10.0.0.1/", "http://10.0.0.2/", False),
        ("http://10.0.0.1:1/", "http://10.0.0.1:2/", True),
        ("http://intranet/", "http://intranet/x", True),
        ("http://example.org./", "http://example.org/", True),
        ("http://notexample.org/", "http://example.org/", False),
        ("http://www.news.example/", "http://news.example/", True),
        ("http://news.example/", "http://other.example/", False),
        ("http://[::1]/", "http://[::2]/", False),
    ],
)
def test_a_site_is_a_registrable_domain(one, two, same):
    assert same_site(one, two) is same


def test_an_origin_has_scheme_host_and_port():
    assert origin_of("http://example.org/x") == origin_of("http://EXAMPLE.org:80/y") == "http://example.org:80"
    assert origin_of("https://example.org/x") != origin_of("http://example.org/x")
    assert origin_of("http://[::1]/x") == "http://[::1]:80"


# ── for people ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:secret@example.org/a", "https://***@example.org/a"),
        ("//me@example.org/a", "//***@example.org/a"),
        ("https://a@b@example.org/", "https://***@example.org/"),
        ("https://example.org/?access_token=x&page=2", "https://example.org/?access_token=***&page=2"),
        ("https://example.org/?apiKey=x;csrfToken=y", "https://example.org/?apiKey=***;csrfToken=***"),
        ("https://example.org/#id_token=x", "https://example.org/#id_token=***"),
        ("https://example.org/?%74oken=x", "https://example.org/?%74oken=***"),
        ("https://example.org/?X-Amz-Signature=x", "https://example.org/?X-Amz-Signature=***"),
        ("https://example.org/?keyword=tokenize&monkey=1", "https://example.org/?keyword=tokenize&monkey=1"),
        ("https://example.org/@me/a", "https://example.org/@me/a"),
        ("a\x1b[31mb\r\nc", "a\\x1b[31mb\\x0d\\x0ac"),
        ("a\u202eb\u2028c\ud800", "a\\u202eb\\u2028c\\ud800"),
        ("https://例え.テスト/道", "https://例え.テスト/道"),
    ],
)
def test_secrets_are_masked_and_controls_escaped(url, shown):
    assert display_url(url) == shown


@given(any_text)
def test_any_text_is_shown_on_one_line_without_terminal_codes(text):
    for char in display_url(text):
        assert unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


# ── for disks ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "readable"),
    [
        ("https://example.org/news/2026/A-New-Well.html", "2026-a-new-well"),
        ("https://example.org/", "example-org"),
        ("https://me:pw@example.org", "example-org"),
        ("https://example.org/caf%C3%A9/", "cafe"),
        ("https://example.org/a/../../..", ""),
        ("https://example.org/%2e%2e/%00", ""),
        ("https://example.org/道/路", ""),
        ("https://example.org/con", "con"),
        ("https://example.org/" + "long-" * 100, "long-" * 15 + "long"),
    ],
)
def test_a_file_name_tells_the_end_of_the_url(url, readable):
    stem = file_stem(url)
    assert re.fullmatch(re.escape(readable) + ("-" if readable else "") + "[0-9a-f]{16}", stem)


@given(any_text)
@example("http://example.org/" + "道" * 300)
@example("http://example.org/con.x")
@example("..")
@example("")
def test_any_url_gives_a_safe_file_name(url):
    stem = file_stem(url)
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?", stem)
    assert len(stem.encode()) <= 120
    assert not RESERVED.match(stem)


@given(st.lists(any_text, unique=True, max_size=30))
@example(["http://a/B", "http://a/b", "http://a/b?", "http://a/b/"])
def test_different_urls_have_different_names_on_a_disk_that_ignores_case(urls):
    assert len({file_stem(url).casefold() for url in urls}) == len(urls)


def test_a_file_name_never_changes():
    """Saved pages are found again by it: a change would fetch and write everything twice."""
    assert file_stem("https://example.org/news/a-new-well") == "news-a-new-well-c0efa0c37d43ed5e"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org", "https://example.org/", "http://a.example.org./x", "https://xn--bcher-kva.example/y",
        "https://example.org:8443/x", "http://127.0.0.1/", "http://[::1]/x", "https://example.org?x=http://b.example/",
    ],
)  # fmt: skip
def test_a_host_that_is_told_at_a_glance_is_the_one_that_a_parser_finds(url):
    checked = check_url(url)
    assert host_of(checked) == httpx.URL(checked).raw_host.decode().lower().rstrip(".")
