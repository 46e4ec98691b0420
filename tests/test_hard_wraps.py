"""Layout: what was broken by a width is joined, what a writer broke stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harvester
from generated_pages import PROSE
from harvester.cleaning import render_text, settle
from harvester.hard_wraps import is_hard_wrapped, join_torn_paragraphs, settle_lines, torn_paragraphs
from harvester.models import Block, Document, Kept, Part, Role
from harvester.rules.load import load_rules
from harvester.structure import Setting, assemble
from harvester.text import visible


def block(text: str, role: Role = Role.PARAGRAPH, path: str = "article > p", level: int | None = None) -> Block:
    return Block(role, text, level, 0, None, path, 0, verdict=Kept(Part.TEXT))


def document_of(*blocks: Block) -> Document:
    return Document(blocks, (), None, None, None, (), (), (), ())


WRAPPED = {
    "English": (
        "The council decided on Tuesday that the old bridge over the river\n"
        "will be restored before the end of this year, and the people on\n"
        "both banks, who have waited eleven years for it, were glad to hear\n"
        "that the tea house will stay."
    ),
    "German": (
        "Der Rat der Stadt hat am Dienstag beschlossen, die alte Brücke\n"
        "über den Fluß noch in diesem Jahr zu erneuern; die Bewohner der\n"
        "beiden Ufer haben elf Jahre auf diesen Tag gewartet."
    ),
    "Russian": (
        "Городской совет во вторник решил, что старый мост через реку\n"
        "будет восстановлен ещё до конца этого года, и жители обоих\n"
        "берегов были этому очень рады."
    ),
    "two lines": "The council decided on Tuesday that the old bridge\nwill be restored this year.",
}
KEPT = {
    "verse": "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are you.",
    "long verse": (
        "Over the mountains and over the waves,\nunder the fountains and under the graves,\n"
        "under the floods that are deepest, which Neptune obey,\nover rocks that are steepest, love will find the way."
    ),
    "Chinese verse": "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。",
    "an address": "Harbour Office\n12 Quay Street\nPort Lumen 4711\nTel. 01 234 56",
    "bullets": "• the first item of a list that is long enough\n• the second item of the list, as long\n• third",
    "numbers in circles": "①第一条很长很长很长很长的规定\n②第二条很长很长很长很长的规定\n③第三条",
    "sentences": "The board met on Monday and again on Friday.\nIt found no money for the bridge.\nNobody was glad.",
    "two lines of a signature": "Ada Holm\nHarbour board",
    "a very short line": "The council decided on Tuesday that\nno.",
    "signatures": (
        "Ada Holm, chair of the harbour board of Port Lumen\nBo Lund, keeper of the lamp on the northern island\n"
        "Cy Marsh, master of the ferry to the islands\nDee Quint, tuner of the piano in the tea house"
    ),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_hard_wraps_are_joined_with_a_blank(name):
    assert settle_lines(WRAPPED[name]) == WRAPPED[name].replace("\n", " ")


def test_hard_wraps_of_chinese_are_joined_without_a_blank():
    text = (
        "市议会周二决定，今年内重修河上的老桥；两岸居民等这一\n天已经等了十一年，桥头的茶馆当晚座无虚席，许多人站在\n"
        "门外听消息，直到半夜才慢慢散去。"
    )
    assert settle_lines(text) == text.replace("\n", "")


def test_a_wrap_between_scripts_gets_a_blank():
    text = (
        "市议会周二决定，今年内重修河上的老桥，负责施工的是\n"
        "Harbour 公司，两岸居民等这一天已经等了十一年，桥头的\n茶馆当晚座无虚席。"
    )
    assert settle_lines(text) == text.replace("是\nH", "是 H").replace("\n", "")


@pytest.mark.parametrize("name", KEPT)
def test_lines_that_a_writer_set_stay(name):
    assert settle_lines(KEPT[name]) == KEPT[name]


def test_one_line_is_never_wrapped():
    assert settle_lines("One line of text.") == "One line of text."


def joined(*texts: str) -> list[str]:
    return [found.text for found in join_torn_paragraphs([block(text) for text in texts])]


@pytest.mark.parametrize(
    ("first", "second", "whole"),
    [
        (
            "The council decided, after a debate,",
            "that it stays.",
            "The council decided, after a debate, that it stays.",
        ),
        (
            "The council decided on Tuesday after a long debate",
            "that the bridge stays.",
            "The council decided on Tuesday after a long debate that the bridge stays.",
        ),
        ("市议会周二决定，", "老桥重修。", "市议会周二决定，老桥重修。"),
        ("Совет решил во вторник,", "что мост останется.", "Совет решил во вторник, что мост останется."),
    ],
)
def test_a_paragraph_torn_in_mid_sentence_is_joined(first, second, whole):
    assert joined("Before.", first, second, "After.") == ["Before.", whole, "After."]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("The council decided on Tuesday after a long debate.", "that it stays"),
        ("A headline without a mark that is rather long", "The first word is a capital."),
        ("Short label", "lower case follows."),
        ("Dear neighbours,", "The bridge stays."),
        ("市议会周二决定重修老桥", "两岸居民很高兴。"),
        ("One line,\nanother line,", "lower case follows."),
    ],
)
def test_whole_paragraphs_stay_apart(first, second):
    assert joined(first, second) == [first, second]


def test_a_german_letter_goes_on_in_lower_case_below_its_first_line():
    greeting, first = block("Liebe Nachbarinnen und Nachbarn,"), block("die Brücke bleibt, wo sie ist.")
    assert torn_paragraphs([greeting, first], ("liebe",)) == [[greeting], [first]]
    assert torn_paragraphs([greeting, first], ("lieb",)) == [[greeting, first]]  # a word, not its beginning


def test_only_neighbours_of_one_container_are_joined():
    torn = [block("The council decided,"), block("that it stays.")._replace(path="aside > p")]
    assert join_torn_paragraphs(torn) == torn
    items = [block("the council,", Role.LIST_ITEM), block("and others", Role.LIST_ITEM)]
    assert join_torn_paragraphs(items) == items


def test_a_joined_paragraph_counts_the_links_of_both():
    torn = [block("The council decided,")._replace(link_chars=3), block("that it stays.")._replace(link_chars=4)]
    assert [found.link_chars for found in join_torn_paragraphs(torn)] == [7]


def test_code_is_never_settled():
    code = "The council decided on Tuesday that the old bridge\nwill be restored by the end of the year, and it\nis so"
    assert is_hard_wrapped(code.split("\n"))
    assert settle(document_of(block(code, Role.CODE)))[0].text == code


LINES = st.one_of(
    st.sampled_from(PROSE), st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=70)
)
TEXTS = st.lists(LINES.map(lambda line: " ".join(line.split())).filter(bool), min_size=1, max_size=5).map("\n".join)
BLOCKS = st.lists(
    st.builds(
        block, TEXTS, st.sampled_from((Role.PARAGRAPH, Role.PARAGRAPH, Role.LIST_ITEM, Role.QUOTE, Role.HEADING))
    ),
    max_size=6,
)


@given(TEXTS)
def test_settling_lines_loses_no_visible_character(text):
    assert visible(settle_lines(text)) == visible(text)


@given(TEXTS)
def test_settled_lines_are_settled(text):
    assert settle_lines(settle_lines(text)) == settle_lines(text)


@given(BLOCKS)
def test_settling_blocks_loses_no_visible_character(blocks):
    settled = settle(document_of(*blocks))
    assert visible("".join(found.text for found in settled)) == visible("".join(found.text for found in blocks))


def test_items_and_rows_stand_close_everything_else_apart():
    blocks = (
        block("Costs", Role.HEADING, level=2),
        block("steel", Role.LIST_ITEM),
        block("timber", Role.LIST_ITEM),
        block("a | b", Role.TABLE),
        block("c | d", Role.TABLE),
        block("Text."),
        block("More."),
    )
    document = document_of(*blocks)
    text_blocks = assemble(settle(document), Setting(document, None, (), load_rules().lexicon))
    assert render_text(text_blocks) == "Costs\n\n- steel\n- timber\n\na | b\nc | d\n\nText.\n\nMore."


def test_a_dateline_in_a_box_of_its_own_runs_on():
    dateline, first = block("LOWMERE (Northpress) —", path="article"), block("The ferry will stop.")
    assert [joined.text for joined in join_torn_paragraphs([dateline, first])] == [
        "LOWMERE (Northpress) — The ferry will stop."
    ]


def test_a_paragraph_that_a_table_of_advertisements_split_is_joined():
    first, second = block("The board said that the ferry will stop in"), block("the autumn.", path="article")
    assert [joined.text for joined in join_torn_paragraphs([first, second])] == [
        "The board said that the ferry will stop in the autumn."
    ]


def test_the_lines_of_a_heading_are_one_phrase():
    heading = block("百年老街騎樓\n下月開始整修", Role.HEADING, level=1)
    assert settle(document_of(heading))[0].text == "百年老街騎樓 下月開始整修"


def test_two_slogans_are_not_one_sentence():
    assert settle_lines("点击这里下载本站的应用程序看新闻\n关注我们的公众号每天都有好礼相送") == (
        "点击这里下载本站的应用程序看新闻\n关注我们的公众号每天都有好礼相送"
    )


@pytest.mark.parametrize(
    ("letter", "rest", "is_one"),
    [
        ("T", "he harbour board voted on Tuesday.", True),
        ("“T", "he board has no choice,” she said.", True),
        ("Т", "еперь мост закрыт.", True),
        ("A", "harbour board voted on Tuesday.", False),  # a word as likely as the first letter of "All"
        ("T", "The harbour board voted on Tuesday.", False),
        ("5", "per cent of the stalls are empty.", False),
        ("Tab", "le manners are what it is about.", False),
    ],
)
def test_a_letter_set_large_in_a_box_of_its_own_begins_the_word(letter: str, rest: str, is_one: bool) -> None:
    found = settle(document_of(block(letter, path="article > div"), block(rest)))
    assert [one.text for one in found] == ([letter + rest] if is_one else [letter, rest])


def test_a_letter_set_large_is_text_where_its_paragraph_is() -> None:
    paragraphs = "".join(f"<p>{PROSE}</p>" for _ in range(3))
    rest = "he harbour board voted on Tuesday to close the old fish market at the end of the year."
    for box in ("<div class=drop-cap>T</div>", "<div style='float: left'>T</div>"):
        page = (
            f"<title>Fish market to close</title><article><h1>Fish market to close</h1>{box}<p>{rest}</p>{paragraphs}"
        )
        assert harvester.clean(page).text.startswith(f"T{rest}")
