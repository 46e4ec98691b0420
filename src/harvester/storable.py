"""Values of strangers made storable: what each database, file and header of ours can hold. Pure.

The doors through which values come in (an answer of a server) and go out (the state, JSON) call these; nobody else
needs to think of it.
"""

import re
from typing import Any, Final

MAX_INT: Final = 2**63 - 1  # what SQLite and PostgreSQL hold, and every reader of JSON
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_ENDS_A_HEADER: Final = re.compile(r"[\r\n\x00]+")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")  # RFC 9110, 5.6.2


def storable_text(text: str) -> str:
    r"""Return text with U+FFFD for what is refused: NUL by PostgreSQL, half a surrogate pair by UTF-8.

    >>> storable_text("a\ud800b\x00")
    'a\ufffdb\ufffd'
    """
    if _UNSTORABLE.search(text) is None:
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", "\ufffd")


def storable_int(number: int, most: int = MAX_INT) -> int:
    """Return the number nearest to `number` from `-most - 1` to `most`.

    >>> storable_int(10**30) == MAX_INT
    True
    """
    return min(max(number, -most - 1), most)


def storable(plain: Any) -> Any:
    """Return a JSON value (text, numbers, lists, mappings) with all in it made storable."""
    if isinstance(plain, str):
        return storable_text(plain)
    if isinstance(plain, int) and not isinstance(plain, bool):
        return storable_int(plain)
    if isinstance(plain, dict):
        stored = {storable(key): storable(value) for key, value in plain.items()}
        # Keys of mappings are sorted as they are written.
        return stored if stored.keys() == plain.keys() else dict(sorted(stored.items()))
    if isinstance(plain, (list, tuple)):
        return [storable(value) for value in plain]
    return plain


def is_status(status: int | None) -> bool:
    """Return whether a number can be the status of an answer (RFC 9110, 15)."""
    return status is not None and 100 <= status <= 599


def storable_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    r"""Return header fields as HTTP/1.1 can write them: no line ends in a value, and no field whose name is no token.

    HTTP/2 carries both, and an archive that is written with them breaks.

    >>> storable_headers((("x-a", "one\r\nx-b: two"), ("no name", "three")))
    (('x-a', 'one x-b: two'),)
    """
    return tuple(
        (name, storable_text(_ENDS_A_HEADER.sub(" ", value))) for name, value in headers if _TOKEN.fullmatch(name)
    )
