"""Lines that lead to another story, known in any language by their form: a label, and a headline that is a link."""

import re
from collections.abc import Collection
from typing import Final

from harvester.models import Block, Document, Removed, Role, Span
from harvester.rules.kind_names import KindName
from harvester.text import COLONS, is_cjk, units
from harvester.urls import named_host

_LEAD: Final = Removed(KindName.INLINE_RELATED, "form:label and link")
_MARKS: Final = Removed(KindName.NOT_CONTENT, "form:marks alone")
_MAX_MARKS: Final = 12
_MARK: Final = re.compile(r"[|\u00a6?\ufffd\u00b7\u2022>\u203a\u00bb<\u2039\u00ab/\\ -]+")  # what stood between links
_TEMPLATE: Final = Removed(KindName.NOT_CONTENT, "form:template")
# What a template should have replaced: {{name}}, {% name %}, [name attribute="value"], [/name].
_UNFILLED: Final = re.compile(
    r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\[[a-z][\w-]*(?:\s+[\w-]+=(?:\"[^\"]*\"|'[^']*'|[“”″][^”″]*[”″]|\w+))+\s*/?\]|\[/[a-z][\w-]*\]"
)
_MAX_UNFILLED: Final = 600  # characters: a player's has a description of its film
_LABEL_ENDS: Final = (*COLONS, "»", "\u203a", ">", "|")
_MAX_LABEL_CHARS: Final = 40
_MAX_LABEL_WORDS: Final = 5
_MIN_HEADLINE_WORDS: Final = 4
_MIN_HEADLINE_CHARS: Final = 20  # in scripts without blanks between words, too


def leading_lines(document: Document, body: Collection[int]) -> dict[int, Removed]:
    """Return the blocks of the body that are a label with a link to another page of the site, marks, or unfilled."""
    blocks = document.blocks
    leads = {at: link for at in body if blocks[at].spans and (link := _led_to(blocks[at])) is not None}
    host = _own_host(document) if leads else ""
    found = {at: _LEAD for at, link in leads.items() if _is_own(link.href, host)}
    found |= {at: _TEMPLATE for at in body if blocks[at].text[0] in "{[" and _is_unfilled(blocks[at])}
    return found | {
        at: _MARKS for at in body if len(blocks[at].text) <= _MAX_MARKS and _MARK.fullmatch(blocks[at].text)
    }


def _is_unfilled(block: Block) -> bool:
    """Return whether a block is the name of something that its page should show; code is about such names."""
    if block.role is Role.CODE or len(block.text) > _MAX_UNFILLED:
        return False
    return _UNFILLED.fullmatch(block.text) is not None


def _led_to(block: Block) -> Span | None:
    """Return the headline that is a link, of a block that is a label and such a link."""
    links = [span for span in block.spans if span.tag == "a" and span.href]
    if block.role is not Role.PARAGRAPH or len(links) != 1 or not block.text.endswith(links[0].text):
        return None
    label = block.text.removesuffix(links[0].text).rstrip()
    if not label.endswith(_LABEL_ENDS) or len(label) > _MAX_LABEL_CHARS or len(label.split()) > _MAX_LABEL_WORDS:
        return None
    return links[0] if _is_headline(links[0].text) else None


def _is_headline(text: str) -> bool:
    if " " not in text:  # Chinese, Japanese, Thai
        return len(text) >= (_MIN_HEADLINE_CHARS // 2 if is_cjk(text) else _MIN_HEADLINE_CHARS)
    return len(text) >= _MIN_HEADLINE_CHARS and units(text) >= _MIN_HEADLINE_WORDS


def _own_host(document: Document) -> str:
    """Return the host of the page's own address; "" where the page has none."""
    return next((host for address in document.own_addresses(("og:url",)) if (host := _host(address))), "")


def _is_own(href: str, host: str) -> bool:
    target = _host(href)
    return not href.startswith(("#", "mailto:")) and (not target or target == host)


def _host(address: str) -> str:
    return named_host(address).removeprefix("www.")
