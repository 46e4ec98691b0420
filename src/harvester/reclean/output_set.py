"""The set that a run writes, as a whole: it has no manifest while it is not, and what was there before is seen to."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Final

from harvester import __version__
from harvester.errors import InputError, Reason, StoreError
from harvester.reclean.job import Output
from harvester.reclean.journal import Journal
from harvester.store.datasets.dataset_files import DatasetFile, remove_other_rows, write_failures
from harvester.store.datasets.layout import MANIFEST, SETS, Layout
from harvester.store.datasets.manifest import About, read_manifest, write_manifest
from harvester.store.datasets.old_names import rename_old
from harvester.store.datasets.storage import Storage
from harvester.store.datasets.validation import damage_of

_READERS: Final = 8  # files are read side by side: a disk, or a server, takes eight waits in the time of one
_AT_ONCE: Final = 256  # files that are given to them


def remember_set(place: Storage, output: Output, journal: Journal) -> None:
    """Remember the files of the set of this format that is there."""
    if output.form not in SETS:
        return
    with suppress(InputError):  # a damaged manifest is of no use, and is replaced
        found = read_manifest(place)
        if found is not None and found[0].format == output.form:
            journal.keep(part for part in found[1] if part.articles)


def open_set(place: Storage, output: Output) -> None:
    """Remove the manifest: the set is whole no more. Files of an earlier version get their names of today."""
    if output.form in SETS:
        rename_old(place)
        place.remove(MANIFEST)


def check_written(place: Storage, journal: Journal) -> Iterator[None]:
    """Compare each file that the run wrote, size and digest, with what is in the place; yield now and then.

    Units with a file that is missing or another one are forgotten, so that they are done again. Raises StoreError for
    them at the end.
    """
    rest = ((number, part) for number, result in journal.numbered_results() for part in result.files)
    wrong: list[tuple[str, str]] = []
    units: set[int] = set()
    with ThreadPoolExecutor(_READERS) as threads:
        while some := list(islice(rest, _AT_ONCE)):
            found = threads.map(partial(damage_of, place), (part for _, part in some))
            damaged = [(number, part.file, why) for (number, part), why in zip(some, found, strict=True) if why]
            for number in {number for number, _, _ in damaged} - units:
                journal.forget(number)
                units.add(number)
            wrong = wrong or [(file, why) for _, file, why in damaged[:1]]
            yield
    for file, why in wrong:
        words = f"does not stand there as it was written: {why}. That is so in {len(units):,} of the units of work"
        advice = "start the same command again to clean these once more; the rest is kept"
        raise StoreError(f"{place.address}/{file}", Reason.UNWRITABLE, f"{words}: {advice}")


def finish_set(place: Storage, output: Output, journal: Journal, rules: str) -> None:
    """Write the failures and the manifest, which marks that the set is whole, and remove parts of earlier runs.

    What is no set has no manifest. Single articles of earlier runs stay: folders are often cleaned one by one into the
    same place.
    """
    if output.form == "csv":
        written = {part.file for result in journal.results() for part in result.files}
        remove_other_rows(place, written.__contains__)
    if output.form not in SETS:
        return
    failures, count = write_failures(place, (one for result in journal.results() for one in result.failures))
    is_sharded = output.form == "json" and (output.sharded or (output.sharded is None and journal.has_containers()))
    layout = Layout(output.form, output.packing, is_sharded)
    made = (part for result in journal.results() for part in result.files)
    parts: Iterable[DatasetFile] = made
    if output.form == "json":
        journal.keep(made)
        parts = _standing(place, journal)
    else:
        _remove_others(place, journal)
    end = (failures,) if failures else ()
    write_manifest(place, About(layout, __version__, rules, count), chain(parts, end))


def _standing(place: Storage, journal: Journal) -> Iterator[DatasetFile]:
    """Yield the single articles of this run and of earlier ones, without those that are gone; by name."""
    names = place.names()  # sorted as `kept` is
    name = next(names, None)
    for part in journal.kept():
        while name is not None and name < part.file:
            name = next(names, None)
        if name == part.file:
            yield part


def _remove_others(place: Storage, journal: Journal) -> None:
    """Remove the parts of earlier runs that none of this one replaced."""
    written = {part.file for result in journal.results() for part in result.files}
    for part in journal.kept():
        if part.file not in written:
            place.remove(part.file)
