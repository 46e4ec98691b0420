"""An article on several pages, cleaned and put together: the one way, for crawls and for archives."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from harvester.cleaning import clean_page, measures, render_text
from harvester.errors import HarvesterError
from harvester.models import USUAL_TYPES, Article, Cleaning, Page, Role, SiteMemory, TextBlock
from harvester.rules.site_rules import SiteRules
from harvester.text import fold

_MIN_SHARED_CHARS: Final = 20  # of a block that was on an earlier page; shorter ones may be said twice


def clean_pages(
    pages: Sequence[Page],
    memory: SiteMemory | None = None,
    page_types: Collection[str] = USUAL_TYPES,
    first: Article | None = None,
    site: SiteRules | None = None,
    comments: bool = False,
) -> Article:
    """Return the article on all of `pages`, in order; a later page without one ends it.

    `memory` and the rules `site` are of their site, `page_types` are the types of page that are asked for, `comments`
    asks for those of readers, and `first` is what is on the first of them, where that is cleaned already. Raises
    HarvesterError where the first page holds no article.
    """
    articles = [first or clean_page(pages[0], memory=memory, page_types=page_types, site=site, comments=comments)[0]]
    for page in pages[1:]:
        try:
            articles.append(clean_page(page, memory=memory, page_types=page_types, site=site, comments=comments)[0])
        except HarvesterError:
            break
    return join_pages(tuple(articles))


def join_pages(articles: tuple[Article, ...]) -> Article:
    """Return one article of the pages of an article, in order: fields and page record of the first, text of all.

    What a page repeats of an earlier one (headline, standfirst, notices) is kept once. At least one is needed.
    """
    first, *others = articles
    if not others:
        return first
    seen = {fold(piece) for block in first.blocks for piece in _pieces(block) if piece}
    seen |= {fold(text) for text in (first.title, first.subtitle) if text}
    blocks = list(first.blocks)
    for article in others:
        new = [kept for block in article.blocks if (kept := _without_repeated(block, seen)) is not None]
        seen |= {fold(line) for block in new for line in _pieces(block) if line}
        blocks += new
    text = render_text(blocks)
    images = tuple(dict.fromkeys(image for article in articles for image in article.images))
    cleaning = _summed([article.cleaning for article in articles], len(text))
    videos = tuple(dict.fromkeys(video for article in articles for video in article.videos))
    comments = next((article.comments for article in articles if article.comments), ())  # each page has all
    first = replace(first, videos=videos, comments=comments)
    return replace(first, blocks=tuple(blocks), text=text, images=images, cleaning=cleaning, **measures(text))


def _pieces(block: TextBlock) -> list[str]:
    """Return what may be repeated by itself: a row of a table, or all of a block."""
    return block.text.split("\n") if block.table is not None else [block.text]


def _without_repeated(block: TextBlock, seen: set[str]) -> TextBlock | None:
    """Return the block without the rows that an earlier page has; None where all of it was on one."""
    if block.table is None:
        return None if _is_repeated(block.text, block.role, seen) else block
    texts = _pieces(block)
    kept = [number for number, text in enumerate(texts) if not _is_repeated(text, block.role, seen)]
    if len(kept) == len(texts) or len(texts) != len(block.table.rows):
        return block
    rows = tuple(block.table.rows[number] for number in kept)
    text = "\n".join(texts[number] for number in kept)
    return replace(block, text=text, table=replace(block.table, rows=rows)) if kept else None


def _is_repeated(text: str, role: Role, seen: set[str]) -> bool:
    folded = fold(text)
    return folded in seen and (len(folded) >= _MIN_SHARED_CHARS or role is Role.HEADING)


def _summed(cleanings: list[Cleaning], kept_chars: int) -> Cleaning:
    """Return the cleaning of all pages: what was removed added up, the least confidence."""
    removed: dict[str, int] = {}
    for cleaning in cleanings:
        for kind, chars in cleaning.removed.items():
            removed[kind] = removed.get(kind, 0) + chars
    least = min(cleanings, key=lambda cleaning: cleaning.confidence)
    return replace(least, kept_chars=kept_chars, removed=dict(sorted(removed.items())))
