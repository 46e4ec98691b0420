"""What a person could write to have one block of a page removed, or kept: by the containers around it."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from harvester.models import Block, Element, Kept, Ledger
from harvester.rules.site_rules import Action, SiteRules

_REACH: Final = 4  # containers around a block whose names are tried: further out is the whole article
_MAX_SHOWN: Final = 5  # containers that are named; the innermost say most
_NAME: Final = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
# Numbers of posts and hashes of build tools are different on the next page.
_PASSING: Final = re.compile(r"\d{2}|[A-Za-z]\d[A-Za-z]|^(?:css|sc|jsx)-")
_TEXT_CHARS: Final = 40  # of a line by which it is told from its neighbours
_MIN_TEXT_CHARS: Final = 4
_EXAMPLE_CHARS: Final = 60


class Suggestion(NamedTuple):
    """A rule that may do what is wanted."""

    action: Action
    css: str
    fitting: str  # markup that it fits
    other: str  # markup that it must not fit; "": there is none on the page

    def toml(self) -> str:
        """Return the rule as it is written into a file."""
        does, leaves = ("drop", "keep") if self.action == "remove" else ("keep", "drop")
        other = f"{leaves} = [{_quoted(self.other)}]\n" if self.other else ""
        return f"[[{self.action}]]\ncss = {_quoted(self.css)}\n{does} = [{_quoted(self.fitting)}]\n{other}"


def name_of(element: Element) -> str:
    """Return what an element is called by: tag, classes and id, as a selector writes them; "" without class and id.

    >>> name_of(Element(-1, "div", "top", "share bar", "", "", "", "", "", ""))
    'div.share.bar#top'
    """
    names = [f".{name}" for name in element.classes.split()] + ([f"#{element.id}"] if element.id.strip() else [])
    return element.tag + "".join(names) if names else ""


def containers_of(ledger: Ledger, block: Block) -> str:
    """Return the containers of a block that have class or id, from the outermost to the innermost; "" for none."""
    named = [name for element in _around(ledger, block) if (name := name_of(element))]
    return " > ".join([*(["…"] if len(named) > _MAX_SHOWN else []), *reversed(named[:_MAX_SHOWN])])


def idle_rules(ledger: Ledger, site: SiteRules) -> tuple[str, ...]:
    """Return the rules of its site that decide no block and no field of a page, as "remove:2"."""
    deciding = {block.verdict.rule for block in ledger.blocks if block.verdict}
    deciding.update(one.origin for one in ledger.evidence)
    about_pages = (rule for rule in site.rules if rule.action != "not_article")
    return tuple(rule.id.split(":", 2)[2] for rule in about_pages if rule.id not in deciding)


def suggestions(ledger: Ledger, at: int) -> Iterator[Suggestion]:
    """Yield rules that may remove the kept block `at` (from 0), or keep it where it is removed; the best ones first."""
    block = ledger.blocks[at]
    action: Action = "remove" if isinstance(block.verdict, Kept) else "keep"
    around = list(_around(ledger, block))
    other = _other(ledger, block)
    for depth, element in enumerate(around[:_REACH]):
        for name in _selectors(element):
            yield Suggestion(action, name, _example((element,), block), other)
        if depth == 0:
            yield from _below_a_name(action, around, block, other)


def _below_a_name(action: Action, around: list[Element], block: Block, other: str) -> Iterator[Suggestion]:
    """Yield rules for an element that has no name of its own, by the nearest one that has, and by its text."""
    inner = around[0]
    outer = next((element for element in around[1:] if _selectors(element)), None)
    before = "" if outer is None else _selectors(outer)[0] + (" > " if outer is around[1] else " ")
    shown = _example((inner,) if outer is None else (outer, inner), block)
    if outer is not None:
        yield Suggestion(action, before + inner.tag, shown, other)
    start = _start_of(block)
    # Between later words the source may have a line's end, or a blank that does not break.
    for words in dict.fromkeys((start, " ".join(start.split()[:2]), *start.split()[:1])):
        if len(words) >= _MIN_TEXT_CHARS:
            yield Suggestion(action, f'{before}{inner.tag}:lexbor-contains("{words}")', shown, other)
            within = f'{before}{inner.tag}:has(:lexbor-contains("{words}"))'  # in an element of the line
            yield Suggestion(action, within, shown.replace(_escaped(words), f"<b>{_escaped(words)}</b>", 1), other)


def _around(ledger: Ledger, block: Block) -> Iterator[Element]:
    """Yield the containers of a block, the innermost first."""
    at = block.element
    while 0 <= at < len(ledger.elements):
        yield ledger.elements[at]
        at = ledger.elements[at].parent


def _selectors(element: Element) -> list[str]:
    """Return selectors of an element by names that the next page will have, too."""
    lasting = [name for name in element.classes.split() if _NAME.fullmatch(name) and not _PASSING.search(name)]
    ids = [element.id] if _NAME.fullmatch(element.id) and not _PASSING.search(element.id) else []
    return [*(f"{element.tag}.{name}" for name in lasting), *(f"{element.tag}#{name}" for name in ids)]


def _start_of(block: Block) -> str:
    """Return the first words of a block, without what would have to be escaped."""
    line = re.split(r'["\\\n]', block.text, maxsplit=1)[0]
    cut = line if len(line) <= _TEXT_CHARS else line[:_TEXT_CHARS].rpartition(" ")[0] or line[:_TEXT_CHARS]
    return cut.strip()


def _other(ledger: Ledger, block: Block) -> str:
    """Return as markup a block that the rule must leave alone: the longest of those whose verdict is the same."""
    is_kept = isinstance(block.verdict, Kept)
    same = [one for one in ledger.blocks if isinstance(one.verdict, Kept) == is_kept and one.text != block.text]
    apart = [one for one in same if one.element != block.element]
    longest = max(apart, key=lambda one: len(one.text), default=None)
    inner = next(_around(ledger, longest), None) if longest else None
    return _example((inner,), longest) if inner and longest else ""


def _example(around: tuple[Element, ...], block: Block) -> str:
    text = " ".join(block.text.split())
    cut = text if len(text) <= _EXAMPLE_CHARS else text[:_EXAMPLE_CHARS].rpartition(" ")[0]
    start = _start_of(block)
    content = _escaped(cut if cut.startswith(start) else start)
    opening = "".join(_start_tag(element) for element in around)
    closing = "".join(f"</{element.tag}>" for element in reversed(around))
    return f"{opening}{content}{closing}"


def _start_tag(element: Element) -> str:
    of_class = f' class="{_escaped(element.classes)}"' if element.classes else ""
    of_id = f' id="{_escaped(element.id)}"' if element.id else ""
    return f"<{element.tag}{of_class}{of_id}>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def _quoted(text: str) -> str:
    """Return a TOML string."""
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if char.isprintable() else f"\\U{ord(char):08X}" for char in escaped) + '"'
