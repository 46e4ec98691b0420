"""Articles for the tests of sets, some of them hard to keep."""

import json
from dataclasses import replace

from harvester.models import (
    Alternate,
    Archive,
    Article,
    Cleaning,
    Edition,
    Image,
    PageRecord,
    Role,
    Source,
    TextBlock,
)
from harvester.store.articles import article_line

BLOCKS = (
    TextBlock(Role.HEADING, "What the pier cost", 2, "en"),
    TextBlock(Role.PARAGRAPH, "The pier opened on Monday."),
    TextBlock(Role.LIST_ITEM, "Steel", 1),
)
PLAIN = Article(
    schema="harvester/article/2",
    id="0123456789abcdef",
    url="https://harbour-courier.example/pier",
    canonical_url=None,
    amp_url=None,
    alternates=(),
    site="Harbour Courier",
    kind="news",
    title="A new pier",
    subtitle=None,
    authors=("Ada Holm",),
    editors=(),
    agencies=(),
    published="2024-05-01",
    modified=None,
    languages=("en",),
    reading_order=(),
    section="Town",
    section_path=(),
    tags=("harbour",),
    description=None,
    images=(),
    source=None,
    licence=None,
    access=None,
    text="\n\n".join(block.text for block in BLOCKS),
    blocks=BLOCKS,
    fetched_at=None,
    page=PageRecord("0" * 64, 10),
    cleaning=Cleaning("classifier", 0.9, "good", "0.1.0", "abc-def", 50, {"menu": 4, "share_bar": 3}),
)
FULL = replace(
    PLAIN,
    id="f" * 16,
    url="https://harbour-courier.example/full",
    alternates=(Alternate("fr", "https://harbour-courier.example/fr"),),
    images=(Image("https://harbour-courier.example/a.jpg", "A", None, "alt"), Image("b.jpg")),
    source=Source(None, None, "Source: Gazette", "T"),
    access="free",
    section_path=("Home", "Town"),
    page=PageRecord("1" * 64, 2**40, Archive("a.warc.gz", 12, "sha1:X")),
    edition=Edition(2, "versions/f.1.json", "2024-05-01T00:00:00+00:00", ("tdm",), paywalled=True),
)
HARD_TEXTS = (
    "a\ud800b \ud83d\ude00 \udfff",  # lone surrogates, and a pair
    "nul \x00 bell \x07 esc \x1b",
    "separators \u2028 \u2029 \x85 \x0b \x0c",
    'quotes " \\ / </script> \\u2028 &amp;',
    "marks \u202e \ufeff \U000e0001 港口 \U0001f468\u200d\U0001f469",
    "line\nfeed\r\n tab\t",
)


def numbered(number: int, **changes: object) -> Article:
    """Return an article of its own id and URL."""
    return replace(PLAIN, id=f"{number:016x}", url=f"https://harbour-courier.example/{number}", **changes)


HARD = tuple(
    numbered(number, title=text, tags=(text,), text=text, blocks=(TextBlock(Role.CODE, text),))
    for number, text in enumerate(HARD_TEXTS)
)
ARTICLES = (PLAIN, FULL, replace(PLAIN, id="a" * 16, url=None, blocks=(), text="", title=None), *HARD)
LINES = tuple(article_line(article) for article in ARTICLES)


def lines_of(*numbers: int) -> list[bytes]:
    """Return one line for each number."""
    return [article_line(numbered(number)) for number in numbers]


def changed(line: bytes, **fields: object) -> bytes:
    """Return a line with other values, or without those that are `...`."""
    article = json.loads(line) | fields
    kept = {name: value for name, value in article.items() if value is not ...}
    return json.dumps(kept, ensure_ascii=False).encode() + b"\n"
