"""What the reading processes of a crawl are given, and give back: a visit to read, or an answer about a host."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from harvester.crawl.host_profile import HostProfile, read_profile
from harvester.crawl.visit import AnswerReading, Visit
from harvester.errors import HarvesterError
from harvester.models import Article, Page

WARM: Final = "harvester.crawl.reader_imports"  # the module whose import loads what `read_work` needs


@dataclass(frozen=True, slots=True)
class ProfileTask:
    """An answer to one of the questions, to be read in a worker process."""

    facts: HostProfile
    url: str
    page: Page


Work = Visit | ProfileTask
Read = Callable[[Work], Awaitable[AnswerReading | HostProfile | HarvesterError]]


def read_work(work: Work) -> AnswerReading | HostProfile:
    """Return what a worker process makes of an answer."""
    from harvester.crawl.answer_reading import read_answer  # noqa: PLC0415 - the parsers load in the workers only

    return read_answer(work) if isinstance(work, Visit) else _read_profile(work)


def _read_profile(task: ProfileTask) -> HostProfile:
    from harvester.cleaning import clean_page  # noqa: PLC0415 - as above

    result: Article | HarvesterError
    try:
        result = clean_page(task.page)[0]
    except HarvesterError as error:
        result = error
    return read_profile(task.facts, task.url, task.page, result)
