"""JSON as pages hold it: JSON-LD, repaired where that is sure, else read field by field; the data of scripts."""

import html
import json
import re
from collections.abc import Iterator
from typing import Final

import msgspec

MAX_JSON_CHARS: Final = 2_000_000  # a page's whole state is sometimes labelled as JSON-LD
MAX_BLANKS: Final = 400  # between a quotation mark and what follows it
MAX_OWNER_CHARS: Final = 2_000  # of an author or publisher in a record that is read field by field
MAX_TYPES: Final = 50  # types in a script that is read field by field

# Comments and CDATA around a record; looked for at its edges only, or blanks in hostile text would cost a square.
_WRAP_CHARS: Final = 40
_WRAP_START: Final = re.compile(r"(?:<!--|(?://|/\*)?\s*<!\[CDATA\[\s*(?:\*/)?)\s*")
_WRAP_END: Final = re.compile(r"\s*(?:-->|(?://|/\*)?\s*\]\]>\s*(?:\*/)?)?\s*;?\s*$")
_TRAILING_COMMA: Final = re.compile(r",(\s*[}\]])")
_MISSING_COMMA: Final = re.compile(r"\}(\s*)\{")
_BAD_ESCAPE: Final = re.compile(r"""\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})""")
_ESCAPED_QUOTE: Final = re.compile(r"&(?:quot|#0*34|#x0*22);", re.IGNORECASE)

# What a text outside of quotation marks is parted into: the start of a text, a comment, anything else.
_TOKEN: Final = re.compile(r"""(?P<quote>")|(?P<comment>/\*.*?\*/|//[^\n]*)|[^"/]+|/""", re.DOTALL)
_IN_TEXT: Final = re.compile(r"""[^"\\]+|\\.?""", re.DOTALL)
# What follows a quotation mark that closes a text: the end of a key, of an object or list, or another entry.
_BLANKS: Final = rf"\s{{0,{MAX_BLANKS}}}"
_CLOSES: Final = re.compile(rf"""{_BLANKS}(?:[:}}\]]|$|,{_BLANKS}(?:["{{\[}}\]\d-]|true|false|null|/[/*]))""")

_STRING: Final = r'"((?:[^"\\\n]|\\.){0,20000})"'
# Those that only an article's record has: names and addresses may be of anything.
_PLAIN_KEYS: Final = (
    "headline",
    "alternativeHeadline",
    "datePublished",
    "dateModified",
    "dateCreated",
    "articleSection",
    "isAccessibleForFree",
)
_OWNER_KEYS: Final = ("author", "creator", "editor", "publisher")
_ARTICLE: Final = re.compile(r"(?:Article|Posting|Report|Review)$")
_TYPE: Final = re.compile(rf'"@type"\s*:\s*\[?\s*{_STRING}')
# Possessive, as blanks without end would cost their square.
_TYPE_NAME: Final = re.compile(r'"@type"\s*+:\s*+(?:\[\s*+)?"([A-Za-z]+)"')


def parse_json(text: str) -> object:
    """Return the value of a JSON-LD script, repaired where that is easy; None when nothing in it can be read.

    Repaired: comments and CDATA around it and in it, quotation marks escaped as HTML or not at all, raw line breaks in
    texts, trailing and missing commas, unknown escapes. What no repair makes whole is read field by field.
    """
    if len(text) > MAX_JSON_CHARS:
        return None
    stripped = _unwrap(text.strip())
    value = _load(stripped)
    value = _load(_repair(stripped)) if value is None else value
    value = _load(_repair(_plain(stripped))) if value is None else value
    return _read_fields(stripped) if value is None else value


def decode_json(text: str) -> object:
    """Return the value of a script that holds JSON and nothing else; None when it does not: most scripts are code."""
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError):
        return None


def type_names(text: str) -> Iterator[str]:
    """Yield the types that a JSON-LD script names, the first of each list, whether it can be parsed or not.

    >>> list(type_names('{"@type": ["NewsArticle", "Thing"], "author": {"@type" : "Person", '))
    ['NewsArticle', 'Person']
    """
    return (found[1] for found in _TYPE_NAME.finditer(text))


def _unwrap(text: str) -> str:
    if text[:1] in "{[" and text[-1:] in "}]":
        return text
    start = _WRAP_START.match(text[:_WRAP_CHARS])
    end = _WRAP_END.search(text[-_WRAP_CHARS:])
    tail = _WRAP_CHARS if len(text) > _WRAP_CHARS else len(text)
    return text[start.end() if start else 0 : len(text) - tail + (end.start() if end else tail)]


def _load(text: str) -> object:
    try:
        value: object = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return value


def _repair(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    joined = _MISSING_COMMA.sub(r"},\1{", text)
    return f"[{joined}]" if joined != text and joined.startswith("{") else joined


def _plain(text: str) -> str:
    """Return the text without comments, its HTML escapes undone, and the quotation marks inside texts escaped."""
    if '"' not in text or len(_ESCAPED_QUOTE.findall(text)) > text.count('"'):
        text = html.unescape(text)
    parts: list[str] = []
    at = 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        if token["quote"]:
            at = _copy_text(text, at, parts)
        elif token["comment"] is None:
            parts.append(token[0])
    return "".join(parts)


def _copy_text(text: str, at: int, parts: list[str]) -> int:
    """Append the quoted text that starts at `at`; return where it ends."""
    parts.append('"')
    while at < len(text):
        if text[at] == '"':
            if _CLOSES.match(text, at + 1):
                break
            parts.append('\\"')
            at += 1
            continue
        piece = _IN_TEXT.match(text, at)
        parts.append(piece[0] if piece is not None else text[at])
        at = piece.end() if piece is not None else at + 1
    parts.append('"')
    return at + 1


# ── field by field ───────────────────────────────────────────────────────────────────────────


def _read_fields(text: str) -> dict[str, object] | None:
    """Return the fields of an article's record that can be made out in a broken script."""
    text = text if '"' in text else html.unescape(text)
    types = [_unescaped(match[1]) for _, match in zip(range(MAX_TYPES), _TYPE.finditer(text), strict=False)]
    kind = next((name for name in types if _ARTICLE.search(name)), None)
    return {"@type": kind, **_plain_fields(text), **_owners(text)} if kind is not None else None


def _plain_fields(text: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for key in _PLAIN_KEYS:
        match = re.search(rf'"{re.escape(key)}"\s{{0,20}}:\s{{0,20}}{_STRING}', text)
        if match is not None:
            found[key] = _unescaped(match[1])
    return found


def _owners(text: str) -> dict[str, object]:
    """Return the people and bodies that are named, by their names alone."""
    found: dict[str, object] = {}
    for key in _OWNER_KEYS:
        match = re.search(rf'"{key}"\s{{0,20}}:\s{{0,20}}(?:{_STRING}|(?P<open>[\[{{]))', text)
        if match is None:
            continue
        if match["open"] is None:
            found[key] = _unescaped(match[1])
            continue
        rest = text[match.end() : match.end() + MAX_OWNER_CHARS]
        end = rest.find("]" if match["open"] == "[" else "}")
        names = re.findall(rf'"name"\s{{0,20}}:\s{{0,20}}{_STRING}', rest[:end] if end >= 0 else rest)
        found[key] = [{"name": _unescaped(name)} for name in names]
    return found


def _unescaped(text: str) -> str:
    value = _load('"' + _BAD_ESCAPE.sub(r"\\\\", text) + '"')
    return value if isinstance(value, str) else text
