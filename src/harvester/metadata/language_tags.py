"""The tag of a language, however a page writes it."""

from functools import lru_cache
from typing import Final

MAX_TAG_CHARS: Final = 100  # the longest of the registry have 35
_TRADITIONAL_REGIONS: Final = frozenset({"hant", "tw", "hk", "mo"})
# Tags by which pages call a language that has another one here: old ones, members of a pair, countries.
_OTHER_NAMES: Final = {
    "nb": "no",
    "nn": "no",
    "in": "id",
    "iw": "he",
    "ji": "yi",
    "cn": "zh-Hans",
    "jp": "ja",
    "kr": "ko",
    "gr": "el",
    "ua": "uk",
    "cz": "cs",
    "dk": "da",
    "se": "sv",
    "vn": "vi",
    "ckb": "ku",
    "fil": "tl",
    "sh": "sr",
    "mo": "ro",
    "prs": "fa",
    "pes": "fa",
    "arb": "ar",
}


# Tags that a page may choose for what is told alike: Central Kurdish, which the wider tag holds as well.
_OWN_NAMES: Final = frozenset({"ckb"})


def as_page_says(tag: str, lang: str | None) -> str:
    """Return a language's tag as the page's `lang` writes it, where that is more exact: "ckb" of "ku"."""
    own = (lang or "").strip().replace("_", "-").lower().split("-")[0]
    return own if own in _OWN_NAMES and _OTHER_NAMES[own] == tag else tag


def normal_tag(tag: str | None) -> str | None:
    """Return a `lang` attribute as a tag used here: "en-US" -> "en", "zh-TW" -> "zh-Hant"; None when it is none."""
    return _normal_tag(tag) if tag and len(tag) <= MAX_TAG_CHARS else None


@lru_cache(maxsize=512)
def _normal_tag(tag: str) -> str | None:
    parts = tag.strip().replace("_", "-").lower().split("-")
    primary = parts[0]
    if not (primary.isascii() and primary.isalpha() and 2 <= len(primary) <= 3):
        return None
    if primary in {"zh", "cmn", "yue"}:
        return (
            "zh-Hant"
            if _TRADITIONAL_REGIONS & set(parts[1:])
            else ("zh-Hans" if len(parts) > 1 or primary == "cmn" else "zh")
        )
    return _OTHER_NAMES.get(primary, primary)
