"""An article on several pages, cleaned and put together: the one way, for crawls and for archives."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from harvester.cleaning import clean_page, render_text
from harvester.errors import HarvesterError
from harvester.models import USUAL_TYPES, Article, Cleaning, Page, Role, SiteMemory, TextBlock
from harvester.text import fold

_MIN_SHARED_CHARS: Final = 20  # of a block that was on an earlier page; shorter ones may be said twice


def clean_pages(
    pages: Sequence[Page],
    memory: SiteMemory | None = None,
    page_types: Collection[str] = USUAL_TYPES,
    first: Article | None = None,
) -> Article:
    """Return the article on all of `pages`, in order; a later page without one ends it.

    `memory` is that of their site, `page_types` are the types of page that are asked for, and `first` is what stands on
    the first of them, where that is cleaned already. Raises HarvesterError where the first page holds no article.
    """
    articles = [first or clean_page(pages[0], memory=memory, page_types=page_types)[0]]
    for page in pages[1:]:
        try:
            articles.append(clean_page(page, memory=memory, page_types=page_types)[0])
        except HarvesterError:
            break
    return join_pages(tuple(articles))


def join_pages(articles: tuple[Article, ...]) -> Article:
    """Return one article of the pages of an article, in order: fields and page record of the first, text of all.

    What a page repeats of an earlier one (headline, standfirst, notices) stands once. At least one is needed.
    """
    first, *others = articles
    if not others:
        return first
    seen = {fold(block.text) for block in first.blocks} | {fold(text) for text in (first.title, first.subtitle) if text}
    blocks = list(first.blocks)
    for article in others:
        new = [block for block in article.blocks if not _is_repeated(block, seen)]
        seen |= {fold(block.text) for block in new}
        blocks += new
    text = render_text(blocks)
    images = tuple(dict.fromkeys(image for article in articles for image in article.images))
    cleaning = _summed([article.cleaning for article in articles], len(text))
    return replace(first, blocks=tuple(blocks), text=text, images=images, cleaning=cleaning)


def _is_repeated(block: TextBlock, seen: set[str]) -> bool:
    text = fold(block.text)
    return text in seen and (len(text) >= _MIN_SHARED_CHARS or block.role is Role.HEADING)


def _summed(cleanings: list[Cleaning], kept_chars: int) -> Cleaning:
    """Return the cleaning of all pages: what was removed added up, the least confidence."""
    removed: dict[str, int] = {}
    for cleaning in cleanings:
        for kind, chars in cleaning.removed.items():
            removed[kind] = removed.get(kind, 0) + chars
    least = min(cleanings, key=lambda cleaning: cleaning.confidence)
    return replace(least, kept_chars=kept_chars, removed=dict(sorted(removed.items())))
