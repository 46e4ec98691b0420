"""Tables are read once, with a digest; a wrong one is refused by name."""

import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from small_tables import KIND_ROW, tables

from harvester.cleaning import Resources, clean_page
from harvester.errors import RulesError
from harvester.models import Page
from harvester.rules.load import Rules, load_rules, read_rules
from harvester.rules.text_patterns import LINES_KEYS

RULES = load_rules()
FOLDER = files("harvester.rules")


def test_rules_are_read_once_a_process() -> None:
    assert load_rules() is RULES
    assert isinstance(RULES, Rules)


def test_the_digest_is_the_same_in_another_process() -> None:
    code = "from harvester.rules.load import load_rules; print(load_rules().digest)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == read_rules(FOLDER).digest
    assert len(RULES.digest) == 12


def test_the_digest_sees_every_table_but_not_its_line_ends(tmp_path: Path) -> None:
    table = "[share_bar]\nlines = ['^share$']\ndrop = []\nkeep = []\n"
    folder = tables(tmp_path, KIND_ROW, en=table)
    first = read_rules(folder).digest
    (folder / "languages" / "en.toml").write_bytes(table.replace("\n", "\r\n").encode())
    assert read_rules(folder).digest == first
    (folder / "languages" / "en.toml").write_text(table + "# reviewed\n", encoding="utf-8")
    assert read_rules(folder).digest != first


@pytest.mark.parametrize("is_one_file", [False, True])
def test_a_page_is_cleaned_by_the_rules_that_are_given(tmp_path: Path, is_one_file: bool) -> None:
    folder = tmp_path / "rules"
    shutil.copytree(str(FOLDER), folder)
    wording = "lines = ['^Diskonigu la vorton$']\ndrop = []\nkeep = []\n"
    words = 'script = "Latn"\n[people]\nby = ["verkis zamenhofe"]\n'
    if is_one_file:
        words += f"[wordings.share_bar]\n{wording}"
    else:
        (folder / "languages" / "eo.toml").write_text(f"[share_bar]\n{wording}", encoding="utf-8")
    (folder / "fields" / "eo.toml").write_text(words, encoding="utf-8")
    prose = "".join(
        f"<p>La akvo {at} kreskis dum la tuta nokto, kaj la homoj forlasis la domojn.</p>" for at in range(9)
    )
    head = "<html lang=eo><article><h1>La akvo kreskas</h1><p>Verkis Zamenhofe Ana Roe</p>"
    body = f"{head}{prose}<p>Diskonigu la vorton</p>"
    page = Page("https://gazeto.example/akvo", body.encode())
    given = read_rules(folder)
    (own, _), (other, _) = clean_page(page), clean_page(page, Resources(rules=given))
    assert ("Diskonigu" in own.text, "Diskonigu" in other.text) == (True, False)
    assert ("Ana Roe" in own.authors, other.authors) == (False, ("Ana Roe",))
    assert other.cleaning.rules.startswith(given.digest)
    assert not own.cleaning.rules.startswith(given.digest)


def test_loading_compiles_no_pattern() -> None:
    code = "import sys; from harvester.rules.load import load_rules; load_rules(); print('re2' in sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == "False"


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('disposition = "drop"', 'disposition = "hide"', "disposition"),
        ("max_chars = 40", "max_chars = true", "max_chars"),
        ("tail = true", 'tail = "yes"', "tail"),
        ("keeps = []", "keeps = [1]", "keeps"),
        ("keeps = []", 'keeps = []\nof_articles = "words"', "of_articles"),
        ('looks = "links"\n', "", "looks"),
        ("[share_bar]", "[share_bar", "TOML"),
    ],
)
def test_a_wrong_kind_is_refused_by_name(before: str, after: str, named: str, tmp_path: Path) -> None:
    folder = tables(tmp_path, KIND_ROW.replace(before, after))
    with pytest.raises(RulesError, match=named) as caught:
        read_rules(folder)
    assert caught.value.subject.startswith("boilerplate.toml")


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ("[share_bar]\nlines = ['a(b']\n", "wording:en:share_bar:1.*missing"),
        ("[share_bar]\nlines = ['^x', '(?=y)']\n", r"wording:en:share_bar:2.*\(\?=y\)"),
        ("[share_bar]\nlines = 'x'\n", r"en\.toml \[share_bar\] lines"),
        ("[share_bar]\npatterns = ['x']\n", "patterns"),
        ("[no_such_kind]\nlines = ['x']\n", "no_such_kind"),
        ("share_bar = 1\n", "share_bar"),
    ],
)
def test_a_wrong_language_table_is_refused_by_name(table: str, named: str, tmp_path: Path) -> None:
    rules = read_rules(tables(tmp_path, KIND_ROW, en=table))
    with pytest.raises(RulesError, match=named) as caught:
        rules.lines("share", frozenset())
    assert caught.value.subject.startswith("languages/en.toml")


def test_a_folder_without_kinds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match=r"boilerplate\.toml"):
        read_rules(tmp_path)


def test_a_table_has_no_other_keys_than_the_documented() -> None:
    assert {"lines", "weak_lines", "drop", "keep"} == LINES_KEYS
