"""The name of who published a text first, read from what stands behind a label."""

import re
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.person_test import is_agency, looks_like_person
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon, months_for
from harvester.text import CJK_CHAR

MAX_NAME_CHARS: Final = 60
MAX_NAME_WORDS: Final = 8
MAX_PREPOSITION_CHARS: Final = 3  # "on Oct", "am", "im"
# What ends a source's name on its line: another label, a mark, a date. Chinese and Japanese names hold no blank: behind
# one stands the writer or a button. The dot of "U.S. News" ends none.
_NAME_END: Final = re.compile(
    rf"\s*(?:[|｜»>\n(（\[\]【】。\u3000]|(?<!\w)[)）]|[)）](?!\w)|\s{{2,}}|(?:^|[\s，；,;]){CJK_CHAR}{{2,6}}[:：]"
    r"|;\s|,\s(?=\d)|\s\d{1,2}[./]\d|(?<!\w)(?:19|20)\d{2}[-年/.]|\s[-–—]\s|(?<!\.[A-Z])\. |\. (?=[^:]*:)|\.$"
    r"|(?<=[\u3041-\u9fff]{2})\s(?=[\u3041-\u9fff])|(?<=》)\s)"
)
_MARKS: Final = frozenset("@#")  # of accounts and of numbers
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.){1,5}[^\W\d_]")  # "F.A.S." without its last dot
_LEAD_MARKS: Final = " \t\r\n:：-–—,，.«“\"'([（【"


def source_name(rest: str, lexicon: Lexicon) -> str | None:
    """Return the name at the start of what follows a label; None for a day, a headline, a picture's source."""
    rest = rest.lstrip(_LEAD_MARKS)
    end = _NAME_END.search(rest)
    if end is not None and "(" in end[0] and _is_of_picture(rest[end.end() :].partition(")")[0], lexicon):
        return None
    dated = end is not None and rest[end.end() :][:1].isdigit()
    rest = rest[: end.start()] if end is not None else rest
    end = _phrase_behind(lexicon).search(rest)
    name = _article(lexicon).sub("", (rest[: end.start()] if end is not None else rest).strip(_LEAD_MARKS))
    if not name or _names_nobody(name, lexicon) or "://" in name or len(name) > MAX_NAME_CHARS:
        return None
    if dated:
        name = _without_month(name, lexicon)
    if _INITIALS.fullmatch(name):
        name += "."
    if "«" in name and "»" not in name:
        name += "»"
    return None if _is_no_name(name, lexicon) else name


def unglued(name: str | None, linked: tuple[str, ...]) -> str | None:
    """Return a name without the link that markup has glued to it: "F.A.Z.Buy the rights"."""
    for link in linked if name else ():
        start = name.find(link) if name and link else -1
        if name and start > 0 and not name[start - 1].isspace():
            return name[:start]
    return name


def _names_nobody(name: str, lexicon: Lexicon) -> bool:
    """Return whether words name nobody: "own work", "Press release of May", "the company", a name of an account."""
    folded = name.casefold().rstrip(".")
    if folded in lexicon.no_source or _opens_with_nobody(name, lexicon) or not _MARKS.isdisjoint(name):
        return True
    words = folded.split()
    is_small = len(words) > 1 and name == folded and name != name.upper()
    is_path = "." in name.partition("/")[2]
    return is_path or (is_small and not any(is_agency(word, lexicon) or "." in word for word in words))


def _opens_with_nobody(name: str, lexicon: Lexicon) -> bool:
    """Return whether a name begins with words for nobody, and is not a title: "Social Media Today" is a paper."""
    folded = name.casefold()
    opening = next(filter(folded.startswith, _openings(lexicon)), None)
    return opening is not None and not all(word[0].isupper() for word in name.split()[: len(opening.split()) + 1])


@lru_cache(maxsize=RULES_CACHED)
def _openings(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words of several that name nobody, whatever follows: "press release from ..."."""
    return tuple(f"{words} " for words in sorted(lexicon.no_source) if " " in words)


def _is_of_picture(inside: str, lexicon: Lexicon) -> bool:
    """Return whether what stands in brackets behind a name says that it is that of a picture: "(chart)"."""
    return ":" not in inside and names_pictures(inside, lexicon)


def _without_month(name: str, lexicon: Lexicon) -> str:
    """Return a name without the day behind it that was cut at its dot: "LearnVest.com on Oct"."""
    words = name.split()
    if words[-1:] and words[-1].casefold() in months_for(None, lexicon):
        before, joint = words[:-2], "".join(words[-2:-1])
        return " ".join(before) if before and joint.islower() and len(joint) <= MAX_PREPOSITION_CHARS else name
    return name


def _is_no_name(name: str, lexicon: Lexicon) -> bool:
    """Return whether what is behind a label is a day, a headline or a picture's source."""
    words = [word.casefold().strip(".,;:'’") for word in name.split()]
    if len(words) > MAX_NAME_WORDS or not any(char.isalpha() for char in name) or "_" in name or "?" in name:
        return True
    if "/" in name and looks_like_person(name.split("/", 1)[0].strip(), lexicon):  # "Jan Roe / ASV" took a picture
        return True
    months = months_for(None, lexicon)
    dated = any(word in months for word in words) and (len(words) == 1 or any(char.isdigit() for char in name))
    return dated or words[0][:1].isdigit() or names_pictures(name, lexicon)


def names_pictures(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text names who sells pictures, or a kind of picture."""
    return bool(_pictures(lexicon).search(text))


@lru_cache(maxsize=RULES_CACHED)
def _article(lexicon: Lexicon) -> re.Pattern[str]:
    """Return a small article before a name: "the Federal Reserve"; "The Guardian" is a name whole."""
    return re.compile(rf"^(?:{either(lexicon.words('source.articles'))})\s(?=[^\W\d_a-z])")


@lru_cache(maxsize=RULES_CACHED)
def _pictures(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{either(lexicon.words('source.pictures'))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=RULES_CACHED)
def _phrase_behind(lexicon: Lexicon) -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=\w)(?=,)|\s)(?:{either(lexicon.words('source.ends'))})(?!\w)", re.IGNORECASE)


def sender_of(text: str, lexicon: Lexicon) -> re.Match[str] | None:
    """Return who sent the text, as `name`, at the end of a byline."""
    return _sender(lexicon).search(text) if text.endswith(sender_ends(lexicon)) else None


@lru_cache(maxsize=RULES_CACHED)
def sender_ends(lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words that the names of senders end with."""
    return tuple(word.title() for word in lexicon.words("source.senders"))


@lru_cache(maxsize=RULES_CACHED)
def _sender(lexicon: Lexicon) -> re.Pattern[str]:
    """Return who sent the text, at the end of a byline: "Ana Duarte, Meridian News Agency"."""
    ends = either(sender_ends(lexicon))
    return re.compile(rf",\s*(?P<name>(?:[^\W\d_][\w.&'’-]*\s){{1,4}}(?:{ends}))$")


def is_desk(name: str, lexicon: Lexicon) -> bool:
    """Return whether a name is of the site's own people, "Global Desk", rather than of who sent the text."""
    last = name.casefold().rsplit(" ", 1)[-1]
    return last in lexicon.role_endings and last not in lexicon.body_words and not is_agency(name, lexicon)
