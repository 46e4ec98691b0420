"""The words that describe a page: those of its markup, head, address, labels and text, for the page type classifier.

Which of them mean anything is learned; none is listed here.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from harvester import native
from harvester.cached_values import cached_value
from harvester.models import PAGE_ROLES, Document, Role
from harvester.outline import Outline
from harvester.outline.block_numbers import character_table
from harvester.page_json import type_names
from harvester.text import fold, lower
from harvester.urls import loose_host, loose_path, loose_query

_WORD: Final = re.compile(r"[^\W\d_]+")
_MAX_DATA_CHARS: Final = 200_000  # of JSON-LD; some shops list their whole stock in it
_MAX_LABEL_CHARS: Final = 24  # of a line that is a button, a tab or a label
_MAX_TEXT_CHARS: Final = 4_000  # of sentences; more of them say the same
_MAX_COUNTED: Final = 8  # parts of a path, hyphens, digits
_LAST_WORDS: Final = 3  # of the last part of a path
_CONTROL: Final = PAGE_ROLES.index(Role.CONTROL)
_OWN_ADDRESSES: Final = ("og:url", "twitter:url")
_MIN_HEADLINE, _MAX_HEADLINE = 20, 30  # folded characters of a headline that are looked for; shorter ones are names
_MIN_NAME: Final = 4  # characters of a part of a host ("www", "co") that may be the site's name


_INDEXED: Final = ("class", "body", "button", "label", "text")  # kinds of which there are many words on a page

Words = Mapping[str, Collection[str]]  # what they are words of, "class", "url" ... -> the words


@dataclass(frozen=True)
class KnownWords:
    """The columns of the words that a model knows, by what they are words of; "text" are those of sentences."""

    columns: Mapping[str, Mapping[str, int]]

    def write(self, row: NDArray[np.float32], outline: Outline, address: str | None) -> None:
        """Write 1 for each known word of the page, and for each of its sentences its share of them in per cent."""
        if native.CORE is not None:
            self._write_compiled(native.CORE, row, outline, address)
            return
        words = page_words(outline, address)
        for of, known in self.columns.items():
            if of != "text":
                row[[known[word] for word in known.keys() & words.get(of, ())]] = 1.0
        self._write_shares(row, _WORD.findall(first_sentences(outline)))

    def _write_shares(self, row: NDArray[np.float32], said: list[str]) -> None:
        known = self.columns.get("text", {})
        for word, count in Counter(filter(known.__contains__, said)).items():
            row[known[word]] = 100 * count / len(said)

    def _write_compiled(
        self, core: ModuleType, row: NDArray[np.float32], outline: Outline, address: str | None
    ) -> None:
        """Write the same with native/page_words.c; what holds letters that it does not know, word by word."""
        index, signatures = self._index, outline.signatures
        core.mark_words(index, _INDEXED.index("class"), signatures[1:], row)
        core.mark_words(index, _INDEXED.index("body"), signatures[:1], row)
        for of, text in zip(("button", "label"), _label_texts(outline), strict=True):
            if text and not core.count_words(index, _INDEXED.index(of), text, False, character_table(), row):
                known = self.columns.get(of, {})
                row[[known[word] for word in known.keys() & set(_WORD.findall(text))]] = 1.0
        text = first_sentences(outline)
        if not core.count_words(index, _INDEXED.index("text"), text, True, character_table(), row):
            self._write_shares(row, _WORD.findall(text))
        told = self._told
        row[[told[word] for word in _told_words(outline, address) if word in told]] = 1.0

    @cached_value
    def _told(self) -> Mapping[tuple[str, str], int]:
        """The columns of words of head and address, as `_told_words` gives them."""
        others = ((of, known) for of, known in self.columns.items() if of not in _INDEXED)
        return {(of, word): at for of, known in others for word, at in known.items()}

    @cached_value
    def _index(self) -> object:
        """What compiled code is to know of the words of which there are many on a page."""
        kinds = (self.columns.get(of, {}).items() for of in _INDEXED)
        words = tuple(tuple((word.encode(), at) for word, at in kind) for kind in kinds)
        return native.CORE.index_words(words) if native.CORE is not None else None


def page_words(outline: Outline, address: str | None) -> Words:
    """Return the words by what each is a word of: of a class "cart", of the URL "forum", of a button "reply"."""
    signatures = outline.signatures
    in_classes: set[str] = set()
    in_classes.update(*map(str.split, set(signatures[1:])))
    words: defaultdict[str, set[str]] = defaultdict(set, {"class": in_classes})
    words["body"].update(*map(str.split, signatures[:1]))
    for of, word in _told_words(outline, address):
        words[of].add(word)
    words["button"], words["label"] = (set(_WORD.findall(text)) for text in _label_texts(outline))
    return words


def text_words(outline: Outline) -> list[str]:
    """Return the words of the page's first sentences."""
    return _WORD.findall(first_sentences(outline))


def first_sentences(outline: Outline) -> str:
    """Return the page's first sentences in small letters."""
    texts: list[str] = []
    chars = 0
    for at in outline.block_numbers.prose.nonzero()[0].tolist():
        texts.append(outline.document.blocks[at].text)
        chars += outline.prose_chars[at]
        if chars >= _MAX_TEXT_CHARS:
            break
    return lower(" ".join(texts)[:_MAX_TEXT_CHARS])


def _told_words(outline: Outline, address: str | None) -> list[tuple[str, str]]:
    """Return the words of head and address, each behind what it is a word of."""
    return [*_head_words(outline.document), *_address_words(_told_address(outline, address))]


def _told_address(outline: Outline, address: str | None) -> str:
    """Return the address that a page is judged by, "" where none is known.

    One of a host alone is that of a front page, or all that somebody wrote down of a story's: it is believed where the
    page names no other one, nor, if it names none at all, a story in its title.
    """
    if address and _has_path(address):
        return address
    if own := _own_address(outline.document):
        return own if _has_path(own) or not address else address
    return address if address and not _is_titled_by_story(outline, address) else ""


def _has_path(address: str) -> bool:
    return bool(loose_path(address) or loose_query(address))


def _is_titled_by_story(outline: Outline, address: str) -> bool:
    """Return whether the page's title begins as the headline and is not the site's name, as a front page's is."""
    document = outline.document
    if outline.headline is None:
        return False
    headline, title = fold(document.blocks[outline.headline].text), fold(document.title or "")
    begins = headline[:_MAX_HEADLINE]  # a date may follow, or how many comments there are
    if len(begins) < _MIN_HEADLINE or begins not in title:
        return False
    names = (fold(name) for name in loose_host(address).split(".")[:-1])
    return title not in headline or not any(name in title for name in names if len(name) >= _MIN_NAME)


def _own_address(document: Document) -> str:
    """Return the address that the page gives itself, "" where it gives none."""
    return next((url for url in document.own_addresses(_OWN_ADDRESSES) if "://" in url), "")


def _head_words(document: Document) -> list[tuple[str, str]]:
    data = [script.text[:_MAX_DATA_CHARS] for script in document.scripts if script.is_linked_data]
    generators = [meta.content.lower() for meta in document.metas if meta.name == "generator"]
    return [
        *[("data", name) for text in data for name in type_names(text)],
        *[("meta", meta.name) for meta in document.metas],
        *[("og", meta.content.strip().lower()) for meta in document.metas if meta.name == "og:type"],
        *[("generator", word) for content in generators for word in _WORD.findall(content)],
        *[("link", link.type) for link in document.links if link.type],
    ]


def _address_words(address: str) -> list[tuple[str, str]]:
    """Return words of host and path, and what the address looks like; nothing where there is none."""
    if not address:
        return []
    parts = [part for part in unquote(loose_path(address)).split("/") if part]
    last = parts[-1] if parts else ""
    return [
        *[("host", word) for word in loose_host(address).split(".")[:-1]],
        *[("url", word) for part in parts[:-1] for word in _WORD.findall(part.lower())],
        *[("last", word) for word in _WORD.findall(last.lower())[:_LAST_WORDS]],
        ("parts", str(min(len(parts), _MAX_COUNTED))),
        ("hyphens", str(min(last.count("-") + last.count("_"), _MAX_COUNTED))),
        ("digits", str(min(sum(map(str.isdigit, last)), _MAX_COUNTED))),
        *([("url", "?")] if loose_query(address) else []),
    ]


def _label_texts(outline: Outline) -> tuple[str, str]:
    """Return the short buttons, and the other short lines, in small letters."""
    numbers = outline.block_numbers
    roles = numbers.role.tolist()
    texts: tuple[list[str], list[str]] = [], []
    for at in (numbers.chars <= _MAX_LABEL_CHARS).nonzero()[0].tolist():
        texts[roles[at] != _CONTROL].append(outline.document.blocks[at].text)
    buttons, labels = (lower("\n".join(those)) for those in texts)
    return buttons, labels
