"""Whose a picture is, as captions and the lines below pictures say it."""

import re
from functools import lru_cache
from typing import Final

from harvester.metadata.lookup.page_index import one_line
from harvester.metadata.lookup.person_test import is_agency, looks_like_person
from harvester.models import Block, Span
from harvester.rules.alternation import either
from harvester.rules.lexicon import RULES_CACHED, Lexicon
from harvester.rules.markup_rules import name_words
from harvester.rules.phrases import Finder, finder

MAX_CREDIT_CHARS: Final = 80
MAX_CREDITED_CHARS: Final = 5_000  # of a caption that is asked for its credit
MAX_BARE_CREDIT_CHARS: Final = 40  # a longer one without a label at its end is a caption that names its source
# Which case has none of: with it, Python looks for the other case of each of twenty thousand when it compiles the set.
_HAN: Final = r"(?-i:[\u4e00-\u9fff])"
_BRACKET_ENDS: Final = (")", "）", "]")  # of a credit behind a caption


def marked_credit(block: Block, lexicon: Lexicon) -> tuple[str | None, str] | None:
    """Return caption and credit of a block whose end the markup calls a credit; None where it does not.

    `<figcaption>The pier at noon <span class="credit">Bo Lund</span></figcaption>` is "The pier at noon" by "Bo Lund".
    """
    text = one_line(block)
    marked = [span for span in block.spans if span.text and text.endswith(span.text) and _says_credit(span, lexicon)]
    if not marked:
        return None
    longest = max(marked, key=lambda span: len(span.text))
    caption, credit = text.removesuffix(longest.text).rstrip(" /|"), without_label(longest.text, lexicon)
    if credit is None or len(credit) > MAX_CREDIT_CHARS:
        return None
    is_of_both = not name_words(longest.classes).isdisjoint(lexicon.class_words["caption"])  # "caption-source"
    return None if is_of_both and not caption else (caption or None, credit)


def _says_credit(span: Span, lexicon: Lexicon) -> bool:
    return bool(span.classes) and not name_words(span.classes).isdisjoint(lexicon.class_words["credit"])


def part_credit(text: str, credit: str | None, lexicon: Lexicon) -> tuple[str | None, str | None]:
    """Return a caption without the credit at its end, and the credit: "Ships at dawn. (Photo: Jane Doe/AP)"."""
    return _parted_credit(text, credit, lexicon) if len(text) <= MAX_CREDITED_CHARS else (text, credit)


@lru_cache(maxsize=1024)  # a caption is asked for its credit by several
def _parted_credit(text: str, credit: str | None, lexicon: Lexicon) -> tuple[str | None, str | None]:
    match = _credit_at_end(text, lexicon)
    if match is None:
        bare = text.strip(" :：()").casefold()
        if bare in lexicon.credit_labels or bare in lexicon.source_labels:
            return None, credit  # the label of a credit that is not there
        return (
            (None, text.strip(" ()"))
            if credit is None and _names_photographer(text, lexicon)
            else (text or None, credit)
        )
    return text[: match.start()].rstrip(" /|") or None, credit or without_label(match["credit"], lexicon)


def is_bare_credit(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is nothing but a credit: "Foto: Jane Doe", "Jane Doe / Reuters"."""
    if len(text) > MAX_CREDIT_CHARS or "\n" in text:
        return False
    caption, credit = part_credit(text, None, lexicon)
    return caption is None and credit is not None


def _credit_at_end(text: str, lexicon: Lexicon) -> re.Match[str] | None:
    """Return the credit at the end of a caption; of most the last character or its words say that there is none."""
    in_brackets, bare = _credits(lexicon)
    may_close = text.rstrip().removesuffix(".").rstrip().endswith(_BRACKET_ENDS)
    found = in_brackets.search(text) if may_close else None
    if found is not None or not (_may_credit(lexicon)(text) or "©" in text):
        return found
    return bare.search(text)


@lru_cache(maxsize=RULES_CACHED)
def _may_credit(lexicon: Lexicon) -> Finder:
    return finder(lexicon.credit_labels | lexicon.words("people.photographed"))


def _names_photographer(text: str, lexicon: Lexicon) -> bool:
    """Return whether a text is nothing but who took a picture, and for whom: "Jane Doe / Reuters", "AFP/Jane Doe"."""
    if len(text) > MAX_BARE_CREDIT_CHARS or "/" not in text:
        return False
    first, last = (part.strip() for part in text.strip(" ()").split("/", 1))
    senders = [part for part in (first, last) if is_agency(part, lexicon) or part.casefold() in lexicon.picture_sites]
    # "Westersoe / Getty Images": who took it may have a name of one word there
    return bool(senders) and all(
        one in senders or looks_like_person(one, lexicon) or one.isalpha() for one in (first, last)
    )


def without_label(text: str, lexicon: Lexicon) -> str | None:
    """Return a credit without its label: "Photo by Jane Doe/AP" -> "Jane Doe/AP"."""
    return _credit_label(lexicon).sub("", text).strip(" ()（）[]") or None


@lru_cache(maxsize=RULES_CACHED)
def _credits(lexicon: Lexicon) -> tuple[re.Pattern[str], ...]:
    """Return what a credit looks like in brackets at the end of a caption, and without brackets."""
    word, links = either(lexicon.credit_labels), either(lexicon.words("images.credit_links"))
    firm = either(lexicon.words("images.firm_credit_links"))
    camera, reporters = either(lexicon.words("people.photographed")), either(lexicon.words("images.credit_roles"))
    return (
        re.compile(
            rf"""\s* [(（\[] \s* (?P<credit>
            (?:{word}) \s* (?:(?:{links})\b | [:：/／=] | (?<=\.))
            [^()（）\[\]]{{2,100}} | [^()（）]{{2,20}} \s? (?:{camera})) \s* [)）\]] \s* \.? $""",
            re.IGNORECASE | re.VERBOSE,
        ),
        re.compile(
            rf"""(?: ^ | (?<=[.。]) | [\s|]) (?P<credit>
            (?: (?:{word}) \s* (?:(?:{firm})\b | [:：／] | (?<=\.)) | ©) \s* \S.{{1,80}}
            | (?: {_HAN}{{2,6}} (?:{reporters}) \s? )? {_HAN}{{2,4}} \s? (?:{camera})) $""",
            re.IGNORECASE | re.VERBOSE,
        ),
    )


@lru_cache(maxsize=RULES_CACHED)
def _credit_label(lexicon: Lexicon) -> re.Pattern[str]:
    word, links = either(lexicon.credit_labels | lexicon.source_labels), either(lexicon.words("images.credit_links"))
    return re.compile(
        rf"^[\s(（]* (?:(?:{word}) \s*)+ (?:(?:{links})\b | [:：/／=©] | (?<=\.)) \s* | ^©\s*",
        re.IGNORECASE | re.VERBOSE,
    )
