"""Listings: their language, as highlighters write it into classes, and their lines as written."""

import re
from collections.abc import Iterator
from typing import Final

from harvester.dom import Attributes, is_block, unescaped
from harvester.dom.html_tags import PREFORMATTED
from harvester.dom.inline import is_code_line
from harvester.models import Block, Code, Trace
from harvester.structure.markup_tokens import attributes_at, attributes_of, container, tag_of
from harvester.text import clean_code_line

_OUTER: Final = 3  # containers of a listing that may name its language: div.highlight-python > div.highlight > pre
_MAX_SOURCE_CHARS: Final = 500_000
# Prism, highlight.js, Rouge, Jekyll, GitHub, Sphinx, Chroma, Pandoc, SyntaxHighlighter, Crayon, Enlighter.
_ATTRIBUTES: Final = ("data-lang", "data-language", "data-enlighter-language", "data-code-language")
_NAMED: Final = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source|highlight-text|highlight|brush|src|code)[-:]\s*([A-Za-z][\w+#.-]{0,29})"
)
# The language is a word of its own beside these.
_HIGHLIGHTERS: Final = frozenset("hljs sourcecode prettyprint shiki highlight syntaxhighlighter enlighterjsraw".split())
_BESIDE: Final = frozenset(
    "hljs sourcecode prettyprint shiki highlight syntaxhighlighter numbersource linenums notranslate "
    "literal-block code block nohighlight enlighterjsraw wp-block-code numberlines line-numbers "
    "prettyprinted copy-code highlighter-rouge default console-output highlight-wrapper github-light "
    "github-dark nord".split()
)
_NONE: Final = frozenset(
    "none plain plaintext text txt default basic nohighlight no-highlight source block auto".split()
)


def code_of(block: Block) -> Code | None:
    """Return what the text of a listing does not show; None where that is nothing."""
    trace = block.trace
    if trace is None or not trace.spots:
        return None
    language, source = _language(trace), _source(trace, block.text)
    return Code(language, source) if language or source else None


def _language(trace: Trace) -> str | None:
    for attributes in _around(trace):
        for name in _ATTRIBUTES:
            if (said := (attributes.get(name) or "").strip().lower()) and len(said) <= 30:
                return None if said in _NONE else said
        classes = attributes.get("class") or ""
        if named := _NAMED.search(classes):
            language = named[1].lower().rstrip(".-")
            if language not in _NONE:
                return language.removeprefix("source-").removeprefix("text-").removesuffix("-basic")
        words = classes.lower().split()
        if not _HIGHLIGHTERS.isdisjoint(words):
            others = [word for word in words if word not in _BESIDE and re.fullmatch(r"[a-z][a-z+#]{0,19}", word)]
            if len(others) == 1 and others[0] not in _NONE:
                return others[0]
    return None


def _around(trace: Trace) -> Iterator[Attributes]:
    """Yield the attributes of a listing's elements: those inside it before its first text, itself, those around it."""
    markup = trace.markup
    listing = container(markup, trace.element, PREFORMATTED)
    if listing is None:
        return
    for at in range(markup.places[listing] + 2, trace.spots[0], 2):
        if tag_of(markup.tokens[at]) == "code" and markup.tokens[at][1] != "/":
            yield attributes_of(markup.tokens[at])
    yield attributes_at(markup, listing)
    element = markup.elements[listing].parent
    for _ in range(_OUTER):
        if element < 0:
            return
        yield attributes_at(markup, element)
        element = markup.elements[element].parent


def _source(trace: Trace, text: str) -> str | None:
    """Return the lines as they are written; None where they equal the text, or cannot be read from the markup."""
    tokens, spots = trace.markup.tokens, set(trace.spots)
    pieces: list[str] = []
    boxes: list[str] = []  # open ones: what ends them ends a line
    for at in range(trace.spots[0] - 1, trace.spots[-1] + 1):
        token = tokens[at]
        if at % 2 == 0:
            if at in spots:
                pieces.append(unescaped(token))
            elif at > trace.spots[0] and token.isspace():
                pieces.append(token)
        elif token[1] == "/":
            if boxes and boxes[-1] == token[2:-1]:
                boxes.pop()
                _end_line(pieces)
        elif (tag := tag_of(token)) == "br":
            pieces.append("\n")
        elif tag and tag not in PREFORMATTED:
            if is_block(tag) and tag not in ("td", "th"):
                boxes.append(tag)
                _end_line(pieces)
            elif is_code_line(attributes_of(token)):
                _end_line(pieces)
    source = "".join(pieces).replace("\r\n", "\n").strip("\n")
    cleaned = "\n".join(clean_code_line(line) for line in source.split("\n")).strip("\n")
    is_told = cleaned == text and source != text and len(source) <= _MAX_SOURCE_CHARS
    return source if is_told else None


def _end_line(pieces: list[str]) -> None:
    if pieces and not pieces[-1].endswith("\n"):
        pieces.append("\n")
