"""Articles of the first version of the format: read everywhere as they are, and written where they are asked for."""

import json
from pathlib import Path

import pytest
import whole_articles
from hypothesis import given
from jsonschema.validators import validator_for

from harvester.compare.sets import compare_sets
from harvester.models import Article, Role
from harvester.rendering.format_names import READABLE
from harvester.rendering.formats import rendered
from harvester.store.articles import article_json, article_line, article_of, load_article
from harvester.store.datasets.dataset_reader import Stored, read_set
from harvester.store.datasets.export import Target, export_set
from harvester.store.datasets.layout import Layout
from harvester.store.datasets.open_storage import open_storage
from harvester.store.datasets.schema_validation import faults_of
from harvester.store.datasets.validation import Fault, check_set
from harvester.store.format_versions import FIRST_SCHEMA, SINCE_SECOND, first_version

OLD = Path(__file__).with_name("article_of_version_1.json")  # as version 0.1.0 wrote it
SCHEMA = json.loads((Path(__file__).parent.parent.parent / "docs" / "article-1.schema.json").read_bytes())
VALIDATOR = validator_for(SCHEMA)(SCHEMA)  # made once: to check the schema itself takes longer than all articles
FIELDS = set(SCHEMA["$defs"]["Article"]["properties"])


def lines_of(folder: Path) -> list[bytes]:
    entries = list(read_set(folder))
    assert all(isinstance(entry, Stored) for entry in entries)
    return [entry.line for entry in entries]


@pytest.fixture
def old_set(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / OLD.name).write_bytes(OLD.read_bytes())
    return tmp_path / "old"


def test_the_schema_is_one_and_holds_an_article_to_something():
    VALIDATOR.check_schema(SCHEMA)  # raises where it is none
    assert not VALIDATOR.is_valid({})


def test_the_fields_of_both_versions_are_those_of_the_type():
    assert set(Article.__dataclass_fields__) == FIELDS | SINCE_SECOND.keys()
    assert not FIELDS & SINCE_SECOND.keys()


def test_an_old_article_is_read_and_written_as_it_is():
    article = load_article(OLD)
    assert article.schema == FIRST_SCHEMA
    assert article_json(article) == OLD.read_bytes()
    assert faults_of(article_line(article)) == ()
    assert first_version(article) is article


def test_a_fault_of_an_old_article_is_found():
    plain = json.loads(OLD.read_bytes())
    del plain["tags"]
    plain["id"] = "x"
    assert {fault.field for fault in faults_of(json.dumps(plain).encode())} == {"tags", "id"}


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet"])
def test_a_set_of_old_articles_goes_through_every_format_byte_for_byte(old_set, tmp_path, form):
    export_set(old_set, Target(open_storage(tmp_path / "new"), Layout(form)), lambda _: None)
    assert lines_of(tmp_path / "new") == lines_of(old_set)
    assert not [one for one in check_set(tmp_path / "new") if isinstance(one, Fault)]


def test_old_and_new_articles_stand_in_one_set(old_set, tmp_path):
    (old_set / "new.json").write_bytes(article_json(whole_articles.an_article()))
    export_set(old_set, Target(open_storage(tmp_path / "all"), Layout("parquet")), lambda _: None)
    schemas = [json.loads(line)["schema"] for line in lines_of(tmp_path / "all")]
    assert sorted(schemas) == [FIRST_SCHEMA, whole_articles.an_article().schema]


def test_old_articles_are_compared_with_new_ones(old_set, tmp_path):
    (tmp_path / "new").mkdir()
    article = whole_articles.an_article(id=load_article(OLD).id)
    (tmp_path / "new" / "a.json").write_bytes(article_json(article))
    comparison = compare_sets(old_set, tmp_path / "new")
    assert (comparison.old.damaged, comparison.matched["id"], comparison.text_changed) == (0, 1, 1)


@pytest.mark.parametrize("form", READABLE)
def test_old_articles_are_rendered(form):
    assert b"City Athletics" in rendered(load_article(OLD), form)


def test_rows_of_an_old_table_are_one_table_in_renderings():
    assert rendered(load_article(OLD), "html").count(b"<table") == 1
    assert rendered(load_article(OLD), "markdown").count(b"\n| --- ") == 1


@given(whole_articles.articles())
def test_any_article_has_a_first_version_that_its_schema_allows(article):
    line = article_line(first_version(article))
    VALIDATOR.validate(json.loads(line))
    assert set(json.loads(line)) == FIELDS
    assert article_line(article_of(line)) == line
    assert faults_of(line) == ()


def test_the_first_version_has_the_text_in_plain_blocks():
    first = first_version(whole_articles.an_article())
    assert first.text == whole_articles.an_article().text
    assert {block.role for block in first.blocks}.isdisjoint({Role.FIGURE, Role.EMBED, Role.SEPARATOR, Role.FOOTNOTE})
    assert [block.text for block in first.blocks if block.role is Role.TABLE] == [
        "Part | Cost",
        "Steel | iron | 3 | 4",
        "5 | ",
    ]
    items = [block.text for block in first.blocks if block.role is Role.LIST_ITEM]
    assert items == ["Steel", "from the north", "Timber", "Pier", "A way into the sea."]
    assert {frozenset(block) for block in json.loads(article_line(first))["blocks"]} == {
        frozenset({"role", "text", "level", "lang"})
    }


def test_export_writes_the_first_version(tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.json").write_bytes(article_json(whole_articles.an_article()))
    target = Target(open_storage(tmp_path / "first"), Layout("jsonl"), schema=1)
    export_set(tmp_path / "set", target, lambda _: None)
    (line,) = lines_of(tmp_path / "first")
    assert line == article_line(first_version(whole_articles.an_article()))
