"""Articles to and from disk: canonical JSON, JSONL, and the documented format."""

import dataclasses
import json
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.errors import InputError
from harvester.models import (
    Alternate,
    Archive,
    Article,
    Cell,
    Cite,
    Cleaning,
    Code,
    Comment,
    Edition,
    Embed,
    Figure,
    Footnote,
    Image,
    Mark,
    MarkKind,
    PageRecord,
    Role,
    Source,
    Table,
    TextBlock,
    Video,
)
from harvester.storable import storable
from harvester.store.articles import article_json, article_line, load_article, plain_article
from harvester.store.json_schema import FIELD_NOTES, article_schema
from harvester.store.sparse_json import SPARSE, optional_fields
from set_articles import PLAIN

DOCS = Path(__file__).parents[2] / "docs"
WRITTEN_IN_FULL = (Article, Image, Source, Alternate, PageRecord, Archive, Cleaning, Edition, Video, Comment)
TYPES = (*WRITTEN_IN_FULL, TextBlock, Mark, Cell, Table, Figure, Embed, Code, Cite, Footnote)

BLOCKS = (
    TextBlock(Role.HEADING, "What the pier cost", 2),
    TextBlock(Role.PARAGRAPH, "The pier opened on Monday."),
    TextBlock(Role.LIST_ITEM, "Steel", 1),
    TextBlock(Role.LIST_ITEM, "from the north", 2),
    TextBlock(Role.LIST_ITEM, "Timber", 1),
    TextBlock(Role.QUOTE, "It stands."),
    TextBlock(Role.QUOTE, "And it stays."),
    TextBlock(Role.CODE, "if a < b:\n    wait()"),
    TextBlock(Role.TABLE, "Part | Cost"),
    TextBlock(Role.TABLE, "Steel | 3"),
    TextBlock(Role.PARAGRAPH, "港口开放了。", None, "zh-Hans"),
)


ARTICLE = dataclasses.replace(
    PLAIN,
    subtitle="After ten years",
    authors=("Ada Holm", "Bo Lund"),
    languages=("en", "zh-Hans"),
    images=(Image("https://harbour-courier.example/pier.jpg", "The pier"),),
    source=Source("Town Gazette", None, "Source: Town Gazette"),
    page=PageRecord("0" * 64, 10, Archive("a.warc.gz", 12)),
    cleaning=Cleaning("both", 0.9, "good", "0.1.0", "abc", 26, {"share_bar": 3, "menu": 4}),
)


def an_article(**changes) -> Article:
    blocks = changes.get("blocks", BLOCKS)
    return dataclasses.replace(ARTICLE, **({"blocks": blocks, "text": text_of(blocks)} | changes))


def text_of(blocks: tuple[TextBlock, ...]) -> str:
    return "\n\n".join(block.text for block in blocks)


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────


def test_json_gives_every_field_in_the_order_of_the_type():
    body = article_json(an_article())
    written = json.loads(body)
    assert list(written) == [field.name for field in dataclasses.fields(Article)]
    assert next(iter(written)) == "schema"
    assert written["editors"] == []
    assert written["licence"] is None
    assert list(written["blocks"][0]) == ["role", "text", "level", "lang"]


def test_json_is_utf8_indented_by_two_with_a_final_newline():
    body = article_json(an_article())
    assert body.startswith(b'{\n  "schema": "harvester/article/2",\n')
    assert body.endswith(b"\n}\n")
    assert "港口开放了。".encode() in body


def test_the_order_in_which_kinds_were_counted_does_not_show():
    one = Cleaning("both", 0.9, "good", "0.1.0", "abc", 26, {"share_bar": 3, "menu": 4})
    other = dataclasses.replace(one, removed={"menu": 4, "share_bar": 3})
    assert article_json(an_article(cleaning=one)) == article_json(an_article(cleaning=other))


def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_joined():
    article = an_article(title="a\ud800b \ud83d\ude00", tags=("\udfff",))
    assert json.loads(article_json(article))["title"] == "a\ufffdb \U0001f600"
    assert json.loads(article_line(article))["tags"] == ["\ufffd"]


@given(st.text(st.characters(), max_size=40))
def test_an_article_is_one_line_for_every_reader_of_lines(text):
    line = article_line(an_article(title=text)).decode()
    assert line.endswith("}\n")
    assert len(line.splitlines()) == 1
    readable = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert json.loads(line)["title"] == readable.replace("\0", "\ufffd")  # which no database takes in a text


@pytest.mark.parametrize("text", ["", "x", "é\u2028", "\ud800", "\0"])
@pytest.mark.parametrize("number", [None, 0, 1, 2])
def test_blocks_are_written_without_what_is_at_its_default(text, number):
    mark = Mark(MarkKind.LINK, 0, 1, url=text, rel=(text,))
    table = Table(((Cell(text, header=bool(number), colspan=number or 1, marks=(mark,)),),), caption=text)
    block = TextBlock(Role.TABLE, text, number, text, (mark,), bool(number), number, table=table, tex=text)
    article = an_article(blocks=(block, TextBlock(Role.PARAGRAPH, text)))
    plain = msgspec.json.decode(msgspec.json.encode(storable(plain_article(article))))
    assert json.loads(article_line(article)) == plain


def test_a_block_of_a_type_that_is_not_declared_is_written_all_the_same():
    article = an_article(blocks=(TextBlock(Role.PARAGRAPH, "One.", level="2"),))
    assert json.loads(article_line(article))["blocks"] == [
        {"role": "paragraph", "text": "One.", "level": "2", "lang": None}
    ]


def test_all_that_is_left_out_of_blocks_is_one_object_in_every_process():
    silent = [default for kind in SPARSE for default in optional_fields(kind).values()]
    assert all(default in (None, (), False, 1) for default in silent)


def test_an_article_comes_back_from_disk_as_it_was(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(article_json(an_article()))
    assert load_article(path) == an_article()
    assert article_json(load_article(path)) == path.read_bytes()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b" \n", "empty_input"),
        (b"{", "unreadable"),
        (b"{}", "unreadable"),
        (b"\xff", "unreadable"),
        (article_json(an_article(schema="harvester/article/3")), "unreadable"),
    ],
)
def test_a_file_that_is_no_article_is_an_error(tmp_path, body, reason):
    (tmp_path / "a.json").write_bytes(body)
    with pytest.raises(InputError, match=r"a\.json") as caught:
        load_article(tmp_path / "a.json")
    assert caught.value.reason == reason


def test_a_missing_article_is_an_error(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load_article(tmp_path / "missing.json")


# ── the documented format ─────────────────────────────────────────────────────────────────────


def test_the_committed_schema_is_the_one_the_type_gives():
    assert (DOCS / "article.schema.json").read_bytes() == article_schema()


def test_every_field_has_a_note_and_every_note_a_field():
    fields = {f"{kind.__name__}.{field.name}" for kind in TYPES for field in dataclasses.fields(kind)}
    assert set(FIELD_NOTES) == fields


def test_the_schema_requires_every_field_that_is_always_written():
    types = json.loads(article_schema())["$defs"]
    for kind in TYPES:
        assert all("description" in field for field in types[kind.__name__]["properties"].values())
    for kind in WRITTEN_IN_FULL:
        assert types[kind.__name__]["required"] == [field.name for field in dataclasses.fields(kind)]
    assert types["TextBlock"]["required"] == ["role", "text", "level", "lang"]
    assert types["Mark"]["required"] == ["kind", "start", "end"]


def test_a_block_is_written_without_what_says_nothing():
    link = Mark(MarkKind.LINK, 0, 3, url="https://harbour-courier.example/")
    cells = ((Cell("Part", header=True), Cell("")),)
    blocks = (TextBlock(Role.PARAGRAPH, "The pier", marks=(link,)), TextBlock(Role.TABLE, "", table=Table(cells)))
    written = json.loads(article_line(an_article(blocks=blocks)))["blocks"]
    assert written == [
        {
            "role": "paragraph",
            "text": "The pier",
            "level": None,
            "lang": None,
            "marks": [{"kind": "link", "start": 0, "end": 3, "url": "https://harbour-courier.example/"}],
        },
        {
            "role": "table",
            "text": "",
            "level": None,
            "lang": None,
            "table": {"rows": [[{"text": "Part", "header": True}, {"text": ""}]]},
        },
    ]


def test_every_type_that_is_written_is_in_these_tests():
    written = msgspec.json.schema(Article)["$defs"]
    assert {name for name, shape in written.items() if "properties" in shape} == {kind.__name__ for kind in TYPES}


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.__name__)
def test_every_field_is_documented_in_the_same_words(kind):
    section = _sections(DOCS / "article-format.md")[kind.__name__]
    for field in dataclasses.fields(kind):
        note = FIELD_NOTES[f"{kind.__name__}.{field.name}"]
        row = next((line for line in section.splitlines() if line.startswith(f"| `{field.name}` |")), "")
        assert note in row, f"docs/article-format.md does not say of {kind.__name__}.{field.name}: {note}"
        assert len(row.split("|")) == 5, "a row has three cells: field, meaning, schema.org"


def _sections(path: Path) -> dict[str, str]:
    parts = re.split(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {title.strip("`"): text for title, text in zip(parts[1::2], parts[2::2], strict=True)}
