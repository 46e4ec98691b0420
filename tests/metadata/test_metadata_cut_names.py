"""What is cut off a name, and what is nobody's: shapes of bylines that readers of archives corrected by hand."""

import pytest
from metadata_pages import LEXICON, PROSE, judged_metadata, metadata_of

from harvester.metadata.lookup.name_labels import without_label
from harvester.metadata.lookup.person_names import cut_rest, split_names
from harvester.metadata.lookup.person_test import looks_like_person
from harvester.metadata.lookup.tidy_names import clean_name

STORY = f"<p>{PROSE}</p>" * 3


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Roe by Jane Roe", ("Jane Roe",)),
        ("JANE ROWLEY Jane Rowley", ("Jane Rowley",)),
        ("Jane Rowley Political Editor", ("Jane Rowley",)),
        ("Jane Rowley Contributor", ("Jane Rowley",)),
        ("Jane RowleyCo-Founder", ("Jane Rowley",)),
        ("Jane Rowley With", ("Jane Rowley",)),
        ("Jane Rowley of The Associated Press", ("Jane Rowley",)),
        ("Jane Rowley of the Associated Press", ("Jane Rowley",)),
        ("Jane Rowley for Harbour Post", ("Jane Rowley",)),
        ("Jane Rowley Special to the Post", ("Jane Rowley",)),
        ("Jane Rowley for Reuters", ("Jane Rowley",)),
    ],
)
def test_a_name_stands_without_what_follows_it(text: str, names: tuple[str, ...]) -> None:
    assert split_names(text, LEXICON) == names


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Mathilde Aubry Publié le 19 janvier 2024 à 06h30, modifié le 19 janvier 2024 à 09h12", "Mathilde Aubry"),
        ("Marta Quiles Publicado el 3 de mayo de 2024", "Marta Quiles"),
        ("Jonas Petersen Veröffentlicht am 3. Mai 2024", "Jonas Petersen"),
        ("كريم أحمد الأحد 15 يونيو 2025", "كريم أحمد"),
        ("کریم احمد اتوار 15 جون 2025", "کریم احمد"),
        ("Иван Петров воскресенье 15 июня 2025", "Иван Петров"),
        ("Pedro Domingo 15 de junio de 2025", "Pedro Domingo"),
        ("Dora Finch Leave a Comment", "Dora Finch"),
        ("Jens Petersen Schreibe einen Kommentar", "Jens Petersen"),
        ("Publié Dupont", "Publié Dupont"),
    ],
)
def test_the_label_of_the_day_and_the_link_to_comments_are_no_part_of_a_name(line: str, name: str) -> None:
    assert cut_rest(line, LEXICON).strip() == name


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("pt", "Publicada por Zé Nunes", "Zé Nunes"),
        ("de", "Eingestellt von Jens Petersen", "Jens Petersen"),
        ("sv", "Upplagd av Lovisa Ek", "Lovisa Ek"),
        ("tr", "Gönderen Nihal Demir", "Nihal Demir"),
        ("hu", "Bejegyezte: Szabó Lilla", "Szabó Lilla"),
        ("el", "Γράφτηκε από τον/την Γιώργος Πετρίδης", "Γιώργος Πετρίδης"),
        ("id", "Diposting oleh Rudi Hartono", "Rudi Hartono"),
    ],
)
def test_bylines_as_content_systems_label_them_in_each_language(lang: str, line: str, name: str) -> None:
    assert split_names(without_label(line, LEXICON, lang), LEXICON, lang) == (name,)


@pytest.mark.parametrize(
    "text",
    [
        "انتهای پیام",
        "我要反馈",
        "LBCI",
        "Author Name",
        "Getty Images",
        "What we know so far",
        "Greenpeace International",
        "Friends for Harbour Post",
        "Students United for Change",
    ],
)
def test_abbreviations_bodies_and_sentences_are_nobody(text: str) -> None:
    assert split_names(text, LEXICON) == ()


def test_a_button_of_a_concert_is_nobody() -> None:
    assert not looks_like_person("Buy Tickets", LEXICON)


def test_whose_time_a_clock_shows_is_nobody() -> None:
    title, clock = "سكان القناة ينتظرون العبّارة", "<p>آخر تحديث: 9/4/2024 12:10 (بتوقيت مكة)</p>"
    assert metadata_of(f"<h1>{title}</h1>{clock}{STORY}", lang="ar").authors == ()


@pytest.mark.parametrize("text", ["Bono", "Maria de la Cruz", "გიორგი ბერიძე მარიამ", "Ann Page", "JANE ROE", "Sade"])
def test_short_and_rare_names_stay(text: str) -> None:
    assert clean_name(text, LEXICON)


@pytest.mark.parametrize(
    "said",
    [
        "Jane Rowley at Villa Park",
        "Jane RowleyUpdated March 5, 2024",
        "Jane Rowley 5 min read",
        "Jane Rowley in London",
    ],
)
def test_a_record_names_nobody_but_the_writer(said: str) -> None:
    meta = f'<meta name="author" content="{said}">'
    assert metadata_of(f"<h1>Storm hits the coast</h1>{STORY}", meta).authors == ("Jane Rowley",)


def test_the_camera_of_a_line_is_no_writer() -> None:
    body = "<h1>台风登陆港口关闭两天</h1><p>文/羊城晚报全媒体记者 王小明 图/张丽华</p>"
    assert metadata_of(body + "<p>台风星期一到达沿海地区，港口因此关闭了两天。</p>" * 3, lang="zh").authors == (
        "王小明",
    )


def test_the_place_behind_a_reporter_of_a_wire_has_the_fewer_letters() -> None:
    body = "<h1>颱風登陸港口關閉兩天</h1><p>（中央社記者王小明台北5日電）颱風星期一抵達沿海地區，港口關閉兩天。</p>"
    assert metadata_of(body, lang="zh-Hant").authors == ("王小明",)


def test_who_comments_is_no_writer() -> None:
    comments = "".join(f"<li><p>Posted by {name} on March 6, 2024</p></li>" for name in ("Carol Smith", "Bob Jones"))
    body = f"<article><h1>Storm hits the coast</h1>{STORY}<h3>2 Comments</h3><ol>{comments}</ol></article>"
    assert judged_metadata(body, {"2 Comments": "comment_thread"}).authors == ()


def test_who_pinned_the_page_is_no_writer() -> None:
    pin = '<div class="pin"><span>Pinned by</span> <a rel="author" href="/u/carol">Carol Smith</a></div>'
    assert metadata_of(f"<article><h1>Storm hits the coast</h1>{STORY}</article>{pin}").authors == ()


def test_people_in_the_list_of_topics_are_no_writers() -> None:
    topics = '<div class="tags"><a href="/people/ann-lee">Ann Lee</a> <a href="/people/jan-roe">Jan Roe</a></div>'
    assert metadata_of(f"<h1>Storm hits the coast</h1>{topics}{STORY}").authors == ()
