"""What stands at the address of an article: the article, edited perhaps or at a new address, or another text.

A site in maintenance answers each address with one notice, and one that asks for a login leads each address there:
that is a version of no article, and no article of an address that is visited for the first time. What a page is at a
new address is known by the name that it had.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

from harvester.crawl.article_edits import is_new_version
from harvester.crawl.article_files import article_path, read_current
from harvester.crawl.failure_table import of_outcome
from harvester.crawl.finished_visit import (
    ADOPTED,
    FinishedVisit,
    article_of,
    as_another,
    as_replaced,
    as_unchanged,
    figures_in,
    figures_of,
    is_stored,
)
from harvester.crawl.health import is_alike
from harvester.crawl.reposts import MAX_CANDIDATE_BITS, copy_mark, is_continued, is_part_of
from harvester.crawl.state.rows import Figures, KnownUrl, LastText, article_id, hash_of
from harvester.errors import Reason
from harvester.fingerprint import hamming
from harvester.models import Article
from harvester.url_names import display_url

_OF_OTHERS: Final = "one text stands at several addresses of the site"
_MANY: Final = 2  # other addresses with one text: a story may stand at two, as at one for mobile phones
_DOUBTS: Final = 2  # visits that do not believe in another text: the third comes some hours later, behind most outages

LastTexts = Callable[[int], Sequence[LastText]]  # of a source
LastTextsOfMany = Callable[[Collection[int]], Mapping[int, Sequence[LastText]]]


def with_articles_kept(
    visits: Sequence[FinishedVisit], output: Path, last_texts: LastTextsOfMany
) -> Iterator[FinishedVisit]:
    """Yield the visits; of known articles under the names that they have, and as `replaced` where the text is another.

    Another text in the place of an article is believed at the third visit in a row, some hours after the first, if no
    other address has it: so is a page whose text is a new one each day. It is believed at once where the text that went
    was one of several addresses. Behind a redirect it never is: it has an address of its own.

    What a paywall leaves of an article that is known as a whole is no edit of it.

    No article begins with a text that stands in place of known ones lately; where it stands in place of one alone, it
    is believed as late as there. Nor does one begin with a short text that another address gave under the same title;
    longer ones are found as copies.
    """
    batch: dict[int, list[LastText]] = defaultdict(list)

    @cache  # of all sources at once, where one is asked for: a statement for each visit takes longer than writing it
    def known() -> Mapping[int, Sequence[LastText]]:
        return last_texts({visit.url.source_id for visit in visits if is_stored(visit)})

    def texts_of(source: int) -> Sequence[LastText]:
        return (*known().get(source, ()), *batch[source])

    for visit in visits:
        kept = _kept(visit, output, texts_of)
        if (figures := figures_of(kept)) is not None:
            is_replaced = kept.reading.outcome == Reason.REPLACED
            batch[kept.url.source_id].append(LastText(kept.url.id, figures.text, is_replaced))
        yield kept


def _kept(visit: FinishedVisit, output: Path, last_texts: LastTexts) -> FinishedVisit:
    article = visit.reading.article
    if article is None or not is_stored(visit) or _is_adopted(visit):
        return visit
    if visit.url.memory.version is None:
        return as_replaced(visit, _OF_OTHERS) if _is_notice(visit, last_texts) else visit
    if visit.reading.paywalled and _is_cut(visit, article, output):
        return as_unchanged(visit, "only its beginning is shown, behind a paywall; the article stays as it is")
    return visit if _is_plainly_it(visit, article) else _settled(visit, article, output, last_texts)


def _is_cut(visit: FinishedVisit, article: Article, output: Path) -> bool:
    """Return whether a paywall leaves only a part of what is known of an article."""
    known = read_current(article_path(output, visit.url.url, article_of(visit.url)))
    is_known_whole = known is not None and not (known.edition is not None and known.edition.paywalled)
    return known is not None and is_known_whole and is_part_of(article, known)


def _is_adopted(visit: FinishedVisit) -> bool:
    """Return whether a person says that this is the article."""
    return visit.page is not None and visit.page.header(ADOPTED[0]) == ADOPTED[1]


def _is_plainly_it(visit: FinishedVisit, article: Article) -> bool:
    """Return whether a text is at its own address, and nearly the one that it was."""
    before, now = visit.url.memory.story, visit.reading.story
    is_near = before is not None and now is not None and hamming(before, now) <= MAX_CANDIDATE_BITS
    return is_near and article.id == article_of(visit.url)


def _settled(visit: FinishedVisit, article: Article, output: Path, last_texts: LastTexts) -> FinishedVisit:
    name = article_of(visit.url)
    known = read_current(article_path(output, visit.url.url, name))
    if known is None:
        return visit
    if is_continued(known, article):
        return replace(visit, reading=replace(visit.reading, article=replace(article, id=name)))
    if article.id not in (name, article_id(hash_of(visit.url.url))):
        address = display_url(article.url) if article.url else "another address"
        return as_replaced(visit, f"leads to another text now, at {address}; the article stays as it is")
    if _sharing(figures_of(visit), visit, last_texts):
        return as_replaced(visit, f"{_OF_OTHERS}; the article stays as it is")
    if _is_doubted(visit) and len({one.url for one in _sharing(figures_in(known), visit, last_texts)}) < _MANY:
        return as_replaced(visit, "another text altogether; it is a new version if it stands there for some hours")
    return as_another(visit)


def _is_notice(visit: FinishedVisit, last_texts: LastTexts) -> bool:
    """Return whether the first text of an address is none of its own.

    One other address may show it in place of its article for good: a ticker does, when a report is written of it.
    """
    others = _sharing(figures_of(visit), visit, last_texts)
    if visit.reading.story is None:
        return bool(others)
    is_shown_by_many = len({one.url for one in others}) >= _MANY
    return any(one.is_replaced for one in others) and (is_shown_by_many or _is_doubted(visit))


def _is_doubted(visit: FinishedVisit) -> bool:
    """Return whether another text has not stood at an address for long enough to be believed."""
    doubts = visit.url.history.failures if visit.url.outcome == Reason.REPLACED else 0
    return doubts < _DOUBTS * of_outcome(Reason.REPLACED).halves


def _sharing(figures: Figures | None, visit: FinishedVisit, last_texts: LastTexts) -> tuple[LastText, ...]:
    """Return the texts that other addresses of the source gave lately and that are nearly this one."""
    if figures is None:
        return ()
    others = (one for one in last_texts(visit.url.source_id) if one.url != visit.url.id)
    return tuple(one for one in others if is_alike(figures.text, [one.text]))


def goes_on(visit: FinishedVisit, known: KnownUrl, article: Article) -> bool:
    """Return whether a copy of an article that is not visited any more was edited since it was found to be one.

    Its site has moved to another host, or its source was taken out: the copy is where the edits are.
    """
    reading, memory = visit.reading, visit.url.memory
    new, story, before = reading.article, reading.story, memory.story
    is_copy = memory.article is not None and memory.version is None and before is not None
    if not known.is_left or not is_copy or new is None or story is None:
        return False
    # What an earlier harvester left is the text's simhash alone.
    return before not in (story, copy_mark(new, story)) and is_new_version(article, new)
