"""Where words cannot tell languages apart, the page's own tag does."""

import pytest
from metadata_pages import LEXICON, document_of, metadata_of

from harvester.metadata import read_metadata
from harvester.metadata.block_languages import in_languages
from harvester.metadata.fields.languages import block_language
from harvester.metadata.sister_languages import told_apart
from harvester.models import Page

SERBIAN = (
    "Predsednik opštine je rekao da će most biti zatvoren dve nedelje zato što je put oštećen posle oluje. "
    "Stanovnici traže odgovore od gradskog veća."
)
CROATIAN = (
    "Trajekt za otok neće ploviti u studenome jer rampa ima pukotine, priopćio je odbor luke nakon tjedna provjera. "
    "Stanovnici otoka traže da se prijedlog promijeni."
)
BOSNIAN = (
    "Trajekt za ostrvo neće ploviti ove sedmice jer rampa ima pukotine, saopćila je općina. Federacija Bosne i "
    "Hercegovine će platiti popravku, kazao je premijer."
)
KURDISH = "سەرۆکی شارەوانی گوتی پردەکە بۆ ماوەی دوو هەفتە دادەخرێت چونکە ڕێگاکە تێکچووە لەگەڵ باران."


@pytest.mark.parametrize(
    ("text", "lang", "tag"),
    [
        *((SERBIAN, lang, "sr") for lang in ("sr", "sr-Latn", "sr-RS", "sh", "", "en")),
        *((CROATIAN, lang, "hr") for lang in ("hr", "hr-HR", "", "en")),
        *((BOSNIAN, lang, "bs") for lang in ("bs", "bs-BA", "", "en")),
        *((KURDISH, lang, "ckb") for lang in ("ckb", "ckb-IQ", "CKB")),
        *((KURDISH, lang, "ku") for lang in ("ku", "", "ar")),
    ],
)
def test_a_page_in_one_of_languages_that_are_alike(text: str, lang: str, tag: str) -> None:
    assert metadata_of(f"<h1>{text[:25]}</h1><p>{text}</p><p>{text}</p>", lang=lang).languages == (tag,)


SHORT = {
    "hr": ["Most je zatvoren zbog radova.", "A to je bilo tek na kraju.", "Tko je kriv za to?", "Nova škola je tu."],
    "sr": ["Most je zatvoren zbog radova.", "Vlada je juče usvojila predlog zakona."],
    "bs": ["Most je zatvoren zbog radova.", "Općina gradi novi most."],
    "sk": ["A to je na konci.", "Most je zatvorený pre opravy."],
    "sl": ["Most je zaprt zaradi del.", "Župan je obljubil nov most."],
    "cy": ["Mae'r bont ar gau oherwydd gwaith."],
}


@pytest.mark.parametrize(("tag", "text"), [(tag, text) for tag, texts in SHORT.items() for text in texts])
def test_a_short_block_is_in_the_pages_own_language(tag: str, text: str) -> None:
    assert block_language(text, tag, LEXICON) == tag
    (block,) = in_languages(document_of(f"<p>{text}</p>").blocks, tag, LEXICON)
    assert block.lang == tag


def test_cyrillic_and_latin_parts_of_a_serbian_page_are_serbian() -> None:
    cyrillic = "Председник општине је рекао да ће мост бити затворен две недеље зато што је пут оштећен."
    blocks = in_languages(document_of(f"<p>{cyrillic}</p><p>{SERBIAN}</p>").blocks, "sr", LEXICON)
    assert [block.lang for block in blocks] == ["sr", "sr"]


def test_a_page_in_two_parts_is_told_by_its_own_tag_in_its_order_too() -> None:
    english = "The ferry to the island will stop in November because the ramp has cracks, said the board. " * 3
    document = document_of(f"<p>{KURDISH * 3}</p><p>{english}</p>", lang="ckb")
    found = read_metadata(document, Page("https://news.example.org/a", b""), LEXICON)
    assert found.reading_order == ("ckb", "en")


def test_one_word_of_a_language_alike_is_not_enough_to_tell_it() -> None:
    text = "Most je zatvoren zbog radova i bit će otvoren opet kad sve bude gotovo, kaže direktor luke o Zagrebu. "
    assert told_apart("hr", document_of(f"<p>{text}</p>").blocks, None, LEXICON) == "hr"
    assert told_apart("bs", document_of(f"<p>{text}</p>").blocks, None, LEXICON) == "bs"
    assert told_apart("bs", document_of(f"<p>{text} Otok je u Hrvatskoj.</p>").blocks, None, LEXICON) == "hr"
