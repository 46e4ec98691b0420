"""Measures how pages without a true label are decoded: `python benchmarks/code_pages.py CORPORA [--each 12] [--peers]`.

Pages of the corpora that are UTF-8 and name their language are written down in the code page that such pages had before
UTF-8, without label, language and country. A page is right when 97 % of its words with letters beyond ASCII come back.
The same with the right label, and with the labels that are wrong most often: iso-8859-1 and utf-8. `--peers` puts what
chardet and charset-normalizer make of the bytes beside it.
"""

import argparse
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from corpora import samples
from harvester.decode import read_text
from harvester.errors import InputError
from tables import print_table

NAMES = ("fundus", "n4k", "trafeval", "wcxb", "htmldate", "postlight", "magic")
CODE_PAGES = {
    **dict.fromkeys(("cs", "hr", "hu", "pl", "ro", "sk", "sl", "sq"), "cp1250"),
    **dict.fromkeys(("ca", "da", "de", "en", "es", "fi", "fr", "is", "it", "nb", "nl", "no", "pt", "sv"), "cp1252"),
    **dict.fromkeys(("bg", "mk", "ru", "sr", "uk"), "cp1251"),
    **dict.fromkeys(("et", "lt", "lv"), "cp1257"),
    "el": "cp1253",
    "tr": "cp1254",
    "he": "cp1255",
    "ar": "cp1256",
    "fa": "cp1256",
    "vi": "cp1258",
    "th": "cp874",
    "zh": "gb18030",
    "ja": "cp932",
    "ko": "cp949",
}
LANG = re.compile(rb"<html[^>]{0,400}?\slang\s*=\s*[\"']?([A-Za-z]{2})", re.IGNORECASE)
LABELS = re.compile(r"<meta[^>]{0,400}charset[^>]{0,400}>|<\?xml[^>]{0,200}\?>", re.IGNORECASE)
LANGUAGE = re.compile(r"\slang\s*=\s*[\"']?[\w-]+[\"']?", re.IGNORECASE)
WORD = re.compile(r"\w*[^\x00-\x7f\W]\w*")
SUBJECT = "https://www.example.com/page"
MIN_BYTES = 20  # beyond ASCII: below, there is hardly anything to read wrongly
RIGHT = 0.97
MAX_CHARS = 500_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path)
    parser.add_argument("--each", type=int, default=12, metavar="N", help="pages of each language (default 12)")
    parser.add_argument("--peers", action="store_true", help="measure chardet and charset-normalizer as well")
    arguments = parser.parse_args()
    right: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for language, body in pages(arguments.corpora, arguments.each):
        codec = CODE_PAGES[language]
        right[language]["pages"] += 1
        for way, found in answers(body, codec, peers=arguments.peers):
            right[language][way] += is_right(body, codec, found)
    ways = list(dict.fromkeys(way for counts in right.values() for way in counts))
    rows = [[language, *(str(right[language][way]) for way in ways)] for language in sorted(right)]
    total = ["all", *(str(sum(counts[way] for counts in right.values())) for way in ways)]
    print_table("Pages decoded right", ["language", *ways], [*rows, total])


def pages(corpora: Path, each: int) -> Iterator[tuple[str, bytes]]:
    """Yield the pages with their languages, each in its old code page."""
    seen: Counter[str] = Counter()
    for sample in samples(corpora, NAMES):
        body = sample.body()
        match = LANG.search(body[:20_000])
        language = match[1].decode().lower() if match else ""
        if language not in CODE_PAGES or seen[language] >= each:
            continue
        text = body.decode("utf-8", "replace")
        if "\ufffd" in text or len(text) > MAX_CHARS:
            continue
        old = encoded(LANGUAGE.sub("", LABELS.sub("", text)), CODE_PAGES[language])
        if sum(byte >= 0x80 for byte in old) >= MIN_BYTES:
            seen[language] += 1
            yield language, old


def encoded(text: str, codec: str) -> bytes:
    """Return text in a code page; for Vietnamese, with the tones behind their letters, as its code page has them."""
    if codec == "cp1258":
        text = "".join(map(_with_tone, unicodedata.normalize("NFC", text)))
    return text.encode(codec, "xmlcharrefreplace")


def _with_tone(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
    base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
    return letter if letter.isascii() or not tones else base + tones


def answers(body: bytes, codec: str, *, peers: bool) -> Iterator[tuple[str, str | None]]:
    """Yield the codec that each way of reading chooses."""
    yield "no label", ours(body, None)
    yield "its label", ours(body, codec.replace("cp125", "windows-125"))
    yield "iso-8859-1", ours(body, "iso-8859-1")
    yield "utf-8", ours(body, "utf-8")
    if peers:
        yield "chardet", import_module("chardet").detect(body[:200_000])["encoding"]
        best = import_module("charset_normalizer").from_bytes(body[:200_000], steps=8, chunk_size=1024).best()
        yield "charset-normalizer", best.encoding if best is not None else None


def ours(body: bytes, label: str | None) -> str | None:
    """Return the codec that harvester reads a page with, None where it refuses it."""
    try:
        return read_text(body, label and f"text/html; charset={label}", SUBJECT).encoding
    except InputError:
        return None


def is_right(body: bytes, codec: str, found: str | None) -> bool:
    """Return whether nearly all words are the same in both codecs."""
    wanted = set(WORD.findall(body.decode(codec, "replace")))
    got = set(WORD.findall(body.decode(found, "replace"))) if found is not None else set()
    return len(wanted & got) >= RIGHT * len(wanted)


if __name__ == "__main__":
    main()
