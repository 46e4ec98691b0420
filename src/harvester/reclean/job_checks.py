"""What cannot be asked for, found before any page is read."""

from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from harvester.archive.formats.detection import find_crawl
from harvester.archive.inputs import FORMS as PAGE_ENDINGS
from harvester.archive.inputs import real_path
from harvester.distribution import install_extra
from harvester.reclean.job import CleanJob, Output, WrongUsageError
from harvester.reclean.journal import Journal
from harvester.reclean.unit_cleaner import ENDINGS
from harvester.reclean.units import PageFile
from harvester.store.datasets.layout import MANIFEST, OLD_NAMES, PACKED, SETS, WORK_NAME
from harvester.store.datasets.open_storage import BadAddressError, open_storage
from harvester.store.datasets.storage import LocalStorage


def check_job(job: CleanJob) -> None:
    """Raise WrongUsageError where options do not go together, or the place of the output is none."""
    output, form = job.output, job.output.form
    if output.packing != "none" and form not in PACKED:
        raise WrongUsageError(f"Only --format {' and '.join(PACKED)} are packed; {form} is not.")
    if output.sharded is not None and form not in ENDINGS:
        raise WrongUsageError(f"Only formats with a file a page are spread over folders; {form} has parts.")
    if job.selection.update and form not in SETS:
        raise WrongUsageError(
            f"--stale and --changed-only read what an article was made from, which {form} does not say."
        )
    if job.changes and form not in SETS:
        raise WrongUsageError(f"--changes is about sets of articles; {form} is for readers.")
    if form == "parquet" and find_spec("pyarrow") is None:
        raise WrongUsageError(f"Parquet needs one more package: {install_extra('parquet')}.")
    try:
        place = open_storage(output.to)
    except BadAddressError as error:
        raise WrongUsageError(str(error)) from error
    if isinstance(place, LocalStorage) and _is_of_crawl(place.root):
        raise WrongUsageError(
            f"{output.to!r} holds the articles of a crawl, which knows them by their places; choose another folder."
        )
    if job.work is None and not isinstance(place, LocalStorage):
        raise WrongUsageError(f"{output.to!r} is no folder of this machine: name one for what is under way (--work).")


def _is_of_crawl(folder: Path) -> bool:
    """Return whether the articles of a crawl are in a folder, or in one above it."""
    try:
        crawl = find_crawl(folder) if folder.is_dir() else None
        outer = find_crawl(folder.parent) if folder.parent.is_dir() else None
    except OSError:  # what cannot be looked at cannot be written to
        return False
    real = _real(str(folder))
    ours = (MANIFEST, OLD_NAMES[MANIFEST], WORK_NAME)
    is_whole = crawl is not None and not any((folder / name).exists() for name in ours)
    return is_whole or (outer is not None and bool(outer.archives) and _real(str(outer.articles)) == real)


def check_comparison(old: str, output: Output) -> None:
    """Raise WrongUsageError where the output cannot be compared with an earlier one."""
    if output.form not in SETS:
        raise WrongUsageError(f"Only sets of articles are compared ({', '.join(SETS)}), not {output.form}.")
    if "://" not in old and not Path(old).exists():
        raise WrongUsageError(f"{old!r} does not exist.")
    if old == output.to or ("://" not in old and _real(old) == _real(output.to)):
        raise WrongUsageError(f"{old!r} is where the articles go: they would be compared with themselves.")


def check_apart(journal: Journal, output: Output, folder: Path | None) -> None:
    """Refuse an output that would replace an input, and files beside their pages that the next run would read.

    Raises WrongUsageError. `folder` is that of the output, None where it is on no disk of this machine.
    """
    if folder is None:
        return
    beside = {Path(page.path).name for page in _pages_in(folder, journal.page_files())}
    containers = {Path(one.path).name for one in journal.containers() if _is_in(folder, one.path)}
    if beside and ENDINGS.get(output.form) in PAGE_ENDINGS:
        raise WrongUsageError(f"Files in {str(folder)!r} would be read as pages next time; choose another folder.")
    if taken := next((name for name in sorted(containers) if name.startswith("articles-")), None):
        raise WrongUsageError(f"{taken!r} in {str(folder)!r} may be an input and an output; choose another folder.")
    if not beside:
        return
    for page in journal.page_files() if output.form in ENDINGS else ():
        if (name := page.stem + ENDINGS[output.form]) in beside:
            raise WrongUsageError(f"{name!r} in {str(folder)!r} is an input; choose another folder.")


def _pages_in(folder: Path, pages: Iterator[PageFile]) -> Iterator[PageFile]:
    return (page for page in pages if _is_in(folder, page.path))


def _is_in(folder: Path, path: str) -> bool:
    return _real(str(Path(path).parent)) == _real(str(folder))


@lru_cache(maxsize=1024)
def _real(folder: str) -> str:
    return real_path(Path(folder))
