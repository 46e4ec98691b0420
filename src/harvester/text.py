"""Characters and lines: white space, scripts, words, hard wraps. Pure functions over strings."""

import re
import sys
import unicodedata
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final

from harvester.native import CORE

# Never printed: zero-width blanks and joiners' cousins, byte order marks, soft hyphens, direction marks.
# U+200C and U+200D stay: Persian and Hindi words and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\x00-\x08\x0e-\x1f\x7f]")

# Han, kana, bopomofo, CJK marks and full-width forms: written without blanks between words.
_UNSPACED = "\u2e80-\u2fdf\u3000-\u303f\u3040-\u30ff\u3100-\u312f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
# Kana to Hangul: the scripts whose words, labels and names are found inside a line, without a border around them. Said
# by what it is not: Python looks at each character of a range when it compiles a set, and each process compiles them.
CJK_CHAR: Final = r"[^\x00-\u3040\ud800-\U0010ffff]"
CJK: Final = re.compile(CJK_CHAR)
_CJK_LETTER: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_CJK_WRAP = re.compile(f"(?<=[{_UNSPACED}])[ \\t\\r]*\n\\s*(?=[{_UNSPACED}])")
# Bytes that no such letter begins with in UTF-8: of Latin letters and the marks of print, all.
_NO_CJK: Final = bytes(byte for byte in range(256) if not 0xE3 <= byte <= 0xEF)
_BLANK = re.compile(r"\s")
_MANY_CHARS: Final = 10_000
_MAX_AT_ONCE: Final = 500_000  # characters
_WORD = re.compile(r"\w+")
_ANY_DIGIT: Final = re.compile(r"\d")
# All digits, and the scripts behind Hebrew without the marks of print: Python looks other characters up one by one.
_MAY_BE_DIGIT: Final = re.compile("[^\x00-/:-\u065f\u2000-\u206f]")
# What `fold` makes of ASCII: for bytes a table takes a twentieth of the time that the words of a pattern take.
_SMALL: Final = bytes(range(256)).lower()
# Marks of print, of which nothing is left when folded: without them, most texts of Latin script are ASCII.
_PRINT_MARKS: Final = re.compile("[\u00a0\u00a9\u00ab\u00ae\u00b0\u00b7\u00bb\u2010-\u2027\u20ac]+")
# Marks that NFKC makes others of: those of Chinese, which every text in it has, and signs met in any. Where a text has
# one, Python takes it apart and puts it together again, 1,300 instructions a character: replaced before, it does not.
_SIGNS: Final = tuple((mark, unicodedata.normalize("NFKC", mark)) for mark in "…™№")
_WIDE_MARKS: Final = (*_SIGNS, *((mark, unicodedata.normalize("NFKC", mark)) for mark in "，：（）！？；％～"))
_NO_WORD: Final = bytes(code for code in range(128) if not chr(code).isalnum() and chr(code) != "_")

# Words from which a run of text reads as prose: a sentence. Shorter runs are labels, names, headlines.
_PROSE_WORDS: Final = 12
_SENTENCE_WORDS: Final = 6  # enough when a sentence mark closes it
_CJK_FACTOR: Final = 2  # characters a word
_MAX_LINK_SHARE: Final = 0.5  # above it, a run of text is a list of links
# Of a paragraph of sentences, whatever its tag: a heading is shorter.
_PARAGRAPH_CHARS: Final = 140
_PARAGRAPH_CJK_CHARS: Final = 40

# A time, a day in figures, or a year by itself: what dates have in common in all languages. All begin with one class of
# characters, which Python's engine looks for by itself.
_DATE: Final = re.compile(
    r"\d(?::[0-5]\d|\d{0,3}[./-]\d{1,2}[./-]\d{2,4}|(?<=(?<!\d)1)9\d\d(?!\d)|(?<=(?<!\d)2)0\d\d(?!\d))"
)
COLONS: Final = (":", "：")  # a line that ends so announces, or says who speaks
MAX_DATE_LINE: Final = 100  # characters; in a longer run of text a year is part of what it tells

_MAX_SALUTATION: Final = 80  # characters; a letter is to few people by name
_SALUTATION_END: Final = (",", "!", ":", "，", "！", "：")

SENTENCE_END: Final = tuple(".!?…。！？；;:：»”\"'’）)」』】؟۔।")


def interpreted_collapse(text: str) -> str:
    """Return `text` in NFC with every run of white space as one blank and invisible characters gone.

    >>> interpreted_collapse(" a\\u00a0\\n b\\u200b ")
    'a b'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    elif not text.isprintable():
        text = _INVISIBLE.sub("", text)
    elif "  " not in text and text[:1] != " " != text[-1:]:
        return text  # most texts are: no blank but " " is printable
    return " ".join(text.split()) if len(text) <= _MAX_AT_ONCE else _collapsed_by_pieces(text)


# Most texts are collapsed already, which C tells at a glance.
collapse: Final[Callable[[str], str]] = (
    partial(CORE.collapsed, interpreted_collapse) if CORE is not None else interpreted_collapse
)


def _collapsed_by_pieces(text: str) -> str:
    """Return `text` with every run of white space as one blank, split into words piece by piece.

    A word takes fifty bytes beside its letters, so all words of a text at once are many times the text.
    """
    pieces, start = [], 0
    while start < len(text):
        border = _BLANK.search(text, start + _MAX_AT_ONCE)
        end = border.start() if border else len(text)
        pieces.append(" ".join(text[start:end].split()))
        start = end
    return " ".join(filter(None, pieces))


def unwrap_cjk(text: str) -> str:
    """Return `text` without the line feeds of the source between two CJK characters, as browsers print it.

    CSS Text 3, section 4.1.3, segment breaks.
    """
    return _CJK_WRAP.sub("", text) if "\n" in text and not text.isascii() else text


def clean_code_line(line: str) -> str:
    """Return a line of code with its indent and inner blanks, without invisible characters and trailing blanks."""
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", line)).expandtabs(4).replace("\u00a0", " ").rstrip()


def visible(text: str) -> str:
    """Return the characters of `text` a reader sees, without any white space: what a ledger accounts for."""
    if text.isascii():
        letters = "".join(text.split())
        return letters if letters.isprintable() else _INVISIBLE.sub("", letters)
    return "".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def interpreted_may_hold_cjk(text: str) -> bool:
    """Return whether a text may hold a character from kana to Hangul: one look at its bytes."""
    return not text.isascii() and bool(text.encode("utf-8", "surrogatepass").translate(None, _NO_CJK))


may_hold_cjk: Final[Callable[[str], bool]] = (
    partial(CORE.may_hold_cjk, interpreted_may_hold_cjk) if CORE is not None else interpreted_may_hold_cjk
)


def compatible(text: str) -> str:
    """Return `text` in NFKC.

    >>> compatible("\uff54\uff57\uff4f\uff0c \uff13\u2026")
    'two, 3...'
    """
    for mark, plain in _WIDE_MARKS if may_hold_cjk(text) else _SIGNS:
        text = text.replace(mark, plain)
    return unicodedata.normalize("NFKC", text)


def interpreted_fold(text: str) -> str:
    """Return `text` for comparison: NFKC, case folded, letters and digits only."""
    if text.isascii():
        return text.encode().translate(_SMALL, _NO_WORD).decode()
    plain = _PRINT_MARKS.sub("", text)
    return plain.encode().translate(_SMALL, _NO_WORD).decode() if plain.isascii() else _folded(text)


def _folded(text: str) -> str:
    return "".join(_WORD.findall(compatible(text).casefold()))


def table_of(change: Callable[[str], str]) -> bytes:
    """Return what becomes of Latin and Cyrillic letters and marks of print, in the form of native/folding.c.

    A row each, how many bytes, and three: what becomes of one does not depend on those around it. One of which more
    bytes become, and a mark on the letter before, is left to Python.
    """
    letters = map(chr, (*range(0x250), *range(0x2000, 0x2060), *range(0x400, 0x530)))
    return b"".join(_UNKNOWN if unicodedata.combining(letter) else _row(change(letter)) for letter in letters)


def _row(changed: str) -> bytes:
    said = changed.encode()
    return bytes([len(said)]) + said.ljust(_MOST_BYTES) if len(said) <= _MOST_BYTES else _UNKNOWN


_MOST_BYTES: Final = 3
_UNKNOWN: Final = b"\xff   "
FOLD_TABLE: Final = table_of(_folded)
LOWER_TABLE: Final = table_of(str.lower)
CASEFOLD_TABLE: Final = table_of(str.casefold)


fold: Final[Callable[[str], str]] = (
    partial(CORE.fold, FOLD_TABLE, interpreted_fold, sys.maxsize) if CORE is not None else interpreted_fold
)


def lower(text: str) -> str:
    """Return `text.lower()`, for Latin letters and signs in a fraction of the time."""
    if CORE is None or text.isascii():
        return text.lower()
    lowered: str = CORE.lower(LOWER_TABLE, str.lower, text)
    return lowered


def lower_lines(lines: list[str]) -> tuple[str, bytes]:
    """Return lines in small letters, joined by line feeds, and the same in UTF-8.

    Not joined before, as the lines' own bytes are at hand.
    """
    if CORE is not None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair
            lowered: tuple[str, bytes] | None = CORE.lower_lines(LOWER_TABLE, lines)
            if lowered is not None:
                return lowered
    text = "\n".join(lines).lower()
    return text, text.encode(errors="surrogatepass")


def casefold(text: str) -> str:
    """Return `text.casefold()`, for Latin letters and marks of print in a fraction of the time."""
    if CORE is None or text.isascii():
        return text.casefold()
    folded: str = CORE.fold(CASEFOLD_TABLE, str.casefold, sys.maxsize, text)
    return folded


def interpreted_has_digit(text: str) -> bool:
    """Return whether a text has a digit of whatever script that writes numbers in tens.

    >>> [interpreted_has_digit(text) for text in ("On day 5", "٥", "m²", "“Five” – €")]
    [True, True, False, False]
    """
    found = _MAY_BE_DIGIT.search(text)
    return found is not None and (found[0] <= "9" or _ANY_DIGIT.search(text) is not None)


has_digit: Final[Callable[[str], bool]] = (
    partial(CORE.has_digit, interpreted_has_digit) if CORE is not None else interpreted_has_digit
)


def interpreted_cjk_letters(text: str) -> int:
    """Return how many characters are Han or kana; of most texts one look at their bytes says that none is."""
    return len(_CJK_LETTER.findall(text)) if interpreted_may_hold_cjk(text) else 0


cjk_letters: Final[Callable[[str], int]] = (
    partial(CORE.cjk_letters, interpreted_cjk_letters) if CORE is not None else interpreted_cjk_letters
)


def is_cjk(text: str) -> bool:
    """Return whether more than a third of the characters are Han or kana."""
    return cjk_letters(text) * 3 > len(text)


def interpreted_units(text: str) -> int:
    """Return the length in words; Han and kana letters count one each (two make about a word, but are read as one).

    >>> interpreted_units("It took two days."), interpreted_units("两天后")
    (4, 3)
    """
    letters = interpreted_cjk_letters(text)
    return letters + len(_CJK_LETTER.sub(" ", text).split()) if letters else len(text.split())


units: Final[Callable[[str], int]] = partial(CORE.units, interpreted_units) if CORE is not None else interpreted_units


def is_dated(text: str) -> bool:
    """Return whether a run of text is a short line with a date or time.

    >>> is_dated("Ann, 4 March 2024 at 9:15"), is_dated("Four of us were there.")
    (True, False)
    """
    return len(text) <= MAX_DATE_LINE and _DATE.search(text) is not None


def ends_sentence(text: str) -> bool:
    """Return whether the last character closes a sentence or a quotation."""
    return text.endswith(SENTENCE_END)


def is_salutation(text: str, openings: tuple[str, ...]) -> bool:
    """Return whether a line greets those whom a letter is to: one of `openings` ("dear"), a name, and a mark.

    >>> is_salutation("Dear members of the board,", ("dear",)), is_salutation("Dearth of water,", ("dear",))
    (True, False)
    """
    if len(text) > _MAX_SALUTATION or not text.endswith(_SALUTATION_END):
        return False
    folded = text.casefold()
    said = next((opening for opening in openings if folded.startswith(opening)), None)
    return said is not None and (is_cjk(said) or not folded[len(said)].isalnum())


def reads_as_prose(text: str, link_chars: int) -> bool:
    """Return whether a run of text reads as sentences, by length, closing mark and the share of it inside links."""
    if link_chars > _MAX_LINK_SHARE * len(text):
        return False
    if len(text) > _MANY_CHARS and units(text[:_MANY_CHARS]) > 1 + _PROSE_WORDS * _CJK_FACTOR:
        return True  # the words of a long text, all at once, are many times the text
    words = units(text) / (_CJK_FACTOR if is_cjk(text) else 1)
    return words >= _PROSE_WORDS or (words >= _SENTENCE_WORDS and ends_sentence(text))


def is_paragraph(text: str, link_chars: int) -> bool:
    """Return whether a run of text is a paragraph whatever its tag: long, sentences, and closed by a mark.

    >>> is_paragraph("The pier was closed. " * 7 + "It rained.", 0), is_paragraph("The pier was closed.", 0)
    (True, False)
    """
    enough = _PARAGRAPH_CJK_CHARS if is_cjk(text) else _PARAGRAPH_CHARS
    return len(text) >= enough and ends_sentence(text) and reads_as_prose(text, link_chars)


def join_lines(lines: list[str]) -> str:
    """Join hard-wrapped lines: a blank between words, nothing between CJK characters.

    >>> join_lines(["两个", "城市"]), join_lines(["two", "towns"])
    ('两个城市', 'two towns')
    """
    pieces: list[str] = []
    end = ""  # the last character so far: to look for it in all that is joined would be quadratic
    for line in lines:
        if end and not _CJK_WRAP.match(f"{end}\n{line[:1]}", 1):
            pieces.append(" ")
            end = " "
        pieces.append(line)
        end = line[-1:] or end
    return "".join(pieces)


def is_match(pattern: str, text: str) -> bool:
    """Return whether all of `text` fits `pattern`, where "*" fits anything; linear, whatever the pattern.

    >>> is_match("/news/*.html", "/news/2024/a.html"), is_match("/news", "/newsletter")
    (True, False)
    """
    first, *rest = pattern.split("*")
    if not rest:
        return text == pattern
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    at, end = len(first), len(text) - len(last)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
