"""Names out of sentences about writers, beside credits of pictures, and doubled by markup."""

import pytest
from metadata_pages import LEXICON, PROSE, metadata_of

from harvester.metadata.lookup.byline_labels import labelled_names
from harvester.metadata.lookup.tidy_names import clean_name

HEAD = "<h1>Storm hits the coast of Dale</h1>"
STORY = f"<p>{PROSE}</p>" * 3


@pytest.mark.parametrize(
    ("lang", "sentence", "names"),
    [
        ("en", "Jane Doe is a writer based in London.", ("Jane Doe",)),
        ("en", "Jane Doe and Max Roe are writers based in London.", ("Jane Doe", "Max Roe")),
        ("en", "Jane Doe writes about ships for the Harbour Post.", ("Jane Doe",)),
        ("en", "Jane Doe lives in Leeds", ("Jane Doe",)),
        ("en", "Jane Doe, a writer from Leeds, covers politics", ("Jane Doe",)),
        ("de", "Jana Roth ist Autorin in Berlin.", ("Jana Roth",)),
        ("es", "Ana Silva es una periodista de Madrid.", ("Ana Silva",)),
        ("fr", "Anne Roux est journaliste à Paris.", ("Anne Roux",)),
        ("it", "Anna Neri è una giornalista di Roma.", ("Anna Neri",)),
        ("pt", "Ana Silva é jornalista em Lisboa.", ("Ana Silva",)),
        ("sv", "Anna Berg är journalist på Hamnbladet.", ("Anna Berg",)),
        ("pl", "Anna Nowak jest dziennikarką z Gdyni.", ("Anna Nowak",)),
        ("ru", "Анна Петрова пишет о море и портах.", ("Анна Петрова",)),
        ("id", "Sari Dewi adalah penulis di Jakarta.", ("Sari Dewi",)),
        ("el", "Άννα Παππά είναι δημοσιογράφος στην Αθήνα.", ("Άννα Παππά",)),
        ("en", "The harbour is closed until further notice.", ()),
    ],
)
def test_a_record_that_tells_of_the_writer_names_who_that_is(lang: str, sentence: str, names: tuple[str, ...]) -> None:
    head = f'<title>Storm hits the coast of Dale</title><meta name="author" content="{sentence}">'
    assert metadata_of(STORY, head, lang).authors == names


@pytest.mark.parametrize(
    ("lang", "line", "name"),
    [
        ("de", "Text Jane Doe Fotos Max Roe", "Jane Doe"),
        ("de", "Von Jane Doe Fotos Max Roe", "Jane Doe"),
        ("de", "Jane Doe (Text), Max Roe (Fotos)", "Jane Doe"),
        ("de", "Von Jane Doe (Text) und Max Roe (Fotos)", "Jane Doe"),
        ("fr", "Texte Jane Doe Photos Max Roe", "Jane Doe"),
        ("es", "Texto Jane Doe Fotografía Max Roe", "Jane Doe"),
        ("it", "Testo di Jane Doe Foto di Max Roe", "Jane Doe"),
        ("nl", "Tekst Jane Doe Foto's Max Roe", "Jane Doe"),
        ("sv", "Text Jane Doe Foto Max Roe", "Jane Doe"),
        ("fi", "Teksti Jane Doe Kuvat Max Roe", "Jane Doe"),
        ("pl", "Tekst Jane Doe Zdjęcia Max Roe", "Jane Doe"),
        ("en", "Words Jane Doe Photos Max Roe", "Jane Doe"),
        ("en", "Photos: Max Roe | Words: Jane Doe", "Jane Doe"),
        ("ru", "Текст Анна Петрова Фото Иван Орлов", "Анна Петрова"),
        ("ja", "文＝田中太郎　写真＝山田花子", "田中太郎"),
        ("ja", "取材・文＝田中太郎　撮影＝山田花子", "田中太郎"),
        ("ja", "写真＝山田花子　文＝田中太郎", "田中太郎"),
        ("zh", "文/王小明 图/李四光", "王小明"),
    ],
)
def test_who_took_the_pictures_did_not_write_the_text(lang: str, line: str, name: str) -> None:
    assert metadata_of(f"{HEAD}<p class=byline>{line}</p>{STORY}", lang=lang).authors == (name,)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("es", "Foto de Max Roe"), ("fr", "Photo de Max Roe"), ("de", "Foto von Max Roe"), ("pt", "Foto de Max Roe"),
        ("it", "Foto di Max Roe"), ("ca", "Foto de Max Roe"), ("en", "Photo Max Roe"), ("sv", "Foto av Max Roe"),
        ("tr", "Fotoğraf: Max Roe"), ("en", "Photo courtesy of Max Roe"), ("en", "Product"), ("de", "Produkt"),
    ],
)  # fmt: skip
def test_a_line_about_pictures_or_of_a_department_names_no_author(lang: str, line: str) -> None:
    assert metadata_of(f"{HEAD}<p class=byline>{line}</p>{STORY}", lang=lang).authors == ()


@pytest.mark.parametrize("count", [1, 3, 4_000])
def test_a_caption_of_however_many_credits_names_no_author(count: int) -> None:
    others = "Photos: Max Roe | " * count
    figure = f"<figure><img src=/a.jpg width=900><figcaption>{others}</figcaption></figure>"
    assert metadata_of(f"{HEAD}{figure}{STORY}").authors == ()
    assert labelled_names(f"{others}Words: Jane Doe", LEXICON) == (("Jane Doe",) if count < 4 else ())


@pytest.mark.parametrize(
    ("doubled", "name"),
    [
        ("王小明王小明", "王小明"),
        ("欧阳小明 欧阳小明", "欧阳小明"),
        ("李明李明", "李明"),
        ("김철수김철수", "김철수"),
        ("田中太郎田中太郎", "田中太郎"),
    ],
)
def test_a_name_in_han_or_hangul_that_markup_doubles_is_one(doubled: str, name: str) -> None:
    assert clean_name(doubled, LEXICON) == name
