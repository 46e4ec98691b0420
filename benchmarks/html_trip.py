"""Articles to HTML and back: whether cleaning the page of an article gives the article again.

    python benchmarks/html_trip.py CORPORA [--pages 200]

cleans pages of the corpora below CORPORA, each n-th of all, writes each article as HTML, cleans that, and compares
title, text, blocks and marks. It prints how many articles come back whole, by what differs, and the first differences.
"""

import difflib
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

from harvester.cleaning import clean_page
from harvester.errors import HarvesterError
from harvester.models import PAGE_TYPES, Article, Page, TextBlock
from harvester.rendering.html_page import render_html
from trips import chosen_articles


def again(article: Article) -> Article:
    """Return the article of the HTML of an article. Raises HarvesterError."""
    page = Page(url=article.url, body=render_html(article).encode("utf-8", "replace"))
    return clean_page(page, page_types=PAGE_TYPES)[0]


def plain(block: TextBlock) -> str:
    """Return a block in short, without its language: of a short text that is guessed, and the page helps to."""
    return _short(replace(block, lang=None))


def _short(value: object) -> str:
    if is_dataclass(value) and not isinstance(value, type):
        said = ((field, getattr(value, field.name)) for field in fields(value))
        return f"{type(value).__name__}({', '.join(f'{f.name}={_short(v)}' for f, v in said if v != f.default)})"
    return f"({', '.join(map(_short, value))})" if isinstance(value, tuple) else repr(value)


def differences(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what of an article does not come back: the part of it, and what was and is."""
    try:
        back = again(article)
    except HarvesterError as error:
        yield "article", str(error)
        return
    for part in ("title", "text"):
        old, new = getattr(article, part), getattr(back, part)
        if old != new:
            yield part, f"{len(old or '')} characters are {len(new or '')}"
    for line in difflib.unified_diff(list(map(plain, article.blocks)), list(map(plain, back.blocks)), lineterm="", n=0):
        if not line.startswith(("---", "+++", "@@")):
            yield "blocks", line


def main() -> None:
    """Print how many articles come back whole."""
    pages = whole = 0
    parts: Counter[str] = Counter()
    for sample, article in chosen_articles(__doc__.partition("\n")[0]):
        pages += 1
        found = list(differences(article))
        whole += not found
        parts.update({part for part, _ in found})
        for part, words in found[:4]:
            sys.stdout.write(f"{sample.corpus}/{sample.id}: {part}: {words[:300]}\n")
    sys.stdout.write(f"{whole} of {pages} articles come back whole; {dict(parts)} differ\n")


if __name__ == "__main__":
    main()
