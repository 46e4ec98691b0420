"""A crawl with rules of single sites: articles are cleaned by them, and what they call no article is not fetched."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner
from function_web import FunctionWeb, article, courier_source, feed, run

from harvester.cli import commands
from harvester.crawl.requests import choice_of
from harvester.crawl.sources_file import read_sources, with_sites, with_sites_of
from harvester.crawl.state.database import sqlite_address
from harvester.models import Page
from harvester.rules.site_rules import Sites
from site_rules import site

SITE = "https://courier.example"
PLUG = "The Courier has told the truth about the coast since 1921, and it can do so because its readers pay for it."
RULES = '[[remove]]\ncss = ".plug"\n[[not_article]]\nurl = "/topic-*"\n'
SITES = Sites({"courier.example": site(RULES, "courier.example"), "other.example": site(RULES, "other.example")})


@pytest.fixture
def address(tmp_path):
    return sqlite_address(tmp_path / "state.sqlite")


def test_pages_are_cleaned_by_the_rules_of_their_site_and_others_are_not_asked_for(state, tmp_path):
    urls = [f"{SITE}/story-1", f"{SITE}/topic-1"]
    pages = {url: article(url, extra=f"<p class=plug>{PLUG}</p>") for url in urls}
    web = FunctionWeb({f"{SITE}/feed": feed(*urls)} | pages)
    run(web, state, tmp_path / "out", sources=[courier_source(sites=SITES)])
    assert web.visits("topic-1") == 0
    (found,) = [json.loads(path.read_bytes()) for path in (tmp_path / "out").glob("**/*.json")]
    assert PLUG not in found["text"]
    assert found["cleaning"]["rules"].endswith(f"+{SITES.by_host['courier.example'].digest}")


def test_a_page_takes_along_the_rules_of_its_own_host(state):
    source = courier_source(sites=SITES)
    assert set(with_sites_of(source, Page(f"{SITE}/x", b"")).sites.by_host) == {"courier.example"}
    assert with_sites_of(source, Page("https://unknown.example/x", b"")).sites == Sites()
    plain = courier_source()
    assert with_sites_of(plain, Page(f"{SITE}/x", b"")) is plain


def test_what_is_known_is_looked_at_again_when_other_urls_are_refused():
    plain, ruled = courier_source(), courier_source(sites=SITES)
    assert choice_of(plain, 1).digest != choice_of(ruled, 1).digest
    other = replace(ruled, sites=Sites({"courier.example": site('[[remove]]\ncss = ".ad"', "courier.example")}))
    assert choice_of(plain, 1).digest == choice_of(other, 1).digest


SOURCES = f'contact = "https://bot.example/"\noutput = "out"\nrules = "my-rules"\n[[source]]\nhome = "{SITE}/"\n'


def test_a_sources_file_names_the_folder_from_where_it_stands(tmp_path):
    (tmp_path / "sources.toml").write_text(SOURCES)
    crawl = read_sources(tmp_path / "sources.toml")
    assert crawl.rules == tmp_path / "my-rules"
    assert with_sites(crawl, SITES).sources[0].sites == SITES
    assert with_sites(crawl, Sites()) is crawl


@pytest.mark.parametrize("command", [["crawl"], ["sources", "check"]])
def test_rules_that_cannot_be_used_are_told_before_anything_is_fetched(tmp_path, command):
    (tmp_path / "sources.toml").write_text(SOURCES)
    (tmp_path / "my-rules").mkdir()
    (tmp_path / "my-rules" / "courier.example.toml").write_text('[[keep]]\ncss = "p["')
    result = CliRunner().invoke(commands, [*command, str(tmp_path / "sources.toml")])
    assert result.exit_code in (1, 2)
    assert "courier.example.toml [[keep]] 1 css: 'p[' is no CSS selector" in result.output
    assert not (tmp_path / "out").exists()
