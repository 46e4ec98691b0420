"""JSON as pages hold it: JSON-LD, repaired where that is sure, else read field by field; the data of scripts."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from urllib.parse import unquote

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
_ESCAPED_QUOTE: Final = re.compile(r"&(?:amp;){0,3}(?:quot|#0*34|#x0*22);", re.IGNORECASE)
# Quotation marks that were escaped as those of a text in code: {\"a\":\"b\"}, {\u0022a\u0022: ...}
_BACKSLASHED: Final = re.compile(r"""\s{0,40}[\[{]\s{0,40}(?:[\[{]\s{0,40})?\\{1,8}(?:"|u0022)""")
_BACKSLASH: Final = re.compile(r"""\\(["\\/])""")
_TYPED_QUOTES: Final = str.maketrans(dict.fromkeys("“”„‟", '"'))
_TYPED_KEY: Final = re.compile(rf"[{{,]\s{{0,{MAX_BLANKS}}}[“”„‟]@?\w{{1,60}}[“”„‟]\s{{0,20}}:")
_PERCENT_STARTS: Final = ("%7B", "%7b", "%5B", "%5b")  # a record that is escaped as an address
_LENIENT: Final = json.JSONDecoder(strict=False)  # takes line breaks in texts, NaN, and halves of surrogate pairs
MAX_LAYERS: Final = 4  # of escapes around a record, and of texts of JSON in texts of JSON

# What a text outside of quotation marks is parted into: the start of a text, a comment, a name, anything else.
_TOKEN: Final = re.compile(
    r"""(?P<quote>["'])|(?P<comment>/\*.*?\*/|//[^\n]*)|(?P<name>[A-Za-z_@$][\w@$]{0,60}(?=\s{0,20}:))"""
    r"""|(?P<word>[A-Za-z_@$][\w@$]*)|[^"'/A-Za-z_@$]+|/""",
    re.DOTALL,
)
_IN_TEXT: Final = re.compile(r"""[^"'\\]+|\\.?""", re.DOTALL)
# What follows a quotation mark that closes a text: the end of a key, of an object or list, or another entry.
_BLANKS: Final = rf"\s{{0,{MAX_BLANKS}}}"
_NAMED: Final = r"""@?[a-z]{2,20}(?:[A-Z][a-z]{1,20}){0,3}\s{0,9}:\s{0,9}["'\[{\d]"""
_CLOSES: Final = re.compile(rf"""{_BLANKS}(?:[:}}\]]|$|,{_BLANKS}(?:["'{{\[}}\]\d-]|true|false|null|/[/*]|{_NAMED}))""")

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

    Repaired: comments and CDATA around it and in it, single quotation marks and names without any, quotation marks
    escaped as HTML, as in code, several times or not at all, raw line breaks in texts, trailing and missing commas,
    unknown escapes. What no repair makes whole is read field by field.
    """
    if len(text) > MAX_JSON_CHARS:
        return None
    stripped = _unwrap(text.strip())
    stripped = unquote(stripped) if stripped.startswith("%25") else stripped  # twice
    stripped = _unwrap(unquote(stripped)) if stripped[:3] in _PERCENT_STARTS else stripped
    value = _load(stripped)
    value = _load(_repair(stripped)) if value is None else value
    for _ in range(MAX_LAYERS):  # a text of JSON that holds JSON
        if not isinstance(value, str):
            break
        stripped = _unwrap(value.strip())
        value = _load(stripped)
    return _mended(stripped) if value is None else value


def _mended(text: str) -> object:
    """Return the value of a broken record, or what of its fields can be made out."""
    plain = _plain(_unlayered(text))
    value = _load(_repair(plain))
    if value is not None and not isinstance(value, str):
        return value
    return _read_fields(text) or _read_fields(plain)


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
    value: object = None
    with suppress(msgspec.DecodeError, UnicodeEncodeError, RecursionError):  # of what is quite right, in half the time
        return msgspec.json.decode(text)
    with suppress(ValueError, RecursionError):
        value = _LENIENT.decode(text)
    return value


def _repair(text: str) -> str:
    text = _BAD_ESCAPE.sub(r"\\\\", _TRAILING_COMMA.sub(r"\1", text))
    joined = _MISSING_COMMA.sub(r"},\1{", text)
    return f"[{joined}]" if joined != text and joined.startswith("{") else joined


def _unlayered(text: str) -> str:
    """Return the text with quotation marks as JSON has them, where all were escaped or set by a word processor."""
    for _ in range(MAX_LAYERS):
        if _BACKSLASHED.match(text):
            text = _BACKSLASH.sub(r"\1", text.replace("\\u0022", '\\"'))
        elif '"' not in text or len(_ESCAPED_QUOTE.findall(text)) > text.count('"'):
            text = html.unescape(text)
        else:
            break
    return text.translate(_TYPED_QUOTES) if '"' not in text or _TYPED_KEY.search(text) else text


def _plain(text: str) -> str:
    """Return the text without comments, its names and texts in quotation marks, and those inside texts escaped."""
    parts: list[str] = []
    at = 0
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        if token["quote"]:
            at = _copy_text(text, at, parts, token["quote"])
        elif token["name"]:
            parts.append(f'"{token[0]}"')
        elif token["comment"] is None:
            parts.append("null" if token[0] == "undefined" else token[0])
    return "".join(parts)


def _copy_text(text: str, at: int, parts: list[str], quote: str) -> int:
    """Append the text that starts at `at`, behind the quotation mark that ends it too; return where it ends."""
    parts.append('"')
    while at < len(text):
        if text[at] == quote and _CLOSES.match(text, at + 1):
            break
        piece = _IN_TEXT.match(text, at)
        if piece is None:
            parts.append('\\"' if text[at] == '"' else text[at])
            at += 1
            continue
        parts.append("'" if piece[0] == "\\'" else piece[0])
        at = piece.end()
    parts.append('"')
    return at + 1


# ── field by field ───────────────────────────────────────────────────────────────────────────


def _read_fields(text: str) -> dict[str, object] | None:
    """Return the fields of an article's record that can be made out in a broken script."""
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
