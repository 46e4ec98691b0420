"""What is remembered between pages is small: no cache holds a long text of a page that is done."""

import gc
import sys
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from itertools import chain

from metadata_pages import PROSE, json_ld, metadata_of

OWN = "Wrackholm"  # a word that no other test has
LONG = f"Jane Doe, 5 March 2024, Politics | The harbour of {OWN} " * 400
MOST_CHARS = 5_000
OF_ONE_PAGE = 2  # entries of a cache that is for the page at hand


def held_texts() -> Iterator[tuple[str, int]]:
    """Yield the names of the functions whose caches hold texts of the page, and the lengths of these."""
    for cache in caches():
        for key in chain.from_iterable(held for held in gc.get_referents(cache) if isinstance(held, dict)):
            for text in (key,) if isinstance(key, str) else gc.get_referents(key):
                if isinstance(text, str) and OWN in text:
                    yield cache.__name__, len(text)


def caches() -> Iterator["_lru_cache_wrapper[object]"]:
    """Yield the caches of all modules, without those of one page."""
    modules = [module for name, module in sys.modules.items() if name.startswith("harvester.")]
    for value in chain.from_iterable(vars(module).values() for module in modules):
        if isinstance(value, _lru_cache_wrapper) and value.cache_info().maxsize != OF_ONE_PAGE:
            yield value


def test_no_cache_holds_a_long_text_of_a_page() -> None:
    metas = ("author", "article:section", "article:tag", "keywords", "og:title", "article:published_time", "source")
    head = "".join(f'<meta property="{name}" content="{LONG}{name}">' for name in metas)
    record = json_ld(headline=f"{LONG}1", author={"name": f"{LONG}2"}, articleSection=f"{LONG}3", keywords=f"{LONG}4")
    body = (
        f"<h1>{LONG}5</h1><p class=byline>By {LONG}6</p><p><a rel=author href='/authors/{LONG}7'>{LONG}8</a></p>"
        f"<figure><img src=/a.jpg width=900><figcaption>Photo: {LONG}9</figcaption></figure>"
        f"<p lang='en-{LONG}'>{PROSE}</p><p>{PROSE}</p><p>Source: {LONG}</p><a rel=tag href=/t>{LONG}t</a>"
    )
    metadata_of(body, f"<title>{LONG}</title>{head}{record}", lang=f"en-{LONG}")
    held = set(held_texts())
    assert {name for name, chars in held if chars > MOST_CHARS} == set()
    assert held
