"""Pages in every code page that the web had: with a label, without one, and with one that is wrong."""

import pytest

from code_page_texts import LABELS, SUBJECT, TEXTS, page, read
from harvester.cleaning import clean_page
from harvester.code_pages import is_unlikely, latin_codec
from harvester.decode import read_text
from harvester.models import Page


@pytest.mark.parametrize(("codec", "text"), [row[1:] for row in TEXTS], ids=[row[0] for row in TEXTS])
def test_a_page_is_read_whatever_its_label_says(codec: str, text: str) -> None:
    label = LABELS.get(codec, codec.replace("cp125", "windows-125").replace("iso8859", "iso-8859"))
    meta = '<meta charset="{}">'.format
    assert text in read(page(text, codec))
    assert text in read(page(text, codec, meta(label)))
    assert text in read(page(text, codec), f"text/html; charset={label}")
    assert text in read(page(text, codec, meta("utf-8")))
    assert text in read(page(text, codec, meta("iso-8859-1")))
    assert text in read(page(text, codec), "text/html; charset=utf-8")


def test_a_foreign_name_says_nothing_against_a_label() -> None:
    body = page("The café of Mr. Dvořák", "cp1250")
    assert not is_unlikely(body, "cp1252")


def test_bytes_without_letters_beyond_ascii_are_in_the_usual_code_page() -> None:
    assert latin_codec(b"nothing but ASCII") == "cp1252"
    assert latin_codec(b"") == "cp1252"


def test_bytes_that_make_no_words_are_doubted() -> None:
    garbled = b"<p>Wort " + b"\xa5b\xd7c\xf7d\xa4 b\xbcc\xbdd\xbee " * 40 + b"</p>"
    assert read_text(garbled, "text/html; charset=iso-8859-1", SUBJECT).is_doubtful
    german = page("Ein Fluß und die Brücke über ihn, die Bürger und fünf Öre.", "cp1252")
    assert not read_text(german, None, SUBJECT).is_doubtful


def test_what_is_doubtful_says_so() -> None:
    prose = "The ferry went out at dawn with forty people aboard, and the harbour watched it leave in silence. " * 6
    strange = b"a\xa5b\xd7c\xf7d\xa4 b\xbcc\xbdd\xbee " * 10
    body = (
        b"<article><h1>The ferry</h1>" + (f"<p>{prose}</p>".encode() + b"<p>" + strange + b"</p>") * 3 + b"</article>"
    )
    _, ledger = clean_page(Page(SUBJECT, body, headers=(("content-type", "text/html; charset=iso-8859-1"),)))
    assert any(one.field == "encoding" and "doubtful" in one.value for one in ledger.evidence)


def test_a_mark_that_is_a_letter_elsewhere_makes_no_other_script() -> None:
    spanish = "¡Mañana! El alcalde anunció que el puente estará cerrado; los vecinos están indignados. ¡Qué día! "
    assert spanish in read(page(spanish * 6, "cp1252"))


SHORT = {
    "hr": (
        "Gradsko vijeće odlučilo je produžiti tramvajsku prugu do luke. Više od deset godina raspravljalo se o tome, "
        "a stanovnici su tražili tiše tračnice."
    ),
    "cs": "Městské zastupitelstvo v úterý rozhodlo o prodloužení tramvajové trati až do přístavu, dlouho žádaného.",
    "sk": "Mestské zastupiteľstvo rozhodlo o predĺžení električkovej trate až do prístavu, o ktorom sa dlho hovorilo.",
    "pl": "Rada miasta zdecydowała o przedłużeniu linii tramwajowej do portu, o którym mówiło się od dziesięciu lat.",
    "ro": "Consiliul local a hotărât marţi prelungirea liniei de tramvai până în port, iar proiectul va costa şi mult.",
}


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "iso-8859-2", "utf-8"])
@pytest.mark.parametrize("lang", SHORT)
def test_a_short_page_of_central_europe_is_read_under_a_wrong_label_without_its_language(lang: str, label: str) -> None:
    assert SHORT[lang] in read(page(SHORT[lang], "cp1250", f'<meta charset="{label}">'))


def test_letters_of_windows_in_a_page_that_says_iso_8859_2_are_read_as_windows_has_them() -> None:
    meta = '<meta charset="iso-8859-2">'
    assert "Šžď" in read(page("Šžď", "cp1250", meta))
    assert SHORT["cs"] in read(page(SHORT["cs"], "iso8859-2", meta))


MACINTOSH = {
    "fr": (
        "Le conseil a voté mardi le prolongement de la ligne jusqu'à l'entrée du port, un projet très discuté, créé où "
        "les élèves déjà ont demandé des voies plus légères."
    ),
    "de": (
        "Der Rat hat beschlossen, die Straßenbahn für Bürger zu verlängern, über das Vorhaben wurde länger geklagt, "
        "größere Züge fahren künftig öfter."
    ),
    "es": (
        "El año pasado la compañía pidió más árboles y vías más silenciosas; según él, también habrá un billete único "
        "aquí, y así será después. ¿Qué pasó?"
    ),
    "sv": (
        "Fullmäktige beslöt på tisdagen att förlänga spårvägen till hamnen, och arbetena på den första sträckan "
        "väntas börja nästa vår för många på ön."
    ),
}


@pytest.mark.parametrize("label", ["", "iso-8859-1", "macintosh", "utf-8"])
@pytest.mark.parametrize("lang", MACINTOSH)
def test_a_page_of_an_old_macintosh_is_read_whatever_its_label_says(lang: str, label: str) -> None:
    meta = f'<meta charset="{label}">' if label else ""
    assert MACINTOSH[lang] in read(page(MACINTOSH[lang], "mac-roman", meta))


@pytest.mark.parametrize(("codec", "label"), [("cp1252", "windows-1252"), ("iso8859-15", "iso-8859-15")])
def test_names_of_many_languages_in_an_english_text_do_not_change_its_label(codec: str, label: str) -> None:
    text = "Beyoncé met Søren and João."
    found = read_text(page(text, codec, f'<meta charset="{label}">'), None, SUBJECT)
    assert text in found.text
    assert not found.is_doubtful


def test_a_label_that_is_not_believed_is_noted() -> None:
    text = SHORT["cs"]
    body = f'<meta charset="iso-8859-1"><article><h1>Tramvaj</h1>{f"<p>{text} {text}</p>" * 4}</article>'
    _, ledger = clean_page(Page(SUBJECT, body.encode("cp1250")))
    assert [one.value for one in ledger.evidence if one.field == "encoding"] == [
        "cp1250: the label says cp1252, in which the bytes make no words"
    ]
    assert read_text(page(text, "utf-8", '<meta charset="iso-8859-1">'), None, SUBJECT).declared is None
