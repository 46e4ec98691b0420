"""Bytes of a page to text: byte order mark, HTTP header, <meta>, then detection.

The order and the labels are the WHATWG's (encoding.spec.whatwg.org, html.spec.whatwg.org section 13.2.3), with one
deviation: a label is believed only when it can decode the bytes, see `detect_encoding`.
"""

import codecs
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from harvester.code_pages import LATIN, is_unlikely, latin_codec
from harvester.errors import InputError, Reason
from harvester.native import CORE
from harvester.recoding import cyrillic_codec, decode_twice, japanese_codec

_BOMS: Final = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# The WHATWG looks at 1,024 bytes; real pages put scripts and comments before their <meta>.
_META_WINDOW_BYTES: Final = 32_768
# "httpequiv" and missing quotes are met in the wild, so only the charset itself is looked for, inside a <meta> tag.
_META = re.compile(rb"<meta[^>]{0,512}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,128}encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)
_HTTP = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{2,40})", re.IGNORECASE)

# What a label means on the web, where that differs from Python's codec of the same name: the superset that
# browsers use. Keys are lower case, without "-", "_" and ":".
_WEB_MEANING: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "xgbk": "gb18030",
    "gb231280": "gb18030",
    "chinese": "gb18030",
    "csgb2312": "gb18030",
    "iso88591": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "ascii": "cp1252",
    "usascii": "cp1252",
    "ansi": "cp1252",
    "iso88599": "cp1254",
    "latin5": "cp1254",
    "iso885911": "cp874",
    "tis620": "cp874",
    "big5": "big5hkscs",
    "big5hkscs": "big5hkscs",
    "xxbig5": "big5hkscs",
    "cnbig5": "big5hkscs",
    "shiftjis": "cp932",
    "sjis": "cp932",
    "xsjis": "cp932",
    "windows31j": "cp932",
    "euckr": "cp949",
    "ksc56011987": "cp949",
    "korean": "cp949",
    "windows949": "cp949",
    "xeucjp": "euc-jp",
    "iso88598i": "iso8859-8",
    "xmaccyrillic": "mac-cyrillic",
    "xmacroman": "mac-roman",
    "xcp1251": "cp1251",
    "xcp1252": "cp1252",
    "unicode": "utf-16-le",
    "utf16": "utf-16-le",
    "utf8mb4": "utf-8",
    "unicode11utf8": "utf-8",
}
# A label may name any of Python's codecs, also those that are no charset ("rot13", "hex", "idna", "utf-7").
_CHARSET = re.compile(
    r"utf-8|utf-16(?:-[lb]e)?|gb18030|big5hkscs|johab|hz|euc_jp|iso2022_jp|cp\d{3,4}|iso8859-\d+|koi8-[rut]|mac-\w+"
)
# What to read a page as that does not say, by its <html lang> (the table of html.spec.whatwg.org section 13.2.3.2,
# for languages in Latin letters): detection by frequency takes French for Baltic and Polish for Western.
_LANG = re.compile(rb"<html[^>]{0,512}?\slang\s*=\s*[\"']?\s*([A-Za-z]{2,3})", re.IGNORECASE)
_LANG_CODECS: Final = {
    **dict.fromkeys(("bs", "cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    **dict.fromkeys(("az", "ku", "tr"), "cp1254"),
    "vi": "cp1258",
    "el": "cp1253",
}
# The same by the last label of the host, as browsers do for pages that give neither: a page's readers are there.
_COUNTRY_CODECS: Final = {
    **dict.fromkeys(("al", "ba", "cz", "hr", "hu", "pl", "ro", "si", "sk"), "cp1250"),
    **dict.fromkeys(("ee", "lt", "lv"), "cp1257"),
    "gr": "cp1253",
    "tr": "cp1254",
    "vn": "cp1258",
}
_COUNTRY: Final = re.compile(r"https?://[^/?#:]{1,250}\.([a-z]{2})(?=[/?#:]|$)", re.IGNORECASE)
# By the capital alpha with its accent, "\u0386": 0xA2 in windows-1253, 0xB6 in ISO 8859-7.
_ISO_GREEK: Final = re.compile(rb"\xb6[\xe1-\xfe]")
_WINDOWS_GREEK: Final = re.compile(rb"\xa2[\xe1-\xfe]")
_C1_BYTE = re.compile(rb"[\x80-\x9f]")  # letters and quotation marks in cp1250, nothing in ISO 8859-2
_C1_LETTER: Final = re.compile(rb"[\x8a\x8c-\x8f\x9a\x9c-\x9f](?=[a-z\xe0-\xff])")  # the letters alone
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
_BEYOND_LATIN = re.compile(r"[^\W\d_\u0000-\u024f\u02b0-\u02ff\u1e00-\u1eff]")
_SAMPLE_BYTES: Final = 200_000
_SEPARATORS = str.maketrans("", "", "-_:. ")
_BLANK: Final = b" \t\r\n\x00"
_HEAD_BYTES: Final = 512
_PROBE_CHARS: Final = 4  # this many well-formed multi-byte sequences are no accident
_MULTIBYTE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
# Bytes that no text holds; a page with many of them is a picture or an archive under a wrong name.
_CONTROL: Final = bytes({*range(9), *range(0x0E, 0x1B), *range(0x1C, 0x20)})
_MAGIC: Final = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"%PDF-",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"RIFF",
    b"\x7fELF",
    b"wOF",
)
_MAX_CONTROL_SHARE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page and how it was read."""

    markup: str | bytes  # bytes: UTF-8, as nearly all pages are, and as a parser takes it
    encoding: str  # Python's name of the codec
    is_mended: bool = False  # it was UTF-8 that something had read as windows-1252 and saved again
    is_doubtful: bool = False  # in no encoding that was tried it has the letters of a language
    declared: str | None = (
        None  # the codec that the page or the server names, where it was not believed; never of UTF-8
    )

    @property
    def text(self) -> str:
        """The text, decoded anew each time that it is asked for: most readers are content with the markup."""
        return self.markup if isinstance(self.markup, str) else self.markup.decode()


def decode(body: bytes, content_type: str | None, subject: str) -> str:
    """Return the text of `body`; undecodable bytes become U+FFFD.

    Raises InputError: "empty_input" when there is nothing but white space, "binary_input" when it is no text.
    """
    return read_text(body, content_type, subject).text


def read_text(body: bytes, content_type: str | None, subject: str) -> Decoded:
    """Return what `decode` does, and how the bytes were read. Raises InputError as it does."""
    if not body[:_HEAD_BYTES].strip(_BLANK) and not body.strip(_BLANK):  # to strip a page is to copy it
        raise InputError(subject, Reason.EMPTY_INPUT, "the file is empty; fetch or save the page again")
    if CORE is not None and not body.startswith(_MAGIC) and CORE.is_plain_utf8(body):  # the same as what follows
        return Decoded(body.removeprefix(codecs.BOM_UTF8), "utf-8")
    return _read_rare(body, content_type, subject)


@lru_cache(maxsize=1)  # to find out about an old page takes 15 ms, and in a crawl each is asked about several times
def _read_rare(body: bytes, content_type: str | None, subject: str) -> Decoded:
    encoding = _by_its_bytes(body)
    text = None if encoding else _from_utf8(body)
    # Browsers believe the first label. Saved pages have often been re-encoded to UTF-8 with their old label left in,
    # and servers send one header for pages of many ages; so a label must decode the bytes to be believed.
    encoding = encoding or (
        "utf-8" if text is not None else cyrillic_codec(body, _declared(body, content_type, subject))
    )
    if body.startswith(_MAGIC) or (not encoding.startswith("utf-16") and _looks_binary(body)):
        raise InputError(subject, Reason.BINARY_INPUT, "this is no HTML but binary data; pass the saved page itself")
    text = (body.decode(encoding, "replace") if text is None else text).removeprefix("\ufeff")
    if b"\x00" in body and "\x00" in text:  # in bytes they are found ten times as fast
        text = text.replace("\x00", "")
    repaired = decode_twice(text, body) if encoding == "utf-8" else text
    is_doubtful = encoding in LATIN and is_unlikely(body[:_SAMPLE_BYTES], encoding)
    return Decoded(repaired, encoding, repaired is not text, is_doubtful, _overruled(body, content_type, encoding))


def _overruled(body: bytes, content_type: str | None, encoding: str) -> str | None:
    """Return the first declared codec where the bytes were read in another; None of UTF-8, which labels outlive."""
    if encoding.startswith("utf-"):
        return None
    first = next(iter(_declared_codecs(body, content_type)), encoding)
    return first if first != encoding else None


def _by_its_bytes(body: bytes) -> str | None:
    """Return the codec that a byte order mark, or the NUL bytes of UTF-16, show."""
    marked = next((name for mark, name in _BOMS if body.startswith(mark)), None)
    return marked or _utf16_without_mark(body)


def codec_of(label: str) -> str | None:
    """Return the Python codec for an encoding label as the web means it, or None for an unknown one.

    >>> codec_of("GB2312"), codec_of("ISO-8859-1"), codec_of("utf8"), codec_of("nonsense")
    ('gb18030', 'cp1252', 'utf-8', None)
    """
    key = label.strip().lower().translate(_SEPARATORS)
    try:
        name = codecs.lookup(_WEB_MEANING.get(key, label.strip())).name
    except LookupError:
        return None
    return name if _CHARSET.fullmatch(name) else None


def _declared(body: bytes, content_type: str | None, subject: str) -> str:
    """Return the first declared encoding that fits the bytes, or a detected one."""
    declared = _declared_codecs(body, content_type)
    # A <meta> that could be read as ASCII rules out UTF-16 (the standard says so, too).
    for encoding in declared:
        if not encoding.startswith(("utf-16", "utf-8")) and _error_share(body, encoding) < 0.001:
            return _rather(body, cyrillic_codec(body, encoding), subject)
    is_text = declared and not declared[0].startswith("utf-16") and _error_share(body, declared[0]) < 0.01
    if is_text and (declared[0] != "utf-8" or _is_utf8_with_faults(body)):
        return _rather(body, declared[0], subject)  # some broken bytes, as truncated pages have
    return _guess(body, subject) or (declared[0] if declared else "cp1252")


def _is_utf8_with_faults(body: bytes) -> bool:
    """Return whether most bytes beyond ASCII are UTF-8; a page in Latin letters has few of them."""
    text = body.decode("utf-8", "replace")
    return text.count("\ufffd") * 2 <= len(_BEYOND_ASCII.findall(text))


def _rather(body: bytes, encoding: str, subject: str) -> str:
    """Return a declared encoding, or a better one where it is of Latin letters and makes no words of the bytes.

    windows-1252 decodes nearly all bytes, and pages in every code page are labelled with it.
    """
    sample = body[:_SAMPLE_BYTES]
    if encoding == "iso8859-2" and _C1_LETTER.search(sample) and _error_share(body, "cp1250") < 0.001:
        return "cp1250"
    if encoding not in LATIN or not is_unlikely(sample, encoding):
        return encoding
    other = _guess(body, subject)
    return encoding if other is None or (other in LATIN and is_unlikely(sample, other)) else other


def _declared_codecs(body: bytes, content_type: str | None) -> list[str]:
    head = body[:_META_WINDOW_BYTES]
    http = _HTTP.search(content_type or "")
    labels = [http[1]] if http else []
    labels += [match[1].decode("ascii") for match in (_META.search(head), _XML.match(head)) if match]
    return [name for label in labels if (name := codec_of(label))]


def _from_utf8(body: bytes) -> str | None:
    """Return the text of UTF-8 bytes; None where they are something else."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        # A page cut at a size limit ends in half a character.
        cut = error.end >= len(body) - 3 and error.reason == "unexpected end of data"
        is_utf8 = cut and len(_MULTIBYTE.findall(body)) >= _PROBE_CHARS
        return body.decode("utf-8", "replace") if is_utf8 else None
    # ISO-2022-JP is pure ASCII with escapes; as UTF-8 it would be noise. One byte is found ten times as fast as two.
    return None if b"\x1b" in body and b"\x1b$" in body else text


def _error_share(body: bytes, encoding: str) -> float:
    """Return the share of the text that `encoding` cannot read; bytes left unassigned by cp1252 count as well."""
    text = body.decode(encoding, "replace")
    return text.count("\ufffd") / max(len(text), 1)


def _utf16_without_mark(body: bytes) -> str | None:
    """Return the byte order of UTF-16 text by its NUL bytes: every second byte of markup is one."""
    head = body[:_HEAD_BYTES]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > 0.4 * len(head) / 2 and even < 0.1 * len(head) / 2:
        return "utf-16-le"
    if even > 0.4 * len(head) / 2 and odd < 0.1 * len(head) / 2:
        return "utf-16-be"
    return None


def _guess(body: bytes, subject: str) -> str | None:
    """Return what charset-normalizer makes of the bytes, as the web means it; for Latin letters, by the language."""
    if b"\x1b$" in body:
        return "iso2022_jp"
    if by_language := _codec_of_language(body) or japanese_codec(body) or _codec_of_country(body, subject):
        return by_language
    from charset_normalizer import from_bytes  # noqa: PLC0415 - 40 ms, and most pages are UTF-8

    sample = body[:_SAMPLE_BYTES]
    best = from_bytes(sample, steps=8, chunk_size=1024).best()
    name = codec_of(best.encoding) if best is not None else None
    if name is not None and _BEYOND_LATIN.search(sample.decode(name, "replace")):
        return name
    latin = latin_codec(sample)
    return None if name is None and is_unlikely(sample, latin) else latin


def _codec_of_language(body: bytes) -> str | None:
    """Return the codec of old pages in the language of <html lang>, where it is written in other Latin letters."""
    match = _LANG.search(body[:_META_WINDOW_BYTES])
    return _fitting(body, _LANG_CODECS.get(match[1].decode("ascii").lower()) if match else None)


def _codec_of_country(body: bytes, subject: str) -> str | None:
    """Return the codec of old pages in the country of the host; None where the subject is no address."""
    match = _COUNTRY.match(subject) if _LANG.search(body[:_META_WINDOW_BYTES]) is None else None
    return _fitting(body, _COUNTRY_CODECS.get(match[1].lower()) if match else None)


def _fitting(body: bytes, name: str | None) -> str | None:
    """Return a code page of Windows that can read the bytes, or the ISO's that they rather are in."""
    if name is None or _error_share(body, name) >= 0.001:
        return None
    if name == "cp1253":
        return "iso8859-7" if _ISO_GREEK.search(body) and not _WINDOWS_GREEK.search(body) else name
    return "iso8859-2" if name == "cp1250" and not _C1_BYTE.search(body) else name


def _looks_binary(body: bytes) -> bool:
    sample = body[:65_536]
    return len(sample) - len(sample.translate(None, _CONTROL)) > _MAX_CONTROL_SHARE * len(sample)
