"""TEI that the schema of TEI P5 has nothing against, with all that the article holds in it."""

from dataclasses import replace

from hypothesis import given, settings
from lxml import etree
from tei_schema import faults
from whole_articles import an_article, articles, bare, blocks

from harvester.models import Cell, Footnote, Mark, MarkKind, Role, Table, TextBlock
from harvester.rendering.article_streams import stream
from harvester.rendering.tei import render_tei

TEI = {"t": "http://www.tei-c.org/ns/1.0"}
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def parsed(article) -> etree._Element:
    return etree.fromstring(render_tei(article).encode())


def texts(article, path: str) -> list[str]:
    return ["".join(node.itertext()) for node in parsed(article).iterfind(path, TEI)]


def test_the_whole_article_is_valid():
    assert faults(render_tei(an_article())) == []


@settings(max_examples=40)
@given(articles())
def test_any_article_is_valid(article):
    assert faults(render_tei(article).encode("utf-8", "replace").decode()) == []


@given(blocks())
def test_any_block_is_valid(block):
    assert faults(render_tei(bare(block)).encode("utf-8", "replace").decode()) == []


def test_an_article_of_nothing_is_valid():
    empty = replace(bare(), subtitle=None, editors=(), tags=(), section=None, description=None, licence=None)
    assert faults(render_tei(empty)) == []


def test_the_header_holds_the_fields():
    article = an_article()
    assert texts(article, ".//t:titleStmt/t:title") == ["A new pier", "After ten years"]
    assert texts(article, ".//t:titleStmt/t:author") == ["Ada Holm", "Bo Lund"]
    assert texts(article, ".//t:publicationStmt/t:publisher") == ["Harbour Courier"]
    assert parsed(article).find(".//t:bibl/t:date", TEI).get("when") == "2024-05-01"
    assert parsed(article).find(".//t:bibl/t:ptr", TEI).get("target") == article.url
    assert texts(article, ".//t:keywords[@scheme='tags']/t:term") == ["harbour", "sea"]


def test_headings_open_divisions_that_hold_those_below():
    levels = (2, 3, 3, 2)
    article = bare(*(TextBlock(Role.HEADING, f"part {number}", level) for number, level in enumerate(levels)))
    body = parsed(article).find(".//t:body", TEI)
    assert [div.findtext("t:head", None, TEI) for div in body.iterfind("t:div", TEI)] == ["part 0", "part 3"]
    assert [head.text for head in body.iterfind("t:div/t:div/t:head", TEI)] == ["part 1", "part 2"]


def test_tables_have_their_spans_and_header_cells():
    rows = ((Cell("a", header=True, colspan=2),), (Cell("b", rowspan=9), Cell("c")))
    cells = list(parsed(bare(TextBlock(Role.TABLE, "", table=Table(rows, "what")))).iterfind(".//t:cell", TEI))
    assert [dict(cell.attrib) for cell in cells] == [{"role": "label", "cols": "2"}, {}, {}]  # no row 3 to span


def test_notes_and_their_calls_point_at_each_other():
    mark = Mark(MarkKind.FOOTNOTE, 4, 4, value="k")
    note = TextBlock(Role.FOOTNOTE, "why", footnote=Footnote("k", "1"), in_text=False)
    tree = parsed(bare(TextBlock(Role.PARAGRAPH, "text", marks=(mark,)), note))
    call, found = tree.find(".//t:ref", TEI), tree.find(".//t:note", TEI)
    assert call.get("target") == f"#{found.get(XML_ID)}"
    assert found.get("target") == f"#{call.get(XML_ID)}"
    assert call.text == "1"


def test_several_articles_are_one_corpus():
    printed = b"".join(stream([an_article(), an_article(id="f" * 16)], "tei")).decode()
    assert faults(printed) == []
    assert len(etree.fromstring(printed.encode()).findall("t:TEI", TEI)) == 2
    assert b"".join(stream([an_article()], "tei")).decode() == render_tei(an_article())
    assert b"".join(stream([], "tei")) == b""
