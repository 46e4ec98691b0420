"""What is kept of an article to compare it with another: some hundred bytes, whatever version wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import blake2b
from typing import Any, Final, get_args

from harvester.models import Article, ArticleKind, Cleaning
from harvester.urls import loose_host

_DIGEST_BYTES: Final = 8
NOTHING: Final = bytes(_DIGEST_BYTES)  # the digest of what the page does not say
_MAX_NAME_CHARS: Final = 200
_MAX_KINDS: Final = 200  # of boilerplate in one article; the tables have some 60

# How an article was made, not what it says: other rules change it without changing the article.
CONTENT: Final = tuple(
    field.name
    for field in fields(Article)
    if field.name not in {"schema", "id", "fetched_at", "page", "cleaning", "edition"}
)
MAKING: Final = ("page.sha256", *(f"cleaning.{field.name}" for field in fields(Cleaning)))
FIELDS: Final = CONTENT + MAKING


@dataclass(frozen=True, slots=True)
class Marks:
    """An article as it is compared."""

    keys: tuple[tuple[str, str], ...]  # how it is matched and by what, the surest first
    kind: str
    site: str  # a host; "" where the article names none
    title: str
    url: str
    chars: int  # of the text
    digests: bytes  # one of each of `FIELDS`; `NOTHING` where it is null, empty or missing
    removed: dict[str, int]  # kind of boilerplate -> characters
    made_with: str  # version and rules


def marks_of(plain: dict[str, Any]) -> Marks:
    """Return the marks of an article as JSON; what older versions did not have is as if the page did not have it."""
    url = _text(plain.get("url")) or _text(plain.get("canonical_url"))
    kind = _text(plain.get("kind"))
    cleaning = _object(plain.get("cleaning"))
    return Marks(
        keys=tuple(_keys(plain)),
        kind=kind if kind in get_args(ArticleKind) else "other",
        site=host_name(url) or _text(plain.get("site"))[:_MAX_NAME_CHARS],
        title=_text(plain.get("title"))[:_MAX_NAME_CHARS],
        url=url,
        chars=len(_text(plain.get("text"))),
        digests=b"".join(_digest(_value(plain, field)) for field in FIELDS),
        removed=dict(list(_counts(cleaning.get("removed")))[:_MAX_KINDS]),
        made_with=f"{_text(cleaning.get('version')) or '?'}, rules {_text(cleaning.get('rules')) or '?'}"[
            :_MAX_NAME_CHARS
        ],
    )


def changed_fields(old: bytes, new: bytes) -> Iterator[tuple[str, bool, bool]]:
    """Yield each field that differs, with whether it had a value before, and whether it has one now."""
    if old == new:
        return
    for number, field in enumerate(FIELDS):
        at = slice(number * _DIGEST_BYTES, (number + 1) * _DIGEST_BYTES)
        if old[at] != new[at]:
            yield field, old[at] != NOTHING, new[at] != NOTHING


def value_of(plain: dict[str, Any], field: str) -> Any:
    """Return a field without what is empty in it; None where nothing is left."""
    return _without_empty(_value(plain, field))


def host_name(url: str) -> str:
    """Return the host of an address, for people.

    >>> host_name("https://www.a.example:8080/x"), host_name("x")
    ('a.example', '')
    """
    return loose_host(url).removeprefix("www.") if url.lower().startswith(("http://", "https://")) else ""


def _keys(plain: dict[str, Any]) -> Iterator[tuple[str, str]]:
    found = (("id", plain.get("id")), ("url", plain.get("url")), ("page", _object(plain.get("page")).get("sha256")))
    yield from ((how, key) for how, key in found if isinstance(key, str) and key)


def _value(plain: dict[str, Any], field: str) -> Any:
    head, _, tail = field.partition(".")
    return _object(plain.get(head)).get(tail) if tail else plain.get(head)


def _digest(value: Any) -> bytes:
    kept = _without_empty(value)
    if kept is None:
        return NOTHING
    return blake2b(repr(kept).encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()


def _without_empty(value: Any) -> Any:
    """Return a JSON value without what is empty in it, keys sorted: a field that a later version added is no change."""
    if isinstance(value, dict):
        kept = [(name, kept) for name, item in sorted(value.items()) if (kept := _without_empty(item)) is not None]
        return dict(kept) or None
    if isinstance(value, list):
        return [_without_empty(item) for item in value] or None
    return None if value == "" else value


def _counts(value: Any) -> Iterator[tuple[str, int]]:
    for name, count in sorted(_object(value).items()):
        if isinstance(count, int):
            yield name, count


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
