"""Other extractors, each as a function from a page's bytes to the text it returns; "" where it finds none.

trafilatura is a dependency of the project; the others are measured when they can be imported
(`pip install resiliparse readability-lxml newspaper4k`). Each is called as its documentation shows, and decodes
the bytes itself where it can.
"""

import warnings
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

Extract = Callable[[bytes, str | None], str]  # body, URL

# What parsers raise on broken pages; a page that makes an extractor fail has no text.
# ImportError: a language whose support was not installed.
_FAILURES = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)


def peers() -> dict[str, Extract]:
    """Return the extractors that are installed, by the name they are reported under."""
    offered: tuple[tuple[str, str, Extract], ...] = (
        ("trafilatura", "trafilatura", _trafilatura()),
        ("trafilatura favor_precision", "trafilatura", _trafilatura(favor_precision=True)),
        ("readability-lxml", "readability", _readability),
        ("newspaper4k", "newspaper", _newspaper),
        ("resiliparse", "resiliparse", resiliparse_text),
    )
    return {name: _guarded(extract) for name, module, extract in offered if find_spec(module)}


def _guarded(extract: Extract) -> Extract:
    def guarded(body: bytes, url: str | None) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                return extract(body, url)
            except _FAILURES:
                return ""

    return guarded


def _trafilatura(**options: bool) -> Extract:
    def extract(body: bytes, url: str | None) -> str:
        # Comments count as false text in every corpus; leaving them out is in trafilatura's favour.
        return import_module("trafilatura").extract(body, url=url, include_comments=False, **options) or ""

    return extract


def _readability(body: bytes, url: str | None) -> str:
    summary = import_module("readability").Document(decoded(body), url=url).summary(html_partial=True)
    tree: Any = import_module("lxml.html").fromstring(summary)
    # Its answer is HTML; a reader sees a line for each block.
    for element in tree.iter("p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"):
        element.tail = "\n" + (element.tail or "")
    return str(tree.text_content())


def _newspaper(body: bytes, url: str | None) -> str:
    html = decoded(body)
    article = import_module("newspaper").Article(url or "http://localhost/", fetch_images=False)
    article.download(input_html=html)
    article.parse()
    return article.text or ""


def resiliparse_text(body: bytes, url: str | None) -> str:
    """Return the main content as resiliparse sees it."""
    extract = import_module("resiliparse.extract.html2text").extract_plain_text
    return str(extract(decoded(body), main_content=True, alt_texts=False, preserve_formatting=True))


def decoded(body: bytes) -> str:
    """Return the text of a page, by resiliparse's detection where it is installed, else by ours."""
    if find_spec("resiliparse"):
        encoding = import_module("resiliparse.parse.encoding")
        return str(encoding.bytes_to_str(body, encoding.detect_encoding(body)))
    return str(import_module("harvester.decode").decode(body, None, "the page"))
