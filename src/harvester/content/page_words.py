"""What a page says it is: words of its markup, head, address, labels and text, for the classifier of page types.

Which of them tell anything is learned; none stands here.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Final
from urllib.parse import unquote

from harvester.models import Document, Role
from harvester.outline import Outline

_WORD: Final = re.compile(r"[^\W\d_]+")
_TYPE: Final = re.compile(r'"@type"\s*:\s*\[?\s*"([A-Za-z]+)"')
_MAX_DATA_CHARS: Final = 200_000  # of JSON-LD; some shops list their whole stock in it
_MAX_LABEL_CHARS: Final = 24  # of a line that is a button, a tab or a label
_MAX_TEXT_CHARS: Final = 4_000  # of sentences; more of them say the same
_MAX_COUNTED: Final = 8  # parts of a path, hyphens, digits
_OWN_ADDRESSES: Final = ("og:url", "twitter:url")


def page_words(document: Document, outline: Outline, address: str | None) -> set[str]:
    """Return the words, each behind what it is a word of: "class:cart", "url:forum", "data:Product", "button:reply"."""
    signatures = outline.signatures
    said: set[str] = set()
    said.update(*map(str.split, set(signatures[1:])))
    words = {f"class:{word}" for word in said}
    words |= {f"body:{word}" for names in signatures[:1] for word in names.split()}
    words.update(_head_words(document))
    words.update(_address_words(address or _own_address(document)))
    words.update(_label_words(document))
    return words


def text_shares(document: Document, outline: Outline) -> dict[str, float]:
    """Return the words of the page's sentences, as "text:our", each with its share of them in per cent."""
    texts: list[str] = []
    chars = 0
    for block, prose in zip(document.blocks, outline.prose_chars, strict=True):
        if prose:
            texts.append(block.text)
            chars += prose
            if chars >= _MAX_TEXT_CHARS:
                break
    words = Counter(_WORD.findall(" ".join(texts)[:_MAX_TEXT_CHARS].lower()))
    total = max(words.total(), 1)
    return {f"text:{word}": 100 * count / total for word, count in words.items()}


def _own_address(document: Document) -> str:
    """Return the address that the page gives itself, "" where it gives none."""
    canonical = (link.href for link in document.links if "canonical" in link.rel.split())
    metas = (meta.content for meta in document.metas if meta.name in _OWN_ADDRESSES)
    return next((url for url in (*canonical, *metas) if "://" in url), "")


def _head_words(document: Document) -> Iterator[str]:
    for script in document.scripts:
        if script.is_linked_data:
            yield from (f"data:{name}" for name in _TYPE.findall(script.text[:_MAX_DATA_CHARS]))
    for meta in document.metas:
        yield f"meta:{meta.name}"
        if meta.name == "og:type":
            yield f"og:{meta.content.strip().lower()}"
        elif meta.name == "generator":
            yield from (f"generator:{word}" for word in _WORD.findall(meta.content.lower()))
    yield from (f"link:{link.type}" for link in document.links if link.type)


def _address_words(address: str) -> Iterator[str]:
    """Yield words of host and path, and what the address looks like; nothing where there is none."""
    if not address:
        return
    host, _, path = address.split("://", 1)[-1].partition("/")
    path, _, query = unquote(path).partition("?")
    yield from (f"host:{word}" for word in host.lower().split(".")[:-1])
    parts = [part for part in path.split("/") if part]
    yield from (f"url:{word}" for part in parts[:-1] for word in _WORD.findall(part.lower()))
    last = parts[-1] if parts else ""
    yield from (f"last:{word}" for word in islice(_WORD.findall(last.lower()), 3))
    yield f"parts:{min(len(parts), _MAX_COUNTED)}"
    yield f"hyphens:{min(last.count('-') + last.count('_'), _MAX_COUNTED)}"
    yield f"digits:{min(sum(char.isdigit() for char in last), _MAX_COUNTED)}"
    if query:
        yield "url:?"


def _label_words(document: Document) -> Iterator[str]:
    short = [block for block in document.blocks if len(block.text) <= _MAX_LABEL_CHARS]
    for of in ("button", "label"):
        texts = (block.text for block in short if (block.role is Role.CONTROL) == (of == "button"))
        yield from (f"{of}:{word}" for word in set(_WORD.findall("\n".join(texts).lower())))
