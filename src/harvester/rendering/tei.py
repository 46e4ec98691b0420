"""An article as TEI P5: a header with its fields, the text in divisions below its headings."""

from collections.abc import Iterator, Sequence
from typing import Final

from harvester.models import Article, Role, TextBlock
from harvester.rendering.footnote_numbers import FootnoteNumbers
from harvester.rendering.tei_body import body_tei
from harvester.rendering.tei_header import corpus_header, header_tei
from harvester.rendering.tei_inline import language

_ANYWHERE: Final = frozenset({Role.FOOTNOTE, Role.SEPARATOR, Role.FIGURE, Role.EMBED})
_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = 'xmlns="http://www.tei-c.org/ns/1.0"'


def render_tei(article: Article, number: int | None = None) -> str:
    """Return the article as a TEI P5 document: a file, or the one of this `number` in a corpus."""
    main = article.languages[0] if article.languages else None
    lines = (f"<TEI {_NAMESPACE}{language(main)}>", *header_tei(article), *_text(article.blocks, number), "</TEI>")
    return (_DECLARATION if number is None else "") + "\n".join(lines) + "\n"


def corpus_start() -> str:
    """Return what is before the articles of a corpus."""
    return _DECLARATION + "\n".join((f"<teiCorpus {_NAMESPACE}>", *corpus_header())) + "\n"


def corpus_end() -> str:
    """Return what is behind the articles of a corpus."""
    return "</teiCorpus>\n"


def _text(blocks: Sequence[TextBlock], number: int | None) -> Iterator[str]:
    yield "<text>"
    yield "<body>"
    if all(block.role in _ANYWHERE for block in blocks):
        yield "<p/>"  # a body holds more than what may be anywhere
    yield from body_tei(blocks, FootnoteNumbers(blocks, "" if number is None else f"a{number}-", keeps_ids=False))
    yield "</body>"
    yield "</text>"
