"""The recipes of docs/handing-on.md, as they are printed there, against the programs that they are for."""

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from harvester.store.changes.change_adding import add_changes
from harvester.store.changes.change_line import Change
from harvester.store.datasets.storage import LocalStorage

GUIDE = (Path(__file__).parent.parent.parent / "docs" / "handing-on.md").read_text(encoding="utf-8")
FIRST = (("new", "a", 1), ("new", "b", 1))
THEN = (("edited", "a", 2), ("gone", "b", 1), ("new", "c", 1), ("edited", "c", 2))
LAST = (("new", "b", 1),)
ODD = "quotes \" ' \\ and \\n, tab\t, line\u2028, ümlaut, \U0001f4f0"


def recipe(section, language):
    """Return the blocks of code of a section."""
    part = GUIDE.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    return re.findall(rf"^```{language}\n(.*?)^```", part, re.DOTALL | re.MULTILINE)


@pytest.fixture
def place(tmp_path):
    folder = tmp_path / "articles"
    (folder / "courier.example" / "versions").mkdir(parents=True)
    tell(folder, FIRST)
    return folder


def tell(folder, rows):
    """Write articles as a crawl does, and the list of their changes."""

    def changes():
        for kind, name, version in rows:
            file = f"courier.example/{name}.json"
            path = folder / file
            content = json.dumps({"id": name, "title": f"{name} {version}", "text": ODD}).encode()
            if kind == "edited":
                path.rename(path.parent / "versions" / f"{name}.{version - 1}.json")
            if kind != "gone":
                path.write_bytes(content)
            digest = sha256(content).hexdigest()
            yield Change(
                0, "2026-03-01T06:00:00Z", kind, "courier", name, f"https://a.example/{name}", version, file, digest
            )

    add_changes(LocalStorage(folder), list(changes()))


@pytest.fixture
def environment(tmp_path, place):
    """Return the environment of a user who has harvester installed."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "harvester"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m harvester "$@"\n')
    program.chmod(0o755)
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "PLACE": str(place), "FOLDER": str(tmp_path)}


def run(command, environment, folder):
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()


# ── PostgreSQL ────────────────────────────────────────────────────────────────────────────────


def test_postgresql_takes_each_version_once(postgres, environment, place, tmp_path):
    if shutil.which("psql") is None:
        pytest.skip("no psql")
    url = make_url(postgres)
    options = url.query["options"]
    named = {"PGHOST": url.host, "PGPORT": str(url.port), "PGUSER": url.username, "PGDATABASE": url.database}
    environment |= named | {"PGOPTIONS": options if isinstance(options, str) else options[0]}
    [tables] = recipe("PostgreSQL", "sql")
    [script] = recipe("PostgreSQL", "sh")
    script = script.replace("sources.toml", str(place))
    run(["psql", "-Xqc", tables], environment, tmp_path)

    def rows():
        query = "SELECT id, version, change, article->>'title', article->>'text' FROM articles ORDER BY id, version"
        with engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query))], connection.execute(
                text("SELECT seq FROM taken")
            ).scalar()

    engine = create_engine(postgres)
    try:
        run(["bash", "-ec", script], environment, tmp_path)
        assert rows() == ([("a", 1, "new", "a 1", ODD), ("b", 1, "new", "b 1", ODD)], 2)
        tell(place, THEN)
        for _ in range(2):
            run(["bash", "-ec", script], environment, tmp_path)
            assert rows() == (
                [
                    ("a", 1, "new", "a 1", ODD),
                    ("a", 2, "edited", "a 2", ODD),
                    ("b", 1, "gone", "b 1", ODD),
                    ("c", 1, "new", "c 1", ODD),
                    ("c", 2, "edited", "c 2", ODD),
                ],
                6,
            )
        tell(place, LAST)
        run(["bash", "-ec", script.replace("$since", "0")], environment, tmp_path)  # all of it once more
        assert rows()[0][2] == ("b", 1, "new", "b 1", ODD)
        assert len(rows()[0]) == 5
    finally:
        engine.dispose()


# ── DuckDB ────────────────────────────────────────────────────────────────────────────────────


def test_duckdb_takes_each_version_once(environment, place, tmp_path, monkeypatch):
    duckdb = pytest.importorskip("duckdb")
    monkeypatch.chdir(tmp_path)
    table, take = recipe("DuckDB", "sql")

    def take_over(connection, since=None):
        known = connection.execute("SELECT coalesce(max(seq), 0) FROM articles").fetchone()[0]
        command = [sys.executable, "-m", "harvester", "changes", str(place), "--articles", "--since"]
        with (tmp_path / "lines.jsonl").open("wb") as file:
            subprocess.run([*command, str(known if since is None else since)], stdout=file, check=True)
        connection.execute(take)
        query = "SELECT id, version, change, title, text FROM articles ORDER BY id, version"
        return connection.execute(query).fetchall()

    with duckdb.connect(str(tmp_path / "articles.duckdb")) as connection:
        connection.execute(table)
        assert take_over(connection) == [("a", 1, "new", "a 1", ODD), ("b", 1, "new", "b 1", ODD)]
        tell(place, THEN)
        for since in (None, None, 0):
            found = take_over(connection, since)
            assert [row[:3] for row in found] == [
                ("a", 1, "new"),
                ("a", 2, "edited"),
                ("b", 1, "gone"),
                ("c", 1, "new"),
                ("c", 2, "edited"),
            ]
            assert found[4] == ("c", 2, "edited", "c 2", ODD)


# ── OpenSearch ────────────────────────────────────────────────────────────────────────────────


class Index:
    """Takes bulk requests as OpenSearch does: documents with external versions, a verdict for each action."""

    def __init__(self):
        self.documents = {}  # id -> source
        self.versions = {}  # id -> the last one, also of what was deleted
        self.requests = 0
        self.refuses = 0  # requests that are to end without an answer

    def bulk(self, body):
        if not body.endswith(b"\n"):
            raise ValueError("the bulk request must be terminated by a newline")
        lines = iter(body.split(b"\n")[:-1])
        items = []
        for line in lines:
            [(action, about)] = json.loads(line).items()
            assert about.keys() == {"_index", "_id", "version", "version_type"}
            assert about["version_type"] == "external_gte"
            source = json.loads(next(lines)) if action == "index" else None
            items.append({action: self._item(action, about, source)})
        return {"errors": any(one["status"] >= 300 for item in items for one in item.values()), "items": items}

    def _item(self, action, about, source):
        name = about["_id"]
        if about["version"] < self.versions.get(name, 0):
            return {"_id": name, "status": 409}
        self.versions[name] = about["version"]
        if action == "delete":
            return {"_id": name, "status": 200 if self.documents.pop(name, None) else 404}
        self.documents[name] = source
        return {"_id": name, "status": 201}


@pytest.fixture
def index():
    found = Index()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            assert (self.path, self.headers["Content-Type"]) == ("/_bulk", "application/x-ndjson")
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests += 1
            answer = json.dumps(found.bulk(body)).encode()
            if found.refuses:
                found.refuses -= 1
                self.close_connection = True
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Keep the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def test_opensearch_takes_each_version_once(index, environment, place, tmp_path):
    [script] = recipe("OpenSearch", "python")
    command = [sys.executable, "-c", script]
    environment |= {"OPENSEARCH": index.address}
    run(command, environment, tmp_path)
    assert {name: one["title"] for name, one in index.documents.items()} == {"a-1": "a 1", "b-1": "b 1"}
    tell(place, THEN)
    index.refuses = 1  # the request is done, its answer is lost
    assert subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, check=False).returncode
    for _ in range(2):
        run(command, environment, tmp_path)
        assert {name: one["title"] for name, one in index.documents.items()} == {
            "a-1": "a 1",
            "a-2": "a 2",
            "c-1": "c 1",
            "c-2": "c 2",
        }
    assert index.documents["c-2"]["text"] == ODD
    assert index.requests == 3  # nothing new is no request
    (tmp_path / "taken.seq").write_text("0")
    run(command, environment, tmp_path)  # all of it once more
    assert sorted(index.documents) == ["a-1", "a-2", "c-1", "c-2"]


# ── a plain folder ────────────────────────────────────────────────────────────────────────────


def test_a_plain_folder_holds_the_present_articles(environment, place, tmp_path):
    [script] = recipe("A plain folder", "python")
    command = [sys.executable, "-c", script]

    def titles():
        return {path.stem: json.loads(path.read_text())["title"] for path in tmp_path.glob("*.json")}

    run(command, environment, tmp_path)
    assert titles() == {"a": "a 1", "b": "b 1"}
    tell(place, THEN)
    for known in ("2", "6", "0"):
        (tmp_path / "taken.seq").write_text(known)
        run(command, environment, tmp_path)
        assert titles() == {"a": "a 2", "c": "c 2"}
        assert (tmp_path / "taken.seq").read_text() == "6"
    assert json.loads((tmp_path / "a.json").read_text())["text"] == ODD
