"""Articles and ledgers as canonical JSON: the same article is the same bytes, on any machine."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import msgspec

from harvester.errors import InputError, Reason
from harvester.models import Article, Block, Evidence, Kept, Ledger, Removed
from harvester.storable import storable
from harvester.store.format_versions import FIRST_SCHEMA, SCHEMAS, SINCE_SECOND
from harvester.store.sparse_json import plain_blocks, sparse_article
from harvester.typed_json import json_reader

LEDGER_SCHEMA: Final = "harvester/ledger/1"

# Legal in JSON, but many line readers end a line there: a JSONL file must have one article a line for all of them.
LINE_BREAKERS: Final = (("\u2028".encode(), b"\\u2028"), ("\u2029".encode(), b"\\u2029"), ("\x85".encode(), b"\\u0085"))

_NUL: Final = rb"\u0000"  # legal in JSON, and refused by PostgreSQL and by C


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One visible block of a page and what became of it."""

    number: int  # from 1, in reading order
    verdict: str  # "kept", "removed", or "open" where nothing judged the block
    part: str | None  # of the article, where kept
    kind: str | None  # of boilerplate, where removed
    rule: str | None
    role: str
    level: int | None
    lang: str | None
    link_chars: int
    path: str
    text: str


@dataclass(frozen=True, slots=True)
class LedgerFile:
    """What a `.ledger.json` file holds."""

    schema: str
    blocks: tuple[LedgerRow, ...]
    evidence: tuple[Evidence, ...]


def article_json(article: Article) -> bytes:
    """Return the article as indented JSON: UTF-8, fields in the order of `Article`, a final newline."""
    return _indented(article)


def article_line(article: Article) -> bytes:
    """Return the article as one line of JSONL, with its newline."""
    return _line(_encode(article))


def line_of(body: bytes) -> bytes:
    """Return JSON as one line, as `article_line` writes it; raises ValueError where it is none."""
    try:
        return _line(msgspec.json.encode(msgspec.json.decode(body)))
    except (msgspec.DecodeError, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error


def json_of(line: bytes) -> bytes:
    """Return JSON indented, as `article_json` writes it; raises ValueError where it is none."""
    try:
        return msgspec.json.format(msgspec.json.encode(msgspec.json.decode(line)), indent=2) + b"\n"
    except (msgspec.DecodeError, RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error


def article_of(line: bytes) -> Article:
    """Return the article in a line or file, of any version that is known; raises ValueError where it holds none."""
    try:
        article = json_reader(Article).decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    check_schema(article.schema)
    return article


def check_schema(schema: str) -> None:
    """Raise ValueError where an article claims a format that is not known here."""
    if schema not in SCHEMAS:
        raise ValueError(f"its schema is {schema!r}, not {' or '.join(map(repr, SCHEMAS))}")


def plain_of(line: bytes) -> dict[str, Any]:
    """Return the JSON object in a line, of whatever version; raises ValueError where it holds none."""
    try:
        plain = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(plain, dict):
        raise ValueError("is no JSON object")
    return plain


def plain_json(value: object) -> bytes:
    """Return a value of dataclasses as indented JSON, with a final newline."""
    return _indented(value)


def ledger_json(ledger: Ledger) -> bytes:
    """Return the ledger as indented JSON: one row a block, then the evidence of each field."""
    return _indented(LedgerFile(schema=LEDGER_SCHEMA, blocks=ledger_rows(ledger), evidence=ledger.evidence))


def ledger_rows(ledger: Ledger) -> tuple[LedgerRow, ...]:
    """Return one row for each block, in reading order."""
    return tuple(_row(number, block) for number, block in enumerate(ledger.blocks, start=1))


def load_article(path: Path) -> Article:
    """Return the article in a file that `article_json` wrote.

    Raises InputError ("empty_input", "unreadable") when the file holds none, or one of another format.
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"cannot be read: {error.strerror}") from error
    if not body.strip():
        raise InputError(str(path), Reason.EMPTY_INPUT, "the file is empty; clean the page again")
    try:
        return article_of(body)
    except ValueError as error:
        raise InputError(str(path), Reason.UNREADABLE, f"is no article: {error}; clean the page again") from error


def _row(number: int, block: Block) -> LedgerRow:
    verdict = block.verdict
    return LedgerRow(
        number=number,
        verdict={Kept: "kept", Removed: "removed"}.get(type(verdict), "open"),
        part=str(verdict.part) if isinstance(verdict, Kept) else None,
        kind=verdict.kind if isinstance(verdict, Removed) else None,
        rule=verdict.rule if verdict else None,
        role=str(block.role),
        level=block.level,
        lang=block.lang,
        link_chars=block.link_chars,
        path=block.path,
        text=block.text,
    )


def _line(compact: bytes) -> bytes:
    for character, escape in LINE_BREAKERS:
        compact = compact.replace(character, escape)
    return compact + b"\n"


def _indented(value: object) -> bytes:
    return msgspec.json.format(_encode(value), indent=2) + b"\n"


def plain_article(article: Article) -> dict[str, Any]:
    """Return the article as the mappings and lists that its JSON is made of, fields in the order of `Article`."""
    plain: dict[str, Any] = msgspec.to_builtins(replace(article, blocks=()), order="deterministic")
    plain["blocks"] = plain_blocks(article.blocks)
    if article.schema == FIRST_SCHEMA:
        return {name: value for name, value in plain.items() if name not in SINCE_SECOND or value}
    return plain


def _plain(value: object) -> Any:
    return plain_article(value) if isinstance(value, Article) else msgspec.to_builtins(value, order="deterministic")


def _encode(value: object) -> bytes:
    """Return compact JSON: fields as declared, keys of mappings sorted, nothing in it that cannot be stored."""
    try:
        encoded = _encoded(value)
    # Half a surrogate pair, a number of thirty digits, a block that another program made.
    except (UnicodeEncodeError, OverflowError, msgspec.ValidationError):
        return msgspec.json.encode(storable(_plain(value)))
    return msgspec.json.encode(storable(_plain(value))) if _NUL in encoded else encoded


def _encoded(value: object) -> bytes:
    """Return what JSON of `_plain` is, and sooner."""
    if not isinstance(value, Article):
        return msgspec.json.encode(value, order="deterministic")
    if value.schema == FIRST_SCHEMA:
        return msgspec.json.encode(plain_article(value))
    return msgspec.json.encode(sparse_article(value), order="deterministic")
