"""The words that describe a page: those of its markup, head, address, labels and text, for the page type classifier.

Which of them mean anything is learned; none is listed here.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from itertools import chain, islice
from typing import Final
from urllib.parse import unquote

from harvester.models import Document, Role
from harvester.outline import Outline
from harvester.page_json import type_names
from harvester.urls import loose_host, loose_path, loose_query

_WORD: Final = re.compile(r"[^\W\d_]+")
_MAX_DATA_CHARS: Final = 200_000  # of JSON-LD; some shops list their whole stock in it
_MAX_LABEL_CHARS: Final = 24  # of a line that is a button, a tab or a label
_MAX_TEXT_CHARS: Final = 4_000  # of sentences; more of them say the same
_MAX_COUNTED: Final = 8  # parts of a path, hyphens, digits
_OWN_ADDRESSES: Final = ("og:url", "twitter:url")


Words = Mapping[str, Collection[str]]  # what they are words of, "class", "url" ... -> the words


def page_words(document: Document, outline: Outline, address: str | None) -> Words:
    """Return the words by what each is a word of: of a class "cart", of the URL "forum", of a button "reply"."""
    signatures = outline.signatures
    in_classes: set[str] = set()
    in_classes.update(*map(str.split, set(signatures[1:])))
    words: defaultdict[str, set[str]] = defaultdict(set, {"class": in_classes})
    words["body"].update(*map(str.split, signatures[:1]))
    for of, word in chain(_head_words(document), _address_words(address or _own_address(document))):
        words[of].add(word)
    words["button"], words["label"] = _label_words(document)
    return words


def text_words(document: Document, outline: Outline) -> list[str]:
    """Return the words of the page's first sentences."""
    texts: list[str] = []
    chars = 0
    for block, prose in zip(document.blocks, outline.prose_chars, strict=True):
        if prose:
            texts.append(block.text)
            chars += prose
            if chars >= _MAX_TEXT_CHARS:
                break
    return _WORD.findall(" ".join(texts)[:_MAX_TEXT_CHARS].lower())


def _own_address(document: Document) -> str:
    """Return the address that the page gives itself, "" where it gives none."""
    return next((url for url in document.own_addresses(_OWN_ADDRESSES) if "://" in url), "")


def _head_words(document: Document) -> Iterator[tuple[str, str]]:
    for script in document.scripts:
        if script.is_linked_data:
            yield from (("data", name) for name in type_names(script.text[:_MAX_DATA_CHARS]))
    for meta in document.metas:
        yield "meta", meta.name
        if meta.name == "og:type":
            yield "og", meta.content.strip().lower()
        elif meta.name == "generator":
            yield from (("generator", word) for word in _WORD.findall(meta.content.lower()))
    yield from (("link", link.type) for link in document.links if link.type)


def _address_words(address: str) -> Iterator[tuple[str, str]]:
    """Yield words of host and path, and what the address looks like; nothing where there is none."""
    if not address:
        return
    yield from (("host", word) for word in loose_host(address).split(".")[:-1])
    parts = [part for part in unquote(loose_path(address)).split("/") if part]
    yield from (("url", word) for part in parts[:-1] for word in _WORD.findall(part.lower()))
    last = parts[-1] if parts else ""
    yield from (("last", word) for word in islice(_WORD.findall(last.lower()), 3))
    yield "parts", str(min(len(parts), _MAX_COUNTED))
    yield "hyphens", str(min(last.count("-") + last.count("_"), _MAX_COUNTED))
    yield "digits", str(min(sum(char.isdigit() for char in last), _MAX_COUNTED))
    if loose_query(address):
        yield "url", "?"


def _label_words(document: Document) -> tuple[set[str], set[str]]:
    """Return the words of short buttons, and of other short lines."""
    buttons: list[str] = []
    labels: list[str] = []
    for block in document.blocks:
        if len(block.text) <= _MAX_LABEL_CHARS:
            (buttons if block.role is Role.CONTROL else labels).append(block.text)
    return set(_WORD.findall("\n".join(buttons).lower())), set(_WORD.findall("\n".join(labels).lower()))
