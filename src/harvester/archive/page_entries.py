"""What is in the files that people have saved: a page, the loss of one, or an answer that is no page."""

from dataclasses import dataclass

from harvester.archive.saved_page import SavedPage
from harvester.errors import HarvesterError


@dataclass(frozen=True, slots=True)
class Passed:
    """An answer in an archive that nobody expects an article of: counted, not reported as a failure."""

    why: str  # "not_html", "revisit", "status", "empty"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing found in a file or container, in the order in which it is there."""

    name: str  # as messages name it: "a.html", "crawl.warc.gz:10432", "pages.zip!a/b.html", "pages.jsonl:17"
    place: int  # in its container, ascending: bytes where one can seek there, else its number; 0: a file of its own
    found: SavedPage | HarvesterError | Passed
