"""Authors and editors."""

import pytest
from metadata_pages import LEXICON, PROSE, json_ld, judged_metadata, metadata_of

from harvester.metadata.lookup.person_names import clean_name, split_names


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
    assert split_names(text, LEXICON) == names


@pytest.mark.parametrize(
    ("text", "lang", "names"),
    [
        ("贺兰舟 邢小满", "zh-CN", ("贺兰舟", "邢小满")),
        ("大渡 美咲", "ja", ("大渡 美咲",)),
        ("大渡 美咲、松岡 大地", "ja", ("大渡 美咲", "松岡 大地")),
        ("다른기사 보기", "ko", ()),
    ],
)
def test_a_blank_parts_people_in_chinese_and_names_in_japanese(text: str, lang: str, names: tuple[str, ...]) -> None:
    assert split_names(text, LEXICON, lang) == names


@pytest.mark.parametrize(
    "text",
    ["", "3 min read", "https://example.org", "Read the full story of the storm", "© 2024", "Dec 17", "Sun Dec 17"],
)
def test_what_is_no_name_is_none(text: str) -> None:
    assert clean_name(text, LEXICON) is None


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
        ("2009年4月15日 星期三 本報記者：麥頌文", "zh-HK", ("麥頌文",)),
        ("栖川晚报作者：沈若谷", "zh", ("沈若谷",)),
        ("（記者王小明／台北報導）", "zh-TW", ("王小明",)),
        ("승인 2013.07.09 14:21 | 채은별 기자", "ko", ("채은별",)),
        ("24.03.2010 | Автор: Игнат Сорокопуд | Просмотров: 714", "ru", ("Игнат Сорокопуд",)),
        ("Íñigo Cañizares | 22/11/2014", "es", ("Íñigo Cañizares",)),
        ("Jane Doe July 13, 2025 — 7 minutes read", "en", ("Jane Doe",)),
        ("ByJane Doe December 3, 2024", "en", ("Jane Doe",)),
        ("By Theresa May", "en", ("Theresa May",)),
        ("Reviewed by Jane Doe", "en", ()),
        ("Local News | March 5, 2024", "en", ()),
        ("Dec 17, 2024", "en", ()),
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


def test_an_account_in_the_records_gives_way_to_a_printed_name() -> None:
    head = json_ld(headline="Storm", author={"@type": "Person", "name": "jane.doe7"})
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head).authors == ()  # an account is nobody that a page names
    assert metadata_of(f"<h1>Storm</h1><div>By Jane Doe</div><p>{PROSE}</p>", head).authors == ("Jane Doe",)


def test_a_site_that_is_named_after_its_writer_has_an_author() -> None:
    head = json_ld(headline="Storm", author={"@type": "Person", "name": "Jane Doe"}, publisher={"name": "Jane Doe"})
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", head).authors == ("Jane Doe",)


def test_an_author_far_below_is_taken_when_the_page_names_no_second_one() -> None:
    far = f"<h1>Storm</h1><p>{PROSE}</p>" + "<p>x</p>" * 30 + '<p><a rel="author" href="/a">Jane Doe</a></p>'
    assert metadata_of(far).authors == ("Jane Doe",)
    assert metadata_of(far + '<p><a rel="author" href="/b">John Roe</a></p>').authors == ()


def test_the_byline_of_a_second_article_is_not_taken() -> None:
    body = f"<h1>Storm</h1><p>{PROSE}</p><h1>Calm</h1><div>By Carl Calm</div><p>Nothing moved.</p>"
    verdicts = {"Calm": "byline_meta", "Nothing": "not_content"}
    assert judged_metadata(body, verdicts).authors == ()


def test_who_began_a_thread_wrote_it_where_markup_names_each_who_answers() -> None:
    names = ("Ann Lind", "Bo Berg", "Cy Dahl", "Di Falk")
    posts = "".join(f'<div><a rel="author">{name}</a></div><p>{PROSE}</p>' for name in names)
    assert metadata_of(f"<h1>Which pump for a small pond?</h1>{posts}").authors == ("Ann Lind",)


def test_of_two_whom_markup_names_the_nearer_to_the_headline_wrote_it() -> None:
    answer = f'<p>{PROSE}</p><div><a rel="author">Bo Berg</a></div><p>{PROSE}</p>'
    page = f'<h1>Which pump for a small pond?</h1><div><a rel="author">Ann Lind</a></div>{answer}'
    assert metadata_of(page).authors == ("Ann Lind",)


@pytest.mark.parametrize(
    ("line", "lang", "names"),
    [
        ("Un texte d’Anne Dupont", "fr", ("Anne Dupont",)),
        ("Un texte d'Anne Dupont", "fr", ("Anne Dupont",)),
        ("Un texte de Jean Roe", "fr", ("Jean Roe",)),
        ("By Jane Doe →", "en", ("Jane Doe",)),
        ("نویسنده\u200c: علی رضایی", "fa", ("علی رضایی",)),
        ("نویسنده\u200cی مقاله: علی رضایی", "fa", ("علی رضایی",)),
        ("نويسنده : علی رضایی", "fa", ("علی رضایی",)),
        ("记者张伟/文", "zh", ("张伟",)),
        ("【聯合報╱記者王小明／即時報導】", "zh-TW", ("王小明",)),
        ("Words by Jane Doe Photographs by John Roe", "en", ("Jane Doe",)),
        ("Un texte d'une rare beauté", "fr", ()),
    ],
)
def test_bylines_with_elided_labels_half_spaces_and_arrows_are_read(
    line: str, lang: str, names: tuple[str, ...]
) -> None:
    assert metadata_of(f"<h1>Storm hits coast</h1><p>{line}</p><p>{PROSE}</p>", lang=lang).authors == names


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("<p>Jane Doe at Villa Park</p><p>Sunday 3 March 2024</p>", ("Jane Doe",)),
        ("<ul><li>Jane Doe at Villa Park</li><li>The Example, Sunday 3 March 2024</li></ul>", ("Jane Doe",)),
        ("<p>Jane Doe at work and at home</p><p>Sunday 3 March 2024</p>", ()),
        ("<p>Jane Doe at Villa Park</p>", ()),
    ],
)
def test_a_name_and_where_it_wrote_are_a_byline_beside_a_day(lines: str, names: tuple[str, ...]) -> None:
    assert metadata_of(f"<h1>Storm hits coast</h1>{lines}<p>{PROSE}</p>").authors == names


@pytest.mark.parametrize("name", ["jdoe", "wpadmin", "user123", "Super User", "Elsevier", "John Wiley & Sons"])
def test_who_uploaded_or_printed_an_article_did_not_write_it(name: str) -> None:
    head = json_ld(headline="Storm hits coast", author={"@type": "Person", "name": name})
    assert metadata_of(f"<h1>Storm hits coast</h1><p>{PROSE}</p>", head).authors == ()


def test_an_account_that_is_printed_as_the_writer_is_taken() -> None:
    head = json_ld(headline="Storm hits coast", author={"@type": "Person", "name": "jdoe"})
    assert metadata_of(f"<h1>Storm hits coast</h1><p>Posted by jdoe on 3 May 2020</p><p>{PROSE}</p>", head).authors == (
        "jdoe",
    )


HEADLINE = "<h1>Storm hits the coast</h1>"


@pytest.mark.parametrize(
    "said",
    [
        '<div class="testimonial"><p>Great!</p><p class="author">Jane Doe</p></div>',
        '<div class="quote"><p>Great!</p><span class="author-name">Jane Doe</span></div>',
        '<div class="customer_review"><p>Great!</p><div class="customer_review_author">Jane Doe</div></div>',
        '<div class="kundenstimmen"><p>Toll!</p><p class="name author">Jane Doe</p></div>',
        '<div class="comment"><cite class="author">Jane Doe</cite><p>Nice.</p></div>',
    ],
)
def test_who_praises_or_answers_is_no_author(said: str) -> None:
    assert metadata_of(f"{HEADLINE}{said}<p>{PROSE}</p>").authors == ()
    assert metadata_of(f"{HEADLINE}<p>{PROSE}</p>{said}").authors == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Jane Doe, National Institute of Allergy and Infectious Diseases", ("Jane Doe",)),
        ("Interview with Jane Doe produced by Jan Roe.", ()),
        ("Photos and Story By Jane Doe", ("Jane Doe",)),
        ("By Jane Doe MS, RD", ("Jane Doe",)),
        ("By George T. Conway III", ("George T. Conway III",)),
        ('<a href="/category/design-style/" rel="category tag">Design Style</a> 3 May 2024', ()),
        ("<span>Jane Doe</span><span>Dec 05, 2023</span>", ("Jane Doe",)),
    ],
)
def test_a_line_names_its_people_and_nothing_else(line: str, authors: tuple[str, ...]) -> None:
    assert metadata_of(f"{HEADLINE}<p>{line}</p><p>{PROSE}</p>").authors == authors


def test_the_label_of_a_byline_in_the_pages_own_language_counts_above_a_text_in_another() -> None:
    body = f'<h1>Storm hits coast</h1><p class="byline">Av Anna Svensson</p><p>{PROSE}</p>'
    assert metadata_of(body, lang="sv").authors == ("Anna Svensson",)


@pytest.mark.parametrize(
    ("kind", "authors"),
    [
        ("Organization", ()),
        ("NewsMediaOrganization", ()),
        (["Person", "Organization"], ("Delmar Ridge",)),
        ("Person", ("Delmar Ridge",)),
        (None, ("Delmar Ridge",)),
    ],
)
def test_an_author_of_the_name_of_a_publisher_that_is_an_organisation_is_nobody(
    kind: object, authors: tuple[str, ...]
) -> None:
    publisher = {"name": "Delmar Ridge"} | ({"@type": kind} if kind else {})
    record = json_ld(headline="Storm", author={"@type": "Person", "name": "Delmar Ridge"}, publisher=publisher)
    assert metadata_of(f"<h1>Storm</h1><p>{PROSE}</p>", record).authors == authors


@pytest.mark.parametrize(
    "line",
    [
        "2024年6月5日 星期三",
        "2024年6月5日 星期三 上午8:20",
        "2024年6月5日 周三 10:20",
        "2024/06/05 週三",
        "2024年6月5日 水曜日",
        "2024년 6월 5일 수요일",
        "阅读量 1200 2024-06-05",
        "瀏覽人次 2024-06-05",
        "閲覧数 2024.06.05",
        "조회수 2024.06.05",
        "عدد المشاهدات 120 5 يونيو 2024",
        "۱۹ آذر ۱۴۰۲، ۱۱:۲۴ کد خبر: 84123456",
    ],
)
def test_a_weekday_or_a_label_of_figures_beside_a_day_is_no_writer(line: str) -> None:
    assert metadata_of(f"<h1>台風の後の港</h1><p>{line}</p><p>{PROSE}</p>").authors == ()


def test_what_stands_behind_the_desk_without_a_blank_makes_no_name_of_both() -> None:
    line = '<span class="name">নিজস্ব প্রতিবেদক</span><span class="place">বরিশাল</span>'
    body = f'<h1>ঘাটে ফিরল কাঠের নৌকা</h1><div class="author">{line}</div><p>{PROSE}</p>'
    assert metadata_of(body, lang="bn").authors == ()
