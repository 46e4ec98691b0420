"""The language of a page, of eighty: what it says of itself may be wrong, its letters and words decide."""

import pytest
from metadata_pages import LEXICON, PROSE, json_ld, metadata_of

import tongues
from harvester.metadata.fields.languages import block_language

# Whose tag says more than a sentence alone, which is told as Kurdish and Serbian.
EXACT = {"ckb", "sr-Latn"}
SENTENCES = {tag: sentence for tag, sentence in tongues.sentences().items() if tag not in EXACT}
# Their frequent words are those of Dutch, Indonesian and others: a block is taken for these, a text is not.
NEED_A_TAG = {"af", "ms"}


def test_the_document_of_languages_is_what_its_table_says() -> None:
    assert tongues.DOCUMENT.read_text(encoding="utf-8") == tongues.document_text()


def test_hardly_a_page_of_the_document_is_told_to_be_in_another_language() -> None:
    rows = [line for line in tongues.document_text().splitlines() if line.startswith("| ") and "`" in line]
    wrong = [row for row in rows[1:] if row.count("| yes ") < len(tongues.GIVEN)]
    assert len(rows) > 90
    assert len(wrong) <= 3


def test_there_are_sentences_in_more_than_sixty_languages() -> None:
    assert len(SENTENCES) > 60


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG))
def test_a_sentence_is_known_by_its_letters_and_words(tag: str) -> None:
    assert block_language(SENTENCES[tag], None, LEXICON) == tag


@pytest.mark.parametrize("tag", SENTENCES)
def test_a_page_may_say_its_language(tag: str) -> None:
    assert block_language(SENTENCES[tag], tag, LEXICON) == tag


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG - {"en"}))
def test_a_template_that_says_english_is_not_believed(tag: str) -> None:
    assert block_language(SENTENCES[tag], "en", LEXICON) == tag


@pytest.mark.parametrize("tag", sorted(SENTENCES.keys() - NEED_A_TAG))
def test_a_page_that_says_english_is_in_the_language_of_its_text(tag: str) -> None:
    body = f"<h1>{SENTENCES[tag][:40]}</h1><p>{SENTENCES[tag]}</p><p>{SENTENCES[tag]}</p>"
    assert metadata_of(body, lang="en").languages[:1] == (tag,)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ms", "Perdana Menteri berkata projek itu akan dimulakan pada bulan Ogos kerana banyak syarikat tempatan "
               "telah bersetuju untuk membiayainya. Beliau memberitahu pemberita bahawa kosnya dianggarkan RM20."),
        ("id", "Presiden mengatakan proyek itu akan dimulai pada bulan Agustus karena banyak perusahaan lokal telah "
               "setuju untuk membiayainya. Ia memberi tahu wartawan bahwa biayanya diperkirakan Rp20 miliar."),
        ("af", "Die president het Maandag gesê dat die brug vir twee weke gesluit sal word omdat die pad nie veilig is "
               "nie. Inwoners is kwaad en eis antwoorde van die stadsraad, wat hulp belowe het."),
        ("nl", "De burgemeester zei maandag dat de brug twee weken gesloten zal worden omdat de weg niet veilig is. "
               "Bewoners zijn boos en eisen antwoorden van de gemeenteraad, die hulp heeft beloofd."),
    ],
)  # fmt: skip
@pytest.mark.parametrize("said", ["", "en", "own"])
def test_a_text_is_told_from_its_sister_by_words_that_one_of_them_has(tag: str, text: str, said: str) -> None:
    found = metadata_of(f"<h1>{text[:30]}</h1><p>{text}</p><p>{text}</p>", lang=tag if said == "own" else said)
    assert found.languages == (tag,)


@pytest.mark.parametrize("tag", sorted(NEED_A_TAG))
def test_the_table_has_a_page_of_each_sister_language(tag: str) -> None:
    body = f"<h1>{SENTENCES[tag][:40]}</h1><p>{SENTENCES[tag]}</p><p>{SENTENCES[tag]}</p>"
    assert metadata_of(body, lang="en").languages[:1] == (tag,)


@pytest.mark.parametrize(
    ("headline", "second", "is_subtitle"),
    [
        ("तूफान ने डेल के तट को बंद कर दिया", "Storm closes the coast of Dale", False),
        ("Sturm trifft Küste", "Storm closes the coast of Dale", True),
        ("तूफान ने डेल के तट को बंद कर दिया", "तूफान के बाद दो दिन तक जहाज रुके रहे", True),
    ],
)
def test_a_second_headline_in_the_letters_of_addresses_is_no_subtitle(
    headline: str, second: str, is_subtitle: bool
) -> None:
    head = json_ld(headline=headline, alternativeHeadline=second)
    found = metadata_of(f"<h1>{headline}</h1><p>{PROSE}</p>", head)
    assert found.subtitle == (second if is_subtitle else None)
