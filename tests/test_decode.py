"""Bytes to text: what a page's encoding is, whoever says so."""

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import harvester
from harvester import decode as decoding
from harvester.decode import codec_of, decode, read_text
from harvester.errors import InputError
from harvester.models import Page
from harvester.native import CORE

CHINESE = "市议会周二决定重修河上的老桥，两岸居民等这一天已经等了十一年。桥头的茶馆当晚座无虚席，镕喆堃等人到场。"
TRADITIONAL = "市議會週二決定重修河上的老橋，兩岸居民等這一天已經等了十一年。喺橋頭嘅茶餐廳嗰晚座無虛席，啲街坊好開心。"
JAPANESE = "市議会は火曜日、川に架かる古い橋を年内に架け替えると決めた。髙橋さんと﨑山さんは①番の窓口に並んだ。"
KOREAN = "시의회는 화요일에 강 위의 오래된 다리를 올해 안에 고치기로 결정했다. 똠방각하와 펲시콜라가 왔다."
SMART = "“It’s open,” she said – at last… The café’s naïve plan cost €5 and worked for everybody on both banks."
RUSSIAN = "Городской совет во вторник решил, что старый мост через реку будет восстановлен до конца этого года."
TURKISH = (
    "Belediye meclisi salı günü ırmağın üstündeki eski köprünün bu yıl onarılmasına karar verdi, şoförler sevindi."
)
UMLAUTS = "Der Rat beschloß, die Brücke über den Fluß zu erneuern; das kostet die Bürger fünf Öre pro Fuß."


FRENCH = (
    "Le conseil a décidé mardi de rénover le vieux pont avant la fin de l’année ; les habitants s’en réjouissent déjà."
)
POLISH = "Rada postanowiła, że stary most na rzece zostanie odbudowany jeszcze w tym roku; mieszkańcy są szczęśliwi."


def html(text: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}<title>x</title></head><body><p>{text}</p></body></html>"


def meta(label: str) -> str:
    return f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'


# name: text, what the bytes are, <meta>, Content-Type header
CASES = {
    "utf-8, nobody says": (CHINESE, "utf-8", "", None),
    "utf-8, the meta says gb2312": (CHINESE, "utf-8", meta("gb2312"), None),
    "utf-8, the header says latin-1": (RUSSIAN, "utf-8", meta("utf-8"), "text/html; charset=ISO-8859-1"),
    "utf-8 with a mark, meta and header say others": (CHINESE, "utf-8-sig", meta("big5"), "text/html; charset=euc-kr"),
    "utf-8 said as utf8": (CHINESE, "utf-8", meta("utf8"), None),
    "utf-16 with a mark, the header says utf-8": (CHINESE, "utf-16", "", "text/html; charset=utf-8"),
    "utf-16 little-endian without a mark": (UMLAUTS, "utf-16-le", "", None),
    "utf-16 big-endian without a mark": (UMLAUTS, "utf-16-be", "", None),
    "utf-16 without a mark, the header says utf-16": (UMLAUTS, "utf-16-le", "", "text/html; charset=utf-16"),
    "utf-16 said in a meta that reads as ascii": (CHINESE, "utf-8", meta("utf-16"), None),
    "gb18030 said as gb2312": (CHINESE, "gb18030", meta("gb2312"), None),
    "gb18030 said as GBK in quotes": (CHINESE, "gb18030", '<meta charset="GBK">', None),
    "gb18030, the header says utf-8, the meta gb2312": (CHINESE, "gb18030", meta("gb2312"), "text/html; charset=utf-8"),
    "gb18030, the header says big5 and is right": (TRADITIONAL, "big5hkscs", meta("utf-8"), "text/html; charset=big5"),
    "gb18030, nobody says": (CHINESE * 3, "gb18030", "", None),
    "Hong Kong letters said as big5": (TRADITIONAL, "big5hkscs", meta("big5"), None),
    "cp932 said as shift_jis": (JAPANESE, "cp932", meta("Shift_JIS"), None),
    "cp932 said as x-sjis": (JAPANESE, "cp932", meta("x-sjis"), None),
    "cp949 said as euc-kr": (KOREAN, "cp949", meta("euc-kr"), None),
    "euc-jp": (JAPANESE.replace("髙", "高").replace("﨑", "崎").replace("①", "1"), "euc-jp", meta("euc-jp"), None),
    "iso-2022-jp, the meta says so": (
        JAPANESE.replace("髙", "高").replace("﨑", "崎").replace("①", "1"),
        "iso-2022-jp",
        meta("iso-2022-jp"),
        None,
    ),
    "iso-2022-jp, nobody says": (
        JAPANESE.replace("髙", "高").replace("﨑", "崎").replace("①", "1"),
        "iso-2022-jp",
        "",
        None,
    ),
    "windows-1252 said as latin-1": (SMART, "cp1252", meta("iso-8859-1"), None),
    "windows-1252 said as us-ascii": (SMART, "cp1252", meta("us-ascii"), None),
    "windows-1252, the meta says utf-8": (SMART, "cp1252", meta("utf-8"), None),
    "windows-1254 said as iso-8859-9": (TURKISH, "cp1254", meta("iso-8859-9"), None),
    "windows-1251 in the header only": (RUSSIAN, "cp1251", "", "text/html; charset=windows-1251"),
    "windows-1251, nobody says": (RUSSIAN * 3, "cp1251", "", None),
    "koi8-r": (RUSSIAN, "koi8-r", meta("KOI8-R"), None),
    "the header without quotes, the meta with": (RUSSIAN, "cp1251", '<meta charset="windows-1251">', "text/html"),
    "the header's label is unknown": (RUSSIAN, "cp1251", meta("windows-1251"), "text/html; charset=none"),
    "the header says 'charset=\"...\"'": (RUSSIAN, "cp1251", "", 'text/html;charset="Windows-1251"'),
    "meta behind 1,024 bytes": (CHINESE, "gb18030", f"<!--{'x' * 2_000}-->{meta('gb2312')}", None),
    "meta behind 20,000 bytes of script": (CHINESE, "gb18030", f"<script>{'x;' * 10_000}</script>{meta('gbk')}", None),
    "httpequiv typo": (CHINESE, "gb18030", '<meta httpequiv="Content-Type" content="text/html; charset=gb2312">', None),
    "content before http-equiv": (
        RUSSIAN,
        "cp1251",
        "<meta content='text/html; charset=windows-1251' http-equiv=content-type>",
        None,
    ),
    "blanks around the equals sign": (RUSSIAN, "cp1251", "<meta charset = windows-1251 >", None),
}


def body_of(name: str) -> bytes:
    text, encoding, head, _ = CASES[name]
    return html(text, head).encode(encoding)


@pytest.mark.parametrize("name", CASES)
def test_a_page_reads_as_its_writer_meant(name):
    text, _, head, content_type = CASES[name]
    assert decode(body_of(name), content_type, "page") == html(text, head)


@pytest.mark.parametrize("name", CASES)
def test_a_whole_page_shows_its_text(name):
    content_type = CASES[name][3]
    headers = (("content-type", content_type),) if content_type else ()
    blocks = harvester.explain(Page(None, body_of(name), headers=headers)).blocks
    assert [block.text for block in blocks] == [CASES[name][0]]


def test_an_xml_declaration_names_the_encoding():
    body = b'<?xml version="1.0" encoding="windows-1251"?>' + html(RUSSIAN).encode("cp1251")
    assert RUSSIAN in decode(body, None, "page")


def test_one_broken_byte_does_not_overrule_the_label():
    body = html(CHINESE * 20, meta("gb2312")).encode("gb18030")
    at = body.index("老桥".encode("gb18030"))
    broken = decode(body[:at] + b"\xff" + body[at:], None, "page")
    assert broken.count("\ufffd") < 5
    assert CHINESE in broken


def test_a_page_cut_in_mid_character_is_still_utf_8():
    body = html(CHINESE).encode()[: -len(b"</p></body></html>") - 1]
    assert decode(body, "text/html; charset=gb2312", "page").endswith("到场\ufffd")


def test_one_stray_latin_byte_in_utf_8_does_not_garble_the_page():
    body = html(RUSSIAN * 20, meta("utf-8")).encode()
    assert RUSSIAN in decode(body.replace(b"<title>x", b"<title>\xe9", 1), None, "page")


@pytest.mark.parametrize("mark", [codecs.BOM_UTF8, b""])
def test_the_byte_order_mark_is_no_text(mark):
    assert not decode(mark + b"<p>x</p>", None, "page").startswith("\ufeff")


def test_nul_bytes_are_dropped():
    assert decode(b"<p>" + b"plain text " * 50 + b"a\x00b</p>", None, "page").endswith("ab</p>")


@pytest.mark.parametrize("body", [b"", b" \r\n\t ", b"\x00" * 100])
def test_an_empty_page_says_so(body):
    with pytest.raises(InputError) as caught:
        decode(body, None, "page")
    assert caught.value.reason == "empty_input"


@pytest.mark.parametrize(
    "body",
    [b"\x89PNG\r\n\x1a\n" + b"a" * 100, b"%PDF-1.7 text", b"PK\x03\x04abc", b"\x1f\x8b\x08abc", bytes(range(32)) * 50],
    ids=["png", "pdf", "zip", "gzip", "noise"],
)
def test_binary_data_is_no_page(body):
    with pytest.raises(InputError) as caught:
        decode(body, "text/html; charset=utf-8", "page")
    assert caught.value.reason == "binary_input"


@pytest.mark.parametrize(
    ("label", "codec"),
    [
        ("gb_2312-80", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("Windows-31J", "cp932"),
        ("x-x-big5", "big5hkscs"),
        ("latin1", "cp1252"),
        ("unicode-1-1-utf-8", "utf-8"),
        ("x-mac-cyrillic", "mac-cyrillic"),
        ("iso-8859-8-i", "iso8859-8"),
        ("utf-7", None),
        ("x-user-defined", None),
        ("", None),
    ],
)
def test_a_label_means_what_browsers_mean(label, codec):
    assert codec_of(label) == codec


def test_a_codec_that_is_no_charset_is_never_used():
    for label in ("rot13", "hex", "base64", "idna", "punycode", "unicode_escape", "undefined", "mbcs", "zlib"):
        body = html(SMART, meta(label)).encode("utf-8") + b"\xff"
        assert "both banks" in decode(body, None, "page"), label


@pytest.mark.parametrize(
    ("text", "lang", "encoding"),
    [
        (FRENCH, "fr-FR", "cp1252"),
        (FRENCH, "", "cp1252"),
        (UMLAUTS, "de", "cp1252"),
        (POLISH + " „Śniadanie”.", "pl", "cp1250"),
        (POLISH, "pl", "iso8859-2"),
        (TURKISH, "tr-TR", "cp1254"),
        (RUSSIAN, "ru", "koi8-r"),
        (CHINESE, "en", "gb18030"),
    ],
)
def test_an_old_page_that_says_utf_8_is_read_by_its_language(text, lang, encoding):
    page = html(text * 3, meta("utf-8")).replace("<html>", f'<html class="no-js" lang="{lang}">')
    assert text in decode(page.encode(encoding), None, "page")


def test_detection_is_named_by_python_codec():
    assert read_text(html(CHINESE).encode(), None, "page").encoding == "utf-8"


RUSSIAN = "Канатная дорога в Верхнем Яре остановится на всю зиму: на опоре нашли трещину, сказали в совете посёлка. "
JAPANESE = "市は月曜日、港と島を結ぶ連絡船の運航を来月から半年間休止すると発表した。船底に腐食が見つかったためだ。"


@pytest.mark.parametrize("codec", ["koi8-r", "cp866", "iso8859-5"])
def test_cyrillic_under_the_wrong_label_is_read_by_its_letters(codec):
    body = b"<meta charset=windows-1251><p>" + (RUSSIAN * 5).encode(codec)
    assert "Канатная дорога" in decode(body, None, "page")


@pytest.mark.parametrize("text", [RUSSIAN * 5, (RUSSIAN * 5).upper()])
def test_cyrillic_under_the_right_label_stays(text):
    assert text in decode(b"<meta charset=windows-1251><p>" + text.encode("cp1251"), None, "page")


@pytest.mark.parametrize("codec", ["euc-jp", "cp932"])
def test_japanese_without_a_label_is_read(codec):
    assert JAPANESE in decode(b"<p>" + (JAPANESE * 3).encode(codec), None, "page")


def test_text_encoded_twice_is_read_once():
    spanish = "El tranvía de Valdeoro dejará de circular los domingos, prometió el señor alcalde: “mañana”. " * 4
    twice = spanish.encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")
    assert spanish in decode(f"<meta charset=utf-8><p>{twice}".encode(), None, "page")


def test_a_page_about_text_encoded_twice_stays():
    text = "Wer „Ã¤“ statt „ä“ sieht, hat zweimal kodiert. Schöne Grüße aus Köln, größtenteils für Überwältigte. " * 9
    assert text in decode(f"<meta charset=utf-8><p>{text}".encode(), None, "page")


POLISH = "<p>W piątek mieszkańcy książęcej wyspy żądali, by większość łodzi wróciła; późną jesienią będą się bać.</p>"


def test_what_was_mended_says_so() -> None:
    spanish = "<p>El tranvía dejará de circular; el alcalde prometió estudiar mañana otra línea, según señaló.</p>" * 4
    decoded = read_text(spanish.encode().decode("cp1252").encode(), None, "x")
    assert (decoded.text, decoded.is_mended) == (spanish, True)
    assert not read_text(spanish.encode(), None, "x").is_mended


@pytest.mark.parametrize("codec", ["cp1250", "iso8859-2"])
def test_a_page_in_latin_letters_without_a_label_is_read_by_the_marks_in_its_words(codec: str) -> None:
    assert POLISH in decode((POLISH * 4).encode(codec), None, "x")


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(codec: str) -> None:
    page = f"<!DOCTYPE html><html><body>{JAPANESE}</body></html>"
    assert decode(page.encode(codec), None, "x") == page


GREEK = "Το συμβούλιο αποφάσισε την Τρίτη ότι η παλιά γέφυρα θα επισκευαστεί φέτος. Άρθρο της εφημερίδας."
CZECH = "Zastupitelstvo rozhodlo, že starý most přes řeku bude ještě letos opraven; občané jsou šťastní."


@pytest.mark.parametrize(
    ("text", "encoding", "url"),
    [
        (POLISH, "cp1250", "https://www.example.pl/most"),
        (POLISH, "iso8859-2", "https://www.example.pl/most"),
        (CZECH, "cp1250", "http://example.cz"),
        (CZECH, "iso8859-2", "http://example.cz:8080/"),
        (TURKISH, "cp1254", "https://example.com.tr/a?b"),
        (GREEK, "cp1253", "https://example.gr/a"),
        (GREEK, "iso8859-7", "https://example.gr/a"),
    ],
)
def test_a_page_that_says_neither_encoding_nor_language_is_read_as_its_country_writes(
    text: str, encoding: str, url: str
) -> None:
    assert text in decode(html(text * 3).encode(encoding), None, url)


def test_an_encoding_that_fits_wins_over_the_country() -> None:
    assert UMLAUTS in decode(html(UMLAUTS, meta("windows-1252")).encode("cp1252"), None, "https://example.pl/a")
    english = html(SMART).replace("<html>", '<html lang="en">')
    assert SMART in decode(english.encode("cp1252"), None, "https://example.hu/a")
    assert JAPANESE[:20] in decode(html(JAPANESE).encode("cp932"), None, "https://example.pl/a")


@pytest.mark.parametrize(
    "text", [GREEK, CZECH, "مجلس المدينة قرر ترميم الجسر القديم", "מועצת העיר החליטה לשפץ את הגשר"]
)
def test_text_of_other_letters_that_was_encoded_twice_is_mended(text: str) -> None:
    twice = html(text * 3).encode().decode("latin-1").encode()
    found = read_text(twice, None, "https://example.org/a")
    assert text in found.text
    assert found.is_mended


# What a short way through plain UTF-8 must not take: other encodings, what was encoded twice, binary data.
BYTES = st.sampled_from([
    b"plain text ", b"<p>", "Caf\u00e9 ".encode(), "\u6e2f\u53e3".encode(), "\u00c3\u00a9".encode(),
    "\u00e2\u20ac\u2122".encode(), b"\xe9", b"\xe0\x80\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98\x80",
    b"\xe6\xb8", b"\x00", b"\x1b$B", b"\x01", b"\xef\xbb\xbf", b"\xff\xfe", b"%PDF-", b"\t\r\n\x0b\x0c",
    b"<meta charset=koi8-r>",
])  # fmt: skip


def read_by(core, body):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "CORE", core)
        try:
            decoded = read_text(body, None, "page")
        except InputError as error:
            return error.reason
    return decoded.text, decoded.encoding, decoded.is_mended


@pytest.mark.skipif(CORE is None, reason="nothing is compiled here")
@given(st.lists(st.tuples(BYTES, st.sampled_from([1, 1, 1, 9])), max_size=20))
@example([("\u00c3\u00a9".encode(), 9)])
@example([("\u00c3\u00a9".encode(), 9), ("\u6e2f\u53e3".encode(), 9)])
@example([(b"\x01", 1), (b"plain text ", 4)])
@example([(b"\x01", 1), (b"plain text ", 5)])
def test_bytes_are_read_compiled_as_they_are_interpreted(pieces):
    body = b"".join(piece * copies for piece, copies in pieces)
    assert read_by(CORE, body) == read_by(None, body)
