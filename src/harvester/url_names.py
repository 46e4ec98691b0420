"""What people, disks and keys see of a URL: a line that is safe to print, the name of a file, one of all spellings."""

import hashlib
import re
import unicodedata
from typing import Final
from urllib.parse import unquote_to_bytes

# For people: what is masked.
_USERINFO: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.\-]*:)?(//)[^/?#]*@")
_FIELD: Final = re.compile(r"([?&#;])([^?&#;=]*)=([^&#;]*)")
_WORD: Final = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z0-9]+")
# Whole words of a field name, so that "token" masks `access_token` and `csrfToken` but "key" spares `keyword`.
_SECRET_WORDS: Final = frozenset(
    (
        "access accesskey apikey auth authorization code credential credentials jwt key nonce passwd password "
        "pass phpsessid jsessionid pwd secret session sessionid sid sig signature token"
    ).split()
)

# For keys. RFC 3986, 2.3: what means the same escaped or not.
_ESCAPE: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")

# For disks: the names of files.
_STEM_CHARS: Final = 80  # of the readable part: with hash and suffix far below 255 bytes, and readable in a listing
_HASH_DIGITS: Final = 16  # 64 bits: the first clash is expected beyond four thousand million URLs
_PAGE_SUFFIX: Final = re.compile(r"\.(?:html?|xhtml|php|aspx?|jsp|shtml)$", re.IGNORECASE)


# ── for people: terminals and logs ────────────────────────────────────────────────────────────


def display_url(url: str) -> str:
    """Return any text that is meant as a URL, safe to print: one line, no secrets, no terminal codes.

    Userinfo and the values of secret-looking fields become `***`; control, format (bidi) and surrogate characters
    and line separators become `\\xNN` or `\\uNNNN`. Printable characters of any script stay.
    """
    unmasked = _USERINFO.sub(r"\1\2***@", url)
    masked = _FIELD.sub(_mask_field, unmasked)
    return "".join(char if _is_printable(char) else _escape(char) for char in masked)


def _mask_field(field: re.Match[str]) -> str:
    mark, name, _ = field.groups()
    plain = unquote_to_bytes(name.encode("utf-8", "replace")).decode("utf-8", "replace")
    words = {word.lower() for word in _WORD.findall(plain)}
    return f"{mark}{name}=***" if words & _SECRET_WORDS else field[0]


def _is_printable(char: str) -> bool:
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def _escape(char: str) -> str:
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


# ── for keys ──────────────────────────────────────────────────────────────────────────────────


def address_key(url: str) -> str:
    """Return a checked URL in the one spelling that all equal ones have (RFC 3986, 6.2.2.1 and 6.2.2.2).

    A "?" with nothing behind it asks for nothing. Only to compare it: some servers know a page by one of its spellings
    alone.

    >>> address_key("https://a.example/%7Ejane/caf%c3%a9%2f?")
    'https://a.example/~jane/caf%C3%A9%2F'
    """
    bare = url.removesuffix("?")
    return _ESCAPE.sub(_plain_escape, bare) if "%" in bare else bare


def _plain_escape(escape: re.Match[str]) -> str:
    character = chr(int(escape[0][1:], 16))
    return character if character in _UNRESERVED else escape[0].upper()


# ── for disks ─────────────────────────────────────────────────────────────────────────────────


def file_stem(url: str) -> str:
    """Return a file name, without suffix, for any text that is meant as a URL.

    At most 120 bytes of a-z, 0-9 and "-": the host or the last two path segments where they are readable, then 16 hex
    digits of the SHA-256 of the whole text. So two URLs that differ only in case do not clash on a disk that ignores
    case, and no name is a `..`, hidden, or one that Windows reserves (`con`, `nul.txt`).
    """
    digest = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH_DIGITS]
    readable = _readable(url)
    return f"{readable}-{digest}" if readable else digest


def _readable(url: str) -> str:
    """Return the meaningful words of the end of `url`, in a-z, 0-9 and "-"; "" when there are none."""
    location = re.sub(r"^[A-Za-z][A-Za-z0-9+.\-]*://(?:[^/?#]*@)?", "", re.split(r"[?#]", url, maxsplit=1)[0])
    segments = [segment for segment in location.split("/") if segment]
    last = segments[1:][-2:] or segments[:1]
    words = _PAGE_SUFFIX.sub("", " ".join(last))
    plain = unquote_to_bytes(words.encode("utf-8", "replace")).decode("utf-8", "replace")
    latin = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode("ascii").lower()
    joined = re.sub(r"[^a-z0-9]+", "-", latin).strip("-")
    return joined[-_STEM_CHARS:].strip("-")
