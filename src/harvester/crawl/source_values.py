"""Checks of single values of a sources file, and where in the file a key is."""

import math
import re
from pathlib import Path
from typing import Any, Final

from harvester.errors import FetchError, StoreError
from harvester.url_names import display_url
from harvester.urls import check_url

MAX_PATTERN_CHARS: Final = 500
_HEADER: Final = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY: Final = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*[=.]""")
_WITH_USER: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*@")
_RELATIVE_FILE: Final = re.compile(r"(sqlite(?:\+pysqlite)?:///)([^/].*)")


class WrongValueError(Exception):
    """A value is not what its key wants; the text is what it wants."""


def one_text(value: Any) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValueError(f"must be a text in quotes, not {_shown(value)}")
    return value.strip()


def contact(value: Any) -> str:
    """Return a URL or mail address that can be in a header."""
    text = one_text(value)
    if not text.isascii() or not text.isprintable() or not ("@" in text or "://" in text):
        raise WrongValueError(f"must be a URL or a mail address, not {_shown(value)}")
    return text


def some_texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts, each once."""
    if not isinstance(value, list):
        raise WrongValueError(f'must be a list: ["...", "..."], not {_shown(value)}')
    return tuple(dict.fromkeys(one_text(text) for text in value))


def allowed_hosts(value: Any) -> tuple[str, ...]:
    """Return "HOST:PORT" entries, each once."""
    from harvester.fetching.address_guard import parse_allowed  # noqa: PLC0415 - with httpcore; few files name any

    found = some_texts(value)
    try:
        parse_allowed(found)
    except FetchError as error:
        raise WrongValueError(f"{error.subject[:60]}: {error.explanation}") from error  # quoted already
    return found


def state(value: Any) -> str:
    """Return the address of a database that a crawl can use."""
    from harvester.crawl.state.database import check_address  # noqa: PLC0415 - with SQLAlchemy 200 ms; few name one

    address = one_text(value)
    try:
        check_address(address)
    except StoreError as error:
        raise WrongValueError(f"{error.subject} {error.explanation}") from error
    return address


def beside(base: Path, address: str) -> str:
    """Return the address of a database, a relative file of SQLite taken from `base`, as all paths of a sources file.

    >>> beside(Path("/srv/crawl"), "sqlite:///state/crawl.sqlite")
    'sqlite:////srv/crawl/state/crawl.sqlite'
    """
    relative = _RELATIVE_FILE.fullmatch(address)
    return f"{relative[1]}{base / relative[2]}" if relative else address


def folder(value: Any) -> str:
    """Return the path of a folder."""
    path = one_text(value)
    if "\x00" in path or "://" in path:
        raise WrongValueError(f"must be a folder, not {_shown(value)}")
    return path


def url(value: Any) -> str:
    """Return a checked URL."""
    text = one_text(value)
    if _WITH_USER.match(text):
        raise WrongValueError(f"{display_url(text)} has a user or a password, which is never sent: leave it out")
    try:
        return check_url(text)
    except FetchError as error:
        raise WrongValueError(f"{_shown(value)} is no URL to fetch: {error.explanation}") from error


def urls(value: Any) -> tuple[str, ...]:
    """Return checked URLs, each once."""
    return tuple(dict.fromkeys(url(text) for text in some_texts(value)))


def patterns(value: Any) -> tuple[str, ...]:
    """Return patterns for paths."""
    found = some_texts(value)
    for pattern in found:
        if not pattern.startswith(("/", "*")) or len(pattern) > MAX_PATTERN_CHARS:
            raise WrongValueError(f"{_shown(pattern)} must begin with / or *; it is compared with path and query")
    return found


def of_words(value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    """Return a list of known words."""
    found = some_texts(value)
    for word in found:
        if word not in known:
            raise WrongValueError(f"{_shown(word)} is none of {', '.join(known)}")
    return found


def number_of_seconds(value: Any, largest: float) -> float:
    """Return seconds, 0 or more."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not 0 <= value <= largest:
        raise WrongValueError(f"must be seconds from 0 to {largest:g}, not {_shown(value)}")
    return float(value)


def whole_number(value: Any) -> int:
    """Return a number, 1 or more."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise WrongValueError(f"must be a whole number from 1 on, not {_shown(value)}")
    return value


def flag(value: Any) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise WrongValueError(f"must be true or false, not {_shown(value)}")
    return value


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def line_of(text: str, place: tuple[str, int], key: str) -> int:
    """Return the line, from 1, where a key is; that of its table when it is missing, 1 when that is, too.

    `place`: the name of the table ("" before the first one), and its number among those of its name, from 1; 0: there
    is only one.
    """
    table, number = place
    current, count, header_line = "", 0, 1
    for line, content in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(content.partition("#")[0].rstrip()):
            current = header[1]
            count += current == table
        is_here = current == table and count == number if number else current == table
        if is_here and header:
            header_line = line
        named = _KEY.match(content)
        if is_here and not header and named and key in named.groups():
            return line
        if header and not table and current == key:
            return line
    return header_line
