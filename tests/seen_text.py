"""What a reader sees of a page, found by the standard library's tokenizer and a stack, not by the project's parser."""

import re
import unicodedata
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# Never rendered by a browser that runs scripts; <rt> is left out of the line by design (docs/article-format.md).
UNSEEN = frozenset(
    "script style template noscript head title svg canvas iframe object applet video audio map datalist noembed "
    "noframes rp rt rtc".split()
)
# An end tag of these closes nothing but its own element (the standard's adoption agency).
FORMATTING = frozenset("a b big code em font i nobr s small strike strong tt u".split())
# A style sheet clips these to nothing, for screen readers.
CLIPPED = frozenset({"sr-only", "screen-reader-text", "visually-hidden"})
BOXES = frozenset("article aside body div footer form h1 h2 h3 h4 header li main nav ol p section td ul".split())
RUNNING = frozenset({"p", "li", "td"})
HIDING_STYLE = re.compile(r"(display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
# Marks that print nothing: soft hyphen, zero-width blank, direction marks, word joiner, byte order mark, controls.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff\u202a-\u202e\u2066-\u2069\x00-\x1f\x7f]")


def letters(text: str) -> str:
    """Return every printed character of `text` in NFD, without blanks and without the mark between cells."""
    printed = INVISIBLE.sub("", text).replace("|", "")
    return unicodedata.normalize("NFD", "".join(printed.split()))


def seen(html: str, reveal_hidden: bool = False) -> str:
    """Return the printed characters of a page in reading order."""
    reader = _Reader(reveal_hidden)
    reader.feed(html)
    reader.close()
    return letters("".join(reader.pieces))


class _Reader(HTMLParser):
    def __init__(self, reveal_hidden: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.reveal_hidden = reveal_hidden
        self.stack: list[tuple[str, bool]] = []
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.stack.append((tag, self._hides(tag, dict(attrs))))

    def handle_endtag(self, tag: str) -> None:
        for at in range(len(self.stack) - 1, -1, -1):
            if self.stack[at][0] == tag:
                del self.stack[at : at + 1 if tag in FORMATTING else None]
                return

    def handle_data(self, data: str) -> None:
        if not any(hides for _, hides in self.stack):
            self.pieces.append(data)

    def _is_running(self) -> bool:
        """Whether text runs on in the innermost box, or a link is open."""
        boxes = [name for name, _ in self.stack if name in BOXES]
        return (bool(boxes) and boxes[-1] in RUNNING) or any(name == "a" for name, _ in self.stack)

    def _hides(self, tag: str, attributes: dict[str, str | None]) -> bool:
        if tag in UNSEEN:
            return not (tag == "noscript" and self.reveal_hidden)
        if self.reveal_hidden or tag in {"html", "body"}:
            return False
        streamed = (attributes.get("id") or "").startswith("S:")  # React shows it by a script at once
        if tag not in BOXES and CLIPPED & set((attributes.get("class") or "").split()) and self._is_running():
            return True
        hidden = "hidden" in attributes and attributes["hidden"] != "until-found" and not streamed
        closed = tag == "dialog" and "open" not in attributes
        shown_later = re.fullmatch("af[a-z]*[0-9]+", attributes.get("id") or "")  # by a script of Marko
        styled = HIDING_STYLE.search(attributes.get("style") or "") and not shown_later
        return hidden or closed or bool(styled)
