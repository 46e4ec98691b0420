"""The first crawl of the README works as it is written there, against the site that ships in fixtures/site."""

import os
import re
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PORT = "8765"  # of the README, the fixtures and `make demo`


def commands_of_readme():
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("### A first crawl\n")[2].partition("\n#")[0]
    return [line[4:] for line in section.splitlines() if line.startswith("    ")]


@pytest.fixture
def place(tmp_path):
    """Return a folder with the site, moved to a port that is free, and `harvester` and `python3` on the path."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    shutil.copytree(ROOT / "fixtures" / "site", tmp_path / "fixtures" / "site")
    for file in (tmp_path / "fixtures").rglob("*.*"):
        file.write_text(file.read_text(encoding="utf-8").replace(PORT, port), encoding="utf-8")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, arguments in (("harvester", "-m harvester"), ("python3", "")):
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments} "$@"\n')
        (programs / name).chmod(0o755)
    return tmp_path, port


def test_the_first_crawl_of_the_readme_works_as_it_is_written(place):
    folder, port = place
    lines = [line.replace(PORT, port) for line in commands_of_readme()]
    assert [line.split()[:2] for line in lines[:5]] == [
        ["python3", "-m"],
        ["harvester", "sources"],
        ["harvester", "sources"],
        ["harvester", "crawl"],
        ["harvester", "status"],
    ]
    assert lines[0].endswith(" &")
    environment = os.environ | {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"}
    script = "\n".join(["set -e", "trap 'kill $!' EXIT", *lines[:-1]])  # the last line is what the trap does
    assert lines[-1] == "kill $!"
    ran = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert "6 new articles" in ran.stderr
    assert "6/6/6" in ran.stdout
    assert len(list((folder / "articles" / "127.0.0.1").glob("*.json"))) == 6


def recipe_of_demo():
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\ndemo:")[2].partition("\n\n")[0]
    return recipe.partition("\n")[2].replace("\n\t", "\n").replace("$$", "$")


def test_make_demo_crawls_the_same_site():
    words = " ".join(recipe_of_demo().replace("\\\n", " ").split())
    for line in commands_of_readme()[1:2] + commands_of_readme()[3:5]:
        assert line.replace(f"http://127.0.0.1:{PORT}/", '"$SITE"').replace(f"127.0.0.1:{PORT}", '"$HOST"') in words


# What the recipe calls in place of `harvester`, which the test above runs: it notes how, and asks the site.
ASKING = """#!{python}
import os, sys, urllib.request
with open("asked", "a", encoding="utf-8") as file:
    pages = [word for word in sys.argv if word.startswith("http://127")]
    titles = [urllib.request.urlopen(page).read().decode().partition("<title>")[2].partition("<")[0] for page in pages]
    print(*sys.argv[1:3], *titles, file=file)
"""


def test_make_demo_serves_its_site_also_where_the_port_of_the_readme_is_taken(place):
    """The recipe as it stands, but for the programs: its server listens first, on a port of its own."""
    folder, _ = place
    (folder / "bin" / "python").symlink_to("python3")
    (folder / "bin" / "harvester").write_text(ASKING.format(python=sys.executable))
    shutil.copy(ROOT / "fixtures" / "serve_site.py", folder / "fixtures")
    shutil.copytree(ROOT / "fixtures" / "site", folder / "fixtures" / "site", dirs_exist_ok=True)
    crawl = recipe_of_demo().partition("rm -rf ")[2].replace("$(BIN)", "bin")
    with ExitStack() as stack:
        with suppress(OSError):  # then somebody else has it, which is as good
            stack.enter_context(socket.create_server(("127.0.0.1", int(PORT))))
        ran = subprocess.run(
            ["sh", "-ec", f"rm -rf {crawl}"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    title = re.search("<title>(.+)</title>", (folder / "fixtures" / "site" / "index.html").read_text("utf-8"))[1]
    asked = (folder / "output" / "first-crawl" / "asked").read_text("utf-8").splitlines()
    assert asked == [f"sources init {title}", "crawl sources.toml", "status sources.toml"]


def test_the_sample_site_names_one_port_alone():
    texts = [file.read_text(encoding="utf-8") for file in (ROOT / "fixtures" / "site").rglob("*.*")]
    assert set(re.findall(r"127\.0\.0\.1:(\d+)", "".join(texts))) == {PORT}
