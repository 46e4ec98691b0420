"""Who is named in brackets at the end of a text, in its dateline, and before an account."""

import pytest
from metadata_pages import PROSE, judged_metadata, metadata_of

TITLE = "<h1>Storm hits the coast of Dale</h1>"
TEXTS = {
    "ja": "昨日の夜、港で大きな火事が発生し、多くの船が燃えた。消防によると、けが人はいないという。",
    "zh-Hans": "昨天晚上，港口发生大火，多艘船只被烧毁。消防部门表示，没有人员受伤。港口预计将关闭两天。",
    "zh-Hant": "昨天晚上，港口發生大火，多艘船隻被燒毀。消防部門表示，沒有人員受傷。港口預計將關閉兩天。",
    "ko": "어제 밤 항구에서 큰 불이 나 많은 배가 불탔다. 소방 당국은 다친 사람이 없다고 밝혔다.",
}


@pytest.mark.parametrize(
    ("lang", "end", "authors"),
    [
        ("ja", "（山口直樹）", ("山口直樹",)),
        ("ja", "【山口直樹】", ("山口直樹",)),
        ("ja", "(佐々木健)", ("佐々木健",)),
        ("ja", "（山口直樹記者）", ("山口直樹",)),
        ("zh-Hans", "（记者 张三丰 摄影报道）", ("张三丰",)),
        ("zh-Hans", "（记者张三丰 文/图）", ("张三丰",)),
        ("zh-Hant", "（記者王小明攝影報導）", ("王小明",)),
        ("ko", "(홍길동 기자)", ("홍길동",)),
    ],
)
@pytest.mark.parametrize("line", ["{text}{end}", "{text}</p><p>{end}"])
def test_brackets_at_the_end_of_a_text_name_its_writer(
    line: str, lang: str, end: str, authors: tuple[str, ...]
) -> None:
    text = TEXTS[lang]
    body = f"{TITLE}<p>{text}</p><p>{text}</p><p>{line.format(text=text, end=end)}</p>"
    assert judged_metadata(body, {}, lang).authors == authors


@pytest.mark.parametrize(
    ("lang", "end"),
    [
        ("ja", "（敬称略）"),
        ("ja", "（随時掲載）"),
        ("ja", "（共同通信）"),
        ("ja", "（東京都港区）"),
        ("ja", "【続報予定】"),
        ("ja", "（写真＝山口直樹）"),
        ("ja", "（おわり）"),
        ("zh-Hans", "（未完待续）"),
        ("zh-Hans", "（记者 张三丰 摄）"),
        ("zh-Hant", "（記者王小明攝）"),
        ("zh-Hans", "（新华社）"),
    ],
)
def test_other_words_in_brackets_at_the_end_name_nobody(lang: str, end: str) -> None:
    text = TEXTS[lang]
    assert judged_metadata(f"{TITLE}<p>{text}</p><p>{text}</p><p>{text}{end}</p>", {}, lang).authors == ()


@pytest.mark.parametrize(
    ("lang", "dateline", "authors"),
    [
        ("ru", "МОСКВА, 5 мар — РИА Новости, Иван Дымов. ", ("Иван Дымов",)),
        ("ru", "ПЕКИН, 5 марта - РИА Новости, Иван Дымов, Анна Белова. ", ("Иван Дымов", "Анна Белова")),
        ("en", "MOSCOW, March 5 - Reuters, Jane Doe. ", ("Jane Doe",)),
        ("ru", "МОСКВА, 5 мар — РИА Новости. ", ()),
        ("ru", "МОСКВА, 5 мар — РИА Новости, порт закрыт на два дня. ", ()),
        ("ru", "МОСКВА, 5 мар — Дом быта, Иван Дымов. ", ()),
    ],
)
def test_a_dateline_names_the_writer_behind_the_agency(lang: str, dateline: str, authors: tuple[str, ...]) -> None:
    body = f"{TITLE}<p>{dateline}{PROSE}</p><p>{PROSE}</p>"
    assert judged_metadata(body, {}, lang).authors == authors


@pytest.mark.parametrize(
    "line",
    [
        "Jane Doe @janedoe London 5 March 2024",
        "Jane Doe (@janedoe) Villa Park, 5 March 2024",
        "Jane Doe | @janedoe | March 5, 2024",
        'Jane Doe <a href="https://social.example/janedoe">@janedoe</a> New York, March 5, 2024',
    ],
)
def test_a_name_before_an_account_a_place_and_a_day_is_the_writers(line: str) -> None:
    found = metadata_of(f"{TITLE}<p>{line}</p><p>{PROSE}</p><p>{PROSE}</p>")
    assert (found.authors, found.published) == (("Jane Doe",), "2024-03-05")
