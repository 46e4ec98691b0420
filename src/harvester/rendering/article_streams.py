"""Many articles one after another, as they are printed."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal

from harvester.models import Article
from harvester.rendering.csv_rows import csv_header, csv_row
from harvester.rendering.format_names import DEFAULT_STYLE, Readable, Style
from harvester.rendering.formats import rendered
from harvester.rendering.tei import corpus_end, corpus_start, render_tei


def stream(
    articles: Iterable[Article], form: Readable | Literal["csv"], style: Style = DEFAULT_STYLE
) -> Iterator[bytes]:
    """Yield what is printed: texts with two blank lines between them, pages one by one, rows below their header.

    Several articles in TEI are one `teiCorpus`, a single one is as it is in its file.
    """
    if form == "csv":
        yield csv_header()
        yield from map(csv_row, articles)
    elif form == "tei":
        yield from _corpus(iter(articles))
    else:
        between = b"" if form == "html" else b"\n\n"
        for number, article in enumerate(articles):
            yield (between if number else b"") + rendered(article, form, style)


def _corpus(articles: Iterator[Article]) -> Iterator[bytes]:
    first, second = next(articles, None), next(articles, None)
    if first is None:
        return
    if second is None:
        yield rendered(first, "tei")
        return
    yield corpus_start().encode()
    for number, article in enumerate(chain((first, second), articles), start=1):
        yield render_tei(article, number).encode("utf-8", "replace")
    yield corpus_end().encode()
