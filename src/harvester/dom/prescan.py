"""Refuses, in linear time, the few shapes of markup that make an HTML parser quadratic, and pages of tags without end.

A coarse tokenizer after the HTML standard (section 13.2.5): each character is looked at a fixed number of times, so
the check itself cannot be attacked.
"""

import re
from contextlib import suppress
from functools import cache
from typing import Final

from harvester.errors import ParserLimit, Reason
from harvester.native import CORE

MAX_ATTRIBUTES: Final = 5_000  # lexbor compares each with all before it: 10,000 take 0.2 s, 100,000 take 20 s
MAX_KEPT: Final = 100  # attributes of a tag that has more than it may
MAX_DEPTH: Final = 10_000  # 10,000 nested <div> take 0.2 s to parse, 50,000 take 8 s

# The page of the corpora with most has 15,800. Each is some hundred bytes in memory and some microseconds of work, for
# as few as four bytes of the page.
MAX_TAGS: Final = 150_000
# And where there is hardly anything but tags: a parsed tag takes 500 bytes. The densest large page of the corpora has
# 9,800, one each 34 bytes.
MAX_DENSE_TAGS: Final = 40_000
MIN_CHARS_A_TAG: Final = 80
MAX_OPENINGS: Final = 1_000_000  # a "<" that begins no tag is an error of the page, which the parser notes down

# What parts attributes in HTML; \s of Python are control and wide characters, too: "<script\xa0>" is no script.
_BLANK: Final = r"\ \t\n\f\r"
# Possessive throughout, and a quote only opens a value after "=": nothing is read twice.
_VALUE = rf"""=[{_BLANK}]*+(?:"[^"]*+"?|'[^']*+'?|[^{_BLANK}>]*+)"""
_ATTRIBUTE = rf"[^{_BLANK}/>=]++[{_BLANK}]*+(?:{_VALUE})?+|{_VALUE}"
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_COMMON = rf"""[{_BLANK}][a-zA-Z-]++="[^"]*+\""""  # what most attributes look like: first, because it is read faster
_TAG_REST = rf"[^{_BLANK}/>]*+(?:{_COMMON}|[{_BLANK}/]*+(?:{_ATTRIBUTE})){{0,{MAX_ATTRIBUTES}}}+[{_BLANK}/]*+(?:>|\Z)"
# Their content is text to the parser, whatever it looks like.
# In letters of both cases: under re.IGNORECASE no alternative is ruled out by its first letter, which costs a third.
_RAW_NAMES = tuple(
    "".join(f"[{letter}{letter.upper()}]" for letter in name)
    for name in ("script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes")
)
# One alternative each: a group inside a possessive repeat makes Python 3.11's re print a bug report.
_RAW_TEXT = "|".join(rf"{name}(?=[{_BLANK}/>]){_TAG_REST}(?:[^<]++|<(?!/{name}))*+" for name in _RAW_NAMES)
# Runs in C over the whole page and stops at the first tag with too many attributes: 1 ms instead of 7 in a loop.
_HARMLESS: Final = rf"""
    (?: [^<]++
      | <(?: /[a-zA-Z]{_TAG_REST}
           | {_RAW_TEXT}
           | [a-zA-Z]{_TAG_REST}
           | !--(?:[^-]++|-(?!->))*+
           | (?!/?[a-zA-Z])
         )
    )*+"""
_TAG_HEAD = re.compile(rf"</?[a-zA-Z][^{_BLANK}/>]*+(?:{_COMMON}|[{_BLANK}/]*+(?:{_ATTRIBUTE})){{0,{MAX_KEPT}}}+")
_TAG_EXCESS = re.compile(rf"(?:[{_BLANK}/]*+(?:{_ATTRIBUTE}))*+[{_BLANK}/]*+")
_FOREIGN = re.compile(r"<(?:math|svg)\b(?:[^<]++|<(?!/?(?:math|svg)\b))*+", re.IGNORECASE)
_START = re.compile(r"<[a-zA-Z]")
_OPENED = re.compile(r"<([a-zA-Z][^>]*+)")
_TAG = re.compile(rf"<(/?)([a-zA-Z][^{_BLANK}/>]*+)")
# Elements that never nest in a parse: void ones, those that the next of their kind closes, and the shapes of SVG,
# which are written "<path/>".
_FLAT: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li dt dd tr td th tbody thead "
    "tfoot option optgroup a form button body html head path circle rect line polygon polyline ellipse use "
    "stop image".split()
)


@cache
def _harmless() -> re.Pattern[str]:
    """Return the pattern, which is hardly ever asked for: compiling it takes a hundredth of the start of a command."""
    return re.compile(_HARMLESS, re.VERBOSE | re.DOTALL)


def trim_attributes(html: str) -> str:
    """Return `html` with the attributes left out that a tag has beyond MAX_ATTRIBUTES.

    A quote that is never closed makes attributes of every word behind it: the words are lost, the page is not.
    """
    if _looked_over(html)[1]:
        return html
    pieces, last = [], 0
    while (stop := _harmless().match(html, last)) and stop.end() < len(html):
        head = _TAG_HEAD.match(html, stop.end())
        if head is None or _rest_of_tag(html, head.end()) <= head.end():
            break
        pieces.append(html[last : head.end()])
        last = _rest_of_tag(html, head.end())
        # The next look begins at the end of the tag, which the piece before has to close.
        pieces.append(">")
        last += html.startswith(">", last)
    return "".join([*pieces, html[last:]]) if pieces else html


def _rest_of_tag(html: str, at: int) -> int:
    match = _TAG_EXCESS.match(html, at)
    return match.end() if match else at


def refuse_hostile(html: str | bytes, subject: str) -> None:
    """Raise ParserLimit when `html` has too many tags, one with too many attributes, or nests too deeply.

    `html` is a page's text, or that as UTF-8.
    """
    openings, is_harmless = _looked_over(html)
    if not is_harmless or openings > MAX_DEPTH:  # the least of the limits
        _look_closer(_text_of(html), subject, openings, is_harmless=is_harmless)


def _look_closer(html: str, subject: str, openings: int, *, is_harmless: bool) -> None:
    if openings > MAX_DENSE_TAGS and (count := _tags(html, openings)) > _most_tags(html):
        raise ParserLimit(subject, Reason.PARSER_LIMIT, f"has {count:,} tags, which no article has; split the page")
    if not is_harmless:
        match = _harmless().match(html)
        assert match is not None  # noqa: S101 - it matches the empty string, too
        tag = html[match.end() : match.end() + 100 * MAX_ATTRIBUTES].split(">", 1)[0]
        count = max(len(_ATTRIBUTES.findall(tag)), MAX_ATTRIBUTES)
        raise ParserLimit(
            subject, Reason.PARSER_LIMIT, f"one tag has over {count - 1:,} attributes; this is no page to read"
        )
    if openings > MAX_DEPTH and (depth := _nesting(html)) > MAX_DEPTH:
        raise ParserLimit(subject, Reason.PARSER_LIMIT, f"tags nest {depth:,} deep; this is no page to read")


def _text_of(html: str | bytes) -> str:
    return html if isinstance(html, str) else html.decode()


def _looked_over(html: str | bytes) -> tuple[int, bool]:
    """Return how many "<" open something, and whether no tag has more attributes than it may."""
    if CORE is not None:
        with suppress(UnicodeEncodeError):  # half a surrogate pair, which no page that was decoded holds
            found: tuple[int, bool] = CORE.prescan(html.encode() if isinstance(html, str) else html, MAX_ATTRIBUTES)
            return found
    html = _text_of(html)
    openings = html.count("<") - html.count("</")
    # An attribute takes two characters.
    return openings, len(html) < 2 * MAX_ATTRIBUTES or _is_harmless(html)


def _is_harmless(html: str) -> bool:
    match = _harmless().match(html)
    return match is not None and match.end() == len(html)


def _most_tags(html: str) -> int:
    return max(MAX_DENSE_TAGS, min(MAX_TAGS, len(html) // MIN_CHARS_A_TAG))


def _tags(html: str, openings: int) -> int:
    """Return how many start tags there are, with what looks like one in scripts; of very many "<", all of them."""
    return openings if openings > MAX_OPENINGS else len(_START.findall(html))


def _nesting(html: str) -> int:
    """Return the largest number of tags open at once: an upper bound on the tree's depth.

    Tags inside scripts count too; they are few beside the limit and come in pairs.
    """
    depth = deepest = 0
    for match in _TAG.finditer(html):
        if match[2].lower() not in _FLAT:
            depth = max(depth - 1, 0) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return max([deepest, *map(_unclosed, _FOREIGN.findall(html))])


def _unclosed(markup: str) -> int:
    """Return how many more tags are opened than closed in MathML or SVG, where every tag nests."""
    opened = sum(not tag.endswith("/") for tag in _OPENED.findall(markup))
    return opened - markup.count("</")
