"""Authors and editors."""

import pytest
from metadata_pages import PROSE, json_ld, judged_metadata, metadata_of

from harvester.metadata.names import clean_name, split_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("By Jane Doe", ("Jane Doe",)),
        ("By Jane Doe and John Roe, Staff Writers", ("Jane Doe", "John Roe")),
        ("Von Jan Müller und Eva Groß", ("Jan Müller", "Eva Groß")),
        ("Por Ana María Sahuquillo", ("Ana María Sahuquillo",)),
        ("RALPH D. RUSSO", ("Ralph D. Russo",)),
        ("Jane Doe, MD, PhD", ("Jane Doe",)),
        ("Jane Doe (Reuters)", ("Jane Doe",)),
        ("Jane Doe The Associated Press", ("Jane Doe",)),
        ("Ana Silva, em Porto Alegre", ("Ana Silva",)),
        ("jane@example.org Jane Doe", ("Jane Doe",)),
        ("作者：张三", ("张三",)),
        ("记者 张三 李四", ("张三", "李四")),
        ("文/王小明", ("王小明",)),
        ("홍길동 기자", ("홍길동",)),
        ("Reuters", ()),
        ("Staff", ()),
        ("新华社", ()),
        ("The Associated Press", ()),
        ("Politics Reporter", ()),
        ("Die Redaktion", ()),
    ],
)
def test_a_byline_gives_people_and_nothing_else(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text) == names


@pytest.mark.parametrize(
    "text", ["", "3 min read", "https://example.org", "Read the full story of the storm", "© 2024"]
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert clean_name(text) is None


@pytest.mark.parametrize(
    ("line", "lang", "names"),
    [
        ("By Jane Doe | 5 March 2024", "en", ("Jane Doe",)),
        ("posted on 2023-12-19 23:30 EST by Jane Doe", "en", ("Jane Doe",)),
        ("Par Anne Dupont", "fr", ("Anne Dupont",)),
        ("Autor: Jan Kowalski", "pl", ("Jan Kowalski",)),
        ("Текст: Иван Петров", "ru", ("Иван Петров",)),
        ("作者：张三 2024-03-05", "zh", ("张三",)),
        ("文＝松岡大地", "ja", ("松岡大地",)),
        ("取材・文：松岡大地", "ja", ("松岡大地",)),
        ("बाय", "hi", ()),
    ],
)
def test_a_printed_byline_is_read_in_its_language(line: str, lang: str, names: tuple[str, ...]) -> None:
    assert metadata_of(f"<h1>Storm</h1><div>{line}</div><p>{PROSE}</p>", lang=lang).authors == names


def test_a_sentence_that_begins_with_by_is_no_byline() -> None:
    assert metadata_of(f"<h1>Storm</h1><p>By noon the harbour was closed.</p><p>{PROSE}</p>").authors == ()


def test_the_records_author_is_read_through_its_id() -> None:
    graph = {
        "@graph": [{"@type": "Person", "@id": "#p", "name": "Jane Doe"}],
        "author": {"@id": "#p"},
        "headline": "Storm",
    }
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", json_ld(**graph)).authors == ("Jane Doe",)


def test_an_organisation_an_agency_and_the_site_are_no_authors() -> None:
    authors = [
        {"@type": "Organization", "name": "Example Media"},
        {"@type": "Person", "name": "Reuters"},
        "Example News",
    ]
    head = json_ld(headline="Storm", author=authors, publisher={"name": "Example News"})
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head).authors == ()


def test_the_author_of_a_comment_or_card_is_not_taken() -> None:
    body = f'<h1>Storm</h1><div class="comments"><a rel="author">Carl Comment</a></div><p>{PROSE}</p>'
    assert metadata_of(body).authors == ()


def test_editors_are_apart_from_authors() -> None:
    body = f"<h1>台风登陆</h1><p>作者：张三</p><p>{'台风周一登陆，港口关闭两天。' * 10}</p><p>（责任编辑：李四）</p>"
    found = metadata_of(body, lang="zh")
    assert (found.authors, found.editors) == (("张三",), ("李四",))


def test_an_editor_credit_that_was_removed_gives_the_editor() -> None:
    found = judged_metadata(f"<h1>Storm</h1><p>{PROSE}</p><p>Editing by Eve Ditor</p>", {"Editing by": "editor_credit"})
    assert found.editors == ("Eve Ditor",)
