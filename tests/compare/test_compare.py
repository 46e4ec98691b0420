"""`harvester compare`: what changed is counted right, shown readably, and cannot hurt who reads it."""

import json
import re
import tracemalloc
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from harvester.cli import commands
from harvester.compare.matching import Side
from harvester.compare.reports import report, write_report
from harvester.compare.sets import DELTAS, compare_sets
from harvester.compare.sum_tables import words
from harvester.crawl.article_edits import BlockEdit
from harvester.errors import StoreError
from harvester.models import Cleaning, PageRecord, Role, TextBlock
from harvester.store.articles import article_line
from harvester.store.datasets.dataset_files import FailedPage, write_failures, write_part
from harvester.store.datasets.layout import Layout
from harvester.store.datasets.manifest import About, write_manifest
from harvester.store.datasets.storage import LocalStorage
from set_articles import BLOCKS, LINES, PLAIN, changed, numbered

SENTENCES = [f"Sentence number {number} tells of something else entirely." for number in range(30)]


def with_text(article, *paragraphs):
    blocks = tuple(TextBlock(Role.PARAGRAPH, text) for text in paragraphs)
    return replace(article, text="\n\n".join(paragraphs), blocks=blocks)


def a_set(path, articles):
    path.write_bytes(b"".join(article if isinstance(article, bytes) else article_line(article) for article in articles))
    return path


@pytest.fixture
def compared(tmp_path):
    def compare(old, new, **options):
        return compare_sets(a_set(tmp_path / "old.jsonl", old), a_set(tmp_path / "new.jsonl", new), **options)

    return compare


# ── counting ──────────────────────────────────────────────────────────────────────────────────


def test_a_set_is_the_same_as_itself(compared):
    result = compared(LINES, LINES)
    assert (result.same, result.changed, result.appeared, result.vanished) == (len(LINES), 0, 0, 0)
    assert result.fields == ()
    assert result.sites == ()
    assert result.drops == result.gains == result.others == ()


def test_changed_appeared_and_vanished_articles_are_counted_by_kind_and_site(compared):
    old = [numbered(1), numbered(2), numbered(3), numbered(4, kind="other")]
    other = replace(numbered(5), url="https://www.b.example/5", page=PageRecord("5" * 64, 1))
    new = [numbered(1), numbered(2, title="B"), numbered(4), other]
    result = compared(old, new)
    assert (result.same, result.changed, result.appeared, result.vanished) == (1, 2, 1, 1)
    assert result.text_changed == 0
    assert result.moved == {"other to news": 1}
    by_site = {row.name: (row.same, row.changed, row.appeared, row.vanished) for row in result.sites}
    assert by_site == {"harbour-courier.example": (1, 2, 0, 1), "b.example": (0, 0, 1, 0)}
    by_kind = {row.name: (row.same, row.changed, row.appeared, row.vanished) for row in result.kinds}
    assert by_kind == {"news": (1, 2, 1, 1)}


def test_articles_are_matched_by_id_then_url_then_page(compared):
    page = PageRecord("9" * 64, 5)
    old = [numbered(1), numbered(2), replace(numbered(3), page=page)]
    new = [
        replace(numbered(2), id="b" * 16),
        replace(numbered(8), page=page, url=None),
        replace(numbered(1), url="https://elsewhere.example/2"),
    ]
    result = compared(old, new)
    assert result.matched == {"id": 1, "page": 1, "url": 1}
    assert (result.appeared, result.vanished) == (0, 0)


def test_articles_of_one_id_are_matched_in_their_order(compared):
    twins = [numbered(1, title=title) for title in "abc"]
    result = compared(twins, twins[:2])
    assert (result.same, result.changed, result.vanished) == (2, 0, 1)


def test_an_article_that_was_only_made_otherwise_is_the_same(compared):
    cleaning = Cleaning("dump", 0.5, "low", "9.9.9", "other", 50, {"menu": 9})
    result = compared([PLAIN], [replace(PLAIN, cleaning=cleaning, fetched_at="2026-01-01T00:00:00+00:00")])
    assert (result.same, result.changed) == (1, 0)
    assert {field.name for field in result.fields} >= {"cleaning.rules", "cleaning.removed", "cleaning.method"}
    assert not any(field.is_content for field in result.fields)


def test_fields_that_a_later_version_added_are_no_change(compared):
    old = changed(LINES[0], agencies=..., alternates=..., edition=..., reading_order=..., access=...)
    assert compared([old], [LINES[0]]).same == 1


def test_fields_say_how_often_they_were_gained_and_lost_with_examples(compared):
    old = [numbered(1, section=None), numbered(2, section="A"), numbered(3, section="A")]
    new = [numbered(1, section="B"), numbered(2, section=None), numbered(3, section="C")]
    field = compared(old, new).fields[0]
    assert (field.name, field.changed, field.gained, field.lost) == ("section", 3, 1, 1)
    assert [(value.old, value.new) for value in field.examples] == [("", "B")], "one of a site is enough"


def test_lengths_are_told_as_shares_and_steps(compared):
    lengths = [(1000, 0), (1000, 400), (1000, 800), (1000, 950), (1000, 1000), (1000, 1050), (1000, 1200), (0, 10)]
    old = [numbered(number, text="x" * before) for number, (before, _) in enumerate(lengths)]
    new = [numbered(number, text="y" * after) for number, (_, after) in enumerate(lengths)]
    result = compared(old, new)
    assert list(result.deltas.values()) == [1] * len(DELTAS)
    assert (result.old_chars, result.new_chars) == (7000, 5410)
    assert next(size for size in result.lengths if size.name == "50%").old == 1000
    assert sum(size.new for size in result.sizes) == len(lengths)
    assert result.sizes[0].name == "no text"
    assert result.sizes[0].old == 1


def test_what_is_removed_is_summed_by_kind(compared):
    cleaning = replace(PLAIN.cleaning, removed={"menu": 1, "teaser": 7})
    result = compared([PLAIN], [replace(PLAIN, cleaning=cleaning)])
    sums = {kind.name: (kind.old, kind.new, kind.articles) for kind in result.removed}
    assert sums == {"menu": (4, 1, 1), "share_bar": (3, 0, 1), "teaser": (0, 7, 1)}


def test_the_worst_drops_and_largest_gains_come_first_and_no_article_twice(compared):
    old = [with_text(numbered(n), *SENTENCES[:20]) for n in range(12)]
    new = [with_text(numbered(n), *SENTENCES[: 20 + (n - 6)]) for n in range(12)]
    result = compared(old, new, examples=3)
    assert [example.new_place for example in result.drops] == ["new.jsonl:1", "new.jsonl:2", "new.jsonl:3"]
    assert [example.new_place for example in result.gains] == ["new.jsonl:12", "new.jsonl:11", "new.jsonl:10"]
    assert len(result.others) == 3
    shown = [example.new_place for example in (*result.drops, *result.gains, *result.others)]
    assert len(set(shown)) == len(shown)


def test_an_example_shows_what_went_and_what_came_and_why(compared):
    old = with_text(PLAIN, "Kept as it is.", "The pier cost three million.", "Read our newsletter.")
    new = replace(
        with_text(PLAIN, "Kept as it is.", "The pier cost four million."),
        cleaning=replace(PLAIN.cleaning, removed={"menu": 4, "share_bar": 3, "newsletter_signup": 20}),
    )
    example = compared([old], [new]).drops[0]
    assert example.edits[0] == BlockEdit(None, None, 1)
    assert example.edits[1] == BlockEdit("The pier cost three million.", "The pier cost four million.")
    assert example.edits[2] == BlockEdit("Read our newsletter.", None)
    assert example.removed == {"newsletter_signup": 20}


def test_examples_are_cut_not_endless(compared):
    old = with_text(PLAIN, *(f"{n} " * 500 for n in range(2_000)))
    result = compared([old], [with_text(PLAIN, "x")])
    assert len(result.drops[0].edits) == 40
    assert result.drops[0].left_out > 900
    assert len(report(result, ".html")) < 400_000


def test_vanished_articles_say_why_where_the_failures_tell(tmp_path):
    old, new = LocalStorage(tmp_path / "old"), LocalStorage(tmp_path / "new")
    write_part(old, 0, [article_line(numbered(n)) for n in (1, 2)], Layout("jsonl"))
    part = write_part(new, 0, [article_line(numbered(2))], Layout("jsonl"))
    failures, count = write_failures(new, [FailedPage("1.html", "not_article", "is an index", numbered(1).url)])
    write_manifest(new, About(Layout("jsonl"), None, None, count), [part, failures])
    result = compare_sets(tmp_path / "old", tmp_path / "new")
    assert result.vanished_articles[0].reason == "not_article"
    assert result.new.failures == {"not_article": 1}
    assert "not_article" in report(result, ".md").decode()


def test_damaged_rows_are_counted_and_the_others_compared(compared):
    result = compared([LINES[0], b"{\n", b"[]\n"], [LINES[0], b"\xff\n"])
    assert (result.same, result.old.damaged, result.new.damaged) == (1, 2, 1)
    assert "old.jsonl:2" in result.old.first_fault


def test_values_of_the_wrong_type_stop_nothing(compared):
    odd = changed(
        LINES[0], title=[1], blocks=[1, {"role": 3, "text": None, "level": "x"}], cleaning=7, page="x", kind=[]
    )
    result = compared([LINES[0], odd], [odd, LINES[0]])
    for ending in (".md", ".html", ".json"):
        assert report(result, ending)


def test_sets_of_other_formats_are_compared(tmp_path):
    write_part(LocalStorage(tmp_path / "a"), 0, LINES, Layout("parquet"))
    write_part(LocalStorage(tmp_path / "b"), 0, LINES[1:], Layout("jsonl", "zstd"))
    result = compare_sets(tmp_path / "a", tmp_path / "b")
    assert (result.same, result.vanished) == (len(LINES) - 1, 1)


def test_the_same_sets_give_the_same_report(compared):
    old = [with_text(numbered(n), *SENTENCES[: n + 1]) for n in range(20)]
    new = [with_text(numbered(n), *SENTENCES[n:]) for n in range(20)]
    for ending in (".md", ".html", ".json"):
        assert report(compared(old, new), ending) == report(compared(old, new), ending)


def test_memory_does_not_grow_with_the_sets(tmp_path):
    lines = [article_line(numbered(n, text=f"{n} " * 2_000)) for n in range(600)]
    old, new = a_set(tmp_path / "old.jsonl", lines), a_set(tmp_path / "new.jsonl", lines[:500])
    compare_sets(old, old, examples=1)  # what is loaded once
    tracemalloc.start()
    compare_sets(old, new, examples=1)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 0.1 * old.stat().st_size


def test_a_temporary_folder_without_room_is_told(compared, monkeypatch):
    monkeypatch.setattr("harvester.compare.matching._SETUP", "PRAGMA max_page_count = 10;" + _setup())
    with pytest.raises(StoreError) as caught:
        compared([numbered(n) for n in range(200)], [])
    assert caught.value.reason == "disk_full"


def _setup():
    from harvester.compare import matching  # noqa: PLC0415

    return matching._SETUP


def test_who_waits_hears_how_many_were_read(compared):
    told = []
    compared(LINES, LINES[:2], report=lambda side, count: told.append((side, count)))
    assert told[-1] == (Side.NEW, 2)
    assert (Side.OLD, len(LINES)) in told


# ── reports ───────────────────────────────────────────────────────────────────────────────────

HOSTILE = '</td></tr></table><script>alert("1")</script> | **x** `y` <!-- & &amp; [a](javascript:b) \u202e \x00 ![z](y)'


@pytest.fixture
def hostile(compared):
    page = {"title": HOSTILE, "url": f"https://{HOSTILE}", "section": HOSTILE, "site": HOSTILE}
    old = [replace(with_text(numbered(n), HOSTILE, f"{HOSTILE} {n}"), **page) for n in range(4)]
    new = [replace(with_text(article, f"{HOSTILE} 9"), tags=(HOSTILE,), section="x") for article in old[:3]]
    appeared = replace(numbered(7), **(page | {"url": f"javascript:{HOSTILE}"}), page=PageRecord("7" * 64, 1))
    return compared(old, [*new, appeared])


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href"]
        assert not {name for name, _ in attrs if name.startswith("on") or name == "src"}
        if tag != "meta" and tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_no_page_text_breaks_out_of_the_html(hostile):
    page = report(hostile, ".html").decode()
    reader = _Reader()
    reader.feed(page)
    assert reader.open == []
    assert not {"script", "img", "iframe", "object", "form"} & set(reader.tags)
    assert all(link.startswith(("#", "http://", "https://")) for link in reader.links)
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "default-src 'none'" in page


def test_no_page_text_becomes_markup_in_the_markdown(hostile):
    text = report(hostile, ".md").decode()
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in html
    assert "<img" not in html
    assert "<strong>" not in html
    assert "<code>" not in html
    assert not re.search(r'href="(?!https?:)', html)
    assert "\u202e" not in text
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in text.splitlines() if line.startswith("| <del>")} == {3}


def test_the_html_page_asks_for_nothing_and_shows_both_texts(compared):
    old = with_text(PLAIN, "The pier cost three million crowns.", "Gone.")
    page = report(compared([old], [with_text(PLAIN, "The pier cost four million crowns.")]), ".html").decode()
    assert "The pier cost <del>three</del> million crowns." in page
    assert "The pier cost <ins>four</ins> million crowns." in page
    assert "<del>Gone.</del>" in page
    assert "http" not in page.replace(PLAIN.url, "").replace("http-equiv", "")


def test_the_json_report_holds_everything_and_ends_in_a_line_feed(compared):
    body = report(compared([PLAIN], [replace(PLAIN, title="a\ud800")]), ".json")
    assert json.loads(body)["schema"] == "harvester/comparison/1"
    assert body.endswith(b"}\n")


@given(st.text(max_size=30), st.text(max_size=30))
def test_runs_of_words_give_back_both_texts(before, after):
    runs = words(BlockEdit(before, after))
    assert "".join(run.before for run in runs) == before
    assert "".join(run.after for run in runs) == after


def test_a_report_is_whole_or_not_there(compared, tmp_path, monkeypatch):
    result = compared([PLAIN], [PLAIN])
    write_report(result, tmp_path / "deep" / "r.html")
    assert (tmp_path / "deep" / "r.html").read_bytes() == report(result, ".html")


# ── the command ───────────────────────────────────────────────────────────────────────────────


def compare(*arguments):
    return CliRunner().invoke(commands, ["compare", *map(str, arguments)])


def test_the_command_prints_the_sums_and_lists_without_the_texts(tmp_path):
    old = a_set(tmp_path / "a.jsonl", [with_text(PLAIN, *SENTENCES)])
    new = a_set(tmp_path / "b.jsonl", [with_text(PLAIN, SENTENCES[0])])
    result = compare(old, new)
    assert result.exit_code == 0
    assert result.stdout.startswith("# What changed\n\n1 article in both sets: 0 the same, 1 changed, 1 of them")
    assert "## Worst drops" in result.stdout
    assert SENTENCES[5] not in result.stdout


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_the_command_writes_the_whole_report(tmp_path, ending):
    old = a_set(tmp_path / "a.jsonl", [with_text(PLAIN, *SENTENCES)])
    new = a_set(tmp_path / "b.jsonl", [with_text(PLAIN, SENTENCES[0])])
    result = compare(old, new, "--to", tmp_path / f"r.{ending}", "--examples", 1)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == f"Report: {tmp_path}/r.{ending}"
    assert SENTENCES[5] in (tmp_path / f"r.{ending}").read_text()


def test_the_command_ends_with_1_where_something_is_damaged(tmp_path):
    old = a_set(tmp_path / "a.jsonl", [PLAIN, b"{\n"])
    result = compare(old, a_set(tmp_path / "b.jsonl", [PLAIN]))
    assert result.exit_code == 1
    assert f"{old}: 1 article or file was not compared, the first: {old}:2: is no article" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["a"],
        ["a", "missing"],
        ["missing", "a"],
        ["a", "a", "--to", "r.txt"],
        ["a", "http://x"],
        ["a", "a", "--examples", "-1"],
    ],
)
def test_wrong_usage_exits_2_and_writes_nothing(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    Path("a").mkdir()
    assert compare(*arguments).exit_code == 2
    assert sorted(Path().rglob("*")) == [Path("a")]


def test_blocks_that_stay_are_counted_not_shown(compared):
    blocks = (*BLOCKS, TextBlock(Role.PARAGRAPH, "New."))
    result = compared([PLAIN], [replace(PLAIN, blocks=blocks, text=PLAIN.text + "\n\nNew.")])
    assert result.gains[0].edits == (BlockEdit(None, None, 3), BlockEdit(None, "New."))
