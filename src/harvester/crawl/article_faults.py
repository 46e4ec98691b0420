"""Whether what cannot be written is one article's place, or the disk of the whole run."""

from collections.abc import Sequence
from pathlib import Path

from harvester.crawl.article_files import article_path
from harvester.crawl.finished_visit import FinishedVisit
from harvester.errors import Reason, StoreError
from harvester.store.atomic_files import discard, stage


def ends_run(error: Exception, output: Path, visits: Sequence[FinishedVisit]) -> bool:
    """Return whether an error of writing visits down is about the run: the disk, the state, the leases, the archive.

    It is not where it is about a place in the folder of a visit's host, and the output folder itself can be written:
    another user made that folder, or something stands in the place of an article. It would end every run there.
    """
    if not isinstance(error, StoreError):
        return False
    is_of_one = error.reason == Reason.UNWRITABLE and _place_of(error, output, visits) is not None
    return not (is_of_one and _is_writable(output))


def named_in(error: Exception, output: Path, visit: FinishedVisit) -> Exception:
    """Return an error of writing a visit down, its explanation with the place below the output folder."""
    place = _place_of(error, output, [visit])
    if place is None or not isinstance(error, StoreError):
        return error
    return StoreError(error.subject, error.reason, f"{error.explanation}: {place.as_posix()}")


def _place_of(error: Exception, output: Path, visits: Sequence[FinishedVisit]) -> Path | None:
    """Return where below `output` an error was met; None: in no folder of a visit's host."""
    if not isinstance(error, StoreError) or not Path(error.subject).is_relative_to(output):
        return None
    place = Path(error.subject).relative_to(output)
    folders = {article_path(output, visit.url.url, "").parent.name for visit in visits}
    return place if place.parts[:1] and place.parts[0] in folders else None


def _is_writable(output: Path) -> bool:
    try:
        discard(stage(output / "probe", b""))
    except StoreError:
        return False
    return True
