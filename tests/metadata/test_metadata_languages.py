"""Languages of blocks and pages."""

import pytest
from metadata_pages import LEXICON, PROSE, metadata_of

from harvester.metadata.fields.languages import block_language
from harvester.metadata.language_tags import normal_tag

SENTENCES = {
    "en": "The president said on Monday that the talks would go on until a deal was reached with others.",
    "es": "El presidente dijo el lunes que las conversaciones continuarán hasta que se llegue a un acuerdo.",
    "fr": "Le président a déclaré lundi que les discussions se poursuivraient jusqu'à ce qu'un accord soit trouvé.",
    "de": "Der Präsident sagte am Montag, die Gespräche würden fortgesetzt, bis eine Einigung erzielt sei.",
    "pt": "O presidente disse na segunda-feira que as conversações continuarão até que se chegue a um acordo.",
    "it": "Il presidente ha detto lunedì che i colloqui continueranno fino a quando non sarà raggiunto un accordo.",
    "nl": "De president zei maandag dat de gesprekken doorgaan tot er een akkoord is bereikt met de andere partijen.",
    "pl": "Prezydent powiedział w poniedziałek, że rozmowy będą trwały do czasu osiągnięcia porozumienia.",
    "tr": "Cumhurbaşkanı pazartesi günü yaptığı açıklamada görüşmelerin bir anlaşmaya kadar süreceğini söyledi.",
    "ru": "Президент заявил в понедельник, что переговоры продолжатся до достижения соглашения.",
    "uk": "Президент заявив у понеділок, що переговори триватимуть до досягнення угоди.",
    "ar": "قال الرئيس يوم الاثنين إن المحادثات ستستمر حتى التوصل إلى اتفاق",
    "fa": "رئیس جمهور روز دوشنبه گفت گفتگوها ادامه خواهد یافت",
    "hi": "राष्ट्रपति ने सोमवार को कहा कि वार्ता जारी रहेगी",
    "zh-Hans": "总统周一表示，会谈将继续进行，直到达成协议。",
    "zh-Hant": "總統週一表示，會談將繼續進行，直到達成協議。",
    "ja": "大統領は月曜日、合意に達するまで協議を続けると述べた。",
    "ko": "대통령은 월요일 합의에 도달할 때까지 회담을 계속하겠다고 말했다.",
    "id": "Presiden mengatakan pada hari Senin bahwa pembicaraan akan berlanjut.",
    "vi": "Tổng thống cho biết hôm thứ Hai rằng các cuộc đàm phán sẽ tiếp tục.",
    "cs": "Prezident v pondělí řekl, že rozhovory budou pokračovat, dokud nebude dosaženo dohody.",
}


@pytest.mark.parametrize(("tag", "text"), SENTENCES.items())
def test_a_sentence_tells_its_language_without_a_hint(tag: str, text: str) -> None:
    assert block_language(text, None, LEXICON) == tag


@pytest.mark.parametrize(("tag", "text"), SENTENCES.items())
def test_a_wrong_hint_does_not_change_a_sentence(tag: str, text: str) -> None:
    assert block_language(text, "en" if tag != "en" else "de", LEXICON) == tag


@pytest.mark.parametrize(
    ("text", "hint", "tag"),
    [
        ("Kontakt", "de", "de"),
        ("中文", "zh-TW", "zh-Hant"),
        ("首页", "zh-TW", "zh-Hans"),
        ("東京", "ja", "ja"),
        ("Xi Jinping (习近平) said the plan was good", None, "en"),
        ("12345", "en", None),
        ("", None, None),
        ("Storm", "zh-CN", None),
    ],
)
def test_a_short_text_takes_the_hint_that_its_script_allows(text: str, hint: str | None, tag: str | None) -> None:
    assert block_language(text, hint, LEXICON) == tag


@pytest.mark.parametrize(
    ("written", "tag"),
    [("en-US", "en"), ("zh-TW", "zh-Hant"), ("zh_CN", "zh-Hans"), ("nb-NO", "no"), ("", None), ("english!", None)],
)
def test_lang_attributes_are_made_one_form(written: str, tag: str | None) -> None:
    assert normal_tag(written) == tag


def test_a_bilingual_page_lists_both_languages_most_used_first() -> None:
    chinese = "我们呼吁各国共同努力，加快服务贸易自由化进程，推动经济全球化深入发展。" * 2
    body = f"<h1>Initiative</h1><p>{PROSE * 2}</p><p>{chinese}</p><p>{PROSE}</p><p>{chinese}</p>"
    assert metadata_of(body).languages == ("en", "zh-Hans")


def test_one_foreign_quote_makes_no_second_language() -> None:
    body = f"<h1>Storm</h1><p>{PROSE * 5}</p><p>{SENTENCES['de']}</p>"
    assert metadata_of(body).languages == ("en",)


def test_a_page_without_prose_takes_its_lang_attribute() -> None:
    assert metadata_of("<h1>Storm</h1>", lang="nl-BE").languages == ("nl",)


def test_a_word_that_the_sample_cuts_in_two_says_nothing() -> None:
    turkish = "Kıyıkent çarşısının arkasındaki üç pencereli atölyede 61 yıldır aynı masa duruyor. "
    assert {block_language(turkish + "a" * count + " z" * 99, "tr", LEXICON) for count in range(60, 90)} >= {"tr"}
    assert block_language("Siparişlerin" + " x" * 73 + " kkk", "tr", LEXICON) == "tr"


def test_two_letters_take_the_pages_language() -> None:
    assert (
        block_language("EU", "de", LEXICON),
        block_language("F+", "de", LEXICON),
        block_language("AI", None, LEXICON),
    ) == ("de", "de", None)
