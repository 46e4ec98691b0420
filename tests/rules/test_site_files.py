"""Files of the rules of sites: what they hold, whose they are, what is wrong with them, what others have written."""

import pickle

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from harvester.dom import selector_fault
from harvester.errors import RulesError
from harvester.rules.load import load_rules
from harvester.rules.site_configs import host_of_config, read_config
from harvester.rules.site_files import load_sites, parse_site, site_contents
from harvester.rules.site_rules import SiteRules, Sites
from harvester.rules.xpath import XPathError, css_of
from site_rules import site

REMOVE = '[[remove]]\ncss = ".ad"\n'


def sites(*hosts):
    return Sites({host: SiteRules(host, site(REMOVE, host).rules) for host in hosts})


# ── whose rules ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://echo.example/x", "echo.example"),
        ("https://WWW.Echo.example/x", "echo.example"),
        ("http://news.echo.example:8080/", "news.echo.example"),
        ("https://sport.echo.example/", "echo.example"),
        ("https://a.sport.news.echo.example/", "news.echo.example"),
        ("https://other.example/", None),
        ("https://echo.example.org/", None),
        ("http://127.0.0.1:80/", "127.0.0.1"),
        ("http://1.127.0.0.1.example/", None),
        ("http://10.0.0.1/", None),
        ("http://[::1]/", None),
        ("mailto:a@echo.example", None),
        ("no url", None),
        (None, None),
    ],
)
def test_a_page_has_the_rules_of_its_host_or_of_the_nearest_domain_around_it(url, host):
    found = sites("echo.example", "news.echo.example", "127.0.0.1", "0.0.1").of(url)
    assert (found.host if found else None) == host


def test_only_what_some_hosts_need_travels():
    everything = sites("echo.example", "news.echo.example", "other.example")
    assert set(everything.only(["www.sport.echo.example", "unknown.example"]).by_host) == {"echo.example"}
    task = pickle.dumps(everything.only(["echo.example"]))
    assert pickle.loads(task) == sites("echo.example")
    assert len(task) < 500  # bytes


def test_a_folder_wins_over_the_package_and_no_rules_come_with_it(tmp_path):
    (tmp_path / "www.echo.example.toml").write_text(REMOVE)
    assert load_sites().by_host == {}
    assert set(load_sites(tmp_path).by_host) == {"echo.example"}
    assert (sites("a.example") | sites("a.example", "b.example")).by_host.keys() == {"a.example", "b.example"}


def test_the_digest_is_of_the_rules_alone():
    assert sites("a.example", "b.example").digest == sites("b.example", "a.example").digest
    assert sites("a.example").digest != sites("b.example").digest
    assert Sites().digest == ""


# ── what is wrong with a file ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("toml", "place", "words"),
    [
        ('[[remove]]\ncss = "div["', "[[remove]] 1 css", "no CSS selector"),
        ('[[keep]]\ncss = ""', "[[keep]] 1 css", "1 to 500 characters"),
        (f'[[keep]]\ncss = "{"a" * 501}"', "[[keep]] 1 css", "1 to 500 characters"),
        (f'{REMOVE}[[remove]]\nwords = "Ad"', "[[remove]] 2 words", "lower-case words"),
        ('[[remove]]\nwords = "a{b"', "[[remove]] 1 words", "a brace stands open"),
        ('[[remove]]\nkind = "ad_label"', "[[remove]] 1", "needs one of css and words"),
        ('[[remove]]\ncss = "p"\nwords = "ad"', "[[remove]] 1", "needs one of css and words"),
        ('[[remove]]\ncss = "p"\nkind = "ad_lable"', "[[remove]] 1 kind", "did you mean 'ad_label'?"),
        ('[[remove]]\ncs = "p"', "[[remove]] 1 cs", "did you mean 'css'?"),
        ('[[title]]\nwords = "hed"', "[[title]] 1 words", "is no key here"),
        ('[[keep]]\ncss = "p"\nkind = "ad_label"', "[[keep]] 1 kind", "is no key here"),
        ('[[remvoe]]\ncss = "p"', "remvoe", "did you mean 'remove'?"),
        ('[remove]\ncss = "p"', "remove", "write [[remove]] above each rule"),
        ('[[remove]]\ncss = "p"\ndrop = "<p>"', "[[remove]] 1 drop", "a list of texts"),
        ('[[not_article]]\nurl = "topic"', "[[not_article]] 1 url", "must begin with / or *"),
        ("[[remove]", "", "is no TOML"),
        (REMOVE * 501, "", "may have 500"),
    ],
)
def test_a_mistake_is_told_with_file_and_key(toml, place, words):
    with pytest.raises(RulesError) as caught:
        parse_site("echo.example.toml", toml.encode(), load_rules().kinds)
    assert caught.value.subject == f"echo.example.toml {place}".strip()
    assert words in caught.value.explanation


@pytest.mark.parametrize("name", ["echo example.toml", "https:.toml", "-.toml", ".toml", "a..b.toml"])
def test_a_file_is_named_after_a_host(name):
    with pytest.raises(RulesError, match="not named after a host"):
        parse_site(name, REMOVE.encode(), load_rules().kinds)


def test_a_file_named_in_other_letters_is_told_its_name_in_urls():
    with pytest.raises(RulesError, match=r"call it xn--mnchen-3ya\.example\.toml"):
        parse_site("München.example.toml", REMOVE.encode(), load_rules().kinds)


def test_two_files_of_one_host_and_a_missing_folder_are_mistakes(tmp_path):
    for name in ("www.echo.example.toml", "echo.example.toml"):
        (tmp_path / name).write_text(REMOVE)
    with pytest.raises(RulesError, match="second file"):
        load_sites(tmp_path)
    with pytest.raises(RulesError, match="name a folder"):
        load_sites(tmp_path / "missing")
    assert [name for name, _ in site_contents(tmp_path)] == ["echo.example.toml", "www.echo.example.toml"]


# ── harvester rules check ─────────────────────────────────────────────────────────────────────


def check(folder, toml, name="echo.example.toml"):
    (folder / name).write_text(toml)
    return CliRunner().invoke(commands, ["rules", "check", str(folder)])


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ('[[remove]]\ncss = ".ad"\ndrop = ["<p class=add>x"]', "drop 1: the rule does not fit '<p class=add>x'"),
        ('[[remove]]\nwords = "ad"\ndrop = ["<p id=ad>x"]\nkeep = ["<p class=ad>x"]', "keep 1: the rule fits"),
        ('[[keep]]\ncss = ".a"\nkeep = ["<p>x"]', "keep 1: the rule does not fit"),
        ('[[body]]\ncss = "main"\nkeep = ["<main>x</main>"]\ndrop = ["<main>y</main>"]', "drop 1: the rule fits"),
        ('[[title]]\ncss = "h1"\nkeep = ["<h1> </h1>"]', "keep 1: the rule does not fit"),
        ('[[not_article]]\nurl = "/a/*"\ndrop = ["https://echo.example/b/"]', "drop 1: the rule does not fit"),
        ('[[not_article]]\nurl = "/a/*"\nkeep = ["echo.example"]', "keep 1: 'echo.example' is no URL"),
        ('[[remove]]\ncss = "div["', "echo.example.toml [[remove]] 1 css"),
    ],
)
def test_an_example_that_fails_is_told_and_ends_with_exit_code_1(tmp_path, toml, told):
    result = check(tmp_path, toml)
    assert result.exit_code == 1
    assert told in result.output
    assert "1 thing wrong" in result.output


@pytest.mark.parametrize(
    ("action", "markup"),
    [
        ("title", "<title>x</title>"),
        ("authors", "<meta name=a content=x>"),
        ("published", "<time datetime=2024-05-03>"),
    ],
)
def test_examples_of_fields_may_stand_in_the_head_or_in_attributes(tmp_path, action, markup):
    selector = {"title": "title", "authors": "meta[name=a]", "published": "time"}[action]
    assert check(tmp_path, f'[[{action}]]\ncss = "{selector}"\nkeep = ["{markup}"]\ndrop = ["<p>x"]').exit_code == 0


def test_a_rule_without_an_example_is_noted_and_good(tmp_path):
    result = check(tmp_path, REMOVE)
    assert result.exit_code == 0
    assert "note: echo.example.toml [[remove]] 1: has no drop example" in result.output


def test_all_files_are_checked_though_one_is_wrong(tmp_path):
    (tmp_path / "a.example.toml").write_text("[[")
    result = check(tmp_path, '[[remove]]\ncss = ".ad"\ndrop = ["<p class=ad>x"]')
    assert "a.example.toml: is no TOML" in result.output
    assert "echo.example.toml: 1 rule, 1 example" in result.output


def test_a_check_finds_two_files_of_one_host_as_a_run_does(tmp_path):
    (tmp_path / "www.echo.example.toml").write_text(REMOVE)
    result = check(tmp_path, REMOVE)
    assert result.exit_code == 1
    assert "www.echo.example.toml: is a second file for echo.example; put their rules into one" in result.output


def test_a_folder_without_rules_is_wrong_usage(tmp_path):
    assert CliRunner().invoke(commands, ["rules", "check", str(tmp_path)]).exit_code == 2
    assert CliRunner().invoke(commands, ["rules", "check", str(tmp_path / "none")]).exit_code == 2


# ── harvester rules import ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("xpath", "css"),
    [
        ("//div[@id='a']", 'div[id="a"]'),
        ("//div[contains(@class, 'foo')]/p[1]", 'div[class*="foo"] > p:nth-of-type(1)'),
        ("//*[contains(concat(' ', normalize-space(@class), ' '), ' lead ')]", '[class~="lead"]'),
        ("//*[contains(concat(' ', @class, ' '), ' lead ')]", '[class~="lead"]'),
        ("//meta[@name='author']/@content", 'meta[name="author"]'),
        ("//time/@datetime", "time"),
        ("//h1/text()", "h1"),
        ("//div[@class='a' or @id='b' and not(@x)]", 'div:is([class="a"], [id="b"]:not([x]))'),
        ('//p | //DIV[@a="b"]', 'p, div[a="b"]'),
        ("//h2/following-sibling::p", "h2 ~ p"),
        ("//div/descendant::p", "div p"),
        ("//div[p]//a[.//img]", "div:has(> p) a:has(img)"),
        ("//div[starts-with(@id, 'post-')]", 'div[id^="post-"]'),
        ("//p[contains(text(), 'More')]", 'p:lexbor-contains("More")'),
        ("//p[contains(., 'More')]", 'p:is(:lexbor-contains("More"), :has(:lexbor-contains("More")))'),
        ("//p[@class!='x']", 'p[class]:not([class="x"])'),
        ("//ul[last()]/*[position()=2]", "ul:last-of-type > :nth-child(2)"),
        ("/html/body/div", "html > body > div"),
        ("//p[@a='say \"so\" \\']", 'p[a="say \\"so\\" \\\\"]'),
    ],
)
def test_xpath_becomes_the_selector_that_finds_the_same(xpath, css):
    assert css_of(xpath) == css
    assert selector_fault(css) is None


@pytest.mark.parametrize(
    "xpath",
    [
        "(//p)[1]",
        "//a/../p",
        "//a/parent::p",
        "//div[@id='a'][2]",
        "//p[//b]",
        "//p[count(a) > 1]",
        "substring-before(//title, '|')",
        "id('x')",
        "//div[",
        "//div[@id=x]",
        "//img/@src",
        "//h2/following-sibling::p[1]",
        "/div",
        "//p[0]",
        "//p]",
        "a plain title",
        "//p[contains(@class, 'a]",
        "",
    ],
)
def test_xpath_that_has_no_like_is_refused_and_never_bent(xpath):
    with pytest.raises(XPathError):
        css_of(xpath)


CONFIG = """# the Echo
title: //h1[@class='it"s']
author: substring-after(//p, 'By')
body: //div[@id='story']

strip_id_or_class: share
strip_id_or_class: share
strip: //p[
next_page_link: //a[@rel='next']
replace_string(<b>): <i>
unheard_of: yes
test_url: https://echo.example/1
"""


def test_a_config_gives_rules_and_every_other_line_is_told_with_its_number():
    found = read_config(CONFIG)
    assert [(one.action, one.css) for one in found.taken] == [
        ("title", 'h1[class="it\\"s"]'),
        ("body", 'div[id="story"]'),
        ("remove", '[id*="share"], [class*="share"]'),
    ]
    assert [left.line for left in found.left] == [3, 8, 9, 10, 11]
    _, rules = parse_site("echo.example.toml", found.toml().encode(), load_rules().kinds)
    assert [one.rule.css for one in rules] == [one.css for one in found.taken]
    assert "# test_url: https://echo.example/1" in found.toml()


@pytest.mark.parametrize("name", ["echo.example.txt", ".echo.example.txt", "www.Echo.example.txt"])
def test_a_config_is_of_the_host_that_names_it(name):
    assert host_of_config(name) == "echo.example"


def test_an_import_never_replaces_a_file_and_goes_on_behind_one_it_cannot_read(tmp_path):
    configs, to = tmp_path / "configs", tmp_path / "rules"
    configs.mkdir()
    to.mkdir()
    (to / "a.example.toml").write_text(REMOVE)
    (configs / "a.example.txt").write_text(CONFIG)
    (configs / "b.example.txt").write_bytes(b"title: //h1 \xff")
    (configs / "c.example.txt").write_text(CONFIG)
    result = CliRunner().invoke(commands, ["rules", "import", str(configs), "--to", str(to)])
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert "1 site taken over, 2 not" in result.output
    assert (to / "a.example.toml").read_text() == REMOVE
    assert set(load_sites(to).by_host) == {"a.example", "c.example"}


def test_a_file_that_is_too_long_is_not_read_whole(tmp_path, monkeypatch):
    (tmp_path / "a.example.toml").write_text(REMOVE)
    monkeypatch.setattr("harvester.rules.site_files.MAX_BYTES", len(REMOVE))
    assert len(site_contents(tmp_path)) == 1
    monkeypatch.setattr("harvester.rules.site_files.MAX_BYTES", len(REMOVE) - 1)
    with pytest.raises(RulesError, match=r"a\.example\.toml: has more than 22 bytes"):
        site_contents(tmp_path)
