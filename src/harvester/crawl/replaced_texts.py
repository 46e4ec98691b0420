"""What stands at the address of a known article: the article, edited perhaps or at a new address, or another text.

A site in maintenance answers each address with one notice, and one that asks for a login leads each address there:
that is a version of no article. What a page is at a new address is known by the name that it had.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from harvester.crawl.article_edits import is_new_version
from harvester.crawl.article_files import article_path, read_current
from harvester.crawl.failure_table import of_outcome
from harvester.crawl.finished_visit import ADOPTED, FinishedVisit, article_of, as_replaced, figures_of, is_stored
from harvester.crawl.health import is_alike
from harvester.crawl.reposts import MAX_CANDIDATE_BITS, is_continued
from harvester.crawl.state.rows import KnownUrl
from harvester.errors import Reason
from harvester.fingerprint import hamming
from harvester.models import Article
from harvester.url_names import display_url

_DOUBTS: Final = 2  # visits that do not believe in another text: the third comes some hours later, behind most outages

LastTexts = Callable[[int], Sequence[tuple[int, int]]]  # of a source, the latest ones: number of the URL, simhash


def with_articles_kept(visits: Sequence[FinishedVisit], output: Path, last_texts: LastTexts) -> Iterator[FinishedVisit]:
    """Yield the visits; of known articles under the names that they have, and as `replaced` where the text is another.

    Another text in the place of an article is believed at the third visit in a row, some hours after the first, if no
    other address has it: so is a page whose text is a new one each day. Behind a redirect it never is: it has an
    address of its own.
    """
    for visit in visits:
        article = visit.reading.article
        if (
            article is None
            or not is_stored(visit)
            or visit.url.memory.version is None
            or _is_plainly_it(visit, article)
        ):
            yield visit
        else:
            yield _settled(visit, article, output, last_texts)


def _is_plainly_it(visit: FinishedVisit, article: Article) -> bool:
    """Return whether a text is at its own address, and nearly the one that it was; or a person says that it is."""
    if visit.page is not None and visit.page.header(ADOPTED[0]) == ADOPTED[1]:
        return True
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
    if article.id != name:
        address = display_url(article.url) if article.url else "another address"
        return as_replaced(visit, f"leads to another text now, at {address}; the article stays as it is")
    if _is_of_others(visit, last_texts):
        return as_replaced(visit, "one text stands at several addresses of the site; the article stays as it is")
    doubts = visit.url.history.failures if visit.url.outcome == Reason.REPLACED else 0
    if doubts < _DOUBTS * of_outcome(Reason.REPLACED).halves:
        return as_replaced(visit, "another text altogether; it is a new version if it stands there for some hours")
    return visit


def _is_of_others(visit: FinishedVisit, last_texts: LastTexts) -> bool:
    """Return whether another address of the source gave nearly the same text lately."""
    figures = figures_of(visit)
    others = [text for url, text in last_texts(visit.url.source_id) if url != visit.url.id]
    return figures is not None and is_alike(figures.text, others)


def goes_on(visit: FinishedVisit, known: KnownUrl, article: Article) -> bool:
    """Return whether a copy of an article that is not visited any more was edited since it was found to be one.

    Its site has moved to another host, or its source was taken out: the copy is where the edits are.
    """
    new, before = visit.reading.article, visit.url.memory.story
    is_edited = visit.url.outcome == Reason.DUPLICATE and before != visit.reading.story
    return known.is_left and is_edited and new is not None and is_new_version(article, new)
