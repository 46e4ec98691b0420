"""What an encoding label cannot know: labels that decode every byte as nonsense, and text encoded twice."""

import re
from collections import Counter
from typing import Final

# The ten letters that make three fifths of Russian, Ukrainian and Bulgarian text; of letters read wrongly, a third.
_COMMON_CYRILLIC: Final = frozenset("оеаинтсрвл")
_CYRILLIC: Final = re.compile("[\u0400-\u04ff]")
_CYRILLIC_CODECS: Final = ("cp1251", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic")
_MIN_LETTERS: Final = 200
_MAX_COMMON_WRONG: Final = 0.45
_MIN_COMMON_RIGHT: Final = 0.52
# Hiragana stands in every Japanese sentence, and by chance in no other text.
_HIRAGANA: Final = re.compile("[\u3041-\u3096]")
_JAPANESE_CODECS: Final = ("euc-jp", "cp932")
_MIN_HIRAGANA_SHARE: Final = 0.15  # of the letters beyond ASCII
_SAMPLE_BYTES: Final = 200_000
# Lead bytes of UTF-8 and what follows them, each read as a character of windows-1252.
_FOLLOWING: Final = "\u0080-\u00bf" + re.escape(bytes(range(0x80, 0xA0)).decode("cp1252", "ignore"))
_TWICE: Final = re.compile(f"[\u00c2-\u00f4][{_FOLLOWING}]{{1,3}}")
# One of them stands in every text in the letters of most languages that was encoded twice; looked for first.
_SIGNS: Final = (
    *"\u00c2\u00c3\u00c4\u00c5\u00ce\u00cf\u00d0\u00d1\u00d7\u00d8\u00d9\u00ec",
    *("\u00e0\u00a4", "\u00e0\u00b8", "\u00e3\u20ac", "\u00e4\u00b8"),
)
# In UTF-8, the first byte of all lead bytes that were encoded again, and the first bytes of what follows them.
_LEAD: Final = b"\xc3"
_FOLLOWING_BYTES: Final = frozenset((b"\xc2", b"\xc5", b"\xc6", b"\xcb", b"\xe2"))
_BEYOND_ASCII: Final = re.compile("[^\x00-\x7f]")
_MIN_TWICE: Final = 8
_MIN_TWICE_SHARE: Final = 0.9  # of the characters beyond ASCII


def cyrillic_codec(body: bytes, declared: str) -> str:
    """Return the codec that makes words of Cyrillic text: KOI8 bytes read as windows-1251 decode, as nonsense."""
    if declared not in _CYRILLIC_CODECS:
        return declared
    sample = body[:_SAMPLE_BYTES]
    share = _common_share(sample, declared)
    if share is None or share > _MAX_COMMON_WRONG:
        return declared
    best = max(_CYRILLIC_CODECS, key=lambda name: _common_share(sample, name) or 0)
    return best if (_common_share(sample, best) or 0) >= _MIN_COMMON_RIGHT else declared


def _common_share(sample: bytes, codec: str) -> float | None:
    """Return the share of the commonest letters among the Cyrillic ones; None where there are few."""
    letters = Counter(_CYRILLIC.findall(sample.decode(codec, "replace").lower()))
    total = letters.total()
    return sum(letters[letter] for letter in _COMMON_CYRILLIC) / total if total >= _MIN_LETTERS else None


def japanese_codec(body: bytes) -> str | None:
    """Return the codec that the bytes are Japanese in; None where they are in neither of the two."""
    sample = body[:_SAMPLE_BYTES]
    for codec in _JAPANESE_CODECS:
        text = sample.decode(codec, "replace")
        beyond = len(_BEYOND_ASCII.findall(text))
        if text.count("\ufffd") * 100 <= beyond and len(_HIRAGANA.findall(text)) > _MIN_HIRAGANA_SHARE * beyond:
            return codec
    return None


def decode_twice(text: str, body: bytes) -> str:
    """Return text that was encoded as UTF-8 twice as it was meant; any other text as it is.

    `body` is the UTF-8 that it was read from.
    """
    if text.isascii() or not _may_be_twice(body) or not any(sign in text for sign in _SIGNS):
        return text
    found = _TWICE.findall(text)
    if len(found) < _MIN_TWICE:
        return text
    if sum(map(len, found)) < _MIN_TWICE_SHARE * len(_BEYOND_ASCII.findall(text)):
        return text
    return _TWICE.sub(_once, text)


def _may_be_twice(body: bytes) -> bool:
    """Return whether enough of what `_TWICE` finds may be in it: one byte is found ten times as fast as a pattern."""
    behind = (part[1:2] for part in body.split(_LEAD)[1:])
    return sum(map(_FOLLOWING_BYTES.__contains__, behind)) >= _MIN_TWICE


def _once(found: re.Match[str]) -> str:
    raw = b"".join(_byte_of(character) for character in found[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return found[0]


def _byte_of(character: str) -> bytes:
    # windows-1252 leaves five bytes unassigned; they stand for themselves.
    return bytes([ord(character)]) if ord(character) < 0x100 else character.encode("cp1252")
