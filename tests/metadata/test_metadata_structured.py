"""JSON-LD as it is met, word lists as they must be, and any document at all."""

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from metadata_pages import LEXICON, PROSE, metadata_of

from harvester.errors import RulesError
from harvester.metadata import read_metadata
from harvester.models import (
    Block,
    Document,
    Element,
    HeadLink,
    ImageTag,
    Kept,
    Meta,
    Page,
    Part,
    Removed,
    Role,
    Script,
    Span,
)
from harvester.page_json import parse_json
from harvester.rules.lexicon import months_for, read_language, read_lexicon


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1}',
        '<!-- {"a": 1} -->',
        '//<![CDATA[\n{"a": 1}\n//]]>',
        '/*<![CDATA[*/{"a": 1}/*]]>*/',
        '{"a": 1,}',
        '{"a": 1};',
    ],
)
def test_a_wrapped_or_sloppy_record_is_read(text: str) -> None:
    assert parse_json(text) == {"a": 1}


def test_raw_line_breaks_and_unknown_escapes_are_read() -> None:
    assert parse_json('{"a": "b\nc"}') == {"a": "b\nc"}
    assert parse_json(r'{"a": "it\'s",}') == {"a": r"it\'s"}


def test_two_records_in_one_script_are_both_read() -> None:
    assert parse_json('{"a": 1}\n{"b": 2}') == [{"a": 1}, {"b": 2}]


@pytest.mark.parametrize("text", ["", "{", "not json", "[" * 100_000, "x" * 3_000_000])
def test_what_cannot_be_read_is_none(text: str) -> None:
    assert parse_json(text) is None


def test_entities_in_values_are_unescaped() -> None:
    script = '{"@type": "NewsArticle", "headline": "Ships &amp;amp; harbours"}'
    head = f'<script type="application/ld+json">{script}</script>'
    assert metadata_of(f"<p>{PROSE}</p>", head).title == "Ships & harbours"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{ /* the record */ "a": "http://x.example/y", // its type\n "b": 1}', {"a": "http://x.example/y", "b": 1}),
        ('{"a": "She said "no", and left", "b": "c"}', {"a": 'She said "no", and left', "b": "c"}),
        ("{&quot;a&quot;: &quot;b&quot;}", {"a": "b"}),
        ('{"a": "a "quoted" word"}', {"a": 'a "quoted" word'}),
    ],
)
def test_what_breaks_a_record_is_repaired_where_that_is_sure(text: str, value: object) -> None:
    assert parse_json(text) == value


def test_a_record_that_no_repair_makes_whole_is_read_field_by_field() -> None:
    broken = (
        '{"@graph":[{"@type":"WebSite","name":"The Example"},{"@type":"NewsArticle","headline":"Storm {","author":'
        '[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"Jan Roe"}],"datePublished":"2024-03-05",,"x":}'
    )
    assert parse_json(broken) == {
        "@type": "NewsArticle",
        "headline": "Storm {",
        "datePublished": "2024-03-05",
        "author": [{"name": "Jane Doe"}, {"name": "Jan Roe"}],
    }


@pytest.mark.parametrize("text", ['{"a":"' + '" ' * 200_000, "{" + "/*" * 300_000, '"@type" : "' * 100_000])
def test_a_hostile_record_is_given_up(text: str) -> None:
    assert parse_json(text) is None


def test_a_missing_list_is_named() -> None:
    with pytest.raises(RulesError, match="han"):
        read_lexicon({}, (), frozenset())


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({}, "script"),
        ({"script": "Latn", "people": {"by": []}}, "people.by"),
        ({"script": "Latn", "people": {"by": ["", "by"]}}, "people.by"),
        ({"script": "Latn", "dates": {"months": ["january"]}}, "twelve"),
    ],
)
def test_a_wrong_list_of_a_language_is_named(table: dict[str, object], named: str) -> None:
    with pytest.raises(RulesError, match=named):
        read_language("xx", table)


def test_the_shipped_lists_are_lower_case_and_complete() -> None:
    languages = LEXICON.languages.values()
    assert len(languages) > 80
    for one in languages:
        assert set(one.months.values()) in (set(), set(range(1, 13))), one.tag
        wrong = [word for words in one.lists.values() for word in words if word != word.lower() or word != word.strip()]
        assert not wrong, (one.tag, wrong)


def test_a_month_that_means_two_is_read_by_the_language_of_the_page() -> None:
    assert (months_for("hr", LEXICON)["listopad"], months_for("pl", LEXICON)["listopad"]) == (10, 11)
    assert "listopad" not in months_for("en", LEXICON)


# Words that lead the readers into their branches, among any other text.
WORDS = st.sampled_from(
    [
        "By Jane Doe",
        "2024-03-05",
        "来源：",
        "责任编辑：张三",
        "©",
        "author",
        "time",
        "datePublished",
        "license",
        "related",
    ]
    + ['{"@type": "NewsArticle", "author": {"@id": 1}, "headline": ["a"]}', "https://[bad", "//", "Tags:", "»", "\n"]
)
TEXTS = st.one_of(WORDS, st.text(max_size=30), st.lists(WORDS, max_size=3).map(" ".join))
INDICES = st.integers(-2, 6)
VERDICTS: st.SearchStrategy[Kept | Removed | None] = st.one_of(
    st.none(),
    st.sampled_from(list(Part)).map(Kept),
    st.sampled_from(["byline_meta", "source_credit", "tag_list", "breadcrumb", "caption", "repost_notice"]).map(
        lambda kind: Removed(kind, "test")
    ),
)
SPANS = st.builds(Span, st.sampled_from(["a", "time", "span"]), *[TEXTS] * 7)
BLOCKS = st.builds(
    Block,
    role=st.sampled_from(list(Role)),
    text=TEXTS.filter(bool),
    level=st.none() | st.integers(1, 6),
    link_chars=st.integers(0, 30),
    lang=st.none() | st.just("en"),
    path=TEXTS,
    element=INDICES,
    spans=st.lists(SPANS, max_size=2).map(tuple),
    strong_chars=st.just(0),
    verdict=VERDICTS,
)
ELEMENTS = st.builds(Element, INDICES, st.sampled_from(["div", "article", "figure", "footer"]), *[TEXTS] * 8)
METAS = st.builds(
    Meta, st.sampled_from(["og:title", "author", "date", "keywords", "og:image", "og:url", "source"]), TEXTS
)
SIZES = st.none() | st.integers(0, 900)


def tuples(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=4).map(tuple)


DOCUMENTS: Callable[[], st.SearchStrategy[Document]] = lambda: st.builds(  # noqa: E731 - a name for the long type
    Document,
    blocks=tuples(BLOCKS),
    elements=tuples(ELEMENTS),
    title=st.none() | TEXTS,
    lang=st.none() | TEXTS,
    base=st.none() | TEXTS,
    metas=tuples(METAS),
    links=tuples(st.builds(HeadLink, st.sampled_from(["canonical", "license"]), TEXTS, TEXTS, TEXTS)),
    scripts=tuples(st.builds(Script, st.just("application/ld+json"), TEXTS, TEXTS)),
    images=tuples(st.builds(ImageTag, TEXTS, TEXTS, SIZES, SIZES, INDICES, INDICES)),
)


@settings(max_examples=60)
@given(document=DOCUMENTS(), url=st.none() | TEXTS | st.just("https://example.org/2024/03/05/a"))
def test_any_document_gives_metadata_and_never_an_exception(document: Document, url: str | None) -> None:
    found = read_metadata(document, Page(url, b""), LEXICON)
    assert found.title is None or found.title
    assert all(found.authors)
    assert read_metadata(document, Page(url, b""), LEXICON) == found


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["x", " ", "(", "@", "a ", "- ", ", ", "1.", "By ", "] ", "2024-", "来源：", "»"])
def test_no_text_makes_a_reader_hang(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    head = f'<title>{text}</title><meta name="author" content="{text}"><meta name="date" content="{text}">'
    head += f'<meta name="keywords" content="{text}"><meta property="og:title" content="{text}">'
    head += f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": "{text}"{text}</script>'
    body = f"<h1>{text}</h1><p>{text}</p><figure><img src='/a.jpg'><figcaption>{text}</figcaption></figure>"
    assert metadata_of(body, head).kind in {"news", "initiative", "other"}


RECORD = (
    '{"@type": "NewsArticle", "headline": "Storm closes the \\"old\\" harbour", "datePublished": "2024-03-04", '
    '"author": {"@type": "Person", "name": "Jane Doe"}}'
)
PLAIN = RECORD.replace('\\"old\\"', "old")


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace('"', "'"),
        PLAIN.replace('"', "'").replace("the old", "Tom's"),
        PLAIN.replace('"', "'").replace("the old", "Tom\\'s"),
        PLAIN.replace("{", "{ ").replace('"@type"', "'@type'").replace('"headline"', "'headline'"),
        PLAIN.replace('"headline"', "headline").replace('"datePublished"', "datePublished").replace('"name"', "name"),
        json.dumps(RECORD),
        json.dumps(json.dumps(RECORD)),
        PLAIN.replace('"', '\\"'),
        PLAIN.replace('"', '\\\\\\"'),
        PLAIN.replace('"', "\\u0022"),
        PLAIN.replace('"', "&quot;"),
        PLAIN.replace('"', "&amp;quot;"),
        PLAIN.replace('"', "\u201d"),
        quote(PLAIN),
        quote(quote(PLAIN)),
        PLAIN[:-1] + ', "image": undefined,}',
    ],
)
def test_a_record_is_read_whatever_its_quotation_marks_are(text: str) -> None:
    found = parse_json(text)
    assert isinstance(found, dict)
    assert found["datePublished"] == "2024-03-04"
    assert found["headline"].startswith("Storm closes")
    author = found["author"]
    assert (author[0] if isinstance(author, list) else author)["name"] == "Jane Doe"
