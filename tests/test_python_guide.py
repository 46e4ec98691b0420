"""The examples of docs/python.md and of the README are run, top to bottom, and their types are checked."""

import re
import shutil
from pathlib import Path

import pytest
from mypy import api

import harvester

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCS = ["docs/python.md", "README.md"]
PAGES = ("repost--originally-published-notice", "poem--verse-and-address-lines", "index--section-front-without-article")


def examples_of(name):
    return FENCE.findall((ROOT / name).read_text(encoding="utf-8"))


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """Go to a folder with the pages that the examples name; nothing goes out to the network."""
    (tmp_path / "fixtures" / "html").mkdir(parents=True)
    (tmp_path / "my-rules").mkdir()
    for page in PAGES:
        shutil.copy(ROOT / "fixtures" / "html" / f"{page}.html", tmp_path / "fixtures" / "html")
    body = (ROOT / "fixtures" / "html" / f"{PAGES[0]}.html").read_bytes()
    visits = [harvester.Outcome("https://example.org/", None, None, word="unchanged")]
    monkeypatch.setattr(harvester, "fetch", lambda url: harvester.Page(url, body))
    monkeypatch.setattr(harvester, "crawl", lambda sources, max_time_s: iter(visits))
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize("name", DOCS)
def test_the_examples_run(name, capsys):
    assert examples_of(name)
    exec(compile("\n".join(examples_of(name)), name, "exec"), {})
    assert "The town that counts its swifts" in capsys.readouterr().out


def test_the_guide_shows_what_is_printed(capsys):
    article = harvester.clean(ROOT / "fixtures" / "html" / f"{PAGES[0]}.html")
    shown = next(line for line in "".join(examples_of(DOCS[0])).splitlines() if line.startswith("print(repr("))
    begin, _, end = shown.partition("# ")[2].partition("...")
    assert repr(article).startswith(begin)
    assert repr(article).endswith(end)


def test_the_types_of_the_examples_are_right(tmp_path):
    for name in DOCS:
        (tmp_path / f"{Path(name).stem.lower()}_examples.py").write_text("\n".join(examples_of(name)), encoding="utf-8")
    options = ("--strict", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(ROOT / ".mypy_cache"))
    report, errors, code = api.run([*options, *sorted(map(str, tmp_path.glob("*.py")))])
    assert (code, errors) == (0, ""), report
