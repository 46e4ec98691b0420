"""What may be passed as a page, and what a wrong call is told to pass instead."""

import gzip
import io
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import harvester
from harvester import HarvesterError, InputError, NoArticle, Page, UsageError
from harvester.archive.given_page import name_of
from harvester.call_checks import checked_count
from harvester.store.page_files import save_page

FIXTURE = Path(__file__).parents[2] / "fixtures" / "html" / "repost--originally-published-notice.html"
DUMPS = sorted((Path(__file__).parents[2] / "fixtures" / "dumps").glob("*.txt"))
HTML = FIXTURE.read_bytes()


@pytest.fixture(scope="module")
def article():
    return harvester.clean(HTML, url="https://valley-digest.example/swifts")


# ── a page ────────────────────────────────────────────────────────────────────────────────────


def test_markup_a_file_and_a_page_are_the_same_page(tmp_path, article):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(HTML))
    forms = [HTML, bytearray(HTML), memoryview(HTML), HTML.decode(), FIXTURE, tmp_path / "a.html.gz", Page(None, HTML)]
    assert {harvester.clean(form).text for form in forms} == {article.text}
    assert {len(harvester.explain(form).blocks) for form in forms} == {len(harvester.explain(HTML).blocks)}


def test_a_file_is_read_as_the_command_reads_it(tmp_path):
    path = save_page(tmp_path, Page("https://valley-digest.example/told", HTML))
    assert harvester.clean(path).url == "https://valley-digest.example/told"
    assert harvester.clean(path, url="https://b.example/").url == "https://b.example/"
    assert harvester.clean(DUMPS[0]).cleaning.method == "dump"
    assert harvester.explain(DUMPS[0]).blocks


def test_one_call_gives_the_article_and_its_ledger(article):
    reading = harvester.read(HTML, url="https://valley-digest.example/swifts")
    assert reading == harvester.Reading(article, harvester.explain(HTML, url="https://valley-digest.example/swifts"))
    kept = [block for block in reading.ledger.blocks if isinstance(block.verdict, harvester.Kept)]
    assert kept
    assert all(isinstance(block.role, harvester.Role) for block in kept)


@pytest.mark.parametrize("call", [harvester.clean, harvester.explain, harvester.read], ids=lambda call: call.__name__)
@pytest.mark.parametrize(
    ("given", "error", "words"),
    [
        ("https://example.org/story", UsageError, r"is a URL, not a page: pass harvester.fetch\("),
        ("www.example.org", UsageError, "is a URL"),
        ("pages/story.html", UsageError, r"pass pathlib.Path\('pages/story.html'\)"),
        ("a story.mhtml", UsageError, "is a path"),
        ("~/crawl.warc.gz", UsageError, "is a path"),
        ("C:\\pages\\a", UsageError, "is a path"),
        (str(FIXTURE), UsageError, "is a path"),
        (FIXTURE.parent, UsageError, "holds many pages: pass it to harvester.clean_many"),
        (Path("no such.html"), InputError, "cannot be read"),
        (None, TypeError, "None is no page: pass markup"),
        (io.BytesIO(HTML), TypeError, r"BytesIO is no page: pass the pathlib.Path of the file, or what its read\(\)"),
        (SimpleNamespace(content=b"", url="x"), TypeError, "pass response.content, and url="),
        ([HTML], TypeError, "list is no page: pass its items one by one"),
        (harvester.Outcome("a", None, None), TypeError, "pass outcome.page"),
        (7, TypeError, "int is no page"),
        ("", InputError, "empty"),
    ],
)
def test_what_is_no_page_is_told_what_to_pass(call, given, error, words):
    with pytest.raises(error, match=words):
        call(given)


@pytest.mark.parametrize("call", [harvester.clean, harvester.explain, harvester.read], ids=lambda call: call.__name__)
def test_a_page_beside_another_url_is_refused(call):
    with pytest.raises(UsageError, match="has its own URL"):
        call(Page(None, HTML), url="https://a.example/")


@pytest.mark.parametrize(
    "text", ["Hello", "He said and/or she said.", "<a/>", "a/b\nc/d", "\x00", "x" * 5_000, "See a, b and c/d."]
)
def test_texts_are_not_taken_for_names(text):
    assert name_of(text) is None


def test_an_article_is_no_page(article):
    with pytest.raises(TypeError, match="made into already"):
        harvester.clean(article)


def test_a_reading_is_shown_as_its_article_with_the_blocks_it_was_chosen_from():
    reading = harvester.read(HTML)
    kept = sum(isinstance(block.verdict, harvester.Kept) for block in reading.ledger.blocks)
    assert repr(reading) == f"<Reading of {reading.article!r}: {kept} of {len(reading.ledger.blocks)} blocks>"
    assert reading._repr_html_() == reading.article._repr_html_()


def test_bytes_are_a_page_whatever_they_look_like():
    with pytest.raises(NoArticle):
        harvester.clean(b"http://example.org/")


def test_learning_a_site_passes_over_files_that_cannot_be_read(tmp_path):
    pages = [HTML, HTML + b"<p>2", HTML + b"<p>3", tmp_path / "none.html"]
    assert harvester.learn_site("valley-digest.example", pages) == harvester.learn_site(
        "valley-digest.example", pages[:3]
    )


def test_wrong_types_of_page_are_wrong_usage():
    with pytest.raises(UsageError, match="no types of page"):
        harvester.clean(HTML, page_types=["poem"])


def test_usage_errors_are_no_pages_fault():
    assert not issubclass(UsageError, HarvesterError)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: harvester.clean(HTML, url=7), TypeError, "int is no URL: pass it as text"),
        (lambda: harvester.explain(HTML, url=b"https://a.example/"), TypeError, "bytes is no URL"),
        (lambda: harvester.clean(HTML, memory={}), TypeError, "dict is no site memory: pass what harvester.learn_site"),
        (lambda: harvester.explain(HTML, memory="a"), TypeError, "str is no site memory"),
        (lambda: harvester.clean(HTML, page_types=None), TypeError, "None names no types of page: pass some of"),
        (lambda: harvester.clean(HTML, page_types=b"all"), TypeError, "bytes names no types of page"),
        (lambda: harvester.clean(HTML, rules=[]), TypeError, "list is no path: pass a folder with a HOST.toml"),
        (lambda: harvester.clean(HTML, rules=""), UsageError, "an empty text is no path: pass a folder"),
        (lambda: harvester.load_sites(b"rules"), TypeError, "bytes is no path"),
        (lambda: harvester.learn_site("a.example", FIXTURE), TypeError, "PosixPath|WindowsPath is not several pages"),
        (lambda: harvester.learn_site("a.example", "<p>"), TypeError, "str is not several pages: pass them in a list"),
        (lambda: harvester.learn_site("a.example", None), TypeError, "None is not several pages"),
        (lambda: harvester.render("text"), TypeError, "str is no article: pass what harvester.clean returned"),
        (lambda: harvester.fetch(None), TypeError, "None is no URL"),
        (lambda: harvester.fetch(b"https://a.example/"), TypeError, "bytes is no URL"),
        (lambda: harvester.crawl(""), UsageError, "an empty text is no path: pass that of a sources file"),
        (lambda: harvester.crawl(None), TypeError, "None is no path: pass that of a sources file"),
        (lambda: harvester.crawl("a.toml", jobs=0), UsageError, "jobs=0: pass 1 or more"),
    ],
)
def test_a_wrong_argument_is_told_what_to_pass(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_whole_numbers_of_other_libraries_are_counts():
    assert (checked_count(np.int64(2), "jobs"), checked_count(None, "jobs")) == (2, None)


def test_half_a_surrogate_pair_in_an_address_is_written_as_in_all_texts():
    article = harvester.clean(HTML, url="https://a.example/\ud800")
    assert '"url": "https://a.example/\ufffd"' in article.to_json()
    assert article.id == harvester.clean(HTML, url="https://a.example/\ufffd").id
