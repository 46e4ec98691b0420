"""One person's name out of a text: without the label, role, agency or paper that stands or is glued behind it."""

import re
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.person_test import (
    MAX_CJK_NAME_CHARS,
    MAX_NAME_CHARS,
    NO_CJK_PERSON,
    NO_PERSON,
    NOT_NAME,
    NUMBERED,
    fault,
    has_letter,
    is_agency,
    is_body,
    is_cjk_name,
    is_degree,
    is_plain_name,
    label_words,
    looks_like_person,
    plain_word,
)
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon

MIN_DOUBLED: Final = 5  # letters
MAX_INITIALS: Final = 3  # of an agency that is named by them; a longer word may be a first name
_OPENING: Final = "(（[【<"
_LOOSE: Final = "|:：,;–—→↗➔➜›-"
_EDGES: Final = " \t\n,.;:|·•∙*-–—→←↗➔➜›‹/()（）[]【】'’\"“”・˙。、，"


def clean_name(text: str, lexicon: Lexicon) -> str | None:
    """Return one person's name, tidy, or None when `text` is no name: a label, a role, an agency, a sentence."""
    if is_plain_name(text, lexicon):  # nothing can be cut of it
        return text
    name = " ".join(_without_trailing(text, lexicon).strip(_EDGES).split())
    first, blank, rest = name.partition(" ")
    name = rest if blank and first in lexicon.words("source.via") else name  # "via scvalex"
    if not name or len(name) > 2 * MAX_NAME_CHARS:
        return None
    name = _unglued(_without_paper(undoubled(name, lexicon), lexicon), lexicon)
    if len(name) > MAX_NAME_CHARS or (NOT_NAME.search(name) and not NUMBERED.fullmatch(name)):
        return None
    if is_cjk_name(name):
        return name if 2 <= len(name) <= MAX_CJK_NAME_CHARS * 2 and not fault(name, NO_CJK_PERSON, lexicon) else None
    name = _without_role(name if is_agency(name, lexicon) else _without_agency(name, lexicon), lexicon)
    if not has_letter(name) or len(name) < 2 or fault(name, NO_PERSON, lexicon):
        return None
    return _natural_case(name)


def undoubled(name: str, lexicon: Lexicon) -> str:
    """Return once what stands there twice: "Jane DoeJane Doe", "Associated Press Associated Press"."""
    doubled = _doubled(lexicon).match(name) if _may_be_doubled(name) else None
    return (doubled[1] or doubled[2]) if doubled is not None else name


def _may_be_doubled(name: str) -> bool:
    """Return whether a name may be there twice: its first letters are there again, where all are of ASCII."""
    return not name.isascii() or name[:MIN_DOUBLED].lower() in name[MIN_DOUBLED:].lower()


@lru_cache(maxsize=RULES_CACHED)
def _doubled(lexicon: Lexicon) -> re.Pattern[str]:
    """Return a name that is there twice, as with a label between: "Jane DoeJane Doe", "Jane Doe By JANE DOE"."""
    labels = either(lexicon.words("people.inner_by"))
    return re.compile(
        rf"^(?:([\u4e00-\ud7a3]{{2,6}})\s?\1|(.{{{MIN_DOUBLED},40}}?)\s*(?:\s(?:{labels})\s)?\2)$", re.IGNORECASE
    )


def _without_trailing(text: str, lexicon: Lexicon) -> str:
    """Return a name without what is left behind it; of most nothing is, as their ends say."""
    end = text.rstrip()
    may_trail = end.endswith(_loose_words(lexicon)) or "@" in text or _may_open(text)
    return _trailing(lexicon).sub("", text) if may_trail or end != text or end[-1:] in _LOOSE else text


def _may_open(text: str) -> bool:
    """Return whether one of `_OPENING` is in a text; one after the other, without a call for each."""
    is_wide = not text.isascii() and ("（" in text or "【" in text)
    return is_wide or "(" in text or "[" in text or "<" in text


@lru_cache(maxsize=RULES_CACHED)
def _loose_words(lexicon: Lexicon) -> tuple[str, ...]:
    return (*lexicon.words("people.loose_ends"), *(w.capitalize() for w in lexicon.words("people.and_capitals")))


@lru_cache(maxsize=RULES_CACHED)
def _trailing(lexicon: Lexicon) -> re.Pattern[str]:
    """Return what is left behind a name: brackets, marks, the beginning of what followed, an address."""
    words = either(_loose_words(lexicon))
    return re.compile(
        rf"\s*(?:[{re.escape(_OPENING)}][^)）\]】>]*[)）\]】>]?[\s.,]*|[{_LOOSE}]+\s*|\s(?:{words}))$|\s+(?:@\w+|\S+@\S+).*$"
    )


def _without_paper(name: str, lexicon: Lexicon) -> str:
    """Return "Jane Doe" of "Jane Doe for Harbour Post", where what follows is the name of a paper or an agency."""
    found = _writes_for(lexicon).search(name)
    if found is None or not looks_like_person(name[: found.start()], lexicon):
        return name
    paper = name[found.end() :]
    is_paper = plain_word(paper.split()[-1]) in lexicon.news_site_words or is_agency(paper, lexicon)
    return name[: found.start()] if is_paper else name


@lru_cache(maxsize=RULES_CACHED)
def _writes_for(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf",?\s(?:{either(lexicon.words('people.writes_for'))})\s(?=\S)", re.IGNORECASE)


def _without_agency(name: str, lexicon: Lexicon) -> str:
    """Return "Jane Doe" of "Jane Doe The Associated Press"; an agency alone stays."""
    agencies = lexicon.agencies
    _, _, ending = name.casefold().partition(" ")
    while " " in ending:  # the longest first; an agency of one word may be somebody's name
        if ending in agencies:
            return _without_trailing(name[: -len(ending)].strip().removesuffix(" The"), lexicon)
        _, _, ending = ending.partition(" ")
    return name


def _without_role(name: str, lexicon: Lexicon) -> str:
    """Return "Jane Doe" of "Jane Doe CEO" and "Jane Doe Politics Reporter", where two words of a name are left.

    Of "AP Economics Writer" nothing is left.
    """
    if _is_role_at_agency(name, lexicon):
        return ""
    known, words = lexicon, _without_leading_role(name.split(), lexicon)
    name = " ".join(words)
    roles = _roles(lexicon)
    end = len(words)
    while end > 2 and (
        plain_word(words[end - 1]) in roles
        or is_degree(words[end - 1], lexicon)
        or (end < len(words) and plain_word(words[end - 1]) in known.organisations)
    ):
        end -= 1
    if 1 < end < len(words) and (glued := _JOINED_WORD.search(words[end - 1])):  # "Jane DoeCity Columnist"
        words[end - 1] = words[end - 1][: glued.start()]
    short = " ".join(words[:end])
    return name if end == len(words) or is_body(name, lexicon) or not looks_like_person(short, lexicon) else short


# "Jane DoeUncategorized", "John RoeStaff Writer": the next element's words.
_GLUED: Final = re.compile(r"[A-Z](?<=[^\W\d_A-Z][A-Z])(?=[^\W\d_])")  # what it begins with is found fast


# The same with a word in front of the role; "MacDonald" is a name.
_JOINED_WORD: Final = re.compile(r"(?<=[^\W\d_A-Z]{4})[A-Z][^\W\d_]{2,}$")


def _unglued(name: str, lexicon: Lexicon) -> str:
    """Return a name without the label or role that markup has glued to its end."""
    for glued in _GLUED.finditer(name):
        said = name[glued.start() :].casefold()
        if said in lexicon.roles or said in lexicon.organisations or said in label_words(lexicon):
            return name[: glued.start()]
    return name


def _is_role_at_agency(name: str, lexicon: Lexicon) -> bool:
    """Return whether a text is what somebody is at an agency of a few letters: "AP Economics Writer"."""
    first, *_, last = name.split() if " " in name else ("", "")
    return (
        1 < len(first) <= MAX_INITIALS and first.casefold() in lexicon.agencies and plain_word(last) in _roles(lexicon)
    )


def _without_leading_role(words: list[str], lexicon: Lexicon) -> list[str]:
    """Return the words behind a role: "Redakteurin Anna Müller", "FOCUS-Online-Experte Robin Tschöpe".

    Behind an agency it may be of several words: "AP Economics Writer Jane Doe".
    """
    if len(words) > 3 and words[0].casefold() in lexicon.agencies:
        last = next((at for at in range(len(words) - 3, 0, -1) if plain_word(words[at]) in _roles(lexicon)), None)
        words = words if last is None else words[last + 1 :]
    while len(words) > 2 and plain_word(words[0]).rsplit("-", 1)[-1] in _roles(lexicon):
        words = words[1:]
    return words


@lru_cache(maxsize=RULES_CACHED)
def _roles(lexicon: Lexicon) -> frozenset[str]:
    return lexicon.role_endings | lexicon.roles


def _natural_case(name: str) -> str:
    """Return an all-capitals name of several words in title case: "RALPH D. RUSSO" -> "Ralph D. Russo"."""
    if name.isupper() and len(name.split()) > 1 and name.isascii():
        return re.sub(r"[A-Za-z]+(?:'[a-z]+)?", lambda word: word[0].capitalize(), name)
    return name
