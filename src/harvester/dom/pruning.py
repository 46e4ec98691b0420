"""Takes a whole subtree of boilerplate as one block: three in five blocks of a page are menus, footers and the like.

What is cut here needs no spans, no features and no language. So nothing is cut that could be content, or from which a
field of the article is read: the rules look at the rest again, block by block, when they know the whole page.
"""

import re
from typing import Final, NamedTuple

from harvester.dom import tags
from harvester.dom.markup import end_of_element, read_opening, unescaped
from harvester.models import Removed
from harvester.text import collapse, reads_as_prose

# A headline, the body, or where metadata is read from: byline, date, section, tags, licence.
_BARRING_TAGS: Final = tuple(f"<{tag}{end}" for tag in ("h1", "time", "article", "main") for end in " >")
_BARRING_NAMES: Final = re.compile(
    r"articlebody|bread-?crumb|crumbs|brotkrum|ariane|migas|by-?line|author|license|datepublished|\btag\b"
)
# Looking for words first is fifty times as fast, and most elements have none of them.
_BARRING_WORDS: Final = (
    *("articlebody", "crumb", "brotkrum", "ariane", "migas"),
    *("byline", "by-line", "author", "license", "published", "tag"),
)
_NAMES: Final = re.compile(r"\s(?:class|id|itemprop|rel|property|aria-label)=\"([^\"]*)\"")
_HIDING_WORDS: Final = (" hidden", "display", "visibility", "<dialog", "<amp-img")
_MIN_PROSE_CHARS: Final = 16  # shorter runs are labels in any script


class Cut(NamedTuple):
    """What an element says: that it is boilerplate as a whole."""

    label: Removed
    with_prose: bool  # also where sentences stand in it


class Survey(NamedTuple):
    """An element that may be cut out."""

    end: int  # place in the markup behind it
    text: str  # a line for each run of text
    link_chars: int


def survey_element(markup: list[str], at: int, tag: str, most_prose: int) -> Survey | None:
    """Return what stands in the element of `tag` whose content begins at `at`; None when it is not to be cut out.

    It may hold up to `most_prose` characters of sentences.
    """
    end = end_of_element(markup, at, tag)
    content = markup[at : end - 1]
    inside = content[1::2]
    says = "".join(inside).lower()
    if _is_barred(says):
        return None
    if any(word in says for word in _HIDING_WORDS):
        content = _without_hidden(content)
        inside = content[1::2]
    lines = [collapse(unescaped(text)) if text and not text.isspace() else "" for text in content[::2]]
    if sum(len(line) for line in lines if len(line) >= _MIN_PROSE_CHARS and reads_as_prose(line, 0)) > most_prose:
        return None
    # Most links hold their text in themselves, not in an element inside them.
    links = sum(len(line) for token, line in zip(inside, lines[1:], strict=False) if token.startswith("<a "))
    return Survey(end, "\n".join(filter(None, lines)), links)


def _is_barred(says: str) -> bool:
    """Return whether tags, in lower case, hold a headline or something that a field is read from."""
    if any(tag in says for tag in _BARRING_TAGS):
        return True
    return any(word in says for word in _BARRING_WORDS) and bool(_BARRING_NAMES.search(" ".join(_NAMES.findall(says))))


def _without_hidden(content: list[str]) -> list[str]:
    """Return the markup without what is in hidden elements."""
    shown, place = [content[0]], 1
    while place < len(content):
        token = content[place]
        place += 1
        may_hide = any(word in token.lower() for word in _HIDING_WORDS)
        opening = read_opening(token) if may_hide else None
        if opening and not opening.is_void and (opening.is_hidden or opening.tag in tags.IMAGES):
            place = end_of_element(content, place, opening.tag)
        shown += [token, content[place] if place < len(content) else ""]
        place += 1
    return shown
