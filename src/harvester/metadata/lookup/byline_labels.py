"""The labels of bylines, "By", "Von", "記者", and the names behind them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.alternation import either
from harvester.metadata.lookup.name_labels import byline_label, may_begin_with_label
from harvester.metadata.lookup.person_names import cut_rest, split_names
from harvester.metadata.lookup.person_test import CJK, looks_like_person
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for

MIN_INNER_LABEL_CHARS: Final = 5  # "Автор:", "author:"; a shorter one stands in sentences
MAX_EDITOR_CHARS: Final = 80

# "Posted on 2023-12-20 by Jane Doe", "22. Mai 2023, 10:15 Uhr von Jan Roe", "Posted in Data by jane on": after a date
# or a rubric.
_LATER_LABEL: Final = re.compile(
    r"(?:(?<=[\d|•·/,])(?:\s*(?:Uhr|[ap]\.?m\.?|[A-Z]{2,4}))?\s*(?:[|•·,–-]\s*)?|^posted\s(?:in|on)\s.{2,40}\s)"
    r"(?=(?:by|von|par|por|di|door)\s)",
    re.IGNORECASE,
)
_BEFORE_LABEL: Final = re.compile(r"[\d|•·/,]|^posted\s", re.IGNORECASE)
_PART_MARK: Final = re.compile(r"\s*[|•·●｜丨]\s*|\s{2,}|\n")
# Without any of these, a label can only stand at the start of a line.
_LATER_HINT: Final = re.compile(r"[\d|•·●｜丨:：/,\n]|\s{2}|^posted\s", re.IGNORECASE)
_HAN: Final = r"(?:(?![摄攝])[\u4e00-\u9fff])"
_HAN_NAMES: Final = rf"(?P<names>{_HAN}{{2,4}}(?:[、,，\s·]{{1,2}}{_HAN}{{2,4}}){{0,5}})"
_HAN_END: Final = r"(?!\s*[摄攝])\s*(?=[／/╱)）〕】\]|｜]|$|\s|报道|報導|综合报道)"  # who took a picture is another


def labelled_names(line: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return the people of a line that begins with a byline's label, or has one after a date, a mark or a colon.

    () when it has none, and when the label names those who only checked the text.
    """
    line = line.strip(" \t,.|·•-–—")
    if not (may_begin_with_label(line, 0, lang, lexicon) or _LATER_HINT.search(line)):
        return reporters(line, lexicon, lang)
    if _reviewed(lexicon).match(line):
        return ()
    for rest in _after_labels(line, lang, lexicon):
        names = split_names(cut_rest(rest, lexicon), lexicon, lang)
        if names:
            return names
    return reporters(line, lexicon, lang)


def reporters(text: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return those whom a word beside the name calls reporters: "记者 张三", "（記者王小明／台北報導）"."""
    if text.isascii() or not CJK.search(text):
        return ()
    for pattern in _reporters(lexicon):
        match = pattern.search(text)
        if match is not None:
            names = split_names(match["names"], lexicon, lang)
            if names:
                return names
    return ()


@lru_cache(maxsize=RULES_CACHED)
def _reporters(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    words = sorted(lexicon.words("people.reporters"), key=lambda word: (-len(word), word))
    korean = "|".join(re.escape(word) for word in words if "\uac00" <= word[0] <= "\ud7a3")
    han = "|".join(re.escape(word) for word in words if "\u4e00" <= word[0] <= "\u9fff")
    return (
        # "홍길동 기자"
        re.compile(rf"(?<![가-힣])(?P<names>[가-힣]{{2,4}})\s*(?:{korean})(?![가-힣])"),
        # "中央社記者王小明台北18日電": a place and a day follow at once
        re.compile(rf"(?:{han})\s*(?P<names>[\u4e00-\u9fff]{{2,3}}?)(?=[\u4e00-\u9fff]{{2,3}}\d{{1,2}}日\S?[电電])"),
        # "記者王小明／台北報導", "本报记者 张三 李四", "（通讯员 王五）"
        re.compile(
            rf"(?:^[\u4e00-\u9fff]{{0,8}}?|[\s(（〔【\[|｜/／╱]|(?<=[报報社网網台])|(?<=通讯员))(?:{han})\s*[:：]?\s*{_HAN_NAMES}{_HAN_END}"
        ),
    )


def _after_labels(line: str, lang: str | None, lexicon: Lexicon) -> Iterator[str]:
    """Yield what follows a label: at the start, after a date, after a mark, and before a colon anywhere."""
    label = byline_label(lang, lexicon)
    found = label.match(line) if may_begin_with_label(line, 0, lang, lexicon) else None
    if found is not None:
        yield line[found.end() :]
        return
    if _BEFORE_LABEL.search(line) and (later := _LATER_LABEL.search(line)):
        found = label.match(line, later.end())
        if found is not None:
            yield line[found.end() :]
    for mark in _PART_MARK.finditer(line):
        found = label.match(line, mark.end()) if may_begin_with_label(line, mark.end(), lang, lexicon) else None
        if found is not None:
            yield line[found.end() :]
    inner = _inner_label(lang, lexicon).search(line) if ":" in line or "：" in line else None
    if inner is not None:
        yield line[inner.end() :]


@lru_cache(maxsize=128)
def _inner_label(lang: str | None, lexicon: Lexicon) -> re.Pattern[str]:
    words = labels_for("people.by", frozenset(filter(None, (lang,))), lexicon)
    spaced = either(word for word in words if not CJK.search(word) and len(word) >= MIN_INNER_LABEL_CHARS)
    dense = either(word for word in words if CJK.search(word) and len(word) > 1)
    return re.compile(rf"(?:(?<!\w)(?:{spaced})|(?:{dense}))\s*[:：]\s*", re.IGNORECASE)


@lru_cache(maxsize=RULES_CACHED)
def _reviewed(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:{either(lexicon.reviewed_prefixes)})(?!\w)", re.IGNORECASE)


# ── editors ──────────────────────────────────────────────────────────────────────────────────


def editors_of(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the names after an editor's label: "责任编辑：张三", "(Edited by Jane Doe)"."""
    for match in _editor_label(lexicon).finditer(text):
        rest = text[match.end() : match.end() + MAX_EDITOR_CHARS].split("\n", maxsplit=1)[0]
        end = cut_rest(rest.split("。", maxsplit=1)[0], lexicon)
        names = split_names(re.split(r"[)）】\]]|\s{2,}|(?<=[\u3041-\ud7ff])\s", end.strip())[0], lexicon)
        yield from (name for name in names if looks_like_person(name, lexicon))


def has_editor(text: str, lexicon: Lexicon) -> bool:
    """Return whether an editor's label stands in `text`."""
    return bool(_editor_label(lexicon).search(text))


@lru_cache(maxsize=RULES_CACHED)
def _editor_label(lexicon: Lexicon) -> re.Pattern[str]:
    words = lexicon.editor_labels
    spaced = either(word for word in words if not CJK.search(word))
    dense = either(word for word in words if CJK.search(word))
    return re.compile(
        rf"(?:^|[(（\[【\s|/])(?:(?:{dense})\s*[:：/／|丨=]\s*|(?:{spaced})(?:\s*[:：]\s*|\s+))", re.IGNORECASE
    )
