"""Who wrote and who only edited: records, and lines of Chinese papers, which run on in the text."""

import pytest
from metadata_pages import LEXICON, PROSE, json_ld, metadata_of

from harvester.metadata.lookup.person_names import split_names
from harvester.metadata.lookup.tidy_names import clean_name

STORY = f"<p>{PROSE}</p>" * 3
TOLD = "港口星期一因风暴关闭，两天后重新开放，渡轮公司说，星期三起恢复通航。" * 4
HEADLINE = "<h1>风暴后港口重新开放</h1>"


def chinese(opening: str, ending: str = "", head: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the authors and the agencies of a story in Chinese that opens and ends so."""
    found = metadata_of(f"{HEADLINE}{opening}<p>{TOLD}</p><p>{TOLD}</p>{ending}", head, lang="zh")
    return found.authors, found.agencies


@pytest.mark.parametrize(
    ("label", "authors"),
    [("责任编辑：李海霞", ()), ("作者：李海霞", ("李海霞",)), ("责任编辑：王俞", ("李海霞",))],
    ids=["edited", "wrote", "another edited"],
)
def test_whom_only_a_record_names_and_the_page_calls_its_editor_wrote_nothing(
    label: str, authors: tuple[str, ...]
) -> None:
    assert chinese("", f"<p>{label}</p>", '<meta name="author" content="李海霞">')[0] == authors


def test_an_editor_whom_a_byline_names_wrote_it_too() -> None:
    body = f"<h1>Storm hits the coast</h1><p>By Jane Doe</p>{STORY}<p>Edited by Jane Doe</p>"
    assert metadata_of(body, '<meta name="author" content="Jane Doe">').authors == ("Jane Doe",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("本报记者  王乐文  方  敏", ("王乐文", "方敏")),
        ("本报记者 李　明 张　华", ("李明", "张华")),
        ("记者 王俞 张华", ("王俞", "张华")),
        ("洛报记者 方南", ("方南",)),
    ],
    ids=["one of two", "both", "none", "behind the paper"],
)
def test_names_of_two_letters_are_widened_and_the_paper_is_nobody(line: str, names: tuple[str, ...]) -> None:
    assert split_names(line, LEXICON, "zh") == names


def test_a_japanese_name_keeps_its_blank() -> None:
    assert split_names("林 修", LEXICON, "ja") == ("林 修",)


def test_the_paragraph_behind_a_dateline_names_neither_writers_nor_organisations() -> None:
    opening = f"<p>洛城1月11日电（洛城晚报记者 王泓漓）今天，由洛城大学、海湾公司建造的新渡轮下水。{TOLD[:30]}</p>"
    assert chinese(opening) == (("王泓漓",), ("洛城晚报",))


def test_the_sentences_behind_reported_and_a_colon_name_nobody() -> None:
    opening = "<p>洛城晚报讯 记者帅鹏坤报道：港口似乎不愿就此沉沦，本周二，渡轮公司出手两大动作，让人生疑。</p>"
    assert chinese(opening)[0] == ("帅鹏坤",)


def test_a_sentence_with_a_day_in_it_is_no_line_of_a_name() -> None:
    assert chinese("<p>据海湾新闻消息，2024年5月16日，洛城中级法院公开开庭审理了渡轮公司原主席受贿一案。</p>")[0] == ()


@pytest.mark.parametrize(
    "text",
    ["《海湾》综合报道", "Author's posts", "Author's articles", "Ex Gulls @ South Harbour Pier"],
)
def test_titles_links_to_what_somebody_wrote_marks_and_places_are_nobody(text: str) -> None:
    assert clean_name(text, LEXICON) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("AP Economics Writer Jane Doe", "Jane Doe"),
        ("AP White House Correspondent Jane Doe", "Jane Doe"),
        ("AP Economics Writer", None),
        ("Reuters Writer Doe", "Reuters Writer Doe"),
        ("Jane Writer Doe Roe", "Jane Writer Doe Roe"),
    ],
)
def test_what_somebody_is_at_an_agency_is_no_part_of_the_name(text: str, name: str | None) -> None:
    assert clean_name(text, LEXICON) == name


@pytest.mark.parametrize(
    "line", ["5 March 2024 · Jane Doe on behalf of the pier group", "By Jane Doe on behalf of Dale"]
)
def test_for_whom_somebody_writes_is_no_part_of_the_name(line: str) -> None:
    assert metadata_of(f"<h1>Storm hits the coast</h1><p>{line}</p>{STORY}").authors == ("Jane Doe",)


def test_of_the_site_is_whose_staff_somebody_is_of() -> None:
    record = json_ld(headline="Tempestade", author=[{"name": "Ana Silva"}, {"name": "Do LOB"}])
    body = f"<h1>Tempestade fecha o porto</h1>{STORY}"
    found = metadata_of(body, f'{record}<meta property="og:site_name" content="LOB Notícias">', lang="pt")
    assert (found.authors, found.agencies) == (("Ana Silva",), ("Do LOB",))
