"""The kinds of boilerplate, as `boilerplate.toml` names them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeGuard, get_args

from harvester.errors import Reason, RulesError

Disposition = Literal["drop", "keep", "metadata", "repair"]
Inside = Literal["alone", "supported", "never"]
Telling = Literal["lines", "places"]

KINDS_TABLE: Final = "boilerplate.toml"
KIND_KEYS: Final = frozenset(
    {
        "group",
        "disposition",
        "looks",
        "keeps",
        "max_chars",
        "inside",
        "tail",
        "places",
        "drop_places",
        "keep_places",
    }
)


OPTIONAL_KEYS: Final = frozenset({"weak_places", "not_places", "foreign", "leads", "of_articles"})


class Hit(NamedTuple):
    """One rule that fits a place or a line.

    A named tuple: a page makes thousands, and a frozen dataclass costs six times as much.
    """

    kind: str  # a key of Rules.kinds
    rule: str  # "place:cookie banner", "wording:en:cookie_consent:3", "wording:en:cookie_consent:w1"
    weak: bool  # needs a second evidence, whatever the kind's `inside` says


@dataclass(frozen=True, slots=True)
class BoilerplateKind:
    """One kind of boilerplate and what is done with it."""

    name: str
    group: str  # "prompt", "social", "recirculation", "chrome", "metadata", "notice", "media", "structure"
    disposition: Disposition
    looks: str  # one line for a person
    keeps: tuple[str, ...]  # article fields that its text gives
    foreign: bool  # nothing in it is the article's own metadata
    leads: bool  # its places are lists that lead to parts of the page
    of_articles: Telling | None  # on other pages what these tell of it in the text is what they are made of
    max_chars: int  # a longer line is not matched by its wordings
    inside: Inside  # what a wording needs in the body: nothing, a second evidence, or it never decides there
    tail: bool  # starts the tail after the last strong paragraph
    places: tuple[str, ...]  # phrases as written, braces and stars included
    weak_places: tuple[str, ...]  # those of `places`, expanded, that also are around article text
    not_places: tuple[str, ...]  # longer phrases with one of `places` in them that mean something else
    drop_places: tuple[str, ...]  # start tags that a place fits
    keep_places: tuple[str, ...]  # start tags that none fits


def read_kinds(table: Mapping[str, Any]) -> Mapping[str, BoilerplateKind]:
    """Return the kinds of a parsed `boilerplate.toml` in its order.

    Raises `RulesError` that names the kind and the key.
    """
    return {name: _read_kind(name, row) for name, row in table.items()}


def is_strings(value: object) -> TypeGuard[list[str]]:
    """Return True for a list of texts, none of them empty."""
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _read_kind(name: str, row: object) -> BoilerplateKind:
    if not isinstance(row, dict):
        raise RulesError(KINDS_TABLE, Reason.BAD_RULES, f"{name} stands outside a table; write [{name}]")
    if odd := sorted((row.keys() ^ KIND_KEYS) - OPTIONAL_KEYS):
        raise RulesError(f"{KINDS_TABLE} [{name}]", Reason.BAD_RULES, f"missing or unknown keys: {', '.join(odd)}")
    return BoilerplateKind(
        name=name,
        group=_text(name, row, "group"),
        disposition=_choice(name, row, "disposition", get_args(Disposition)),
        looks=_text(name, row, "looks"),
        keeps=_texts(name, row, "keeps"),
        foreign=_flag(name, {"foreign": False, **row}, "foreign"),
        leads=_flag(name, {"leads": False, **row}, "leads"),
        of_articles=_choice(name, row, "of_articles", get_args(Telling)) if "of_articles" in row else None,
        max_chars=_max_chars(name, row),
        inside=_choice(name, row, "inside", get_args(Inside)),
        tail=_flag(name, row, "tail"),
        places=_texts(name, row, "places"),
        weak_places=_texts(name, {"weak_places": [], **row}, "weak_places"),
        not_places=_texts(name, {"not_places": [], **row}, "not_places"),
        drop_places=_texts(name, row, "drop_places"),
        keep_places=_texts(name, row, "keep_places"),
    )


def _text(name: str, row: Mapping[str, Any], key: str) -> str:
    value = row[key]
    if not isinstance(value, str) or not value:
        raise _bad(name, key, "a text", value)
    return value


def _texts(name: str, row: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = row[key]
    if not is_strings(value):
        raise _bad(name, key, "a list of texts", value)
    return tuple(value)


def _choice(name: str, row: Mapping[str, Any], key: str, words: tuple[str, ...]) -> Any:
    value = row[key]
    if value not in words:
        raise _bad(name, key, f"one of {', '.join(words)}", value)
    return value


def _max_chars(name: str, row: Mapping[str, Any]) -> int:
    value = row["max_chars"]
    if type(value) is not int or value < 1:
        raise _bad(name, "max_chars", "a number above 0", value)
    return value


def _flag(name: str, row: Mapping[str, Any], key: str) -> bool:
    value = row[key]
    if not isinstance(value, bool):
        raise _bad(name, key, "true or false", value)
    return value


def _bad(name: str, key: str, wanted: str, value: object) -> RulesError:
    return RulesError(f"{KINDS_TABLE} [{name}] {key}", Reason.BAD_RULES, f"wants {wanted}, has {value!r}")
