"""What extractors kept that give HTML (readability, defuddle) or XML (trafilatura)."""

import re
from typing import Any, Final
from urllib.parse import urljoin

import lxml.etree
import lxml.html

from harvester.text import collapse
from structure_seen import Seen, cell_text

_KINDS: Final = {"b": "strong", "strong": "strong", "i": "emphasis", "em": "emphasis", "sub": "sub", "sup": "sup"} | {
    "del": "deleted", "s": "deleted", "ins": "inserted", "mark": "highlight", "code": "code"
}  # fmt: skip
_PLAYERS: Final = frozenset({"iframe", "video", "audio", "object", "embed"})
_LANGUAGE: Final = re.compile(r"(?:language|lang|highlight-source|highlight|brush)[-:]\s*([\w+#]+)")


def seen_of_tree(root: lxml.html.HtmlElement, url: str) -> Seen:
    """Return what stands in a tree of HTML."""
    seen = Seen()
    _see_element(seen, root, url, 0)
    return seen


def _see_element(seen: Seen, node: Any, url: str, depth: int) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    see = {
        "a": _see_link,
        "img": _see_image,
        "pre": _see_code,
        "tr": _see_row,
        "blockquote": _see_quote,
        "li": _see_item,
    }
    if tag in see:
        see[tag](seen, node, url)
    elif tag in _PLAYERS:
        inner = node.find(".//source")
        source = node.get("src") or node.get("data") or (inner.get("src") if inner is not None else None)
        seen.embeds += [(urljoin(url, source), seen.before)] if source else []
    elif tag == "figure":
        _see_caption(seen, node, url)
    _see_value(seen, node, tag)
    if tag not in ("figcaption", "rt", "rp", "annotation", "script", "style"):
        seen.say(node.text if tag else "")
        for child in node:
            _see_element(seen, child, url, depth + 1)
            seen.say(child.tail)


def _see_value(seen: Seen, node: Any, tag: str) -> None:
    if tag in _KINDS and node.getparent() is not None and node.getparent().tag != "pre":
        seen.emphasis.append((_KINDS[tag], collapse(node.text_content())))
    elif tag == "abbr" and node.get("title"):
        seen.abbr.append((collapse(node.text_content()), node.get("title")))
    elif tag == "ruby":
        base = "".join(node.xpath("text() | rb/text()"))
        seen.ruby.append((collapse(base), collapse("".join(node.xpath("rt//text()")))))
    elif tag == "math":
        annotation = node.xpath(".//*[local-name()='annotation']/text()")
        tex = annotation[0] if annotation else node.get("alttext") or node.get("data-latex") or ""
        seen.formulas.append(tex)
    elif tag == "script" and "math/tex" in (node.get("type") or ""):
        seen.formulas.append(node.text or "")
    if tag == "span" and node.get("lang"):
        seen.lang.append((collapse(node.text_content()), node.get("lang")))


def _see_link(seen: Seen, node: Any, url: str) -> None:
    href = node.get("href") or ""
    text = collapse(node.text_content())
    if "#" in href and len(text) <= 4:
        seen.calls.append((text, seen.before))
    seen.links.append((text, urljoin(url, href) if href else ""))


def _see_image(seen: Seen, node: Any, url: str) -> None:
    if "math" in (node.get("class") or "") or "/math/render/" in (node.get("src") or ""):
        seen.formulas.append(node.get("alt") or "")
    source = node.get("src") or ""
    if source.startswith("data:") or not source:
        source = (node.get("srcset") or "").rsplit(", ", 1)[-1].split(" ")[0]
    if source:
        seen.images.append((urljoin(url, source), seen.before))


def _see_caption(seen: Seen, node: Any, url: str) -> None:
    image, caption = node.find(".//img"), node.find(".//figcaption")
    if image is not None and caption is not None:
        seen.captions.append((urljoin(url, image.get("src") or ""), collapse(caption.text_content())))


def _see_code(seen: Seen, node: Any, _url: str) -> None:
    around = (*node.iter("code"), node, *list(node.iterancestors())[:2])
    named = (_LANGUAGE.search(f"{each.get('class') or ''} ") for each in around)
    said = (each.get("data-lang") or each.get("data-language") for each in around)
    language = next(filter(None, said), None) or next((found[1] for found in named if found), "")
    seen.code.append((language.lower(), node.text_content().strip("\n")))


def _see_row(seen: Seen, node: Any, _url: str) -> None:
    in_head = node.getparent() is not None and node.getparent().tag == "thead"
    cells = [cell for cell in node if cell.tag in ("td", "th")]
    spans = [(int(cell.get("colspan") or 1), int(cell.get("rowspan") or 1)) for cell in cells]
    seen.rows.append(
        tuple(
            cell_text(collapse(cell.text_content()), in_head or cell.tag == "th", *span)
            for cell, span in zip(cells, spans, strict=True)
        )
    )


def _see_quote(seen: Seen, node: Any, url: str) -> None:
    cite = node.get("cite")
    seen.quotes.append((collapse(node.text_content()), urljoin(url, cite) if cite else ""))


def _see_item(seen: Seen, node: Any, _url: str) -> None:
    lists = [up for up in node.iterancestors() if up.tag in ("ul", "ol")]
    own = "".join(node.xpath(".//text()[not(ancestor::ul[ancestor::li] or ancestor::ol[ancestor::li])]"))
    if len(lists) > 1:
        own = (
            "".join(text for text in node.itertext() if text is not None)
            if not node.xpath(".//li")
            else node.text or ""
        )
    elif node.xpath(".//li"):
        own = node.text or ""
    seen.items.append((str(max(len(lists), 1)), _number(node, lists[0]) if lists else "", collapse(own)))


def _number(node: Any, owner: Any) -> str:
    if owner.tag != "ol":
        return ""
    items = [item for item in owner if item.tag == "li"]
    step = -1 if owner.get("reversed") is not None else 1
    number = int(owner.get("start") or (len(items) if step < 0 else 1))
    for item in items:
        number = int(item.get("value") or number)
        if item is node:
            return str(number)
        number += step
    return ""


# ── trafilatura ───────────────────────────────────────────────────────────────────────────────

_TEI_TAGS: Final = {"ref": "a", "graphic": "img", "list": "ul", "item": "li", "quote": "blockquote", "row": "tr"}
_RENDS: Final = {"#b": "b", "#i": "i", "#t": "code", "#sub": "sub", "#sup": "sup", "#u": "u"}


def seen_by_trafilatura(html: str, url: str) -> Seen:
    """Return what trafilatura keeps with all its switches for it on."""
    from trafilatura import extract  # noqa: PLC0415 - its import takes a third of a second

    xml = extract(
        html,
        url=url,
        output_format="xml",
        include_comments=False,
        include_links=True,
        include_images=True,
        include_formatting=True,
        include_tables=True,
    )
    if not xml:
        return Seen()
    root = lxml.html.fromstring("<div></div>")
    main = lxml.etree.fromstring(xml.encode()).find("main")
    root.append(_as_html(main) if main is not None else lxml.html.Element("div"))
    return seen_of_tree(root, url)


def _as_html(node: Any) -> Any:
    """Return a node of trafilatura's XML as HTML."""
    tag = _TEI_TAGS.get(node.tag, node.tag)
    if node.tag == "hi":
        tag = _RENDS.get(node.get("rend") or "", "span")
    elif node.tag == "list" and node.get("rend") == "ol":
        tag = "ol"
    elif node.tag == "cell":
        tag = "th" if node.get("role") == "head" else "td"
    elif node.tag == "code":
        tag = "pre" if "\n" in "".join(node.itertext()) else "code"
    html = lxml.html.Element(tag)
    for old, new in (("target", "href"), ("src", "src"), ("alt", "alt"), ("span", "colspan")):
        if node.get(old) and not (old == "span" and node.tag != "cell"):
            html.set(new, node.get(old))
    html.text = node.text
    for child in node:
        if child.tag == "lb":
            child.tag = "br"
        html.append(_as_html(child))
        html[-1].tail = child.tail
    return html
