"""The pages of visits, kept in an archive before anything points there: each once, whatever becomes of its article."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from harvester.crawl.article_files import article_path, check_place, read_current
from harvester.crawl.finished_visit import FinishedVisit, article_of
from harvester.crawl.state.rows import KnownUrl
from harvester.models import Archive, Page

if TYPE_CHECKING:
    from harvester.archive.formats.warc_writer import ArchivedAnswer


class ArchiveWriter(Protocol):
    """Keeps raw pages."""

    def append(self, page: Page) -> Archive:
        """Write a page and return where it is."""

    def revisit(self, page: Page, earlier: "ArchivedAnswer") -> Archive:
        """Write that a page came again as it was, and return where that is."""

    def sync(self) -> None:
        """Make what was written last through a power cut."""

    def close(self) -> None:
        """Close the file."""


class VisitArchive:
    """Archives the pages of one run; used by one thread."""

    def __init__(self, archive: ArchiveWriter, output: Path) -> None:
        self._archive = archive
        self._output = output
        self._placed: dict[int, Archive | None] = {}  # of a batch, by URL; None: noted as a page that came again

    def begin_batch(self) -> None:
        """Forget where the pages of the last batch are."""
        self._placed.clear()

    def close(self) -> None:
        """Close the archive."""
        self._archive.close()

    def kept(self, visits: Sequence[FinishedVisit]) -> Sequence[FinishedVisit]:
        """Return the visits, the articles with the place where their pages are kept. Raises StoreError.

        Where a visit of the batch fails later, each is written down once more: its page is archived already.
        """
        meant = [visit for visit in visits if visit.is_archived]
        for visit in meant:  # before the first: a page whose article finds no place would be archived at each try
            if (article := visit.reading.article) is not None:
                check_place(self._output, visit.url.url, article.id)
        if not meant:
            return visits
        kept = [self._keep(visit, visit.page) if visit.is_archived else visit for visit in visits]
        self._archive.sync()
        return kept

    def _keep(self, visit: FinishedVisit, page: Page | None) -> FinishedVisit:
        article = visit.reading.article
        if page is None:
            return visit
        if visit.url.id not in self._placed:
            self._placed[visit.url.id] = self._archived(visit, page)
        place = self._placed[visit.url.id]
        if article is None or place is None:
            return visit
        kept = replace(article, page=replace(article.page, archive=place))
        return replace(visit, reading=replace(visit.reading, article=kept))

    def _archived(self, visit: FinishedVisit, page: Page) -> Archive | None:
        """Archive the pages of an article and return where the first is; None of a page that came again as it was."""
        if visit.reading.article is None:
            self._repeat(visit.url, page)
            return None
        place = self._archive.append(page)
        for part in visit.visit.pages[1:]:
            self._archive.append(part)
        return place

    def _repeat(self, url: KnownUrl, page: Page) -> None:
        """Archive that a page came again as its article has it; nothing where it was not archived then."""
        from harvester.archive.formats.warc_reader import payload_digest  # noqa: PLC0415 - as below
        from harvester.archive.formats.warc_writer import ArchivedAnswer  # noqa: PLC0415 - crawls without archive need none

        article = read_current(article_path(self._output, url.url, article_of(url)))
        place = article.page.archive if article is not None else None
        if article is None or place is None or article.url is None:
            return
        if article.fetched_at is None or place.digest != payload_digest(page.body):
            return
        self._archive.revisit(
            page, ArchivedAnswer(article.url, datetime.fromisoformat(article.fetched_at), place.digest)
        )
