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
MIN_INNER_LABEL_CHARS: Final = 5  # "Автор:", "author:"; a shorter one stands in sentences
MAX_CJK_NAME_CHARS: Final = 8  # longer is a phrase, or a name with a title

# "and" in the languages of the lists, and the marks that part names.
_SPLIT: Final = re.compile(
    r"\s*(?:[,;|/、，；｜•·&\n]|\s[-–—]\s|\b(?:and|und|et|och|og|with|mit|avec|(?-i:y|e|en|i|ve|dan|và|и|та|con))\b(?=\s)|\sو(?=\S)|\sऔर\s|和|与)\s*",
    re.IGNORECASE,
)
_CJK_SPLIT: Final = re.compile(r"[\s,;|/、，；｜•&和与]+")
_JAPANESE_SPLIT: Final = re.compile(r"\s*[,;|/、，；｜&\n]\s*")
_CJK: Final = re.compile(r"[\u3041-\ud7ff]")
_TRAILING: Final = re.compile(
    r"\s*(?:[(（\[【<][^)）\]】>]*[)）\]】>]?[\s.,]*|[|:：,;–—-]+\s*|\s(?:on|under|in|am|and))$|\s+(?:@\w+|\S+@\S+).*$"
)
_EMAIL: Final = re.compile(r"\S+@\S+\.\S+|https?://\S+|www\.\S+|(?<!\w)@\w+")
_POSTNOMINAL: Final = re.compile(
    r"^(?:ph\.?\s?d|m\.?\s?d|m\.?s|r\.?n|r\.?d|jr|sr|ii|iii|esq|cpa|mba|dds|dr|prof|cfp|m\.?a|b\.?a|j\.?d|mph|fand|rdn|np|do)\.?$",
    re.IGNORECASE,
)
_REPORTER: Final = re.compile(r"(?:本报记者|记者|記者|通讯员|特派员|특파원|기자|編集委員|さん)")
# How newspapers, agencies and desks end.
_CJK_BODY: Final = re.compile(
    r"(?:社|网|網|报|報|台|部|新闻|新聞|财经|財經|オンライン|ニュース|通信|통신|뉴스|신문|일보|方|号|室|组|中心)$"
)
_NOT_NAME: Final = re.compile(r"\d{3,}|[?!=:：<>{}_\"“”]|\.{2,}|©|\bwww\b|\.(?:com|org|net|de|co)\b", re.IGNORECASE)
_EDGES: Final = " \t\n,.;:|·•*-–—/()（）[]【】'’\"“”"
_BODY_LABEL: Final = re.compile(r"^[^:：]{1,12}[:：]\s*")  # "来源：洛城晚报"
_OURSELVES: Final = frozenset({"本报", "本報", "本刊", "本社", "本网", "本網", "本台"})
_DOMAIN: Final = re.compile(r"(?:[\w-]+\.)+(?:com|org|net|info|news|[a-z]{2})", re.IGNORECASE)
_ALONE_SAYS_NOTHING: Final = frozenset({"staff", "team", "press"})  # without the name of whose staff it is
# Small words that stand in titles, places and sentences, not in people's names.
_PHRASE: Final = re.compile(
    r"(?i)^(?:the|our|your|more|read|all)\s|\s(?:of|for|at|is|are|was|our|your|about|to|ist|für|im|zur|zum)\s|\d\s*min"
)


def split_names(text: str, lang: str | None = None) -> tuple[str, ...]:
    """Return the people in a byline or an author field, labels, roles, agencies, e-mails and titles gone.

    `lang` is the page's: Japanese writes a blank between family and given name, Chinese and Korean between people.
    """
    text = _EMAIL.sub(" ", text[:MAX_FIELD_CHARS])
    text = without_label(text)
    if " ".join(text.casefold().split()) in load_words().roles:
        return ()
    names = tuple(dict.fromkeys(name for part in _parts(text, lang) if (name := clean_name(part)) is not None))
    # "Jane Doe, MS, WBEZ": degrees and stations; alone, it may be a writer's initials
    full = tuple(name for name in names if not (name.isupper() and name.isalpha() and len(name) <= MAX_INITIALS))
    if len(full) > 1 and any(map(looks_like_person, full)):  # "Ana Silva, em Porto Alegre", "Jan Roe, Nairobi"
        return tuple(name for name in full if looks_like_person(name))
    return full or names


def _parts(text: str, lang: str | None) -> list[str]:
    if not _is_cjk(text):
        return _SPLIT.split(text)
    text = _REPORTER.sub(" ", text)
    if (lang or "").lower().startswith("ja"):
        parts = _JAPANESE_SPLIT.split(text)
        if all(len(part.split()) == 2 and len(part) <= MAX_CJK_NAME_CHARS for part in parts):
            return parts
    return _CJK_SPLIT.split(text)


def unique_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names once each, as first written."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(fold(name), name)
    return tuple(unique.values())


def named_bodies(text: str) -> tuple[str, ...]:
    """Return the organisations of a byline: "By Jane Doe, Associated Press" -> Associated Press."""
    parts = _parts(without_label(_EMAIL.sub(" ", text[:MAX_FIELD_CHARS])), None)
    named = (_BODY_LABEL.sub("", " ".join(part.strip(_EDGES).split())) for part in parts)
    return tuple(name for name in named if name and name not in _OURSELVES and is_body(name))


def is_body(name: str) -> bool:
    """Say whether `name` is an organisation's rather than a person's: an agency, a desk, a company."""
    if len(name) > MAX_NAME_CHARS or not any(char.isalpha() for char in name):
        return False
    words = [word.casefold().strip(".,'’()") for word in name.split()]
    known = load_words()
    if len(words) > MAX_NAME_WORDS or " ".join(words) in known.reviewed_prefixes:
        return False
    if is_agency(name) or _DOMAIN.fullmatch(name) or words[-1] in known.body_endings:
        return words[-1] not in _ALONE_SAYS_NOTHING or len(words) > 1
    return any(word in known.body_words for word in words) or (_is_cjk(name) and bool(_CJK_BODY.search(name)))


def without_reviewers(text: str) -> str:
    """Return a byline up to where it names those who only checked the text: "By Jane Doe. Reviewed by Jan Roe"."""
    found = _reviewed_later().search(text)
    return text[: found.start()] if found is not None and found.start() else text


@cache
def _reviewed_later() -> re.Pattern[str]:
    words = sorted(load_words().reviewed_prefixes, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


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
        rf"(?:(?:{spaced})(?:\s*[:：|]\s*|\s+)|(?:[(（【\[]?\s*(?:{dense})\s*[:：/／|丨＝=]\s*)|(?:Written\s)?By(?-i:(?=[A-Z][A-Za-z])))+",
        re.IGNORECASE,
    )


# "Posted on 2023-12-20 by Jane Doe", "22. Mai 2023, 10:15 Uhr von Jan Roe", "Posted in Data by jane on": after a date
# or a rubric.
_LATER_LABEL: Final = re.compile(
    r"(?:(?<=[\d|•·/,])(?:\s*(?:Uhr|[ap]\.?m\.?|[A-Z]{2,4}))?\s*(?:[|•·,–-]\s*)?|^posted\s(?:in|on)\s.{2,40}\s)"
    r"(?=(?:by|von|par|por|di|door)\s)",
    re.IGNORECASE,
)
_BEFORE_LABEL: Final = re.compile(r"[\d|•·/,]|^posted\s", re.IGNORECASE)
_PART_MARK: Final = re.compile(r"\s*[|•·●｜丨]\s*|\s{2,}|\n")
# "채은별 기자", and in Chinese "記者王小明／台北報導", "本报记者 张三 李四".
_KOREAN_REPORTER: Final = re.compile(r"(?<![가-힣])([가-힣]{2,4})\s*(?:선임기자|기자|특파원|논설위원)(?![가-힣])")
_CHINESE_REPORTER: Final = re.compile(
    r"(?:^|[\s(（〔【\[|])(?:本报|本報|本刊)?(?:记者|記者|通讯员|特派员)\s*[:：]?\s*"
    r"(?P<names>[\u4e00-\u9fff]{2,4}(?:[、,，\s][\u4e00-\u9fff]{2,4}){0,3})\s*(?=[／/)）〕】\]|]|$|\s)"
)


# Without any of these, a label can only stand at the start of a line.
_LATER_HINT: Final = re.compile(r"[\d|•·●｜丨:：/,\n]|\s{2}|^posted\s", re.IGNORECASE)


def labelled_names(line: str, lang: str | None = None) -> tuple[str, ...]:
    """Return the people of a line that begins with a byline's label, or has one after a date, a mark or a colon.

    () when it has none, and when the label names those who only checked the text.
    """
    line = line.strip(" \t,.|·•-–—")
    if not (_may_begin_with_label(line, 0) or _LATER_HINT.search(line)):
        return ()
    if _reviewed().match(line):
        return ()
    for rest in _after_labels(line):
        names = split_names(cut_rest(rest), lang)
        if names:
            return names
    for pattern in () if line.isascii() else (_KOREAN_REPORTER, _CHINESE_REPORTER):
        match = pattern.search(line)
        if match is not None:
            return split_names(match[1], lang)
    return ()


def _after_labels(line: str) -> Iterator[str]:
    """Yield what follows a label: at the start, after a date, after a mark, and before a colon anywhere."""
    label = _label()
    found = label.match(line) if _may_begin_with_label(line, 0) else None
    if found is not None:
        yield line[found.end() :]
        return
    if _BEFORE_LABEL.search(line) and (later := _LATER_LABEL.search(line)):
        found = label.match(line, later.end())
        if found is not None:
            yield line[found.end() :]
    for mark in _PART_MARK.finditer(line):
        found = label.match(line, mark.end()) if _may_begin_with_label(line, mark.end()) else None
        if found is not None:
            yield line[found.end() :]
    inner = _inner_label().search(line) if ":" in line or "：" in line else None
    if inner is not None:
        yield line[inner.end() :]


_FIRST_WORD: Final = re.compile(r"[^\W\d_]+")
_GLUED: Final = ("by", "written")  # "ByJane Doe"


def _may_begin_with_label(line: str, start: int) -> bool:
    """Say whether the word at `start` begins a label, so that the pattern of all labels is worth trying."""
    if not line.isascii() and _CJK.search(line):
        return True
    word = _FIRST_WORD.match(line, start)
    if word is None:
        return False
    first = word[0].casefold()
    return first in _first_words() or first.startswith(_GLUED)


@cache
def _first_words() -> frozenset[str]:
    found = (_FIRST_WORD.match(prefix) for prefix in load_words().byline_prefixes)
    return frozenset(word[0].casefold() for word in found if word is not None)


@cache
def _inner_label() -> re.Pattern[str]:
    words = sorted(load_words().byline_prefixes, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if not _CJK.search(word) and len(word) >= MIN_INNER_LABEL_CHARS)
    dense = "|".join(re.escape(word) for word in words if _CJK.search(word) and len(word) > 1)
    return re.compile(rf"(?:(?<!\w)(?:{spaced})|(?:{dense}))\s*[:：]\s*", re.IGNORECASE)


@cache
def _reviewed() -> re.Pattern[str]:
    words = sorted(load_words().reviewed_prefixes, key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)


# What follows the names on the same line: a date, a place, "Updated", a share label, another label.
_REST: Final = re.compile(
    r"\s*(?:[|•·●»【〔]|\s[-–—]\s|\n|,?\s(?:on|am|le|el|il|em|op|um|at)\s+(?=\S*\d|\w+day\b|\w+,?\s\d)|\sin(?:\s|$)|(?<!\w)\d"
    r"|\b(?:updated|published|posted|última|mis à jour|aktualisiert|stand|просмотров|shares)\b"
    r"|(?:责任编辑|发布|时间|日期|来源|编辑|责编|字体)\S?[:：]|[^\W\d_]{3,15}:\s).*$",
    re.IGNORECASE | re.DOTALL,
)


def cut_rest(text: str) -> str:
    """Return the names at the start of a byline, without the date, place or label that follows them."""
    return _REST.sub("", _dated().sub("", text, count=1), count=1)


@cache
def _dated() -> re.Pattern[str]:
    """Return a month's name and what follows it: "Jane Doe December 3" is cut to "Jane Doe"."""
    names = sorted((name for name in load_words().months if len(name) > 2), key=lambda name: (-len(name), name))
    months = "|".join(map(re.escape, names))
    return re.compile(rf"(?:[\s,(●]+|(?<=[a-z])(?=(?-i:[A-Z])))(?:{months})\.?\s*\d.*$", re.IGNORECASE | re.DOTALL)


def clean_name(text: str) -> str | None:
    """Return one person's name, tidy, or None when `text` is no name: a role, an agency, a sentence, a date."""
    name = " ".join(_TRAILING.sub("", text).strip(_EDGES).split())
    if not name or len(name) > MAX_NAME_CHARS or _NOT_NAME.search(name) or _is_dated(name):
        return None
    if _is_cjk(name):
        fits = 2 <= len(name) <= MAX_CJK_NAME_CHARS * 2 and not _CJK_BODY.search(name)
        return name if fits and not _is_role(name) and not is_agency(name) else None
    name = name if is_agency(name) else _without_agency(name)
    words = name.split()
    if len(words) > MAX_NAME_WORDS or _POSTNOMINAL.match(name) or _is_role(name) or is_agency(name):
        return None
    if _PHRASE.search(name) or is_body(name) or _label().fullmatch(f"{name} "):
        return None
    return _natural_case(name) if any(char.isalpha() for char in name) and len(name) > 1 else None


_MONTH_NAMES: Final = frozenset({"april", "may", "june", "august", "jan", "mai"})  # people's, too


def _is_dated(name: str) -> bool:
    """Say whether a "name" is a day: "Dec 17", "Sun Dec 17", "17. März"."""
    words = name.casefold().replace(".", " ").split()
    if len(words) == 1 and words[0] in load_words().months and len(words[0]) == len(name):
        return words[0] not in _MONTH_NAMES
    return any(word.isdigit() for word in words) and any(word in load_words().months for word in words)


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
    if not 1 < len(words) <= MAX_NAME_WORDS or any(char.isdigit() for char in name):
        return False
    if any(word.casefold().strip(".,'’") in load_words().organisations for word in words):
        return False
    return all(not word[0].isalpha() or not word[0].islower() for word in words)


def looks_like_login(name: str) -> bool:
    """Say whether `name` is rather an account than a person: "andrew.keaveney", "wordpressadmin", "brandon-peaktwo"."""
    return len(name.split()) == 1 and not _is_cjk(name) and (name[0].islower() or "admin" in name.casefold())


def is_agency(name: str) -> bool:
    """Say whether `name` is a news agency: it sent the text, and wrote no line of it."""
    folded = name.casefold().strip(" .()")
    return folded in load_words().agencies


def is_site(name: str, sites: Iterable[str]) -> bool:
    """Say whether `name` is the site's own name, one of the folded `sites`."""
    folded = fold(name)
    return any(folded in {site, f"the{site}"} or f"the{folded}" == site for site in sites)


def _is_cjk(text: str) -> bool:
    return not text.isascii() and len(_CJK.findall(text)) * 2 > len(re.sub(r"\W", "", text))


def editors_of(text: str) -> Iterator[str]:
    """Yield the names after an editor's label: "责任编辑：张三", "(Edited by Jane Doe)"."""
    for match in _editor_label().finditer(text):
        end = _REST.sub(
            "", text[match.end() : match.end() + 80].split("\n", maxsplit=1)[0].split("。", maxsplit=1)[0], count=1
        )
        names = split_names(re.split(r"[)）】\]]|\s{2,}|(?<=[\u3041-\ud7ff])\s", end.strip())[0])
        yield from (name for name in names if looks_like_person(name))


def has_editor(text: str) -> bool:
    """Say whether an editor's label stands in `text`."""
    return bool(_editor_label().search(text))


@cache
def _editor_label() -> re.Pattern[str]:
    words = sorted(load_words().editor_labels, key=len, reverse=True)
    spaced = "|".join(re.escape(word) for word in words if not _CJK.search(word))
    dense = "|".join(re.escape(word) for word in words if _CJK.search(word))
    return re.compile(
        rf"(?:^|[(（\[【\s|/])(?:(?:{dense})\s*[:：/／|丨=]\s*|(?:{spaced})(?:\s*[:：]\s*|\s+))", re.IGNORECASE
    )
