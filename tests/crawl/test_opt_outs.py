"""What site and page say about keeping and mining them is recorded, and obeyed as documented."""

import pytest

from harvester.crawl.host_profile import HostProfile, from_json, profile_urls, read_profile, to_json, with_usage
from harvester.crawl.opt_outs import (
    SiteSignals,
    TdmRule,
    read_ai_txt,
    read_content_signals,
    read_signals,
    read_tdmrep,
)
from harvester.crawl.page_outcome import Probe
from harvester.crawl.robots import parse_robots
from harvester.dom import read_head
from harvester.errors import NoArticle
from harvester.models import Page

URL = "https://a.example/news/1.html"


def signals(head="", headers=(), site=None):
    page = Page(URL, b"", status=200, headers=tuple(headers))
    return read_signals(page, read_head(f"<html><head>{head}</head><body>x</body></html>"), site)


@pytest.mark.parametrize(
    ("head", "headers", "kept", "archived", "found"),
    [
        ("", [], True, True, ()),
        ("<meta name=robots content='noarchive, max-snippet:-1'>", [], True, False, ("meta:robots noarchive",)),
        ("<meta name=ROBOTS content='NOINDEX,NOFOLLOW'>", [], False, False, ("meta:robots noindex",)),
        ("<meta name=robots content=none>", [], False, False, ("meta:robots none",)),
        ("<meta name=harvester content=noindex>", [], False, False, ("meta:harvester noindex",)),
        ("<meta name=googlebot content=noindex>", [], True, True, ()),
        ("<meta name=robots content='index, follow'>", [], True, True, ()),
        ("<meta name=robots content='noindexing'>", [], True, True, ()),
        ("<!-- <meta name=robots content=noindex> -->", [], True, True, ()),
        ("", [("x-robots-tag", "noarchive")], True, False, ("header:x-robots-tag noarchive",)),
        ("", [("x-robots-tag", "googlebot: noindex")], True, True, ()),
        ("", [("x-robots-tag", "harvester: noindex, noarchive")], False, False, None),
        ("", [("x-robots-tag", "unavailable_after: 25 Jun 2030 15:00:00 PST")], True, True, ()),
        ("<meta name=robots content=noai>", [], True, True, ("meta:robots noai",)),
    ],
)
def test_what_a_page_asks_for_is_obeyed_and_recorded(head, headers, kept, archived, found):
    said = signals(head, headers)
    assert (said.keeps_article("record"), said.keeps_archive("record")) == (kept, archived)
    assert found is None or said.found == found


@pytest.mark.parametrize(
    ("head", "headers", "site"),
    [
        ("<meta name=tdm-reservation content=1>", [], None),
        ("", [("tdm-reservation", "1"), ("tdm-policy", "https://a.example/policy.json")], None),
        ("<meta name=robots content='noai, noimageai'>", [], None),
        ("", [("content-usage", "train-ai=n")], None),
        ("", [("content-signal", "search=yes, ai-train=no")], None),
        ("", [], SiteSignals(tdm=(TdmRule("/news/*", True),))),
        ("", [], SiteSignals(ai_disallowed=("/",))),
        ("", [], SiteSignals(ai_disallowed=("*.html",))),
        ("", [], SiteSignals(usage=("search=yes,ai-train=no",))),
    ],
)
def test_a_reservation_of_mining_is_recorded_and_obeyed_where_the_source_says_so(head, headers, site):
    said = signals(head, headers, site)
    assert said.reserved
    assert said.found
    assert (said.keeps_article("record"), said.keeps_article("skip")) == (True, False)
    assert (said.keeps_archive("record"), said.keeps_archive("skip")) == (True, False)


@pytest.mark.parametrize(
    "site",
    [
        SiteSignals(tdm=(TdmRule("/news/*", False), TdmRule("/*", True))),
        SiteSignals(tdm=(TdmRule("/pictures/*", True),)),
        SiteSignals(ai_disallowed=("*.jpg", "/private/")),
        SiteSignals(usage=("search=no, ai-train=yes",)),
    ],
)
def test_a_reservation_of_something_else_is_none_of_this_page(site):
    assert not signals(site=site).reserved


def test_tdmrep_is_read_with_its_policies_and_rubbish_is_none():
    body = b"""[{"location": "/news/*", "tdm-reservation": 1, "tdm-policy": "https://a.example/p"},
        {"location": "/*", "tdm-reservation": 0}, 7, {"tdm-reservation": 1}]"""
    assert read_tdmrep(body) == (TdmRule("/news/*", True, "https://a.example/p"), TdmRule("/*", False))
    assert [read_tdmrep(rubbish) for rubbish in (b"", b"{}", b"<html>", b"[" * 100_000)] == [()] * 4


ROBOTS = b"""# comment
User-agent: GPTBot
User-agent: CCBot
Content-Signal: search=no
Disallow: /

User-Agent: *
Content-Signal: search=yes,ai-train=no
Content-Usage: train-ai=n
Disallow: /private

User-agent: Harvester
Content-Signal: ai-input=no
"""


def test_content_signals_are_those_for_all_and_for_us():
    assert read_content_signals(ROBOTS) == ("search=yes,ai-train=no", "train-ai=n", "ai-input=no")


@pytest.mark.parametrize("end", [b"\r\n", b"\r"])
def test_content_signals_are_found_whatever_ends_the_lines(end):
    assert read_content_signals(ROBOTS.replace(b"\n", end)) == read_content_signals(ROBOTS)


def test_ai_txt_is_read_for_all_agents():
    body = b"# Spawning AI\nUser-Agent: *\nDisallow: *.txt\nDisallow: /\nAllow: *.csv\nUser-Agent: X\nDisallow: /x\n"
    assert read_ai_txt(body) == ("*.txt", "/")


# ── facts of a host ──────────────────────────────────────────────────────────────────────────


def test_facts_survive_being_written_down():
    rules = (TdmRule("/*", True, "https://a.example/p"), TdmRule("/x", False))
    facts = HostProfile(7, (Probe(-3, None), Probe(5, -(2**63))), SiteSignals(rules, ("/",), ("ai-train=no",)))
    assert from_json(to_json(facts)) == facts
    assert [from_json(text) for text in (None, "", "{", "[]", '{"form": 99}')] == [None] * 5


def test_a_host_is_asked_for_what_cannot_exist_and_for_its_files():
    assert profile_urls(URL, "kqx") == (
        "https://a.example/news/no-such-page-kqx/",
        "https://a.example/.well-known/tdmrep.json",
        "https://a.example/ai.txt",
    )


def test_facts_are_gathered_from_the_answers():
    probe, tdmrep, ai_txt = profile_urls(URL, "kqx")
    lost = Page(probe, b"<html><body><p>We looked everywhere, and found nothing of the kind here.</p></body></html>")
    facts = read_profile(HostProfile(7), probe, lost, NoArticle(probe, "not_article", "x"))
    facts = read_profile(facts, tdmrep, Page(tdmrep, b'[{"location": "/*", "tdm-reservation": 1}]'), None)
    facts = read_profile(facts, ai_txt, Page(ai_txt, b"User-Agent: *\nDisallow: /"), None)
    facts = with_usage(facts, parse_robots(ROBOTS, "harvester").usage)
    assert len(facts.probes) == 1
    assert facts.site.tdm == (TdmRule("/*", True),)
    assert facts.site.ai_disallowed == ("/",)
    assert len(facts.site.usage) == 3


def test_no_answer_and_a_page_for_people_are_no_facts():
    probe, tdmrep, ai_txt = profile_urls(URL, "kqx")
    for url in (probe, tdmrep, ai_txt):
        assert read_profile(HostProfile(7), url, None, None) == HostProfile(7)
    for url in (tdmrep, ai_txt):
        assert read_profile(HostProfile(7), url, Page(url, b"<html>\nDisallow: /\n</html>"), None) == HostProfile(7)
