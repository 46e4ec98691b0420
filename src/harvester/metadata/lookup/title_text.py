"""Titles as texts: their parts between separators, what is left without the site's name, and how alike two are."""

import re
from functools import lru_cache
from struct import unpack_from
from typing import Final
from urllib.parse import unquote

from harvester.metadata.fields.site import MAX_SITE_CHARS, SEPARATING_MARK, TITLE_SEPARATOR, names_chinese_site
from harvester.metadata.lookup.page_index import bare_key, key_of
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.text import CJK, fold
from harvester.urls import loose_path

MAX_SITE_WORDS: Final = 3  # "BBC News Africa"
MAX_SECTION_WORDS: Final = 2  # "Middle East"
MIN_HEADLINE_WORDS: Final = 4  # shorter, what follows a section may be the site as well
MIN_HEADLINE_CJK: Final = 8  # letters, of a headline that parts no words
MIN_OVERLAP: Final = 0.5  # share of a headline's letters that a record must repeat to be of the same article
MIN_SAME: Final = 0.9  # of the letters of a part that an address repeats
MIN_BETTER: Final = 0.05  # than the whole
MAX_PARTS: Final = 8  # of a title, each run of which is compared with the address
MAX_SLUG_CHARS: Final = 300
MIN_PART_OF_HOST: Final = 8  # letters that are a site's name where its host holds them
MIN_NAME_CHARS: Final = 3  # a shorter one may stand in any word
_SENTENCE_ENDS: Final = ("?", "!", "…")
_BRACKET_ENDS: Final = (")", "]")
_BRACKETS: Final = re.compile(r"\s*[(\[](?P<inside>[^()\[\]]{2,60})[)\]]\s*$")
_MARKS: Final = " :,/~@"
_LESSER_MARKS: Final = (": ", ", ", " @ ", " / ", " ~ ")  # also inside headlines
_STEP: Final = " > "
_LOOSE_END: Final = " -–—>|»"
_ANGLES: Final = (frozenset("«»"), frozenset("‹›"))
_ASCII_SEPARATORS: Final = "-|:_"  # each has one of these
_SUFFIX: Final = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


@lru_cache(maxsize=64)  # as `pieces`
def strip_site(text: str, names: frozenset[str], lexicon: Lexicon, menu: frozenset[str] = frozenset()) -> str:
    """Return a <title> without the parts that name the site or a section: "Storm hits coast - News | The Example".

    `menu` are the entries of the page's menus, folded: sections that no list knows.
    """
    text = _without_news_label(text, names, lexicon)
    if not _ends_with_bracket(text) and _STEP not in text and len(pieces(text)) == 1:
        return pieces(text)[0][1].strip() or text
    text = _without_path(_without_site_in_brackets(text, names, lexicon), names, lexicon)
    parts = pieces(text)
    end = len(parts)
    while end > 1 and (is_sites_name(parts[end - 1][1], names, lexicon) or _names_section(parts[end - 1][1], lexicon)):
        end -= 1
    start = _openings(tuple(part for _, part in parts[:end]), names, lexicon, menu)
    cut = text[parts[start][0] : parts[end - 1][0] + len(parts[end - 1][1])]
    return cut.strip() or text


@lru_cache(maxsize=64)  # as `pieces`
def without_name_at_ends(text: str, names: frozenset[str], is_article: bool) -> str:
    """Return a <title> without the site's whole name where a lesser mark joins it: "Storm hits coast, The Example".

    In front it goes from articles alone: a home page or product is called "Site: slogan".
    """
    for mark in _LESSER_MARKS:
        before, found, name = text.rpartition(mark)
        if found and key_of(name) in names and is_headline_long(before):
            return before.rstrip(_MARKS)
        name, found, behind = text.partition(mark)
        if is_article and found and key_of(name) in names and is_headline_long(behind):
            return behind.lstrip(_MARKS)
    return text


@lru_cache(maxsize=64)  # as `pieces`
def opens_with_site(text: str, names: frozenset[str], lexicon: Lexicon, menu: frozenset[str] = frozenset()) -> bool:
    """Return whether the first part of a <title> is the site or a section, and the headline follows it."""
    parts = tuple(part for _, part in pieces(text))
    opens = len(parts) > 1 and _openings(parts, names, lexicon, menu) > 0
    return opens or (_STEP in text and _is_path(text, names, lexicon))


def cut_by_address(text: str, slug: str) -> str:
    """Return the parts of a title that the last step of its address repeats, where what is left may be a name.

    "Storm hits the coast | Weather | Harbour Notes" at /storm-hits-the-coast.
    """
    parts = pieces(text)
    if not 1 < len(parts) <= MAX_PARTS or not slug:
        return text
    best, most = text, max(MIN_SAME, likeness(key_of(text), slug) + MIN_BETTER)
    for first, last in ((i, j) for i in range(len(parts)) for j in range(i, len(parts))):
        cut = text[parts[first][0] : parts[last][0] + len(parts[last][1])].strip()
        left = (*parts[:first], *parts[last + 1 :])
        like = likeness(key_of(cut), slug) if is_headline_long(cut) and all(_may_be_name(one) for _, one in left) else 0
        best, most = (cut, like) if like > most else (best, most)
    return best


def _may_be_name(piece: str) -> bool:
    """Return whether a part of a title may be a site or a section: some words, each as a name has it."""
    words = piece.split()
    return len(words) <= MAX_SITE_WORDS and not piece.endswith(_SENTENCE_ENDS) and not any(map(str.islower, words))


def _openings(parts: tuple[str, ...], names: frozenset[str], lexicon: Lexicon, menu: frozenset[str]) -> int:
    """Return how many parts are before the headline: "BBC NEWS | Technology | Robots learn to sail"."""
    start, after_site = 0, False
    while start < len(parts) - 1:
        part, words = parts[start], parts[start].split()
        is_long = is_headline_long(" ".join(parts[start + 1 :]))
        is_site = key_of(part) in names or (is_long and _is_paper(words, names, lexicon))
        is_entry = len(words) <= MAX_SECTION_WORDS and key_of(part) in menu
        follows = after_site and len(words) <= MAX_SECTION_WORDS
        if not (is_site or _names_section(part, lexicon) or (is_long and (is_entry or follows))):
            break
        start, after_site = start + 1, after_site or is_site
    return start


def is_headline_long(text: str) -> bool:
    """Return whether a text is as long as a headline, and what is before it may be no part of it."""
    return len(text.split()) >= MIN_HEADLINE_WORDS or sum(1 for _ in CJK.finditer(text)) >= MIN_HEADLINE_CJK


def _is_paper(words: list[str], names: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether words are the site's name with what it is: "BBC NEWS"."""
    known = lexicon.news_site_words | lexicon.news_sections
    return (
        1 < len(words) <= MAX_SITE_WORDS
        and key_of(words[0]) in names
        and all(key_of(one) in known for one in words[1:])
    )


def _names_section(piece: str, lexicon: Lexicon) -> bool:
    """Return whether a part is a step of a breadcrumb or sections of news: "You are here: Home > World > ..."."""
    key = key_of(piece)
    if key in lexicon.no_section or key in lexicon.news_sections or key in _here(lexicon):
        return True
    listed = [key_of(one) for one in piece.split(",")]  # "News, Weather, Sports, Breaking News"
    return len(listed) > 1 and _said_of_news(lexicon).issuperset(listed)


@lru_cache(maxsize=RULES_CACHED)
def _said_of_news(lexicon: Lexicon) -> frozenset[str]:
    """Return, folded, what sites of news call their parts and themselves."""
    return lexicon.news_sections | frozenset(
        map(fold, lexicon.words("site.no_tags") | lexicon.words("site.beside_news"))
    )


def _without_path(text: str, names: frozenset[str], lexicon: Lexicon) -> str:
    """Return the last step of a <title> that is a path, or the first where the path follows it.

    "You are here: Home > World > Storm hits coast", "Storm hits the coast > News > World --".
    """
    first, step, rest = text.rstrip(_LOOSE_END).partition(_STEP)
    steps = rest.split(_STEP)
    is_tail = all(len(one.split()) <= MAX_SITE_WORDS for one in steps) and any(
        key_of(one) in names or _names_section(one, lexicon) for one in steps
    )
    if step and is_tail and is_headline_long(first):
        return first
    return text.rsplit(_STEP, 1)[-1] if _is_path(text, names, lexicon) else text


def _without_news_label(text: str, names: frozenset[str], lexicon: Lexicon) -> str:
    """Return a <title> without the label of a desk before it: "Technology News: Storm takes the network down"."""
    label, colon, rest = text.partition(": ")
    words = label.split()
    if not colon or not 1 < len(words) <= MAX_SITE_WORDS or not is_headline_long(rest):
        return text
    before = " ".join(words[:-1])
    is_desk = before.casefold() in lexicon.words("site.desks") or key_of(before) in names
    return rest if is_desk and words[-1].casefold() in lexicon.news_site_words else text


def _is_path(text: str, names: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether a text has a path's label, or all steps are short and one of them is the site or a section."""
    *steps, _ = text.split(_STEP)
    label, colon, _ = text.partition(":")
    if steps and colon and key_of(label) in _here(lexicon):
        return True
    is_short = all(len(step.split()) <= MAX_SITE_WORDS for step in steps)
    return is_short and any(key_of(step) in names or _names_section(step, lexicon) for step in steps)


@lru_cache(maxsize=RULES_CACHED)
def _here(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(map(fold, lexicon.words("site.here")))


def _without_site_in_brackets(text: str, names: frozenset[str], lexicon: Lexicon) -> str:
    """Return a <title> without the site in brackets behind it: "Storm hits coast (from The Example)"."""
    found = _BRACKETS.search(text) if _ends_with_bracket(text) else None
    if found is None:
        return text
    inside = key_of(found["inside"])
    is_named = any(len(name) > MIN_NAME_CHARS and name in inside for name in names)
    return text[: found.start()] if is_named or _is_from_paper(found["inside"], lexicon) else text


def _ends_with_bracket(text: str) -> bool:
    return text.rstrip().endswith(_BRACKET_ENDS)


def _is_from_paper(text: str, lexicon: Lexicon) -> bool:
    """Return whether words name the newspaper that a text is from: "from Bolton Times"."""
    first, *rest = text.casefold().split()
    return (
        first in lexicon.words("site.from") and 1 < len(rest) <= MAX_SITE_WORDS and rest[-1] in lexicon.news_site_words
    )


@lru_cache(maxsize=256)  # the records of a page repeat each other
def pieces(text: str) -> tuple[tuple[int, str], ...]:
    """Return the parts between separators, each with the place where it starts."""
    if text.isascii() and not any(mark in text for mark in _ASCII_SEPARATORS):
        return ((0, text),)
    if SEPARATING_MARK.search(text) is None:
        return ((0, text),)
    found, start, at, quotes = [], 0, 0, _quotes_of(text)
    while (match := _separator_from(text, at)) is not None:
        at = match.end()
        if match[0].strip() in quotes:
            at = match.start() + len(match[0].rstrip())  # what follows may part as well: "» - The Example"
            continue
        if match.start() > start:
            found.append((start, text[start : match.start()]))
        start = at
    if start < len(text):
        found.append((start, text[start:]))
    return tuple(found) or ((0, text),)


def _separator_from(text: str, start: int) -> re.Match[str] | None:
    """Return what `TITLE_SEPARATOR.search` does: a separator begins with a mark, or with the blanks before one."""
    for mark in SEPARATING_MARK.finditer(text, start):
        at = mark.start()
        first = start + len(text[start:at].rstrip())
        found = TITLE_SEPARATOR.match(text, first)
        if found is not None:
            return found
    return None


def _quotes_of(text: str) -> frozenset[str]:
    """Return the angle marks that quote something in a title: those of which the other stands there as well.

    "Le pont « coûte trop cher » selon le maire"; in "Storm hits coast « Harbour Notes" the mark parts two names.
    """
    return frozenset().union(*(pair for pair in _ANGLES if all(mark in text for mark in pair)))


def is_sites_name(piece: str, names: frozenset[str], lexicon: Lexicon) -> bool:
    """Return whether a part of a title, or all of it, is the site's name, with what it is: "BBC News"."""
    key = key_of(piece)
    if not key:
        return True
    if len(piece) > MAX_SITE_CHARS:
        return False
    if key in names or bare_key(piece, lexicon) in names or names_chinese_site(piece.strip(), lexicon):
        return True
    if len(key) >= MIN_NAME_CHARS and len(piece.split()) == 1 and any(name.startswith(key) for name in names):
        return True  # "Wag!" of wagwalking.com
    words = piece.split()
    if len(words) > MAX_SITE_WORDS:
        return (
            len(words) == MAX_SITE_WORDS + 1 and key_of("".join(words[:2])) in names
        )  # "UC Davis Children's Hospital"
    # "Aeon Essays", "BBC News"; "Gorilla Mats" of yogorillamats.com
    return key_of(words[0]) in names or (len(key) >= MIN_PART_OF_HOST and any(key in name for name in names))


@lru_cache(maxsize=64)  # asked for each record of a page
def slug_of(address: str | None) -> str:
    """Return, folded, the longest step of an address's path, which most systems make from the headline."""
    slug = max(loose_path(address)[-MAX_SLUG_CHARS:].split("/"), key=len)
    return fold(_SUFFIX.sub("", unquote(slug)).replace("_", " "))


def likeness(a: str, b: str) -> float:
    """Return how much two folded titles have in common, 0 to 1, by their pairs of letters (Dice's coefficient)."""
    if a == b:
        return 1.0 if a else 0.0
    if min(len(a), len(b)) * 4 < len(a) + len(b):  # cannot reach MIN_OVERLAP
        return 0.0
    first, second = _pairs(a), _pairs(b)
    if not first or not second:
        return 0.0
    return 2.0 * len(first & second) / (len(first) + len(second))


@lru_cache(maxsize=1024)
def _pairs(text: str) -> frozenset[int]:
    """Return the pairs of letters of a text, each as one number: less to make, and to hash, than a pair."""
    letters, pairs = text.encode("utf-32-le", "surrogatepass"), len(text) // 2
    behind = max(len(text) - 1, 0) // 2
    return frozenset(unpack_from(f"<{pairs}Q", letters) + unpack_from(f"<{behind}Q", letters, 4 if behind else 0))
