"""`harvester clean` with rules of single sites: in any number of processes, in containers, and when they change."""

import json
from functools import partial

import pytest
from click.testing import CliRunner
from standins import clean_all

from harvester.cli import commands
from harvester.models import Page
from harvester.reclean.run import clean_saved
from harvester.rules.site_files import load_sites
from harvester.store.page_files import save_page

PLUG = "The paper has told the truth about the coast since 1921, and it can do so only because its readers pay for it."
PROSE = "".join(
    f"<p>On day {day} the ferry left the pier at seven, as the harbour board had promised the islanders in spring.</p>"
    for day in range(5)
)
HTML = f"<html><body><article><h1>The pier opens</h1>{PROSE}<p class=plug>{PLUG}</p></article></body></html>"
RULES = '[[remove]]\ncss = ".plug"\nkind = "donation_prompt"\n[[not_article]]\nurl = "/topic/*"\n'
HOSTS = ("www.echo.example", "news.echo.example", "inland.example")


@pytest.fixture
def pages(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    for host in HOSTS:
        save_page(folder, Page(f"https://{host}/pier", HTML.encode()))
    save_page(folder, Page("https://echo.example/topic/sea", HTML.encode()))
    return folder


@pytest.fixture
def rules(tmp_path):
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "echo.example.toml").write_text(RULES)
    return folder


def articles(folder):
    """Return the articles in a folder by the host of their page."""
    found = [json.loads(path.read_bytes()) for path in folder.glob("*.json")]
    return {one["url"].split("/")[2]: one for one in found}


clean = partial(clean_all, clean=clean_saved, site_memory=False)


@pytest.mark.parametrize("options", [{"jobs": 1}, {"jobs": 2}, {"site_memory": True}])
def test_the_pages_of_a_host_are_cleaned_by_its_rules_and_the_others_as_ever(pages, rules, tmp_path, options):
    clean(pages, tmp_path / "plain", **options)
    seen = clean(pages, tmp_path / "ruled", sites=load_sites(rules), **options)
    plain, ruled = articles(tmp_path / "plain"), articles(tmp_path / "ruled")
    assert [PLUG in ruled[host]["text"] for host in HOSTS] == [False, False, True]
    assert ruled["inland.example"] == plain["inland.example"]
    assert seen.summary.reasons == {"not_article": 1}
    assert set(plain) == {*HOSTS, "echo.example"}
    assert set(ruled) == set(HOSTS)


def test_a_container_is_cleaned_by_the_rules_of_each_of_its_hosts(tmp_path, rules):
    lines = [json.dumps({"url": f"https://{host}/pier", "html": HTML}) for host in HOSTS]
    (tmp_path / "pages.jsonl").write_text("\n".join(lines) + "\n")
    clean(tmp_path / "pages.jsonl", tmp_path / "out", sites=load_sites(rules), form="jsonl")
    found = [json.loads(line) for line in (tmp_path / "out" / "articles-00000.jsonl").read_bytes().splitlines()]
    assert [PLUG in one["text"] for one in found] == [False, False, True]


def test_a_change_of_the_rules_makes_only_the_articles_of_their_site_stale(pages, rules, tmp_path):
    def reused(sites, update="stale"):
        seen = clean(pages, tmp_path / "out", sites=sites, select=(None, (), update))
        return seen.summary.total.articles, seen.summary.total.reused

    clean(pages, tmp_path / "out", sites=load_sites(rules))
    assert reused(load_sites(rules)) == (3, 3)
    (rules / "echo.example.toml").write_text(RULES + "# a comment, and an example, change nothing\n")
    assert reused(load_sites(rules)) == (3, 3)
    (rules / "echo.example.toml").write_text(RULES.replace(".plug", ".gone"))
    assert reused(load_sites(rules), "changed") == (3, 3)
    assert reused(load_sites(rules)) == (3, 1)
    assert PLUG in articles(tmp_path / "out")["www.echo.example"]["text"]
    (rules / "inland.example.toml").write_text(RULES)
    assert reused(load_sites(rules)) == (3, 2)
    (rules / "echo.example.toml").unlink()
    assert reused(load_sites(rules)) == (4, 1), "the topic is an article again"


@pytest.mark.parametrize("named_by", ["option", "variable"])
def test_the_command_takes_them_by_option_and_by_variable(pages, rules, tmp_path, named_by):
    option = ["--rules", str(rules)] if named_by == "option" else []
    variable = {"HARVESTER_RULES": str(rules)} if named_by == "variable" else {}
    arguments = ["clean", str(pages), "--to", str(tmp_path / "out"), "--jobs", "1", *option]
    assert CliRunner().invoke(commands, arguments, env=variable).exit_code == 1  # the topic is no article
    assert PLUG not in articles(tmp_path / "out")["news.echo.example"]["text"]


def test_rules_that_cannot_be_used_are_wrong_usage_and_nothing_is_written(pages, rules, tmp_path):
    (rules / "echo.example.toml").write_text('[[remove]]\ncss = "p["')
    result = CliRunner().invoke(commands, ["clean", str(pages), "--to", str(tmp_path / "out"), "--rules", str(rules)])
    assert result.exit_code == 2
    assert "echo.example.toml [[remove]] 1 css: 'p[' is no CSS selector" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_rules_is_told(pages, tmp_path):
    arguments = ["clean", str(pages), "--to", str(tmp_path / "out"), "--jobs", "1", "--rules", str(tmp_path)]
    result = CliRunner().invoke(commands, arguments)
    assert f"note: {str(tmp_path)!r} holds no HOST.toml: no rules of it are in use" in result.stderr
    assert PLUG in articles(tmp_path / "out")["news.echo.example"]["text"]
