"""Says why a page has no article, instead of inventing one."""

import re
from typing import Final

from harvester.errors import NoArticle
from harvester.models import Document, Kept, Part, Role
from harvester.text import is_cjk

MIN_ARTICLE_CHARS: Final = 140  # below it, what is found on a page is a teaser, a caption or a notice
MIN_ARTICLE_CJK_CHARS: Final = 60
_MAX_SHELL_CHARS: Final = 400  # visible on a page that a script fills
_MAX_WALL_CHARS: Final = 4_000  # and on a wall with its legal notices
_CHALLENGE = re.compile(
    r"checking your browser|verify (?:that )?you are (?:a )?human|just a moment\.\.\.|attention required! \| cloudflare"
    r"|access (?:to this page has been )?denied|unusual traffic|ddos protection by|请完成安全验证|人机验证",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(?:accept|agree|consent|reject|zustimmen|akzeptieren|accepter|aceptar|accetta|同意).{0,60}(?:cookies?|privacy|data|partners)"
    r"|(?:cookies?|privacy|partners).{0,200}(?:accept|agree|consent|reject|zustimmen|akzeptieren|accepter|aceptar|accetta)",
    re.IGNORECASE | re.DOTALL,
)


def refuse_without_article(subject: str, document: Document) -> None:
    """Raise NoArticle when the kept blocks make no article; the reason says what the page is instead."""
    if _is_article(document):
        return
    visible = " ".join(block.text for block in document.blocks)
    if len(visible) <= _MAX_WALL_CHARS and _CHALLENGE.search(f"{document.title or ''} {visible}"):
        raise NoArticle(subject, "blocked", "this is a bot check, not the page; fetch it again later or by hand")
    if len(visible) <= _MAX_WALL_CHARS and _CONSENT.search(visible):
        raise NoArticle(subject, "consent_wall", "this is a consent wall, not the page; save it again after consent")
    if len(visible) <= _MAX_SHELL_CHARS:
        raise NoArticle(subject, "needs_js", "the page is empty until its scripts run; save it from a browser")
    raise NoArticle(subject, "not_article", "no article found: an index page, or links and labels only")


def _is_article(document: Document) -> bool:
    """Return whether the kept blocks hold enough text that is not headings."""
    kept = [block for block in document.blocks if block.verdict == Kept(Part.TEXT) and block.role is not Role.HEADING]
    text = "".join(block.text for block in kept)
    return len(text) >= (MIN_ARTICLE_CJK_CHARS if is_cjk(text) else MIN_ARTICLE_CHARS)
