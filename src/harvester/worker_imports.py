"""What any page needs, loaded: imported by the server of worker processes, so that each is born with it.

By a page that is cleaned: tables, patterns and trees are read when they are first asked for, which costs a process
some tenths of a second. Nothing else is to import this module, save `crawl/reader_imports.py`, and the benchmark that
measures pages as such a process meets them.
"""

import gc
from typing import Final

_SENTENCE: Final = "On day {} the board of the town looked at the harbour, and nobody said what was found there. "
_RECORD: Final = """{"@context": "https://schema.org", "@type": "NewsArticle",
    "headline": "A town looks at its harbour", "author": {"name": "Ada Holm (Town Post)"},
    "datePublished": "2026-01-02", "image": "/a.jpg", "publisher": {"name": "Post"}}"""
_PAGE: Final = """<html lang=en><head><title>A town looks at its harbour - Post</title>
    <meta name=description content="Of a town">
    <meta property="og:title" content="A town looks at its harbour"><link rel=canonical href="/a">
    <script type="application/ld+json">{record}</script></head><body><nav><a href=/>Home</a></nav><article>
    <h1>A town looks at its harbour</h1><p class=byline>By Ada Holm, 2 January 2026</p>
    <p>Ada Holm, Town News Agency</p><p>3 January 2026</p><p>Jo Bay at Sea Town</p>
    <figure><img src=/a.jpg><figcaption>Photo: Jo Bay</figcaption></figure>
    {text}<p>Read more: <a href=/b>Another town</a></p></article></body></html>"""


def _load() -> None:
    """Load all, the collector at rest: it would go through all that is there a hundred times, for next to nothing."""
    collects = gc.isenabled()
    gc.disable()
    try:
        _warm_up()
    finally:
        if collects:
            gc.enable()


def _warm_up() -> None:
    from harvester.cleaning.resources import loaded  # noqa: PLC0415 - the collector is to rest before
    from harvester.models import Page  # noqa: PLC0415
    from harvester.multipage import clean_pages  # noqa: PLC0415
    from harvester.urls import check_url  # noqa: PLC0415

    paragraphs = "".join(f"<p>{_SENTENCE.format(day) * 3}</p>" for day in range(5))
    body = _PAGE.format(record=_RECORD, text=paragraphs).encode()
    try:
        # A host of four labels, whose end may be two: the list of public suffixes takes a tenth of a second to load.
        clean_pages((Page("https://news.town.co.uk/a", body),))
        check_url("https://Town.example/")  # no plain one: one link in some thousand needs the whole parser of URLs
        rules = loaded(None).rules
        rules.lines(_SENTENCE, frozenset(rules.lexicon.languages))  # the wordings of a language take a millisecond
    except Exception:  # noqa: BLE001 - a wrong table, or a fault: whoever cleans a page meets it again, and reports it
        return
    gc.freeze()  # what is loaded stays, in memory that all processes share


_load()
