"""The labels of bylines, "By", "Von", "記者", and the names behind them."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.name_labels import (
    begins_with_reviewers,
    has_plain_letters,
    label_end,
    labels_in,
    may_begin_with_label,
    may_name_reviewers,
)
from harvester.metadata.lookup.person_names import cut_rest, split_names, without_inner_blanks
from harvester.metadata.lookup.person_test import is_plain_name, looks_like_person
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, labels_for
from harvester.rules.phrases import Finder, finder
from harvester.text import CJK, CJK_CHAR

MIN_INNER_LABEL_CHARS: Final = 5  # "Автор:", "author:"; a shorter one stands in sentences
MAX_EDITOR_CHARS: Final = 80
MAX_NAMED_CHARS: Final = 2_000  # of a line; behind these is no byline any more
MAX_CREDITS: Final = 5  # of others before the writer's, on one line

_EDGES: Final = " \t,.|·•-–—"  # of a line
_PART_MARK: Final = re.compile(r"\s*[|•·●⋅｜丨]\s*|\s{2,}|\n")
# Without any of these or two blanks, a label can only stand at the start of a line.
_ROW_CHARS: Final = 30  # up to which a text that closes with "。" may be a row of names
_LATER_MARK: Final = re.compile(r"[\d|•·●⋅｜丨:：/,\n]")
_BEHIND_LABEL: Final = re.compile(r"\s*:\s*|\s+")
_NAMES_END: Final = re.compile(rf"[)）】\]]|\s{{2,}}|(?<={CJK_CHAR})\s")  # of editors
_BAR: Final = re.compile(r"[|•·●⋅｜丨\n]")
# Where the next label of a line of credits may stand.
_BEHIND_CREDIT: Final = re.compile(rf"\s*[|•●⋅｜丨\n;；]\s*|\s{{2,}}|(?<={CJK_CHAR})\s")
_BLANKS: Final = re.compile(r"\s\s")


def labelled_names(line: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return the people of a line that begins with a byline's label, or has one after a date, a mark or a colon.

    () when it has none, and when the label names those who only checked the text.
    """
    return _labelled_names(line[:MAX_NAMED_CHARS], lexicon, lang)


@lru_cache(maxsize=1024)  # the readers of authors, pictures and subtitles ask about the same lines
def _labelled_names(line: str, lexicon: Lexicon, lang: str | None) -> tuple[str, ...]:
    for _ in range(MAX_CREDITS):
        line = line.strip(_EDGES)
        begins = may_begin_with_label(line, 0, lang, lexicon)
        if not (begins or _may_bear_label_later(line, lexicon)):
            break
        end = label_end(line, 0, lang, lexicon) if begins else None
        if end is not None and is_plain_name(line[end:], lexicon):  # "By Jane Doe", as half of all bylines
            return (line[end:],)
        if end is not None or not _begins_with_credit(line, lexicon):
            return _names_behind(line, end, lang, lexicon, begins=begins)
        line = "".join(_BEHIND_CREDIT.split(line, maxsplit=1)[1:])  # "Photos: Max Roe | Words: Jane Doe"
    else:
        return ()
    return reporters(line, lexicon, lang)


def _begins_with_credit(line: str, lexicon: Lexicon) -> bool:
    """Return whether a line, which begins with no writer's label, does with that of who only checked or pictured."""
    reviewed = may_name_reviewers(line, lexicon)
    return bool(reviewed) and begins_with_reviewers(line, reviewed)


def _names_behind(line: str, end: int | None, lang: str | None, lexicon: Lexicon, *, begins: bool) -> tuple[str, ...]:
    """Return the names behind the first label of a line that has some behind it; else those called reporters.

    `end`: of the label that the line begins with; `begins`: it may begin with one, though `end` is None.
    """
    later = _after_later_labels(line, lang, lexicon, begins=begins) if end is None else ()
    behind = (line[end:],) if end is not None else (rest for rest in later if not tells(rest))
    named = (split_names(cut_rest(rest, lexicon), lexicon, lang) for rest in behind)
    return next(filter(None, named), None) or reporters(line, lexicon, lang)


def tells(text: str) -> bool:
    """Return whether a Chinese or Japanese text goes on in sentences: what is told, and no row of names."""
    return len(text) > _ROW_CHARS and "。" in text


def may_bear_label(line: str, lang: str | None, lexicon: Lexicon) -> bool:
    """Return whether `labelled_names` may find a name on a line: half of all lines are told apart so, for little."""
    if not line.isascii() and CJK.search(line):
        return True
    line = line.strip(_EDGES)
    return may_begin_with_label(line, 0, lang, lexicon) or _may_bear_label_later(line, lexicon)


def reporters(text: str, lexicon: Lexicon, lang: str | None = None) -> tuple[str, ...]:
    """Return those whom a word beside the name calls reporters: "记者 张三", "（記者王小明／台北報導）"."""
    if text.isascii() or not CJK.search(text):
        return ()
    text = without_inner_blanks(text)
    for pattern in _reporters(lexicon):
        match = pattern.search(text)
        if match is not None:
            names = split_names(match["names"], lexicon, lang)
            if names:
                return names
    return ()


def _may_bear_label_later(line: str, lexicon: Lexicon) -> bool:
    return _LATER_MARK.search(line) is not None or _has_blanks(line) or line.casefold().startswith(_posted(lexicon))


def _has_blanks(line: str) -> bool:
    """Return whether two blanks of any kind are beside each other."""
    return "  " in line if line.isascii() and line.isprintable() else _BLANKS.search(line) is not None


def _has_inner_label(line: str, lexicon: Lexicon) -> bool:
    """Return whether a label may be inside a line, so that its pattern is worth trying."""
    return bool(_inner_finder(lexicon)(line))


@lru_cache(maxsize=RULES_CACHED)
def _inner_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.words("people.inner_by"))


@lru_cache(maxsize=RULES_CACHED)
def _posted(lexicon: Lexicon) -> tuple[str, ...]:
    return tuple(lexicon.words("people.posted"))


@lru_cache(maxsize=RULES_CACHED)
def _reporters(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    words = lexicon.words("people.reporters")
    korean = either(word for word in words if "\uac00" <= word[0] <= "\ud7a3")
    chinese = either(word for word in words if "\u4e00" <= word[0] <= "\u9fff")
    wired, reported = either(lexicon.words("people.wired")), either(lexicon.words("people.reported"))
    camera = either(lexicon.words("people.photographed"))  # who took a picture is another
    before = "|".join(f"(?<={re.escape(word)})" for word in sorted(lexicon.words("people.before_reporters")))
    han, hangul = r"[\u4e00-\u9fff]", r"[\uac00-\ud7a3]"
    name = rf"(?:(?!{camera}){han}){{2,4}}"
    names = rf"(?P<names>{name}(?:[、,，\s·]{{1,2}}{name}){{0,5}})"
    # "摄影报道": who wrote took the pictures, too
    end = rf"\s*(?:(?={reported})|(?!\s*(?:{camera}))(?=[／/╱)）〕】\]|｜]|$|\s))"
    return (
        # "홍길동 기자"
        re.compile(rf"(?<!{hangul})(?P<names>{hangul}{{2,4}})\s*(?:{korean})(?!{hangul})"),
        # "中央社記者王小明台北18日電": a place and a day follow at once; most names have three letters, most towns two
        re.compile(rf"(?:{chinese})\s*(?P<names>{han}{{2,3}})(?={han}{{2,3}}\d{{1,2}}日\S?(?:{wired}))"),
        # "記者王小明／台北報導", "本报记者 张三 李四", "（通讯员 王五）"
        re.compile(rf"(?:^{han}{{0,8}}?|[\s(（〔【\[|｜/／╱]|{before})(?:{chinese})\s*[:：]?\s*{names}{end}"),
    )


@lru_cache(maxsize=RULES_CACHED)
def _later_label(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what is before a label inside a line: a date or a mark, or a rubric.

    "Posted on 2023-12-20 by Jane Doe", "22. Mai 2023, 10:15 Uhr von Jan Roe", "Posted in Data by jane on".
    """
    posted, by = either(lexicon.words("people.posted")), either(lexicon.words("people.inner_by"))
    dated = r"(?<=[\d|•·/,])(?:\s*(?:[ap]\.?m\.?|[A-Z]{2,4}))?\s*(?:[|•·,–-]\s*)?"
    return re.compile(rf"(?:{dated}|^(?:{posted})\s.{{2,40}}\s)(?=(?:{by})\s)", re.IGNORECASE)


def _after_later_labels(line: str, lang: str | None, lexicon: Lexicon, *, begins: bool) -> Iterator[str]:
    """Yield what follows a label that is not at the start: after a date, after a mark, and before a colon anywhere.

    `begins`: the line may begin with one; else it may bear one later.
    """
    if (
        (not begins or _may_bear_label_later(line, lexicon))  # else it has been asked
        and _has_inner_label(line, lexicon)
        and (later := _later_label(lexicon).search(line))
        and (end := label_end(line, later.end(), lang, lexicon)) is not None
    ):
        yield line[end:]
    for mark in _PART_MARK.finditer(line) if _BAR.search(line) or _has_blanks(line) else ():
        start = mark.end()
        end = label_end(line, start, lang, lexicon) if may_begin_with_label(line, start, lang, lexicon) else None
        if end is not None:
            yield line[end:]
    inner = _inner_label_of(line, lang, lexicon) if ":" in line or "：" in line else None
    if inner is not None:
        yield line[inner.end() :]


def _inner_label_of(line: str, lang: str | None, lexicon: Lexicon) -> re.Match[str] | None:
    """Return the first label before a colon."""
    found = _colon_finder(lexicon)(line)
    words = found & labels_for("people.by", frozenset(filter(None, (lang,))), lexicon) if found else found
    return _inner_label(words).search(line) if words else None


@lru_cache(maxsize=256)
def _inner_label(words: frozenset[str]) -> re.Pattern[str]:
    spaced, dense = (either(word for word in words if bool(CJK.search(word)) is is_dense) for is_dense in (False, True))
    return re.compile(rf"(?:(?<!\w)(?:{spaced})|(?:{dense}))\s*[:：]\s*", re.IGNORECASE)


@lru_cache(maxsize=RULES_CACHED)
def _colon_finder(lexicon: Lexicon) -> Finder:
    """Return the finder of labels that may be inside a line, of all languages: one index for all pages."""
    words = lexicon.words("people.by")
    return finder(word for word in words if len(word) >= (2 if CJK.search(word) else MIN_INNER_LABEL_CHARS))


# ── editors ──────────────────────────────────────────────────────────────────────────────────


def editors_of(text: str, lexicon: Lexicon) -> Iterator[str]:
    """Yield the names after an editor's label: "责任编辑：张三", "(Edited by Jane Doe)"."""
    labels = _editor_finder(lexicon)(text)
    for start in _behind_editor_labels(text, labels) if labels else ():
        rest = text[start : start + MAX_EDITOR_CHARS].split("\n", maxsplit=1)[0]
        end = cut_rest(rest.split("。", maxsplit=1)[0], lexicon)
        names = split_names(_NAMES_END.split(end.strip(), maxsplit=1)[0], lexicon)
        yield from (name for name in names if looks_like_person(name, lexicon))


def has_editor(text: str, lexicon: Lexicon) -> bool:
    """Return whether an editor's label is in `text`."""
    labels = _editor_finder(lexicon)(text)
    return bool(labels) and next(_behind_editor_labels(text, labels), None) is not None


def _behind_editor_labels(text: str, labels: frozenset[str]) -> Iterator[int]:
    """Yield where what follows each editor's label begins."""
    if has_plain_letters(text):
        yield from _behind_plain_labels(text, labels)
    else:
        yield from (match.end() for match in _editor_label(labels).finditer(text))


def _behind_plain_labels(text: str, labels: frozenset[str]) -> Iterator[int]:
    """Yield where `_editor_label` fits a plain text: its pattern takes longer to compile than to be asked."""
    ends: dict[int, int] = {}  # of each place the longest label
    for _, start, end in labels_in(text.lower(), labels):
        if _is_parted(text[start - 1 : start], text[end : end + 1]):
            ends[start] = max(end, ends.get(start, 0))
    last = 0
    for start in sorted(ends):
        behind = _BEHIND_LABEL.match(text, ends[start])
        if behind is not None and (not start or start > last):
            last = behind.end()
            yield last


def _is_parted(before: str, behind: str) -> bool:
    """Return whether what stands beside an editor's label parts it from the rest of a line."""
    return (not before or before in "([|/" or before.isspace()) and (behind == ":" or behind.isspace())


@lru_cache(maxsize=RULES_CACHED)
def _editor_finder(lexicon: Lexicon) -> Finder:
    return finder(lexicon.editor_labels)


@lru_cache(maxsize=256)
def _editor_label(words: frozenset[str]) -> re.Pattern[str]:
    spaced = either(word for word in words if not CJK.search(word))
    dense = either(word for word in words if CJK.search(word))
    return re.compile(
        rf"(?:^|[(（\[【\s|/])(?:(?:{dense})\s*[:：/／|丨=]\s*|(?:{spaced})(?:\s*[:：]\s*|\s+))", re.IGNORECASE
    )
