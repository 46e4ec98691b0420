"""Writes docs/languages.md, which languages a page is told to be in: `python benchmarks/tongues.py`

`tongues.toml` holds a sentence in each. A page is made of it three times: without a `lang`, with its own, and with the
"en" of a template that nobody changed. A test fails where the document is not what this writes.
"""

import re
import tomllib
from pathlib import Path

from harvester.dom import read_document
from harvester.metadata import read_metadata
from harvester.models import Page
from harvester.rules.lexicon import Lexicon
from harvester.rules.load import load_rules
from tables import table_text

ROOT = Path(__file__).parent.parent
SENTENCES = Path(__file__).with_name("tongues.toml")
DOCUMENT = ROOT / "docs" / "languages.md"
FIELDS = ROOT / "src" / "harvester" / "rules" / "fields"
# The tag of a page that is more exact than ours of the language, and the tag that is right for it without a `lang`.
WIDER = {"ckb": "ku", "sr-Latn": "sr"}
GIVEN = ("", "own", "en")
HEAD = ("language", "tag", "without `lang`", "with its own", 'with "en"')
ADDRESS = "https://news.example.org/a"
_NAME = re.compile(r"# (?P<name>[^:]+):")
TEXT = """# Languages of pages

What a page of two paragraphs in each language is told to be in: where it says nothing of itself, where its `lang` is
right, and where a template says "en". "yes" is the right language; else what is told. `python benchmarks/tongues.py`
writes this table, of the sentences in `benchmarks/tongues.toml`; [metadata.md](metadata.md) says how a language is
read, and [rules.md](rules.md) how to teach one.

A tag is the page's own where that is more exact ("ckb" of "ku"). Of languages that have the same frequent words
(Bosnian, Croatian and Serbian in Latin letters) the page's own tag chooses, and where it names none of them, the
one that has most of the words that not all of them have. {right} of {all} pages are right.

{table}"""


def main() -> None:
    DOCUMENT.write_text(document_text(), encoding="utf-8")


def document_text() -> str:
    """Return the whole document."""
    rows = [_row(tag, sentence, load_rules().lexicon) for tag, sentence in sorted(sentences().items())]
    right = sum(cell == "yes" for row in rows for cell in row[2:])
    return TEXT.format(right=right, all=len(rows) * len(GIVEN), table=table_text(HEAD, rows))


def sentences() -> dict[str, str]:
    """Return a sentence of each language, by its tag."""
    found: dict[str, str] = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))["sentences"]
    return found


def told(sentence: str, lang: str, lexicon: Lexicon) -> str:
    """Return the languages of a page of two paragraphs whose `lang` is as given."""
    body = f"<h1>{sentence[:40]}</h1><p>{sentence}</p><p>{sentence}</p>"
    page = f'<html lang="{lang}"><body>{body}</body></html>'
    return ", ".join(read_metadata(read_document(page), Page(ADDRESS, b""), lexicon).languages)


def _row(tag: str, sentence: str, lexicon: Lexicon) -> list[str]:
    found = {lang: told(sentence, tag if lang == "own" else lang, lexicon) for lang in GIVEN}
    wide = WIDER.get(tag, tag)
    right = {"": {wide}, "own": {tag, wide} if tag == "sr-Latn" else {tag}, "en": {wide}}
    return [
        _name(wide),
        f"`{tag}`",
        *("yes" if found[lang] in right[lang] else found[lang] or "none" for lang in GIVEN),
    ]


def _name(tag: str) -> str:
    first = (FIELDS / f"{tag}.toml").read_text(encoding="utf-8").partition("\n")[0]
    match = _NAME.match(first)
    return match["name"] if match is not None else tag


if __name__ == "__main__":
    main()
