"""Names of people out of bylines: "By Jane Doe and John Roe, Staff Writers" -> Jane Doe, John Roe."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

from harvester.metadata.wordlists import load_words
from harvester.text import fold

MAX_NAME_CHARS: Final = 60
MAX_FIELD_CHARS: Final = 600  # longer is no list of names; what follows is not looked at
MAX_NAME_WORDS: Final = 6
MAX_INITIALS: Final = 5
MAX_CJK_NAME_CHARS: Final = 8  # longer is a phrase, or a name with a title

# "and" in the languages of the lists, and the marks that part names.
_SPLIT: Final = re.compile(
    r"\s*(?:[,;|/、，；｜•·&\n]|\s[-–—]\s|\b(?:and|und|et|y|e|en|i|och|og|ve|dan|và|и|та|with|mit|avec|con)\b(?=\s)|\sو(?=\S)|\sऔर\s|和|与)\s*",
    re.IGNORECASE,
)
_CJK_SPLIT: Final = re.compile(r"[\s,;|/、，；｜•&和与]+")
_CJK: Final = re.compile(r"[\u3041-\ud7ff]")
_TRAILING: Final = re.compile(r"\s*(?:[(（\[【<].*|[|:：,;–—-]+\s*)$|\s+(?:@\w+|\S+@\S+).*$")
_EMAIL: Final = re.compile(r"\S+@\S+\.\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_POSTNOMINAL: Final = re.compile(
    r"^(?:ph\.?\s?d|m\.?\s?d|m\.?s|r\.?n|r\.?d|jr|sr|ii|iii|esq|cpa|mba|dds|dr|prof|cfp|m\.?a|b\.?a|j\.?d|mph|fand|rdn|np|do)\.?$",
    re.IGNORECASE,
)
_SUFFIX: Final = re.compile(r"^(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_REPORTER: Final = re.compile(r"(?:本报记者|记者|記者|通讯员|特派员|특파원|기자|編集委員|さん)")
# How newspapers, agencies and desks end.
_CJK_BODY: Final = re.compile(
    r"(?:社|网|網|报|報|台|部|新闻|新聞|财经|財經|オンライン|ニュース|通信|통신|뉴스|신문|일보|方|号|室|组|中心)$"
)
_NOT_NAME: Final = re.compile(r"\d{3,}|[?!=:：<>{}_\"“”]|\.{2,}|©|\bwww\b|\.(?:com|org|net|de|co)\b", re.IGNORECASE)
# Small words that stand in titles, places and sentences, not in people's names.
_PHRASE: Final = re.compile(
    r"(?i)^(?:the|our|your|more|read|all)\s|\s(?:of|for|at|is|are|was|our|your|about|to|ist|für|im|zur|zum)\s|\d\s*min"
)


def split_names(text: str) -> tuple[str, ...]:
    """Return the people in a byline or an author field, labels, roles, agencies, e-mails and titles gone."""
    text = _EMAIL.sub(" ", text[:MAX_FIELD_CHARS])
    text = without_label(text)
    parts = _CJK_SPLIT.split(_REPORTER.sub(" ", text)) if _is_cjk(text) else _SPLIT.split(text)
    names = tuple(dict.fromkeys(name for part in parts if (name := clean_name(part)) is not None))
    # "Jane Doe, MS, WBEZ": degrees and stations; alone, it may be a writer's initials
    full = tuple(name for name in names if not (name.isupper() and name.isalpha() and len(name) <= MAX_INITIALS))
    if len(full) > 1 and any(map(looks_like_person, full)):  # "Ana Silva, em Porto Alegre", "Jan Roe, Nairobi"
        return tuple(name for name in full if looks_like_person(name))
    return full or names


def without_label(text: str) -> str:
    """Return `text` without a byline's prefix: "By ", "Von ", "作者："."""
    return _cut_label(text.strip(" \t\n,.|:·•-–—/")).strip()


def _cut_label(text: str) -> str:
    found = _label().match(text)
    return text[found.end() :] if found is not None else text


@cache
def _label() -> re.Pattern[str]:
    words = sorted(load_words().byline_prefixes, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if not _CJK.search(word))
    dense = "|".join(re.escape(word) for word in words if _CJK.search(word))
    return re.compile(
        rf"(?:(?:{spaced})(?:\s*[:：|]\s*|\s+)|(?:[(（【\[]?\s*(?:{dense})\s*[:：/／|丨]\s*))+", re.IGNORECASE
    )


# "Posted on 2023-12-20 by Jane Doe", "22. Mai 2023, 10:15 Uhr von Jan Roe": the label after a date.
_LATER_LABEL: Final = re.compile(
    r"(?<=[\d|•·/,])(?:\s*(?:Uhr|[ap]\.?m\.?|[A-Z]{2,4}))?\s*(?:[|•·,–-]\s*)?(?=(?:by|von|par|por|di|door)\s)",
    re.IGNORECASE,
)


def labelled_names(line: str) -> tuple[str, ...]:
    """Return the people of a line that begins with a byline's label, or has one after a date; () when it has none."""
    line = line.strip(" \t,.|·•-–—")
    found = _label().match(line)
    if found is None and (later := _LATER_LABEL.search(line)):
        found = _label().match(line, later.end())
    return split_names(cut_rest(line[found.end() :])) if found is not None else ()


# What follows the names on the same line: a date, a place, "Updated", a share label.
_REST: Final = re.compile(
    r"\s*(?:[|•·]|\s[-–—]\s|\n|,?\s(?:on|am|le|el|il|em|op|in)\s+(?=\S*\d)|(?<!\w)\d"
    r"|\b(?:updated|published|posted|última|mis à jour|aktualisiert|stand)\b"
    r"|(?:责任编辑|发布|时间|日期|来源|编辑|责编)\S?[:：]).*$",
    re.IGNORECASE | re.DOTALL,
)


def cut_rest(text: str) -> str:
    """Return the names at the start of a byline, without the date, place or label that follows them."""
    return _REST.sub("", text, count=1)


def clean_name(text: str) -> str | None:
    """Return one person's name, tidy, or None when `text` is no name: a role, an agency, a sentence, a date."""
    name = " ".join(_TRAILING.sub("", text).strip(" \t\n,.;:|·•*-–—/()（）[]【】'’\"“”").split())
    if not name or len(name) > MAX_NAME_CHARS or _NOT_NAME.search(name):
        return None
    if _is_cjk(name):
        fits = 2 <= len(name) <= MAX_CJK_NAME_CHARS * 2 and not _CJK_BODY.search(name)
        return name if fits and not _is_role(name) and not is_agency(name) else None
    name = name if is_agency(name) else _without_agency(name)
    words = name.split()
    if len(words) > MAX_NAME_WORDS or _POSTNOMINAL.match(name) or _is_role(name) or is_agency(name):
        return None
    if _PHRASE.search(name) or _label().fullmatch(f"{name} "):
        return None
    return _natural_case(name) if any(char.isalpha() for char in name) and len(name) > 1 else None


def _without_agency(name: str) -> str:
    """Return "Jane Doe" of "Jane Doe The Associated Press"; an agency alone stays."""
    folded = name.casefold()
    for agency in load_words().agencies:
        if " " in agency and folded.endswith(f" {agency}"):
            return name[: -len(agency)].strip().removesuffix(" The")
    return name


def _natural_case(name: str) -> str:
    """Return an all-capitals name of several words in title case: "RALPH D. RUSSO" -> "Ralph D. Russo"."""
    if name.isupper() and len(name.split()) > 1 and name.isascii():
        return re.sub(r"[A-Za-z]+(?:'[a-z]+)?", lambda word: word[0].capitalize(), name)
    return name


def _is_role(name: str) -> bool:
    words = load_words()
    folded = name.casefold().strip(" .")
    if folded in words.roles:
        return True
    last = folded.rsplit(" ", 1)[-1].rstrip("s") if " " in folded else ""
    return last in words.role_endings


_PARTICLES: Final = frozenset(
    {
        "von",
        "van",
        "der",
        "den",
        "de",
        "del",
        "della",
        "di",
        "da",
        "dos",
        "das",
        "du",
        "la",
        "le",
        "el",
        "al",
        "bin",
        "ibn",
        "ten",
        "ter",
        "zu",
        "zur",
        "af",
        "av",
        "y",
        "e",
    }
)


def looks_like_person(name: str) -> bool:
    """Say whether every word of `name` begins as a name does; asked of text that no markup calls a name."""
    if _is_cjk(name):
        return len(name) <= MAX_CJK_NAME_CHARS
    words = [word for word in name.split() if word.casefold() not in _PARTICLES]
    return len(words) > 1 and all(not word[0].isalpha() or not word[0].islower() for word in words)


def is_agency(name: str) -> bool:
    """Say whether `name` is a news agency: it sent the text, and wrote no line of it."""
    folded = name.casefold().strip(" .()")
    return folded in load_words().agencies


def is_site(name: str, sites: Iterable[str]) -> bool:
    """Say whether `name` is the site's own name, one of the folded `sites`."""
    folded = fold(name)
    return any(folded in {site, f"the{site}"} or f"the{folded}" == site for site in sites)


def _is_cjk(text: str) -> bool:
    return len(_CJK.findall(text)) * 2 > len(re.sub(r"\W", "", text))


def editors_of(text: str) -> Iterator[str]:
    """Yield the names after an editor's label: "责任编辑：张三", "(Edited by Jane Doe)"."""
    for match in _editor_label().finditer(text):
        end = _REST.sub(
            "", text[match.end() : match.end() + 80].split("\n", maxsplit=1)[0].split("。", maxsplit=1)[0], count=1
        )
        names = split_names(re.split(r"[)）】\]]|\s{2,}|(?<=[\u3041-\ud7ff])\s", end.strip())[0])
        yield from (name for name in names if looks_like_person(name))


@cache
def _editor_label() -> re.Pattern[str]:
    words = sorted(load_words().editor_labels, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if not _CJK.search(word))
    dense = "|".join(re.escape(word) for word in words if _CJK.search(word))
    return re.compile(
        rf"(?:^|[(（\[【\s|/])(?:(?:{dense})\s*[:：/／|丨=]\s*|(?:{spaced})(?:\s*[:：]\s*|\s+))", re.IGNORECASE
    )
