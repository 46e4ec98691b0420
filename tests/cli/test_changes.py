"""`harvester changes` as a program: what it prints, and how who reads along misses and doubles nothing."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import termios
import time
from hashlib import sha256

import pytest
from click.testing import CliRunner

from harvester.cli import commands
from harvester.store.changes.change_line import Change, change_line
from harvester.store.changes.change_log import open_log


def harvester(*arguments):
    return CliRunner().invoke(commands, [str(argument) for argument in arguments])


def change(folder, seq, *, version=1, content=None, name="article", kind="new"):
    digest = None if content is None else sha256(content).hexdigest()
    file = f"courier.example/{name}.json"
    if content is not None:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
    moment = f"2026-03-01T06:{seq:02d}:00Z"
    return Change(seq, moment, kind, "courier", name, "https://courier.example/a", version, file, digest)


def write(folder, *changes):
    with open_log(folder) as log:
        log.append(map(change_line, changes))


def seqs(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line)["seq"] for line in result.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path):
    write(tmp_path, *(change(tmp_path, seq) for seq in range(1, 6)))
    return tmp_path


def test_all_is_printed_or_what_follows_a_number_or_a_time(folder):
    assert seqs(harvester("changes", folder)) == [1, 2, 3, 4, 5]
    assert seqs(harvester("changes", folder, "--since", 3)) == [4, 5]
    assert seqs(harvester("changes", folder, "--since", 5)) == []
    assert seqs(harvester("changes", folder, "--since", "2026-03-01T06:03:00")) == [3, 4, 5]
    assert seqs(harvester("changes", folder, "--since", "2026-03-01T07:04:00+01:00")) == [4, 5]
    assert seqs(harvester("changes", folder, "--since", "2026-03-01")) == [1, 2, 3, 4, 5]
    assert harvester("changes", folder).stdout == (folder / "changes.jsonl").read_text()


def test_a_sources_file_names_the_folder_of_its_articles(folder):
    file = folder / "sources.toml"
    file.write_text('contact = "https://a.example/"\noutput = "."\n[[source]]\nhome = "https://courier.example/"\n')
    assert seqs(harvester("changes", file, "--since", "4")) == [5]


def test_with_articles_each_version_comes_as_it_was(tmp_path):
    old, new = b'{"text": "one"}', b'{"text": "two"}'
    first = change(tmp_path, 1, content=old)
    versions = tmp_path / "courier.example" / "versions"
    versions.mkdir()
    (versions / "article.1.json").write_bytes(old)
    second = change(tmp_path, 2, version=2, content=new, kind="edited")
    write(tmp_path, first, second, change(tmp_path, 3, version=2, kind="gone"))
    result = harvester("changes", tmp_path, "--articles")
    assert [json.loads(line)["article"] for line in result.stdout.splitlines()] == [
        {"text": "one"},
        {"text": "two"},
        None,
    ]


def test_an_article_that_was_replaced_and_not_kept_is_null(tmp_path):
    write(tmp_path, change(tmp_path, 1, content=b'{"text": "one"}'))
    change(tmp_path, 2, content=b'{"text": "two"}')
    assert json.loads(harvester("changes", tmp_path, "--articles").stdout)["article"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("nowhere",), 2, "does not exist"),
        ((".",), 1, "no list of changes yet"),
        ((".", "--since", "soon"), 2, "neither the number"),
        ((".", "--since", "0001-01-01T00:00+10:00"), 2, "neither the number"),  # in UTC it is before the first year
        (("ftp://somewhere/x",), 2, "is no place"),
    ],
)
def test_wrong_usage_and_missing_lists_are_named(tmp_path, monkeypatch, arguments, code, words):
    monkeypatch.chdir(tmp_path)
    result = harvester("changes", *arguments)
    assert (result.exit_code, words in result.stderr) == (code, True), result.output


def test_a_number_of_another_list_is_refused(folder):
    result = harvester("changes", folder, "--since", "6")
    assert result.exit_code == 1
    assert "ends at 5" in result.stderr


# ── who reads along ───────────────────────────────────────────────────────────────────────────


def follow(folder, *arguments):
    command = [sys.executable, "-m", "harvester", "changes", str(folder), "--follow", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_who_follows_gets_what_is_added_until_a_signal_ends_it(folder, number):
    with follow(folder, "--since", 4) as reader:
        assert json.loads(reader.stdout.readline())["seq"] == 5
        write(folder, change(folder, 6), change(folder, 7))
        assert [json.loads(reader.stdout.readline())["seq"] for _ in range(2)] == [6, 7]
        reader.send_signal(number)
        assert reader.communicate(timeout=30) == (b"", b"")
    assert reader.returncode == 0


def test_a_list_that_is_not_there_yet_is_waited_for(tmp_path):
    with follow(tmp_path) as reader:
        write(tmp_path, change(tmp_path, 1))
        assert json.loads(reader.stdout.readline())["seq"] == 1
        reader.stdout.close()  # nobody reads on
        write(tmp_path, change(tmp_path, 2))
        assert (reader.wait(timeout=30), reader.stderr.read()) == (0, b"")


def test_who_follows_ends_with_its_reader_and_does_not_wait_for_a_change_first(folder):
    """In `harvester changes --follow | consumer`, a consumer that crashed ends the pipe, so that it is restarted."""
    with follow(folder, "--since", 4) as reader:
        assert json.loads(reader.stdout.readline())["seq"] == 5
        reader.stdout.close()
        try:
            assert reader.wait(timeout=30) == 0
        finally:
            reader.kill()
        assert reader.stderr.read() == b""


def test_a_second_signal_ends_a_reader_whose_lines_nobody_takes(folder):
    write(folder, *(change(folder, seq) for seq in range(6, 60)))
    with follow(folder) as reader:
        deadline = time.monotonic() + 30
        while not _is_full(reader.stdout) and time.monotonic() < deadline:
            write(folder, *(change(folder, 59) for _ in range(1_000)))
            time.sleep(0.05)
        while reader.poll() is None and time.monotonic() < deadline:
            reader.send_signal(signal.SIGTERM)  # again and again: two that come at once are one
            time.sleep(0.05)
        assert reader.wait(timeout=30) == 0
        reader.stdout.close()
        assert reader.stderr.read() == b""


def _is_full(pipe):
    waiting = int.from_bytes(fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4), sys.byteorder)
    return waiting >= fcntl.fcntl(pipe, fcntl.F_GETPIPE_SZ) - os.sysconf("SC_PAGE_SIZE")
