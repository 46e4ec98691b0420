"""The body as last resort: pages that carry their article only in a script's data.

JSON-LD articleBody and the state of JavaScript frameworks (__NEXT_DATA__, Apollo) hold the text as HTML, as plain
text, or as a tree of paragraphs. The branch with most of the prose is taken, and read as if it were on the page.
"""

import re
from dataclasses import replace
from html import escape
from typing import Any, Final

from harvester.dom import read_document
from harvester.models import Document, Element
from harvester.outline import Outline
from harvester.page_json import decode_json
from harvester.text import ends_sentence, fold

# Keys that hold text for readers; the others hold names, types, addresses, captions of buttons.
_TEXT_KEYS: Final = frozenset({"text", "value", "html", "body", "content", "articlebody", "copy", "markup", "children"})
_MIN_SHARE: Final = 0.6  # of the prose, from which a branch is the body and not a piece of it
_MAX_DEPTH: Final = 60  # of JSON; bodies stand 5 to 20 deep
_MAX_CHARS: Final = 5_000_000
_MIN_SENTENCE: Final = 40  # characters; shorter strings are labels
_MARKUP = re.compile(r"<(?:p|br|div|h[2-6])\b", re.IGNORECASE)
_KNOWN_CHARS: Final = 60  # of a paragraph, by which it is known again: data may hold it with other links and quotes
PATH: Final = "script"  # the path of such a block begins with it


def with_embedded_body(document: Document) -> Document:
    """Return the document with the article of its data scripts behind its blocks, when they hold more prose."""
    html = max(map(_body_html, (script.text for script in document.scripts)), key=len, default="")
    if not html:
        return document
    body = _once(read_document(html))
    outline = Outline(document)
    if Outline(body).total_prose <= 2 * outline.total_prose or not _goes_on(outline, body):
        return document
    return _joined(document, body)


def _once(body: Document) -> Document:
    """Return the body without the paragraphs that its data holds a second time, as markup and as plain text."""
    seen: set[str] = set()
    kept = []
    for block in body.blocks:
        text = fold(block.text)
        if len(text) < _MIN_SENTENCE or text not in seen:
            kept.append(block)
        seen.add(text)
    return replace(body, blocks=tuple(kept))


def _goes_on(outline: Outline, body: Document) -> bool:
    """Return whether `body` holds the longest paragraph that is seen: else it is of another page, or a page's stock."""
    longest = max(range(len(outline.prose_chars)), key=outline.prose_chars.__getitem__, default=None)
    if longest is None or outline.prose_chars[longest] < _MIN_SENTENCE:
        return True
    start = fold(outline.document.blocks[longest].text)[:_KNOWN_CHARS]
    return start in fold(" ".join(block.text for block in body.blocks))


def _joined(document: Document, body: Document) -> Document:
    """Return `document` with the blocks of `body` behind its own, below one element that marks where they are from."""
    offset = len(document.elements)
    root = Element(-1, "article", "", "", "articleBody", "", "", "", "", "")
    inner = (element._replace(parent=element.parent + offset) for element in body.elements[1:])
    blocks = tuple(
        block._replace(element=block.element + offset, path=f"{PATH} > {block.path}" if block.path else PATH)
        for block in body.blocks
    )
    return replace(document, blocks=document.blocks + blocks, elements=(*document.elements, root, *inner))


def _body_html(script: str) -> str:
    """Return the body in a script's JSON as HTML; "" when it holds none."""
    if len(script) > _MAX_CHARS:
        return ""
    data = decode_json(script)
    total = _prose(data, 0)
    return _as_html(_branch(data, total)) if total else ""


def _branch(node: Any, total: int) -> Any:
    """Return the smallest branch that holds most of the prose."""
    for depth in range(_MAX_DEPTH):
        greater = [child for child in _children(node) if _prose(child, depth) >= _MIN_SHARE * total]
        if not greater:
            break
        node = greater[0]
    return node


def _children(node: Any) -> list[Any]:
    if isinstance(node, dict):
        return [child for key, child in node.items() if isinstance(child, dict | list) or key.lower() in _TEXT_KEYS]
    return node if isinstance(node, list) else []


def _prose(node: Any, depth: int) -> int:
    """Return the characters of sentences below `node`."""
    if isinstance(node, str):
        return len(node) if _is_sentence(node) else 0
    return sum(_prose(child, depth + 1) for child in _children(node)) if depth < _MAX_DEPTH else 0


def _is_sentence(text: str) -> bool:
    if len(text) < _MIN_SENTENCE or " " not in text or text.startswith(("http", "{", "[")):
        return False
    return not text.lstrip().startswith("<") or bool(_MARKUP.match(text.lstrip()))  # scripts and styles are no prose


def _as_html(node: Any) -> str:
    if isinstance(node, str):
        return node if _MARKUP.search(node) else "".join(f"<p>{escape(line)}</p>" for line in node.splitlines() if line)
    return "".join(_as_html(text) if _MARKUP.search(text) else f"<p>{escape(text)}</p>" for text in _paragraphs(node))


def _paragraphs(node: Any) -> list[str]:
    """Return the text of each child of a tree of paragraphs, in order."""
    return [text for child in _children(node) for joined in _runs(_strings(child, 0)) if (text := joined.strip())]


def _runs(strings: list[str]) -> list[str]:
    """Return the strings with those joined that are pieces of one paragraph; whole sentences stay apart."""
    runs: list[str] = []
    for text in strings:
        if runs and not (ends_sentence(runs[-1]) and text[:1].isupper()):
            runs[-1] += text
        else:
            runs.append(text)
    return runs


def _strings(node: Any, depth: int) -> list[str]:
    if isinstance(node, str):
        return [node]
    return [text for child in _children(node) for text in _strings(child, depth + 1)] if depth < _MAX_DEPTH else []
