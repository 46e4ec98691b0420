"""Text that was decoded wrongly before it was saved, where that is certain: UTF-8 read as windows-1252 and saved again.

Also which of the Cyrillic code pages reads bytes as words, where a label names another: each takes the letters of the
others for letters.
"""

import re
from typing import Final

MIN_RUNS: Final = 4  # as many sequences that happen to be UTF-8 are no accident
MIN_SHARE: Final = 0.98  # of the letters beyond ASCII that stand in such sequences
MIN_CYRILLIC: Final = 100  # letters from which their case tells
MAX_CAPITALS: Final = 0.5  # share of capitals from which a page is not written in them but read wrongly
MAX_SAMPLE_BYTES: Final = 200_000

# The bytes of windows-1252 that ISO 8859-1 lacks, and those that both leave to control characters.
_TO_BYTE: Final = {
    bytes([byte]).decode("cp1252"): byte for byte in range(0x80, 0xA0) if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
} | {chr(byte): byte for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D, *range(0xA0, 0x100))}
_TAIL: Final = "".join(re.escape(char) for char, byte in _TO_BYTE.items() if byte < 0xC0)
_RUN: Final = re.compile(rf"[\u00c2-\u00df][{_TAIL}]|[\u00e0-\u00ef][{_TAIL}]{{2}}|[\u00f0-\u00f4][{_TAIL}]{{3}}")
_HINT: Final = re.compile("[ÂÃÄÅÎÏÐÑØÙâã]")
_BEYOND: Final = re.compile(r"[\u00c0-\uffff]")
_CYRILLIC: Final = re.compile("[\u0400-\u045f]")
_CYRILLIC_CAPITAL: Final = re.compile("[\u0400-\u042f]")
CYRILLIC_CODECS: Final = ("cp1251", "koi8-u", "iso8859-5", "cp866", "mac-cyrillic")
_COMMON: Final = re.compile("[оеаинтсрвлкі]", re.IGNORECASE)  # two thirds of the letters of Slavic Cyrillic


def mended(text: str) -> str | None:
    """Return the text with its sequences of UTF-8 read as such, or None where it is not certain that they are any.

    >>> mended("tranvÃ­a dejarÃ¡ maÃ±ana aÃ±o")
    'tranvía dejará mañana año'
    """
    if text.isascii() or not _HINT.search(text):
        return None
    runs = _RUN.findall(text)
    beyond = len(_BEYOND.findall(text))
    held = sum(len(_BEYOND.findall(run)) for run in runs)
    if len(runs) < MIN_RUNS or held < MIN_SHARE * beyond:
        return None
    return _RUN.sub(lambda run: _decoded(run[0]), text)


def _decoded(run: str) -> str:
    try:
        return bytes(_TO_BYTE[char] for char in run).decode("utf-8")
    except UnicodeDecodeError:
        return run


def cyrillic_codec(body: bytes, declared: str) -> str:
    """Return `declared`, or the Cyrillic code page that makes words of the bytes where that one makes none."""
    sample = body[:MAX_SAMPLE_BYTES]
    if declared not in CYRILLIC_CODECS or not _shouts(sample.decode(declared, "replace")):
        return declared
    return max(CYRILLIC_CODECS, key=lambda codec: _plausible(sample.decode(codec, "replace")))


def _shouts(text: str) -> bool:
    letters = len(_CYRILLIC.findall(text))
    return letters >= MIN_CYRILLIC and len(_CYRILLIC_CAPITAL.findall(text)) > MAX_CAPITALS * letters


def _plausible(text: str) -> float:
    """Return the share of frequent letters among what is not ASCII."""
    return len(_COMMON.findall(text)) / max(sum(not char.isascii() for char in text), 1)
